//! Signing in.

use std::time::Instant;

use luoshi_engine::{Hash, Moment, PersonId, PostId, RefusalKind, login_name};
use luoshi_store::{AccountRow as Kept, Secrets, SessionRow};

use super::attempts::{ACCOUNT, ADDRESS, enter, take_back};
use super::factor::find_step;
use super::text::{new_token, plain_code};
use super::{Accounts, Credentials, SignedIn, milliseconds, password, refused};
use crate::app::{App, Trial};
use crate::error::AppError;

/// How much of what a browser calls itself is kept, in characters.
const AGENT: usize = 200;
/// How much of an address is kept, in characters.
const PLACE: usize = 64;

/// How somebody proved to be the holder of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proof {
    /// By the password.
    Password,
    /// By the one-time code, with which a password is to be chosen.
    Code,
}

/// The one sentence for a login that nobody has and for a wrong password.
fn wrong() -> AppError {
    refused(RefusalKind::NotAllowed, "登录名或密码不对，请检查后重试；忘记密码请联系安全管理员重置。")
}

/// The door is shut for a while.
fn shut(now: Moment, until: Moment) -> AppError {
    let minutes = (until.0 - now.0).max(0).saturating_add(59_999) / 60_000;
    let sentence = format!("登录失败次数过多，已暂时锁定，请在{minutes}分钟后再试，或请安全管理员解除锁定。");
    refused(RefusalKind::OutOfTime, sentence)
}

fn cut(words: &str, most: usize) -> String {
    words.chars().filter(|c| !c.is_control()).take(most).collect()
}

impl App {
    /// Signs somebody in. A login that nobody has and a wrong password are answered with the same words in
    /// the same time; after several wrong attempts in a row one has to wait, longer each time.
    ///
    /// # Errors
    ///
    /// A refusal with its sentence, or the store failed.
    pub async fn sign_in(&self, given: &Credentials) -> Result<SignedIn, AppError> {
        let begun = Instant::now();
        let answer = self.try_sign_in(given).await;
        if matches!(answer, Err(AppError::Refused(_))) {
            let left = self.guard().settings.failure.saturating_sub(begun.elapsed());
            tokio::time::sleep(left).await;
        }
        answer
    }

    async fn try_sign_in(&self, given: &Credentials) -> Result<SignedIn, AppError> {
        let now = self.now();
        let login = login_name(&cut(&given.login, 128));
        let address = cut(&given.address, PLACE);
        let from = (!address.is_empty()).then(|| format!("from {address}"));
        if let Some(from) = &from {
            let entered = self.guard().attempts.enter(from.clone(), &ADDRESS, now);
            entered.map_err(|until| shut(now, until))?;
        }
        let Some(kept) = self.account_named(&login).await? else {
            let entered = self.guard().attempts.enter(format!("as {login}"), &ACCOUNT, now);
            entered.map_err(|until| shut(now, until))?;
            self.guard().find_nobody(&cut(&given.password, password::LONGEST)).await?;
            return Err(wrong());
        };
        let (kept, proof) = self.prove(kept.person, &given.password, now).await?.ok_or_else(wrong)?;
        let Some(post) = self.default_post(kept.person, now) else {
            self.take_back(kept.person).await?;
            let sentence = "您现在没有在任岗位，不能登录，请联系系统管理员核对岗位。";
            return Err(refused(RefusalKind::NotAllowed, sentence));
        };
        let factor = self.open_factor(&kept).await?;
        let shown = given.code.as_deref().map(str::trim).filter(|code| !code.is_empty());
        if factor.is_some() && shown.is_none() {
            self.take_back(kept.person).await?;
            if let Some(from) = &from {
                self.guard().attempts.take_back(from);
            }
            return Ok(SignedIn::SecondFactor);
        }
        let token = new_token()?;
        let session = SessionRow {
            hash: Hash::of(token.as_bytes()),
            person: kept.person,
            post,
            created: now,
            seen: now,
            address,
            agent: cut(&given.agent, AGENT),
        };
        let mut trial = Trial::new(self.store());
        let entered = loop {
            let shown = factor.as_deref().zip(shown);
            match self.enter_once(&kept.secrets, shown, &session).await {
                Err(AppError::Store(error)) => trial.after(error).await?,
                done => break done,
            }
        };
        entered?;
        if let Some(from) = &from {
            self.guard().attempts.take_back(from);
        }
        let must_change = kept.secrets.must_change || proof == Proof::Code;
        Ok(SignedIn::Open { token, must_change })
    }

