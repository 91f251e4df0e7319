//! What keeps people apart and the office safe: addresses of administrators, forms that were sent too late,
//! cookies, what comes from elsewhere.

#![allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]

mod office;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use luoshi_app::Scope;
use luoshi_engine::{Moment, OrgCommand, SystemRole};
use luoshi_pack::Role;
use luoshi_testkit::{Place, for_each_database};
use luoshi_web::{Settings, Web, router};
use office::{Answer, BUREAU, Browser, COUNTY, PASSWORD, Site, TOWN};

const OUTSIDE: [u8; 4] = [203, 0, 113, 9];

/// How long somebody may be away, and a moment more.
const AWAY: i64 = 31 * 60 * 1000;

#[tokio::test(flavor = "multi_thread")]
async fn administrators_add_a_second_factor_before_anything_else_where_that_is_asked_for() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let security = site.administrator(SystemRole::SecurityAdmin).await;
    let audit = site.administrator(SystemRole::AuditAdmin).await;
    let ask = async |act: &str, key: &str| {
        security.post("/admin/addresses", &[("act", act), ("key", key)]).await.location().to_owned()
    };
    assert_eq!(ask("factor-on", "a").await, "/admin/addresses");
    for path in ["/", "/audit", "/audit/record.xlsx", "/messages"] {
        assert_eq!(audit.get(path).await.location(), "/me", "{path}");
    }
    let me = audit.text("/me").await;
    assert!(me.contains("本单位要求管理岗位使用动态口令"), "{me}");
    let token =
        [("act", "token"), ("key", "b"), ("title", "取数"), ("scope", "read"), ("until", "2026-12-31")];
    let token = [&token[..], &[("password", PASSWORD)]].concat();
    let barred = audit.post("/me", &token).await;
    assert!(barred.text().contains("先启用动态口令，再签发令牌"), "no way around it: {}", barred.text());
    let begun = [("act", "begin-factor"), ("key", "c"), ("password", PASSWORD)];
    assert!(audit.post("/me", &begun).await.text().contains("六位数字"));
    let handler = site.browser(Role::Handler, TOWN).await;
    assert_eq!(handler.get("/").await.status, StatusCode::OK, "business goes on");
    // Whoever holds the server lets them in again.
    let off = OrgCommand::RequireSecondFactor { required: false };
    site.county.app.organise("off", &luoshi_engine::Actor::system(), &[off]).await.unwrap();
    assert_eq!(audit.get("/audit").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn administrators_work_from_their_networks_alone() {
    for_each_database(async |place| {
        let site = Site::open(place).await;
        let security = site.administrator(SystemRole::SecurityAdmin).await;
        let audit = site.administrator(SystemRole::AuditAdmin).await;
        let away = security.from(OUTSIDE);
        let set = async |browser: &Browser, networks: &str| {
            browser.post("/admin/addresses", &[("act", "limit"), ("key", "a"), ("networks", networks)]).await
        };
        assert!(security.get("/admin/addresses").await.text().contains("您现在的地址是 127.0.0.1"));
        let refused = set(&away, "10.0.0.0/8\n127.0.0.1").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("203.0.113.9不在其中") && refused.text().contains("10.0.0.0/8"));
        let done = set(&security, "10.0.0.0/8\n127.0.0.1").await;
        assert_eq!(done.location(), "/admin/addresses", "{}", done.text());
        for browser in [&away, &audit.from(OUTSIDE)] {
            for path in ["/", "/me", "/audit", "/admin/accounts"] {
                let refused = browser.get(path).await;
                assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}");
                assert!(refused.text().contains("指定的网络地址"), "{}", refused.text());
            }
        }
        assert_eq!(security.get("/admin/accounts").await.status, StatusCode::OK);
        let handler = site.browser(Role::Handler, TOWN).await.from(OUTSIDE);
        assert_eq!(handler.get("/").await.status, StatusCode::OK, "business goes on from anywhere");
        // A token of an administrator goes no further than its holder.
        let actor = site.county.administrator(SystemRole::SystemAdmin);
        let expires = site.county.app.now().plus(Moment::DAY);
        let token = site.county.app.issue_token(&actor, "测试", &[Scope::Read], expires).await.unwrap();
        let asked = |address| {
            let request = Request::get("/api/v1/me").header("authorization", format!("Bearer {token}"));
            let nobody = site.nobody().from(address);
            async move { nobody.send(request, Body::empty()).await.status }
        };
        assert_eq!(
            (asked(OUTSIDE).await, asked([10, 2, 3, 4]).await),
            (StatusCode::FORBIDDEN, StatusCode::OK)
        );
        // Somebody who also does business does that from elsewhere, and cannot change over.
        let person = site.county.administrator(SystemRole::SystemAdmin).person;
        let today = site.county.app.now().date();
        let add =
            OrgCommand::AddPost {
                id: None, person, unit: TOWN, title: "干事".into(), from: today, to: None
            };
        let inside = luoshi_engine::Actor { address: "127.0.0.1".into(), ..actor.clone() };
        site.county.app.organise("post", &inside, &[add]).await.unwrap();
        let context = site.county.app.context();
        let post = context.org.posts_of(person, today).iter().find(|post| post.unit == TOWN).unwrap().id;
        let roles = OrgCommand::SetRoles { post, roles: vec![Role::Handler], system: None };
        let by = luoshi_engine::Actor {
            address: "127.0.0.1".into(),
            ..site.county.administrator(SystemRole::SecurityAdmin)
        };
        site.county.app.organise("role", &by, &[roles]).await.unwrap();
        let both = site.administrator(SystemRole::SystemAdmin).await;
        assert_eq!(both.from(OUTSIDE).get("/").await.status, StatusCode::OK);
        assert_eq!(both.from(OUTSIDE).get("/admin/units").await.status, StatusCode::FORBIDDEN);
        let change = [("post", &*actor.post.to_string())];
        assert_eq!(both.from(OUTSIDE).post("/post", &change).await.status, StatusCode::FORBIDDEN);
        assert_eq!(both.get("/admin/units").await.status, StatusCode::OK);
        // It stands in the record, and whoever is locked out can still sign out.
        assert!(
            audit
                .get("/audit")
                .await
                .text()
                .contains("管理岗位只能在这些网络地址使用：10.0.0.0/8、127.0.0.1")
        );
        assert_eq!(away.post("/sign-out", &[]).await.location(), "/sign-in");
        assert_eq!(security.get("/").await.status, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_the_address_is_what_the_proxy_says_and_nobody_else() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let limit = OrgCommand::LimitAddresses { networks: vec![String::from("10.0.0.0/8")] };
    site.county.app.organise("limit", &luoshi_engine::Actor::system(), &[limit]).await.unwrap();
    let cookie = site.administrator(SystemRole::SecurityAdmin).await.cookie().to_owned();
    let served = |behind_proxy| {
        let settings = Settings { behind_proxy, ..Settings::default() };
        Browser::new(router(Web::new(site.county.app.clone(), settings)), cookie.clone())
    };
    let asked = async |browser: Browser, told: &str| {
        let request = Request::get("/admin/accounts").header("x-forwarded-for", told);
        browser.send(request, Body::empty()).await.status
    };
    assert_eq!(asked(served(true), "10.1.1.1").await, StatusCode::OK);
    assert_eq!(
        asked(served(true), "10.1.1.1, 203.0.113.9").await,
        StatusCode::FORBIDDEN,
        "the last is the proxy's"
    );
    assert_eq!(
        asked(served(true).from(OUTSIDE), "10.1.1.1").await,
        StatusCode::FORBIDDEN,
        "no proxy of ours"
    );
    assert_eq!(asked(served(false), "10.1.1.1").await, StatusCode::FORBIDDEN, "no proxy at all");
}

/// Sends a form as a browser does that shows pages.
async fn sent(browser: &Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, "http://office")
        .header(header::REFERER, "http://office/delegate?whose=1")
        .header(header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8");
    browser.send(request, Body::from(office::form(fields))).await
}

/// The form in a page of signing in.
fn kept(answer: &Answer) -> String {
    let text = answer.text();
    let from = text.find("name=\"kept\" value=\"").unwrap_or_else(|| panic!("nothing is kept: {text}")) + 19;
    shown(text[from..].split('"').next().unwrap())
}

/// Words as a browser shows them.
fn shown(words: &str) -> String {
    let marks = [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&#38;", "&")];
    marks.iter().fold(words.to_owned(), |words, (mark, shown)| words.replace(mark, shown))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_came_too_late_is_handed_back_to_who_filled_it_in() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let leader = office::who(Role::Leader, TOWN);
    let browser = site.browser(Role::Leader, TOWN).await;
    let (from, until) = ("2026-09-01", "2026-09-05");
    let give = [("act", "delegate"), ("key", "a"), ("to", "承办人2"), ("from", from), ("until", until)];
    let give = [&give[..], &[("reason", "参加“市里”<培训>\r\n三天")]].concat();
    site.county.pass(AWAY);
    let late = sent(&browser, "/delegate", &give).await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED);
    assert!(late.text().contains("刚才填写的内容没有丢"), "{}", late.text());
    assert!(site.county.app.context().org.delegations.is_empty(), "nothing was done");
    let words = kept(&late);
    let login = leader.person.to_string();
    let enter = async |login: &str, password: &str, kept: &str| {
        let form = [("login", login), ("password", password), ("to", "/delegate?whose=1"), ("kept", kept)];
        sent(&site.nobody(), "/sign-in", &form).await
    };
    // A slip in the password loses nothing either.
    let again = enter(&login, "wrong", &words).await;
    assert_eq!((again.status, kept(&again)), (StatusCode::UNPROCESSABLE_ENTITY, words.clone()));
    // Somebody else at the same telephone sees nothing of it.
    let other = office::who(Role::Handler, TOWN).person.to_string();
    let other = enter(&other, PASSWORD, &words).await;
    assert_eq!(other.location(), "/delegate?whose=1");
    assert!(!other.text().contains("培训"));
    let back = enter(&login, PASSWORD, &words).await;
    let text = back.text();
    assert_eq!(back.status, StatusCode::OK);
    assert!(text.contains("action=\"/delegate\"") && text.contains("href=\"/delegate?whose=1\""), "{text}");
    assert!(text.contains("参加“市里”&#60;培训&#62;"), "{text}");
    // What it holds is what was typed, and sent again it is done, once.
    let fields: Vec<(&str, String)> = give
        .iter()
        .map(|(name, _)| {
            let from =
                text.find(&format!("<textarea name=\"{name}\"")).unwrap_or_else(|| panic!("{name}: {text}"));
            let value = text[from..].split_once(">\n").unwrap().1.split("</textarea>").next().unwrap();
            (*name, shown(value))
        })
        .collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(fields, give);
    let cookie = back.header("set-cookie").split(';').next().unwrap().to_owned();
    let browser = Browser::new(site.routes.clone(), cookie);
    for _ in 0..2 {
        assert_eq!(sent(&browser, "/delegate", &fields).await.location(), "/delegate");
    }
    assert_eq!(site.county.app.context().org.delegations.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_with_files_asks_for_them_again_and_passwords_are_never_kept() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let plan = site.plan("task").await;
    let browser = site.browser(Role::Handler, BUREAU).await;
    site.county.pass(AWAY);
    let at = format!("/plans/{plan}/entries/1");
    let fields = [("step", "progress"), ("key", "k"), ("note", "已完成两个村")];
    let body = office::multipart(&fields, &[("evidence", "现场.jpg", &[0xff, 0xd8, 0xff, 0xe0][..])]);
    let request = Request::post(&at)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
        .header(header::ORIGIN, "http://office")
        .header(header::ACCEPT, "text/html");
    let late = browser.send(request, Body::from(body)).await;
    assert_eq!(late.status, StatusCode::UNAUTHORIZED);
    let login = office::who(Role::Handler, BUREAU).person.to_string();
    let form = [("login", &*login), ("password", PASSWORD), ("to", "/"), ("kept", &*kept(&late))];
    let back = sent(&site.nobody(), "/sign-in", &form).await.text();
    assert!(back.contains("enctype=\"multipart/form-data\"") && back.contains("已完成两个村"), "{back}");
    assert!(back.contains("<input type=\"file\" name=\"evidence\""), "{back}");
    let secret = [("old", PASSWORD), ("new", "Another-1-horse"), ("again", "Another-1-horse")];
    let late = sent(&browser, "/password", &secret).await;
    assert_eq!(late.status, StatusCode::SEE_OTHER);
    assert!(!late.text().contains("Another-1"));
    // Part of a page is not put in the place of what was typed: the whole page goes to signing in.
    let request = Request::get("/plans")
        .header("hx-request", "true")
        .header("hx-current-url", "http://office/plans?q=x");
    let partly = browser.send(request, Body::empty()).await;
    assert_eq!(
        (partly.status, partly.header("hx-redirect")),
        (StatusCode::UNAUTHORIZED, "/sign-in?to=/plans%3Fq%3Dx")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn over_tls_the_cookie_is_that_of_this_host_alone() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let settings = Settings { secure: true, behind_proxy: true, ..Settings::default() };
    let routes = router(Web::new(site.county.app.clone(), settings));
    let nobody = Browser::new(routes.clone(), String::new());
    let login = office::who(Role::Handler, COUNTY).person.to_string();
    let entered = nobody.post("/sign-in", &[("login", &login), ("password", PASSWORD)]).await;
    let cookie = entered.header("set-cookie");
    for part in ["__Host-luoshi=", "; Path=/", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    assert_eq!(entered.header("strict-transport-security"), "max-age=31536000");
    let pair = cookie.split(';').next().unwrap().to_owned();
    let signed = Browser::new(routes.clone(), pair.clone());
    assert_eq!(signed.get("/").await.status, StatusCode::OK);
    // One without the prefix may have been planted by another host of the same domain.
    let planted = Browser::new(routes, pair.replace("__Host-", ""));
    assert_eq!(planted.get("/").await.status, StatusCode::SEE_OTHER);
}
