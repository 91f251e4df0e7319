//! Verifying finds what was done to the record and to the tables, and nothing else.

use jiff::civil::date;
use luoshi_engine::{
    Entry, EntryEvent, EntryNo, Event, Evidence, FieldValue, Hash, Head, Moment, PersonId, PlanEvent, PlanId,
    Recorded, UnitId,
};
use luoshi_pack::{Phase, Role};
use luoshi_testkit::for_each_database;

use super::county::{County, act, actor, carried_out, june, plan_with, report, step, task};
use super::open;
use crate::vault::WrappedKey;
use crate::{
    Anchor, AttachmentRow, Message, OutboxItem, Report, Store, SubjectKeyRow, append_anchors, read_anchors,
};

/// Two plans with some history; the first has events of its own.
async fn story(store: &Store) -> PlanId {
    let acts = [(1, task(20, 10)), (2, report(21, 5)), (3, task(3, 8))];
    let plan = plan_with(store, june(1), &acts).await;
    let mut work = store.begin().await.unwrap();
    act(&mut work, plan, "k1", june(4), &[(2, step("sent", Phase::Submitted))]).await.unwrap();
    let head = work.heads(&[plan]).await.unwrap()[&plan];
    work.put_attachments(&[file(b"doc"), file(b"text")]).await.unwrap();
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
    work.put_commands(&[carried_out("k2", std::slice::from_ref(&event)).unwrap()]).await.unwrap();
    work.append(&[event]).await.unwrap();
    let message = Message {
        id: 0,
        unit: UnitId(20),
        role: Role::Handler,
        plan,
        no: EntryNo(1),
        kind: String::from("催办"),
        words: String::from("请按时办结"),
        at: june(4),
        digest: None,
    };
    work.put_messages(&[message]).await.unwrap();
    let item = OutboxItem {
        kind: String::from("digest"),
        person: PersonId(7),
        day: date(2026, 6, 5),
        body: String::from("今日一件"),
        created: june(5),
        sent: None,
    };
    work.put_outbox(&[item]).await.unwrap();
    let key = WrappedKey { master: 1, wrapped: String::from("AA==") };
    let key = SubjectKeyRow { subject: String::from("1-1"), key, destroyed: None };
    work.add_subject_keys(&[key]).await.unwrap();
    act(&mut work, plan, "k3", june(6), &[(3, step("done", Phase::Done))]).await.unwrap();
    work.commit().await.unwrap();
    plan_with(store, june(1), &[(1, task(20, 10))]).await;
    // Plans and drafts as the application would have put them.
    store.rebuild(County).await.unwrap();
    plan
}

