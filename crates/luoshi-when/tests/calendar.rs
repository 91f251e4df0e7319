//! Working days: agreement with independent facts, edges, imports, due days, recurrence.

use jiff::civil::{Date, date, datetime, time};
use luoshi_when::{
    Bare, Calendar, Certainty, Choice, Clock, Context, ImportError, Reading, Resolver, Roll, RuleError,
    Terms, Unit, When, find, occurrences,
};

fn weekend(day: Date) -> bool {
    day.weekday().to_monday_zero_offset() >= 5
}

/// Weekday holidays and worked weekends of 2018–2026, from two other calendars that agree.
#[test]
fn agrees_with_the_facts() {
    let facts: serde_json::Value = serde_json::from_str(include_str!("workdays.json")).unwrap();
    let days = |key: &str| -> Vec<Date> {
        facts[key].as_array().unwrap().iter().map(|day| day.as_str().unwrap().parse().unwrap()).collect()
    };
    let (off, work) = (days("weekday_holidays"), days("makeup_weekend_workdays"));
    assert!(off.len() > 100 && work.len() > 40);
    let calendar = Calendar::china();
    let mut day = date(2018, 1, 1);
    let mut checked = 0;
    while day <= date(2026, 12, 31) {
        let expect = if weekend(day) { work.contains(&day) } else { !off.contains(&day) };
        let got = calendar.workday(day);
        assert_eq!((got.working, got.certainty), (expect, Certainty::Known), "{day}");
        day = day.tomorrow().unwrap();
        checked += 1;
    }
    assert_eq!(checked, 3287);
}

/// What holds of every notice: (year, weekdays off, weekend days worked).
#[test]
fn every_notice_by_count() {
    let counts = [
        (2004, 16, 6),
        (2005, 16, 7),
        (2006, 17, 8),
        (2007, 19, 7),
        (2008, 16, 5),
        (2009, 17, 6),
        (2010, 19, 8),
        (2011, 16, 6),
        (2012, 18, 6),
        (2013, 23, 12),
        (2014, 16, 5),
        (2015, 17, 5),
        (2016, 17, 6),
        (2017, 16, 5),
        (2018, 18, 7),
        (2019, 17, 6),
        (2020, 19, 6),
        (2021, 18, 7),
        (2022, 18, 7),
        (2023, 18, 7),
        (2024, 19, 8),
        (2025, 18, 5),
        (2026, 19, 6),
    ];
    let calendar = Calendar::china();
    for (year, off, work) in counts {
        let (mut got_off, mut got_work) = (0, 0);
        let mut day = date(year, 1, 1);
        while day.year() == year {
            let working = calendar.workday(day).working;
            got_off += i32::from(!weekend(day) && !working);
            got_work += i32::from(weekend(day) && working);
            day = day.tomorrow().unwrap();
        }
        assert_eq!((got_off, got_work), (off, work), "{year}");
        for fixed in [date(year, 1, 1), date(year, 5, 1), date(year, 10, 1), date(year, 10, 2)] {
            assert!(!calendar.workday(fixed).working, "{fixed}");
        }
    }
}

#[test]
fn the_ends_of_knowledge() {
    let calendar = Calendar::china();
    let check = |day: Date, working: bool, certainty: Certainty| {
        let got = calendar.workday(day);
        assert_eq!((got.working, got.certainty), (working, certainty), "{day}");
    };
    check(date(2003, 10, 1), true, Certainty::Unknown);
    check(date(2004, 1, 1), false, Certainty::Known);
    check(date(2026, 12, 31), true, Certainty::Known);
    check(date(2027, 1, 1), false, Certainty::Provisional);
    // 除夕 to 初三 of 2027, by the law alone.
    check(date(2027, 2, 4), true, Certainty::Provisional);
    check(date(2027, 2, 5), false, Certainty::Provisional);
    check(date(2027, 2, 8), false, Certainty::Provisional);
    check(date(2027, 2, 9), true, Certainty::Provisional);
    check(date(2035, 10, 3), false, Certainty::Provisional);
    check(date(2050, 5, 2), false, Certainty::Provisional);
    check(date(2051, 5, 2), true, Certainty::Unknown);
    check(Date::MAX, true, Certainty::Unknown);
    check(Date::MIN, true, Certainty::Unknown);
    assert_eq!(calendar.add_workdays(Date::MAX, 1), None);
    assert_eq!(calendar.add_workdays(Date::MIN, -1), None);
    assert_eq!(calendar.add_workdays(date(2026, 1, 1), i32::MAX), None);
    assert!(!Calendar::weekdays().workday(date(2026, 2, 14)).working);
}

