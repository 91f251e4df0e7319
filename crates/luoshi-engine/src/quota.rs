//! Quotas: a number for each of several units, from a table of the text to the entries that bear them.

use std::collections::BTreeMap;

use jiff::civil::Date;
use luoshi_pack::{FieldKind, Register, Until};
use luoshi_plan::model::{Plan as Compiled, QuotaTable};
use luoshi_text::Span;
use luoshi_when::{Context, When, find};
use serde::{Deserialize, Serialize};

use crate::clock::World;
use crate::draft::Names;
use crate::entry::{Entry, FieldValue};
use crate::event::Event;
use crate::id::UnitId;
use crate::open::NewEntry;
use crate::org::UnitKind;
use crate::plan::{DraftItem, ItemContent, ItemParty, Plan};
use crate::refusal::{Refusal, refuse};
use crate::words::cleaned;

/// The number field of a register that takes a unit's share.
pub const TARGET: &str = "target";

/// The number field of a register in which the unit tells how much of it is done.
pub const ACTUAL: &str = "actual";

/// Sums that differ by less are the same: numbers of a table have few digits.
const SAME: f64 = 1e-6;

/// A number that is distributed to units.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Quota {
    /// What is to be reached: 警示牌, 招工任务分解表：6月30日前累计任务.
    pub title: String,
    /// In what it is counted: 人, 块; empty where it is not said.
    #[serde(default)]
    pub unit: String,
    /// Who is to reach how much.
    pub shares: Vec<Share>,
    /// The total that the text states.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<f64>,
    /// The last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
    /// Until what time of that day.
    #[serde(default, skip_serializing_if = "Until::is_day_end")]
    pub until: Until,
}

/// What one unit is to reach.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// The unit.
    pub party: ItemParty,
    /// How much.
    pub amount: f64,
}

impl Quota {
    /// All shares together.
    pub fn sum(&self) -> f64 {
        self.shares.iter().map(|share| share.amount).sum()
    }

    /// The sum of the shares and the total that is stated, where they are not the same.
    pub fn differs(&self) -> Option<(f64, f64)> {
        let (sum, total) = (self.sum(), self.total?);
        ((sum - total).abs() > SAME).then_some((sum, total))
    }

    /// The shares in words: 松坪乡5个、石鼓镇8个.
    pub fn told(&self) -> String {
        let share = |share: &Share| format!("{}{}{}", share.party.name, share.amount, self.unit);
        self.shares.iter().map(share).collect::<Vec<_>>().join("、")
    }
}

impl Entry {
    /// The share of a quota that it bears, and how much of it its unit told to be done.
    pub fn share(&self) -> Option<(f64, Option<f64>)> {
        let number = |key: &str| match self.opening.fields.get(key) {
            Some(FieldValue::Number(number)) => Some(*number),
            _ => None,
        };
        Some((number(TARGET)?, number(ACTUAL)))
    }
}

/// The quotas of a text whose tables distribute to units; one of scores or of people is none.
pub(crate) fn quotas(plan: &Compiled, names: &Names<'_>) -> Vec<(Span, ItemContent)> {
    let of_units = |table: &&QuotaTable| {
        let known = table.shares.iter().filter(|share| {
            names.find(&share.unit.value).is_some()
                || UnitKind::of_name(share.unit.value.trim(), None).is_some()
        });
        known.count() * 2 > table.shares.len()
    };
    let read = |table: &QuotaTable| (table.of.span, ItemContent::Quota(Box::new(quota(plan, table, names))));
    plan.quota_tables.iter().filter(of_units).map(read).collect()
}

fn quota(plan: &Compiled, table: &QuotaTable, names: &Names<'_>) -> Quota {
    let of = cleaned(&table.of.value);
    let day = |when: &When| match when {
        When::By { end } | When::Span { end, .. } => Some(*end),
        When::On { day } => Some(*day),
        _ => None,
    };
    // 6月30日前累计任务: the head of the column says by when.
    let found = find(&of, &Context::new(plan.issued));
    let own = found.iter().find_map(|found| day(&found.when));
    Quota {
        title: table
            .title
            .as_ref()
            .map_or_else(|| of.clone(), |title| format!("{}：{of}", bare(&title.value))),
        unit: table.unit.clone().unwrap_or_default(),
        shares: (table.shares.iter())
            .map(|share| Share { party: names.named(&share.unit.value), amount: share.value.value })
            .collect(),
        total: table.total.as_ref().map(|total| total.value),
        due: own.or_else(|| plan.runs.as_ref().and_then(|runs| day(&runs.when))),
        until: if own.is_some() { Until::of_words(&found) } else { Until::DayEnd },
    }
}

/// A table's title without the mark of its annex: 附件1　招工任务分解表.
fn bare(title: &str) -> String {
    let words = cleaned(title);
    let rest = words.trim_start().strip_prefix("附件").unwrap_or(&words);
    let rest = rest.trim_start_matches(|c: char| c.is_numeric() || "：:.、".contains(c) || c.is_whitespace());
    if rest.is_empty() { words } else { rest.to_owned() }
}

impl World<'_> {
    /// The entries of a quota: one for each unit, with its number.
    pub(crate) fn quota_entries(
        &self,
        plan: &mut Plan,
        item: &DraftItem,
        quota: &Quota,
    ) -> Result<Vec<Event>, Refusal> {
        let register = self.find_register(&self.pack.tasks)?;
        let mut events = Vec::new();
        for (unit, amount) in self.shares(plan, item, quota)? {
            let new = NewEntry {
                register: register.key.clone(),
                title: quota.title.chars().take(200).collect(),
                lead: unit,
                due: quota.due.map(|day| self.due_on(day, quota.until)),
                fields: share_fields(register, quota, amount),
                item: (item.no.0 != 0).then_some(item.no),
                span: item.span,
                ..NewEntry::default()
            };
            events.push(self.opened(plan, new)?);
        }
        Ok(events)
    }

    /// What each unit is to reach by a quota, in its order.
    pub(crate) fn shares(
        &self,
        plan: &Plan,
        item: &DraftItem,
        quota: &Quota,
    ) -> Result<Vec<(UnitId, f64)>, Refusal> {
        let (no, title) = (item.no, &quota.title);
        if let Some((sum, total)) = quota.differs() {
            return Err(refuse!(
                Incomplete,
                "第{no}项指标“{title}”各单位合计{sum}，与总数{total}不符，请核对后改正"
            ));
        }
        let mut out = Vec::new();
        for share in &quota.shares {
            let units = self.expand(plan, no, std::slice::from_ref(&share.party))?;
            out.extend(units.into_iter().map(|unit| (unit, share.amount)));
        }
        if out.is_empty() {
            return Err(refuse!(Incomplete, "第{no}项指标“{title}”没有分到单位，请补填后再印发"));
        }
        Ok(out)
    }
}

/// The fields of an entry that bears a share: the number, and in words what the plan asks for.
pub(crate) fn share_fields(register: &Register, quota: &Quota, amount: f64) -> BTreeMap<String, FieldValue> {
    let mut fields = BTreeMap::new();
    if register.find_field(TARGET).is_some_and(|field| field.kind == FieldKind::Number) {
        fields.insert(TARGET.to_owned(), FieldValue::Number(amount));
    }
    if register.find_field("quantity").is_some() {
        fields.insert("quantity".to_owned(), FieldValue::Text(format!("{amount}{}", quota.unit)));
    }
    fields
}
