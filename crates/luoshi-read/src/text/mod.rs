//! Plain text and Markdown.

mod decode;
mod join;
mod lines;
mod markdown;
mod table;

use luoshi_text::{BlockKind, Builder, Document, Format, Origin};

use crate::{Limits, ReadError};
use join::Layout;
use lines::Line;

pub(crate) use decode::{Decoded, decode, decode_declared};
pub(crate) use lines::trim;

/// Reads a text: one block a paragraph, paragraphs that were broken over several physical lines
/// put together again, rows of tabs or Markdown pipes made tables.
pub(crate) fn read_text(bytes: &[u8], name: Option<&str>, limits: &Limits) -> Result<Document, ReadError> {
    let decoded = decode(bytes).ok_or(ReadError::NotADocument { found: "二进制数据" })?;
    let lines = lines::split(&decoded.text);
    if lines.is_empty() {
        return Err(ReadError::Empty);
    }
    limits.check_blocks(lines.len())?;
    let marked = markdown::is_markdown(&lines, name);
    let layout = Layout::of(&lines);
    let mut builder = Builder::new(Format::Text);
    tell(&mut builder, &decoded);
    let (mut at, mut cells) = (0, 0);
    while at < lines.len() {
        let rest = &lines[at..];
        if let Some(found) = table::find(rest) {
            cells += found.cells();
            limits.check_cells(cells)?;
            found.build(&mut builder, marked);
            at += found.lines;
            continue;
        }
        let taken = if marked {
            paragraph_marked(&mut builder, &layout, rest)
        } else {
            paragraph(&mut builder, &layout, rest)
        };
        at += taken;
    }
    Ok(builder.finish())
}

/// Says what was no text in the bytes.
pub(crate) fn tell(builder: &mut Builder, decoded: &Decoded) {
    for (code, message) in decoded.notices() {
        builder.notice(code, message, None);
    }
}

/// How many lines make the first paragraph.
fn extent(layout: &Layout, lines: &[Line], ends: impl Fn(&[Line]) -> bool) -> usize {
    let mut n = 1;
    while n < lines.len() && !ends(&lines[n..]) && layout.continues(&lines[n - 1], &lines[n]) {
        n += 1;
    }
    n
}

fn paragraph(builder: &mut Builder, layout: &Layout, lines: &[Line]) -> usize {
    let taken = extent(layout, lines, |next| table::find(next).is_some());
    let parts: Vec<(String, Origin)> =
        lines[..taken].iter().map(|line| (line.text.to_owned(), line.origin())).collect();
    push(builder, &parts);
    taken
}

/// A paragraph of a Markdown file: its marks are left out, a list item or heading never runs on
/// into the next one.
fn paragraph_marked(builder: &mut Builder, layout: &Layout, lines: &[Line]) -> usize {
    let first = markdown::strip(lines[0].text);
    let alone = first.stands_alone;
    let taken = if alone {
        1
    } else {
        extent(layout, lines, |next| {
            markdown::strip(next[0].text).starts_block || table::find(next).is_some()
        })
    };
    let parts: Vec<(String, Origin)> =
        lines[..taken].iter().map(|line| (markdown::strip(line.text).text, line.origin())).collect();
    push(builder, &parts);
    taken
}

fn push(builder: &mut Builder, parts: &[(String, Origin)]) {
    let mut joined: Vec<(String, Origin)> = Vec::with_capacity(parts.len());
    for (text, origin) in parts.iter().filter(|(text, _)| !text.is_empty()) {
        // Words of Latin letters stand apart, Chinese characters and figures do not.
        if let Some((last, _)) = joined.last_mut()
            && last.ends_with(|c: char| c.is_ascii_alphabetic())
            && text.starts_with(|c: char| c.is_ascii_alphabetic())
        {
            last.push(' ');
        }
        joined.push((text.clone(), *origin));
    }
    if !joined.is_empty() {
        builder.block(BlockKind::Paragraph, joined.iter().map(|(text, origin)| (text.as_str(), *origin)));
    }
}

#[cfg(test)]
mod tests;
