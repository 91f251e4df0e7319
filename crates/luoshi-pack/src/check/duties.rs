//! Reports expected from units.

use std::collections::BTreeSet;

use jiff::civil::Date;
use luoshi_when::{Choice, occurrences};

use super::{Check, with_paths};
use crate::source::Path;
use crate::{Duty, Effect, FieldKind, Owes};

pub(super) fn check(check: &mut Check<'_>) {
    if let Some(key) = &check.pack.reports {
        opened_empty(check, key, "方案里的报送任务", &Path::top("reports"));
    }
    if let Some(key) = &check.pack.recurring {
        opened_empty(check, key, "方案里的经常性任务", &Path::top("recurring"));
    }
    if let Some(key) = &check.pack.upward {
        let (what, at) = ("方案里的对上报送", Path::top("upward"));
        opened_empty(check, key, what, &at);
        proved(check, key, what, &at);
    }
    for (duty, path) in with_paths(&check.pack.duties, &Path::top("duty")) {
        days(check, duty, &path);
        rule(check, duty, &path);
        register(check, duty, &path);
        gives(check, duty, &path);
        let nobody = match &duty.from {
            Owes::Kind(kind) => kind.trim().is_empty(),
            Owes::Units(units) => units.is_empty(),
            Owes::Issuer | Owes::Parties => false,
        };
        if nobody {
            let message = format!("“{}”没有写由谁报。", duty.title);
            check.fault("duty-owed-by-nobody", &path.key("from"), message, "写上单位类别或者单位名称。");
        }
    }
}

fn days(check: &mut Check<'_>, duty: &Duty, path: &Path) {
    let title = &duty.title;
    if let Some(occasion) = &duty.occasion {
        let path = path.key("occasion");
        if duty.every.is_some() || !duty.on.is_empty() {
            let message = format!("“{title}”既按事由报，又写了周期或日期。");
            check.fault("duty-days-twice", &path, message, "只留一样；两样都要的，分成两项报送任务。");
        } else if occasion.issue && occasion.within.is_none() {
            let message = format!("“{title}”自印发起算，没有写多久之内报。");
            check.fault(
                "duty-without-days",
                &path,
                message,
                "写 within，例如 { amount = 10, unit = \"day\" }。",
            );
        }
        return;
    }
    match (&duty.every, duty.on.is_empty()) {
        (None, true) => {
            let help = "写 every（周期）、on（日期）或者 occasion（事由）之一。";
            check.fault("duty-without-days", path, format!("“{title}”没有写什么时候报。"), help);
        }
        (Some(_), false) => {
            let help = "留 every 或者 on 之一；两样都要的，分成两项报送任务。";
            check.fault("duty-days-twice", &path.key("on"), format!("“{title}”既写了周期又写了日期。"), help);
        }
        _ => {}
    }
    let mut seen = BTreeSet::new();
    for (day, path) in with_paths(&duty.on, &path.key("on")) {
        if !seen.insert(day) {
            check.fault("duty-day-twice", &path, format!("{day} 写了两次。"), "删去一个。");
        }
    }
}

fn rule(check: &mut Check<'_>, duty: &Duty, path: &Path) {
    if let (Some(start), Some(end)) = (duty.start, duty.end)
        && end < start
    {
        let message = format!("“{}”的止日早于起日。", duty.title);
        check.fault("duty-ends-before-start", &path.key("end"), message, "改 start 或 end。");
        return;
    }
    let Some(every) = &duty.every else {
        if duty.occasion.is_none() && duty.start.or(duty.end).is_some() {
            let bound = if duty.start.is_some() { "start" } else { "end" };
            let message = format!("“{}”按日期报，起止日不起作用。", duty.title);
            check.doubt("duty-span-misplaced", &path.key(bound), message, "删去 start 和 end。");
        }
        return;
    };
    let from = duty.start.unwrap_or(check.pack.from);
    let to = duty.end.unwrap_or_else(|| year_after(from));
    match occurrences(every, from, to, Choice::of(&[])) {
        Ok(days) if days.is_empty() && duty.start.is_some() && duty.end.is_some() => {
            let message = format!("“{}”在起止日之间一次也没有。", duty.title);
            check.fault("duty-never", &path.key("every"), message, "改 every、start 或 end。");
        }
        Ok(_) => {}
        Err(error) => {
            let help = "例如每周四写 FREQ=WEEKLY;BYDAY=TH，每月 25 日写 FREQ=MONTHLY;BYMONTHDAY=25。";
            check.fault("duty-rule-unreadable", &path.key("every"), format!("{error}。"), help);
        }
    }
}