/// A file that was brought, as its row tells it.
fn file(bytes: &[u8]) -> AttachmentRow {
    let size = i64::try_from(bytes.len()).unwrap();
    AttachmentRow { hash: Hash::of(bytes), size, kind: String::from("image/jpeg"), stored: june(2) }
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
        assert_eq!(report.attachments, 2);
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
    (
        &["INSERT INTO material (hash, plan, no) SELECT hash, 1, 1 FROM head WHERE chain = 1"],
        &["方案 1第 1 号条目：材料表与事件不符"],
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
    // What is not made of events.
    (&["DELETE FROM command WHERE key = 'k1'"], &["方案 1第 4 条事件：操作“k1”没有登记"]),
    (
        &["UPDATE command SET last = 5 WHERE key = 'k1'"],
        &[
            "数据表：操作登记表：“k1”一行的内容与写入时不一致",
            "方案 1第 4 条事件：操作“k1”的登记与事件不符：事件起止",
        ],
    ),
    (
        &["UPDATE command SET at = at + 1, outcome = '2件，新开0件', sum = NULL WHERE key = 'k1'"],
        &["方案 1第 4 条事件：操作“k1”的登记与事件不符：时间、办理结果"],
    ),
    (
        &["UPDATE command SET key = 'k9', sum = NULL WHERE key = 'k1'"],
        &["方案 1第 4 条事件：操作“k1”没有登记", "数据表：操作登记表：操作“k9”没有事件与之对应"],
    ),
    (
        &["UPDATE command SET chain = 9, sum = NULL WHERE key = 'k1'"],
        &[
            "方案 1第 4 条事件：操作“k1”的登记与事件不符：所属方案",
            "数据表：操作登记表：操作“k1”没有事件与之对应",
        ],
    ),
    (
        &["UPDATE command SET first = 0, last = 0, sum = NULL WHERE key = 'k1'"],
        &["数据表：操作登记表：操作“k1”没有事件，登记的办理结果却不是空的"],
    ),
    (
        &["UPDATE command SET digest = (SELECT hash FROM event WHERE chain = 2) WHERE key = 'k1'"],
        &["数据表：操作登记表：“k1”一行的内容与写入时不一致"],
    ),
    (&["UPDATE command SET key = 'k9' WHERE key = 'k1'"], &["数据表：操作登记表：“k9”一行"]),
    (&["UPDATE message SET words = '不用办了'"], &["数据表：消息表：“1”一行的内容与写入时不一致"]),
    (&["UPDATE message SET role = 'nobody', sum = NULL"], &["数据表：消息表：“1”一行不认识的角色"]),
    (
        &["UPDATE message SET no = 9, sum = NULL"],
        &["数据表：消息表：第 1 条消息所说的方案 1 第 9 号条目不存在"],
    ),
    (&["UPDATE outbox SET body = ''"], &["数据表：待发表：“digest 7 2026-06-05”一行的内容与写入时不一致"]),
    (&["UPDATE outbox SET day = '昨天', sum = NULL"], &["数据表：待发表：“digest 7 昨天”一行不是日期"]),
    (&["UPDATE attachment SET stored = 1"], &["数据表：附件登记表：“"]),
    (&["UPDATE attachment SET size = 8, sum = NULL"], &["方案 1第 5 条事件：附件“方案.docx”（"]),
    (
        &["DELETE FROM attachment"],
        &["方案 1第 5 条事件：附件“方案.docx”（", "方案 1第 5 条事件：附件“方案.docx（正文）”（"],
    ),
    (&["UPDATE subject_key SET wrapped = 'BB=='"], &["数据表：个人密钥表：“1-1”一行的内容与写入时不一致"]),
    (&["UPDATE subject_key SET wrapped = '', sum = NULL"], &["数据表：个人密钥表：“1-1”一行的密钥与销毁"]),
    (&["UPDATE meta SET value = 1 WHERE key = 'plan'"], &["数据表：计数表：最后的方案编号应为 2，表中为 1"]),
    (&["DELETE FROM meta WHERE key = 'plan'"], &["数据表：计数表：最后的方案编号应为 2，表中没有"]),
    (&["UPDATE timer SET at = at + 1 WHERE no = 1"], &["方案 1第 1 号条目：定时表：迟于应有的"]),
    (
        &["DELETE FROM timer"],
        &["方案 1第 1 号条目：定时表：没有应有的一行", "方案 1：定时表：没有应有的一行"],
    ),
    (&["INSERT INTO timer (plan, no, at) VALUES (1, 9, 1)"], &["方案 1第 9 号条目：定时表：多出一行"]),
    (&["INSERT INTO timer (plan, no, at) VALUES (9, 1, 1)"], &["方案 9：定时表中多出"]),
    (&["INSERT INTO draft (plan, body) VALUES (9, '{}')"], &["方案 9：草稿表中多出"]),
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
        let anchors = read_anchors(&file).unwrap().list;
        assert_eq!(store.anchors(&anchors, june(8)).await.unwrap(), [], "nothing new to tell");
        rewrite(&store, plan).await;
        assert_eq!(told(&verify(&store, &[]).await), [] as [&str; 0], "in itself it holds");
        let found = told(&verify(&store, &anchors).await);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("方案 1第 6 条事件：与 2026-06-07 的锚点不符：此前的记录被整体改写过"));
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
        let cut = ["DELETE FROM event WHERE chain = 1 AND seq = 6", "DELETE FROM command WHERE key = 'k3'"];
        tamper(&store, &cut).await;
        let mut work = store.begin().await.unwrap();
        let head = crate::db::values![plan, before.seq, before.at, before.hash].into();
        work.tx.write(&store.db, &crate::sql::HEADS_PUT, head).await.unwrap();
        work.commit().await.unwrap();
        store.rebuild(County).await.unwrap();
        assert_eq!(told(&verify(&store, &[]).await), [] as [&str; 0], "in itself it holds");
        let found = told(&verify(&store, &anchors).await);
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("方案 1第 6 条事件：2026-06-07 的锚点所证的事件已不存在：链尾被截断"));
    })
    .await;
}

