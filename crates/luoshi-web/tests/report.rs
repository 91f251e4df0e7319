//! Reporting from a village: the form, what it weighs, sending it twice, nothing to report.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "an unwrap is an assertion")]

mod office;

use std::io::Write;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::civil::date;
use luoshi_engine::{EntryNo, PlanId};
use luoshi_pack::Role;
use luoshi_store::{Filter, Page};
use luoshi_testkit::Place;
use office::{Answer, BUREAU, Browser, COUNTY, OTHER_TOWN, Site, TOWN, who};

const PHOTO: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

/// A plan on a pack, and the first report that 青石镇 owes on a day.
async fn owed(site: &Site, pack: &str, register: &str) -> (PlanId, EntryNo, String) {
    let plan = site.plan(pack).await;
    site.county.set(date(2026, 9, 2), 9);
    site.county.app.tick().await.unwrap();
    let (no, at) = next(site, plan, register).await;
    (plan, no, at)
}

/// The report that 青石镇 owes next.
async fn next(site: &Site, plan: PlanId, register: &str) -> (EntryNo, String) {
    let filter = Filter { register: Some(register.into()), lead: Some(TOWN), ..Filter::default() };
    let rows = site.county.app.store().find_entries(plan, &filter, Page::number(1, 99)).await.unwrap();
    let row = rows.iter().rfind(|row| row.duty.is_some()).expect("a report is owed");
    (row.no, format!("/plans/{plan}/entries/{}/report", row.no))
}

fn hidden_in(text: &str, step: &str, name: &str) -> String {
    let form = text.split("<form").find(|form| form.contains(&format!("value=\"{step}\""))).unwrap();
    let from = form.find(&format!("name=\"{name}\" value=\"")).unwrap() + name.len() + 15;
    form[from..].split('"').next().unwrap().to_owned()
}

