//! Division of work (分工): which units and fields each leader is in charge of.

use askama::Template;
use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_app::directory::{find_unit, unit_label};
use luoshi_engine::{Division, OrgCommand, Post, PostId, SystemRole, UnitId};
use luoshi_pack::Role;

use super::organise;
use crate::error::{Result, rendered};
use crate::sheet::{Field, Refused, Sent, Sheet};
use crate::sign::Signed;
use crate::state::Web;
use crate::view::Frame;

#[derive(Template)]
#[template(path = "admin/divisions.html")]
struct DivisionsPage {
    frame: Frame,
    leaders: Vec<Leader>,
}

/// A leader's post.
struct Leader {
    name: String,
    words: String,
    units: Vec<String>,
    fields: Vec<String>,
    sheet: Vec<Sheet>,
}

/// The page.
pub(in crate::pages) async fn page(signed: Signed) -> Result<Response> {
    shown(&signed, None).await
}

async fn shown(signed: &Signed, refused: Option<Refused<'_>>) -> Result<Response> {
    let reader = &signed.reader;
    reader.must_be(SystemRole::SystemAdmin)?;
    let (org, today) = (&reader.context.org, reader.now.date());
    let leads = |post: &&Post| post.held(today) && post.roles.contains(&Role::Leader);
    let mut posts: Vec<&Post> = org.posts.values().filter(leads).collect();
    posts.sort_by_key(|post| (org.line_on(post.unit, today).len(), post.unit, post.id));
    let mut leaders: Vec<Leader> = posts.into_iter().map(|post| leader(signed, post)).collect();
    if let Some(refused) = refused {
        leaders.iter_mut().for_each(|leader| refused.fill(&mut leader.sheet));
    }
    let frame = Frame::of(signed, "分工", "/admin/divisions").await?;
    Ok(rendered(&DivisionsPage { frame, leaders }))
}

fn leader(signed: &Signed, post: &Post) -> Leader {
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
        sheet: vec![Sheet::new("division", "调整分工", "/admin/divisions", fields)],
    }
}

/// Sets a leader's division of work.
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
        Ok(_) => Ok(Redirect::to("/admin/divisions").into_response()),
        Err(error) if error.refusal().is_some() => {
            let page = shown(&signed, Some(Refused::new(&sent, &error))).await?;
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
