//! Rules about single files.

use anyhow::Result;

use super::File;

/// Rust files may have so many lines.
const MOST_LINES: usize = 600;

/// Longer ones, and why.
const LONG: &[(&str, &str)] = &[];

/// Fixtures keep the bytes they came with.
fn is_fixture(file: &File) -> bool {
    file.path.contains("/fixtures/") || file.path.contains("/snapshots/")
}

pub(super) fn final_feed(files: &[File]) -> Result<Vec<String>> {
    let open = |text: &String| !text.is_empty() && !text.ends_with('\n');
    let broken = files.iter().filter(|f| !is_fixture(f) && f.text.as_ref().is_some_and(open));
    Ok(broken.map(|f| f.path.clone()).collect())
}

pub(super) fn length(files: &[File]) -> Result<Vec<String>> {
    let mut out = Vec::new();
    for file in files.iter().filter(|f| f.is(".rs")) {
        let lines = file.text.as_ref().map_or(0, |t| t.lines().count());
        let listed = LONG.iter().any(|(path, _)| *path == file.path);
        if lines > MOST_LINES && !listed {
            out.push(format!("{} has {lines}: split it, or list it with a reason", file.path));
        } else if lines <= MOST_LINES && listed {
            out.push(format!("{} is listed as long and has only {lines}", file.path));
        }
    }
    Ok(out)
}

/// Words that belong to one machine. They are put together here so that this file does not hold them.
fn machine_words() -> Vec<String> {
    let paths = ["work", "home", "root", "Users"].map(|name| format!("/{name}/"));
    let hosts = [
        ["crates", "io"],
        ["pypi", "org"],
        ["pythonhosted", "org"],
        ["npmjs", "org"],
        ["npmjs", "com"],
        ["deb.debian", "org"],
        ["golang", "org"],
    ];
    paths.into_iter().chain(hosts.map(|h| h.join("."))).collect()
}

pub(super) fn machines(files: &[File]) -> Result<Vec<String>> {
    let words = machine_words();
    let mut out = Vec::new();
    // The lock files name the registry in cargo's own way.
    for file in files.iter().filter(|f| !f.is("Cargo.lock")) {
        for (n, line) in file.text.iter().flat_map(|t| t.lines()).enumerate() {
            for word in words.iter().filter(|w| line.contains(w.as_str())) {
                out.push(format!("{}:{}: {word}", file.path, n + 1));
            }
        }
    }
    Ok(out)
}

pub(super) fn unfinished(files: &[File]) -> Result<Vec<String>> {
    let words = [["TO", "DO"], ["FIX", "ME"], ["XX", "X:"]].map(|parts| parts.concat());
    let mut out = Vec::new();
    for file in files.iter().filter(|f| f.is(".rs") || f.is(".md") || f.is(".toml") || f.is("run")) {
        for (n, line) in file.text.iter().flat_map(|t| t.lines()).enumerate() {
            if words.iter().any(|w| line.contains(w.as_str())) {
                out.push(format!("{}:{}", file.path, n + 1));
            }
        }
    }
    Ok(out)
}

/// Libraries are all crates but the binary; their tests, benches and examples may print.
pub(super) fn printing(files: &[File]) -> Result<Vec<String>> {
    let macros = ["print", "println", "eprint", "eprintln", "dbg"].map(|m| format!("{m}!("));
    let mut out = Vec::new();
    for file in files.iter().filter(|f| f.is(".rs") && f.path.starts_with("crates/luoshi-")) {
        let (_, inside) = file.path.split_at("crates/".len());
        if !inside.contains("/src/") || inside.contains("/tests") {
            continue;
        }
        let lines = file.text.iter().flat_map(|t| t.lines()).enumerate();
        let code = lines.take_while(|(_, line)| line.trim() != "#[cfg(test)]");
        let code = code.filter(|(_, line)| !line.trim_start().starts_with("//"));
        for (n, _) in code.filter(|(_, line)| macros.iter().any(|m| line.contains(m.as_str()))) {
            out.push(format!("{}:{}", file.path, n + 1));
        }
    }
    Ok(out)
}

pub(super) fn samples(files: &[File]) -> Result<Vec<String>> {
    let there = |path: &str| files.iter().any(|f| f.path == path);
    let stem = |f: &File| {
        let name = f.path.strip_prefix("samples/")?;
        let (stem, _) = name.rsplit_once('.').filter(|_| !name.contains('/'))?;
        Some(stem.to_owned())
    };
    let mut stems: Vec<String> = files.iter().filter_map(stem).collect();
    stems.sort();
    stems.dedup();
    let mut out = Vec::new();
    for stem in &stems {
        for path in [format!("{stem}.txt"), format!("{stem}.docx"), format!("gold/{stem}.json")] {
            if !there(&format!("samples/{path}")) {
                out.push(format!("samples/{path} is missing"));
            }
        }
    }
    if stems.len() != 16 {
        out.push(format!("sixteen samples are wanted, {} are there", stems.len()));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, text: &str) -> File {
        File { path: path.to_owned(), text: Some(text.to_owned()) }
    }

    #[track_caller]
    fn check(rule: fn(&[File]) -> Result<Vec<String>>, path: &str, text: &str, broken: usize) {
        let found = rule(&[file(path, text)]).unwrap();
        assert_eq!(found.len(), broken, "{path}: {text:?}: {found:?}");
    }

    #[test]
    fn rules_find_what_they_are_for() {
        check(final_feed, "a.md", "x", 1);
        check(final_feed, "a.md", "x\n", 0);
        check(length, "a.rs", &"x\n".repeat(601), 1);
        check(length, "a.rs", &"x\n".repeat(600), 0);
        let paths = machine_words();
        check(machines, "a.md", &format!("see {}project", paths[0]), 1);
        check(machines, "a.md", &format!("from {}", paths[4]), 1);
        check(machines, "Cargo.lock", &format!("from {}", paths[4]), 0);
        check(machines, "a.md", "see docs/ and the work", 0);
        check(unfinished, "a.rs", &["// TO", "DO: x"].concat(), 1);
        check(unfinished, "a.rs", "// done\n", 0);
        check(printing, "crates/luoshi-text/src/a.rs", "println!(\"x\");", 1);
        check(printing, "crates/luoshi-text/src/a.rs", "/// println!(\"x\");", 0);
        check(printing, "crates/luoshi-text/src/a.rs", "#[cfg(test)]\nprintln!(\"x\");", 0);
        check(printing, "crates/luoshi/src/a.rs", "println!(\"x\");", 0);
    }
}
