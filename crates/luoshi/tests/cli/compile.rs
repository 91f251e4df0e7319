//! `compile` for people.

use jiff::civil::date;
use luoshi_press::Xlsx;
use luoshi_report::{Cell, Column, Part, Report, Table, Writer};
use unicode_width::UnicodeWidthStr;

use crate::support::{PLAN, Place, Said, samples};

#[test]
fn a_newcomer_sees_every_task_with_who_and_when() {
    let said = Place::with_plan().run(&["compile", "方案.txt", "--width", "120"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    for words in [
        "清河镇2026年道路交通安全整治实施方案",
        "印发日期：2026年3月9日（据文稿）",
        "镇交通办",
        "镇派出所",
        "4月30日前",
        "12处",
        "每月25日前",
        "3000",
        "检查：",
    ] {
        assert!(said.out.contains(words), "{words}\n{}", said.out);
    }
}

#[test]
fn the_table_of_a_sample_stays_as_reviewed() {
    let place = Place::new();
    place.write("方案.txt", PLAN);
    let said = place.run(&["compile", "方案.txt", "--issued", "2026-03-09", "--width", "110"]);
    // What the checks find is not the table's business.
    let (table, _) = said.out.split_once("检查：").expect("a last line");
    insta::assert_snapshot!("table", table);
}

#[test]
fn no_line_is_wider_than_asked_for() {
    let plan = samples().join("01-culture-workers.txt");
    let place = Place::new();
    for width in [20usize, 40, 60, 80, 132] {
        let said = place.run(&["compile", &plan.to_string_lossy(), "--width", &width.to_string()]);
        for line in said.out.lines() {
            assert!(line.width() <= width, "{width}: {line}");
        }
    }
}

#[test]
fn the_day_of_issue_is_told_with_its_source() {
    let place = Place::with_plan();
    let said = place.run(&["compile", "方案.txt", "--issued", "2025年1月6日"]);
    assert!(said.out.contains("印发日期：2025年1月6日（按指定）"));
    place.write("无日期.txt", "一、主要任务\n（一）排查。各村要在6月底前完成排查。\n");
    let said = place.run(&["compile", "无日期.txt"]);
    assert!(said.out.contains("文稿未写明，暂按今天"));
    assert!(said.err.contains("--issued"), "{}", said.err);
}

#[test]
fn a_dash_is_standard_input() {
    let said = Place::new().feed(&["compile", "-", "--format", "facts"], PLAN.as_bytes());
    assert_eq!(said.code, 0);
    assert!(said.out.lines().all(|l| l.starts_with('{') && l.ends_with('}')));
    assert!(
        said.out.contains(r#""type":"date""#) && said.out.contains(r#""raw":"6月30日前""#),
        "{}",
        said.out
    );
}

#[test]
fn colours_only_where_asked_for() {
    let place = Place::with_plan();
    assert!(!place.run(&["compile", "方案.txt"]).out.contains('\u{1b}'));
    assert!(place.run(&["compile", "方案.txt", "--color", "always"]).out.contains('\u{1b}'));
}

#[test]
fn an_annex_is_proposed_and_joined_only_when_told() {
    let place = Place::with_plan();
    place.write(
        "附件1 任务分工表.txt",
        "任务分工表\n\n| 序号 | 任务 | 牵头单位 | 责任单位 | 完成时限 |\n| --- | --- | --- | --- | --- |\n\
         | 1 | 增设减速带20处 | 镇交通办 | 各村 | 5月31日前 |\n",
    );
    let alone = place.run(&["compile", "方案.txt", "--width", "120"]);
    assert!(alone.err.contains("附件1 任务分工表.txt") && alone.err.contains("--annex"), "{}", alone.err);
    assert!(!alone.out.contains("减速带"));
    let joined = place.run(&["compile", "方案.txt", "--annex", "附件1 任务分工表.txt", "--width", "120"]);
    assert_eq!(joined.err, "");
    assert!(joined.out.contains("增设减速带") && joined.out.contains("附件1第5行"), "{}", joined.out);
}

#[test]
fn a_directory_of_units_names_them_in_full_and_finds_slips() {
    let place = Place::with_plan();
    place.write(
        "名录.csv",
        "名称,简称,上级,类别\n清河镇综合交通管理办公室,镇交通办,,部门\n清河镇派出所,派出所,,部门\n\
         清河镇城建办公室,镇城建办,,部门\n东河村,,,村\n西河村,,,村\n",
    );
    let said = place.run(&["compile", "方案.txt", "--units", "名录.csv", "--format", "json"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains(r#""resolved": "清河镇综合交通管理办公室""#));
    assert!(said.out.contains("东河村") && said.out.contains("西河村"), "各村 stands for the villages");
    // As an old spreadsheet saves it, with a title, an empty row and lines ended by \r alone.
    let (list, ..) =
        encoding_rs::GB18030.encode("单位名录\r\r名称,简称\r清河镇派出所,\r清河镇派出所,派出所\r");
    place.write("名录.csv", list);
    let said = place.run(&["compile", "方案.txt", "--units", "名录.csv"]);
    assert_eq!(said.err, "提示：名录.csv：第5行的单位“清河镇派出所”重复，已跳过。\n");
    place.write("空.csv", "甲,乙\n1,2\n");
    let said = place.run(&["compile", "方案.txt", "--units", "空.csv"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("没有可用的单位"), "{}", said.err);
}

#[test]
fn a_directory_of_units_may_be_a_workbook() {
    let mut table = Table::new("名录", "单位名录", Vec::new());
    table.columns = ["名称", "简称", "上级", "类别"].map(|name| Column::new(name, 10.0)).into();
    for row in [
        ["清河镇综合交通管理办公室", "镇交通办", "", "部门"],
        ["东河村", "", "", "村"],
        ["西河村", "", "", "村"],
    ] {
        table.rows.push(row.map(Cell::words).into());
    }
    let mut report = Report::default();
    report.parts.push(Part::Table(table));
    let mut bytes = Vec::new();
    Xlsx { stamp: date(2026, 3, 9) }.write(&report, &mut bytes).expect("a workbook");
    let place = Place::with_plan();
    place.write("名录.xlsx", bytes);
    let said = place.run(&["compile", "方案.txt", "--units", "名录.xlsx", "--format", "json"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert!(said.out.contains(r#""resolved": "清河镇综合交通管理办公室""#), "{}", said.out);
    assert!(said.out.contains("东河村") && said.out.contains("西河村"), "各村 stands for the villages");
}

#[test]
fn many_files_come_in_the_order_of_the_input() {
    let place = Place::new();
    for n in 0..12 {
        place.write(&format!("夹/{n:02}.txt"), PLAN.replace("清河镇2026年", &format!("第{n:02}镇")));
    }
    let said = place.run(&["compile", "夹"]);
    let at: Vec<usize> = (0..12).map(|n| said.out.find(&format!("第{n:02}镇")).expect("a plan")).collect();
    assert!(at.is_sorted());
    assert_eq!(said.code, 0);
}

#[test]
fn targets_and_the_leading_group_are_shown() {
    let place = Place::new();
    let plan = "清河镇2026年造林绿化实施方案\n一、工作目标\n到2026年底，全镇完成造林500亩，栽植树木2万株。\n二、主要任务\n（一）整地。各村要在4月底前完成整地300亩。\n三、组织领导\n成立造林绿化领导小组。\n组长：周明远\n副组长：李建国\n成员：王小梅、赵志强\n";
    place.write("方案.txt", plan);
    let said = place.run(&["compile", "方案.txt", "--issued", "2026-03-09", "--width", "120"]);
    let (_, targets) = said.out.split_once("\n目标指标\n").expect(&said.out);
    let targets: Vec<&str> = targets.lines().take_while(|l| !l.starts_with('└')).collect();
    let rows = targets.iter().filter(|l| l.contains("第3行")).count();
    assert!(rows == 2 && targets.iter().any(|l| l.contains("500亩")), "{}", said.out);
    assert!(said.out.contains("指标 3 个"), "{}", said.out);
    let (_, group) = said.out.split_once("\n领导小组\n").expect(&said.out);
    for words in ["组长", "周明远", "李建国", "王小梅、赵志强"] {
        assert!(group.contains(words), "{words}\n{}", said.out);
    }
}

#[cfg(unix)]
#[test]
fn old_word_goes_through_the_office_program_of_the_search_path() {
    use std::os::unix::fs::PermissionsExt;

    let place = Place::new();
    let docx = samples().join("08-peace-month.docx").canonicalize().unwrap();
    // Stands for LibreOffice: the file that it makes is the last argument but one.
    let program = format!(
        "#!/bin/sh\nwhile [ \"$1\" != --outdir ]; do shift; done\nexec /bin/cp '{}' \"$2/in.docx\"\n",
        docx.display()
    );
    place.write("bin/soffice", program);
    std::fs::set_permissions(place.path("bin/soffice"), PermissionsExt::from_mode(0o755)).unwrap();
    place.write("旧稿.doc", std::fs::read(samples().join("08-peace-month.doc")).unwrap());
    let outline = |path: &str| -> Said {
        place.command(&["outline", "旧稿.doc"]).env("PATH", path).output().unwrap().into()
    };
    let said = outline(&place.path("bin").to_string_lossy());
    assert!(said.out.contains("一、活动目的") && said.err.is_empty(), "{}{}", said.out, said.err);
    // A program beside the user's files is none of ours.
    place.write("soffice", "#!/bin/sh\ntouch ran\n");
    std::fs::set_permissions(place.path("soffice"), PermissionsExt::from_mode(0o755)).unwrap();
    assert_eq!(outline(".").code, 0);
    assert!(!place.path("ran").exists());
}
