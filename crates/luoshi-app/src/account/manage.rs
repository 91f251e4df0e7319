//! Opening, resetting and closing accounts, and choosing a password.

use luoshi_engine::{AccountCommand, Actor, Moment, OrgCommand, PersonId, RefusalKind, login_name};
use luoshi_store::{AccountRow as Kept, Secrets};

use super::factor::stale;
use super::password::{HISTORY, find_fault};
use super::sign_in::Proof;
use super::text::{new_code, plain_code, random};
use super::{AccountRow, AccountSettings, Accounts, Session, refused};
use crate::app::App;
use crate::error::AppError;
use crate::organise::Also;

/// How long a one-time code holds, in days.
const CODE_DAYS: i64 = 7;

/// Gives an account a one-time code and takes everything else away; former passwords stay former.
fn begin_anew(secrets: &mut Secrets, code: &str, until: Moment) {
    let mut former = std::mem::take(&mut secrets.former);
    former.splice(0..0, secrets.password.take());
    former.truncate(HISTORY);
    let signed_in = secrets.signed_in;
    *secrets = Secrets {
        former,
        code: Some(code.to_owned()),
        code_until: Some(until),
        must_change: true,
        signed_in,
        // A code that was shown before must not serve again.
        factor_step: secrets.factor_step,
        ..Secrets::default()
    };
}

impl App {
    /// Opens an account for a person, or a closed one again, and gives the one-time code with which they
    /// choose a password within seven days. The same again, because the answer was lost, gives another
    /// code in the place of the first.
    ///
    /// # Errors
    ///
    /// A refusal, or the store failed.
    pub async fn open_account(
        &self,
        key: &str,
        actor: &Actor,
        person: PersonId,
        login: &str,
    ) -> Result<String, AppError> {
        self.give_code(key, actor, person, AccountCommand::Open { login: login.to_owned() }).await
    }

    /// Takes password, second factor, sessions and tokens of an account away and gives a one-time code.
    ///
    /// # Errors
    ///
    /// A refusal, or the store failed.
    pub async fn reset_account(
        &self,
        key: &str,
        actor: &Actor,
        person: PersonId,
    ) -> Result<String, AppError> {
        self.give_code(key, actor, person, AccountCommand::Reset).await
    }

    async fn give_code(
        &self,
        key: &str,
        actor: &Actor,
        person: PersonId,
        what: AccountCommand,
    ) -> Result<String, AppError> {
        let code = new_code()?;
        let hash = self.guard().hash(&plain_code(&code)).await?;
        let until = self.now().plus(CODE_DAYS * Moment::DAY);
        let again = hash.clone();
        let give = Also::Change {
            person,
            change: Box::new(move |secrets| {
                begin_anew(secrets, &hash, until);
                Ok(())
            }),
            again: Some(Box::new(move |secrets| {
                // Who has chosen a password meanwhile keeps it.
                if secrets.code.is_none() {
                    return Err(stale());
                }
                begin_anew(secrets, &again, until);
                Ok(())
            })),
        };
        let also = [give, Also::EndSessions { person, but: None }, Also::DropTokens(person)];
        self.organise_account(key, actor, person, what, &also).await?;
        Ok(code)
    }

    /// Closes an account: its sessions and tokens end with it.
    ///
    /// # Errors
    ///
    /// A refusal, or the store failed.
    pub async fn close_account(&self, key: &str, actor: &Actor, person: PersonId) -> Result<(), AppError> {
        let close = Also::change(person, |secrets| {
            (secrets.code, secrets.code_until) = (None, None);
            Ok(())
        });
        let also = [close, Also::EndSessions { person, but: None }, Also::DropTokens(person)];
        self.organise_account(key, actor, person, AccountCommand::Close, &also).await
    }

    /// Lets somebody in again who was locked out by wrong attempts.
    ///
    /// # Errors
    ///
    /// A refusal, or the store failed.
    pub async fn unlock_account(&self, key: &str, actor: &Actor, person: PersonId) -> Result<(), AppError> {
        let unlock = Also::change(person, |secrets| {
            (secrets.failures, secrets.locked, secrets.tried) = (0, None, None);
            Ok(())
        });
        self.organise_account(key, actor, person, AccountCommand::Unlock, &[unlock]).await
    }

