//! Numbers written in the formats that Word offers for lists.

/// A number in the format `format` (`w:numFmt`); formats of other languages come out in Arabic
/// figures.
pub(crate) fn write(format: &str, n: i64) -> String {
    let plain = || n.to_string();
    let Ok(positive) = u32::try_from(n) else {
        return plain();
    };
    match format {
        "none" | "bullet" => String::new(),
        "chineseCounting" | "taiwaneseCounting" if positive >= 100 => {
            digits(positive, "〇一二三四五六七八九")
        }
        "chineseCounting" | "taiwaneseCounting" | "chineseCountingThousand" | "taiwaneseCountingThousand" => {
            counting(positive, "零一二三四五六七八九", "十百千万").unwrap_or_else(plain)
        }
        "japaneseCounting" => counting(positive, "〇一二三四五六七八九", "十百千万")
            .map(|text| {
                text.replace("一百", "百").replace("一千", "千").replace("一十", "十").replace('〇', "")
            })
            .unwrap_or_else(plain),
        "ideographDigital" | "japaneseDigitalTenThousand" => digits(positive, "〇一二三四五六七八九"),
        "taiwaneseDigital" => digits(positive, "○一二三四五六七八九"),
        "chineseLegalSimplified" => {
            counting(positive, "零壹贰叁肆伍陆柒捌玖", "拾佰仟万").unwrap_or_else(plain)
        }
        "ideographLegalTraditional" => {
            counting(positive, "零壹貳參肆伍陸柒捌玖", "拾佰仟萬").unwrap_or_else(plain)
        }
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => match positive {
            1..=20 => nth('①', positive),
            21..=35 => nth('㉑', positive - 20),
            36..=50 => nth('㊱', positive - 35),
            _ => plain(),
        },
        "decimalEnclosedParen" if (1..=20).contains(&positive) => nth('⑴', positive),
        "decimalEnclosedFullstop" if (1..=20).contains(&positive) => nth('⒈', positive),
        "ideographEnclosedCircle" if (1..=10).contains(&positive) => nth('㊀', positive),
        "decimalFullWidth" | "decimalFullWidth2" => digits(positive, "０１２３４５６７８９"),
        "decimalZero" => format!("{n:02}"),
        "numberInDash" => format!("- {n} -"),
        "upperLetter" | "lowerLetter" if (1..=780).contains(&positive) => {
            letters(positive, format == "upperLetter")
        }
        "upperRoman" | "lowerRoman" if (1..=3999).contains(&positive) => {
            roman(positive, format == "upperRoman")
        }
        "ideographTraditional" if (1..=10).contains(&positive) => pick("甲乙丙丁戊己庚辛壬癸", positive - 1),
        "ideographZodiac" if (1..=12).contains(&positive) => pick("子丑寅卯辰巳午未申酉戌亥", positive - 1),
        "ideographZodiacTraditional" if (1..=60).contains(&positive) => {
            pick("甲乙丙丁戊己庚辛壬癸", (positive - 1) % 10)
                + &pick("子丑寅卯辰巳午未申酉戌亥", (positive - 1) % 12)
        }
        _ => plain(),
    }
}

/// A number by a pattern of examples such as `001, 002, 003, ...`: padded to their width.
pub(super) fn write_custom(pattern: &str, n: i64) -> String {
    let first = pattern.split(',').next().unwrap_or("").trim();
    let width = if first.bytes().all(|b| b.is_ascii_digit()) { first.len().min(10) } else { 0 };
    format!("{n:0width$}")
}

fn pick(names: &str, index: u32) -> String {
    names.chars().nth(index as usize).map(String::from).unwrap_or_default()
}

/// The `n`th character from `first` on, counted from 1.
fn nth(first: char, n: u32) -> String {
    char::from_u32(first as u32 + n - 1).map(String::from).unwrap_or_default()
}

/// Figure by figure: 〇一二.
fn digits(n: u32, figures: &str) -> String {
    n.to_string().bytes().map(|digit| pick(figures, u32::from(digit - b'0'))).collect()
}

/// As one counts aloud, up to 99 999: 一百零五, 十二 (not 一十二).
fn counting(n: u32, figures: &str, units: &str) -> Option<String> {
    if n > 99_999 {
        return None;
    }
    if n == 0 {
        return Some(pick(figures, 0));
    }
    let mut out = String::new();
    let mut gap = false;
    for power in (0..=4_u32).rev() {
        let digit = n / 10_u32.pow(power) % 10;
        if digit == 0 {
            gap = true;
            continue;
        }
        if gap && !out.is_empty() {
            out += &pick(figures, 0);
        }
        gap = false;
        if !(power == 1 && n < 20) {
            out += &pick(figures, digit);
        }
        if power > 0 {
            out += &pick(units, power - 1);
        }
    }
    Some(out)
}

/// A … Z, AA, BB, … as Word counts them.
fn letters(n: u32, upper: bool) -> String {
    let first = if upper { 'A' } else { 'a' };
    nth(first, (n - 1) % 26 + 1).repeat(((n - 1) / 26 + 1) as usize)
}

fn roman(mut n: u32, upper: bool) -> String {
    const PARTS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut out = String::new();
    for (value, part) in PARTS {
        while n >= value {
            out += part;
            n -= value;
        }
    }
    if upper { out } else { out.to_lowercase() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(format: &str, expect: &[(i64, &str)]) {
        for (n, text) in expect {
            assert_eq!(write(format, *n), *text, "{format} {n}");
        }
    }

    #[test]
    fn chinese_numbers_are_counted_as_spoken() {
        let spoken = [
            (1, "一"),
            (10, "十"),
            (11, "十一"),
            (20, "二十"),
            (99, "九十九"),
            (100, "一百"),
            (105, "一百零五"),
            (110, "一百一十"),
            (1001, "一千零一"),
            (99_999, "九万九千九百九十九"),
            (100_000, "100000"),
        ];
        check("chineseCountingThousand", &spoken);
        check("chineseCounting", &[(19, "十九"), (100, "一〇〇")]);
        check("japaneseCounting", &[(21, "二十一"), (115, "百十五")]);
        check("chineseLegalSimplified", &[(12, "拾贰"), (203, "贰佰零叁")]);
        check("ideographDigital", &[(2023, "二〇二三")]);
    }

    #[test]
    fn other_formats() {
        check("decimalEnclosedCircle", &[(1, "①"), (20, "⑳"), (21, "㉑"), (50, "㊿"), (51, "51"), (0, "0")]);
        check("decimalEnclosedParen", &[(3, "⑶"), (21, "21")]);
        check("upperLetter", &[(1, "A"), (27, "AA"), (1_000_000, "1000000")]);
        check("lowerRoman", &[(4, "iv"), (5000, "5000")]);
        check("decimalFullWidth", &[(12, "１２")]);
        check("ideographTraditional", &[(1, "甲"), (11, "11")]);
        check("bullet", &[(1, "")]);
        check("decimal", &[(-1, "-1")]);
        assert_eq!(write_custom("001, 002, 003, ...", 7), "007");
    }
}
