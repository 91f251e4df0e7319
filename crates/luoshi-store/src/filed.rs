//! What stands in the tables because of an entry, and how it changes.

use std::collections::BTreeMap;

use luoshi_engine::{EntryNo, Hash, PlanId, Rows, UnitId};
use luoshi_pack::{Phase, Role};
use serde::{Deserialize, Serialize};

use crate::db::{Part, Value, values};
use crate::error::StoreError;
use crate::sought::mark_of;
use crate::sql;

/// The due moment of what is never due: after all others.
pub(crate) const NEVER: i64 = i64::MAX;

/// What scope, desk and tally hold of an entry. It is kept in the entry's own line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Filed {
    due: i64,
    owed: bool,
    lead: UnitId,
    phase: Phase,
    light: Option<String>,
    scope: Vec<UnitId>,
    desk: Vec<(UnitId, Role)>,
    /// The files that were handed in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    files: Vec<Hash>,
    /// Tells whether what can be found of it changed.
    #[serde(default)]
    sought: i64,
}

impl Filed {
    pub(crate) fn of(rows: &Rows) -> Self {
        let entry = &rows.entry;
        Self {
            due: entry.due.map_or(NEVER, |due| due.0),
            // Handed in on time it is with somebody else, whatever the day.
            owed: !(entry.phase == Phase::Submitted && entry.on_time == Some(true)),
            lead: entry.lead,
            phase: entry.phase,
            light: entry.light.clone(),
            scope: rows.scope.clone(),
            desk: rows.desk.clone(),
            files: rows.files.clone(),
            sought: mark_of(rows),
        }
    }

    /// Whether the same can be found of it as before.
    pub(crate) fn is_sought_as(&self, old: Option<&Self>) -> bool {
        old.is_some_and(|old| old.sought == self.sought)
    }

    pub(crate) fn scope(&self, of: (PlanId, EntryNo)) -> impl Iterator<Item = ScopeKey> {
        self.scope.iter().map(move |unit| (*unit, self.due, of.0, of.1, self.owed))
    }

    pub(crate) fn desk(&self, of: (PlanId, EntryNo)) -> impl Iterator<Item = DeskKey> {
        self.desk.iter().map(move |(unit, role)| (*unit, *role, self.due, of.0, of.1))
    }

    pub(crate) fn files(&self, of: (PlanId, EntryNo)) -> impl Iterator<Item = MaterialKey> {
        self.files.iter().map(move |hash| (*hash, of.0, of.1))
    }

    pub(crate) fn tally(&self, of: (PlanId, EntryNo)) -> TallyKey {
        (self.lead, of.0, phase_word(self.phase), self.light.clone().unwrap_or_default())
    }
}

/// A row of scope: unit, due, plan, entry, owed.
pub(crate) type ScopeKey = (UnitId, i64, PlanId, EntryNo, bool);
/// A row of desk: unit, role, due, plan, entry.
pub(crate) type DeskKey = (UnitId, Role, i64, PlanId, EntryNo);
/// A row of material: file, plan, entry.
pub(crate) type MaterialKey = (Hash, PlanId, EntryNo);
/// A row of tally without its number.
pub(crate) type TallyKey = (UnitId, PlanId, &'static str, String);

/// How scope, desk, material and tally change: true comes, false goes. What comes and goes again falls out.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) scope: BTreeMap<ScopeKey, bool>,
    pub(crate) desk: BTreeMap<DeskKey, bool>,
    pub(crate) material: BTreeMap<MaterialKey, bool>,
    pub(crate) tally: BTreeMap<TallyKey, i64>,
}

impl Changes {
    /// What was filed of an entry goes, what is to be filed comes.
    pub(crate) fn add(&mut self, of: (PlanId, EntryNo), old: Option<&Filed>, new: &Filed) {
        if let Some(old) = old {
            old.scope(of).for_each(|key| turn(&mut self.scope, key, false));
            old.desk(of).for_each(|key| turn(&mut self.desk, key, false));
            old.files(of).for_each(|key| turn(&mut self.material, key, false));
            *self.tally.entry(old.tally(of)).or_default() -= 1;
        }
        new.scope(of).for_each(|key| turn(&mut self.scope, key, true));
        new.desk(of).for_each(|key| turn(&mut self.desk, key, true));
        new.files(of).for_each(|key| turn(&mut self.material, key, true));
        *self.tally.entry(new.tally(of)).or_default() += 1;
    }

