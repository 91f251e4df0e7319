//! What the issuer owes upward: put together from what came from below, signed, sent, late until then.
#![allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]

mod common;

use std::collections::BTreeMap;

use common::{COUNTY, County, TEXT, open, step, who};
use jiff::civil::date;
use luoshi_app::{AppError, Assembly, ReportCame as Came, Request};
use luoshi_engine::{
    About, Actor, EntryNo, FieldValue, NewUnit, OrgCommand, PlanId, Refusal, RefusalKind, StepBody,
    SystemRole, UnitId,
};
use luoshi_pack::Role;
use luoshi_store::{Filter, Page};
use luoshi_testkit::for_each_database;

const TOWN: UnitId = UnitId(2);
const OTHER_TOWN: UnitId = UnitId(3);
const BUREAU: UnitId = UnitId(4);

/// The plan, whose issuer reports to the city every month; the city's office has no accounts.
async fn running(county: &County) -> (PlanId, EntryNo) {
    county.found().await;
    let city = NewUnit {
        name: "市粮食局".into(),
        parent: None,
        about: About { kind: "department".into(), ..About::default() },
        from: date(2026, 1, 1),
        to: None,
        outside: true,
    };
    let system = county.administrator(SystemRole::SystemAdmin);
    let add = OrgCommand::AddUnit { id: None, unit: city };
    county.app.organise("city", &system, &[add]).await.unwrap();
    let upward = "报送收储进度。\n每月25日前向市粮食局报送收储情况。\n";
    let (plan, _) = county.issue_text("task", &TEXT.replace("报送收储进度。\n", upward)).await;
    county.set(date(2026, 9, 18), 9);
    county.app.tick().await.unwrap();
    let own = entries(county, plan, "upward").await;
    assert_eq!(own.len(), 1, "{own:?}");
    (plan, own[0].1)
}

/// The entries of a register: of which unit, and their numbers, the first opened first.
async fn entries(county: &County, plan: PlanId, register: &str) -> Vec<(UnitId, EntryNo)> {
    let filter = Filter { register: Some(register.into()), ..Filter::default() };
    let rows = county.app.store().find_entries(plan, &filter, Page::number(1, 99)).await.unwrap();
    let mut found: Vec<_> = rows.iter().map(|row| (row.no, row.lead)).collect();
    found.sort();
    found.into_iter().map(|(no, lead)| (lead, no)).collect()
}

/// A township's reports so far: its first, and its second.
async fn of(county: &County, plan: PlanId, unit: UnitId) -> Vec<EntryNo> {
    entries(county, plan, "report")
        .await
        .into_iter()
        .filter(|(lead, _)| *lead == unit)
        .map(|(_, no)| no)
        .collect()
}

fn told(words: &str, count: f64) -> StepBody {
    let fields = [
        (String::from("content"), FieldValue::Text(words.into())),
        (String::from("count"), FieldValue::Number(count)),
    ];
    StepBody { fields: fields.into(), ..StepBody::default() }
}

async fn seen(county: &County, actor: &Actor, plan: PlanId, no: EntryNo) -> Option<Assembly> {
    let reader = county.app.reader(actor).unwrap();
    let view = reader.entry(plan, no, None).await.ok()?;
    reader.assembly(&view.plan, &view.entry).await.unwrap()
}

