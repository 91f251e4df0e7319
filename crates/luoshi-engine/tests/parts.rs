//! Supports and the parts that they owe.

mod common;

use common::{BUREAU, ISSUER, Ledger, TOWN, note, task, who};
use jiff::civil::date;
use luoshi_engine::{Actor, Command, EntryNo, Evidence, Hash, Moment, Rows, StepBody, Unit, UnitId};
use luoshi_pack::Role;

const OTHER: UnitId = UnitId(3);

/// 县农业农村局 leads, 青石镇 and 白水乡 help.
fn running() -> Ledger {
    let mut ledger = Ledger::new("task", date(2026, 9, 1));
    ledger.draft(vec![task("核查种植面积", &[BUREAU], &[TOWN, OTHER])]).expect("the draft is taken");
    ledger.issue().expect("the plan is issued");
    ledger
}

fn owing(ledger: &Ledger) -> Vec<UnitId> {
    ledger.first().parts.iter().map(|part| part.unit).collect()
}

#[test]
fn a_support_that_takes_a_task_over_hands_no_part_in_to_itself() {
    let mut ledger = running();
    let to_town = StepBody { unit: Some(TOWN), ..note("改由属地牵头") };
    ledger.step(&who(Role::Inspector, ISSUER), "transfer", to_town).unwrap();
    assert_eq!(owing(&ledger), [OTHER]);

    let handler = who(Role::Handler, TOWN);
    ledger.step(&handler, "acknowledge", StepBody::default()).unwrap();
    ledger.step(&who(Role::Handler, OTHER), "part", note("本乡核查完成")).unwrap();
    let photo = Evidence { hash: Hash::of(b"photo"), name: "核查表.jpg".into(), size: 5 };
    ledger.step(&handler, "complete", StepBody { evidence: vec![photo], ..StepBody::default() }).unwrap();
    assert_eq!(ledger.first().state, "completed");
    assert_eq!(ledger.rebuilt(), ledger.known);
}

#[test]
fn a_support_that_inherits_a_task_hands_no_part_in_to_itself() {
    let mut ledger = running();
    let bureau: &mut Unit = ledger.org.units.get_mut(&BUREAU).unwrap();
    (bureau.to, bureau.into) = (Some(date(2026, 9, 5)), Some(TOWN));
    ledger.now = Moment::start_of(date(2026, 9, 8));
    ledger.run(&Actor::system(), &Command::Inherit { entry: EntryNo(1) }).unwrap();
    assert_eq!((ledger.first().opening.lead, owing(&ledger)), (TOWN, vec![OTHER]));
    assert_eq!(ledger.rebuilt(), ledger.known);
}

#[test]
fn a_support_finds_on_its_desk_what_it_owes_until_it_has_handed_it_in() {
    let mut ledger = running();
    let desk = |ledger: &Ledger| Rows::of(ledger.first(), &ledger.pack, &ledger.org).desk;
    let (lead, town, other) = ((BUREAU, Role::Handler), (TOWN, Role::Handler), (OTHER, Role::Handler));
    assert_eq!(desk(&ledger), [town, other, lead]);
    ledger.step(&who(Role::Handler, TOWN), "part", note("本镇核查完成")).unwrap();
    assert_eq!(desk(&ledger), [other, lead]);

    // The leader who did the work is no judge of it: the unit above has it on its desk as well.
    ledger.step(&who(Role::Handler, OTHER), "part", note("本乡核查完成")).unwrap();
    let handler = who(Role::Handler, BUREAU);
    ledger.step(&handler, "acknowledge", StepBody::default()).unwrap();
    let photo = Evidence { hash: Hash::of(b"photo"), name: "核查表.jpg".into(), size: 5 };
    ledger.step(&handler, "complete", StepBody { evidence: vec![photo], ..StepBody::default() }).unwrap();
    assert_eq!(desk(&ledger), [(ISSUER, Role::Reviewer), (BUREAU, Role::Leader)]);
}
