//! A new version of a plan's text held against the items that run: which is which, and what differs.

use std::collections::{BTreeMap, HashMap};

use luoshi_pack::{Duty, Owes, Until};
use serde::{Deserialize, Serialize};

use crate::id::ItemNo;
use crate::org::UnitKind;
use crate::plan::{DraftItem, ItemContent, ItemParty};
use crate::reword::{bare, reworded};

/// How alike two items must be, in per cent, to be one and the same.
const ALIKE: u32 = 40;

/// Items that are not equal word for word are sought so far up and down the text.
const REACH: usize = 300;

/// An item that runs and the item of the new text that it became. One of them may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pair {
    /// The item that runs.
    #[serde(default)]
    pub old: Option<ItemNo>,
    /// The item of the new text.
    #[serde(default)]
    pub new: Option<ItemNo>,
    /// Whether the new text words it otherwise, even where that is no other unit, day or number.
    #[serde(default)]
    pub reworded: bool,
}

/// What became of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// It stands in the new text only.
    New,
    /// It says something else.
    Changed,
    /// It stands in the old text only.
    Dropped,
    /// It says what it said.
    Same,
}

impl Became {
    /// As users read it.
    pub fn title(self) -> &'static str {
        match self {
            Self::New => "新增",
            Self::Changed => "改动",
            Self::Dropped => "删去",
            Self::Same => "不变",
        }
    }
}

/// One property of an item that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Differs {
    /// Which, as users read it.
    pub field: String,
    /// What it was; empty for nothing.
    pub from: String,
    /// What it is to be; empty for nothing.
    pub to: String,
}

/// Finds which item of the new text is which of the old: equal ones first, then the most alike in
/// words and place. `words` are those of the text that an item rests on; none where it has none.
pub fn pair_items(
    old: &[&DraftItem],
    new: &[DraftItem],
    words: impl Fn(&DraftItem, bool) -> String,
) -> Vec<Pair> {
    let mut found: BTreeMap<usize, usize> = BTreeMap::new();
    let mut taken = vec![false; old.len()];
    // Two items may say the same of units and days: those of the same words come first.
    for worded in [true, false] {
        let told = |item: &DraftItem, is_new| {
            (said(&item.content), if worded { bare(&words(item, is_new)) } else { String::new() })
        };
        let mut equal: HashMap<(String, String), Vec<usize>> = HashMap::new();
        for (at, item) in old.iter().enumerate().rev().filter(|(at, _)| !taken[*at]) {
            equal.entry(told(item, false)).or_default().push(at);
        }
        for (at, item) in new.iter().enumerate() {
            if found.contains_key(&at) {
                continue;
            }
            if let Some(was) = equal.get_mut(&told(item, true)).and_then(Vec::pop) {
                found.insert(at, was);
                taken[was] = true;
            }
        }
    }
    let marks = |item: &DraftItem, is_new| {
        let words = words(item, is_new);
        (bigrams(&said(&item.content)), bigrams(&words))
    };
    let of_old: Vec<_> = old.iter().map(|item| marks(item, false)).collect();
    let mut wishes: Vec<(u32, usize, usize)> = Vec::new();
    for (at, item) in new.iter().enumerate().filter(|(at, _)| !found.contains_key(at)) {
        let mine = marks(item, true);
        for was in at.saturating_sub(REACH)..(at + REACH).min(old.len()) {
            if taken[was] || old[was].content.kind() != item.content.kind() {
                continue;
            }
            let alike = alike(&of_old[was].0, &mine.0).max(alike(&of_old[was].1, &mine.1));
            // What stands at the same place is a little more likely to be the same.
            let near = 10_u32.saturating_sub(u32::try_from(at.abs_diff(was)).unwrap_or(10));
            if alike >= ALIKE {
                wishes.push((alike + near, at, was));
            }
        }
    }
    wishes.sort_by_key(|(sure, at, was)| (std::cmp::Reverse(*sure), *at, *was));
    for (_, at, was) in wishes {
        if !taken[was] && !found.contains_key(&at) {
            found.insert(at, was);
            taken[was] = true;
        }
    }
    let of_new = new.iter().enumerate().map(|(at, item)| {
        let was = found.get(&at).map(|was| old[*was]);
        let reworded = was
            .filter(|was| all_in_words(&was.content))
            .is_some_and(|was| reworded(&words(was, false), &words(item, true)).is_some());
        Pair { old: was.map(|was| was.no), new: Some(item.no), reworded }
    });
    let gone = old.iter().zip(&taken).filter(|(_, taken)| !**taken);
    of_new.chain(gone.map(|(item, _)| Pair { old: Some(item.no), new: None, reworded: false })).collect()
}

