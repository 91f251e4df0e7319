//! What an item says as a form, and back.

use jiff::civil::Date;
use luoshi_app::drafting::{Names, read_recurrence, schedule_words, set_schedule};
use luoshi_engine::{ItemContent, ItemParty, Quota, Recurs, Refusal, RefusalKind, Share, UnitKind};
use luoshi_pack::{Duty, Owes, Until};

use super::item::{ROLES, RULES};
use crate::error::{Result, WebError};

/// Lines for further parties in a form.
const BLANK: usize = 2;

/// What was sent, name by name.
pub(crate) struct Said(pub(crate) Vec<(String, String)>);

impl Said {
    /// What was sent under a name; nothing where nothing was.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// All that was sent under a name and says something.
    pub(crate) fn all(&self, name: &str) -> Vec<String> {
        let of = self.0.iter().filter(|(key, value)| key == name && !value.trim().is_empty());
        of.map(|(_, value)| value.trim().to_owned()).collect()
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(key, _)| key == name)
    }

    /// A day, where one was sent.
    pub(crate) fn day(&self, name: &str, title: &str) -> Result<Option<Date>> {
        let words = self.get(name);
        if words.is_empty() {
            return Ok(None);
        }
        let wrong = |_| incomplete(format!("{title}应写成2026-06-30的样子"));
        words.parse().map(Some).map_err(wrong)
    }

    /// Units and their numbers, row by row; rows without either are left out.
    fn shares(&self) -> Vec<(String, String)> {
        let of = |name: &'static str| self.0.iter().filter(move |(key, _)| key == name);
        let rows = of("share").zip(of("amount"));
        let rows = rows.map(|((_, unit), (_, amount))| (unit.trim().to_owned(), amount.trim().to_owned()));
        rows.filter(|(unit, amount)| !unit.is_empty() || !amount.is_empty()).collect()
    }

    fn until(&self) -> Result<Until> {
        let words = self.get("until");
        let wrong = || incomplete(format!("“{words}”不是钟点；请写成“下班前”“10时前”的样子，不填为当天24时"));
        Until::read(words).ok_or_else(wrong)
    }

    /// A name that means nothing gets the unit that was chosen in its place: `use` is `name|unit`.
    pub(super) fn settle(&mut self) {
        let Some((name, unit)) = self.get("use").split_once('|').map(|(a, b)| (a.to_owned(), b.to_owned()))
        else {
            return;
        };
        let parties = ["lead", "support", "owes_units", "share"];
        for (key, value) in &mut self.0 {
            if parties.contains(&key.as_str()) && value.trim() == name {
                value.clone_from(&unit);
            }
        }
    }
}

fn incomplete(sentence: String) -> WebError {
    Refusal::new(RefusalKind::Incomplete, sentence).into()
}

/// The form of an item's content.
#[derive(Default)]
pub(super) struct ContentForm {
    /// `task`, `quota`, `duty`, `stage`, `rule`, `group`.
    pub(super) kind: String,
    pub(super) title: String,
    pub(super) leads: Vec<String>,
    pub(super) supports: Vec<String>,
    pub(super) leader: String,
    pub(super) due: String,
    pub(super) until: String,
    pub(super) every: String,
    /// Units and their numbers.
    pub(super) shares: Vec<(String, String)>,
    pub(super) total: String,
    pub(super) unit: String,
    pub(super) quantities: String,
    pub(super) evidence: String,
    pub(super) when: String,
    pub(super) owes: String,
    pub(super) owes_units: Vec<String>,
    pub(super) to: String,
    pub(super) nil: bool,
    pub(super) opens: String,
    pub(super) grace: String,
    pub(super) start: String,
    pub(super) end: String,
    pub(super) choice: String,
    pub(super) effect: String,
    /// Names that mean nothing, and the units that may be meant.
    pub(super) unclear: Vec<(String, Vec<String>)>,
}

