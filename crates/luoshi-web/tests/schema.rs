//! The API tried by schemathesis with whatever its description allows: no fault of ours, no answer that is
//! not described.

#![allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]

mod office;

use std::path::PathBuf;
use std::process::Command;

use luoshi_app::Scope;
use luoshi_engine::{Actor, Moment, SystemRole};
use luoshi_pack::Role;
use luoshi_testkit::Place;
use office::{COUNTY, Site, served, who};

/// What administrators alone are answered.
const ADMINISTRATION: &str =
    "^/api/v1/(organisation|units|people|accounts|administrators|directory|packs|audit|delegations)";

/// Tries every path, or those alone that a pattern finds, for somebody.
async fn tried(site: &Site, base: &str, actor: &Actor, paths: &[&str]) {
    let scopes = Scope::ALL.map(|(scope, ..)| scope);
    let expires = site.county.app.now().plus(Moment::DAY);
    let token = site.county.app.issue_token(actor, "测试", &scopes, expires).await.unwrap();
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let mut run = Command::new(target.join("schemathesis/bin/schemathesis"));
    run.args(["run", &format!("{base}/api/v1/openapi.json")])
        .args(["--header", &format!("Authorization: Bearer {token}")])
        .args([
            "--checks",
            "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
        ])
        .args(["--max-examples", "20", "--seed", "7", "--generation-deterministic"])
        .args(paths);
    let folder = tempfile::tempdir().unwrap();
    let run = tokio::task::spawn_blocking(move || run.current_dir(folder.path()).output());
    let output = run.await.unwrap().expect("schemathesis is there: `cargo xtask test` installs it");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{told}\n{}", String::from_utf8_lossy(&output.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_description_allows_is_answered_as_described() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    site.plan("task").await;
    let base = served(&site).await;
    tried(&site, &base, &who(Role::Inspector, COUNTY), &[]).await;
    for (role, ..) in SystemRole::ALL {
        let administrator = site.county.administrator(role);
        tried(&site, &base, &administrator, &["--include-path-regex", ADMINISTRATION]).await;
    }
}
