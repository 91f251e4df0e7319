//! Values of fields: given as they are typed or stand in a cell, kept typed.

use std::collections::BTreeMap;

use luoshi_pack::{Field, FieldKind, Register};

use crate::canon::Hash;
use crate::clock::World;
use crate::entry::FieldValue;
use crate::id::EntryNo;
use crate::refusal::{Refusal, refuse};
use crate::words::{Lines, check_words};

/// The longest text of a field, in characters.
pub const LONGEST: usize = 4000;

impl World<'_> {
    /// Reads one value as the field has it.
    ///
    /// # Errors
    ///
    /// A refusal that names the field, the value and what is wanted.
    pub fn parse_field(&self, field: &Field, text: &str) -> Result<FieldValue, Refusal> {
        let text = text.trim();
        let title = &field.title;
        check_words(&format!("“{title}”"), text, Lines::Many)?;
        let wrong = |wanted: &str| refuse!(Incomplete, "“{title}”填的是“{}”，应为{wanted}", excerpt(text));
        match field.kind {
            FieldKind::Text | FieldKind::Person | FieldKind::Place => {
                if text.chars().count() > LONGEST {
                    return Err(refuse!(Incomplete, "“{title}”超过{LONGEST}字，请精简，详情可作为附件"));
                }
                Ok(FieldValue::Text(text.to_owned()))
            }
            FieldKind::Choice => {
                let known = field.choices.iter().any(|choice| choice == text);
                known
                    .then(|| FieldValue::Text(text.to_owned()))
                    .ok_or_else(|| wrong(&format!("下列之一：{}", field.choices.join("、"))))
            }
            FieldKind::Number => {
                let number = number(text).ok_or_else(|| wrong("数字"))?;
                self.within(field, number)?;
                Ok(FieldValue::Number(number))
            }
            FieldKind::Money => {
                let fen = money(text).ok_or_else(|| wrong("以元为单位、最多两位小数的金额"))?;
                Ok(FieldValue::Money(fen))
            }
            FieldKind::Date => text.parse().map(FieldValue::Date).map_err(|_| wrong("日期，如 2026-03-09")),
            FieldKind::Unit => match self.org.named(text, self.now.date()).as_slice() {
                [unit] => Ok(FieldValue::Unit(*unit)),
                [] => Err(wrong("机构名录中的单位名称")),
                _ => Err(refuse!(Incomplete, "“{title}”所填“{text}”对应多个单位，请填全称")),
            },
            FieldKind::File => Hash::parse(text).map(FieldValue::File).ok_or_else(|| wrong("已上传的附件")),
            FieldKind::Reference => {
                let entry = text.parse().ok().filter(|no| *no > 0).map(EntryNo);
                entry.map(FieldValue::Reference).ok_or_else(|| wrong("台账条目的编号"))
            }
        }
    }

    fn within(&self, field: &Field, number: f64) -> Result<(), Refusal> {
        let title = &field.title;
        match (field.min, field.max) {
            (Some(min), _) if number < min => {
                Err(refuse!(Incomplete, "“{title}”不得小于{min}，所填为{number}"))
            }
            (_, Some(max)) if number > max => {
                Err(refuse!(Incomplete, "“{title}”不得大于{max}，所填为{number}"))
            }
            _ => Ok(()),
        }
    }

    /// Whether a typed value is what its field holds: commands may bring values ready made.
    pub(crate) fn fits(&self, field: &Field, value: &FieldValue) -> Result<(), Refusal> {
        if let FieldValue::Text(text) | FieldValue::Sealed { subject: text, .. } = value {
            check_words(&format!("“{}”", field.title), text, Lines::Many)?;
        }
        let right = match (field.kind, value) {
            (_, FieldValue::Sealed { .. }) => field.confidential,
            (FieldKind::Choice, FieldValue::Text(text)) => field.choices.contains(text),
            (FieldKind::Text | FieldKind::Person | FieldKind::Place, FieldValue::Text(text)) => {
                text.chars().count() <= LONGEST
            }
            (FieldKind::Number, FieldValue::Number(number)) => {
                self.within(field, *number)?;
                number.is_finite()
            }
            (FieldKind::Unit, FieldValue::Unit(unit)) => self.org.unit(*unit).is_some(),
            (FieldKind::Money, FieldValue::Money(_))
            | (FieldKind::Date, FieldValue::Date(_))
            | (FieldKind::File, FieldValue::File(_))
            | (FieldKind::Reference, FieldValue::Reference(_)) => true,
            _ => false,
        };
        let shown = value.plain();
        right.then_some(()).ok_or_else(|| {
            refuse!(
                Incomplete,
                "“{}”所填“{}”不是所要的内容，请按台账的填写要求改正",
                field.title,
                excerpt(&shown)
            )
        })
    }

    /// Checks given fields against the register: all known, all fitting.
    pub(crate) fn check_fields(
        &self,
        register: &Register,
        fields: &BTreeMap<String, FieldValue>,
    ) -> Result<(), Refusal> {
        for (key, value) in fields {
            let field = register.find_field(key).ok_or_else(|| {
                refuse!(Incomplete, "{}没有“{}”这一栏，请核对栏目", register.title, excerpt(key))
            })?;
            self.fits(field, value)?;
        }
        Ok(())
    }
}

/// Whether a field must be there, given the others.
pub(crate) fn is_required(field: &Field, fields: &BTreeMap<String, FieldValue>) -> bool {
    let when = field.required_when.as_ref();
    field.required || when.is_some_and(|when| has(fields, &when.field, &when.is))
}

/// Whether a field has one of some values.
pub(crate) fn has(fields: &BTreeMap<String, FieldValue>, key: &str, is: &[String]) -> bool {
    fields.get(key).is_some_and(|value| is.contains(&value.plain()))
}

/// Whether a value says anything.
pub(crate) fn is_given(fields: &BTreeMap<String, FieldValue>, key: &str) -> bool {
    fields.get(key).is_some_and(|value| !value.plain().is_empty())
}

fn excerpt(text: &str) -> String {
    let mut short: String = text.chars().take(20).collect();
    if text.chars().nth(20).is_some() {
        short.push('…');
    }
    short
}

/// A number as offices write it: full-width digits and thousands' commas are taken.
fn number(text: &str) -> Option<f64> {
    plain_digits(text).parse().ok().filter(|number: &f64| number.is_finite())
}

/// Money in yuan, as fen.
fn money(text: &str) -> Option<i64> {
    let text = plain_digits(text.trim_end_matches('元'));
    let (sign, digits) = text.strip_prefix('-').map_or((1, text.as_str()), |rest| (-1, rest));
    let (yuan, fen) = digits.split_once('.').unwrap_or((digits, ""));
    if fen.len() > 2 || !digits.chars().all(|c| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let yuan: i64 = yuan.parse().ok()?;
    let fen: i64 = format!("{fen:0<2}").parse().ok()?;
    yuan.checked_mul(100)?.checked_add(fen)?.checked_mul(sign)
}

fn plain_digits(text: &str) -> String {
    let narrow = |c: char| match c {
        '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10).unwrap_or(c),
        '．' => '.',
        '－' => '-',
        c => c,
    };
    text.chars().filter(|c| !matches!(c, ',' | '，' | ' ')).map(narrow).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_as_fen() {
        let cases = [
            ("400", Some(40_000)),
            ("1,200.5元", Some(120_050)),
            ("３００", Some(30_000)),
            ("-0.01", Some(-1)),
            ("0.001", None),
            ("四百", None),
            (".", None),
        ];
        for (text, fen) in cases {
            assert_eq!(money(text), fen, "{text}");
        }
    }
}
