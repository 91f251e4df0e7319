//! The dashboard (看板): completion against plan, lights by unit and by plan, what fell due week by week,
//! what needs a decision. Every figure leads to the entries behind it.

mod behind;

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use jiff::ToSpan;
use luoshi_app::{Board, Came, Counts, Pile, Reader, Seeing, WEEKS};
use luoshi_engine::{Moment, UnitId};
use luoshi_report::{Cell, Table};
use luoshi_store::Page;
use serde::Deserialize;

use crate::error::{Result, WebError, rendered};
use crate::export::{self, address};
use crate::sign::Signed;
use crate::view::{Frame, Line, lines};

pub(crate) use behind::Behind;
pub(super) use behind::entries;

/// How many plans and units are drawn; the rest is in the file.
const DRAWN: usize = 20;

/// How many things to decide are shown.
const DECIDE: i64 = 6;

/// The parts of a bar: key, words, colour.
const PARTS: [(&str, &str); 7] = [
    ("done", "已办结"),
    ("green", "正常"),
    ("blue", "临近到期"),
    ("grey", "未亮灯"),
    ("yellow", "黄灯"),
    ("orange", "橙灯"),
    ("red", "红灯"),
];

#[derive(Template)]
#[template(path = "board.html")]
struct BoardPage {
    frame: Frame,
    place: String,
    until: String,
    figures: Vec<Figure>,
    plans: Vec<Bar>,
    units: Vec<Bar>,
    weeks: Vec<Week>,
    timely: Vec<Timely>,
    decide: Vec<Line>,
    waiting: i64,
    more_plans: usize,
    more_units: usize,
}

/// A large number.
struct Figure {
    words: &'static str,
    number: String,
    under: String,
    class: &'static str,
    to: String,
}

/// A stacked bar.
struct Bar {
    name: String,
    to: String,
    rate: String,
    under: String,
    parts: Vec<Part>,
}

/// A part of a bar or column.
struct Part {
    colour: &'static str,
    /// Where it begins and how long it is, in per cent.
    at: String,
    long: String,
    said: String,
    to: String,
}

/// A week of the trend.
struct Week {
    words: String,
    rate: String,
    x: String,
    middle: String,
    parts: Vec<Part>,
}

/// How timely a unit is.
struct Timely {
    name: String,
    rate: String,
    width: String,
    came: Came,
    late_to: String,
    missing_to: String,
}

/// Which kind of file.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    #[serde(rename = "as")]
    file: String,
}

/// The dashboard, for those who inspect and lead.
pub(super) async fn page(signed: Signed, Query(wish): Query<Wish>) -> Result<Response> {
    let reader = &signed.reader;
    if !reader.oversees() {
        return Err(WebError::NoPage);
    }
    let seeing = reader.seeing(None).await?;
    let board = reader.board(&seeing).await?;
    if let Some(sheet) = export::wanted(&wish.file) {
        return export::file(reader, sheet, table(reader, &seeing, &board)).await;
    }
    let desk = reader.pile(Pile::Now, false, Page { skip: 0, limit: DECIDE }).await?;
    let frame = Frame::of(&signed, "看板", "/board").await?;
    let waiting = frame.waiting();
    Ok(rendered(&BoardPage {
        frame,
        place: reader.context.org.unit_name(reader.post.unit),
        until: reader.now.civil().strftime("%Y年%-m月%-d日 %H:%M").to_string(),
        figures: figures(&board),
        plans: plans(&seeing, &board),
        units: units(reader, &board),
        weeks: weeks(&board),
        timely: timely(reader, &board),
        decide: lines(reader, &desk).await?,
        more_plans: board.plans.len().saturating_sub(DRAWN),
        more_units: board.units.len().saturating_sub(DRAWN),
        waiting,
    }))
}

fn to(pairs: &[(&str, &str)]) -> String {
    address("/board/entries", pairs)
}

fn figures(board: &Board) -> Vec<Figure> {
    let all = &board.all;
    let figure = |words, number: i64, under: String, class, to| Figure {
        words,
        number: number.to_string(),
        under,
        class,
        to,
    };
    let share =
        |n: i64| if all.total() > 0 { format!("占{}", share_of(n, all.total())) } else { String::new() };
    let yellow = all.lit("yellow") + all.lit("orange");
    vec![
        figure("全部事项", all.total(), format!("{}份方案", board.plans.len()), "", to(&[])),
        figure("已办结", all.done, share(all.done), "good", to(&[("phase", "done")])),
        figure("等待审核", all.submitted, share(all.submitted), "", to(&[("phase", "submitted")])),
        figure("红灯", all.lit("red"), share(all.lit("red")), "bad", to(&[("light", "red")])),
        figure("黄灯", yellow, share(yellow), "warn", to(&[("light", "yellow")])),
    ]
}

/// A share in words: whole per cent, and one decimal where that would say nothing.
#[expect(clippy::cast_precision_loss, reason = "far below what is exact")]
fn share_of(part: i64, whole: i64) -> String {
    let share = part as f64 * 100.0 / whole.max(1) as f64;
    if share > 0.0 && share < 10.0 { format!("{share:.1}%") } else { format!("{share:.0}%") }
}

