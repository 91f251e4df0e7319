//! What `docs/asvs.md` names is there: every file, and every test in it.
#![allow(clippy::unwrap_used)]

use std::path::Path;

#[test]
fn every_file_and_test_of_the_list_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let list = std::fs::read_to_string(root.join("docs/asvs.md")).unwrap();
    let (mut files, mut tests, mut missing) = (0, 0, Vec::new());
    for words in list.split('`').skip(1).step_by(2) {
        let (file, test) = words.split_once("::").map_or((words, None), |(file, test)| (file, Some(test)));
        if !file.contains('/') || file.starts_with('/') {
            continue;
        }
        let text = std::fs::read_to_string(root.join(file)).unwrap_or_default();
        match test {
            _ if text.is_empty() => missing.push(words),
            Some(test) if !text.contains(&format!("fn {test}()")) => missing.push(words),
            Some(_) => tests += 1,
            None => files += 1,
        }
    }
    assert!(missing.is_empty(), "not there: {missing:#?}");
    assert!(files > 50 && tests > 50, "{files} files, {tests} tests");
}

#[test]
fn every_point_is_met_with_a_test_or_said_not_to_be() {
    let list = include_str!("../../docs/asvs.md");
    let rows: Vec<Vec<&str>> = list
        .lines()
        .filter(|line| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit())
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    assert!(rows.len() > 90, "{}", rows.len());
    for row in &rows {
        let [number, point, how, files, test] = row[..] else { panic!("{row:?}") };
        assert!(!point.is_empty() && !how.is_empty(), "{number}");
        let told = how.starts_with("未做到") || how.starts_with("部分") || how.starts_with("不适用");
        assert!(
            told || (files.contains('`') && test.contains('`')),
            "{number}: neither met with a test nor said not to be"
        );
    }
}
