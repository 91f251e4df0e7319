use std::fmt::Write as _;
use std::io;

use luoshi_report::{Align, Annotated, Card, Line, Media, Note, Table, Tone, Writer};
use luoshi_text::Level;

use crate::safe::visible;

/// One page that needs nothing else: the text with its marks on the left, what was read out of it on
/// the right at the same height, findings under their line. No script, no outside file; for
/// screens of any width, dark rooms and paper.
#[derive(Clone, Copy, Debug, Default)]
pub struct Html;

const STYLE: &str = include_str!("page.css");

impl Writer<[Annotated]> for Html {
    fn media(&self) -> Media {
        Media { ending: "html", kind: "text/html; charset=utf-8" }
    }

    fn write(&self, texts: &[Annotated], out: &mut dyn io::Write) -> io::Result<()> {
        let title = texts.first().map_or("", |t| t.title.as_str());
        write!(
            out,
            "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n\
             <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n",
            escaped(title)
        )?;
        if texts.len() > 1 {
            writeln!(out, "<nav aria-label=\"文稿\"><ol>")?;
            for (n, text) in texts.iter().enumerate() {
                let title = escaped(&text.title);
                writeln!(out, "<li><a href=\"#p{}\">{title}</a></li>", n + 1)?;
            }
            writeln!(out, "</ol></nav>")?;
        }
        writeln!(out, "<main>")?;
        for (n, text) in texts.iter().enumerate() {
            out.write_all(article(n + 1, text).as_bytes())?;
        }
        writeln!(out, "</main>\n</body>\n</html>")
    }
}

/// One text. Writing to a string cannot fail.
fn article(n: usize, text: &Annotated) -> String {
    let mut o = String::new();
    let _ = writeln!(o, "<article id=\"p{n}\">\n<header>\n<h1>{}</h1>", escaped(&text.title));
    if let Some(subtitle) = &text.subtitle {
        let _ = writeln!(o, "<p class=\"sub\">{}</p>", escaped(subtitle));
    }
    for words in &text.lead {
        let _ = writeln!(o, "<p class=\"lead\">{}</p>", escaped(words));
    }
    if text.legend.iter().any(|l| l.count > 0) {
        o.push_str("<ul class=\"legend\" aria-label=\"标记\">\n");
        for entry in text.legend.iter().filter(|l| l.count > 0) {
            let name = escaped(&entry.name);
            let _ = writeln!(o, "<li><mark class=\"{}\">{name}</mark> {}</li>", entry.kind, entry.count);
        }
        o.push_str("</ul>\n");
    }
    o.push_str("</header>\n<div class=\"text\">\n");
    for (i, line) in text.lines.iter().enumerate() {
        row(&mut o, n, i, line, text.cards.iter().filter(|c| c.line == i));
    }
    o.push_str("</div>\n");
    for table in &text.tables {
        table_of(&mut o, table);
    }
    o.push_str("</article>\n");
    o
}

fn row<'a>(o: &mut String, n: usize, i: usize, line: &Line, cards: impl Iterator<Item = &'a Card>) {
    let mut class = format!("line d{}", line.depth.min(6));
    if line.heading {
        class.push_str(" head");
    }
    if line.cell {
        class.push_str(" cell");
    }
    let _ = writeln!(
        o,
        "<div class=\"row\" id=\"p{n}l{}\">\n<span class=\"no\">{}</span>\n<div class=\"{class}\"><p>{}</p>",
        i + 1,
        escaped(&line.label),
        marked(line)
    );
    for note in &line.notes {
        note_of(o, note, line);
    }
    o.push_str("</div>\n<div class=\"side\">");
    for card in cards {
        card_of(o, card);
    }
    o.push_str("</div>\n</div>\n");
}

fn level(level: Level) -> (&'static str, &'static str) {
    match level {
        Level::Error => ("error", "错误"),
        Level::Warning => ("warning", "警告"),
        Level::Hint => ("hint", "提示"),
    }
}

fn note_of(o: &mut String, note: &Note, line: &Line) {
    let (class, name) = level(note.level);
    let words = line.words.get(note.range.clone()).unwrap_or("");
    let words: String = words.chars().take(24).collect();
    let _ = write!(o, "<div class=\"note {class}\" role=\"note\"><b>{name}</b> {}", escaped(&note.message));
    // Most messages quote the words themselves.
    if !words.is_empty() && !note.message.contains(&words) {
        let _ = write!(o, " <q>{}</q>", escaped(&words));
    }
    if let Some(help) = &note.help {
        let _ = write!(o, "<br><span class=\"help\">建议：{}</span>", escaped(help));
    }
    let _ = writeln!(o, " <code>{}</code></div>", escaped(&note.code));
}

fn card_of(o: &mut String, card: &Card) {
    let _ = write!(o, "<section class=\"card\"><h2>{}</h2><dl>", escaped(&card.title));
    for (name, value) in &card.fields {
        let name = escaped(name);
        if value.is_empty() {
            let _ = write!(o, "<div><dt>{name}</dt><dd class=\"none\">未写明</dd></div>");
        } else {
            let _ = write!(o, "<div><dt>{name}</dt><dd>{}</dd></div>", escaped(value));
        }
    }
    o.push_str("</dl></section>");
}

