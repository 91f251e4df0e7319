//! Verifying finds what was done to the record and to the tables, and nothing else.

use jiff::civil::date;
use luoshi_engine::{
    Entry, EntryEvent, Event, Evidence, Hash, Head, Moment, PlanEvent, PlanId, Recorded, UnitId,
};
use luoshi_pack::Phase;
use luoshi_testkit::for_each_database;

use super::county::{County, act, actor, june, plan_with, report, step, task};
use super::open;
use crate::{Anchor, AttachmentRow, Report, Store, append_anchors, read_anchors};

/// Two plans with some history; the first has events of its own.
async fn story(store: &Store) -> PlanId {
    let acts = [(1, task(20, 10)), (2, report(21, 5)), (3, task(3, 8))];
    let plan = plan_with(store, june(1), &acts).await;
    let mut work = store.begin().await.unwrap();
    act(&mut work, plan, "k1", june(4), &[(2, step("sent", Phase::Submitted))]).await.unwrap();
    let head = work.heads(&[plan]).await.unwrap()[&plan];
    let evidence = Evidence { hash: Hash::of(b"doc"), name: String::from("方案.docx"), size: 3 };
    let drafted = PlanEvent::Drafted {
        title: String::from("方案"),
        issuer: UnitId(1),
        dated: date(2026, 6, 1),
        source: evidence,
        text: Hash::of(b"text"),
        items: Vec::new(),
    };
    let event = Recorded::new(&head, plan, june(5), &actor(), "k2", &Event::Plan(drafted));
    work.append(&[event]).await.unwrap();
    act(&mut work, plan, "k3", june(6), &[(3, step("done", Phase::Done))]).await.unwrap();
    work.commit().await.unwrap();
    plan_with(store, june(1), &[(1, task(20, 10))]).await;
    // Plans and drafts as the application would have put them.
    store.rebuild(County).await.unwrap();
    plan
}

async fn verify(store: &Store, anchors: &[Anchor]) -> Report {
    store.verify(County, anchors, async |_: &AttachmentRow| None).await.unwrap()
}

/// Does what nobody may: the guard is taken away for it.
async fn tamper(store: &Store, statements: &[&str]) {
    let mut work = store.begin().await.unwrap();
    let off = if work.db.postgres() {
        "ALTER TABLE event DISABLE TRIGGER ALL"
    } else {
        "DROP TRIGGER IF EXISTS event_unchanged; DROP TRIGGER IF EXISTS event_undeleted"
    };
    work.tx.script(off.to_owned()).await.unwrap();
    for statement in statements {
        work.tx.script((*statement).to_owned()).await.unwrap();
    }
    work.commit().await.unwrap();
}

