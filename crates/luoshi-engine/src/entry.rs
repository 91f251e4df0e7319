//! An entry of a register: what it is made of and how events change it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use luoshi_pack::{Effect, Phase, Role};
use luoshi_text::Span;
use serde::{Deserialize, Serialize};

use crate::canon::Hash;
use crate::id::{EntryNo, ItemNo, PersonId, PlanId, UnitId};
use crate::moment::Moment;

/// What a field of an entry holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldValue {
    /// Words: text, choice, person, place.
    Text(String),
    /// A number in the field's unit.
    Number(f64),
    /// Money in fen.
    Money(i64),
    /// A day.
    Date(Date),
    /// A unit.
    Unit(UnitId),
    /// A file by the hash of its bytes.
    File(Hash),
    /// Another entry of the plan.
    Reference(EntryNo),
    /// A personal value, encrypted for one data subject.
    Sealed {
        /// Whose key opens it.
        subject: String,
        /// Nonce, ciphertext and tag, base64.
        data: String,
    },
}

/// A file that proves something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The hash of its bytes.
    pub hash: Hash,
    /// The name it came with.
    pub name: String,
    /// How large it is, in bytes.
    pub size: i64,
}

/// Progress in per cent.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// What should have been reached by now (序时进度).
    pub planned: f64,
    /// What has been reached.
    pub actual: f64,
}

/// Which expected report an entry is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expected {
    /// The duty's key.
    pub duty: String,
    /// The due day by the schedule: it names the period.
    pub period: Date,
    /// Until when it counts as on time.
    pub on_time: Moment,
}

/// How an entry begins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    /// Its register.
    pub register: String,
    /// Its number by the register's scheme.
    pub number: String,
    /// What it is about, one line.
    pub title: String,
    /// The state it begins in.
    pub state: String,
    /// What that state means for counting.
    pub phase: Phase,
    /// The unit that answers for it.
    pub lead: UnitId,
    /// The units that help.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supports: Vec<UnitId>,
    /// The unit above the lead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<UnitId>,
    /// The unit that gave it.
    pub issuer: UnitId,
    /// When it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Moment>,
    /// The item of the plan's draft that it carries out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemNo>,
    /// The words of the plan's text that it rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
    /// The version of the text that these words stand in.
    #[serde(default = "first", skip_serializing_if = "is_first")]
    pub version: u32,
    /// Its fields.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, FieldValue>,
    /// Which expected report it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Expected>,
    /// The entry that it follows from: a leader's instruction on that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<EntryNo>,
    /// The unit of whoever added it by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<UnitId>,
    /// The light at the opening.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub light: Option<String>,
}

fn first() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
fn is_first(version: &u32) -> bool {
    *version == 1
}

/// What a step says and brings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StepBody {
    /// Words given with it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Fields given with it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, FieldValue>,
    /// Evidence given with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// Progress told with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// The due time asked for or granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Moment>,
    /// The unit that it goes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<UnitId>,
}

/// What happened to an entry.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryEvent {
    /// It was opened.
    Opened(Box<Opening>),
    /// A step was taken.
    Stepped {
        /// Which.
        step: String,
        /// In which unit the taker acted; none for the system.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<UnitId>,
        /// The state after it.
        to: String,
        /// What that state means for counting.
        phase: Phase,
        /// Whether the clock stands still in that state.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        stopped: bool,
        /// The due time after it, where it changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Moment>,
        /// The lead after it and the unit above that, where they changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lead: Option<(UnitId, Option<UnitId>)>,
        /// What the step does besides, as the pack said then.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        effect: Option<Effect>,
        /// What it says and brings.
        body: Box<StepBody>,
    },
    /// Another light shines.
    Lit {
        /// The light; none where none shines.
        light: Option<String>,
        /// Why, in words.
        because: String,
    },
    /// A person set the light by hand, until the next step.
    LightSet {
        /// The light.
        light: String,
        /// Why.
        reason: String,
    },
    /// Whoever it is about was forgotten: with it the key was destroyed that opened what is sealed.
    Forgotten {
        /// On what ground.
        reason: String,
    },
    /// A rung of the reminder ladder was reached.
    Reminded {
        /// The rung.
        rung: String,
        /// Who is told.
        to: Vec<(UnitId, Role)>,
        /// Whether a person has to decide on it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        proposes: bool,
    },
    /// The time limit of a state passed and these were told.
    LimitPassed {
        /// The state.
        state: String,
        /// Who is told.
        to: Vec<(UnitId, Role)>,
    },
    /// Somebody chased it by hand.
    Urged {
        /// With which rung of the ladder.
        rung: String,
        /// Why.
        reason: String,
        /// Who is told.
        to: Vec<(UnitId, Role)>,
    },
    /// A leader gave an instruction (批示) on it.
    Instructed {
        /// What is to be done.
        words: String,
        /// The entry that was opened for it.
        task: EntryNo,
        /// When that is due.
        due: Moment,
        /// Who is told.
        to: Vec<(UnitId, Role)>,
    },
    /// Its unit was merged, and the one that took over answers for it.
    Inherited {
        /// That unit.
        lead: UnitId,
        /// The unit above it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        above: Option<UnitId>,
        /// Why, in words.
        reason: String,
    },
    /// The plan was amended and the entry with it.
    Amended {
        /// The version of the text.
        version: u32,
        /// What it is about now, where that changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// When it is due now, where that changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        due: Option<Moment>,
        /// Whether nothing says any more when it is due.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        undated: bool,
        /// The words it rests on now.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        span: Option<Span>,
        /// The lead now and the unit above that, where they changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lead: Option<(UnitId, Option<UnitId>)>,
        /// The units that help now, where they changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        supports: Option<Vec<UnitId>>,
        /// Fields that the text gives otherwise.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        fields: BTreeMap<String, FieldValue>,
    },
}

