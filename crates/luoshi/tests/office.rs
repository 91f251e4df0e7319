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
fn what_goes_to_the_city_is_shown_with_what_came_from_below() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let text = "秋粮收储工作实施方案\n一、重点任务\n（一）青石镇每周五前向县农业农村局报送收储进度。\n\
        （二）每周五前向市粮食局报送收储情况。\n河源县人民政府\n2099年9月1日\n";
    let units =
        UNITS.replace("类别\n", "类别,外部单位\n").replace("乡镇\n", "乡镇,\n").replace("部门\n", "部门,\n");
    for (name, text) in
        [("方案.txt", text), ("单位.csv", &*(units + "C1,市粮食局,,部门,是\n")), ("人员.csv", PEOPLE)]
    {
        std::fs::write(at.join(name), text).unwrap();
    }
    good(
        at,
        &["org", "found", "河源县人民政府", "--system", "张三", "--security", "李四", "--audit", "王五"],
    );
    for list in ["单位.csv", "人员.csv"] {
        good(at, &["org", "import", list, "--do"]);
    }
    good(at, &["plan", "draft", "方案.txt", "--as", "赵一"]);
    good(at, &["plan", "decide", "1", "--as", "赵一"]);
    good(at, &["plan", "issue", "1", "--number", "河政发〔2099〕9号", "--approver", "钱二", "--as", "赵一"]);
    good(at, &["tick"]);
    good(
        at,
        &["entry", "do", "1", "1", "报送", "--set", "报送内容=已收两成", "--set", "数量=210", "--as", "王七"],
    );
    let list = good(at, &["entry", "list"]);
    let own = list.lines().find(|line| line.contains("河源县人民政府")).unwrap_or_else(|| panic!("{list}"));
    let no = own.split('/').nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let shown = good(at, &["entry", "show", "1", &no, "--as", "赵一"]);
    assert!(shown.contains("下级报送汇总：收储进度") && shown.contains("数量合计210"), "{shown}");
    assert!(shown.contains("已收两成"), "{shown}");
    assert!(!good(at, &["entry", "show", "1", &no, "--as", "王七"]).contains("下级报送汇总"));
    good(at, &["entry", "do", "1", &no, "起草送签", "--set", "报送内容=全县已收两成", "--as", "赵一"]);
    good(at, &["entry", "do", "1", &no, "签发", "--as", "钱二"]);
    let (code, said) = run(at, &["entry", "do", "1", &no, "报出", "--as", "赵一"]);
    assert!(code == 2 && said.contains("回执、收文章或邮寄凭证"), "{said}");
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

/// The plan as it is revised: more time for the first task, another for the second, one more.
const REVISED: &str = "秋粮收储工作实施方案\n\
一、重点任务\n\
（一）摸清底数。2099年9月28日前完成种植面积核查。（牵头单位：县农业农村局；配合单位：青石镇）\n\
（二）落实仓容。各乡镇要在2099年9月25日前落实收储仓容不少于800吨。\n\
（三）开展消防演练。2099年9月30日前组织粮库消防演练。（牵头单位：青石镇）\n\
河源县人民政府\n\
2099年9月1日\n";

