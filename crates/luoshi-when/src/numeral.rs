//! Numbers as Chinese texts write them: `383`, `３８３`, `2,000`, `2.5万`, `二十五`, `二〇二六`,
//! `叁仟`, `廿五`, `两万五`, `三点五`, `百分之八十`, `三分之二`, `八成`.
//!
//! Both functions read a *prefix* of the text and say how many bytes they took, so that a caller
//! can look at the measure word that follows. Nothing is taken from the middle of a longer
//! numeral, and a unit without a digit (`百姓`, `万一`) is no number.

/// Digits beyond this many make no number: the value would not be exact any more.
const MOST_DIGITS: u32 = 17;

/// Reads a number at the start of `text`; gives its value and how many bytes it took.
///
/// Percent signs are left to the caller (`80%` reads as 80, two bytes); fractions in words are
/// carried out (`百分之八十` is 0.8).
///
/// ```
/// use luoshi_when::numeral::parse_number;
///
/// assert_eq!(parse_number("2.5万元"), Some((25000.0, 6)));
/// assert_eq!(parse_number("百分之八十以上"), Some((0.8, 15)));
/// assert_eq!(parse_number("百姓"), None);
/// ```
pub fn parse_number(text: &str) -> Option<(f64, usize)> {
    if let Some(part) = fraction(text) {
        return Some(part);
    }
    let (number, length) = plain(text)?;
    if let Some((divided, more)) = denominator(&text[length..], number) {
        return Some((divided, length + more));
    }
    if let Some(more) = tenths(&text[length..]) {
        return Some((number.scaled(1).value(), length + more));
    }
    if let Some(rest) = text[length..].strip_prefix('半')
        && number.is(1)
        && !rest.starts_with(['天', '年', '个', '月'])
    {
        return Some((0.5, length + '半'.len_utf8()));
    }
    Some((number.value(), length))
}

/// Reads a whole number at the start of `text`; gives its value and how many bytes it took.
///
/// ```
/// use luoshi_when::numeral::parse_integer;
///
/// assert_eq!(parse_integer("二十五日前"), Some((25, 9)));
/// assert_eq!(parse_integer("1.2万人"), Some((12000, 6)));
/// assert_eq!(parse_integer("2.5元"), None);
/// ```
pub fn parse_integer(text: &str) -> Option<(i64, usize)> {
    let (number, length) = plain(text)?;
    (number.scale == 0).then_some((number.mantissa, length))
}

/// A decimal number, exact: `mantissa` divided by ten to the `scale`.
#[derive(Clone, Copy)]
struct Decimal {
    mantissa: i64,
    scale: u32,
}

impl Decimal {
    fn new(mantissa: i64, scale: u32) -> Self {
        let mut number = Self { mantissa, scale };
        while number.scale > 0 && number.mantissa % 10 == 0 {
            number.mantissa /= 10;
            number.scale -= 1;
        }
        number
    }

    /// The nearest floating-point number.
    fn value(self) -> f64 {
        self.mantissa as f64 / 10f64.powi(self.scale as i32)
    }

    /// Divided by ten to the `places`.
    fn scaled(self, places: u32) -> Self {
        Self::new(self.mantissa, self.scale + places)
    }

    fn times(self, factor: i64) -> Option<Self> {
        Some(Self::new(self.mantissa.checked_mul(factor)?, self.scale))
    }

    fn plus(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let lift = |n: Self| n.mantissa.checked_mul(10i64.checked_pow(scale - n.scale)?);
        Some(Self::new(lift(self)?.checked_add(lift(other)?)?, scale))
    }

    fn is(self, whole: i64) -> bool {
        self.scale == 0 && self.mantissa == whole
    }
}

/// `百分之N`, `千分之N`, `万分之N`, which begin with a bare unit.
fn fraction(text: &str) -> Option<(f64, usize)> {
    let unit = text.chars().next()?;
    let places = match unit {
        '百' | '佰' => 2,
        '千' | '仟' => 3,
        '万' => 4,
        _ => return None,
    };
    let head = unit.len_utf8() + "分之".len();
    let rest = text[unit.len_utf8()..].strip_prefix("分之")?;
    if let Some(tail) = rest.strip_prefix('百')
        && !tail.starts_with(is_numeral)
    {
        return Some((Decimal::new(100, places).value(), head + '百'.len_utf8()));
    }
    let (number, length) = plain(rest)?;
    Some((number.scaled(places).value(), head + length))
}

