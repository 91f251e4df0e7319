//! Units as a tree of any day, and what is done to them: add, rename, move, describe, close, merge.

use askama::Template;
use axum::Form;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use luoshi_app::directory::{find_unit, unit_label};
use luoshi_engine::{About, NewUnit, OrgCommand, Organisation, SystemRole, Unit, UnitId, UnitKind};
use serde::Deserialize;

use super::{organise, unit_field};
use crate::error::{Result, WebError, rendered};
use crate::sheet::{Field, Refused, Sent, Sheet};
use crate::sign::Signed;
use crate::state::Web;
use crate::view::Frame;

#[derive(Template)]
#[template(path = "admin/units.html")]
struct UnitsPage {
    frame: Frame,
    day: String,
    tree: Vec<Branch>,
    unit: Option<Shown>,
    sheets: Vec<Sheet>,
}

/// A line of the tree: how much deeper or higher it stands than the one before is told by its depth.
struct Branch {
    id: UnitId,
    name: String,
    kind: String,
    outside: bool,
    here: bool,
    /// Whether those below it are shown.
    open: bool,
    /// How many stand right below it.
    below: usize,
    /// How many lists end after it.
    ends: usize,
}

/// The unit that is looked at.
struct Shown {
    name: String,
    facts: Vec<(&'static str, String)>,
    names: Vec<(String, String)>,
    posts: Vec<(i64, String, String)>,
}

/// Which unit, on which day.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct Place {
    at: Option<i64>,
    day: String,
}

/// The page.
pub(in crate::pages) async fn page(signed: Signed, Query(place): Query<Place>) -> Result<Response> {
    shown(&signed, &place, None).await
}

async fn shown(signed: &Signed, place: &Place, refused: Option<Refused<'_>>) -> Result<Response> {
    let reader = &signed.reader;
    reader.must_be(SystemRole::SystemAdmin)?;
    let org = &reader.context.org;
    let today = reader.now.date();
    let day: Date = place.day.parse().unwrap_or(today);
    let at = place.at.map(UnitId).or_else(|| org.children(None, day).first().copied());
    let unit = match at {
        Some(at) => Some(org.unit(at).ok_or(WebError::NoPage)?),
        None => None,
    };
    let mut tree = Vec::new();
    branches(org, None, day, &at.map(|at| org.line_on(at, day)).unwrap_or_default(), &mut tree);
    let mut sheets = unit.map(|unit| sheets(signed, unit)).unwrap_or_default();
    if let Some(refused) = refused {
        refused.fill(&mut sheets);
    }
    Ok(rendered(&UnitsPage {
        frame: Frame::of(signed, "单位", "/admin/units").await?,
        day: day.to_string(),
        tree,
        unit: unit.map(|unit| facts(org, unit, day)),
        sheets,
    }))
}

/// The tree from above: the line to the unit that is looked at is open, and what stands below that.
fn branches(org: &Organisation, upper: Option<UnitId>, day: Date, line: &[UnitId], out: &mut Vec<Branch>) {
    for id in org.children(upper, day) {
        let Some(unit) = org.unit(id) else { continue };
        let below = org.children(Some(id), day).len();
        let open = line.contains(&id) && below > 0;
        out.push(Branch {
            id,
            name: unit.name_on(day).to_owned(),
            kind: UnitKind::title_of(&unit.kind).to_owned(),
            outside: unit.outside,
            here: line.first() == Some(&id),
            open,
            below,
            ends: 0,
        });
        if open {
            branches(org, Some(id), day, line, out);
            if let Some(last) = out.last_mut() {
                last.ends += 1;
            }
        }
    }
}

fn facts(org: &Organisation, unit: &Unit, day: Date) -> Shown {
    let name = |id: Option<UnitId>| id.map(|id| org.unit_name(id)).unwrap_or_default();
    let until = unit.to.map(|to| to.to_string()).unwrap_or_default();
    let all = [
        ("上级单位", name(unit.parent_on(day))),
        ("类别", UnitKind::title_of(&unit.kind).to_owned()),
        ("简称", unit.short.join("、")),
        ("编码", unit.code.clone()),
        ("区划代码", unit.region.clone()),
        ("信用代码", unit.credit.clone()),
        ("设立", unit.from.to_string()),
        ("撤销", until),
        ("由谁接办", name(unit.into)),
    ];
    let posts = org.posts.values().filter(|post| post.unit == unit.id && post.held(day));
    Shown {
        name: unit.name_on(day).to_owned(),
        facts: all.into_iter().filter(|(_, words)| !words.is_empty()).collect(),
        names: unit.names.iter().map(|(from, name)| (from.to_string(), name.clone())).collect(),
        posts: posts.map(|post| (post.person.0, org.person_name(post.person), post.title.clone())).collect(),
    }
}