#[test]
fn sums_of_working_days() {
    let calendar = Calendar::china();
    let check = |from: Date, days: i32, expect: Date, certainty: Certainty| {
        let got = calendar.add_workdays(from, days).unwrap();
        assert_eq!((got.day, got.certainty), (expect, certainty), "{from} {days:+}");
    };
    check(date(2026, 3, 9), 0, date(2026, 3, 9), Certainty::Known);
    check(date(2026, 3, 9), 5, date(2026, 3, 16), Certainty::Known);
    // Through 国庆 with the Saturday after it.
    check(date(2026, 9, 30), 3, date(2026, 10, 10), Certainty::Known);
    // Through 春节 with a worked Saturday before it and one after.
    check(date(2026, 2, 13), 1, date(2026, 2, 14), Certainty::Known);
    check(date(2026, 2, 14), 5, date(2026, 2, 28), Certainty::Known);
    check(date(2026, 3, 2), -1, date(2026, 2, 28), Certainty::Known);
    check(date(2026, 12, 30), 3, date(2027, 1, 5), Certainty::Provisional);
    assert_eq!(calendar.workdays_between(date(2026, 9, 30), date(2026, 10, 10)), 3);
    assert_eq!(calendar.workdays_between(date(2026, 10, 10), date(2026, 9, 30)), 0);
}

