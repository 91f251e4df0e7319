//! Accounts and sessions: who may sign in, who is signed in, what other programs may do.
//!
//! What happens to an account is an event of the organisation's chain, decided by the engine; its secrets
//! lie in a table beside it and change in the same transaction. Tokens are kept as hashes only, passwords
//! as argon2id, the secret of the second factor sealed by the office's master key.

mod attempts;
mod factor;
mod manage;
mod password;
mod session;
mod sign_in;
mod text;
mod token;

use std::fmt;
use std::time::Duration;

use luoshi_engine::{Actor, Hash, Moment, PersonId, PostId, RefusalKind};
use tokio::sync::{OnceCell, Semaphore};

use crate::error::AppError;
use attempts::Attempts;

/// How many passwords are compared at a time: each takes the memory of [`AccountSettings::memory`].
const TURNS: usize = 4;

/// How accounts are guarded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountSettings {
    /// What argon2id takes for a password, in KiB.
    pub memory: u32,
    /// How many passes argon2id makes.
    pub passes: u32,
    /// How long a session lasts without being used.
    pub idle: Duration,
    /// How long a session lasts at most.
    pub longest: Duration,
    /// How long an attempt to sign in that fails takes at least, so that its time tells nothing.
    pub failure: Duration,
}

impl Default for AccountSettings {
    /// What argon2 recommends; half an hour, half a day.
    fn default() -> Self {
        Self {
            memory: argon2::Params::DEFAULT_M_COST,
            passes: argon2::Params::DEFAULT_T_COST,
            idle: Duration::from_secs(30 * 60),
            longest: Duration::from_secs(12 * 60 * 60),
            failure: Duration::from_millis(500),
        }
    }
}

impl AccountSettings {
    /// For tests and invented counties: passwords cost nothing and protect nothing.
    pub fn cheap() -> Self {
        Self {
            memory: argon2::Params::MIN_M_COST,
            passes: argon2::Params::MIN_T_COST,
            failure: Duration::ZERO,
            ..Self::default()
        }
    }
}

/// What signing in shares.
pub(crate) struct Accounts {
    pub(crate) settings: AccountSettings,
    attempts: Attempts,
    /// Compared with where there is no account, so that this takes as long.
    nobody: OnceCell<String>,
    turns: Semaphore,
}

impl Accounts {
    pub(crate) fn new(settings: AccountSettings) -> Self {
        let turns = Semaphore::new(TURNS);
        Self { settings, attempts: Attempts::default(), nobody: OnceCell::new(), turns }
    }
}

/// What somebody signs in with.
#[derive(Clone)]
pub struct Credentials {
    /// The name of the account.
    pub login: String,
    /// The password, or the one-time code that was given out.
    pub password: String,
    /// What the second factor shows.
    pub code: Option<String>,
    /// The network address it comes from.
    pub address: String,
    /// What the browser calls itself.
    pub agent: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("address", &self.address).finish_non_exhaustive()
    }
}

/// What came of an attempt to sign in that was right so far.
#[derive(Clone, PartialEq, Eq)]
pub enum SignedIn {
    /// A session is open.
    Open {
        /// What the browser is to keep; nothing else opens the session.
        token: String,
        /// Whether a password must be chosen first.
        must_change: bool,
    },
    /// The password is right, and the second factor is asked for: the same again, with its code.
    SecondFactor,
}

impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open { must_change, .. } => {
                f.debug_struct("Open").field("must_change", must_change).finish_non_exhaustive()
            }
            Self::SecondFactor => f.write_str("SecondFactor"),
        }
    }
}

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The hash of its token, which names it in lists.
    pub id: Hash,
    /// Who.
    pub person: PersonId,
    /// The post they act in.
    pub post: PostId,
    /// When they signed in.
    pub created: Moment,
    /// When they were last seen, to the minute.
    pub seen: Moment,
    /// From where.
    pub address: String,
    /// With what.
    pub agent: String,
    /// Whether a password must be chosen before anything else.
    pub must_change: bool,
    /// Whether a second factor must be added before anything is done in this post.
    pub must_add_factor: bool,
}

impl Session {
    /// Who acts in it.
    pub fn actor(&self) -> Actor {
        Actor { person: self.person, post: self.post, address: self.address.clone() }
    }
}

/// A second factor that is to be set up.
#[derive(Clone)]
pub struct SecondFactor {
    /// What is shown as a QR code: `otpauth://totp/…`
    pub uri: String,
    /// The secret for typing, in base32.
    pub secret: String,
}

impl fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecondFactor(…)")
    }
}

/// An account in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// Whose.
    pub person: PersonId,
    /// The name to sign in with.
    pub login: String,
    /// Whether one can sign in.
    pub open: bool,
    /// Until when it is locked after wrong passwords.
    pub locked_until: Option<Moment>,
    /// Whether the second factor is on.
    pub second_factor: bool,
    /// When its holder was last seen.
    pub last_seen: Option<Moment>,
}

/// What a token of another program may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Read what its holder sees.
    Read,
    /// Take steps on entries: sign for, report.
    Report,
    /// Everything else that its holder may do.
    Manage,
}

impl Scope {
    /// Every scope, with its word and its title.
    pub const ALL: [(Self, &'static str, &'static str); 3] =
        [(Self::Read, "read", "查看"), (Self::Report, "report", "报送"), (Self::Manage, "manage", "管理")];

    /// How it is kept and given in addresses.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(scope, ..)| *scope == self).map_or("", |(_, word, _)| word)
    }

    /// What a user reads.
    pub fn title(self) -> &'static str {
        Self::ALL.iter().find(|(scope, ..)| *scope == self).map_or("", |(_, _, title)| title)
    }

    /// The scope of a word.
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known, _)| *known == word).map(|(scope, ..)| *scope)
    }
}

/// A token of another program, which acts for a person in one post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// The hash of its text, which names it in lists.
    pub id: Hash,
    /// For whom it acts.
    pub person: PersonId,
    /// In which post.
    pub post: PostId,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// What it is for.
    pub title: String,
    /// When it was made.
    pub created: Moment,
    /// From when on it does not hold.
    pub expires: Moment,
}

impl ApiToken {
    /// Whether it may do something.
    pub fn allows(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }

    /// Who acts by it.
    pub fn actor(&self, address: impl Into<String>) -> Actor {
        Actor { person: self.person, post: self.post, address: address.into() }
    }
}

/// A refusal with its sentence.
fn refused(kind: RefusalKind, sentence: impl Into<String>) -> AppError {
    AppError::Refused(luoshi_engine::Refusal::new(kind, sentence))
}

/// Milliseconds of a duration.
pub(crate) fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
