//! A draft beside its text: what was read on the right, the words it rests on on the left.

mod act;
mod content;
mod finding;
mod item;
mod many;
mod order;
mod text;

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query};
use axum::response::Response;
use luoshi_app::Reader;
use luoshi_app::drafting::Review;
use luoshi_engine::{ItemNo, PlanId, PlanState};
use luoshi_text::Span;
use serde::Deserialize;

pub(crate) use content::Said;

use crate::error::{Result, encoded, rendered};
use crate::sign::Signed;
use crate::view::{Frame, Pager, form_key, plan_state};
use finding::{Finding, findings};
use item::{ItemView, KINDS};
use text::{Cutter, Mark, Part};

pub(super) use act::{add, added, decide, form};
pub(super) use item::{kind_title, title_of};
pub(super) use many::{close, confirm_kind, name_unit, source};

/// Items on a page.
const ITEMS: i64 = 80;

/// Names to complete from on a page.
const NAMES: usize = 600;

#[derive(Template)]
#[template(path = "draft.html")]
struct DraftPage {
    frame: Frame,
    head: Head,
    parts: Vec<Part>,
    items: Vec<ItemView>,
    summary: Summary,
    findings: Vec<Finding>,
    notices: Vec<String>,
    unknown: Vec<Unknown>,
    units: Vec<String>,
    wanted: Wanted,
    told: String,
    pager: Pager,
    key: String,
}

/// What stands above a draft.
pub(super) struct Head {
    /// Its address.
    to: String,
    /// The plan's address.
    plan_to: String,
    title: String,
    state: &'static str,
    issuer: String,
    dated: String,
    file: String,
    may_decide: bool,
    may_issue: bool,
    /// Whether items are still being decided on.
    open: bool,
    /// Whether one sees how it came about.
    inside: bool,
}

impl Head {
    pub(super) fn of(reader: &Reader, review: &Review) -> Self {
        let plan_to = format!("/plans/{}", review.plan.id);
        Self {
            to: format!("{plan_to}/draft"),
            plan_to,
            title: review.plan.title.clone(),
            state: plan_state(review.plan.state),
            issuer: reader.context.org.unit_name(review.plan.issuer),
            dated: review.dated.to_string(),
            file: review.source.as_ref().map(|source| source.name.clone()).unwrap_or_default(),
            may_decide: review.may_decide,
            may_issue: review.may_issue,
            open: review.plan.state == PlanState::Draft,
            inside: review.inside,
        }
    }
}

/// How far a draft is.
pub(super) struct Summary {
    pub(super) total: usize,
    pub(super) open: usize,
    pub(super) troubled: usize,
    /// Hundredths of all that were decided.
    pub(super) percent: usize,
    /// How what was read was taken, kind by kind.
    pub(super) rates: Vec<KindRate>,
}

/// How what was read of a kind was taken.
pub(super) struct KindRate {
    pub(super) key: &'static str,
    pub(super) title: &'static str,
    pub(super) read: u32,
    pub(super) open: u32,
    pub(super) confirmed: u32,
    pub(super) corrected: u32,
    pub(super) left_out: u32,
    /// Hundredths of those decided that were taken as read, or after a correction.
    pub(super) accepted: String,
    pub(super) edited: String,
}

impl Summary {
    pub(super) fn of(reader: &Reader, review: &Review) -> Self {
        let (total, open) = (review.draft.items.len(), review.open().count());
        let rates = review.draft.rates();
        let rate = |(key, title): &(&'static str, &'static str)| {
            let rate = rates.iter().find(|rate| rate.kind == *key)?;
            let left_out = rate.merged + rate.dropped;
            let decided = rate.confirmed + rate.corrected + left_out;
            let share = |part: u32| {
                (100 * part).checked_div(decided).map(|share| format!("{share}%")).unwrap_or_default()
            };
            Some(KindRate {
                key,
                title,
                read: rate.read,
                open: rate.read - decided,
                confirmed: rate.confirmed,
                corrected: rate.corrected,
                left_out,
                accepted: share(rate.confirmed),
                edited: share(rate.corrected),
            })
        };
        Self {
            total,
            open,
            troubled: review.troubles(reader).len(),
            percent: (100 * (total - open)).checked_div(total).unwrap_or(100),
            rates: KINDS.iter().filter_map(rate).collect(),
        }
    }
}

