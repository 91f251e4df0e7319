//! The days of a plan as a calendar: deadlines, stretches, what comes again, phases.

use std::collections::HashSet;

use jiff::ToSpan;
use jiff::civil::Date;
use luoshi_plan::model::{Plan, Task};
use luoshi_report::{Agenda, Days, Entry};
use luoshi_when::{Choice, Context, When, find, occurrences};

use crate::source::{Source, short};
use crate::wording;

/// Days before a deadline on which to remind.
const AHEAD: [u32; 3] = [7, 1, 0];
/// Characters of a summary.
const SUMMARY: usize = 60;
/// Characters of a description.
const DESCRIPTION: usize = 800;

/// The calendar of one plan.
pub(crate) fn agenda(source: &Source, plan: &Plan) -> Agenda {
    let title = wording::title(source, plan);
    let mut entries = Vec::new();
    for task in &plan.tasks {
        for time in &task.times {
            let general = plan.runs.as_ref().is_some_and(|r| r.when == time.when);
            // The whole run of the plan is no appointment of each of its tasks.
            if time.inherited && general {
                continue;
            }
            let words = source.words(time.span);
            let Some((days, rrule, mark)) = placed(plan, &time.when, words) else { continue };
            let lead = wording::names(if task.lead.is_empty() { &task.responsible } else { &task.lead });
            let who = if lead.is_empty() { String::new() } else { format!("（{}）", short(&lead, 20)) };
            entries.push(Entry {
                key: format!("{title}/{}/{words}", task.title),
                summary: format!("【{mark}】{}{who}", short(&task.title, SUMMARY)),
                description: description(source, task, title),
                categories: vec![mark.to_owned()],
                days,
                remind: remind(mark, rrule.as_deref()),
                rrule,
                stamp: plan.issued,
            });
        }
    }
    for stage in &plan.stages {
        let (Some(start), Some(end)) = (stage.start, stage.end) else { continue };
        if start > end {
            continue;
        }
        entries.push(Entry {
            key: format!("{title}/阶段/{}", stage.name),
            summary: format!("【阶段】{}", short(&stage.name, SUMMARY)),
            description: format!("{title}\n{}", source.sentence(stage.span)),
            categories: vec!["阶段".to_owned()],
            days: Days { start, end },
            rrule: None,
            remind: vec![0],
            stamp: plan.issued,
        });
    }
    let mut seen = HashSet::new();
    entries.retain(|e| seen.insert((e.key.clone(), e.days.start, e.days.end)));
    Agenda { name: title.to_owned(), entries }
}

/// Days before on which to remind: little for what comes often, so that nobody turns it all off.
fn remind(mark: &str, rrule: Option<&str>) -> Vec<u32> {
    match rrule {
        Some(rule) if rule.contains("FREQ=DAILY") => Vec::new(),
        Some(rule) if rule.contains("FREQ=WEEKLY") => vec![0],
        Some(_) => vec![3, 0],
        None if mark == "截止" => AHEAD.to_vec(),
        None => vec![0],
    }
}

fn description(source: &Source, task: &Task, title: &str) -> String {
    let mut lines = Vec::new();
    let mut put = |name: &str, value: String| {
        if !value.is_empty() {
            lines.push(format!("{name}：{value}"));
        }
    };
    put("牵头单位", wording::names(&task.lead));
    put("责任单位", wording::names(&task.responsible));
    put("配合单位", wording::names(&task.support));
    put("牵头领导", wording::names(&task.leader));
    put("时限", wording::times(source, &task.times, None).replace('\n', "；"));
    put("原文", short(source.words(task.span), DESCRIPTION));
    put("出处", format!("{title}，{}", source.place(task.span.start)));
    lines.join("\n")
}

/// The days of a time, its rule, and what sort of entry it is; none where it has no day.
fn placed(plan: &Plan, when: &When, words: &str) -> Option<(Days, Option<String>, &'static str)> {
    let one = |day: Date| Days { start: day, end: day };
    match when {
        When::By { end } => Some((one(*end), None, "截止")),
        When::On { day } => Some((one(*day), None, "当日")),
        When::From { start } => Some((one(*start), None, "开始")),
        When::Span { start, end } if start <= end => Some((Days { start: *start, end: *end }, None, "进行")),
        When::Every { rrule } => {
            let (first, rule) = recurring(plan, rrule, words)?;
            Some((one(first), Some(rule), "定期"))
        }
        _ => None,
    }
}

/// The first day of a recurrence from the day of issue on, and its rule as calendars need it: tied
/// to a day, and ended with the plan.
fn recurring(plan: &Plan, rrule: &str, words: &str) -> Option<(Date, String)> {
    let context = Context::new(plan.issued);
    let readings: Vec<_> = find(words, &context).into_iter().flat_map(|f| f.reading).collect();
    let horizon = plan.issued.saturating_add(800.days());
    let days = occurrences(rrule, plan.issued, horizon, Choice::of(&readings)).ok()?;
    let first = *days.first()?;
    let mut rule = rrule.to_owned();
    let monthly = rule.contains("FREQ=MONTHLY") || rule.contains("FREQ=YEARLY");
    // Without a day of its own the rule falls on the last day of the period. A calendar would take
    // the day from the first date and leave out the shorter months.
    if monthly && !rule.contains("BYMONTHDAY") && !rule.contains("BYDAY") && first == first.last_of_month() {
        rule.push_str(";BYMONTHDAY=-1");
    }
    if !rule.contains("UNTIL=") && !rule.contains("COUNT=") {
        let end = last_day(plan).filter(|d| *d >= first);
        let end = end.or_else(|| Date::new(first.year(), 12, 31).ok())?;
        rule.push_str(&format!(";UNTIL={}", end.strftime("%Y%m%d")));
    }
    Some((first, rule))
}

/// The last day that the plan speaks of.
fn last_day(plan: &Plan) -> Option<Date> {
    let end = |when: &When| match when {
        When::By { end } | When::Span { end, .. } => Some(*end),
        When::On { day } => Some(*day),
        _ => None,
    };
    if let Some(day) = plan.runs.as_ref().and_then(|r| end(&r.when)) {
        return Some(day);
    }
    let tasks = plan.tasks.iter().flat_map(|t| &t.times).filter_map(|t| end(&t.when));
    tasks.chain(plan.stages.iter().filter_map(|s| s.end)).max()
}
