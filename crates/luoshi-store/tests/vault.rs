//! Personal fields are sealed and opened, and everything that can go wrong with the keys is told.
#![allow(clippy::unwrap_used)]
#![cfg(unix)]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use luoshi_engine::{EntryEvent, EntryNo, FieldValue, Opening, PlanId, StepBody, UnitId};
use luoshi_pack::{Phase, Register};
use luoshi_store::vault::{Seal, Vault, VaultError};
use serde_json::json;

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("master.key")
    }
}

fn says(error: &VaultError, words: &str) {
    let said = error.to_string();
    assert!(said.contains(words), "{said:?} does not say {words:?}");
}

#[test]
fn a_text_is_opened_with_its_key_in_its_context() {
    let place = Place::new();
    let vault = Vault::create(&place.file()).unwrap();
    let key = vault.new_subject_key().unwrap();
    let sealed = vault.seal(&key, b"3/7/person", "张三，身份证 4403…").unwrap();
    assert!(!sealed.contains("张三"));
    assert_eq!(vault.unseal(&key, b"3/7/person", &sealed).unwrap(), "张三，身份证 4403…");

    let other = vault.new_subject_key().unwrap();
    says(&vault.unseal(&key, b"3/8/person", &sealed).unwrap_err(), "不属于这个位置");
    says(&vault.unseal(&other, b"3/7/person", &sealed).unwrap_err(), "不属于这个位置");
    assert_ne!(vault.seal(&key, b"3/7/person", "张三，身份证 4403…").unwrap(), sealed);
}

#[test]
fn a_file_is_sealed_to_the_same_bytes_and_opens_in_its_place_alone() {
    let place = Place::new();
    let vault = Vault::create(&place.file()).unwrap();
    let key = vault.new_subject_key().unwrap();
    let sealed = vault.seal_file(&key, b"3/7", b"photo \xff").unwrap();
    assert_eq!(vault.seal_file(&key, b"3/7", b"photo \xff").unwrap(), sealed);
    assert_ne!(vault.seal_file(&key, b"3/7", b"photo \xfe").unwrap()[..16], sealed[..16], "another nonce");
    assert_eq!(vault.open_file(&key, b"3/7", &sealed).unwrap(), b"photo \xff");
    says(&vault.open_file(&key, b"3/8", &sealed).unwrap_err(), "不属于这个位置");
    // Under another master key the same subject's file still opens.
    vault.rotate().unwrap();
    let wrapped = vault.rewrap(&key).unwrap().unwrap();
    assert_eq!(vault.open_file(&wrapped, b"3/7", &sealed).unwrap(), b"photo \xff");
}

#[test]
fn a_changed_ciphertext_is_told() {
    let place = Place::new();
    let vault = Vault::create(&place.file()).unwrap();
    let key = vault.new_subject_key().unwrap();
    let sealed = vault.seal(&key, b"", "张三").unwrap();
    let swapped = sealed.replacen(&sealed[20..21], if &sealed[20..21] == "A" { "B" } else { "A" }, 1);
    for changed in [&swapped, &sealed[4..], "不是密文", ""] {
        says(&vault.unseal(&key, b"", changed).unwrap_err(), "被改动过");
    }
    let mut broken = key.clone();
    broken.wrapped.truncate(8);
    says(&vault.unseal(&broken, b"", &sealed).unwrap_err(), "密钥记录已损坏");
}

#[test]
fn a_lost_master_key_is_told_with_what_to_do() {
    let place = Place::new();
    let vault = Vault::create(&place.file()).unwrap();
    let key = vault.new_subject_key().unwrap();
    let sealed = vault.seal(&key, b"", "张三").unwrap();
    let kept = fs::read(place.file()).unwrap();
    drop(vault);
    fs::remove_file(place.file()).unwrap();

    let lost = Vault::open(&place.file()).unwrap_err();
    says(&lost, "找不到主密钥文件");
    says(&lost, "放回原处");

    // Somebody makes a new one all the same: nothing opens, and why is told.
    let wrong = Vault::create(&place.file()).unwrap();
    says(&wrong.unseal(&key, b"", &sealed).unwrap_err(), "1 号主密钥与数据不符");
    says(&wrong.rewrap(&key).unwrap_err(), "1 号主密钥与数据不符");

    // The copy kept elsewhere comes back, and everything opens.
    fs::write(place.file(), kept).unwrap();
    let back = Vault::open(&place.file()).unwrap();
    assert_eq!(back.unseal(&key, b"", &sealed).unwrap(), "张三");
}

