//! The desk: what I must do, what is due soon, what I wait for, what I was told, each told from the flows.

#![allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]

mod office;

use axum::http::StatusCode;
use jiff::civil::date;
use luoshi_engine::{EntryNo, Moment, PlanId, StepBody, UnitId};
use luoshi_pack::Role;
use luoshi_store::{Filter, Message, Page};
use luoshi_testkit::{Place, for_each_database};
use office::{BUREAU, Browser, COUNTY, OTHER_TOWN, Site, TOWN, step, who};

/// The task of a unit.
async fn task(site: &Site, plan: PlanId, lead: UnitId) -> EntryNo {
    let filter = Filter { register: Some("task".into()), lead: Some(lead), ..Filter::default() };
    site.county.app.store().find_entries(plan, &filter, Page::number(1, 5)).await.unwrap()[0].no
}

/// What a part of a desk lists, as a file.
async fn listed(browser: &Browser, list: &str) -> String {
    browser.text(&format!("/?list={list}&as=csv")).await
}

/// The bureau says that its task is done, after the townships that help it.
async fn complete(site: &Site, plan: PlanId, no: EntryNo) {
    for town in [TOWN, OTHER_TOWN] {
        let part = StepBody { note: "已配合".into(), ..StepBody::default() };
        site.county.run(&who(Role::Handler, town), plan, step(no, "part", part)).await;
    }
    let evidence = vec![site.county.photo().await];
    let body = StepBody { note: "已核查完".into(), evidence, ..StepBody::default() };
    site.county.run(&who(Role::Handler, BUREAU), plan, step(no, "complete", body)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_what_they_wait_for() {
    for_each_database(async |place| {
        let site = Site::open(place).await;
        let plan = site.plan("task").await;
        let inspector = site.browser(Role::Inspector, COUNTY).await;
        // Who gave the tasks waits for them to be signed for.
        let waits = listed(&inspector, "waits").await;
        assert!(waits.contains("摸清底数") && waits.contains("落实仓容"), "{waits}");
        let desk = inspector.text("/").await;
        assert!(desk.contains("等别人办的") && desk.contains("县农业农村局承办人"), "{desk}");
        // Another unit, and who only reads, wait for nothing.
        for other in [who(Role::Inspector, TOWN), who(Role::Reader, COUNTY)] {
            let other = site.of(&other).await;
            assert!(!listed(&other, "waits").await.contains("摸清底数"));
        }
        // Who handed in waits for the review; the reviewer's turn it is.
        let no = task(&site, plan, BUREAU).await;
        let sign = step(no, "acknowledge", StepBody::default());
        site.county.run(&who(Role::Handler, BUREAU), plan, sign).await;
        complete(&site, plan, no).await;
        let handler = site.browser(Role::Handler, BUREAU).await;
        let waits = listed(&handler, "waits").await;
        assert!(waits.contains("摸清底数") && waits.contains("已办结"), "{waits}");
        assert!(!listed(&inspector, "waits").await.contains("摸清底数"), "it is signed for");
        let reviewer = site.browser(Role::Reviewer, COUNTY).await;
        assert!(listed(&reviewer, "").await.contains("摸清底数"));
        assert!(!listed(&reviewer, "waits").await.contains("摸清底数"), "it lies on the own desk");
        // Returned it is the handler's turn, and the reviewer waits until it comes back.
        let why = StepBody { note: "缺白水乡的数据".into(), ..StepBody::default() };
        site.county.run(&who(Role::Reviewer, COUNTY), plan, step(no, "send_back", why)).await;
        let waits = listed(&reviewer, "waits").await;
        assert!(waits.contains("摸清底数") && waits.contains("办理中"), "{waits}");
        assert!(!listed(&handler, "waits").await.contains("摸清底数"));
        complete(&site, plan, no).await;
        assert!(!listed(&reviewer, "waits").await.contains("摸清底数"), "it has come back");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_within_a_week_is_seen_by_the_unit_once() {
    for_each_database(async |place| {
        let site = Site::open(place).await;
        site.plan("task").await;
        // The task is due on the 20th; the leader of the bureau has no turn.
        let on = async |day: i8, role: Role, unit: UnitId, list: &str| {
            site.county.set(date(2026, 9, day), 10);
            listed(&site.browser(role, unit).await, list).await.contains("摸清底数")
        };
        assert!(!on(12, Role::Leader, BUREAU, "soon").await, "more than a week ahead");
        assert!(on(14, Role::Leader, BUREAU, "soon").await);
        let leader = site.browser(Role::Leader, BUREAU).await;
        assert!(leader.text("/").await.contains("<h2>快到期的</h2>"));
        assert!(on(14, Role::Handler, BUREAU, "").await, "it is the handler's turn");
        assert!(!on(14, Role::Handler, BUREAU, "soon").await, "and is not listed twice");
        assert!(!on(14, Role::Leader, TOWN, "soon").await, "it is of another unit");
        assert!(!on(21, Role::Leader, BUREAU, "soon").await, "what is overdue is not due soon");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_oversees_sees_figures_that_open_what_is_behind_them() {
    for_each_database(async |place| {
        let site = Site::open(place).await;
        site.plan("task").await;
        for day in [4, 11, 18, 22] {
            site.county.set(date(2026, 9, day), 9);
            site.county.app.tick().await.unwrap();
        }
        let leader = site.browser(Role::Leader, COUNTY).await;
        let desk = leader.text("/").await;
        for (words, to) in [("逾期", "/board/entries?came=missing"), ("红灯", "/board/entries?light=red")]
        {
            let link = format!("<a href=\"{to}\">{words} <b>");
            let number = desk.split(&link).nth(1).unwrap_or_else(|| panic!("{words}: {desk}"));
            let number = number.split('<').next().unwrap();
            let list = leader.text(to).await;
            assert!(number != "0" && list.contains(&format!("共{number}条")), "{words} {number}: {list}");
        }
        assert!(desk.contains("等我决定") && !desk.contains("没有动静"), "{desk}");
        let inspector = site.browser(Role::Inspector, COUNTY).await.text("/").await;
        assert!(inspector.contains("/inspect?tab=silent") && !inspector.contains("等我决定"), "{inspector}");
        let handler = site.browser(Role::Handler, TOWN).await.text("/").await;
        assert!(!handler.contains("figures-line"), "{handler}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_desk_stands_by_due_day_or_by_plan_and_goes_out_as_it_stands() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    site.plan("task").await;
    site.plan("task").await;
    let town = site.browser(Role::Handler, TOWN).await;
    let order = async |path: &str| -> Vec<String> {
        let csv = town.text(path).await;
        let titles = csv.lines().filter_map(|line| line.split(',').nth(1).map(str::to_owned));
        titles.filter(|title| title.contains("摸清底数") || title.contains("落实仓容")).collect()
    };
    let by_due = order("/?as=csv").await;
    let by_plan = order("/?sort=plan&as=csv").await;
    assert!(by_due.len() == 4 && by_due[0] == by_due[1] && by_due[2] == by_due[3], "{by_due:?}");
    assert!(by_plan.len() == 4 && by_plan[..2] == by_plan[2..] && by_plan[0] != by_plan[1], "{by_plan:?}");
    let page = town.text("/?sort=plan").await;
    assert!(page.contains("value=\"plan\" selected") && page.contains("/?sort=plan&#38;as=xlsx"), "{page}");
    assert!(town.get("/?sort=plan&as=xlsx").await.bytes.starts_with(b"PK"));
}

fn message(plan: PlanId, no: EntryNo, role: Role, words: &str, at: Moment) -> Message {
    let (unit, kind) = (BUREAU, String::from("urge"));
    Message { id: 0, unit, role, plan, no, kind, words: words.into(), at, digest: None }
}

#[tokio::test(flavor = "multi_thread")]
async fn reminders_are_told_once_and_those_about_what_is_over_are_on_their_page_alone() {
    for_each_database(async |place| {
        let site = Site::open(place).await;
        let plan = site.plan("task").await;
        let no = task(&site, plan, BUREAU).await;
        let now = site.county.app.now();
        let mut told: Vec<Message> = (0..30)
            .map(|i| message(plan, EntryNo(0), Role::Handler, &format!("第{i}条"), now.plus(i * 60_000)))
            .collect();
        // Twins: the same to somebody in the same minute, and again on another day.
        for at in [now, now.plus(1), now.plus(Moment::DAY)] {
            told.push(message(plan, no, Role::Handler, "【催办】摸清底数", at));
        }
        let mut work = site.county.app.store().begin().await.unwrap();
        work.put_messages(&told).await.unwrap();
        work.commit().await.unwrap();
        let handler = site.browser(Role::Handler, BUREAU).await;
        let desk = handler.text("/").await;
        assert_eq!(desk.matches("【催办】摸清底数").count(), 2, "{desk}");
        assert!(desk.contains("href=\"/messages\"") && !desk.contains("第10条"), "the newest alone");
        let first = handler.text("/messages").await;
        assert!(first.contains("共32条") && first.contains("第20条") && !first.contains("第1条"), "{first}");
        let second = handler.text("/messages?page=2").await;
        assert!(second.contains("第1条") && !second.contains("第20条"), "{second}");
        let csv = handler.text("/messages?kind=limit&as=csv").await;
        assert!(!csv.contains("第1条"), "{csv}");
        let other = format!("/messages?kind=urge&plan={plan}");
        assert!(handler.text(&other).await.contains("共32条"));
        assert!(handler.text("/messages?plan=99").await.contains("没有这样的提醒"));
        // What is over asks for nothing any more.
        let void = luoshi_engine::Command::Step {
            entry: no,
            step: Box::new(luoshi_engine::TakeStep {
                step: "withdraw".into(),
                body: StepBody { note: "并入别的任务".into(), ..StepBody::default() },
                seen: None,
            }),
        };
        site.county.run(&who(Role::Leader, COUNTY), plan, void).await;
        assert!(!handler.text("/").await.contains("【催办】摸清底数"));
        assert!(handler.text("/messages?page=1").await.contains("【催办】摸清底数"));
        let reader = site.browser(Role::Reader, TOWN).await;
        assert!(reader.text("/messages").await.contains("没有这样的提醒"));
        let audit = site.administrator(luoshi_engine::SystemRole::AuditAdmin).await;
        assert_eq!(audit.get("/messages").await.status, StatusCode::NOT_FOUND);
    })
    .await;
}
