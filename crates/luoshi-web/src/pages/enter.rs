//! Signing in and out, choosing the post to act in, setting the password.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_app::{Credentials, SignedIn};
use luoshi_engine::PostId;
use serde::Deserialize;

use crate::error::{Result, WebError, rendered};
use crate::sign::{From, Signed, cookie};
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
}

/// Where to go after signing in.
#[derive(Deserialize)]
pub(super) struct Wish {
    #[serde(default)]
    to: String,
}

/// What is typed in to sign in.
#[derive(Deserialize)]
pub(super) struct Given {
    login: String,
    password: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    to: String,
}

/// The page of signing in.
pub(super) async fn page(
    State(web): State<Web>,
    signed: Option<Signed>,
    Query(wish): Query<Wish>,
) -> Response {
    match signed {
        Some(_) => Redirect::to(own(&wish.to)).into_response(),
        None => shown(&web, &wish.to, "", false, String::new()),
    }
}

fn shown(web: &Web, to: &str, login: &str, second: bool, fault: String) -> Response {
    let settings = web.settings();
    rendered(&SignInPage {
        frame: Frame::bare("登录"),
        to: own(to).to_owned(),
        login: login.to_owned(),
        second,
        fault,
        shown: settings.shown.clone(),
        shown_password: settings.shown_password.clone(),
    })
}

/// An address of ours: nobody is led elsewhere by a link to the page of signing in.
fn own(to: &str) -> &str {
    // A browser leaves tabs and line ends out of an address: what is left might lead elsewhere.
    let stray = |letter: char| letter == '\\' || letter.is_control();
    if to.starts_with('/') && !to.starts_with("//") && !to.contains(stray) { to } else { "/" }
}

/// Signs somebody in.
pub(super) async fn sign_in(
    State(web): State<Web>,
    from: From,
    Form(given): Form<Given>,
) -> Result<Response> {
    let code = given.code.trim();
    let credentials = Credentials {
        login: given.login.trim().to_owned(),
        password: given.password,
        code: (!code.is_empty()).then(|| code.to_owned()),
        address: from.address,
        agent: from.agent,
    };
    let signed = match web.app().sign_in(&credentials).await.map_err(WebError::from) {
        Ok(signed) => signed,
        Err(error) if error.refusal().is_some() => {
            let page = shown(&web, &given.to, &given.login, !code.is_empty(), error.sentence());
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response());
        }
        Err(error) => return Err(error),
    };
    match signed {
        SignedIn::SecondFactor => Ok(shown(&web, &given.to, &given.login, true, String::new())),
        SignedIn::Open { token, must_change } => {
            let to = if must_change { "/password" } else { own(&given.to) };
            let cookie = cookie(Some(&token), web.settings().secure);
            Ok(([(header::SET_COOKIE, cookie)], Redirect::to(to)).into_response())
        }
    }
}

/// Signs somebody out.
pub(super) async fn sign_out(State(web): State<Web>, signed: Signed) -> Result<Response> {
    web.app().sign_out(&signed.token).await?;
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