    /// Forgets the failures, uses up the code of the second factor and opens the session, all or nothing.
    async fn enter_once(
        &self,
        proved: &Secrets,
        factor: Option<(&[u8], &str)>,
        session: &SessionRow,
    ) -> Result<(), AppError> {
        let now = session.created;
        let mut work = self.store().begin().await?;
        let kept = work.accounts(&[session.person]).await?.remove(&session.person);
        let same = |s: &Secrets| {
            (&s.password, &s.code, &s.factor) == (&proved.password, &proved.code, &proved.factor)
        };
        let Some(mut kept) = kept.filter(|kept| same(&kept.secrets)) else { return Err(wrong()) };
        if let Some((secret, shown)) = factor {
            let step = find_step(secret, shown, now, kept.secrets.factor_step).ok_or_else(|| {
                let sentence = "动态口令不对，或者已经用过，请等下一个动态口令出现后再试。";
                refused(RefusalKind::NotAllowed, sentence)
            })?;
            kept.secrets.factor_step = step;
        }
        let secrets = &mut kept.secrets;
        (secrets.failures, secrets.locked, secrets.tried) = (0, None, None);
        secrets.signed_in = Some(now);
        work.put_accounts(&[kept]).await?;
        let settings = &self.guard().settings;
        let idle = now.plus(-milliseconds(settings.idle));
        work.end_old_sessions(idle, now.plus(-milliseconds(settings.longest))).await?;
        work.add_session(session).await?;
        Ok(work.commit().await?)
    }

    /// Compares what somebody gives as the password of an account, counted as a wrong attempt until the
    /// caller forgets it. None where it is wrong.
    pub(super) async fn prove(
        &self,
        person: PersonId,
        given: &str,
        now: Moment,
    ) -> Result<Option<(Kept, Proof)>, AppError> {
        let mut trial = Trial::new(self.store());
        let kept = loop {
            match self.count_attempt(person, now).await {
                Err(AppError::Store(error)) => trial.after(error).await?,
                done => break done?,
            }
        };
        let (hash, given, proof) = match (&kept.secrets.code, &kept.secrets.password) {
            (Some(code), _) => (code, plain_code(given), Proof::Code),
            (None, Some(password)) => (password, given.to_owned(), Proof::Password),
            (None, None) => {
                self.guard().find_nobody("").await?;
                return Ok(None);
            }
        };
        if given.len() > password::LONGEST || self.guard().find(&given, vec![hash.clone()]).await?.is_none() {
            return Ok(None);
        }
        if proof == Proof::Code && kept.secrets.code_until.is_none_or(|until| until <= now) {
            let sentence = "一次性代码已过期，请联系安全管理员重新办理重置。";
            return Err(refused(RefusalKind::OutOfTime, sentence));
        }
        Ok(Some((kept, proof)))
    }

    async fn count_attempt(&self, person: PersonId, now: Moment) -> Result<Kept, AppError> {
        let mut work = self.store().begin().await?;
        let Some(mut kept) = work.accounts(&[person]).await?.remove(&person) else { return Err(wrong()) };
        enter(&mut kept.secrets, now).map_err(|until| shut(now, until))?;
        work.put_accounts(std::slice::from_ref(&kept)).await?;
        work.commit().await?;
        Ok(kept)
    }

    /// Takes back that an attempt was counted as wrong: it was not, but it was not the whole proof either.
    pub(super) async fn take_back(&self, person: PersonId) -> Result<(), AppError> {
        let mut work = self.store().begin().await?;
        if let Some(mut kept) = work.accounts(&[person]).await?.remove(&person) {
            take_back(&mut kept.secrets);
            work.put_accounts(&[kept]).await?;
            work.commit().await?;
        }
        Ok(())
    }

    /// The open account of a login name.
    async fn account_named(&self, login: &str) -> Result<Option<Kept>, AppError> {
        let context = if self.store().is_shared() { self.shared.refreshed().await? } else { self.context() };
        let kept = self.store().account_named(login).await?;
        Ok(kept
            .filter(|kept| context.org.open_account(kept.person).is_some_and(|known| known.login == login)))
    }

    /// The post that somebody is in after signing in: the first with a role, own ones first.
    pub(super) fn default_post(&self, person: PersonId, now: Moment) -> Option<PostId> {
        let context = self.context();
        let posts = context.org.posts_of(person, now.date());
        let idle = |post: &luoshi_engine::Post| post.roles.is_empty() && post.system.is_none();
        posts.into_iter().min_by_key(|post| (post.person != person, idle(post), post.id)).map(|post| post.id)
    }

    pub(super) fn guard(&self) -> &Accounts {
        &self.shared.accounts
    }
}
