//! A plan: its entries, how it goes, who has what, who reported, its papers and what happened. One tab
//! each, as they are or as they were at the end of a day.

mod changes;
mod files;
mod list;
mod matrix;
mod progress;
mod reports;
mod timeline;

use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use luoshi_app::Reader;
use luoshi_engine::{Moment, Plan, PlanId, PlanState};
use luoshi_pack::Pack;
use serde::Deserialize;

use crate::error::Result;
use crate::export::{address, open_address};
use crate::sign::Signed;
use crate::view::plan_state;

pub(super) use changes::page as changes;
pub(super) use files::{archive, file};
pub(crate) use files::{plan_archive, plan_file};

/// What stands above every page of a plan.
pub(crate) struct Head {
    /// Its address.
    pub(crate) to: String,
    /// Its title.
    pub(crate) title: String,
    /// Its document number.
    pub(crate) number: String,
    /// Who issued it.
    pub(crate) issuer: String,
    /// Where it stands.
    pub(crate) state: &'static str,
    /// When it was issued.
    pub(crate) issued: String,
    /// Until when it runs.
    pub(crate) end: String,
    /// Whether the reader may add entries.
    pub(crate) may_add: bool,
}

impl Head {
    /// What stands above the pages of a plan.
    pub(crate) fn of(reader: &Reader, plan: &Plan) -> Self {
        Self {
            to: format!("/plans/{}", plan.id),
            title: plan.title.clone(),
            number: plan.number.clone(),
            issuer: reader.context.org.unit_name(plan.issuer),
            state: plan_state(plan.state),
            issued: plan.issued.map(|at| at.date().to_string()).unwrap_or_default(),
            end: plan.end.map(|day| day.to_string()).unwrap_or_default(),
            may_add: reader.pack(plan).is_ok_and(|pack| reader.may_add(pack, plan)),
        }
    }
}

/// The tabs of a plan, and the day it is looked at.
struct Tabs {
    tabs: Vec<Tab>,
    here: &'static str,
    as_of: String,
    today: String,
    now: String,
    xlsx: String,
    csv: String,
}

/// One tab.
struct Tab {
    to: String,
    words: &'static str,
    here: bool,
}

/// The tabs: key and words.
const TABS: [(&str, &str); 6] = [
    ("", "事项"),
    ("progress", "进度"),
    ("matrix", "单位×事项"),
    ("reports", "报送"),
    ("files", "文件"),
    ("timeline", "动态"),
];

/// Something to choose from a list.
pub(crate) struct Choice {
    /// Its key.
    pub(crate) key: String,
    /// Its words.
    pub(crate) words: String,
    /// Whether it is chosen.
    pub(crate) chosen: bool,
}

/// Which tab, which entries, which day, page or file.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    tab: String,
    register: String,
    state: String,
    phase: String,
    light: String,
    unit: String,
    q: String,
    sort: String,
    by: String,
    hand: String,
    before: String,
    as_of: String,
    page: i64,
    given: Option<usize>,
    #[serde(rename = "as")]
    file: String,
}

impl Wanted {
    /// The end of the day asked for, where that has passed.
    fn moment(&self, reader: &Reader) -> Option<Moment> {
        reader.past_end(self.as_of.parse::<Date>().ok())
    }

    /// What stands in the address of this tab besides page and kind of file.
    fn kept(&self) -> Vec<(&str, &str)> {
        vec![
            ("tab", &self.tab),
            ("register", &self.register),
            ("state", &self.state),
            ("phase", &self.phase),
            ("light", &self.light),
            ("unit", &self.unit),
            ("q", self.q.trim()),
            ("sort", &self.sort),
            ("by", &self.by),
            ("hand", &self.hand),
            ("as_of", &self.as_of),
        ]
    }

    /// The tabs around the one that is shown.
    fn tabs(&self, reader: &Reader, plan: &Plan) -> Tabs {
        let path = format!("/plans/{}", plan.id);
        let past = self.moment(reader).map(|at| at.due_date().to_string()).unwrap_or_default();
        let tab = |(key, words): &(&str, &'static str)| Tab {
            to: address(&path, &[("tab", key), ("as_of", &past)]),
            words,
            here: *key == self.tab,
        };
        let files = open_address(&path, &self.kept());
        let here = TABS.iter().find(|(key, _)| *key == self.tab).map_or("", |(key, _)| key);
        Tabs {
            tabs: TABS.iter().map(tab).collect(),
            here,
            now: address(&path, &[("tab", here)]),
            as_of: past,
            today: reader.now.date().to_string(),
            xlsx: format!("{files}as=xlsx"),
            csv: format!("{files}as=csv"),
        }
    }
}

/// The page. A draft has its own.
pub(super) async fn page(
    signed: Signed,
    Path(plan): Path<i64>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let plan = signed.reader.plan(PlanId(plan)).await?;
    if plan.state == PlanState::Draft {
        return Ok(Redirect::to(&format!("/plans/{}/draft", plan.id)).into_response());
    }
    match wanted.tab.as_str() {
        "progress" => progress::page(&signed, &plan, &wanted).await,
        "matrix" => matrix::page(&signed, &plan, &wanted).await,
        "reports" => reports::page(&signed, &plan, &wanted).await,
        "files" => files::page(&signed, &plan, &wanted).await,
        "timeline" => timeline::page(&signed, &plan, &wanted).await,
        _ => list::page(&signed, &plan, &Wanted { tab: String::new(), ..wanted }).await,
    }
}

/// Choices, one of them chosen perhaps.
pub(crate) fn choices<'c>(all: impl Iterator<Item = (&'c str, &'c str)>, chosen: &str) -> Vec<Choice> {
    all.map(|(key, words)| Choice { key: key.into(), words: words.into(), chosen: key == chosen }).collect()
}

/// The registers of a pack.
fn registers(pack: &Pack, chosen: &str) -> Vec<Choice> {
    choices(pack.registers.iter().map(|r| (r.key.as_str(), r.title.as_str())), chosen)
}
