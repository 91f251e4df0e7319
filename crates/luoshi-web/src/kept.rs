//! Forms that are sent after a session has ended: what was typed is kept on the page of signing in, and
//! handed back once the same person has signed in. It lies in that page alone, never on the server.

use askama::Template;
use axum::Form;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use luoshi_app::Session;
use serde::{Deserialize, Serialize};

use crate::error::{encoded, rendered};
use crate::pages::sign_in_page;
use crate::sign::{Found, token_of, who_of};
use crate::state::Web;
use crate::view::Frame;

/// Forms that need no session, and such as hold passwords.
const NOT_KEPT: [&str; 6] = ["/sign-in", "/sign-out", "/report-hazard", "/password", "/me", "/post"];

/// The most that is kept, in bytes.
const MOST: usize = 64 << 10;

/// How many of the texts are shown before they are sent again.
const SHOWN: usize = 12;

/// A form that was sent too late.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// Whose it is.
    pub(crate) who: i64,
    /// Where it was sent.
    to: String,
    /// On which page it stood.
    pub(crate) page: String,
    /// What was typed, and what stood in it unseen.
    fields: Vec<(String, String)>,
    /// The fields of its files: a browser keeps no files.
    files: Vec<String>,
    /// Whether it brings files.
    parts: bool,
}

#[derive(Template)]
#[template(path = "kept.html")]
struct KeptPage {
    frame: Frame,
    kept: Kept,
    typed: Vec<String>,
}

