//! No page reads a whole table: told by the plans of the databases themselves, with enough rows that
//! reading all of them would be the dearer way.

use jiff::civil::date;
use luoshi_engine::{
    EntryEvent, EntryNo, FieldValue, Hash, Moment, PersonId, PlanId, PlanState, PostId, UnitId,
};
use luoshi_pack::{Phase, Role};
use luoshi_testkit::for_each_database;

use super::county::{actor, june, plan_with, report, rows, step, task};
use super::{open, seen};
use crate::db::{Value, values};
use crate::{Aside, At, Filter, Message, Order, Page, Seen, SeenOrder, Sight, Store};

const PAGE: Page = Page { skip: 25, limit: 25 };

/// Plans of some thousand entries in seventy villages, a tenth of them done.
async fn fill(store: &Store) -> PlanId {
    let mut last = PlanId(0);
    for _ in 0..4 {
        last = plan_with(store, june(1), &[]).await;
        let stories = (1..=2000).map(|no| {
            let (unit, day) = (20 + no % 70, i8::try_from(1 + no % 28).unwrap());
            let mut opened = if no % 2 == 0 { task(unit, day) } else { report(unit, day) };
            if let EntryEvent::Opened(opening) = &mut opened {
                opening.fields.insert(String::from("code"), FieldValue::Text(format!("c{no}")));
            }
            let then = if no % 10 == 0 { step("done", Phase::Done) } else { step("doing", Phase::Open) };
            (EntryNo(no), vec![(june(1), opened), (june(2), then)])
        });
        store.bulk_load(last, &actor(), stories, rows).await.unwrap();
    }
    let mut work = store.begin().await.unwrap();
    let message = |n: i64| Message {
        id: 0,
        unit: UnitId(20 + n % 70),
        role: Role::Handler,
        plan: last,
        no: EntryNo(n),
        kind: String::from("催办"),
        words: String::from("请按时办结"),
        at: june(2),
        digest: None,
    };
    work.put_messages(&(1..=3000).map(message).collect::<Vec<_>>()).await.unwrap();
    let timers: Vec<_> = (1..=2000).map(|no| (last, EntryNo(no), Some(Moment(no)))).collect();
    work.put_timers(&timers).await.unwrap();
    work.commit().await.unwrap();
    let mut work = store.begin().await.unwrap();
    work.tx.script(String::from("ANALYZE")).await.unwrap();
    work.commit().await.unwrap();
    last
}

/// Every read that a page, a report or the scheduler makes.
async fn read_all(store: &Store, plan: PlanId) {
    let unit = UnitId(2);
    let posts = [(UnitId(20), Role::Handler), (unit, Role::Leader), (UnitId(1), Role::Inspector)];
    store.list_overdue(unit, june(20), PAGE).await.unwrap();
    store.list_overdue(UnitId(1), june(20), Page { skip: 2475, limit: 25 }).await.unwrap();
    store.count_overdue(unit, june(20)).await.unwrap();
    store.list_scope(UnitId(1), PAGE).await.unwrap();
    store.count_scope(unit).await.unwrap();
    for some in [&posts[..1], &posts[..]] {
        store.desk(some, PAGE).await.unwrap();
        store.count_desk(some).await.unwrap();
        store.messages(some, PAGE).await.unwrap();
    }
    store.desk_by_plan(&posts, PAGE).await.unwrap();
    store.phases(&[(plan, EntryNo(7)), (plan, EntryNo(8))]).await.unwrap();
    let asides = asides(plan);
    for some in asides.iter().map(std::slice::from_ref).chain([&asides[..]]) {
        for by_plan in [false, true] {
            store.list_aside(some, &posts, by_plan, PAGE).await.unwrap();
        }
        store.count_aside(some, &posts).await.unwrap();
    }
    for filter in filters() {
        for order in [Order::Number, Order::NumberLast, Order::Due, Order::DueLast] {
            store.find_ordered(plan, &filter, order, PAGE).await.unwrap();
        }
        store.entries_after(plan, &filter, EntryNo(500), 25).await.unwrap();
        store.count_entries(plan, &filter).await.unwrap();
    }
    let of = Filter { register: Some("task".into()), ..Filter::default() };
    store.count_by_state(plan, &of).await.unwrap();
    store.find_ordered(plan, &Filter { state: Some("doing".into()), ..of }, Order::Due, PAGE).await.unwrap();
    let month = Filter { due: Some((june(1), june(20))), ..Filter::default() };
    store.count_by_due(plan, &month).await.unwrap();
    store.find_ordered(plan, &month, Order::Due, PAGE).await.unwrap();
    store.last_report(plan, EntryNo(900), "weekly", UnitId(21)).await.unwrap();
    store.entry(plan, EntryNo(7)).await.unwrap();
    let some = store.entries(plan, (7..60).map(EntryNo)).await.unwrap();
    assert_eq!(some.len(), 53);
    store.matrix(&[unit, UnitId(20)]).await.unwrap();
    store.matrix_of_plans(&[plan]).await.unwrap();
    let sight = Sight { whole: vec![plan], part: vec![PlanId(1), PlanId(2)], units: vec![UnitId(20)] };
    let lit = Seen { lights: vec!["red".into(), "yellow".into()], ..Seen::default() };
    let open = Seen {
        leads: Some(vec![UnitId(20)]),
        register: Some("task".into()),
        phases: vec![Phase::Open],
        due: Some((june(1), june(20))),
        on_time: Some(false),
        ..lit.clone()
    };
    let orders = [SeenOrder::Due, SeenOrder::DueLast, SeenOrder::Unit, SeenOrder::Plan];
    let ordered = orders.map(|order| Seen { order, ..lit.clone() });
    for seen in [Seen::default(), lit, open].into_iter().chain(ordered) {
        store.list_seen(&sight, &seen, PAGE).await.unwrap();
        store.count_seen(&sight, &seen).await.unwrap();
    }
    store.due_weeks(&sight, june(1), june(20)).await.unwrap();
    store.registers_of(&sight).await.unwrap();
    store.last_acts(&[PostId(7), PostId(8), PostId(9)]).await.unwrap();
    store.events_back(plan, 1000, june(20), 50).await.unwrap();
    store.completeness(plan, "weekly", date(2026, 6, 3), date(2026, 6, 5)).await.unwrap();
    store.plans(Some(PlanState::Issued), PlanId(0), 25).await.unwrap();
    store.plan(plan).await.unwrap();
    store.plans_of(&[plan, PlanId(1)]).await.unwrap();
    store.draft(plan).await.unwrap();
    store.head(plan).await.unwrap();
    store.events_of(plan, EntryNo(7), Some(june(2))).await.unwrap();
    store.events_page(plan, 100, 50).await.unwrap();
    store.due_timers(june(2), 100).await.unwrap();
    store.next_timer().await.unwrap();
    store.command("k").await.unwrap();
    store.outbox_of("digest", PersonId(7), date(2026, 6, 1), 10).await.unwrap();
    store.attachment(Hash::of(b"f")).await.unwrap();
    store.attachments(None, 10).await.unwrap();
    store.subject_key("s").await.unwrap();
}

