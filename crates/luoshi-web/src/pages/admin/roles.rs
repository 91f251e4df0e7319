//! What each post may do: set by the security administrator, never to oneself.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_engine::{OrgCommand, Post, PostId, SystemRole};
use luoshi_pack::Role;
use luoshi_report::{Cell, Table};
use serde::Deserialize;

use super::organise;
use crate::error::{Result, rendered};
use crate::export::{self, open_address};
use crate::pages::plan::{Choice, choices};
use crate::sheet::{Field, Refused, Sent, Sheet};
use crate::sign::Signed;
use crate::state::Web;
use crate::view::{Frame, Pager, paged};

#[derive(Template)]
#[template(path = "admin/roles.html")]
struct RolesPage {
    frame: Frame,
    words: String,
    bare: bool,
    sorts: Vec<Choice>,
    posts: Vec<Line>,
    pager: Pager,
    files: String,
}

/// A post and its form.
struct Line {
    person: String,
    words: String,
    roles: String,
    days: String,
    sheet: Vec<Sheet>,
}

/// Which posts.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct Wanted {
    q: String,
    /// Only those without a role.
    bare: String,
    sort: String,
    page: i64,
    #[serde(rename = "as")]
    file: String,
}

impl Wanted {
    fn kept(&self) -> [(&'static str, &str); 3] {
        [("q", self.q.trim()), ("bare", &self.bare), ("sort", &self.sort)]
    }
}

/// The orders in which the list can stand.
const SORTS: [(&str, &str); 3] = [("", "先设立的在前"), ("last", "后设立的在前"), ("unit", "按单位")];

/// What a post may do, in words.
pub(super) fn words(post: &Post) -> String {
    let system = post.system.map(SystemRole::title);
    let titles: Vec<&str> = post.roles.iter().map(|role| role.title()).chain(system).collect();
    titles.join("、")
}

/// The list.
pub(in crate::pages) async fn page(signed: Signed, Query(wanted): Query<Wanted>) -> Result<Response> {
    shown(&signed, &wanted, None).await
}

async fn shown(signed: &Signed, wanted: &Wanted, refused: Option<Refused<'_>>) -> Result<Response> {
    let reader = &signed.reader;
    reader.must_be(SystemRole::SecurityAdmin)?;
    let (org, today, words) = (&reader.context.org, reader.now.date(), wanted.q.trim());
    let named = |post: &Post| {
        let told = [org.person_name(post.person), org.unit_name(post.unit), post.title.clone()];
        words.is_empty() || told.iter().any(|told| told.contains(words))
    };
    let bare = |post: &Post| wanted.bare.is_empty() || (post.roles.is_empty() && post.system.is_none());
    let ended = |post: &Post| post.to.is_some_and(|to| to < today);
    let mut found: Vec<&Post> = org.posts.values().filter(|p| !ended(p) && bare(p) && named(p)).collect();
    match wanted.sort.as_str() {
        "last" => found.reverse(),
        "unit" => found.sort_by_key(|post| (org.line_on(post.unit, today).len(), post.unit, post.id)),
        _ => {}
    }
    let files = open_address("/admin/roles", &wanted.kept());
    let to = format!("{files}page={}", wanted.page.max(1));
    if let Some(sheet) = export::wanted(&wanted.file) {
        return export::file(reader, sheet, table(found.iter().map(|post| line(signed, post, &to)))).await;
    }
    let (found, total) = paged(found, wanted.page);
    let on_page = found.into_iter();
    let mut posts: Vec<Line> = on_page.map(|post| line(signed, post, &to)).collect();
    if let Some(refused) = refused {
        posts.iter_mut().for_each(|line| refused.fill(&mut line.sheet));
    }
    Ok(rendered(&RolesPage {
        frame: Frame::of(signed, "角色", "/admin/roles").await?,
        words: words.to_owned(),
        bare: !wanted.bare.is_empty(),
        sorts: choices(SORTS.into_iter(), &wanted.sort),
        posts,
        pager: Pager::new(wanted.page, total, format!("{files}page=")),
        files,
    }))
}

/// The list as a table.
fn table(posts: impl Iterator<Item = Line>) -> Table {
    let heads = [("姓名", 8.0), ("岗位", 18.0), ("角色", 14.0), ("期限", 8.0)];
    let mut table = Table::new("角色", "岗位角色清单", export::columns(&heads));
    let row = |post: Line| [post.person, post.words, post.roles, post.days].map(Cell::words).to_vec();
    table.rows = posts.map(row).collect();
    table
}

fn line(signed: &Signed, post: &Post, to: &str) -> Line {
    let org = &signed.reader.context.org;
    let system = post.system.and_then(|system| {
        SystemRole::ALL.iter().find(|(role, ..)| *role == system).map(|(_, word, _)| (*word).to_owned())
    });
    let none = (String::new(), String::from("无"));
    let systems = SystemRole::ALL.iter().map(|(_, word, title)| ((*word).to_owned(), (*title).to_owned()));
    let fields = vec![
        Field::new("hidden", "post", "", post.id.to_string()),
        Field::new("many", "role", "业务角色", "")
            .of(Role::ALL.iter().map(|(_, word, title)| (*word, *title)))
            .with(post.roles.iter().map(|role| role.word().to_owned()).collect()),
        Field::new("select", "system", "管理角色", system.unwrap_or_default())
            .of(std::iter::once(none).chain(systems))
            .hint("管理角色与业务角色不能在同一岗位"),
    ];
    Line {
        person: org.person_name(post.person),
        words: format!("{} {}", org.unit_name(post.unit), post.title),
        roles: words(post),
        days: post.to.map(|to| format!("至{to}")).unwrap_or_default(),
        sheet: vec![Sheet::new("roles", "授予角色", to, fields)],
    }
}

/// Sets what a post may do.
pub(in crate::pages) async fn change(
    State(web): State<Web>,
    signed: Signed,
    Query(wanted): Query<Wanted>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response> {
    signed.reader.must_be(SystemRole::SecurityAdmin)?;
    let sent = Sent(pairs);
    let post = PostId(sent.number("post")?);
    let of_word = |word: &str| Role::ALL.iter().find(|(_, known, _)| *known == word).map(|(role, ..)| *role);
    let system =
        |word: &str| SystemRole::ALL.iter().find(|(_, known, _)| *known == word).map(|(role, ..)| *role);
    let roles = sent.all("role").filter_map(of_word).collect();
    let command = OrgCommand::SetRoles { post, roles, system: system(sent.get("system")) };
    match organise(&web, &signed, &sent, &[command]).await {
        Ok(_) => {
            let to = format!("{}page={}", open_address("/admin/roles", &wanted.kept()), wanted.page.max(1));
            Ok(Redirect::to(&to).into_response())
        }
        Err(error) if error.refusal().is_some() => {
            let page = shown(&signed, &wanted, Some(Refused::new(&sent, &error))).await?;
            Ok((error.status(), page).into_response())
        }
        Err(error) => Err(error),
    }
}
