//! A plan's file read, compiled and checked: remembered while people work on it, because every page beside
//! the text needs it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use luoshi_engine::{Actor, Evidence, Hash, PersonId, Refusal, RefusalKind, UnitId};
use luoshi_plan::check::{CheckOptions, check};
use luoshi_plan::model::Compiled;
use luoshi_plan::{Options, compile};
use luoshi_read::{Limits, ReadError, read};
use luoshi_text::{Diagnostic, Document};

use crate::app::App;
use crate::batch::Outcome;
use crate::error::AppError;
use crate::intake::PlanFile;
use crate::reader::Reader;

/// How many readings are remembered.
const REMEMBERED: usize = 16;

/// The longest text that is remembered, in bytes: a hundred plans of the usual length.
const LONGEST: usize = 4 << 20;

/// How many files may wait for somebody to say which of their plans is meant.
const WAITING: usize = 256;

/// A file as it was read.
#[derive(Debug)]
pub struct Reading {
    /// Its text, with tables and places.
    pub document: Document,
    /// The plans in it.
    pub compiled: Compiled,
    /// What was found in them, in the order of the text.
    pub findings: Vec<Diagnostic>,
}

/// What a reading rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Key {
    file: Hash,
    name: String,
    issued: Option<Date>,
    today: Date,
}

/// Readings, the latest last, and files that wait for a choice.
#[derive(Debug, Default)]
pub(crate) struct Readings {
    kept: Mutex<VecDeque<(Key, Arc<Reading>)>>,
    waiting: Mutex<VecDeque<(PersonId, Evidence)>>,
}

/// A file that somebody handed in.
#[derive(Clone, Debug)]
pub struct Upload {
    /// The file as it is kept.
    pub source: Evidence,
    /// The plans in it, in order.
    pub plans: Vec<FoundPlan>,
}

/// One of the plans in a file.
#[derive(Clone, Debug)]
pub struct FoundPlan {
    /// Its title; empty where it has none.
    pub title: String,
    /// Its document number; empty where it has none.
    pub number: String,
    /// How many tasks were read.
    pub tasks: usize,
    /// Its first words.
    pub begins: String,
}

impl Readings {
    fn find(&self, key: &Key) -> Option<Arc<Reading>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|(known, _)| known == key)?;
        let found = kept.remove(at)?;
        let reading = Arc::clone(&found.1);
        kept.push_back(found);
        Some(reading)
    }

    fn keep(&self, key: Key, reading: &Arc<Reading>) {
        if reading.document.text().len() > LONGEST {
            return;
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| *known != key);
        kept.push_back((key, Arc::clone(reading)));
        while kept.len() > REMEMBERED {
            kept.pop_front();
        }
    }

    fn wait(&self, person: PersonId, source: Evidence) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push_back((person, source));
        while waiting.len() > WAITING {
            waiting.pop_front();
        }
    }

    fn waits(&self, person: PersonId, file: Hash) -> Option<Evidence> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |(who, source): &&(PersonId, Evidence)| *who == person && source.hash == file;
        waiting.iter().rev().find(of).map(|(_, source)| source.clone())
    }
}

impl App {
    /// A file that is kept, read, compiled and checked as of a day.
    ///
    /// # Errors
    ///
    /// The file was lost, or it cannot be read any more.
    pub(crate) async fn reading(
        &self,
        source: &Evidence,
        issued: Option<Date>,
        today: Date,
    ) -> Result<Arc<Reading>, AppError> {
        let key = Key { file: source.hash, name: source.name.clone(), issued, today };
        if let Some(found) = self.shared.readings.find(&key) {
            return Ok(found);
        }
        let bytes = self.attachment(source.hash).await?;
        let (name, calendar) = (source.name.clone(), self.context().calendar.clone());
        // A long file may take a second: not on a thread that serves others.
        let read = tokio::task::spawn_blocking(move || {
            let document = read(&bytes, Some(&name), &Limits::default())?;
            let compiled = compile(&document, &Options::new(issued, today));
            let options = CheckOptions { today: Some(today), calendar, ..CheckOptions::default() };
            let findings = check(&document, &compiled, &options);
            Ok::<_, ReadError>(Reading { document, compiled, findings })
        });
        let reading = Arc::new(read.await.map_err(|_| AppError::Closing)??);
        self.shared.readings.keep(key, &reading);
        Ok(reading)
    }

    /// Takes a file in which there are plans and tells which; one of them is then drafted.
    ///
    /// # Errors
    ///
    /// The reader drafts no plans of this unit, the bytes are no document, or hold no plan.
    pub async fn upload_plan(
        &self,
        reader: &Reader,
        issuer: UnitId,
        name: &str,
        bytes: Vec<u8>,
        issued: Option<Date>,
    ) -> Result<Upload, AppError> {
        if !reader.may_prepare(issuer) {
            let unit = reader.context.org.unit_name(issuer);
            let sentence = format!("{unit}的方案由{unit}的督查员起草；请换一个岗位，或者交给督查员办理");
            return Err(Refusal::new(RefusalKind::NotAllowed, sentence).into());
        }
        let source = self.attach(name, bytes).await?;
        let reading = self.reading(&source, issued, reader.now.date()).await?;
        let text = reading.document.text();
        let words = |said: &Option<luoshi_plan::model::Sourced<String>>| {
            said.as_ref().map(|said| said.value.clone()).unwrap_or_default()
        };
        let found = reading.compiled.plans.iter().map(|plan| FoundPlan {
            title: words(&plan.title),
            number: words(&plan.document_number),
            tasks: plan.tasks.len(),
            begins: text.get(plan.span.range()).unwrap_or_default().trim().chars().take(60).collect(),
        });
        let plans: Vec<FoundPlan> = found.collect();
        if plans.is_empty() {
            return Err(AppError::NoPlan(name.to_owned()));
        }
        self.shared.readings.wait(reader.actor.person, source.clone());
        Ok(Upload { source, plans })
    }

    /// Drafts one of the plans in a file that the same person has just handed in.
    ///
    /// # Errors
    ///
    /// The file does not wait any more, there is no such plan in it, or drafting is refused.
    pub async fn draft_upload(
        &self,
        key: &str,
        actor: &Actor,
        file: Hash,
        chosen: (usize, UnitId, Option<Date>),
    ) -> Result<Outcome, AppError> {
        let (source, bytes) = self.waiting_file(actor.person, file).await?;
        let (index, issuer, issued) = chosen;
        self.draft(key, actor, PlanFile { name: source.name, bytes, index, issuer, issued }).await
    }

    /// A file that somebody handed in and that waits for what they say of it.
    ///
    /// # Errors
    ///
    /// It does not wait any more, or it was lost.
    pub(crate) async fn waiting_file(
        &self,
        person: PersonId,
        file: Hash,
    ) -> Result<(Evidence, Vec<u8>), AppError> {
        let Some(source) = self.shared.readings.waits(person, file) else {
            let sentence = "上传的文件已经不在等候，请重新选择文件";
            return Err(Refusal::new(RefusalKind::Stale, sentence).into());
        };
        let bytes = self.attachment(source.hash).await?;
        Ok((source, bytes))
    }

    /// Keeps a file until somebody has said what is to become of it.
    pub(crate) async fn let_wait(
        &self,
        person: PersonId,
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<Evidence, AppError> {
        let source = self.attach(name, bytes).await?;
        self.shared.readings.wait(person, source.clone());
        Ok(source)
    }
}
