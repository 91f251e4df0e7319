-- Which file was handed in for which entries, so that one handed in twice is told. Made of the events.
CREATE TABLE material (
    hash {{BYTES}} NOT NULL,
    plan BIGINT NOT NULL,
    no BIGINT NOT NULL,
    PRIMARY KEY (hash, plan, no)
) {{CLUSTERED}};
CREATE INDEX material_entry ON material (plan, no, hash);
DELETE FROM meta WHERE key = 'remake';
INSERT INTO meta (key, value) SELECT 'remake', 1 WHERE EXISTS (SELECT 1 FROM event);
