-- A plan's entries by state: boards read ranges of it, counts included. By due day calendars read entry_due.
CREATE INDEX entry_board ON entry (plan, register, state, due, no, lead);
