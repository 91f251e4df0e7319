//! Every statement. A parameter is `?`, see [`crate::db::Statement`].
//!
//! A list of what is wanted is joined by CROSS JOIN and WHERE: SQLite then goes through the list and
//! never through the table, whatever it believes of their sizes; to PostgreSQL it is the same join.
//! What is to go is named by OR: PostgreSQL would read the table through for a list of VALUES.

use crate::db::Statement;

macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident: $head:literal $(* $each:literal, $join:literal $(, $tail:literal)?)?;)+) => {
        $($(#[$doc])* pub(crate) static $name: Statement = Statement {
            name: stringify!($name),
            head: $head,
            each: concat!($($each)?),
            join: concat!($($join)?),
            tail: concat!($($($tail)?)?),
        };)+

        /// All of them, for the test that prepares each.
        #[cfg(test)]
        pub(crate) static ALL: &[&Statement] = &[$(&$name),+];
    };
}

statements! {
    META: "SELECT value FROM meta WHERE key = ?";
    META_SET: "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    META_DROP: "DELETE FROM meta WHERE key = ?";
    PLAN_NUMBER: "UPDATE meta SET value = value + 1 WHERE key = 'plan' RETURNING value";

    /// The lock on a plan: whoever holds the heads decides, the others wait.
    HEADS: "SELECT chain, seq, at, hash FROM head WHERE chain IN (" * "?", ",", ") ORDER BY chain{lock}";
    /// Where chains stand (number 0) and entries, to be asked by who holds the heads of their plans.
    LOAD: "WITH want (plan, no) AS (VALUES " * "(CAST(? AS BIGINT),CAST(? AS BIGINT))", ",",
        ") SELECT h.chain, 0, h.seq, h.at, h.hash, '', '' FROM want w CROSS JOIN head h \
        WHERE w.no = 0 AND h.chain = w.plan \
        UNION ALL SELECT e.plan, e.no, 0, 0, NULL, e.body, e.filed FROM want w CROSS JOIN entry e \
        WHERE e.plan = w.plan AND e.no = w.no";
    HEADS_ALL: "SELECT chain, seq, at, hash FROM head WHERE chain > ? ORDER BY chain LIMIT ?";
    HEADS_SUM: "SELECT CAST(COALESCE(SUM(seq), 0) AS BIGINT) FROM head";
    HEADS_PUT: "INSERT INTO head (chain, seq, at, hash) VALUES " * "(?,?,?,?)", ",",
        " ON CONFLICT (chain) DO UPDATE SET seq = excluded.seq, at = excluded.at, hash = excluded.hash";

    EVENTS_APPEND: "INSERT INTO event (chain, seq, entry, at, person, post, address, key, body, hash) VALUES "
        * "(?,?,?,?,?,?,?,?,?,?)", ",";
    EVENTS_PAGE: "SELECT e.chain, e.seq, e.at, e.person, e.post, e.address, e.key, e.body, e.hash, p.hash \
        FROM event e LEFT JOIN event p ON p.chain = e.chain AND p.seq = e.seq - 1 \
        WHERE e.chain = ? AND e.seq > ? ORDER BY e.seq LIMIT ?";
    /// The last events of a chain before one, backwards.
    EVENTS_OF: "SELECT e.chain, e.seq, e.at, e.person, e.post, e.address, e.key, e.body, e.hash, p.hash \
        FROM event e LEFT JOIN event p ON p.chain = e.chain AND p.seq = e.seq - 1 \
        WHERE e.chain = ? AND e.entry = ? AND e.at <= ? ORDER BY e.seq";

    EVENTS_BACK: "SELECT e.chain, e.seq, e.at, e.person, e.post, e.address, e.key, e.body, e.hash, p.hash \
        FROM event e LEFT JOIN event p ON p.chain = e.chain AND p.seq = e.seq - 1 \
        WHERE e.chain = ? AND e.seq < ? AND e.at <= ? ORDER BY e.seq DESC LIMIT ?";
    LAST_ACTS: "WITH want (post) AS (VALUES " * "(CAST(? AS BIGINT))", ",",
        ") SELECT w.post, (SELECT MAX(e.at) FROM event e WHERE e.post = w.post AND e.post <> 0) FROM want w";

    /// All events of a chain in its order: the hash before is the reader's own. Every column of a row costs
    /// more than what stands in it, so that numbers and address come as one.
    EVENTS_CHAIN: "SELECT CAST(chain AS TEXT) || ' ' || CAST(seq AS TEXT) || ' ' || CAST(at AS TEXT) || ' ' || \
        CAST(person AS TEXT) || ' ' || CAST(post AS TEXT) || ' ' || CAST(entry AS TEXT) || ' ' || address, \
        key, body, hash FROM event WHERE chain = ? AND seq > ? ORDER BY seq LIMIT ?";
    /// Those of a plan by entries.
    EVENTS_FOLD: "SELECT entry, seq, at, person, body FROM event \
        WHERE chain = ? AND (entry, seq) > (?, ?) ORDER BY entry, seq LIMIT ?";
    EVENT_HASHES: "WITH want (chain, seq) AS (VALUES " * "(CAST(? AS BIGINT),CAST(? AS BIGINT))", ",",
        ") SELECT e.chain, e.seq, e.hash FROM want w CROSS JOIN event e WHERE e.chain = w.chain AND e.seq = w.seq";
    EVENT_KEYS: "WITH want (chain, seq) AS (VALUES " * "(CAST(? AS BIGINT),CAST(? AS BIGINT))", ",",
        ") SELECT e.chain, e.seq, e.key FROM want w CROSS JOIN event e WHERE e.chain = w.chain AND e.seq = w.seq";
    CHAIN_NEXT: "SELECT chain FROM event WHERE chain > ? ORDER BY chain LIMIT 1";

    /// Entries of a plan that something happened to after an event, as far as so many events tell.
    ENTRIES_SINCE: "SELECT body FROM entry WHERE plan = ? AND no IN (SELECT entry FROM \
        (SELECT entry FROM event WHERE chain = ? AND seq > ? AND entry > 0 ORDER BY seq LIMIT ?) AS lately)";

    PLANS: "SELECT id, body FROM plan WHERE id IN (" * "?", ",", ")";
    PLANS_ALL: "SELECT body FROM plan WHERE id > ? ORDER BY id LIMIT ?";
    /// With what is kept beside the body.
    PLAN_KEPT: "SELECT id, state, title, issuer, body FROM plan WHERE id = ?";
    PLANS_IN: "SELECT body FROM plan WHERE state = ? AND id > ? ORDER BY id LIMIT ?";
    PLANS_PUT: "INSERT INTO plan (id, state, title, issuer, body) VALUES " * "(?,?,?,?,?)", ",",
        " ON CONFLICT (id) DO UPDATE SET state = excluded.state, title = excluded.title, \
        issuer = excluded.issuer, body = excluded.body";
    DRAFT: "SELECT body FROM draft WHERE plan = ?";
    DRAFTS_PUT: "INSERT INTO draft (plan, body) VALUES " * "(?,?)", ",",
        " ON CONFLICT (plan) DO UPDATE SET body = excluded.body";

    ENTRIES: "WITH want (plan, no) AS (VALUES " * "(CAST(? AS BIGINT),CAST(? AS BIGINT))", ",",
        ") SELECT e.plan, e.no, e.body, e.filed FROM want w CROSS JOIN entry e WHERE e.plan = w.plan AND e.no = w.no";
    ENTRIES_OF: "SELECT plan, no, body, filed FROM entry WHERE plan = ? AND register = ? AND phase <> 'void' \
        ORDER BY no";
    STATES: "SELECT DISTINCT register, state FROM entry WHERE plan = ? ORDER BY register, state";
    TALLY_OPEN: "SELECT CAST(SUM(n) AS BIGINT) FROM tally WHERE plan = ? AND phase <> 'done' AND phase <> 'void'";
    ENTRY_BODY: "SELECT body FROM entry WHERE plan = ? AND no = ?";
    /// The last report that a unit handed in under a duty before an entry, with something to tell.
    ENTRY_LAST: "SELECT body FROM entry WHERE lead = ? AND plan = ? AND no < ? AND duty = ? AND nil = 0 \
        AND (phase = 'submitted' OR phase = 'done') ORDER BY no DESC LIMIT 1";
    /// The reports of a duty with due days from one to another, given up or not.
    ENTRIES_REPORTED: "SELECT body FROM entry WHERE plan = ? AND duty IS NOT NULL AND duty = ? AND period >= ? \
        AND period <= ? ORDER BY period, lead, no LIMIT ?";
    ENTRIES_UNIQUE: "WITH want (plan, register, uniq) AS (VALUES "
        * "(CAST(? AS BIGINT),CAST(? AS TEXT),CAST(? AS TEXT))", ",",
        ") SELECT DISTINCT e.plan, e.no, e.register, e.uniq FROM want w CROSS JOIN entry e \
        WHERE e.plan = w.plan AND e.register = w.register AND e.uniq = w.uniq AND e.uniq IS NOT NULL \
        ORDER BY e.plan, e.no";
    /// Entries that are new or have changed; what an entry was opened with stays.
    ENTRIES_PUT: "INSERT INTO entry (plan, no, register, number, title, lead, state, phase, due, light, \
        duty, period, on_time, nil, uniq, body, filed, returned, asker, asked) VALUES " * "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", ",",
        " ON CONFLICT (plan, no) DO UPDATE SET title = excluded.title, lead = excluded.lead, \
        state = excluded.state, phase = excluded.phase, due = excluded.due, light = excluded.light, \
        on_time = excluded.on_time, nil = excluded.nil, uniq = excluded.uniq, body = excluded.body, \
        filed = excluded.filed, returned = excluded.returned, asker = excluded.asker, asked = excluded.asked";
    /// Entries that nobody knew: one that is there already is a conflict.
    ENTRIES_ADD: "INSERT INTO entry (plan, no, register, number, title, lead, state, phase, due, light, \
        duty, period, on_time, nil, uniq, body, filed, returned, asker, asked) VALUES " * "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", ",";

    ENTRIES_FILED: "SELECT plan, no, register, number, title, lead, state, phase, due, light, duty, period, \
        on_time, uniq, body, nil, filed, returned, asker, asked FROM entry WHERE plan = ? AND no > ? AND no <= ? ORDER BY no";
    ENTRY_NOS: "WITH want (plan, no) AS (VALUES " * "(CAST(? AS BIGINT),CAST(? AS BIGINT))", ",",
        ") SELECT e.plan, e.no FROM want w CROSS JOIN entry e WHERE e.plan = w.plan AND e.no = w.no";
    ENTRY_PHASES: "WITH want (plan, no) AS (VALUES " * "(CAST(? AS BIGINT),CAST(? AS BIGINT))", ",",
        ") SELECT DISTINCT e.plan, e.no, e.phase FROM want w CROSS JOIN entry e WHERE e.plan = w.plan AND e.no = w.no";
    PLAN_NEXT: "SELECT id FROM plan WHERE id > ? ORDER BY id LIMIT 1";
    ENTRY_PLAN_NEXT: "SELECT plan FROM entry WHERE plan > ? ORDER BY plan LIMIT 1";
    DRAFT_NEXT: "SELECT plan FROM draft WHERE plan > ? ORDER BY plan LIMIT 1";
    TIMER_PLAN_NEXT: "SELECT plan FROM timer WHERE plan > ? ORDER BY plan LIMIT 1";
    TIMERS_OF: "SELECT no, at FROM timer WHERE plan = ? AND no > ? AND no <= ? ORDER BY no";
    SCOPE_ROWS: "SELECT unit, due, plan, no, owed FROM scope WHERE (unit, due, plan, no, owed) > (?, ?, ?, ?, ?) \
        ORDER BY unit, due, plan, no, owed LIMIT ?";
    DESK_ROWS: "SELECT unit, role, due, plan, no FROM desk WHERE (unit, role, due, plan, no) > (?, ?, ?, ?, ?) \
        ORDER BY unit, role, due, plan, no LIMIT ?";
    TALLY_ROWS: "SELECT unit, plan, phase, light, n FROM tally WHERE (unit, plan, phase, light) > (?, ?, ?, ?) \
        ORDER BY unit, plan, phase, light LIMIT ?";

    SCOPE_ADD: "INSERT INTO scope (unit, due, plan, no, owed) VALUES " * "(?,?,?,?,?)", ",";
    SCOPE_DROP: "DELETE FROM scope WHERE "
        * "(unit = ? AND due = ? AND plan = ? AND no = ? AND owed = ?)", " OR ";
    DESK_ADD: "INSERT INTO desk (unit, role, due, plan, no) VALUES " * "(?,?,?,?,?)", ",";
    DESK_DROP: "DELETE FROM desk WHERE "
        * "(unit = ? AND role = ? AND due = ? AND plan = ? AND no = ?)", " OR ";
    MATERIAL_ADD: "INSERT INTO material (hash, plan, no) VALUES " * "(?,?,?)", ",";
    MATERIAL_DROP: "DELETE FROM material WHERE " * "(hash = ? AND plan = ? AND no = ?)", " OR ";
    /// Where else files were handed in; of each a page at most is read.
    MATERIAL_USES: "SELECT plan, no FROM material WHERE hash = ? AND NOT (plan = ? AND no = ?) \
        ORDER BY plan, no LIMIT ?";
    MATERIALS_OF: "SELECT no, hash FROM material WHERE plan = ? AND no > ? AND no <= ? ORDER BY no, hash";
    MATERIAL_PLAN_NEXT: "SELECT plan FROM material WHERE plan > ? ORDER BY plan LIMIT 1";
    TALLY_ADD: "INSERT INTO tally (unit, plan, phase, light, n) VALUES " * "(?,?,?,?,?)", ",",
        " ON CONFLICT (unit, plan, phase, light) DO UPDATE SET n = tally.n + excluded.n";

    SOUGHT_PUT: "INSERT INTO sought (id, words) VALUES " * "(?,?)", ",",
        " ON CONFLICT (id) DO UPDATE SET words = excluded.words WHERE sought.words <> excluded.words";
    SOUGHT_DROP: "DELETE FROM sought WHERE id IN (" * "?", ",", ")";
    /// Plans whose text cannot be found by its words yet: kind 2 of entry 0.
    SOUGHT_LACKS: "SELECT p.id FROM plan p WHERE NOT EXISTS \
        (SELECT 1 FROM sought s WHERE s.id = p.id * 4294967296 + 2) ORDER BY p.id";
    SOUGHT_BETWEEN: "SELECT id, words FROM sought WHERE id > ? AND id <= ? ORDER BY id";
    SOUGHT_NEXT: "SELECT id FROM sought WHERE id > ? ORDER BY id LIMIT 1";

    TIMERS_PUT: "INSERT INTO timer (plan, no, at) VALUES " * "(?,?,?)", ",",
        " ON CONFLICT (plan, no) DO UPDATE SET at = excluded.at";
    TIMERS_DROP: "DELETE FROM timer WHERE "
        * "(plan = ? AND no = ?)", " OR ";
    TIMERS_DUE: "SELECT plan, no, at FROM timer WHERE at <= ? ORDER BY at, plan, no LIMIT ?";
    TIMER_NEXT: "SELECT at FROM timer ORDER BY at LIMIT 1";

    COMMANDS: "SELECT key, digest, chain, first, last, at, outcome FROM command WHERE key IN (" * "?", ",", ")";
    COMMANDS_PUT: "INSERT INTO command (key, digest, chain, first, last, at, outcome, sum) VALUES "
        * "(?,?,?,?,?,?,?,?)", ",";

    MESSAGES_PUT: "INSERT INTO message (unit, role, plan, no, kind, words, at, sum) VALUES "
        * "(?,?,?,?,?,?,?,?)", ",";
    MESSAGES_NEW: "SELECT id, unit, role, plan, no, kind, words, at, digest FROM message \
        WHERE digest IS NULL AND id > ? ORDER BY id LIMIT ?";
    MESSAGES_TOLD: "UPDATE message SET digest = ? WHERE id IN (" * "?", ",", ")";
    /// The newest messages of each post, each post's cut off where the page ends.
    MESSAGES_OF: "SELECT id, unit, role, plan, no, kind, words, at, digest FROM ("
        * "SELECT * FROM (SELECT * FROM message WHERE unit = ? AND role = ? ORDER BY id DESC LIMIT ?) AS post",
        " UNION ", ") AS posts ORDER BY id DESC LIMIT ? OFFSET ?";

    OUTBOX_PUT: "INSERT INTO outbox (kind, person, day, body, created, sum) VALUES " * "(?,?,?,?,?,?)", ",",
        " ON CONFLICT (kind, person, day) DO NOTHING";
    OUTBOX_UNSENT: "SELECT kind, person, day, body, created, sent FROM outbox WHERE sent IS NULL \
        ORDER BY created, kind, person, day LIMIT ?{lock}";
    OUTBOX_SENT: "UPDATE outbox SET sent = ? WHERE "
        * "(kind = ? AND person = ? AND day = ?)", " OR ";
    OUTBOX_OF: "SELECT kind, person, day, body, created, sent FROM outbox WHERE kind = ? AND person = ? AND day >= ? \
        ORDER BY day LIMIT ?";

    ATTACHMENTS: "SELECT hash, size, kind, stored FROM attachment WHERE hash IN (" * "?", ",", ")";
    ATTACHMENTS_PAGE: "SELECT hash, size, kind, stored FROM attachment WHERE hash > ? ORDER BY hash LIMIT ?";
    ATTACHMENTS_PUT: "INSERT INTO attachment (hash, size, kind, stored, sum) VALUES " * "(?,?,?,?,?)", ",",
        " ON CONFLICT (hash) DO NOTHING";

    SUBJECT_KEYS: "SELECT subject, master, wrapped, destroyed FROM subject_key WHERE subject IN (" * "?", ",", "){lock}";
    SUBJECT_KEY: "SELECT subject, master, wrapped, destroyed FROM subject_key WHERE subject = ?";
    SUBJECT_KEY_NEWEST: "SELECT subject, master, wrapped, destroyed FROM subject_key \
        WHERE destroyed IS NULL ORDER BY master DESC LIMIT 1";
    SUBJECTS: "SELECT subject, destroyed FROM subject_key WHERE subject IN (" * "?", ",", ")";
    SUBJECT_KEYS_UNDER: "SELECT subject, master, wrapped, destroyed FROM subject_key \
        WHERE master = ? AND subject > ? ORDER BY subject LIMIT ?";
    SUBJECT_KEYS_ADD: "INSERT INTO subject_key (subject, master, wrapped, destroyed, sum) VALUES " * "(?,?,?,?,?)", ",";
    SUBJECT_KEY_WRAPPED: "UPDATE subject_key SET master = ?, wrapped = ?, sum = ? \
        WHERE subject = ? AND destroyed IS NULL";
    SUBJECT_KEY_DESTROYED: "UPDATE subject_key SET wrapped = ?, destroyed = ?, sum = ? \
        WHERE subject = ? AND destroyed IS NULL";

    /// Accounts, sessions, tokens.
    ACCOUNT: "SELECT person, login, body FROM account WHERE person = ?";
    ACCOUNT_NAMED: "SELECT person, login, body FROM account WHERE login = ?";
    ACCOUNTS: "SELECT person, login, body FROM account WHERE person IN (" * "?", ",", ") ORDER BY person{lock}";
    ACCOUNTS_ALL: "SELECT person, login, body FROM account ORDER BY person";
    ACCOUNTS_PUT: "INSERT INTO account (person, login, body) VALUES " * "(?,?,?)", ",",
        " ON CONFLICT (person) DO UPDATE SET login = excluded.login, body = excluded.body";
    SESSION: "SELECT s.hash, s.person, s.post, s.created, s.seen, s.address, s.agent, a.login, a.body \
        FROM session s JOIN account a ON a.person = s.person WHERE s.hash = ?";
    SESSIONS_OF: "SELECT hash, person, post, created, seen, address, agent FROM session \
        WHERE person = ? ORDER BY seen DESC, hash";
    SESSIONS_SEEN: "SELECT person, MAX(seen) FROM session GROUP BY person ORDER BY person";
    SESSIONS_COUNT: "SELECT COUNT(*) FROM session WHERE seen > ? AND created > ?";
    SESSION_ADD: "INSERT INTO session (hash, person, post, created, seen, address, agent) VALUES "
        * "(?,?,?,?,?,?,?)", ",";
    SESSION_SEEN: "UPDATE session SET seen = ? WHERE hash = ? AND seen < ?";
    SESSION_POST: "UPDATE session SET post = ? WHERE hash = ?";
    SESSION_END: "DELETE FROM session WHERE hash = ?";
    SESSIONS_END: "DELETE FROM session WHERE person = ? AND hash <> ?";
    SESSIONS_OLD: "DELETE FROM session WHERE seen < ? OR created < ?";
    TOKEN: "SELECT hash, person, post, scopes, title, created, expires FROM token WHERE hash = ?";
    TOKENS_OF: "SELECT hash, person, post, scopes, title, created, expires FROM token \
        WHERE person = ? ORDER BY created DESC, hash";
    TOKENS_ADD: "INSERT INTO token (hash, person, post, scopes, title, created, expires) VALUES "
        * "(?,?,?,?,?,?,?)", ",";
    TOKEN_DROP: "DELETE FROM token WHERE hash = ?";
    TOKENS_DROP: "DELETE FROM token WHERE person = ?";

    /// Pages of the tables that a backup copies, by their keys.
    COPY_META: "SELECT key, value FROM meta WHERE key > ? AND key NOT IN ('version', 'remake') ORDER BY key LIMIT ?";
    COPY_HEAD: "SELECT chain, seq, at, hash FROM head WHERE chain > ? ORDER BY chain LIMIT ?";
    COPY_EVENT: "SELECT chain, seq, entry, at, person, post, address, key, body, hash FROM event \
        WHERE (chain, seq) > (?, ?) ORDER BY chain, seq LIMIT ?";
    COPY_COMMAND: "SELECT key, digest, chain, first, last, at, outcome, sum FROM command \
        WHERE key > ? ORDER BY key LIMIT ?";
    COPY_MESSAGE: "SELECT id, unit, role, plan, no, kind, words, at, digest, sum FROM message \
        WHERE id > ? ORDER BY id LIMIT ?";
    COPY_OUTBOX: "SELECT kind, person, day, body, created, sent, sum FROM outbox \
        WHERE (kind, person, day) > (?, ?, ?) ORDER BY kind, person, day LIMIT ?";
    COPY_ATTACHMENT: "SELECT hash, size, kind, stored, sum FROM attachment WHERE hash > ? ORDER BY hash LIMIT ?";
    COPY_KEY: "SELECT subject, master, wrapped, destroyed, sum FROM subject_key \
        WHERE subject > ? ORDER BY subject LIMIT ?";
    COPY_ACCOUNT: "SELECT person, login, body FROM account WHERE person > ? ORDER BY person LIMIT ?";
    COPY_TOKEN: "SELECT hash, person, post, scopes, title, created, expires FROM token \
        WHERE hash > ? ORDER BY hash LIMIT ?";
    META_PUT: "INSERT INTO meta (key, value) VALUES " * "(?,?)", ",",
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    COPIED_MESSAGE: "INSERT INTO message (id, unit, role, plan, no, kind, words, at, digest, sum) VALUES "
        * "(?,?,?,?,?,?,?,?,?,?)", ",";
    COPIED_OUTBOX: "INSERT INTO outbox (kind, person, day, body, created, sent, sum) VALUES " * "(?,?,?,?,?,?,?)", ",";
    EVENT_ANY: "SELECT seq FROM event LIMIT 1";

    OVERDUE: "SELECT e.plan, e.no, e.register, e.number, e.title, e.lead, e.state, e.phase, e.due, e.light, \
        e.duty, e.period, e.on_time, e.uniq, e.body FROM (SELECT due, plan, no FROM scope \
        WHERE unit = ? AND due <= ? AND owed = 1 ORDER BY due, plan, no LIMIT ? OFFSET ?) AS s \
        CROSS JOIN entry e WHERE e.plan = s.plan AND e.no = s.no ORDER BY s.due, s.plan, s.no";
    OVERDUE_COUNT: "SELECT COUNT(*) FROM scope WHERE unit = ? AND due <= ? AND owed = 1";
    SCOPE: "SELECT e.plan, e.no, e.register, e.number, e.title, e.lead, e.state, e.phase, e.due, e.light, \
        e.duty, e.period, e.on_time, e.uniq, e.body FROM (SELECT due, plan, no FROM scope \
        WHERE unit = ? ORDER BY due, plan, no LIMIT ? OFFSET ?) AS s \
        CROSS JOIN entry e WHERE e.plan = s.plan AND e.no = s.no ORDER BY s.due, s.plan, s.no";
    SCOPE_COUNT: "SELECT COUNT(*) FROM scope WHERE unit = ?";
    /// The first entries of each post, each post's cut off where the page ends.
    DESK: "SELECT e.plan, e.no, e.register, e.number, e.title, e.lead, e.state, e.phase, e.due, e.light, \
        e.duty, e.period, e.on_time, e.uniq, e.body FROM (SELECT due, plan, no FROM ("
        * "SELECT * FROM (SELECT due, plan, no FROM desk WHERE unit = ? AND role = ? \
        ORDER BY due, plan, no LIMIT ?) AS post", " UNION ",
        ") AS posts ORDER BY due, plan, no LIMIT ? OFFSET ?) AS s \
        CROSS JOIN entry e WHERE e.plan = s.plan AND e.no = s.no ORDER BY s.due, s.plan, s.no";
    /// The same plan by plan.
    DESK_BY_PLAN: "SELECT e.plan, e.no, e.register, e.number, e.title, e.lead, e.state, e.phase, e.due, e.light, \
        e.duty, e.period, e.on_time, e.uniq, e.body FROM (SELECT due, plan, no FROM ("
        * "SELECT * FROM (SELECT due, plan, no FROM desk WHERE unit = ? AND role = ? \
        ORDER BY plan, due, no LIMIT ?) AS post", " UNION ",
        ") AS posts ORDER BY plan, due, no LIMIT ? OFFSET ?) AS s \
        CROSS JOIN entry e WHERE e.plan = s.plan AND e.no = s.no ORDER BY s.plan, s.due, s.no";
    DESK_COUNT: "SELECT COUNT(*) FROM (" * "SELECT plan, no FROM desk WHERE unit = ? AND role = ?", " UNION ",
        ") AS posts";

    TALLY: "SELECT unit, plan, phase, light, n FROM tally WHERE n <> 0 AND unit IN (" * "?", ",", ")";
    TALLY_PLAN: "SELECT unit, plan, phase, light, n FROM tally WHERE n <> 0 AND plan IN (" * "?", ",", ")";
    COMPLETENESS: "SELECT lead, COUNT(*), COUNT(on_time), COUNT(*) FILTER (WHERE on_time = 1), \
        COUNT(*) FILTER (WHERE nil = 1) FROM entry WHERE plan = ? AND duty IS NOT NULL AND duty = ? \
        AND period >= ? AND period <= ? AND phase <> 'void' GROUP BY lead ORDER BY lead";
}

/// The same columns of a table that is called e.
pub(crate) const ENTRY_COLUMNS: &str = "e.plan, e.no, e.register, e.number, e.title, e.lead, e.state, e.phase, \
     e.due, e.light, e.duty, e.period, e.on_time, e.uniq, e.body";

/// The columns of a line of the table of entries.
pub(crate) const ENTRY: &str = "SELECT plan, no, register, number, title, lead, state, phase, due, light, duty, \
     period, on_time, uniq, body FROM entry";
