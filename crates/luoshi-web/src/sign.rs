//! Who is there: the person of the session, in one of their posts.

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use luoshi_app::{Reader, Session};
use luoshi_engine::{Actor, PersonId};

use crate::error::WebError;
use crate::live;
use crate::state::Web;
use crate::view::WHO;

/// The session of a request, where it was looked for already.
#[derive(Clone)]
pub(crate) struct Found(pub(crate) Session);

/// The name of the cookie that holds the token. Over TLS browsers see to it that nobody but this host has
/// set it.
fn name(secure: bool) -> &'static str {
    if secure { "__Host-luoshi" } else { "luoshi" }
}

/// Where an administrator may go who has yet to add a second factor: to add it, to another post, and out.
const WITHOUT_FACTOR: [&str; 4] = ["/me", "/password", "/post", "/sign-out"];

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
        let token = token_of(&parts.headers, web.settings().secure);
        let Some(token) = token else { return Err(WebError::SignIn(to)) };
        let session = match parts.extensions.remove::<Found>() {
            Some(Found(session)) => Some(session),
            None if by_itself(parts) => web.app().session_unseen(&token).await?,
            None => web.app().session(&token).await?,
        };
        let Some(session) = session else { return Err(WebError::SignIn(to)) };
        if session.must_change && parts.uri.path() != "/password" && parts.uri.path() != "/sign-out" {
            return Err(WebError::ChoosePassword);
        }
        if session.must_add_factor && !WITHOUT_FACTOR.contains(&parts.uri.path()) {
            return Err(WebError::AddFactor);
        }
        found(session.person);
        web.limits().account(session.person)?;
        let address = address_of(parts);
        let actor = Actor { person: session.person, post: session.post, address };
        let reader = web.app().reader_in_any_post(&actor)?;
        Ok(Self { reader, session, token })
    }
}

impl OptionalFromRequestParts<Web> for Signed {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Option<Self>, WebError> {
        match <Self as FromRequestParts<Web>>::from_request_parts(parts, web).await {
            Ok(signed) => Ok(Some(signed)),
            Err(WebError::SignIn(_) | WebError::ChoosePassword | WebError::AddFactor) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Whether a page asks by itself, and not somebody who looks at it: a list that follows what happens.
fn by_itself(parts: &Parts) -> bool {
    parts.uri.path() == live::PLACE || parts.headers.contains_key("x-live")
}

/// Notes for the log whose request this is.
pub(crate) fn found(person: PersonId) {
    // Outside of a request there is no log of it.
    let _ = WHO.try_with(|who| who.set(person.0));
}

/// The token that a browser keeps.
pub(crate) fn token_of(headers: &HeaderMap, secure: bool) -> Option<String> {
    let value = cookie_of(headers, secure)?;
    Some(value.split_once('.').map_or(value, |(token, _)| token).to_owned())
}

/// Whose it is, by what the browser says: good enough to keep things apart, not to let anybody in.
pub(crate) fn who_of(headers: &HeaderMap, secure: bool) -> Option<i64> {
    cookie_of(headers, secure)?.split_once('.')?.1.parse().ok()
}

fn cookie_of(headers: &HeaderMap, secure: bool) -> Option<&str> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, value)| *known == name(secure) && !value.is_empty())
        .map(|(_, value)| value)
}

/// The cookie that holds a token and whose it is; one that is over at once where there is none.
pub(crate) fn cookie(token: Option<(&str, PersonId)>, secure: bool) -> HeaderValue {
    let value = token.map(|(token, person)| format!("{token}.{person}")).unwrap_or_default();
    let life = if token.is_some() { "" } else { "; Max-Age=0" };
    let kept = if secure { "; Secure" } else { "" };
    let text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{life}{kept}", name(secure));
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
