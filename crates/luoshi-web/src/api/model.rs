//! What goes over the wire.

use std::collections::BTreeMap;

use jiff::civil::Date;
use luoshi_app::{EntryView, Outcome, Reader, Telling, due_within};
use luoshi_engine::{Entry, EntryRow, Event, Evidence, FieldValue, Moment, Plan, Recorded, Shining, UnitId};
use luoshi_pack::{Note, Pack, Phase, Step};
use luoshi_store::{Filter, Message, Order};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A unit.
#[derive(Serialize, ToSchema)]
pub(crate) struct UnitBody {
    /// Its number.
    pub(crate) id: i64,
    /// Its present name.
    pub(crate) name: String,
    /// Its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<String>,
    /// The unit above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) parent: Option<i64>,
}

impl UnitBody {
    /// A unit by its number.
    pub(crate) fn of(reader: &Reader, id: UnitId) -> Self {
        Self { id: id.0, name: reader.context.org.unit_name(id), kind: None, parent: None }
    }
}

/// Who calls.
#[derive(Serialize, ToSchema)]
pub(crate) struct MeBody {
    /// Their number.
    pub(crate) person: i64,
    /// Their name.
    pub(crate) name: String,
    /// The post they act in.
    pub(crate) post: i64,
    /// Its unit.
    pub(crate) unit: UnitBody,
    /// Its title.
    pub(crate) title: String,
    /// Its roles: `inspector`, `leader`, `handler`, `reviewer`, `acceptor`, `reader`.
    pub(crate) roles: Vec<String>,
}

/// Part of a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct Listed<T> {
    /// The lines.
    pub(crate) items: Vec<T>,
    /// How many there are in all.
    pub(crate) total: i64,
}

/// Which part of a list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Part {
    /// The page, from 1.
    #[serde(default)]
    #[param(minimum = 1)]
    page: Option<u32>,
    /// Lines on a page, 25 if not said.
    #[serde(default)]
    #[param(minimum = 1, maximum = 200)]
    size: Option<u32>,
}

impl Part {
    /// As the store knows it.
    pub(crate) fn page(&self) -> luoshi_store::Page {
        let size = self.size.unwrap_or(25).clamp(1, 200);
        luoshi_store::Page::number(i64::from(self.page.unwrap_or(1)), i64::from(size))
    }

    /// This part of a list that was read as a whole.
    pub(crate) fn of<T, B>(&self, all: Vec<T>, body: impl FnMut(T) -> B) -> Listed<B> {
        let total = i64::try_from(all.len()).unwrap_or(i64::MAX);
        let page = self.page();
        let (skip, limit) = (usize::try_from(page.skip), usize::try_from(page.limit));
        let part = all.into_iter().skip(skip.unwrap_or(usize::MAX)).take(limit.unwrap_or(0));
        Listed { items: part.map(body).collect(), total }
    }
}

/// A plan.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlanBody {
    id: i64,
    title: String,
    /// Its document number.
    number: String,
    issuer: UnitBody,
    /// `draft`, `issued`, `archived`, `abandoned`.
    state: String,
    pack: String,
    pack_version: u32,
    /// When it was issued.
    issued: Option<String>,
    /// Its last day.
    end: Option<String>,
    /// How many entries were ever opened.
    entries: i64,
    /// The version of its text.
    text_version: u32,
}

impl PlanBody {
    pub(crate) fn of(reader: &Reader, plan: &Plan) -> Self {
        Self {
            id: plan.id.0,
            title: plan.title.clone(),
            number: plan.number.clone(),
            issuer: UnitBody::of(reader, plan.issuer),
            state: word(&plan.state),
            pack: plan.pack.clone(),
            pack_version: plan.pack_version,
            issued: plan.issued.map(moment),
            end: plan.end.map(|day| day.to_string()),
            entries: plan.entries,
            text_version: plan.text_version,
        }
    }
}

/// An entry in a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct LineBody {
    plan: i64,
    no: i64,
    register: String,
    number: String,
    title: String,
    lead: UnitBody,
    state: String,
    /// `open`, `submitted`, `done`, `void`.
    phase: String,
    due: Option<String>,
    light: Option<String>,
}

impl LineBody {
    pub(crate) fn of(reader: &Reader, row: &EntryRow) -> Self {
        Self {
            plan: row.plan.0,
            no: row.no.0,
            register: row.register.clone(),
            number: row.number.clone(),
            title: row.title.clone(),
            lead: UnitBody::of(reader, row.lead),
            state: row.state.clone(),
            phase: phase(row.phase),
            due: row.due.map(moment),
            light: row.light.clone(),
        }
    }
}

/// As of which day something is looked at.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AsOf {
    /// As it was at the end of this day; as it is now where the day has not passed.
    #[param(value_type = Option<String>, format = "date")]
    pub(crate) as_of: Option<Date>,
}

