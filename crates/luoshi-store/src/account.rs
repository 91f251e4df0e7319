//! Accounts with their secrets, sessions, and tokens of other programs.

use std::collections::BTreeMap;
use std::fmt;

use luoshi_engine::{Hash, Moment, PersonId, PostId};
use serde::{Deserialize, Serialize};

use crate::db::{Row, Value, values};
use crate::error::StoreError;
use crate::sql;
use crate::store::Store;
use crate::work::Work;

/// What somebody signs in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountRow {
    /// Whose.
    pub person: PersonId,
    /// The name to sign in with.
    pub login: String,
    /// What is compared with what they give.
    pub secrets: Secrets,
}

/// The secrets of an account and what has been tried on it. Shown by no log.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Secrets {
    /// The argon2id hash of the password, as a PHC string.
    pub password: Option<String>,
    /// Hashes of former passwords, the last one first.
    pub former: Vec<String>,
    /// The hash of a one-time code with which a password is to be chosen.
    pub code: Option<String>,
    /// Until when the code holds.
    pub code_until: Option<Moment>,
    /// The secret of the second factor, sealed; none where it is off.
    pub factor: Option<String>,
    /// A secret that is not confirmed yet, sealed.
    pub factor_pending: Option<String>,
    /// The last step of time whose one-time password was used: none is taken twice.
    pub factor_step: i64,
    /// Wrong attempts since the last right one.
    pub failures: u32,
    /// When somebody last tried.
    pub tried: Option<Moment>,
    /// Until when nobody is let in.
    pub locked: Option<Moment>,
    /// When the password was chosen.
    pub set: Option<Moment>,
    /// Whether a password must be chosen before anything else.
    pub must_change: bool,
    /// When somebody last signed in.
    pub signed_in: Option<Moment>,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { failures, locked, must_change, .. } = self;
        let mut out = f.debug_struct("Secrets");
        out.field("failures", failures).field("locked", locked).field("must_change", must_change);
        out.finish_non_exhaustive()
    }
}

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRow {
    /// The hash of the token.
    pub hash: Hash,
    /// Who.
    pub person: PersonId,
    /// In which post.
    pub post: PostId,
    /// When they signed in.
    pub created: Moment,
    /// When they were last seen, to the minute.
    pub seen: Moment,
    /// From where.
    pub address: String,
    /// With what.
    pub agent: String,
}

/// A token of another program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow {
    /// The hash of the token.
    pub hash: Hash,
    /// For whom it acts.
    pub person: PersonId,
    /// In which post.
    pub post: PostId,
    /// What it may do: words with commas between them.
    pub scopes: String,
    /// What it is for.
    pub title: String,
    /// When it was made.
    pub created: Moment,
    /// From when on it does not hold.
    pub expires: Moment,
}

fn account_of(row: &Row) -> Result<AccountRow, StoreError> {
    let secrets = serde_json::from_str(&row.text(2)?)?;
    Ok(AccountRow { person: PersonId(row.int(0)?), login: row.text(1)?, secrets })
}

fn session_of(row: &Row) -> Result<SessionRow, StoreError> {
    Ok(SessionRow {
        hash: row.hash(0)?,
        person: PersonId(row.int(1)?),
        post: PostId(row.int(2)?),
        created: Moment(row.int(3)?),
        seen: Moment(row.int(4)?),
        address: row.text(5)?,
        agent: row.text(6)?,
    })
}

fn token_of(row: &Row) -> Result<TokenRow, StoreError> {
    Ok(TokenRow {
        hash: row.hash(0)?,
        person: PersonId(row.int(1)?),
        post: PostId(row.int(2)?),
        scopes: row.text(3)?,
        title: row.text(4)?,
        created: Moment(row.int(5)?),
        expires: Moment(row.int(6)?),
    })
}

impl Store {
    /// The account of a login name.
    ///
    /// # Errors
    ///
    /// The database fails; so with all that follow.
    pub async fn account_named(&self, login: &str) -> Result<Option<AccountRow>, StoreError> {
        let rows = self.db.read(&sql::ACCOUNT_NAMED, 0, values![login].into()).await?;
        rows.first().map(account_of).transpose()
    }

    /// The account of a person.
    pub async fn account(&self, person: PersonId) -> Result<Option<AccountRow>, StoreError> {
        let rows = self.db.read(&sql::ACCOUNT, 0, values![person].into()).await?;
        rows.first().map(account_of).transpose()
    }

    /// All accounts, by person.
    pub async fn accounts(&self) -> Result<Vec<AccountRow>, StoreError> {
        self.db.read(&sql::ACCOUNTS_ALL, 0, Vec::new()).await?.iter().map(account_of).collect()
    }

    /// A session, and the account that it was opened with.
    pub async fn session(&self, hash: Hash) -> Result<Option<(SessionRow, AccountRow)>, StoreError> {
        let rows = self.db.read(&sql::SESSION, 0, values![hash].into()).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let session = session_of(row)?;
        let secrets = serde_json::from_str(&row.text(8)?)?;
        let account = AccountRow { person: session.person, login: row.text(7)?, secrets };
        Ok(Some((session, account)))
    }

    /// The sessions of a person, the one last seen first.
    pub async fn sessions_of(&self, person: PersonId) -> Result<Vec<SessionRow>, StoreError> {
        self.db.read(&sql::SESSIONS_OF, 0, values![person].into()).await?.iter().map(session_of).collect()
    }

