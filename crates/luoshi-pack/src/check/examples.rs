//! Stories: what they name exists, their days run forward. Whether they end as they say is for the
//! engine, which runs them.

use super::{Check, Named, fields, with_paths};
use crate::source::Path;
use crate::{Example, Register, Scene};

pub(super) fn check(check: &mut Check<'_>) {
    for (example, path) in with_paths(&check.pack.examples, &Path::top("example")) {
        let registers = check.pack.registers.iter().map(|register| register.key.as_str());
        check.known(Named::Register, &example.register, registers, &path.key("register"));
        let Some(register) = check.pack.find_register(&example.register) else { continue };
        for key in example.fields.keys() {
            fields::known(check, register, key, &path.key("fields").key(key));
        }
        days(check, example, &path);
        for (scene, path) in with_paths(&example.steps, &path.key("then")) {
            names(check, register, scene, &path);
            taken(check, register, scene, &path);
        }
    }
}

fn days(check: &mut Check<'_>, example: &Example, path: &Path) {
    if example.due.is_some_and(|due| due < example.opened) {
        check.fault(
            "example-due-before-opened",
            &path.key("due"),
            "例子的时限早于建条日期。",
            "改 opened 或 due。",
        );
    }
    let mut last = example.opened;
    for (scene, path) in with_paths(&example.steps, &path.key("then")) {
        if scene.on < last {
            let message = format!("{} 早于前一幕的 {last}。", scene.on);
            check.fault("example-days-order", &path.key("on"), message, "例子按日子从早到晚写。");
        }
        last = scene.on;
    }
}

fn names(check: &mut Check<'_>, register: &Register, scene: &Scene, path: &Path) {
    let flow = &register.flow;
    if let Some(key) = &scene.step {
        check.known(Named::Step, key, flow.steps.iter().map(|step| step.key.as_str()), &path.key("step"));
    }
    if let Some(key) = &scene.state {
        check.known(
            Named::State,
            key,
            flow.states.iter().map(|state| state.key.as_str()),
            &path.key("state"),
        );
    }
    if let Some(key) = &scene.light {
        let lights = check.pack.lights.iter().map(|light| light.key.as_str());
        check.known(Named::Light, key, lights, &path.key("light"));
    }
    for key in scene.fields.keys() {
        fields::known(check, register, key, &path.key("fields").key(key));
    }
}

fn taken(check: &mut Check<'_>, register: &Register, scene: &Scene, path: &Path) {
    let Some(key) = &scene.step else {
        if scene.refused.is_some() {
            check.fault(
                "refused-without-step",
                &path.key("refused"),
                "没有写什么步骤被拒绝。",
                "写上 step 和 by。",
            );
        } else if scene.state.is_none() && scene.light.is_none() && scene.posted.is_none() {
            check.fault(
                "scene-empty",
                path,
                "这一幕什么也没做，也什么都不验。",
                "写上 step，或者 state、light、posted。",
            );
        }
        return;
    };
    let Some(step) = register.flow.find_step(key) else { return };
    match scene.by {
        None if !step.who.is_empty() => {
            let message = format!("没有写“{}”由谁办。", step.title);
            check.fault(
                "scene-without-person",
                &path.key("step"),
                message,
                "写上 by，例如 by = \"handler@lead\"。",
            );
        }
        Some(by) if scene.refused.is_none() && !step.who.contains(&by) => {
            let (side, role) = (by.side.title(), by.role.title());
            let message = format!("“{}”不能由{side}{role}办。", step.title);
            check.fault("scene-not-allowed", &path.key("by"), message, "换人，或者写 refused 表示应被拒绝。");
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::expect_tail;

    /// A story of two scenes, the second written so.
    fn story(second: &str) {
        expect_tail(&format!(
            r#"
[[example]]
title = "办结"
register = "task"
opened = 2026-03-02
due = 2026-03-31
then = [
  {{ on = 2026-03-05, state = "open" }},
  {second}
]
"#
        ));
    }

    #[test]
    fn a_story_is_about_what_exists() {
        story(r#"{ on = 2026-03-06, step = "finish", by = "handler@lead", state = "done" },"#);
        story(r#"{ on = 2026-03-06, step = "end", by = "handler@lead" }, #! unknown-step"#);
        story(r#"{ on = 2026-03-06, state = "closed" }, #! unknown-state"#);
        story(r#"{ on = 2026-03-06, light = "red" }, #! unknown-light"#);
        story(
            r#"{ on = 2026-03-06, step = "finish", by = "handler@lead", fields = { a = "1" } }, #! unknown-field"#,
        );
    }

    #[test]
    fn days_run_forward() {
        story(r#"{ on = 2026-03-05, state = "open" },"#);
        story(r#"{ on = 2026-03-04, state = "open" }, #! example-days-order"#);
        expect_tail(
            "[[example]]\ntitle = \"早\"\nregister = \"task\"\nopened = 2026-03-02\nthen = []\n\
             due = 2026-03-01 #! example-due-before-opened",
        );
    }

    #[test]
    fn a_scene_does_or_expects_something_by_somebody() {
        story("{ on = 2026-03-06 }, #! scene-empty");
        story(r#"{ on = 2026-03-06, step = "finish" }, #! scene-without-person"#);
        story(r#"{ on = 2026-03-06, step = "finish", by = "reviewer@lead" }, #! scene-not-allowed"#);
        story(r#"{ on = 2026-03-06, step = "finish", by = "reviewer@lead", refused = "办结" },"#);
        story(r#"{ on = 2026-03-06, refused = "办结" }, #! refused-without-step"#);
    }
}
