//! A running plan gets a new version of its text: each change is decided on, entries keep their history.

#![allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]

mod common;

use common::{BUREAU, ISSUER, Ledger, TOWN, note, task, who};
use jiff::civil::date;
use luoshi_engine::{
    Became, Command, Consent, DraftItem, Entry, EntryEvent, EntryNo, Event, Evidence, Hash, ItemContent,
    ItemNo, ItemParty, Moment, Pair, Paired, PlanEvent, Quota, Recurs, Refusal, RefusalKind, RevisePlan,
    Share, StepBody, UnitId, World, pair_items,
};
use luoshi_pack::{Duty, Owes, Phase, Role};

const OTHER_TOWN: UnitId = UnitId(3);

fn weekly() -> ItemContent {
    let duty: Duty = serde_json::from_str(
        r#"{"key":"text_1","title":"收储进度","register":"","from":"parties","every":"FREQ=WEEKLY;BYDAY=FR"}"#,
    )
    .unwrap();
    assert_eq!(duty.from, Owes::Parties);
    ItemContent::Duty(Box::new(duty))
}

/// Names stand in a text; units are what they were read as.
fn named(content: ItemContent) -> ItemContent {
    let ItemContent::Task { title, mut lead, mut support, due, .. } = content else { return content };
    for party in lead.iter_mut().chain(&mut support) {
        party.name = format!("单位{}", party.unit.unwrap());
    }
    ItemContent::Task {
        title,
        lead,
        support,
        leader: Vec::new(),
        due,
        until: luoshi_pack::Until::DayEnd,
        every: None,
        quantities: Vec::new(),
        evidence: Vec::new(),
    }
}

fn running() -> Ledger {
    let mut ledger = Ledger::new("task", date(2026, 9, 1));
    let items = vec![
        named(task("核查种植面积", &[BUREAU], &[TOWN])),
        named(task("落实收储仓容", &[TOWN, OTHER_TOWN], &[])),
        named(task("培训保管人员", &[BUREAU], &[])),
        weekly(),
    ];
    ledger.draft(items).unwrap();
    ledger.issue().unwrap();
    ledger
}

fn dated(content: ItemContent, day: jiff::civil::Date) -> ItemContent {
    let mut content = named(content);
    if let ItemContent::Task { due, .. } = &mut content {
        *due = Some(day);
    }
    content
}

/// The new text: more time for the first task, one township instead of two, no training, a drill.
fn second() -> Vec<DraftItem> {
    let contents = [
        dated(task("核查全县种植面积", &[BUREAU], &[TOWN]), date(2026, 10, 15)),
        named(task("落实收储仓容", &[TOWN], &[])),
        named(task("开展消防演练", &[TOWN], &[])),
    ];
    (1..).zip(contents).map(|(no, content)| DraftItem { no: ItemNo(no), span: None, content }).collect()
}

fn pairs(ledger: &Ledger, items: &[DraftItem]) -> Vec<Pair> {
    let old: Vec<&DraftItem> = ledger.known.draft.items.iter().map(|(item, _)| item).collect();
    pair_items(&old, items, |_, _| String::new())
}

fn revise(
    ledger: &mut Ledger,
    items: Vec<DraftItem>,
    consent: impl Fn(Pair) -> Option<Consent>,
) -> Result<Vec<Event>, Refusal> {
    revise_from(ledger, 1, items, consent)
}

fn revise_from(
    ledger: &mut Ledger,
    follows: u32,
    items: Vec<DraftItem>,
    consent: impl Fn(Pair) -> Option<Consent>,
) -> Result<Vec<Event>, Refusal> {
    let pairs = pairs(ledger, &items).into_iter();
    let hash = Hash::of(b"second");
    let revise = RevisePlan {
        follows,
        source: Evidence { hash, name: "修订稿.txt".into(), size: 6 },
        text: hash,
        reason: "县政府会议纪要".into(),
        items,
        pairs: pairs.map(|pair| Paired { pair, consent: consent(pair) }).collect(),
    };
    ledger.run(&who(Role::Inspector, ISSUER), &Command::Revise(Box::new(revise)))
}

