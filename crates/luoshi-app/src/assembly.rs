//! What the issuer owes upward, assembled from below: the reports of the same plan and stretch of time, who handed
//! in and who did not, their numbers summed, and a draft of the whole for a person to edit.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use jiff::civil::Date;
use luoshi_engine::{Entry, EntryNo, FieldValue, LONGEST_TEXT, Plan, UnitId};
use luoshi_pack::{Duty, Effect, Field, FieldKind, Owes, Phase, Register, Side, Step};

use crate::error::AppError;
use crate::reader::Reader;

/// The most reports of one duty that are put together.
const MOST: i64 = 5000;

/// What is put together for a report that is owed upward.
#[derive(Clone, Debug, PartialEq)]
pub struct Assembly {
    /// Who receives it.
    pub to: String,
    /// The last due day that it looks back on.
    pub until: Date,
    /// Duty by duty, in the order of the plan; those under which nothing was asked for are left out.
    pub duties: Vec<Gathered>,
}

/// The reports of one duty.
#[derive(Clone, Debug, PartialEq)]
pub struct Gathered {
    /// What the duty is called.
    pub title: String,
    /// The register of its reports.
    pub register: String,
    /// Their numbers, field by field.
    pub sums: Vec<Sum>,
    /// The reports, unit by unit as the organisation lists them, the first period first.
    pub reports: Vec<Given>,
    /// Whether there are more than could be put together.
    pub more: bool,
}

/// The numbers of one field.
#[derive(Clone, Debug, PartialEq)]
pub struct Sum {
    /// The field.
    pub key: String,
    /// Its title.
    pub title: String,
    /// What its number counts; 元 of money.
    pub unit: String,
    /// Of all reports together, as the field has it.
    pub all: FieldValue,
    /// Of the last report of each unit: what counts up from period to period (累计) is not to be added up.
    pub last: FieldValue,
}

/// One report.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    /// Its entry.
    pub entry: EntryNo,
    /// Of which unit.
    pub unit: UnitId,
    /// For which due day.
    pub period: Date,
    /// Whether it came.
    pub came: Came,
    /// What it says: title and words of each field of words that is filled in.
    pub texts: Vec<(String, String)>,
}

/// Whether a report came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// It was handed in.
    Told,
    /// It was handed in with nothing to tell (零报告).
    Nil,
    /// It was handed back and did not come again.
    Returned,
    /// It did not come.
    Missing,
}

impl Came {
    /// What a user reads.
    pub fn words(self) -> &'static str {
        match self {
            Self::Told => "已报",
            Self::Nil => "零报告",
            Self::Returned => "退回未重报",
            Self::Missing => "未报",
        }
    }

    /// Whether it is here.
    pub fn is_here(self) -> bool {
        matches!(self, Self::Told | Self::Nil)
    }
}

impl Reader {
    /// What there is from below for a report that is owed upward; none for any other entry, and for those who do
    /// not see the unit that owes it. Only what the reader sees anyhow goes in; nothing of confidential registers
    /// or fields does.
    ///
    /// # Errors
    ///
    /// The store fails.
    pub async fn assembly(&self, plan: &Plan, entry: &Entry) -> Result<Option<Assembly>, AppError> {
        let lead = entry.opening.lead;
        let Some(expected) = entry.opening.expected.as_ref().filter(|_| self.sees(lead)) else {
            return Ok(None);
        };
        let pack = self.pack(plan)?;
        let world = self.context.world(pack, self.now);
        let owed = plan.duties.iter().find(|duty| duty.key == expected.duty);
        let Some(duty) = owed.filter(|duty| world.is_upward(duty)) else { return Ok(None) };
        let stretch = world.stretch(plan, duty, expected.period);
        let mut duties = Vec::new();
        for duty in plan.duties.iter().filter(|duty| duty.from != Owes::Issuer && !world.is_upward(duty)) {
            let Some(register) = pack.find_register(&duty.register) else { continue };
            let mut found = self.app().store().reports(plan.id, &duty.key, stretch, MOST + 1).await?;
            let more = found.len() > usize::try_from(MOST).unwrap_or(usize::MAX);
            found.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
            let below =
                |unit: UnitId| lead == plan.issuer || self.context.org.covers_on(lead, unit, self.now.date());
            found.retain(|report| {
                report.phase != Phase::Void && below(report.opening.lead) && self.sees_entry(report)
            });
            if !found.is_empty() {
                duties.push(Gathered { more, ..self.gathered(duty, register, found) });
            }
        }
        let to = duty.to.clone().unwrap_or_default();
        Ok(Some(Assembly { to, until: expected.period, duties }))
    }

