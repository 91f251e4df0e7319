use std::io;

use anstyle::{AnsiColor, Style};
use luoshi_report::{Align, Cell, Media, Part, Report, Table, Tone, Writer};

use crate::safe::visible;
use crate::wrap::{columns, wrap};

/// A report for people at a terminal.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// Columns of the terminal.
    pub width: usize,
    /// Whether to write colours.
    pub colour: bool,
}

/// A column may become no narrower than four Chinese characters, or than it is.
const NARROWEST: usize = 8;

impl Writer<Report> for Terminal {
    fn media(&self) -> Media {
        Media { ending: "txt", kind: "text/plain; charset=utf-8" }
    }

    fn write(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
        let strong = Style::new().bold();
        self.lines(&report.title, strong, out)?;
        if let Some(subtitle) = &report.subtitle {
            self.lines(subtitle, Style::new(), out)?;
        }
        for part in &report.parts {
            match part {
                Part::Heading(words) => {
                    writeln!(out)?;
                    self.lines(words, strong, out)?;
                }
                Part::Paragraph(words) => self.lines(words, Style::new(), out)?,
                Part::Table(table) => self.table(table, out)?,
            }
        }
        Ok(())
    }
}

impl Terminal {
    fn lines(&self, words: &str, style: Style, out: &mut dyn io::Write) -> io::Result<()> {
        if words.is_empty() {
            return Ok(());
        }
        for line in wrap(&visible(words), self.width) {
            writeln!(out, "{}", self.styled(&line, style))?;
        }
        Ok(())
    }

    fn styled(&self, words: &str, style: Style) -> String {
        if self.colour && style != Style::new() {
            format!("{}{words}{}", style.render(), style.render_reset())
        } else {
            words.to_owned()
        }
    }

    fn table(&self, table: &Table, out: &mut dyn io::Write) -> io::Result<()> {
        writeln!(out)?;
        if !table.title.is_empty() {
            self.lines(&table.title, Style::new().bold(), out)?;
        }
        if let Some(subtitle) = &table.subtitle {
            self.lines(subtitle, Style::new(), out)?;
        }
        match self.widths(table) {
            Some(widths) => self.grid(table, &widths, out)?,
            None => self.list(table, out)?,
        }
        for note in &table.notes {
            self.lines(note, Style::new().dimmed(), out)?;
        }
        Ok(())
    }

    /// Widths of the columns, together as wide as the terminal at most; none where it is too
    /// narrow for a table.
    fn widths(&self, table: &Table) -> Option<Vec<usize>> {
        let n = table.columns.len();
        let natural: Vec<usize> = (0..n)
            .map(|i| {
                let cells = table.rows.iter().filter_map(|row| row.get(i));
                let words = cells.map(|cell| cell.text());
                let heads = std::iter::once(table.columns[i].head.clone());
                words
                    .chain(heads)
                    .flat_map(|w| w.lines().map(columns).collect::<Vec<_>>())
                    .max()
                    .unwrap_or(0)
                    .max(1)
            })
            .collect();
        let mut widths: Vec<usize> = natural.iter().map(|w| (*w).min(NARROWEST)).collect();
        let room = self.width.checked_sub(3 * n + 1)?;
        let mut rest = room.checked_sub(widths.iter().sum())?;
        // What is left goes to the columns that need more, by their weight.
        loop {
            let open: Vec<usize> = (0..n).filter(|i| widths[*i] < natural[*i]).collect();
            if rest == 0 || open.is_empty() {
                return Some(widths);
            }
            let weight = |i: usize| table.columns[i].width.max(1.0);
            let whole: f64 = open.iter().map(|i| weight(*i)).sum();
            let pool = rest as f64;
            for i in open {
                let share = ((pool * weight(i) / whole) as usize).max(1);
                let more = share.min(natural[i] - widths[i]).min(rest);
                widths[i] += more;
                rest -= more;
            }
        }
    }

    fn grid(&self, table: &Table, widths: &[usize], out: &mut dyn io::Write) -> io::Result<()> {
        let none = vec![false; widths.len()];
        let all = vec![true; widths.len()];
        writeln!(out, "{}", self.rule(widths, &none, &all, &all))?;
        let heads: Vec<Cell> =
            table.columns.iter().map(|c| Cell::words(c.head.clone()).tone(Tone::Strong)).collect();
        let centred = vec![Align::Centre; widths.len()];
        self.row(&heads, widths, &centred, out)?;
        let aligns: Vec<Align> = table.columns.iter().map(|c| c.align).collect();
        let flat = table.rows.iter().all(|row| is_flat(row, widths));
        for (n, row) in table.rows.iter().enumerate() {
            if flat && n > 0 {
                self.row(row, widths, &aligns, out)?;
                continue;
            }
            let drawn: Vec<bool> = row.iter().map(|cell| cell.rows > 0).collect();
            writeln!(out, "{}", self.rule(widths, &all, &all, &drawn))?;
            self.row(row, widths, &aligns, out)?;
        }
        writeln!(out, "{}", self.rule(widths, &all, &none, &all))
    }

