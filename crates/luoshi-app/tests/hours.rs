//! When people are told what waits for them, and when a day's deadline falls: what the office's hours and
//! its days of work decide.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use common::{COUNTY, County, open, who};
use jiff::civil::{Date, date};
use luoshi_app::Digest;
use luoshi_engine::{Command, Moment, NewEntry, OrgCommand, PersonId, PlanId, SystemRole, UnitId};
use luoshi_pack::Role;
use luoshi_store::Page;
use luoshi_testkit::{Place, for_each_database};

const TOWN: UnitId = UnitId(2);

/// A county in which so many tasks of 青石镇 are due on the 21st of September 2026, a Monday.
async fn with_tasks(place: &Place, count: usize) -> (County, PlanId) {
    let county = open(place, date(2026, 9, 1)).await;
    county.found().await;
    let (plan, _) = county.issue("task").await;
    for number in 0..count {
        let new = NewEntry {
            register: "task".into(),
            title: format!("第{number}处堤防除险"),
            lead: TOWN,
            due: Some(Moment::end_of(date(2026, 9, 21))),
            ..NewEntry::default()
        };
        county.run(&who(Role::Inspector, COUNTY), plan, Command::AddEntry(Box::new(new))).await;
    }
    (county, plan)
}

/// How many people get a digest at an hour.
async fn told(county: &County, day: Date, hour: i8) -> usize {
    county.set(day, hour);
    county.app.tick().await.unwrap();
    county.app.digest().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_anything_at_night_or_on_a_day_of_rest() {
    for_each_database(async |place| {
        let (county, _) = with_tasks(place, 1).await;
        // A festival of the place itself, told by its office.
        let feast =
            OrgCommand::SetWorkday { day: date(2026, 9, 21), working: false, reason: "县庆放假".into() };
        let system = county.administrator(SystemRole::SystemAdmin);
        county.app.organise("feast", &system, &[feast]).await.unwrap();
        assert_eq!(told(&county, date(2026, 9, 19), 10).await, 0, "a Saturday");
        assert!(told(&county, date(2026, 9, 20), 10).await > 0, "a Sunday worked for the National Day");
        assert_eq!(told(&county, date(2026, 9, 21), 10).await, 0, "the county's festival");
        assert_eq!(told(&county, date(2026, 9, 22), 7).await, 0, "before the office opens");
        assert_eq!(told(&county, date(2026, 9, 22), 22).await, 0, "a server that was off all day waits");
        assert!(told(&county, date(2026, 9, 23), 9).await > 0);
        assert_eq!(told(&county, date(2026, 9, 23), 15).await, 0, "one digest a day");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_tells_as_much_as_its_budget_and_how_much_more_there_is() {
    for_each_database(async |place| {
        let (county, _) = with_tasks(place, 14).await;
        assert!(told(&county, date(2026, 9, 22), 9).await > 0);
        let handler = who(Role::Handler, TOWN).person;
        let digest = digest_of(&county, handler).await;
        assert_eq!(digest.lines.len(), 10, "{digest:?}");
        let handed =
            county.app.store().messages(&[(TOWN, Role::Handler)], Page::number(1, 100)).await.unwrap();
        let mut words: Vec<&String> = handed.iter().map(|message| &message.words).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(digest.lines.len() + digest.more, words.len());
    })
    .await;
}

async fn digest_of(county: &County, person: PersonId) -> Digest {
    let items = county.app.store().outbox_of("digest", person, date(2026, 9, 1), 9).await.unwrap();
    serde_json::from_str(&items[0].body).unwrap()
}
