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
    // What a line that turns checks off may be told has no check of its own.
    for name in names.into_iter().chain(["suppression-without-reason", "suppression-unknown"]) {
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

#[test]
fn a_place_has_its_own_holidays_and_school_terms() {
    let place = Place::new();
    place.write(
        "当地.json",
        r#"{"off": ["2026-06-18"], "terms": {"spring": ["02-20", "07-05"], "autumn": ["08-28", "01-18"]}}"#,
    );
    place.write("方案.txt", "清查方案\n一、主要任务\n1.清查。各校学期末前完成清查，6月18日前报县教育局。\n");
    let json =
        |args: &[&str]| place.run(&[&["compile", "方案.txt", "--issued", "2026-03-02"], args].concat()).out;
    let usual = json(&["--format", "facts"]);
    assert!(usual.contains("\"end\":\"2026-07-10\""), "{usual}");
    let local = json(&["--format", "facts", "--calendar", "当地.json"]);
    assert!(local.contains("\"end\":\"2026-07-05\""), "{local}");
    let rest = |args: &[&str]| {
        let said = place.run(&[&["check", "方案.txt", "--issued", "2026-03-02"], args].concat());
        said.out.contains("deadline-on-rest-day")
    };
    assert_eq!((rest(&[]), rest(&["--calendar", "当地.json"])), (false, true));
    let said = place.run(&["when", "学期末", "--on", "2026-03-02", "--calendar", "当地.json"]);
    assert!(said.out.contains("2026年7月5日"), "{}", said.out);

    let said =
        place.run(&["when", "每学期末、每学期开学前", "--on", "2026-03-02", "--calendar", "当地.json"]);
    for days in ["每学期末：2026年7月5日、2027年1月18", "每学期开学前：2026年8月27日、2027年2", "月19日"]
    {
        assert!(said.out.contains(days), "{}", said.out);
    }
    assert!(!said.out.contains("每半年"), "a term is no half-year: {}", said.out);

    for (bad, told) in [
        ("{\n\"off\": [],\n\"wrok\": []}", "第3行"),
        (r#"{"terms": {"spring": ["02-30", "07-05"], "autumn": ["09-01", "01-18"]}}"#, "学期起止“02-30”"),
        ("{\n\"off\": [\n\"6月18日\"]}", "第3行"),
        ("{}", "日历数据格式不对"),
        (r#"{"year": 2026, "off": ["2031-01-01"]}"#, "2031-01-01不属于该年"),
    ] {
        place.write("坏.json", bad);
        let said = place.run(&["check", "方案.txt", "--calendar", "坏.json"]);
        assert!(said.code == 2 && said.err.contains("坏.json：") && said.err.contains(told), "{}", said.err);
    }
    let said = place.run(&["check", "方案.txt", "--calendar", "没有.json"]);
    assert!(said.code == 2 && said.err.contains("没有.json："), "{}", said.err);
}