    /// A line between two rows: `drawn` tells for each column whether there is a line at all.
    fn rule(&self, widths: &[usize], up: &[bool], down: &[bool], drawn: &[bool]) -> String {
        let mut line = String::new();
        for i in 0..=widths.len() {
            let left = i > 0 && drawn.get(i - 1).copied().unwrap_or(true);
            let right = i < widths.len() && drawn.get(i).copied().unwrap_or(true);
            let above = up.first().copied().unwrap_or(false);
            let below = down.first().copied().unwrap_or(false);
            line.push(match (left, right, above, below) {
                (false, true, false, true) => '┌',
                (true, true, false, true) => '┬',
                (true, false, false, true) => '┐',
                (false, true, true, false) => '└',
                (true, true, true, false) => '┴',
                (true, false, true, false) => '┘',
                (false, true, true, true) => '├',
                (true, true, true, true) => '┼',
                (true, false, true, true) => '┤',
                _ => '│',
            });
            if let Some(width) = widths.get(i) {
                line.push_str(&if right { "─" } else { " " }.repeat(width + 2));
            }
        }
        self.styled(&line, Style::new().dimmed())
    }

    fn row(
        &self,
        cells: &[Cell],
        widths: &[usize],
        aligns: &[Align],
        out: &mut dyn io::Write,
    ) -> io::Result<()> {
        let empty = Cell::words("");
        let wrapped: Vec<Vec<String>> = widths
            .iter()
            .enumerate()
            .map(|(i, width)| {
                let cell = cells.get(i).unwrap_or(&empty);
                if cell.rows == 0 {
                    return Vec::new();
                }
                wrap(&visible(&cell.text()), *width)
            })
            .collect();
        let height = wrapped.iter().map(Vec::len).max().unwrap_or(1).max(1);
        let bar = self.styled("│", Style::new().dimmed());
        for n in 0..height {
            let mut line = bar.clone();
            for (i, width) in widths.iter().enumerate() {
                let words = wrapped[i].get(n).map_or("", String::as_str);
                let gap = width.saturating_sub(columns(words));
                let before = match aligns.get(i) {
                    Some(Align::Right) => gap,
                    Some(Align::Centre) => gap / 2,
                    _ => 0,
                };
                let style = style(cells.get(i).map_or(Tone::Plain, |c| c.tone));
                line.push_str(&format!(
                    " {}{}{} {bar}",
                    " ".repeat(before),
                    self.styled(words, style),
                    " ".repeat(gap - before)
                ));
            }
            writeln!(out, "{line}")?;
        }
        Ok(())
    }

    /// On a very narrow terminal: one field a line.
    fn list(&self, table: &Table, out: &mut dyn io::Write) -> io::Result<()> {
        for row in &table.rows {
            writeln!(out, "{}", self.styled(&"─".repeat(self.width), Style::new().dimmed()))?;
            for (column, cell) in table.columns.iter().zip(row) {
                if !cell.is_empty() {
                    let words = format!("{}：{}", column.head, cell.text());
                    self.lines(&words, style(cell.tone), out)?;
                }
            }
        }
        Ok(())
    }
}

/// Whether a row is one line high and nothing covers it: a table of such rows needs no rules.
fn is_flat(row: &[Cell], widths: &[usize]) -> bool {
    row.iter().zip(widths).all(|(cell, width)| {
        let words = cell.text();
        cell.rows == 1 && !words.contains('\n') && columns(&words) <= *width
    })
}

fn style(tone: Tone) -> Style {
    let colour = |c: AnsiColor| Style::new().fg_color(Some(c.into()));
    match tone {
        Tone::Plain => Style::new(),
        Tone::Faint => Style::new().dimmed(),
        Tone::Strong => Style::new().bold(),
        Tone::Hint => colour(AnsiColor::Cyan),
        Tone::Warning => colour(AnsiColor::Yellow),
        Tone::Error => colour(AnsiColor::Red).bold(),
    }
}

#[cfg(test)]
mod tests {
    use luoshi_report::Column;

    use super::*;

    fn report() -> Report {
        let columns = vec![
            Column::new("序号", 2.0).centred(),
            Column::new("任务", 12.0),
            Column::new("牵头单位", 6.0),
            Column::new("完成时限", 6.0),
        ];
        let mut table = Table::new("任务", "任务分解表", columns);
        for (n, words) in ["培育村民文艺队伍，每个村文化室培养骨干不少于5人", "登记台账"].iter().enumerate()
        {
            table.rows.push(vec![
                Cell::number(n as f64 + 1.0),
                Cell::words(*words),
                Cell::words("县文化馆"),
                Cell::words("未写明").tone(Tone::Warning),
            ]);
        }
        table.merge_equal(2);
        let mut report = Report::new("方案");
        report.parts.push(Part::Table(table));
        report
    }

    fn written(width: usize, colour: bool) -> String {
        let mut out = Vec::new();
        Terminal { width, colour }.write(&report(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_table_stands_straight() {
        let expected = "\
方案

任务分解表
┌──────┬────────────────────┬──────────┬──────────┐
│ 序号 │        任务        │ 牵头单位 │ 完成时限 │
├──────┼────────────────────┼──────────┼──────────┤
│  1   │ 培育村民文艺队伍， │ 县文化馆 │ 未写明   │
│      │ 每个村文化室培养骨 │          │          │
│      │ 干不少于5人        │          │          │
├──────┼────────────────────┤          ├──────────┤
│  2   │ 登记台账           │          │ 未写明   │
└──────┴────────────────────┴──────────┴──────────┘
";
        assert_eq!(written(51, false), expected);
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for width in 12..200 {
            for line in written(width, false).lines() {
                assert!(columns(line) <= width, "{width}: {line}");
            }
        }
    }

    #[test]
    fn colours_are_written_where_asked_for() {
        assert!(!written(80, false).contains('\u{1b}'));
        assert!(written(80, true).contains("\u{1b}[33m未写明\u{1b}[0m"));
    }
}
