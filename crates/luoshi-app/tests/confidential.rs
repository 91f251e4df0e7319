//! What only some may read: noted when it is read, sealed where it is kept, certified without being told.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod common;

use std::collections::BTreeMap;

use common::{COUNTY, County, open, step, who};
use jiff::civil::date;
use luoshi_app::ledger::{Import, Mapping, Target};
use luoshi_app::{AppError, CertifyingList};
use luoshi_engine::{
    Actor, Command, EntryNo, Event, FieldValue, NewEntry, OrgCommand, OrgEvent, PlanId, RefusalKind,
    StepBody, SystemRole, TakeStep, UnitId,
};
use luoshi_pack::Role;
use luoshi_testkit::{Place, for_each_database};

const TOWN: UnitId = UnitId(2);

/// A plan of recruitment with two people who were sent to work by 青石镇.
async fn county(place: &Place) -> (County, PlanId, Vec<EntryNo>) {
    let county = open(place, date(2026, 9, 3)).await;
    county.found().await;
    let (plan, _) = county.issue("recruit").await;
    let (register, fields) = register(&county);
    let mut people = Vec::new();
    for name in ["张小满", "王立秋"] {
        let mut fields = fields.clone();
        fields.insert("person".into(), FieldValue::Text(name.into()));
        let title = format!("第{}人", people.len() + 1);
        let new = NewEntry { register: register.clone(), title, lead: TOWN, fields, ..NewEntry::default() };
        let add = Command::AddEntry(Box::new(new));
        people.extend(county.run(&who(Role::Handler, TOWN), plan, add).await.opened);
    }
    (county, plan, people)
}

/// The register of people, and what must be filled in besides the name.
fn register(county: &County) -> (String, BTreeMap<String, FieldValue>) {
    let context = county.app.context();
    let pack = context.library.packs().find(|pack| pack.name == "recruit").unwrap();
    let register = pack.registers.iter().find(|register| register.certified.is_some()).unwrap();
    let value = |field: &luoshi_pack::Field| match field.kind {
        luoshi_pack::FieldKind::Date => FieldValue::Date(date(2026, 9, 2)),
        luoshi_pack::FieldKind::Choice => FieldValue::Text(field.choices[0].clone()),
        luoshi_pack::FieldKind::Number => FieldValue::Number(1.0),
        _ => FieldValue::Text("永兴食品厂".into()),
    };
    let asked = register.fields.iter().filter(|field| field.required || field.key == "enterprise");
    (register.key.clone(), asked.map(|field| (field.key.clone(), value(field))).collect())
}

/// The readings that the organisation's chain tells: who, which entry, what for.
async fn readings(county: &County) -> Vec<(i64, i64, String)> {
    let events = county.app.store().events_page(PlanId::ORGANISATION, 0, 9_999).await.unwrap();
    let reading = |recorded: &luoshi_engine::Recorded| match recorded.event().unwrap() {
        Event::Org(OrgEvent::ConfidentialRead { entry, purpose, .. }) => {
            Some((recorded.actor.person.0, entry.0, purpose))
        }
        _ => None,
    };
    events.iter().filter_map(reading).collect()
}