/// `分之N` after a number: three of `三分之二` is read already.
fn denominator(rest: &str, below: Decimal) -> Option<(f64, usize)> {
    let (above, length) = plain(rest.strip_prefix("分之")?)?;
    (below.mantissa != 0).then(|| (above.value() / below.value(), "分之".len() + length))
}

/// The length of `成` where it says tenths: not in 成员, 成立, 成功.
fn tenths(rest: &str) -> Option<usize> {
    let after = rest.strip_prefix('成')?;
    let word = after.starts_with(|c| "员立功为果长绩本效都年不套批交就".contains(c));
    (!word).then_some('成'.len_utf8())
}

/// A number without fraction words.
fn plain(text: &str) -> Option<(Decimal, usize)> {
    let first = text.chars().next()?;
    if digit(first).is_some() {
        return arabic(text);
    }
    if chinese_digit(first).is_some() || matches!(small_unit(first), Some(10)) || tens(first) > 0 {
        return chinese(text);
    }
    None
}

/// Digits, a decimal part, and the units that follow them: 2.5万, 3千, 1万5千, 1.2万亿.
fn arabic(text: &str) -> Option<(Decimal, usize)> {
    let (mut total, mut at) = digits(text)?;
    let mut least = i64::MAX;
    while let Some((factor, length)) = factor(&text[at..]) {
        // 1.2万 grows the last number; 1万5千 adds a smaller one.
        if factor >= least {
            break;
        }
        total = total.times(factor)?;
        at += length;
        least = factor;
        if let Some((more, length)) = digits(&text[at..])
            && let Some((smaller, unit)) = self::factor(&text[at + length..])
            && smaller < factor
        {
            total = total.plus(more.times(smaller)?)?;
            at += length + unit;
            least = smaller;
        }
    }
    Some((total, at))
}

/// The unit at the start of `text` and its length; 万亿 is one unit, 千克 and 百分 are none.
fn factor(text: &str) -> Option<(i64, usize)> {
    let unit = text.chars().next()?;
    let length = unit.len_utf8();
    let rest = &text[length..];
    match unit {
        '万' | '萬' if rest.starts_with(['亿', '億']) => Some((1_000_000_000_000, 2 * length)),
        '万' | '萬' => Some((10_000, length)),
        '亿' | '億' => Some((100_000_000, length)),
        '千' if rest.starts_with(['万', '萬']) => Some((10_000_000, 2 * length)),
        '百' if rest.starts_with(['万', '萬']) => Some((1_000_000, 2 * length)),
        '千' if !rest.starts_with(['克', '米', '瓦', '伏', '卡', '分', '家', '户']) => {
            Some((1000, length))
        }
        '百' if !rest.starts_with(['分', '日', '姓', '家', '货']) => Some((100, length)),
        _ => None,
    }
}

/// Digits with an optional decimal part; a comma before exactly three digits groups thousands.
fn digits(text: &str) -> Option<(Decimal, usize)> {
    let mut mantissa = 0i64;
    let (mut count, mut scale, mut at) = (0u32, 0u32, 0usize);
    let mut point = false;
    let mut grouped = false;
    while let Some(c) = text[at..].chars().next() {
        if let Some(d) = digit(c) {
            count += 1;
            if count > MOST_DIGITS {
                return None;
            }
            mantissa = mantissa * 10 + i64::from(d);
            scale += u32::from(point);
        } else {
            let next = &text[at + c.len_utf8()..];
            let run = next.chars().take(4).take_while(|c| digit(*c).is_some()).count();
            match c {
                ',' if !point && run == 3 && (grouped || (1..=3).contains(&count)) => {
                    grouped = true;
                }
                '.' | '．' if !point && count > 0 && run > 0 => point = true,
                _ => break,
            }
        }
        at += c.len_utf8();
    }
    (count > 0).then(|| (Decimal::new(mantissa, scale), at))
}

