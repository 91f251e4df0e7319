//! Lists read in and written out: a county of three levels, with the faults that lists have.

use std::sync::Arc;

use jiff::civil::{Time, date};
use luoshi_engine::{
    Actor, Administrators, Moment, Newcomer, OrgCommand, Organisation, PersonId, PostId, SystemRole,
    decide_org,
};
use luoshi_pack::Role;
use luoshi_press::{Csv, Xlsx};
use luoshi_read::Limits;
use luoshi_report::{Report, Writer};
use luoshi_store::attachment::{self, Attachments, Place};
use luoshi_store::{Options, Store, Target};

use super::{Fate, Rehearsal, Row, export, people_table, rehearse, report, units_table};
use crate::{App, Sealer, Settings};

fn now() -> Moment {
    Moment::at(date(2026, 3, 2), Time::midnight())
}

fn found() -> OrgCommand {
    let newcomer = |name: &str| Newcomer { name: name.to_owned(), mobile: String::new() };
    let administrators =
        Administrators {
            system: newcomer("赵一"), security: newcomer("钱二"), audit: newcomer("孙三")
        };
    OrgCommand::Found { name: "云岭县".into(), kind: "county".into(), administrators }
}

fn county() -> Organisation {
    let mut org = Organisation::default();
    carry_out(&mut org, 0, &[found()]);
    org
}

/// Carries commands out as the person of a number, in their first post.
fn carry_out(org: &mut Organisation, who: i64, commands: &[OrgCommand]) {
    let actor = match who {
        0 => Actor::system(),
        who => Actor { person: PersonId(who), post: PostId(who), address: String::new() },
    };
    for command in commands {
        let events = decide_org(org, &actor, command, now()).unwrap_or_else(|e| panic!("{command:?}: {e}"));
        events.iter().for_each(|event| org.apply(event));
    }
}

fn read(org: &Organisation, list: &str) -> Rehearsal {
    rehearse(org, list.as_bytes(), None, now(), &Limits::default()).unwrap()
}

/// Reads a list in, expects no fault, and carries both lots out.
fn take(org: &mut Organisation, list: &str) -> Rehearsal {
    let rehearsal = read(org, list);
    assert_eq!(rehearsal.count(Fate::Faulty), 0, "{}", told(&rehearsal));
    carry_out(org, 1, &rehearsal.commands);
    carry_out(org, 2, &rehearsal.roles);
    rehearsal
}

fn told(rehearsal: &Rehearsal) -> String {
    let line = |row: &Row| {
        format!("{} {} {} {}", row.place, row.about, row.fate.title(), row.notes.join(""))
            .trim_end()
            .to_owned()
    };
    let lines: Vec<String> = rehearsal.rows.iter().map(line).collect();
    lines.join("\n")
}

fn check(org: &Organisation, list: &str, expect: &[&str]) {
    assert_eq!(told(&read(org, list)).lines().collect::<Vec<_>>(), expect);
}

const UNITS: &str = "\
单位编码,单位名称,简称,上级单位,类别,行政区划代码,统一社会信用代码,排序
A01,县应急管理局,应急局,云岭县,部门,,11522301MB0000001L,1
B0101,红石村,,松坪镇,,522301101203,,
B01,松坪镇,松坪,云岭县,乡镇,522301101,,2
B02,石鼓乡,,云岭县,乡镇,,,3
,财政所,,松坪镇,站所,,,
,财政所,,石鼓乡,站所,,,
";

const PEOPLE: &str = "\
姓名,手机号,单位,职务,兼职,角色
李　明,138-0013-8000,松坪镇,镇长,县应急管理局：联络员；河长,领导、承办人
王芳,13900139000,石鼓乡/财政所,所长,,承办人
周敏,,县应急管理局,督查专员,,督查员
";

fn full() -> Organisation {
    let mut org = county();
    take(&mut org, UNITS);
    take(&mut org, PEOPLE);
    org
}

