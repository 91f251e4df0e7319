//! Entries that rows of a file may mean: only those are held, however long the register is.

use std::collections::{BTreeMap, HashMap, HashSet};

use luoshi_engine::{Entry, EntryNo, FieldValue, UnitId};
use luoshi_pack::Phase;
use luoshi_store::{Filter, Page, Store, StoreError};

use super::PAGE;
use super::cell::{plain, tight};
use super::export::Shown;

/// Entries by what a row may know of them.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) entries: BTreeMap<EntryNo, Entry>,
    pub(super) numbers: HashMap<String, EntryNo>,
    pub(super) uniques: HashMap<String, EntryNo>,
    /// By title and lead: for rows that carry no key at all.
    pub(super) titles: HashMap<(String, UnitId), Vec<EntryNo>>,
    /// Whether values of the unique field are sealed, so that a row cannot be held against them.
    pub(super) sealed: bool,
}

impl Known {
    /// Reads the entries of a register whose number, title or unique field stands in a file.
    pub(super) async fn load(
        store: &Store,
        plan: luoshi_engine::PlanId,
        shown: &Shown<'_>,
        wanted: &HashSet<String>,
        within: Option<Vec<UnitId>>,
    ) -> Result<Self, StoreError> {
        let mut known = Self::default();
        let register = Some(shown.register.key.clone());
        let filter = Filter { register, within, ..Filter::default() };
        for number in 1.. {
            let page = store.find_entries(plan, &filter, Page::number(number, PAGE)).await?;
            for row in &page {
                known.take(serde_json::from_str(&row.body)?, shown, wanted);
            }
            if page.len() < usize::try_from(PAGE).unwrap_or(0) {
                break;
            }
        }
        Ok(known)
    }

    fn take(&mut self, entry: Entry, shown: &Shown<'_>, wanted: &HashSet<String>) {
        let unique = shown.register.unique.as_ref().and_then(|key| shown.value(&entry, key));
        // What was given up does not stand in the way of the same thing registered anew.
        let unique = unique.filter(|_| entry.phase != Phase::Void);
        self.sealed |= matches!(unique, Some(FieldValue::Sealed { .. }));
        let unique = unique.map(|value| tight(&value.plain())).filter(|value| wanted.contains(value));
        let number = tight(&entry.opening.number);
        let title = plain(&entry.opening.title);
        let found = wanted.contains(&number) || wanted.contains(&tight(&title)) || unique.is_some();
        if !found {
            return;
        }
        self.numbers.insert(number, entry.no);
        self.uniques.extend(unique.map(|value| (value, entry.no)));
        self.titles.entry((title, entry.opening.lead)).or_default().push(entry.no);
        self.entries.insert(entry.no, entry);
    }
}
