//! A document that was read, and how its places are named.

use luoshi_plan::model::{Compiled, Plan, Role};
use luoshi_plan::stream;
use luoshi_text::{Builder, Document, Format, Origin, Span};

/// Characters of a heading in a path.
const HEADING: usize = 30;

/// A plan's document, its annexes joined behind it.
#[derive(Debug)]
pub(crate) struct Source {
    /// The file as the user named it.
    pub(crate) name: String,
    /// The text.
    pub(crate) doc: Document,
    /// Annexes: the offset at which each begins, and its file.
    pub(crate) annexes: Vec<(u32, String)>,
    /// The text file itself, where it is one in UTF-8: columns are counted in it.
    raw: Option<Raw>,
}

/// A text file: its words, and where each line begins in bytes and in characters.
#[derive(Debug)]
struct Raw {
    text: String,
    lines: Vec<(usize, usize)>,
}

impl Raw {
    fn new(text: String) -> Self {
        // A mark at the beginning is no part of the first line.
        let mut at = if text.starts_with('\u{feff}') { ('\u{feff}'.len_utf8(), 1) } else { (0, 0) };
        let mut lines = Vec::new();
        for line in text[at.0..].split_inclusive('\n') {
            lines.push(at);
            at = (at.0 + line.len(), at.1 + line.chars().count());
        }
        Self { text, lines }
    }

    /// A line, counted from 1, and the characters before it.
    fn line(&self, line: u32) -> Option<(usize, &str)> {
        let (bytes, chars) = *self.lines.get(line.checked_sub(1)? as usize)?;
        let end = self.lines.get(line as usize).map_or(self.text.len(), |l| l.0);
        Some((chars, &self.text[bytes..end]))
    }
}

/// A place as editors count: lines and columns from 1, characters from the file's beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    /// The line.
    pub(crate) line: u32,
    /// The column, in characters.
    pub(crate) column: usize,
    /// Characters before it in the file, where the file is a text.
    pub(crate) offset: Option<usize>,
}

impl Source {
    /// A document without annexes.
    pub(crate) fn new(name: String, doc: Document) -> Self {
        Self { name, doc, annexes: Vec::new(), raw: None }
    }

    /// With the file's own bytes, kept where it is a text.
    pub(crate) fn with_bytes(mut self, bytes: Vec<u8>) -> Self {
        if self.doc.format() == Format::Text {
            self.raw = String::from_utf8(bytes).ok().map(Raw::new);
        }
        self
    }

    /// With an annex behind it. Where the annex does not say itself that it is one, the name of its
    /// file stands over it as its heading.
    pub(crate) fn with_annex(mut self, name: String, annex: Document) -> Self {
        self.annexes.push((self.doc.text().len() as u32, name));
        let first = annex.blocks().first();
        let begins = first.is_some_and(|b| annex.slice(b.span).trim_start().starts_with("附件"));
        if !begins {
            let origin = first.and_then(|b| b.pieces.first()).map_or(Origin::Line(1), |p| p.origin);
            let mut head = Builder::new(annex.format());
            head.paragraph(&annex_head(&self.annexes[self.annexes.len() - 1].1), origin);
            self.doc = self.doc.joined(head.finish());
        }
        self.doc = self.doc.joined(annex);
        self
    }

    /// The words of a span.
    pub(crate) fn words(&self, span: Span) -> &str {
        self.doc.slice(span)
    }

    /// The annex that holds an offset; none in the plan itself.
    pub(crate) fn annex_at(&self, at: u32) -> Option<&str> {
        self.annexes.iter().rev().find(|(from, _)| *from <= at).map(|(_, name)| name.as_str())
    }

    /// The file that holds an offset.
    pub(crate) fn file_at(&self, at: u32) -> &str {
        self.annex_at(at).unwrap_or(&self.name)
    }

    /// The number of the line that an offset stands on.
    pub(crate) fn line(&self, at: u32) -> u32 {
        stream::line_of(&self.doc, at as usize)
    }