fn told(report: &Report) -> Vec<String> {
    report.faults.iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn what_was_written_by_commands_holds() {
    for_each_database(async |place| {
        let store = open(place).await;
        story(&store).await;
        let report = verify(&store, &store.anchors(&[], june(7)).await.unwrap()).await;
        assert_eq!(told(&report), [] as [&str; 0], "{}", place.kind());
        let counts = (report.chains, report.events, report.plans, report.entries, report.anchors);
        assert_eq!(counts, (2, 7, 2, 4, 2));
        assert!(report.to_string().ends_with("全部一致"));
    })
    .await;
}

/// What is done, and what verifying must tell of it.
const TAMPERED: &[(&[&str], &[&str])] = &[
    (
        &["UPDATE event SET body = replace(body, '单位20的任务', '别的任务') WHERE chain = 1 AND seq = 1"],
        &[
            "方案 1第 1 条事件：散列值与内容不符：事件或它之前的事件被改动过",
            "方案 1第 1 号条目：台账表与事件不符：内容、标题",
        ],
    ),
    (&["UPDATE event SET at = at + 1 WHERE chain = 1 AND seq = 2"], &["方案 1第 2 条事件：散列值与内容不符"]),
    (&["UPDATE event SET person = 8 WHERE chain = 1 AND seq = 5"], &["方案 1第 5 条事件：散列值与内容不符"]),
    (
        &["UPDATE event SET entry = 2 WHERE chain = 1 AND seq = 1"],
        &["方案 1第 1 条事件：事件不属于所标的条目"],
    ),
    (&["DELETE FROM event WHERE chain = 1 AND seq = 4"], &["方案 1第 5 条事件：缺少第 4 至 4 条事件"]),
    (
        &["DELETE FROM event WHERE chain = 2"],
        &["方案 2第 0 条事件：链尾被截断：应有 1 条事件", "方案 2：台账表中多出这个方案的条目"],
    ),
    // Swapped with one another, bodies and hashes.
    (
        &[
            "UPDATE event SET seq = 100 WHERE chain = 1 AND seq = 2",
            "UPDATE event SET seq = 2 WHERE chain = 1 AND seq = 3",
            "UPDATE event SET seq = 3 WHERE chain = 1 AND seq = 100",
        ],
        &[
            "方案 1第 2 条事件：散列值与内容不符",
            "方案 1第 3 条事件：散列值与内容不符",
            "方案 1第 4 条事件：散列值与内容不符",
        ],
    ),
    (&["DELETE FROM event WHERE chain = 1 AND seq = 6"], &["方案 1第 5 条事件：链尾被截断：应有 6 条事件"]),
    (
        &["UPDATE entry SET state = 'done' WHERE plan = 1 AND no = 1"],
        &["方案 1第 1 号条目：台账表与事件不符：状态"],
    ),
    (
        &["UPDATE entry SET due = due + 86400000 WHERE plan = 1 AND no = 1"],
        &["方案 1第 1 号条目：台账表与事件不符：时限"],
    ),
    (
        &["UPDATE entry SET nil = 1 WHERE plan = 1 AND no = 2"],
        &["方案 1第 2 号条目：台账表与事件不符：报送情况"],
    ),
    (
        &["UPDATE entry SET returned = 3 WHERE plan = 1 AND no = 1"],
        &["方案 1第 1 号条目：台账表与事件不符：退回次数"],
    ),
    (&["DELETE FROM entry WHERE plan = 1 AND no = 1"], &["方案 1第 1 号条目：台账表中没有这一条"]),
    (
        &["UPDATE entry SET no = 9 WHERE plan = 2"],
        &["方案 2第 1 号条目：台账表中没有这一条", "方案 2第 9 号条目：台账表中多出这一条"],
    ),
    (&["DELETE FROM scope WHERE unit = 2 AND plan = 1"], &["数据表：范围表：单位 2 应有 3 行，表中为 1 行"]),
    (
        &["UPDATE scope SET owed = 1 - owed WHERE unit = 1 AND plan = 2"],
        &["数据表：范围表：单位 1 的 3 行与事件不符"],
    ),
    (&["UPDATE desk SET role = 'leader' WHERE unit = 1"], &["数据表：待办表：单位 1 的 1 行与事件不符"]),
    (
        &["UPDATE tally SET n = n + 1 WHERE unit = 3"],
        &["数据表：统计表：单位 3 在方案 1 中应有 1 条，表中为 2 条"],
    ),
    (&["DELETE FROM tally WHERE unit = 3"], &["数据表：统计表：单位 3 在方案 1 中应有 1 条，表中为 0 条"]),
    (&["UPDATE plan SET title = '别的'"], &["方案 1：方案表与事件不符"]),
    (&["DELETE FROM plan"], &["方案 1：方案表中没有这个方案"]),
    (&["UPDATE draft SET body = '{}'"], &["方案 1：草稿表与事件不符"]),
    (
        &["INSERT INTO plan (id, state, title, issuer, body) VALUES (7, 'draft', '', 1, '{}')"],
        &["方案 7：方案表中多出"],
    ),
    (&["UPDATE head SET seq = 1 WHERE chain = 1"], &["方案 1第 6 条事件：链尾与登记的不符"]),
];

#[tokio::test]
async fn every_tampering_is_found_and_its_place_told() {
    for (statements, faults) in TAMPERED {
        for_each_database(async |place| {
            let store = open(place).await;
            story(&store).await;
            tamper(&store, statements).await;
            let found = told(&verify(&store, &[]).await);
            for fault in *faults {
                let here = found.iter().any(|found| found.starts_with(fault));
                assert!(here, "{}: {statements:?}: {fault} is not in {found:#?}", place.kind());
            }
        })
        .await;
    }
}

#[tokio::test]
async fn tables_that_were_tampered_with_are_made_again() {
    for_each_database(async |place| {
        let store = open(place).await;
        story(&store).await;
        let emptied = [
            "DELETE FROM scope",
            "UPDATE desk SET due = 1",
            "UPDATE entry SET title = ''",
            "DELETE FROM plan",
            "UPDATE tally SET n = 7",
            "DELETE FROM timer",
        ];
        tamper(&store, &emptied).await;
        assert!(!verify(&store, &[]).await.sound());
        let rebuilt = store.rebuild(County).await.unwrap();
        assert_eq!((rebuilt.plans, rebuilt.entries), (1, 4));
        assert_eq!(told(&verify(&store, &[]).await), [] as [&str; 0]);
        let timers = store.due_timers(Moment(i64::MAX), 9).await.unwrap();
        assert_eq!(timers.len(), 3, "two open entries and the plan");
    })
    .await;
}

/// Writes the chain of a plan anew so that it holds in itself: what only a witness can find.
async fn rewrite(store: &Store, plan: PlanId) {
    let mut events = store.events_page(plan, 0, 100).await.unwrap();
    let mut head = Head::default();
    let mut statements = Vec::new();
    for event in &mut events {
        event.body = event.body.replace("单位20的任务", "别的任务");
        event.prev = head.hash;
        event.hash = Hash::of(event.line().as_bytes());
        head = event.head();
        let bytes =
            if store.db.postgres() { format!("'\\x{}'", event.hash) } else { format!("x'{}'", event.hash) };
        let (body, seq) = (&event.body, event.seq);
        statements.push(format!(
            "UPDATE event SET body = '{body}', hash = {bytes} WHERE chain = {plan} AND seq = {seq};
             UPDATE head SET hash = {bytes} WHERE chain = {plan}"
        ));
    }
    tamper(store, &statements.iter().map(String::as_str).collect::<Vec<_>>()).await;
    store.rebuild(County).await.unwrap();
}

#[tokio::test]
async fn a_rewritten_chain_is_found_by_its_witness_alone() {
    for_each_database(async |place| {
        let store = open(place).await;
        let plan = story(&store).await;
        let file = place.files().join("anchors.jsonl");
        append_anchors(&file, &store.anchors(&[], june(7)).await.unwrap()).unwrap();
        let anchors = read_anchors(&file).unwrap();
        assert_eq!(store.anchors(&anchors, june(8)).await.unwrap(), [], "nothing new to tell");
        rewrite(&store, plan).await;
        assert_eq!(told(&verify(&store, &[]).await), [] as [&str; 0], "in itself it holds");
        let found = told(&verify(&store, &anchors).await);
        assert_eq!(found, ["方案 1第 6 条事件：与 2026-06-07 的锚点不符：此前的记录被整体改写过"]);
    })
    .await;
}

#[tokio::test]
async fn a_cut_tail_is_found_by_its_witness_alone() {
    for_each_database(async |place| {
        let store = open(place).await;
        let plan = story(&store).await;
        let anchors = store.anchors(&[], june(7)).await.unwrap();
        let before: Recorded = store.events_page(plan, 4, 1).await.unwrap().remove(0);
        tamper(&store, &["DELETE FROM event WHERE chain = 1 AND seq = 6"]).await;
        let mut work = store.begin().await.unwrap();
        let head = crate::db::values![plan, before.seq, before.at, before.hash].into();
        work.tx.write(&store.db, &crate::sql::HEADS_PUT, head).await.unwrap();
        work.commit().await.unwrap();
        store.rebuild(County).await.unwrap();
        assert_eq!(told(&verify(&store, &[]).await), [] as [&str; 0], "in itself it holds");
        let found = told(&verify(&store, &anchors).await);
        assert_eq!(found, ["方案 1第 6 条事件：2026-06-07 的锚点所证的事件已不存在：链尾被截断"]);
    })
    .await;
}

#[tokio::test]
async fn attachments_that_are_gone_are_told() {
    for_each_database(async |place| {
        let store = open(place).await;
        let mut handed = step("sent", Phase::Submitted);
        if let EntryEvent::Stepped { body, .. } = &mut handed {
            body.evidence.push(Evidence { hash: Hash::of(b"p"), name: String::from("照片.jpg"), size: 1 });
        }
        let plan = plan_with(&store, june(1), &[(1, task(20, 10))]).await;
        let mut work = store.begin().await.unwrap();
        act(&mut work, plan, "k", june(2), &[(1, handed)]).await.unwrap();
        work.commit().await.unwrap();
        let found = told(&verify(&store, &[]).await);
        assert_eq!(found.len(), 1);
        assert!(
            found[0].starts_with("方案 1第 1 号条目：附件 ") && found[0].ends_with("没有登记"),
            "{found:?}"
        );

        let file = AttachmentRow {
            hash: Hash::of(b"p"),
            size: 1,
            kind: String::from("image/jpeg"),
            stored: june(2),
        };
        let mut work = store.begin().await.unwrap();
        work.put_attachments(&[file]).await.unwrap();
        work.commit().await.unwrap();
        assert!(verify(&store, &[]).await.sound());
        let gone = async |_: &AttachmentRow| Some(String::from("文件不在"));
        let report = store.verify(County, &[], gone).await.unwrap();
        assert_eq!((report.attachments, report.faults.len()), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn more_entries_than_are_read_at_once_hold() {
    for_each_database(async |place| {
        let store = open(place).await;
        let plan = plan_with(&store, june(1), &[]).await;
        let stories = (1..=3000).map(|no| {
            let events = vec![(june(1), task(20 + no % 10, 10)), (june(2), step("sent", Phase::Submitted))];
            (luoshi_engine::EntryNo(no), events)
        });
        let written =
            store.bulk_load(plan, &actor(), stories, |entry: &Entry| super::county::rows(entry)).await;
        assert_eq!(written.unwrap(), 6000);
        let report = verify(&store, &[]).await;
        assert_eq!(told(&report), [] as [&str; 0]);
        assert_eq!((report.events, report.entries), (6000, 3000));
        assert_eq!(store.rebuild(County).await.unwrap().entries, 3000);
        assert!(verify(&store, &[]).await.sound());
        let done = [
            "UPDATE event SET entry = 2999 WHERE entry = 3000 AND chain = 1",
            "UPDATE entry SET lead = 1 WHERE no = 2001",
            "DELETE FROM entry WHERE no = 1500",
        ];
        tamper(&store, &done).await;
        let found = told(&verify(&store, &[]).await);
        assert!(
            found.contains(&String::from("方案 1第 2001 号条目：台账表与事件不符：承办单位")),
            "{found:#?}"
        );
        assert!(found.contains(&String::from("方案 1第 1500 号条目：台账表中没有这一条")), "{found:#?}");
        assert!(
            found.iter().any(|found| found.starts_with("方案 1第 3000 号条目：台账表中多出")),
            "{found:#?}"
        );
        tamper(&store, &["UPDATE event SET entry = 3000 WHERE body LIKE '{\"entry\":[3000,%'"]).await;
        store.rebuild(County).await.unwrap();
        assert!(verify(&store, &[]).await.sound());
    })
    .await;
}