#[test]
fn a_county_of_three_levels_is_read_in() {
    let mut org = county();
    // Parents may come after what stands below them; kinds are read from names where none is said.
    check(
        &org,
        UNITS,
        &[
            "第2行 县应急管理局 新增",
            "第3行 红石村 新增",
            "第4行 松坪镇 新增",
            "第5行 石鼓乡 新增",
            "第6行 财政所 新增",
            "第7行 财政所 新增",
        ],
    );
    let rehearsal = take(&mut org, UNITS);
    assert_eq!(rehearsal.summary(), "新增6，更新0，不变0，跳过0，出错0。");
    let village = org.units.values().find(|unit| unit.name() == "红石村").unwrap();
    assert_eq!(village.kind, "village");
    assert_eq!(org.line(village.id).len(), 3);
    // Once more: nothing changes, by code, and by name and parent.
    let again = take(&mut org, UNITS);
    assert_eq!(again.summary(), "新增0，更新0，不变6，跳过0，出错0。");
    assert!(again.commands.is_empty());
}

#[test]
fn people_come_with_posts_and_their_roles_wait_for_the_security_administrator() {
    let mut org = county();
    take(&mut org, UNITS);
    let rehearsal = take(&mut org, PEOPLE);
    assert_eq!(rehearsal.roles.len(), 3);
    let mayor = org.people.values().find(|person| person.name == "李明").unwrap();
    assert_eq!(mayor.mobile, "13800138000");
    let posts: Vec<String> = org
        .posts_of(mayor.id, now().date())
        .iter()
        .map(|post| {
            format!("{} {} {}", org.unit_name(post.unit), post.title, export::rights(&post.roles, None))
        })
        .collect();
    assert_eq!(posts, ["松坪镇 镇长 领导、承办人", "县应急管理局 联络员 无", "松坪镇 河长 无"]);
    assert_eq!(take(&mut org, PEOPLE).summary(), "新增0，更新0，不变3，跳过0，出错0。");
    check(
        &org,
        "姓名,单位,职务,角色,离任日期\n周敏,应急局,督查科长,查阅人,2026年12月31日\n王芳,石鼓乡/财政所,所长,无,\n",
        &[
            "第2行 周敏 更新 职务：督查专员→督查科长。任期截止：2026-12-31。角色：查阅人（须由安全管理员确认）。",
            "第3行 王芳 更新 角色：无（须由安全管理员确认）。",
        ],
    );
}

#[test]
fn every_row_with_a_fault_is_told_with_what_to_do() {
    let org = full();
    check(
        &org,
        "单位名称,上级单位,编码,统一社会信用代码,行政区划代码,类别,设立日期
县文化馆,县文旅局,,,,,
,松坪镇,,,,,
县教育局,,,11522301MB00000011,,,
县民政局,,,,9923,,
县林业局,,,,,,3月
甲组,乙组,,,,,
乙组,甲组,,,,,
松坪镇,,,,,,
松坪镇,,B01,,,,
红石村,财政所,,,,,
石鼓乡,,B09,,,,
县气象台,,,,,舞台,
合计,10,,,,,
注：本表由县委编办提供
",
        &[
            "第2行 县文化馆 出错 上级单位“县文旅局”既不在名录中，也不在本表可用的行中，请核对名称或先补上该单位。",
            "第3行  出错 没有单位名称，请补上或删去这一行。",
            "第4行 县教育局 出错 统一社会信用代码“11522301MB00000011”的校验码不对，可能录错了一位，请核对证书。",
            "第5行 县民政局 出错 行政区划代码应为6位（县级）、9位（乡级）或12位（村级）数字，“9923”不是，请核对。",
            "第6行 县林业局 出错 日期“3月”无法识别，请写成2026年3月1日或2026-3-1。",
            "第7行 甲组 出错 与上级单位“乙组”在本表中互为上级，请改正其中一行的上级单位。",
            "第8行 乙组 出错 与上级单位“甲组”在本表中互为上级，请改正其中一行的上级单位。",
            "第9行 松坪镇 不变",
            "第10行 松坪镇 跳过 与第9行是同一单位，以前一行为准。",
            "第11行 红石村 出错 上级单位“财政所”有2个同名单位，请写成“上一级/财政所”或改填其编码。",
            "第12行 石鼓乡 出错 “石鼓乡”已登记的编码是“B02”，不是“B09”；编码有误请改正，确要换码请在单位管理中修改。",
            "第13行 县气象台 新增 没有填上级单位，放在“云岭县”之下。类别“舞台”无法识别。从名称看不出类别，按“其他单位”登记，请核对。",
            "第14行 合计 跳过 合计行。",
            "第15行 注：本表由县委编办提供 跳过 说明文字。",
        ],
    );
    check(
        &org,
        "姓名,手机号,单位,角色\n,13700137000,松坪镇,\n郑强,1370013700,松坪镇,\n吴刚,,石鼓镇,\n冯丽,,财政所,\n陈刚,,松坪镇,站长\n李明,13800138000,松坪镇,\n李明,13800138000,松坪镇,\n李明,13800138000,松坪镇,领导\n",
        &[
            "第2行  出错 没有姓名，请补上或删去这一行。",
            "第3行 郑强 出错 手机号“1370013700”不是以1开头的11位数字，请核对；没有手机号可留空。",
            "第4行 吴刚 出错 单位“石鼓镇”不在名录中，请核对名称或先导入该单位。",
            "第5行 冯丽 出错 单位“财政所”有2个同名单位，请写成“上一级/财政所”或改填其编码。",
            "第6行 陈刚 出错 不认识角色“站长”，可填：督查员、领导、承办人、审核人、验收人、查阅人、系统管理员、安全管理员、审计管理员。",
            "第7行 李明 不变",
            "第8行 李明 跳过 与第7行是同一岗位，以前一行为准。",
            "第9行 李明 出错 “李明”在“松坪镇”有2个岗位，请填写职务加以区分。",
        ],
    );
}

