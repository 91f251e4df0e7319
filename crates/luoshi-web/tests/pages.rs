//! Pages: signing in, what a post sees, taking a step, and what is refused.

#![allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]

mod office;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use jiff::civil::date;
use luoshi_engine::{StepBody, UnitId};
use luoshi_pack::Role;
use luoshi_store::{Filter, Page};
use luoshi_testkit::{Place, for_each_database};
use office::{BUREAU, COUNTY, OTHER_TOWN, PASSWORD, Site, TOWN, VILLAGE, step, who};

#[tokio::test(flavor = "multi_thread")]
async fn files_come_in_where_a_page_asks_for_them_and_nowhere_else() {
    for_each_database(async |place| {
        let site = Site::open(place).await;
        let nobody = site.nobody();
        let send = async |path: &str, size: usize| {
            let request =
                Request::post(path).header("origin", "http://office").header("content-length", size);
            nobody.send(request, Body::from(vec![b'a'; size])).await
        };
        for path in ["/sign-in", "/password", "/delegate", "/nowhere", "/api/v1/plans/1/close"] {
            let answer = send(path, 2 << 20).await;
            assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
            assert!(answer.text().contains("最多收1MB"), "{path}: {}", answer.text());
        }
        for path in [
            "/plans/new",
            "/plans/1/amend",
            "/plans/1/entries/new",
            "/plans/1/entries/1",
            "/plans/1/entries/1/report",
            "/plans/1/registers/task",
            "/admin/packs",
            "/admin/directory",
            "/api/v1/files?name=a",
            "/api/v1/plans?name=a",
            "/report-hazard",
        ] {
            assert_ne!(send(path, 8 << 20).await.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        }
        assert!(send("/plans/new", (65 << 20) + 1).await.text().contains("最多收64MB"));
        assert!(send("/report-hazard", 12 << 20).await.text().contains("最多收10MB"));
        let inspector = site.browser(Role::Inspector, COUNTY).await;
        let files = [("file", "方案.docx", &[1; 3 << 20][..])];
        let answer = inspector.post_files("/plans/new", &[("key", "large")], &files).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "it came in whole and is no document");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_signed_in_is_led_to_it_and_back() {
    for_each_database(async |place| {
        let site = Site::open(place).await;
        let nobody = site.nobody();
        let answer = nobody.get("/plans?state=issued").await;
        assert_eq!(
            (answer.status, answer.location()),
            (StatusCode::SEE_OTHER, "/sign-in?to=/plans%3Fstate%3Dissued")
        );
        let login = who(Role::Handler, TOWN).person.to_string();
        let wrong =
            nobody.post("/sign-in", &[("login", &login), ("password", "wrong"), ("to", "/plans")]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("密码"), "{}", wrong.text());
        let right = [("login", login.as_str()), ("password", PASSWORD), ("to", "/plans")];
        let answer = nobody.post("/sign-in", &right).await;
        assert_eq!(answer.location(), "/plans");
        let cookie = answer.header("set-cookie");
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
        // Nobody is led out of the office by a link to the page.
        for to in ["//evil.example/", "/\t/evil.example/", "/\\evil.example/", "https://evil.example/"] {
            let elsewhere = [("login", login.as_str()), ("password", PASSWORD), ("to", to)];
            assert_eq!(nobody.post("/sign-in", &elsewhere).await.location(), "/", "{to:?}");
        }
        let tab = site.browser(Role::Handler, TOWN).await.get("/sign-in?to=/%09/evil.example").await;
        assert_eq!(tab.location(), "/");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_is_taken_once_and_what_is_refused_comes_back_as_it_was_typed() {
    for_each_database(async |place| {
        let site = Site::open(place).await;
        let plan = site.plan("task").await;
        let handler = site.browser(Role::Handler, BUREAU).await;
        let desk = handler.get("/").await.text();
        assert!(desk.contains("摸清底数") && desk.contains("已交办"), "{desk}");
        let at = format!("/plans/{plan}/entries/1");
        let page = handler.get(&at).await;
        let (key, seen) = (page.hidden("key"), page.hidden("seen"));
        let sign = [("key", key.as_str()), ("seen", seen.as_str()), ("step", "acknowledge")];
        let answer = handler.post_files(&at, &sign, &[]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        // The same form again, by a double tap.
        assert_eq!(handler.post_files(&at, &sign, &[]).await.status, StatusCode::SEE_OTHER);
        let history = handler.get(&at).await.text();
        assert_eq!(history.matches("<p>签收</p>").count(), 1, "{history}");
        // Progress without its number is refused, and the words are not lost.
        let said = [("key", "k2"), ("step", "progress"), ("note", "已核查<两个>村"), ("actual", "250")];
        let answer = handler.post_files(&at, &said, &[]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = answer.text();
        assert!(text.contains("已核查&#60;两个&#62;村") && text.contains("0到100"), "{text}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_sees_its_own_units_alone() {
    for_each_database(async |place| {
        let site = Site::open(place).await;
        let plan = site.plan("task").await;
        let all = format!("/plans/{plan}");
        let inspector = site.browser(Role::Inspector, COUNTY).await.get(&all).await.text();
        assert!(inspector.contains("县农业农村局") && inspector.contains("白水乡"));
        let town = site.browser(Role::Handler, TOWN).await.get(&all).await.text();
        assert!(town.contains("落实仓容") && !town.contains("白水乡"), "{town}");
        // The entry of the other township is not there for this one.
        let other = site.browser(Role::Handler, OTHER_TOWN).await;
        let rows = site
            .county
            .app
            .store()
            .find_entries(plan, &Default::default(), Page::number(1, 50))
            .await
            .unwrap();
        let theirs = rows.iter().find(|row| row.lead == TOWN).unwrap().no;
        let answer = other.get(&format!("/plans/{plan}/entries/{theirs}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(answer.text().contains("没有这一事项"), "{}", answer.text());
        // A village under a party of the plan sees the plan, and none of the township's entries.
        let village = site.browser(Role::Handler, VILLAGE).await.get(&all).await;
        assert_eq!(village.status, StatusCode::OK);
        assert!(!village.text().contains("落实仓容"), "{}", village.text());
        let system = site.administrator(luoshi_engine::SystemRole::SystemAdmin).await;
        assert_eq!(system.get(&all).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_another_site_changes_nothing() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let handler = site.browser(Role::Handler, TOWN).await;
    for origin in ["http://evil.example", "null"] {
        let request = Request::post("/sign-out").header("origin", origin);
        assert_eq!(handler.send(request, Body::empty()).await.status, StatusCode::FORBIDDEN);
    }
    assert_eq!(handler.send(Request::post("/sign-out"), Body::empty()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(handler.get("/").await.status, StatusCode::OK, "still signed in");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_answer_is_dressed_and_errors_tell_their_number() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let answer = site.nobody().get("/nowhere").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert!(answer.header("content-security-policy").starts_with("default-src 'none'"));
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    let number = answer.header("x-request-id").to_owned();
    assert!(number.len() == 8 && answer.text().contains(&number), "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_too_much_waits_and_the_others_do_not() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let (busy, calm) = (site.browser(Role::Handler, TOWN).await, site.browser(Role::Handler, VILLAGE).await);
    let mut last = busy.get("/plans").await;
    for _ in 0..300 {
        if last.status != StatusCode::OK {
            break;
        }
        last = busy.get("/plans").await;
    }
    assert_eq!(last.status, StatusCode::TOO_MANY_REQUESTS);
    let more = Request::get("/plans").header("cookie", "other=1");
    let more = busy.send(more, Body::empty()).await;
    assert_eq!(more.status, StatusCode::TOO_MANY_REQUESTS, "another cookie makes nobody else of one");
    assert!(last.header("retry-after").parse::<u64>().unwrap() >= 1 && last.text().contains("太频繁"));
    assert_eq!(calm.get("/plans").await.status, StatusCode::OK);
    // A second session of the same account and the first share what there is: in turn both are told to wait.
    let again = site.browser(Role::Handler, TOWN).await;
    let mut told = (false, false);
    for _ in 0..100 {
        told.0 |= busy.get("/plans").await.status == StatusCode::TOO_MANY_REQUESTS;
        told.1 |= again.get("/plans").await.status == StatusCode::TOO_MANY_REQUESTS;
        if told == (true, true) {
            break;
        }
    }
    assert_eq!(told, (true, true), "another session makes nobody else of one either");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_after_the_last_one_is_the_last_one() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let plan = site.plan("task").await;
    site.county.set(date(2026, 9, 28), 9);
    site.county.app.tick().await.unwrap();
    let inspector = site.browser(Role::Inspector, COUNTY).await;
    let handler = site.browser(Role::Handler, TOWN).await;
    let plan = format!("/plans/{plan}");
    for (browser, path) in [
        (&handler, String::from("/?")),
        (&inspector, String::from("/inspect?")),
        (&inspector, String::from("/inspect?tab=silent&")),
        (&inspector, String::from("/board/entries?")),
        (&inspector, format!("{plan}?")),
        (&inspector, format!("{plan}?as_of=2026-09-20&")),
        (&inspector, format!("{plan}?tab=matrix&")),
        (&inspector, format!("{plan}?tab=progress&")),
        (&inspector, format!("{plan}/calendar?day=2026-09-20&")),
    ] {
        let lines = async |page: i64| {
            let answer = browser.get(&format!("{path}page={page}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}");
            let text = answer.text();
            text.matches("/entries").count() + text.matches("unit=").count()
        };
        let first = lines(1).await;
        assert!(first > 0, "{path} has lines");
        assert_eq!(lines(99).await, first, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_that_is_open_is_that_of_whose_turn_it_is() {
    for_each_database(async |place| {
        let site = Site::open(place).await;
        let plan = site.plan("task").await;
        let filter = Filter { register: Some("task".into()), lead: Some(BUREAU), ..Filter::default() };
        let rows = site.county.app.store().find_entries(plan, &filter, Page::number(1, 9)).await.unwrap();
        let (no, at) = (rows[0].no, format!("/plans/{plan}/entries/{}", rows[0].no));
        let opened = async |role: Role, unit: UnitId| -> Vec<String> {
            let page = site.browser(role, unit).await.get(&at).await.text();
            let forms = page.split("<details class=\"step\" data-step=\"").skip(1);
            let opened = forms.filter(|form| form.split('>').next().unwrap().ends_with(" open"));
            opened.map(|form| form.split('"').next().unwrap().to_owned()).collect()
        };
        // It waits to be signed for, which takes no form; the inspector may transfer it and need not.
        assert_eq!(opened(Role::Inspector, COUNTY).await, [] as [&str; 0]);
        assert_eq!(opened(Role::Handler, BUREAU).await, [] as [&str; 0]);
        let refuse = StepBody { note: "不属本局职责".into(), ..StepBody::default() };
        site.county.run(&who(Role::Handler, BUREAU), plan, step(no, "refuse", refuse)).await;
        assert_eq!(opened(Role::Inspector, COUNTY).await, ["insist"], "now it is the inspector's turn");
        // What is refused comes back open, and nothing else is.
        let inspector = site.browser(Role::Inspector, COUNTY).await;
        let form = inspector.get(&at).await;
        let said = [("key", form.hidden("key")), ("seen", form.hidden("seen")), ("step", "transfer".into())];
        let said: Vec<(&str, &str)> = said.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let back = inspector.post_files(&at, &said, &[]).await.text();
        assert!(back.contains("data-step=\"transfer\" open>"), "{back}");
        assert_eq!(back.matches(" open>").count(), 1, "{back}");
    })
    .await;
}
