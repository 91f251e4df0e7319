use std::io;

use crate::Table;

/// A report: what one would print.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// The title over everything.
    pub title: String,
    /// A line under the title: number, day of issue.
    pub subtitle: Option<String>,
    /// The parts, in order.
    pub parts: Vec<Part>,
}

/// A part of a report.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// A heading over what follows.
    Heading(String),
    /// Running text.
    Paragraph(String),
    /// A table.
    Table(Table),
}

impl Report {
    /// A report with a title and nothing in it.
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// The tables, in order.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.parts.iter().filter_map(|part| match part {
            Part::Table(table) => Some(table),
            _ => None,
        })
    }
}

/// What kind of file a writer gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Media {
    /// The usual ending, without a dot.
    pub ending: &'static str,
    /// The Internet media type.
    pub kind: &'static str,
}

/// Turns something that is to be written into bytes.
///
/// A writer reads no clock, no file and no setting of the machine: the same input gives the same
/// bytes.
pub trait Writer<T: ?Sized> {
    /// The kind of file.
    fn media(&self) -> Media;

    /// Writes it.
    fn write(&self, what: &T, out: &mut dyn io::Write) -> io::Result<()>;
}
