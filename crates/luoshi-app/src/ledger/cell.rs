//! What is typed into cells, made into what the engine reads: narrow digits, days, money in yuan.

use jiff::ToSpan;
use jiff::civil::{Date, date};
use luoshi_engine::{FieldValue, World};
use luoshi_pack::{Field, FieldKind};
use luoshi_press::visible;

/// Why a cell cannot be taken and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wrong {
    pub(super) cause: String,
    pub(super) remedy: String,
}

impl Wrong {
    pub(super) fn new(cause: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { cause: cause.into(), remedy: remedy.into() }
    }
}

/// Full-width letters, digits and marks as their narrow ones.
pub(super) fn narrow(text: &str) -> String {
    let one = |c: char| match c {
        '！'..='～' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        '—' | '–' | '−' => '-',
        c => c,
    };
    text.chars().map(one).collect()
}

/// Words as a sheet gives them back: no blanks at the ends of lines, no empty lines, nothing that steers.
pub(super) fn plain(text: &str) -> String {
    let text = visible(text);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join("\n")
}

/// Without any blank: heads and names.
pub(super) fn tight(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// A day in any of the ways that stand in cells, a spreadsheet's count of days among them.
pub(super) fn parse_day(text: &str) -> Option<Date> {
    let text = tight(&narrow(text));
    if let Ok(serial) = text.parse::<f64>() {
        return of_number(serial, &text);
    }
    // A time of day behind the date says nothing more about the day.
    let end = text.find('日').or_else(|| text.find('T'));
    let text = end.map_or(text.as_str(), |end| &text[..end]);
    let parts: Vec<&str> = text.split(['年', '月', '-', '/', '.']).filter(|part| !part.is_empty()).collect();
    let [year, month, day] = parts.as_slice() else { return None };
    // Where the blank before a time fell out, the day has two digits.
    let day = if day.contains(':') { day.get(..2)? } else { day };
    Date::new(year.parse().ok().filter(|year| *year >= 1900)?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn of_number(serial: f64, text: &str) -> Option<Date> {
    // 1954 to 2119: a year alone, 2026, is no day of the summer of 1905.
    if (20_000.0..80_000.0).contains(&serial) {
        #[expect(clippy::cast_possible_truncation, reason = "between 20 000 and 80 000")]
        let days = serial.floor() as i64;
        return date(1899, 12, 30).checked_add(days.days()).ok();
    }
    if text.len() != 8 {
        return None;
    }
    Date::new(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?).ok()
}

/// How many places the head's unit moves the point against the register's: 万 is four.
pub(super) fn scale(head_unit: &str, field: &Field) -> Result<u32, Wrong> {
    let own = if field.kind == FieldKind::Money { "元" } else { field.unit.as_deref().unwrap_or("") };
    let numeric = matches!(field.kind, FieldKind::Number | FieldKind::Money);
    if !numeric || head_unit.is_empty() || head_unit == own || (own == "%" && head_unit == "百分比") {
        return Ok(0);
    }
    match head_unit.strip_suffix(own) {
        Some("万") => Ok(4),
        Some("百万") => Ok(6),
        Some("亿") => Ok(8),
        Some("千") => Ok(3),
        _ if own.is_empty() => Ok(0),
        _ => Err(Wrong::new(
            format!("表头的单位是“{head_unit}”，台账以“{own}”为单位"),
            format!("请换算成“{own}”，并把表头改为“{}（{own}）”", field.title),
        )),
    }
}

/// Reads what a cell holds as the field has it. Where it is not a value of the field, the sentence of the
/// engine says what is wanted.
pub(super) fn parse_cell(
    world: &World<'_>,
    field: &Field,
    text: &str,
    places: u32,
) -> Result<FieldValue, Wrong> {
    let given = match field.kind {
        FieldKind::Number | FieldKind::Money => number(text, field, places),
        FieldKind::Date => parse_day(text).map_or_else(|| text.to_owned(), |day| day.to_string()),
        FieldKind::Choice | FieldKind::Unit => tight(text),
        FieldKind::Reference => narrow(text),
        FieldKind::Text | FieldKind::Person | FieldKind::Place => plain(text),
        FieldKind::File => {
            let remedy = format!("请把“{}”一栏留空或保持原样，在系统中上传文件", field.title);
            return Err(Wrong::new("附件不能通过表格填报", remedy));
        }
    };
    let remedy = || format!("请改正“{}”后重新导入；不改的留空即可", field.title);
    world.parse_field(field, &given).map_err(|refusal| Wrong::new(refusal.sentence, remedy()))
}

/// A number without its unit, the point moved.
fn number(text: &str, field: &Field, places: u32) -> String {
    let mut text = tight(&narrow(text)).replace(',', "");
    let own = if field.kind == FieldKind::Money { "元" } else { field.unit.as_deref().unwrap_or("") };
    text = text.trim_start_matches(['￥', '¥']).to_owned();
    if let Some(bare) = text.strip_suffix(own).filter(|bare| !bare.is_empty()) {
        text = bare.to_owned();
    }
    let mut places = places;
    // A unit in the cell counts instead of the head's: 3万元 under 元.
    for (word, more) in [("万", 4), ("亿", 8)] {
        if let Some(bare) = text.strip_suffix(word).map(str::to_owned) {
            (text, places) = (bare, more);
        }
    }
    moved(&text, places).unwrap_or(text)
}

/// A decimal number with its point moved to the right, exactly; none where it is no plain number.
fn moved(text: &str, places: u32) -> Option<String> {
    if places == 0 {
        return None;
    }
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    if digits.is_empty() || !whole.chars().chain(part.chars()).all(|c| c.is_ascii_digit()) {
        return None;
    }
    let places = places as usize;
    let part = format!("{part:0<places$}");
    let (up, rest) = part.split_at(places);
    let rest = rest.trim_end_matches('0');
    let whole = format!("{whole}{up}");
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(if rest.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") })
}

/// Whether two values say the same: a spreadsheet keeps fifteen digits of a number.
pub(super) fn equal(one: &FieldValue, other: &FieldValue) -> bool {
    match (one, other) {
        (FieldValue::Number(a), FieldValue::Number(b)) => (a - b).abs() <= a.abs().max(b.abs()) * 1e-12,
        (FieldValue::Text(a), FieldValue::Text(b)) => plain(a) == plain(b),
        (a, b) => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_offices_write_them() {
        let day = Some(date(2026, 3, 9));
        let cases = [
            ("2026-03-09", day),
            ("2026年3月9日", day),
            ("2026年3月9日 17:30", day),
            ("2026/3/9", day),
            ("２０２６．３．９", day),
            ("20260309", day),
            ("46090", day),
            ("46090.5", day),
            ("2026-03-09 08:30", day),
            ("2026年2月30日", None),
            ("2026", None),
            ("3月底", None),
            ("26.3.9", None),
        ];
        for (text, expect) in cases {
            assert_eq!(parse_day(text), expect, "{text}");
        }
    }

    #[test]
    fn the_point_is_moved_exactly() {
        let cases = [
            ("3.5", 4, Some("35000")),
            ("0.00015", 4, Some("1.5")),
            ("-12", 4, Some("-120000")),
            ("1.1", 8, Some("110000000")),
            ("三", 4, None),
            ("", 4, None),
        ];
        for (text, places, expect) in cases {
            assert_eq!(moved(text, places).as_deref(), expect, "{text}");
        }
    }

    #[test]
    fn units_of_heads_are_told_apart() {
        let field = |kind: &str, unit: &str| -> Field {
            let unit = if unit.is_empty() { String::new() } else { format!(r#","unit":"{unit}""#) };
            serde_json::from_str(&format!(r#"{{"key":"k","title":"栏","kind":"{kind}"{unit}}}"#)).unwrap()
        };
        assert_eq!(scale("万元", &field("money", "")).unwrap(), 4);
        assert_eq!(scale("元", &field("money", "")).unwrap(), 0);
        assert_eq!(scale("万吨", &field("number", "吨")).unwrap(), 4);
        let wrong = scale("公斤", &field("number", "吨")).unwrap_err();
        assert_eq!(wrong.cause, "表头的单位是“公斤”，台账以“吨”为单位");
        assert_eq!(scale("公斤", &field("text", "")).unwrap(), 0);
    }
}
