//! One story on both databases: a plan from its file to its close-out, with everything kept.

mod common;

use common::{COUNTY, open, step, who};
use jiff::civil::date;
use luoshi_app::{AppError, Request};
use luoshi_engine::{EntryNo, OrgCommand, RefusalKind, StepBody, SystemRole, UnitId};
use luoshi_pack::Role;
use luoshi_store::Page;
use luoshi_testkit::for_each_database;

const TOWN: UnitId = UnitId(2);
const BUREAU: UnitId = UnitId(4);

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_runs_from_its_file_to_its_close_out() {
    for_each_database(async |place| {
        let county = open(place, date(2026, 9, 1)).await;
        county.found().await;
        let (plan, issued) = county.issue("task").await;
        assert_eq!(issued.opened.len(), 3, "the bureau's task and one for each township");
        let store = county.app.store();
        let rows = store.list_scope(COUNTY, Page::number(1, 25)).await.unwrap();
        let bureau = rows.iter().find(|row| row.lead == BUREAU).unwrap().no;
        let handler = who(Role::Handler, BUREAU);
        assert_eq!(store.desk(&[(BUREAU, Role::Handler)], Page::number(1, 25)).await.unwrap().len(), 1);

        let acknowledge = Request {
            key: "phone-1".into(),
            actor: handler.clone(),
            plan: Some(plan),
            command: step(bureau, "acknowledge", StepBody::default()),
        };
        // The phone sends it twice at once and once more later.
        let (one, two) =
            tokio::join!(county.app.execute(acknowledge.clone()), county.app.execute(acknowledge.clone()));
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_eq!((one.first, one.repeated ^ two.repeated), (two.first, true));
        assert!(county.app.execute(acknowledge.clone()).await.unwrap().repeated);
        let other = Request { command: step(EntryNo(1), "refuse", StepBody::default()), ..acknowledge };
        let reused = county.app.execute(other).await.unwrap_err();
        assert!(matches!(reused, AppError::Refused(refusal) if refusal.kind == RefusalKind::KeyReused));

        for town in [TOWN, UnitId(3)] {
            let part = StepBody { note: "本地核查完成".into(), ..StepBody::default() };
            county.run(&who(Role::Handler, town), plan, step(bureau, "part", part)).await;
        }
        let done = StepBody { evidence: vec![county.photo().await], ..StepBody::default() };
        county.run(&handler, plan, step(bureau, "complete", done)).await;
        county.run(&who(Role::Leader, BUREAU), plan, step(bureau, "first_review", StepBody::default())).await;
        county
            .run(&who(Role::Reviewer, COUNTY), plan, step(bureau, "second_review", StepBody::default()))
            .await;
        county.run(&who(Role::Acceptor, COUNTY), plan, step(bureau, "close_out", StepBody::default())).await;
        let entry = store.entry(plan, bureau).await.unwrap().unwrap();
        assert_eq!((entry.state.as_str(), entry.on_time()), ("closed_out", Some(true)), "{}", place.kind());
        assert!(store.desk(&[(BUREAU, Role::Handler)], Page::number(1, 25)).await.unwrap().is_empty());
        let report = county.app.verify(&[]).await.unwrap();
        assert!(report.sound(), "{:?}", report.faults);
        county.app.rebuild().await.unwrap();
        let report = county.app.verify(&[]).await.unwrap();
        assert!(report.sound() && report.entries == 3, "{report:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn time_opens_reports_reminds_once_and_a_server_that_was_off_catches_up() {
    for_each_database(async |place| {
        let county = open(place, date(2026, 9, 1)).await;
        county.found().await;
        county.issue("task").await;
        county.set(date(2026, 9, 22), 9);
        county.app.tick().await.unwrap();
        let store = county.app.store();
        let overdue = store.list_overdue(COUNTY, county.app.now(), Page::number(1, 25)).await.unwrap();
        assert!(
            overdue.iter().any(|row| row.lead == BUREAU && row.light.as_deref() == Some("red")),
            "{overdue:?}"
        );
        let told = store.messages(&[(BUREAU, Role::Handler)], Page::number(1, 25)).await.unwrap();
        assert!(told.iter().any(|message| message.words.contains("催办")), "{told:?}");
        assert!(county.app.digest().await.unwrap() > 0);
        let before = store.head(luoshi_engine::PlanId(1)).await.unwrap();
        // A second server, and a clock that went back an hour.
        county.set(date(2026, 9, 22), 8);
        county.app.tick().await.unwrap();
        assert_eq!(store.head(luoshi_engine::PlanId(1)).await.unwrap(), before);
        assert_eq!(county.app.digest().await.unwrap(), 0, "one digest a day, none before the office opens");
        assert_eq!(county.app.tick().await.unwrap(), 0, "no timer is found for ever");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_merged_unit_owed_goes_to_the_one_that_took_over() {
    for_each_database(async |place| {
        let county = open(place, date(2026, 9, 1)).await;
        county.found().await;
        county.issue("task").await;
        county.set(date(2026, 9, 10), 9);
        let merge = OrgCommand::MergeUnits { units: vec![UnitId(3)], into: TOWN, from: date(2026, 9, 10) };
        let system = county.administrator(SystemRole::SystemAdmin);
        county.app.organise("merge", &system, &[merge]).await.unwrap();
        assert_eq!(county.app.settle_units().await.unwrap(), 0, "done with the merger itself");
        let rows = county.app.store().list_scope(COUNTY, Page::number(1, 25)).await.unwrap();
        assert!(rows.iter().all(|row| row.lead != UnitId(3)), "{rows:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_callers_on_one_plan_lose_nothing() {
    for_each_database(async |place| {
        let county = open(place, date(2026, 9, 1)).await;
        county.found().await;
        let (plan, _) = county.issue("task").await;
        let rows = county.app.store().list_scope(TOWN, Page::number(1, 25)).await.unwrap();
        let entry = rows.iter().find(|row| row.lead == TOWN).unwrap().no;
        let handler = who(Role::Handler, TOWN);
        county.run(&handler, plan, step(entry, "acknowledge", StepBody::default())).await;
        let before = county.app.store().head(plan).await.unwrap().unwrap().seq;
        let mut jobs = tokio::task::JoinSet::new();
        for i in 0..64 {
            let (app, actor) = (county.app.clone(), handler.clone());
            let progress = luoshi_engine::Progress { planned: 50.0, actual: 50.0 };
            let body =
                StepBody { note: format!("第{i}次"), progress: Some(progress), ..StepBody::default() };
            let request = Request {
                key: format!("p{i}"),
                actor,
                plan: Some(plan),
                command: step(entry, "progress", body),
            };
            jobs.spawn(async move { app.execute(request).await });
        }
        let mut seen = Vec::new();
        while let Some(done) = jobs.join_next().await {
            seen.push(done.unwrap().unwrap().first);
        }
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), 64, "every caller has an event of its own");
        let after = county.app.store().head(plan).await.unwrap().unwrap().seq;
        assert_eq!(after - before, 64);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_goes_over_to_a_new_pack_lies_on_the_desks_of_that_pack() {
    for_each_database(async |place| {
        let county = open(place, date(2026, 9, 1)).await;
        county.found().await;
        let (plan, _) = county.issue("task").await;
        let library = luoshi_pack::Library::built_in();
        let task = library.files().iter().find(|file| file.name == "task.toml").unwrap();
        // From now on what was given out lies on the leaders' desks.
        let text = task.text.replace("version = 2", "version = 3").replacen(
            r#"key = "assigned", title = "已交办", turn = ["handler@lead""#,
            r#"key = "assigned", title = "已交办", turn = ["leader@lead""#,
            1,
        );
        assert_ne!(text, task.text.replace("version = 2", "version = 3"), "the pack still has that line");
        let publish = OrgCommand::PublishPack { name: "task".into(), version: 3, text };
        let system = county.administrator(SystemRole::SystemAdmin);
        let in_its_place =
            OrgCommand::PublishPack { name: "task".into(), version: 2, text: task.text.clone() };
        let refused = county.app.organise("taken", &system, &[in_its_place]).await.unwrap_err();
        assert!(refused.to_string().contains("已经有了"), "{refused}");
        let faulty = OrgCommand::PublishPack { name: "task".into(), version: 3, text: "title =".into() };
        let refused = county.app.organise("faulty", &system, &[faulty]).await.unwrap_err();
        assert!(refused.to_string().contains("有错误"), "{refused}");
        county.app.organise("publish", &system, &[publish]).await.unwrap();
        let leader = [(BUREAU, Role::Leader)];
        let store = county.app.store();
        assert!(store.desk(&leader, Page::number(1, 25)).await.unwrap().is_empty());
        let go_over = luoshi_engine::Command::MovePack { version: 3, reason: "办法修订".into() };
        county.run(&who(Role::Inspector, COUNTY), plan, go_over).await;
        assert_eq!(store.desk(&leader, Page::number(1, 25)).await.unwrap().len(), 1, "{}", place.kind());
        let report = county.app.verify(&[]).await.unwrap();
        assert!(report.sound(), "{:?}", report.faults);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photograph_handed_in_for_two_tasks_is_told_to_both_sides_and_no_more_than_they_may_know() {
    for_each_database(async |place| {
        let county = open(place, date(2026, 9, 1)).await;
        county.found().await;
        let (plan, _) = county.issue("task").await;
        let rows = county.app.store().list_scope(COUNTY, Page::number(1, 25)).await.unwrap();
        let of = |unit| rows.iter().find(|row| row.lead == unit).unwrap().no;
        let (first, second) = (of(TOWN), of(UnitId(3)));
        let photo = county.photo().await;
        let hand_in = async |unit, no, day| {
            county.set(date(2026, 9, day), 10);
            let handler = who(Role::Handler, unit);
            county.run(&handler, plan, step(no, "acknowledge", StepBody::default())).await;
            let body = StepBody { evidence: vec![photo.clone()], ..StepBody::default() };
            county.run(&handler, plan, step(no, "complete", body)).await;
        };
        let twice = async |actor, no| {
            let entry = county.app.store().entry(plan, no).await.unwrap().unwrap();
            county.app.reader(actor).unwrap().handed_in_twice(&entry).await.unwrap()
        };
        let (reporter, reviewer) = (who(Role::Handler, UnitId(3)), who(Role::Reviewer, COUNTY));
        hand_in(TOWN, first, 3).await;
        assert!(twice(&reviewer, first).await.is_empty(), "once is no fault");
        hand_in(UnitId(3), second, 5).await;

        let told = twice(&reviewer, second).await;
        let other = told[0].other.clone().unwrap();
        assert_eq!((told.len(), told[0].hash, other.entry), (1, photo.hash, first));
        assert_eq!((other.unit.as_str(), other.day), ("青石镇", date(2026, 9, 3)));
        let before = twice(&reviewer, first).await;
        assert_eq!(before[0].other.clone().unwrap().entry, second, "it is marked on both");
        let mine = twice(&reporter, second).await;
        assert_eq!((mine.len(), &mine[0].other), (1, &None), "another town's task is not theirs to know");

        county.app.rebuild().await.unwrap();
        let report = county.app.verify(&[]).await.unwrap();
        assert!(report.sound(), "{report}");
        assert_eq!(twice(&reviewer, second).await, told);
    })
    .await;
}
