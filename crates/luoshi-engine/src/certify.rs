//! Certified numbers: what counts is what the certifying unit's list confirms.

use std::collections::{BTreeMap, BTreeSet};

use luoshi_pack::{Register, Role};
use serde::{Deserialize, Serialize};

use crate::clock::World;
use crate::entry::{Entry, Evidence, StepBody};
use crate::event::{Actor, Event};
use crate::id::EntryNo;
use crate::plan::{Plan, PlanEvent};
use crate::refusal::{Refusal, refuse};
use crate::words::{Lines, check_all, check_words};

/// The most rows of a list.
pub const MOST_ROWS: usize = 50_000;

/// A certifying unit's list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportList {
    /// The register that it confirms entries of.
    pub register: String,
    /// Where it is from: 县就业局反馈名单.
    pub source: String,
    /// The file.
    pub file: Evidence,
    /// Its rows: field keys and cells.
    pub rows: Vec<BTreeMap<String, String>>,
    /// Where each row stands in the file; counted through where that is not told.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub numbers: Vec<u32>,
}

/// What became of each row of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matched {
    /// Entries that are confirmed, with the row's index.
    pub entries: Vec<(EntryNo, usize)>,
    /// Rows that match no entry.
    pub unmatched: Vec<String>,
    /// Rows that stand twice, match several entries, one that was confirmed before or one that cannot be
    /// confirmed as it stands.
    pub doubled: Vec<String>,
}

impl ImportList {
    /// Where a row stands in the file.
    pub fn number(&self, at: usize) -> u32 {
        self.numbers.get(at).copied().unwrap_or_else(|| u32::try_from(at + 1).unwrap_or(u32::MAX))
    }
}

impl World<'_> {
    /// Compares a list with the entries of its register. `entries` are all that are not given up, with
    /// sealed fields opened.
    ///
    /// # Errors
    ///
    /// A refusal: the register is not certified by lists, or the list is too long.
    pub fn match_list(&self, entries: &[Entry], list: &ImportList) -> Result<Matched, Refusal> {
        let register = self.find_register(&list.register)?;
        let Some(certified) = &register.certified else {
            return Err(refuse!(Incomplete, "{}不靠名单认定，不能导入认定名单", register.title));
        };
        if list.rows.len() > MOST_ROWS {
            return Err(refuse!(Incomplete, "名单超过{MOST_ROWS}行，请分次导入"));
        }
        check_words("名单来源", &list.source, Lines::One)?;
        check_words("名单文件名", &list.file.name, Lines::One)?;
        check_all("名单", &list.rows)?;
        let step = register.flow.find_step(&certified.step);
        let key_of = |get: &dyn Fn(&str) -> String| -> Vec<String> {
            certified.by.iter().map(|key| get(key).trim().to_owned()).collect()
        };
        let mut known: BTreeMap<Vec<String>, Vec<&Entry>> = BTreeMap::new();
        for entry in entries.iter().filter(|entry| entry.opening.register == register.key) {
            let fields = &entry.opening.fields;
            known
                .entry(key_of(&|key| fields.get(key).map(crate::FieldValue::plain).unwrap_or_default()))
                .or_default()
                .push(entry);
        }
        let (mut out, mut seen) = (Matched::default(), BTreeSet::new());
        for (i, row) in list.rows.iter().enumerate() {
            let key = key_of(&|key| row.get(key).cloned().unwrap_or_default());
            let shown = format!("第{}行 {}", list.number(i), shown(register, &certified.by, &key));
            if !seen.insert(key.clone()) {
                out.doubled.push(format!("{shown}：名单中重复"));
                continue;
            }
            match known.get(&key).map(Vec::as_slice) {
                None | Some([]) => out.unmatched.push(shown),
                Some([entry]) if entry.certified => out.doubled.push(format!("{shown}：此前已认定")),
                Some([entry]) if step.is_none_or(|step| !step.from.contains(&entry.state)) => {
                    out.doubled.push(format!("{shown}：条目现在的状态不能认定"));
                }
                Some([entry]) => out.entries.push((entry.no, i)),
                Some(_) => out.doubled.push(format!("{shown}：台账中有多条相同")),
            }
        }
        Ok(out)
    }

    /// Takes in a list: the entries that it confirms, and what did not match.
    ///
    /// # Errors
    ///
    /// A refusal: not an inspector of the issuer, not running, not certified by lists.
    pub fn certify(
        &self,
        plan: &Plan,
        entries: &[Entry],
        actor: &Actor,
        list: ImportList,
    ) -> Result<Vec<Event>, Refusal> {
        self.of_issuer(actor, plan.issuer, &[Role::Inspector])?;
        self.running(plan)?;
        let matched = self.match_list(entries, &list)?;
        let register = self.find_register(&list.register)?;
        let step = register.certified.as_ref().and_then(|certified| register.flow.find_step(&certified.step));
        let step = step
            .ok_or_else(|| refuse!(NotFound, "{}没有认定这一步，请联系管理员检查方案包", register.title))?;
        let mut events = vec![Event::Plan(PlanEvent::ListImported {
            register: list.register.clone(),
            source: list.source.clone(),
            file: list.file.clone(),
            matched: u32::try_from(matched.entries.len()).unwrap_or(u32::MAX),
            unmatched: matched.unmatched,
            doubled: matched.doubled,
        })];
        let by_no: BTreeMap<EntryNo, &Entry> = entries.iter().map(|entry| (entry.no, entry)).collect();
        for (no, row) in matched.entries {
            let Some(entry) = by_no.get(&no) else { continue };
            let body = StepBody {
                note: format!("{}第{}行", list.source, list.number(row)),
                evidence: vec![list.file.clone()],
                ..StepBody::default()
            };
            let Some(event) = self.system_step(entry, register, step, body) else { continue };
            events.extend(
                self.with_light(entry, actor, event).into_iter().map(|event| Event::Entry(no, event)),
            );
        }
        Ok(events)
    }
}

/// The row as the record may show it: personal fields are sealed in the register and stay out of the
/// events, the number of the row finds them in the file.
fn shown(register: &Register, by: &[String], key: &[String]) -> String {
    let plain = by.iter().zip(key).map(|(field, value)| {
        let personal = register.find_field(field).is_none_or(|field| field.confidential);
        if personal { "＊＊＊" } else { value.as_str() }
    });
    plain.collect::<Vec<_>>().join(" ")
}
