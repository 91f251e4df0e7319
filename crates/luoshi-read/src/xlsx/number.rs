//! Numbers as a sheet shows them.

/// How a cell's number is shown.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum NumberFormat {
    /// As it is.
    General,
    /// A date, a time or both.
    Date { parts: Parts, since_1904: bool },
    /// With a number of decimals, at least and at most, and words around it.
    Decimal { least: usize, most: usize, percent: bool, before: String, after: String },
}

/// Which parts of a moment a format names.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Parts {
    year: bool,
    month: bool,
    day: bool,
    time: bool,
    /// Hours that may pass 24.
    elapsed: bool,
}

impl NumberFormat {
    /// One of the formats that files do not spell out, as Chinese versions show them.
    pub(super) fn built_in(id: u32, since_1904: bool) -> Self {
        let code = match id {
            1 => "0",
            2 => "0.00",
            3 | 37 | 38 => "#,##0",
            4 | 39 | 40 => "#,##0.00",
            9 => "0%",
            10 => "0.00%",
            14 | 30 | 31 => "yyyy-m-d",
            15 | 16 | 28 | 29 | 50..=51 | 53..=54 | 58 => "m-d",
            17 | 27 | 36 | 52 | 57 => "yyyy-m",
            18..=21 | 32..=35 | 45 | 47 | 55..=56 => "h:mm",
            22 => "yyyy-m-d h:mm",
            46 => "[h]:mm",
            _ => return Self::General,
        };
        Self::of_code(code, since_1904)
    }

    /// A format as its code says; only the part for positive numbers matters.
    pub(super) fn of_code(code: &str, since_1904: bool) -> Self {
        let scan = Scan::of(code);
        let parts = scan.parts;
        if parts != Parts::default() {
            return Self::Date { parts, since_1904 };
        }
        if !scan.number {
            return Self::General;
        }
        Self::Decimal {
            least: scan.least,
            most: scan.most,
            percent: scan.percent,
            before: scan.before,
            after: scan.after,
        }
    }

    /// The text of a number.
    pub(super) fn show(&self, number: f64) -> String {
        match self {
            Self::General => general(number),
            Self::Date { parts, since_1904 } => {
                show_moment(number, *parts, *since_1904).unwrap_or_else(|| general(number))
            }
            Self::Decimal { least, most, percent, before, after } => {
                let value = if *percent { number * 100.0 } else { number };
                let mut text = format!("{value:.most$}");
                if let Some(point) = text.find('.') {
                    while text.len() > point + 1 + least && text.ends_with('0') {
                        text.pop();
                    }
                    if text.ends_with('.') {
                        text.pop();
                    }
                }
                let sign = if *percent { "%" } else { "" };
                format!("{before}{text}{sign}{after}")
            }
        }
    }
}

/// What the code of a format holds.
#[derive(Default)]
struct Scan {
    parts: Parts,
    number: bool,
    percent: bool,
    least: usize,
    most: usize,
    before: String,
    after: String,
}

impl Scan {
    fn of(code: &str) -> Self {
        let mut scan = Self::default();
        let mut point = false;
        let mut chars = code.chars();
        let mut minutes = false;
        while let Some(c) = chars.next() {
            match c {
                ';' => break,
                '"' => {
                    let quoted: String = chars.by_ref().take_while(|&c| c != '"').collect();
                    scan.word(&quoted);
                }
                '\\' => {
                    if let Some(c) = chars.next() {
                        scan.word(c.encode_utf8(&mut [0; 4]));
                    }
                }
                '_' | '*' => {
                    chars.next();
                }
                '[' => {
                    let inner: String = chars.by_ref().take_while(|&c| c != ']').collect();
                    if matches!(inner.chars().next(), Some('h' | 'H' | 'm' | 'M' | 's')) {
                        (scan.parts.elapsed, scan.parts.time) = (true, true);
                    } else if let Some(rest) = inner.strip_prefix('$') {
                        scan.word(rest.split('-').next().unwrap_or_default());
                    }
                }
                '0' | '#' | '?' => {
                    scan.number = true;
                    if point {
                        scan.most += 1;
                        scan.least += usize::from(c == '0');
                    }
                }
                '.' => point = true,
                '%' => scan.percent = true,
                'y' | 'Y' | 'e' if !scan.number => scan.parts.year = true,
                'd' | 'D' if !scan.number => scan.parts.day = true,
                'h' | 'H' | 's' | 'S' if !scan.number => {
                    (scan.parts.time, minutes) = (true, true);
                }
                // `m` is the month, or minutes beside hours and seconds.
                'm' | 'M' if !scan.number => scan.parts.month |= !minutes,
                'G' | 'g' | '@' if !scan.number => return Self::default(),
                c if !c.is_ascii() => scan.word(c.encode_utf8(&mut [0; 4])),
                _ => {}
            }
        }
        // `mm:ss` names no hour, and its first `m` no month.
        if scan.parts.time && !scan.parts.year && !scan.parts.day {
            scan.parts.month = false;
        }
        scan
    }

