//! Packs: all versions there are; a text is examined, then published.

use axum::Json;
use axum::extract::{Path, State};
use luoshi_app::Scope;
use luoshi_engine::SystemRole;
use luoshi_pack::{PackFile, line_and_column};
use luoshi_text::Level;
use serde::Serialize;
use utoipa::ToSchema;

use super::caller::{Caller, Key};
use super::change::KeyHeader;
use super::problem::{Problems, Result};
use crate::error::WebError;
use crate::state::Web;

/// A version of a pack.
#[derive(Serialize, ToSchema)]
pub(crate) struct PackBody {
    name: String,
    version: u32,
    title: String,
    /// The first day on which plans are issued with it.
    from: Option<String>,
    /// The last day.
    to: Option<String>,
    /// Whether it came with the program.
    built_in: bool,
    /// The titles of its registers.
    registers: Vec<String>,
    /// How much was found in it.
    findings: usize,
}

impl From<&PackFile> for PackBody {
    fn from(file: &PackFile) -> Self {
        let pack = file.pack.as_ref();
        let registers = pack.iter().flat_map(|pack| &pack.registers);
        Self {
            name: pack.map_or(&file.name, |pack| &pack.name).clone(),
            version: pack.map_or(0, |pack| pack.version),
            title: pack.map_or(&file.name, |pack| &pack.title).clone(),
            from: pack.map(|pack| pack.from.to_string()),
            to: pack.and_then(|pack| pack.to).map(|to| to.to_string()),
            built_in: file.built_in,
            registers: registers.map(|register| register.title.clone()).collect(),
            findings: file.diagnostics.len(),
        }
    }
}

/// What was found in a pack.
#[derive(Serialize, ToSchema)]
pub(crate) struct PackFindingBody {
    /// The line, from 1.
    line: usize,
    /// Whether the pack cannot be used with it.
    error: bool,
    message: String,
    help: Option<String>,
}

/// A pack's text and what was found in it.
#[derive(Serialize, ToSchema)]
pub(crate) struct PackTextBody {
    pack: PackBody,
    /// Its TOML.
    text: String,
    findings: Vec<PackFindingBody>,
}

impl From<&PackFile> for PackTextBody {
    fn from(file: &PackFile) -> Self {
        let found = file.diagnostics.iter().map(|found| PackFindingBody {
            line: line_and_column(&file.text, found.span).0,
            error: found.level == Level::Error,
            message: found.message.clone(),
            help: found.help.clone(),
        });
        Self { pack: file.into(), text: file.text.clone(), findings: found.collect() }
    }
}

/// 方案包的各个版本
#[utoipa::path(get, path = "/api/v1/packs", responses((status = 200, body = Vec<PackBody>), Problems))]
pub(crate) async fn list(caller: Caller) -> Result<Json<Vec<PackBody>>> {
    caller.needs(Scope::Read)?;
    caller.reader.must_be(SystemRole::SystemAdmin)?;
    Ok(Json(caller.reader.context.library.files().iter().map(PackBody::from).collect()))
}

/// 方案包一个版本的内容
#[utoipa::path(get, path = "/api/v1/packs/{name}/{version}",
    params(("name" = String, Path), ("version" = u32, Path)),
    responses((status = 200, body = PackTextBody), Problems))]
pub(crate) async fn one(
    caller: Caller,
    Path((name, version)): Path<(String, u32)>,
) -> Result<Json<PackTextBody>> {
    caller.needs(Scope::Read)?;
    caller.reader.must_be(SystemRole::SystemAdmin)?;
    let context = caller.reader.context.clone();
    let is_it = |file: &&PackFile| {
        file.pack.as_ref().is_some_and(|pack| pack.name == name && pack.version == version)
    };
    let file = context.library.files().iter().find(is_it).ok_or(WebError::NoPage)?;
    Ok(Json(file.into()))
}

/// 检查一份方案包，不发布
#[utoipa::path(post, path = "/api/v1/packs/check",
    request_body(content = String, content_type = "text/plain"),
    responses((status = 200, body = PackTextBody), Problems))]
pub(crate) async fn check(
    State(web): State<Web>,
    caller: Caller,
    text: String,
) -> Result<Json<PackTextBody>> {
    caller.needs(Scope::Manage)?;
    caller.reader.must_be(SystemRole::SystemAdmin)?;
    let empty = || WebError::Malformed(String::from("没有收到方案包的内容"));
    let file = web.app().examine_pack(&text).await?.ok_or_else(empty)?;
    Ok(Json((&file).into()))
}

/// What was published.
#[derive(Serialize, ToSchema)]
pub(crate) struct PublishedBody {
    name: String,
    version: u32,
}

/// 发布方案包；只影响以后印发的方案
#[utoipa::path(post, path = "/api/v1/packs", params(KeyHeader),
    request_body(content = String, content_type = "text/plain"),
    responses((status = 200, body = PublishedBody), Problems))]
pub(crate) async fn publish(
    State(web): State<Web>,
    caller: Caller,
    Key(key): Key,
    text: String,
) -> Result<Json<PublishedBody>> {
    caller.needs(Scope::Manage)?;
    caller.reader.must_be(SystemRole::SystemAdmin)?;
    let (key, actor) = (caller.own(&key), &caller.reader.actor);
    let (name, version) = web.app().publish_pack(&key, actor, "方案包.toml", text).await?;
    Ok(Json(PublishedBody { name, version }))
}