#[test]
fn a_file_that_others_may_read_is_refused() {
    let place = Place::new();
    Vault::create(&place.file()).unwrap();
    assert_eq!(fs::metadata(place.file()).unwrap().permissions().mode() & 0o777, 0o600);
    for (mode, fine) in [(0o400, true), (0o600, true), (0o640, false), (0o604, false), (0o620, false)] {
        fs::set_permissions(place.file(), fs::Permissions::from_mode(mode)).unwrap();
        match Vault::open(&place.file()) {
            Ok(_) => assert!(fine, "{mode:o} was let through"),
            Err(error) => {
                assert!(!fine, "{mode:o}: {error}");
                says(&error, &format!("权限是 {mode:o}"));
                says(&error, "chmod 600");
            }
        }
    }
}

#[test]
fn a_file_with_a_slip_in_it_is_told_by_its_line() {
    let place = Place::new();
    let first = Vault::create(&place.file()).unwrap();
    first.rotate().unwrap();
    let good = fs::read_to_string(place.file()).unwrap();
    let last = good.lines().last().unwrap();
    let (id, rest) = last.split_once(' ').unwrap();
    let digit = if rest.starts_with('0') { "1" } else { "0" };
    for (bad, words) in [
        (good.replace(last, &format!("{id} {digit}{}", &rest[1..])), "第 5 行不是完好的主密钥"),
        (good.replace(last, &format!("{id} {}", &rest[..20])), "第 5 行不是完好的主密钥"),
        (good.replace(last, &format!("1 {rest}")), "第 5 行不是完好的主密钥"),
        (good.replace(last, &format!("{last} 备注")), "第 5 行不是完好的主密钥"),
        (good.lines().take(3).collect::<Vec<_>>().join("\n"), "一个主密钥也没有"),
        (String::new(), "一个主密钥也没有"),
    ] {
        fs::write(place.file(), bad).unwrap();
        says(&Vault::open(&place.file()).unwrap_err(), words);
    }
}

#[test]
fn a_key_file_is_never_written_over() {
    let place = Place::new();
    Vault::create(&place.file()).unwrap();
    let before = fs::read(place.file()).unwrap();
    says(&Vault::create(&place.file()).unwrap_err(), "不会覆盖");
    assert_eq!(fs::read(place.file()).unwrap(), before);
}