/// Whether more than what was read of it may stand in an item's words: how a task is to be done.
fn all_in_words(content: &ItemContent) -> bool {
    matches!(content, ItemContent::Task { .. } | ItemContent::Duty(_))
}

/// How alike two texts are, in per cent (Dice).
fn alike(a: &[(char, char)], b: &[(char, char)]) -> u32 {
    if a.is_empty() || b.is_empty() {
        return 0;
    }
    let (mut i, mut j, mut both) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                both += 1;
                i += 1;
                j += 1;
            }
        }
    }
    u32::try_from(200 * both / (a.len() + b.len())).unwrap_or(0)
}

/// Pairs of neighbouring characters, sorted. Days and marks say nothing on what is to be done.
fn bigrams(text: &str) -> Vec<(char, char)> {
    let plain = |c: &char| c.is_alphanumeric() && !c.is_ascii_digit() && !"年月日前底".contains(*c);
    let chars: Vec<char> = text.chars().filter(plain).take(600).collect();
    let mut pairs: Vec<(char, char)> = chars.windows(2).map(|two| (two[0], two[1])).collect();
    pairs.sort_unstable();
    pairs
}

/// All that an item says, in words.
fn said(content: &ItemContent) -> String {
    let all = properties(content).into_iter().map(|(_, words)| words);
    format!("{}：{}", content.kind(), all.collect::<Vec<_>>().join("；"))
}

/// The properties of an item as users read them.
fn properties(content: &ItemContent) -> Vec<(&'static str, String)> {
    match content {
        ItemContent::Task { title, lead, support, leader, due, until, every, quantities, evidence } => {
            let until = if every.is_some() { Until::DayEnd } else { *until };
            vec![
                ("任务", title.clone()),
                ("承办单位", names(lead)),
                ("配合单位", names(support)),
                ("时限", due.map(|day| until.told(day)).unwrap_or_default()),
                ("周期", content.again()),
                ("责任领导", leader.join("、")),
                ("指标", quantities.join("；")),
                ("佐证材料", evidence.join("；")),
            ]
        }
        ItemContent::Duty(duty) => vec![
            ("报送内容", duty.title.clone()),
            ("报送单位", owed_by(&duty.from)),
            ("报送对象", duty.to.clone().unwrap_or_default()),
            ("报送时间", schedule(duty)),
        ],
        ItemContent::Quota(quota) => vec![
            ("指标", quota.title.clone()),
            ("分配", quota.told()),
            ("合计", quota.total.map(|total| format!("{total}{}", quota.unit)).unwrap_or_default()),
            ("时限", quota.due.map(|day| quota.until.told(day)).unwrap_or_default()),
        ],
        ItemContent::Rule { when, effect, .. } => vec![("情形", when.clone()), ("结果", effect.clone())],
        ItemContent::Stage { name, start, end } => {
            let day = |day: &Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
            vec![("阶段", name.clone()), ("开始", day(start)), ("结束", day(end))]
        }
        ItemContent::Group { role, name } => {
            let role = match role.as_str() {
                "head" => "组长",
                "deputy" => "副组长",
                "member" => "成员",
                _ => "办公室",
            };
            vec![("职务", role.to_owned()), ("姓名", name.clone())]
        }
    }
}

fn names(parties: &[ItemParty]) -> String {
    parties.iter().map(|party| party.name.as_str()).collect::<Vec<_>>().join("、")
}

fn owed_by(from: &Owes) -> String {
    match from {
        Owes::Issuer => String::from("本单位"),
        Owes::Parties => String::from("各承办和配合单位"),
        Owes::Kind(kind) => format!("各{}", UnitKind::title_of(kind)),
        Owes::Units(units) => units.join("、"),
    }
}

fn schedule(duty: &Duty) -> String {
    let on: Vec<String> = duty.on.iter().map(ToString::to_string).collect();
    let told = |rule: &str| luoshi_when::describe(rule).unwrap_or_else(|| rule.to_owned());
    let occasion = duty.occasion.as_ref().map(|occasion| occasion.words.clone());
    let days = || occasion.unwrap_or_else(|| on.join("、"));
    let mut words = duty.until.told(duty.every.as_deref().map_or_else(days, told));
    if duty.nil {
        words += "（可零报告）";
    }
    words
}

/// What two versions of an item say otherwise.
pub fn differing(old: &ItemContent, new: &ItemContent) -> Vec<Differs> {
    let pairs = properties(old).into_iter().zip(properties(new));
    let told = |((field, from), (_, to)): ((&str, String), (_, String))| {
        (from != to).then(|| Differs { field: field.to_owned(), from, to })
    };
    pairs.filter_map(told).collect()
}