/// A plan's own end is not known here; a year shows whether the rule can be read.
fn year_after(day: Date) -> Date {
    day.checked_add(jiff::Span::new().years(1)).unwrap_or(Date::MAX)
}

fn register(check: &mut Check<'_>, duty: &Duty, path: &Path) {
    opened_empty(check, &duty.register, &duty.title, &path.key("register"));
    if duty.to.is_some() {
        proved(check, &duty.register, &duty.title, &path.key("register"));
    }
    let Some(register) = check.pack.find_register(&duty.register) else { return };
    if duty.nil && !register.flow.steps.iter().any(|step| step.effect == Some(Effect::Nil)) {
        let message = format!("“{}”可以零报告，但台账“{}”没有零报告的步骤。", duty.title, register.title);
        check.fault(
            "nil-without-step",
            &path.key("nil"),
            message,
            "加一个 effect = \"nil\" 的步骤，或者删去 nil。",
        );
    }
}

/// What is filled in when its entries are opened is words, in fields that the register has.
fn gives(check: &mut Check<'_>, duty: &Duty, path: &Path) {
    let Some(register) = check.pack.find_register(&duty.register) else { return };
    for key in duty.gives.keys() {
        let worded = |field: &crate::Field| {
            matches!(field.kind, FieldKind::Text | FieldKind::Person | FieldKind::Place)
        };
        if !register.find_field(key).is_some_and(worded) {
            let message = format!("台账“{}”没有可填文字的字段“{key}”。", register.title);
            check.fault(
                "duty-gives-unknown",
                &path.key("gives").key(key),
                message,
                "改成那本台账里的文字字段。",
            );
        }
    }
}

/// The engine opens the entries of expected reports, with nothing in their fields.
fn opened_empty(check: &mut Check<'_>, register: &str, what: &str, at: &Path) {
    let Some(register) = check.pack.find_register(register) else { return };
    if let Some(field) = register.fields.iter().find(|field| field.required) {
        let message = format!("“{what}”由系统建条，但台账“{}”建条时必填“{}”。", register.title, field.title);
        let help = "去掉那个字段的 required，改在上报步骤的 needs 里要求。";
        check.fault("duty-register-requires", at, message, help);
    }
}