/// All that a desk shows besides what lies on it.
fn asides(plan: PlanId) -> Vec<Aside> {
    let some = Some(vec![UnitId(20), UnitId(21)]);
    let aside = |at, plans, leads| Aside { at, plans, leads };
    vec![
        aside(At::Owed(june(1), june(20)), Vec::new(), some.clone()),
        aside(At::HandedIn, Vec::new(), some.clone()),
        aside(At::State("task".into(), "doing".into()), vec![plan, PlanId(1)], None),
        aside(At::State("task".into(), "doing".into()), vec![plan], some.clone()),
        aside(At::Returned("task".into()), vec![plan, PlanId(1)], None),
        aside(At::Returned("task".into()), vec![plan], some),
    ]
}

/// Each condition alone, none and all.
fn filters() -> Vec<Filter> {
    let all = Filter {
        register: Some(String::from("task")),
        lead: Some(UnitId(20)),
        state: Some(String::from("doing")),
        phase: Some(Phase::Open),
        light: Some(String::from("green")),
        words: Some(String::from("任务")),
        due: Some((june(1), june(20))),
        within: Some(vec![UnitId(20), UnitId(21)]),
    };
    let none = Filter::default;
    vec![
        none(),
        Filter { register: all.register.clone(), ..none() },
        Filter { lead: all.lead, ..none() },
        Filter { state: all.state.clone(), ..none() },
        Filter { phase: all.phase, ..none() },
        Filter { light: all.light.clone(), ..none() },
        Filter { words: all.words.clone(), ..none() },
        Filter { due: all.due, ..none() },
        Filter { within: all.within.clone(), ..none() },
        all,
    ]
}