#[test]
fn a_running_plan_is_amended_change_by_change() {
    let office = office();
    let at = office.path();
    std::fs::write(at.join("修订稿.txt"), REVISED).unwrap();
    good(at, &["entry", "do", "1", "1", "签收", "--as", "吴五"]);
    let amend = |more: &[&str]| {
        let words = ["plan", "amend", "1", "修订稿.txt", "--reason", "县政府会议纪要", "--as", "赵一"];
        run(at, &[&words, more].concat())
    };
    let (code, shown) = amend(&["--dry-run"]);
    assert_eq!(code, 0);
    for told in
        ["2099-09-20 → 2099-09-28", "不少于500吨 → 不少于800吨", "新增", "消防演练", "变动3处，不变0项"]
    {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    let (code, said) = amend(&["--accept", "1"]);
    assert!(code == 2 && said.contains("还有2处变动没有决定（第2、3处）"), "{said}");
    let (code, said) = amend(&["--accept", "1", "--keep", "1=不改"]);
    assert!(code == 2 && said.contains("写了两种决定"), "{said}");
    let (code, said) = amend(&["--accept-rest", "--keep", "9=不改"]);
    assert!(code == 2 && said.contains("没有第9处变动"), "{said}");
    let whole = ["--accept-rest", "--keep", "2=仓容已定", "--once", "a1"];
    assert!(amend(&whole).1.contains("已修订为第2版：3处变动，采纳2处，新开1个条目"));
    assert!(amend(&whole).1.contains("未重复办理"));
    let (code, said) = amend(&["--accept-rest"]);
    assert!(code == 2 && said.contains("一字不差"), "{said}");

    let shown = good(at, &["entry", "show", "1", "1"]);
    for told in ["签收", "随方案第2版修订；时限改为2099-09-28", "状态：已签收"] {
        assert!(shown.contains(told), "{told}: {shown}");
    }
    assert!(good(at, &["desk", "--as", "王七"]).contains("消防演练"));
    let (code, said) = run(at, &["plan", "amend", "1", "方案.txt", "--accept-rest", "--as", "吴五"]);
    assert!(code == 2 && said.contains("由河源县人民政府的督查员或领导办理"), "{said}");
    good(at, &["rebuild"]);
    assert!(good(at, &["verify"]).contains("无误"));
}

#[test]
fn a_task_that_is_worded_otherwise_is_amended_too() {
    let office = office();
    let at = office.path();
    let amend = |text: &str, more: &[&str]| {
        std::fs::write(at.join("修订稿.txt"), text).unwrap();
        run(
            at,
            &[&["plan", "amend", "1", "修订稿.txt", "--reason", "会议纪要", "--as", "赵一"], more].concat(),
        )
    };
    let renumbered = PLAN.replace("（一）", "（１）").replace("摸清底数。", "摸清底数。 ");
    let (code, said) = amend(&renumbered, &["--dry-run"]);
    assert!(code == 0 && said.contains("变动0处，不变2项"), "{said}");
    let reworded = PLAN.replace("种植面积核查", "种植面积和库点核查，逐户张贴告知单");
    let (code, said) = amend(&reworded, &["--dry-run"]);
    assert_eq!(code, 0, "{said}");
    for told in ["原文", "种植面积核查", "逐户张贴告知单", "变动1处，不变1项"] {
        assert!(said.contains(told), "{told}: {said}");
    }
    let (code, said) = amend(&reworded, &[]);
    assert!(code == 2 && said.contains("还有1处变动没有决定"), "{said}");
    assert!(amend(&reworded, &["--accept-rest"]).1.contains("已修订为第2版：1处变动，采纳1处"));
}

#[test]
fn a_register_goes_out_to_excel_and_comes_back() {
    let office = office();
    let at = office.path();
    let add = ["entry", "add", "1", "督查事项台账", "--title", "抽查粮库", "--lead", "青石镇", "--due"];
    good(at, &[&add[..], &["2099-10-09", "--set", "责任人=王七", "--as", "赵一"]].concat());
    let (code, said) = run(at, &[&add[..], &["2099-10-09", "--as", "吴五"]].concat());
    assert!(code == 2 && said.contains("不能在督查事项台账中登记"), "{said}");
    good(at, &["entry", "light", "1", "3", "黄灯", "--reason", "两周没有进展", "--as", "赵一"]);
    let (code, said) = run(at, &["entry", "light", "1", "3", "紫灯", "--reason", "无", "--as", "赵一"]);
    assert!(code == 2 && said.contains("绿灯、蓝灯、黄灯、红灯"), "{said}");
    assert!(good(at, &["entry", "read", "1", "3", "--as", "赵一"]).contains("王七"));

    good(at, &["ledger", "export", "1", "督查事项台账", "-o", "台账.xlsx", "--as", "赵一"]);
    let back = ["ledger", "import", "1", "督查事项台账", "台账.xlsx", "--as", "赵一"];
    assert!(good(at, &back).contains("新增0，更新0，不变3，跳过0，出错0"));

    // A list with heads of its own: told once, remembered.
    let list = "督办内容,牵头股室\n检查仓房,青石镇\n检查烘干机,没有这个单位\n";
    std::fs::write(at.join("股室.csv"), list).unwrap();
    let import = ["ledger", "import", "1", "督查事项台账", "股室.csv", "--as", "赵一"];
    assert_eq!(run(at, &import).0, 2, "no head is known");
    let told = ["--map", "督办内容=标题", "--map", "牵头股室=承办单位"];
    let (code, shown) = run(at, &[&import[..], &told].concat());
    assert!(code == 1 && shown.contains("新增1，更新0，不变0，跳过0，出错1"), "{shown}");
    assert_eq!(run(at, &[&import[..], &told, &["--do"]].concat()).0, 1);
    let (_, shown) = run(at, &import);
    assert!(shown.contains("不变1") && shown.contains("B列（牵头股室）"), "{shown}");

    good(at, &["entry", "do", "1", "1", "签收", "--as", "吴五"]);
    good(at, &["ledger", "form", "1", "--entry", "1", "-o", "报送表.xlsx", "--as", "赵一"]);
    let (code, said) = run(at, &["ledger", "submit", "报送表.xlsx", "--as", "吴五"]);
    assert!(code == 2 && said.contains("序时进度"), "nothing was filled in: {said}");
    assert_eq!(run(at, &["ledger", "submit", "台账.xlsx", "--as", "吴五"]).0, 2);
    assert!(good(at, &["verify"]).contains("无误"));
}

#[test]
fn people_stand_in_days_are_set_and_a_new_pack_is_taken_up() {
    let office = office();
    let at = office.path();
    let seconds = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let days = jiff::Span::new().days(i64::try_from(seconds / 86_400).unwrap() + 30);
    let until = (jiff::civil::date(1970, 1, 1) + days).to_string();
    let delegate = ["org", "delegate", "吴五", "--to", "王七", "--until", &until, "--reason", "外出培训"];
    let (code, said) = run(at, &[&delegate[..], &["--as", "王七"]].concat());
    assert!(code == 2 && said.contains("代理由岗位本人办理"), "{said}");
    good(at, &[&delegate[..], &["--as", "吴五"]].concat());
    good(at, &["org", "undelegate", "吴五", "--to", "王七", "--as", "王七"]);
    assert!(
        good(at, &["org", "divide", "钱二", "--unit", "青石镇", "--field", "粮食"]).contains("青石镇、粮食")
    );
    let day = |to: &str| good(at, &["org", "workday", "2099-09-05", to, "--reason", "县政府通知"]);
    assert!(day("work").contains("现为工作日"));
    assert!(day("clear").contains("现为休息日"), "a Saturday again");

    let text = good(at, &["pack", "show", "task"]);
    std::fs::write(at.join("task.toml"), &text).unwrap();
    assert_eq!(run(at, &["pack", "publish", "task.toml"]).0, 2, "that version is there");
    std::fs::write(at.join("task.toml"), text.replacen("version = 2", "version = 3", 1)).unwrap();
    assert!(good(at, &["pack", "publish", "task.toml"]).contains("第3版"));
    let moved = ["plan", "move", "1", "--version", "3", "--reason", "采用新版", "--as", "赵一"];
    assert!(good(at, &moved).contains("已换用方案包第3版"));
    assert_eq!(run(at, &moved).0, 2, "it runs on that version");
    assert!(good(at, &["verify"]).contains("无误"));
}

/// A second plan under which somebody is recruited whose name is sealed: the number of the entry.
fn recruit(at: &Path) -> String {
    good(at, &["key", "new"]);
    good(at, &["plan", "draft", "方案.txt", "--as", "赵一"]);
    good(at, &["plan", "decide", "2", "--as", "赵一"]);
    let issue = ["plan", "issue", "2", "--number", "河政发〔2099〕10号", "--approver", "钱二"];
    good(at, &[&issue[..], &["--pack", "recruit", "--as", "赵一"]].concat());
    let add = ["entry", "add", "2", "招工人员台账", "--title", "第一人", "--set", "姓名=张小满"];
    let more = ["--set", "用工企业=永兴食品厂", "--set", "送工日期=2099-09-02", "--as", "王七"];
    let said = good(at, &[&add[..], &more].concat());
    said.split('第').nth(1).and_then(|rest| rest.split('号').next()).unwrap().to_owned()
}

#[test]
fn names_of_people_are_read_by_few_noted_and_nowhere_in_clear() {
    let office = office();
    let at = office.path();
    let no = recruit(at);
    let read =
        |who: &str, purpose: &str| run(at, &["entry", "read", "2", &no, "--purpose", purpose, "--as", who]);
    assert!(read("王七", "").1.contains("须写明用途"));
    let (_, shown) = read("王七", "核对名单");
    assert!(shown.contains("张小满") && shown.contains("本次查看已记录"), "{shown}");
    assert!(read("张三", "巡检").1.contains("＊＊＊"), "the administrator of the system sees a mask");
    assert_eq!(read("吴五", "看看").0, 2, "another unit's handler sees nothing");

    std::fs::write(at.join("名单.csv"), "姓名,用工企业\n张小满,永兴食品厂\n李四,永兴食品厂\n").unwrap();
    let certify = ["ledger", "certify", "2", "招工人员台账", "名单.csv", "--as", "赵一"];
    let (code, shown) = run(at, &certify);
    assert!(code == 1 && shown.contains("对上1行，对不上1行，重复或不能认定0行"), "{shown}");
    let (code, shown) = run(at, &[&certify[..], &["--do"]].concat());
    assert!(code == 1 && shown.contains("已认定1条"), "{shown}");
    let file = ["entry", "read", "2", &no, "--file", "1", "-o", "取出.csv", "--purpose", "核实", "--as"];
    good(at, &[&file[..], &["赵一"]].concat());
    assert!(std::fs::read_to_string(at.join("取出.csv")).unwrap().contains("李四"));
    assert_eq!(run(at, &[&file[..], &["张三"]].concat()).0, 2);

    let export = ["ledger", "export", "2", "招工人员台账", "-o", "招工.csv", "--as", "赵一"];
    good(at, &export);
    assert!(!std::fs::read_to_string(at.join("招工.csv")).unwrap().contains("张小满"));
    assert!(good(at, &[&export[..], &["--open", "报送就业局"]].concat()).contains("1条含保密栏目原值"));
    assert!(std::fs::read_to_string(at.join("招工.csv")).unwrap().contains("张小满"));

    assert!(good(at, &["key", "rotate"]).contains("2条个人信息的密钥"));
    assert!(read("王七", "核对名单").1.contains("张小满"));
    good(at, &["backup", "-o", "备份"]);
    good(at, &["archive", "2", "-o", "归档.zip", "--as", "赵一"]);
    for folder in ["luoshi-data", "备份"] {
        for file in files(&at.join(folder)) {
            let bytes = std::fs::read(&file).unwrap();
            let words = String::from_utf8_lossy(&bytes);
            // The list's other name is an administrator's too, who is no secret.
            for told in ["张小满", "李四,永兴食品厂"] {
                assert!(!words.contains(told), "{told}: {}", file.display());
            }
        }
    }
    assert!(good(at, &["verify"]).contains("无误"));
}

#[test]
fn a_lost_master_key_is_missed_at_once_and_the_office_can_go_on_without_it() {
    let office = office();
    let at = office.path();
    let no = recruit(at);
    let (key, kept) = (at.join("luoshi-data/master.key"), at.join("另存的主密钥"));
    std::fs::rename(&key, &kept).unwrap();
    for words in [&["entry", "list"][..], &["tick"], &["verify"], &["key", "new"]] {
        let (code, said) = run(at, words);
        assert!(code != 0 && said.contains("找不到打开它们的主密钥"), "{words:?}: {said}");
    }
    assert!(!key.exists(), "no other key takes its place unasked");
    let read = ["entry", "read", "2", &no, "--purpose", "核对", "--as", "王七"];
    let given = [&read[..], &["--key", kept.to_str().unwrap()]].concat();
    assert!(good(at, &given).contains("张小满"));

    // Nobody has a copy: the office says so, and what was sealed stays sealed.
    good(at, &["key", "new", "--lost"]);
    let (_, shown) = run(at, &read);
    assert!(shown.contains("第一人") && !shown.contains("张小满"), "{shown}");
    assert!(good(at, &["verify"]).contains("无误"));
    let add = ["entry", "add", "2", "招工人员台账", "--title", "第二人", "--set", "姓名=王立秋"];
    let more = ["--set", "用工企业=永兴食品厂", "--set", "送工日期=2099-09-02", "--as", "王七"];
    good(at, &[&add[..], &more].concat());
    good(at, &["key", "rotate"]);
    // The old key under the number of the new one is told from it.
    std::fs::copy(&kept, &key).unwrap();
    assert_ne!(run(at, &["entry", "list"]).0, 0);
}

#[test]
fn where_attachments_lie_is_said_in_a_file_that_nobody_else_reads() {
    use std::os::unix::fs::PermissionsExt as _;

    let office = office();
    let at = office.path();
    let file = at.join("对象存储.toml");
    let list = ["entry", "list", "--attachments", "对象存储.toml"];
    let given = |text: &str, mode: u32| {
        std::fs::write(&file, text).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        run(at, &list)
    };
    let sound = "endpoint = 'https://127.0.0.1:9'\nbucket = 'luoshi'\nkey = 'k'\nsecret = 's'\n";
    let (code, said) = given(sound, 0o644);
    assert!(code != 0 && said.contains("chmod 600"), "{said}");
    let (code, said) = given("endpoint = 'https://127.0.0.1:9'\nbucked = 'luoshi'\n", 0o600);
    assert!(code != 0 && said.contains("须写明 endpoint、bucket、key、secret"), "{said}");
    assert!(!said.contains("'s'"), "a secret is not repeated: {said}");
    let (code, said) = given(&sound.replace("https", "http"), 0o600);
    assert!(code != 0 && said.contains("https"), "{said}");
    assert_eq!(given(sound, 0o600).0, 0, "the server is asked when a file is");
}

/// All files in a folder and those in it.
fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn a_slip_in_the_name_of_the_folder_makes_no_new_office() {
    let office = office();
    let at = office.path();
    for words in [
        &["tick"][..],
        &["verify"],
        &["rebuild"],
        &["backup", "-o", "备份"],
        &["anchor", "锚.jsonl"],
        &["key", "new"],
        &["org", "list"],
        &["org", "import", "单位.csv", "--do"],
        &["plan", "draft", "方案.txt", "--as", "赵一"],
    ] {
        let (code, said) = run(at, &[words, &["--data", "写错"]].concat());
        assert!(code == 2 && said.contains("“写错”还没有数据"), "{words:?}: {said}");
        assert!(!at.join("写错").exists(), "{words:?}");
    }
    for (words, told) in [
        (&["org", "list", "--data", "方案.txt"][..], "“方案.txt”不是文件夹"),
        (&["org", "list", "--database", "mysql://x"], "应写成 postgres://"),
        (&["verify", "--anchors", "没有.jsonl"], "没有.jsonl：找不到文件"),
        (&["anchor", "没有/锚.jsonl"], "没有/锚.jsonl：找不到文件"),
        (&["verify", "--anchors", "方案.txt"], "方案.txt：锚点文件第 1 行不是锚点"),
        (&["verify", "没有.zip"], "没有.zip：找不到文件"),
        (&["restore", "没有", "--data", "另处"], "没有/数据.jsonl：找不到文件"),
        (&["plan", "draft", "没有.txt", "--as", "赵一"], "没有.txt：找不到文件"),
        (&["archive", "1", "-o", "没有/归档.zip", "--as", "赵一"], "找不到文件夹"),
        (&["org", "export", "-o", "名录.csv"], "须以 .xlsx 结尾"),
        (&["plan", "decide", "1", "--drop", "不办", "--lead", "青石镇", "--as", "赵一"], "请只用一种"),
    ] {
        let (code, said) = run(at, words);
        assert!(code == 2 && said.contains(told), "{words:?}: {said}");
        assert!(!said.contains("损坏") && !said.contains("磁盘"), "{said}");
    }
    std::fs::write(at.join("空.jsonl"), "").unwrap();
    let (code, said) = run(at, &["verify", "--anchors", "空.jsonl"]);
    assert!(code == 2 && said.contains("里没有锚点"), "{said}");
    std::fs::write(at.join("空.txt"), "").unwrap();
    let (code, said) = run(at, &["plan", "draft", "空.txt", "--as", "赵一"]);
    assert!(code == 2 && said.contains("空.txt：") && said.contains("是空的"), "{said}");
}

#[test]
#[cfg(unix)]
fn what_is_kept_is_for_its_owner_and_archives_go_through_links() {
    use std::os::unix::fs::PermissionsExt;
    let office = office();
    let at = office.path();
    let mode = |name: &str| at.join(name).metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!([mode("luoshi-data"), mode("luoshi-data/luoshi.db")], [0o700, 0o600]);
    std::os::unix::fs::symlink("别处.zip", at.join("归档.zip")).unwrap();
    good(at, &["archive", "1", "-o", "归档.zip", "--as", "赵一"]);
    assert!(at.join("归档.zip").is_symlink());
    good(at, &["verify", "别处.zip"]);
    #[cfg(target_os = "linux")]
    for endless in [&["plan", "draft", "/dev/zero", "--as", "赵一"][..], &["pack", "check", "/dev/zero"]] {
        let (code, said) = run(at, endless);
        assert!(code == 2 && said.contains("超过上限"), "{said}");
    }
}

#[test]
fn commands_wait_for_one_another() {
    let office = office();
    let at = office.path();
    let add = |title: &'static str| {
        let words = ["entry", "add", "1", "督查事项台账", "--title", title, "--lead", "青石镇"];
        run(at, &[&words[..], &["--due", "2099-10-09", "--set", "责任人=王七", "--as", "赵一"]].concat())
    };
    std::thread::scope(|scope| {
        let all = ["抽查甲库", "抽查乙库", "抽查丙库"].map(|title| scope.spawn(move || add(title)));
        for one in all {
            let (code, said) = one.join().unwrap();
            assert_eq!(code, 0, "{said}");
        }
    });
    assert!(good(at, &["verify"]).contains("5个条目"));
}

