//! What tables show of an entry: made of the entry alone, so that they can be dropped and rebuilt.

use jiff::civil::Date;
use luoshi_pack::{Pack, Phase, Register, Role, Side, Who};

use crate::canon::Hash;
use crate::entry::{Entry, FieldValue};
use crate::id::{EntryNo, PlanId, UnitId};
use crate::moment::Moment;
use crate::org::Organisation;

/// One line of the table of entries.
#[derive(Clone, Debug, PartialEq)]
pub struct EntryRow {
    /// The plan.
    pub plan: PlanId,
    /// Its number in the plan.
    pub no: EntryNo,
    /// The register.
    pub register: String,
    /// Its number by the register's scheme.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// The unit that answers for it.
    pub lead: UnitId,
    /// Where it stands.
    pub state: String,
    /// `open`, `submitted`, `done`, `void`.
    pub phase: Phase,
    /// When it is due.
    pub due: Option<Moment>,
    /// The light.
    pub light: Option<String>,
    /// The duty, where it is an expected report.
    pub duty: Option<String>,
    /// The due day by the schedule, where it is an expected report.
    pub period: Option<Date>,
    /// Whether it was handed in, and whether that was on time; none while it is not.
    pub on_time: Option<bool>,
    /// The value of the register's unique field, where it has one.
    pub unique: Option<String>,
    /// The whole entry in JSON.
    pub body: String,
}

/// By which words an entry is found, and by whom. Confidential fields are in none of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sought {
    /// Words with the title of their field, its number and title first, without one.
    pub words: Vec<(String, String)>,
    /// The names of the files that were handed in.
    pub papers: Vec<String>,
    /// The units that it concerns: lead and supports.
    pub units: Vec<UnitId>,
}

/// What stands in the tables because of one entry.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// Its own line.
    pub entry: EntryRow,
    /// The units in whose scope it is while it is not done: the lead and all above it. Sorted.
    pub scope: Vec<UnitId>,
    /// On whose desk it lies. Sorted.
    pub desk: Vec<(UnitId, Role)>,
    /// Which other unit asked it of its lead, and from when on that counts.
    pub asked: Option<(UnitId, Moment)>,
    /// By which words it is found.
    pub sought: Sought,
    /// The files that were handed in for it. Sorted.
    pub files: Vec<Hash>,
}

impl Rows {
    /// The lines of an entry.
    pub fn of(entry: &Entry, pack: &Pack, org: &Organisation) -> Self {
        let register = pack.find_register(&entry.opening.register);
        let unique = register.and_then(|register| register.unique.as_deref());
        Self { desk: desk(entry, pack), sought: entry.sought(register), ..Self::filed(entry, unique, org) }
    }

    /// The lines of an entry whose pack is not at hand: it lies on no desk.
    pub fn without_pack(entry: &Entry, org: &Organisation) -> Self {
        Self::filed(entry, None, org)
    }

    fn filed(entry: &Entry, unique: Option<&str>, org: &Organisation) -> Self {
        let opening = &entry.opening;
        let row = EntryRow {
            plan: entry.plan,
            no: entry.no,
            register: opening.register.clone(),
            number: opening.number.clone(),
            title: opening.title.clone(),
            lead: opening.lead,
            state: entry.state.clone(),
            phase: entry.phase,
            due: entry.due(),
            light: entry.light.clone(),
            duty: opening.expected.as_ref().map(|expected| expected.duty.clone()),
            period: opening.expected.as_ref().map(|expected| expected.period),
            on_time: entry.on_time(),
            unique: unique.and_then(|key| opening.fields.get(key)).map(|value| value.plain()),
            body: serde_json::to_string(entry).unwrap_or_default(),
        };
        let over = matches!(entry.phase, Phase::Done | Phase::Void);
        let scope = if over { Vec::new() } else { org.line(opening.lead) };
        let (asked, sought, files) = (entry.asked(), entry.sought(None), entry.files());
        Self { entry: row, scope, desk: Vec::new(), asked, sought, files }
    }
}

