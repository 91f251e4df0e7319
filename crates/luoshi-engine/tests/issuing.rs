//! Whom the words of a plan mean when it is issued.

mod common;

use common::{ISSUER, Ledger, unit};
use jiff::civil::date;
use luoshi_engine::{ItemContent, ItemNo, ItemParty, UnitId, duties_in_pack};
use luoshi_pack::{Duty, Owes};
use luoshi_plan::model::Collective;

fn weekly(kind: &str) -> ItemContent {
    ItemContent::Duty(Box::new(Duty {
        title: "每周进展".into(),
        from: Owes::Kind(kind.into()),
        every: Some("FREQ=WEEKLY;BYDAY=FR".into()),
        ..Duty::default()
    }))
}

#[test]
fn a_report_that_the_pack_asks_for_too_is_told_before_the_issue() {
    let mut ledger = Ledger::new("recruit", date(2026, 9, 1));
    let ItemContent::Duty(mut monthly) = weekly("village") else { panic!("a duty") };
    (monthly.from, monthly.every) = (Owes::Parties, Some("FREQ=MONTHLY;BYMONTHDAY=25".into()));
    ledger.draft(vec![weekly("village"), ItemContent::Duty(monthly)]).unwrap();
    let found = duties_in_pack(&ledger.known.draft, &ledger.pack);
    assert_eq!(found, [(ItemNo(2), "每月招工进展")]);
}

/// A bureau with two offices and no departments below it.
fn bureau() -> Ledger {
    let mut ledger = Ledger::new("task", date(2026, 9, 1));
    ledger.org.units.retain(|id, _| *id == ISSUER);
    for (id, name) in [(21, "办公室"), (22, "种植业科")] {
        ledger.org.units.insert(UnitId(id), unit(id, name, "office", Some(1)));
    }
    ledger
}

#[test]
fn the_departments_of_a_bureau_are_its_offices() {
    let all = ItemParty { name: "各科室".into(), unit: None, collective: Some(Collective::Department) };
    let mut content = common::task("梳理职责", &[], &[]);
    if let ItemContent::Task { lead, .. } = &mut content {
        lead.push(all);
    }
    let mut ledger = bureau();
    ledger.draft(vec![content, weekly("department")]).unwrap();
    ledger.issue().unwrap();
    ledger.tick();
    let mut opened: Vec<(&str, i64)> = (ledger.known.entries.values())
        .map(|entry| (entry.opening.register.as_str(), entry.opening.lead.0))
        .collect();
    opened.sort_unstable();
    assert_eq!(opened, [("report", 21), ("report", 22), ("task", 21), ("task", 22)]);
}

#[test]
fn a_report_that_nobody_owes_is_told_before_the_issue() {
    let mut ledger = bureau();
    ledger.draft(vec![common::task("梳理职责", &[UnitId(21)], &[]), weekly("village")]).unwrap();
    let refused = ledger.issue().unwrap_err();
    assert!(refused.sentence.contains("第2项报送任务“每周进展”没有单位可报"), "{refused}");
}

#[test]
fn what_pack_and_text_both_ask_for_is_asked_once_under_the_words_of_the_text() {
    let mut ledger = bureau();
    let ItemContent::Duty(weekly) = weekly("office") else { return };
    let of_pack =
        Duty { key: "pack".into(), register: "report".into(), title: "周报".into(), ..*weekly.clone() };
    ledger.pack.duties.push(of_pack);
    let task = common::task("梳理职责", &[UnitId(21)], &[]);
    ledger.draft(vec![task, ItemContent::Duty(weekly)]).unwrap();
    ledger.issue().unwrap();
    let duties = &ledger.known.plan.duties;
    let shown: Vec<(&str, &str)> = duties.iter().map(|d| (d.key.as_str(), d.title.as_str())).collect();
    assert_eq!(shown, [("pack", "每周进展")]);
}