/// What a database means to do for a statement.
async fn plan_of(store: &Store, text: &str, values: Vec<Value>) -> String {
    let postgres = store.db.postgres();
    let explain = if postgres { "EXPLAIN " } else { "EXPLAIN QUERY PLAN " };
    let lines = store.db.rows(format!("{explain}{text}").into(), values).await.unwrap();
    let lines = lines.iter().map(|line| line.text(if postgres { 0 } else { 3 }).unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

/// Large tables, which must be searched and not read through.
const LARGE: [&str; 6] = ["entry", "event", "scope", "desk", "timer", "message"];

fn reads_through(plan: &str, postgres: bool) -> bool {
    plan.lines().any(|line| {
        let line = line.trim().trim_start_matches("->").trim();
        LARGE.iter().any(|table| {
            if postgres {
                line.starts_with("Seq Scan on ") && line.split(' ').nth(3) == Some(table)
            } else {
                // An index read through from its beginning is fine where it gives the order and the
                // statement stops: only of the timer the first is asked.
                let whole = line.starts_with("SCAN ") && *table != "timer";
                whole && line.split(' ').nth(1).is_some_and(|name| name == *table || name == "e")
            }
        })
    })
}

#[test]
fn reading_through_is_seen_in_a_plan() {
    assert!(reads_through("Sort\n  ->  Seq Scan on entry e  (cost=0.00..1.00)", true));
    assert!(!reads_through("  ->  Seq Scan on tally  (cost=0.00..1.00)", true));
    assert!(reads_through("SCAN e", false) && reads_through("SCAN scope USING INDEX x", false));
    assert!(!reads_through("SEARCH e USING INDEX x (plan=?)", false) && !reads_through("SCAN s", false));
}

#[tokio::test]
async fn no_page_reads_a_whole_table() {
    for_each_database(async |place| {
        let store = open(place).await;
        let plan = fill(&store).await;
        seen::take();
        read_all(&store, plan).await;
        let statements = seen::take();
        assert!(statements.len() > 40, "{}", statements.len());
        for (text, values) in statements {
            let plan = plan_of(&store, &text, values).await;
            assert!(!reads_through(&plan, store.db.postgres()), "{}\n{text}\n{plan}", place.kind());
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_rare_in_a_plan_is_found_by_a_key_of_its_own() {
    for_each_database(async |place| {
        let store = open(place).await;
        let plan = fill(&store).await;
        let none = Filter::default;
        for (indexes, filter) in [
            (["entry_state", "entry_board"], Filter { state: Some(String::from("returned")), ..none() }),
            (["entry_phase", "entry_phase"], Filter { phase: Some(Phase::Void), ..none() }),
            (["entry_light", "entry_alarm"], Filter { light: Some(String::from("red")), ..none() }),
            (["entry_register", "entry_board"], Filter { register: Some(String::from("hazard")), ..none() }),
        ] {
            seen::take();
            store.find_entries(plan, &filter, PAGE).await.unwrap();
            store.entries_after(plan, &filter, EntryNo(500), 25).await.unwrap();
            store.count_entries(plan, &filter).await.unwrap();
            let asked = seen::take().into_iter().filter(|(text, _)| text.contains(" FROM entry"));
            for (text, values) in asked {
                let plan = plan_of(&store, &text, values).await;
                assert!(indexes.iter().any(|index| plan.contains(index)), "{}\n{text}\n{plan}", place.kind());
            }
        }
    })
    .await;
}

#[tokio::test]
async fn going_through_all_entries_gives_each_once() {
    for_each_database(async |place| {
        let store = open(place).await;
        let plan = fill(&store).await;
        let filter = Filter { phase: Some(Phase::Done), ..Filter::default() };
        let (mut after, mut gone_through) = (EntryNo(0), Vec::new());
        loop {
            let page = store.entries_after(plan, &filter, after, 30).await.unwrap();
            let Some(last) = page.last() else { break };
            after = last.no;
            gone_through.extend(page);
        }
        let all = store.find_entries(plan, &filter, Page { skip: 0, limit: 9999 }).await.unwrap();
        assert_eq!((gone_through.len(), &gone_through), (200, &all));
        let turned_to = store.find_entries(plan, &filter, Page::number(3, 25)).await.unwrap();
        assert_eq!(turned_to, all[50..75]);
    })
    .await;
}

#[tokio::test]
async fn no_command_reads_a_whole_table() {
    for_each_database(async |place| {
        let store = open(place).await;
        let plan = fill(&store).await;
        let keys = |count: usize, key: &[Value]| vec![key.to_vec(); count].concat();
        for (statement, key) in [
            (&crate::sql::HEADS, values![plan].to_vec()),
            (&crate::sql::LOAD, values![plan, 7i64].to_vec()),
            (&crate::sql::ENTRIES, values![plan, 7i64].to_vec()),
            (&crate::sql::ENTRIES_UNIQUE, values![plan, "task", "x"].to_vec()),
            (&crate::sql::SCOPE_DROP, values![1, 7, plan, 7, true].to_vec()),
            (&crate::sql::DESK_DROP, values![1, "handler", 7, plan, 7].to_vec()),
            (&crate::sql::TIMERS_DROP, values![plan, 7i64].to_vec()),
            (&crate::sql::MESSAGES_TOLD, values![7].to_vec()),
            (&crate::sql::EVENT_HASHES, values![plan, 7i64].to_vec()),
        ] {
            for count in [1, 64] {
                let mut values = keys(count, &key);
                if statement.name == "MESSAGES_TOLD" {
                    values.insert(0, "2026-06-01".into());
                }
                let text = store.db.text(statement, count);
                let plan = plan_of(&store, &text, values).await;
                let told = format!("{}\n{text}\n{plan}", place.kind());
                assert!(!reads_through(&plan, store.db.postgres()), "{told}");
            }
        }
    })
    .await;
}
