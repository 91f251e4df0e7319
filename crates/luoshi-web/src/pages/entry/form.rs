//! The form of a step, made from what the pack says of it, and what comes back.

use std::collections::BTreeMap;

use axum::extract::Multipart;
use axum::extract::multipart::Field as Part;
use jiff::civil::Date;
use luoshi_app::{EntryView, Reader};
use luoshi_engine::{Entry, FieldValue, Progress, StepBody, UnitId, World};
use luoshi_pack::{Effect, Field, FieldKind, Note, Register, Step};

use crate::error::{Result, WebError};
use crate::pages::upload::malformed;
use crate::sign::Signed;
use crate::state::Web;

/// The most files that come with one form.
const FILES: usize = 20;

/// The longest text of one field, in bytes.
const TEXT: usize = 64 << 10;

/// The form of a step.
pub(crate) struct StepForm {
    /// The step.
    pub(crate) key: String,
    /// Its title.
    pub(crate) title: String,
    /// Whether it takes a note, and whether it must.
    pub(crate) note: bool,
    pub(crate) note_required: bool,
    /// Fields of the register.
    pub(crate) fields: Vec<Input>,
    /// How many files it needs.
    pub(crate) evidence: u32,
    /// What they must be, where any will not do; empty where they will.
    pub(crate) must_be: String,
    /// Whether files may come with it.
    pub(crate) files: bool,
    /// Whether it tells progress.
    pub(crate) progress: bool,
    /// What a new due day is called; empty for none.
    pub(crate) due: &'static str,
    /// The units that may take over.
    pub(crate) units: Vec<(i64, String)>,
    /// Whether there is nothing to fill in: one tap is enough.
    pub(crate) bare: bool,
    /// What was filled in before it was refused, and why it was.
    pub(crate) said: Said,
    /// Why it was refused.
    pub(crate) fault: String,
    /// Whether it is open when the page comes.
    pub(crate) open: bool,
}

/// What was filled in before.
#[derive(Default)]
pub(crate) struct Said {
    pub(crate) note: String,
    pub(crate) planned: String,
    pub(crate) actual: String,
    pub(crate) due: String,
}

/// A field to fill in.
pub(crate) struct Input {
    /// Its name in the form.
    pub(crate) name: String,
    /// What it is called.
    pub(crate) title: String,
    /// `text`, `long`, `number`, `date`, `choice`, `file`.
    pub(crate) kind: &'static str,
    /// The unit of its number.
    pub(crate) unit: String,
    /// Whether it must be filled in.
    pub(crate) required: bool,
    /// What to choose from: key and words.
    pub(crate) choices: Vec<(String, String)>,
    /// What stands there now.
    pub(crate) value: String,
}

impl StepForm {
    /// The form of a step of an entry.
    pub(crate) fn of(reader: &Reader, register: &Register, entry: &Entry, step: &Step) -> Self {
        let needed =
            step.needs.iter().map(|key| (key, true)).chain(step.takes.iter().map(|key| (key, false)));
        let fields: Vec<Input> = needed
            .filter_map(|(key, required)| Some(Input::of(reader, register.find_field(key)?, entry, required)))
            .collect();
        let due = match step.effect {
            Some(Effect::AskExtension) => "拟延至",
            Some(Effect::Extend) => "同意延至",
            Some(Effect::Reopen) => "新的时限",
            _ => "",
        };
        let transfer = step.effect == Some(Effect::Transfer);
        let progress = step.effect == Some(Effect::Progress);
        let files = step.note != Note::None && step.effect != Some(Effect::Nil);
        let note = step.note != Note::None;
        Self {
            key: step.key.clone(),
            title: step.title.clone(),
            note,
            note_required: step.note == Note::Required,
            bare: fields.is_empty()
                && step.evidence == 0
                && !progress
                && due.is_empty()
                && !transfer
                && step.note != Note::Required,
            fields,
            evidence: step.evidence,
            must_be: step.proof.clone().unwrap_or_default(),
            files: files || step.evidence > 0,
            progress,
            due,
            units: if transfer { receivers(reader, entry) } else { Vec::new() },
            said: Said::default(),
            fault: String::new(),
            open: false,
        }
    }

    /// What its files are called: as the pack has it, or else by these words.
    pub(crate) fn proof_or<'w>(&'w self, words: &'w str) -> &'w str {
        if self.must_be.is_empty() { words } else { &self.must_be }
    }