/// A numeral in characters: 二十五, 二〇二六, 两万五, 三点五, 叁仟.
fn chinese(text: &str) -> Option<(Decimal, usize)> {
    let (whole, at) = chinese_whole(text)?;
    let mut number = Decimal::new(whole, 0);
    let mut end = at;
    if let Some(rest) = text[at..].strip_prefix(['点', '點']) {
        let (mut mantissa, mut scale, mut length) = (0i64, 0u32, 0usize);
        for c in rest.chars() {
            let Some(d) = chinese_digit(c) else { break };
            if scale == 9 {
                return None;
            }
            mantissa = mantissa * 10 + i64::from(d);
            scale += 1;
            length += c.len_utf8();
        }
        if scale > 0 {
            number = number.plus(Decimal::new(mantissa, scale))?;
            end += '点'.len_utf8() + length;
            if let Some((factor, unit)) = factor(&text[end..])
                && factor >= 10_000
            {
                number = number.times(factor)?;
                end += unit;
            }
        }
    }
    Some((number, end))
}

/// The whole part of a numeral in characters.
fn chinese_whole(text: &str) -> Option<(i64, usize)> {
    let run: usize =
        text.chars().take_while(|c| chinese_digit(*c).is_some()).take(MOST_DIGITS as usize + 1).count();
    let head: usize = text.chars().take(run).map(char::len_utf8).sum();
    let unit_follows = text[head..].chars().next().is_some_and(|c| unit(c) > 0);
    if run > MOST_DIGITS as usize {
        return None;
    }
    if run >= 2 && !unit_follows {
        let value =
            text.chars().take(run).filter_map(chinese_digit).fold(0, |value, d| value * 10 + i64::from(d));
        return Some((value, head));
    }
    units(text)
}

/// Digits joined by units: 一千零五, 三万二千, 廿五, 两万五.
fn units(text: &str) -> Option<(i64, usize)> {
    let (mut total, mut section, mut current) = (0i64, 0i64, None::<i64>);
    let (mut least, mut highest) = (i64::MAX, i64::MAX);
    let mut zero = false;
    let mut at = 0;
    for c in text.chars() {
        if let Some(d) = chinese_digit(c) {
            match (current, d) {
                (None, 0) => zero = true,
                (None, d) => current = Some(i64::from(d)),
                // 三四十 is a guess between two numbers: none is read.
                (Some(_), _) => return None,
            }
        } else if tens(c) > 0 {
            if current.is_some() || least <= 10 {
                break;
            }
            section += tens(c);
            least = 10;
        } else if let Some(unit) = small_unit(c) {
            if unit >= least || (unit > 10 && current.is_none()) {
                break;
            }
            section += current.take().unwrap_or(1) * unit;
            least = unit;
            zero = false;
        } else if let Some(unit) = large_unit(c) {
            let part = section + current.unwrap_or(0);
            if part == 0 {
                // 万亿: the unit grows what is read already.
                if total == 0 || unit <= 10_000 || at == 0 {
                    break;
                }
                total = total.checked_mul(unit)?;
                highest = unit;
            } else if unit >= highest {
                total = total.checked_add(part)?.checked_mul(unit)?;
                highest = unit;
            } else {
                total = total.checked_add(part.checked_mul(unit)?)?;
                highest = unit;
            }
            (section, current, least, zero) = (0, None, unit, false);
        } else {
            break;
        }
        at += c.len_utf8();
    }
    if at == 0 {
        return None;
    }
    // 两万五, 三千二: a last digit counts the next smaller unit.
    let last = match current {
        Some(d) if !zero && (100..i64::MAX).contains(&least) => d.checked_mul(least / 10)?,
        Some(d) => d,
        None => 0,
    };
    Some((total.checked_add(section)?.checked_add(last)?, at))
}

/// An Arabic digit, half or full width.
pub(crate) fn digit(c: char) -> Option<u32> {
    match c {
        '0'..='9' => Some(c as u32 - '0' as u32),
        '０'..='９' => Some(c as u32 - '０' as u32),
        _ => None,
    }
}

