//! People and their posts as a list, and somebody new.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_app::directory::{find_unit, unit_label};
use luoshi_engine::{Newcomer, OrgCommand, Organisation, Person, PersonId, PostId, SystemRole, UnitId};
use serde::Deserialize;

use super::{organise, unit_field};
use crate::error::{Result, encoded, rendered};
use crate::sheet::{Field, Refused, Sent, Sheet};
use crate::sign::Signed;
use crate::state::Web;
use crate::view::{Frame, LINES, Pager};

#[derive(Template)]
#[template(path = "admin/people.html")]
struct PeoplePage {
    frame: Frame,
    words: String,
    unit: String,
    people: Vec<Line>,
    pager: Pager,
    sheets: Vec<Sheet>,
}

/// A person in the list.
struct Line {
    id: PersonId,
    name: String,
    mobile: String,
    posts: Vec<String>,
}

/// Which people.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct Wanted {
    q: String,
    unit: String,
    page: i64,
}

/// The list.
pub(in crate::pages) async fn page(signed: Signed, Query(wanted): Query<Wanted>) -> Result<Response> {
    shown(&signed, &wanted, None).await
}

async fn shown(signed: &Signed, wanted: &Wanted, refused: Option<Refused<'_>>) -> Result<Response> {
    let reader = &signed.reader;
    reader.must_be(SystemRole::SystemAdmin)?;
    let (org, today) = (&reader.context.org, reader.now.date());
    let unit = find_unit(org, &wanted.unit, today).ok();
    let found: Vec<&Person> =
        org.people.values().filter(|person| is_wanted(org, person, wanted, unit)).collect();
    let address = format!("/admin/people?q={}&unit={}&page=", encoded(&wanted.q), encoded(&wanted.unit));
    let pager = Pager::new(wanted.page, i64::try_from(found.len()).unwrap_or(0), address);
    let line = |person: &&Person| Line {
        id: person.id,
        name: person.name.clone(),
        mobile: person.mobile.clone(),
        posts: posts(signed, person.id),
    };
    let skip = usize::try_from((pager.page - 1) * LINES).unwrap_or(0);
    let people = found.iter().skip(skip).take(usize::try_from(LINES).unwrap_or(0)).map(line).collect();
    let mut sheets = vec![newcomer(signed, &wanted.unit)];
    if let Some(refused) = refused {
        refused.fill(&mut sheets);
    }
    Ok(rendered(&PeoplePage {
        frame: Frame::of(signed, "人员", "/admin/people").await?,
        words: wanted.q.clone(),
        unit: wanted.unit.clone(),
        people,
        pager,
        sheets,
    }))
}

fn is_wanted(org: &Organisation, person: &Person, wanted: &Wanted, unit: Option<UnitId>) -> bool {
    let words = wanted.q.trim();
    let named = person.name.contains(words) || person.mobile.contains(words);
    let post = |post: &luoshi_engine::Post| post.person == person.id && Some(post.unit) == unit;
    let titled = |post: &luoshi_engine::Post| post.person == person.id && post.title.contains(words);
    let there = wanted.unit.trim().is_empty() || org.posts.values().any(post);
    there && (named || org.posts.values().any(titled))
}

/// Present posts in words.
pub(super) fn posts(signed: &Signed, person: PersonId) -> Vec<String> {
    let (org, today) = (&signed.reader.context.org, signed.reader.now.date());
    let held = org.posts.values().filter(|post| post.person == person && post.held(today));
    let words = held.map(|post| {
        let unit = org.unit(post.unit).map(|unit| unit_label(org, unit, today)).unwrap_or_default();
        format!("{unit} {}", post.title).trim().to_owned()
    });
    words.collect()
}

fn newcomer(signed: &Signed, unit: &str) -> Sheet {
    let today = signed.reader.now.date().to_string();
    let fields = vec![
        Field::new("text", "name", "姓名", "").must(),
        Field::new("tel", "mobile", "手机号", "").hint("可作登录名；可以不填"),
        unit_field(signed, "unit", "所在单位", unit.to_owned()).must(),
        Field::new("text", "title", "职务", ""),
        Field::new("date", "from", "任职起始日期", today).must(),
    ];
    Sheet::new("add", "新增人员", "/admin/people", fields)
        .hint("角色由安全管理员授予，账号由安全管理员开通。")
}

/// Adds a person with a post.
pub(in crate::pages) async fn change(
    State(web): State<Web>,
    signed: Signed,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response> {
    signed.reader.must_be(SystemRole::SystemAdmin)?;
    let sent = Sent(pairs);
    let done = match command(&signed, &sent) {
        Ok(command) => organise(&web, &signed, &sent, &[command]).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(_) => {
            let to = format!("/admin/people?q={}", encoded(sent.get("name")));
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) if error.refusal().is_some() => {
            let page = shown(&signed, &Wanted::default(), Some(Refused::new(&sent, &error))).await?;
            Ok((error.status(), page).into_response())
        }
        Err(error) => Err(error),
    }
}

fn command(signed: &Signed, sent: &Sent) -> Result<OrgCommand> {
    let (org, today) = (&signed.reader.context.org, signed.reader.now.date());
    let person = PersonId(org.people.keys().next_back().map_or(1, |last| last.0 + 1));
    let post = PostId(org.posts.keys().next_back().map_or(1, |last| last.0 + 1));
    let who = Newcomer { name: sent.get("name").to_owned(), mobile: sent.get("mobile").to_owned() };
    let unit = find_unit(org, sent.get("unit"), today)?;
    let (title, from) = (sent.get("title").to_owned(), sent.day("from", "任职起始日期")?);
    Ok(OrgCommand::Together(vec![
        OrgCommand::AddPerson { id: Some(person), person: who },
        OrgCommand::AddPost { id: Some(post), person, unit, title, from, to: None },
    ]))
}
