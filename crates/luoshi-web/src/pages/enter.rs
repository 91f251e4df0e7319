//! Signing in and out, choosing the post to act in, setting the password.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_app::{Credentials, SignedIn};
use luoshi_engine::{Actor, PostId};
use serde::Deserialize;

use crate::error::{Result, WebError, rendered};
use crate::kept::{handed_back, is_own};
use crate::sign::{From, Signed, cookie, found, token_of};
use crate::state::Web;
use crate::view::Frame;

#[derive(Template)]
#[template(path = "sign-in.html")]
struct SignInPage {
    frame: Frame,
    to: String,
    login: String,
    second: bool,
    fault: String,
    shown: Vec<(String, String, String)>,
    shown_password: String,
    kept: String,
}

/// Where to go after signing in.
#[derive(Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    to: String,
}

/// What is typed in to sign in.
#[derive(Default, Deserialize)]
pub(super) struct Given {
    login: String,
    password: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    to: String,
    /// A form that was sent too late.
    #[serde(default)]
    kept: String,
}

/// The page of signing in.
pub(super) async fn page(
    State(web): State<Web>,
    signed: Option<Signed>,
    Query(wish): Query<Wish>,
) -> Response {
    match signed {
        Some(_) => Redirect::to(own(&wish.to)).into_response(),
        None => shown(&web, &Given { to: wish.to, ..Given::default() }, false, String::new()),
    }
}

/// The page of signing in for who has sent a form too late.
pub(crate) fn asked(web: &Web, to: &str, kept: Option<String>) -> Response {
    let given = Given { to: to.to_owned(), kept: kept.unwrap_or_default(), ..Given::default() };
    shown(web, &given, false, String::new())
}

fn shown(web: &Web, given: &Given, second: bool, fault: String) -> Response {
    let settings = web.settings();
    rendered(&SignInPage {
        frame: Frame::bare("登录"),
        to: own(&given.to).to_owned(),
        login: given.login.clone(),
        second,
        fault,
        kept: given.kept.clone(),
        shown: settings.shown.clone(),
        shown_password: settings.shown_password.clone(),
    })
}

/// An address of ours: nobody is led elsewhere by a link to the page of signing in.
fn own(to: &str) -> &str {
    if is_own(to) { to } else { "/" }
}

/// Signs somebody in.
pub(super) async fn sign_in(
    State(web): State<Web>,
    from: From,
    Form(mut given): Form<Given>,
) -> Result<Response> {
    let code = given.code.trim().to_owned();
    let credentials = Credentials {
        login: given.login.trim().to_owned(),
        password: std::mem::take(&mut given.password),
        code: (!code.is_empty()).then(|| code.clone()),
        address: from.address,
        agent: from.agent,
    };
    let signed = match web.app().sign_in(&credentials).await.map_err(WebError::from) {
        Ok(signed) => signed,
        Err(error) if error.refusal().is_some() => {
            let page = shown(&web, &given, !code.is_empty(), error.sentence());
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
        Err(error) => return Err(error),
    };
    match signed {
        SignedIn::SecondFactor => Ok(shown(&web, &given, true, String::new())),
        SignedIn::Open { token, must_change } => {
            let session = web.app().session(&token).await?.ok_or(WebError::NoPage)?;
            found(session.person);
            let cookie = cookie(Some((&token, session.person)), web.settings().secure);
            let back = if must_change { None } else { handed_back(&session, &given.kept) };
            let to = if must_change { "/password" } else { own(&given.to) };
            let answer = back.unwrap_or_else(|| Redirect::to(to).into_response());
            Ok(([(header::SET_COOKIE, cookie)], answer).into_response())
        }
    }
}

/// Signs somebody out, whatever else they may not do.
pub(super) async fn sign_out(State(web): State<Web>, headers: HeaderMap) -> Result<Response> {
    if let Some(token) = token_of(&headers, web.settings().secure) {
        web.app().sign_out(&token).await?;
    }
    let cookie = cookie(None, web.settings().secure);
    Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/sign-in")).into_response())
}

/// The post to act in.
#[derive(Deserialize)]
pub(super) struct Choice {
    post: i64,
}

/// Chooses the post to act in.
pub(super) async fn choose_post(
    State(web): State<Web>,
    signed: Signed,
    Form(choice): Form<Choice>,
) -> Result<Redirect> {
    // An administrator's post is not entered from elsewhere.
    web.app().reader(&Actor { post: PostId(choice.post), ..signed.reader.actor.clone() })?;
    web.app().choose_post(&signed.token, PostId(choice.post)).await?;
    Ok(Redirect::to("/"))
}

#[derive(Template)]
#[template(path = "password.html")]
struct PasswordPage {
    frame: Frame,
    must: bool,
    fault: String,
}

/// The page of setting the password.
pub(super) async fn password(signed: Signed) -> Result<Response> {
    password_page(&signed, String::new()).await
}

async fn password_page(signed: &Signed, fault: String) -> Result<Response> {
    let must = signed.session.must_change;
    let frame = if must { Frame::bare("设置密码") } else { Frame::of(signed, "设置密码", "").await? };
    Ok(rendered(&PasswordPage { frame, must, fault }))
}

/// What is typed in to set a password.
#[derive(Deserialize)]
pub(super) struct Passwords {
    old: String,
    new: String,
    again: String,
}

/// Sets the password.
pub(super) async fn set_password(
    State(web): State<Web>,
    signed: Signed,
    Form(given): Form<Passwords>,
) -> Result<Response> {
    let fault = if given.new == given.again {
        match web.app().set_password(&signed.token, &given.old, &given.new).await.map_err(WebError::from) {
            Ok(()) => return Ok(Redirect::to("/").into_response()),
            Err(error) if error.refusal().is_some() => error.sentence(),
            Err(error) => return Err(error),
        }
    } else {
        String::from("两次填写的新密码不一样，请重新填写")
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, password_page(&signed, fault).await?).into_response())
}
