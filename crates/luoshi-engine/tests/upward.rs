//! What the issuer owes upward, to a party outside: drafted, signed by another hand, sent with its proof.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "an unwrap is an assertion")]

mod common;

use common::{ISSUER, Ledger, note, ten, who};
use jiff::civil::date;
use luoshi_engine::{
    Command, EntryNo, Event, Evidence, FieldValue, Hash, Refusal, RefusalKind, StepBody, TakeStep,
};
use luoshi_pack::{Duty, Owes, Phase, Role};

/// A month of reports: those of the townships every Friday, and the county's own to the city.
const TEXT: &str = "秋粮收储工作实施方案\n\
一、重点任务\n\
（一）各乡镇每周五前向县农业农村局报送收储进度。\n\
（二）每月25日前向市应急局报送收储情况。\n\
河源县人民政府\n\
2026年9月1日\n";

/// The plan of these words, on the day on which the county's own report lies open.
fn running() -> Ledger {
    let mut ledger = Ledger::new("task", date(2026, 9, 1));
    ledger.read(TEXT);
    ledger.confirm();
    ledger.issue().unwrap();
    ledger.now = ten(date(2026, 9, 18));
    ledger.tick();
    ledger
}

/// The county's own report.
fn own(ledger: &Ledger) -> EntryNo {
    let mut own = ledger.known.entries.values().filter(|entry| entry.opening.lead == ISSUER);
    let found = own.next().expect("the county owes a report").no;
    assert_eq!(own.next(), None, "one alone");
    found
}

fn take(ledger: &mut Ledger, role: Role, step: &str, body: StepBody) -> Result<Vec<Event>, Refusal> {
    let entry = own(ledger);
    let step = TakeStep { step: step.into(), body, seen: None };
    ledger.run(&who(role, ISSUER), &Command::Step { entry, step: Box::new(step) })
}

fn content(words: &str) -> StepBody {
    let fields = [(String::from("content"), FieldValue::Text(words.into()))];
    StepBody { fields: fields.into(), ..StepBody::default() }
}

fn receipt() -> StepBody {
    let file = Evidence { hash: Hash::of(b"receipt"), name: "收文回执.pdf".into(), size: 7 };
    StepBody { evidence: vec![file], ..StepBody::default() }
}

/// Why it was refused.
#[track_caller]
fn refused(outcome: Result<Vec<Event>, Refusal>, kind: RefusalKind, words: &str) {
    let refusal = outcome.expect_err("it is refused");
    assert_eq!(refusal.kind, kind, "{refusal}");
    assert!(refusal.sentence.contains(words), "{refusal}");
}

#[test]
fn what_goes_to_a_party_outside_is_an_entry_of_the_register_that_the_pack_names() {
    let ledger = running();
    let registers: Vec<_> = ledger.known.plan.duties.iter().map(|duty| duty.register.as_str()).collect();
    assert_eq!(registers, ["report", "upward"], "what stays inside stays as it was");
    let report = &ledger.known.entries[&own(&ledger)];
    assert_eq!((report.opening.register.as_str(), report.state.as_str()), ("upward", "expected"));
    assert_eq!(report.opening.number, "1-上001");
    // A pack that names none has it among the others.
    let mut plain = Ledger::new("task", date(2026, 9, 1));
    plain.pack.upward = None;
    plain.read(TEXT);
    plain.confirm();
    plain.issue().unwrap();
    assert!(plain.known.plan.duties.iter().all(|duty| duty.register == "report"));
}

#[test]
fn a_receiver_inside_is_only_words_and_one_that_nobody_knows_is_outside_for_the_issuer() {
    let ledger = running();
    let world = luoshi_engine::World {
        org: &ledger.org,
        pack: &ledger.pack,
        calendar: &ledger.calendar,
        now: ledger.now,
    };
    let upward = |from: Owes, to: Option<&str>| {
        world.is_upward(&Duty { from, to: to.map(str::to_owned), ..Duty::default() })
    };
    assert!(upward(Owes::Issuer, Some("市应急局")) && upward(Owes::Parties, Some("市应急局")));
    assert!(!upward(Owes::Issuer, None) && !upward(Owes::Parties, None));
    assert!(!upward(Owes::Issuer, Some("县农业农村局")) && !upward(Owes::Parties, Some("县农业农村局")));
    assert!(upward(Owes::Issuer, Some("省粮食局")) && !upward(Owes::Parties, Some("收储科")));
}

