use luoshi_text::Level;

use crate::Table;

/// A text shown with what was read out of it: marks in the lines, cards beside them, notes under
/// them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Annotated {
    /// The title of the page.
    pub title: String,
    /// A line under the title.
    pub subtitle: Option<String>,
    /// Sentences before the text: counts, what was assumed.
    pub lead: Vec<String>,
    /// What the marks mean, in order.
    pub legend: Vec<Legend>,
    /// The text.
    pub lines: Vec<Line>,
    /// What stands beside the text.
    pub cards: Vec<Card>,
    /// What stands behind the text.
    pub tables: Vec<Table>,
}

/// The meaning of a kind of mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Legend {
    /// The kind, an ASCII word.
    pub kind: &'static str,
    /// Its name for readers.
    pub name: String,
    /// How often it stands in the text.
    pub count: usize,
}

/// A line of the text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// Where it stands in the user's file: `14` or `第3页`.
    pub label: String,
    /// Its words.
    pub words: String,
    /// Nesting from 0.
    pub depth: u32,
    /// Whether it is a heading.
    pub heading: bool,
    /// Whether it is a cell of a table.
    pub cell: bool,
    /// Marked words; they may overlap, the shorter one then stands inside.
    pub marks: Vec<Mark>,
    /// Notes on it.
    pub notes: Vec<Note>,
}

/// Marked words of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Bytes of the line's words.
    pub range: std::ops::Range<usize>,
    /// The kind, an ASCII word of the legend.
    pub kind: &'static str,
    /// What it says.
    pub hint: String,
}

/// A finding at its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// How much it matters.
    pub level: Level,
    /// The words it rests on, bytes of the line's words.
    pub range: std::ops::Range<usize>,
    /// The name of the check.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

/// Something put together from the text, with the line it stands at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// Its number and title.
    pub title: String,
    /// Name and value, in order; an empty value is shown as missing.
    pub fields: Vec<(String, String)>,
    /// Index of the line it begins at.
    pub line: usize,
}
