//! Fields of registers, and the settings that name them.

use std::collections::BTreeSet;

use super::{Check, Named, with_paths};
use crate::source::Path;
use crate::{Field, FieldIs, FieldKind, Posted, Public, Register};

pub(super) fn check(check: &mut Check<'_>) {
    for (register, path) in check.registers() {
        for (field, path) in with_paths(&register.fields, &path.key("field")) {
            choices(check, field, &path);
            reference(check, field, &path);
            numbers(check, field, &path);
            if let Some(is) = &field.required_when {
                let at = path.key("required_when");
                field_is(check, register, is, &at);
                if is.field == field.key {
                    check.fault(
                        "required-when-itself",
                        &at,
                        "字段是否必填取决于它自己。",
                        "写另一个字段，或改为 required = true。",
                    );
                }
            }
        }
        if let Some(unique) = &register.unique {
            known(check, register, unique, &path.key("unique"));
        }
        if let Some(open) = &register.public {
            public(check, register, open, &path.key("public"));
        }
        if let Some(notice) = &register.posted {
            posted(check, register, notice, &path.key("posted"));
        }
        if let Some(certified) = &register.certified {
            let at = path.key("certified");
            for (key, path) in with_paths(&certified.by, &at.key("by")) {
                known(check, register, key, &path);
            }
            if certified.by.is_empty() {
                check.fault(
                    "certified-by-nothing",
                    &at.key("by"),
                    "没有写按哪些字段核对名单。",
                    "在 by 里写上字段的 key。",
                );
            }
            let steps = register.flow.steps.iter().map(|step| step.key.as_str());
            check.known(Named::Step, &certified.step, steps, &at.key("step"));
        }
    }
}

/// What people without an account report must be enough for an entry, and no more than a form can ask.
fn public(check: &mut Check<'_>, register: &Register, open: &Public, at: &Path) {
    if register.confidential {
        let message = format!("“{}”含个人信息，不能请没有账号的群众填写。", register.title);
        check.fault("public-confidential", at, message, "另设一本不含个人信息的台账接收群众报告。");
    }
    let mut filled: BTreeSet<&str> = BTreeSet::new();
    for (key, path) in with_paths(&open.asks, &at.key("asks")) {
        if !known(check, register, key, &path) {
            continue;
        }
        filled.insert(key);
        let field = register.find_field(key);
        if field.is_some_and(|field| matches!(field.kind, FieldKind::Reference | FieldKind::Unit)) {
            let message = format!("“{key}”要在系统里挑选，不能请群众填写。");
            check.fault("public-asks-inside", &path, message, "换成文字、地点、选择、日期、数或照片的字段。");
        }
    }
    for (key, value) in &open.gives {
        let path = at.key("gives").key(key);
        if !known(check, register, key, &path) {
            continue;
        }
        filled.insert(key);
        let choices = register.find_field(key).map(|field| &field.choices[..]).unwrap_or_default();
        if !choices.is_empty() && !choices.contains(value) {
            let help = format!("可选：{}。", choices.join("、"));
            check.fault("unknown-choice", &path, format!("“{key}”没有选项“{value}”。"), help);
        }
    }
    if let Some(day) = &open.day {
        let path = at.key("day");
        if known(check, register, day, &path) {
            filled.insert(day);
            if register.find_field(day).is_some_and(|field| field.kind != FieldKind::Date) {
                let message = format!("“{day}”不是日期，不能填报告的日子。");
                check.fault("public-day-not-date", &path, message, "写一个 kind = \"date\" 的字段。");
            }
        }
    }
    let missing = register.fields.iter().filter(|field| field.required && !filled.contains(&*field.key));
    let missing: Vec<&str> = missing.map(|field| field.key.as_str()).collect();
    if !missing.is_empty() {
        let message = format!("群众报告缺少必填的字段：{}。", missing.join("、"));
        check.fault("public-not-enough", at, message, "把它们写进 asks，或者在 gives、day 里给出。");
    }
}