#[test]
fn a_restore_that_was_cut_short_is_taken_up_again() {
    let office = office();
    let at = office.path();
    good(at, &["backup", "-o", "备份"]);
    let file = files(&at.join("备份/附件")).pop().unwrap();
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, "断了").unwrap();
    let restore = ["restore", "备份", "--data", "另处"];
    let (code, said) = run(at, &restore);
    assert!(code == 2 && said.contains("已被改动"), "{said}");
    assert_eq!(run(at, &["verify", "--data", "另处"]).0, 2, "nothing runs there yet");
    std::fs::write(&file, whole).unwrap();
    let lines = std::fs::read(at.join("备份/数据.jsonl")).unwrap();
    std::fs::write(at.join("备份/数据.jsonl"), &lines[..lines.len() / 2]).unwrap();
    let (code, said) = run(at, &restore);
    assert!(code == 2 && said.contains("请换一份完整的备份"), "{said}");
    std::fs::write(at.join("备份/数据.jsonl"), lines).unwrap();
    assert!(good(at, &restore).contains("1个方案"));
    assert!(good(at, &["verify", "--data", "另处"]).contains("无误"));
}

#[test]
fn a_register_is_exported_as_far_as_its_reader_sees() {
    let office = office();
    let at = office.path();
    let export = |who: &str, more: &[&str]| {
        let words = ["ledger", "export", "1", "督查事项台账", "-o", "台账.csv", "--as", who];
        let said = good(at, &[&words[..], more].concat());
        (said, std::fs::read_to_string(at.join("台账.csv")).unwrap())
    };
    let (_, all) = export("赵一", &[]);
    assert!(all.contains("摸清底数") && all.contains("落实仓容"), "{all}");
    let (_, own) = export("王七", &[]);
    assert!(!own.contains("摸清底数") && own.contains("落实仓容"), "{own}");
    assert!(export("赵一", &["--open", "核对"]).0.contains("一条也没有打开"));
    let form = ["ledger", "form", "1", "--entry", "2", "-o", "报送表.xlsx", "--as", "吴五"];
    assert_eq!(run(at, &form).0, 2, "another unit's entry");
}

#[test]
fn administrators_are_named_and_only_leaders_are_given_charges() {
    let office = office();
    let at = office.path();
    let divide = ["org", "divide", "吴五", "--unit", "青石镇"];
    let (code, said) = run(at, &divide);
    assert!(code == 2 && said.contains("不是领导或督查员"), "{said}");
    let divide = ["org", "divide", "钱二", "--unit", "青石镇", "--as"];
    assert_eq!(run(at, &[&divide[..], &["赵一"]].concat()).0, 2, "no administrator");
    good(at, &[&divide[..], &["张三"]].concat());
}