#[test]
fn differences_are_told_item_by_item() {
    let ledger = running();
    let (items, world) = (
        second(),
        World { org: &ledger.org, pack: &ledger.pack, calendar: &ledger.calendar, now: ledger.now },
    );
    let pairs = pairs(&ledger, &items);
    let found = world.compare_text(&ledger.known.draft, &ledger.known.entries, &items, &pairs).unwrap();
    let told: Vec<String> = found
        .iter()
        .map(|difference| {
            let fields = difference.fields.iter().map(|d| format!("{} {}→{}", d.field, d.from, d.to));
            let entries: Vec<String> = difference.entries.iter().map(ToString::to_string).collect();
            let fields = fields.collect::<Vec<_>>().join("；");
            format!("{} {fields} [{}]", difference.became.title(), entries.join(","))
        })
        .collect();
    assert_eq!(
        told,
        [
            "改动 任务 核查种植面积→核查全县种植面积；时限 2026-10-01→2026-10-15 [1]",
            "改动 承办单位 单位2、单位3→单位2 [2,3]",
            "新增  []",
            "删去  [4]",
            "删去  []",
        ]
    );
    assert!(found.iter().all(|difference| difference.became != Became::Same));
}

#[test]
fn a_task_that_is_worded_otherwise_is_a_change_and_asks_for_a_word() {
    let mut ledger = running();
    let texts = |item: &DraftItem, is_new: bool| match (item.no.0, is_new) {
        (1, false) => String::from("（一）核查种植面积。逐户登记。"),
        (1, true) => String::from("（二）核查种植面积。逐户登记，张榜公布。"),
        (2, false) => String::from("（二）落实收储仓容。"),
        (2, true) => String::from("（一）落实收储仓容；"),
        _ => String::new(),
    };
    let old: Vec<&DraftItem> = ledger.known.draft.items.iter().map(|(item, _)| item).collect();
    let items: Vec<DraftItem> = old.iter().map(|item| (*item).clone()).collect();
    let pairs = pair_items(&old, &items, texts);
    let world = World { org: &ledger.org, pack: &ledger.pack, calendar: &ledger.calendar, now: ledger.now };
    let found = world.compare_text(&ledger.known.draft, &ledger.known.entries, &items, &pairs).unwrap();
    let became: Vec<Became> = found.iter().map(|difference| difference.became).collect();
    assert_eq!(became, [Became::Changed, Became::Same, Became::Same, Became::Same]);

    let hash = Hash::of(b"second");
    let revise = |consent: Option<Consent>| {
        let reworded = |pair: &Pair| consent.clone().filter(|_| pair.reworded);
        Command::Revise(Box::new(RevisePlan {
            follows: 1,
            source: Evidence { hash, name: "修订稿.txt".into(), size: 6 },
            text: hash,
            reason: "县政府会议纪要".into(),
            items: items.clone(),
            pairs: pairs.iter().map(|pair| Paired { pair: *pair, consent: reworded(pair) }).collect(),
        }))
    };
    let inspector = who(Role::Inspector, ISSUER);
    let undecided = ledger.run(&inspector, &revise(None)).unwrap_err();
    assert!(undecided.sentence.contains("还有1处变动没有决定（第1处）"), "{undecided}");
    let events = ledger.run(&inspector, &revise(Some(Consent::Accepted))).unwrap();
    let amended = |event: &&Event| matches!(event, Event::Entry(EntryNo(1), EntryEvent::Amended { .. }));
    assert_eq!(events.iter().filter(amended).count(), 1, "the entry's history tells of it");
    assert_eq!(ledger.first().opening.title, "核查种植面积");
    assert_eq!(ledger.rebuilt(), ledger.known);
}

