//! Packs: all versions there are, each with its text; a new one is checked, with every finding at its
//! line, and published.

use askama::Template;
use axum::extract::{Multipart, Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use luoshi_engine::SystemRole;
use luoshi_pack::{Pack, PackFile, line_and_column};
use luoshi_text::Level;

use crate::error::{Result, WebError, rendered};
use crate::pages::upload::Upload;
use crate::sheet::{Field, Refused, Sheet, incomplete};
use crate::sign::Signed;
use crate::state::Web;
use crate::view::Frame;

/// The longest text of a pack, in bytes.
const TEXT: usize = 2 << 20;

#[derive(Template)]
#[template(path = "admin/packs.html")]
struct PacksPage {
    frame: Frame,
    packs: Vec<Line>,
    sheets: Vec<Sheet>,
}

/// A pack in the list.
struct Line {
    to: String,
    title: String,
    name: String,
    version: u32,
    days: String,
    origin: &'static str,
    registers: String,
    findings: usize,
}

fn line(signed: &Signed, file: &PackFile) -> Line {
    let (name, version) =
        file.pack.as_ref().map_or((file.name.as_str(), 0), |pack| (pack.name.as_str(), pack.version));
    let published = |known: &(String, u32, String)| known.0 == name && known.1 == version;
    let days = |pack: &Pack| match pack.to {
        Some(to) => format!("{}至{to}", pack.from),
        None => format!("{}起", pack.from),
    };
    let registers = file.pack.iter().flat_map(|pack| &pack.registers).map(|register| &*register.title);
    Line {
        to: format!("/admin/packs/{name}/{version}"),
        title: file.pack.as_ref().map_or_else(|| file.name.clone(), |pack| pack.title.clone()),
        name: name.to_owned(),
        version,
        days: file.pack.as_ref().map(days).unwrap_or_default(),
        origin: if file.built_in {
            "随程序"
        } else if signed.reader.context.org.packs.iter().any(published) {
            "本单位发布"
        } else {
            "方案包文件夹"
        },
        registers: registers.collect::<Vec<_>>().join("、"),
        findings: file.diagnostics.len(),
    }
}

/// The list.
pub(in crate::pages) async fn page(signed: Signed) -> Result<Response> {
    signed.reader.must_be(SystemRole::SystemAdmin)?;
    let files = signed.reader.context.library.files();
    let mut packs: Vec<Line> = files.iter().map(|file| line(&signed, file)).collect();
    packs.sort_by(|a, b| (&a.name, b.version).cmp(&(&b.name, a.version)));
    let file = Field::new("file", "file", "方案包文件（*.toml）", "").must();
    let sheet = Sheet::new("check", "检查", "/admin/packs", vec![file])
        .hint("先检查，没有错误才能发布；发布只影响以后印发的方案，正在执行的方案仍按原来的版本。")
        .open();
    let frame = Frame::of(&signed, "方案包", "/admin/packs").await?;
    Ok(rendered(&PacksPage { frame, packs, sheets: vec![sheet] }))
}

#[derive(Template)]
#[template(path = "admin/pack.html")]
struct PackPage {
    frame: Frame,
    title: String,
    summary: String,
    lines: Vec<Numbered>,
    sheets: Vec<Sheet>,
}

/// A line of a pack's text and what was found there.
struct Numbered {
    number: usize,
    text: String,
    class: &'static str,
    findings: Vec<String>,
}

/// One pack.
pub(in crate::pages) async fn one(
    signed: Signed,
    Path((name, version)): Path<(String, u32)>,
) -> Result<Response> {
    signed.reader.must_be(SystemRole::SystemAdmin)?;
    let is_it = |file: &&PackFile| {
        file.pack.as_ref().is_some_and(|pack| pack.name == name && pack.version == version)
            || (file.pack.is_none() && file.name == name)
    };
    let context = signed.reader.context.clone();
    let file = context.library.files().iter().find(is_it).ok_or(WebError::NoPage)?;
    shown(&signed, file, Vec::new()).await
}

async fn shown(signed: &Signed, file: &PackFile, sheets: Vec<Sheet>) -> Result<Response> {
    let pack = file.pack.as_ref();
    let title =
        pack.map_or_else(|| String::from("新方案包"), |pack| format!("{}第{}版", pack.title, pack.version));
    let summary = if file.diagnostics.is_empty() {
        String::from("没有发现问题")
    } else {
        let errors = file.diagnostics.iter().filter(|found| found.level == Level::Error).count();
        format!("发现{errors}处错误、{}处提示，标在相应的行下", file.diagnostics.len() - errors)
    };
    Ok(rendered(&PackPage {
        frame: Frame::of(signed, &*title, "/admin/packs").await?,
        title,
        summary,
        lines: numbered(file),
        sheets,
    }))
}

fn numbered(file: &PackFile) -> Vec<Numbered> {
    let line = |(at, text): (usize, &str)| {
        let here =
            file.diagnostics.iter().filter(|found| line_and_column(&file.text, found.span).0 == at + 1);
        let bad = here.clone().any(|found| found.level == Level::Error);
        let findings: Vec<String> = here
            .map(|found| format!("{}{}", found.message, found.help.as_deref().unwrap_or_default()))
            .collect();
        let class = if bad {
            "bad"
        } else if findings.is_empty() {
            ""
        } else {
            "doubt"
        };
        Numbered { number: at + 1, text: text.to_owned(), class, findings }
    };
    file.text.lines().enumerate().map(line).collect()
}

/// Checks a pack that was sent, or publishes it.
pub(in crate::pages) async fn change(
    State(web): State<Web>,
    signed: Signed,
    form: Multipart,
) -> Result<Response> {
    signed.reader.must_be(SystemRole::SystemAdmin)?;
    let Upload { sent, file, .. } = Upload::read(form, TEXT).await?;
    let text = match file {
        Some(bytes) => String::from_utf8(bytes).map_err(|_| incomplete("方案包须是UTF-8编码的文本文件"))?,
        // Browsers send line ends as CR LF.
        None => sent.get("text").replace("\r\n", "\n"),
    };
    let found = web.app().examine_pack(&text).await?.ok_or_else(|| incomplete("没有收到方案包的内容"))?;
    let mut sheets = sheets(&found);
    if sent.act() != "publish" {
        return shown(&signed, &found, sheets).await;
    }
    let (key, actor) = (sent.get("key"), &signed.reader.actor);
    match web.app().publish_pack(key, actor, "方案包.toml", text).await.map_err(WebError::from) {
        Ok(_) => Ok(Redirect::to("/admin/packs").into_response()),
        Err(error) if error.refusal().is_some() => {
            Refused::new(&sent, &error).fill(&mut sheets);
            Ok((error.status(), shown(&signed, &found, sheets).await?).into_response())
        }
        Err(error) => Err(error),
    }
}

/// What can be done to a text that was sent: changed and checked again, or published.
fn sheets(file: &PackFile) -> Vec<Sheet> {
    let text = |words| Field::new("code", "text", words, &*file.text).must();
    let mut again = Sheet::new("check", "改后再检查", "/admin/packs", vec![text("内容")]);
    let mut publish = Sheet::new("publish", "发布", "/admin/packs", vec![text("将要发布的内容")]).open();
    (again.files, publish.files) = (true, true);
    if file.sound().is_some() { vec![publish, again] } else { vec![again.open()] }
}