/// On whose desk an entry lies: whose move it is in its state.
fn desk(entry: &Entry, pack: &Pack) -> Vec<(UnitId, Role)> {
    let Some(register) = pack.find_register(&entry.opening.register) else { return Vec::new() };
    let Some(state) = register.flow.find_state(&entry.state) else { return Vec::new() };
    if matches!(entry.phase, Phase::Done | Phase::Void) && state.turn.is_empty() {
        return Vec::new();
    }
    let first =
        || register.flow.steps.iter().find(|step| step.from.contains(&entry.state) && !step.who.is_empty());
    let turn: &[Who] = match (&state.turn, first()) {
        (turn, _) if !turn.is_empty() => turn,
        (_, Some(step)) => &step.who,
        _ => &[],
    };
    let mut desk: Vec<(UnitId, Role)> = turn.iter().flat_map(|who| entry.told(*who)).collect();
    desk.sort_unstable();
    desk.dedup();
    desk
}

impl Entry {
    /// The units that a role and side mean for this entry.
    pub fn told(&self, who: Who) -> Vec<(UnitId, Role)> {
        let units: Vec<UnitId> = match who.side {
            Side::Lead => vec![self.opening.lead],
            // A support that has handed in its part owes nothing more.
            Side::Support => {
                self.parts.iter().filter(|part| part.handed.is_none()).map(|part| part.unit).collect()
            }
            Side::Above => self.opening.above.into_iter().collect(),
            Side::Issuer => vec![self.opening.issuer],
        };
        units.into_iter().map(|unit| (unit, who.role)).collect()
    }

    /// By which words the entry is found: of its fields those that its register knows and that are not
    /// confidential; of a confidential register no names of files.
    pub fn sought(&self, register: Option<&Register>) -> Sought {
        let opening = &self.opening;
        let mut words = vec![(String::new(), opening.number.clone()), (String::new(), opening.title.clone())];
        let fields = register.into_iter().flat_map(|register| &register.fields);
        for field in fields.filter(|field| !field.confidential) {
            let value = match opening.fields.get(&field.key) {
                Some(FieldValue::Text(text)) => text.clone(),
                Some(value @ (FieldValue::Number(_) | FieldValue::Date(_))) => value.plain(),
                _ => continue,
            };
            words.push((field.title.clone(), value));
        }
        let open = register.is_some_and(|register| !register.confidential);
        let papers = self.evidence.iter().filter(|_| open).map(|file| file.name.clone());
        let parts = self.parts.iter().map(|part| part.unit);
        let mut units: Vec<UnitId> = std::iter::once(opening.lead).chain(parts).collect();
        units.sort_unstable();
        units.dedup();
        Sought { words, papers: papers.collect(), units }
    }

    /// The files that were handed in for it, as evidence or in a field. Sorted.
    pub fn files(&self) -> Vec<Hash> {
        let fields = self.opening.fields.values().filter_map(|value| match value {
            FieldValue::File(hash) => Some(*hash),
            _ => None,
        });
        let mut files: Vec<Hash> = self.evidence.iter().map(|file| file.hash).chain(fields).collect();
        files.sort_unstable();
        files.dedup();
        files
    }

    /// Which unit asked this of the lead, and from when on that counts: an expected report from its due
    /// day, all else from its opening. None where nobody did but the lead itself.
    pub fn asked(&self) -> Option<(UnitId, Moment)> {
        let opening = &self.opening;
        let given = opening.item.is_some() || opening.expected.is_some() || opening.follows.is_some();
        let by = opening.by.or_else(|| given.then_some(opening.issuer));
        let due = self.first_due.filter(|_| opening.expected.is_some());
        by.filter(|by| *by != opening.lead).map(|by| (by, due.unwrap_or(self.opened)))
    }

    /// Whether it was handed in on time; none while it is not handed in. What was returned counts as
    /// not handed in, but keeps the time that it first came.
    pub fn on_time(&self) -> Option<bool> {
        let handed = self.handed_in.filter(|_| matches!(self.phase, Phase::Submitted | Phase::Done))?;
        let until = self.opening.expected.as_ref().map(|expected| expected.on_time).or(self.opening.due);
        Some(until.is_none_or(|until| handed < until))
    }
}