impl ContentForm {
    /// The form of what an item says.
    pub(super) fn of(content: &ItemContent) -> Self {
        let names = |parties: &[ItemParty]| padded(parties.iter().map(|party| party.name.clone()).collect());
        let day = |day: &Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let kind = content.kind().to_owned();
        match content {
            ItemContent::Task { title, lead, support, leader, due, until, every, quantities, evidence } => {
                Self {
                    title: title.clone(),
                    leads: names(lead),
                    supports: names(support),
                    leader: leader.join("、"),
                    due: day(due),
                    until: until.to_string(),
                    every: every.as_ref().map(ToString::to_string).unwrap_or_default(),
                    quantities: quantities.join("\n"),
                    evidence: evidence.join("\n"),
                    kind,
                    ..Self::default()
                }
            }
            ItemContent::Duty(duty) => Self { kind, ..Self::of_duty(duty) },
            ItemContent::Quota(quota) => Self {
                title: quota.title.clone(),
                shares: blanked(
                    quota
                        .shares
                        .iter()
                        .map(|share| (share.party.name.clone(), share.amount.to_string()))
                        .collect(),
                ),
                total: quota.total.map(|total| total.to_string()).unwrap_or_default(),
                unit: quota.unit.clone(),
                due: day(&quota.due),
                until: quota.until.to_string(),
                kind,
                ..Self::default()
            },
            ItemContent::Rule { kind: choice, when, effect } => {
                let (choice, when, effect) = (choice.clone(), when.clone(), effect.clone());
                Self { kind, choice, when, effect, ..Self::default() }
            }
            ItemContent::Stage { name, start, end } => {
                Self { kind, title: name.clone(), start: day(start), end: day(end), ..Self::default() }
            }
            ItemContent::Group { role, name } => {
                Self { kind, title: name.clone(), choice: role.clone(), ..Self::default() }
            }
        }
    }

    fn of_duty(duty: &Duty) -> Self {
        let (owes, units) = match &duty.from {
            Owes::Issuer => (String::from("issuer"), Vec::new()),
            Owes::Parties => (String::from("parties"), Vec::new()),
            Owes::Kind(kind) => (format!("kind:{kind}"), Vec::new()),
            Owes::Units(units) => (String::from("units"), units.clone()),
        };
        Self {
            title: duty.title.clone(),
            when: schedule_words(duty),
            owes,
            owes_units: padded(units),
            to: duty.to.clone().unwrap_or_default(),
            nil: duty.nil,
            until: duty.until.to_string(),
            opens: duty.opens.to_string(),
            grace: duty.grace.to_string(),
            end: duty.end.map(|day| day.to_string()).unwrap_or_default(),
            ..Self::default()
        }
    }

    /// The form as it was sent.
    pub(super) fn again(kind: &str, said: &Said) -> Self {
        let text = |name: &str| said.get(name).to_owned();
        Self {
            kind: kind.to_owned(),
            title: text("title"),
            leads: padded(said.all("lead")),
            supports: padded(said.all("support")),
            leader: text("leader"),
            due: text("due"),
            until: text("until"),
            every: text("every"),
            shares: blanked(said.shares()),
            total: text("total"),
            unit: text("unit"),
            quantities: text("quantities"),
            evidence: text("evidence"),
            when: text("when"),
            owes: text("owes"),
            owes_units: padded(said.all("owes_units")),
            to: text("to"),
            nil: said.has("nil"),
            opens: text("opens"),
            grace: text("grace"),
            start: text("start"),
            end: text("end"),
            choice: text("choice"),
            effect: text("effect"),
            unclear: Vec::new(),
        }
    }

    /// Something new of a kind.
    pub(super) fn blank(kind: &str) -> Option<ItemContent> {
        let name = String::new;
        Some(match kind {
            "task" => ItemContent::Task {
                title: name(),
                lead: Vec::new(),
                support: Vec::new(),
                leader: Vec::new(),
                due: None,
                until: Until::DayEnd,
                every: None,
                quantities: Vec::new(),
                evidence: Vec::new(),
            },
            "duty" => ItemContent::Duty(Box::default()),
            "quota" => ItemContent::Quota(Box::default()),
            "rule" => ItemContent::Rule { kind: String::from("reward"), when: name(), effect: name() },
            "stage" => ItemContent::Stage { name: name(), start: None, end: None },
            "group" => ItemContent::Group { role: String::from("member"), name: name() },
            _ => return None,
        })
    }

