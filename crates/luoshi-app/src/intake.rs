//! Files that come in: kept by their hash, and plans among them compiled into drafts.

use luoshi_engine::{Actor, Command, DraftPlan, Evidence, UnitId, draft_items};
use luoshi_plan::Options;
use luoshi_plan::compile;
use luoshi_plan::model::Compiled;
use luoshi_read::{Limits, read};
use luoshi_store::AttachmentRow;
use luoshi_text::Document;

use crate::app::App;
use crate::batch::{Outcome, Request};
use crate::error::AppError;

/// A plan as its office wrote it.
#[derive(Clone, Debug)]
pub struct PlanFile {
    /// The file's name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Which of the plans in it, from 0.
    pub index: usize,
    /// The unit that will issue it.
    pub issuer: UnitId,
    /// The day of issue, where the text does not tell.
    pub issued: Option<jiff::civil::Date>,
}

/// A file read and compiled. This may take a second for a long one: not on a thread that serves others.
pub(crate) async fn compiled(
    name: &str,
    bytes: Vec<u8>,
    options: Options,
) -> Result<(Document, Compiled), AppError> {
    let name = name.to_owned();
    let compiled = tokio::task::spawn_blocking(move || {
        let document = read(&bytes, Some(&name), &Limits::default())?;
        let compiled = compile(&document, &options);
        Ok::<_, luoshi_read::ReadError>((document, compiled))
    });
    Ok(compiled.await.map_err(|_| AppError::Closing)??)
}

impl App {
    /// Keeps a file and tells under which hash.
    ///
    /// # Errors
    ///
    /// The file is refused or cannot be kept.
    pub async fn attach(&self, name: &str, bytes: Vec<u8>) -> Result<Evidence, AppError> {
        let stored = self.shared.attachments.put(bytes).await?;
        let size = i64::try_from(stored.size).unwrap_or(i64::MAX);
        let row = AttachmentRow {
            hash: stored.hash,
            size,
            kind: stored.kind.media().to_owned(),
            stored: self.now(),
        };
        let mut work = self.store().begin().await?;
        work.put_attachments(&[row]).await?;
        work.commit().await?;
        Ok(Evidence { hash: stored.hash, name: name.to_owned(), size })
    }

    /// Reads a plan's file, compiles it and drafts the plan: every item awaits a person's word.
    ///
    /// # Errors
    ///
    /// The bytes are no document, no plan was found in it, or drafting is refused.
    pub async fn draft(&self, key: &str, actor: &Actor, file: PlanFile) -> Result<Outcome, AppError> {
        let PlanFile { name, bytes, index, issuer, issued } = file;
        let source = self.attach(&name, bytes.clone()).await?;
        let (context, today) = (self.context(), self.now().date());
        let (document, compiled) = compiled(&name, bytes, Options::new(issued, today)).await?;
        let plan = compiled.plans.get(index).ok_or_else(|| AppError::NoPlan(name.clone()))?;
        let text = self.attach(&format!("{name}.txt"), document.text().as_bytes().to_vec()).await?;
        let title = plan.title.as_ref().map_or_else(|| name.clone(), |title| title.value.clone());
        let draft = DraftPlan {
            title,
            issuer,
            dated: plan.issued,
            source,
            text: text.hash,
            items: draft_items(plan, document.text(), &context.org, issuer, today),
        };
        let command = Command::Draft(Box::new(draft));
        self.execute(Request { key: key.to_owned(), actor: actor.clone(), plan: None, command }).await
    }
}