#[test]
fn what_was_accepted_moves_and_keeps_its_history() {
    let mut ledger = running();
    ledger.step(&who(Role::Handler, BUREAU), "acknowledge", StepBody::default()).unwrap();
    revise(&mut ledger, second(), |_| Some(Consent::Accepted)).unwrap();
    let entry = |no| &ledger.known.entries[&EntryNo(no)];
    assert_eq!(entry(1).opening.title, "核查全县种植面积");
    assert_eq!(entry(1).opening.due.unwrap().due_date(), date(2026, 10, 15));
    assert_eq!(entry(1).state, "acknowledged", "what was done on it stays done");
    assert_eq!([2, 3, 4].map(|no| entry(no).phase), [Phase::Open, Phase::Void, Phase::Void]);
    assert_eq!((entry(5).opening.title.as_str(), entry(5).opening.lead), ("开展消防演练", TOWN));
    assert_eq!(entry(5).opening.version, 2);
    assert!(ledger.known.plan.duties.is_empty(), "the report is asked for no more");
    assert_eq!(ledger.known.plan.parties, [TOWN, BUREAU], "白水乡 has nothing left to do");
    // The draft tells what runs now, so that a third version is compared with the second.
    let titles: Vec<String> = ledger
        .known
        .draft
        .standing()
        .filter_map(|(_, content)| match content {
            ItemContent::Task { title, .. } => Some(title.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(titles, ["核查全县种植面积", "落实收储仓容", "开展消防演练"]);
    assert_eq!(ledger.rebuilt(), ledger.known);
}

#[test]
fn what_was_not_accepted_stays_as_it_was_with_a_reason() {
    let mut ledger = running();
    let undecided = revise(&mut ledger, second(), |_| None).unwrap_err();
    assert!(undecided.sentence.contains("还有5处变动没有决定"), "{undecided}");
    let silent = revise(&mut ledger, second(), |_| Some(Consent::Kept { reason: String::new() }));
    assert_eq!(silent.unwrap_err().kind, RefusalKind::Incomplete);

    let before = ledger.known.entries.clone();
    let kept = |_| Some(Consent::Kept { reason: "文稿有误，另行更正".into() });
    revise(&mut ledger, second(), kept).unwrap();
    assert_eq!(ledger.known.entries, before);
    assert_eq!(ledger.known.plan.duties.len(), 1);
    assert_eq!(ledger.known.plan.text_version, 2);
    let late = revise(&mut ledger, second(), kept).unwrap_err();
    assert_eq!(late.kind, RefusalKind::Stale, "another version came between");
}

#[test]
fn a_task_that_goes_from_one_unit_to_another_is_handed_over() {
    let mut ledger = running();
    let mut items = second();
    items[0].content = named(task("核查种植面积", &[OTHER_TOWN], &[TOWN]));
    items.truncate(1);
    revise(&mut ledger, items, |pair| match pair.new {
        Some(_) => Some(Consent::Accepted),
        None => Some(Consent::Kept { reason: "另有安排".into() }),
    })
    .unwrap();
    let entry = ledger.first();
    assert_eq!((entry.opening.lead, entry.state.as_str()), (OTHER_TOWN, "assigned"));
    assert!(entry.hands.contains_key("transfer"));
    ledger.step(&who(Role::Handler, OTHER_TOWN), "acknowledge", StepBody::default()).unwrap();
    assert!(ledger.step(&who(Role::Handler, BUREAU), "progress", note("已核查")).is_err());
}

#[test]
fn time_that_was_granted_stays_granted() {
    let mut ledger = running();
    let handler = who(Role::Handler, BUREAU);
    ledger.step(&handler, "acknowledge", StepBody::default()).unwrap();
    let asked = StepBody { due: Some(Moment::end_of(date(2026, 11, 1))), ..note("连续降雨") };
    ledger.step(&handler, "ask_extension", asked).unwrap();
    ledger.step(&who(Role::Inspector, ISSUER), "grant_extension", StepBody::default()).unwrap();
    revise(&mut ledger, second(), |_| Some(Consent::Accepted)).unwrap();
    assert_eq!(ledger.first().opening.due.unwrap().due_date(), date(2026, 11, 1));
}

/// The items that run with the third of them every so often, until a day.
fn third(ledger: &Ledger, rule: Option<&str>, until: jiff::civil::Date) -> Vec<DraftItem> {
    let running = ledger.known.draft.standing();
    let mut items: Vec<DraftItem> =
        running.map(|(item, content)| DraftItem { content: content.clone(), ..item.clone() }).collect();
    if let ItemContent::Task { every, due, .. } = &mut items[2].content {
        *every = rule.map(|rule| Recurs { rule: rule.into(), first_month: false });
        *due = Some(until);
    }
    items
}

#[test]
fn a_task_that_is_to_be_done_again_and_again_goes_over_to_its_times_and_back() {
    let mut ledger = running();
    let accept = |_| Some(Consent::Accepted);
    let third_entry = |ledger: &Ledger| ledger.known.entries[&EntryNo(4)].phase;
    let monthly = third(&ledger, Some("FREQ=MONTHLY"), date(2026, 12, 31));
    revise(&mut ledger, monthly, accept).unwrap();
    assert_eq!(third_entry(&ledger), Phase::Void, "what was given once is given up");
    let duty = ledger.known.plan.duties.last().unwrap().clone();
    assert_eq!((duty.title.as_str(), duty.every.as_deref()), ("培训保管人员", Some("FREQ=MONTHLY")));
    assert_eq!(duty.start, Some(date(2026, 9, 1)));
    ledger.tick();
    let of = |ledger: &Ledger| {
        let expected = |entry: &&Entry| {
            entry.opening.expected.as_ref().is_some_and(|expected| expected.duty == duty.key)
        };
        ledger.known.entries.values().filter(expected).count()
    };
    assert_eq!(of(&ledger), 1);
    // Another rhythm keeps what was opened, and opens no time twice.
    let weekly = third(&ledger, Some("FREQ=WEEKLY;BYDAY=WE"), date(2026, 12, 31));
    revise_from(&mut ledger, 2, weekly, accept).unwrap();
    ledger.now = Moment::at(date(2026, 10, 1), jiff::civil::time(9, 0, 0, 0));
    ledger.tick();
    assert_eq!(of(&ledger), 2, "the next time is the week after the month that was opened");
    let once = third(&ledger, None, date(2026, 12, 31));
    revise_from(&mut ledger, 3, once, accept).unwrap();
    assert!(ledger.known.plan.duties.iter().all(|known| known.key != duty.key));
    let last = ledger.known.entries.values().next_back().unwrap();
    assert_eq!((last.opening.title.as_str(), last.opening.register.as_str()), ("培训保管人员", "task"));
    assert_eq!(ledger.rebuilt(), ledger.known);
}

#[test]
fn a_quota_that_is_distributed_otherwise_keeps_its_entries() {
    let share = |unit: UnitId, amount: f64| Share {
        party: ItemParty { name: format!("单位{unit}"), unit: Some(unit), collective: None },
        amount,
    };
    let quota = |shares: Vec<Share>, total: f64| {
        ItemContent::Quota(Box::new(Quota {
            title: "警示牌".into(),
            unit: "块".into(),
            shares,
            total: Some(total),
            due: Some(date(2026, 12, 1)),
            ..Quota::default()
        }))
    };
    let mut ledger = Ledger::new("task", date(2026, 9, 1));
    ledger.draft(vec![quota(vec![share(TOWN, 35.0), share(OTHER_TOWN, 30.0)], 65.0)]).unwrap();
    ledger.issue().unwrap();
    let content = quota(vec![share(TOWN, 40.0), share(BUREAU, 25.0)], 65.0);
    let items = vec![DraftItem { no: ItemNo(1), span: None, content }];
    revise(&mut ledger, items, |_| Some(Consent::Accepted)).unwrap();
    let told: Vec<_> = (ledger.known.entries.values())
        .map(|entry| (entry.opening.lead, entry.share().unwrap().0, entry.phase))
        .collect();
    assert_eq!(
        told,
        [(TOWN, 40.0, Phase::Open), (OTHER_TOWN, 30.0, Phase::Void), (BUREAU, 25.0, Phase::Open)]
    );
    assert_eq!(ledger.rebuilt(), ledger.known);
}

#[test]
fn a_report_that_goes_outside_from_now_on_is_kept_in_the_register_for_that() {
    let mut ledger = running();
    let registers = |ledger: &Ledger| -> Vec<String> {
        ledger.known.plan.duties.iter().map(|duty| duty.register.clone()).collect()
    };
    assert_eq!(registers(&ledger), ["report"]);
    let mut items: Vec<DraftItem> = ledger.known.draft.items.iter().map(|(item, _)| item.clone()).collect();
    let ItemContent::Duty(duty) = &mut items[3].content else { panic!("the weekly report") };
    duty.to = Some("市应急局".into());
    revise(&mut ledger, items, |_| Some(Consent::Accepted)).unwrap();
    assert_eq!(registers(&ledger), ["upward"]);
    assert_eq!(
        ledger.known.plan.duties[0].key, "text_1",
        "under its key, so that no period is asked for twice"
    );
}

#[test]
fn amendments_of_the_first_release_still_decode() {
    let hash = Hash::of(b"text");
    let plan = format!(
        r#"{{"plan":{{"amended":{{"reason":"更正","source":{{"hash":"{hash}","name":"a","size":1}},"text":"{hash}","version":2}}}}}}"#
    );
    let Event::Plan(PlanEvent::Amended { items, duties, .. }) = serde_json::from_str(&plan).unwrap() else {
        panic!("an amendment");
    };
    assert!(items.is_empty() && duties.is_none());
    let entry = r#"{"entry":[1,{"amended":{"version":2,"title":"核查面积"}}]}"#;
    let Event::Entry(_, EntryEvent::Amended { lead, undated, .. }) = serde_json::from_str(entry).unwrap()
    else {
        panic!("an amendment");
    };
    assert!(lead.is_none() && !undated);
}
