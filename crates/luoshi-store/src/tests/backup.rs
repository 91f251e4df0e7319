//! A copy of either database is restored to either.

use jiff::civil::date;
use luoshi_engine::{EntryNo, Hash, PersonId, PlanId, PostId, UnitId};
use luoshi_pack::{Phase, Role};
use luoshi_testkit::{Place, for_each_database};

use super::county::{County, act, june, plan_with, report, step, task};
use super::open;
use crate::vault::WrappedKey;
use crate::{
    AccountRow, AttachmentRow, Message, OutboxItem, Page, Secrets, SessionRow, Store, StoreError,
    SubjectKeyRow, TokenRow,
};

/// Something in every table that is copied.
async fn story(store: &Store) -> PlanId {
    let plan = plan_with(store, june(1), &[(1, task(20, 10)), (2, report(21, 5))]).await;
    let mut work = store.begin().await.unwrap();
    act(&mut work, plan, "k1", june(4), &[(2, step("sent", Phase::Submitted))]).await.unwrap();
    let message = Message {
        id: 0,
        unit: UnitId(20),
        role: Role::Handler,
        plan,
        no: EntryNo(1),
        kind: String::from("催办"),
        words: String::from("“引号”和\n换行"),
        at: june(4),
        digest: None,
    };
    work.put_messages(&[message.clone(), message]).await.unwrap();
    work.messages_told(&[1], date(2026, 6, 4)).await.unwrap();
    let item = OutboxItem {
        kind: String::from("digest"),
        person: PersonId(7),
        day: date(2026, 6, 4),
        body: String::from("今日两件"),
        created: june(4),
        sent: None,
    };
    work.put_outbox(&[item]).await.unwrap();
    let file =
        AttachmentRow { hash: Hash::of(b"f"), size: 1, kind: String::from("image/png"), stored: june(4) };
    work.put_attachments(&[file]).await.unwrap();
    let key = |subject: &str| SubjectKeyRow {
        subject: subject.to_owned(),
        key: WrappedKey { master: 1, wrapped: String::from("AA==") },
        destroyed: None,
    };
    work.add_subject_keys(&[key("a"), key("b")]).await.unwrap();
    work.subject_key_destroyed("b", june(4)).await.unwrap();
    let secrets = Secrets { password: Some(String::from("$argon2id$")), failures: 2, ..Secrets::default() };
    work.put_accounts(&[AccountRow { person: PersonId(7), login: String::from("周敏"), secrets }])
        .await
        .unwrap();
    let token = TokenRow {
        hash: Hash::of(b"t"),
        person: PersonId(7),
        post: PostId(9),
        scopes: String::from("read"),
        title: String::from("取数"),
        created: june(4),
        expires: june(5),
    };
    work.add_token(&token).await.unwrap();
    let session = SessionRow {
        hash: Hash::of(b"s"),
        person: PersonId(7),
        post: PostId(9),
        created: june(4),
        seen: june(4),
        address: String::from("10.1.2.3"),
        agent: String::from("Firefox"),
    };
    work.add_session(&session).await.unwrap();
    work.commit().await.unwrap();
    plan
}

async fn copy(store: &Store) -> Vec<u8> {
    let mut file = Vec::new();
    store.backup(&mut file, june(5)).await.unwrap();
    file
}

#[tokio::test]
async fn a_copy_is_restored_to_either_database() {
    for_each_database(async |from| {
        let store = open(from).await;
        let plan = story(&store).await;
        let file = copy(&store).await;
        for_each_database(async |to| {
            let other = open(to).await;
            let (copied, rebuilt) = other.restore(&mut &file[..], County).await.unwrap();
            assert_eq!((copied["event"], copied["message"], rebuilt.entries), (3, 2, 2));
            let report = other.verify(County, &[], async |_: &AttachmentRow| None).await.unwrap();
            assert!(report.sound(), "{} to {}: {report}", from.kind(), to.kind());
            assert_eq!(copy(&other).await, file, "the copy of a copy");
            let entry = other.entry(plan, EntryNo(2)).await.unwrap();
            assert_eq!(entry, store.entry(plan, EntryNo(2)).await.unwrap());
            assert_eq!(other.command("k1").await.unwrap(), store.command("k1").await.unwrap());
            let account = other.account_named("周敏").await.unwrap();
            assert_eq!(account, store.account(PersonId(7)).await.unwrap());
            assert!(account.is_some() && store.session(Hash::of(b"s")).await.unwrap().is_some());
            assert_eq!(other.tokens_of(PersonId(7)).await.unwrap().len(), 1);
            assert_eq!(other.session(Hash::of(b"s")).await.unwrap(), None, "sessions stay behind");
            assert_eq!(plan_with(&other, june(6), &[]).await, PlanId(2), "numbers go on");
            let mut work = other.begin().await.unwrap();
            let message = work.new_messages(0, 9).await.unwrap().remove(0);
            work.put_messages(&[message]).await.unwrap();
            work.commit().await.unwrap();
            let page = Page { skip: 0, limit: 9 };
            let numbers = other.messages(&[(UnitId(20), Role::Handler)], page).await.unwrap();
            assert_eq!(numbers.iter().map(|message| message.id).collect::<Vec<_>>(), [3, 2, 1]);
        })
        .await;
    })
    .await;
}