/// Sends a form as the script of the page does.
async fn send(browser: &Browser, at: &str, fields: &[(&str, &str)], photos: usize) -> Answer {
    let mut body = String::new();
    for (name, value) in fields {
        body += &format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    let mut body = body.into_bytes();
    for number in 0..photos {
        let head = format!(
            "--edge\r\ncontent-disposition: form-data; name=\"evidence\"; filename=\"现场{number}.png\"\r\n\r\n"
        );
        body.extend(head.bytes().chain(PHOTO.iter().copied()).chain(*b"\r\n"));
    }
    body.extend(b"--edge--\r\n");
    let request = Request::post(at)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
        .header(header::ORIGIN, "http://office")
        .header(header::ACCEPT, "application/json");
    browser.send(request, Body::from(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_page_of_the_form_weighs_less_than_60_kb() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let (.., at) = owed(&site, "campaign", "weekly").await;
    let handler = site.browser(Role::Handler, TOWN).await;
    let page = handler.get(&at).await.text();
    assert!(page.contains("本周活动") && page.contains("至少1份"), "{page}");
    let assets = page.split('"').filter(|part| part.starts_with("/assets/"));
    let mut weights = vec![(at.clone(), squeezed(page.as_bytes()))];
    for asset in assets {
        let answer = handler.get(asset).await;
        assert_eq!(answer.status, StatusCode::OK, "{asset}");
        weights.push((asset.to_owned(), squeezed(&answer.bytes)));
    }
    let total: usize = weights.iter().map(|(_, weight)| weight + HEAD).sum();
    assert!(total <= 60_000, "{total}: {weights:?}");
}

/// What the head of an answer weighs at most.
const HEAD: usize = 900;

fn squeezed(bytes: &[u8]) -> usize {
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(6));
    out.write_all(bytes).unwrap();
    out.finish().unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_arrives_twice_is_there_once_with_its_photo() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let (plan, no, at) = owed(&site, "campaign", "weekly").await;
    let handler = site.browser(Role::Handler, TOWN).await;
    let page = handler.get(&at).await.text();
    let seen = hidden_in(&page, "submit", "seen");
    let said = [
        ("key", "web-phone-1"),
        ("seen", seen.as_str()),
        ("step", "submit"),
        ("f.content", "进村宣讲"),
        ("f.sessions", "4"),
        ("person", &who(Role::Handler, TOWN).person.to_string()),
    ];
    // Without its photo it is refused in words that the telephone keeps.
    let answer = send(&handler, &at, &said, 0).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.json()["taken"], false);
    assert!(answer.json()["words"].as_str().unwrap().contains("佐证材料1份"));
    // Time goes on while it waits for a signal: a light and a reminder are no news to it.
    site.county.set(date(2026, 9, 5), 9);
    site.county.app.tick().await.unwrap();
    let handler = site.browser(Role::Handler, TOWN).await;
    for _ in 0..3 {
        let answer = send(&handler, &at, &said, 1).await;
        assert_eq!((answer.status, answer.json()["taken"].as_bool()), (StatusCode::OK, Some(true)));
    }
    let view = site.county.app.store().entry(plan, no).await.unwrap().unwrap();
    assert_eq!((view.state.as_str(), view.evidence.len()), ("submitted", 1));
    let history = handler.get(at.trim_end_matches("/report")).await.text();
    assert_eq!(history.matches("报送周报，已报送").count(), 1, "{history}");
    // The same under another key is refused, and says where it stands.
    let again = [("key", "web-phone-2"), ("step", "submit"), ("f.content", "又一次"), ("f.sessions", "1")];
    let answer = send(&handler, &at, &again, 1).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.json()["words"].as_str().unwrap().contains("已报送"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_to_report_is_one_tap_where_the_duty_allows_it() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let (plan, no, at) = owed(&site, "recruit", "report").await;
    site.county.set(date(2026, 9, 20), 9);
    site.county.app.tick().await.unwrap();
    let allowed = next_of(&site, plan, "monthly").await;
    let handler = site.browser(Role::Handler, TOWN).await;
    let page = handler.get(&allowed).await.text();
    assert!(page.contains("零报告"), "{page}");
    let (key, seen) = (hidden_in(&page, "nil", "key"), hidden_in(&page, "nil", "seen"));
    // Without a script, too.
    let tap = [("key", key.as_str()), ("seen", seen.as_str()), ("step", "nil")];
    let answer = handler.post_files(&allowed, &tap, &[]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    assert!(handler.get(answer.location()).await.text().contains("零报告，已报送"));
    assert!(handler.get(&allowed).await.text().contains("现在不用您填报"));
    let _ = (no, at);
    // A duty of the campaign that does not allow it has no such button.
    let place = Place::folder();
    let campaign = Site::open(&place).await;
    let (.., weekly) = owed(&campaign, "campaign", "weekly").await;
    let page = campaign.browser(Role::Handler, TOWN).await.get(&weekly).await.text();
    assert!(page.contains("报送周报") && !page.contains("零报告"));
}

async fn next_of(site: &Site, plan: PlanId, duty: &str) -> String {
    let filter = Filter { lead: Some(TOWN), ..Filter::default() };
    let rows = site.county.app.store().find_entries(plan, &filter, Page::number(1, 99)).await.unwrap();
    let row = rows.iter().find(|row| row.duty.as_deref() == Some(duty)).expect("a report is owed");
    format!("/plans/{plan}/entries/{}/report", row.no)
}

#[tokio::test(flavor = "multi_thread")]
async fn last_times_answers_are_at_hand() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let (plan, _, at) = owed(&site, "campaign", "weekly").await;
    let handler = site.browser(Role::Handler, TOWN).await;
    let said = [("key", "k1"), ("step", "submit"), ("f.content", "进村<宣讲>"), ("f.sessions", "4")];
    assert_eq!(send(&handler, &at, &said, 1).await.status, StatusCode::OK);
    site.county.set(date(2026, 9, 9), 9);
    site.county.app.tick().await.unwrap();
    let handler = site.browser(Role::Handler, TOWN).await;
    let (_, now) = next(&site, plan, "weekly").await;
    assert_ne!(now, at);
    let page = handler.get(&now).await.text();
    assert!(page.contains("上次：4场") && page.contains("全部照上次（9月3日）填"), "{page}");
    // Without a script the same link fills them in.
    let filled = handler.get(&format!("{now}?step=submit&last=true")).await.text();
    assert!(filled.contains("进村&#60;宣讲&#62;</textarea>"), "{filled}");
    // What another town answered is nobody's last time here.
    let other = site.browser(Role::Handler, OTHER_TOWN).await;
    assert_eq!(other.get(&now).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_did_meanwhile_is_a_conflict_and_what_another_wrote_waits_for_them() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let plan = site.plan("task").await;
    let bureau = site.browser(Role::Handler, BUREAU).await;
    let at = format!("/plans/{plan}/entries/1");
    let page = bureau.get(&at).await;
    let sign = [("key", "s1"), ("step", "acknowledge")];
    assert_eq!(bureau.post_files(&at, &sign, &[]).await.status, StatusCode::SEE_OTHER, "{}", page.text());
    let report = format!("{at}/report");
    let form = bureau.get(&report).await.text();
    let seen = hidden_in(&form, "progress", "seen");
    let told = |key: &'static str, actual: &'static str| {
        let seen = seen.clone();
        vec![("key", key.to_owned()), ("seen", seen), ("step", "progress".into()), ("actual", actual.into())]
    };
    let send_told = async |fields: Vec<(&str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        send(&bureau, &report, &fields, 0).await
    };
    // The same page filled in twice without a signal: both are one's own.
    assert_eq!(send_told(told("p1", "20")).await.status, StatusCode::OK);
    assert_eq!(send_told(told("p2", "30")).await.status, StatusCode::OK);
    // The inspector gives it another day meanwhile.
    let leader = site.browser(Role::Leader, COUNTY).await;
    let set = [("key", "d1"), ("step", "set_due"), ("due", "2026-10-20"), ("note", "连续降雨")];
    assert_eq!(leader.post_files(&at, &set, &[]).await.status, StatusCode::SEE_OTHER);
    let answer = send_told(told("p3", "40")).await;
    assert_eq!(answer.status, StatusCode::CONFLICT);
    assert!(answer.json()["words"].as_str().unwrap().contains("别人又办过"));
    // What was taken before that is still only told again.
    assert_eq!(send_told(told("p2", "30")).await.status, StatusCode::OK);
    let entry = site.county.app.store().entry(plan, EntryNo(1)).await.unwrap().unwrap();
    assert!((entry.progress.unwrap().actual - 30.0).abs() < f64::EPSILON);
    // What another person wrote on the same telephone is not taken as one's own.
    let mut foreign = told("p4", "50");
    foreign.push(("person", who(Role::Handler, TOWN).person.to_string()));
    let answer = send_told(foreign).await;
    assert_eq!(
        (answer.json()["taken"].as_bool(), answer.json()["signedOut"].as_bool()),
        (Some(false), Some(true))
    );
    // Nor as of another post of one's own: what it means depends on the post.
    for (post, taken) in [("99", false), (who(Role::Handler, BUREAU).post.to_string().as_str(), true)] {
        let mut acting = told("p5", "60");
        acting[1].1.clear();
        acting.push(("post", post.to_owned()));
        let answer = send_told(acting).await;
        assert_eq!(answer.json()["taken"].as_bool(), Some(taken), "{}", answer.text());
        assert_eq!(answer.json()["signedOut"].as_bool(), Some(!taken));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_is_told_again_after_the_entry_went_to_another_unit() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let plan = site.plan("task").await;
    let bureau = site.browser(Role::Handler, BUREAU).await;
    let at = format!("/plans/{plan}/entries/1");
    let sign = [("key", "s1"), ("step", "acknowledge")];
    assert_eq!(bureau.post_files(&at, &sign, &[]).await.status, StatusCode::SEE_OTHER);
    let report = format!("{at}/report");
    let told = |key: &'static str| [("key", key), ("step", "progress"), ("actual", "20")];
    assert_eq!(send(&bureau, &report, &told("p1"), 0).await.json()["taken"], true);
    let town = TOWN.to_string();
    let away = [("key", "t1"), ("step", "transfer"), ("unit", &*town), ("note", "由镇里落实")];
    let leader = site.browser(Role::Leader, COUNTY).await;
    let moved = leader.post_files(&at, &away, &[]).await;
    assert_eq!(moved.status, StatusCode::SEE_OTHER, "{}", moved.text());
    assert_eq!(bureau.get(&report).await.status, StatusCode::NOT_FOUND);
    // The answer was lost, and the telephone asks again.
    let answer = send(&bureau, &report, &told("p1"), 0).await;
    assert_eq!((answer.status, answer.json()["taken"].as_bool()), (StatusCode::OK, Some(true)));
    // What never arrived did not, and what another sent is not one's own.
    assert_eq!(send(&bureau, &report, &told("p2"), 0).await.status, StatusCode::NOT_FOUND);
    let other = site.browser(Role::Handler, OTHER_TOWN).await;
    assert_eq!(send(&other, &report, &told("p1"), 0).await.json()["taken"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_telephone_is_told_what_to_keep() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let (.., at) = owed(&site, "campaign", "weekly").await;
    let handler = site.browser(Role::Handler, TOWN).await;
    let told = handler.get("/offline/pages").await.json();
    assert_eq!(told["person"], who(Role::Handler, TOWN).person.0);
    assert!(told["pages"].as_array().unwrap().iter().any(|page| page == &at), "{told}");
    let nobody = site.nobody();
    assert_eq!(nobody.get("/offline/pages").await.status, StatusCode::SEE_OTHER);
    let worker = nobody.get("/sw.js").await;
    assert_eq!((worker.header("service-worker-allowed"), worker.header("cache-control")), ("/", "no-cache"));
    let text = worker.text();
    for shell in text.lines().nth(1).unwrap().split('"').filter(|part| part.starts_with("/assets/")) {
        assert_eq!(nobody.get(shell).await.status, StatusCode::OK, "{shell}");
    }
    assert!(nobody.get("/offline").await.text().contains("现在没有信号"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_lies_on_the_desk_is_one_tap_away() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let (.., at) = owed(&site, "campaign", "weekly").await;
    let town = site.browser(Role::Handler, TOWN).await;
    let desk = town.get("/").await.text();
    assert!(desk.contains(&format!("href=\"{at}\">填报</a>")), "{desk}");
    // A task is signed for right here, once, and one is back at the desk.
    let task = desk.split("<form").find(|form| form.contains(">签收</button>")).unwrap();
    let part = |name: &str| hidden_in(&format!("<form{task}"), "acknowledge", name);
    let to = task.split("action=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let (key, seen) = (part("key"), part("seen"));
    let tap = [("key", key.as_str()), ("seen", &seen), ("step", "acknowledge"), ("back", "/")];
    for _ in 0..2 {
        let answer = town.post_files(&to, &tap, &[]).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"), "{}", answer.text());
    }
    assert!(town.get("/").await.text().contains(&format!("href=\"{to}/report\">填报</a>")));
}
