//! What an item of a draft says, over the wire.

use jiff::civil::Date;
use luoshi_app::Reader;
use luoshi_app::drafting::{Names, read_recurrence, schedule_words, set_schedule};
use luoshi_engine::{ItemContent, ItemParty, Quota, Refusal, RefusalKind, Share, UnitId};
use luoshi_pack::{Duty, Owes, Until};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::word;

/// A unit that is named, or a word for many.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
pub(crate) struct PartyBody {
    /// The name as written.
    name: String,
    /// The unit that it is; none for a word for many, and where nobody is called so.
    #[serde(default)]
    unit: Option<i64>,
    /// The kind of units that a word for many stands for.
    #[serde(default)]
    collective: Option<String>,
}

impl From<&ItemParty> for PartyBody {
    fn from(party: &ItemParty) -> Self {
        Self {
            name: party.name.clone(),
            unit: party.unit.map(|unit| unit.0),
            collective: party.collective.as_ref().map(word),
        }
    }
}

impl PartyBody {
    /// The party that it names: by number, else by what it is called.
    fn party(self, reader: &Reader, names: &Names<'_>) -> Result<ItemParty, Refusal> {
        let Some(unit) = self.unit.map(UnitId) else {
            return names.party(&self.name).map_err(|near| unclear(&self.name, &near));
        };
        if reader.context.org.unit(unit).is_none() {
            return Err(Refusal::new(RefusalKind::NotFound, format!("没有编号为{unit}的单位，请核对")));
        }
        Ok(ItemParty { name: self.name, unit: Some(unit), collective: None })
    }
}

fn unclear(name: &str, near: &[String]) -> Refusal {
    let sentence = match near {
        [] => format!("“{name}”不在机构名录中，请改用名录中的名称"),
        near => format!("“{name}”不在机构名录中或不止一个，可能是：{}", near.join("、")),
    };
    Refusal::new(RefusalKind::Incomplete, sentence)
}

/// Who owes a report.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum OwesBody {
    /// The issuer.
    Issuer,
    /// Those that lead or support tasks.
    Parties,
    /// All units of a kind below the issuer.
    Kind(String),
    /// These units, by name.
    Units(Vec<String>),
}

impl From<&Owes> for OwesBody {
    fn from(owes: &Owes) -> Self {
        match owes {
            Owes::Issuer => Self::Issuer,
            Owes::Parties => Self::Parties,
            Owes::Kind(kind) => Self::Kind(kind.clone()),
            Owes::Units(units) => Self::Units(units.clone()),
        }
    }
}

/// What one unit is to reach.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
pub(crate) struct ShareBody {
    /// The unit.
    party: PartyBody,
    /// How much.
    amount: f64,
}

/// What an item says.
#[derive(Clone, Deserialize, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum ContentBody {
    /// Work for units.
    Task {
        /// One line.
        title: String,
        /// Who leads or answers: each gets an entry of its own.
        #[serde(default)]
        lead: Vec<PartyBody>,
        /// Who helps.
        #[serde(default)]
        support: Vec<PartyBody>,
        /// The leader named as responsible.
        #[serde(default)]
        leader: Vec<String>,
        /// When it is due.
        #[serde(default)]
        #[schema(value_type = Option<String>, format = "date")]
        due: Option<Date>,
        /// Until what time of that day: 下班前, 10时前; empty for its end.
        #[serde(default)]
        until: String,
        /// How often it is done again, in words: 每月, 每季度首月10日; empty for once.
        #[serde(default)]
        every: String,
        /// Numbers to be reached, in words.
        #[serde(default)]
        quantities: Vec<String>,
        /// Evidence asked for, in words.
        #[serde(default)]
        evidence: Vec<String>,
    },
    /// A report that is expected.
    Duty {
        /// What is reported.
        title: String,
        /// When, in words: 每周五, 2026-06-30.
        when: String,
        /// Who owes it.
        from: OwesBody,
        /// To whom.
        #[serde(default)]
        to: Option<String>,
        /// Whether nothing to report may be reported.
        #[serde(default)]
        nil: bool,
        /// Until what time of its day: 下班前, 10时前; empty for its end.
        #[serde(default)]
        until: String,
        /// How many days before it can be handed in.
        #[serde(default)]
        #[schema(maximum = 366)]
        opens: u32,
        /// How many days later it still counts as on time.
        #[serde(default)]
        #[schema(maximum = 366)]
        grace: u32,
        /// The last day.
        #[serde(default)]
        #[schema(value_type = Option<String>, format = "date")]
        end: Option<Date>,
    },
    /// A number that is distributed to units.
    Quota {
        /// What is to be reached.
        title: String,
        /// In what it is counted.
        #[serde(default)]
        unit: String,
        /// Who is to reach how much.
        shares: Vec<ShareBody>,
        /// The total that the text states.
        #[serde(default)]
        total: Option<f64>,
        /// The last day.
        #[serde(default)]
        #[schema(value_type = Option<String>, format = "date")]
        due: Option<Date>,
        /// Until what time of that day: 下班前, 10时前; empty for its end.
        #[serde(default)]
        until: String,
    },
    /// A rule in words.
    Rule {
        /// `reward`, `penalty`, `score`, `veto`, `accountability`.
        rule: String,
        /// The condition.
        #[serde(default)]
        when: String,
        /// The consequence.
        effect: String,
    },
    /// A phase of the schedule.
    Stage {
        /// Its name.
        name: String,
        /// First day.
        #[serde(default)]
        #[schema(value_type = Option<String>, format = "date")]
        start: Option<Date>,
        /// Last day.
        #[serde(default)]
        #[schema(value_type = Option<String>, format = "date")]
        end: Option<Date>,
    },
    /// Somebody's place in a leading group.
    Group {
        /// `head`, `deputy`, `member`, `office`.
        role: String,
        /// The name.
        name: String,
    },
}

