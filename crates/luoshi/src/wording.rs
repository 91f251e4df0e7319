//! What the model says, in Chinese.

use jiff::civil::Date;
use luoshi_plan::model::{GroupRole, IssuedBy, Op, Party, Plan, Role, RuleKind, Timing, UnitRole};
use luoshi_text::Level;
use luoshi_when::{Choice, Context, Reading, Unit, When, describe_with, find};

use crate::source::Source;

/// 2026年6月30日, without the year where it is the expected one.
pub(crate) fn day(date: Date, year: Option<i16>) -> String {
    if year == Some(date.year()) {
        format!("{}月{}日", date.month(), date.day())
    } else {
        format!("{}年{}月{}日", date.year(), date.month(), date.day())
    }
}

/// A stretch of days; what both ends share is said once.
fn stretch(start: Date, end: Date, year: Option<i16>) -> String {
    let from = day(start, year);
    if (start.year(), start.month()) == (end.year(), end.month()) {
        format!("{from}至{}日", end.day())
    } else {
        format!("{from}至{}", day(end, Some(start.year())))
    }
}

/// A recurrence as people write it; `words` tell what the rule leaves open (每季度首月, 每季度末月).
pub(crate) fn rule(rrule: &str, words: &str) -> String {
    // A term is no half-year, though no rule can tell them apart.
    if words.contains("学期") {
        return words.to_owned();
    }
    // The day of issue plays no part in a recurrence.
    let readings: Vec<Reading> =
        find(words, &Context::new(Date::constant(2000, 1, 1))).into_iter().flat_map(|f| f.reading).collect();
    describe_with(rrule, Choice::of(&readings)).unwrap_or_else(|| rrule.to_owned())
}

/// A time as people write it. What has no day of its own is said in the words of the text.
pub(crate) fn when(when: &When, words: &str, year: Option<i16>) -> String {
    match when {
        When::By { end } => format!("{}前", day(*end, year)),
        When::Span { start, end } => stretch(*start, *end, year),
        When::From { start } => format!("{}起", day(*start, year)),
        When::On { day: on } => day(*on, year),
        When::Every { rrule } if words.is_empty() => rule(rrule, ""),
        When::Within { amount, unit, before } if words.is_empty() => {
            let length = format!("{amount}{}", self::unit(*unit));
            if *before { format!("提前{length}") } else { format!("{length}内") }
        }
        When::Ongoing if words.is_empty() => "长期".to_owned(),
        _ => words.to_owned(),
    }
}

/// The times of a task, one a line.
pub(crate) fn times(source: &Source, times: &[Timing], year: Option<i16>) -> String {
    let mut lines: Vec<String> = Vec::new();
    for time in times {
        let line = when(&time.when, source.words(time.span), year);
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines.join("\n")
}

/// First and last day of a phase.
pub(crate) fn period(start: Option<Date>, end: Option<Date>, year: Option<i16>) -> String {
    match (start, end) {
        (Some(s), Some(e)) if s == e => day(s, year),
        (Some(s), Some(e)) => stretch(s, e, year),
        (Some(s), None) => format!("{}起", day(s, year)),
        (None, Some(e)) => format!("{}前", day(e, year)),
        (None, None) => String::new(),
    }
}

/// Names of units, each once.
pub(crate) fn names(parties: &[Party]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for party in parties {
        let name = party.resolved.as_deref().unwrap_or(&party.name);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join("、")
}

/// What a limit is counted in.
pub(crate) fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Minute => "分钟",
        Unit::Hour => "小时",
        Unit::Day => "天",
        Unit::Workday => "个工作日",
        Unit::Week => "周",
        Unit::Month => "个月",
        Unit::Year => "年",
    }
}

/// The day of issue and where it was taken from.
pub(crate) fn issued(plan: &Plan) -> String {
    let how = match plan.issued_by {
        IssuedBy::Given => "按指定",
        IssuedBy::Document => "据文稿",
        IssuedBy::Inferred => "文稿未写明，按文中年份推定",
        IssuedBy::Today => "文稿未写明，暂按今天",
    };
    format!("印发日期：{}（{how}）", day(plan.issued, None))
}

