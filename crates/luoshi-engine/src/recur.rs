//! Tasks that are done again and again: each time is an entry of its own, opened like an expected report.

use std::collections::BTreeMap;

use luoshi_pack::{Duty, Owes};

use crate::clock::World;
use crate::draft::kind_word;
use crate::event::Event;
use crate::id::UnitId;
use crate::plan::{DraftItem, ItemContent, ItemParty, Plan};
use crate::refusal::{Refusal, refuse};
use crate::words::cleaned;

/// The longest title of a duty: the day of each time comes behind it.
const TITLE: usize = 150;

/// The most days before its due day that a time is opened.
const YEAR: u32 = 366;

/// What a task becomes when it is given out.
pub(crate) enum Given {
    /// Entries, one for each unit that answers for it.
    Entries(Vec<Event>),
    /// A duty that opens them again and again.
    Again(Box<Duty>),
    /// Nothing: the item is no task.
    Nothing,
}

impl World<'_> {
    /// A task or quota as it is given out: entries at once or, where it is done again and again and the pack has a
    /// register for that, a duty that opens one each time.
    ///
    /// # Errors
    ///
    /// A refusal: units that are not found, nobody who answers for it.
    pub(crate) fn given(
        &self,
        plan: &mut Plan,
        item: &DraftItem,
        content: &ItemContent,
    ) -> Result<Given, Refusal> {
        if let ItemContent::Quota(quota) = content {
            return self.quota_entries(plan, item, quota).map(Given::Entries);
        }
        if let Some(duty) = self.recurring(plan, item, content)? {
            return Ok(Given::Again(Box::new(duty)));
        }
        let entries = self.task_entries(plan, item, content)?;
        Ok(if entries.is_empty() { Given::Nothing } else { Given::Entries(entries) })
    }

    /// The duty that a recurring task becomes, under a key of its item.
    fn recurring(
        &self,
        plan: &Plan,
        item: &DraftItem,
        content: &ItemContent,
    ) -> Result<Option<Duty>, Refusal> {
        let ItemContent::Task { title, lead, support, leader, due, until, every, quantities, evidence } =
            content
        else {
            return Ok(None);
        };
        let (Some(every), Some(key)) = (every, &self.pack.recurring) else { return Ok(None) };
        let (no, register) = (item.no, self.find_register(key)?);
        let mut gives = BTreeMap::new();
        for (key, words) in [("quantity", quantities), ("evidence", evidence), ("leader", leader)] {
            if register.find_field(key).is_some() && !words.is_empty() {
                gives.insert(key.to_owned(), words.join("；"));
            }
        }
        let duty = Duty {
            key: format!("item_{no}"),
            title: cleaned(title).chars().take(TITLE).collect(),
            register: register.key.clone(),
            from: self.owed_by(plan, item, lead)?,
            every: Some(every.rule.clone()),
            first_month: every.first_month,
            end: *due,
            until: *until,
            opens: ahead(&every.rule),
            supports: self.expand(plan, no, support)?.into_iter().map(|unit| self.label(unit)).collect(),
            gives,
            ..Duty::default()
        };
        if self.owing(plan, &duty, self.now.date()).is_empty() {
            return Err(refuse!(Incomplete, "第{no}项“{title}”没有承办单位，请补填后再印发"));
        }
        Ok(Some(duty))
    }

    /// Who does a recurring task: a kind of units stays one, so that those count that exist each time.
    fn owed_by(&self, plan: &Plan, item: &DraftItem, lead: &[ItemParty]) -> Result<Owes, Refusal> {
        if let [ItemParty { unit: None, collective: Some(kind), .. }] = lead
            && let Some(word) = kind_word(*kind)
        {
            return Ok(Owes::Kind(word.to_owned()));
        }
        let units = self.expand(plan, item.no, lead)?;
        Ok(Owes::Units(units.into_iter().map(|unit| self.label(unit)).collect()))
    }

    /// A unit's name, behind that of the unit above it where another bears the same.
    fn label(&self, unit: UnitId) -> String {
        let (name, today) = (self.org.unit_name(unit), self.now.date());
        if self.org.named(&name, today).len() < 2 {
            return name;
        }
        let above = self.org.unit(unit).and_then(|found| found.parent_on(today));
        above.map_or(name.clone(), |above| format!("{}{name}", self.org.unit_name(above)))
    }

    /// The units that lead or support what is done again and again.
    pub(crate) fn hands_of(&self, plan: &Plan, duty: &Duty) -> Vec<UnitId> {
        let today = self.now.date();
        let mut units = self.owing(plan, duty, today);
        units.extend(self.supporting(plan, duty, today));
        units
    }
}

/// How many days before its due day a time is opened: when the one before it is due.
fn ahead(rule: &str) -> u32 {
    let part = |name: &str| {
        rule.split(';').find_map(|part| part.strip_prefix(name)).and_then(|value| value.strip_prefix('='))
    };
    let days = match part("FREQ") {
        Some("DAILY") => 1,
        Some("WEEKLY") => 7,
        Some("MONTHLY") => 31,
        _ => YEAR,
    };
    let times = part("INTERVAL").and_then(|times| times.parse::<u32>().ok()).unwrap_or(1);
    days.saturating_mul(times).saturating_sub(1).min(YEAR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_opened_when_the_one_before_it_is_due() {
        let cases = [
            ("FREQ=WEEKLY;BYDAY=FR", 6),
            ("FREQ=MONTHLY;BYMONTHDAY=25", 30),
            ("FREQ=MONTHLY;INTERVAL=3", 92),
            ("FREQ=YEARLY;BYMONTH=6", 365),
            ("FREQ=DAILY", 0),
        ];
        for (rule, days) in cases {
            assert_eq!(ahead(rule), days, "{rule}");
        }
    }
}
