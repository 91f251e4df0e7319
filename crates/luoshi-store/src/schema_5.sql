-- What a desk shows besides what lies on it: what a unit owes or has handed in by due time, and what was
-- returned and may not have come back.
CREATE INDEX entry_stands ON entry (lead, phase, due, plan, no) WHERE phase <> 'done' AND phase <> 'void';
CREATE INDEX entry_returned ON entry (plan, register, phase, due, no, lead) WHERE returned > 0;
