//! From a compiled plan to the items of a draft, which a person confirms one by one.

use jiff::civil::Date;
use luoshi_pack::{Duty, Owes, Until};
use luoshi_plan::directory::{Directory, Resolution};
use luoshi_plan::model::{
    Collective, Fact, GroupRole, Party, Plan as Compiled, RuleKind, Task, UnitRole, Value,
};
use luoshi_text::Span;
use luoshi_when::{Bare, Choice, Context, When, find};

use crate::id::{ItemNo, UnitId};
use crate::org::{Organisation, Unit};
use crate::plan::{DraftItem, ItemContent, ItemParty};
use crate::words::cleaned;

/// The units that a plan's words may mean, with the numbers they have in the organisation.
struct Names<'o> {
    directory: Directory,
    org: &'o Organisation,
    day: Date,
}

/// The units that words of an issuer's plan may mean on a day: the issuer, what is below it, and outside
/// parties.
pub fn unit_directory(org: &Organisation, issuer: UnitId, day: Date) -> Directory {
    let meant = |unit: &&Unit| unit.exists(day) && (unit.outside || org.covers(issuer, unit.id));
    let name = |id: Option<UnitId>| id.and_then(|id| org.unit(id)).map_or("", |unit| unit.name_on(day));
    let rows: Vec<Vec<String>> = org
        .units
        .values()
        .filter(meant)
        .map(|unit| {
            vec![
                unit.name_on(day).to_owned(),
                unit.short.join("、"),
                name(unit.parent_on(day)).to_owned(),
                unit.kind.clone(),
            ]
        })
        .collect();
    let head = ["单位名称", "简称", "上级单位", "类别"].map(str::to_owned);
    Directory::from_rows(&head, &rows).0
}

impl<'o> Names<'o> {
    fn new(org: &'o Organisation, issuer: UnitId, day: Date) -> Self {
        Self { directory: unit_directory(org, issuer, day), org, day }
    }

    fn find(&self, name: &str) -> Option<UnitId> {
        let at = match self.directory.resolve(name) {
            Resolution::Exact(at) | Resolution::Short(at) => at,
            Resolution::Suggest(_) | Resolution::Unknown | Resolution::Collective(..) => return None,
        };
        let name = &self.directory.units().get(at)?.name;
        // Two units of one name cannot be told apart by their name: a person has to choose.
        match self.org.named(name, self.day).as_slice() {
            [unit] => Some(*unit),
            _ => None,
        }
    }

    fn party(&self, party: &Party) -> ItemParty {
        let unit = if party.collective.is_some() { None } else { self.find(&party.name) };
        ItemParty { name: cleaned(&party.name), unit, collective: party.collective }
    }

    fn parties(&self, parties: &[Party]) -> Vec<ItemParty> {
        let mut out: Vec<ItemParty> = Vec::new();
        for party in parties.iter().filter(|party| party.collective != Some(Collective::Post)) {
            let party = self.party(party);
            if !out.contains(&party) {
                out.push(party);
            }
        }
        out
    }
}

/// The items of a compiled plan: its tasks, expected reports, rules, phases and leading group, in
/// the order of the text. Names mean the units that exist on `day`.
pub fn draft_items(
    plan: &Compiled,
    text: &str,
    org: &Organisation,
    issuer: UnitId,
    day: Date,
) -> Vec<DraftItem> {
    let names = Names::new(org, issuer, day);
    let facts = plan.facts.iter().filter_map(|fact| Some((fact.span, self::fact(plan, fact, text, &names)?)));
    let mut found: Vec<(Span, ItemContent)> = facts.collect();
    let duties: Vec<Span> =
        found.iter().filter(|(_, content)| content.kind() == "duty").map(|(span, _)| *span).collect();
    // What is asked for as a report is not asked for once more as a task.
    let tasks = plan.tasks.iter().filter(|task| !only_reports(task.span, text, &duties));
    found.extend(tasks.map(|task| (task.span, self::task(plan, task, text, &names))));
    found.sort_by_key(|(span, content)| (span.start, content.kind()));
    let mut duties = 0;
    let numbered = found.into_iter().enumerate().map(|(i, (span, mut content))| {
        if let ItemContent::Duty(duty) = &mut content {
            duties += 1;
            duty.key = format!("text_{duties}");
        }
        DraftItem { no: ItemNo(i64::try_from(i).unwrap_or(i64::MAX - 1) + 1), span: Some(span), content }
    });
    numbered.collect()
}

