//! The burden meter: what is asked of units, by whom, what is asked twice, and who may see it.

#![allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]

mod office;

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use jiff::civil::date;
use luoshi_app::{Ask, BurdenWanted, Scope};
use luoshi_engine::{Command, FieldValue, Moment, NewEntry, SystemRole};
use luoshi_pack::Role;
use luoshi_testkit::{Place, for_each_database};
use office::{BUREAU, COUNTY, OTHER_TOWN, Site, TOWN, VILLAGE, who};

/// Two plans of the same text have run for three weeks, and the county looked at something in a township.
async fn asking(place: &Place) -> Site {
    let site = Site::open(place).await;
    let plan = site.plan("hazard").await;
    site.plan("task").await;
    let words = |text: &str| FieldValue::Text(text.into());
    let fields = [
        ("source", words("检查发现")),
        ("enterprise", words("老码头饭店")),
        ("place", words("后门")),
        ("grade", words("一般")),
        ("found", FieldValue::Date(date(2026, 9, 1))),
    ];
    let fields: BTreeMap<String, FieldValue> =
        fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    for (actor, lead) in [(who(Role::Inspector, COUNTY), TOWN), (who(Role::Handler, TOWN), TOWN)] {
        let new = NewEntry {
            register: "hazard".into(),
            title: "后门被杂物堵住".into(),
            lead,
            fields: fields.clone(),
            ..NewEntry::default()
        };
        site.county.run(&actor, plan, Command::AddEntry(Box::new(new))).await;
    }
    for day in [4, 11, 18, 22] {
        site.county.set(date(2026, 9, day), 9);
        site.county.app.tick().await.unwrap();
    }
    site
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_are_counted_by_unit_and_week_and_what_a_unit_does_itself_is_none() {
    for_each_database(async |place| {
        let site = asking(place).await;
        let reader = site.county.app.reader(&who(Role::Inspector, COUNTY)).unwrap();
        let seeing = reader.asking().await.unwrap();
        let wanted = BurdenWanted { weeks: 4, ..BurdenWanted::default() };
        let burden = reader.burden(&seeing, &wanted).await.unwrap();
        assert_eq!(burden.weeks[0], Moment::start_of(date(2026, 8, 31)));
        let town = burden.units.iter().find(|unit| unit.unit == TOWN).unwrap();
        // Two plans, a report each Friday: the 4th, 11th, 18th and 25th; one task each. One hazard was
        // found by the county; that which the township registered itself is nobody's request.
        let [reports, tasks, chased, checks] = town.kinds;
        assert_eq!((reports, tasks, checks), (8, 2, 1), "{town:?}");
        assert!(chased > 0, "late reports were chased");
        assert_eq!(town.weeks.iter().sum::<i64>(), town.total());
        assert_eq!(town.weeks[0], 2 + 2 + 1 + 2, "two reports, two tasks, one check, and two reminders");
        assert!(burden.units.iter().all(|unit| unit.unit != VILLAGE), "a village is asked nothing");
        assert_eq!(burden.askers.len(), 2, "the county under two plans: {:?}", burden.askers);
        let only = BurdenWanted { ask: Some(Ask::Check), ..wanted };
        let checks = reader.burden(&seeing, &only).await.unwrap();
        assert_eq!(checks.all().kinds, [0, 0, 0, 1]);
        assert!(checks.repeated.is_empty(), "a check is neither report nor task: {:?}", checks.repeated);
        let things: Vec<(&str, usize)> =
            burden.repeated.iter().map(|twice| (twice.thing.as_str(), twice.units.len())).collect();
        assert!(things.contains(&("收储进度", 2)), "both townships report it twice: {things:?}");
        assert!(things.iter().any(|(thing, _)| thing.contains("仓容")), "and got one task twice: {things:?}");
        let of = |ask| BurdenWanted { weeks: 4, ask: Some(ask), ..BurdenWanted::default() };
        let reports = reader.burden(&seeing, &of(Ask::Report)).await.unwrap().repeated;
        let tasks = reader.burden(&seeing, &of(Ask::Task)).await.unwrap().repeated;
        assert!(!reports.is_empty() && !tasks.is_empty());
        assert_eq!([reports, tasks].concat(), burden.repeated, "each kind by itself");
        // The same words in registers of two plans that are not those of tasks.
        let other = site.plan("hazard").await;
        for plan in [seeing.plans.last().unwrap().id, other] {
            let fields = BTreeMap::from([
                (String::from("source"), FieldValue::Text("检查发现".into())),
                (String::from("enterprise"), FieldValue::Text("老码头饭店".into())),
                (String::from("place"), FieldValue::Text("前门".into())),
                (String::from("grade"), FieldValue::Text("一般".into())),
                (String::from("found"), FieldValue::Date(date(2026, 9, 1))),
            ]);
            let (register, title) = (String::from("hazard"), String::from("前门上了锁"));
            let new = NewEntry { register, title, lead: TOWN, fields, ..NewEntry::default() };
            site.county.run(&who(Role::Inspector, COUNTY), plan, Command::AddEntry(Box::new(new))).await;
        }
        let seeing = reader.asking().await.unwrap();
        let twice =
            reader.burden(&seeing, &BurdenWanted { weeks: 4, ..BurdenWanted::default() }).await.unwrap();
        assert!(twice.repeated.iter().all(|twice| twice.thing != "前门上了锁"), "{:?}", twice.repeated);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_inspector_sees_the_units_below_and_a_unit_sees_its_own() {
    for_each_database(async |place| {
        let site = asking(place).await;
        let county = site.browser(Role::Inspector, COUNTY).await;
        let all = county.get("/burden").await.text();
        assert!(all.contains(">青石镇</a>") && all.contains(">白水乡</a>"), "{all}");
        assert!(all.contains("收储进度（每周五）") || all.contains("收储进度"), "{all}");
        let one = county.get(&format!("/burden?unit={TOWN}")).await.text();
        assert!(one.contains(">青石镇</a>") && !one.contains(">白水乡</a>"), "{one}");
        let town = site.browser(Role::Inspector, TOWN).await;
        for path in ["/burden", "/burden?as=csv", "/burden?part=repeated&as=csv"] {
            let theirs = town.get(path).await.text();
            assert!(theirs.contains("青石镇") && !theirs.contains("白水乡"), "{path}: {theirs}");
        }
        let other = town.get(&format!("/burden?unit={OTHER_TOWN}&as=csv")).await.text();
        assert!(!other.contains("白水乡"), "nobody looks into others by their number: {other}");
        let handler = site.browser(Role::Handler, TOWN).await;
        let own = handler.get("/burden?of=all").await.text();
        assert!(own.contains("青石镇被要求了多少") && own.contains("要求来源"), "{own}");
        assert!(!own.contains("白水乡") && !own.contains("所辖单位"), "{own}");
        let village = site.browser(Role::Handler, VILLAGE).await.get("/burden").await.text();
        assert!(village.contains("这段时间没有向我们单位提要求"), "{village}");
        let administrator = site.administrator(SystemRole::SystemAdmin).await;
        assert_eq!(administrator.get("/burden").await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_meter_sorts_and_goes_out_as_files_and_over_the_api() {
    let place = Place::folder();
    let site = asking(&place).await;
    let county = site.browser(Role::Leader, COUNTY).await;
    let csv = county.get("/burden?sort=task&as=csv").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    let lines = csv.text();
    let at = |name: &str| lines.find(name).unwrap();
    assert!(at("青石镇") > 0 && lines.contains("报送"), "{lines}");
    let by_reports = county.get("/burden?sort=report&as=csv").await.text();
    assert!(by_reports.find("青石镇") < by_reports.find("县农业农村局"), "townships report: {by_reports}");
    for part in ["", "askers", "repeated"] {
        let xlsx = county.get(&format!("/burden?part={part}&as=xlsx")).await;
        assert!(xlsx.bytes.starts_with(b"PK"), "{part}: a workbook is a ZIP");
    }
    let askers = county.get("/burden?part=askers&as=csv").await.text();
    assert!(askers.contains("河源县人民政府,秋粮收储工作实施方案"), "{askers}");
    let actor = who(Role::Handler, BUREAU);
    let until = site.county.app.now().plus(Moment::DAY);
    let token = site.county.app.issue_token(&actor, "测试", &[Scope::Read], until).await.unwrap();
    let request = Request::get("/api/v1/burden?weeks=4").header("authorization", format!("Bearer {token}"));
    let told = site.nobody().send(request, Body::empty()).await.json();
    assert_eq!(told["units"].as_array().unwrap().len(), 1, "the bureau's own: {told}");
    assert_eq!(told["units"][0]["unit"]["name"], "县农业农村局");
    assert_eq!(told["units"][0]["asked"]["task"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_neither_inspects_nor_leads_sees_their_own_unit_wherever_they_ask() {
    let place = Place::folder();
    let site = asking(&place).await;
    let actor = who(Role::Handler, COUNTY);
    let reader = site.county.app.reader(&actor).unwrap();
    let seeing = reader.asking().await.unwrap();
    let wanted = BurdenWanted { weeks: 4, units: Some(vec![TOWN]), ..BurdenWanted::default() };
    let burden = reader.burden(&seeing, &wanted).await.unwrap();
    assert!(burden.units.iter().all(|unit| unit.unit == COUNTY), "{:?}", burden.units);
    let until = site.county.app.now().plus(Moment::DAY);
    let token = site.county.app.issue_token(&actor, "测试", &[Scope::Read], until).await.unwrap();
    for path in ["/api/v1/burden?weeks=4".to_owned(), format!("/api/v1/burden?weeks=4&unit={TOWN}")] {
        let request = Request::get(path).header("authorization", format!("Bearer {token}"));
        let told = site.nobody().send(request, Body::empty()).await.text();
        assert!(told.contains("\"units\"") && !told.contains("青石镇"), "{told}");
    }
}
