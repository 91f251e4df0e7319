-- The mark by which an entry tells whether what can be found of it changed is taken over the words alone: before,
-- it was taken over how Rust prints them, which a newer compiler may do otherwise.
DELETE FROM meta WHERE key = 'remake';
INSERT INTO meta (key, value) SELECT 'remake', 1 WHERE EXISTS (SELECT 1 FROM event);
