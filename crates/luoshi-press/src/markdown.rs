use std::io;

use luoshi_report::{Align, Media, Part, Report, Table, Writer};

use crate::safe::visible;

/// Markdown with pipe tables.
#[derive(Clone, Copy, Debug, Default)]
pub struct Markdown;

impl Writer<Report> for Markdown {
    fn media(&self) -> Media {
        Media { ending: "md", kind: "text/markdown; charset=utf-8" }
    }

    fn write(&self, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
        if !report.title.is_empty() {
            writeln!(out, "# {}\n", escaped(&report.title))?;
        }
        if let Some(subtitle) = &report.subtitle {
            writeln!(out, "{}\n", escaped(subtitle))?;
        }
        for part in &report.parts {
            match part {
                Part::Heading(words) => writeln!(out, "## {}\n", escaped(words))?,
                Part::Paragraph(words) => writeln!(out, "{}\n", escaped(words))?,
                Part::Table(table) => write_table(table, out)?,
            }
        }
        Ok(())
    }
}

fn write_table(table: &Table, out: &mut dyn io::Write) -> io::Result<()> {
    if !table.title.is_empty() {
        writeln!(out, "## {}\n", escaped(&table.title))?;
    }
    let heads: Vec<String> = table.columns.iter().map(|c| escaped(&c.head)).collect();
    writeln!(out, "| {} |", heads.join(" | "))?;
    let rules: Vec<&str> = table
        .columns
        .iter()
        .map(|c| match c.align {
            Align::Left => "---",
            Align::Centre => ":---:",
            Align::Right => "---:",
        })
        .collect();
    writeln!(out, "| {} |", rules.join(" | "))?;
    for row in &table.rows {
        let cells: Vec<String> = row.iter().map(|c| escaped(&c.text())).collect();
        writeln!(out, "| {} |", cells.join(" | "))?;
    }
    writeln!(out)?;
    for note in &table.notes {
        writeln!(out, "{}\n", escaped(note))?;
    }
    Ok(())
}

/// Words that mean nothing to Markdown. A number with a point at the beginning of a paragraph would
/// begin a list, so its point is escaped too.
fn escaped(words: &str) -> String {
    let words = visible(words);
    let mut out = String::with_capacity(words.len());
    let digits = words.chars().take_while(char::is_ascii_digit).count();
    for (i, c) in words.chars().enumerate() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '&' => {
                out.push('\\');
                out.push(c);
            }
            '-' | '+' | '=' if i == 0 => {
                out.push('\\');
                out.push(c);
            }
            '.' | ')' if digits > 0 && i == digits => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("<br>"),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_words() {
        assert_eq!(escaped("甲|乙\n丙"), "甲\\|乙<br>丙");
        assert_eq!(escaped("1.选人"), "1\\.选人");
        assert_eq!(escaped("<script>"), "\\<script\\>");
        assert_eq!(escaped("- 甲"), "\\- 甲");
        assert_eq!(escaped("占比20%"), "占比20%");
    }
}