/// Which entries of a plan.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// Of this register.
    pub(crate) register: Option<String>,
    /// In this state.
    pub(crate) state: Option<String>,
    /// In this phase.
    pub(crate) phase: Option<PhaseWord>,
    /// Under this light.
    pub(crate) light: Option<String>,
    /// For which this unit answers.
    pub(crate) unit: Option<i64>,
    /// Due on this day or later.
    #[param(value_type = Option<String>, format = "date")]
    pub(crate) due_from: Option<Date>,
    /// Due on this day or earlier.
    #[param(value_type = Option<String>, format = "date")]
    pub(crate) due_to: Option<Date>,
    /// With these words in title or number.
    pub(crate) q: Option<String>,
    /// In this order; by number where none is given.
    pub(crate) sort: Option<Sort>,
    /// As they were at the end of this day; as they are now where the day has not passed.
    #[param(value_type = Option<String>, format = "date")]
    pub(crate) as_of: Option<Date>,
}

impl From<Wanted> for Filter {
    fn from(wanted: Wanted) -> Self {
        Self {
            register: wanted.register,
            state: wanted.state,
            phase: wanted.phase.map(Phase::from),
            light: wanted.light,
            lead: wanted.unit.map(UnitId),
            due: due_within(wanted.due_from, wanted.due_to),
            words: wanted.q,
            within: None,
        }
    }
}

/// What a state means for counting.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum PhaseWord {
    /// Work is owed.
    Open,
    /// Handed in, under review.
    Submitted,
    /// Done.
    Done,
    /// Given up; not counted.
    Void,
}

impl From<PhaseWord> for Phase {
    fn from(word: PhaseWord) -> Self {
        match word {
            PhaseWord::Open => Self::Open,
            PhaseWord::Submitted => Self::Submitted,
            PhaseWord::Done => Self::Done,
            PhaseWord::Void => Self::Void,
        }
    }
}

/// In which order entries are listed.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Sort {
    /// By number.
    #[default]
    Number,
    /// The last number first.
    NumberLast,
    /// The first due first.
    Due,
    /// The last due first.
    DueLast,
}

impl From<Sort> for Order {
    fn from(sort: Sort) -> Self {
        match sort {
            Sort::Number => Self::Number,
            Sort::NumberLast => Self::NumberLast,
            Sort::Due => Self::Due,
            Sort::DueLast => Self::DueLast,
        }
    }
}

/// What is sought.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SoughtBy {
    /// The words; several between blanks must all be there.
    #[param(max_length = 100)]
    pub(crate) q: String,
    /// `plan`, `entry` (if not said), `paper`.
    pub(crate) kind: Option<String>,
}

/// How much of what is asked of units is wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct AskedOf {
    /// Weeks back, this one included; 12 if not said.
    #[serde(default)]
    #[param(minimum = 2, maximum = 53)]
    pub(crate) weeks: Option<u32>,
    /// Of this plan alone.
    pub(crate) plan: Option<i64>,
    /// Of this unit and all below it.
    pub(crate) unit: Option<i64>,
}

/// A file that was handed in.
#[derive(Serialize, ToSchema)]
pub(crate) struct FileBody {
    /// SM3 of its bytes, in hexadecimal.
    pub(crate) hash: String,
    pub(crate) name: String,
    /// Bytes.
    pub(crate) size: i64,
}

impl From<&Evidence> for FileBody {
    fn from(file: &Evidence) -> Self {
        Self { hash: file.hash.to_string(), name: file.name.clone(), size: file.size }
    }
}

/// A step that the caller may take now.
#[derive(Serialize, ToSchema)]
pub(crate) struct OpenStep {
    step: String,
    title: String,
    /// Fields that must be given.
    needs: Vec<String>,
    /// Fields that may be given.
    takes: Vec<String>,
    /// How many files it needs.
    evidence: u32,
    /// What the files must be, where any file would not do.
    proof: Option<String>,
    /// Whether it must say something.
    note_required: bool,
}

impl From<&Step> for OpenStep {
    fn from(step: &Step) -> Self {
        Self {
            step: step.key.clone(),
            title: step.title.clone(),
            needs: step.needs.clone(),
            takes: step.takes.clone(),
            evidence: step.evidence,
            proof: step.proof.clone(),
            note_required: step.note == Note::Required,
        }
    }
}

/// An entry with all that is known about it.
#[derive(Serialize, ToSchema)]
pub(crate) struct EntryBody {
    #[serde(flatten)]
    line: LineBody,
    supports: Vec<UnitBody>,
    issuer: UnitBody,
    /// Fields by their key, as words; confidential ones masked.
    fields: BTreeMap<String, String>,
    /// Planned and actual progress, percent.
    progress: Option<(f64, f64)>,
    files: Vec<FileBody>,
    /// Why its light shines; empty without one.
    because: String,
    /// The sentence of the plan that it rests on; empty where there is none.
    sentence: String,
    /// The entry on which it carries out an instruction.
    follows: Option<i64>,
    /// Its last event: give it as `seen` with a step.
    seq: i64,
    /// What the caller may do now; nothing on a past day.
    steps: Vec<OpenStep>,
}

