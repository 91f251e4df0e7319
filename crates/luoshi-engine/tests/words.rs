//! Words that no database holds and no page shows are refused wherever people give them.

mod common;

use std::collections::BTreeMap;

use common::{BUREAU, ISSUER, Ledger, note, task, who};
use jiff::civil::date;
use luoshi_engine::{Command, Evidence, FieldValue, Hash, NewEntry, RefusalKind, StepBody};
use luoshi_pack::Role;

#[test]
fn control_characters_are_refused_in_titles_notes_names_and_fields() {
    let mut ledger = Ledger::new("task", date(2026, 9, 1));
    let refused = ledger.draft(vec![task("核查\0面积", &[BUREAU], &[])]).unwrap_err();
    assert!(refused.sentence.contains("控制字符"), "{refused}");

    let mut ledger = Ledger::new("task", date(2026, 9, 1));
    ledger.draft(vec![task("核查面积", &[BUREAU], &[])]).unwrap();
    ledger.issue().unwrap();
    let handler = who(Role::Handler, BUREAU);
    ledger.step(&handler, "acknowledge", StepBody::default()).unwrap();

    let file = |name: &str| Evidence { hash: Hash::of(b"photo"), name: name.into(), size: 5 };
    let field = |text: &str| StepBody {
        fields: BTreeMap::from([("problem".to_owned(), FieldValue::Text(text.into()))]),
        ..StepBody::default()
    };
    let stray = [
        note("已办结\0"),
        StepBody { evidence: vec![file("照片\n.jpg")], ..StepBody::default() },
        StepBody { evidence: vec![file("照片.jpg")], ..field("缺少\u{1b}材料") },
    ];
    for body in stray {
        let refused = ledger.step(&handler, "complete", body).unwrap_err();
        assert_eq!(refused.kind, RefusalKind::Incomplete);
        assert!(refused.sentence.contains("控制字符"), "{refused}");
    }
    let new =
        NewEntry { register: "task".into(), title: "一\0二".into(), lead: BUREAU, ..NewEntry::default() };
    let refused = ledger.run(&who(Role::Inspector, ISSUER), &Command::AddEntry(Box::new(new))).unwrap_err();
    assert!(refused.sentence.contains("标题含有看不见的控制字符"), "{refused}");

    let lines = StepBody { evidence: vec![file("照片.jpg")], ..note("第一行\r\n第二行\t完") };
    ledger.step(&handler, "complete", lines).unwrap();
}
