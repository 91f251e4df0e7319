//! A new plan: a file or pasted text comes in, is read and compiled, and becomes a draft.

use askama::Template;
use axum::Form;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use luoshi_app::drafting::{FoundPlan, Upload};
use luoshi_engine::Hash;
use serde::Deserialize;

use super::upload::malformed;
use crate::error::{Result, WebError, rendered};
use crate::sign::Signed;
use crate::state::Web;
use crate::view::{Frame, form_key};

/// The name that pasted text gets.
const PASTED: &str = "粘贴的方案.txt";

/// The shortest text that can be a plan, in characters.
const SHORTEST: usize = 20;

#[derive(Template)]
#[template(path = "plan-new.html")]
struct NewPage {
    frame: Frame,
    issuer: String,
    may: bool,
    given: Given,
    fault: String,
    key: String,
}

#[derive(Template)]
#[template(path = "plan-choose.html")]
struct ChoosePage {
    frame: Frame,
    file: String,
    source: String,
    issued: String,
    plans: Vec<FoundPlan>,
    key: String,
}

/// What came in.
#[derive(Default)]
pub(super) struct Given {
    key: String,
    /// What was pasted.
    pub(super) text: String,
    issued: String,
    file: Option<(String, Vec<u8>)>,
}

impl Given {
    /// Reads a form.
    pub(super) async fn read(mut form: Multipart) -> Result<Self> {
        let mut given = Self::default();
        while let Some(part) = form.next_field().await.map_err(malformed)? {
            let name = part.name().unwrap_or_default().to_owned();
            if let Some(file) = part.file_name().map(str::to_owned) {
                let bytes = part.bytes().await.map_err(malformed)?;
                // A field of a file that was left empty sends one without a name.
                if !file.is_empty() {
                    given.file = Some((file, bytes.into()));
                }
                continue;
            }
            let text = part.text().await.map_err(malformed)?;
            match name.as_str() {
                "key" => given.key = text,
                "text" => given.text = text.replace("\r\n", "\n"),
                "issued" => given.issued = text.trim().to_owned(),
                _ => {}
            }
        }
        Ok(given)
    }

    /// The file: what was chosen, or else what was pasted.
    pub(super) fn take_file(&mut self) -> std::result::Result<(String, Vec<u8>), String> {
        if let Some((name, bytes)) = self.file.take() {
            return Ok((name.rsplit(['/', '\\']).next().unwrap_or(PASTED).to_owned(), bytes));
        }
        match self.text.trim().chars().count() {
            0 => Err(String::from("请选择方案文件，或者把正文粘贴到下面的框里")),
            1..SHORTEST => Err(String::from("粘贴的内容太短，不像一份方案；请把全文粘贴进来")),
            _ => Ok((PASTED.to_owned(), self.text.clone().into_bytes())),
        }
    }
}

/// The page.
pub(super) async fn page(signed: Signed) -> Result<Response> {
    shown(&signed, Given::default(), String::new()).await
}

async fn shown(signed: &Signed, given: Given, fault: String) -> Result<Response> {
    let unit = signed.reader.post.unit;
    Ok(rendered(&NewPage {
        frame: Frame::of(signed, "起草新方案", "/plans").await?,
        issuer: signed.reader.context.org.unit_name(unit),
        may: signed.reader.may_prepare(unit),
        given,
        fault,
        key: form_key(),
    }))
}

/// Takes a file in. One plan in it becomes a draft at once; of several one is chosen.
pub(super) async fn read(State(web): State<Web>, signed: Signed, form: Multipart) -> Result<Response> {
    let mut given = Given::read(form).await?;
    match taken(&web, &signed, &mut given).await {
        Ok(response) => Ok(response),
        Err((status, fault)) => Ok((status, shown(&signed, given, fault).await?).into_response()),
    }
}

async fn taken(
    web: &Web,
    signed: &Signed,
    given: &mut Given,
) -> std::result::Result<Response, (StatusCode, String)> {
    let told = |error: WebError| (error.status(), error.sentence());
    let typed = |sentence: String| (StatusCode::UNPROCESSABLE_ENTITY, sentence);
    let issued = day(&given.issued).map_err(typed)?;
    let (name, bytes) = given.take_file().map_err(typed)?;
    let reader = &signed.reader;
    let upload = web.app().upload_plan(reader, reader.post.unit, &name, bytes, issued).await;
    let upload = upload.map_err(|error| told(error.into()))?;
    if upload.plans.len() > 1 {
        return choose(signed, upload, given).await.map_err(told);
    }
    drafted(web, signed, &given.key, (upload.source.hash, 0, issued)).await.map_err(told)
}

fn day(words: &str) -> std::result::Result<Option<Date>, String> {
    if words.is_empty() {
        return Ok(None);
    }
    words.parse().map(Some).map_err(|_| String::from("印发日期应写成2026-06-30的样子"))
}

async fn choose(signed: &Signed, upload: Upload, given: &Given) -> Result<Response> {
    Ok(rendered(&ChoosePage {
        frame: Frame::of(signed, "选择方案", "/plans").await?,
        file: upload.source.name,
        source: upload.source.hash.to_string(),
        issued: given.issued.clone(),
        plans: upload.plans,
        key: given.key.clone(),
    }))
}

async fn drafted(
    web: &Web,
    signed: &Signed,
    key: &str,
    (file, index, issued): (Hash, usize, Option<Date>),
) -> Result<Response> {
    let chosen = (index, signed.reader.post.unit, issued);
    if key.is_empty() {
        return Err(WebError::Malformed(String::from("缺少操作编号")));
    }
    let done = web.app().draft_upload(key, &signed.reader.actor, file, chosen).await?;
    Ok(Redirect::to(&format!("/plans/{}/draft", done.plan)).into_response())
}

/// Which of the plans in a file.
#[derive(Deserialize)]
pub(super) struct Choice {
    key: String,
    source: String,
    index: usize,
    #[serde(default)]
    issued: String,
}

/// Drafts the plan that was chosen.
pub(super) async fn chosen(
    State(web): State<Web>,
    signed: Signed,
    Form(choice): Form<Choice>,
) -> Result<Response> {
    let file =
        Hash::parse(&choice.source).ok_or_else(|| WebError::Malformed(String::from("文件编号不对")))?;
    let issued = day(&choice.issued).map_err(WebError::Malformed)?;
    // Each of the plans in a file may be drafted from the same page.
    let key = format!("{}-{}", choice.key, choice.index);
    match drafted(&web, &signed, &key, (file, choice.index, issued)).await {
        Err(error) if error.refusal().is_some() => {
            let page = shown(&signed, Given::default(), error.sentence()).await?;
            Ok((error.status(), page).into_response())
        }
        answer => answer,
    }
}