fn refusal<T>(done: Result<T, AppError>) -> RefusalKind {
    match done {
        Err(AppError::Refused(refusal)) => refusal.kind,
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("it was not refused"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_reads_a_name_in_clear_is_noted_and_others_see_a_mask() {
    for_each_database(async |place| {
        let (county, plan, people) = county(place).await;
        let app = &county.app;
        let handler = who(Role::Handler, TOWN);
        let silent = app.read_entry(&handler, plan, people[0], " ").await;
        assert_eq!(refusal(silent), RefusalKind::Incomplete, "what for is to be said");
        assert!(readings(&county).await.is_empty());

        let read = app.read_entry(&handler, plan, people[0], "核对名单").await.unwrap();
        assert_eq!(read.entry.opening.fields["person"], FieldValue::Text("张小满".into()));
        assert_eq!(read.opened, ["person"]);
        let told = (handler.person.0, people[0].0, String::from("核对名单"));
        assert_eq!(readings(&county).await, [told]);

        // Within sight, but with no step to take: masked, and nothing to note.
        let reader = who(Role::Reader, COUNTY);
        let read = app.read_entry(&reader, plan, people[0], "看一看").await.unwrap();
        assert_eq!(read.entry.opening.fields["person"].plain(), "＊＊＊");
        let stranger = app.read_entry(&who(Role::Handler, UnitId(3)), plan, people[0], "看一看").await;
        assert_eq!(refusal(stranger), RefusalKind::NotAllowed);
        assert_eq!(readings(&county).await.len(), 1);

        let opened = app.open_register(&handler, plan, &register(&county).0, "导出上报").await.unwrap();
        assert_eq!((opened.len(), readings(&county).await.len()), (2, 3));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_a_confidential_register_lies_encrypted_and_opens_for_its_handlers_alone() {
    for_each_database(async |place| {
        let (county, plan, people) = county(place).await;
        let app = &county.app;
        let words = "张小满与永兴食品厂的劳动合同".as_bytes().to_vec();
        let file = app.attach_to(plan, people[0], "张小满合同.txt", words.clone()).await.unwrap();
        let again = app.attach_to(plan, people[0], "张小满合同.txt", words.clone()).await.unwrap();
        assert_eq!(file, again, "the same file twice is the same command");
        let kept = app.attachment(file.hash).await.unwrap();
        assert!(!String::from_utf8_lossy(&kept).contains("张小满") && !file.name.contains("张小满"));

        let inspector = who(Role::Inspector, COUNTY);
        county.run(&inspector, plan, step(people[0], "mark_unmatched", StepBody::default())).await;
        let body = StepBody { evidence: vec![file.clone()], ..StepBody::default() };
        county.run(&who(Role::Handler, TOWN), plan, step(people[0], "prove", body)).await;
        let (name, bytes) = app.evidence(&inspector, plan, people[0], file.hash, "核实").await.unwrap();
        assert_eq!((name.as_str(), bytes), ("张小满合同.txt", words));
        assert_eq!(readings(&county).await.len(), 1);
        let reader = app.evidence(&who(Role::Reader, COUNTY), plan, people[0], file.hash, "看").await;
        assert_eq!(refusal(reader), RefusalKind::NotAllowed);
        let other = app.evidence(&inspector, plan, people[1], file.hash, "核实").await;
        assert_eq!(refusal(other), RefusalKind::NotFound, "it is of another entry");

        // What a program sent before counts where it was sent for this entry, and not in clear.
        let named = app.sent_before(plan, people[0], file.hash, "张小满合同.txt").await.unwrap();
        assert_eq!(named, file);
        let foreign = app.sent_before(plan, people[1], file.hash, "张小满合同.txt").await;
        assert_eq!(refusal(foreign), RefusalKind::Incomplete);
        let clear = app.attach("证件照.txt", "张小满".into()).await.unwrap();
        let clear_named = app.sent_before(plan, people[0], clear.hash, "证件照.txt").await;
        assert_eq!(refusal(clear_named), RefusalKind::Incomplete);
        // One that lies there in clear all the same is not for those who see a mask.
        let body = StepBody { evidence: vec![clear.clone()], ..StepBody::default() };
        county.run(&inspector, plan, step(people[1], "mark_unmatched", StepBody::default())).await;
        county.run(&who(Role::Handler, TOWN), plan, step(people[1], "prove", body)).await;
        let reader = app.evidence(&who(Role::Reader, COUNTY), plan, people[1], clear.hash, "看").await;
        assert_eq!(refusal(reader), RefusalKind::NotAllowed);
        let before = readings(&county).await.len();
        app.evidence(&inspector, plan, people[1], clear.hash, "核实").await.unwrap();
        assert_eq!(readings(&county).await.len(), before + 1);

        // A new master key wraps all keys: the old one is good for nothing any more.
        let (master, wrapped) = app.rotate_key().await.unwrap();
        assert_eq!((master, wrapped), (2, 2));
        let mut work = app.store().begin().await.unwrap();
        assert!(work.subject_keys_under(1, "", 9).await.unwrap().is_empty());
        work.rollback().await.unwrap();
        assert!(app.evidence(&inspector, plan, people[0], file.hash, "核实").await.is_ok());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_with_sealed_files_is_known_again_and_nothing_else_is_taken_for_it() {
    for_each_database(async |place| {
        let (county, plan, people) = county(place).await;
        let app = &county.app;
        county
            .run(&who(Role::Inspector, COUNTY), plan, step(people[0], "mark_unmatched", StepBody::default()))
            .await;
        let reader = app.reader(&who(Role::Handler, TOWN)).unwrap();
        let view = reader.entry(plan, people[0], None).await.unwrap();
        let hand_in = async |note: &str| {
            let file = app.attach_to(plan, people[0], "合同.txt", "劳动合同".into()).await.unwrap();
            let body = StepBody { note: note.into(), evidence: vec![file], ..StepBody::default() };
            let take = TakeStep { step: "prove".into(), body, seen: None };
            reader.hand_in("phone-1", &view, take).await
        };
        assert!(!hand_in("合同在此").await.unwrap().repeated);
        assert!(hand_in("合同在此").await.unwrap().repeated, "the answer was lost, and it is sent again");
        // A correction under the same key is refused, not told to have arrived.
        assert_eq!(refusal(hand_in("合同有误，已更换").await), RefusalKind::KeyReused);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certifying_list_is_rehearsed_and_taken_in() {
    for_each_database(async |place| {
        let (county, plan, people) = county(place).await;
        let text =
            "序号,姓名,用人单位\n1,张小满,永兴食品厂\n2,张小满,永兴食品厂\n3,李四,永兴食品厂\n合计,3,\n";
        let (key, _) = register(&county);
        let context = county.app.context();
        let pack = context.library.packs().find(|pack| pack.name == "recruit").unwrap();
        let title = &pack.find_register(&key).unwrap().find_field("enterprise").unwrap().title;
        let list = CertifyingList {
            plan,
            register: key,
            name: "九月名单.csv".into(),
            bytes: text.replace("用人单位", title).into_bytes(),
            ..CertifyingList::default()
        };
        let inspector = who(Role::Inspector, COUNTY);
        let rehearsal = county.app.rehearse_list(&inspector, &list).await.unwrap();
        assert_eq!(rehearsal.matched, [(2, people[0])]);
        assert_eq!((rehearsal.unmatched.len(), rehearsal.doubled.len()), (1, 1));
        assert!(rehearsal.unmatched[0].starts_with("第4行"), "{:?}", rehearsal.unmatched);
        let stranger = county.app.rehearse_list(&who(Role::Handler, TOWN), &list).await;
        assert_eq!(refusal(stranger), RefusalKind::NotAllowed);

        let (_, first) = county.app.import_list("list", &inspector, &list).await.unwrap();
        assert!(!first.repeated);
        let (_, second) = county.app.import_list("list", &inspector, &list).await.unwrap();
        assert!(second.repeated, "the same key does nothing twice");
        let entry = county.app.store().entry(plan, people[0]).await.unwrap().unwrap();
        assert!(entry.certified);
        let kept = county.app.attachment(entry.evidence[0].hash).await.unwrap();
        assert!(!String::from_utf8_lossy(&kept).contains("张小满"), "the list names people");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_units_heads_mean_is_remembered() {
    for_each_database(async |place| {
        let county = open(place, date(2026, 9, 3)).await;
        county.found().await;
        let (plan, _) = county.issue("task").await;
        let (inspector, leader) = (who(Role::Inspector, COUNTY), who(Role::Leader, TOWN));
        let sheet = |title: &str| Import {
            plan,
            register: "task".into(),
            bytes: format!("督办内容,牵头股室\n{title},县农业农村局\n").into_bytes(),
            name: "台账.csv".into(),
            ..Import::default()
        };
        assert!(
            county.app.rehearse_register(&inspector, &sheet("抽查粮库")).await.is_err(),
            "no head is known"
        );
        let columns = [("督办内容", Target::Title), ("牵头股室", Target::Lead)];
        let columns = columns.map(|(head, target)| (head.to_owned(), target)).into();
        let told = Import { mapping: Mapping { columns }, ..sheet("抽查粮库") };
        assert_eq!(county.app.import_register("a", &inspector, &told).await.unwrap().done, 1);
        // The next file needs no word, whichever server reads it; another unit's heads are its own.
        let rehearsal = county.app.rehearse_register(&inspector, &sheet("抽查仓房")).await.unwrap();
        assert_eq!(rehearsal.commands.len(), 1);
        assert!(county.app.rehearse_register(&leader, &sheet("抽查仓房")).await.is_err());
        let head = county.app.store().head(PlanId::ORGANISATION).await.unwrap();
        county.app.import_register("b", &inspector, &sheet("抽查仓房")).await.unwrap();
        let after = county.app.store().head(PlanId::ORGANISATION).await.unwrap();
        assert_eq!(head, after, "what is known is not told again");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_set_by_hand_follows_the_calendar_again() {
    for_each_database(async |place| {
        let county = open(place, date(2026, 9, 3)).await;
        county.found().await;
        let system: Actor = county.administrator(SystemRole::SystemAdmin);
        let day = date(2026, 9, 7);
        let worked = || county.app.context().calendar.workday(day).working;
        let set = OrgCommand::SetWorkday { day, working: false, reason: "县庆放假".into() };
        county.app.organise("set", &system, &[set]).await.unwrap();
        assert!(!worked());
        let clear = OrgCommand::ClearWorkday { day, reason: "通知撤销".into() };
        county.app.organise("clear", &system, &[clear]).await.unwrap();
        assert!(worked());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_forgotten_is_gone_from_pages_exports_and_files_and_the_record_still_holds() {
    for_each_database(async |place| {
        let (county, plan, people) = county(place).await;
        let app = &county.app;
        let (inspector, handler) = (who(Role::Inspector, COUNTY), who(Role::Handler, TOWN));
        let file = app.attach_to(plan, people[0], "合同.txt", "张小满的合同".into()).await.unwrap();
        county.run(&inspector, plan, step(people[0], "mark_unmatched", StepBody::default())).await;
        let body = StepBody { evidence: vec![file.clone()], ..StepBody::default() };
        county.run(&handler, plan, step(people[0], "prove", body)).await;

        let which = (plan, people[0]);
        let system = county.administrator(SystemRole::SystemAdmin);
        let security = county.administrator(SystemRole::SecurityAdmin);
        for stranger in [&inspector, &handler, &system] {
            let refused = app.forget("a", stranger, which, "本人申请").await;
            assert_eq!(refusal(refused), RefusalKind::NotAllowed);
        }
        assert_eq!(refusal(app.forget("b", &security, which, " ").await), RefusalKind::Incomplete);
        let before = app.reader(&security).unwrap().forgetting(plan, people[0]).await.unwrap();
        assert_eq!((before.fields, before.files, before.refused), (vec![String::from("姓名")], 1, None));
        app.forget("c", &security, which, "本人申请删除").await.unwrap();
        assert!(app.forget("c", &security, which, "本人申请删除").await.unwrap().repeated);
        assert_eq!(refusal(app.forget("d", &security, which, "又一次").await), RefusalKind::WrongState);

        // Nobody reads it any more, and nothing is noted as if somebody had.
        let noted = readings(&county).await.len();
        let read = app.read_entry(&handler, plan, people[0], "核对").await.unwrap();
        assert_eq!(read.entry.opening.fields["person"].plain(), "已依法删除");
        assert_eq!((read.opened.len(), readings(&county).await.len()), (0, noted));
        let gone = app.evidence(&inspector, plan, people[0], file.hash, "核实").await;
        assert_eq!(refusal(gone), RefusalKind::NotFound);
        let opened = app.open_register(&handler, plan, &register(&county).0, "导出").await.unwrap();
        assert_eq!(opened.keys().collect::<Vec<_>>(), [&people[1]], "the other is still there");
        // Nothing is gathered of them anew.
        let anew = app.attach_to(plan, people[0], "合同.txt", "再来一份".into()).await;
        assert_eq!(refusal(anew), RefusalKind::WrongState);

        let report = app.verify(&[]).await.unwrap();
        assert!(report.sound(), "{report}");
        app.rebuild().await.unwrap();
        let report = app.verify(&[]).await.unwrap();
        assert!(report.sound(), "{report}");
        let entry = app.store().entry(plan, people[0]).await.unwrap().unwrap();
        assert_eq!(entry.opening.fields["person"].plain(), "已依法删除");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_master_key_goes_out_of_use_only_once_nothing_needs_it() {
    for_each_database(async |place| {
        let (county, plan, people) = county(place).await;
        let app = &county.app;
        assert_eq!(refusal(app.retire_key(2).await), RefusalKind::NotFound);
        assert_eq!(refusal(app.retire_key(1).await), RefusalKind::WrongState, "two people need it");
        // Another program with the same file rotates before this one has heard of it.
        let file = place.files().join("master.key");
        luoshi_store::vault::Vault::open(&file).unwrap().rotate().unwrap();
        assert_eq!(refusal(app.retire_key(1).await), RefusalKind::WrongState, "nothing was wrapped anew");
        assert_eq!(app.rotate_key().await.unwrap(), (3, 2));
        app.retire_key(1).await.unwrap();
        assert_eq!(refusal(app.retire_key(1).await), RefusalKind::NotFound);
        assert!(matches!(app.retire_key(3).await, Err(AppError::Refused(_))), "it is in use");
        let read = app.read_entry(&who(Role::Handler, TOWN), plan, people[0], "核对").await.unwrap();
        assert_eq!(read.entry.opening.fields["person"], FieldValue::Text("张小满".into()));
        assert!(app.verify(&[]).await.unwrap().sound());
    })
    .await;
}
