//! One person: name and number, and posts from their first day to their last.

use askama::Template;
use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_app::directory::find_unit;
use luoshi_engine::{Newcomer, OrgCommand, Person, PersonId, Post, PostId, SystemRole};

use super::{organise, unit_field};
use crate::error::{Result, WebError, rendered};
use crate::sheet::{Field, Refused, Sent, Sheet};
use crate::sign::Signed;
use crate::state::Web;
use crate::view::Frame;

#[derive(Template)]
#[template(path = "admin/person.html")]
struct PersonPage {
    frame: Frame,
    name: String,
    mobile: String,
    posts: Vec<Line>,
    sheets: Vec<Sheet>,
}

/// A post, present or past, and what can be done to it.
struct Line {
    words: String,
    days: String,
    roles: String,
    held: bool,
    sheets: Vec<Sheet>,
}

/// The page.
pub(in crate::pages) async fn page(signed: Signed, Path(person): Path<i64>) -> Result<Response> {
    shown(&signed, PersonId(person), None).await
}

async fn shown(signed: &Signed, person: PersonId, refused: Option<Refused<'_>>) -> Result<Response> {
    let reader = &signed.reader;
    reader.must_be(SystemRole::SystemAdmin)?;
    let org = &reader.context.org;
    let person = org.people.get(&person).ok_or(WebError::NoPage)?;
    let mut sheets = about(signed, person);
    let mut posts: Vec<Line> =
        org.posts.values().filter(|post| post.person == person.id).map(|post| line(signed, post)).collect();
    posts.reverse();
    posts.sort_by_key(|line| !line.held);
    if let Some(refused) = refused {
        refused.fill(&mut sheets);
        posts.iter_mut().for_each(|line| refused.fill(&mut line.sheets));
    }
    Ok(rendered(&PersonPage {
        frame: Frame::of(signed, person.name.clone(), "/admin/people").await?,
        name: person.name.clone(),
        mobile: person.mobile.clone(),
        posts,
        sheets,
    }))
}

fn about(signed: &Signed, person: &Person) -> Vec<Sheet> {
    let today = signed.reader.now.date().to_string();
    let to = format!("/admin/people/{}", person.id);
    let set = vec![
        Field::new("text", "name", "姓名", &*person.name).must(),
        Field::new("tel", "mobile", "手机号", &*person.mobile),
    ];
    let post = vec![
        unit_field(signed, "unit", "单位", String::new()).must(),
        Field::new("text", "title", "职务", ""),
        Field::new("date", "from", "起始日期", today).must(),
        Field::new("date", "to", "截止日期", "").hint("长期任职不填"),
    ];
    vec![Sheet::new("post", "新增岗位", &*to, post), Sheet::new("set", "更正姓名或手机号", to, set)]
}

fn line(signed: &Signed, post: &Post) -> Line {
    let reader = &signed.reader;
    let today = reader.now.date();
    let address = format!("/admin/people/{}", post.person);
    let about = || Field::new("hidden", "post", "", post.id.to_string());
    let until = post.to.map(|to| to.to_string()).unwrap_or_default();
    let set = vec![
        about(),
        Field::new("text", "title", "职务", &*post.title),
        Field::new("date", "to", "截止日期", &*until).hint("长期任职不填"),
    ];
    let end = vec![about(), Field::new("date", "last", "最后一天", today.to_string()).must()];
    let over = post.to.is_some_and(|to| to < today);
    let sheets = if over {
        Vec::new()
    } else {
        vec![
            Sheet::new("set-post", "修改职务和期限", &*address, set),
            Sheet::new("end-post", "结束任职", address, end).harsh(),
        ]
    };
    let until = if until.is_empty() { String::from("今") } else { until };
    Line {
        words: format!("{} {}", reader.context.org.unit_name(post.unit), post.title),
        days: format!("{}至{until}", post.from),
        roles: super::roles::words(post),
        held: post.held(today),
        sheets,
    }
}

/// Changes a person or their posts.
pub(in crate::pages) async fn change(
    State(web): State<Web>,
    signed: Signed,
    Path(person): Path<i64>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response> {
    signed.reader.must_be(SystemRole::SystemAdmin)?;
    let (sent, person) = (Sent(pairs), PersonId(person));
    let done = match command(&signed, person, &sent) {
        Ok(command) => organise(&web, &signed, &sent, &[command]).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/admin/people/{person}")).into_response()),
        Err(error) if error.refusal().is_some() => {
            let page = shown(&signed, person, Some(Refused::new(&sent, &error))).await?;
            Ok((error.status(), page).into_response())
        }
        Err(error) => Err(error),
    }
}

fn command(signed: &Signed, person: PersonId, sent: &Sent) -> Result<OrgCommand> {
    let (org, today) = (&signed.reader.context.org, signed.reader.now.date());
    let title = || sent.get("title").to_owned();
    let post = || sent.number("post").map(PostId);
    Ok(match sent.act() {
        "set" => {
            let set = Newcomer { name: sent.get("name").to_owned(), mobile: sent.get("mobile").to_owned() };
            OrgCommand::SetPerson { person, set }
        }
        "post" => {
            let unit = find_unit(org, sent.get("unit"), today)?;
            let (from, to) = (sent.day("from", "起始日期")?, sent.day_if("to", "截止日期")?);
            OrgCommand::AddPost { id: None, person, unit, title: title(), from, to }
        }
        "set-post" => {
            OrgCommand::SetPost { post: post()?, title: title(), to: sent.day_if("to", "截止日期")? }
        }
        "end-post" => OrgCommand::EndPost { post: post()?, last: sent.day("last", "最后一天")? },
        other => return Err(WebError::Malformed(format!("不认识的操作“{other}”"))),
    })
}