#[test]
fn old_data_is_read_while_the_master_key_is_rotated() {
    let place = Place::new();
    let vault = Vault::create(&place.file()).unwrap();
    let key = vault.new_subject_key().unwrap();
    let sealed = vault.seal(&key, b"", "张三").unwrap();
    // A second server, which read the file before.
    let elsewhere = Vault::open(&place.file()).unwrap();

    std::thread::scope(|scope| {
        let reader = scope.spawn(|| {
            for _ in 0..200 {
                assert_eq!(vault.unseal(&key, b"", &sealed).unwrap(), "张三");
            }
        });
        for _ in 0..5 {
            vault.rotate().unwrap();
        }
        reader.join().unwrap();
    });
    assert_eq!((vault.current(), elsewhere.current()), (6, 1));

    let moved = vault.rewrap(&key).unwrap().unwrap();
    assert_eq!(moved.master, 6);
    assert_eq!(vault.rewrap(&moved).unwrap(), None);
    // The other server meets number 6 and reads the file again.
    assert_eq!(elsewhere.unseal(&moved, b"", &sealed).unwrap(), "张三");
    assert_eq!(elsewhere.current(), 6);

    vault.retire(1).unwrap();
    says(&vault.retire(6).unwrap_err(), "正在使用");
    says(&vault.unseal(&key, b"", &sealed).unwrap_err(), "用 1 号主密钥加密");
    assert_eq!(vault.unseal(&moved, b"", &sealed).unwrap(), "张三");
    assert_eq!(fs::metadata(place.file()).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn a_rotation_that_was_broken_off_does_no_harm() {
    let place = Place::new();
    let vault = Vault::create(&place.file()).unwrap();
    let left = place.folder.path().join("master.key.new");
    fs::write(&left, "half").unwrap();
    says(&vault.rotate().unwrap_err(), "master.key.new");
    assert_eq!((vault.current(), Vault::open(&place.file()).unwrap().current()), (1, 1));
    assert!(left.exists(), "what another rotation is writing is not ours to delete");
    fs::remove_file(&left).unwrap();
    assert_eq!(vault.rotate().unwrap(), 2);
    assert!(!left.exists());
}

#[test]
fn without_random_bytes_nothing_is_sealed() {
    let place = Place::new();
    let mut left = 16 + 16 + 12;
    let vault = Vault::create_with(&place.file(), move |bytes| {
        left = usize::checked_sub(left, bytes.len()).ok_or(std::io::ErrorKind::WouldBlock)?;
        bytes.fill(9);
        Ok(())
    })
    .unwrap();
    let key = vault.new_subject_key().unwrap();
    says(&vault.seal(&key, b"", "张三").unwrap_err(), "没有加密");
}

#[test]
fn a_given_generator_makes_the_same_keys_again() {
    let make = || {
        let place = Place::new();
        let mut next = 0;
        let vault = Vault::create_with(&place.file(), move |bytes| {
            bytes.fill_with(|| {
                next += 1;
                next
            });
            Ok(())
        })
        .unwrap();
        let key = vault.new_subject_key().unwrap();
        let sealed = vault.seal(&key, b"", "张三").unwrap();
        (key, sealed)
    };
    assert_eq!(make(), make());
}

fn register() -> Register {
    let field = |key, title, kind, confidential| json!({"key": key, "title": title, "kind": kind, "confidential": confidential});
    let register = json!({
        "key": "household",
        "title": "走访台账",
        "numbering": "{number:4}",
        "field": [
            field("person", "户主", "person", true),
            field("income", "年收入", "money", true),
            field("village", "村", "place", false),
        ],
        "flow": {
            "start": "open",
            "state": [{"key": "open", "title": "在办"}],
            "step": [{"key": "report", "title": "填报", "from": ["open"]}],
        },
    });
    serde_json::from_value(register).unwrap()
}

fn fields() -> BTreeMap<String, FieldValue> {
    BTreeMap::from([
        ("person".to_owned(), FieldValue::Text("张三".to_owned())),
        ("income".to_owned(), FieldValue::Money(1_234_500)),
        ("village".to_owned(), FieldValue::Text("石桥村".to_owned())),
    ])
}

fn opened() -> EntryEvent {
    EntryEvent::Opened(Box::new(Opening {
        register: "household".to_owned(),
        number: "0007".to_owned(),
        title: "第七户".to_owned(),
        state: "open".to_owned(),
        phase: Phase::Open,
        lead: UnitId(1),
        supports: Vec::new(),
        above: None,
        issuer: UnitId(1),
        due: None,
        item: None,
        span: None,
        version: 1,
        fields: fields(),
        follows: None,
        by: None,
        expected: None,
        light: None,
    }))
}

fn stepped() -> EntryEvent {
    EntryEvent::Stepped {
        step: "report".to_owned(),
        by: None,
        to: "open".to_owned(),
        phase: Phase::Open,
        stopped: false,
        due: None,
        lead: None,
        effect: None,
        body: Box::new(StepBody { fields: fields(), ..StepBody::default() }),
    }
}

#[test]
fn confidential_fields_of_an_event_are_sealed_and_opened_again() {
    let register = register();
    let place = Place::new();
    let vault = Vault::create(&place.file()).unwrap();
    let key = vault.new_subject_key().unwrap();
    let seal = Seal { vault: &vault, key: &key, subject: "户7", plan: PlanId(3), entry: EntryNo(7) };
    for plain in [opened(), stepped()] {
        let mut event = plain.clone();
        assert_eq!(seal.seal(&register, &mut event).unwrap(), 2);
        let text = serde_json::to_string(&event).unwrap();
        assert!(!text.contains("张三") && !text.contains("1234500"), "{text}");
        assert!(text.contains("石桥村"));
        // Sealed once is sealed.
        let once = event.clone();
        assert_eq!(seal.seal(&register, &mut event).unwrap(), 0);
        assert_eq!(event, once);

        let mut back = event.clone();
        assert_eq!(seal.open(&mut back).unwrap(), 2);
        assert_eq!(back, plain);

        // Another subject's reader opens nothing; a value moved to another entry is told.
        let other = Seal { subject: "户8", ..seal };
        assert_eq!(other.open(&mut event).unwrap(), 0);
        let moved = Seal { entry: EntryNo(8), ..seal };
        says(&moved.open(&mut event).unwrap_err(), "不属于这个位置");
        assert_eq!(event, once);
    }
    let mut lit = EntryEvent::Lit { light: None, because: String::new() };
    assert_eq!(seal.seal(&register, &mut lit).unwrap(), 0);
}

#[test]
fn the_length_of_a_sealed_value_tells_nothing_of_a_short_one() {
    let register = register();
    let place = Place::new();
    let vault = Vault::create(&place.file()).unwrap();
    let key = vault.new_subject_key().unwrap();
    let seal = Seal { vault: &vault, key: &key, subject: "户7", plan: PlanId(3), entry: EntryNo(7) };
    let length = |name: &str| {
        let mut event = opened();
        if let EntryEvent::Opened(opening) = &mut event {
            opening.fields.insert("person".to_owned(), FieldValue::Text(name.to_owned()));
        }
        seal.seal(&register, &mut event).unwrap();
        match event {
            EntryEvent::Opened(opening) => match &opening.fields["person"] {
                FieldValue::Sealed { data, .. } => data.len(),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(length("是"), length("欧阳震华"));
}