#[tokio::test]
async fn a_file_that_is_gone_is_told_with_the_entry_it_belongs_to() {
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
        let named = format!("方案 1第 1 号条目：附件“照片.jpg”（{}）", Hash::of(b"p"));
        let refile = "请从备份找回该文件，或由原上传人重新上传同一文件";
        assert_eq!(told(&verify(&store, &[]).await), [format!("{named}没有登记。{refile}")]);

        let mut work = store.begin().await.unwrap();
        work.put_attachments(&[file(b"p"), file(b"unused")]).await.unwrap();
        work.commit().await.unwrap();
        assert!(verify(&store, &[]).await.sound());
        let gone = async |_: &AttachmentRow| Some(String::from("附件不见了"));
        let report = store.verify(County, &[], gone).await.unwrap();
        let unused = format!("数据表：附件 {}（没有条目用到）", Hash::of(b"unused"));
        assert_eq!(
            (report.attachments, told(&report)),
            (2, vec![format!("{named}：附件不见了。{refile}"), format!("{unused}：附件不见了。{refile}")])
        );
    })
    .await;
}

#[tokio::test]
async fn a_sealed_field_without_its_key_is_told() {
    for_each_database(async |place| {
        let store = open(place).await;
        let mut opened = task(20, 10);
        if let EntryEvent::Opened(opening) = &mut opened {
            let sealed = FieldValue::Sealed { subject: String::from("1-1"), data: String::from("AA==") };
            opening.fields.insert(String::from("name"), sealed);
        }
        plan_with(&store, june(1), &[(1, opened)]).await;
        let found = told(&verify(&store, &[]).await);
        let missing = "数据表：个人密钥表：方案 1 第 1 号条目的密钥“1-1”不存在";
        assert!(found.len() == 1 && found[0].starts_with(missing), "{found:?}");
        let mut work = store.begin().await.unwrap();
        let key = WrappedKey { master: 1, wrapped: String::from("AA==") };
        let key = SubjectKeyRow { subject: String::from("1-1"), key, destroyed: None };
        work.add_subject_keys(&[key]).await.unwrap();
        work.subject_key_destroyed("1-1", june(3)).await.unwrap();
        work.commit().await.unwrap();
        assert_eq!(told(&verify(&store, &[]).await), [] as [&str; 0], "destroyed on purpose");
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
            (EntryNo(no), events)
        });
        let written =
            store.bulk_load(plan, &actor(), stories, |entry: &Entry| super::county::rows(entry)).await;
        assert_eq!(written.unwrap(), 6000);
        store.rebuild(County).await.unwrap();
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
        for fault in [
            "方案 1第 2001 号条目：台账表与事件不符：承办单位。",
            "方案 1第 1500 号条目：台账表中没有这一条。",
            "方案 1第 3000 号条目：台账表中多出这一条，",
        ] {
            assert!(found.iter().any(|found| found.starts_with(fault)), "{fault} is not in {found:#?}");
        }
        tamper(&store, &["UPDATE event SET entry = 3000 WHERE body LIKE '{\"entry\":[3000,%'"]).await;
        store.rebuild(County).await.unwrap();
        assert!(verify(&store, &[]).await.sound());
    })
    .await;
}
