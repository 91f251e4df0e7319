//! An item of a draft as it is shown: what it says, what stands in its way, what was decided.

use luoshi_app::Reader;
use luoshi_app::drafting::{Names, Review, Trouble, schedule_words};
use luoshi_engine::{Decision, DraftItem, ItemContent, ItemParty, PersonId, Share, UnitKind};
use luoshi_pack::{Duty, Owes, Until};

use super::finding::Finding;
use crate::view::form_key;

/// Kinds of items: key and words, in the order in which they are listed.
pub(super) const KINDS: [(&str, &str); 6] = [
    ("task", "任务"),
    ("quota", "指标"),
    ("duty", "报送"),
    ("stage", "阶段"),
    ("rule", "奖惩"),
    ("group", "领导小组"),
];

/// What a kind is called.
pub(in crate::pages) fn kind_title(kind: &str) -> &'static str {
    KINDS.iter().find(|(key, _)| *key == kind).map_or("", |(_, title)| title)
}

/// An item.
pub(super) struct ItemView {
    /// Its number.
    pub(super) no: i64,
    /// `task`, `quota`, `duty`, `stage`, `rule`, `group`.
    pub(super) kind: &'static str,
    /// What that is called.
    pub(super) kind_title: &'static str,
    /// `open`, `confirmed`, `corrected`, `merged`, `dropped`.
    pub(super) state: &'static str,
    /// What that is called.
    pub(super) state_title: String,
    /// One line.
    pub(super) title: String,
    /// What else it says.
    pub(super) facts: Vec<Fact>,
    /// Why it cannot be issued as it stands, where that is not told beside a name.
    pub(super) troubles: Vec<String>,
    /// Whether somebody has to look at it.
    pub(super) flagged: bool,
    /// What was found in its words.
    pub(super) findings: Vec<Finding>,
    /// Why it was decided so.
    pub(super) reason: String,
    /// Who decided.
    pub(super) by: String,
    /// The item that it was merged into; 0 for none.
    pub(super) into: i64,
    /// Whether it rests on words of the text.
    pub(super) placed: bool,
    /// A key for its forms.
    pub(super) key: String,
    /// Its mark, by which a form says what it has shown.
    pub(super) seen: String,
}

/// One thing that an item says.
pub(super) struct Fact {
    /// What it is called.
    pub(super) title: &'static str,
    /// What it says.
    pub(super) values: Vec<Value>,
}

/// A value.
pub(super) struct Value {
    /// In words.
    pub(super) words: String,
    /// What is to be added.
    pub(super) note: String,
    /// Whether it cannot stay so.
    pub(super) bad: bool,
}

impl Value {
    fn plain(words: impl Into<String>) -> Self {
        Self { words: words.into(), note: String::new(), bad: false }
    }
}

impl ItemView {
    /// An item.
    pub(super) fn of(
        reader: &Reader,
        names: &Names<'_>,
        (item, decided): (&DraftItem, Option<&(Decision, PersonId)>),
        troubles: &[Trouble],
        findings: Vec<Finding>,
    ) -> Self {
        let decision = decided.map(|(decision, _)| decision);
        let content = Review::content(item, decision);
        let (state, state_title, into, reason) = state(decision);
        let (title, facts) = said(content, names);
        Self {
            no: item.no.0,
            kind: content.kind(),
            kind_title: kind_title(content.kind()),
            state,
            state_title,
            title,
            facts,
            flagged: !troubles.is_empty() || !findings.is_empty() || (decision.is_none() && undated(content)),
            troubles: (troubles.iter().filter(|trouble| !is_named(trouble)).map(Trouble::sentence))
                .chain(undated(content).then(|| String::from(UNDATED)))
                .collect(),
            findings,
            reason,
            by: by(reader, decided),
            into,
            placed: item.span.is_some(),
            key: form_key(),
            seen: Decision::mark(decision),
        }
    }
}

/// What is told of a report that says neither a day nor how long after what it is due.
const UNDATED: &str = "没有写明哪天或多久之内报送：请改正时间；照此确认的，印发后由督查员或报送单位在“报送”页按事由开出、当时定时限";

fn undated(content: &ItemContent) -> bool {
    matches!(content, ItemContent::Duty(duty) if duty.is_unscheduled())
}

/// Who decided; nobody where that is not told.
fn by(reader: &Reader, decided: Option<&(Decision, PersonId)>) -> String {
    let known = decided.filter(|(_, by)| *by != PersonId::default());
    known.map(|(_, by)| reader.context.org.person_name(*by)).unwrap_or_default()
}

/// Whether a trouble is told beside the name that it is about.
fn is_named(trouble: &Trouble) -> bool {
    matches!(trouble, Trouble::Unknown(_) | Trouble::Nobody(_))
}

fn state(decision: Option<&Decision>) -> (&'static str, String, i64, String) {
    match decision {
        None => ("open", String::from("待定"), 0, String::new()),
        Some(Decision::Confirmed) => ("confirmed", String::from("已确认"), 0, String::new()),
        Some(Decision::Corrected { reason, .. }) => ("corrected", String::from("已改正"), 0, reason.clone()),
        Some(Decision::Merged { into, reason }) => {
            ("merged", format!("并入第{into}项"), into.0, reason.clone())
        }
        Some(Decision::Dropped { reason }) => ("dropped", String::from("已删去"), 0, reason.clone()),
    }
}

