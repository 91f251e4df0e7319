//! What goes wrong is said in one Chinese sentence, and never ends in a breakdown.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::support::{PLAN, Place, samples};

#[test]
fn a_folder_with_one_bad_file_gives_the_others() {
    let place = Place::new();
    place.write("夹/1.txt", PLAN);
    place.write("夹/2.docx", b"PK\x03\x04 this is no archive");
    place.write("夹/3.txt", PLAN.replace("清河镇2026年", "白石镇2026年"));
    place.write("夹/~$3.docx", b"lock");
    place.write("夹/图.png", b"\x89PNG\r\n\x1a\n");
    let said = place.run(&["compile", "夹"]);
    assert_eq!(said.code, 2);
    assert!(said.out.contains("清河镇2026年") && said.out.contains("白石镇2026年"));
    let faults: Vec<&str> = said.err.lines().filter(|l| l.starts_with("错误")).collect();
    assert_eq!(faults.len(), 1, "{}", said.err);
    assert!(faults[0].contains("2.docx"), "{}", said.err);
}

#[test]
fn a_fault_names_the_file_and_says_what_to_do() {
    let place = Place::with_plan();
    place.write("空.txt", "");
    place.write("图.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    std::fs::create_dir(place.path("空夹")).unwrap();
    for (args, name, words) in [
        (&["compile", "没有.txt"][..], "没有.txt", "找不到文件"),
        (&["compile", "空.txt"], "空.txt", "空的"),
        (&["compile", "图.txt"], "图.txt", "不是文稿"),
        (&["compile", "空夹"], "空夹", "没有可读的文稿"),
        (&["check", "没有.txt"], "没有.txt", "找不到文件"),
        (&["outline", "没有.txt"], "没有.txt", "找不到文件"),
        (&["compile", "方案.txt", "--annex", "没有.txt"], "没有.txt", "找不到文件"),
        (&["compile", "方案.txt", "--units", "没有.csv"], "没有.csv", "找不到文件"),
        (&["compile", "方案.txt", "--units", "空夹"], "空夹", "写明其中的文件名"),
        (&["compile", "方案.txt", "--units", "图.txt"], "图.txt", "不是文稿"),
    ] {
        let said = place.run(args);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{args:?}");
        assert_eq!(said.err.lines().count(), 1, "{}", said.err);
        assert!(
            said.err.starts_with("错误：") && said.err.contains(name) && said.err.contains(words),
            "{}",
            said.err
        );
    }
}

#[test]
fn a_slip_in_the_command_line_is_told_in_chinese() {
    let place = Place::with_plan();
    for (args, words) in [
        (&["compile"][..], "还缺"),
        (&["comple", "方案.txt"], "没有“comple”这个命令"),
        (&["compile", "方案.txt", "--formt", "json"], "--format"),
        (&["compile", "方案.txt", "--format", "pdf"], "不接受“pdf”"),
        (&["compile", "方案.txt", "--issued", "2026-02-30"], "没有这一天"),
        (&["compile", "方案.txt", "--width", "5"], "应在20到1000之间"),
        (&["compile", "方案.txt", "--issued", "9999-12-31"], "年份应在1900到2200之间"),
        (&["compile", "-方案.txt"], "./-方案.docx"),
        (&["compile", "方案.txt", "--issued"], "缺内容"),
        (&["compile", "-", "-", "方案.txt", "--annex", "方案.txt"], "只能与一个方案同用"),
        (&["explain", "no-such-check"], "没有名为"),
        (&["completions", "cmd"], "不接受“cmd”"),
    ] {
        let said = place.run(args);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{args:?}");
        assert!(said.err.starts_with("错误：") && said.err.contains(words), "{args:?}: {}", said.err);
        assert!(!said.err.contains("error:"), "{}", said.err);
    }
}

#[test]
fn the_input_is_never_written_over() {
    let place = Place::with_plan();
    let said = place.run(&["compile", "方案.txt", "--format", "md", "-o", "./方案.txt"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("就是要读的文件"), "{}", said.err);
    assert_eq!(place.read("方案.txt"), PLAN.as_bytes());
    let said = place.run(&["compile", "方案.txt", "-o", "没有的夹/表.txt"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("写不了文件"), "{}", said.err);
}

#[test]
fn a_folder_that_is_read_may_take_results_but_not_over_its_files() {
    let place = Place::new();
    place.write("夹/方案.md", PLAN);
    for args in [
        &["compile", "夹", "-o", "夹", "--format", "md"][..],
        &["compile", "夹", "-o", "夹/方案.md"],
        &["compile", "夹/方案.md", "-o", "夹", "--format", "md"],
    ] {
        let said = place.run(args);
        assert!(said.code == 2 && said.err.contains("就是要读的文件"), "{args:?} {}", said.err);
        assert_eq!(place.read("夹/方案.md"), PLAN.as_bytes());
    }
    assert_eq!(place.run(&["compile", "夹", "-o", "夹", "--format", "html"]).code, 0);
    assert!(place.path("夹/方案.html").exists());
}

#[test]
#[cfg(unix)]
fn results_go_through_a_link() {
    let place = Place::with_plan();
    place.write("盘/旧.md", "旧");
    std::os::unix::fs::symlink("盘/旧.md", place.path("有.md")).unwrap();
    std::os::unix::fs::symlink("盘/新.md", place.path("无.md")).unwrap();
    for (link, behind) in [("有.md", "盘/旧.md"), ("无.md", "盘/新.md")] {
        let said = place.run(&["compile", "方案.txt", "-o", link]);
        assert_eq!(said.code, 0, "{}", said.err);
        assert!(place.path(link).is_symlink());
        assert!(String::from_utf8(place.read(behind)).unwrap().contains("清河镇"));
    }
}

#[test]
fn an_ending_that_is_not_written_is_refused() {
    let place = Place::with_plan();
    for args in [&["compile", "方案.txt", "-o", "表.pdf"][..], &["check", "方案.txt", "-o", "结果.docx"]]
    {
        let said = place.run(args);
        assert!(said.code == 2 && said.err.contains("不会写后缀为"), "{}", said.err);
    }
    assert_eq!(place.run(&["check", "方案.txt", "--format", "text", "-o", "结果.log"]).code, 0);
}

#[test]
fn nobody_reading_hides_no_failure() {
    let place = Place::with_plan();
    place.write("坏.txt", "一、主要任务\n（一）排查。各村要在2026年2月30日前完成排查。\n");
    let said = place.run(&["check", "坏.txt", "--strict"]);
    assert_eq!(said.code, 1, "{}", said.out);
    let mut child = place.command(&["check", "坏.txt", "--strict"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn nobody_reading_is_no_fault() {
    let place = Place::new();
    let folder = samples();
    // More than a pipe holds, so that the program is still writing when the reader goes.
    let mut child = place
        .command(&["compile", &folder.to_string_lossy(), "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    {
        let mut out = BufReader::with_capacity(64, child.stdout.take().unwrap());
        let mut buffer = out.fill_buf().unwrap();
        std::io::Read::read_to_string(&mut std::io::Read::take(&mut buffer, 16), &mut line).ok();
    }
    let output = child.wait_with_output().unwrap();
    assert!(output.status.code().is_some(), "not ended by a signal");
    let err = String::from_utf8_lossy(&output.stderr);
    assert!(!err.contains("panicked") && !err.contains("错误："), "{err}");
}

#[test]
fn any_bytes_end_in_a_result_or_a_sentence() {
    let place = Place::new();
    for bytes in [
        &b"\xff\xfe"[..],
        b"\0\0\0\0\0\0\0\0",
        b"PK\x03\x04",
        b"%PDF-1.7\n%%EOF",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\r\r\r\n\n\n   ",
        "\u{1b}[31m一、任务\u{202e}\n".as_bytes(),
        "一、\n一、\n一、\n（一）\n１．\n".as_bytes(),
    ] {
        for command in ["compile", "check", "outline"] {
            let said = place.feed(&[command, "-"], bytes);
            assert!([0, 1, 2].contains(&said.code), "{bytes:?}");
            assert!(
                !said.err.contains("panicked") && !said.err.contains("内部出错"),
                "{bytes:?} {}",
                said.err
            );
            assert!(!said.out.contains('\u{1b}') && !said.out.contains('\u{202e}'), "{}", said.out);
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_said_to_be_full() {
    let place = Place::with_plan();
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let results =
        [&["compile", "方案.txt"][..], &["check", "方案.txt"], &["outline", "方案.txt"], &["schema"]];
    let pages = [&["--help"][..], &["compile", "--help"], &["--version"]];
    for args in results.into_iter().chain(pages) {
        let output = place.command(args).stdout(full()).stderr(Stdio::piped()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let err = String::from_utf8(output.stderr).unwrap();
        assert!(err.starts_with("错误：写不出结果，磁盘已满"), "{err}");
    }
    let said = place.run(&["compile", "方案.txt", "-o", "/dev/full"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("“/dev/full”，磁盘已满"), "{}", said.err);
    let said = place.run(&["compile", "方案.txt", "-o", "没有的夹/表.txt"]);
    assert!(said.err.contains("找不到文件夹"), "{}", said.err);
}

#[test]
#[cfg(unix)]
fn names_of_files_steer_no_terminal() {
    let place = Place::new();
    place.write("\u{1b}[31m红\n色.txt", PLAN);
    place.write("\u{1b}[31m红\n空.txt", "");
    place.write("附件1\u{1b}[2J\n甲.txt", "附件1\n一、名单\n");
    for args in [&["compile"][..], &["check"], &["outline"]] {
        for name in ["\u{1b}[31m红\n色.txt", "\u{1b}[31m红\n空.txt", "\u{1b}没\n有.txt"] {
            let said = place.run(&[args, &[name, "--color", "never"]].concat());
            assert!(!said.out.contains('\u{1b}') && !said.err.contains('\u{1b}'), "{args:?} {}", said.err);
            let lines = said.err.lines().chain(said.out.lines());
            assert!(lines.clone().all(|l| !l.starts_with("色.txt") && !l.starts_with("空.txt")), "{args:?}");
            assert!(
                said.err.lines().all(|l| l.starts_with("错误：") || l.starts_with("提示：")),
                "{}",
                said.err
            );
        }
    }
    let out = place.run(&["compile", "\u{1b}[31m红\n色.txt", "-o", "没有\u{1b}\n夹/表.txt"]);
    assert!(!out.err.contains('\u{1b}') && out.err.contains("没有\u{fffd}\u{fffd}夹"), "{}", out.err);
}
