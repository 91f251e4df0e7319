//! Tokens of other programs: they act for a person in one post, within scopes, until a day.

use luoshi_engine::{AccountCommand, Actor, Hash, Moment, PersonId, RefusalKind};
use luoshi_store::TokenRow;

use super::text::{TOKEN, new_token};
use super::{ApiToken, Scope, refused};
use crate::app::App;
use crate::error::AppError;
use crate::organise::Also;

/// How every token begins, so that one that got into a text is found there.
const PREFIX: &str = "luoshi_";
/// How long a token may hold, in days.
const LONGEST: i64 = 366;
/// How long its title may be, in characters.
const TITLE: usize = 100;

impl App {
    /// Makes a token that acts for the actor in the post they are in, and gives its text, which is shown
    /// once and kept nowhere.
    ///
    /// # Errors
    ///
    /// The actor has no account or not this post, or title, scopes or last moment are not as they must be.
    pub async fn issue_token(
        &self,
        actor: &Actor,
        title: &str,
        scopes: &[Scope],
        expires: Moment,
    ) -> Result<String, AppError> {
        let now = self.now();
        let title = title.trim();
        if title.is_empty() || title.chars().count() > TITLE || title.contains(char::is_control) {
            let sentence = format!("请写明令牌的用途，不超过{TITLE}个字，如“县数据平台取数”。");
            return Err(refused(RefusalKind::Incomplete, sentence));
        }
        let mut scopes = scopes.to_vec();
        scopes.sort_unstable();
        scopes.dedup();
        if scopes.is_empty() {
            return Err(refused(RefusalKind::Incomplete, "请至少选择一项令牌可做的事。"));
        }
        if expires <= now || expires > now.plus(LONGEST * Moment::DAY) {
            return Err(refused(RefusalKind::OutOfTime, "令牌的有效期须在一年以内，请重新选择截止日期。"));
        }
        if self.context().org.hand(actor.person, actor.post, now.date()).is_none() {
            return Err(refused(RefusalKind::NotAllowed, "您现在不在这个岗位上，请先切换岗位。"));
        }
        if self.context().org.needs_second_factor(actor.post) && !self.has_second_factor(actor.person).await?
        {
            return Err(refused(RefusalKind::NotAllowed, "管理岗位须先启用动态口令，再签发令牌。"));
        }
        let text = format!("{PREFIX}{}", new_token()?);
        let words: Vec<&str> = scopes.iter().map(|scope| scope.word()).collect();
        let row = TokenRow {
            hash: Hash::of(text.as_bytes()),
            person: actor.person,
            post: actor.post,
            scopes: words.join(","),
            title: title.to_owned(),
            created: now,
            expires,
        };
        self.note_as(actor, AccountCommand::IssueToken, &[Also::AddToken(row)]).await?;
        Ok(text)
    }

    /// The token of a text. None where it was taken back or has expired, where the account was closed, and
    /// where its holder is no longer in its post.
    ///
    /// # Errors
    ///
    /// The store failed.
    pub async fn token(&self, text: &str) -> Result<Option<ApiToken>, AppError> {
        if text.len() != PREFIX.len() + TOKEN || !text.starts_with(PREFIX) {
            return Ok(None);
        }
        let (now, context) = (self.now(), self.context());
        let holds = |row: &TokenRow| {
            now < row.expires
                && context.org.open_account(row.person).is_some()
                && context.org.hand(row.person, row.post, now.date()).is_some()
        };
        let row = self.store().token(Hash::of(text.as_bytes())).await?;
        Ok(row.filter(holds).map(told))
    }

    /// The tokens of a person, the newest first, those that have expired as well.
    ///
    /// # Errors
    ///
    /// The store failed.
    pub async fn tokens_of(&self, person: PersonId) -> Result<Vec<ApiToken>, AppError> {
        Ok(self.store().tokens_of(person).await?.into_iter().map(told).collect())
    }

    /// Takes back a token of one's own or, as a security administrator, of anybody.
    ///
    /// # Errors
    ///
    /// There is none, or it is somebody else's.
    pub async fn revoke_token(&self, actor: &Actor, id: Hash) -> Result<(), AppError> {
        let Some(row) = self.store().token(id).await? else {
            return Err(refused(RefusalKind::NotFound, "这个令牌已经收回，无需再收，请刷新列表。"));
        };
        let also = [Also::DropToken(id)];
        self.organise_account("", actor, row.person, AccountCommand::RevokeToken, &also).await
    }
}

fn told(row: TokenRow) -> ApiToken {
    let TokenRow { hash, person, post, scopes, title, created, expires } = row;
    let scopes = scopes.split(',').filter_map(Scope::find).collect();
    ApiToken { id: hash, person, post, scopes, title, created, expires }
}
