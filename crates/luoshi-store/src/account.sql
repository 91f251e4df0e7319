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
