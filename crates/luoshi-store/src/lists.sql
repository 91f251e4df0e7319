-- A plan's entries by state and by due day: boards and calendars read ranges of these, counts included.
CREATE INDEX entry_board ON entry (plan, register, state, due, no, lead);
CREATE INDEX entry_calendar ON entry (plan, due, no, register, lead, phase);