    /// Puts back what was filled in, and why it was refused.
    pub(crate) fn refill(&mut self, sent: &Sent, fault: &str) {
        let said = |name: &str| sent.texts.get(name).cloned().unwrap_or_default();
        self.said =
            Said { note: said("note"), planned: said("planned"), actual: said("actual"), due: said("due") };
        self.fault = fault.to_owned();
        self.open = true;
        for field in &mut self.fields {
            field.value = said(&field.name);
        }
    }
}

/// The units that an entry can be transferred to: those below its issuer.
fn receivers(reader: &Reader, entry: &Entry) -> Vec<(i64, String)> {
    let org = &reader.context.org;
    let units = org.below(entry.opening.issuer, None, reader.now.date());
    let units = units.into_iter().filter(|unit| *unit != entry.opening.lead);
    units.map(|unit| (unit.0, reader.unit_words(unit))).collect()
}

impl Input {
    /// How many lines its box has: as many as stand there, within reason.
    pub(crate) fn rows(&self) -> usize {
        self.value.lines().count().clamp(2, 14)
    }

    fn of(reader: &Reader, field: &Field, entry: &Entry, required: bool) -> Self {
        let value = entry.opening.fields.get(&field.key);
        let required = required && value.is_none();
        let value = value.map(|value| value_words(reader, value)).unwrap_or_default();
        Self::new(reader, field, entry.opening.issuer, required, value)
    }

    /// For a field: what it is, whether it must be filled in, and what stands there.
    pub(crate) fn new(reader: &Reader, field: &Field, issuer: UnitId, required: bool, value: String) -> Self {
        let (kind, choices) = match field.kind {
            FieldKind::Number | FieldKind::Money => ("number", Vec::new()),
            FieldKind::Date => ("date", Vec::new()),
            FieldKind::Choice => ("choice", field.choices.iter().map(|c| (c.clone(), c.clone())).collect()),
            FieldKind::Unit => {
                let org = &reader.context.org;
                let units = org.below(issuer, None, reader.now.date()).into_iter();
                ("choice", units.map(|unit| (reader.unit_words(unit), reader.unit_words(unit))).collect())
            }
            FieldKind::File => ("file", Vec::new()),
            FieldKind::Text => ("long", Vec::new()),
            _ => ("text", Vec::new()),
        };
        let unit = if field.kind == FieldKind::Money { Some("元") } else { field.unit.as_deref() };
        Self {
            name: format!("f.{}", field.key),
            title: field.title.clone(),
            kind,
            unit: unit.unwrap_or_default().to_owned(),
            required,
            choices,
            value,
        }
    }
}

/// A value as it stands in a form; what is sealed or a file does not.
pub(crate) fn value_words(reader: &Reader, value: &FieldValue) -> String {
    match value {
        FieldValue::Unit(unit) => reader.unit_words(*unit),
        FieldValue::Sealed { .. } | FieldValue::File(_) => String::new(),
        other => other.plain(),
    }
}

/// Whether a register has a field.
type Known<'k> = dyn Fn(&str) -> bool + Send + Sync + 'k;

/// What a form brought.
#[derive(Default)]
pub(crate) struct Sent {
    /// Its key: sent twice it changes nothing twice.
    pub(crate) key: String,
    /// The step.
    pub(crate) step: String,
    /// The last event that its sender saw.
    pub(crate) seen: Option<i64>,
    /// Texts by name.
    pub(crate) texts: BTreeMap<String, String>,
    /// Files: name of the part, name of the file, bytes.
    files: Vec<(String, String, Vec<u8>)>,
}

impl Sent {
    /// Reads a form.
    pub(crate) async fn read(form: Multipart) -> Result<Self> {
        let sent = Self::read_any(form).await?;
        if sent.step.is_empty() || sent.key.is_empty() {
            return Err(WebError::Malformed(String::from("没有说明要办哪一步")));
        }
        Ok(sent)
    }

    /// Reads a form that is of no step.
    pub(crate) async fn read_any(mut form: Multipart) -> Result<Self> {
        let mut sent = Self::default();
        while let Some(part) = form.next_field().await.map_err(malformed)? {
            sent.take(part).await?;
        }
        let text = |name: &str| sent.texts.get(name).cloned().unwrap_or_default();
        (sent.key, sent.step, sent.seen) = (text("key"), text("step"), text("seen").parse().ok());
        Ok(sent)
    }