    /// When each person was last seen in a session that still stands.
    pub async fn last_seen(&self) -> Result<BTreeMap<PersonId, Moment>, StoreError> {
        let rows = self.db.read(&sql::SESSIONS_SEEN, 0, Vec::new()).await?;
        rows.iter().map(|row| Ok((PersonId(row.int(0)?), Moment(row.int(1)?)))).collect()
    }

    /// How many sessions were seen and opened after these moments.
    pub async fn count_sessions(&self, seen: Moment, created: Moment) -> Result<i64, StoreError> {
        let rows = self.db.read(&sql::SESSIONS_COUNT, 0, values![seen, created].into()).await?;
        rows.first().map_or(Ok(0), |row| row.int(0))
    }

    /// A token.
    pub async fn token(&self, hash: Hash) -> Result<Option<TokenRow>, StoreError> {
        let rows = self.db.read(&sql::TOKEN, 0, values![hash].into()).await?;
        rows.first().map(token_of).transpose()
    }

    /// The tokens of a person, the newest first.
    pub async fn tokens_of(&self, person: PersonId) -> Result<Vec<TokenRow>, StoreError> {
        self.db.read(&sql::TOKENS_OF, 0, values![person].into()).await?.iter().map(token_of).collect()
    }
}

impl Work {
    /// Accounts of people, held until the end of the work.
    ///
    /// # Errors
    ///
    /// The database fails; so with all that follow.
    pub async fn accounts(
        &mut self,
        people: &[PersonId],
    ) -> Result<BTreeMap<PersonId, AccountRow>, StoreError> {
        let keys = people.iter().copied().map(Value::from).collect();
        let rows = self.tx.find(&self.db, &sql::ACCOUNTS, keys).await?;
        rows.iter().map(|row| account_of(row).map(|account| (account.person, account))).collect()
    }

    /// Puts accounts as they are now; a person is given once.
    pub async fn put_accounts(&mut self, accounts: &[AccountRow]) -> Result<(), StoreError> {
        let mut values = Vec::with_capacity(accounts.len() * 3);
        for AccountRow { person, login, secrets } in accounts {
            values.extend(values![*person, login, serde_json::to_string(secrets)?]);
        }
        self.tx.write(&self.db, &sql::ACCOUNTS_PUT, values).await?;
        Ok(())
    }

    /// Adds a session.
    pub async fn add_session(&mut self, session: &SessionRow) -> Result<(), StoreError> {
        let SessionRow { hash, person, post, created, seen, address, agent } = session;
        let values = values![*hash, *person, *post, *created, *seen, address, agent].into();
        self.tx.write(&self.db, &sql::SESSION_ADD, values).await?;
        Ok(())
    }

    /// Notes that somebody was seen; a moment before the one noted changes nothing.
    pub async fn session_seen(&mut self, hash: Hash, at: Moment) -> Result<(), StoreError> {
        self.tx.execute(self.db.text(&sql::SESSION_SEEN, 0), values![at, hash, at].into()).await?;
        Ok(())
    }

    /// Puts a session into another post; tells whether there was one.
    pub async fn session_post(&mut self, hash: Hash, post: PostId) -> Result<bool, StoreError> {
        Ok(self.tx.execute(self.db.text(&sql::SESSION_POST, 0), values![post, hash].into()).await? == 1)
    }

    /// Ends a session; tells whether there was one.
    pub async fn end_session(&mut self, hash: Hash) -> Result<bool, StoreError> {
        Ok(self.tx.execute(self.db.text(&sql::SESSION_END, 0), values![hash].into()).await? == 1)
    }

    /// Ends all sessions of a person but one.
    pub async fn end_sessions_of(&mut self, person: PersonId, but: Option<Hash>) -> Result<(), StoreError> {
        let but = but.map_or_else(Vec::new, |hash| hash.0.to_vec());
        self.tx.execute(self.db.text(&sql::SESSIONS_END, 0), values![person, but].into()).await?;
        Ok(())
    }

    /// Ends sessions that were not seen, or were opened, before some moments.
    pub async fn end_old_sessions(&mut self, seen: Moment, created: Moment) -> Result<(), StoreError> {
        self.tx.execute(self.db.text(&sql::SESSIONS_OLD, 0), values![seen, created].into()).await?;
        Ok(())
    }

    /// Adds a token.
    pub async fn add_token(&mut self, token: &TokenRow) -> Result<(), StoreError> {
        let TokenRow { hash, person, post, scopes, title, created, expires } = token;
        let values = values![*hash, *person, *post, scopes, title, *created, *expires].into();
        self.tx.write(&self.db, &sql::TOKENS_ADD, values).await?;
        Ok(())
    }

    /// Takes a token back; tells whether there was one.
    pub async fn drop_token(&mut self, hash: Hash) -> Result<bool, StoreError> {
        Ok(self.tx.execute(self.db.text(&sql::TOKEN_DROP, 0), values![hash].into()).await? == 1)
    }

    /// Takes all tokens of a person back.
    pub async fn drop_tokens_of(&mut self, person: PersonId) -> Result<(), StoreError> {
        self.tx.execute(self.db.text(&sql::TOKENS_DROP, 0), values![person].into()).await?;
        Ok(())
    }
}
