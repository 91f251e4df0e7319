//! Words cut into what can be looked up: every two neighbouring characters of a run of Chinese, whole words
//! of Latin letters and digits. A query is cut alike, so what was written is found by any part of it that
//! has two characters, by one character, and by the beginning of a Latin word or number.

use std::collections::BTreeSet;

/// The longest Latin word that is kept, in letters.
const LATIN: usize = 40;

/// The most pieces of a query that are looked for.
const PIECES: usize = 32;

/// A condition on the pieces of a text. How it is spelled depends on the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// This piece.
    Whole(String),
    /// A piece that begins like this.
    Begins(String),
    /// All of these.
    All(Vec<Piece>),
    /// Any of these.
    Any(Vec<Piece>),
}

impl Piece {
    /// The condition for SQLite's full text, or as a query of PostgreSQL.
    pub(crate) fn spelled(&self, postgres: bool) -> String {
        let joined = |pieces: &[Self], and: &str| {
            let pieces: Vec<String> = pieces.iter().map(|piece| piece.spelled(postgres)).collect();
            format!("({})", pieces.join(and))
        };
        match (self, postgres) {
            (Self::Whole(piece), true) => format!("'{piece}'"),
            (Self::Begins(piece), true) => format!("'{piece}':*"),
            (Self::All(pieces), true) => joined(pieces, " & "),
            (Self::Any(pieces), true) => joined(pieces, " | "),
            (Self::Whole(piece), false) => format!("\"{piece}\""),
            (Self::Begins(piece), false) => format!("\"{piece}\" *"),
            (Self::All(pieces), false) => joined(pieces, " AND "),
            (Self::Any(pieces), false) => joined(pieces, " OR "),
        }
    }
}

/// The runs of characters that a query asks for, as they are compared: narrow and small.
pub fn query_words(query: &str) -> Vec<String> {
    let words = runs(query).into_iter().map(|run| match run {
        Run::Wide(run) => run.into_iter().collect(),
        Run::Latin(word) => word,
    });
    words.collect()
}

/// A character as it is compared: full-width letters and digits are the plain ones, large ones small.
pub fn compared(letter: char) -> char {
    narrow(letter).to_ascii_lowercase()
}

/// A run of characters of one kind.
enum Run {
    Wide(Vec<char>),
    Latin(String),
}

/// Puts the pieces of a text to those there are.
pub(crate) fn cut(text: &str, pieces: &mut BTreeSet<String>) {
    for run in runs(text) {
        match run {
            Run::Wide(run) => pieces.extend(run.iter().enumerate().map(|(at, first)| {
                let second = run.get(at + 1);
                std::iter::once(first).chain(second).collect::<String>()
            })),
            Run::Latin(word) => drop(pieces.insert(word)),
        }
    }
}

/// What a query asks for; nothing where it has no letter and no digit.
pub(crate) fn asked(query: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for run in runs(query) {
        match run {
            Run::Wide(run) if run.len() == 1 => pieces.push(Piece::Begins(run.iter().collect())),
            Run::Wide(run) => pieces.extend(run.windows(2).map(|two| Piece::Whole(two.iter().collect()))),
            Run::Latin(word) => pieces.push(Piece::Begins(word)),
        }
    }
    pieces.truncate(PIECES);
    pieces
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut apart = true;
    for letter in text.chars().map(narrow) {
        if !letter.is_alphanumeric() {
            apart = true;
            continue;
        }
        match (runs.last_mut(), letter.is_ascii()) {
            (Some(Run::Latin(word)), true) if !apart => {
                if word.len() < LATIN {
                    word.push(letter.to_ascii_lowercase());
                }
            }
            (Some(Run::Wide(run)), false) if !apart => run.push(letter),
            (_, true) => runs.push(Run::Latin(letter.to_ascii_lowercase().to_string())),
            (_, false) => runs.push(Run::Wide(vec![letter])),
        }
        apart = false;
    }
    runs
}

/// A full-width letter or digit as the plain one.
fn narrow(letter: char) -> char {
    match letter {
        '！'..='～' => char::from_u32(u32::from(letter) - 0xFEE0).unwrap_or(letter),
        letter => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_into_neighbours_and_words() {
        let check = |text: &str, pieces: &[&str]| {
            let mut cut_up = BTreeSet::new();
            cut(text, &mut cut_up);
            assert_eq!(cut_up.iter().map(String::as_str).collect::<Vec<_>>(), pieces, "{text}");
        };
        check("排查隐患", &["患", "排查", "查隐", "隐患"]);
        check("第12号 HZ-０００7", &["0007", "12", "hz", "号", "第"]);
        check("，。 “”", &[]);
        check("𠀀㐀", &["㐀", "𠀀㐀"]);
    }

    #[test]
    fn a_query_is_spelled_for_both_databases() {
        let check = |query: &str, lite: &str, postgres: &str| {
            let asked = Piece::All(asked(query));
            assert_eq!((asked.spelled(false).as_str(), asked.spelled(true).as_str()), (lite, postgres));
        };
        check("排查隐", r#"("排查" AND "查隐")"#, "('排查' & '查隐')");
        check("水", r#"("水" *)"#, "('水':*)");
        check("2026年", r#"("2026" * AND "年" *)"#, "('2026':* & '年':*)");
        check("a\" OR 'b", r#"("a" * AND "or" * AND "b" *)"#, "('a':* & 'or':* & 'b':*)");
    }
}
