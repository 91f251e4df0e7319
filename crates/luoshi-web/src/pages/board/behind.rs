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
use utoipa::IntoParams;

use super::PARTS;
use crate::error::{Result, WebError, rendered};
use crate::export::{self, open_address};
use crate::pages::inspect::{narrowed, order, orders, plans, units};
use crate::pages::plan::{Choice, choices};
use crate::sign::Signed;
use crate::view::{Frame, Line, Pager, lines, on_page};

#[derive(Template)]
#[template(path = "board-entries.html")]
struct EntriesPage {
    frame: Frame,
    title: String,
    /// What the filter does not choose and keeps: name and value.
    hidden: Vec<(&'static str, String)>,
    plans: Vec<Choice>,
    units: Vec<Choice>,
    lights: Vec<Choice>,
    phases: Vec<Choice>,
    came: Vec<Choice>,
    sorts: Vec<Choice>,
    lines: Vec<Line>,
    pager: Pager,
    xlsx: String,
    csv: String,
}

/// The phases as they are chosen.
const PHASES: [(&str, &str); 4] =
    [("open", "办理中"), ("submitted", "待审核"), ("done", "已办结"), ("unlit", "未亮灯")];

/// What became of what fell due, as it is chosen.
const CAME: [(&str, &str); 4] =
    [("on_time", "按时"), ("late", "逾期报来"), ("missing", "到期未交"), ("returned", "被退回")];

/// The lights as they are chosen.
const LIGHTS: [&str; 4] = ["red", "yellow", "blue", "green"];

/// Which entries are behind a figure.
#[derive(Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Behind {
    /// Of this plan alone.
    plan: String,
    /// Of this unit with all that count with it.
    unit: String,
    /// Of the unit alone, where anything is given.
    own: String,
    /// Under lights of this colour: `red`, `yellow`, `blue`, `green`.
    light: String,
    /// `open`, `submitted`, `done`, `unlit`.
    phase: String,
    /// What became of what fell due: `on_time`, `late`, `missing`, `returned`.
    came: String,
    /// What fell due from this day on.
    from: String,
    /// Up to this day.
    to: String,
    /// `due`, `due-last`, `unit`, `plan`; the gravest light first if not said.
    sort: String,
}

/// Which page, or which kind of file.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Wish {
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
            ("sort", &self.sort),
        ]
    }

    fn plan(&self) -> Option<PlanId> {
        self.plan.parse().ok().map(PlanId)
    }

    /// The plans that are looked at, and the entries that are sought in them.
    pub(crate) async fn sought(&self, reader: &Reader) -> Result<(Seeing, Seen)> {
        let seeing = reader.seeing(self.plan()).await?;
        let seen = self.seen(reader, &seeing);
        Ok((seeing, seen))
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
        let between = |from: Date| {
            let until = day(&self.to).unwrap_or(from).saturating_add(1.day());
            // What is due later today has not failed yet.
            (Moment::start_of(from), Moment::start_of(until).min(reader.now))
        };
        // What is missing fell due at some time.
        let ever = (self.came == "missing").then_some((Moment(0), reader.now));
        let due = day(&self.from).map(between).or(ever);
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
        Seen {
            lights,
            leads,
            phases,
            due,
            on_time,
            returned: self.came == "returned",
            register: None,
            order: order(&self.sort),
        }
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
        words.extend(named(&PHASES, &self.phase));
        words.extend(named(&CAME, &self.came));
        if !self.from.is_empty() {
            words.push(format!("{}至{}到期", self.from, self.to));
        }
        if words.is_empty() { String::from("全部事项") } else { words.join(" · ") }
    }
}

/// The entries behind a figure.
pub(crate) async fn entries(
    signed: Signed,
    Query(behind): Query<Behind>,
    Query(wish): Query<Wish>,
) -> Result<Response> {
    let reader = &signed.reader;
    if !reader.oversees() {
        return Err(WebError::NoPage);
    }
    let all = reader.seeing(None).await?;
    let seeing = narrowed(reader, &all, behind.plan());
    let seen = behind.seen(reader, &seeing);
    let title = behind.words(reader, &seeing);
    if let Some(sheet) = export::wanted(&wish.file) {
        let (rows, total) = reader.seen(&seeing.sight, &seen, Page { skip: 0, limit: export::MOST }).await?;
        let table = export::entries(&title, &lines(reader, &rows).await?);
        return export::file(reader, sheet, export::cut(table, total)).await;
    }
    let (rows, total) = on_page(wish.page, |page| reader.seen(&seeing.sight, &seen, page)).await?;
    let files = open_address("/board/entries", &behind.kept());
    let lights = PARTS.into_iter().filter(|(key, _)| LIGHTS.contains(key));
    let hidden = [("own", &behind.own), ("from", &behind.from), ("to", &behind.to)];
    Ok(rendered(&EntriesPage {
        frame: Frame::of(&signed, &title, "/board").await?,
        lines: lines(reader, &rows).await?,
        hidden: hidden
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(n, v)| (n, v.clone()))
            .collect(),
        plans: plans(&all, &behind.plan),
        units: units(reader, &all, &behind.unit).await?,
        lights: choices(lights, &behind.light),
        phases: choices(PHASES.into_iter(), &behind.phase),
        came: choices(CAME.into_iter(), &behind.came),
        sorts: orders(&behind.sort),
        pager: Pager::new(wish.page, total, format!("{files}page=")),
        xlsx: format!("{files}as=xlsx"),
        csv: format!("{files}as=csv"),
        title,
    }))
}
