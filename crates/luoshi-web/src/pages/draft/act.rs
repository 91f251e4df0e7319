//! A person's word on an item: confirm, correct, merge, drop, split; and an item that the text does not
//! hold. A script asks for parts of a page (header `x-part`); without one the same is a page of its own.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_app::Request;
use luoshi_app::drafting::Review;
use luoshi_engine::{Command, Decision, ItemNo, PlanId, Refusal, RefusalKind};
use serde::Deserialize;

use super::content::{ContentForm, Said, Unclear, content};
use super::finding::findings;
use super::item::{ItemView, kind_title, title_of};
use super::order::ordered;
use super::{Head, NAMES, Summary, view_of};
use crate::error::{Result, WebError, rendered};
use crate::sign::Signed;
use crate::state::Web;
use crate::view::{Frame, form_key};

/// What can be done with an item by a form: key and words.
const ACTS: [(&str, &str); 4] =
    [("correct", "改正"), ("merge", "并入另一项"), ("drop", "删去"), ("split", "拆成两项")];

/// Reasons that are often given, by what is done.
const REASONS: [(&str, &[&str]); 4] = [
    ("correct", &["对照原文改正", "与责任单位会商后明确", "按领导批示调整"]),
    ("merge", &["与另一项是同一件事", "由同一单位一并办理"]),
    ("drop", &["不是要办的事", "已另行安排", "与其他要求重复", "日期已过，不再要求"]),
    ("split", &["一项中有两件事", "两件事由不同单位办理"]),
];

#[derive(Template)]
#[template(path = "draft-act.html")]
struct ActPage {
    frame: Frame,
    head: Head,
    form: ActForm,
    item: Option<ItemView>,
    sentence: String,
    units: Vec<String>,
}

#[derive(Template)]
#[template(path = "draft-form.html")]
struct FormPart {
    form: ActForm,
}

#[derive(Template)]
#[template(path = "draft-changed.html")]
struct Changed {
    head: Head,
    summary: Summary,
    items: Vec<ItemView>,
}

/// A form that decides on an item.
struct ActForm {
    /// Where it is sent.
    to: String,
    /// Where one comes from.
    back: String,
    act: String,
    act_title: String,
    content: ContentForm,
    /// What an item can be merged into: number and words.
    targets: Vec<(i64, String)>,
    into: String,
    /// What is left of an item that is split.
    rest: String,
    reason: String,
    reasons: &'static [&'static str],
    key: String,
    /// The mark of the item as it is shown.
    seen: String,
    fault: String,
}

impl ActForm {
    fn of(review: &Review, no: ItemNo, act: &str) -> Result<Self> {
        let known = ACTS.iter().find(|(key, _)| *key == act);
        let (act, act_title) = *known.ok_or(WebError::NoPage)?;
        let (item, decided) = review.item(no)?;
        let content = Review::content(item, decided.map(|(decision, _)| decision));
        let draft = format!("/plans/{}/draft", review.plan.id);
        let reasons = reasons(act);
        Ok(Self {
            to: format!("{draft}/items/{no}/{act}"),
            back: format!("{draft}#item-{no}"),
            act: act.to_owned(),
            act_title: format!("{act_title}：第{no}项"),
            content: ContentForm::of(content),
            targets: if act == "merge" { targets(review, no) } else { Vec::new() },
            into: String::new(),
            rest: title_of(content),
            reason: if act == "drop" { String::new() } else { reasons[0].to_owned() },
            reasons,
            key: form_key(),
            seen: Decision::mark(decided.map(|(decision, _)| decision)),
            fault: String::new(),
        })
    }

    fn of_new(review: &Review, kind: &str) -> Result<Self> {
        let content = ContentForm::blank(kind).ok_or(WebError::NoPage)?;
        let draft = format!("/plans/{}/draft", review.plan.id);
        Ok(Self {
            to: format!("{draft}/add?kind={kind}"),
            back: draft,
            act: String::from("add"),
            act_title: format!("增加一项{}", kind_title(kind)),
            content: ContentForm::of(&content),
            targets: Vec::new(),
            into: String::new(),
            rest: String::new(),
            reason: String::new(),
            reasons: &["会议议定", "按领导批示补列", "正文以外另有部署"],
            key: form_key(),
            seen: String::new(),
            fault: String::new(),
        })
    }

    /// Puts back what was sent, and why it was not taken.
    fn refill(&mut self, said: &Said, refused: &Refused) {
        self.content = ContentForm::again(&self.content.kind, said);
        self.content.unclear.clone_from(&refused.unclear);
        self.into = said.get("into").to_owned();
        self.rest = said.get("rest").to_owned();
        self.reason = said.get("reason").to_owned();
        self.fault.clone_from(&refused.sentence);
    }
}

