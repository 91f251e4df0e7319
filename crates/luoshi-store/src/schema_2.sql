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

-- What seeing and chasing read: entries by light, by due day, and when a post last acted. How often an
-- entry was returned stands in its body too; rebuilding fills the column for entries from before.

ALTER TABLE entry ADD COLUMN returned BIGINT NOT NULL DEFAULT 0;
CREATE INDEX entry_alarm ON entry (plan, light, lead, register, due, no) WHERE light <> '';
CREATE INDEX entry_due ON entry (plan, due, lead, register, phase, light, on_time, returned);
CREATE INDEX event_hand ON event (post, at) WHERE post <> 0;

-- A plan's entries by state and by due day: boards and calendars read ranges of these, counts included.
CREATE INDEX entry_board ON entry (plan, register, state, due, no, lead);
CREATE INDEX entry_calendar ON entry (plan, due, no, register, lead, phase);

-- Accounts, what is signed in with them, and tokens of other programs. Not made of the events: these
-- are the secrets, and the events tell what happened without them. Sessions are in no backup.

CREATE TABLE account (
    person BIGINT NOT NULL PRIMARY KEY,
    login TEXT NOT NULL,
    body TEXT NOT NULL
) {{CLUSTERED}};
CREATE UNIQUE INDEX account_login ON account (login);

-- hash is that of the token in the cookie: who reads the table cannot sign in with it.
CREATE TABLE session (
    hash {{BYTES}} NOT NULL PRIMARY KEY,
    person BIGINT NOT NULL,
    post BIGINT NOT NULL,
    created BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL
) {{CLUSTERED}};
CREATE INDEX session_person ON session (person, seen);

CREATE TABLE token (
    hash {{BYTES}} NOT NULL PRIMARY KEY,
    person BIGINT NOT NULL,
    post BIGINT NOT NULL,
    scopes TEXT NOT NULL,
    title TEXT NOT NULL,
    created BIGINT NOT NULL,
    expires BIGINT NOT NULL
) {{CLUSTERED}};
CREATE INDEX token_person ON token (person, created);