#[test]
fn imports() {
    let mut calendar = Calendar::china();
    let ours = r#"{"year":2027,"off":["2027-01-01","2027-02-09"],"work":["2027-02-13","2028-01-02"]}"#;
    assert_eq!(calendar.import(ours).unwrap(), 2027);
    let got = calendar.workday(date(2027, 2, 9));
    assert_eq!((got.working, got.certainty), (false, Certainty::Known));
    assert!(calendar.workday(date(2027, 2, 13)).working);
    // A day of the next year is known, the rest of that year is not.
    assert_eq!(calendar.workday(date(2028, 1, 2)).certainty, Certainty::Known);
    assert_eq!(calendar.workday(date(2028, 1, 3)).certainty, Certainty::Provisional);
    let theirs = r#"{"$schema":"x","year":2028,"papers":[],"days":[
        {"name":"元旦","date":"2028-01-01","isOffDay":true},{"name":"元旦","date":"2028-01-08","isOffDay":false}]}"#;
    assert_eq!(calendar.import(theirs).unwrap(), 2028);
    assert!(calendar.workday(date(2028, 1, 8)).working);
    assert!(calendar.workday(date(2028, 1, 2)).working, "set before by the notice of 2027");
    assert!(matches!(calendar.import(r#"{"year":2029,"days":[]}"#), Err(ImportError::Empty(2029))));
    assert_eq!(calendar.workday(date(2029, 1, 2)).certainty, Certainty::Provisional);
    assert!(matches!(
        calendar.import(r#"{"year":2029,"off":["2035-01-01"]}"#),
        Err(ImportError::OtherYear(_))
    ));
    for bad in ["", "[]", "{}", r#"{"year":99999}"#, r#"{"year":2029,"off":["2029-02-30"]}"#] {
        assert!(matches!(calendar.import(bad), Err(ImportError::Form(_))), "{bad}");
    }
    // Holidays of a place, and the rest of the year as it was.
    let spring = calendar.workday(date(2026, 2, 17));
    calendar.import_local(r#"{"off":["2026-06-18"],"work":["2026-06-28"]}"#).unwrap();
    assert!(!calendar.workday(date(2026, 6, 18)).working && calendar.workday(date(2026, 6, 28)).working);
    assert_eq!(calendar.workday(date(2026, 2, 17)), spring);
    // A regional holiday.
    calendar.set(date(2026, 7, 1), false);
    assert!(!calendar.workday(date(2026, 7, 1)).working);
    calendar.set(date(1999, 7, 1), false);
    assert_eq!(calendar.workday(date(1999, 7, 1)).certainty, Certainty::Known);
    assert_eq!(calendar.workday(date(1999, 7, 2)).certainty, Certainty::Unknown);
}

#[test]
fn due_days() {
    let calendar = Calendar::china();
    let check = |roll: Roll, amount: u32, unit: Unit, expect: &str| {
        let due = Resolver::new(&calendar, roll).limit(datetime(2026, 9, 25, 10, 0, 0, 0), amount, unit);
        let show = due.map_or_else(
            || "none".to_owned(),
            |due| {
                let time = due.time.map_or(String::new(), |time| format!(" {}", time.strftime("%H:%M")));
                format!("{}{time}{}", due.day, if due.rolled { " rolled" } else { "" })
            },
        );
        assert_eq!(show, expect, "{roll:?} {amount} {unit:?}");
    };
    check(Roll::Keep, 7, Unit::Day, "2026-10-02");
    check(Roll::NextWorkday, 7, Unit::Day, "2026-10-08 rolled");
    check(Roll::PreviousWorkday, 7, Unit::Day, "2026-09-30 rolled");
    check(Roll::NextWorkday, 3, Unit::Workday, "2026-09-30");
    check(Roll::NextWorkday, 4, Unit::Workday, "2026-10-08");
    check(Roll::Keep, 24, Unit::Hour, "2026-09-26 10:00");
    check(Roll::NextWorkday, 30, Unit::Minute, "2026-09-25 10:30");
    check(Roll::Keep, 1, Unit::Week, "2026-10-02");
    check(Roll::Keep, 1, Unit::Month, "2026-10-25");
    check(Roll::Keep, 5, Unit::Month, "2027-02-25");
    check(Roll::Keep, 1, Unit::Year, "2027-09-25");
    check(Roll::NextWorkday, 0, Unit::Day, "2026-09-28 rolled");
    check(Roll::NextWorkday, 0, Unit::Workday, "2026-09-28 rolled");
    check(Roll::Keep, u32::MAX, Unit::Hour, "none");
    check(Roll::Keep, u32::MAX, Unit::Workday, "none");
    check(Roll::Keep, i32::MAX as u32, Unit::Year, "none");
    let mut resolver = Resolver::new(&calendar, Roll::Keep);
    resolver.closing = time(18, 0, 0, 0);
    let due = resolver.deadline(date(2026, 5, 10), Some(Clock::Closing)).unwrap();
    assert_eq!((due.day, due.time, due.rolled), (date(2026, 5, 10), Some(time(18, 0, 0, 0)), false));
    assert_eq!(resolver.deadline(Date::MAX, None).map(|due| due.day), Some(Date::MAX));
}

#[test]
fn recurring_days() {
    let check = |rule: &str, from: Date, to: Date, expect: &str| {
        let days = occurrences(rule, from, to, Choice::of(&[])).unwrap();
        let days: Vec<String> = days.iter().map(Date::to_string).collect();
        assert_eq!(days.join(" "), expect, "{rule}");
    };
    let (spring, april) = (date(2026, 3, 9), date(2026, 4, 9));
    check("FREQ=WEEKLY;BYDAY=TH", spring, april, "2026-03-12 2026-03-19 2026-03-26 2026-04-02 2026-04-09");
    check("FREQ=WEEKLY", spring, date(2026, 3, 22), "2026-03-15 2026-03-22");
    check("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", spring, april, "2026-03-13 2026-03-27");
    check("FREQ=MONTHLY", spring, date(2026, 5, 30), "2026-03-31 2026-04-30");
    check("FREQ=MONTHLY;BYMONTHDAY=31", spring, date(2026, 5, 30), "2026-03-31 2026-04-30");
    check("FREQ=MONTHLY;BYMONTHDAY=-1", date(2028, 2, 1), date(2028, 3, 30), "2028-02-29");
    check("FREQ=MONTHLY;BYMONTHDAY=5,20", spring, april, "2026-03-20 2026-04-05");
    check(
        "FREQ=MONTHLY;INTERVAL=3",
        spring,
        date(2026, 12, 31),
        "2026-03-31 2026-06-30 2026-09-30 2026-12-31",
    );
    check("FREQ=MONTHLY;INTERVAL=6", spring, date(2026, 12, 31), "2026-06-30 2026-12-31");
    check("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", spring, april, "2026-03-31");
    check("FREQ=MONTHLY;BYDAY=1MO", spring, april, "2026-04-06");
    check("FREQ=YEARLY", spring, date(2027, 12, 31), "2026-12-31 2027-12-31");
    check("FREQ=YEARLY;BYMONTH=6,7", spring, date(2026, 12, 31), "2026-06-30 2026-07-31");
    check("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=-1", spring, date(2026, 12, 31), "2026-12-31");
    check("FREQ=DAILY", spring, date(2026, 3, 11), "2026-03-09 2026-03-10 2026-03-11");
    check("FREQ=DAILY", april, spring, "");
    check("FREQ=YEARLY", Date::MAX, Date::MAX, "");
    let first = Choice::of(&[Reading::FirstMonthOfQuarter]);
    assert_eq!(
        occurrences("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=10", spring, date(2026, 8, 1), first).unwrap(),
        [date(2026, 4, 10), date(2026, 7, 10)]
    );
    let start = Choice { bare: Bare::Start, month: Bare::Start };
    assert_eq!(occurrences("FREQ=MONTHLY", spring, april, start).unwrap(), [date(2026, 4, 1)]);
    for bad in [
        "",
        "FREQ=SECONDLY",
        "FREQ=DAILY;COUNT=3",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=WEEKLY;BYDAY=星",
    ] {
        assert!(matches!(occurrences(bad, spring, april, first), Err(RuleError::Part(_))), "{bad}");
    }
    assert_eq!(occurrences("FREQ=DAILY", Date::MIN, Date::MAX, first), Err(RuleError::TooMany));
}

#[test]
fn terms_of_a_place() {
    let read = |json: &str| Terms::import(json);
    let terms = read(r#"{"terms":{"spring":["02-20","07-05"],"autumn":["08-28","01-18"]},"off":[]}"#)
        .unwrap()
        .unwrap();
    assert_eq!((terms.spring.start, terms.autumn.end), ((2, 20), (1, 18)));
    let found = find("开学前完成整修，学期末总结。", &Context::new(date(2026, 3, 2)).with_terms(terms));
    let days: Vec<_> = found.iter().map(|found| found.when.clone()).collect();
    assert_eq!(days, [When::By { end: date(2026, 8, 27) }, When::By { end: date(2026, 7, 5) }]);
    assert!(read(r#"{"year":2026}"#).unwrap().is_none());
    for (bad, day) in [("02-30", "02-30"), ("二月", "二月"), ("0-1", "0-1")] {
        let json = format!(r#"{{"terms":{{"spring":["{bad}","07-05"],"autumn":["09-01","01-18"]}}}}"#);
        assert!(matches!(read(&json), Err(ImportError::NoDay(told)) if told == day), "{bad}");
    }
    assert!(matches!(read(r#"{"terms":{"spring":[]}}"#), Err(ImportError::Form(_))));
}
