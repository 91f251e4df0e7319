//! Lists stand in the order that is asked for, hold what is asked for, and go out as they stand.

#![allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]

mod office;

use axum::http::StatusCode;
use luoshi_engine::SystemRole;
use luoshi_pack::Role;
use luoshi_testkit::{Place, for_each_database};
use office::{BUREAU, Browser, COUNTY, OTHER_TOWN, Site, TOWN};

/// A column of a list that goes out as a file, without its head.
async fn column(browser: &Browser, path: &str, head: &str) -> Vec<String> {
    let csv = browser.text(path).await;
    let rows: Vec<Vec<&str>> =
        csv.lines().map(|line| line.trim_matches('\u{feff}').split(',').collect()).collect();
    let first = rows.iter().position(|row| row.contains(&head)).unwrap_or_else(|| panic!("{head}: {csv}"));
    let at = rows[first].iter().position(|cell| *cell == head).unwrap();
    rows[first + 1..].iter().map(|row| row.get(at).copied().unwrap_or_default().to_owned()).collect()
}

fn stands(list: &[String]) -> bool {
    list.is_sorted() && list.len() > 1
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_under_a_light_and_behind_a_figure_are_sorted_and_filtered() {
    for_each_database(async |place| {
        let (site, plan) = Site::running(place).await;
        let inspector = site.browser(Role::Inspector, COUNTY).await;
        for path in ["/inspect?", "/board/entries?"] {
            let due = column(&inspector, &format!("{path}sort=due&as=csv"), "时限").await;
            assert!(stands(&due), "{path}: {due:?}");
            let mut last = column(&inspector, &format!("{path}sort=due-last&as=csv"), "时限").await;
            last.reverse();
            assert_eq!(due, last, "{path}");
            // One after the other, each unit once.
            let mut units = column(&inspector, &format!("{path}sort=unit&as=csv"), "承办单位").await;
            units.dedup();
            let each: std::collections::BTreeSet<&String> = units.iter().collect();
            assert_eq!(each.len(), units.len(), "{path}: {units:?}");
            let page = inspector.text(&format!("{path}sort=unit")).await;
            assert!(page.contains("value=\"unit\" selected"), "{path}: {page}");
        }
        let filtered = format!("/board/entries?plan={plan}&unit={BUREAU}&phase=open&came=missing");
        let page = inspector.text(&filtered).await;
        assert!(page.contains("摸清底数") && !page.contains("data-label=\"承办\">青石镇"), "{page}");
        assert!(page.contains("value=\"missing\" selected") && page.contains("id=\"said\""), "{page}");
        let own =
            inspector.text(&format!("/board/entries?unit={TOWN}&own=1&from=2026-09-01&to=2026-09-30")).await;
        assert!(
            own.contains("name=\"own\" value=\"1\"") && own.contains("name=\"to\" value=\"2026-09-30\""),
            "{own}"
        );
        assert!(inspector.text("/board/entries?plan=99").await.contains("没有这样的事项"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_of_administrators_are_sorted_and_go_out() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let system = site.administrator(SystemRole::SystemAdmin).await;
    let names = column(&system, "/admin/people?sort=name&as=csv", "姓名").await;
    assert!(stands(&names), "{names:?}");
    let first = column(&system, "/admin/people?as=csv", "姓名").await;
    let mut last = column(&system, "/admin/people?sort=last&as=csv", "姓名").await;
    last.reverse();
    assert_eq!(first, last);
    assert!(first.len() > 30, "all of them, not a page: {}", first.len());
    let only = column(&system, "/admin/people?q=%E7%B3%BB%E7%BB%9F&as=csv", "姓名").await;
    assert_eq!(only, ["系统员"], "the same filter");
    assert!(system.get("/admin/people?as=xlsx").await.bytes.starts_with(b"PK"));
    let page = system.text("/admin/people?sort=name&page=2").await;
    assert!(page.contains("/admin/people?sort=name&#38;page=1"), "{page}");

    let leaders = column(&system, "/admin/divisions?as=csv", "岗位").await;
    assert_eq!(leaders.len(), 5, "{leaders:?}");
    let found = system.text("/admin/divisions?q=%E9%9D%92%E7%9F%B3%E9%95%87&bare=1").await;
    assert!(found.contains("青石镇") && !found.contains("白水乡 "), "{found}");
    assert!(found.contains("共1条"), "{found}");

    let security = site.administrator(SystemRole::SecurityAdmin).await;
    let names = column(&security, "/admin/accounts?sort=name&as=csv", "人员").await;
    assert!(stands(&names), "{names:?}");
    // Who signed in just now is the first of those that were seen, and the last of the idle.
    let seen = column(&security, "/admin/accounts?sort=seen&as=csv", "最近使用").await;
    assert!(!seen[0].is_empty() && seen.last().unwrap().is_empty(), "{seen:?}");
    let idle = column(&security, "/admin/accounts?sort=idle&as=csv", "最近使用").await;
    assert!(idle[0].is_empty() && !idle.last().unwrap().is_empty(), "{idle:?}");
    let posts = column(&security, "/admin/roles?sort=unit&as=csv", "岗位").await;
    assert!(
        posts[0].starts_with("河源县人民政府") && posts.last().unwrap().starts_with("东坡村"),
        "{posts:?}"
    );
    assert_eq!(system.get("/admin/accounts?as=csv").await.status, StatusCode::FORBIDDEN);
    assert_eq!(security.get("/admin/people?as=csv").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_reported_is_narrowed_to_a_unit_and_sums_follow() {
    let place = Place::folder();
    let (site, plan) = Site::running(&place).await;
    let inspector = site.browser(Role::Inspector, COUNTY).await;
    let at = format!("/plans/{plan}?tab=reports");
    let all = column(&inspector, &format!("{at}&sort=missing&as=csv"), "未报").await;
    assert!(all.len() > 1 && all.is_sorted_by(|one, other| one >= other), "{all:?}");
    let only = inspector.text(&format!("{at}&unit={OTHER_TOWN}")).await;
    assert!(only.contains("<th scope=\"row\"><a") && only.contains("应报3，已报0"), "{only}");
    let rows = only.split_once("<tbody>").unwrap().1;
    assert!(rows.contains("白水乡") && !rows.contains("青石镇"), "{rows}");
    let csv = inspector.text(&format!("{at}&unit={OTHER_TOWN}&as=csv")).await;
    assert!(csv.contains("白水乡") && !csv.contains("青石镇"), "{csv}");
}

#[tokio::test(flavor = "multi_thread")]
async fn slips_say_why_one_cannot_be_sent_and_all_are_ticked_where_scripts_run() {
    let place = Place::folder();
    let (site, _) = Site::running(&place).await;
    let county = site.browser(Role::Inspector, COUNTY).await.text("/inspect").await;
    assert!(county.contains("data-tick-all=\"entry\"") && county.contains("name=\"entry\""), "{county}");
    // A leader of the county sees the lights and sends nothing: nothing is to be ticked or explained.
    let leader = site.browser(Role::Leader, COUNTY).await.text("/inspect").await;
    assert!(!leader.contains("data-tick-all") && !leader.contains("由印发单位督查"), "{leader}");
}
