//! Rules about what may depend on what, read from cargo itself.

use std::collections::BTreeSet;

use anyhow::Result;
use serde_json::Value;

use super::File;
use crate::shell::{cargo, output};

/// The rooms from the bottom up; a crate may depend on those before it.
const ROWS: &[&str] = &[
    "luoshi-text",
    "luoshi-when",
    "luoshi-read",
    "luoshi-plan",
    "luoshi-report",
    "luoshi-press",
    "luoshi-pack",
    "luoshi-engine",
    "luoshi-testkit",
    "luoshi-store",
    "luoshi-app",
    "luoshi-web",
    "luoshi",
    "xtask",
];

/// Outside crates that belong to certain rooms, outside of tests.
const GUARDED: &[(&str, &[&str])] = &[
    ("zip", &["luoshi-read", "luoshi-app", "xtask"]),
    ("roxmltree", &["luoshi-read"]),
    ("html5ever", &["luoshi-read"]),
    // On the web an archive is packed on the disk before it is sent.
    ("tempfile", &["luoshi-read", "luoshi", "luoshi-testkit", "luoshi-web"]),
    ("rust_xlsxwriter", &["luoshi-press"]),
    ("clap", &["luoshi"]),
    ("sqlx", &["luoshi-store"]),
    ("axum", &["luoshi-web"]),
    ("askama", &["luoshi-web"]),
    ("object_store", &["luoshi-store"]),
    ("anyhow", &["luoshi", "xtask"]),
];

struct Package {
    name: String,
    description: Option<String>,
    manifest: String,
    /// Names, and whether tests alone need them.
    needs: Vec<(String, bool)>,
}

fn packages() -> Result<Vec<Package>> {
    let text = output(cargo().args(["metadata", "--no-deps", "--offline", "--format-version", "1"]))?;
    let all: Value = serde_json::from_str(&text)?;
    let list = |v: &Value| v.as_array().cloned().unwrap_or_default();
    let word = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    let needs = |p: &Value| {
        let all = list(&p["dependencies"]).into_iter();
        all.map(|d| (word(&d["name"]), d["kind"] == "dev")).collect()
    };
    let package = |p: Value| Package {
        name: word(&p["name"]),
        description: p["description"].as_str().map(str::to_owned),
        manifest: word(&p["manifest_path"]),
        needs: needs(&p),
    };
    Ok(list(&all["packages"]).into_iter().map(package).collect())
}

fn row(name: &str) -> Option<usize> {
    ROWS.iter().position(|r| *r == name)
}

fn broken_rows(packages: &[Package]) -> Vec<String> {
    let mut out = Vec::new();
    for package in packages {
        let Some(mine) = row(&package.name) else {
            out.push(format!("{} stands in no row", package.name));
            continue;
        };
        for (need, _) in package.needs.iter().filter(|(need, _)| row(need).is_some_and(|r| r >= mine)) {
            out.push(format!("{} needs {need}", package.name));
        }
    }
    out
}

pub(super) fn downward(_: &[File]) -> Result<Vec<String>> {
    Ok(broken_rows(&packages()?))
}

pub(super) fn guarded(_: &[File]) -> Result<Vec<String>> {
    let mut out = Vec::new();
    for package in packages()? {
        for (need, _) in package.needs.iter().filter(|(_, dev)| !dev) {
            let guard = GUARDED.iter().find(|(name, _)| name == need);
            if guard.is_some_and(|(_, rooms)| !rooms.contains(&package.name.as_str())) {
                out.push(format!("{} in {}", need, package.name));
            }
        }
    }
    Ok(out)
}

pub(super) fn described(_: &[File]) -> Result<Vec<String>> {
    let mut out = Vec::new();
    for package in packages()? {
        if package.description.is_none_or(|d| d.is_empty()) {
            out.push(format!("{} has no description", package.name));
        }
        let manifest = std::fs::read_to_string(&package.manifest)?;
        if !manifest.contains("[lints]\nworkspace = true") {
            out.push(format!("{} has lints of its own", package.name));
        }
    }
    Ok(out)
}

pub(super) fn used(files: &[File]) -> Result<Vec<String>> {
    let packages = packages()?;
    let used: BTreeSet<&str> =
        packages.iter().flat_map(|p| p.needs.iter().map(|(need, _)| need.as_str())).collect();
    let root = files.iter().find(|f| f.path == "Cargo.toml").and_then(|f| f.text.as_deref());
    let declared = declared(root.unwrap_or_default());
    Ok(declared.into_iter().filter(|name| !used.contains(name)).map(str::to_owned).collect())
}

/// What a crate depends on is named in its code.
pub(super) fn named(files: &[File]) -> Result<Vec<String>> {
    let mut out = Vec::new();
    for package in packages()? {
        let folder = if package.name == "xtask" { "xtask/" } else { &format!("crates/{}/", package.name) };
        let code = || files.iter().filter(|f| f.is(".rs") && f.path.starts_with(folder));
        for (need, _) in &package.needs {
            let word = if need == "md-5" { "md5".to_owned() } else { need.replace('-', "_") };
            if !code().any(|f| f.text.as_ref().is_some_and(|t| t.contains(&word))) {
                out.push(format!("{need} in {}", package.name));
            }
        }
    }
    Ok(out)
}

/// The names under `[workspace.dependencies]`.
fn declared(manifest: &str) -> Vec<&str> {
    let section = manifest.split("[workspace.dependencies]").nth(1).unwrap_or_default();
    let lines = section.lines().take_while(|line| !line.starts_with('['));
    lines.filter_map(|line| Some(line.split_once('=')?.0.trim())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upward_dependency_is_found() {
        let package = |name: &str, need: &str| Package {
            name: name.to_owned(),
            description: None,
            manifest: String::new(),
            needs: vec![(need.to_owned(), false)],
        };
        assert_eq!(broken_rows(&[package("luoshi-text", "luoshi-when")]).len(), 1);
        assert_eq!(broken_rows(&[package("luoshi-plan", "luoshi-plan")]).len(), 1);
        assert_eq!(broken_rows(&[package("luoshi-attic", "serde")]).len(), 1);
        assert_eq!(broken_rows(&[package("luoshi-plan", "luoshi-when")]).len(), 0);
    }

    #[test]
    fn declared_names_are_read() {
        let text = "[workspace]\nx = 1\n[workspace.dependencies]\na = \"1\"\n\nb = { version = \"2\" }\n[profile]\nc = 1";
        assert_eq!(declared(text), ["a", "b"]);
    }
}