    /// A text without blanks around it; empty where there is none.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", |text| text.trim())
    }

    async fn take(&mut self, part: Part<'_>) -> Result<()> {
        let name = part.name().unwrap_or_default().to_owned();
        if let Some(file) = part.file_name().map(str::to_owned) {
            let bytes = part.bytes().await.map_err(malformed)?;
            // A field of files that was left empty sends one without a name.
            if !file.is_empty() && !bytes.is_empty() {
                self.files.push((name, file, bytes.into()));
            }
            if self.files.len() > FILES {
                return Err(WebError::Malformed(format!("一次最多交{FILES}份材料")));
            }
            return Ok(());
        }
        let text = part.text().await.map_err(malformed)?;
        if text.len() > TEXT {
            return Err(WebError::Malformed(String::from("文字太长，请作为附件提交")));
        }
        // Browsers send line ends as on paper.
        self.texts.insert(name, text.replace("\r\n", "\n"));
        Ok(())
    }

    /// Takes out the first file of a part: its name and bytes.
    pub(crate) fn take_file(&mut self, part: &str) -> Option<(String, Vec<u8>)> {
        let at = self.files.iter().position(|(known, ..)| known == part)?;
        let (_, name, bytes) = self.files.swap_remove(at);
        Some((name, bytes))
    }

    /// What it says as the body of a step. Files are kept first: what was kept and is not used hurts
    /// nobody.
    pub(crate) async fn body(&mut self, web: &Web, signed: &Signed, view: &EntryView) -> Result<StepBody> {
        let reader = &signed.reader;
        let pack = reader.pack(&view.plan)?;
        let world = reader.context.world(pack, reader.now);
        let text = |name: &str| self.texts.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
        let mut body = StepBody { note: text("note").unwrap_or_default().to_owned(), ..StepBody::default() };
        let register = pack.find_register(&view.entry.opening.register);
        body.fields = register.map_or(Ok(BTreeMap::new()), |register| self.fields(&world, register))?;
        if let Some(actual) = text("actual") {
            let number = |words: &str, what: &str| {
                words.parse::<f64>().map_err(|_| WebError::Malformed(format!("{what}应为数字")))
            };
            let planned = text("planned").map_or(Ok(0.0), |words| number(words, "计划进度"))?;
            body.progress = Some(Progress { planned, actual: number(actual, "实际进度")? });
        }
        if let Some(day) = text("due") {
            let day: Date =
                day.parse().map_err(|_| WebError::Malformed(String::from("日期应为2026-06-30的样子")))?;
            body.due = Some(world.due_on(day, luoshi_pack::Until::DayEnd));
        }
        body.unit = text("unit").and_then(|unit| unit.parse().ok()).map(UnitId);
        let known = |key: &str| register.is_some_and(|register| register.find_field(key).is_some());
        self.attach(web, view, &known, &mut body).await?;
        Ok(body)
    }

    /// The fields of a register that were filled in.
    pub(crate) fn fields(
        &self,
        world: &World<'_>,
        register: &Register,
    ) -> Result<BTreeMap<String, FieldValue>> {
        let mut fields = BTreeMap::new();
        for (name, words) in &self.texts {
            let Some(key) = name.strip_prefix("f.") else { continue };
            let field = register.find_field(key).filter(|_| !words.trim().is_empty());
            if let Some(field) = field.filter(|field| field.kind != FieldKind::File) {
                fields.insert(key.to_owned(), world.parse_field(field, words.trim())?);
            }
        }
        Ok(fields)
    }

    /// Keeps the files of an entry: those of a field become its value, the others are evidence.
    async fn attach(
        &mut self,
        web: &Web,
        view: &EntryView,
        known: &Known<'_>,
        body: &mut StepBody,
    ) -> Result<()> {
        // None is held twice: together they are as large as anything that comes in.
        for (part, name, bytes) in std::mem::take(&mut self.files) {
            let kept = web.app().attach_to(view.plan.id, view.entry.no, &name, bytes).await?;
            match part.strip_prefix("f.").filter(|key| known(key)) {
                Some(key) => drop(body.fields.insert(key.to_owned(), FieldValue::File(kept.hash))),
                None => body.evidence.push(kept),
            }
        }
        Ok(())
    }

    /// Keeps the files of fields of a new entry. Those of a confidential register wait until it is there:
    /// they are sealed with its key.
    pub(crate) async fn file_fields(
        &mut self,
        web: &Web,
        register: &Register,
    ) -> Result<BTreeMap<String, FieldValue>> {
        let mut fields = BTreeMap::new();
        if register.confidential {
            return Ok(fields);
        }
        for (part, name, bytes) in std::mem::take(&mut self.files) {
            let field = part.strip_prefix("f.").and_then(|key| register.find_field(key));
            if let Some(field) = field {
                let kept = web.app().attach(&name, bytes).await?;
                fields.insert(field.key.clone(), FieldValue::File(kept.hash));
            }
        }
        Ok(fields)
    }
}
