-- The tables, in one text for SQLite and PostgreSQL. Every number is a BIGINT: a moment in
-- milliseconds, an id, 0 or 1. A date is TEXT, 2026-06-30.

CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
) {{CLUSTERED}};

-- The truth. entry is 0 for what happened to a plan or to the organisation.
CREATE TABLE event (
    chain BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    entry BIGINT NOT NULL,
    at BIGINT NOT NULL,
    person BIGINT NOT NULL,
    post BIGINT NOT NULL,
    address TEXT NOT NULL,
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    hash {{BYTES}} NOT NULL,
    PRIMARY KEY (chain, seq)
);
CREATE INDEX event_entry ON event (chain, entry, seq);
{{GUARD}}

CREATE TABLE head (
    chain BIGINT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    hash {{BYTES}} NOT NULL
) {{CLUSTERED}};

-- From here on: made of the events, and can be made again.
CREATE TABLE plan (
    id BIGINT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL,
    title TEXT NOT NULL,
    issuer BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX plan_state ON plan (state, id);

CREATE TABLE draft (
    plan BIGINT NOT NULL PRIMARY KEY,
    body TEXT NOT NULL
);

-- filed is what stands in scope, desk and tally because of the entry, so that it can be taken out
-- again whatever the organisation and the pack say by then.
CREATE TABLE entry (
    plan BIGINT NOT NULL,
    no BIGINT NOT NULL,
    register TEXT NOT NULL,
    number TEXT NOT NULL,
    title TEXT NOT NULL,
    lead BIGINT NOT NULL,
    state TEXT NOT NULL,
    phase TEXT NOT NULL,
    due BIGINT NOT NULL,
    light TEXT NOT NULL,
    duty TEXT,
    period TEXT,
    on_time BIGINT,
    nil BIGINT NOT NULL,
    uniq TEXT,
    body TEXT NOT NULL,
    filed TEXT NOT NULL,
    PRIMARY KEY (plan, no)
);
CREATE INDEX entry_register ON entry (plan, register, no);
CREATE INDEX entry_lead ON entry (lead, plan, no);
CREATE INDEX entry_unique ON entry (plan, register, uniq) WHERE uniq IS NOT NULL;
CREATE INDEX entry_duty ON entry (plan, duty, period, lead, phase, on_time, nil) WHERE duty IS NOT NULL;

-- One row for each unit from the lead upwards while an entry is not over: what is overdue in any
-- subtree is one range of the key. owed is 0 for what was handed in on time and waits for others.
CREATE TABLE scope (
    unit BIGINT NOT NULL,
    due BIGINT NOT NULL,
    plan BIGINT NOT NULL,
    no BIGINT NOT NULL,
    owed BIGINT NOT NULL,
    PRIMARY KEY (unit, due, plan, no, owed)
) {{CLUSTERED}};

CREATE TABLE desk (
    unit BIGINT NOT NULL,
    role TEXT NOT NULL,
    due BIGINT NOT NULL,
    plan BIGINT NOT NULL,
    no BIGINT NOT NULL,
    PRIMARY KEY (unit, role, due, plan, no)
) {{CLUSTERED}};

CREATE TABLE tally (
    unit BIGINT NOT NULL,
    plan BIGINT NOT NULL,
    phase TEXT NOT NULL,
    light TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (unit, plan, phase, light)
) {{CLUSTERED}};
CREATE INDEX tally_plan ON tally (plan, unit);

CREATE TABLE timer (
    plan BIGINT NOT NULL,
    no BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (plan, no)
) {{CLUSTERED}};
CREATE INDEX timer_at ON timer (at, plan, no);

-- Not made of the events, and kept in backups beside them.
CREATE TABLE command (
    key TEXT NOT NULL PRIMARY KEY,
    digest {{BYTES}} NOT NULL,
    chain BIGINT NOT NULL,
    first BIGINT NOT NULL,
    last BIGINT NOT NULL,
    at BIGINT NOT NULL,
    outcome TEXT NOT NULL
) {{CLUSTERED}};

CREATE TABLE message (
    id {{ID}},
    unit BIGINT NOT NULL,
    role TEXT NOT NULL,
    plan BIGINT NOT NULL,
    no BIGINT NOT NULL,
    kind TEXT NOT NULL,
    words TEXT NOT NULL,
    at BIGINT NOT NULL,
    digest TEXT
);
CREATE INDEX message_post ON message (unit, role, id);
CREATE INDEX message_new ON message (id) WHERE digest IS NULL;

CREATE TABLE outbox (
    kind TEXT NOT NULL,
    person BIGINT NOT NULL,
    day TEXT NOT NULL,
    body TEXT NOT NULL,
    created BIGINT NOT NULL,
    sent BIGINT,
    PRIMARY KEY (kind, person, day)
);
CREATE INDEX outbox_unsent ON outbox (created, kind, person, day) WHERE sent IS NULL;

CREATE TABLE attachment (
    hash {{BYTES}} NOT NULL PRIMARY KEY,
    size BIGINT NOT NULL,
    kind TEXT NOT NULL,
    stored BIGINT NOT NULL
) {{CLUSTERED}};

CREATE TABLE subject_key (
    subject TEXT NOT NULL PRIMARY KEY,
    master BIGINT NOT NULL,
    wrapped TEXT NOT NULL,
    destroyed BIGINT
) {{CLUSTERED}};
CREATE INDEX subject_key_master ON subject_key (master, subject);

INSERT INTO meta (key, value) VALUES ('plan', 0);
INSERT INTO head (chain, seq, at, hash) VALUES (0, 0, 0, {{ZERO}});
