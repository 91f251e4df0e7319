//! A plan as a ZIP: what is in it, and every way of changing it that checking must find.
#![allow(clippy::unwrap_used)]

mod common;

use std::io::{Cursor, Read, Write};

use common::{COUNTY, County, open, step, who};
use jiff::civil::date;
use luoshi_app::archive::{ArchiveLimits, ArchiveReport, verify_archive, verify_archive_within};
use luoshi_app::ledger::Import;
use luoshi_engine::{Hash, PlanId, RefusalKind, StepBody, UnitId};
use luoshi_pack::Role;
use luoshi_store::{Anchor, Page};
use luoshi_testkit::{Place, for_each_database};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

const BUREAU: UnitId = UnitId(4);

/// A plan under way: a task with evidence, a hazard with a name that must not be told.
async fn under_way(place: &Place) -> (County, PlanId) {
    let county = open(place, date(2026, 9, 3)).await;
    county.found().await;
    let (plan, _) = county.issue("hazard").await;
    let rows = county.app.store().list_scope(COUNTY, Page::number(1, 25)).await.unwrap();
    let task = rows.iter().find(|row| row.lead == UnitId(2)).unwrap().no;
    let handler = who(Role::Handler, UnitId(2));
    county.run(&handler, plan, step(task, "acknowledge", StepBody::default())).await;
    let done = StepBody { evidence: vec![county.photo().await], ..StepBody::default() };
    county.run(&handler, plan, step(task, "complete", done)).await;
    let text = "标题,承办单位,来源,单位或场所,部位,发现日期,等级,举报人\n\
        配电箱无盖,青石镇,群众举报,甲厂,门,2026-09-01,一般,周小满\n";
    let import = Import { plan, register: "hazard".into(), bytes: text.into(), ..Import::default() };
    let imported =
        county.app.import_register("hazards", &who(Role::Inspector, COUNTY), &import).await.unwrap();
    assert_eq!(imported.done, 1);
    (county, plan)
}

async fn archived(county: &County, plan: PlanId, key: &str) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    county.app.archive(key, &who(Role::Inspector, COUNTY), plan, &mut out).await.unwrap();
    out.into_inner()
}

type Files = Vec<(String, Vec<u8>)>;

fn unpacked(bytes: &[u8]) -> Files {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = Files::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let (name, mut bytes) = (file.name().unwrap().into_owned(), Vec::new());
        file.read_to_end(&mut bytes).unwrap();
        files.push((name, bytes));
    }
    files
}

fn packed(files: &Files) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The list of hashes written anew, as somebody would who knows how archives are made.
fn listed_anew(files: &mut Files) {
    let lines: Vec<String> = files
        .iter()
        .filter(|(name, _)| name != "清单.sm3")
        .map(|(name, bytes)| format!("{}  {name}\n", Hash::of(bytes)))
        .collect();
    *file(files, "清单.sm3") = lines.concat().into_bytes();
}

fn file<'f>(files: &'f mut Files, part: &str) -> &'f mut Vec<u8> {
    &mut files.iter_mut().find(|(name, _)| name.contains(part)).unwrap().1
}

fn lines(files: &mut Files) -> Vec<String> {
    String::from_utf8(file(files, "事件.jsonl").clone()).unwrap().lines().map(str::to_owned).collect()
}

fn put_lines(files: &mut Files, lines: &[String]) {
    *file(files, "事件.jsonl") =
        lines.iter().map(|line| format!("{line}\n")).collect::<String>().into_bytes();
}

/// A line with its hash computed anew, on a hash before.
fn forged(line: &str, prev: &str) -> (String, String) {
    let canonical = format!("{}}}", &line[..line.len() - 75]);
    let at = canonical.find("\"prev\":\"").unwrap() + 8;
    let canonical = format!("{}{prev}{}", &canonical[..at], &canonical[at + 64..]);
    let hash = Hash::of(canonical.as_bytes()).to_string();
    (format!("{},\"hash\":\"{hash}\"}}", &canonical[..canonical.len() - 1]), hash)
}