fn reasons(act: &str) -> &'static [&'static str] {
    REASONS.iter().find(|(key, _)| *key == act).map_or(&[""], |(_, reasons)| reasons)
}

/// The items that one can be merged into: those of its kind first, the nearest above it before all.
fn targets(review: &Review, no: ItemNo) -> Vec<(i64, String)> {
    let kind = review.draft.find(no).map_or("", |(item, _)| item.content.kind());
    let gone = |decided: &Option<(Decision, _)>| {
        matches!(decided, Some((Decision::Merged { .. } | Decision::Dropped { .. }, _)))
    };
    let others = review.draft.items.iter().filter(|(item, decided)| item.no != no && !gone(decided));
    let mut others: Vec<_> = others.collect();
    others.sort_by_key(|(item, _)| (item.content.kind() != kind, item.no > no, (item.no.0 - no.0).abs()));
    let told = others.into_iter().map(|(item, decided)| {
        let content = Review::content(item, decided.as_ref().map(|(decision, _)| decision));
        (item.no.0, format!("第{}项 {} {}", item.no, kind_title(content.kind()), title_of(content)))
    });
    told.collect()
}

/// Whether a script asks for a part of a page.
fn is_part(headers: &HeaderMap) -> bool {
    headers.contains_key("x-part")
}

/// A part of a page, marked so that a script knows it from a page that came in its place.
fn part(status: StatusCode, page: &impl Template) -> Response {
    let mut response = (status, rendered(page)).into_response();
    response.headers_mut().insert("x-part", HeaderValue::from_static("1"));
    response
}

/// The form of what is to be done with an item.
pub(in crate::pages) async fn form(
    signed: Signed,
    Path((plan, no, act)): Path<(i64, i64, String)>,
    headers: HeaderMap,
) -> Result<Response> {
    let review = signed.reader.review(PlanId(plan)).await?;
    let form = ActForm::of(&review, ItemNo(no), &act)?;
    shown(&signed, &review, form, Some(ItemNo(no)), (StatusCode::OK, is_part(&headers))).await
}

async fn shown(
    signed: &Signed,
    review: &Review,
    form: ActForm,
    no: Option<ItemNo>,
    (status, part_only): (StatusCode, bool),
) -> Result<Response> {
    if part_only {
        return Ok(part(status, &FormPart { form }));
    }
    let reader = &signed.reader;
    let found = findings(review);
    let item = no.map(|no| view_of(reader, review, &found, no)).transpose()?;
    let span = no.and_then(|no| review.draft.find(no)).and_then(|(item, _)| item.span);
    let sentence = span.and_then(|span| review.text().get(span.range())).unwrap_or_default().to_owned();
    let page = ActPage {
        frame: Frame::of(signed, form.act_title.clone(), "/plans").await?,
        head: Head::of(reader, review),
        units: reader.names(review.plan.issuer).all(NAMES),
        form,
        item,
        sentence,
    };
    Ok((status, rendered(&page)).into_response())
}

/// Why a form was not taken, and the names in it that mean nothing.
struct Refused {
    sentence: String,
    unclear: Unclear,
    status: StatusCode,
}

impl Refused {
    /// Of an error that a form can be shown again with.
    fn of(error: WebError) -> Result<Self> {
        match error.refusal() {
            Some(_) => Ok(Self { sentence: error.sentence(), unclear: Vec::new(), status: error.status() }),
            None => Err(error),
        }
    }
}

/// Carries out what is to be done with an item.
pub(in crate::pages) async fn decide(
    State(web): State<Web>,
    signed: Signed,
    Path((plan, no, act)): Path<(i64, i64, String)>,
    headers: HeaderMap,
    Form(said): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let (mut said, no) = (Said(said), ItemNo(no));
    said.settle();
    let review = signed.reader.review(PlanId(plan)).await?;
    let part_only = is_part(&headers);
    let refused = match carried_out(&web, &signed, &review, no, (&act, &said)).await? {
        None if part_only => return changed(&signed, PlanId(plan), no, &review).await,
        None => return Ok(Redirect::to(&next(&review, no)).into_response()),
        Some(refused) => refused,
    };
    if act == "confirm" {
        let kind = if refused.status == StatusCode::FORBIDDEN {
            RefusalKind::NotAllowed
        } else {
            RefusalKind::WrongState
        };
        return Err(Refusal::new(kind, refused.sentence).into());
    }
    // What somebody else said meanwhile is part of what the form now shows.
    let review = signed.reader.review(PlanId(plan)).await?;
    let mut form = ActForm::of(&review, no, &act)?;
    form.refill(&said, &refused);
    if refused.status == StatusCode::CONFLICT {
        let now = view_of(&signed.reader, &review, &[], no)?;
        form.fault += &format!("。现在是：{}（{}{}）", now.title, now.by, now.state_title);
    }
    shown(&signed, &review, form, Some(no), (refused.status, part_only)).await
}