/// A name that is not in the organisation.
struct Unknown {
    name: String,
    items: Vec<i64>,
    near: Vec<String>,
}

/// Which items, and what has just been done.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    show: String,
    kind: String,
    q: String,
    page: i64,
    confirmed: Option<usize>,
    left: Option<usize>,
    named: Option<usize>,
}

impl Wanted {
    fn takes(&self, item: &ItemView) -> bool {
        let shown = match self.show.as_str() {
            "open" => item.state == "open",
            "flagged" => item.flagged,
            "decided" => item.state != "open",
            _ => true,
        };
        let words = self.q.trim();
        let said = |item: &ItemView| {
            item.title.contains(words)
                || item.no.to_string() == words
                || item.facts.iter().flat_map(|fact| &fact.values).any(|value| value.words.contains(words))
        };
        shown && (self.kind.is_empty() || item.kind == self.kind) && (words.is_empty() || said(item))
    }

    fn told(&self) -> String {
        match (self.confirmed, self.left, self.named) {
            (Some(done), Some(left), _) if left > 0 => {
                format!("已确认{done}项；还有{left}项的单位没有对上，请逐项选定")
            }
            (Some(done), ..) => format!("已确认{done}项"),
            (.., Some(named)) => format!("已在{named}项中改正，这些事项记为“已改正”"),
            _ => String::new(),
        }
    }

    fn address(&self, to: &str) -> String {
        let (show, kind, q) = (encoded(&self.show), encoded(&self.kind), encoded(self.q.trim()));
        format!("{to}?show={show}&kind={kind}&q={q}&page=")
    }
}

/// The page.
pub(super) async fn page(
    signed: Signed,
    Path(plan): Path<i64>,
    Query(wanted): Query<Wanted>,
) -> Result<Response> {
    let reader = &signed.reader;
    let review = reader.review(PlanId(plan)).await?;
    let found = findings(&review);
    let mut items = views(reader, &review, &found);
    let marks = marks(&review, &items);
    items.retain(|item| wanted.takes(item));
    let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let head = Head::of(reader, &review);
    let pager = pager(&wanted, total, &head.to);
    let items = cut(items, pager.page);
    let window = window(&review, &items, &pager);
    Ok(rendered(&DraftPage {
        parts: Cutter::new(&review, &marks, &found).parts(&review, window),
        items,
        summary: Summary::of(reader, &review),
        notices: notices(&review),
        unknown: if review.may_decide { unknown(reader, &review) } else { Vec::new() },
        units: if review.may_decide { reader.names(review.plan.issuer).all(NAMES) } else { Vec::new() },
        told: wanted.told(),
        frame: Frame::of(&signed, head.title.clone(), "/plans").await?,
        findings: found,
        wanted,
        pager,
        head,
        key: form_key(),
    }))
}

/// Every item as it is shown, in the order of the text; what people added without words of it comes last.
fn views(reader: &Reader, review: &Review, found: &[Finding]) -> Vec<ItemView> {
    let names = reader.names(review.plan.issuer);
    let troubles = review.troubles(reader);
    let mut items: Vec<_> = review.draft.items.iter().collect();
    items.sort_by_key(|(item, _)| {
        let span = item.span.unwrap_or(Span { start: u32::MAX, end: u32::MAX });
        (span.start, std::cmp::Reverse(span.end), item.no)
    });
    let view = |(item, decided): &(luoshi_engine::DraftItem, _)| {
        let troubles = troubles.get(&item.no).map(Vec::as_slice).unwrap_or_default();
        let decided: &Option<_> = decided;
        ItemView::of(reader, &names, (item, decided.as_ref()), troubles, finding::within(found, item.span))
    };
    items.into_iter().map(view).collect()
}

/// One item as it is shown.
fn view_of(reader: &Reader, review: &Review, found: &[Finding], no: ItemNo) -> Result<ItemView> {
    let names = reader.names(review.plan.issuer);
    let troubles = review.troubles(reader).remove(&no).unwrap_or_default();
    let (item, decided) = review.item(no)?;
    Ok(ItemView::of(reader, &names, (item, decided), &troubles, finding::within(found, item.span)))
}