/// A bar of all parts, each leading to its entries.
fn bar(name: String, at: String, counts: &Counts, of: (&str, &str)) -> Bar {
    let total = counts.total().max(1);
    let mut done = 0;
    let mut parts = Vec::new();
    for (colour, words) in PARTS {
        let n = if colour == "done" { counts.done } else { counts.lit(colour) };
        if n == 0 {
            continue;
        }
        let more = match colour {
            "done" => ("phase", "done"),
            "grey" => ("phase", "unlit"),
            colour => ("light", colour),
        };
        parts.push(Part {
            colour,
            at: percent(done, total),
            long: percent(n, total),
            said: format!("{words}{n}项"),
            to: to(&[of, more]),
        });
        done += n;
    }
    let rate = counts.rate().map_or_else(|| String::from("—"), |rate| format!("{rate}%"));
    let red = if counts.lit("red") > 0 { format!("，红灯{}", counts.lit("red")) } else { String::new() };
    Bar { name, to: at, rate, under: format!("{}/{}项{red}", counts.done, counts.total()), parts }
}

#[expect(clippy::cast_precision_loss, reason = "far below what is exact")]
fn percent(part: i64, whole: i64) -> String {
    format!("{:.2}%", part as f64 * 100.0 / whole.max(1) as f64)
}

fn plans(seeing: &Seeing, board: &Board) -> Vec<Bar> {
    let drawn = board.plans.iter().take(DRAWN);
    drawn
        .map(|(id, counts)| {
            let title = seeing.plans.iter().find(|plan| plan.id == *id).map(|plan| plan.title.clone());
            let of = id.to_string();
            bar(title.unwrap_or_default(), format!("/plans/{id}?tab=progress"), counts, ("plan", &of))
        })
        .collect()
}

fn units(reader: &Reader, board: &Board) -> Vec<Bar> {
    let drawn = board.units.iter().take(DRAWN);
    drawn
        .map(|(unit, counts)| {
            let of = unit.to_string();
            let name = reader.unit_words(*unit);
            bar(name, to(&[("unit", &of)]), counts, ("unit", &of))
        })
        .collect()
}

/// Twelve columns, as high as the fullest week.
fn weeks(board: &Board) -> Vec<Week> {
    let most = board.weeks.iter().map(|(_, came)| came.total()).max().unwrap_or(0).max(1);
    let column = |(i, (start, came)): (i64, &(Moment, Came))| {
        let from = start.date();
        let until = from.saturating_add(6.days());
        let (first, last) = (from.to_string(), until.to_string());
        let mut done = 0;
        let stack = [
            ("done", "按时", came.on_time, "on_time"),
            ("yellow", "逾期报来", came.late, "late"),
            ("red", "未交", came.missing, "missing"),
        ];
        let mut parts = Vec::new();
        for (colour, words, n, key) in stack.into_iter().filter(|(_, _, n, _)| *n > 0) {
            done += n;
            parts.push(Part {
                colour,
                at: percent(most - done, most),
                long: percent(n, most),
                said: format!("{first}起一周{words}{n}项"),
                to: to(&[("came", key), ("from", &first), ("to", &last)]),
            });
        }
        Week {
            words: from.strftime("%-m.%-d").to_string(),
            rate: came.rate().map_or_else(|| String::from("—"), |rate| format!("{rate}%")),
            x: percent(i * 100 + 15, WEEKS * 100),
            middle: percent(i * 100 + 50, WEEKS * 100),
            parts,
        }
    };
    (0..).zip(&board.weeks).map(column).collect()
}

fn timely(reader: &Reader, board: &Board) -> Vec<Timely> {
    let first = reader.first_week().date().to_string();
    let last = reader.now.date().to_string();
    let row = |(unit, came): &(UnitId, Came)| {
        let id = unit.to_string();
        let of = |key| to(&[("unit", &id), ("came", key), ("from", &first), ("to", &last)]);
        Timely {
            name: reader.unit_words(*unit),
            rate: came.rate().map_or_else(|| String::from("—"), |rate| format!("{rate}%")),
            width: percent(came.on_time, came.total()),
            came: *came,
            late_to: of("late"),
            missing_to: of("missing"),
        }
    };
    board.timely.iter().take(DRAWN).map(row).collect()
}

/// Lights and timeliness by plan and unit.
fn table(reader: &Reader, seeing: &Seeing, board: &Board) -> Table {
    let mut columns = export::columns(&[("类别", 5.0), ("名称", 20.0)]);
    columns.extend(export::numbers(&["总数", "已办结", "待审核", "红灯", "黄灯", "办结率（%）"]));
    columns.extend(export::numbers(&["到期", "按时", "逾期报来", "未交"]));
    let title = format!("{}落实情况", reader.context.org.unit_name(reader.post.unit));
    let mut table = Table::new("看板", title, columns);
    let mut row = |kind: &str, name: String, counts: &Counts, came: Option<&Came>| {
        let mut cells = vec![Cell::words(kind), Cell::words(name)];
        let yellow = counts.lit("yellow") + counts.lit("orange");
        let numbers = [counts.total(), counts.done, counts.submitted, counts.lit("red"), yellow];
        cells.extend(numbers.map(export::count));
        cells.push(counts.rate().map_or_else(|| Cell::words(""), export::count));
        let came = came.map(|came| [came.total(), came.on_time, came.late, came.missing].map(export::count));
        cells.extend(came.unwrap_or_else(|| [(); 4].map(|()| Cell::words(""))));
        table.rows.push(cells);
    };
    row("合计", String::from("全部"), &board.all, None);
    for (id, counts) in &board.plans {
        let title = seeing.plans.iter().find(|plan| plan.id == *id).map(|plan| plan.title.clone());
        row("方案", title.unwrap_or_default(), counts, None);
    }
    for (unit, counts) in &board.units {
        let came = board.timely.iter().find(|(other, _)| other == unit).map(|(_, came)| came);
        row("单位", reader.unit_words(*unit), counts, came);
    }
    table.notes = vec![format!("到期、按时、逾期报来、未交按最近{WEEKS}周到期的事项统计。")];
    table
}
