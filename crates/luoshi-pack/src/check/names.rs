//! Keys, numbers and days of the pack itself.

use std::collections::BTreeSet;

use super::{Check, Named, with_paths};
use crate::Register;
use crate::source::Path;

pub(super) fn check(check: &mut Check<'_>) {
    let pack = check.pack;
    word(check, &pack.name, &Path::top("name"));
    if pack.to.is_some_and(|to| to < pack.from) {
        check.fault("from-after-to", &Path::top("to"), "停用日期早于启用日期。", "改 from 或 to。");
    }
    if pack.hours.closing <= pack.hours.opening {
        let at = Path::top("hours").key("closing");
        check.fault("closing-before-opening", &at, "下班时刻不晚于上班时刻。", "改 opening 或 closing。");
    }
    let registers = || pack.registers.iter().map(|register| register.key.as_str());
    check.known(Named::Register, &pack.tasks, registers(), &Path::top("tasks"));
    for (name, key) in [("reports", &pack.reports), ("upward", &pack.upward)] {
        if let Some(key) = key {
            check.known(Named::Register, key, registers(), &Path::top(name));
        }
    }
    if let Some(key) = &pack.recurring {
        check.known(Named::Register, key, registers(), &Path::top("recurring"));
    }
    keys(check, registers(), &Path::top("register"));
    keys(check, pack.duties.iter().map(|duty| duty.key.as_str()), &Path::top("duty"));
    keys(check, pack.lights.iter().map(|light| light.key.as_str()), &Path::top("light"));
    keys(check, pack.ladder.iter().map(|rung| rung.key.as_str()), &Path::top("rung"));
    for (duty, path) in with_paths(&pack.duties, &Path::top("duty")) {
        check.known(Named::Register, &duty.register, registers(), &path.key("register"));
    }
    for (rung, path) in with_paths(&pack.ladder, &Path::top("rung")) {
        for (key, path) in with_paths(&rung.registers, &path.key("registers")) {
            check.known(Named::Register, key, registers(), &path);
        }
    }
}

/// Keys and numbers of one register.
pub(super) fn register(check: &mut Check<'_>, register: &Register, path: &Path) {
    let flow = path.key("flow");
    keys(check, register.fields.iter().map(|field| field.key.as_str()), &path.key("field"));
    keys(check, register.flow.states.iter().map(|state| state.key.as_str()), &flow.key("state"));
    keys(check, register.flow.steps.iter().map(|step| step.key.as_str()), &flow.key("step"));
    numbering(check, &register.numbering, &path.key("numbering"));
}

/// Keys of one list: each a word, none twice.
fn keys<'k>(check: &mut Check<'_>, all: impl Iterator<Item = &'k str>, at: &Path) {
    let mut seen = BTreeSet::new();
    for (i, key) in all.enumerate() {
        let at = at.at(i).key("key");
        word(check, key, &at);
        if !seen.insert(key) {
            check.fault(
                "duplicate-key",
                &at,
                format!("“{key}”已经用过。"),
                "换一个 key，或者删去重复的一项。",
            );
        }
    }
}

/// Keys stand in addresses and formulas.
fn word(check: &mut Check<'_>, key: &str, at: &Path) {
    let first = key.starts_with(|c: char| c.is_ascii_lowercase());
    if !first || !key.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_') {
        let help = "只用小写字母、数字和下划线，以字母开头；给人看的名称写在 title 里。";
        check.fault("bad-key", at, format!("“{key}”不能作 key。"), help);
    }
}

/// `{number}` must be there, and nothing in braces that is not filled in.
fn numbering(check: &mut Check<'_>, pattern: &str, at: &Path) {
    let parts: Vec<&str> =
        pattern.split('{').skip(1).map(|part| part.split('}').next().unwrap_or("")).collect();
    let number = |part: &str| {
        part == "number"
            || part.strip_prefix("number:").is_some_and(|width| matches!(width.parse(), Ok(1..=9)))
    };
    if let Some(part) = parts.iter().find(|part| !number(part) && !["plan", "year"].contains(part)) {
        let help = "可以用 {plan}、{year}、{number}，或者 {number:4}（补足四位）。";
        check.fault("numbering-unknown-part", at, format!("编号里的“{{{part}}}”不知填什么。"), help);
    } else if !parts.iter().any(|part| number(part)) {
        check.fault("numbering-without-number", at, "编号里没有 {number}，各条会同号。", "加上 {number}。");
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{FLOW, expect, expect_register, expect_tail, pack};

    #[test]
    fn a_sound_pack_has_no_fault() {
        expect(&pack("", FLOW, ""));
    }

    #[test]
    fn a_key_is_a_word() {
        expect_register(r#"field = [{ key = "place_2", title = "地点", kind = "place" }]"#);
        expect_register(r#"field = [{ key = "地点", title = "地点", kind = "place" }] #! bad-key"#);
        expect(&pack("", FLOW, "").replace("\"small\"", "\"Small\" #! bad-key"));
    }

    #[test]
    fn a_key_is_used_once() {
        expect_register(
            r#"field = [
            { key = "a", title = "甲", kind = "text" },
            { key = "a", title = "乙", kind = "text" }, #! duplicate-key
            ]"#,
        );
        let flow =
            FLOW.replace("]\nstep", "{ key = \"open\", title = \"又在办\" }, #! duplicate-key\n]\nstep");
        expect(&pack("", &flow, ""));
    }

    #[test]
    fn registers_exist() {
        expect(&pack("", FLOW, "").replace("tasks = \"task\"", "tasks = \"tasks\" #! unknown-register"));
        let reports = "tasks = \"task\"\nreports = \"report\" #! unknown-register";
        expect(&pack("", FLOW, "").replace("tasks = \"task\"", reports));
        expect(&pack("", FLOW, "").replace("tasks = \"task\"", &reports.replace("reports", "recurring")));
        let rung = "[[rung]]\nkey = \"a\"\ntitle = \"提示\"\nday = 0\nto = [\"handler@lead\"]\n";
        expect_tail(&format!("{rung}registers = [\"task\"]"));
        expect_tail(&format!("{rung}registers = [\"task\", \"report\"] #! unknown-register"));
    }

    #[test]
    fn numbers_tell_entries_apart() {
        let with = |pattern: &str| pack("", FLOW, "").replace("\"{number}\"", pattern);
        expect(&with(r#""{plan}督〔{year}〕{number:3}号""#));
        expect(&with(r#""{plan}督〔{year}〕号" #! numbering-without-number"#));
        expect(&with(r#""{month}-{number}" #! numbering-unknown-part"#));
        expect(&with(r#""{number:x}" #! numbering-unknown-part"#));
    }

    #[test]
    fn days_and_hours_run_forward() {
        let with =
            |to: &str| pack("", FLOW, "").replace("from = 2026-01-01", &format!("from = 2026-01-01\n{to}"));
        expect(&with("to = 2026-01-01"));
        expect(&with("to = 2025-12-31 #! from-after-to"));
        expect_tail("[hours]\nopening = 09:00:00\nclosing = 17:00:00");
        expect_tail("[hours]\nopening = 18:00:00\nclosing = 17:00:00 #! closing-before-opening");
    }
}