#[test]
fn people_of_one_name_are_told_apart() {
    let org = full();
    check(
        &org,
        "姓名,手机号,单位,职务\n周敏,,松坪镇,干事\n李明,13600136000,石鼓乡,干事\n王强,13800138000,石鼓乡,干事\n",
        &[
            "第2行 周敏 更新 新任：松坪镇 干事。没有手机号，按姓名认作已有的“周敏”（县应急管理局）；不是同一人的请填手机号。",
            "第3行 李明 新增 新任：石鼓乡 干事。",
            "第4行 王强 出错 手机号已登记在“李明”名下，请核对手机号或姓名。",
        ],
    );
}

#[test]
fn blanks_in_names_are_no_change() {
    let mut org = full();
    let day = now().date();
    let rename =
        OrgCommand::RenameUnit { unit: luoshi_engine::UnitId(3), name: "松坪 镇".into(), from: day };
    carry_out(&mut org, 1, &[rename]);
    let mut bytes = Vec::new();
    Xlsx { stamp: day }.write(&report(&org, day), &mut bytes).unwrap();
    let rehearsal = rehearse(&org, &bytes, None, now(), &Limits::default()).unwrap();
    assert_eq!(rehearsal.rows.len(), rehearsal.count(Fate::Unchanged), "{}", told(&rehearsal));
}

#[test]
fn units_are_renamed_moved_and_closed_by_their_code() {
    let org = full();
    check(
        &org,
        "编码,名称,上级,撤销日期,简称\nB02,石鼓镇,,,石鼓\nB0101,红石村,石鼓镇,,\nB01,松坪镇,,2026-06-30,无\nA01,县应急管理局,,2026-12-31,\n",
        &[
            "第2行 石鼓镇 更新 改名：石鼓乡→石鼓镇。简称：石鼓。",
            "第3行 红石村 更新 上级单位：松坪镇→石鼓镇。",
            "第4行 松坪镇 出错 “松坪镇”还有下级单位：财政所。请先撤销或调整这些单位，或用“合并”并入其他单位。",
            "第5行 县应急管理局 更新 撤销日期：2026-12-31。",
        ],
    );
}

#[test]
fn a_rehearsal_that_is_out_of_date_is_refused() {
    let mut org = county();
    let rehearsal = read(&org, UNITS);
    take(&mut org, "单位名称,上级单位\n青竹街道,云岭县\n");
    let actor = Actor { person: PersonId(1), post: PostId(1), address: String::new() };
    let together = OrgCommand::Together(rehearsal.commands);
    let refusal = decide_org(&org, &actor, &together, now()).unwrap_err();
    assert!(refusal.sentence.contains("再试导入一次"), "{refusal}");
}

