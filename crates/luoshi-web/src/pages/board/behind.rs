//! The entries behind a figure of the dashboard.

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use jiff::ToSpan;
use jiff::civil::Date;
use luoshi_app::{ALARMS, Reader, Seeing};
use luoshi_engine::{Moment, PlanId, UnitId};
use luoshi_pack::Phase;
use luoshi_store::{Page, Seen};
use serde::Deserialize;

use super::PARTS;
use crate::error::{Result, WebError, rendered};
use crate::export::{self, open_address};
use crate::sign::Signed;
use crate::view::{Frame, Line, Pager, lines, on_page};

#[derive(Template)]
#[template(path = "board-entries.html")]
struct EntriesPage {
    frame: Frame,
    title: String,
    lines: Vec<Line>,
    pager: Pager,
    xlsx: String,
    csv: String,
}

/// Which entries are behind a figure.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Behind {
    plan: String,
    unit: String,
    own: String,
    light: String,
    phase: String,
    came: String,
    from: String,
    to: String,
    page: i64,
    #[serde(rename = "as")]
    file: String,
}

impl Behind {
    fn kept(&self) -> Vec<(&str, &str)> {
        vec![
            ("plan", &self.plan),
            ("unit", &self.unit),
            ("own", &self.own),
            ("light", &self.light),
            ("phase", &self.phase),
            ("came", &self.came),
            ("from", &self.from),
            ("to", &self.to),
        ]
    }

    fn unit(&self) -> Option<UnitId> {
        self.unit.parse().ok().map(UnitId)
    }

    fn seen(&self, reader: &Reader, seeing: &Seeing) -> Seen {
        let colours: Vec<&str> = match self.light.as_str() {
            "" => Vec::new(),
            "yellow" => ALARMS[1..].to_vec(),
            colour => vec![colour],
        };
        let mut lights = reader.lights(&seeing.plans, &colours);
        if lights.is_empty() && !colours.is_empty() {
            // A light that none of the packs knows finds nothing.
            lights.push(format!("-{}", self.light));
        }
        let leads =
            self.unit().map(|unit| if self.own.is_empty() { Self::below(reader, unit) } else { vec![unit] });
        let day = |word: &str| word.parse::<Date>().ok();
        let due = day(&self.from).map(|from| {
            let until = day(&self.to).unwrap_or(from).saturating_add(1.day());
            // What is due later today has not failed yet.
            (Moment::start_of(from), Moment::start_of(until).min(reader.now))
        });
        let (mut phases, on_time) = match self.came.as_str() {
            "on_time" => (vec![Phase::Submitted, Phase::Done], Some(true)),
            "late" => (vec![Phase::Submitted, Phase::Done], Some(false)),
            "missing" => (vec![Phase::Open], None),
            _ => (Vec::new(), None),
        };
        match self.phase.as_str() {
            "open" => phases = vec![Phase::Open],
            "submitted" => phases = vec![Phase::Submitted],
            "done" => phases = vec![Phase::Done],
            "unlit" => {
                phases = vec![Phase::Open, Phase::Submitted];
                lights = vec![String::new()];
            }
            _ => {}
        }
        Seen { lights, leads, phases, due, on_time, returned: self.came == "returned", register: None }
    }

    /// The units that count with one, wherever they stand.
    fn below(reader: &Reader, unit: UnitId) -> Vec<UnitId> {
        let below = reader.unit_and_below(unit);
        below.into_iter().filter(|found| *found == unit || reader.group_of(*found) == unit).collect()
    }

    fn words(&self, reader: &Reader, seeing: &Seeing) -> String {
        let mut words = Vec::new();
        // A unit out of sight has no entries here, and its name is not told.
        let sight = &seeing.sight;
        let known = |unit: &UnitId| !sight.whole.is_empty() || sight.units.contains(unit);
        words.extend(self.unit().filter(known).map(|unit| reader.unit_words(unit)));
        let plan = seeing.plans.iter().find(|plan| plan.id.to_string() == self.plan);
        words.extend(plan.map(|plan| plan.title.clone()));
        let named = |all: &[(&str, &str)], key: &str| {
            all.iter().find(|(known, _)| *known == key).map(|(_, words)| (*words).to_owned())
        };
        words.extend(named(&PARTS, &self.light).filter(|_| !self.light.is_empty()));
        let phases = [("open", "办理中"), ("submitted", "待审核"), ("done", "已办结"), ("unlit", "未亮灯")];
        words.extend(named(&phases, &self.phase));
        let came =
            [("on_time", "按时"), ("late", "逾期报来"), ("missing", "到期未交"), ("returned", "被退回")];
        words.extend(named(&came, &self.came));
        if !self.from.is_empty() {
            words.push(format!("{}至{}到期", self.from, self.to));
        }
        if words.is_empty() { String::from("全部事项") } else { words.join(" · ") }
    }
}

/// The entries behind a figure.
pub(crate) async fn entries(signed: Signed, Query(behind): Query<Behind>) -> Result<Response> {
    let reader = &signed.reader;
    if !reader.oversees() {
        return Err(WebError::NoPage);
    }
    let seeing = reader.seeing(behind.plan.parse().ok().map(PlanId)).await?;
    let seen = behind.seen(reader, &seeing);
    let title = behind.words(reader, &seeing);
    if let Some(sheet) = export::wanted(&behind.file) {
        let (rows, total) = reader.seen(&seeing.sight, &seen, Page { skip: 0, limit: export::MOST }).await?;
        let table = export::entries(&title, &lines(reader, &rows).await?);
        return export::file(reader, sheet, export::cut(table, total)).await;
    }
    let (rows, total) = on_page(behind.page, |page| reader.seen(&seeing.sight, &seen, page)).await?;
    let files = open_address("/board/entries", &behind.kept());
    Ok(rendered(&EntriesPage {
        frame: Frame::of(&signed, &title, "/board").await?,
        lines: lines(reader, &rows).await?,
        pager: Pager::new(behind.page, total, format!("{files}page=")),
        xlsx: format!("{files}as=xlsx"),
        csv: format!("{files}as=csv"),
        title,
    }))
}
