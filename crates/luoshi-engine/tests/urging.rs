//! Chasing by hand and instructions: who may, when, and what comes of it.

mod common;

use common::{BUREAU, ISSUER, Ledger, TOWN, note, task, ten, who};
use jiff::civil::date;
use luoshi_engine::{Command, EntryEvent, EntryNo, Event};
use luoshi_pack::{Phase, Role};

fn running() -> Ledger {
    let mut ledger = Ledger::new("task", date(2026, 9, 1));
    ledger.draft(vec![task("核查种植面积", &[BUREAU], &[TOWN])]).expect("the draft is taken");
    ledger.issue().expect("the plan is issued");
    ledger
}

fn urge(rung: &str, reason: &str) -> Command {
    Command::Urge { entry: EntryNo(1), rung: rung.into(), reason: reason.into() }
}

fn instruct(words: &str, due: jiff::civil::Date) -> Command {
    Command::Instruct { entry: EntryNo(1), words: words.into(), due }
}

#[test]
fn an_inspector_of_the_issuer_chases_once_a_day_and_gives_the_reason() {
    let mut ledger = running();
    let inspector = who(Role::Inspector, ISSUER);
    for stranger in [who(Role::Inspector, TOWN), who(Role::Leader, ISSUER), who(Role::Handler, BUREAU)] {
        let refused = ledger.run(&stranger, &urge("slip", "县领导交办")).unwrap_err();
        assert!(refused.sentence.contains("督查员"), "{refused}");
    }
    let silent = ledger.run(&inspector, &urge("slip", " ")).unwrap_err();
    assert!(silent.sentence.contains("督办事由"), "{silent}");
    // To talk to somebody (约谈) is decided by people; no slip does it.
    let proposed = ledger.run(&inspector, &urge("interview", "多次逾期")).unwrap_err();
    assert!(proposed.sentence.contains("没有“interview”"), "{proposed}");
    let events = ledger.run(&inspector, &urge("slip", "进度落后")).unwrap();
    let Event::Entry(EntryNo(1), EntryEvent::Urged { to, .. }) = &events[0] else { panic!("{events:?}") };
    assert_eq!(to, &vec![(BUREAU, Role::Handler), (BUREAU, Role::Leader)]);
    let again = ledger.run(&inspector, &urge("chase", "仍未报")).unwrap_err();
    assert!(again.sentence.contains("今天已经督办过"), "{again}");
    ledger.now = ten(date(2026, 9, 2));
    ledger.run(&inspector, &urge("chase", "仍未报")).expect("the next day it may be done again");
}

#[test]
fn what_is_not_owed_is_not_chased() {
    let mut ledger = running();
    let inspector = who(Role::Inspector, ISSUER);
    ledger.step(&who(Role::Handler, BUREAU), "acknowledge", note("")).unwrap();
    ledger.step(&inspector, "suspend", note("汛期暂停")).unwrap();
    let stopped = ledger.run(&inspector, &urge("chase", "请尽快")).unwrap_err();
    assert!(stopped.sentence.contains("已中止"), "{stopped}");
    ledger.step(&inspector, "withdraw", note("任务取消")).unwrap();
    assert_eq!(ledger.first().phase, Phase::Void);
    let over = ledger.run(&inspector, &urge("chase", "请尽快")).unwrap_err();
    assert!(over.sentence.contains("已经办结或作废"), "{over}");
}

#[test]
fn an_instruction_is_a_task_of_its_own_for_the_same_unit() {
    let mut ledger = running();
    let leader = who(Role::Leader, ISSUER);
    for stranger in [who(Role::Inspector, ISSUER), who(Role::Leader, BUREAU)] {
        let refused = ledger.run(&stranger, &instruct("尽快查清", date(2026, 9, 8))).unwrap_err();
        assert!(refused.sentence.contains("交办单位的领导"), "{refused}");
    }
    let past = ledger.run(&leader, &instruct("尽快查清", date(2026, 8, 31))).unwrap_err();
    assert!(past.sentence.contains("已经过去"), "{past}");
    let events = ledger.run(&leader, &instruct("尽快查清原因，\n一周内报我。", date(2026, 9, 8))).unwrap();
    let [Event::Entry(EntryNo(1), EntryEvent::Instructed { task, due, .. }), Event::Entry(no, opened)] =
        &events[..]
    else {
        panic!("{events:?}")
    };
    let EntryEvent::Opened(opening) = opened else { panic!("{opened:?}") };
    assert_eq!((task, due.due_date(), opening.lead), (no, date(2026, 9, 8), BUREAU));
    assert_eq!((opening.follows, opening.state.as_str()), (Some(EntryNo(1)), "assigned"));
    assert!(opening.title.contains("尽快查清原因，") && !opening.title.contains('\n'), "{}", opening.title);
}
