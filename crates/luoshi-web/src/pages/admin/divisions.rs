//! Division of work (分工): which units and fields each leader is in charge of.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_app::directory::{find_unit, unit_label};
use luoshi_engine::{Division, OrgCommand, Post, PostId, SystemRole, UnitId};
use luoshi_pack::Role;
use luoshi_report::{Cell, Table};
use serde::Deserialize;

use super::organise;
use crate::error::{Result, rendered};
use crate::export::{self, open_address};
use crate::sheet::{Field, Refused, Sent, Sheet};
use crate::sign::Signed;
use crate::state::Web;
use crate::view::{Frame, Pager, paged};

#[derive(Template)]
#[template(path = "admin/divisions.html")]
struct DivisionsPage {
    frame: Frame,
    words: String,
    bare: bool,
    leaders: Vec<Leader>,
    pager: Pager,
    files: String,
}

/// A leader's post.
struct Leader {
    name: String,
    words: String,
    units: Vec<String>,
    fields: Vec<String>,
    sheet: Vec<Sheet>,
}

/// Which leaders.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct Wanted {
    q: String,
    /// Only those without a division.
    bare: String,
    page: i64,
    #[serde(rename = "as")]
    file: String,
}

impl Wanted {
    fn kept(&self) -> [(&'static str, &str); 2] {
        [("q", self.q.trim()), ("bare", &self.bare)]
    }
}

/// The page.
pub(in crate::pages) async fn page(signed: Signed, Query(wanted): Query<Wanted>) -> Result<Response> {
    shown(&signed, &wanted, None).await
}

async fn shown(signed: &Signed, wanted: &Wanted, refused: Option<Refused<'_>>) -> Result<Response> {
    let reader = &signed.reader;
    reader.must_be(SystemRole::SystemAdmin)?;
    let (org, today) = (&reader.context.org, reader.now.date());
    let leads = |post: &&Post| post.held(today) && post.roles.contains(&Role::Leader);
    let mut posts: Vec<&Post> = org.posts.values().filter(leads).collect();
    posts.sort_by_key(|post| (org.line_on(post.unit, today).len(), post.unit, post.id));
    let words = wanted.q.trim();
    let named = |post: &&Post| {
        let told = [org.person_name(post.person), org.unit_name(post.unit), post.title.clone()];
        told.iter().any(|told| told.contains(words))
    };
    posts.retain(|post| named(post) && (wanted.bare.is_empty() || !org.divisions.contains_key(&post.id)));
    let files = open_address("/admin/divisions", &wanted.kept());
    let to = format!("{files}page={}", wanted.page.max(1));
    if let Some(sheet) = export::wanted(&wanted.file) {
        return export::file(reader, sheet, table(posts.iter().map(|post| leader(signed, post, &to)))).await;
    }
    let (posts, total) = paged(posts, wanted.page);
    let mut leaders: Vec<Leader> = posts.into_iter().map(|post| leader(signed, post, &to)).collect();
    if let Some(refused) = refused {
        leaders.iter_mut().for_each(|leader| refused.fill(&mut leader.sheet));
    }
    Ok(rendered(&DivisionsPage {
        frame: Frame::of(signed, "分工", "/admin/divisions").await?,
        words: words.to_owned(),
        bare: !wanted.bare.is_empty(),
        leaders,
        pager: Pager::new(wanted.page, total, format!("{files}page=")),
        files,
    }))
}

/// The list as a table.
fn table(leaders: impl Iterator<Item = Leader>) -> Table {
    let heads = [("领导", 8.0), ("岗位", 14.0), ("分管单位", 24.0), ("分管领域", 14.0)];
    let mut table = Table::new("分工", "领导分工", export::columns(&heads));
    let row = |leader: Leader| {
        let (units, fields) = (leader.units.join("、"), leader.fields.join("、"));
        [leader.name, leader.words, units, fields].map(Cell::words).to_vec()
    };
    table.rows = leaders.map(row).collect();
    table
}

fn leader(signed: &Signed, post: &Post, to: &str) -> Leader {
    let (org, today) = (&signed.reader.context.org, signed.reader.now.date());
    let none = Division { post: post.id, units: Vec::new(), fields: Vec::new() };
    let division = org.divisions.get(&post.id).unwrap_or(&none);
    let label = |id: &UnitId| org.unit(*id).map(|unit| unit_label(org, unit, today));
    let units: Vec<String> = division.units.iter().filter_map(label).collect();
    let fields = vec![
        Field::new("hidden", "post", "", post.id.to_string()),
        Field::new("area", "units", "分管单位", units.join("\n"))
            .hint("一行一个单位；同名的写成“东坡村（青石镇）”"),
        Field::new("text", "fields", "分管领域", division.fields.join("、")).hint("有几项时用顿号隔开"),
    ];
    Leader {
        name: org.person_name(post.person),
        words: format!("{} {}", org.unit_name(post.unit), post.title),
        units,
        fields: division.fields.clone(),
        sheet: vec![Sheet::new("division", "调整分工", to, fields)],
    }
}

/// Sets a leader's division of work.
pub(in crate::pages) async fn change(
    State(web): State<Web>,
    signed: Signed,
    Query(wanted): Query<Wanted>,
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
            let address = open_address("/admin/divisions", &wanted.kept());
            Ok(Redirect::to(&format!("{address}page={}", wanted.page.max(1))).into_response())
        }
        Err(error) if error.refusal().is_some() => {
            let page = shown(&signed, &wanted, Some(Refused::new(&sent, &error))).await?;
            Ok((error.status(), page).into_response())
        }
        Err(error) => Err(error),
    }
}

fn command(signed: &Signed, sent: &Sent) -> Result<OrgCommand> {
    let (org, today) = (&signed.reader.context.org, signed.reader.now.date());
    let lines = sent.get("units").lines().map(str::trim).filter(|line| !line.is_empty());
    let units = lines.map(|line| find_unit(org, line, today)).collect::<std::result::Result<Vec<_>, _>>()?;
    let fields = sent.get("fields").split(['、', '，', ',']).map(str::trim).filter(|word| !word.is_empty());
    Ok(OrgCommand::SetDivision {
        post: PostId(sent.number("post")?),
        units,
        fields: fields.map(str::to_owned).collect(),
    })
}
