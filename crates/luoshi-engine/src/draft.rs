//! From a compiled plan to the items of a draft, which a person confirms one by one.

use jiff::ToSpan;
use jiff::civil::Date;
use luoshi_pack::{Duty, Lapse, Occasion, Owes, Until};
use luoshi_plan::directory::{Directory, Resolution};
use luoshi_plan::model::{
    Collective, Fact, GroupRole, Party, Plan as Compiled, RuleKind, Task, UnitRole, Value,
};
use luoshi_text::Span;
use luoshi_when::{Bare, Choice, Context, Terms, When, find, term_days};

use crate::id::{ItemNo, UnitId};
use crate::org::{Organisation, Unit};
use crate::plan::{DraftItem, ItemContent, ItemParty, Recurs};
use crate::quota::quotas;
use crate::words::cleaned;

/// The units that a plan's words may mean, with the numbers they have in the organisation.
pub(crate) struct Names<'o> {
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

    /// The one unit that a name means.
    pub(crate) fn find(&self, name: &str) -> Option<UnitId> {
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

    /// A party of a name alone.
    pub(crate) fn named(&self, name: &str) -> ItemParty {
        let collective = match self.directory.resolve(name.trim()) {
            Resolution::Collective(kind, _) => Some(kind),
            _ => None,
        };
        let unit = if collective.is_some() { None } else { self.find(name.trim()) };
        ItemParty { name: cleaned(name.trim()), unit, collective }
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

/// The items of a compiled plan: its tasks, quotas, expected reports, rules, phases and leading group, in
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
    let duties: Vec<(Span, bool)> = found
        .iter()
        .filter_map(|(span, content)| match content {
            ItemContent::Duty(duty) => Some((*span, !duty.is_unscheduled())),
            _ => None,
        })
        .collect();
    // What is asked for as a report is not asked for once more as a task.
    let tasks = plan.tasks.iter().filter(|task| !only_reports(task, text, &duties));
    found.extend(tasks.map(|task| (task.span, self::task(plan, task, text, &names))));
    found.extend(quotas(plan, &names));
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

/// Words for the issue of the plan itself as the event that a time is counted from.
const ISSUE: [&str; 5] = ["印发", "发文", "下发", "发布之日", "公布之日"];

/// What a heading says that names nothing but reporting.
const REPORTING: [&str; 5] = ["报送", "上报", "报告", "汇报", "报表"];

/// Whether every sentence of a stretch holds an expected report. One that says no time (及时报送) may stand at
/// the end of other work: its sentence must say nothing else. A heading that names nothing but reporting
/// (信息报送。) stands before them.
fn only_reports(task: &Task, text: &str, duties: &[(Span, bool)]) -> bool {
    let words = text.get(task.span.range()).unwrap_or("");
    let mut at = task.span.start as usize;
    let mut sentences = words.split_inclusive(['。', '；', '\n']).map(|sentence| {
        let of = Span::new(at, at + sentence.len());
        at += sentence.len();
        (sentence, of)
    });
    let alone = |of: Span, duty: Span| {
        let words = |from: u32, to: u32| text.get(from as usize..to as usize).unwrap_or("");
        ![words(of.start, duty.start), words(duty.end, of.end)].concat().contains(['，', ',', '、'])
    };
    let told =
        |of: Span| duties.iter().any(|(duty, timed)| of.touches(*duty) && (*timed || alone(of, *duty)));
    let heads = |sentence: &str| {
        let title = task.title.as_str();
        REPORTING.iter().any(|word| title.contains(word)) && sentence.trim_end_matches('。').ends_with(title)
    };
    let head = |(sentence, of): (&str, Span)| of.start == task.span.start && heads(sentence);
    let blank = |sentence: &str| sentence.trim().is_empty();
    !words.is_empty()
        && sentences.all(|(sentence, of)| blank(sentence) || told(of) || head((sentence, of)))
        && duties.iter().any(|(duty, _)| duty.touches(task.span))
}

fn task(plan: &Compiled, task: &Task, text: &str, names: &Names<'_>) -> ItemContent {
    let leads = names.parties(&task.lead);
    let responsible = names.parties(&task.responsible);
    let mut support = names.parties(&task.support);
    // Where a lead is named, the responsible units do their share under it.
    let lead = if leads.is_empty() {
        responsible
    } else {
        for party in responsible {
            if !support.contains(&party) {
                support.push(party);
            }
        }
        leads
    };
    support.retain(|party| !lead.contains(party));
    let words = |span: Span| cleaned(text.get(span.range()).unwrap_or(""));
    let (due, mut until) = due(plan, task, text);
    let every = recurs(plan, task, text).map(|(every, hour)| {
        until = hour;
        every
    });
    ItemContent::Task {
        title: cleaned(&task.title),
        lead,
        support,
        leader: task.leader.iter().map(|party| cleaned(&party.name)).collect(),
        due,
        until,
        every,
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

/// How often a task is done again, where no day of its own ends it. What is done every day is standing work,
/// and the time of a report is that of its duty.
fn recurs(plan: &Compiled, task: &Task, text: &str) -> Option<(Recurs, Until)> {
    let ends = |when: &When| matches!(when, When::By { .. } | When::Span { .. } | When::On { .. });
    if task.times.iter().any(|time| !time.inherited && ends(&time.when)) {
        return None;
    }
    let report = |span: Span| {
        let asks = |fact: &&Fact| matches!(fact.value, Value::Report { .. }) && fact.span.touches(span);
        plan.facts.iter().any(|fact| asks(&fact))
    };
    let own = task.times.iter().filter(|time| !time.inherited && !report(time.span));
    let mut found = own.filter_map(|time| {
        let found = find(text.get(time.span.range()).unwrap_or(""), &Context::new(plan.issued));
        Some((Recurs::of(found.first()?)?, Until::of_words(&found)))
    });
    found.find(|(every, _)| !every.rule.starts_with("FREQ=DAILY"))
}

fn fact(plan: &Compiled, fact: &Fact, text: &str, names: &Names<'_>) -> Option<ItemContent> {
    match &fact.value {
        Value::Report { what, to, when } => {
            let when = when.as_deref().unwrap_or("");
            // What is asked for in a task without a time of its own is part of the task.
            if when.is_empty() && plan.tasks.iter().any(|task| task.span.covers(fact.span)) {
                return None;
            }
            let duty = duty(plan, fact.span, text, (what, to.as_deref(), when), names);
            Some(ItemContent::Duty(Box::new(duty)))
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

/// An expected report, as its words give days, a recurrence or an event that it is due after.
fn duty(
    plan: &Compiled,
    span: Span,
    text: &str,
    (what, to, when): (&str, Option<&str>, &str),
    names: &Names<'_>,
) -> Duty {
    let found = find(when, &Context::new(plan.issued));
    let repeated = found.iter().find_map(|found| match &found.when {
        When::Every { rrule } => Some((rrule.clone(), Choice::of(&found.reading).month == Bare::Start)),
        _ => None,
    });
    // No rule tells school terms: the days of a year's terms are written out, for people to look at.
    let terms =
        repeated.is_some().then(|| term_days(when, &Terms::default(), plan.issued, last(plan))).flatten();
    let repeated = repeated.filter(|_| terms.is_none());
    let first_month = repeated.as_ref().is_some_and(|(_, first)| *first);
    let every = repeated.map(|(rrule, _)| rrule);
    let mut on: Vec<Date> = found
        .iter()
        .filter_map(|found| match &found.when {
            When::By { end } | When::Span { end, .. } => Some(*end),
            When::On { day } => Some(*day),
            _ => None,
        })
        .chain(terms.into_iter().flatten())
        .collect();
    on.sort_unstable();
    on.dedup();
    let occasion = (every.is_none() && on.is_empty()).then(|| occasion(plan, span, text, when));
    let outside =
        to.and_then(|to| names.find(to)).and_then(|unit| names.org.unit(unit)).filter(|unit| unit.outside);
    Duty {
        title: cleaned(what),
        from: owes(plan, span, text, names, outside.is_some()),
        to: outside.map(|unit| unit.name().to_owned()),
        end: every.is_some().then(|| on.last().copied()).flatten(),
        on: if every.is_some() { Vec::new() } else { on },
        every,
        occasion,
        until: Until::of_words(&found),
        first_month,
        nil: text.get(sentence(text, span).range()).is_some_and(|words| words.contains("零报告")),
        ..Duty::default()
    }
}

/// The last day on which what comes again is asked for: that of the plan, or a year after its issue.
fn last(plan: &Compiled) -> Date {
    match plan.runs.as_ref().map(|runs| &runs.when) {
        Some(When::By { end } | When::Span { end, .. }) => *end,
        _ => plan.issued.saturating_add(1.year()),
    }
}

/// The event that a report is due after, with the words for it that stand before the time: 事发后2小时内.
fn occasion(plan: &Compiled, span: Span, text: &str, when: &str) -> Occasion {
    let around = sentence(text, span);
    let words = text.get(around.range()).unwrap_or("");
    let at = text.get(span.range()).and_then(|own| own.find(when)).map_or(0, |at| span.start as usize + at);
    let at = at.saturating_sub(around.start as usize);
    let found = find(words, &Context::new(plan.issued));
    let limit = found.iter().enumerate().find_map(|(i, limit)| match limit.when {
        When::Within { amount, unit, before: false }
            if limit.range.end > at && limit.range.start < at + when.len() =>
        {
            Some((i, limit, Lapse { amount, unit }))
        }
        _ => None,
    });
    let Some((i, limit, within)) = limit else {
        return Occasion { words: cleaned(when), ..Occasion::default() };
    };
    // 自印发之日起10日内 is read as two expressions.
    let issued = i.checked_sub(1).and_then(|before| found.get(before)).filter(|before| {
        before.range.end == limit.range.start && before.when == When::From { start: plan.issued }
    });
    let trigger = limit.trigger.as_ref().map_or(limit.range.start, |trigger| trigger.start);
    let from = issued.map_or(trigger.min(limit.range.start), |issued| issued.range.start);
    let words = words.get(from..limit.range.end).unwrap_or(when);
    let issue = issued.is_some() || ISSUE.iter().any(|event| words.contains(event));
    Occasion { words: cleaned(words), within: Some(within), issue }
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
