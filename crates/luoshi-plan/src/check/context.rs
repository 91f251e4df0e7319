//! What a check looks at: one plan, line by line.

use std::ops::Range;

use luoshi_text::{BlockKind, Document, Span};
use luoshi_when::Found;

use super::CheckOptions;
use crate::model::{Compiled, Fact, IssuedBy, Node, Plan, Role, Task};

/// One plan with everything around it.
#[derive(Debug)]
pub struct Context<'a> {
    /// The document.
    pub doc: &'a Document,
    /// All its plans.
    pub compiled: &'a Compiled,
    /// The plan that is looked at.
    pub plan: &'a Plan,
    /// Which of the plans it is.
    pub index: usize,
    /// What is known from outside.
    pub options: &'a CheckOptions,
    /// Its paragraphs and cells, in order.
    pub lines: Vec<Line<'a>>,
    /// The line at which the annexes themselves begin; the number of lines where there are none.
    pub annexes_from: usize,
}

/// A paragraph or cell of the plan.
#[derive(Debug)]
pub struct Line<'a> {
    /// Its place in the outline.
    pub node: &'a Node,
    /// What it holds.
    pub role: Role,
    /// Its words.
    pub text: &'a str,
    /// Its offset in the document's text.
    pub base: usize,
    /// Whether it is a cell of a table.
    pub cell: bool,
    /// Its time expressions, offsets counted from its start.
    pub times: Vec<Found>,
    /// The facts read from it.
    pub facts: &'a [Fact],
    /// The stretches inside 《》 and quotation marks, in order, counted from its start.
    quoted: Vec<Range<usize>>,
}

impl<'a> Context<'a> {
    pub(super) fn new(
        doc: &'a Document,
        compiled: &'a Compiled,
        index: usize,
        options: &'a CheckOptions,
    ) -> Self {
        let plan = &compiled.plans[index];
        let when = luoshi_when::Context::new(plan.issued).with_terms(options.terms);
        let lines: Vec<Line<'a>> = plan
            .outline
            .iter()
            .zip(plan.roles.iter().copied().chain(std::iter::repeat(Role::Noise)))
            .filter(|(node, _)| !super::suppress::is_setting(doc.slice(node.span)))
            .map(|(node, role)| {
                let text = doc.slice(node.span);
                let from = plan.facts.partition_point(|f| f.span.start < node.span.start);
                let to = plan.facts.partition_point(|f| f.span.start < node.span.end);
                Line {
                    node,
                    role,
                    text,
                    base: node.span.start as usize,
                    cell: matches!(doc.blocks()[node.block as usize].kind, BlockKind::Cell { .. }),
                    times: luoshi_when::find(text, &when),
                    facts: &plan.facts[from..to.max(from)],
                    quoted: quoted(text),
                }
            })
            .collect();
        let annexes_from = annexes_from(&lines);
        Self { doc, compiled, plan, index, options, lines, annexes_from }
    }

    /// Whether the day of issue is known and not only assumed to be today.
    pub fn knows_issue(&self) -> bool {
        self.plan.issued_by != IssuedBy::Today
    }

    /// The lines before the annexes.
    pub fn body(&self) -> &[Line<'a>] {
        &self.lines[..self.annexes_from]
    }

    /// Where the name of a task stands; the whole task where it is put together of several words.
    pub(super) fn title_of(&self, task: &Task) -> Span {
        let words = self.doc.slice(task.span);
        let at = words.find(task.title.as_str()).map(|at| task.span.start as usize + at);
        at.map_or(task.span, |at| Span::new(at, at + task.title.len()))
    }

    /// The lines of the annexes.
    pub fn annexes(&self) -> &[Line<'a>] {
        &self.lines[self.annexes_from..]
    }
}