    fn word(&mut self, word: &str) {
        let place = if self.number { &mut self.after } else { &mut self.before };
        place.push_str(word);
    }
}

/// A number without a format: whole ones without a point, others without the noise of binary
/// fractions.
pub(super) fn general(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return format!("{number:.0}");
    }
    let digits = 14 - (number.abs().log10().floor() as i32).clamp(-200, 14);
    let rounded: f64 = format!("{number:.*}", digits.clamp(0, 300) as usize).parse().unwrap_or(number);
    rounded.to_string()
}

/// A serial number as a date or time; `None` where it is out of the calendar.
fn show_moment(number: f64, parts: Parts, since_1904: bool) -> Option<String> {
    if !(0.0..2_958_466.0).contains(&number) {
        return None;
    }
    let minutes = (number * 1440.0).round() as i64;
    let (day, minute) = (minutes / 1440, minutes % 1440);
    if parts.elapsed {
        return Some(format!("{}:{:02}", minutes / 60, minutes % 60));
    }
    let (year, month, day) = civil(day, since_1904);
    let mut out = String::new();
    if parts.year {
        out.push_str(&format!("{year}年"));
    }
    if parts.month {
        out.push_str(&format!("{month}月"));
    }
    if parts.day {
        out.push_str(&format!("{day}日"));
    }
    if parts.time {
        let gap = if out.is_empty() { "" } else { " " };
        out.push_str(&format!("{gap}{}:{:02}", minute / 60, minute % 60));
    }
    Some(out)
}

/// The date of a day counted from the turn of 1900 (which spreadsheets take for a leap year) or
/// from 1904.
fn civil(day: i64, since_1904: bool) -> (i64, i64, i64) {
    let from_epoch = match (since_1904, day) {
        (true, day) => day - 24_107,
        (false, 0..60) => day - 25_568,
        (false, day) => day - 25_569,
    };
    // Days since 1970 to year, month, day, by eras of 400 years that begin in March.
    let z = from_epoch + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let m = (5 * of_year + 2) / 153;
    let day = of_year - (153 * m + 2) / 5 + 1;
    let month = if m < 10 { m + 3 } else { m - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(code: &str, number: f64, expect: &str) {
        let format = NumberFormat::of_code(code, false);
        assert_eq!(format.show(number), expect, "{code}");
    }

    #[test]
    fn dates_and_times() {
        check("yyyy\"年\"m\"月\"d\"日\"", 46082.0, "2026年3月1日");
        check("yyyy/m/d;@", 46082.0, "2026年3月1日");
        check("[$-804]yyyy\"年\"m\"月\";@", 46082.0, "2026年3月");
        check("m\"月\"d\"日\"", 46082.0, "3月1日");
        check("yyyy-mm-dd hh:mm", 46082.375, "2026年3月1日 9:00");
        check("h:mm", 0.3958333, "9:30");
        check("[h]:mm", 1.5, "36:00");
        check("yyyy-m-d", 1.0, "1900年1月1日");
        check("yyyy-m-d", 61.0, "1900年3月1日");
        check("yyyy-m-d", -3.0, "-3");
        assert_eq!(NumberFormat::built_in(14, true).show(44620.0), "2026年3月1日");
        assert_eq!(NumberFormat::built_in(58, false).show(46082.0), "3月1日");
    }

    #[test]
    fn numbers() {
        check("General", 3.0, "3");
        check("General", 0.1 + 0.2, "0.3");
        check("G/通用格式", 12.5, "12.5");
        check("@", 12.0, "12");
        check("0%", 0.95, "95%");
        check("0.0#%", 0.955, "95.5%");
        check("#,##0.00", 1234.5, "1234.50");
        check("0\"个\"", 12.0, "12个");
        check("\"¥\"#,##0", 1500.0, "¥1500");
        check("0_ ", 7.4, "7");
        assert_eq!(general(1e300).len(), 301);
    }
}