/// The draft at the next item on which nobody has decided, or at the item itself.
fn next(review: &Review, no: ItemNo) -> String {
    let open = review.open().map(|item| item.no).find(|other| *other > no);
    format!("/plans/{}/draft#item-{}", review.plan.id, open.unwrap_or(no))
}

async fn carried_out(
    web: &Web,
    signed: &Signed,
    review: &Review,
    no: ItemNo,
    (act, said): (&str, &Said),
) -> Result<Option<Refused>> {
    match ordered(signed, review, no, (act, said)) {
        Ok(Ok(order)) => match order.give(web, signed, review, said).await {
            Ok(()) => Ok(None),
            Err(error) => Refused::of(error).map(Some),
        },
        Ok(Err(unclear)) => Ok(Some(unclear_names(unclear))),
        Err(error) => Refused::of(error).map(Some),
    }
}

fn unclear_names(unclear: Unclear) -> Refused {
    let named: Vec<String> = unclear.iter().map(|(name, _)| format!("“{name}”")).collect();
    let sentence = format!("{}不在机构名录中，请选定单位或改正名称", named.join("、"));
    Refused { sentence, unclear, status: StatusCode::UNPROCESSABLE_ENTITY }
}

/// What became different: the summary, the item, and those that came to it or that it went into.
async fn changed(signed: &Signed, plan: PlanId, no: ItemNo, before: &Review) -> Result<Response> {
    let reader = &signed.reader;
    let review = reader.review(plan).await?;
    let found = findings(&review);
    let last = before.draft.items.len();
    let mut numbers = vec![no];
    if let Some((_, Some((Decision::Merged { into, .. }, _)))) = review.draft.find(no) {
        numbers.push(*into);
    }
    numbers.extend(review.draft.items.iter().skip(last).map(|(item, _)| item.no));
    let items = numbers.into_iter().map(|no| view_of(reader, &review, &found, no));
    let page = Changed {
        head: Head::of(reader, &review),
        summary: Summary::of(reader, &review),
        items: items.collect::<Result<_>>()?,
    };
    Ok(part(StatusCode::OK, &page))
}

/// Which kind of item is added.
#[derive(Deserialize)]
pub(in crate::pages) struct Kind {
    kind: String,
}

/// The form of an item that the text does not hold.
pub(in crate::pages) async fn add(
    signed: Signed,
    Path(plan): Path<i64>,
    Query(kind): Query<Kind>,
) -> Result<Response> {
    let review = signed.reader.review(PlanId(plan)).await?;
    let form = ActForm::of_new(&review, &kind.kind)?;
    shown(&signed, &review, form, None, (StatusCode::OK, false)).await
}

/// Adds an item that the text does not hold.
pub(in crate::pages) async fn added(
    State(web): State<Web>,
    signed: Signed,
    Path(plan): Path<i64>,
    Query(kind): Query<Kind>,
    Form(said): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let mut said = Said(said);
    said.settle();
    let review = signed.reader.review(PlanId(plan)).await?;
    let refused = match put_in(&web, &signed, &review, &kind.kind, &said).await {
        Ok(None) => return Ok(Redirect::to(&format!("/plans/{plan}/draft#summary")).into_response()),
        Ok(Some(unclear)) => unclear_names(unclear),
        Err(error) => Refused::of(error)?,
    };
    let mut form = ActForm::of_new(&review, &kind.kind)?;
    form.refill(&said, &refused);
    shown(&signed, &review, form, None, (refused.status, false)).await
}

async fn put_in(
    web: &Web,
    signed: &Signed,
    review: &Review,
    kind: &str,
    said: &Said,
) -> Result<Option<Unclear>> {
    let before = ContentForm::blank(kind).ok_or(WebError::NoPage)?;
    let names = signed.reader.names(review.plan.issuer);
    let content = match content(said, &before, &names, review.dated)? {
        Ok(content) => Box::new(content),
        Err(unclear) => return Ok(Some(unclear)),
    };
    let command = Command::AddItem { content, reason: said.get("reason").to_owned(), of: None, seen: None };
    let (key, actor) = (said.get("key").to_owned(), signed.reader.actor.clone());
    if key.is_empty() {
        return Err(WebError::Malformed(String::from("缺少操作编号")));
    }
    web.app().execute(Request { key, actor, plan: Some(review.plan.id), command }).await?;
    Ok(None)
}