impl Line<'_> {
    /// A stretch of the line as a place in the document.
    pub fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.base + range.start, self.base + range.end)
    }

    /// A place in the document as a stretch of the line.
    pub fn local(&self, span: Span) -> Range<usize> {
        let at = |n: u32| (n as usize).saturating_sub(self.base).min(self.text.len());
        at(span.start)..at(span.end)
    }

    /// The line without the number before it.
    pub fn body(&self) -> &str {
        self.text.get(self.marker()..).unwrap_or("")
    }

    /// Bytes of the number before it.
    pub fn marker(&self) -> usize {
        self.node.marker_span.len().min(self.text.len())
    }

    /// The heading: up to the first full stop or colon.
    pub fn title(&self) -> &str {
        self.text.get(self.local(self.node.title)).unwrap_or("")
    }

    /// Whether an offset stands inside 《》 or quotation marks.
    pub fn in_quotes(&self, at: usize) -> bool {
        let n = self.quoted.partition_point(|q| q.start < at);
        n > 0 && at < self.quoted[n - 1].end
    }
}

/// The stretches of a text inside 《》 and quotation marks; what is not closed runs to the end. One
/// pass, so that a line of nothing but open marks costs no more than its length.
fn quoted(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let (mut title, mut quote, mut straight) = (0i32, 0i32, false);
    let mut from = None;
    for (at, c) in text.char_indices() {
        match c {
            '《' => title += 1,
            '》' => title -= 1,
            '“' => quote += 1,
            '”' => quote -= 1,
            '"' => straight = !straight,
            _ => continue,
        }
        match (from, title > 0 || quote > 0 || straight) {
            (None, true) => from = Some(at),
            (Some(start), false) => {
                out.push(start..at + c.len_utf8());
                from = None;
            }
            _ => {}
        }
    }
    out.extend(from.map(|start| start..text.len() + 1));
    out
}

/// The first line that is the head of an annex itself; before the first numbered heading it is the
/// plan that is an annex of a notice. A list of annexes (附件：1.…) is no head.
fn annexes_from(lines: &[Line<'_>]) -> usize {
    let body = lines.iter().position(|l| l.node.marker.is_some() && annex_head(l.text).is_none());
    let from = body.unwrap_or(0);
    (from..lines.len()).find(|i| head_at(lines, *i).is_some()).unwrap_or(lines.len())
}

/// The number of the annex whose head a line is. 附件：标题 is one where its table stands right below.
pub(super) fn head_at(lines: &[Line<'_>], i: usize) -> Option<u32> {
    let line = lines.get(i)?;
    annex_head(line.text).or_else(|| {
        let (0, len) = annex_number(line.text)? else { return None };
        let named = line.text[len..].starts_with(['：', ':']) && line.text.chars().count() <= 60;
        let table = lines.get(i + 1).is_some_and(|next| next.cell || next.text.contains('\t'));
        (named && table && !line.cell).then_some(0)
    })
}

/// The number of an annex whose head a line is (0 for the only one): 附件, 附件1, 附件 任务表.
pub(super) fn annex_head(text: &str) -> Option<u32> {
    let (number, len) = annex_number(text)?;
    let rest = &text[len..];
    if rest.contains(['。', '；', '，']) || text.chars().count() > 60 {
        return None;
    }
    let colon = rest.starts_with(['：', ':']);
    // "附件：名单" before the signature lists; "附件1：名单" may be either and counts as a head.
    (!(colon && number == 0 && rest.chars().count() > 1)
        && (rest.is_empty() || colon || rest.starts_with([' ', '\u{3000}', '\t'])))
    .then_some(number)
}

/// The number after the word 附件 and the bytes of both. A year after it (附件　2025年任务表) is none.
pub(super) fn annex_number(text: &str) -> Option<(u32, usize)> {
    crate::outline::annex_number(text).map(|(n, len)| if n > 99 { (0, "附件".len()) } else { (n, len) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_stretches_are_read_once_a_line() {
        let text = "按《通知（“甲”）》办理“乙”丙\"丁\"戊《己";
        let got: Vec<&str> =
            quoted(text).into_iter().filter_map(|r| text.get(r.start..r.end.min(text.len()))).collect();
        assert_eq!(got, ["《通知（“甲”）》", "“乙”", "\"丁\"", "《己"]);
        assert_eq!(quoted(&"《".repeat(20_000)).len(), 1);
    }
}