/// The line's words cut at every edge of a mark or a finding. Marks may cross, elements may not: so
/// each piece is one element with the names of all that cover it.
fn marked(line: &Line) -> String {
    let words = line.words.as_str();
    let fits = |r: &std::ops::Range<usize>| {
        r.start < r.end && words.is_char_boundary(r.start) && words.is_char_boundary(r.end)
    };
    let marks: Vec<_> = line.marks.iter().filter(|m| fits(&m.range)).collect();
    let notes: Vec<_> = line.notes.iter().filter(|n| fits(&n.range)).collect();
    let mut edges = vec![0, words.len()];
    for range in marks.iter().map(|m| &m.range).chain(notes.iter().map(|n| &n.range)) {
        edges.extend([range.start, range.end]);
    }
    edges.sort_unstable();
    edges.dedup();
    let mut o = String::new();
    for pair in edges.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let covers = |r: &std::ops::Range<usize>| r.start <= from && to <= r.end;
        let mut over: Vec<_> = marks.iter().filter(|m| covers(&m.range)).collect();
        // The shortest mark is the most precise one: its colour counts.
        over.sort_by_key(|m| m.range.len());
        let found = notes.iter().filter(|n| covers(&n.range)).map(|n| n.level).max();
        let text = escaped(&words[from..to]);
        if over.is_empty() && found.is_none() {
            o.push_str(&text);
            continue;
        }
        let mut classes: Vec<&str> = over.first().map(|m| m.kind).into_iter().collect();
        if over.iter().skip(1).any(|m| m.kind == "rule") {
            classes.push("within");
        }
        if let Some(found) = found {
            classes.push(level(found).0);
        }
        let hints: Vec<String> = over.iter().map(|m| escaped(&m.hint)).collect();
        let _ = write!(o, "<mark class=\"{}\"", classes.join(" "));
        if !hints.is_empty() {
            let _ = write!(o, " title=\"{}\"", hints.join("；"));
        }
        let _ = write!(o, ">{text}</mark>");
    }
    o
}

fn table_of(o: &mut String, table: &Table) {
    let _ = writeln!(o, "<section class=\"table\">\n<h2>{}</h2>", escaped(&table.title));
    if let Some(subtitle) = &table.subtitle {
        let _ = writeln!(o, "<p class=\"sub\">{}</p>", escaped(subtitle));
    }
    let whole: f64 = table.columns.iter().map(|c| c.width).sum::<f64>().max(1.0);
    o.push_str("<div class=\"scroll\" tabindex=\"0\"><table>\n<colgroup>");
    for column in &table.columns {
        let _ = write!(o, "<col style=\"width:{:.1}%\">", column.width / whole * 100.0);
    }
    o.push_str("</colgroup>\n<thead><tr>");
    for column in &table.columns {
        let _ = write!(o, "<th scope=\"col\">{}</th>", escaped(&column.head));
    }
    o.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        o.push_str("<tr>");
        for (column, cell) in table.columns.iter().zip(row) {
            if cell.rows == 0 {
                continue;
            }
            o.push_str("<td");
            if cell.rows > 1 {
                let _ = write!(o, " rowspan=\"{}\"", cell.rows);
            }
            let mut classes = Vec::new();
            match column.align {
                Align::Left => {}
                Align::Centre => classes.push("centre"),
                Align::Right => classes.push("right"),
            }
            match cell.tone {
                Tone::Plain => {}
                Tone::Faint => classes.push("faint"),
                Tone::Strong => classes.push("strong"),
                Tone::Hint => classes.push("hint"),
                Tone::Warning => classes.push("warning"),
                Tone::Error => classes.push("error"),
            }
            if !classes.is_empty() {
                let _ = write!(o, " class=\"{}\"", classes.join(" "));
            }
            if let Some(note) = &cell.note {
                let _ = write!(o, " title=\"{}\"", escaped(note));
            }
            let words = escaped(&cell.text()).replace('\n', "<br>");
            let _ = write!(o, ">{words}</td>");
        }
        o.push_str("</tr>\n");
    }
    o.push_str("</tbody>\n</table></div>\n");
    for note in &table.notes {
        let _ = writeln!(o, "<p class=\"sub\">{}</p>", escaped(note));
    }
    o.push_str("</section>\n");
}

/// Words that mean nothing to HTML, in text and in quoted attributes.
fn escaped(words: &str) -> String {
    let words = visible(words);
    let mut out = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use luoshi_report::Mark;

    use super::*;

    fn mark(words: &str, part: &str, kind: &'static str) -> Mark {
        let at = words.find(part).unwrap();
        Mark { range: at..at + part.len(), kind, hint: kind.to_owned() }
    }

    #[test]
    fn marks_that_cross_stay_well_formed() {
        let words = "各乡镇6月底前报送";
        let line = Line {
            words: words.to_owned(),
            marks: vec![mark(words, "各乡镇6月底", "rule"), mark(words, "6月底前", "date")],
            ..Line::default()
        };
        assert_eq!(
            marked(&line),
            "<mark class=\"rule\" title=\"rule\">各乡镇</mark>\
             <mark class=\"date within\" title=\"date；rule\">6月底</mark>\
             <mark class=\"date\" title=\"date\">前</mark>报送"
        );
    }

    #[test]
    fn markup_in_the_text_is_shown_not_obeyed() {
        let words = "<script>alert(1)</script>\"'&";
        let text = Annotated {
            title: words.to_owned(),
            lines: vec![Line {
                label: words.to_owned(),
                words: words.to_owned(),
                notes: vec![Note {
                    level: Level::Error,
                    range: 0..3,
                    code: words.to_owned(),
                    message: words.to_owned(),
                    help: Some(words.to_owned()),
                }],
                marks: vec![Mark { range: 0..words.len(), kind: "date", hint: words.to_owned() }],
                ..Line::default()
            }],
            ..Annotated::default()
        };
        let mut out = Vec::new();
        Html.write(&[text], &mut out).unwrap();
        let page = String::from_utf8(out).unwrap();
        assert!(!page.contains("<script"));
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;"));
    }
}
