-- What is asked of units: which other unit asked an entry of its lead, and from when on that counts; 0
-- where none did. Rebuilding fills the columns for entries from before, and is asked for.
ALTER TABLE entry ADD COLUMN asker BIGINT NOT NULL DEFAULT 0;
ALTER TABLE entry ADD COLUMN asked BIGINT NOT NULL DEFAULT 0;
CREATE INDEX entry_asked ON entry (plan, asked, lead, asker, register, phase, duty) WHERE asker <> 0;
CREATE INDEX message_asked ON message (plan, unit, at, no, kind);
INSERT INTO meta (key, value) SELECT 'remake', 1 WHERE EXISTS (SELECT 1 FROM event);
