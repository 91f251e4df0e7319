//! What cells say: names, lists, numbers and days as people type them.

use jiff::ToSpan;
use jiff::civil::{Date, date};

/// The word that empties what an empty cell would leave as it is.
pub(super) const NOTHING: &str = "无";

/// A csv cell without the mark that keeps spreadsheets from taking it for a formula.
pub(super) fn disarmed(words: &str) -> &str {
    let armed = |rest: &&str| {
        let first = rest.trim_start().chars().next();
        first.is_some_and(|c| "=+-@＝＋－＠".contains(c))
    };
    words.strip_prefix('\'').filter(armed).unwrap_or(words)
}

/// Full-width letters, digits and signs as half-width ones, without blanks around.
pub(super) fn half_width(words: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        c => c,
    };
    words.chars().map(narrow).collect::<String>().trim().to_owned()
}

/// A name without the blanks and line feeds that were set for its looks (张　三, 松坪镇\n人民政府).
pub(super) fn name(words: &str) -> String {
    let words: Vec<char> = words.trim().chars().collect();
    let kept = |i: usize| {
        let inner = |at: Option<&char>| at.is_some_and(|c| c.is_ascii_graphic());
        !words[i].is_whitespace()
            || (words[i] == ' ' && inner(words.get(i + 1)) && i > 0 && inner(words.get(i - 1)))
    };
    (0..words.len()).filter(|i| kept(*i)).map(|i| words[i]).collect()
}

/// Whether a name or code as it is kept is what a cell says, whose blanks are gone.
pub(super) fn same(kept: &str, words: &str) -> bool {
    kept == words || kept.len() > words.len() && kept.contains(char::is_whitespace) && name(kept) == words
}

/// A code: half-width, without blanks.
pub(super) fn code(words: &str) -> String {
    half_width(words).split_whitespace().collect()
}

/// A mobile number without blanks, strokes and the country's prefix.
pub(super) fn mobile(words: &str) -> String {
    let digits: String = half_width(words).chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    let digits = digits.strip_prefix("+86").or(digits.strip_prefix("0086")).unwrap_or(&digits);
    digits.to_owned()
}

/// Several words in one cell.
pub(super) fn list(words: &str) -> Vec<String> {
    let parts = words.split(['、', ',', '，', ';', '；', '|', '\n']);
    parts.map(name).filter(|part| !part.is_empty()).collect()
}

/// A day; one that names a month only is its first day, or its last where `end` is meant.
pub(super) fn day(words: &str, end: bool) -> Result<Date, String> {
    let plain = half_width(words);
    let fault = || format!("日期“{}”无法识别，请写成2026年3月1日或2026-3-1。", words.trim());
    // A time of day behind the date does not matter.
    let plain = plain.split([' ', 'T']).next().unwrap_or_default();
    let groups: Vec<&str> = plain.split(|c: char| !c.is_ascii_digit()).filter(|g| !g.is_empty()).collect();
    let number = |text: &str| text.parse::<i16>().map_err(|_| fault());
    let (year, month, day) = match groups[..] {
        // A date whose cell was not set as one: days since the end of 1899, as spreadsheets count.
        [serial] if serial == plain && serial.len() == 5 => {
            let days: i32 = serial.parse().map_err(|_| fault())?;
            return date(1899, 12, 30).checked_add(days.days()).map_err(|_| fault());
        }
        [whole] if whole.len() == 8 && whole.is_ascii() => {
            (number(&whole[..4])?, number(&whole[4..6])?, Some(number(&whole[6..])?))
        }
        [year, month] if year.len() == 4 => (number(year)?, number(month)?, None),
        [year, month, day] if year.len() == 4 => (number(year)?, number(month)?, Some(number(day)?)),
        _ => return Err(fault()),
    };
    let small = |n: i16| i8::try_from(n).map_err(|_| fault());
    let first = Date::new(year, small(month)?, 1).map_err(|_| fault())?;
    match day {
        Some(day) => Date::new(year, small(month)?, small(day)?).map_err(|_| fault()),
        None if end => Ok(first.last_of_month()),
        None => Ok(first),
    }
}

/// Yes or no.
pub(super) fn yes(words: &str) -> Result<bool, String> {
    match half_width(words).to_lowercase().as_str() {
        "是" | "y" | "yes" | "1" | "true" | "√" | "外部" => Ok(true),
        "否" | "n" | "no" | "0" | "false" | "×" | "内部" | "无" => Ok(false),
        other => Err(format!("“{other}”应写“是”或“否”。")),
    }
}

/// A day as lists show it.
pub(super) fn show(day: Date) -> String {
    // The founding day stands for "since ever" and would only puzzle.
    if day == date(1949, 10, 1) { String::new() } else { day.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_as_people_type_them() {
        let check = |words: &str, expect: &str| {
            let got = day(words, false).map_or_else(|_| "?".to_owned(), |day| day.to_string());
            assert_eq!(got, expect, "{words}");
        };
        check("2026年3月1日", "2026-03-01");
        check("2026-3-1", "2026-03-01");
        check("２０２６／３／１", "2026-03-01");
        check("2026.03.01 00:00", "2026-03-01");
        check("20260301", "2026-03-01");
        check("2026年3月", "2026-03-01");
        check("46082", "2026-03-01");
        check("第46082号", "?");
        check("2026年2月30日", "?");
        check("3月1日", "?");
        check("99999999999999999999", "?");
        check("明年", "?");
        assert_eq!(day("2026年2月", true), Ok(date(2026, 2, 28)));
    }

    #[test]
    fn words_lose_what_was_set_for_their_looks() {
        assert_eq!(name(" 张　三 "), "张三");
        assert_eq!(name("松坪镇\n人民政府"), "松坪镇人民政府");
        assert_eq!(name("3M  中国 China Ltd"), "3M中国China Ltd");
        assert_eq!(mobile("１３８-0013 8000"), "13800138000");
        assert_eq!(mobile("+86 138 0013 8000"), "13800138000");
        assert_eq!(code(" ５２２３ 01"), "522301");
        assert_eq!(list("松坪、松坪政府；\n"), ["松坪", "松坪政府"]);
        assert_eq!(disarmed("'=1+1"), "=1+1");
        assert_eq!(disarmed("'甲"), "'甲");
    }
}