/// Who last took a step, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hand {
    /// The person.
    pub person: PersonId,
    /// When.
    pub at: Moment,
}

/// A support's part.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The unit.
    pub unit: UnitId,
    /// When it was handed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed: Option<Moment>,
    /// What it says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// An entry of a register as its events made it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its plan.
    pub plan: PlanId,
    /// Its number in the plan.
    pub no: EntryNo,
    /// How it began; title, lead, due and span are kept up to date.
    pub opening: Opening,
    /// When it was opened.
    pub opened: Moment,
    /// Where it stands.
    pub state: String,
    /// What that means for counting.
    pub phase: Phase,
    /// When it came into the state.
    pub entered: Moment,
    /// The due time it was opened with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_due: Option<Moment>,
    /// The due time that was asked for and is not decided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Moment>,
    /// How often it was extended, returned, reopened.
    #[serde(default)]
    pub extended: u32,
    /// How often it was returned.
    #[serde(default)]
    pub returned: u32,
    /// How often it was reopened.
    #[serde(default)]
    pub reopened: u32,
    /// Supports and their parts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// The last progress.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// Stretches in which the clock stood still; the last may be open.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stops: Vec<(Moment, Option<Moment>)>,
    /// The light, where one shines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub light: Option<String>,
    /// Whether the light was set by hand.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub light_set: bool,
    /// Rungs of the ladder reached for the present due time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rungs: Vec<String>,
    /// Whether the limit of the present state was told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub limit_told: bool,
    /// When somebody last chased it by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urged: Option<Moment>,
    /// Who last took each step.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub hands: BTreeMap<String, Hand>,
    /// When it was first handed in: submitted or done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed_in: Option<Moment>,
    /// Whether what was handed in is a nil report.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub nil: bool,
    /// Whether the certifying unit has confirmed it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub certified: bool,
    /// When whoever it is about was forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forgotten: Option<Moment>,
    /// Evidence brought so far.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
    /// The last event that changed it: a command that rests on an older one is stale.
    pub seq: i64,
}

impl FieldValue {
    /// The value as one word: for lists, keys and exports. A sealed value shows nothing of itself.
    pub fn plain(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Money(fen) => {
                let sign = if *fen < 0 { "-" } else { "" };
                format!("{sign}{}.{:02}", fen.unsigned_abs() / 100, fen.unsigned_abs() % 100)
            }
            Self::Date(date) => date.to_string(),
            Self::Unit(unit) => unit.to_string(),
            Self::File(hash) => hash.to_string(),
            Self::Reference(entry) => entry.to_string(),
            Self::Sealed { .. } if self.is_forgotten() => String::from("已依法删除"),
            Self::Sealed { .. } => String::from("＊＊＊"),
        }
    }
}

impl Entry {
    /// An entry as its opening makes it; none for any other event.
    pub fn open(plan: PlanId, no: EntryNo, at: Moment, seq: i64, event: &EntryEvent) -> Option<Self> {
        let EntryEvent::Opened(opening) = event else { return None };
        let parts = opening.supports.iter().filter(|unit| **unit != opening.lead);
        Some(Self {
            plan,
            no,
            opened: at,
            state: opening.state.clone(),
            phase: opening.phase,
            entered: at,
            first_due: opening.due,
            asked: None,
            extended: 0,
            returned: 0,
            reopened: 0,
            parts: parts.map(|unit| Part { unit: *unit, handed: None, note: String::new() }).collect(),
            progress: None,
            stops: Vec::new(),
            light: opening.light.clone(),
            light_set: false,
            rungs: Vec::new(),
            limit_told: false,
            urged: None,
            hands: BTreeMap::new(),
            handed_in: None,
            nil: false,
            certified: false,
            forgotten: None,
            evidence: Vec::new(),
            seq,
            opening: opening.as_ref().clone(),
        })
    }

