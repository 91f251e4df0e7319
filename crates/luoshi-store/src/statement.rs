//! The texts of statements: one for both databases, and what PostgreSQL makes of several.

use crate::db::Value;

/// A statement. Parameters are `?` in the order of their values; PostgreSQL gets numbers instead.
/// `each` comes once for every row that is given, put together by `join`. `{lock}` holds the rows
/// that are read until the end of the transaction where there is more than one writer.
pub(crate) struct Statement {
    pub(crate) name: &'static str,
    pub(crate) head: &'static str,
    pub(crate) each: &'static str,
    pub(crate) join: &'static str,
    pub(crate) tail: &'static str,
}

impl Statement {
    /// How many values one row has.
    pub(crate) fn width(&self) -> usize {
        self.each.matches('?').count()
    }

    /// The text for so many rows.
    pub(crate) fn text(&self, rows: usize, postgres: bool) -> String {
        spelled(&self.unspelled(rows), postgres)
    }

    /// Whether it inserts rows of values, which PostgreSQL takes as one list a column: then there is one
    /// text for any number of rows.
    pub(crate) fn takes_lists(&self) -> bool {
        self.head.starts_with("INSERT") && self.head.ends_with("VALUES ")
    }

    /// The text that takes a list for each column.
    pub(crate) fn unspelled_lists(&self, types: &[&'static str]) -> String {
        let head = self.head.strip_suffix("VALUES ").unwrap_or(self.head);
        let lists: Vec<String> = types.iter().map(|kind| format!("?::{kind}[]")).collect();
        format!("{head}SELECT * FROM UNNEST({}){}", lists.join(","), self.tail)
    }

    pub(crate) fn unspelled(&self, rows: usize) -> String {
        let mut text = String::from(self.head);
        if !self.each.is_empty() {
            text += &vec![self.each; rows].join(self.join);
        }
        text += self.tail;
        text
    }
}

/// Rows to be written by a statement, values one row after another.
pub(crate) type Part = (&'static Statement, Vec<Value>);

/// The largest number of rows that a part which takes no lists has in a text that is put together of
/// several: more would make many texts.
pub(crate) const JOINED: usize = 4;

/// Several texts that write as one, for a database that takes it: `WITH p0 AS (…), p1 AS (…) …`. They must
/// not touch the same row.
pub(crate) fn joined(parts: &[String]) -> String {
    let Some((last, before)) = parts.split_last() else { return String::new() };
    if before.is_empty() {
        return spelled(last, true);
    }
    let before = before.iter().enumerate().map(|(at, part)| format!("p{at} AS ({part})"));
    spelled(&format!("WITH {} {last}", before.collect::<Vec<_>>().join(", ")), true)
}

/// What stands for a parameter on PostgreSQL: a value, or the values of a column.
pub(crate) enum Param {
    One(Value),
    Ints(Vec<Option<i64>>),
    Texts(Vec<Option<String>>),
    Blobs(Vec<Option<Vec<u8>>>),
}

impl Param {
    /// The list that a value of the first row begins.
    fn list(first: &Value, rows: usize) -> Self {
        match first {
            Value::Int(_) => Self::Ints(Vec::with_capacity(rows)),
            Value::Text(_) => Self::Texts(Vec::with_capacity(rows)),
            Value::Bytes(_) => Self::Blobs(Vec::with_capacity(rows)),
        }
    }

    /// Takes the next value of its column, all of which are of one kind.
    fn push(&mut self, value: Value) {
        match (self, value) {
            (Self::Ints(list), Value::Int(value)) => list.push(value),
            (Self::Texts(list), Value::Text(value)) => list.push(value),
            (Self::Blobs(list), Value::Bytes(value)) => list.push(value),
            _ => {}
        }
    }

    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Ints(_) | Self::One(Value::Int(_)) => "BIGINT",
            Self::Texts(_) | Self::One(Value::Text(_)) => "TEXT",
            Self::Blobs(_) | Self::One(Value::Bytes(_)) => "BYTEA",
        }
    }
}

/// Rows as the lists of their columns.
pub(crate) fn lists(width: usize, values: Vec<Value>) -> Vec<Param> {
    let rows = values.len() / width;
    let mut lists: Vec<Param> = values.iter().take(width).map(|first| Param::list(first, rows)).collect();
    for (at, value) in values.into_iter().enumerate() {
        lists[at % width].push(value);
    }
    lists
}

/// A text with `?` and `{lock}` in the spelling of a database.
pub(crate) fn spelled(text: &str, postgres: bool) -> String {
    if !postgres {
        return text.replace("{lock}", "");
    }
    let mut out = String::with_capacity(text.len() * 2);
    let mut count = 0;
    for piece in text.replace("{lock}", " FOR NO KEY UPDATE").split_inclusive('?') {
        match piece.strip_suffix('?') {
            Some(before) => {
                count += 1;
                out += before;
                out += &format!("${count}");
            }
            None => out += piece,
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_in_both_spellings() {
        let statement = Statement {
            name: "t",
            head: "SELECT a FROM t WHERE (a,b) IN (VALUES ",
            each: "(?,?)",
            join: ",",
            tail: "){lock}",
        };
        assert_eq!(statement.text(2, false), "SELECT a FROM t WHERE (a,b) IN (VALUES (?,?),(?,?))");
        let postgres = "SELECT a FROM t WHERE (a,b) IN (VALUES ($1,$2),($3,$4)) FOR NO KEY UPDATE";
        assert_eq!(statement.text(2, true), postgres);
        assert_eq!(statement.width(), 2);
    }

    #[test]
    fn several_statements_in_one_text() {
        static ADD: Statement = Statement {
            name: "a",
            head: "INSERT INTO a VALUES ",
            each: "(?,?)",
            join: ",",
            tail: " NOTHING",
        };
        static DROP: Statement =
            Statement { name: "b", head: "DELETE FROM b WHERE ", each: "(c = ?)", join: " OR ", tail: "" };
        assert!(ADD.takes_lists() && !DROP.takes_lists());
        let values = vec![Value::Int(Some(1)), Value::Text(None), Value::Int(None), Value::Text(None)];
        let lists = lists(2, values);
        assert!(matches!(&lists[0], Param::Ints(list) if *list == [Some(1), None]));
        let kinds: Vec<_> = lists.iter().map(Param::kind).collect();
        assert_eq!(
            joined(&[ADD.unspelled_lists(&kinds), DROP.unspelled(2)]),
            "WITH p0 AS (INSERT INTO a SELECT * FROM UNNEST($1::BIGINT[],$2::TEXT[]) NOTHING) \
             DELETE FROM b WHERE (c = $3) OR (c = $4)"
        );
        assert_eq!(joined(&[DROP.unspelled(1)]), "DELETE FROM b WHERE (c = $1)");
    }
}