impl EntryBody {
    pub(crate) async fn of(reader: &Reader, pack: &Pack, view: &EntryView, as_of: Option<Moment>) -> Self {
        let (plan, entry) = (&view.plan, &view.entry);
        let opening = &entry.opening;
        let shining = view.shining(reader, pack, as_of);
        let steps = if as_of.is_none() { reader.steps(pack, plan, entry) } else { Vec::new() };
        let line = LineBody {
            plan: plan.id.0,
            no: entry.no.0,
            register: opening.register.clone(),
            number: opening.number.clone(),
            title: opening.title.clone(),
            lead: UnitBody::of(reader, opening.lead),
            state: entry.state.clone(),
            phase: phase(entry.phase),
            due: entry.due().map(moment),
            light: shining.as_ref().map(|shining: &Shining| shining.light.clone()),
        };
        Self {
            line,
            because: shining.map(|shining| shining.because).unwrap_or_default(),
            sentence: view.sentence(reader).await,
            follows: opening.follows.map(|no| no.0),
            supports: entry.parts.iter().map(|part| UnitBody::of(reader, part.unit)).collect(),
            issuer: UnitBody::of(reader, opening.issuer),
            fields: fields(entry),
            progress: entry.progress.map(|progress| (progress.planned, progress.actual)),
            files: entry.evidence.iter().map(FileBody::from).collect(),
            seq: entry.seq,
            steps: steps.into_iter().map(OpenStep::from).collect(),
        }
    }
}

fn fields(entry: &Entry) -> BTreeMap<String, String> {
    entry
        .opening
        .fields
        .iter()
        .map(|(key, value): (&String, &FieldValue)| (key.clone(), value.plain()))
        .collect()
}

/// One event of an entry.
#[derive(Serialize, ToSchema)]
pub(crate) struct HappenedBody {
    seq: i64,
    at: String,
    /// Who; 0 for the system.
    person: i64,
    name: String,
    /// What happened, in words.
    what: String,
    /// What was said with it.
    note: String,
    /// The event as it is kept.
    #[schema(value_type = Object)]
    event: serde_json::Value,
    /// Its SM3 hash in the chain.
    hash: String,
}

impl HappenedBody {
    pub(crate) fn of(reader: &Reader, pack: &Pack, view: &EntryView, at: &(Recorded, Event)) -> Self {
        let (recorded, event) = at;
        let told = match event {
            Event::Entry(_, event) => Telling::of_entry(pack, &view.entry.opening.register, event),
            Event::Plan(_) | Event::Org(_) => Telling::default(),
        };
        Self {
            seq: recorded.seq,
            at: moment(recorded.at),
            person: recorded.actor.person.0,
            name: who(reader, recorded),
            what: told.what,
            note: told.said,
            event: serde_json::to_value(event).unwrap_or_default(),
            hash: recorded.hash.to_string(),
        }
    }
}

/// Who did something.
pub(crate) fn who(reader: &Reader, recorded: &Recorded) -> String {
    if recorded.actor.is_system() {
        return String::from("系统");
    }
    reader.context.org.person_name(recorded.actor.person)
}

/// A message.
#[derive(Serialize, ToSchema)]
pub(crate) struct MessageBody {
    id: i64,
    at: String,
    /// What kind: the rung of a ladder, `limit`, `urge`, `instruct`.
    kind: String,
    words: String,
    plan: i64,
    /// The entry; 0 for the plan as a whole.
    no: i64,
}

impl From<Message> for MessageBody {
    fn from(message: Message) -> Self {
        Self {
            id: message.id,
            at: moment(message.at),
            kind: message.kind,
            words: message.words,
            plan: message.plan.0,
            no: message.no.0,
        }
    }
}

/// What became of a command.
#[derive(Serialize, ToSchema)]
pub(crate) struct OutcomeBody {
    plan: i64,
    /// The first of its events; 0 where there was nothing to do.
    first: i64,
    last: i64,
    /// The entries that it opened.
    opened: Vec<i64>,
    /// Whether it had been carried out before under the same key.
    repeated: bool,
}

impl From<Outcome> for OutcomeBody {
    fn from(outcome: Outcome) -> Self {
        Self {
            plan: outcome.plan.0,
            first: outcome.first,
            last: outcome.last,
            opened: outcome.opened.into_iter().map(|no| no.0).collect(),
            repeated: outcome.repeated,
        }
    }
}

/// A moment in Beijing time.
pub(crate) fn moment(at: Moment) -> String {
    at.civil().strftime("%Y-%m-%dT%H:%M:%S+08:00").to_string()
}

pub(crate) fn phase(phase: Phase) -> String {
    word(&phase)
}

/// The word that a value is kept as.
pub(crate) fn word(value: &impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}