    /// The reports of one duty put together.
    fn gathered(&self, duty: &Duty, register: &Register, mut found: Vec<Entry>) -> Gathered {
        let units = self.in_order(found.iter().map(|report| report.opening.lead));
        let place: BTreeMap<UnitId, usize> = units.into_iter().zip(0..).collect();
        found.sort_by_key(|report| (place.get(&report.opening.lead).copied(), period(report), report.no));
        // What is confidential is told where its reading is noted, and nowhere else.
        let open = register.fields.iter().filter(|field| !field.confidential && !register.confidential);
        let open: Vec<&Field> = open.collect();
        let told: Vec<&Entry> = found.iter().filter(|report| came(register, report) == Came::Told).collect();
        let reports = found.iter().map(|report| {
            let came = came(register, report);
            let words = |field: &&&Field| came == Came::Told && field.kind == FieldKind::Text;
            let texts = open.iter().filter(words).filter_map(|field| {
                let FieldValue::Text(text) = report.opening.fields.get(&field.key)? else { return None };
                Some((field.title.clone(), text.clone()))
            });
            let texts = texts.collect();
            let (entry, unit) = (report.no, report.opening.lead);
            Given { entry, unit, period: period(report), came, texts }
        });
        let sums = open.iter().filter_map(|field| sum(field, &told));
        Gathered {
            title: duty.title.clone(),
            register: register.key.clone(),
            sums: sums.collect(),
            reports: reports.collect(),
            more: false,
        }
    }

    /// What there is from below as a draft of the report: numbers that its step asks for under the same name, and
    /// all the rest in words in its first field of words.
    pub fn prefill(
        &self,
        assembly: &Assembly,
        register: &Register,
        step: &Step,
    ) -> BTreeMap<String, FieldValue> {
        let asked = step.needs.iter().chain(&step.takes).filter_map(|key| register.find_field(key));
        let asked: Vec<&Field> = asked.filter(|field| !field.confidential).collect();
        let mut filled = BTreeMap::new();
        for field in &asked {
            let same = assembly.duties.iter().flat_map(|duty| &duty.sums).filter(|sum| sum.key == field.key);
            let values: Vec<&FieldValue> = same.map(|sum| &sum.all).collect();
            filled.extend(added(field, &values).map(|all| (field.key.clone(), all)));
        }
        if let Some(field) = asked.iter().find(|field| field.kind == FieldKind::Text) {
            let words = assembly.words(&|unit| self.unit_words(unit));
            filled.insert(field.key.clone(), FieldValue::Text(words));
        }
        filled
    }
}

impl Assembly {
    /// All of it in words, as long as a field may be: what a person begins to write from.
    fn words(&self, name: &dyn Fn(UnitId) -> String) -> String {
        let mut out = String::new();
        for duty in &self.duties {
            duty.write(&mut out, name);
        }
        let out = out.trim_end();
        if out.chars().count() <= LONGEST_TEXT {
            return out.to_owned();
        }
        let rest = "……（以下从略，详见各单位所报）";
        let room = LONGEST_TEXT - rest.chars().count() - 1;
        let cut: String = out.chars().take(room).collect();
        let whole = cut.rfind('\n').map_or(cut.as_str(), |end| &cut[..end]);
        format!("{whole}\n{rest}")
    }
}

impl Gathered {
    /// Who did not hand in, each unit once.
    pub fn missing(&self) -> Vec<UnitId> {
        self.units(|came| !came.is_here())
    }

    /// Who handed in with nothing to tell, each unit once.
    fn nil(&self) -> Vec<UnitId> {
        self.units(|came| came == Came::Nil)
    }

    fn units(&self, of: impl Fn(Came) -> bool) -> Vec<UnitId> {
        let mut known = BTreeSet::new();
        let units = self.reports.iter().filter(|report| of(report.came)).map(|report| report.unit);
        units.filter(|unit| known.insert(*unit)).collect()
    }

    /// How many were asked for and how many are here, in words.
    pub fn counted(&self) -> String {
        let of = |came: fn(Came) -> bool| self.reports.iter().filter(|report| came(report.came)).count();
        let (asked, here, nil) = (self.reports.len(), of(Came::is_here), of(|came| came == Came::Nil));
        let nil = if nil > 0 { format!("（其中零报告{nil}份）") } else { String::new() };
        let missing = if here < asked { format!("，未报{}份", asked - here) } else { String::new() };
        let more = if self.more { format!("，超过{MOST}份的没有计入") } else { String::new() };
        format!("应报{asked}份，已报{here}份{nil}{missing}{more}")
    }

