//! An office from its founding to its archive, through the commands.

#![allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]

use std::path::Path;
use std::process::Command;

const PLAN: &str = "秋粮收储工作实施方案\n\
一、重点任务\n\
（一）摸清底数。2099年9月20日前完成种植面积核查。（牵头单位：县农业农村局；配合单位：青石镇）\n\
（二）落实仓容。各乡镇要在2099年9月25日前落实收储仓容不少于500吨。\n\
河源县人民政府\n\
2099年9月1日\n";
const UNITS: &str =
    "编码,名称,上级,类别\nA1,青石镇,河源县人民政府,乡镇\nB1,县农业农村局,河源县人民政府,部门\n";
const PEOPLE: &str = "姓名,手机,单位,职务,角色\n\
赵一,13800000001,河源县人民政府,督查员,督查员\n\
钱二,13800000002,河源县人民政府,副县长,领导\n\
吴五,13800000005,县农业农村局,干部,承办人\n\
王七,13800000007,青石镇,干部,承办人\n";

/// Runs a command in a folder and gives its exit code and what it said on both streams.
fn run(folder: &Path, words: &[&str]) -> (i32, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_luoshi")).args(words).current_dir(folder).output().unwrap();
    let said = [out.stdout, out.stderr].concat();
    (out.status.code().unwrap(), String::from_utf8(said).unwrap())
}

/// Runs a command that must end well.
fn good(folder: &Path, words: &[&str]) -> String {
    let (code, said) = run(folder, words);
    assert_eq!(code, 0, "{words:?}: {said}");
    said
}

/// An office with two units and a plan that was issued.
fn office() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("方案.txt", PLAN), ("单位.csv", UNITS), ("人员.csv", PEOPLE)] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let at = folder.path();
    good(
        at,
        &["org", "found", "河源县人民政府", "--system", "张三", "--security", "李四", "--audit", "王五"],
    );
    good(at, &["org", "import", "单位.csv", "--do"]);
    good(at, &["org", "import", "人员.csv", "--do"]);
    good(at, &["plan", "draft", "方案.txt", "--as", "赵一"]);
    good(at, &["plan", "decide", "1", "--as", "赵一"]);
    let issue = ["plan", "issue", "1", "--number", "河政发〔2099〕9号", "--approver", "钱二", "--as", "赵一"];
    assert!(good(at, &issue).contains("2个条目"));
    folder
}

#[test]
fn a_plan_is_issued_worked_on_and_verified() {
    let office = office();
    let at = office.path();
    assert!(good(at, &["desk", "--as", "吴五"]).contains("摸清底数"));
    let (code, said) = run(at, &["entry", "do", "1", "1", "销号", "--as", "吴五"]);
    assert_eq!(code, 2);
    assert!(said.contains("现在是“已交办”"), "{said}");
    let sign = ["entry", "do", "1", "1", "签收", "--as", "吴五", "--once", "k1"];
    assert!(good(at, &sign).contains("已签收"));
    assert!(good(at, &sign).contains("未重复办理"));
    good(
        at,
        &["entry", "do", "1", "1", "报送进展", "--progress", "50,20", "--note", "已核查", "--as", "吴五"],
    );
    let shown = good(at, &["entry", "show", "1", "1", "--as", "吴五"]);
    assert!(shown.contains("红灯") && shown.contains("办结"), "{shown}");
    good(at, &["tick"]);
    assert!(good(at, &["verify"]).contains("无误"));
    good(at, &["rebuild"]);
    assert!(good(at, &["verify"]).contains("无误"));
}

#[test]
fn a_record_that_was_changed_is_told_by_the_anchors_and_by_the_archive() {
    let office = office();
    let at = office.path();
    good(at, &["anchor", "锚.jsonl"]);
    assert!(good(at, &["verify", "--anchors", "锚.jsonl"]).contains("无误"));
    good(at, &["archive", "1", "-o", "归档.zip", "--as", "赵一"]);
    good(at, &["verify", "归档.zip"]);
    let mut bytes = std::fs::read(at.join("归档.zip")).unwrap();
    let middle = bytes.len() / 3;
    bytes[middle] ^= 1;
    std::fs::write(at.join("改过.zip"), bytes).unwrap();
    assert_eq!(run(at, &["verify", "改过.zip"]).0, 1);
}

#[test]
fn a_backup_is_brought_back_whole_and_only_into_an_empty_place() {
    let office = office();
    let at = office.path();
    good(at, &["backup", "-o", "备份"]);
    let restored = good(at, &["restore", "备份", "--data", "另处"]);
    assert!(restored.contains("1个方案"), "{restored}");
    assert!(good(at, &["verify", "--data", "另处"]).contains("无误"));
    assert_eq!(run(at, &["restore", "备份", "--data", "另处"]).0, 2);
}

#[test]
fn the_administrators_get_codes_and_accounts_are_looked_after_on_the_server() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let found =
        ["org", "found", "河源县人民政府", "--system", "张三", "--security", "李四", "--audit", "王五"];
    let said = good(at, &found);
    assert_eq!(said.matches("一次性代码").count(), 3, "{said}");
    assert!(good(at, &["user", "reset", "李四"]).contains("登录名 李四"));
    good(at, &["user", "unlock", "李四"]);
    good(at, &["user", "close", "李四"]);
    assert!(good(at, &["user", "list"]).contains("停用"));
    let (code, said) = run(at, &["user", "reset", "李四"]);
    assert_eq!(code, 2);
    assert!(said.contains("没有开通的账号"), "{said}");
    assert!(good(at, &["user", "open", "李四", "--login", "Lisi"]).contains("登录名 lisi"));
    let (code, said) = run(at, &["user", "open", "王五", "--login", "lisi"]);
    assert_eq!(code, 2, "{said}");
}

#[test]
fn the_packs_that_come_with_the_program_are_sound_and_one_can_be_drafted() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    assert!(good(at, &["pack", "check"]).contains("发现0处错误"));
    std::fs::write(at.join("方案.txt"), PLAN).unwrap();
    good(at, &["pack", "new", "--from", "方案.txt", "--name", "grain", "-o", "grain.toml"]);
    good(at, &["pack", "check", "grain.toml"]);
    std::fs::write(at.join("坏.toml"), "name = 1\n").unwrap();
    let (code, said) = run(at, &["pack", "check", "坏.toml"]);
    assert_eq!(code, 1);
    assert!(said.contains("坏.toml:1"), "{said}");
}
