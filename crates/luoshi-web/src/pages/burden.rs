//! The burden meter (减负): how much is asked of units week by week, by whom, under which plan, and what is
//! asked twice. For those who inspect and lead it covers their units, for everybody their own.

mod file;

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use luoshi_app::{Ask, Asker, Burden, BurdenWanted, Reader, Repeated, Seeing, UnitBurden};
use luoshi_engine::{Moment, PlanId, UnitId};
use serde::Deserialize;

use crate::error::{Result, rendered};
use crate::export::{self, address, open_address};
use crate::pages::plan::{Choice, choices};
use crate::sign::Signed;
use crate::view::{Frame, LINES, Pager};

/// How far back, to be chosen.
const WEEKS: [(&str, &str); 3] = [("4", "近4周"), ("12", "近12周"), ("26", "近26周")];

/// How many askers and repetitions are shown; the rest is in the file.
const SHOWN: usize = 20;

#[derive(Template)]
#[template(path = "burden.html")]
struct BurdenPage {
    frame: Frame,
    tabs: Vec<(String, &'static str, bool)>,
    own: bool,
    place: String,
    weeks: Vec<Choice>,
    plans: Vec<Choice>,
    units: Vec<Choice>,
    kinds: Vec<Choice>,
    sort: String,
    figures: Vec<(&'static str, String, String)>,
    columns: Vec<Column>,
    heads: Vec<(&'static str, String, bool)>,
    lines: Vec<Line>,
    askers: Vec<From>,
    repeated: Vec<Twice>,
    more: usize,
    pager: Pager,
    files: String,
}

/// A week of the trend: label, number, place and height in per cent.
struct Column {
    words: String,
    n: i64,
    x: String,
    middle: String,
    y: String,
    height: String,
}

/// A unit and what is asked of it.
struct Line {
    name: String,
    to: String,
    kinds: [i64; 4],
    total: i64,
    average: String,
    change: String,
    rising: bool,
    bars: Vec<(String, String, String)>,
}

/// Who asks.
struct From {
    by: String,
    plan: String,
    to: String,
    kinds: [i64; 4],
    total: i64,
    units: usize,
}

/// What is asked twice.
struct Twice {
    thing: String,
    asks: Vec<(String, String, String)>,
    units: String,
}

/// Which part of it.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    of: String,
    weeks: String,
    plan: String,
    unit: String,
    kind: String,
    sort: String,
    page: i64,
    #[serde(rename = "as")]
    file: String,
    part: String,
}

impl Wanted {
    fn kept(&self) -> [(&str, &str); 6] {
        [
            ("of", &self.of),
            ("weeks", &self.weeks),
            ("plan", &self.plan),
            ("unit", &self.unit),
            ("kind", &self.kind),
            ("sort", &self.sort),
        ]
    }

    fn weeks(&self) -> i64 {
        self.weeks.parse().unwrap_or(12).clamp(2, 53)
    }

    /// Whether only the reader's own unit is shown: as they ask, or because that is all they see.
    fn own(&self, reader: &Reader) -> bool {
        self.of == "own" || !reader.oversees()
    }

    fn burden(&self, reader: &Reader) -> BurdenWanted {
        let unit = self.unit.parse().ok().map(|unit| reader.unit_and_below(UnitId(unit)));
        BurdenWanted {
            weeks: self.weeks(),
            plan: self.plan.parse().ok().map(PlanId),
            units: if self.of == "own" { Some(vec![reader.post.unit]) } else { unit },
            ask: Ask::ALL.iter().find(|(_, key, _)| *key == self.kind).map(|(ask, ..)| *ask),
        }
    }
}

/// The page.
pub(super) async fn page(signed: Signed, Query(wanted): Query<Wanted>) -> Result<Response> {
    let reader = &signed.reader;
    let seeing = reader.asking().await?;
    let mut burden = reader.burden(&seeing, &wanted.burden(reader)).await?;
    sorted(reader, &mut burden, &wanted.sort);
    if let Some(sheet) = export::wanted(&wanted.file) {
        return export::file(reader, sheet, file::table(reader, &seeing, &burden, &wanted.part)).await;
    }
    let own = wanted.own(reader);
    let files = open_address("/burden", &wanted.kept());
    let pager =
        Pager::new(wanted.page, i64::try_from(burden.units.len()).unwrap_or(0), format!("{files}page="));
    let skip = usize::try_from((pager.page - 1) * LINES).unwrap_or(0);
    let shown = burden.units.iter().skip(skip).take(usize::try_from(LINES).unwrap_or(25));
    let tab =
        |of: &str, words, here| (address("/burden", &[("of", of), ("weeks", &wanted.weeks)]), words, here);
    let tabs = vec![tab("", "所辖单位", !own), tab("own", "我们单位被要求的", own)];
    Ok(rendered(&BurdenPage {
        frame: Frame::of(&signed, "基层负担", "/burden").await?,
        tabs: if reader.oversees() { tabs } else { Vec::new() },
        place: reader.context.org.unit_name(reader.post.unit),
        weeks: choices(WEEKS.into_iter(), &wanted.weeks().to_string()),
        plans: plans(&seeing, &wanted.plan),
        units: units(reader, &wanted.unit),
        kinds: choices(Ask::ALL.iter().map(|(_, key, words)| (*key, *words)), &wanted.kind),
        figures: figures(&burden),
        columns: columns(&burden),
        heads: heads(&wanted),
        lines: shown.map(|unit| line(reader, unit, &wanted)).collect(),
        askers: burden.askers.iter().take(SHOWN).map(|asker| from(reader, &seeing, asker)).collect(),
        repeated: burden
            .repeated
            .iter()
            .take(SHOWN)
            .map(|twice| self::twice(reader, &seeing, twice))
            .collect(),
        more: burden.repeated.len().saturating_sub(SHOWN),
        sort: wanted.sort.clone(),
        pager,
        files,
        own,
    }))
}

/// The units in the order that is asked for: what most is asked of comes first where nothing is said.
fn sorted(reader: &Reader, burden: &mut Burden, sort: &str) {
    let kind = Ask::ALL.iter().position(|(_, key, _)| *key == sort);
    match (sort, kind) {
        (_, Some(kind)) => burden.units.sort_by_key(|unit| -unit.kinds[kind]),
        ("change", _) => burden.units.sort_by_key(|unit| -unit.change()),
        ("unit", _) => {
            let order = reader.in_order(burden.units.iter().map(|unit| unit.unit));
            let order: BTreeMap<UnitId, usize> = order.into_iter().zip(0..).collect();
            burden.units.sort_by_key(|unit| order.get(&unit.unit).copied());
        }
        _ => burden.units.sort_by_key(|unit| -unit.total()),
    }
}

fn plans(seeing: &Seeing, chosen: &str) -> Vec<Choice> {
    let choice = |id: String, words: &str| Choice { chosen: id == chosen, key: id, words: words.to_owned() };
    seeing.plans.iter().map(|plan| choice(plan.id.to_string(), &plan.title)).collect()
}

/// The units that can be chosen: those right below the reader's.
fn units(reader: &Reader, chosen: &str) -> Vec<Choice> {
    let groups: Vec<UnitId> = reader.units().into_iter().map(|unit| reader.group_of(unit)).collect();
    let choice = |unit: UnitId| Choice {
        key: unit.to_string(),
        words: reader.unit_words(unit),
        chosen: unit.to_string() == chosen,
    };
    reader.in_order(groups).into_iter().map(choice).collect()
}

/// The columns that can be sorted by.
fn heads(wanted: &Wanted) -> Vec<(&'static str, String, bool)> {
    let kinds = Ask::ALL.iter().map(|(_, key, words)| (*key, *words));
    let all = kinds.chain([("", "合计"), ("change", "增减")]);
    let head = |(key, words): (&'static str, &'static str)| {
        let here = wanted.sort == key;
        let to = address("/burden", &Wanted { sort: key.to_owned(), ..wanted.clone() }.kept());
        (words, to, here)
    };
    all.map(head).collect()
}

fn figures(burden: &Burden) -> Vec<(&'static str, String, String)> {
    let all = burden.all();
    let units = burden.units.len();
    let kinds = Ask::ALL.iter().zip(all.kinds).filter(|(_, n)| *n > 0);
    let kinds: Vec<String> = kinds.map(|((_, _, words), n)| format!("{words}{n}")).collect();
    let each = units.max(1) * burden.weeks.len().max(1);
    vec![
        ("要求", all.total().to_string(), kinds.join("，")),
        ("每单位每周", average(all.total(), each), format!("{units}个单位")),
        ("后半段比前半段", signed(all.change()), String::from("按周对半比较")),
        ("提要求的单位", all.askers.len().to_string(), format!("{}份方案", all.plans.len())),
        ("重复要求", burden.repeated.len().to_string(), String::from("同一单位被要两次")),
    ]
}

#[expect(clippy::cast_precision_loss, reason = "far below what is exact")]
fn average(n: i64, of: usize) -> String {
    format!("{:.1}", n as f64 / of.max(1) as f64)
}

fn signed(n: i64) -> String {
    if n > 0 { format!("+{n}") } else { n.to_string() }
}

#[expect(clippy::cast_precision_loss, reason = "far below what is exact")]
fn percent(part: i64, whole: i64) -> String {
    format!("{:.2}%", part as f64 * 100.0 / whole.max(1) as f64)
}

fn columns(burden: &Burden) -> Vec<Column> {
    let (all, count) = (burden.all(), i64::try_from(burden.weeks.len()).unwrap_or(1));
    let most = all.weeks.iter().copied().max().unwrap_or(0);
    let column = |(i, (start, n)): (i64, (&Moment, i64))| Column {
        // A label for every week does not fit where there are many.
        words: if i % (count / 12).max(1) == 0 {
            start.date().strftime("%-m.%-d").to_string()
        } else {
            String::new()
        },
        x: percent(i * 100 + 15, count * 100),
        middle: percent(i * 100 + 50, count * 100),
        y: percent(most - n, most),
        height: percent(n, most),
        n,
    };
    (0..).zip(burden.weeks.iter().zip(all.weeks.iter().copied())).map(column).collect()
}

fn line(reader: &Reader, unit: &UnitBurden, wanted: &Wanted) -> Line {
    let most = unit.weeks.iter().copied().max().unwrap_or(0);
    let count = i64::try_from(unit.weeks.len()).unwrap_or(1);
    let bar = |(i, n): (i64, &i64)| (percent(i, count), percent(most - n, most), percent(*n, most));
    let to = Wanted { unit: unit.unit.to_string(), ..wanted.clone() };
    Line {
        name: reader.unit_words(unit.unit),
        to: address("/burden", &to.kept()),
        kinds: unit.kinds,
        total: unit.total(),
        average: average(unit.total(), unit.weeks.len()),
        change: signed(unit.change()),
        rising: unit.change() > 0,
        bars: (0..).zip(&unit.weeks).filter(|(_, n)| **n > 0).map(bar).collect(),
    }
}

fn title(seeing: &Seeing, id: PlanId) -> String {
    let plan = seeing.plans.iter().find(|plan| plan.id == id);
    plan.map_or_else(String::new, |plan| plan.title.clone())
}

fn from(reader: &Reader, seeing: &Seeing, asker: &Asker) -> From {
    From {
        by: reader.unit_words(asker.by),
        plan: title(seeing, asker.plan),
        to: format!("/plans/{}", asker.plan),
        kinds: asker.kinds,
        total: asker.kinds.iter().sum(),
        units: asker.units.len(),
    }
}

fn twice(reader: &Reader, seeing: &Seeing, twice: &Repeated) -> Twice {
    let ask = |(plan, words, when): &(PlanId, String, String)| {
        let said = if when.is_empty() { words.clone() } else { format!("{words}（{when}）") };
        (title(seeing, *plan), format!("/plans/{plan}"), said)
    };
    let names: Vec<String> = twice.units.iter().take(5).map(|unit| reader.unit_words(*unit)).collect();
    let more =
        if twice.units.len() > 5 { format!("等{}个单位", twice.units.len()) } else { String::new() };
    Twice {
        thing: twice.thing.clone(),
        asks: twice.asks.iter().map(ask).collect(),
        units: format!("{}{more}", names.join("、")),
    }
}