/// What can be done to a unit.
fn sheets(signed: &Signed, unit: &Unit) -> Vec<Sheet> {
    let org = &signed.reader.context.org;
    let today = signed.reader.now.date();
    let from = || Field::new("date", "from", "生效日期", today.to_string()).must();
    let parent = unit.parent().and_then(|above| org.unit(above));
    let parent = parent.map(|above| unit_label(org, above, today)).unwrap_or_default();
    let sheet = |act: &str, title: &str, mut fields: Vec<Field>| {
        fields.insert(0, Field::new("hidden", "unit", "", unit.id.to_string()));
        Sheet::new(act, title, format!("/admin/units?at={}", unit.id), fields)
    };
    let mut child = vec![Field::new("text", "name", "名称", "").must()];
    child.extend(about(&About { kind: child_kind(unit).into(), ..About::default() }));
    child.push(from());
    child.push(
        Field::new("select", "outside", "是否外部单位", "").of([("", "否"), ("yes", "是：不设岗位和账号")]),
    );
    vec![
        sheet("add", "新增下级单位", child),
        sheet("rename", "更名", vec![Field::new("text", "name", "新名称", unit.name()).must(), from()]),
        sheet("describe", "修改简称、类别和编码", about(&About::of(unit))),
        sheet(
            "move",
            "调整上级单位",
            vec![unit_field(signed, "parent", "新的上级单位", parent).must(), from()],
        ),
        sheet(
            "merge",
            "并入其他单位",
            vec![unit_field(signed, "into", "并入哪个单位", String::new()).must(), from()],
        )
        .hint("从生效之日起，本单位未办结的事项由并入的单位接着办。")
        .harsh(),
        sheet(
            "close",
            "撤销",
            vec![
                Field::new("date", "last", "最后一天", today.to_string()).must(),
                unit_field(signed, "into", "未办结的事项由谁接办", String::new()),
            ],
        )
        .harsh(),
    ]
}

/// What most often stands below a unit.
fn child_kind(unit: &Unit) -> &'static str {
    match unit.kind.as_str() {
        "county" => "department",
        "township" => "village",
        _ => "office",
    }
}

fn about(about: &About) -> Vec<Field> {
    let sort = if about.sort == 0 { String::new() } else { about.sort.to_string() };
    vec![
        Field::new("select", "kind", "类别", &*about.kind)
            .of(UnitKind::ALL.iter().map(|kind| (kind.word, kind.title))),
        Field::new("text", "short", "简称", about.short.join("、")).hint("有几个时用顿号隔开"),
        Field::new("text", "code", "编码", &*about.code),
        Field::new("text", "region", "区划代码", &*about.region),
        Field::new("text", "credit", "统一社会信用代码", &*about.credit),
        Field::new("text", "sort", "排序号", sort),
    ]
}

fn sent_about(sent: &Sent) -> About {
    let short = sent.get("short").split(['、', '，', ',']).map(str::trim).filter(|words| !words.is_empty());
    About {
        kind: sent.get("kind").to_owned(),
        short: short.map(str::to_owned).collect(),
        code: sent.get("code").to_owned(),
        region: sent.get("region").to_owned(),
        credit: sent.get("credit").to_owned(),
        sort: sent.get("sort").parse().unwrap_or(0),
    }
}

/// Changes a unit.
pub(in crate::pages) async fn change(
    State(web): State<Web>,
    signed: Signed,
    Query(place): Query<Place>,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response> {
    signed.reader.must_be(SystemRole::SystemAdmin)?;
    let sent = Sent(pairs);
    let done = match command(&signed, &sent) {
        Ok(command) => organise(&web, &signed, &sent, &[command]).await,
        Err(error) => Err(error),
    };
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/admin/units?at={}", sent.number("unit")?)).into_response()),
        Err(error) if error.refusal().is_some() => {
            let page = shown(&signed, &place, Some(Refused::new(&sent, &error))).await?;
            Ok((error.status(), page).into_response())
        }
        Err(error) => Err(error),
    }
}

fn command(signed: &Signed, sent: &Sent) -> Result<OrgCommand> {
    let unit = UnitId(sent.number("unit")?);
    let (org, today) = (&signed.reader.context.org, signed.reader.now.date());
    let from = || sent.day("from", "生效日期");
    let named = |name: &str| -> Result<UnitId> { Ok(find_unit(org, sent.get(name), today)?) };
    Ok(match sent.act() {
        "add" => {
            let (name, about, from) = (sent.get("name").to_owned(), sent_about(sent), from()?);
            let outside = sent.get("outside") == "yes";
            OrgCommand::AddUnit {
                id: None,
                unit: NewUnit { name, parent: Some(unit), about, from, to: None, outside },
            }
        }
        "rename" => OrgCommand::RenameUnit { unit, name: sent.get("name").to_owned(), from: from()? },
        "describe" => OrgCommand::DescribeUnit { unit, about: sent_about(sent) },
        "move" => OrgCommand::MoveUnit { unit, parent: Some(named("parent")?), from: from()? },
        "merge" => OrgCommand::MergeUnits { units: vec![unit], into: named("into")?, from: from()? },
        "close" => {
            let into = if sent.get("into").is_empty() { None } else { Some(named("into")?) };
            OrgCommand::CloseUnit { unit, last: sent.day("last", "最后一天")?, into }
        }
        other => return Err(WebError::Malformed(format!("不认识的操作“{other}”"))),
    })
}
