//! What is posted for everybody to see: of which entries, for how long, and what is never shown.

#![allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]

mod office;

use std::collections::BTreeMap;

use axum::http::StatusCode;
use jiff::civil::date;
use luoshi_engine::{
    Command, Entry, EntryEvent, EntryNo, FieldValue, Moment, NewEntry, Opening, Rows, StepBody,
};
use luoshi_pack::{Phase, Role};
use luoshi_testkit::{Place, for_each_database};
use office::{COUNTY, Site, TOWN, step, who};

fn fields(pairs: &[(&str, &str)]) -> BTreeMap<String, FieldValue> {
    pairs.iter().map(|(key, words)| ((*key).to_owned(), FieldValue::Text((*words).to_owned()))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listed_hazard_is_posted_for_its_days_with_names_masked() {
    for_each_database(async |place| {
        let site = Site::open(place).await;
        let nobody = site.nobody();
        let empty = nobody.get("/notices").await;
        assert_eq!(empty.status, StatusCode::OK);
        assert!(empty.text().contains("现在没有公示"), "{}", empty.text());
        let plan = site.plan("hazard").await;
        let mut given = fields(&[
            ("source", "检查发现"),
            ("enterprise", "兴源化工厂"),
            ("place", "储罐区，联系13812345678"),
            ("grade", "重大"),
            ("cause", "切断装置失效"),
            ("harm", "波及周边"),
            ("person", "周建国"),
            ("reporter", "欧阳守信"),
        ]);
        given.insert(String::from("found"), FieldValue::Date(date(2026, 9, 1)));
        let new = NewEntry {
            register: "hazard".into(),
            title: "周建国家的储罐泄漏".into(),
            lead: TOWN,
            fields: given,
            ..NewEntry::default()
        };
        let inspector = who(Role::Inspector, COUNTY);
        let added = site.county.run(&inspector, plan, Command::AddEntry(Box::new(new))).await;
        let no = added.opened[0];
        site.county.pass(60_000);
        let page = nobody.get("/notices").await.text();
        assert!(page.contains("现在没有公示"), "registered is not yet listed: {page}");
        let level = fields(&[("level", "县级"), ("notice", "县政府网站")]);
        let list = step(no, "list", StepBody { fields: level, ..StepBody::default() });
        site.county.run(&who(Role::Leader, COUNTY), plan, list).await;
        site.county.pass(60_000);
        let page = nobody.get("/notices").await.text();
        assert!(page.contains("重大隐患挂牌公示") && page.contains("兴源化工厂"), "{page}");
        assert!(page.contains("青石镇") && page.contains("2026-09-01 至 2026-09-30"), "{page}");
        assert!(page.contains("周＊＊") && page.contains("储罐区，联系＊＊"), "{page}");
        for hidden in ["周建国", "欧阳", "13812345678", "切断装置", "现场.png"] {
            assert!(!page.contains(hidden), "{hidden}: {page}");
        }
        let csv = nobody.get("/notices?sort=ends&as=csv").await.text();
        assert!(csv.contains("兴源化工厂") && csv.contains("周＊＊") && !csv.contains("周建国"), "{csv}");
        site.county.set(date(2026, 9, 30), 23);
        assert!(nobody.get("/notices").await.text().contains("兴源化工厂"), "on the last day");
        site.county.set(date(2026, 10, 1), 0);
        assert!(nobody.get("/notices").await.text().contains("现在没有公示"), "taken down by itself");
    })
    .await;
}

/// A hazard that is listed from its opening on.
fn listed(no: i64) -> EntryEvent {
    EntryEvent::Opened(Box::new(Opening {
        register: "hazard".into(),
        number: format!("HZ-{no:04}"),
        title: "储罐泄漏".into(),
        state: "listed".into(),
        phase: Phase::Open,
        lead: TOWN,
        supports: Vec::new(),
        above: None,
        issuer: COUNTY,
        due: None,
        item: None,
        span: None,
        version: 1,
        fields: fields(&[("enterprise", &format!("第{no}化工厂"))]),
        follows: None,
        by: None,
        expected: None,
        light: None,
    }))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_newest_are_posted_however_many_were_before() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let plan = site.plan("hazard").await;
    let reader = site.county.app.reader(&who(Role::Inspector, COUNTY)).unwrap();
    let found = reader.plan(plan).await.unwrap();
    let pack = reader.pack(&found).unwrap();
    let now = site.county.app.now();
    let story = |no: i64| {
        // The first six hundred have been taken down long ago.
        let at = if no <= 700 { now } else { now.plus(60 * Moment::DAY) };
        (EntryNo(no), vec![(at, listed(no))])
    };
    let rows = |entry: &Entry| Rows::of(entry, pack, &reader.context.org);
    let store = site.county.app.store();
    store.bulk_load(plan, &who(Role::Leader, COUNTY), (101..=720).map(story), rows).await.unwrap();
    site.county.pass(60 * Moment::DAY);
    let page = site.nobody().get("/notices").await.text();
    assert!(page.contains("第720化工厂") && page.contains("第701化工厂"), "{page}");
    assert!(!page.contains("第700化工厂"), "{page}");
}
