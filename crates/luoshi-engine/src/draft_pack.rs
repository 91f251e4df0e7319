//! A pack drafted from a compiled plan: what the text says of reports and rules, for a person to finish.

use std::fmt::Write;

use luoshi_pack::{Duty, Owes, Until};
use luoshi_plan::model::{Plan as Compiled, Value};

use crate::draft::draft_items;
use crate::id::UnitId;
use crate::org::Organisation;
use crate::plan::ItemContent;

/// The TOML of a pack that takes registers, lights and ladder from the base pack and adds the plan's own
/// reports. Rules, quotas and other registers stand in comments with the words they rest on: what they
/// become is for a person to say.
pub fn draft_pack(plan: &Compiled, text: &str, name: &str) -> String {
    let title = plan.title.as_ref().map_or("新方案包", |title| title.value.as_str());
    let mut out = String::new();
    let quoted = |words: &str| serde_json::Value::from(words).to_string();
    // Writing to a string does not fail.
    let _ = writeln!(out, "# 由方案正文起草，请逐项核对后使用；luoshi pack check 可检查。\n");
    let _ = writeln!(
        out,
        "name = {}\ntitle = {}\nversion = 1\nfrom = {}",
        quoted(name),
        quoted(title),
        plan.issued
    );
    let number = plan.document_number.as_ref().map_or(title, |number| number.value.as_str());
    let _ = writeln!(
        out,
        "extends = \"task\"\nbasis = [{}]\ntasks = \"task\"\nreports = \"report\"",
        quoted(number)
    );
    // No unit is known here: what the duties owe is told by kind or by name.
    for item in draft_items(plan, text, &Organisation::default(), UnitId(0), plan.issued) {
        match &item.content {
            ItemContent::Duty(duty) => {
                let _ = write!(out, "\n{}", duty_toml(duty, &quoted));
            }
            ItemContent::Rule { when, effect, .. } => {
                let _ = writeln!(out, "\n# 奖惩：{}；{}", one_line(when), one_line(effect));
            }
            ItemContent::Quota(quota) => {
                let _ =
                    writeln!(out, "\n# 指标分配：{}：{}", one_line(&quota.title), one_line(&quota.told()));
            }
            ItemContent::Task { .. } | ItemContent::Stage { .. } | ItemContent::Group { .. } => {}
        }
    }
    for fact in &plan.facts {
        if let Value::Quantity { value, unit, of, .. } = &fact.value {
            // Per cent are kept as fractions.
            let shown = if unit.contains('%') { value * 100.0 } else { *value };
            let _ = writeln!(out, "# 指标：{} {shown}{}", one_line(of), one_line(unit));
        }
    }
    out
}

fn duty_toml(duty: &Duty, quoted: &dyn Fn(&str) -> String) -> String {
    let from = match &duty.from {
        Owes::Issuer => String::from("\"issuer\""),
        Owes::Parties => String::from("\"parties\""),
        Owes::Kind(kind) => format!("{{ kind = {} }}", quoted(kind)),
        Owes::Units(units) => {
            format!(
                "{{ units = [{}] }}",
                units.iter().map(|unit| quoted(unit)).collect::<Vec<_>>().join(", ")
            )
        }
    };
    let mut out = format!(
        "[[duty]]\nkey = {}\ntitle = {}\nregister = \"report\"\nfrom = {from}\n",
        quoted(&duty.key),
        quoted(&duty.title)
    );
    if let Some(occasion) = &duty.occasion {
        let within = occasion.within.map_or_else(String::new, |lapse| {
            let unit = serde_json::to_string(&lapse.unit).unwrap_or_default();
            format!(", within = {{ amount = {}, unit = {unit} }}", lapse.amount)
        });
        let issue = if occasion.issue { ", issue = true" } else { "" };
        let _ = writeln!(out, "occasion = {{ words = {}{within}{issue} }}", quoted(&occasion.words));
    } else if let Some(every) = &duty.every {
        let _ = writeln!(out, "every = {}", quoted(every));
    } else {
        let days: Vec<String> = duty.on.iter().map(ToString::to_string).collect();
        let _ = writeln!(out, "on = [{}]", days.join(", "));
    }
    if let Some(end) = duty.end {
        let _ = writeln!(out, "end = {end}");
    }
    if duty.first_month {
        let _ = writeln!(out, "first_month = true");
    }
    if duty.nil {
        let _ = writeln!(out, "nil = true");
    }
    match duty.until {
        Until::DayEnd => {}
        Until::Closing => out.push_str("until = \"closing\"\n"),
        Until::At(time) => {
            let _ = writeln!(out, "until = \"{}\"", time.strftime("%H:%M"));
        }
    }
    out
}

/// Words in a comment: no line may begin a key of its own.
fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).collect()
}