    /// Kinds of units that owe a report, with their words.
    pub(super) fn owing(&self) -> Vec<(String, String)> {
        let fixed =
            [("issuer", "本单位"), ("parties", "承办和配合各项任务的单位"), ("units", "下面写明的单位")];
        let fixed = fixed.iter().map(|(key, words)| ((*key).to_owned(), (*words).to_owned()));
        let kinds = UnitKind::ALL.iter().filter(|kind| kind.word != "county");
        let kinds = kinds.map(|kind| (format!("kind:{}", kind.word), format!("本单位下的各{}", kind.title)));
        fixed.chain(kinds).collect()
    }

    /// What the choice is made from.
    pub(super) fn choices(&self) -> &'static [(&'static str, &'static str)] {
        if self.kind == "rule" { &RULES } else { &ROLES }
    }
}

fn blanked(mut shares: Vec<(String, String)>) -> Vec<(String, String)> {
    shares.extend(std::iter::repeat_n((String::new(), String::new()), BLANK));
    shares
}

fn padded(mut names: Vec<String>) -> Vec<String> {
    names.extend(std::iter::repeat_n(String::new(), BLANK));
    names
}

/// Names that were sent and mean nothing: each with the units that may be meant.
pub(super) type Unclear = Vec<(String, Vec<String>)>;

/// What a form says in the place of `before`. Names that it had and that were clear stay what they meant.
pub(super) fn content(
    said: &Said,
    before: &ItemContent,
    names: &Names<'_>,
    dated: Date,
) -> Result<std::result::Result<ItemContent, Unclear>> {
    let mut unclear = Unclear::new();
    let content = match before {
        ItemContent::Task { lead, support, every, .. } => {
            let (every, hour) = self::every(said, every.as_ref(), dated)?;
            let known: Vec<&ItemParty> = lead.iter().chain(support).collect();
            let mut parties = |name| parties(&said.all(name), &known, names, said, &mut unclear);
            let (lead, support) = (parties("lead"), parties("support"));
            ItemContent::Task {
                title: said.get("title").to_owned(),
                support: support.into_iter().filter(|party| !lead.contains(party)).collect(),
                lead,
                leader: words(said.get("leader"), &['、', '，', ',', '\n']),
                due: said.day("due", "时限")?,
                until: hour.map_or_else(|| said.until(), Ok)?,
                every,
                quantities: words(said.get("quantities"), &['\n']),
                evidence: words(said.get("evidence"), &['\n']),
            }
        }
        ItemContent::Duty(duty) => {
            let from = owes(said, names, &mut unclear);
            ItemContent::Duty(Box::new(self::duty(said, duty, from, dated)?))
        }
        ItemContent::Quota(quota) => {
            ItemContent::Quota(Box::new(self::quota(said, quota, names, &mut unclear)?))
        }
        ItemContent::Rule { .. } => ItemContent::Rule {
            kind: choice(said, &RULES)?,
            when: said.get("when").to_owned(),
            effect: said.get("effect").to_owned(),
        },
        ItemContent::Stage { .. } => ItemContent::Stage {
            name: said.get("title").to_owned(),
            start: said.day("start", "开始日期")?,
            end: said.day("end", "结束日期")?,
        },
        ItemContent::Group { .. } => {
            ItemContent::Group { role: choice(said, &ROLES)?, name: said.get("title").to_owned() }
        }
    };
    Ok(if unclear.is_empty() { Ok(content) } else { Err(unclear) })
}

/// How often a task is done again, with the hour that the words tell; words that say what it says already
/// change nothing.
fn every(said: &Said, before: Option<&Recurs>, dated: Date) -> Result<(Option<Recurs>, Option<Until>)> {
    let words = said.get("every");
    if words.is_empty() || before.is_some_and(|before| before.to_string() == words) {
        return Ok((before.filter(|_| !words.is_empty()).cloned(), None));
    }
    let wrong = || incomplete(format!("多久一次“{words}”看不明白；请写成“每月”“每季度”“每周五”的样子"));
    let (every, until) = read_recurrence(words, dated).ok_or_else(wrong)?;
    Ok((Some(every), Some(until).filter(|until| !until.is_day_end())))
}