/// A copy as the first version wrote it: without the sums over rows.
fn of_the_first_version(file: &[u8]) -> String {
    let text = std::str::from_utf8(file).unwrap().replace("\"version\":2", "\"version\":1");
    let mut out = String::new();
    for line in text.lines() {
        let summed = ["command", "message", "outbox", "attachment", "subject_key"]
            .iter()
            .any(|table| line.starts_with(&format!("[\"{table}\"")));
        if line.starts_with("{\"end\"") {
            let (hash, count) = (Hash::of(out.as_bytes()), out.lines().count());
            out += &format!("{{\"end\":{count},\"sm3\":\"{hash}\"}}");
        } else if summed {
            out += &format!("{}]", &line[..line.rfind(',').unwrap()]);
        } else {
            out += line;
        }
        out.push('\n');
    }
    out
}

#[tokio::test]
async fn a_copy_of_the_first_version_is_restored() {
    let (place, empty) = (Place::folder(), Place::folder());
    let store = open(&place).await;
    story(&store).await;
    let file = of_the_first_version(&copy(&store).await);
    let other = open(&empty).await;
    let (copied, _) = other.restore(&mut file.as_bytes(), County).await.unwrap();
    assert_eq!((copied["command"], copied["subject_key"]), (2, 2));
    let report = other.verify(County, &[], async |_: &AttachmentRow| None).await.unwrap();
    assert!(report.sound(), "{report}");
    assert_eq!(other.command("k1").await.unwrap(), store.command("k1").await.unwrap());
}

#[tokio::test]
async fn a_copy_that_was_cut_off_or_changed_changes_nothing() {
    let place = Place::folder();
    let store = open(&place).await;
    story(&store).await;
    let file = String::from_utf8(copy(&store).await).unwrap();
    let lines: Vec<&str> = file.lines().collect();
    let without_end = lines[..lines.len() - 1].join("\n") + "\n";
    let without_one = lines.iter().enumerate().filter(|(at, _)| *at != 5).map(|(_, line)| *line);
    let broken = [
        (without_end, "没有结束标记"),
        (without_one.collect::<Vec<_>>().join("\n"), "被改动过"),
        (file.replace("单位20", "单位30"), "被改动过"),
        (file.replace("\"event\",1,2", "\"thing\",1,2"), "不认识的内容"),
        (file.replace("\"event\",1,2", "\"event\",\"1\",2"), "不合格式"),
        (file.replace("\"backup\"", "\"archive\""), "不是备份文件"),
        (String::from("{}"), "不是备份文件"),
        (format!("{}\n[\"event\",1", lines[0]), "不完整"),
        (String::new(), "没有结束标记"),
    ];
    let empty = Place::folder();
    let other = open(&empty).await;
    for (file, told) in &broken {
        let error = other.restore(&mut file.as_bytes(), County).await.unwrap_err();
        assert!(error.to_string().contains(told), "{told}: {error}");
        assert!(error.to_string().contains("请换一份"), "what to do, not to restore from it: {error}");
    }
    let newer = file.replace("\"format\":1", "\"format\":2");
    assert!(matches!(other.restore(&mut newer.as_bytes(), County).await, Err(StoreError::Newer { .. })));
    other.restore(&mut file.as_bytes(), County).await.unwrap();
    let again = other.restore(&mut file.as_bytes(), County).await;
    assert!(matches!(again, Err(StoreError::NotEmpty)), "{again:?}");
}