/// A Chinese digit, the forms of cheques included.
pub(crate) fn chinese_digit(c: char) -> Option<u32> {
    Some(match c {
        '零' | '〇' | '○' => 0,
        '一' | '壹' => 1,
        '二' | '贰' | '两' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

fn tens(c: char) -> i64 {
    match c {
        '廿' => 20,
        '卅' => 30,
        _ => 0,
    }
}

fn small_unit(c: char) -> Option<i64> {
    match c {
        '十' | '拾' => Some(10),
        '百' | '佰' => Some(100),
        '千' | '仟' => Some(1000),
        _ => None,
    }
}

fn large_unit(c: char) -> Option<i64> {
    match c {
        '万' | '萬' => Some(10_000),
        '亿' | '億' => Some(100_000_000),
        _ => None,
    }
}

fn unit(c: char) -> i64 {
    small_unit(c).or_else(|| large_unit(c)).unwrap_or(0)
}

/// Whether a character can stand in a numeral.
pub(crate) fn is_numeral(c: char) -> bool {
    digit(c).is_some() || chinese_digit(c).is_some() || tens(c) > 0 || unit(c) > 0
}

#[cfg(test)]
mod tests {
    use super::{parse_integer, parse_number};

    #[test]
    fn numbers() {
        let check = |text: &str, value: f64, taken: &str| {
            assert_eq!(parse_number(text), Some((value, taken.len())), "{text}");
        };
        check("383人", 383.0, "383");
        check("３８３人", 383.0, "３８３");
        check("2,000亩", 2000.0, "2,000");
        check("12,345,678元", 12_345_678.0, "12,345,678");
        check("3,4月", 3.0, "3");
        check("2.5万元", 25_000.0, "2.5万");
        check("1.2万亿元", 1.2e12, "1.2万亿");
        check("3万5千元", 35_000.0, "3万5千");
        check("5百元", 500.0, "5百");
        check("5千克", 5.0, "5");
        check("3.", 3.0, "3");
        check("0.1%", 0.1, "0.1");
        check("80%", 80.0, "80");
        check("一", 1.0, "一");
        check("十", 10.0, "十");
        check("十二个", 12.0, "十二");
        check("二十五日", 25.0, "二十五");
        check("二〇二六年", 2026.0, "二〇二六");
        check("二○二六年", 2026.0, "二○二六");
        check("一百零五", 105.0, "一百零五");
        check("一百五", 150.0, "一百五");
        check("一百五十", 150.0, "一百五十");
        check("三千二", 3200.0, "三千二");
        check("两万五", 25_000.0, "两万五");
        check("两万零五", 20_005.0, "两万零五");
        check("三万二千", 32_000.0, "三万二千");
        check("十万", 100_000.0, "十万");
        check("一亿二千万", 120_000_000.0, "一亿二千万");
        check("一万亿", 1e12, "一万亿");
        check("叁仟元", 3000.0, "叁仟");
        check("壹万贰仟", 12_000.0, "壹万贰仟");
        check("廿五", 25.0, "廿五");
        check("三点五万元", 35_000.0, "三点五万");
        check("三点五", 3.5, "三点五");
        check("三点要求", 3.0, "三");
        check("百分之八十以上", 0.8, "百分之八十");
        check("百分之九十五点五", 0.955, "百分之九十五点五");
        check("百分之百", 1.0, "百分之百");
        check("百分之80", 0.8, "百分之80");
        check("千分之五", 0.005, "千分之五");
        check("三分之二以上", 2.0 / 3.0, "三分之二");
        check("八成以上", 0.8, "八成");
        check("三成员单位", 3.0, "三");
        check("一半以上", 0.5, "一半");
        check("一半天", 1.0, "一");
    }

    #[test]
    fn none() {
        for text in ["", "百姓", "万一", "千方百计", "亿", "人", "x", ".5", "三四十", "123456789012345678"]
        {
            assert_eq!(parse_number(text), None, "{text}");
        }
    }

    #[test]
    fn integers() {
        assert_eq!(parse_integer("25日"), Some((25, 2)));
        assert_eq!(parse_integer("1.2万人"), Some((12_000, 6)));
        assert_eq!(parse_integer("2.5元"), None);
        assert_eq!(parse_integer("九千九百九十九万亿亿亿亿"), None);
    }
}
