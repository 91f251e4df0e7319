//! The days of a plan as a calendar: deadlines, stretches, what comes again, phases.

use std::collections::HashSet;

use jiff::ToSpan;
use jiff::civil::Date;
use luoshi_plan::model::{Plan, Task, Timing};
use luoshi_report::{Agenda, Days, Entry};
use luoshi_text::Span;
use luoshi_when::{Choice, Context, Terms, When, find, occurrences, term_days};

use crate::source::{Source, short};
use crate::wording;

/// Days before a deadline on which to remind.
const AHEAD: [u32; 3] = [7, 1, 0];
/// Characters of a summary.
const SUMMARY: usize = 60;
/// Characters of a description.
const DESCRIPTION: usize = 800;

/// Where an entry stands: its days, its rule, and what sort of entry it is.
type Placed = (Days, Option<String>, &'static str);

/// The calendar of one plan, in a place with such school terms.
pub(crate) fn agenda(source: &Source, plan: &Plan, terms: &Terms) -> Agenda {
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
            let lead = wording::names(if task.lead.is_empty() { &task.responsible } else { &task.lead });
            let who = if lead.is_empty() { String::new() } else { format!("（{}）", short(&lead, 20)) };
            let placed = placed(source, plan, task, time, terms);
            entries.extend(placed.into_iter().map(|(days, rrule, mark)| Entry {
                key: format!("{title}/{}/{words}", task.title),
                summary: format!("【{mark}】{}{who}", short(&task.title, SUMMARY)),
                description: description(source, task, title),
                categories: vec![mark.to_owned()],
                days,
                remind: remind(mark, rrule.as_deref()),
                rrule,
                stamp: plan.issued,
            }));
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
        None if mark == "定期" => vec![3, 0],
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

/// What a time puts into the calendar; nothing where it has no day.
fn placed(source: &Source, plan: &Plan, task: &Task, time: &Timing, terms: &Terms) -> Vec<Placed> {
    let day = |day: Date, mark| vec![(Days { start: day, end: day }, None, mark)];
    match &time.when {
        When::By { end } => day(*end, "截止"),
        When::On { day: on } => day(*on, "当日"),
        When::From { start } => day(*start, "开始"),
        When::Span { start, end } if start <= end => {
            vec![(Days { start: *start, end: *end }, None, "进行")]
        }
        When::Every { rrule } => {
            let bounds = bounds(source, plan, task, time.span, terms);
            let words = source.words(time.span);
            // No rule of a calendar tells terms: each has an entry of its own.
            if let Some(days) = term_days(words, terms, bounds.start, bounds.end) {
                return days.into_iter().flat_map(|one| day(one, "定期")).collect();
            }
            let found = recurring(plan, rrule, words, bounds);
            found
                .map(|(first, rule)| (Days { start: first, end: first }, Some(rule), "定期"))
                .into_iter()
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The first and last day on which something that comes again may fall: from the day of issue or
/// the start that its own sentence gives, to the end of the plan, else of the phase that the task
/// belongs to, else for a year from the day of issue. Deadlines of other work bound nothing.
fn bounds(source: &Source, plan: &Plan, task: &Task, at: Span, terms: &Terms) -> Days {
    let sentence = source.sentence(at);
    let context = Context::new(plan.issued).with_terms(*terms);
    let starts = find(sentence, &context).into_iter().filter_map(|f| match f.when {
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
    // The entries are whole days, and of these there are none each hour.
    let mut rule = if rrule.contains("FREQ=HOURLY") { "FREQ=DAILY".to_owned() } else { rrule.to_owned() };
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
        let entries = agenda(&source, &compiled.plans[0], &Terms::default()).entries;
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

    #[test]
    fn what_comes_each_term_falls_on_the_days_of_the_terms_of_the_place() {
        let text = "清河镇校园安全实施方案\n一、主要任务\n（一）排查隐患。各学校每学期开学前排查一次。\n（二）总结报告。各学校每学期末总结一次。\n";
        let source = Source::new("方案.txt".to_owned(), Document::from_lines(text));
        let day = date(2026, 3, 9);
        let terms =
            Terms::import(r#"{"terms": {"spring": ["02-20", "07-05"], "autumn": ["08-28", "01-18"]}}"#);
        let terms = terms.unwrap().unwrap();
        let compiled = compile(&source.doc, &Options { terms, ..Options::new(Some(day), day) });
        let entries = agenda(&source, &compiled.plans[0], &terms).entries;
        let days: Vec<String> = entries.iter().map(|e| e.days.start.to_string()).collect();
        assert_eq!(days, ["2026-08-27", "2027-02-19", "2026-07-05", "2027-01-18"]);
        assert!(entries.iter().all(|e| e.rrule.is_none()));
    }
}