/// What everybody may read holds nothing confidential, and is posted in some state for some days.
fn posted(check: &mut Check<'_>, register: &Register, notice: &Posted, at: &Path) {
    if register.confidential {
        let message = "保密的台账不能公示。";
        check.fault("posted-confidential", at, message, "去掉 posted，或者把台账的 confidential 去掉。");
    }
    for (key, path) in with_paths(&notice.shows, &at.key("shows")) {
        let Some(field) = register.find_field(key) else {
            known(check, register, key, &path);
            continue;
        };
        if field.confidential {
            let message = format!("“{key}”是保密字段，不能公示。");
            check.fault("posted-confidential", &path, message, "从 shows 里去掉它。");
        } else if matches!(field.kind, FieldKind::File | FieldKind::Reference) {
            let message = format!("“{key}”是附件或引用，不能公示。");
            check.fault("posted-not-shown", &path, message, "换成文字、选择、日期、数、金额或单位的字段。");
        }
    }
    for (key, path) in with_paths(&notice.states, &at.key("states")) {
        let states = register.flow.states.iter().map(|state| state.key.as_str());
        check.known(Named::State, key, states, &path);
    }
    if notice.states.is_empty() || notice.shows.is_empty() || notice.days == 0 {
        let help = "states、shows 至少各写一个，days 至少是 1。";
        check.fault("posted-never", at, "这样写什么都不会公示。", help);
    }
}

/// A field of this register.
pub(super) fn known(check: &mut Check<'_>, register: &Register, key: &str, at: &Path) -> bool {
    check.known(Named::Field, key, register.fields.iter().map(|field| field.key.as_str()), at)
}

/// A field that has one of these values must be a choice, and they must be among its choices.
pub(super) fn field_is(check: &mut Check<'_>, register: &Register, is: &FieldIs, at: &Path) {
    if !known(check, register, &is.field, &at.key("field")) {
        return;
    }
    let Some(field) = register.find_field(&is.field) else { return };
    if field.kind != FieldKind::Choice {
        let message = format!("“{}”不是选择项，不能拿来作条件。", field.title);
        check.fault("when-not-choice", &at.key("field"), message, "条件只能写 kind = \"choice\" 的字段。");
        return;
    }
    if is.is.is_empty() {
        check.fault("when-never", &at.key("is"), "没有写取哪些值时成立。", "在 is 里写上选项。");
    }
    for (value, path) in with_paths(&is.is, &at.key("is")) {
        if !field.choices.contains(value) {
            let message = format!("“{}”没有选项“{value}”。", field.title);
            check.fault("unknown-choice", &path, message, format!("可选：{}。", field.choices.join("、")));
        }
    }
}

fn choices(check: &mut Check<'_>, field: &Field, path: &Path) {
    let title = &field.title;
    match (field.kind == FieldKind::Choice, field.choices.is_empty()) {
        (true, true) => {
            check.fault(
                "choices-missing",
                path,
                format!("选择项“{title}”没有选项。"),
                "写上 choices = [\"…\", \"…\"]。",
            );
        }
        (false, false) => {
            let help = "把 kind 改成 \"choice\"，或者删去 choices。";
            check.fault(
                "choices-misplaced",
                &path.key("choices"),
                format!("“{title}”不是选择项，却写了选项。"),
                help,
            );
        }
        _ => {}
    }
    let mut seen = BTreeSet::new();
    for (choice, path) in with_paths(&field.choices, &path.key("choices")) {
        if !seen.insert(choice) {
            check.fault("duplicate-choice", &path, format!("选项“{choice}”写了两次。"), "删去一个。");
        }
    }
}

fn reference(check: &mut Check<'_>, field: &Field, path: &Path) {
    match (field.kind == FieldKind::Reference, &field.register) {
        (true, None) => {
            let message = format!("“{}”没有写引用哪本台账。", field.title);
            check.fault("reference-without-register", path, message, "写上 register = \"…\"。");
        }
        (false, Some(_)) => {
            let message = format!("“{}”不引用台账，却写了 register。", field.title);
            check.fault(
                "register-misplaced",
                &path.key("register"),
                message,
                "把 kind 改成 \"reference\"，或者删去 register。",
            );
        }
        (_, Some(key)) => {
            let registers = check.pack.registers.iter().map(|register| register.key.as_str());
            check.known(Named::Register, key, registers, &path.key("register"));
        }
        _ => {}
    }
}

