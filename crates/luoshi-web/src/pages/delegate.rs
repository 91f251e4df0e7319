//! Stand-ins: for one's own posts by oneself, for those of others by the security administrator.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_app::directory::find_person;
use luoshi_engine::{Delegation, OrgCommand, PersonId, Post, PostId, SystemRole};

use super::admin::{organise, person_field};
use crate::error::{Result, WebError, rendered};
use crate::sheet::{Field, Refused, Sent, Sheet, incomplete};
use crate::sign::Signed;
use crate::state::Web;
use crate::view::Frame;

#[derive(Template)]
#[template(path = "delegate.html")]
struct DelegatePage {
    frame: Frame,
    security: bool,
    lines: Vec<Line>,
    sheets: Vec<Sheet>,
}

/// A stand-in.
struct Line {
    post: String,
    to: String,
    days: String,
    reason: String,
    now: bool,
    /// Whether the reader is the one who stands in.
    mine: bool,
    sheets: Vec<Sheet>,
}

/// The page.
pub(super) async fn page(signed: Signed) -> Result<Response> {
    shown(&signed, None).await
}

async fn shown(signed: &Signed, refused: Option<Refused<'_>>) -> Result<Response> {
    let reader = &signed.reader;
    let security = reader.system_role() == Some(SystemRole::SecurityAdmin);
    let mut lines: Vec<Line> = reader.delegations().map(|d| line(signed, d)).collect();
    let mut sheets = vec![sheet(signed, security)];
    if let Some(refused) = refused {
        refused.fill(&mut sheets);
        lines.iter_mut().for_each(|line| refused.fill(&mut line.sheets));
    }
    let frame = Frame::of(signed, "代理", "/delegate").await?;
    Ok(rendered(&DelegatePage { frame, security, lines, sheets }))
}

fn told(signed: &Signed, post: &Post) -> String {
    let org = &signed.reader.context.org;
    format!("{}（{} {}）", org.person_name(post.person), org.unit_name(post.unit), post.title)
}

fn line(signed: &Signed, d: &Delegation) -> Line {
    let (org, today) = (&signed.reader.context.org, signed.reader.now.date());
    let hidden = |name, value: String| Field::new("hidden", name, "", value);
    let end = vec![
        hidden("post", d.post.to_string()),
        hidden("to", d.to.to_string()),
        hidden("from", d.from.to_string()),
        Field::new("date", "last", "最后一天", today.to_string()).must(),
    ];
    Line {
        post: org.posts.get(&d.post).map(|post| told(signed, post)).unwrap_or_default(),
        to: org.person_name(d.to),
        days: format!("{}至{}", d.from, d.until),
        reason: d.reason.clone(),
        now: d.covers(today),
        mine: d.to == signed.reader.actor.person,
        sheets: vec![Sheet::new("end", "提前结束", "/delegate", end).harsh()],
    }
}

fn sheet(signed: &Signed, security: bool) -> Sheet {
    let reader = &signed.reader;
    let (org, today) = (&reader.context.org, reader.now.date());
    let post = if security {
        person_field(signed, "whose", "谁的岗位").hint("写成“张建国（松坪镇 镇长）”；不填就是本人的岗位")
    } else {
        let own = org.posts.values().filter(|p| p.person == reader.actor.person && p.held(today));
        let words = |p: &Post| format!("{} {}", org.unit_name(p.unit), p.title);
        Field::new("select", "post", "我的岗位", reader.post.id.to_string())
            .of(own.map(|post| (post.id.to_string(), words(post))))
            .must()
    };
    let fields = vec![
        post,
        person_field(signed, "to", "由谁代理").must(),
        Field::new("date", "from", "起始日期", today.to_string()).must(),
        Field::new("date", "until", "截止日期", "").must().hint("最长一年"),
        Field::new("text", "reason", "原因", "").must().hint("如：外出学习"),
    ];
    Sheet::new("delegate", "请人代理", "/delegate", fields)
        .hint("代理期间，代理人可以切换到这一岗位办理，记录里写明是谁办的。")
        .open()
}

/// Sets or ends a stand-in.
pub(super) async fn change(
    State(web): State<Web>,
    signed: Signed,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let sent = Sent(pairs);
    let done = match command(&signed, &sent) {
        Ok(command) => organise(&web, &signed, &sent, &[command]).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(_) => Ok(Redirect::to("/delegate").into_response()),
        Err(error) if error.refusal().is_some() => {
            let page = shown(&signed, Some(Refused::new(&sent, &error))).await?;
            Ok((error.status(), page).into_response())
        }
        Err(error) => Err(error),
    }
}

fn command(signed: &Signed, sent: &Sent) -> Result<OrgCommand> {
    match sent.act() {
        "delegate" => {
            let (org, today) = (&signed.reader.context.org, signed.reader.now.date());
            let to = find_person(org, sent.get("to"), today)?;
            let (from, until) = (sent.day("from", "起始日期")?, sent.day("until", "截止日期")?);
            let reason = sent.get("reason").to_owned();
            Ok(OrgCommand::Delegate { post: post(signed, sent)?, to, from, until, reason })
        }
        "end" => {
            let (post, to) = (PostId(sent.number("post")?), PersonId(sent.number("to")?));
            let (from, last) = (sent.day("from", "起始日期")?, sent.day("last", "最后一天")?);
            Ok(OrgCommand::EndDelegation { post, to, from, last })
        }
        other => Err(WebError::Malformed(format!("不认识的操作“{other}”"))),
    }
}

/// The post that somebody is to stand in for.
fn post(signed: &Signed, sent: &Sent) -> Result<PostId> {
    let reader = &signed.reader;
    if !sent.get("post").is_empty() {
        return Ok(PostId(sent.number("post")?));
    }
    if sent.get("whose").is_empty() {
        return Ok(reader.post.id);
    }
    let (org, today) = (&reader.context.org, reader.now.date());
    let person = find_person(org, sent.get("whose"), today)?;
    let held: Vec<&Post> = org.posts.values().filter(|p| p.person == person && p.held(today)).collect();
    let named = |p: &&&Post| told(signed, p) == sent.get("whose");
    match &held[..] {
        [] => Err(incomplete("这个人现在没有岗位，不能代理")),
        [one] => Ok(one.id),
        several => Ok(several.iter().find(named).unwrap_or(&several[0]).id),
    }
}