/// What an item is to say: where the new text says what the old one said, what people made of that
/// stays; where it says something else, that.
pub(crate) fn merged(read: &ItemContent, ours: &ItemContent, new: &ItemContent) -> ItemContent {
    match (read, ours, new) {
        (ItemContent::Task { .. }, ItemContent::Task { .. }, ItemContent::Task { .. }) => {
            merged_task(read, ours, new)
        }
        (_, ItemContent::Duty(ours), ItemContent::Duty(duty)) if !differing(read, new).is_empty() => {
            let (key, register) = (ours.key.clone(), ours.register.clone());
            ItemContent::Duty(Box::new(Duty { key, register, ..duty.as_ref().clone() }))
        }
        _ if differing(read, new).is_empty() => ours.clone(),
        _ => new.clone(),
    }
}

fn merged_task(read: &ItemContent, ours: &ItemContent, new: &ItemContent) -> ItemContent {
    let mut out = ours.clone();
    let (
        ItemContent::Task {
            title: o_title,
            lead: o_lead,
            support: o_support,
            leader: o_leader,
            due: o_due,
            until: o_until,
            every: o_every,
            quantities: o_quantities,
            evidence: o_evidence,
        },
        ItemContent::Task { title, lead, support, leader, due, until, every, quantities, evidence },
    ) = (&mut out, new)
    else {
        return new.clone();
    };
    for differs in differing(read, new) {
        match differs.field.as_str() {
            "任务" => o_title.clone_from(title),
            "承办单位" => o_lead.clone_from(lead),
            "配合单位" => o_support.clone_from(support),
            "时限" => (*o_due, *o_until) = (*due, *until),
            "周期" => {
                o_every.clone_from(every);
                *o_until = *until;
            }
            "责任领导" => o_leader.clone_from(leader),
            "指标" => o_quantities.clone_from(quantities),
            _ => o_evidence.clone_from(evidence),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(no: i64, title: &str) -> DraftItem {
        let content = ItemContent::Task {
            title: title.into(),
            lead: Vec::new(),
            support: Vec::new(),
            leader: Vec::new(),
            due: None,
            until: Until::DayEnd,
            every: None,
            quantities: Vec::new(),
            evidence: Vec::new(),
        };
        DraftItem { no: ItemNo(no), span: None, content }
    }

    #[track_caller]
    fn check(old: &[&str], new: &[&str], expect: &str) {
        let items = |titles: &[&str]| -> Vec<DraftItem> {
            (1..).zip(titles).map(|(no, title)| item(no, title)).collect()
        };
        let (old, new) = (items(old), items(new));
        let pairs = pair_items(&old.iter().collect::<Vec<_>>(), &new, |_, _| String::new());
        let side = |no: Option<ItemNo>| no.map_or_else(|| String::from("-"), |no| no.to_string());
        let told: Vec<String> =
            pairs.iter().map(|pair| format!("{}→{}", side(pair.old), side(pair.new))).collect();
        assert_eq!(told.join(" "), expect);
    }

    #[test]
    fn items_are_matched_by_words_and_order() {
        let old = ["核查种植面积", "落实收储仓容", "培训保管人员"];
        check(&old, &old, "1→1 2→2 3→3");
        // One goes to the front, one is worded otherwise, one is new, one is gone.
        check(&old, &["落实收储仓容", "全面核查种植面积", "开展消防演练"], "2→1 1→2 -→3 3→-");
        // The same words twice keep their order.
        check(&["上报总结", "上报总结"], &["上报总结"], "1→1 2→-");
        check(&[], &["上报总结"], "-→1");
    }

    #[test]
    fn what_people_made_of_a_task_stays_where_the_text_says_what_it_said() {
        let (read, mut ours, mut new) = (item(1, "核查面积"), item(1, "核查面积"), item(1, "核查种植面积"));
        if let ItemContent::Task { leader, .. } = &mut ours.content {
            leader.push("钱二".into());
        }
        if let ItemContent::Task { quantities, .. } = &mut new.content {
            quantities.push("500亩".into());
        }
        let merged = merged(&read.content, &ours.content, &new.content);
        let told = differing(&ours.content, &merged);
        let told: Vec<String> = told.iter().map(|d| format!("{}：{}→{}", d.field, d.from, d.to)).collect();
        assert_eq!(told, ["任务：核查面积→核查种植面积", "指标：→500亩"]);
    }
}