    /// Where an offset stands as editors count.
    pub(crate) fn position(&self, at: u32) -> Position {
        let line = self.line(at);
        let piece = self.doc.block_at(at as usize).and_then(|i| {
            let pieces = &self.doc.blocks()[i].pieces;
            let n = pieces.partition_point(|p| p.at <= at);
            pieces.get(n.saturating_sub(1)).map(|p| p.at)
        });
        let from = piece.unwrap_or(at);
        let inside = self.words(Span { start: from, end: at }).chars().count();
        let bare = Position { line, column: inside + 1, offset: None };
        if self.annex_at(at).is_some() {
            return bare;
        }
        // The reader takes blanks off both ends of a line; the words are looked up in the file.
        let Some(raw) = &self.raw else { return bare };
        let Some((start, whole)) = raw.line(line) else { return bare };
        let end = self.doc.piece_end(from as usize);
        let words = self.words(Span::new(from as usize, end)).trim_end();
        let Some(indent) = whole.find(words) else { return bare };
        let before = whole[..indent].chars().count();
        Position { line, column: before + inside + 1, offset: Some(start + before + inside) }
    }

    /// Where an offset stands, in Chinese: 第14行, 第3页第2行.
    pub(crate) fn place(&self, at: u32) -> String {
        let here = match self.doc.origin_at(at as usize) {
            Some(Origin::Line(n)) => format!("第{n}行"),
            Some(Origin::Paragraph(n)) => format!("第{n}段"),
            Some(Origin::Page { page, line }) => format!("第{page}页第{line}行"),
            Some(Origin::Cell { table, row, col }) => format!("表{table}第{row}行第{col}列"),
            Some(Origin::Sheet { sheet, row, col }) => format!("工作表{sheet}第{row}行第{col}列"),
            None => String::new(),
        };
        match self.annex_at(at) {
            Some(annex) => format!("{}{here}", harmless(annex_name(annex))),
            None => here,
        }
    }

    /// The sentence around a span: its block, cut at full stops.
    pub(crate) fn sentence(&self, span: Span) -> &str {
        let Some(block) = self.doc.block_at(span.start as usize).and_then(|i| self.doc.blocks().get(i))
        else {
            return "";
        };
        let text = self.words(block.span);
        let base = block.span.start;
        let from = (span.start.saturating_sub(base) as usize).min(text.len());
        let to = (span.end.saturating_sub(base) as usize).clamp(from, text.len());
        let (Some(before), Some(after)) = (text.get(..from), text.get(to..)) else {
            return text.trim();
        };
        let start = before.rfind(['。', '；']).map_or(0, |at| at + '。'.len_utf8());
        let inside = text[from..to].ends_with(['。', '；']);
        let end =
            if inside { Some(to) } else { after.find(['。', '；']).map(|at| to + at + '。'.len_utf8()) };
        text[start..end.unwrap_or(text.len())].trim()
    }

    /// The headings above an offset, outermost first, each cut to a readable length.
    pub(crate) fn path(&self, compiled: &Compiled, at: u32) -> Vec<String> {
        let Some(block) = self.doc.block_at(at as usize) else { return Vec::new() };
        let Some(plan) = plan_of(compiled, block as u32) else { return Vec::new() };
        let here = plan.outline.partition_point(|n| n.block as usize <= block);
        let mut path = Vec::new();
        let mut next = here.checked_sub(1).and_then(|i| plan.outline[i].parent);
        while let Some(node) = next.and_then(|i| plan.outline.get(i as usize)) {
            let whole = Span { start: node.marker_span.start.min(node.title.start), end: node.title.end };
            path.push(short(self.words(whole), HEADING));
            next = node.parent;
        }
        path.retain(|words| !words.is_empty());
        path.reverse();
        path
    }
}

/// A short name of an annex: 附件1, or its file.
pub(crate) fn annex_name(path: &str) -> &str {
    let file = file_name(path);
    let Some(rest) = file.strip_prefix("附件") else { return file };
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    &file[..file.len() - rest.len() + digits]
}