    /// Chooses a password in the place of the old one or of a one-time code. The person's other sessions
    /// end.
    ///
    /// # Errors
    ///
    /// The session has ended, the old password is wrong, or the new one is not as it must be.
    pub async fn set_password(&self, token: &str, old: &str, new: &str) -> Result<(), AppError> {
        let session = self.signed_in(token).await?;
        let person = session.person;
        let context = self.context();
        let login = context.org.open_account(person).map(|account| account.login.as_str());
        let known = context.org.people.get(&person);
        let own = [known.map(|known| known.name.as_str()), known.map(|known| known.mobile.as_str()), login];
        let own: Vec<&str> = own.into_iter().flatten().collect();
        if let Some(fault) = find_fault(new, &own) {
            return Err(refused(RefusalKind::Incomplete, fault));
        }
        let kept = self.prove_again(person, old).await?;
        let Secrets { password, former, .. } = kept.secrets.clone();
        let used: Vec<String> = password.into_iter().chain(former).take(HISTORY).collect();
        if self.guard().find(new, used).await?.is_some() {
            self.take_back(person).await?;
            let sentence = format!("不能使用最近{HISTORY}次用过的密码，请换一个。");
            return Err(refused(RefusalKind::Incomplete, sentence));
        }
        let (hash, now) = (self.guard().hash(new).await?, self.now());
        let proved = (kept.secrets.password, kept.secrets.code);
        let change = Also::change(person, move |secrets| {
            if (&secrets.password, &secrets.code) != (&proved.0, &proved.1) {
                return Err(stale());
            }
            secrets.former.splice(0..0, secrets.password.take());
            secrets.former.truncate(HISTORY - 1);
            secrets.password = Some(hash.clone());
            (secrets.code, secrets.code_until, secrets.must_change) = (None, None, false);
            (secrets.failures, secrets.locked, secrets.tried) = (0, None, None);
            secrets.set = Some(now);
            Ok(())
        });
        let also = [change, Also::EndSessions { person, but: Some(session.id) }];
        self.note_own(&session, AccountCommand::SetPassword, &also).await
    }

    /// All accounts that there are or were, by person.
    ///
    /// # Errors
    ///
    /// The store failed.
    pub async fn accounts(&self) -> Result<Vec<AccountRow>, AppError> {
        let seen = self.store().last_seen().await?;
        let kept = self.store().accounts().await?.into_iter();
        Ok(kept.map(|kept| self.account_row(seen.get(&kept.person).copied(), kept)).collect())
    }

    /// The account of a person, if there is or was one.
    ///
    /// # Errors
    ///
    /// The store failed.
    pub async fn account_of(&self, person: PersonId) -> Result<Option<AccountRow>, AppError> {
        let Some(kept) = self.store().account(person).await? else { return Ok(None) };
        let seen = self.store().sessions_of(person).await?.iter().map(|session| session.seen).max();
        Ok(Some(self.account_row(seen, kept)))
    }

    fn account_row(&self, seen: Option<Moment>, kept: Kept) -> AccountRow {
        let Kept { person, login, secrets } = kept;
        AccountRow {
            person,
            login,
            open: self.context().org.open_account(person).is_some(),
            locked_until: secrets.locked.filter(|until| self.now() < *until),
            second_factor: secrets.factor.is_some(),
            last_seen: secrets.signed_in.max(seen),
        }
    }

    /// Opens an account with one password for everybody who has none, for an invented county: the mobile
    /// number is the name to sign in with, or else the person's own number. Tells how many.
    ///
    /// # Errors
    ///
    /// The store failed.
    pub async fn open_demo_accounts(&self, password: &str) -> Result<usize, AppError> {
        let cheap = Accounts::new(AccountSettings::cheap());
        let hash = cheap.hash(password).await?;
        let context = self.context();
        let mut commands = Vec::new();
        let mut also = Vec::new();
        for (id, known) in &context.org.people {
            if context.org.accounts.contains_key(id) {
                continue;
            }
            let login = if known.mobile.is_empty() { id.to_string() } else { login_name(&known.mobile) };
            commands.push(OrgCommand::Account { person: *id, what: AccountCommand::Open { login } });
            let hash = hash.clone();
            also.push(Also::change(*id, move |secrets| {
                secrets.password = Some(hash.clone());
                Ok(())
            }));
        }
        self.organise_also("", &Actor::system(), &commands, &also).await?;
        Ok(commands.len())
    }

    /// That whoever uses a session knows its password: asked before what outlives the session.
    ///
    /// # Errors
    ///
    /// The session has ended, or the password is wrong.
    pub async fn confirm_password(&self, token: &str, password: &str) -> Result<(), AppError> {
        let person = self.signed_in(token).await?.person;
        self.prove_again(person, password).await?;
        self.take_back(person).await
    }

    /// Compares the password of somebody who is signed in, counted like an attempt to sign in.
    pub(super) async fn prove_again(&self, person: PersonId, password: &str) -> Result<Kept, AppError> {
        let wrong = || refused(RefusalKind::NotAllowed, "现在的密码不对，请重新输入。");
        let proved: Option<(Kept, Proof)> = self.prove(person, password, self.now()).await?;
        Ok(proved.ok_or_else(wrong)?.0)
    }

    /// Keeps what somebody did with their own account, and its event.
    pub(super) async fn note_own(
        &self,
        session: &Session,
        what: AccountCommand,
        also: &[Also],
    ) -> Result<(), AppError> {
        self.note_as(&session.actor(), what, also).await
    }

    /// Keeps what an actor did with their own account, and its event.
    pub(super) async fn note_as(
        &self,
        actor: &Actor,
        what: AccountCommand,
        also: &[Also],
    ) -> Result<(), AppError> {
        // A key of its own, so that it is kept once where the answer of the database was lost.
        let key = format!("account-{:032x}", u128::from_be_bytes(random::<16>()?));
        self.organise_account(&key, actor, actor.person, what, also).await
    }

    pub(super) async fn organise_account(
        &self,
        key: &str,
        actor: &Actor,
        person: PersonId,
        what: AccountCommand,
        also: &[Also],
    ) -> Result<(), AppError> {
        self.organise_also(key, actor, &[OrgCommand::Account { person, what }], also).await.map(|_| ())
    }
}
