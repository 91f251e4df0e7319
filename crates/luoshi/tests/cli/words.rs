//! The small commands.

use crate::support::Place;

#[test]
fn time_words_are_explained() {
    let place = Place::new();
    let said = place.run(&["when", "6月底前完成，每周四报送，签约后3个工作日内", "--on", "2026-03-09"]);
    assert_eq!(said.code, 0);
    for words in ["2026年6月30日前", "每周四", "FREQ=WEEKLY;BYDAY=TH", "3个工作日内", "2026年3月9日"]
    {
        assert!(said.out.contains(words), "{words}\n{}", said.out);
    }
    let said = place.run(&["when", "每季度末月25日前，每季度首月10日前", "--on", "2026-03-09"]);
    assert!(said.out.contains("每季度末月25日 ") && said.out.contains("每季度首月10日 "), "{}", said.out);
    let said = place.run(&["when", "无", "--on", "2026-03-09"]);
    assert!(said.out.contains("没有安排工作的时间说法"));
    let said = place.feed(&["when", "-", "--on", "2026-03-09", "--json"], "5月起".as_bytes());
    assert!(said.out.contains(r#""start":"2026-05-01""#), "{}", said.out);
}

#[test]
fn every_check_is_explained() {
    let place = Place::new();
    let said = place.run(&["explain"]);
    let names: Vec<&str> = said
        .out
        .lines()
        .filter_map(|l| l.strip_prefix("│ ")?.split(' ').next())
        .filter(|w| w.is_ascii() && !w.is_empty())
        .collect();
    assert!(names.len() >= 20, "{}", said.out);
    for name in names {
        let said = place.run(&["explain", name]);
        assert_eq!(said.code, 0, "{name} {}", said.err);
        assert!(said.out.contains(name) && said.out.contains("怎么改"), "{name}");
    }
}

#[test]
fn the_outline_shows_headings_with_lines() {
    let said = Place::with_plan().run(&["outline", "方案.txt", "--width", "80"]);
    assert_eq!(said.code, 0);
    for (heading, line) in
        [("一、主要任务", "第5行"), ("（一）排查隐患", "第6行"), ("三、工作要求", "第14行")]
    {
        let row = said.out.lines().find(|l| l.contains(heading)).expect(&said.out);
        assert!(row.contains(line), "{row}");
    }
}

#[test]
fn help_is_chinese() {
    let place = Place::new();
    for args in [
        &["--help"][..],
        &["compile", "--help"],
        &["check", "-h"],
        &["when", "--help"],
        &["org", "--help"],
        &["org", "import", "--help"],
        &["plan", "amend", "--help"],
    ] {
        let said = place.run(args);
        assert_eq!(said.code, 0);
        assert!(said.out.contains("用法："), "{}", said.out);
        for english in ["Usage", "Options", "OPTIONS", "Print help", "possible values", "default:"] {
            assert!(!said.out.contains(english), "{english}\n{}", said.out);
        }
    }
    for command in ["compile", "check"] {
        assert!(place.run(&[command, "--help"]).out.contains("JSON Lines"), "{command}");
    }
    assert_eq!(place.run(&["--version"]).out.trim(), concat!("luoshi ", env!("CARGO_PKG_VERSION")));
    assert_eq!(place.run(&[]).code, 2);
}

#[test]
fn completions_and_manual_pages_are_written() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let said = place.run(&["completions", shell]);
        assert!(said.code == 0 && said.out.contains("compile") && said.out.contains("luoshi"), "{shell}");
    }
    std::fs::create_dir(place.path("手册")).unwrap();
    assert_eq!(place.run(&["man", "-o", "手册"]).code, 0);
    let page = String::from_utf8(place.read("手册/luoshi-compile.1")).unwrap();
    assert!(page.contains(".SH 名称") && page.contains("\\-\\-annex") && page.contains(".SH 选项"), "{page}");
    assert!(place.run(&["man"]).out.contains(".SH 命令"));
}
