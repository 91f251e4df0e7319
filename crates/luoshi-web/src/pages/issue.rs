//! Issuing a draft: on which pack, under which number, by whose approval, and what that comes to.

use askama::Template;
use axum::Form;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_app::drafting::{Rehearsal, Review};
use luoshi_app::{BASE_PACK, Request};
use luoshi_engine::{Command, IssuePlan, PersonId, PlanId, PlanState, Refusal, RefusalKind};
use luoshi_pack::Role;
use serde::Deserialize;

use super::draft::{asked, trouble_lines};
use crate::error::{Result, WebError, rendered};
use crate::sign::Signed;
use crate::state::Web;
use crate::view::{Frame, form_key};

#[derive(Template)]
#[template(path = "plan-issue.html")]
struct IssuePage {
    frame: Frame,
    to: String,
    draft: String,
    title: String,
    given: Given,
    packs: Vec<PackChoice>,
    leaders: Vec<(i64, String)>,
    open: usize,
    troubles: Vec<(i64, String)>,
    rehearsal: Option<Rehearsal>,
    asked: Vec<(String, String, String, usize, String)>,
    most: String,
    hindrance: String,
    may_issue: bool,
    fault: String,
    key: String,
}

/// A pack that a plan can be issued on.
struct PackChoice {
    name: String,
    title: String,
    version: u32,
    registers: String,
}

/// What the form holds.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Given {
    key: String,
    pack: String,
    number: String,
    approver: i64,
    end: String,
}

/// The page.
pub(super) async fn page(
    signed: Signed,
    Path(plan): Path<i64>,
    Query(mut given): Query<Given>,
) -> Result<Response> {
    let review = signed.reader.review(PlanId(plan)).await?;
    if review.plan.state != PlanState::Draft {
        return Ok(Redirect::to(&format!("/plans/{plan}")).into_response());
    }
    if given.number.is_empty() {
        given.number = review.document_number();
    }
    shown(&signed, &review, given, String::new()).await
}

async fn shown(signed: &Signed, review: &Review, mut given: Given, fault: String) -> Result<Response> {
    let reader = &signed.reader;
    if given.pack.is_empty() {
        given.pack = BASE_PACK.to_owned();
    }
    let leaders = leaders(signed, review);
    let wanted = IssuePlan {
        number: given.number.clone(),
        approver: PersonId(if given.approver == 0 {
            leaders.first().map_or(0, |one| one.0)
        } else {
            given.approver
        }),
        end: given.end.parse().ok(),
    };
    let (rehearsal, hindrance) = match reader.rehearse_issue(review, &given.pack, &wanted) {
        Ok(rehearsal) => (Some(rehearsal), String::new()),
        Err(refusal) => (None, refusal.sentence),
    };
    let most = rehearsal.as_ref().and_then(|rehearsal| rehearsal.most);
    let most = most.map(|(unit, count)| format!("{}{count}项", reader.context.org.unit_name(unit)));
    let plan = format!("/plans/{}", review.plan.id);
    Ok(rendered(&IssuePage {
        frame: Frame::of(signed, format!("印发：{}", review.plan.title), "/plans").await?,
        to: format!("{plan}/issue"),
        draft: format!("{plan}/draft"),
        title: review.plan.title.clone(),
        packs: packs(signed),
        leaders,
        open: review.open().count(),
        troubles: trouble_lines(reader, review),
        asked: rehearsal.as_ref().map(asked).unwrap_or_default(),
        rehearsal,
        most: most.unwrap_or_default(),
        hindrance,
        may_issue: review.may_issue,
        fault,
        given,
        key: form_key(),
    }))
}

/// The packs that can be used today, each in its newest version.
fn packs(signed: &Signed) -> Vec<PackChoice> {
    let (library, today) = (&signed.reader.context.library, signed.reader.now.date());
    let mut names: Vec<&str> = library.packs().map(|pack| pack.name.as_str()).collect();
    names.sort_by_key(|name| (*name != BASE_PACK, *name));
    names.dedup();
    let chosen = names.into_iter().filter_map(|name| library.choose(name, today));
    let usable = chosen.filter(|chosen| chosen.warning.is_none());
    let told = usable.map(|chosen| PackChoice {
        name: chosen.pack.name.clone(),
        title: chosen.pack.title.clone(),
        version: chosen.pack.version,
        registers: chosen
            .pack
            .registers
            .iter()
            .map(|register| register.title.as_str())
            .collect::<Vec<_>>()
            .join("、"),
    });
    told.collect()
}

/// The leaders of the issuer: who can approve.
fn leaders(signed: &Signed, review: &Review) -> Vec<(i64, String)> {
    let (org, today) = (&signed.reader.context.org, signed.reader.now.date());
    let mut out: Vec<(i64, String)> = Vec::new();
    for holder in org.holders(review.plan.issuer, Role::Leader, today) {
        if out.iter().all(|(person, _)| *person != holder.person.0) {
            let title = org.posts.get(&holder.post).map_or("", |post| post.title.as_str());
            out.push((
                holder.person.0,
                format!("{} {title}", org.person_name(holder.person)).trim().to_owned(),
            ));
        }
    }
    out
}

/// Issues the plan.
pub(super) async fn issue(
    State(web): State<Web>,
    signed: Signed,
    Path(plan): Path<i64>,
    Form(given): Form<Given>,
) -> Result<Response> {
    let review = signed.reader.review(PlanId(plan)).await?;
    match issued(&web, &signed, &review, &given).await {
        Ok(count) => Ok(Redirect::to(&format!("/plans/{plan}?given={count}")).into_response()),
        Err(error) if error.refusal().is_some() => {
            let page = shown(&signed, &review, given, error.sentence()).await?;
            Ok((error.status(), page).into_response())
        }
        Err(error) => Err(error),
    }
}

async fn issued(web: &Web, signed: &Signed, review: &Review, given: &Given) -> Result<usize> {
    let wrong = |_| Refusal::new(RefusalKind::Incomplete, "截止日期应写成2026-12-31的样子");
    let end = match given.end.trim() {
        "" => None,
        words => Some(words.parse().map_err(wrong)?),
    };
    if given.key.is_empty() {
        return Err(WebError::Malformed(String::from("缺少操作编号")));
    }
    let issue = IssuePlan { number: given.number.clone(), approver: PersonId(given.approver), end };
    let command = Command::Issue { pack: given.pack.clone(), issue: Box::new(issue) };
    let (key, actor) = (given.key.clone(), signed.reader.actor.clone());
    let done = web.app().execute(Request { key, actor, plan: Some(review.plan.id), command }).await?;
    Ok(done.opened.len())
}