#[test]
fn what_is_written_out_is_unchanged_when_read_back() {
    let mut org = full();
    // Names that a spreadsheet would take for a formula, twins, an outside party, one post of two.
    take(
        &mut org,
        "单位名称,上级单位,外部单位,撤销日期,设立日期\n=专班,云岭县,,2026-12-31,2026-01-01\n市应急管理局,,是,,\n'+工作组,松坪镇,,,\n",
    );
    take(
        &mut org,
        "姓名,单位,职务,任职日期,离任日期\n周敏,=专班,成员,2026-01-01,2026-12-31\n王芳,松坪镇/财政所,会计,,\n",
    );
    let written = |report: &Report, writer: &dyn Writer<Report>| {
        let mut bytes = Vec::new();
        writer.write(report, &mut bytes).unwrap();
        let rehearsal = rehearse(&org, &bytes, None, now(), &Limits::default()).unwrap();
        assert_eq!(rehearsal.rows.len(), rehearsal.count(Fate::Unchanged), "{}", told(&rehearsal));
        assert_eq!((rehearsal.commands.len(), rehearsal.roles.len()), (0, 0));
        rehearsal.rows.len()
    };
    let day = now().date();
    let xlsx = Xlsx { stamp: day };
    let whole = report(&org, day);
    assert_eq!(written(&whole, &xlsx), org.units.len() + org.posts.len());
    for table in whole.tables() {
        let one = Report {
            title: String::new(),
            subtitle: None,
            parts: vec![luoshi_report::Part::Table(table.clone())],
        };
        assert_eq!(written(&one, &xlsx), table.rows.len());
        assert_eq!(written(&one, &Csv), table.rows.len());
    }
}

#[test]
fn an_export_makes_the_same_organisation_elsewhere() {
    let org = full();
    let mut bytes = Vec::new();
    let day = now().date();
    Xlsx { stamp: day }.write(&report(&org, day), &mut bytes).unwrap();
    let mut other = county();
    let rehearsal = rehearse(&other, &bytes, None, now(), &Limits::default()).unwrap();
    assert_eq!(rehearsal.count(Fate::Faulty), 0, "{}", told(&rehearsal));
    carry_out(&mut other, 1, &rehearsal.commands);
    carry_out(&mut other, 2, &rehearsal.roles);
    assert_eq!(units_table(&other, day), units_table(&org, day));
    assert_eq!(people_table(&other, day), people_table(&org, day));
}

#[test]
fn lists_of_office_programs_are_read_as_they_come() {
    let org = full();
    // GB18030 without any mark, tabs, a title and a line of explanation above the head.
    let mut gbk = Vec::new();
    for (word, bytes) in
        [("单", [0xB5, 0xA5]), ("位", [0xCE, 0xBB]), ("名", [0xC3, 0xFB]), ("称", [0xB3, 0xC6])]
    {
        assert!(!word.is_empty());
        gbk.extend(bytes);
    }
    gbk.extend(b",code\r\n");
    // 松坪镇
    gbk.extend([0xCB, 0xC9, 0xC6, 0xBA, 0xD5, 0xF2]);
    gbk.extend(b",B01\r\n");
    let rehearsal = rehearse(&org, &gbk, Some("units.csv"), now(), &Limits::default()).unwrap();
    assert_eq!(told(&rehearsal), "第2行 松坪镇 不变");
    check(
        &org,
        "云岭县单位名录\n填表人：张三\n序号\t单位名称\t上级单位\n1\t松坪镇\t云岭县\n",
        &["第4行 松坪镇 不变"],
    );
    check(&org, "今天天气好，宜出行。", &[]);
    assert!(read(&org, "今天天气好，宜出行。").notices[0].contains("没有找到可用的表"));
    assert!(rehearse(&org, b"\x89PNG\r\n\x1a\n\0\0", None, now(), &Limits::default()).is_err());
}

#[test]
fn a_row_that_fails_half_way_leaves_nothing_behind() {
    let mut org = county();
    take(&mut org, "单位名称,上级单位,外部单位\n松坪镇,云岭县,\n市水利局,,是\n");
    // The person could be added, the post not; the row below is somebody new with the same number.
    let list = "姓名,手机,单位,职务\n张建国,13800000001,市水利局,科长\n李明,13800000001,松坪镇,镇长\n";
    let rehearsal = read(&org, list);
    let fates: Vec<Fate> = rehearsal.rows.iter().map(|row| row.fate).collect();
    assert_eq!(fates, [Fate::Faulty, Fate::Added], "{}", told(&rehearsal));
    carry_out(&mut org, 1, &rehearsal.commands);
    assert!(org.people.values().any(|person| person.name == "李明"));
    assert!(org.people.values().all(|person| person.name != "张建国"));
}