impl From<&ItemContent> for ContentBody {
    fn from(content: &ItemContent) -> Self {
        let parties = |parties: &[ItemParty]| parties.iter().map(PartyBody::from).collect();
        match content {
            ItemContent::Task { title, lead, support, leader, due, until, every, quantities, evidence } => {
                Self::Task {
                    title: title.clone(),
                    lead: parties(lead),
                    support: parties(support),
                    leader: leader.clone(),
                    due: *due,
                    until: until.to_string(),
                    every: every.as_ref().map(ToString::to_string).unwrap_or_default(),
                    quantities: quantities.clone(),
                    evidence: evidence.clone(),
                }
            }
            ItemContent::Duty(duty) => Self::from(&**duty),
            ItemContent::Quota(quota) => Self::Quota {
                title: quota.title.clone(),
                unit: quota.unit.clone(),
                shares: (quota.shares.iter())
                    .map(|share| ShareBody { party: (&share.party).into(), amount: share.amount })
                    .collect(),
                total: quota.total,
                due: quota.due,
                until: quota.until.to_string(),
            },
            ItemContent::Rule { kind, when, effect } => {
                Self::Rule { rule: kind.clone(), when: when.clone(), effect: effect.clone() }
            }
            ItemContent::Stage { name, start, end } => {
                Self::Stage { name: name.clone(), start: *start, end: *end }
            }
            ItemContent::Group { role, name } => Self::Group { role: role.clone(), name: name.clone() },
        }
    }
}

impl From<&Duty> for ContentBody {
    fn from(duty: &Duty) -> Self {
        Self::Duty {
            title: duty.title.clone(),
            when: schedule_words(duty),
            from: OwesBody::from(&duty.from),
            to: duty.to.clone(),
            nil: duty.nil,
            until: duty.until.to_string(),
            opens: duty.opens,
            grace: duty.grace,
            end: duty.end,
        }
    }
}

impl ContentBody {
    /// The item that it says, with the names that the plan's issuer goes by and years that run forward from a
    /// day; what it does not say of a report stays as it was.
    ///
    /// # Errors
    ///
    /// A name, a recurrence or a time of day that means nothing.
    pub(crate) fn read(
        self,
        reader: &Reader,
        (issuer, dated): (UnitId, Date),
        before: Option<&ItemContent>,
    ) -> Result<ItemContent, Refusal> {
        let names = reader.names(issuer);
        let parties = |list: Vec<PartyBody>| {
            list.into_iter().map(|party| party.party(reader, &names)).collect::<Result<Vec<_>, _>>()
        };
        Ok(match self {
            Self::Task { title, lead, support, leader, due, until, every, quantities, evidence } => {
                let (lead, support) = (parties(lead)?, parties(support)?);
                let until = hour(&until)?;
                let every = match every.trim() {
                    "" => None,
                    words => Some(recurrence(words, dated)?),
                };
                ItemContent::Task { title, lead, support, leader, due, until, every, quantities, evidence }
            }
            Self::Duty { title, when, from, to, nil, until, opens, grace, end } => {
                let known = before.and_then(|content| match content {
                    ItemContent::Duty(duty) => Some(duty.as_ref().clone()),
                    _ => None,
                });
                let mut duty = known.unwrap_or_default();
                set_schedule(&mut duty, &when, dated)?;
                (duty.title, duty.to, duty.nil, duty.end) = (title, to, nil, end);
                (duty.opens, duty.grace) = (opens, grace);
                duty.from = from.into();
                if !until.trim().is_empty() {
                    duty.until = hour(&until)?;
                }
                ItemContent::Duty(Box::new(duty))
            }
            Self::Quota { title, unit, shares, total, due, until } => {
                let read = |share: ShareBody| {
                    let party = share.party.party(reader, &names)?;
                    Ok(Share { party, amount: share.amount })
                };
                let shares = shares.into_iter().map(read).collect::<Result<_, Refusal>>()?;
                ItemContent::Quota(Box::new(Quota { title, unit, shares, total, due, until: hour(&until)? }))
            }
            Self::Rule { rule, when, effect } => ItemContent::Rule { kind: rule, when, effect },
            Self::Stage { name, start, end } => ItemContent::Stage { name, start, end },
            Self::Group { role, name } => ItemContent::Group { role, name },
        })
    }
}

impl From<OwesBody> for Owes {
    fn from(owes: OwesBody) -> Self {
        match owes {
            OwesBody::Issuer => Self::Issuer,
            OwesBody::Parties => Self::Parties,
            OwesBody::Kind(kind) => Self::Kind(kind),
            OwesBody::Units(units) => Self::Units(units),
        }
    }
}

fn hour(words: &str) -> Result<Until, Refusal> {
    let unread = || format!("钟点“{words}”看不明白；请写成“下班前”“18时前”或“18:00”的样子，一天结束前留空");
    Until::read(words).ok_or_else(|| Refusal::new(RefusalKind::Incomplete, unread()))
}

fn recurrence(words: &str, dated: Date) -> Result<luoshi_engine::Recurs, Refusal> {
    let unread = || format!("“{words}”看不出多久一次；请写成“每月”“每季度首月10日”“每周五”的样子");
    let read = read_recurrence(words, dated);
    read.map(|(every, _)| every).ok_or_else(|| Refusal::new(RefusalKind::Incomplete, unread()))
}
