//! Items that only say who helps with the work of the items beside them.

use crate::compile::Reading;
use crate::lexicon::lists;
use crate::model::{Fact, Party, Task, UnitRole, Value};

use super::items::Item;

/// Whether an item says nothing but who helps: （二）县教育局配合。
pub(super) fn only_helps(reading: &Reading<'_>, item: &Item) -> bool {
    let facts: Vec<&Fact> = item.blocks.clone().flat_map(|block| &reading.facts[block]).collect();
    let helps = |f: &&Fact| matches!(f.value, Value::Unit { role: UnitRole::Support, .. });
    let line = &reading.lines[item.head];
    let words = line.text[line.marker..].trim_end_matches(['。', '；', ';', ' ']);
    item.blocks.len() == 1
        && !facts.is_empty()
        && facts.iter().all(helps)
        && !words.contains(['，', ',', '。', '：', ':'])
        && lists().helping.end(words)
}

/// Gives the helpers to the tasks that they stand beside.
pub(super) fn join(tasks: &mut [Task], helpers: Vec<Task>) {
    for party in helpers.into_iter().flat_map(|h| h.support) {
        for task in tasks.iter_mut() {
            let named = |list: &[Party]| list.iter().any(|p| p.name == party.name);
            if !named(&task.support) && !named(&task.lead) && !named(&task.responsible) {
                task.support.push(party.clone());
            }
        }
    }
}
