-- What can be found by words: one line of pieces for a plan, an entry, and papers, the units that see it
-- among them. Made of the events, but for the papers of plans (entry 0, kind 2), which are made of the
-- texts that were kept with them. Each database has an index of its own kind of these lines.
CREATE TABLE sought (
    id {{NUMBER}},
    words TEXT NOT NULL
);
{{INDEX}}
DELETE FROM meta WHERE key = 'remake';
INSERT INTO meta (key, value) SELECT 'remake', 1 WHERE EXISTS (SELECT 1 FROM event);
