//! Files for other programs, read back.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};

use crate::support::{PLAN, Place};

fn workbook(place: &Place, name: &str) -> Xlsx<Cursor<Vec<u8>>> {
    open_workbook_from_rs(Cursor::new(place.read(name))).expect("a workbook")
}

#[test]
fn the_ending_of_the_output_says_the_form() {
    let place = Place::with_plan();
    place.run(&["compile", "方案.txt", "-o", "表.XLSX"]);
    assert_eq!(workbook(&place, "表.XLSX").sheet_names()[0], "任务分解表");
    place.run(&["check", "方案.txt", "-o", "检查.html"]);
    assert!(place.read("检查.html").starts_with(b"<!DOCTYPE html>"));
    // What is said goes before, and an ending that names no form is a table for people.
    place.run(&["compile", "方案.txt", "--format", "csv", "-o", "表.md"]);
    assert!(place.read("表.md").starts_with("\u{feff}序号,".as_bytes()));
    place.run(&["compile", "方案.txt", "-o", "表.txt"]);
    assert!(String::from_utf8_lossy(&place.read("表.txt")).contains("印发日期"));
}

#[test]
fn a_workbook_is_read_back_with_every_column() {
    let place = Place::with_plan();
    let said = place.run(&["compile", "方案.txt", "--format", "xlsx", "--check", "-o", "表.xlsx"]);
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, "", ""));
    let mut book = workbook(&place, "表.xlsx");
    assert_eq!(book.sheet_names(), ["任务分解表", "报送任务", "奖惩规则", "检查结果"]);
    let sheet = book.worksheet_range("任务分解表").unwrap();
    let rows: Vec<Vec<String>> = sheet.rows().map(|r| r.iter().map(Data::to_string).collect()).collect();
    assert_eq!(rows[0][0], "清河镇2026年道路交通安全整治实施方案任务分解表");
    assert_eq!(
        rows[2],
        [
            "序号",
            "重点任务",
            "工作举措/目标",
            "牵头单位",
            "配合（责任）单位",
            "牵头领导",
            "责任人",
            "完成时限",
            "备注"
        ]
    );
    let row = rows.iter().find(|r| r[2].starts_with("整治路口")).expect("a task");
    assert_eq!(row[1], "（一）排查隐患".trim_start_matches("（一）"));
    assert_eq!(
        (row[3].as_str(), row[4].as_str(), row[7].as_str()),
        ("镇派出所", "镇城建办", "2026年6月30日前")
    );
    assert!(!row[2].contains("牵头单位"), "the columns say it: {}", row[2]);
}

#[test]
fn the_same_plan_gives_the_same_bytes() {
    let place = Place::with_plan();
    for format in ["xlsx", "ics", "html", "csv", "md", "json", "table", "facts"] {
        let args = |out| ["compile", "方案.txt", "--format", format, "-o", out];
        assert_eq!(place.run(&args("一")).code, 0);
        assert_eq!(place.run(&args("二")).code, 0);
        assert!(place.read("一") == place.read("二"), "{format}");
        assert!(!place.read("一").is_empty());
    }
}

#[test]
fn formulas_are_disarmed() {
    let place = Place::new();
    place.write("方案.txt", PLAN.replace("2.整治路口。", "2.=HYPERLINK(\"http://x\",\"甲\")整治路口。"));
    assert_eq!(place.run(&["compile", "方案.txt", "--format", "xlsx", "-o", "表.xlsx"]).code, 0);
    let mut book = workbook(&place, "表.xlsx");
    for name in book.sheet_names() {
        let formulas = book.worksheet_formula(&name).unwrap();
        assert!(formulas.rows().flatten().all(String::is_empty), "{name}");
    }
    let sheet = book.worksheet_range("任务分解表").unwrap();
    assert!(sheet.rows().flatten().any(|c| c.to_string().starts_with("=HYPERLINK")));
    let said = place.run(&["compile", "方案.txt", "--format", "csv"]);
    assert!(said.out.starts_with('\u{feff}'));
    assert!(said.out.contains("\"'=HYPERLINK(\"\"http://x\"\""), "{}", said.out);
    assert!(!said.out.contains(",=") && !said.out.contains("\n="));
}

#[test]
fn a_calendar_holds_deadlines_phases_and_what_comes_again() {
    let place = Place::with_plan();
    assert_eq!(place.run(&["compile", "方案.txt", "--format", "ics", "-o", "日历.ics"]).code, 0);
    let text = String::from_utf8(place.read("日历.ics")).unwrap();
    assert!(text.split_terminator("\r\n").all(|l| l.len() <= 75 && !l.contains('\n')));
    let whole = text.replace("\r\n ", "");
    let events: Vec<&str> = whole.split("BEGIN:VEVENT\r\n").skip(1).collect();
    assert_eq!(whole.matches("END:VEVENT").count(), events.len());
    let field = |event: &str, name: &str| -> String {
        event.lines().find_map(|l| l.strip_prefix(name)).unwrap_or_default().to_owned()
    };
    let mut uids: Vec<String> = events.iter().map(|e| field(e, "UID:")).collect();
    for event in &events {
        let (start, end) = (field(event, "DTSTART;VALUE=DATE:"), field(event, "DTEND;VALUE=DATE:"));
        assert!(start.len() == 8 && start < end, "{event}");
        assert!(event.contains("BEGIN:VALARM") && event.contains("DTSTAMP:20260309T"), "{event}");
        assert!(field(event, "SUMMARY:").starts_with('【'), "{event}");
    }
    uids.sort();
    uids.dedup();
    assert_eq!(uids.len(), events.len());
    let find = |words: &str| {
        *events.iter().find(|e| e.contains(words)).unwrap_or_else(|| panic!("{words}\n{whole}"))
    };
    let due = find("【截止】整治路口");
    assert_eq!(field(due, "DTSTART;VALUE=DATE:"), "20260630");
    assert_eq!(field(due, "DTEND;VALUE=DATE:"), "20260701");
    let weekly = find("RRULE:FREQ=WEEKLY;BYDAY=TH");
    assert_eq!(field(weekly, "DTSTART;VALUE=DATE:"), "20260312", "the first Thursday");
    assert!(field(weekly, "RRULE:").ends_with(";UNTIL=20270309"), "for a year: {weekly}");
    let monthly = find("RRULE:FREQ=MONTHLY");
    assert!(field(monthly, "RRULE:").ends_with(";UNTIL=20261220"), "with its phase: {monthly}");
    assert_eq!(field(find("【阶段】集中整治阶段"), "DTEND;VALUE=DATE:"), "20261221");
}