impl Kept {
    /// As it stands in the page of signing in.
    pub(crate) fn words(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What stood there: of somebody, for an address of ours.
    pub(crate) fn read(words: &str) -> Option<Self> {
        let kept: Self = serde_json::from_str(words).ok()?;
        let own = is_own(&kept.to) && is_own(&kept.page);
        (own && kept.who > 0).then_some(kept)
    }

    /// The page that hands it back.
    pub(crate) fn page(self) -> Response {
        let typed = |(_, value): &(String, String)| {
            let by_hand = !value.is_ascii() || value.trim().contains(char::is_whitespace);
            by_hand.then(|| value.clone())
        };
        let typed = self.fields.iter().filter_map(typed).take(SHOWN).collect();
        rendered(&KeptPage { frame: Frame::bare("接着提交"), kept: self, typed })
    }
}

/// An address of ours: nobody is led elsewhere.
pub(crate) fn is_own(to: &str) -> bool {
    to.starts_with('/') && !to.starts_with("//") && !to.contains('\\') && !to.contains(char::is_control)
}

/// Looks who is there before a form is read, and keeps it where nobody is.
pub(crate) async fn keep_forms(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let partly = request.headers().contains_key("hx-request");
    let shown = page_of(request.headers());
    if is_kept(&request) {
        let session = match token_of(request.headers(), web.settings().secure) {
            Some(token) => web.app().session(&token).await,
            None => Ok(None),
        };
        match session {
            Ok(Some(session)) => drop(request.extensions_mut().insert(Found(session))),
            Ok(None) => {
                if let Some(kept) = Box::pin(taken(&web, request)).await {
                    return asked(&web, &kept, partly);
                }
                return redirected(&shown, partly);
            }
            // The handler tells it in its own way.
            Err(_) => {}
        }
    }
    let response = next.run(request).await;
    let to = response.headers().get(header::LOCATION).and_then(|to| to.to_str().ok());
    if partly && to.is_some_and(|to| to.starts_with("/sign-in?")) {
        redirected(&shown, partly)
    } else {
        response
    }
}

/// Whether it is a form that a person sent by a page, for which one must be signed in.
fn is_kept(request: &Request) -> bool {
    let text = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let form = text(header::CONTENT_TYPE).is_some_and(|kind| {
        kind.starts_with("application/x-www-form-urlencoded") || kind.starts_with("multipart/form-data")
    });
    let by_page = text(header::ACCEPT).is_some_and(|kinds| kinds.contains("text/html"))
        || request.headers().contains_key("hx-request");
    let path = request.uri().path();
    let wanted = !path.starts_with("/api/") && !NOT_KEPT.contains(&path);
    request.method() == Method::POST && form && by_page && wanted
}

/// The form as far as it can be kept; none where nobody knows whose it is, or where it is too long.
async fn taken(web: &Web, request: Request) -> Option<Kept> {
    let headers = request.headers();
    let who = who_of(headers, web.settings().secure)?;
    let to = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let page = page_of(headers);
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let parts = kind.starts_with("multipart/");
    let mut kept = Kept { who, to, page, parts, ..Kept::default() };
    if parts {
        let form = Multipart::from_request(request, web).await.ok()?;
        read_parts(form, &mut kept).await?;
    } else {
        let Form(fields) = Form::<Vec<(String, String)>>::from_request(request, web).await.ok()?;
        kept.fields = fields;
    }
    let size: usize = kept.fields.iter().map(|(name, value)| name.len() + value.len()).sum();
    (size <= MOST && is_own(&kept.to)).then_some(kept)
}

async fn read_parts(mut form: Multipart, kept: &mut Kept) -> Option<()> {
    let mut size = 0;
    while let Some(mut part) = form.next_field().await.ok()? {
        let name = part.name().unwrap_or_default().to_owned();
        if part.file_name().is_some() {
            if !kept.files.contains(&name) {
                kept.files.push(name);
            }
            while part.chunk().await.ok()?.is_some() {}
            continue;
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = part.chunk().await.ok()? {
            size += chunk.len();
            if size > MOST {
                return None;
            }
            bytes.extend_from_slice(&chunk);
        }
        kept.fields.push((name, String::from_utf8(bytes).ok()?));
    }
    Some(())
}

/// The page from which a request came, if it is one of ours.
fn page_of(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let from = text("hx-current-url").or_else(|| text("referer"));
    let from = from.and_then(|from| from.parse::<Uri>().ok());
    let ours = from.filter(|from| from.authority().map(|host| host.as_str()) == text("host"));
    let path = ours.and_then(|from| from.path_and_query().map(|path| path.as_str().to_owned()));
    path.filter(|path| is_own(path)).unwrap_or_else(|| String::from("/"))
}

/// The page of signing in, with the form in it.
fn asked(web: &Web, kept: &Kept, partly: bool) -> Response {
    let mut response = sign_in_page(web, &kept.page, Some(kept.words()));
    if partly {
        // A part of a page was asked for: this takes the place of the whole.
        let headers = response.headers_mut();
        headers.insert("hx-retarget", HeaderValue::from_static("body"));
        headers.insert("hx-reswap", HeaderValue::from_static("innerHTML"));
    } else {
        *response.status_mut() = StatusCode::UNAUTHORIZED;
    }
    response
}

/// To the page of signing in; where a part of a page was asked for, the whole page goes there.
fn redirected(page: &str, partly: bool) -> Response {
    let to = format!("/sign-in?to={}", encoded(page));
    if !partly {
        return axum::response::Redirect::to(&to).into_response();
    }
    let mut response = StatusCode::UNAUTHORIZED.into_response();
    if let Ok(to) = HeaderValue::from_str(&to) {
        response.headers_mut().insert("hx-redirect", to);
    }
    response
}

/// What is to be handed back to who has just signed in.
pub(crate) fn handed_back(session: &Session, words: &str) -> Option<Response> {
    Kept::read(words).filter(|kept| kept.who == session.person.0).map(Kept::page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_elsewhere_by_what_stands_in_a_page() {
        for to in ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "", "/a\r\nb"] {
            assert!(!is_own(to), "{to}");
            let kept = Kept { who: 1, to: to.to_owned(), page: "/".into(), ..Kept::default() };
            assert_eq!(Kept::read(&kept.words()), None);
        }
        let kept = Kept { who: 7, to: "/inspect/send".into(), page: "/inspect".into(), ..Kept::default() };
        assert_eq!(Kept::read(&kept.words()), Some(kept.clone()));
        assert_eq!(Kept::read(&Kept { who: 0, ..kept }.words()), None);
        assert_eq!(Kept::read("no words of ours"), None);
    }
}