fn check(files: &Files) -> ArchiveReport {
    verify_archive(Cursor::new(packed(files)), &[])
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_holds_everything_and_proves_itself() {
    for_each_database(async |place| {
        let (county, plan) = under_way(place).await;
        let bytes = archived(&county, plan, "archive").await;
        let report = verify_archive(Cursor::new(&bytes), &[]);
        assert!(report.sound(), "{} {report}", place.kind());
        let head = county.app.store().head(plan).await.unwrap().unwrap();
        let anchor = report.anchor.unwrap();
        assert_eq!((anchor.seq, anchor.hash), (head.seq, head.hash));
        // The plan came as a text: file and text are the same bytes.
        assert_eq!((report.events, report.attachments), (head.seq, 2));

        let mut files = unpacked(&bytes);
        let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
        let photo = names.iter().find(|name| name.starts_with("附件/")).unwrap();
        assert!(photo.ends_with("-现场.png"), "{photo}");
        for name in [
            "事件.jsonl",
            "方案/第1版-方案.txt",
            "方案/第1版（正文）.txt",
            "台账/督查事项台账-task.xlsx",
            "台账/隐患台账-hazard.csv",
            "办理经过.xlsx",
            "说明.txt",
            "锚.json",
            "清单.sm3",
        ] {
            assert!(names.contains(&name), "{name} in {names:?}");
        }
        for (name, bytes) in &files {
            assert!(!String::from_utf8_lossy(bytes).contains("周小满"), "{name}");
        }
        let table = String::from_utf8(file(&mut files, "hazard.csv").clone()).unwrap();
        assert!(table.contains("配电箱无盖") && table.contains("＊＊＊"), "{table}");
        let about = String::from_utf8(file(&mut files, "说明.txt").clone()).unwrap();
        assert!(
            about.contains("台账/隐患台账-hazard（1条）") && about.contains(&head.hash.to_string()),
            "{about}"
        );
        let story = String::from_utf8(file(&mut files, "办理经过.csv").clone()).unwrap();
        let issued = story.lines().find(|line| line.contains("印发方案")).unwrap();
        assert!(issued.contains(",督查员1,督查员,河源县人民政府,"), "who did it, for people: {issued}");
        assert!(lines(&mut files).last().unwrap().contains("归档包《秋粮收储工作实施方案》"));

        // The chain goes on; the same key gives the same archive, not the newer state.
        let rows = county.app.store().list_scope(COUNTY, Page::number(1, 25)).await.unwrap();
        let bureau = rows.iter().find(|row| row.lead == BUREAU).unwrap().no;
        let handler = who(Role::Handler, BUREAU);
        county.run(&handler, plan, step(bureau, "acknowledge", StepBody::default())).await;
        let mut again = unpacked(&archived(&county, plan, "archive").await);
        for part in ["事件.jsonl", "task.csv"] {
            assert_eq!(file(&mut files, part), file(&mut again, part));
        }
        let later = verify_archive(Cursor::new(archived(&county, plan, "later").await), &[anchor]);
        assert!(later.sound() && later.witnesses == 1, "{later}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_is_found_and_told() {
    let place = Place::folder();
    let (county, plan) = under_way(&place).await;
    let whole = unpacked(&archived(&county, plan, "archive").await);
    assert!(check(&whole).sound());
    let told = |change: &dyn Fn(&mut Files), anew: bool| {
        let mut files = whole.clone();
        change(&mut files);
        if anew {
            listed_anew(&mut files);
        }
        check(&files).faults
    };
    let count = lines(&mut whole.clone()).len();

    let byte = |part: &'static str| {
        move |files: &mut Files| {
            let bytes = file(files, part);
            let at = bytes.len() / 2;
            bytes[at] ^= 1;
        }
    };
    assert_eq!(
        told(&byte("hazard.csv"), false),
        ["“台账/隐患台账-hazard.csv”的内容与清单.sm3中的散列值不符，被改动过"]
    );
    let photo = told(&byte("附件/"), true);
    assert!(photo.len() == 1 && photo[0].ends_with("包内没有，被删去或改动"), "{photo:?}");

    let event = |files: &mut Files| {
        let mut lines = lines(files);
        lines[1] = lines[1].replacen("confirmed", "cOnfirmed", 1);
        put_lines(files, &lines);
    };
    let found = told(&event, true);
    assert_eq!(found[0], "事件第2行的散列值与内容不符，这一条被改动过");

    let removed = |files: &mut Files| {
        let mut lines = lines(files);
        lines.remove(2);
        put_lines(files, &lines);
    };
    assert_eq!(told(&removed, true)[0], "事件第3行的序号是4，应为3：有事件被删去、插入或调换");
    let swapped = |files: &mut Files| {
        let mut lines = lines(files);
        lines.swap(2, 3);
        put_lines(files, &lines);
    };
    assert_eq!(told(&swapped, true)[0], "事件第3行的序号是4，应为3：有事件被删去、插入或调换");

    let cut = |files: &mut Files| {
        let mut lines = lines(files);
        lines.truncate(count - 2);
        put_lines(files, &lines);
    };
    let found = told(&cut, true);
    assert_eq!(found[0], format!("事件只到第{}条，锚.json记到第{count}条：末尾的事件被截去", count - 2));
    assert_eq!(found[1], "最后一条事件不是制作归档包的记录：末尾的事件被截去或替换");
    assert!(told(&|files| files.retain(|(name, _)| name != "锚.json"), true)[0].contains("锚.json"));
    let more = |files: &mut Files| files.push(("附件/多出来的.txt".into(), b"x".to_vec()));
    assert_eq!(told(&more, false), ["“附件/多出来的.txt”不在清单.sm3中，是后来放进去的"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_that_was_made_anew_is_found_by_a_witness() {
    let place = Place::folder();
    let (county, plan) = under_way(&place).await;
    let bytes = archived(&county, plan, "archive").await;
    let witness = verify_archive(Cursor::new(&bytes), &[]).anchor.unwrap();
    let mut files = unpacked(&bytes);
    let (mut forged_lines, mut prev) = (Vec::new(), "0".repeat(64));
    for line in lines(&mut files) {
        let (line, hash) = forged(&line.replace("配电箱无盖", "一切正常啦"), &prev);
        forged_lines.push(line);
        prev = hash;
    }
    put_lines(&mut files, &forged_lines);
    let anchor = String::from_utf8(file(&mut files, "锚.json").clone()).unwrap();
    *file(&mut files, "锚.json") = anchor.replace(&witness.hash.to_string(), &prev).into_bytes();
    listed_anew(&mut files);
    assert!(check(&files).sound(), "made anew from the first line to the last, it proves itself");
    let report = verify_archive(Cursor::new(packed(&files)), &[witness]);
    assert_eq!(
        report.faults,
        [format!("第{}条事件的散列值与别处留存的锚点不符：整条链被重做过", witness.seq)]
    );
    let later = Anchor { seq: witness.seq + 3, ..witness };
    let report = verify_archive(Cursor::new(&bytes), &[witness, later]);
    assert_eq!(
        report.faults,
        ["别处留存的锚点比归档包里最后一条事件更晚：这是较早的归档包，或者末尾的事件被截去"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_archives_end_in_a_sentence() {
    let place = Place::folder();
    let (county, plan) = under_way(&place).await;
    let whole = unpacked(&archived(&county, plan, "archive").await);
    let with = |name: &str, bytes: Vec<u8>| {
        let mut files = whole.clone();
        files.push((name.to_owned(), bytes));
        packed(&files)
    };
    let limits = ArchiveLimits { entries: 100, expanded: 32 << 20, ratio: 100, held: 1 << 20 };
    let check = |bytes: &[u8]| verify_archive_within(Cursor::new(bytes), &[], &limits).faults;
    assert_eq!(check(&packed(&whole)), [""; 0]);
    for name in ["../外面.txt", "/etc/passwd", "附件/../../甲", "C:甲", "附件\\甲", "一/二/三"] {
        let found = check(&with(name, b"x".to_vec()));
        assert!(found.len() == 1 && found[0].ends_with("解压可能有害，请勿解压"), "{name} {found:?}");
    }
    let bomb = check(&with("附件/炸弹", vec![0; 24 << 20]));
    assert!(bomb.iter().any(|fault| fault.contains("“附件/炸弹”解压后大得不正常")), "{bomb:?}");
    let mut long = whole.clone();
    file(&mut long, "事件.jsonl").extend(vec![b'x'; 2 << 20]);
    assert!(check(&packed(&long)).iter().any(|fault| fault.contains("有一行长得不正常")));
    let mut many = whole.clone();
    many.extend((0..200).map(|n| (format!("附件/{n}"), Vec::new())));
    assert!(check(&packed(&many))[0].contains("超过上限100个"));

    let bytes = packed(&whole);
    for damaged in [&b""[..], b"PK\x05\x06", &bytes[..bytes.len() / 2], &[0; 4096]] {
        assert!(!check(damaged).is_empty());
    }
    // A byte anywhere: always an answer, and where the byte matters, a fault.
    for at in (0..bytes.len()).step_by(bytes.len() / 60 + 1) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x41;
        let _ = check(&changed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_lost_is_said_and_strangers_archive_nothing() {
    let place = Place::folder();
    let (county, plan) = under_way(&place).await;
    let photo = county.photo().await.hash.to_string();
    std::fs::remove_file(place.files().join("attachments").join(&photo[..2]).join(&photo)).unwrap();
    let bytes = archived(&county, plan, "archive").await;
    let report = verify_archive(Cursor::new(&bytes), &[]);
    assert_eq!(report.faults, [format!("事件中登记的附件 {photo} 制作归档包时就已找不到")]);

    let before = county.app.store().head(plan).await.unwrap();
    let mut out = Cursor::new(Vec::new());
    let stranger =
        county.app.archive("no", &who(Role::Inspector, UnitId(2)), plan, &mut out).await.unwrap_err();
    assert!(
        matches!(stranger, luoshi_app::AppError::Refused(refusal) if refusal.kind == RefusalKind::NotAllowed)
    );
    assert_eq!(county.app.store().head(plan).await.unwrap(), before);
}
