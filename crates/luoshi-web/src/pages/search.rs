//! Finding by words: plans, entries and papers within what the reader sees, grouped by kind, each hit
//! with the place where the words stand.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use luoshi_app::{Hit, Hits, MOST_HITS, Reader, Seeing, Words};
use luoshi_report::{Cell, Table};
use luoshi_store::{Page, SoughtKind};
use serde::Deserialize;

use crate::error::{Result, rendered};
use crate::export::{self, address, open_address};
use crate::sign::Signed;
use crate::view::{Frame, Pager, on_page};

/// How many of each kind are shown where all kinds are.
const FEW: i64 = 5;

/// The longest query, in characters.
const QUERY: usize = 100;

/// The kinds: key, words, kind.
pub(crate) const KINDS: [(&str, &str, SoughtKind); 3] = [
    ("plan", "方案", SoughtKind::Plan),
    ("entry", "事项", SoughtKind::Entry),
    ("paper", "材料", SoughtKind::Paper),
];

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    frame: Frame,
    q: String,
    kind: String,
    tabs: Vec<(String, String, bool)>,
    groups: Vec<Group>,
    pager: Option<Pager>,
    files: String,
    capped: bool,
    asked: bool,
}

/// What was found of one kind.
struct Group {
    words: &'static str,
    to: String,
    /// How many more there are, in words; empty where all are shown.
    more: String,
    hits: Vec<Line>,
}

/// A hit.
struct Line {
    to: String,
    title: Words,
    place: String,
    lines: Vec<Words>,
}

impl Line {
    fn of(hit: Hit) -> Self {
        let to = place_of(&hit);
        Self { to, title: hit.title, place: hit.place, lines: hit.lines }
    }
}

/// Where a hit is shown.
fn place_of(hit: &Hit) -> String {
    match (hit.kind, hit.no.0) {
        (SoughtKind::Paper, 0) => format!("/plans/{}?tab=files", hit.plan),
        (_, 0) => format!("/plans/{}", hit.plan),
        (_, no) => format!("/plans/{}/entries/{no}", hit.plan),
    }
}

/// What is sought.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    q: String,
    kind: String,
    page: i64,
    #[serde(rename = "as")]
    file: String,
}

/// The page.
pub(super) async fn page(signed: Signed, Query(wanted): Query<Wanted>) -> Result<Response> {
    let reader = &signed.reader;
    let q: String = wanted.q.trim().chars().take(QUERY).collect();
    let seeing = reader.findable().await?;
    if let Some(sheet) = export::wanted(&wanted.file) {
        return export::file(reader, sheet, table(reader, &seeing, &q, &wanted.kind).await?).await;
    }
    let one = KINDS.iter().any(|(key, ..)| *key == wanted.kind);
    let (mut groups, mut tabs, mut pager, mut capped) = (Vec::new(), Vec::new(), None, false);
    for (key, words, kind) in KINDS {
        let here = key == wanted.kind;
        let find = |page| found(reader, &seeing, &q, kind, page);
        let (hits, total) = match (one, here) {
            (false, _) => find(Page { skip: 0, limit: FEW }).await?,
            (true, true) => on_page(wanted.page, find).await?,
            (true, false) => find(Page { skip: 0, limit: 0 }).await?,
        };
        let to = address("/search", &[("q", &q), ("kind", key)]);
        capped |= total >= MOST_HITS && (here || !one);
        if here {
            pager = Some(Pager::new(wanted.page, total, format!("{to}&page=")));
        }
        tabs.push((to.clone(), format!("{words} {}", told(total)), here));
        if !hits.is_empty() {
            let more =
                if !one && total > FEW { format!("查看全部{}条", told(total)) } else { String::new() };
            groups.push(Group { words, to, more, hits: hits.into_iter().map(Line::of).collect() });
        }
    }
    tabs.insert(0, (address("/search", &[("q", &q)]), String::from("全部"), !one));
    Ok(rendered(&SearchPage {
        frame: Frame::of(&signed, format!("搜索 {q}").trim(), "").await?,
        files: open_address("/search", &[("q", &q), ("kind", &wanted.kind)]),
        asked: !luoshi_store::query_words(&q).is_empty(),
        capped,
        groups,
        kind: wanted.kind,
        tabs,
        pager,
        q,
    }))
}

/// A part of what was found of one kind, and how much there is.
async fn found(
    reader: &Reader,
    seeing: &Seeing,
    q: &str,
    kind: SoughtKind,
    page: Page,
) -> Result<(Vec<Hit>, i64)> {
    let Hits { total, hits } = reader.find(seeing, q, kind, page, true).await?;
    Ok((hits, total))
}

fn told(total: i64) -> String {
    if total >= MOST_HITS { format!("{MOST_HITS}+") } else { total.to_string() }
}

/// What was found as a table; of the texts of plans that they hold the words, not where.
async fn table(reader: &Reader, seeing: &Seeing, q: &str, only: &str) -> Result<Table> {
    let columns = export::columns(&[("类别", 5.0), ("名称", 24.0), ("所在", 24.0), ("内容", 40.0)]);
    let mut table = Table::new("搜索", format!("搜索 {q}"), columns);
    let plain = |words: &Words| words.iter().map(|(piece, _)| piece.as_str()).collect::<String>();
    for (key, words, kind) in KINDS {
        if !only.is_empty() && only != key {
            continue;
        }
        let all = Page { skip: 0, limit: MOST_HITS };
        let Hits { total, hits } = reader.find(seeing, q, kind, all, false).await?;
        if total >= MOST_HITS {
            table = export::noted(table, format!("{words}最多导出{MOST_HITS}条，请多写一个词缩小范围"));
        }
        for hit in hits {
            let lines: Vec<String> = hit.lines.iter().map(plain).collect();
            let title = plain(&hit.title);
            let cells = [words.to_owned(), title, hit.place, lines.join("\n")];
            table.rows.push(cells.into_iter().map(Cell::words).collect());
        }
    }
    Ok(table)
}
