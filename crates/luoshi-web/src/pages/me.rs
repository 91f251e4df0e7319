//! One's own account: where one is signed in, the second factor, tokens of other programs.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::ToSpan;
use luoshi_app::Scope;
use luoshi_engine::{Hash, Moment, PersonId};
use qrcode::QrCode;
use qrcode::render::svg;

use crate::error::{Result, WebError, rendered};
use crate::sheet::{Field, Refused, Sent, Sheet};
use crate::sign::{Signed, cookie};
use crate::state::Web;
use crate::view::{Frame, minute};

#[derive(Template)]
#[template(path = "me.html")]
struct MePage {
    frame: Frame,
    login: String,
    factor: bool,
    /// It must be added before anything else.
    must_add: bool,
    qr: String,
    secret: String,
    token: String,
    sessions: Vec<SessionLine>,
    tokens: Vec<TokenLine>,
    factors: Vec<Sheet>,
    sheets: Vec<Sheet>,
    to: &'static str,
}

/// A session in a list.
pub(super) struct SessionLine {
    pub(super) id: String,
    pub(super) agent: String,
    pub(super) address: String,
    pub(super) created: String,
    pub(super) seen: String,
    pub(super) here: bool,
}

/// A token in a list.
pub(super) struct TokenLine {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) post: String,
    pub(super) scopes: String,
    pub(super) created: String,
    pub(super) expires: String,
    pub(super) over: bool,
}

/// The sessions of a person.
pub(super) async fn session_lines(web: &Web, signed: &Signed, person: PersonId) -> Result<Vec<SessionLine>> {
    let sessions = web.app().sessions_of(person).await?.into_iter();
    let line = |session: luoshi_app::Session| SessionLine {
        here: session.id == signed.session.id,
        id: session.id.to_string(),
        agent: device(&session.agent),
        address: session.address,
        created: minute(session.created),
        seen: minute(session.seen),
    };
    Ok(sessions.map(line).collect())
}

/// The tokens of a person.
pub(super) async fn token_lines(web: &Web, person: PersonId) -> Result<Vec<TokenLine>> {
    let (context, now) = (web.app().context(), web.app().now());
    let tokens = web.app().tokens_of(person).await?.into_iter();
    let line = |token: luoshi_app::ApiToken| {
        let post = context.org.posts.get(&token.post);
        let titles: Vec<&str> = token.scopes.iter().map(|scope| scope.title()).collect();
        TokenLine {
            id: token.id.to_string(),
            post: post.map(|p| format!("{} {}", context.org.unit_name(p.unit), p.title)).unwrap_or_default(),
            scopes: titles.join("、"),
            created: minute(token.created),
            expires: token.expires.due_date().to_string(),
            over: token.expires <= now,
            title: token.title,
        }
    };
    Ok(tokens.map(line).collect())
}