#[test]
fn a_page_needs_nothing_else() {
    let place = Place::new();
    place.write("方案.txt", PLAN.replace("制定本方案", "制定本方案<script>alert(1)</script><img src=x>"));
    let said = place.run(&["compile", "方案.txt", "--format", "html"]);
    assert_eq!(said.code, 0);
    for outside in ["<script", "<img", "<link", "src=", "url(", "@import", "http:", "https:"] {
        let mine = said.out.replace("&lt;img src=x&gt;", "");
        assert!(!mine.contains(outside), "{outside}");
    }
    assert!(said.out.contains("&lt;script&gt;") && said.out.contains("lang=\"zh-CN\""));
    assert!(said.out.contains("<mark class=\"date\"") && said.out.contains("class=\"card\""));
}

#[test]
fn both_ends_of_a_range_are_shown_once() {
    let place = Place::new();
    place.write("方案.txt", PLAN.replace("各村召开动员会", "各村登记18周岁至50周岁的村民"));
    let said = place.run(&["compile", "方案.txt", "--format", "html"]);
    assert!(said.out.contains("18周岁至50周岁"));
    assert!(!said.out.contains("18周岁至50周岁；18周岁至50周岁"));
}

#[test]
fn several_files_go_into_one_book_or_one_folder() {
    let place = Place::new();
    place.write("夹/甲.txt", PLAN);
    place.write("夹/乙.txt", PLAN.replace("清河镇2026年", "白石镇2026年"));
    assert_eq!(place.run(&["compile", "夹", "--format", "xlsx", "-o", "全.xlsx"]).code, 0);
    let names = workbook(&place, "全.xlsx").sheet_names();
    assert_eq!(names.iter().filter(|n| n.starts_with("任务分解表")).count(), 2, "{names:?}");
    std::fs::create_dir(place.path("出")).unwrap();
    assert_eq!(place.run(&["compile", "夹", "--format", "ics", "-o", "出"]).code, 0);
    assert!(place.path("出/甲.ics").is_file() && place.path("出/乙.ics").is_file());
    let said = place.run(&["compile", "夹", "--format", "csv"]);
    assert!(said.out.starts_with("\u{feff}方案,序号"), "{}", said.out);
}

#[test]
fn markdown_has_a_table_of_tasks() {
    let said = Place::with_plan().run(&["compile", "方案.txt", "--format", "md"]);
    assert!(said.out.starts_with("# 清河镇2026年道路交通安全整治实施方案\n"));
    let rows: Vec<&str> = said.out.lines().filter(|l| l.starts_with("| 2 |")).collect();
    assert!(rows.iter().any(|r| r.contains("镇派出所") && r.matches(" | ").count() == 8), "{}", said.out);
}

#[test]
fn persons_of_a_table_have_their_own_columns() {
    let place = Place::new();
    let table = "序号\t重点任务\t工作举措\t牵头领导\t责任单位\t责任人\t完成时限\n\
        1\t整修灌渠\t清淤疏浚灌渠12公里，修复损毁渠段\t周明远\t镇水利站\t李建国\t2026年6月30日前\n\
        2\t更新标语\t\t周明远\t镇文化站\t王小梅\t2026年5月31日前\n";
    place.write("方案.txt", format!("清河镇2026年水利整修实施方案\n一、任务分解\n{table}"));
    assert_eq!(place.run(&["compile", "方案.txt", "--format", "xlsx", "-o", "表.xlsx"]).code, 0);
    let sheet = workbook(&place, "表.xlsx").worksheet_range("任务分解表").unwrap();
    let rows: Vec<Vec<String>> = sheet.rows().map(|r| r.iter().map(Data::to_string).collect()).collect();
    let row = |n: &str| rows.iter().find(|r| r[0] == n).unwrap_or_else(|| panic!("{rows:?}"));
    assert_eq!(row("1")[2], "清淤疏浚灌渠12公里，修复损毁渠段");
    assert_eq!(
        (row("1")[4].as_str(), row("1")[5].as_str(), row("1")[6].as_str()),
        ("镇水利站", "周明远", "李建国")
    );
    assert_eq!(row("2")[2], "", "the title is said already");
    assert_eq!((row("2")[4].as_str(), row("2")[6].as_str()), ("镇文化站", "王小梅"));
}
