//! What is posted (公示) for everybody to see: when, and what of it.

use jiff::ToSpan;
use jiff::civil::Date;
use luoshi_pack::{Field, FieldKind, Register};

use crate::entry::{Entry, FieldValue};
use crate::org::Organisation;

/// From so many digits on a number may be that of a person, a telephone or an account.
const DIGITS: usize = 7;

/// What stands for what is not shown.
const HIDDEN: &str = "＊＊";

impl Entry {
    /// The first and the last day on which the entry is posted, if a day lies between them.
    pub fn posted_on(&self, register: &Register, day: Date) -> Option<(Date, Date)> {
        let posted = register.posted.as_ref().filter(|_| !register.confidential)?;
        if !posted.states.contains(&self.state) {
            return None;
        }
        let first = self.entered.date();
        let last = first.saturating_add((i64::from(posted.days) - 1).days());
        (first <= day && day <= last).then_some((first, last))
    }

    /// What is posted of the entry: titles of fields and their words, with names masked. Nothing that is
    /// confidential, whatever the register says.
    pub fn posted_words<'r>(&self, register: &'r Register, org: &Organisation) -> Vec<(&'r str, String)> {
        let shows = register.posted.iter().flat_map(|posted| &posted.shows);
        let fields = shows.filter_map(|key| register.find_field(key)).filter(|field| !field.confidential);
        fields.filter_map(|field| Some((field.title.as_str(), self.posted_field(field, org)?))).collect()
    }

    fn posted_field(&self, field: &Field, org: &Organisation) -> Option<String> {
        Some(match (self.opening.fields.get(&field.key)?, field.kind) {
            (FieldValue::Text(name), FieldKind::Person) => masked(name),
            (FieldValue::Text(text), _) => redacted(text),
            (FieldValue::Unit(unit), _) => org.unit_name(*unit),
            (value @ FieldValue::Number(_), _) => {
                format!("{}{}", value.plain(), field.unit.as_deref().unwrap_or_default())
            }
            (value @ (FieldValue::Money(_) | FieldValue::Date(_)), _) => value.plain(),
            (FieldValue::File(_) | FieldValue::Reference(_) | FieldValue::Sealed { .. }, _) => return None,
        })
    }
}

/// A name of which only the first character is shown.
fn masked(name: &str) -> String {
    name.trim().chars().next().map_or_else(String::new, |first| format!("{first}{HIDDEN}"))
}

/// A text without the numbers of people, telephones and accounts.
fn redacted(text: &str) -> String {
    let mut out = String::new();
    let mut run = String::new();
    let put = |out: &mut String, run: &mut String| {
        let digits = run.chars().filter(char::is_ascii_digit).count();
        out.push_str(if digits >= DIGITS { HIDDEN } else { run });
        run.clear();
    };
    for letter in text.chars() {
        let plain = match letter {
            '０'..='９' => char::from_u32(u32::from(letter) - 0xFEE0).unwrap_or(letter),
            letter => letter,
        };
        // A number may be written with blanks or dashes in it, and end with X.
        let inside = !run.is_empty() && matches!(plain, ' ' | '-' | 'X' | 'x');
        if plain.is_ascii_digit() || inside {
            run.push(plain);
        } else {
            put(&mut out, &mut run);
            out.push(letter);
        }
    }
    put(&mut out, &mut run);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_first_character() {
        let check = |name, shown: &str| assert_eq!(masked(name), shown);
        check("周建", "周＊＊");
        check("欧阳守信", "欧＊＊");
        check(" ", "");
    }

    #[test]
    fn numbers_of_people_are_not_shown() {
        let check = |text, shown: &str| assert_eq!(redacted(text), shown);
        check("更换3台，12月31日前", "更换3台，12月31日前");
        check("电话13812345678，请联系", "电话＊＊，请联系");
        check("1381 234-5678", "＊＊");
        check("身份证11010519491231002X", "身份证＊＊");
        check("１３８１２３４５６７８号", "＊＊号");
        check("投资350000元", "投资350000元");
    }
}