/// The items as the text shows them, in the order of their beginnings.
fn marks(review: &Review, items: &[ItemView]) -> Vec<Mark> {
    let spans: BTreeMap<i64, Span> =
        review.draft.items.iter().filter_map(|(item, _)| Some((item.no.0, item.span?))).collect();
    let mark = |item: &ItemView| {
        let class = format!("of of-{} is-{}", item.kind, item.state);
        Some(Mark { no: item.no, span: *spans.get(&item.no)?, class })
    };
    let mut marks: Vec<Mark> = items.iter().filter_map(mark).collect();
    marks.sort_by_key(|mark| (mark.span.start, mark.no));
    marks
}

fn pager(wanted: &Wanted, total: i64, to: &str) -> Pager {
    Pager::sized(wanted.page, total, ITEMS, wanted.address(to))
}

fn cut(items: Vec<ItemView>, page: i64) -> Vec<ItemView> {
    let (each, before) = (usize::try_from(ITEMS).unwrap_or(1), usize::try_from(page - 1).unwrap_or(0));
    items.into_iter().skip(before * each).take(each).collect()
}

/// The stretch of the text that is shown: all of it, or with several pages that of the items on this one.
fn window(review: &Review, items: &[ItemView], pager: &Pager) -> Span {
    let whole = review.span;
    if pager.pages == 1 {
        return whole;
    }
    let text = review.text();
    let numbers: Vec<i64> = items.iter().map(|item| item.no).collect();
    let of = |(item, _): &(luoshi_engine::DraftItem, _)| item.span.filter(|_| numbers.contains(&item.no.0));
    let spans: Vec<Span> = review.draft.items.iter().filter_map(of).collect();
    let first = spans.iter().map(|span| span.start as usize).min().unwrap_or(whole.start as usize);
    let last = spans.iter().map(|span| span.end as usize).max().unwrap_or(whole.end as usize);
    let start = text.get(..first).and_then(|head| head.rfind('\n')).map_or(0, |at| at + 1);
    let end = text.get(last..).and_then(|tail| tail.find('\n')).map_or(text.len(), |at| last + at);
    let start = if pager.page == 1 { whole.start as usize } else { start };
    let end = if pager.page == pager.pages { whole.end as usize } else { end };
    Span::new(start, end.max(start))
}

fn notices(review: &Review) -> Vec<String> {
    let of = |document: &luoshi_text::Document| {
        document.notices().iter().map(|notice| notice.message.clone()).collect()
    };
    review.document().map(of).unwrap_or_default()
}

fn unknown(reader: &Reader, review: &Review) -> Vec<Unknown> {
    let names = reader.names(review.plan.issuer);
    let named = |(name, items): (String, Vec<ItemNo>)| Unknown {
        near: names.party(&name).err().unwrap_or_default(),
        items: items.into_iter().map(|no| no.0).collect(),
        name,
    };
    review.unknown_names(reader).into_iter().map(named).collect()
}

/// What stands in the way of issuing, as lines: the item's number and what is to be done.
pub(super) fn trouble_lines(reader: &Reader, review: &Review) -> Vec<(i64, String)> {
    let troubles = review.troubles(reader).into_iter();
    let lines = troubles.map(|(no, troubles)| {
        let sentences: Vec<String> = troubles.iter().map(luoshi_app::drafting::Trouble::sentence).collect();
        (no.0, sentences.join("；"))
    });
    lines.collect()
}

/// The reports that an issue would ask for: title, when, by whom, units, times.
pub(super) fn asked(
    rehearsal: &luoshi_app::drafting::Rehearsal,
) -> Vec<(String, String, String, usize, String)> {
    let line = |asked: &luoshi_app::drafting::Asked| {
        let duty = &asked.duty;
        let times = if duty.occasion.is_some() {
            "按事由开出".to_owned()
        } else {
            format!("× {}次", asked.times)
        };
        (duty.title.clone(), item::when(duty), item::owed_by(&duty.from), asked.units, times)
    };
    rehearsal.asked.iter().map(line).collect()
}
