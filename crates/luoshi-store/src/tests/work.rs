//! What is written is there, once, and only when it was committed.

use jiff::civil::date;
use luoshi_engine::{EntryNo, Hash, Head, Moment, Plan, PlanId, PlanState, UnitId};
use luoshi_pack::{Phase, Role};
use luoshi_testkit::for_each_database;

use super::county::{County, act, june, plan_with, report, rows, step, task};
use super::open;
use crate::vault::WrappedKey;
use crate::{
    AttachmentRow, CommandRow, Filter, Message, Options, OutboxItem, Page, Sight, SoughtKind, Store,
    StoreError, SubjectKeyRow, Target,
};

const ALL: Page = Page { skip: 0, limit: 100 };

async fn overdue(store: &Store, unit: i64, now: Moment) -> Vec<i64> {
    let rows = store.list_overdue(UnitId(unit), now, ALL).await.unwrap();
    assert_eq!(store.count_overdue(UnitId(unit), now).await.unwrap(), rows.len() as i64);
    rows.iter().map(|row| row.no.0).collect()
}

#[tokio::test]
async fn lists_follow_what_happens_to_entries() {
    for_each_database(async |place| {
        let store = open(place).await;
        // Township 2 with villages 20 and 21, township 3.
        let acts = [(1, task(20, 10)), (2, task(21, 5)), (3, task(2, 8)), (4, task(3, 5))];
        let plan = plan_with(&store, june(1), &acts).await;
        assert_eq!(overdue(&store, 1, june(9)).await, [2, 4, 3], "{}", place.kind());
        assert_eq!(overdue(&store, 2, june(9)).await, [2, 3]);
        assert_eq!(overdue(&store, 20, june(9)).await, [] as [i64; 0]);
        assert_eq!(overdue(&store, 20, june(11)).await, [1]);

        let mut work = store.begin().await.unwrap();
        // In time, so it is owed no longer; late, so it is; done.
        let acts = [(3, step("sent", Phase::Submitted)), (2, step("done", Phase::Done))];
        act(&mut work, plan, "k1", june(8), &acts).await.unwrap();
        act(&mut work, plan, "k2", june(9), &[(4, step("sent", Phase::Submitted))]).await.unwrap();
        let states = ["doing", "done", "sent"].map(|state| (String::from("task"), state.to_owned()));
        assert_eq!(work.summary(plan).await.unwrap(), (3, states.into()));
        assert_eq!(work.entries_of(plan, "task").await.unwrap().len(), 4);
        work.commit().await.unwrap();
        assert_eq!(overdue(&store, 1, june(9)).await, [4]);
        let scope = store.list_scope(UnitId(1), ALL).await.unwrap();
        assert_eq!(scope.iter().map(|row| row.no.0).collect::<Vec<_>>(), [4, 3, 1]);
        assert_eq!(store.count_scope(UnitId(1)).await.unwrap(), 3);

        let desk = [(UnitId(20), Role::Handler), (UnitId(1), Role::Inspector), (UnitId(1), Role::Inspector)];
        let rows = store.desk(&desk, Page { skip: 1, limit: 2 }).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.no.0).collect::<Vec<_>>(), [3, 1]);
        assert_eq!(store.count_desk(&desk).await.unwrap(), 3);
        assert_eq!(store.desk(&[], ALL).await.unwrap(), []);

        let matrix = store.matrix(&[UnitId(2), UnitId(20), UnitId(21)]).await.unwrap();
        let told = |unit, phase| {
            matrix.iter().find(|row| row.unit == UnitId(unit) && row.phase == phase).map(|row| row.n)
        };
        assert_eq!(told(2, Phase::Submitted), Some(1));
        assert_eq!(told(2, Phase::Open), None);
        assert_eq!(told(21, Phase::Done), Some(1));
        assert_eq!(store.matrix_of_plans(&[plan]).await.unwrap().len(), 4);
    })
    .await;
}

