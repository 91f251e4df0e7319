//! People and their posts as a list, and somebody new.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_app::directory::{find_unit, unit_label};
use luoshi_engine::{Newcomer, OrgCommand, Organisation, Person, PersonId, PostId, SystemRole, UnitId};
use luoshi_report::{Cell, Table};
use serde::Deserialize;

use super::{organise, unit_field};
use crate::error::{Result, encoded, rendered};
use crate::export::{self, open_address};
use crate::pages::plan::{Choice, choices};
use crate::sheet::{Field, Refused, Sent, Sheet};
use crate::sign::Signed;
use crate::state::Web;
use crate::view::{Frame, Pager, paged};

#[derive(Template)]
#[template(path = "admin/people.html")]
struct PeoplePage {
    frame: Frame,
    words: String,
    unit: String,
    sorts: Vec<Choice>,
    people: Vec<Line>,
    pager: Pager,
    files: String,
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
    sort: String,
    page: i64,
    #[serde(rename = "as")]
    file: String,
}

/// The orders in which the list can stand.
const SORTS: [(&str, &str); 3] = [("", "先登记的在前"), ("last", "后登记的在前"), ("name", "姓名")];

/// Puts people into an order.
fn sort(people: &mut [&Person], order: &str) {
    match order {
        "last" => people.reverse(),
        "name" => people.sort_by(|one, other| one.name.cmp(&other.name)),
        _ => {}
    }
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
    let mut found: Vec<&Person> =
        org.people.values().filter(|person| is_wanted(org, person, wanted, unit)).collect();
    sort(&mut found, &wanted.sort);
    let kept = [("q", &*wanted.q), ("unit", &wanted.unit), ("sort", &wanted.sort)];
    let files = open_address("/admin/people", &kept);
    let line = |person: &&Person| Line {
        id: person.id,
        name: person.name.clone(),
        mobile: person.mobile.clone(),
        posts: posts(signed, person.id),
    };
    if let Some(sheet) = export::wanted(&wanted.file) {
        return export::file(reader, sheet, table(found.iter().map(line))).await;
    }
    let (found, total) = paged(found, wanted.page);
    let mut sheets = vec![newcomer(signed, &wanted.unit)];
    if let Some(refused) = refused {
        refused.fill(&mut sheets);
    }
    Ok(rendered(&PeoplePage {
        frame: Frame::of(signed, "人员", "/admin/people").await?,
        words: wanted.q.clone(),
        unit: wanted.unit.clone(),
        sorts: choices(SORTS.into_iter(), &wanted.sort),
        people: found.iter().map(line).collect(),
        pager: Pager::new(wanted.page, total, format!("{files}page=")),
        files,
        sheets,
    }))
}

/// The list as a table.
fn table(people: impl Iterator<Item = Line>) -> Table {
    let heads = [("姓名", 8.0), ("岗位", 24.0), ("手机号", 8.0)];
    let mut table = Table::new("人员", "人员名单", export::columns(&heads));
    let row = |line: Line| {
        vec![Cell::words(line.name), Cell::words(line.posts.join("；")), Cell::words(line.mobile)]
    };
    table.rows = people.map(row).collect();
    table
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
