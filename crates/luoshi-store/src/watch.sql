-- What seeing and chasing read: entries by light, by due day, and when a post last acted. How often an
-- entry was returned stands in its body too; rebuilding fills the column for entries from before.

ALTER TABLE entry ADD COLUMN returned BIGINT NOT NULL DEFAULT 0;
CREATE INDEX entry_alarm ON entry (plan, light, lead, register, due, no) WHERE light <> '';
CREATE INDEX entry_due ON entry (plan, due, lead, register, phase, light, on_time, returned);
CREATE INDEX event_hand ON event (post, at) WHERE post <> 0;