#[tokio::test]
async fn several_changes_of_an_entry_in_one_work_leave_its_last() {
    for_each_database(async |place| {
        let store = open(place).await;
        let mut work = store.begin().await.unwrap();
        let plan = work.new_plan().await.unwrap();
        act(&mut work, plan, "a", june(1), &[(1, task(20, 10))]).await.unwrap();
        act(&mut work, plan, "b", june(2), &[(1, step("sent", Phase::Submitted))]).await.unwrap();
        act(&mut work, plan, "c", june(3), &[(1, step("doing", Phase::Open))]).await.unwrap();
        work.commit().await.unwrap();
        assert_eq!(overdue(&store, 1, june(11)).await, [1]);
        let matrix = store.matrix(&[UnitId(20)]).await.unwrap();
        assert_eq!(matrix.iter().map(|row| (row.phase, row.n)).collect::<Vec<_>>(), [(Phase::Open, 1)]);
        let entry = store.entry(plan, EntryNo(1)).await.unwrap().unwrap();
        assert_eq!((entry.seq, entry.state.as_str()), (3, "doing"));
        let events = store.events_of(plan, EntryNo(1), Some(june(2))).await.unwrap();
        assert_eq!(events.len(), 2);
        assert_eq!(events[1].prev, events[0].hash);
        assert_eq!(store.events_page(plan, 1, 10).await.unwrap()[0], events[1]);
        assert_eq!(store.head(plan).await.unwrap().unwrap().seq, 3);
    })
    .await;
}