fn choice(said: &Said, all: &[(&str, &str)]) -> Result<String> {
    let found = all.iter().find(|(key, _)| *key == said.get("choice"));
    found.map(|(key, _)| (*key).to_owned()).ok_or_else(|| WebError::Malformed(String::from("没有选定类别")))
}

fn words(text: &str, at: &[char]) -> Vec<String> {
    text.split(at).map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn parties(
    sent: &[String],
    known: &[&ItemParty],
    names: &Names<'_>,
    said: &Said,
    unclear: &mut Unclear,
) -> Vec<ItemParty> {
    let mut out: Vec<ItemParty> = Vec::new();
    for name in sent {
        let before = known
            .iter()
            .find(|party| party.name == *name && (party.unit.is_some() || party.collective.is_some()));
        let found = before.map(|party| Ok((*party).clone())).unwrap_or_else(|| names.party(name));
        let party = match found {
            Ok(party) => party,
            Err(_) if said.has("keep") => ItemParty { name: name.clone(), unit: None, collective: None },
            Err(near) => {
                unclear.push((name.clone(), near));
                continue;
            }
        };
        if !out.contains(&party) {
            out.push(party);
        }
    }
    out
}

fn quota(said: &Said, before: &Quota, names: &Names<'_>, unclear: &mut Unclear) -> Result<Quota> {
    let number = |words: &str, of: &str| {
        let wrong = |_| incomplete(format!("“{of}”的数“{words}”不是数字"));
        words.parse::<f64>().map_err(wrong)
    };
    let known: Vec<&ItemParty> = before.shares.iter().map(|share| &share.party).collect();
    let mut shares = Vec::new();
    for (unit, amount) in said.shares() {
        let party = parties(std::slice::from_ref(&unit), &known, names, said, unclear).into_iter().next();
        let amount = number(&amount, &unit)?;
        shares.extend(party.map(|party| Share { party, amount }));
    }
    let total = said.get("total");
    Ok(Quota {
        title: said.get("title").to_owned(),
        unit: said.get("unit").to_owned(),
        shares,
        total: (!total.is_empty()).then(|| number(total, "合计")).transpose()?,
        due: said.day("due", "时限")?,
        until: said.until()?,
    })
}

fn owes(said: &Said, names: &Names<'_>, unclear: &mut Unclear) -> Owes {
    match said.get("owes") {
        "issuer" => Owes::Issuer,
        "units" => {
            let mut units = Vec::new();
            for name in said.all("owes_units") {
                match names.party(&name) {
                    Ok(party) if party.unit.is_some() => units.push(party.name),
                    Ok(_) => unclear.push((name, Vec::new())),
                    Err(near) => unclear.push((name, near)),
                }
            }
            Owes::Units(units)
        }
        other => other.strip_prefix("kind:").map_or(Owes::Parties, |kind| Owes::Kind(kind.to_owned())),
    }
}

fn duty(said: &Said, before: &Duty, from: Owes, dated: Date) -> Result<Duty> {
    if said.get("title").is_empty() {
        return Err(incomplete(String::from("请写明报送什么")));
    }
    let number = |name: &str, title: &str, none: u32| match said.get(name) {
        "" => Ok(none),
        words => words.parse::<u32>().map_err(|_| incomplete(format!("{title}应为天数"))),
    };
    let to = said.get("to");
    let mut duty = Duty {
        title: said.get("title").to_owned(),
        from,
        to: (!to.is_empty()).then(|| to.to_owned()),
        end: said.day("end", "截止日期")?,
        opens: number("opens", "提前开放", 7)?.min(366),
        grace: number("grace", "宽限", 0)?.min(366),
        until: said.until()?,
        nil: said.has("nil"),
        ..before.clone()
    };
    set_schedule(&mut duty, said.get("when"), dated)?;
    Ok(duty)
}