/// What goes to a party outside leaves no trace there: it is signed by another hand, and its sending proved.
fn proved(check: &mut Check<'_>, register: &str, what: &str, at: &Path) {
    let Some(register) = check.pack.find_register(register) else { return };
    let steps = &register.flow.steps;
    if !steps.iter().any(|step| step.evidence > 0) {
        let message = format!("“{what}”报给系统外的单位，但台账“{}”没有步骤要求附报送凭证。", register.title);
        let help = "在报出的步骤写 evidence = 1；或者改用对上报送的台账。";
        check.doubt("upward-unproved", at, message, help);
    }
    if !steps.iter().any(|step| !step.other_hand.is_empty()) {
        let message = format!("“{what}”报给系统外的单位，但台账“{}”没有须由他人签发的步骤。", register.title);
        let help = "加一个由领导签发的步骤，写 other_hand；或者改用对上报送的台账。";
        check.doubt("upward-unsigned", at, message, help);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{FLOW, expect, expect_tail, pack};

    const WEEKLY: &str = "every = \"FREQ=WEEKLY;BYDAY=TH\"";

    /// A duty with these lines.
    fn duty(lines: &str) -> String {
        format!(
            "[[duty]]\nkey = \"weekly\" #?\ntitle = \"每周进展\"\nregister = \"task\"\nfrom = \"parties\"\n{lines}"
        )
    }

    #[test]
    fn a_duty_has_days_of_one_sort() {
        expect_tail(&duty(WEEKLY));
        expect_tail(&duty("on = [2026-04-10, 2026-05-10]"));
        expect_tail(&duty("").replace("#?", "#! duty-without-days"));
        expect_tail(&duty(&format!("{WEEKLY}\non = [2026-04-10] #! duty-days-twice")));
        expect_tail(&duty("on = [2026-04-10, 2026-04-10] #! duty-day-twice"));
        let within = "within = { amount = 2, unit = \"hour\" }";
        expect_tail(&duty(&format!("occasion = {{ words = \"事发后2小时内\", {within} }}")));
        expect_tail(&duty("occasion = { words = \"及时\" }"));
        expect_tail(&duty(&format!("{WEEKLY}\noccasion = {{ {within} }} #! duty-days-twice")));
        expect_tail(&duty("occasion = { issue = true } #! duty-without-days"));
    }

    #[test]
    fn a_rule_can_be_read_and_has_days() {
        expect_tail(&duty("every = \"每周四\" #! duty-rule-unreadable"));
        let span = |end: &str| format!("{WEEKLY}\nstart = 2026-03-01\nend = {end}");
        expect_tail(&duty(&span("2026-03-31")));
        expect_tail(&duty(&span("2026-02-28 #! duty-ends-before-start")));
        expect_tail(&duty(&span("2026-03-02").replace("TH\"", "TH\" #! duty-never")));
        expect_tail(&duty("on = [2026-04-10]\nend = 2026-05-01 #! duty-span-misplaced"));
    }

    #[test]
    fn somebody_owes_it() {
        let from = |from: &str| duty(WEEKLY).replace("from = \"parties\"", from);
        expect_tail(&from("from = \"issuer\""));
        expect_tail(&from("from = { kind = \"乡镇\" }"));
        expect_tail(&from("from = { kind = \"\" } #! duty-owed-by-nobody"));
        expect_tail(&from("from = { units = [] } #! duty-owed-by-nobody"));
    }

    #[test]
    fn what_goes_to_a_party_outside_is_signed_and_its_sending_proved() {
        let outside =
            duty(WEEKLY).replace("from = \"parties\"", "from = \"issuer\"\nto = \"市安委会办公室\"");
        let register = "register = \"task\"";
        expect_tail(&outside.replace(register, &format!("{register} #! upward-unproved upward-unsigned")));
        let signed = r#"{ key = "drafted", title = "待签发" },
  { key = "signed", title = "待报出" },
  { key = "done","#;
        let steps = r#"{ key = "draft", title = "起草", from = ["open"], to = "drafted", who = ["handler@lead"] },
  { key = "sign", title = "签发", from = ["drafted"], to = "signed", who = ["leader@lead"], other_hand = ["draft"] },
  { key = "finish", title = "报出", from = ["signed"], evidence = 1, proof = "回执", "#;
        let flow = FLOW
            .replace(r#"{ key = "done","#, signed)
            .replace(r#"{ key = "finish", title = "办结", from = ["open"], "#, steps);
        expect(&pack("", &flow, &outside));
        let upward = |flow: &str, codes: &str| {
            expect(
                &pack("", flow, "")
                    .replace("tasks = \"task\"", &format!("tasks = \"task\"\nupward = \"task\"{codes}")),
            );
        };
        upward(&flow, "");
        upward(FLOW, " #! upward-unproved upward-unsigned");
    }

    #[test]
    fn its_entries_can_be_opened_by_the_system() {
        let with = |field: &str, tail: &str| {
            expect(&pack(
                &format!("field = [{{ key = \"text\", title = \"内容\", kind = \"text\"{field} }}]"),
                FLOW,
                tail,
            ));
        };
        with("", &duty(WEEKLY));
        let refused =
            duty(WEEKLY).replace("register = \"task\"", "register = \"task\" #! duty-register-requires");
        with(", required = true", &refused);
        let field = "field = [{ key = \"text\", title = \"内容\", kind = \"text\", required = true }]";
        let reports = "tasks = \"task\"\nreports = \"task\" #! duty-register-requires";
        expect(&pack(field, FLOW, "").replace("tasks = \"task\"", reports));
        expect(&pack(field, FLOW, "").replace("tasks = \"task\"", &reports.replace("reports", "recurring")));
    }

    #[test]
    fn what_it_gives_is_words_of_its_register() {
        let field = "field = [{ key = \"text\", title = \"内容\", kind = \"text\" }, { key = \"count\", title = \"数\", kind = \"number\" }]";
        let with = |given: &str| expect(&pack(field, FLOW, &duty(&format!("{WEEKLY}\ngives = {given}"))));
        with("{ text = \"不少于5个\" }");
        with("{ count = \"5\" } #! duty-gives-unknown");
        with("{ none = \"5\" } #! duty-gives-unknown");
    }

    #[test]
    fn a_nil_report_has_its_step() {
        let nil = duty(&format!("{WEEKLY}\nnil = true"));
        expect_tail(&nil.replace("nil = true", "nil = true #! nil-without-step"));
        let flow = FLOW.replace("who = [\"handler@lead\"]", "who = [\"handler@lead\"], effect = \"nil\"");
        expect(&pack("", &flow, &nil));
    }
}