#[test]
fn it_is_drafted_signed_by_another_hand_and_sent_with_its_proof() {
    let mut ledger = running();
    // A leader who drafts for once is not the one who signs.
    ledger.org.posts.get_mut(&who(Role::Leader, ISSUER).post).unwrap().roles.push(Role::Handler);
    take(&mut ledger, Role::Leader, "draft", content("全县已收储三成")).unwrap();
    refused(
        take(&mut ledger, Role::Leader, "sign", StepBody::default()),
        RefusalKind::SameHand,
        "须由他人办理",
    );
    take(&mut ledger, Role::Leader, "return", note("数字与上周不符，请核对")).unwrap();

    take(&mut ledger, Role::Handler, "draft", content("全县已收储四成")).unwrap();
    refused(take(&mut ledger, Role::Handler, "sign", StepBody::default()), RefusalKind::NotAllowed, "领导");
    refused(take(&mut ledger, Role::Handler, "send", receipt()), RefusalKind::WrongState, "待签发");
    take(&mut ledger, Role::Leader, "sign", StepBody::default()).unwrap();

    let unproved = take(&mut ledger, Role::Handler, "send", StepBody::default());
    refused(unproved, RefusalKind::Incomplete, "报出须附回执、收文章或邮寄凭证1份，现有0份");
    take(&mut ledger, Role::Handler, "send", receipt()).unwrap();
    let sent = &ledger.known.entries[&own(&ledger)];
    assert_eq!((sent.state.as_str(), sent.phase, sent.on_time()), ("sent", Phase::Done, Some(true)));
    assert_eq!((sent.evidence.len(), sent.returned), (1, 1));

    // The city asks for more: the proof of the first sending does for no second.
    take(&mut ledger, Role::Handler, "correct", note("市局要求补充仓容")).unwrap();
    take(&mut ledger, Role::Handler, "draft", content("全县已收储四成，仓容五千吨")).unwrap();
    take(&mut ledger, Role::Leader, "sign", StepBody::default()).unwrap();
    let unproved = take(&mut ledger, Role::Handler, "send", StepBody::default());
    refused(unproved, RefusalKind::Incomplete, "现有0份");
    assert_eq!(ledger.rebuilt(), ledger.known, "its events alone tell it");
}

#[test]
fn until_it_is_sent_it_is_owed_and_a_leader_alone_lets_it_off() {
    let mut ledger = running();
    refused(
        take(&mut ledger, Role::Handler, "nil", StepBody::default()),
        RefusalKind::NotAllowed,
        "不能零报告",
    );
    refused(
        take(&mut ledger, Role::Inspector, "exempt", note("合并到季报")),
        RefusalKind::NotAllowed,
        "领导",
    );
    take(&mut ledger, Role::Handler, "draft", content("全县已收储四成")).unwrap();
    take(&mut ledger, Role::Leader, "sign", StepBody::default()).unwrap();
    ledger.now = ten(date(2026, 9, 26));
    ledger.tick();
    let late = &ledger.known.entries[&own(&ledger)];
    assert_eq!(
        (late.phase, late.light.as_deref()),
        (Phase::Open, Some("red")),
        "signed and not sent is late"
    );
    take(&mut ledger, Role::Handler, "send", receipt()).unwrap();
    assert_eq!(ledger.known.entries[&own(&ledger)].on_time(), Some(false));
}

#[test]
fn a_report_looks_back_to_the_one_before_it() {
    let ledger = running();
    let plan = ledger.known.plan.clone();
    let world = luoshi_engine::World {
        org: &ledger.org,
        pack: &ledger.pack,
        calendar: &ledger.calendar,
        now: ledger.now,
    };
    let monthly = &plan.duties[1];
    let stretch = |day| world.stretch(&plan, monthly, day);
    assert_eq!(stretch(date(2026, 10, 25)), (date(2026, 9, 26), date(2026, 10, 25)));
    assert_eq!(stretch(date(2026, 9, 25)), (date(1, 1, 1), date(2026, 9, 25)), "the first has all before it");
    let after = Duty { occasion: Some(luoshi_pack::Occasion::default()), every: None, ..monthly.clone() };
    let flood = date(2026, 9, 12);
    assert_eq!(world.stretch(&plan, &after, flood), (flood, flood));
}
