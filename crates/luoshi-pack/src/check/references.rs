//! States, steps and fields that a flow names.

use super::{Check, Named, fields, with_paths};
use crate::source::Path;
use crate::{FieldKind, Flow, Register, Side, Since, Step, Then};

pub(super) fn check(check: &mut Check<'_>, register: &Register, path: &Path) {
    let flow = &register.flow;
    for (who, path) in with_paths(&register.add, &path.key("add")) {
        if who.side == Side::Support {
            let message = format!("“{}”建条时还没有配合单位。", register.title);
            check.fault("add-by-support", &path, message, "写 …@lead 或 …@issuer。");
        }
    }
    let at = path.key("flow");
    state(check, flow, &flow.start, &at.key("start"));
    for (found, path) in with_paths(&flow.states, &at.key("state")) {
        let Some(limit) = &found.limit else { continue };
        let path = path.key("limit");
        since(check, register, &limit.since, &path.key("since"));
        if let Then::Step(key) = &limit.then {
            step(check, flow, key, &path.key("then").key("step"));
        }
    }
    for (found, path) in with_paths(&flow.steps, &at.key("step")) {
        step_names(check, register, found, &path);
    }
}

fn step_names(check: &mut Check<'_>, register: &Register, found: &Step, path: &Path) {
    let flow = &register.flow;
    for (key, path) in with_paths(&found.from, &path.key("from")) {
        state(check, flow, key, &path);
    }
    if found.from.is_empty() {
        let message = format!("步骤“{}”没有写在哪些状态下可以办。", found.title);
        check.fault("from-nowhere", &path.key("from"), message, "在 from 里写上状态的 key。");
    }
    if let Some(key) = &found.to {
        state(check, flow, key, &path.key("to"));
    }
    for list in ["needs", "takes"] {
        let keys = if list == "needs" { &found.needs } else { &found.takes };
        for (key, path) in with_paths(keys, &path.key(list)) {
            fields::known(check, register, key, &path);
        }
    }
    for (key, path) in with_paths(&found.other_hand, &path.key("other_hand")) {
        if *key == found.key {
            let message = format!("步骤“{}”要求由他人办，写的却是它自己。", found.title);
            check.fault("other-hand-itself", &path, message, "写须由他人办的前一步，例如 [\"complete\"]。");
        } else {
            step(check, flow, key, &path);
        }
    }
    if let Some(window) = &found.within {
        since(check, register, &window.since, &path.key("within").key("since"));
    }
    if let Some(is) = &found.when {
        fields::field_is(check, register, is, &path.key("when"));
    }
}

fn since(check: &mut Check<'_>, register: &Register, since: &Since, path: &Path) {
    match since {
        Since::Step(key) => {
            step(check, &register.flow, key, &path.key("step"));
        }
        Since::Field(key) => {
            let at = path.key("field");
            let dated = register.find_field(key).is_none_or(|field| field.kind == FieldKind::Date);
            if fields::known(check, register, key, &at) && !dated {
                let message = format!("字段“{key}”不是日期，不能从它起算。");
                check.fault("since-not-date", &at, message, "写 kind = \"date\" 的字段。");
            }
        }
        Since::Entered | Since::Opened => {}
    }
}

fn state(check: &mut Check<'_>, flow: &Flow, key: &str, at: &Path) -> bool {
    check.known(Named::State, key, flow.states.iter().map(|state| state.key.as_str()), at)
}

fn step(check: &mut Check<'_>, flow: &Flow, key: &str, at: &Path) -> bool {
    check.known(Named::Step, key, flow.steps.iter().map(|step| step.key.as_str()), at)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{expect, pack};

    const FIELDS: &str = r#"field = [
      { key = "seen", title = "发现日期", kind = "date" },
      { key = "note", title = "备注", kind = "text" },
      { key = "grade", title = "等级", kind = "choice", choices = ["一般", "重大"] },
    ]"#;

    /// A flow with one state and one step written so.
    fn with(open: &str, finish: &str) {
        let flow = format!(
            r#"
start = "open"
state = [
  {{ key = "open", title = "在办", {open} }},
  {{ key = "done", title = "办结", phase = "done" }},
]
step = [
  {{ key = "feed", title = "反馈", from = ["open"], who = ["handler@lead"] }},
  {{ key = "finish", title = "办结", from = ["open"], to = "done", who = ["handler@lead"], {finish} }},
]
"#
        );
        expect(&pack(FIELDS, &flow, ""));
    }

    #[test]
    fn what_a_step_names_exists() {
        with("", r#"needs = ["note"], takes = ["seen"], other_hand = ["feed"]"#);
        with("", "needs = [\"words\"], #! unknown-field\n");
        with("", "takes = [\"words\"], #! unknown-field\n");
        with("", "other_hand = [\"fed\"], #! unknown-step\n");
        with("", "other_hand = [\"finish\"], #! other-hand-itself\n");
        with("", "when = { field = \"grade\", is = [\"重大\"] },");
        with("", "when = { field = \"grade\", is = [\"特大\"] }, #! unknown-choice\n");
        with("", "within = { amount = 3, unit = \"day\", since = { step = \"feed\" } }");
        with("", "within = { amount = 3, unit = \"day\", since = { step = \"fed\" } }, #! unknown-step\n");
    }

    #[test]
    fn what_a_limit_names_exists() {
        let limit = |since: &str, then: &str| {
            format!("limit = {{ amount = 3, unit = \"day\", since = {since}, then = {then} }},")
        };
        with(&limit("{ field = \"seen\" }", "{ step = \"finish\" }"), "");
        with(&limit("\"opened\"", "{ step = \"end\" }").replace("},", "}, #! unknown-step\n"), "");
        with(&format!("{} #! unknown-field\n", limit("{ field = \"day\" }", "{ step = \"finish\" }")), "");
        with(&format!("{} #! since-not-date\n", limit("{ field = \"note\" }", "{ step = \"finish\" }")), "");
    }

    #[test]
    fn entries_are_added_before_there_is_a_support() {
        super::super::testing::expect_register("add = [\"handler@lead\", \"inspector@issuer\"]");
        super::super::testing::expect_register("add = [\"handler@support\"] #! add-by-support");
    }

    #[test]
    fn states_exist() {
        let text = pack("", super::super::testing::FLOW, "");
        expect(&text.replace("start = \"open\"", "start = \"new\" #! unknown-state"));
        expect(&text.replace(
            "to = \"done\", who = [\"handler@lead\"] },",
            "to = \"end\", who = [\"handler@lead\"] }, #! unknown-state",
        ));
        expect(&text.replace(
            "from = [\"open\"], to = \"done\", who = [\"handler@lead\"] },",
            "from = [], to = \"done\", who = [\"handler@lead\"] }, #! from-nowhere",
        ));
    }
}
