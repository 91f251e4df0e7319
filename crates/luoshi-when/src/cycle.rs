//! How often: the words for periods.

use crate::cursor::Cursor;
use crate::rule::Rule;

/// A period that comes again and again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cycle {
    Hours,
    Days,
    /// Monday to Friday; 调休 is the business of the calendar.
    Workdays,
    Weeks(u32),
    /// 旬: the ends of the tens of a month.
    Tens,
    /// 半月: the middle and the end of a month.
    Halves,
    Months(u32),
    Years,
}

impl Cycle {
    /// The rule of it, without any detail.
    pub(crate) fn rule(self) -> Rule {
        match self {
            Self::Hours => Rule::hours(1),
            Self::Days => Rule::days(1),
            Self::Workdays => Rule::workdays(),
            Self::Weeks(count) => Rule::weeks(count),
            Self::Tens => Rule::monthly_on(&[10, 20, -1]),
            Self::Halves => Rule::monthly_on(&[15, -1]),
            Self::Months(count) => Rule::months(count),
            Self::Years => Rule::years(1),
        }
    }
}

/// What kind of detail may follow a period.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Step {
    Day,
    Week,
    Month,
    Quarter,
    HalfYear,
    Term,
    Year,
    Other,
}

/// The unit of a recurrence.
pub(crate) fn unit(c: &mut Cursor<'_>) -> Option<(Cycle, Step)> {
    const UNITS: [(&str, &str, Cycle, Step); 24] = [
        ("工作日", "", Cycle::Workdays, Step::Other),
        ("上学日", "", Cycle::Workdays, Step::Other),
        ("教学日", "", Cycle::Workdays, Step::Other),
        ("教学周", "", Cycle::Weeks(1), Step::Other),
        ("学期", "", Cycle::Months(6), Step::Term),
        ("学年", "", Cycle::Years, Step::Other),
        ("季度", "", Cycle::Months(3), Step::Quarter),
        ("季", "节", Cycle::Months(3), Step::Quarter),
        ("星期", "", Cycle::Weeks(1), Step::Week),
        ("礼拜", "", Cycle::Weeks(1), Step::Week),
        ("双周", "", Cycle::Weeks(2), Step::Other),
        ("双月", "", Cycle::Months(2), Step::Other),
        ("半个月", "", Cycle::Halves, Step::Other),
        ("半月", "", Cycle::Halves, Step::Other),
        ("半年度", "", Cycle::Months(6), Step::HalfYear),
        ("半年", "", Cycle::Months(6), Step::HalfYear),
        ("周", "边围密岁期", Cycle::Weeks(1), Step::Week),
        ("旬", "", Cycle::Tens, Step::Other),
        ("月份", "", Cycle::Months(1), Step::Month),
        ("月", "饼", Cycle::Months(1), Step::Month),
        ("年度", "", Cycle::Years, Step::Year),
        ("年", "级龄代", Cycle::Years, Step::Year),
        ("日", "", Cycle::Days, Step::Day),
        ("天", "然", Cycle::Days, Step::Day),
    ];
    // Behind most numbers stands something else.
    if !c.sees("工上教学季星礼双半周旬月年日天小晚夜 \u{3000}\u{a0}") {
        return None;
    }
    if let Some((_, _, cycle, step)) = UNITS.into_iter().find(|(word, not, ..)| c.eat_unless(word, not)) {
        return Some((cycle, step));
    }
    if c.eat("小时") {
        return Some((Cycle::Hours, Step::Other));
    }
    if c.eat_of("晚夜").is_some() {
        return Some((Cycle::Days, Step::Day));
    }
    None
}
