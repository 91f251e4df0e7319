//! When a report is due, in words and back.

use jiff::civil::Date;
use luoshi_engine::{Recurs, Refusal, RefusalKind};
use luoshi_pack::{Duty, Lapse, Occasion, Until};
use luoshi_when::{Bare, Choice, Context, Found, When, describe_with, find};

/// What is shown where a report is due after an event that the text does not name.
const SOME_EVENT: &str = "有事由时";

/// Words for a report that is due after an event without saying how long after it.
const AT_ONCE: [&str; 5] = [SOME_EVENT, "及时", "随时", "立即", "第一时间"];

/// When a duty is due: 每周五, 每季度首月10日, 2026-06-30、2026-09-30, 事发后2小时内.
pub fn schedule_words(duty: &Duty) -> String {
    if let Some(occasion) = &duty.occasion {
        let words = if occasion.words.is_empty() { SOME_EVENT } else { &occasion.words };
        return words.to_owned();
    }
    let month = if duty.first_month { Bare::Start } else { Bare::End };
    match &duty.every {
        Some(rule) => describe_with(rule, Choice { bare: Bare::End, month }).unwrap_or_else(|| rule.clone()),
        None => duty.on.iter().map(ToString::to_string).collect::<Vec<_>>().join("、"),
    }
}

/// Puts what words say of the due days into a duty; years run forward from `dated`. Words that say what it
/// says already change nothing.
///
/// # Errors
///
/// The words name neither days nor a recurrence.
pub fn set_schedule(duty: &mut Duty, words: &str, dated: Date) -> Result<(), Refusal> {
    let words = words.trim();
    if words == schedule_words(duty) {
        return Ok(());
    }
    let parts = words.split(['、', '，', ',', '；', ';', ' ', '\n']).filter(|part| !part.is_empty());
    let days: Result<Vec<Date>, _> = parts.map(str::parse::<Date>).collect();
    if let Ok(days) = days
        && !days.is_empty()
    {
        (duty.every, duty.on, duty.occasion) = (None, sorted(days), None);
        return Ok(());
    }
    let found = find(words, &Context::new(dated));
    let rule = found.iter().find_map(|found| match &found.when {
        When::Every { rrule } => Some((rrule.clone(), Choice::of(&found.reading).month == Bare::Start)),
        _ => None,
    });
    let until = Until::of_words(&found);
    if !until.is_day_end() {
        duty.until = until;
    }
    let days = found.iter().filter_map(|found| match &found.when {
        When::By { end } | When::Span { end, .. } => Some(*end),
        When::On { day } => Some(*day),
        _ => None,
    });
    match rule {
        Some((rule, first)) => {
            (duty.every, duty.first_month, duty.on) = (Some(rule), first, Vec::new());
        }
        None => (duty.every, duty.on) = (None, sorted(days.collect())),
    }
    duty.occasion = None;
    if duty.every.is_none() && duty.on.is_empty() {
        duty.occasion = occasion(words, &found);
    }
    if duty.every.is_none() && duty.on.is_empty() && duty.occasion.is_none() {
        let sentence =
            format!("报送时间“{words}”看不明白；请写成“每周五”“每月25日”“2026-06-30”或“事发后2小时内”的样子");
        return Err(Refusal::new(RefusalKind::Incomplete, sentence));
    }
    Ok(())
}

/// The event that a report is due after, where words tell one.
fn occasion(words: &str, found: &[Found]) -> Option<Occasion> {
    let within = found.iter().find_map(|found| match found.when {
        When::Within { amount, unit, before: false } => Some(Lapse { amount, unit }),
        _ => None,
    });
    let told = within.is_some() || AT_ONCE.iter().any(|word| words.contains(word));
    let words = if words == SOME_EVENT { "" } else { words };
    told.then(|| Occasion { words: words.to_owned(), within, issue: false })
}

/// A recurrence and its hour, where words tell one: 每月, 每周五下班前. None where they tell none.
pub fn read_recurrence(words: &str, dated: Date) -> Option<(Recurs, Until)> {
    let found = find(words.trim(), &Context::new(dated));
    Some((found.iter().find_map(Recurs::of)?, Until::of_words(&found)))
}

fn sorted(mut days: Vec<Date>) -> Vec<Date> {
    days.sort_unstable();
    days.dedup();
    days
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[track_caller]
    fn check(words: &str, expect: &str) {
        let mut duty = Duty {
            title: String::from("进展"),
            every: Some(String::from("FREQ=WEEKLY;BYDAY=MO")),
            ..Duty::default()
        };
        let told = match set_schedule(&mut duty, words, date(2026, 9, 1)) {
            Ok(()) => schedule_words(&duty),
            Err(refusal) => refusal.sentence,
        };
        assert!(told.contains(expect), "{words}: {told}");
        let before = duty.clone();
        set_schedule(&mut duty, &schedule_words(&before), date(2026, 9, 1)).unwrap();
        assert_eq!(duty, before, "what is shown is read back");
    }

    #[test]
    fn due_days_are_read_from_words() {
        check("每周五", "每周五");
        check("每月25日前", "每月25日");
        check("每季度首月10日前", "每季度首月10日");
        check("2026-12-31、2026-10-15", "2026-10-15、2026-12-31");
        check("10月15日前", "2026-10-15");
        check("事发后2小时内", "事发后2小时内");
        check("活动结束后3个工作日内", "活动结束后3个工作日内");
        check("及时", "及时");
        check("有事由时", "有事由时");
        check("尽快", "看不明白");
        check("", "看不明白");
    }
}