/// The heading of an annex from the name of its file: 附件1　责任分工表.
fn annex_head(path: &str) -> String {
    let file = file_name(path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem).trim();
    match stem.strip_prefix("附件") {
        None => format!("附件　{stem}"),
        Some(rest) => {
            let digits = rest.trim_start().chars().take_while(|c| c.is_ascii_digit()).count();
            let (number, title) = rest.trim_start().split_at(digits);
            let title =
                title.trim_start_matches([' ', '\u{3000}', '.', '．', '、', '-', '_', '：', ':', '）', ')']);
            format!("附件{number}　{title}").trim_end().to_owned()
        }
    }
}

/// The plan that holds a block.
pub(crate) fn plan_of(compiled: &Compiled, block: u32) -> Option<&Plan> {
    compiled.plans.iter().find(|p| (p.first_block..p.end_block).contains(&block))
}

/// The role of a block of a plan.
pub(crate) fn role_of(plan: &Plan, block: u32) -> Role {
    let at = block.checked_sub(plan.first_block);
    at.and_then(|i| plan.roles.get(i as usize)).copied().unwrap_or(Role::Noise)
}

/// The file without its folders.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// A file's name as a terminal may be given it: nothing in it steers, and it stays on one line.
pub(crate) fn harmless(path: &str) -> String {
    luoshi_press::visible(path).replace('\n', "\u{fffd}")
}

/// At most `limit` characters, an ellipsis for the rest.
pub(crate) fn short(words: &str, limit: usize) -> String {
    let words = words.trim();
    match words.char_indices().nth(limit) {
        None => words.to_owned(),
        Some((at, _)) => format!("{}…", &words[..at]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_cut_at_full_stops() {
        let source = Source::new("方案".to_owned(), Document::from_lines("甲要报。乙要办；丙要查\n丁"));
        let at = |words: &str| {
            let start = source.doc.text().find(words).unwrap();
            Span::new(start, start + words.len())
        };
        assert_eq!(source.sentence(at("乙")), "乙要办；");
        assert_eq!(source.sentence(at("甲要报。")), "甲要报。");
        assert_eq!(source.sentence(at("查")), "丙要查");
        assert_eq!(source.sentence(at("丁")), "丁");
    }

    #[test]
    fn columns_are_those_of_the_file() {
        let raw = "标题\n　　各乡镇要报。\n";
        let doc = luoshi_read::read(raw.as_bytes(), None, &luoshi_read::Limits::default()).unwrap();
        let source = Source::new("方案.txt".to_owned(), doc).with_bytes(raw.as_bytes().to_vec());
        let at = source.doc.text().find("要报").unwrap() as u32;
        assert_eq!(source.position(at), Position { line: 2, column: 6, offset: Some(8) });
    }

    #[test]
    fn an_annex_has_its_own_name_and_lines() {
        let source = Source::new("方案.txt".to_owned(), Document::from_lines("一\n二"))
            .with_annex("夹/附件1.txt".to_owned(), Document::from_lines("三"));
        assert_eq!(source.place(4), "第2行");
        assert_eq!(source.doc.text(), "一\n二\n附件1\n三\n");
        let at = source.doc.text().find('三').unwrap() as u32;
        assert_eq!(source.place(at), "附件1第1行");
        assert_eq!(source.file_at(at), "夹/附件1.txt");
    }

    #[test]
    fn a_name_steers_no_terminal() {
        assert_eq!(harmless("夹/方案.txt"), "夹/方案.txt");
        assert_eq!(harmless("a\u{1b}[31m\nb\tc"), "a\u{fffd}[31m\u{fffd}b c");
    }

    #[test]
    fn an_annex_is_headed_by_its_file_name() {
        assert_eq!(annex_head("夹/附件1 责任分工表.xlsx"), "附件1　责任分工表");
        assert_eq!(annex_head("附件2：名额.docx"), "附件2　名额");
        assert_eq!(annex_head("附件.docx"), "附件");
        assert_eq!(annex_head("分工表.docx"), "附件　分工表");
    }
}