    /// Whether a unit was asked more than once: then each report is told with its day.
    fn repeated(&self) -> bool {
        let mut known = BTreeSet::new();
        self.reports.iter().any(|report| !known.insert(report.unit))
    }

    fn write(&self, out: &mut String, name: &dyn Fn(UnitId) -> String) {
        let names = |units: Vec<UnitId>| units.into_iter().map(name).collect::<Vec<_>>().join("、");
        let (missing, nil, dated) = (self.missing(), self.nil(), self.repeated());
        // Writing to a string does not fail.
        let _ = write!(out, "【{}】{}", self.title, self.counted());
        if !missing.is_empty() {
            let _ = write!(out, "：{}", names(missing));
        }
        let _ = writeln!(out, "。");
        if !self.sums.is_empty() {
            let sums: Vec<String> = self.sums.iter().map(Sum::words).collect();
            let _ = writeln!(out, "{}。", sums.join("；"));
        }
        for report in self.reports.iter().filter(|report| !report.texts.is_empty()) {
            let day =
                if dated { report.period.strftime("（%-m月%-d日）").to_string() } else { String::new() };
            let texts: Vec<&str> = report.texts.iter().map(|(_, words)| words.as_str()).collect();
            let _ = writeln!(out, "{}{day}：{}", name(report.unit), texts.join("；"));
        }
        if !nil.is_empty() {
            let _ = writeln!(out, "零报告：{}。", names(nil));
        }
    }
}

impl Sum {
    /// In words: 数量合计210吨. Where the last reports say something else together, that too.
    pub fn words(&self) -> String {
        let Self { title, unit, all, last, .. } = self;
        let told = format!("{title}合计{}{unit}", all.plain());
        if all == last {
            told
        } else {
            format!("{told}（各单位最近一份合计{}{unit}）", last.plain())
        }
    }
}

fn period(report: &Entry) -> Date {
    report.opening.expected.as_ref().map_or(Date::MIN, |expected| expected.period)
}

/// Whether a report came, and how: by the step that last handed it in.
fn came(register: &Register, report: &Entry) -> Came {
    match report.phase {
        Phase::Submitted | Phase::Done => {}
        Phase::Open | Phase::Void if report.returned > 0 => return Came::Returned,
        Phase::Open | Phase::Void => return Came::Missing,
    }
    let hands_in = |step: &&Step| step.who.iter().any(|who| who.side == Side::Lead);
    let taken = |step: &Step| report.hands.get(&step.key).map(|hand| hand.at);
    let last = register.flow.steps.iter().filter(hands_in).filter(|step| taken(step).is_some());
    let last = last.max_by_key(|step| taken(step));
    if last.is_some_and(|step| step.effect == Some(Effect::Nil)) { Came::Nil } else { Came::Told }
}

/// The numbers of a field in some reports; none where it holds none.
fn sum(field: &Field, told: &[&Entry]) -> Option<Sum> {
    let values =
        told.iter().filter_map(|report| Some((report.opening.lead, report.opening.fields.get(&field.key)?)));
    let values: Vec<(UnitId, &FieldValue)> = values.collect();
    // The reports of a unit stand in the order of their periods.
    let last: BTreeMap<UnitId, &FieldValue> = values.iter().copied().collect();
    let all: Vec<&FieldValue> = values.iter().map(|(_, value)| *value).collect();
    let unit = if field.kind == FieldKind::Money { Some("元") } else { field.unit.as_deref() };
    Some(Sum {
        key: field.key.clone(),
        title: field.title.clone(),
        unit: unit.unwrap_or_default().to_owned(),
        all: added(field, &all)?,
        last: added(field, &last.into_values().collect::<Vec<_>>())?,
    })
}

/// Values of a field of numbers added up; none where it is of another kind or there are none.
fn added(field: &Field, values: &[&FieldValue]) -> Option<FieldValue> {
    let fen = values.iter().filter_map(|value| match value {
        FieldValue::Money(fen) => Some(*fen),
        _ => None,
    });
    let numbers = values.iter().filter_map(|value| match value {
        FieldValue::Number(number) => Some(*number),
        _ => None,
    });
    match field.kind {
        FieldKind::Money => fen.reduce(i64::saturating_add).map(FieldValue::Money),
        // Typed as decimals: what binary fractions leave behind in the sum (0.30000000000000004) is none of it.
        FieldKind::Number => numbers
            .reduce(|sum, number| sum + number)
            .map(|sum| (sum * 1e6).round() / 1e6)
            .map(FieldValue::Number),
        _ => None,
    }
}
