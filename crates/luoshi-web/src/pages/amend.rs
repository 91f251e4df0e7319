//! A new text for a plan that runs: handed in, shown change by change, in force by a person's word on each.

use std::collections::BTreeMap;

use askama::Template;
use axum::Form;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_app::drafting::{Names, Waiting};
use luoshi_engine::{Consent, Difference, Hash, ItemContent, Plan, PlanId, Refusal, RefusalKind};
use serde::Deserialize;

use super::draft::{kind_title, title_of};
use super::new::Given;
use crate::error::{Result, WebError, rendered};
use crate::sign::Signed;
use crate::state::Web;
use crate::view::{Frame, form_key, minute};

/// How many characters of a text's words are shown.
const WORDS: usize = 120;

#[derive(Template)]
#[template(path = "plan-amend.html")]
struct AmendPage {
    frame: Frame,
    to: String,
    plan_to: String,
    title: String,
    versions: Vec<VersionLine>,
    may: bool,
    done: Option<usize>,
    text: String,
    fault: String,
}

/// A version in the list.
struct VersionLine {
    number: u32,
    at: String,
    reason: String,
    file: String,
}

#[derive(Template)]
#[template(path = "plan-differs.html")]
struct DiffersPage {
    frame: Frame,
    to: String,
    title: String,
    file: String,
    source: String,
    idle: bool,
    same: usize,
    changes: Vec<Change>,
    reason: String,
    fault: String,
    key: String,
}

/// A change that a person has to decide on.
struct Change {
    no: usize,
    became: &'static str,
    kind: &'static str,
    title: String,
    words: String,
    fields: Vec<(String, String, String)>,
    entries: Vec<String>,
    /// Whether people had decided that it is not run.
    idle: bool,
    /// Who answers for it, where that can be said otherwise.
    lead: Option<String>,
    word: String,
    reason: String,
}

/// What has just been done.
#[derive(Deserialize)]
pub(super) struct Done {
    opened: Option<usize>,
}

/// The versions of a plan's text, and the way to a new one.
pub(super) async fn page(
    signed: Signed,
    Path(plan): Path<i64>,
    Query(done): Query<Done>,
) -> Result<Response> {
    let plan = inside(&signed, plan).await?;
    versions(&signed, &plan, done.opened, (String::new(), String::new())).await
}

/// A plan whose issuer the reader sees.
async fn inside(signed: &Signed, plan: i64) -> Result<Plan> {
    let plan = signed.reader.plan(PlanId(plan)).await?;
    if signed.reader.sees(plan.issuer) { Ok(plan) } else { Err(WebError::NoPage) }
}

async fn versions(
    signed: &Signed,
    plan: &Plan,
    done: Option<usize>,
    (text, fault): (String, String),
) -> Result<Response> {
    let reader = &signed.reader;
    let line = |version: luoshi_app::Version| VersionLine {
        number: version.version,
        at: minute(version.at),
        reason: version.reason,
        file: version.source.name,
    };
    let plan_to = format!("/plans/{}", plan.id);
    Ok(rendered(&AmendPage {
        frame: Frame::of(signed, format!("版本与修订：{}", plan.title), "/plans").await?,
        to: format!("{plan_to}/amend"),
        plan_to,
        title: plan.title.clone(),
        versions: reader.versions(plan.id).await?.into_iter().rev().map(line).collect(),
        may: reader.may_amend(plan),
        done,
        text,
        fault,
    }))
}

/// Takes a new text in and shows what it changes.
pub(super) async fn compare(signed: Signed, Path(plan): Path<i64>, form: Multipart) -> Result<Response> {
    let plan = inside(&signed, plan).await?;
    let mut given = Given::read(form).await?;
    let (name, bytes) = match given.take_file() {
        Ok(file) => file,
        Err(fault) => return refused(&signed, &plan, given, StatusCode::UNPROCESSABLE_ENTITY, fault).await,
    };
    match signed.reader.compare(&plan, &name, bytes).await.map_err(WebError::from) {
        Ok(waiting) => shown(&signed, &plan, &waiting, &[], String::new()).await,
        Err(error) => refused(&signed, &plan, given, error.status(), error.sentence()).await,
    }
}

async fn refused(
    signed: &Signed,
    plan: &Plan,
    given: Given,
    status: StatusCode,
    fault: String,
) -> Result<Response> {
    Ok((status, versions(signed, plan, None, (given.text, fault)).await?).into_response())
}

/// The changes, with what was said of them before it was refused.
async fn shown(
    signed: &Signed,
    plan: &Plan,
    waiting: &Waiting,
    said: &[(String, String)],
    fault: String,
) -> Result<Response> {
    let comparison = &waiting.comparison;
    let change = |(no, difference): (usize, &Difference)| {
        Change::of(no, difference, comparison.words(difference), said)
    };
    let changes: Vec<Change> = comparison.changes().map(change).collect();
    Ok(rendered(&DiffersPage {
        frame: Frame::of(signed, format!("新旧对照：{}", plan.title), "/plans").await?,
        to: format!("/plans/{}/amend", plan.id),
        title: plan.title.clone(),
        file: waiting.source.name.clone(),
        source: waiting.source.hash.to_string(),
        idle: comparison.is_idle(),
        same: comparison.differences.len() - changes.len(),
        changes,
        reason: get(said, "reason").to_owned(),
        fault,
        key: form_key(),
    }))
}

