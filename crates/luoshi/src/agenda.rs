//! The days of a plan as a calendar: deadlines, stretches, what comes again, phases.

use std::collections::HashSet;

use jiff::ToSpan;
use jiff::civil::Date;
use luoshi_plan::model::{Plan, Task, Timing};
use luoshi_report::{Agenda, Days, Entry};
use luoshi_text::Span;
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
            let Some((days, rrule, mark)) = placed(source, plan, task, time) else { continue };
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
fn placed(
    source: &Source,
    plan: &Plan,
    task: &Task,
    time: &Timing,
) -> Option<(Days, Option<String>, &'static str)> {
    let one = |day: Date| Days { start: day, end: day };
    match &time.when {
        When::By { end } => Some((one(*end), None, "截止")),
        When::On { day } => Some((one(*day), None, "当日")),
        When::From { start } => Some((one(*start), None, "开始")),
        When::Span { start, end } if start <= end => Some((Days { start: *start, end: *end }, None, "进行")),
        When::Every { rrule } => {
            let bounds = bounds(source, plan, task, time.span);
            let (first, rule) = recurring(plan, rrule, source.words(time.span), bounds)?;
            Some((one(first), Some(rule), "定期"))
        }
        _ => None,
    }
}

/// The first and last day on which something that comes again may fall: from the day of issue or
/// the start that its own sentence gives, to the end of the plan, else of the phase that the task
/// belongs to, else for a year from the day of issue. Deadlines of other work bound nothing.
fn bounds(source: &Source, plan: &Plan, task: &Task, at: Span) -> Days {
    let sentence = source.sentence(at);
    let starts = find(sentence, &Context::new(plan.issued)).into_iter().filter_map(|f| match f.when {
        When::From { start } => Some(start),
        _ => None,
    });
    let start = starts.max().map_or(plan.issued, |start| start.max(plan.issued));
    let runs = plan.runs.as_ref().and_then(|r| match r.when {
        When::By { end } | When::Span { end, .. } => Some(end),
        When::On { day } => Some(day),
        _ => None,
    });
    let stage = task.stage.and_then(|i| plan.stages.get(i as usize)).and_then(|s| s.end);
    let year = plan.issued.saturating_add(1.year());
    let end = [runs.or(stage), Some(year)].into_iter().flatten().find(|end| *end >= start);
    Days { start, end: end.unwrap_or_else(|| start.saturating_add(1.year())) }
}

/// The first day of a recurrence within its bounds, and its rule as calendars need it: tied to a
/// day, and ended.
fn recurring(plan: &Plan, rrule: &str, words: &str, bounds: Days) -> Option<(Date, String)> {
    let context = Context::new(plan.issued);
    let readings: Vec<_> = find(words, &context).into_iter().flat_map(|f| f.reading).collect();
    let horizon = bounds.start.saturating_add(800.days());
    let days = occurrences(rrule, bounds.start, horizon, Choice::of(&readings)).ok()?;
    let first = *days.first()?;
    let mut rule = rrule.to_owned();
    let monthly = rule.contains("FREQ=MONTHLY") || rule.contains("FREQ=YEARLY");
    // Without a day of its own the rule falls on the last day of the period. A calendar would take
    // the day from the first date and leave out the shorter months.
    if monthly && !rule.contains("BYMONTHDAY") && !rule.contains("BYDAY") && first == first.last_of_month() {
        rule.push_str(";BYMONTHDAY=-1");
    }
    if !rule.contains("UNTIL=") && !rule.contains("COUNT=") {
        rule.push_str(&format!(";UNTIL={}", bounds.end.max(first).strftime("%Y%m%d")));
    }
    Some((first, rule))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use luoshi_plan::{Options, compile};
    use luoshi_text::Document;

    use super::*;

    /// First days and ends of what comes again in a plan.
    fn recurring_in(text: &str) -> Vec<(Date, String)> {
        let source = Source::new("方案.txt".to_owned(), Document::from_lines(text));
        let day = date(2026, 3, 9);
        let compiled = compile(&source.doc, &Options::new(Some(day), day));
        let entries = agenda(&source, &compiled.plans[0]).entries;
        let rule = |e: Entry| Some((e.days.start, e.rrule?.split_once("UNTIL=")?.1.to_owned()));
        entries.into_iter().filter_map(rule).collect()
    }

    #[test]
    fn what_comes_again_ends_with_the_plan_and_begins_when_its_sentence_says() {
        let head = "清河镇整治实施方案\n";
        let tasks = "一、主要任务\n（一）建立台账。各村要在4月底前建立台账。\n（二）开展夜查。镇派出所自5月1日起，每周四开展夜查。\n";
        // Neither the deadline of the other task nor anything else ends it.
        assert_eq!(recurring_in(&format!("{head}{tasks}")), [(date(2026, 5, 7), "20270309".to_owned())]);
        let runs =
            format!("{head}一、整治时间\n2026年3月10日至2026年11月30日。\n{}", tasks.replace("一、", "二、"));
        assert_eq!(recurring_in(&runs), [(date(2026, 5, 7), "20261130".to_owned())]);
    }
}
