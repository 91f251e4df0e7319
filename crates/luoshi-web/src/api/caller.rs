//! Who calls: the person of a token, within its scopes.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use luoshi_app::{AppError, Reader, Scope};
use luoshi_engine::{Refusal, RefusalKind};

use super::problem::Failed;
use crate::error::WebError;
use crate::sign::{Signed, address_of, found};
use crate::state::Web;

/// Somebody who calls, and what they may see.
pub(crate) struct Caller {
    /// What they may see.
    pub(crate) reader: Reader,
    /// What the token is for; everything in a session.
    scopes: Option<Vec<Scope>>,
}

impl Caller {
    /// That the token is for this.
    pub(crate) fn needs(&self, scope: Scope) -> Result<(), Failed> {
        if self.scopes.as_ref().is_none_or(|scopes| scopes.contains(&scope)) {
            return Ok(());
        }
        let sentence = format!("这一令牌没有“{}”的权限，请换用有此权限的令牌", scope.title());
        Err(Failed(WebError::App(AppError::Refused(Refusal::new(RefusalKind::NotAllowed, sentence)))))
    }
}

impl Caller {
    /// A key as one of the caller's own: two programs may count alike.
    pub(crate) fn own(&self, key: &str) -> String {
        format!("api-{}-{key}", self.reader.actor.person)
    }
}

impl FromRequestParts<Web> for Caller {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Failed> {
        let nobody = || Failed(WebError::SignIn(String::from("/")));
        let Some(bearer) = parts.headers.get(header::AUTHORIZATION) else {
            let signed: Signed = Signed::from_request_parts(parts, web).await.map_err(Failed)?;
            return Ok(Self { reader: signed.reader, scopes: None });
        };
        let text = bearer.to_str().ok().and_then(|text| text.strip_prefix("Bearer ")).ok_or_else(nobody)?;
        let token = web.app().token(text.trim()).await?.ok_or_else(nobody)?;
        found(token.person);
        web.limits().account(token.person)?;
        let reader = web.app().reader(&token.actor(address_of(parts)))?.of_one_post();
        Ok(Self { reader, scopes: Some(token.scopes) })
    }
}

/// The key of a command: given twice it is carried out once.
pub(crate) struct Key(pub(crate) String);

/// The longest key.
const LONGEST: usize = 128;

impl<S: Sync> FromRequestParts<S> for Key {
    type Rejection = Failed;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failed> {
        let key = parts.headers.get("idempotency-key").and_then(|key| key.to_str().ok()).map(str::trim);
        match key {
            Some(key) if !key.is_empty() && key.len() <= LONGEST => Ok(Self(key.to_owned())),
            _ => Err(Failed(WebError::Malformed(format!(
                "请求头须有 Idempotency-Key，长度不超过{LONGEST}个字符"
            )))),
        }
    }
}