/// One line that tells an item from others.
pub(in crate::pages) fn title_of(content: &ItemContent) -> String {
    match content {
        ItemContent::Task { title, .. } => title.clone(),
        ItemContent::Duty(duty) => duty.title.clone(),
        ItemContent::Quota(quota) => quota.title.clone(),
        ItemContent::Rule { when, effect, .. } if when.is_empty() => effect.clone(),
        ItemContent::Rule { when, effect, .. } => format!("{when}：{effect}"),
        ItemContent::Stage { name, .. } => name.clone(),
        ItemContent::Group { name, .. } => name.clone(),
    }
}

fn said(content: &ItemContent, names: &Names<'_>) -> (String, Vec<Fact>) {
    let mut facts = Vec::new();
    let mut add = |title, values: Vec<Value>| {
        if !values.is_empty() {
            facts.push(Fact { title, values });
        }
    };
    let one = |words: &str| (!words.is_empty()).then(|| Value::plain(words)).into_iter().collect();
    let many = |words: &[String]| words.iter().map(Value::plain).collect();
    match content {
        ItemContent::Task { lead, support, leader, due, until, every, quantities, evidence, .. } => {
            add("承办", lead.iter().map(|party| party_value(party, names)).collect());
            add("配合", support.iter().map(|party| party_value(party, names)).collect());
            add("责任领导", many(leader));
            let (by, day_end) = (if every.is_some() { "到" } else { "时限" }, Until::DayEnd);
            let until = if every.is_some() { day_end } else { *until };
            add("多久一次", one(&content.again()));
            add(by, due.map(|day| Value::plain(until.told(day))).into_iter().collect());
            add("数量", many(quantities));
            add("佐证", many(evidence));
        }
        ItemContent::Duty(duty) => {
            add("时间", one(&when(duty)));
            add("报送单位", vec![Value::plain(owed_by(&duty.from))]);
            add("报给", one(duty.to.as_deref().unwrap_or_default()));
            add("零报告", one(if duty.nil { "可以" } else { "" }));
        }
        ItemContent::Quota(quota) => {
            let share = |share: &Share| {
                let party = party_value(&share.party, names);
                Value { words: format!("{} {}{}", party.words, share.amount, quota.unit), ..party }
            };
            add("分配", quota.shares.iter().map(share).collect());
            add("合计", one(&quota.total.map(|total| format!("{total}{}", quota.unit)).unwrap_or_default()));
            add("时限", quota.due.map(|day| Value::plain(quota.until.told(day))).into_iter().collect());
        }
        ItemContent::Rule { kind, .. } => add("类型", one(rule_title(kind))),
        ItemContent::Stage { start, end, .. } => {
            let day = |day: &Option<jiff::civil::Date>| day.map(|day| day.to_string()).unwrap_or_default();
            let words = if start.is_none() && end.is_none() {
                String::new()
            } else {
                format!("{}—{}", day(start), day(end))
            };
            add("起止", one(&words));
        }
        ItemContent::Group { role, .. } => add("职务", one(role_title(role))),
    }
    (title_of(content), facts)
}

fn party_value(party: &ItemParty, names: &Names<'_>) -> Value {
    let units = names.units(party);
    let (note, bad) = match (party.unit, party.collective) {
        (None, None) => (String::from("不在机构名录"), true),
        (None, Some(_)) if units.is_empty() => (String::from("没有对应的单位"), true),
        (None, Some(_)) => (format!("{}个单位", units.len()), false),
        (Some(_), _) => (String::new(), false),
    };
    // Of two units of one name it is told which is meant; a short name is told in full.
    let words = party.unit.map_or_else(|| party.name.clone(), |unit| names.label(unit));
    Value { words, note, bad }
}

/// When a report is due.
pub(super) fn when(duty: &Duty) -> String {
    let end = duty.end.map(|day| format!("，至{day}")).unwrap_or_default();
    format!("{}{end}", duty.until.told(schedule_words(duty)))
}

/// Who owes a report.
pub(super) fn owed_by(from: &Owes) -> String {
    match from {
        Owes::Issuer => String::from("本单位"),
        Owes::Parties => String::from("承办和配合各项任务的单位"),
        Owes::Kind(kind) => format!("各{}", UnitKind::title_of(kind)),
        Owes::Units(units) => units.join("、"),
    }
}

/// Kinds of rules.
pub(super) const RULES: [(&str, &str); 5] = [
    ("reward", "奖励"),
    ("penalty", "惩处"),
    ("score", "计分"),
    ("veto", "一票否决"),
    ("accountability", "问责"),
];

/// Places in a leading group.
pub(super) const ROLES: [(&str, &str); 4] =
    [("head", "组长"), ("deputy", "副组长"), ("member", "成员"), ("office", "办公室")];

fn rule_title(kind: &str) -> &'static str {
    RULES.iter().find(|(key, _)| *key == kind).map_or("", |(_, title)| title)
}

fn role_title(role: &str) -> &'static str {
    ROLES.iter().find(|(key, _)| *key == role).map_or("", |(_, title)| title)
}
