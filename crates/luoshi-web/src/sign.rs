//! Who is there: the person of the session, in one of their posts.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use luoshi_app::{Reader, Session};
use luoshi_engine::Actor;

use crate::error::WebError;
use crate::live;
use crate::state::Web;

/// The name of the cookie that holds the token.
const COOKIE: &str = "luoshi";

/// Somebody who is signed in, and what they may see.
pub(crate) struct Signed {
    /// What they may see from the post they act in.
    pub(crate) reader: Reader,
    /// Their session.
    pub(crate) session: Session,
    /// Its token.
    pub(crate) token: String,
}

impl FromRequestParts<Web> for Signed {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, WebError> {
        let to = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let Some(token) = token_of(&parts.headers) else { return Err(WebError::SignIn(to)) };
        let asked = if by_itself(parts) {
            web.app().session_unseen(&token).await?
        } else {
            web.app().session(&token).await?
        };
        let Some(session) = asked else { return Err(WebError::SignIn(to)) };
        if session.must_change && parts.uri.path() != "/password" && parts.uri.path() != "/sign-out" {
            return Err(WebError::ChoosePassword);
        }
        let address = address_of(parts);
        let actor = Actor { person: session.person, post: session.post, address };
        let reader = web.app().reader(&actor)?;
        Ok(Self { reader, session, token })
    }
}

impl OptionalFromRequestParts<Web> for Signed {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Option<Self>, WebError> {
        match <Self as FromRequestParts<Web>>::from_request_parts(parts, web).await {
            Ok(signed) => Ok(Some(signed)),
            Err(WebError::SignIn(_) | WebError::ChoosePassword) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Whether a page asks by itself, and not somebody who looks at it: a list that follows what happens.
fn by_itself(parts: &Parts) -> bool {
    parts.uri.path() == live::PLACE || parts.headers.contains_key("x-live")
}

/// The token that a browser keeps.
fn token_of(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, value)| *name == COOKIE && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

/// The cookie that holds a token; one that is over at once where there is none.
pub(crate) fn cookie(token: Option<&str>, secure: bool) -> HeaderValue {
    let life = if token.is_some() { "" } else { "; Max-Age=0" };
    let secure = if secure { "; Secure" } else { "" };
    let text =
        format!("{COOKIE}={}; Path=/; HttpOnly; SameSite=Lax{life}{secure}", token.unwrap_or_default());
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("luoshi=; Max-Age=0"))
}

/// Where a request came from, for the record.
pub(crate) fn address_of(parts: &Parts) -> String {
    let address = parts.extensions.get::<axum::extract::ConnectInfo<std::net::SocketAddr>>();
    address.map_or_else(|| String::from("web"), |info| info.0.ip().to_string())
}

/// Where a request came from and with what.
pub(crate) struct From {
    /// The address.
    pub(crate) address: String,
    /// What the browser calls itself.
    pub(crate) agent: String,
}

impl<S: Sync> FromRequestParts<S> for From {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        let agent = parts.headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let agent = agent.unwrap_or_default().chars().take(200).collect();
        Ok(Self { address: address_of(parts), agent })
    }
}
