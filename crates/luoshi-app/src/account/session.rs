//! Sessions: who is signed in, in which post, and when that ends.

use luoshi_engine::{AccountCommand, Actor, Hash, Moment, PersonId, PostId, RefusalKind, SystemRole};
use luoshi_store::{Secrets, SessionRow};

use super::text::TOKEN;
use super::{Session, milliseconds, refused};
use crate::app::App;
use crate::error::AppError;
use crate::organise::Also;

/// How often it is noted that somebody was seen, in milliseconds.
const NOTED: i64 = 60_000;

impl App {
    /// The session of a token. None where it was ended or was not used for too long, where it is too old,
    /// where the account was closed, and where its holder has no post any more; a post that ended meanwhile
    /// is replaced by another one of theirs.
    ///
    /// # Errors
    ///
    /// The store failed.
    pub async fn session(&self, token: &str) -> Result<Option<Session>, AppError> {
        self.session_as(token, true).await
    }

    /// The same for a page that asks by itself: nobody need be there, so nobody was seen.
    ///
    /// # Errors
    ///
    /// The store failed.
    pub async fn session_unseen(&self, token: &str) -> Result<Option<Session>, AppError> {
        self.session_as(token, false).await
    }

    async fn session_as(&self, token: &str, seen: bool) -> Result<Option<Session>, AppError> {
        if token.len() != TOKEN {
            return Ok(None);
        }
        let id = Hash::of(token.as_bytes());
        let Some((row, kept)) = self.store().session(id).await? else { return Ok(None) };
        let now = self.now();
        let context = self.context();
        let held = context.org.hand(row.person, row.post, now.date()).map(|post| post.id);
        let post = held.or_else(|| self.default_post(row.person, now));
        let alive = self.is_alive(&row, now) && context.org.open_account(row.person).is_some();
        let Some(post) = post.filter(|_| alive) else {
            passing(self.end(id).await)?;
            return Ok(None);
        };
        if seen && now.0 - row.seen.0 >= NOTED {
            // Where somebody else writes just now, the next request notes it.
            passing(self.note_seen(id, now).await)?;
            // What another server changed about posts is known here a minute later at most.
            if self.store().is_shared() {
                self.shared.refreshed().await?;
            }
        }
        Ok(Some(self.told(row, post, &kept.secrets)))
    }

    /// Puts a session into another post of its holder.
    ///
    /// # Errors
    ///
    /// The session has ended, or the post is not theirs today.
    pub async fn choose_post(&self, token: &str, post: PostId) -> Result<(), AppError> {
        let session = self.signed_in(token).await?;
        if self.context().org.hand(session.person, post, self.now().date()).is_none() {
            let sentence = "您现在不在这个岗位上，请重新选择岗位。";
            return Err(refused(RefusalKind::NotAllowed, sentence));
        }
        let mut work = self.store().begin().await?;
        work.session_post(session.id, post).await?;
        Ok(work.commit().await?)
    }

    /// Ends a session; one that has ended stays so.
    ///
    /// # Errors
    ///
    /// The store failed.
    pub async fn sign_out(&self, token: &str) -> Result<(), AppError> {
        self.end(Hash::of(token.as_bytes())).await
    }

    /// The sessions of a person, the one last seen first.
    ///
    /// # Errors
    ///
    /// The store failed.
    pub async fn sessions_of(&self, person: PersonId) -> Result<Vec<Session>, AppError> {
        let now = self.now();
        let Some(kept) = self.store().account(person).await? else { return Ok(Vec::new()) };
        let rows = self.store().sessions_of(person).await?.into_iter();
        let alive = rows.filter(|row| self.is_alive(row, now));
        Ok(alive.map(|row| (row.post, row)).map(|(post, row)| self.told(row, post, &kept.secrets)).collect())
    }

    /// Ends a session of one's own or, as a security administrator, of anybody.
    ///
    /// # Errors
    ///
    /// There is none, or it is somebody else's.
    pub async fn revoke_session(&self, actor: &Actor, id: Hash) -> Result<(), AppError> {
        let found = self.store().session(id).await?;
        let Some((row, _)) = found else {
            return Err(refused(RefusalKind::NotFound, "这个登录已经结束，无需再结束，请刷新列表。"));
        };
        if row.person != actor.person && !self.is_security(actor) {
            let sentence = "只能结束本人的登录；结束他人的登录请联系安全管理员。";
            return Err(refused(RefusalKind::NotAllowed, sentence));
        }
        if row.person == actor.person {
            return self.end(id).await;
        }
        let also = [Also::EndSession(id)];
        self.organise_account("", actor, row.person, AccountCommand::EndSession, &also).await
    }

    /// Whether somebody acts as a security administrator, or on the server itself.
    pub(super) fn is_security(&self, actor: &Actor) -> bool {
        let context = self.context();
        let post = context.org.hand(actor.person, actor.post, self.now().date());
        actor.is_system() || post.is_some_and(|post| post.system == Some(SystemRole::SecurityAdmin))
    }

    /// The session of a token, which must stand.
    pub(super) async fn signed_in(&self, token: &str) -> Result<Session, AppError> {
        let ended = || refused(RefusalKind::NotAllowed, "登录已失效，请重新登录。");
        self.session(token).await?.ok_or_else(ended)
    }

    fn told(&self, row: SessionRow, post: PostId, secrets: &Secrets) -> Session {
        let SessionRow { hash, person, created, seen, address, agent, .. } = row;
        let must_change = secrets.must_change || secrets.code.is_some();
        let must_add_factor = secrets.factor.is_none() && self.context().org.needs_second_factor(post);
        Session { id: hash, person, post, created, seen, address, agent, must_change, must_add_factor }
    }

    fn is_alive(&self, row: &SessionRow, now: Moment) -> bool {
        let settings = &self.guard().settings;
        let (idle, age) = (now.0 - row.seen.0, now.0 - row.created.0);
        idle < milliseconds(settings.idle) && age < milliseconds(settings.longest)
    }

    async fn end(&self, id: Hash) -> Result<(), AppError> {
        let mut work = self.store().begin().await?;
        work.end_session(id).await?;
        Ok(work.commit().await?)
    }

    async fn note_seen(&self, id: Hash, now: Moment) -> Result<(), AppError> {
        let mut work = self.store().begin().await?;
        work.session_seen(id, now).await?;
        Ok(work.commit().await?)
    }
}

/// What hinders a note for the moment is no failure of what was asked for.
fn passing(done: Result<(), AppError>) -> Result<(), AppError> {
    match done {
        Err(AppError::Store(error)) if error.passes() => Ok(()),
        done => done,
    }
}