/// The title of a plan, or what stands for it.
pub(crate) fn title<'a>(source: &'a Source, plan: &'a Plan) -> &'a str {
    match &plan.title {
        Some(title) => &title.value,
        None => {
            let name = crate::source::file_name(&source.name);
            name.rsplit_once('.').map_or(name, |(stem, _)| stem)
        }
    }
}

/// What a line holds.
pub(crate) fn role(role: Role) -> &'static str {
    match role {
        Role::Heading => "标题",
        Role::Preamble => "开头",
        Role::Guidance => "总体要求",
        Role::Goal => "目标",
        Role::Scope => "范围",
        Role::Task => "任务",
        Role::Stage => "阶段",
        Role::Requirement => "工作要求",
        Role::Group => "领导小组",
        Role::Incentive => "奖惩",
        Role::Noise => "非正文",
    }
}

/// What a unit is to the work.
pub(crate) fn unit_role(role: UnitRole) -> &'static str {
    match role {
        UnitRole::Lead => "牵头单位",
        UnitRole::Support => "配合单位",
        UnitRole::Responsible => "责任单位",
        UnitRole::ReportTo => "接收单位",
        UnitRole::Approve => "审核单位",
    }
}

/// How a number bounds.
pub(crate) fn op(op: Op) -> &'static str {
    match op {
        Op::Eq => "",
        Op::Ge => "不少于",
        Op::Le => "不超过",
        Op::Gt => "多于",
        Op::Lt => "少于",
    }
}

/// What sort of consequence.
pub(crate) fn rule_kind(kind: RuleKind) -> &'static str {
    match kind {
        RuleKind::Reward => "奖励",
        RuleKind::Penalty => "惩戒",
        RuleKind::Score => "计分考核",
        RuleKind::Veto => "一票否决",
        RuleKind::Accountability => "问责",
    }
}

/// Place in a leading group.
pub(crate) fn group_role(role: GroupRole) -> &'static str {
    match role {
        GroupRole::Head => "组长",
        GroupRole::Deputy => "副组长",
        GroupRole::Member => "成员",
        GroupRole::Office => "办公室",
    }
}

/// How much a finding matters.
pub(crate) fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "错误",
        Level::Warning => "警告",
        Level::Hint => "提示",
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn times_are_said_as_people_write_them() {
        let check = |w: When, expected: &str| assert_eq!(when(&w, "", Some(2026)), expected);
        check(When::By { end: date(2026, 6, 30) }, "6月30日前");
        check(When::By { end: date(2027, 1, 15) }, "2027年1月15日前");
        check(When::Span { start: date(2026, 3, 22), end: date(2026, 3, 30) }, "3月22日至30日");
        check(When::Span { start: date(2026, 12, 1), end: date(2027, 2, 28) }, "12月1日至2027年2月28日");
        check(When::From { start: date(2026, 5, 1) }, "5月1日起");
        check(When::Within { amount: 3, unit: Unit::Workday, before: false }, "3个工作日内");
        check(When::Within { amount: 20, unit: Unit::Workday, before: true }, "提前20个工作日");
        check(When::Every { rrule: "FREQ=WEEKLY;BYDAY=TU,TH".into() }, "每周二、周四");
        let span = When::Span { start: date(2026, 3, 1), end: date(2026, 4, 30) };
        assert_eq!(when(&span, "", None), "2026年3月1日至4月30日");
        check(When::Span { start: date(2027, 1, 21), end: date(2027, 2, 8) }, "2027年1月21日至2月8日");
        check(When::Span { start: date(2025, 12, 1), end: date(2026, 2, 8) }, "2025年12月1日至2026年2月8日");
    }

    #[test]
    fn the_words_tell_the_month_of_a_quarter() {
        let quarterly = "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=10";
        assert_eq!(rule(quarterly, "每季度首月10日前"), "每季度首月10日");
        assert_eq!(rule(quarterly, ""), "每季度末月10日");
    }
}