/// Whether every sentence of a stretch holds an expected report.
fn only_reports(span: Span, text: &str, duties: &[Span]) -> bool {
    let words = text.get(span.range()).unwrap_or("");
    let mut at = span.start as usize;
    let mut sentences = words.split_inclusive(['。', '；', '\n']).map(|sentence| {
        let of = Span::new(at, at + sentence.len());
        at += sentence.len();
        (sentence, of)
    });
    let told = |of: Span| duties.iter().any(|duty| of.touches(*duty));
    !words.is_empty() && sentences.all(|(sentence, of)| sentence.trim().is_empty() || told(of))
}

fn task(plan: &Compiled, task: &Task, text: &str, names: &Names<'_>) -> ItemContent {
    let leads = names.parties(&task.lead);
    let responsible = names.parties(&task.responsible);
    let mut support = names.parties(&task.support);
    // Where a lead is named, the responsible units do their share under it.
    let lead = if leads.is_empty() {
        responsible
    } else {
        support.extend(responsible);
        leads
    };
    support.retain(|party| !lead.contains(party));
    let words = |span: Span| cleaned(text.get(span.range()).unwrap_or(""));
    let (due, until) = due(plan, task, text);
    ItemContent::Task {
        title: cleaned(&task.title),
        lead,
        support,
        leader: task.leader.iter().map(|party| cleaned(&party.name)).collect(),
        due,
        until,
        quantities: task.quantities.iter().map(|quantity| words(quantity.span)).collect(),
        evidence: task.evidence.iter().map(|evidence| cleaned(&evidence.value)).collect(),
    }
}

/// The last day by which a task must be done, and until what time of it. The run of the whole plan counts
/// only where nothing nearer is said.
fn due(plan: &Compiled, task: &Task, text: &str) -> (Option<Date>, Until) {
    let general = |when: &When| plan.runs.as_ref().is_some_and(|runs| runs.when == *when);
    let day = |when: &When| match when {
        When::By { end } | When::Span { end, .. } => Some(*end),
        When::On { day } => Some(*day),
        When::From { .. } | When::Every { .. } | When::Within { .. } | When::Ongoing => None,
    };
    let own = task.times.iter().filter(|time| !(time.inherited && general(&time.when)));
    let last = own.filter_map(|time| Some((day(&time.when)?, time.span))).max_by_key(|(day, _)| *day);
    match last {
        Some((day, span)) => {
            let found = find(text.get(span.range()).unwrap_or(""), &Context::new(plan.issued));
            (Some(day), Until::of_words(&found))
        }
        None => (plan.runs.as_ref().and_then(|runs| day(&runs.when)), Until::DayEnd),
    }
}

fn fact(plan: &Compiled, fact: &Fact, text: &str, names: &Names<'_>) -> Option<ItemContent> {
    match &fact.value {
        Value::Report { what, to, when } => {
            let when = when.as_deref()?;
            duty(plan, fact.span, text, what, to.as_deref(), when, names).map(Box::new).map(ItemContent::Duty)
        }
        Value::Rule { kind, when, effect, .. } => {
            let kind = match kind {
                RuleKind::Reward => "reward",
                RuleKind::Penalty => "penalty",
                RuleKind::Score => "score",
                RuleKind::Veto => "veto",
                RuleKind::Accountability => "accountability",
            };
            Some(ItemContent::Rule { kind: kind.to_owned(), when: cleaned(when), effect: cleaned(effect) })
        }
        Value::Stage { name, start, end } => {
            Some(ItemContent::Stage { name: cleaned(name), start: *start, end: *end })
        }
        Value::Group { role, name } => {
            let role = match role {
                GroupRole::Head => "head",
                GroupRole::Deputy => "deputy",
                GroupRole::Member => "member",
                GroupRole::Office => "office",
            };
            Some(ItemContent::Group { role: role.to_owned(), name: cleaned(name) })
        }
        Value::Date { .. } | Value::Unit { .. } | Value::Quantity { .. } | Value::Reference { .. } => None,
    }
}

