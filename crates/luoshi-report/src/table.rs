/// How the words of a column are set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// From the left edge.
    #[default]
    Left,
    /// In the middle.
    Centre,
    /// To the right edge: numbers.
    Right,
}

/// How much a cell calls for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// As everything else.
    #[default]
    Plain,
    /// Less than everything else.
    Faint,
    /// The key words of a row.
    Strong,
    /// Worth a look.
    Hint,
    /// Something is missing or doubtful.
    Warning,
    /// Something is wrong.
    Error,
}

/// What a cell holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Words; line feeds separate paragraphs.
    Words(String),
    /// A number that a spreadsheet may add up.
    Number(f64),
}

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// What it holds.
    pub content: Content,
    /// What a reader may look up about it: the sentence it rests on.
    pub note: Option<String>,
    /// How much it calls for attention.
    pub tone: Tone,
    /// Rows that it covers: 1 for a plain cell, 0 for a cell that the one above it covers. A
    /// covered cell still holds its content, for writers that cannot merge.
    pub rows: u32,
}

impl Cell {
    /// A cell of words.
    pub fn words(words: impl Into<String>) -> Self {
        Self { content: Content::Words(words.into()), note: None, tone: Tone::Plain, rows: 1 }
    }

    /// A cell with a number.
    pub fn number(number: f64) -> Self {
        Self { content: Content::Number(number), ..Self::words("") }
    }

    /// With a note.
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// With a tone.
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    /// The content as words.
    pub fn text(&self) -> String {
        match &self.content {
            Content::Words(words) => words.clone(),
            Content::Number(number) => number.to_string(),
        }
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        matches!(&self.content, Content::Words(words) if words.is_empty())
    }
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its head.
    pub head: String,
    /// Its width in Chinese characters; a writer may scale all of them.
    pub width: f64,
    /// How its words are set.
    pub align: Align,
}

impl Column {
    /// A column of running words.
    pub fn new(head: impl Into<String>, width: f64) -> Self {
        Self { head: head.into(), width, align: Align::Left }
    }

    /// Set in the middle.
    pub fn centred(mut self) -> Self {
        self.align = Align::Centre;
        self
    }
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// A short name: of a sheet, of an anchor.
    pub name: String,
    /// The title over it.
    pub title: String,
    /// A line under the title.
    pub subtitle: Option<String>,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each with one cell a column.
    pub rows: Vec<Vec<Cell>>,
    /// Lines under the table.
    pub notes: Vec<String>,
}

impl Table {
    /// A table without rows.
    pub fn new(name: impl Into<String>, title: impl Into<String>, columns: Vec<Column>) -> Self {
        Self { name: name.into(), title: title.into(), columns, ..Self::default() }
    }

    /// Lets equal neighbours in a column stand as one cell.
    pub fn merge_equal(&mut self, column: usize) {
        let mut top = 0;
        for row in 1..self.rows.len() {
            let same = match (self.rows[top].get(column), self.rows[row].get(column)) {
                (Some(a), Some(b)) => a.content == b.content && !a.is_empty(),
                _ => false,
            };
            if same {
                self.rows[top][column].rows += 1;
                self.rows[row][column].rows = 0;
            } else {
                top = row;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_neighbours_become_one_cell() {
        let mut table = Table::new("表", "表", vec![Column::new("任务", 10.0)]);
        for words in ["甲", "甲", "乙", "", "", "甲"] {
            table.rows.push(vec![Cell::words(words)]);
        }
        table.merge_equal(0);
        let rows: Vec<u32> = table.rows.iter().map(|r| r[0].rows).collect();
        assert_eq!(rows, [2, 0, 1, 1, 1, 1]);
    }
}