    /// What is to be written.
    pub(crate) fn parts(self) -> [Part; 7] {
        let (mut scope, mut left_scope) = (Vec::new(), Vec::new());
        for ((unit, due, plan, no, owed), comes) in self.scope {
            let side = if comes { &mut scope } else { &mut left_scope };
            side.extend(values![unit, due, plan, no, owed]);
        }
        let (mut desk, mut left_desk) = (Vec::new(), Vec::new());
        for ((unit, role, due, plan, no), comes) in self.desk {
            let side = if comes { &mut desk } else { &mut left_desk };
            side.extend(values![unit, role_word(role), due, plan, no]);
        }
        let (mut material, mut left_material) = (Vec::new(), Vec::new());
        for ((hash, plan, no), comes) in self.material {
            let side = if comes { &mut material } else { &mut left_material };
            side.extend(values![hash, plan, no]);
        }
        let tally = self.tally.into_iter().filter(|(_, n)| *n != 0).flat_map(tally_values).collect();
        [
            (&sql::SCOPE_DROP, left_scope),
            (&sql::SCOPE_ADD, scope),
            (&sql::DESK_DROP, left_desk),
            (&sql::DESK_ADD, desk),
            (&sql::MATERIAL_DROP, left_material),
            (&sql::MATERIAL_ADD, material),
            (&sql::TALLY_ADD, tally),
        ]
    }
}

fn turn<K: Ord>(map: &mut BTreeMap<K, bool>, key: K, comes: bool) {
    // Each key comes and goes in turn, so a second change undoes the first.
    if map.remove(&key).is_none() {
        map.insert(key, comes);
    }
}

fn tally_values(((unit, plan, phase, light), n): (TallyKey, i64)) -> [Value; 5] {
    values![unit, plan, phase, light, n]
}

/// The values of an entry's own line.
pub(crate) fn entry_values(rows: &Rows, filed: &Filed) -> Result<[Value; 20], StoreError> {
    let entry = &rows.entry;
    Ok(values![
        entry.plan,
        entry.no,
        &entry.register,
        &entry.number,
        &entry.title,
        entry.lead,
        &entry.state,
        phase_word(entry.phase),
        entry.due.map_or(NEVER, |due| due.0),
        entry.light.clone().unwrap_or_default(),
        entry.duty.clone(),
        entry.period.map(|period| period.to_string()),
        entry.on_time.map(i64::from),
        nil(rows)?,
        entry.unique.clone(),
        &entry.body,
        serde_json::to_string(filed)?,
        returned(rows)?,
        asked(rows).0,
        asked(rows).1,
    ])
}

/// Whether the entry is a nil report; only expected reports are asked.
pub(crate) fn nil(rows: &Rows) -> Result<bool, StoreError> {
    #[derive(Deserialize)]
    struct Nil {
        #[serde(default)]
        nil: bool,
    }
    if rows.entry.duty.is_none() {
        return Ok(false);
    }
    Ok(serde_json::from_str::<Nil>(&rows.entry.body)?.nil)
}

/// How often the entry was returned.
pub(crate) fn returned(rows: &Rows) -> Result<i64, StoreError> {
    #[derive(Deserialize)]
    struct Returned {
        #[serde(default)]
        returned: i64,
    }
    Ok(serde_json::from_str::<Returned>(&rows.entry.body)?.returned)
}

/// Which other unit asked the entry of its lead, and from when on that counts; 0 where none did.
pub(crate) fn asked(rows: &Rows) -> (i64, i64) {
    rows.asked.map_or((0, 0), |(by, at)| (by.0, at.0))
}

/// The word of a phase in the tables.
pub(crate) fn phase_word(phase: Phase) -> &'static str {
    match phase {
        Phase::Open => "open",
        Phase::Submitted => "submitted",
        Phase::Done => "done",
        Phase::Void => "void",
    }
}

/// The phase of a word.
pub(crate) fn phase_of(word: &str) -> Result<Phase, StoreError> {
    [Phase::Open, Phase::Submitted, Phase::Done, Phase::Void]
        .into_iter()
        .find(|phase| phase_word(*phase) == word)
        .ok_or_else(|| StoreError::Damaged(format!("不认识的办理阶段 {word}")))
}

/// The word of a role in the tables.
pub(crate) fn role_word(role: Role) -> &'static str {
    Role::ALL.iter().find(|(known, ..)| *known == role).map_or("", |(_, word, _)| word)
}

/// The role of a word.
pub(crate) fn role_of(word: &str) -> Result<Role, StoreError> {
    let found = Role::ALL.iter().find(|(_, known, _)| *known == word).map(|(role, ..)| *role);
    found.ok_or_else(|| StoreError::Damaged(format!("不认识的角色 {word}")))
}