/// An expected report, where its words give days; reports "in time" or after an event are no
/// schedule.
fn duty(
    plan: &Compiled,
    span: Span,
    text: &str,
    what: &str,
    to: Option<&str>,
    when: &str,
    names: &Names<'_>,
) -> Option<Duty> {
    let found = find(when, &Context::new(plan.issued));
    let repeated = found.iter().find_map(|found| match &found.when {
        When::Every { rrule } => Some((rrule.clone(), Choice::of(&found.reading).month == Bare::Start)),
        _ => None,
    });
    let first_month = repeated.as_ref().is_some_and(|(_, first)| *first);
    let every = repeated.map(|(rrule, _)| rrule);
    let mut on: Vec<Date> = found
        .iter()
        .filter_map(|found| match &found.when {
            When::By { end } | When::Span { end, .. } => Some(*end),
            When::On { day } => Some(*day),
            _ => None,
        })
        .collect();
    on.sort_unstable();
    on.dedup();
    if every.is_none() && on.is_empty() {
        return None;
    }
    let outside =
        to.and_then(|to| names.find(to)).and_then(|unit| names.org.unit(unit)).filter(|unit| unit.outside);
    Some(Duty {
        key: String::new(),
        title: cleaned(what),
        register: String::new(),
        from: owes(plan, span, text, names, outside.is_some()),
        to: outside.map(|unit| unit.name().to_owned()),
        end: every.is_some().then(|| on.last().copied()).flatten(),
        on: if every.is_some() { Vec::new() } else { on },
        every,
        start: None,
        opens: 7,
        until: Until::of_words(&found),
        grace: 0,
        first_month,
        nil: text.get(sentence(text, span).range()).is_some_and(|words| words.contains("零报告")),
    })
}

/// The sentence around some words.
fn sentence(text: &str, span: Span) -> Span {
    let ends = ['。', '\n', '；'];
    let from = text.get(..span.start as usize).and_then(|head| head.rfind(ends)).unwrap_or(0);
    let to = text.get(span.end as usize..).and_then(|tail| tail.find(ends));
    Span::new(from, to.map_or(text.len(), |to| span.end as usize + to))
}

/// Who owes a report: the units that its sentence names, or else all parties. What goes to a party
/// outside is owed by the issuer, who puts it together from what comes from below.
fn owes(plan: &Compiled, span: Span, text: &str, names: &Names<'_>, outward: bool) -> Owes {
    if outward {
        return Owes::Issuer;
    }
    let sentence = sentence(text, span);
    let mut units = Vec::new();
    for fact in plan.facts.iter().filter(|fact| sentence.covers(fact.span)) {
        match &fact.value {
            Value::Unit { role: UnitRole::ReportTo | UnitRole::Approve, .. } => {}
            Value::Unit { collective: Some(kind), .. } => {
                if let Some(kind) = kind_word(*kind) {
                    return Owes::Kind(kind.to_owned());
                }
            }
            Value::Unit { .. } => {
                let name = text.get(fact.span.range()).unwrap_or("");
                units.extend(names.find(name).map(|unit| names.org.unit_name(unit)));
            }
            _ => {}
        }
    }
    if units.is_empty() { Owes::Parties } else { Owes::Units(units) }
}

/// The kind of units that a collective word stands for, as the organisation spells it; none for
/// words that do not say which.
pub(crate) fn kind_word(kind: Collective) -> Option<&'static str> {
    match kind {
        Collective::Township => Some("township"),
        Collective::Village => Some("village"),
        Collective::Department => Some("department"),
        Collective::School => Some("school"),
        Collective::Enterprise => Some("enterprise"),
        Collective::Post | Collective::Unit => None,
    }
}