/// What a browser calls itself, in words that its holder knows.
fn device(agent: &str) -> String {
    let systems = [
        ("Android", "安卓手机"),
        ("iPhone", "苹果手机"),
        ("iPad", "苹果平板"),
        ("Windows", "Windows 电脑"),
        ("Mac OS", "苹果电脑"),
        ("Linux", "Linux 电脑"),
    ];
    let browsers = [
        ("MicroMessenger", "微信"),
        ("DingTalk", "钉钉"),
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    let find = |words: &[(&str, &'static str)]| {
        words.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, title)| *title)
    };
    match (find(&systems), find(&browsers)) {
        (Some(system), Some(browser)) => format!("{system} · {browser}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => String::from("未知设备"),
    }
}

/// The hash that names a session or token.
pub(super) fn hash_of(sent: &Sent) -> Result<Hash> {
    Hash::parse(sent.get("id")).ok_or_else(|| WebError::Malformed(String::from("没有选中哪一条")))
}

/// What is shown once.
#[derive(Default)]
struct Once {
    qr: String,
    secret: String,
    token: String,
}

/// The page.
pub(super) async fn page(State(web): State<Web>, signed: Signed) -> Result<Response> {
    shown(&web, &signed, Once::default(), None).await
}

async fn shown(web: &Web, signed: &Signed, once: Once, refused: Option<Refused<'_>>) -> Result<Response> {
    let person = signed.session.person;
    let org = &signed.reader.context.org;
    let factor = web.app().has_second_factor(person).await?;
    let mut factors = factor_sheets(factor, !once.qr.is_empty());
    let mut sheets = vec![token_sheet(signed)];
    if let Some(refused) = refused {
        // A code that was wrong is asked for again, though the secret is not shown twice.
        if refused.is("confirm") && factors.iter().all(|sheet| sheet.act != "confirm") {
            factors.insert(0, confirm());
        }
        refused.fill(&mut sheets);
        refused.fill(&mut factors);
    }
    Ok(rendered(&MePage {
        frame: Frame::of(signed, "账号与登录", "/me").await?,
        login: org.open_account(person).map(|account| account.login.clone()).unwrap_or_default(),
        factor,
        must_add: signed.session.must_add_factor,
        qr: once.qr,
        secret: once.secret,
        token: once.token,
        sessions: session_lines(web, signed, person).await?,
        tokens: token_lines(web, person).await?,
        factors,
        sheets,
        to: "/me",
    }))
}

fn confirm() -> Sheet {
    let code = Field::new("text", "code", "验证器上的六位数字", "").must();
    Sheet::new("confirm", "确认启用", "/me", vec![code]).open()
}

fn factor_sheets(on: bool, begun: bool) -> Vec<Sheet> {
    if on {
        return vec![Sheet::new("drop-factor", "停用动态口令", "/me", vec![password()]).harsh()];
    }
    if begun {
        return vec![confirm()];
    }
    let hint = "在手机上装一个验证器应用，登录时除密码外再输一次它显示的六位数字。";
    vec![Sheet::new("begin-factor", "启用动态口令", "/me", vec![password()]).hint(hint)]
}

/// Asked before what outlives the session: who finds a telephone open must not keep the account.
fn password() -> Field {
    Field::new("password", "password", "现在的密码", "").must()
}

fn token_sheet(signed: &Signed) -> Sheet {
    let today = signed.reader.now.date();
    let until = today.checked_add(90.days()).unwrap_or(today);
    let fields = vec![
        Field::new("text", "title", "用途", "").must().hint("如：县数据平台取数"),
        Field::new("many", "scope", "可做的事", "read")
            .of(Scope::ALL.iter().map(|(_, word, title)| (*word, *title))),
        Field::new("date", "until", "有效期至", until.to_string()).must().hint("最长一年"),
        password(),
    ];
    let hint = "其他程序用令牌以您现在这一岗位办理，不超出您的权限。令牌只显示一次。";
    Sheet::new("token", "签发接口令牌", "/me", fields).hint(hint)
}

/// Changes one's own account.
pub(super) async fn change(
    State(web): State<Web>,
    signed: Signed,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let sent = Sent(pairs);
    match done(&web, &signed, &sent).await {
        Ok(Some(once)) => shown(&web, &signed, once, None).await,
        Ok(None) if sent.act() == "end-session" && hash_of(&sent)? == signed.session.id => {
            let cookie = cookie(None, web.settings().secure);
            Ok(([(header::SET_COOKIE, cookie)], Redirect::to("/sign-in")).into_response())
        }
        Ok(None) => Ok(Redirect::to("/me").into_response()),
        Err(error) if error.refusal().is_some() => {
            let page = shown(&web, &signed, Once::default(), Some(Refused::new(&sent, &error))).await?;
            Ok((error.status(), page).into_response())
        }
        Err(error) => Err(error),
    }
}

async fn done(web: &Web, signed: &Signed, sent: &Sent) -> Result<Option<Once>> {
    let (app, actor) = (web.app(), &signed.reader.actor);
    match sent.act() {
        "begin-factor" => {
            app.confirm_password(&signed.token, sent.get("password")).await?;
            let factor = app.begin_second_factor(&signed.token).await?;
            return Ok(Some(Once { qr: qr(&factor.uri), secret: factor.secret, ..Once::default() }));
        }
        "confirm" => app.confirm_second_factor(&signed.token, sent.get("code")).await?,
        "drop-factor" => app.drop_second_factor(&signed.token, sent.get("password")).await?,
        "token" => {
            app.confirm_password(&signed.token, sent.get("password")).await?;
            let scopes: Vec<Scope> = sent.all("scope").filter_map(Scope::find).collect();
            let until = Moment::end_of(sent.day("until", "有效期")?);
            let token = app.issue_token(actor, sent.get("title"), &scopes, until).await?;
            return Ok(Some(Once { token, ..Once::default() }));
        }
        "end-session" => app.revoke_session(actor, hash_of(sent)?).await?,
        "drop-token" => app.revoke_token(actor, hash_of(sent)?).await?,
        other => return Err(WebError::Malformed(format!("不认识的操作“{other}”"))),
    }
    Ok(None)
}

/// A QR code as SVG; nothing where the text is too long for one.
pub(crate) fn qr(text: &str) -> String {
    let Ok(code) = QrCode::new(text) else { return String::new() };
    let svg = code.render::<svg::Color<'_>>().min_dimensions(160, 160).quiet_zone(true).build();
    // Within a page it needs no declaration of its own.
    svg.find("<svg").map(|at| svg[at..].to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qr_code_is_drawn_without_style_or_script() {
        let drawn = qr("otpauth://totp/x?secret=ABC");
        assert!(drawn.starts_with("<svg") && drawn.ends_with("</svg>"), "{drawn}");
        assert!(!drawn.contains("style=") && !drawn.contains("<script"), "the policy forbids both");
        assert!(qr(&"x".repeat(9000)).is_empty());
    }

    #[test]
    fn a_device_is_told_as_its_holder_knows_it() {
        let phone = "Mozilla/5.0 (Linux; Android 11) AppleWebKit/537.36 Chrome/86.0 Mobile MicroMessenger/8";
        assert_eq!(device(phone), "安卓手机 · 微信");
        assert_eq!(
            device("Mozilla/5.0 (Windows NT 10.0) Chrome/86.0 Safari/537.36"),
            "Windows 电脑 · Chrome"
        );
        assert_eq!(device("curl/8"), "未知设备");
    }
}