fn get<'s>(said: &'s [(String, String)], name: &str) -> &'s str {
    said.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
}

impl Change {
    fn of(no: usize, difference: &Difference, words: &str, said: &[(String, String)]) -> Self {
        let cut = if words.chars().count() > WORDS { "…" } else { "" };
        let fields = difference.fields.iter();
        let lead = leads(&difference.content).filter(|_| difference.pair.new.is_some());
        let typed = get(said, &format!("lead-{no}"));
        Self {
            no,
            became: difference.became.title(),
            kind: kind_title(difference.content.kind()),
            title: title_of(&difference.content),
            words: format!("{}{cut}", words.trim().chars().take(WORDS).collect::<String>()),
            fields: fields.map(|f| (f.field.clone(), f.from.clone(), f.to.clone())).collect(),
            entries: difference.entries.iter().map(ToString::to_string).collect(),
            idle: difference.idle,
            lead: lead.map(|lead| if typed.is_empty() { lead } else { typed.to_owned() }),
            word: get(said, &format!("word-{no}")).to_owned(),
            reason: get(said, &format!("reason-{no}")).to_owned(),
        }
    }
}

/// Who answers for a task, by name.
fn leads(content: &ItemContent) -> Option<String> {
    let ItemContent::Task { lead, .. } = content else { return None };
    Some(lead.iter().map(|party| party.name.as_str()).collect::<Vec<_>>().join("、"))
}

/// Puts the new text in force.
pub(super) async fn put(
    State(web): State<Web>,
    signed: Signed,
    Path(plan): Path<i64>,
    Form(said): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let plan = inside(&signed, plan).await?;
    let malformed = || WebError::Malformed(String::from("文件编号不对"));
    let file = Hash::parse(get(&said, "source")).ok_or_else(malformed)?;
    let (reader, key) = (&signed.reader, get(&said, "key"));
    if key.is_empty() {
        return Err(WebError::Malformed(String::from("缺少操作编号")));
    }
    let to = |opened: usize| Redirect::to(&format!("/plans/{}/amend?opened={opened}", plan.id));
    if let Some(before) = reader.in_force_before(key, &plan, file).await? {
        return Ok(to(before.opened.len()).into_response());
    }
    let waiting = reader.compare_again(&plan, file).await?;
    let names = reader.names(plan.issuer);
    let told = match consents(&waiting, &said, &names) {
        Ok(consents) => reader.put_in_force(key, waiting, get(&said, "reason"), &consents).await,
        Err(refusal) => Err(refusal.into()),
    };
    match told.map_err(WebError::from) {
        Ok(outcome) => {
            web.app().tick().await?;
            Ok(to(outcome.opened.len()).into_response())
        }
        Err(error) if error.refusal().is_some() => {
            let waiting = reader.compare_again(&plan, file).await?;
            let page = shown(&signed, &plan, &waiting, &said, error.sentence()).await?;
            Ok((error.status(), page).into_response())
        }
        Err(error) => Err(error),
    }
}

/// A person's word on each change.
fn consents(
    waiting: &Waiting,
    said: &[(String, String)],
    names: &Names<'_>,
) -> std::result::Result<BTreeMap<usize, Consent>, Refusal> {
    let rest = get(said, "rest") == "accept";
    let mut out = BTreeMap::new();
    for (no, difference) in waiting.comparison.changes() {
        let reason = get(said, &format!("reason-{no}")).to_owned();
        let consent = match get(said, &format!("word-{no}")) {
            "keep" => Consent::Kept { reason },
            "accept" => accepted(no, difference, get(said, &format!("lead-{no}")), reason, names)?,
            _ if rest => accepted(no, difference, get(said, &format!("lead-{no}")), reason, names)?,
            _ => continue,
        };
        out.insert(no, consent);
    }
    Ok(out)
}

/// As the new text says, or with other units to answer for it.
fn accepted(
    no: usize,
    difference: &Difference,
    typed: &str,
    reason: String,
    names: &Names<'_>,
) -> std::result::Result<Consent, Refusal> {
    let read = leads(&difference.content).filter(|_| difference.pair.new.is_some());
    if typed.is_empty() || read.is_none_or(|read| read == typed) {
        return Ok(Consent::Accepted);
    }
    let mut content = difference.content.clone();
    if let ItemContent::Task { lead, .. } = &mut content {
        let known = lead.clone();
        lead.clear();
        for name in typed.split(['、', '，', ',']).map(str::trim).filter(|name| !name.is_empty()) {
            let same = known.iter().find(|party| party.name == name && party.unit.is_some());
            let party = match same {
                Some(party) => party.clone(),
                None => names.party(name).map_err(|near| unclear(no, name, &near))?,
            };
            lead.push(party);
        }
    }
    let reason = if reason.is_empty() { String::from("按机构名录选定承办单位") } else { reason };
    Ok(Consent::Corrected { content: Box::new(content), reason })
}

fn unclear(no: usize, name: &str, near: &[String]) -> Refusal {
    let near =
        if near.is_empty() { String::new() } else { format!("，您要找的是：{}？", near.join("、")) };
    Refusal::new(RefusalKind::Incomplete, format!("第{no}处变动的“{name}”不在机构名录中{near}"))
}
