-- Rows that are not made of events carry the hash of themselves, so that a damaged one is found. Rows
-- from before have none.
ALTER TABLE command ADD COLUMN sum {{BYTES}};
ALTER TABLE message ADD COLUMN sum {{BYTES}};
ALTER TABLE outbox ADD COLUMN sum {{BYTES}};
ALTER TABLE attachment ADD COLUMN sum {{BYTES}};
ALTER TABLE subject_key ADD COLUMN sum {{BYTES}};

-- A list of a plan's entries in one state, phase or light is a range of a key.
CREATE INDEX entry_state ON entry (plan, state, no);
CREATE INDEX entry_phase ON entry (plan, phase, no);
CREATE INDEX entry_light ON entry (plan, light, no);