fn numbers(check: &mut Check<'_>, field: &Field, path: &Path) {
    let counts = matches!(field.kind, FieldKind::Number | FieldKind::Money);
    let bound = if field.min.is_some() { "min" } else { "max" };
    if !counts && (field.min.is_some() || field.max.is_some()) {
        let message = format!("“{}”不是数，却写了大小限制。", field.title);
        check.fault(
            "range-misplaced",
            &path.key(bound),
            message,
            "删去 min 和 max，或者把 kind 改成 \"number\"。",
        );
    }
    if let (Some(min), Some(max)) = (field.min, field.max)
        && min > max
    {
        let message = format!("“{}”的最小值大于最大值。", field.title);
        check.fault("range-reversed", &path.key("max"), message, "改 min 或 max。");
    }
    if field.unit.is_some() && field.kind != FieldKind::Number {
        let message = format!("“{}”不是数，却写了计量单位。", field.title);
        check.fault("unit-misplaced", &path.key("unit"), message, "计量单位只用于 kind = \"number\"。");
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::expect_register;

    #[test]
    fn choices_stand_with_choice_fields() {
        expect_register(
            r#"field = [{ key = "a", title = "等级", kind = "choice", choices = ["一般", "重大"] }]"#,
        );
        expect_register(r#"field = [{ key = "a", title = "等级", kind = "choice" }] #! choices-missing"#);
        expect_register(
            r#"field = [{ key = "a", title = "等级", kind = "text", choices = ["一般"] }] #! choices-misplaced"#,
        );
        expect_register(
            r#"field = [{ key = "a", title = "等级", kind = "choice", choices = ["一般", "一般"] }] #! duplicate-choice"#,
        );
    }

    #[test]
    fn references_have_a_register() {
        expect_register(r#"field = [{ key = "a", title = "任务", kind = "reference", register = "task" }]"#);
        expect_register(
            r#"field = [{ key = "a", title = "任务", kind = "reference" }] #! reference-without-register"#,
        );
        expect_register(
            r#"field = [{ key = "a", title = "任务", kind = "text", register = "task" }] #! register-misplaced"#,
        );
        expect_register(
            r#"field = [{ key = "a", title = "任务", kind = "reference", register = "b" }] #! unknown-register"#,
        );
    }

    #[test]
    fn bounds_and_units_stand_with_numbers() {
        expect_register(
            r#"field = [{ key = "a", title = "人数", kind = "number", unit = "人", min = 0, max = 0 }]"#,
        );
        expect_register(r#"field = [{ key = "a", title = "金额", kind = "money", min = 0 }]"#);
        expect_register(
            r#"field = [{ key = "a", title = "人数", kind = "number", min = 2, max = 1 }] #! range-reversed"#,
        );
        expect_register(
            r#"field = [{ key = "a", title = "备注", kind = "text", max = 1 }] #! range-misplaced"#,
        );
        expect_register(
            r#"field = [{ key = "a", title = "备注", kind = "text", unit = "人" }] #! unit-misplaced"#,
        );
    }

    #[test]
    fn a_condition_is_one_of_the_choices_of_another_field() {
        let with = |when: &str| {
            format!(
                r#"field = [
                {{ key = "grade", title = "等级", kind = "choice", choices = ["一般", "重大"] }},
                {{ key = "name", title = "名称", kind = "text" }},
                {{ key = "funds", title = "资金", kind = "money",
                  required_when = {when}
                }},
                ]"#
            )
        };
        expect_register(&with(r#"{ field = "grade", is = ["重大"] }"#));
        expect_register(&with(r#"{ field = "grade", is = ["特大"] } #! unknown-choice"#));
        expect_register(&with(r#"{ field = "grade", is = [] } #! when-never"#));
        expect_register(&with(r#"{ field = "kind", is = ["重大"] } #! unknown-field"#));
        expect_register(&with(r#"{ field = "name", is = ["重大"] } #! when-not-choice"#));
        expect_register(&with(
            r#"{ field = "funds", is = ["重大"] } #! when-not-choice required-when-itself"#,
        ));
    }

    #[test]
    fn what_the_public_reports_is_enough_for_an_entry() {
        let with = |public: &str| {
            format!(
                "field = [\n\
                {{ key = \"place\", title = \"部位\", kind = \"place\", required = true }},\n\
                {{ key = \"found\", title = \"发现\", kind = \"date\", required = true }},\n\
                {{ key = \"grade\", title = \"等级\", kind = \"choice\", choices = [\"一般\"] }},\n\
                {{ key = \"unit\", title = \"单位\", kind = \"unit\" }},\n]\n\
                public = {public}"
            )
        };
        expect_register(&with(
            r#"{ title = "随手报", asks = ["place"], gives = { grade = "一般" }, day = "found" }"#,
        ));
        expect_register(&with(r#"{ title = "随手报", asks = ["place"] } #! public-not-enough"#));
        expect_register(&with(
            r#"{ title = "随手报", asks = ["place", "unit"], day = "found" } #! public-asks-inside"#,
        ));
        expect_register(&with(
            r#"{ title = "随手报", asks = ["place", "found"], day = "grade" } #! public-day-not-date"#,
        ));
        expect_register(&with(
            r#"{ title = "随手报", asks = ["place", "found"], gives = { grade = "特大" } } #! unknown-choice"#,
        ));
        expect_register(&with(
            r#"{ title = "随手报", asks = ["place", "found", "where"] } #! unknown-field"#,
        ));
        // Who reports without an account must not have to name people.
        let confidential =
            with(r#"{ title = "随手报", asks = ["place"], day = "found" } #! public-confidential"#);
        expect_register(&format!("confidential = true\n{confidential}"));
    }

    #[test]
    fn what_is_posted_holds_nothing_confidential() {
        let with = |posted: &str| {
            format!(
                "field = [\n\
                {{ key = \"place\", title = \"部位\", kind = \"place\" }},\n\
                {{ key = \"photo\", title = \"照片\", kind = \"file\" }},\n\
                {{ key = \"who\", title = \"举报人\", kind = \"person\", confidential = true }},\n]\n\
                posted = {{ title = \"公示\", {posted}"
            )
        };
        expect_register(&with(r#"states = ["open"], shows = ["place"], days = 5 }"#));
        expect_register(&with(
            r#"states = ["open"], shows = ["place", "who"], days = 5 } #! posted-confidential"#,
        ));
        expect_register(&with(r#"states = ["open"], shows = ["photo"], days = 5 } #! posted-not-shown"#));
        expect_register(&with(r#"states = ["open"], shows = ["where"], days = 5 } #! unknown-field"#));
        expect_register(&with(r#"states = ["shut"], shows = ["place"], days = 5 } #! unknown-state"#));
        expect_register(&with(r#"states = ["open"], shows = ["place"], days = 0 } #! posted-never"#));
    }

    #[test]
    fn unique_and_certified_name_fields_and_steps() {
        let field = r#"field = [{ key = "person", title = "姓名", kind = "person" }]"#;
        expect_register(&format!("unique = \"person\"\n{field}"));
        expect_register(&format!("unique = \"name\" #! unknown-field\n{field}"));
        expect_register(&format!(
            "certified = {{ by = [\"person\"], step = \"finish\", source = \"名单\" }}\n{field}"
        ));
        expect_register(&format!(
            "certified = {{ by = [\"name\"], step = \"finish\", source = \"名单\" }} #! unknown-field\n{field}"
        ));
        expect_register(&format!(
            "certified = {{ by = [\"person\"], step = \"end\", source = \"名单\" }} #! unknown-step\n{field}"
        ));
        expect_register(
            "certified = { by = [], step = \"finish\", source = \"名单\" } #! certified-by-nothing",
        );
    }
}