    /// Folds one event in. It rests on nothing but the entry and the event, so that any past moment
    /// can be shown again whatever became of packs and organisation.
    pub fn apply(&mut self, actor: PersonId, at: Moment, seq: i64, event: &EntryEvent) {
        self.seq = seq;
        match event {
            // Opened once; a second opening would be a fault of the record, and verify tells it.
            EntryEvent::Opened(_) => {}
            EntryEvent::Stepped { step, by, to, phase, stopped, due, lead, effect, body } => {
                self.hands.insert(step.clone(), Hand { person: actor, at });
                self.moved(at, to, *phase, *stopped);
                if let Some(due) = due {
                    self.opening.due = Some(*due);
                    self.rungs.clear();
                }
                if let Some((unit, above)) = lead {
                    self.led_by(*unit, *above);
                }
                self.brought(body);
                if let Some(effect) = effect {
                    self.affected(*effect, *by, at, body);
                }
                self.light_set = false;
            }
            EntryEvent::Lit { light, .. } => self.light = light.clone(),
            EntryEvent::LightSet { light, .. } => {
                self.light = Some(light.clone());
                self.light_set = true;
            }
            EntryEvent::Forgotten { .. } => {
                self.forgotten = Some(at);
                self.opening.fields.values_mut().for_each(FieldValue::forget);
            }
            EntryEvent::Reminded { rung, .. } => self.rungs.push(rung.clone()),
            EntryEvent::LimitPassed { .. } => self.limit_told = true,
            EntryEvent::Urged { .. } => self.urged = Some(at),
            // What comes of it is an entry of its own.
            EntryEvent::Instructed { .. } => {}
            EntryEvent::Inherited { lead, above, .. } => self.led_by(*lead, *above),
            EntryEvent::Amended { .. } => self.amended(event),
        }
    }

    /// The plan's text says otherwise.
    fn amended(&mut self, event: &EntryEvent) {
        let EntryEvent::Amended { version, title, due, undated, span, lead, supports, fields } = event else {
            return;
        };
        let opening = &mut self.opening;
        if let Some(title) = title {
            opening.title.clone_from(title);
        }
        if due.is_some() || *undated {
            opening.due = *due;
            self.rungs.clear();
        }
        if span.is_some() {
            (opening.span, opening.version) = (*span, *version);
        }
        opening.fields.extend(fields.clone());
        if let Some(supports) = supports {
            opening.supports.clone_from(supports);
            let part = |unit: &UnitId| {
                let known = self.parts.iter().find(|part| part.unit == *unit).cloned();
                known.unwrap_or(Part { unit: *unit, handed: None, note: String::new() })
            };
            self.parts = supports.iter().map(part).collect();
        }
        if let Some((unit, above)) = lead {
            self.led_by(*unit, *above);
        }
    }

    /// Another unit answers for it. A lead owes itself no part: nobody hands in to himself.
    fn led_by(&mut self, lead: UnitId, above: Option<UnitId>) {
        (self.opening.lead, self.opening.above) = (lead, above);
        self.parts.retain(|part| part.unit != lead);
    }

    /// Into a state, with all that hangs on being in it.
    fn moved(&mut self, at: Moment, to: &str, phase: Phase, stopped: bool) {
        let still = self.stops.last().is_some_and(|(_, end)| end.is_none());
        if still && !stopped {
            if let Some((_, end)) = self.stops.last_mut() {
                *end = Some(at);
            }
        } else if stopped && !still {
            self.stops.push((at, None));
        }
        if self.state != to {
            to.clone_into(&mut self.state);
            self.entered = at;
            self.limit_told = false;
        }
        self.phase = phase;
        if matches!(phase, Phase::Submitted | Phase::Done) && self.handed_in.is_none() {
            self.handed_in = Some(at);
        }
    }

    /// Takes in what a step brought.
    fn brought(&mut self, body: &StepBody) {
        for (key, value) in &body.fields {
            self.opening.fields.insert(key.clone(), value.clone());
        }
        for evidence in &body.evidence {
            if !self.evidence.iter().any(|known| known.hash == evidence.hash) {
                self.evidence.push(evidence.clone());
            }
        }
        if let Some(progress) = body.progress {
            self.progress = Some(progress);
        }
    }

    fn affected(&mut self, effect: Effect, by: Option<UnitId>, at: Moment, body: &StepBody) {
        match effect {
            Effect::Part => {
                if let Some(part) = self.parts.iter_mut().find(|part| Some(part.unit) == by) {
                    part.handed = Some(at);
                    part.note.clone_from(&body.note);
                }
            }
            Effect::AskExtension => self.asked = body.due,
            Effect::Extend => {
                self.asked = None;
                self.extended += 1;
            }
            Effect::Return => {
                self.returned += 1;
                self.nil = false;
                // Back with its unit: what it did not hand in properly it owes again. The first
                // time that it was handed in is kept for the record.
                for part in &mut self.parts {
                    part.handed = None;
                }
            }
            Effect::Reopen => {
                self.reopened += 1;
                self.nil = false;
            }
            Effect::Nil => self.nil = true,
            Effect::Certify => self.certified = true,
            Effect::Progress | Effect::Transfer => {}
        }
    }
}