async fn refused(county: &County, actor: Actor, plan: PlanId, command: luoshi_engine::Command) -> Refusal {
    let request = Request { key: county.key(), actor, plan: Some(plan), command };
    match county.app.execute(request).await.unwrap_err() {
        AppError::Refused(refusal) => refusal,
        error => panic!("{error}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_from_below_is_put_together_for_the_city() {
    for_each_database(async |place| {
        let county = open(place, date(2026, 9, 1)).await;
        let (plan, own) = running(&county).await;
        let (town, other) = (of(&county, plan, TOWN).await, of(&county, plan, OTHER_TOWN).await);
        assert_eq!((town.len(), other.len()), (4, 4), "every Friday up to the 25th");
        let handler = who(Role::Handler, TOWN);
        county.run(&handler, plan, step(town[0], "submit", told("收储开秤", 0.1))).await;
        county.run(&handler, plan, step(town[1], "submit", told("已收两成", 0.2))).await;
        // One came and was handed back; the rest did not come.
        let others = who(Role::Handler, OTHER_TOWN);
        county.run(&others, plan, step(other[0], "submit", told("仓容不足", 7.0))).await;
        let back = StepBody { note: "请写明吨数".into(), ..StepBody::default() };
        county.run(&who(Role::Inspector, COUNTY), plan, step(other[0], "return", back)).await;

        let inspector = who(Role::Inspector, COUNTY);
        let found = seen(&county, &inspector, plan, own).await.expect("it is owed upward");
        assert_eq!((found.to.as_str(), found.until), ("市粮食局", date(2026, 9, 25)));
        let [weekly] = found.duties.as_slice() else { panic!("{found:?}") };
        let came: Vec<_> = weekly.reports.iter().map(|report| (report.unit, report.came)).collect();
        let expected = [Came::Told, Came::Told, Came::Missing, Came::Missing].map(|came| (TOWN, came));
        assert_eq!(came[..4], expected, "{}", place.kind());
        assert_eq!(came[4..6], [(OTHER_TOWN, Came::Returned), (OTHER_TOWN, Came::Missing)]);
        assert_eq!(weekly.missing(), [TOWN, OTHER_TOWN]);
        assert_eq!(weekly.counted(), "应报8份，已报2份，未报6份");
        let sum = &weekly.sums[0];
        assert_eq!((&sum.all, &sum.last), (&FieldValue::Number(0.3), &FieldValue::Number(0.2)), "{sum:?}");

        // The draft of the whole: numbers under the same name, all the rest in words.
        let reader = county.app.reader(&inspector).unwrap();
        let view = reader.entry(plan, own, None).await.unwrap();
        let register = reader.pack(&view.plan).unwrap().find_register("upward").unwrap();
        let filled = reader.prefill(&found, register, register.flow.find_step("draft").unwrap());
        assert_eq!(filled["count"], FieldValue::Number(0.3));
        assert_eq!(
            filled["content"].plain(),
            "【收储进度】应报8份，已报2份，未报6份：青石镇、白水乡。\n\
            数量合计0.3（各单位最近一份合计0.2）。\n\
            青石镇（9月4日）：收储开秤\n\
            青石镇（9月11日）：已收两成"
        );
        // Nobody outside the issuer's unit sees any of it, nor does it stand at what others owe.
        assert_eq!(seen(&county, &handler, plan, own).await, None);
        assert_eq!(seen(&county, &who(Role::Leader, BUREAU), plan, own).await, None);
        assert_eq!(seen(&county, &inspector, plan, town[0]).await, None);

        // The month after looks back on what came due since, and on nothing before.
        county.set(date(2026, 10, 20), 9);
        county.app.tick().await.unwrap();
        let next = entries(&county, plan, "upward").await[1].1;
        let found = seen(&county, &inspector, plan, next).await.unwrap();
        let days: Vec<_> = found.duties[0].reports.iter().map(|report| report.period).collect();
        assert_eq!((days.iter().min(), days.len()), (Some(&date(2026, 10, 2)), 8), "{days:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn until_it_is_sent_it_is_late_on_desk_and_inspection() {
    for_each_database(async |place| {
        let county = open(place, date(2026, 9, 1)).await;
        let (plan, own) = running(&county).await;
        let (handler, leader) = (who(Role::Handler, COUNTY), who(Role::Leader, COUNTY));
        let on_desk = async |actor: &Actor| {
            let (rows, _) = county.app.reader(actor).unwrap().desk(Page::number(1, 99)).await.unwrap();
            rows.iter().any(|row| row.no == own && row.plan == plan)
        };
        assert_eq!((on_desk(&handler).await, on_desk(&leader).await), (true, false));
        county.run(&handler, plan, step(own, "draft", told("全县已收两成", 300.0))).await;
        assert_eq!((on_desk(&handler).await, on_desk(&leader).await), (false, true), "it waits to be signed");
        county.run(&leader, plan, step(own, "sign", StepBody::default())).await;
        assert_eq!((on_desk(&handler).await, on_desk(&leader).await), (true, false), "it waits to be sent");

        county.set(date(2026, 9, 26), 9);
        county.app.tick().await.unwrap();
        let reader = county.app.reader(&who(Role::Inspector, COUNTY)).unwrap();
        let late = async || {
            let seeing = reader.seeing(None).await.unwrap();
            let lights = reader.lights(&seeing.plans, &luoshi_app::ALARMS);
            let wanted = luoshi_store::Seen { lights, register: Some("upward".into()), ..Default::default() };
            reader.seen(&seeing.sight, &wanted, Page::number(1, 99)).await.unwrap().0
        };
        let red = late().await;
        assert_eq!(
            red.iter().map(|row| (row.no, row.light.as_deref())).collect::<Vec<_>>(),
            [(own, Some("red"))]
        );
        assert!(reader.overview().await.unwrap().unwrap().red > 0);

        let bare = refused(&county, handler.clone(), plan, step(own, "send", StepBody::default())).await;
        assert_eq!(bare.kind, RefusalKind::Incomplete);
        assert!(bare.sentence.contains("回执、收文章或邮寄凭证"), "{bare}");
        let fields =
            BTreeMap::from([(String::from("document"), FieldValue::Text("河政报〔2026〕3号".into()))]);
        let sent = StepBody { evidence: vec![county.photo().await], fields, ..StepBody::default() };
        county.run(&handler, plan, step(own, "send", sent)).await;
        assert!(late().await.is_empty(), "{}", place.kind());
        assert!(!on_desk(&handler).await && !on_desk(&leader).await);
        let entry = county.app.store().entry(plan, own).await.unwrap().unwrap();
        assert_eq!((entry.state.as_str(), entry.on_time()), ("sent", Some(false)));
        let report = county.app.verify(&[]).await.unwrap();
        assert!(report.sound(), "{:?}", report.faults);
    })
    .await;
}