#[tokio::test]
async fn completeness_counts_what_came_and_when() {
    for_each_database(async |place| {
        let store = open(place).await;
        let acts = [(1, report(20, 5)), (2, report(21, 5)), (3, report(20, 12)), (4, task(20, 5))];
        let plan = plan_with(&store, june(1), &acts).await;
        let mut work = store.begin().await.unwrap();
        act(&mut work, plan, "k1", june(5), &[(1, step("sent", Phase::Submitted))]).await.unwrap();
        act(&mut work, plan, "k2", june(13), &[(3, step("sent", Phase::Done))]).await.unwrap();
        work.commit().await.unwrap();
        let told = store.completeness(plan, "weekly", date(2026, 6, 1), date(2026, 6, 30)).await.unwrap();
        let told: Vec<_> =
            told.iter().map(|r| (r.unit.0, r.expected, r.received, r.on_time, r.nil)).collect();
        assert_eq!(told, [(20, 2, 2, 1, 0), (21, 1, 0, 0, 0)]);
        let first = store.completeness(plan, "weekly", date(2026, 6, 1), date(2026, 6, 5)).await.unwrap();
        assert_eq!(first.len(), 2);
        assert_eq!(first[0].expected, 1);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_left_of_a_work_that_was_not_committed() {
    for_each_database(async |place| {
        let store = open(place).await;
        let mut work = store.begin().await.unwrap();
        let plan = work.new_plan().await.unwrap();
        act(&mut work, plan, "a", june(1), &[(1, task(20, 10))]).await.unwrap();
        drop(work);
        assert_eq!(store.entry(plan, EntryNo(1)).await.unwrap(), None);
        assert_eq!(store.head(plan).await.unwrap(), None);
        assert_eq!(plan_with(&store, june(1), &[]).await, plan, "the number was not used up");
    })
    .await;
}

#[tokio::test]
async fn the_same_key_twice_is_a_conflict_and_then_known() {
    for_each_database(async |place| {
        let store = open(place).await;
        let command = CommandRow {
            key: String::from("k"),
            digest: Hash::of(b"x"),
            chain: PlanId(0),
            first: 1,
            last: 2,
            at: june(1),
            outcome: String::from("好"),
        };
        let mut work = store.begin().await.unwrap();
        work.put_commands(std::slice::from_ref(&command)).await.unwrap();
        work.commit().await.unwrap();
        let mut work = store.begin().await.unwrap();
        let error = work.put_commands(std::slice::from_ref(&command)).await.unwrap_err();
        assert!(matches!(error, StoreError::Conflict(_)) && error.passes(), "{error:?}");
        drop(work);
        let mut work = store.begin().await.unwrap();
        assert_eq!(work.commands(&["k", "other"]).await.unwrap()["k"], command);
        assert_eq!(store.command("k").await.unwrap(), Some(command));
    })
    .await;
}

#[tokio::test]
async fn events_are_neither_changed_nor_removed() {
    for_each_database(async |place| {
        let store = open(place).await;
        plan_with(&store, june(1), &[(1, task(20, 10))]).await;
        for forbidden in
            ["UPDATE event SET body = '{}'", "DELETE FROM event", "DELETE FROM event WHERE seq = 1"]
        {
            let mut work = store.begin().await.unwrap();
            let error = work.tx.execute(forbidden.into(), Vec::new()).await.unwrap_err();
            assert!(matches!(error, StoreError::Db(_)), "{error:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn plans_drafts_timers_and_finding() {
    for_each_database(async |place| {
        let store = open(place).await;
        let id = plan_with(&store, june(1), &[(1, task(20, 10)), (2, task(21, 12))]).await;
        let plan = Plan { id, title: String::from("方案"), state: PlanState::Issued, ..Plan::default() };
        let mut work = store.begin().await.unwrap();
        work.put_plans(&[Plan::default(), plan.clone()]).await.unwrap();
        work.put_plans(std::slice::from_ref(&plan)).await.unwrap();
        assert_eq!(work.plans(&[id, PlanId(99)]).await.unwrap()[&id], plan);
        work.put_drafts(&[(id, luoshi_engine::Draft::default())]).await.unwrap();
        assert!(work.draft(id).await.unwrap().is_some());
        let timers =
            [(id, EntryNo(1), Some(june(3))), (id, EntryNo(2), Some(june(2))), (id, EntryNo(0), None)];
        work.put_timers(&timers).await.unwrap();
        work.put_timers(&[(id, EntryNo(2), Some(june(4)))]).await.unwrap();
        work.commit().await.unwrap();
        assert_eq!(store.plan(id).await.unwrap(), Some(plan));
        assert_eq!(store.plans(Some(PlanState::Issued), PlanId(0), 10).await.unwrap()[0].title, "方案");
        assert_eq!(store.plans(None, PlanId(-1), 10).await.unwrap().len(), 2);
        assert_eq!(store.next_timer().await.unwrap(), Some(june(3)));
        let due = store.due_timers(june(4), 10).await.unwrap();
        assert_eq!(due.iter().map(|timer| timer.no.0).collect::<Vec<_>>(), [1, 2]);

        let found = async |filter: Filter| {
            let rows = store.find_entries(id, &filter, ALL).await.unwrap();
            assert_eq!(store.count_entries(id, &filter).await.unwrap(), rows.len() as i64);
            rows.iter().map(|row| row.no.0).collect::<Vec<_>>()
        };
        assert_eq!(found(Filter::default()).await, [1, 2]);
        assert_eq!(found(Filter { words: Some(String::from("21的")), ..Filter::default() }).await, [2]);
        assert_eq!(
            found(Filter { words: Some(String::from("%")), ..Filter::default() }).await,
            [] as [i64; 0]
        );
        let lead = Filter { lead: Some(UnitId(20)), phase: Some(Phase::Open), ..Filter::default() };
        assert_eq!(found(lead).await, [1]);
    })
    .await;
}

#[tokio::test]
async fn messages_outbox_attachments_and_keys() {
    for_each_database(async |place| {
        let store = open(place).await;
        let message = |unit, words: &str| Message {
            id: 0,
            unit: UnitId(unit),
            role: Role::Handler,
            plan: PlanId(1),
            no: EntryNo(1),
            kind: String::from("催办"),
            words: words.to_owned(),
            at: june(1),
            digest: None,
        };
        let item = OutboxItem {
            kind: String::from("digest"),
            person: luoshi_engine::PersonId(7),
            day: date(2026, 6, 1),
            body: String::from("今日三件"),
            created: june(1),
            sent: None,
        };
        let file =
            AttachmentRow { hash: Hash::of(b"f"), size: 1, kind: String::from("image/png"), stored: june(1) };
        let key = SubjectKeyRow {
            subject: String::from("s"),
            key: WrappedKey { master: 1, wrapped: String::from("AA==") },
            destroyed: None,
        };
        let mut work = store.begin().await.unwrap();
        work.put_messages(&[message(20, "一"), message(21, "二"), message(20, "三")]).await.unwrap();
        assert_eq!(work.put_outbox(&[item.clone(), item.clone()]).await.unwrap(), 1);
        assert_eq!(work.put_outbox(std::slice::from_ref(&item)).await.unwrap(), 0);
        work.put_attachments(&[file.clone(), file.clone()]).await.unwrap();
        work.add_subject_keys(std::slice::from_ref(&key)).await.unwrap();
        let fresh = work.new_messages(0, 10).await.unwrap();
        assert_eq!(fresh.len(), 3);
        work.messages_told(&[fresh[0].id], date(2026, 6, 2)).await.unwrap();
        assert_eq!(work.new_messages(0, 10).await.unwrap().len(), 2);
        assert_eq!(work.outbox_unsent(10).await.unwrap(), std::slice::from_ref(&item));
        work.outbox_sent(&[("digest", item.person, item.day)], june(2)).await.unwrap();
        assert_eq!(work.outbox_unsent(10).await.unwrap(), []);
        let anew = WrappedKey { master: 2, wrapped: String::from("BB==") };
        assert_eq!(work.subject_keys_under(1, "", 10).await.unwrap(), std::slice::from_ref(&key));
        assert!(work.subject_key_wrapped("s", &anew).await.unwrap());
        assert_eq!(work.subject_keys(&["s"]).await.unwrap()[0].key, anew);
        work.commit().await.unwrap();

        let posts = [(UnitId(20), Role::Handler), (UnitId(21), Role::Handler), (UnitId(1), Role::Leader)];
        let words: Vec<_> = store
            .messages(&posts, Page { skip: 0, limit: 2 })
            .await
            .unwrap()
            .into_iter()
            .map(|m| m.words)
            .collect();
        assert_eq!(words, ["三", "二"]);
        assert_eq!(store.messages(&posts[..1], ALL).await.unwrap()[1].digest, Some(date(2026, 6, 2)));
        assert_eq!(store.outbox_of("digest", item.person, item.day, 1).await.unwrap()[0].sent, Some(june(2)));
        assert_eq!(store.attachment(file.hash).await.unwrap(), Some(file.clone()));
        assert_eq!(store.attachments(Some(file.hash), 9).await.unwrap(), []);
        assert_eq!(store.attachments(None, 9).await.unwrap(), [file]);

        let mut work = store.begin().await.unwrap();
        assert!(work.subject_key_destroyed("s", june(3)).await.unwrap());
        assert!(!work.subject_key_destroyed("s", june(4)).await.unwrap());
        assert!(!work.subject_key_wrapped("s", &anew).await.unwrap(), "what is forgotten stays forgotten");
        work.commit().await.unwrap();
        let gone = store.subject_key("s").await.unwrap().unwrap();
        assert_eq!((gone.key.wrapped.as_str(), gone.destroyed), ("", Some(june(3))));
    })
    .await;
}

#[tokio::test]
async fn commands_on_one_plan_wait_for_one_another() {
    for_each_database(async |place| {
        let store = open(place).await;
        let plan = plan_with(&store, june(1), &[(1, task(20, 10))]).await;
        let doing = (0..8).map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                for round in 0..5 {
                    let mut work = store.begin().await.unwrap();
                    let event = step(&format!("s{writer}-{round}"), Phase::Open);
                    let key = format!("k{writer}-{round}");
                    act(&mut work, plan, &key, june(2), &[(1, event)]).await.unwrap();
                    work.commit().await.unwrap();
                }
            })
        });
        for done in doing.collect::<Vec<_>>() {
            done.await.unwrap();
        }
        let head: Head = store.head(plan).await.unwrap().unwrap();
        assert_eq!(head.seq, 41, "{}", place.kind());
        assert_eq!(store.matrix(&[UnitId(20)]).await.unwrap()[0].n, 1);
    })
    .await;
}

#[tokio::test]
async fn one_process_writes_into_a_folder_and_others_may_look() {
    let place = luoshi_testkit::Place::folder();
    let target = Target::parse(&place.address());
    let reading = Options { read_only: true, ..Options::default() };
    let missing = Store::open(&target, &reading).await.err().unwrap();
    assert!(matches!(missing, StoreError::Missing), "{missing:?}");
    let store = open(&place).await;
    let plan = plan_with(&store, june(1), &[(1, task(20, 10))]).await;
    let locked = Store::open(&target, &Options::default()).await.err().unwrap();
    assert!(matches!(&locked, StoreError::Locked { by } if by.starts_with("进程 ")), "{locked:?}");
    let looking = Store::open(&target, &reading).await.unwrap();
    assert!(looking.entry(plan, EntryNo(1)).await.unwrap().is_some());
    assert!(matches!(looking.begin().await, Err(StoreError::ReadOnly(_))));
    store.close().await;
    Store::open(&target, &Options::default()).await.unwrap();
}

#[tokio::test]
async fn a_database_of_the_first_version_is_brought_up_to_date() {
    for_each_database(async |place| {
        let store = open(place).await;
        plan_with(&store, june(1), &[(1, task(20, 10))]).await;
        store.rebuild(County).await.unwrap();
        let mut work = store.begin().await.unwrap();
        for table in ["command", "message", "outbox", "attachment", "subject_key"] {
            work.tx.script(format!("ALTER TABLE {table} DROP COLUMN sum")).await.unwrap();
        }
        for index in ["state", "phase", "light", "alarm", "due", "board", "stands", "returned"] {
            work.tx.script(format!("DROP INDEX entry_{index}")).await.unwrap();
        }
        let index = if store.db.postgres() { "" } else { "DROP TABLE sought_index; " };
        let found = format!("{index}DROP TABLE sought; DROP TABLE material");
        work.tx.script(found).await.unwrap();
        let asked = "DROP INDEX entry_asked; DROP INDEX message_asked; ALTER TABLE entry DROP COLUMN asker; \
            ALTER TABLE entry DROP COLUMN asked";
        work.tx.script(asked.to_owned()).await.unwrap();
        let before = "DROP INDEX event_hand; ALTER TABLE entry DROP COLUMN returned; DROP TABLE account; \
            DROP TABLE session; DROP TABLE token; UPDATE meta SET value = 1 WHERE key = 'version'";
        work.tx.script(before.to_owned()).await.unwrap();
        work.commit().await.unwrap();
        store.close().await;
        let target = Target::parse(&place.address());
        let reading = Options { read_only: true, ..Options::default() };
        let refused = Store::open(&target, &reading).await.err().unwrap();
        assert!(
            matches!(refused, StoreError::Older { found: 1, known: crate::schema::VERSION }),
            "{refused:?}"
        );
        let store = open(place).await;
        assert!(store.wants_remake().await.unwrap(), "what it did not know is to be filled in");
        store.rebuild(County).await.unwrap();
        assert!(!store.wants_remake().await.unwrap());
        let report = store.verify(County, &[], async |_: &AttachmentRow| None).await.unwrap();
        assert!(report.sound(), "{report}");
        plan_with(&store, june(2), &[(1, task(20, 10))]).await;
    })
    .await;
}

#[tokio::test]
async fn a_newer_database_is_refused() {
    for_each_database(async |place| {
        let store = open(place).await;
        let mut work = store.begin().await.unwrap();
        work.tx.execute("UPDATE meta SET value = 99 WHERE key = 'version'".into(), Vec::new()).await.unwrap();
        work.commit().await.unwrap();
        store.close().await;
        for read_only in [false, true] {
            let options = Options { read_only, ..Options::default() };
            let refused = Store::open(&Target::parse(&place.address()), &options).await.err().unwrap();
            assert!(
                matches!(refused, StoreError::Newer { found: 99, known: crate::schema::VERSION }),
                "{refused:?}"
            );
            assert!(refused.to_string().contains("请改用新版程序"));
        }
    })
    .await;
}

#[tokio::test]
async fn papers_are_found_no_longer_once_their_names_are_not_told() {
    for_each_database(async |place| {
        let store = open(place).await;
        let plan = plan_with(&store, june(1), &[(1, task(20, 10))]).await;
        let sight = Sight { whole: vec![plan], ..Sight::default() };
        let told: [&[&str]; 3] = [&["现场照片.jpg", "台账.xlsx"], &["台账.xlsx"], &[]];
        for papers in told {
            let mut work = store.begin().await.unwrap();
            let entries = work.entries(&[(plan, EntryNo(1))]).await.unwrap();
            let mut rows = rows(&entries[&(plan, EntryNo(1))]);
            rows.sought.papers = papers.iter().map(ToString::to_string).collect();
            work.put_entries(&[rows]).await.unwrap();
            work.commit().await.unwrap();
            for word in ["现场照片", "台账"] {
                let found = store.find_words(&sight, word, SoughtKind::Paper, ALL).await.unwrap();
                assert_eq!(!found.is_empty(), papers.iter().any(|name| name.contains(word)), "{word}");
            }
            let title = store.find_words(&sight, "任务", SoughtKind::Entry, ALL).await.unwrap();
            assert_eq!(title, [(plan, EntryNo(1))], "the entry itself is found all the same");
        }
    })
    .await;
}
