//! What would change nothing, or reach beyond the issuer, is told and not recorded.

mod common;

use common::{BUREAU, ISSUER, Ledger, TOWN, note, task, unit, who};
use jiff::civil::date;
use luoshi_engine::{AmendPlan, Command, EntryNo, Event, Evidence, Hash, MoveEntry, StepBody, UnitId};
use luoshi_pack::Role;

fn running() -> Ledger {
    let mut ledger = Ledger::new("task", date(2026, 9, 1));
    ledger.draft(vec![task("核查种植面积", &[BUREAU], &[])]).expect("the draft is taken");
    ledger.issue().expect("the plan is issued");
    ledger
}

#[test]
fn a_light_is_set_only_where_one_shines_and_to_another() {
    let mut ledger = running();
    let set =
        |light: &str| Command::SetLight {
            entry: EntryNo(1), light: light.into(), reason: "现场抽查".into()
        };
    let inspector = who(Role::Inspector, ISSUER);
    let same = ledger.run(&inspector, &set("green")).unwrap_err();
    assert!(same.sentence.contains("现在亮的就是绿灯"), "{same}");
    ledger.run(&inspector, &set("red")).unwrap();
    ledger.step(&inspector, "withdraw", note("任务取消")).unwrap();
    let over = ledger.run(&inspector, &set("yellow")).unwrap_err();
    assert!(over.sentence.contains("不再亮灯"), "{over}");
}

#[test]
fn a_task_goes_to_units_of_the_issuer_only() {
    let mut ledger = running();
    ledger.org.units.insert(UnitId(77), unit(77, "邻县青山镇", "township", None));
    let to = |unit: UnitId| StepBody { unit: Some(unit), ..note("改由属地承办") };
    let inspector = who(Role::Inspector, ISSUER);
    let stranger = ledger.step(&inspector, "transfer", to(UnitId(77))).unwrap_err();
    assert!(stranger.sentence.contains("不归河源县人民政府交办"), "{stranger}");
    ledger.step(&inspector, "transfer", to(TOWN)).unwrap();
}

#[test]
fn an_amendment_records_only_what_became_different() {
    let mut ledger = running();
    let source = Evidence { hash: Hash::of(b"second"), name: "修订稿.txt".into(), size: 6 };
    let moved = |title: &str| MoveEntry {
        entry: EntryNo(1),
        title: Some(title.into()),
        due: Some(date(2026, 10, 1)),
        span: None,
        ..MoveEntry::default()
    };
    let mut amend = |title: &str| {
        let amend = AmendPlan {
            text: source.hash,
            source: source.clone(),
            reason: "县政府会议纪要".into(),
            moves: vec![moved(title)],
            added: Vec::new(),
        };
        let events = ledger.run(&who(Role::Inspector, ISSUER), &Command::Amend(Box::new(amend)));
        events.expect("it is amended").iter().filter(|event| matches!(event, Event::Entry(..))).count()
    };
    assert_eq!((amend("核查种植面积"), amend("核查播种面积")), (0, 1));
}