#[test]
fn the_roles_of_three_administrators_are_not_joined_by_a_list() {
    let org = full();
    check(
        &org,
        "姓名,单位,职务,角色\n赵一,云岭县,系统管理员,系统管理员、审计管理员\n",
        &["第2行 赵一 出错 一个岗位不能有两种管理员角色，请只留一种。"],
    );
    let rehearsal = read(&org, "姓名,单位,职务,角色\n赵一,松坪镇,干事,审计管理员\n");
    assert!(told(&rehearsal).contains("不能兼任或代理审计管理员"), "{}", told(&rehearsal));
    // Nothing of a refused row stays: neither its post nor its roles.
    assert_eq!((rehearsal.commands.len(), rehearsal.roles.len()), (0, 0));
    assert_eq!(org.administrators(SystemRole::AuditAdmin, now().date()).len(), 1);
    assert!(Role::ALL.iter().all(|(_, _, title)| !title.is_empty()));
}

#[test]
fn every_beginning_of_a_list_is_read() {
    let org = full();
    for list in [UNITS, PEOPLE] {
        for (end, _) in list.char_indices() {
            let rehearsal = read(&org, &(list[..end].to_owned() + "\"，2026"));
            // Whatever is cut off, the commands are those of rows that are told as taken.
            assert!(
                rehearsal.commands.is_empty()
                    || rehearsal.count(Fate::Added) + rehearsal.count(Fate::Updated) > 0
            );
        }
    }
}

/// Both lots go through the application as two administrators' work, on both databases.
#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_carried_out_by_two_administrators() {
    luoshi_testkit::for_each_database(async |place| {
        let files = Place::Folder(place.files().join("attachments"));
        let settings = Settings {
            clock: Arc::new(now),
            packs: Vec::new(),
            sealer: Sealer::new(None),
            attachments: Attachments::open(&files, attachment::Limits::default()).unwrap(),
            accounts: crate::AccountSettings::cheap(),
        };
        let store = Store::open(&Target::parse(&place.address()), &Options::default()).await.unwrap();
        let app = App::open(store, settings).await.unwrap();
        app.organise("found", &Actor::system(), &[found()]).await.unwrap();
        let admin = |who| Actor { person: PersonId(who), post: PostId(who), address: String::new() };
        let units = read(&app.context().org, UNITS);
        app.organise("units", &admin(1), &units.commands).await.unwrap();
        let people = read(&app.context().org, PEOPLE);
        app.organise("people", &admin(1), &people.commands).await.unwrap();
        // The system administrator cannot grant what the same list asks for.
        assert!(app.organise("roles", &admin(1), &people.roles).await.is_err());
        app.organise("roles", &admin(2), &people.roles).await.unwrap();
        let org = &app.context().org;
        assert_eq!(read(org, UNITS).summary(), "新增0，更新0，不变6，跳过0，出错0。");
        assert_eq!(read(org, PEOPLE).summary(), "新增0，更新0，不变3，跳过0，出错0。");
    })
    .await;
}

#[test]
fn the_fates_are_shown_as_a_table() {
    let rehearsal = read(&full(), UNITS);
    let report = rehearsal.report();
    let table = report.tables().next().unwrap();
    assert_eq!(table.rows.len(), 6);
    assert_eq!(table.subtitle.as_deref(), Some("新增0，更新0，不变6，跳过0，出错0。"));
    assert_eq!(table.rows[0][2].text(), "不变");
}

#[test]
fn two_thousand_units_are_no_trouble() {
    let mut list = String::from("单位名称,上级单位\n");
    for town in 0..40 {
        list += &format!("第{town}镇,云岭县\n");
        for village in 0..49 {
            list += &format!("第{village}村,第{town}镇\n");
        }
    }
    let rehearsal = read(&county(), &list);
    assert_eq!(rehearsal.count(Fate::Added), 2000);
}
