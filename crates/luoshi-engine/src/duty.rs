//! Expected reports: opened for every unit that owes them, period by period.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use luoshi_pack::{Duty, Occasion, Owes, Pack};
use luoshi_when::{Bare, Choice, occurrences};

use crate::clock::World;
use crate::entry::{Expected, FieldValue};
use crate::event::Event;
use crate::id::{ItemNo, UnitId};
use crate::moment::Moment;
use crate::open::NewEntry;
use crate::org::UnitKind;
use crate::plan::{Decision, Draft, ItemContent, Plan, PlanEvent, PlanState};
use crate::refusal::{Refusal, refuse};

/// No more expected reports than this are opened by one event: the rest come with the next tick.
const MOST: usize = 2000;

/// Whether two duties ask the same units for a report on the same days: asked once, it is one duty. What goes to
/// a party outside is another report than what stays inside.
pub(crate) fn is_same(one: &Duty, other: &Duty) -> bool {
    let when = |duty: &Duty| (duty.every.clone(), duty.first_month, duty.on.clone(), duty.occasion.clone());
    when(one) == when(other) && one.from == other.from && one.to.is_some() == other.to.is_some()
}

/// The reports in a draft that a pack asks for too, with the pack's name for each: issued on that pack
/// they become one duty, under the pack's register and limits and the plan's own words.
pub fn duties_in_pack<'p>(draft: &Draft, pack: &'p Pack) -> Vec<(ItemNo, &'p str)> {
    let mut out = Vec::new();
    for (item, decided) in &draft.items {
        let content = match decided.as_ref().map(|(decision, _)| decision) {
            Some(Decision::Dropped { .. } | Decision::Merged { .. }) => continue,
            Some(Decision::Corrected { content, .. }) => content,
            Some(Decision::Confirmed) | None => &item.content,
        };
        let ItemContent::Duty(duty) = content else { continue };
        let found = pack.duties.iter().find(|known| is_same(known, duty));
        out.extend(found.map(|known| (item.no, known.title.as_str())));
    }
    out
}

impl World<'_> {
    /// The pack's duties and those of the text. What the pack asks of units that this issuer does not
    /// have is left out; what the text asks must be owed by somebody.
    pub(crate) fn duties(&self, plan: &Plan, draft: &Draft) -> Result<Vec<Duty>, Refusal> {
        let today = self.now.date();
        let mut duties = self.pack.duties.clone();
        duties.retain(|duty| !self.owing(plan, duty, today).is_empty());
        duties.iter_mut().for_each(|duty| self.count_from_issue(duty));
        let of_pack = duties.len();
        for (item, content) in draft.standing() {
            let ItemContent::Duty(duty) = content else { continue };
            // Asked once: the pack's register and limits hold, and the plan's own words for it.
            let same = |known: &&mut Duty| is_same(known, duty);
            if let Some(known) = duties.iter_mut().take(of_pack).find(same) {
                known.title.clone_from(&duty.title);
                known.to.clone_from(&duty.to);
                continue;
            }
            let duty = self.text_duty(plan, item.no, duty, &duties)?;
            duties.push(duty);
        }
        Ok(duties)
    }

    /// Where the event that a report is due after is the issue of the plan, it is there: from now on the report
    /// has a day like any other.
    fn count_from_issue(&self, duty: &mut Duty) {
        if let Some(Occasion { issue: true, within: Some(lapse), .. }) = duty.occasion {
            let due = self.limit_end(self.now, lapse.amount, lapse.unit);
            (duty.on, duty.occasion) = (vec![due.due_date()], None);
        }
    }

    /// A duty of the text as it is run beside those that there are.
    pub(crate) fn text_duty(
        &self,
        plan: &Plan,
        no: ItemNo,
        duty: &Duty,
        others: &[Duty],
    ) -> Result<Duty, Refusal> {
        let Some(register) = self.report_register(duty) else {
            let pack = &self.pack.title;
            return Err(refuse!(
                Incomplete,
                "第{no}项是报送任务，方案包“{pack}”没有指定报送台账，请删去该项或换用方案包"
            ));
        };
        let mut duty = duty.clone();
        if self.owing(plan, &duty, self.now.date()).is_empty() {
            let title = &duty.title;
            return Err(refuse!(
                Incomplete,
                "第{no}项报送任务“{title}”没有单位可报：本单位之下没有所指的单位，请改正报送单位或删去该项"
            ));
        }
        register.clone_into(&mut duty.register);
        self.count_from_issue(&mut duty);
        if duty.key.is_empty() || others.iter().any(|known| known.key == duty.key) {
            duty.key = format!("item_{no}");
        }
        Ok(duty)
    }

    /// The due days of a duty while a plan runs, in order.
    pub fn periods(&self, plan: &Plan, duty: &Duty) -> Vec<Date> {
        let issued = plan.issued.map_or(Date::MIN, Moment::date);
        let start = duty.start.unwrap_or(issued);
        let end = duty.end.or(plan.end).unwrap_or(issued);
        let Some(rule) = &duty.every else { return duty.on.clone() };
        let month = if duty.first_month { Bare::Start } else { Bare::End };
        let choice = Choice { bare: Bare::End, month };
        // A rule was checked when the pack was loaded or the item confirmed; one that gives no days
        // opens nothing.
        occurrences(rule, start, end, choice).unwrap_or_default()
    }

    /// Whether a duty is owed upward (对上报送): to a party outside. A receiver that is no unit at all is outside
    /// where the issuer itself reports to it; words for one inside are only words.
    pub fn is_upward(&self, duty: &Duty) -> bool {
        let Some(to) = &duty.to else { return false };
        let found = self.org.named(to, self.now.date());
        let outside = |unit: &UnitId| self.org.unit(*unit).is_some_and(|unit| unit.outside);
        if found.is_empty() { duty.from == Owes::Issuer } else { found.iter().all(outside) }
    }

    /// The register of the pack that reports of a duty of the text become entries of; none where it has none.
    pub(crate) fn report_register(&self, duty: &Duty) -> Option<&str> {
        let upward = self.pack.upward.as_ref().filter(|_| self.is_upward(duty));
        upward.or(self.pack.reports.as_ref()).map(String::as_str)
    }

    /// The due days that a report of a duty for a period looks back on, the first and the last: those after the
    /// period before, or the day of the event alone.
    pub fn stretch(&self, plan: &Plan, duty: &Duty, period: Date) -> (Date, Date) {
        if duty.occasion.is_some() {
            return (period, period);
        }
        let before = self.periods(plan, duty).into_iter().rfind(|day| *day < period);
        let after = before.and_then(|day| day.tomorrow().ok());
        (after.unwrap_or(jiff::civil::date(1, 1, 1)), period)
    }

    /// The next period of a duty that was not opened, with the moment it opens.
    fn next_period(&self, plan: &Plan, duty: &Duty) -> Option<(Date, Moment)> {
        let last = plan.opened.get(&duty.key);
        let period = self.periods(plan, duty).into_iter().find(|day| last.is_none_or(|last| day > last))?;
        let opens = period.checked_sub(i64::from(duty.opens).days()).unwrap_or(period);
        Some((period, Moment::start_of(opens)))
    }

    /// When duties of a plan must be looked at again.
    pub fn duties_wake(&self, plan: &Plan) -> Option<Moment> {
        if plan.state != PlanState::Issued {
            return None;
        }
        plan.duties.iter().filter_map(|duty| self.next_period(plan, duty)).map(|(_, at)| at).min()
    }

    /// Opens every expected report whose time has come; a server that was off catches up.
    pub fn open_duties(&self, plan: &Plan) -> Vec<Event> {
        let mut plan = plan.clone();
        let mut events = Vec::new();
        if plan.state != PlanState::Issued {
            return events;
        }
        for duty in plan.duties.clone() {
            while let Some((period, at)) = self.next_period(&plan, &duty) {
                if at > self.now || events.len() > MOST {
                    break;
                }
                let opened = PlanEvent::DutyOpened { duty: duty.key.clone(), period };
                plan.apply(plan.id, self.now, &opened);
                events.push(Event::Plan(opened));
                // Opened before the plan was issued is opened with it: who exists then owes it.
                let day = plan.issued.map_or(at, |issued| issued.max(at)).date();
                for unit in self.owing(&plan, &duty, day) {
                    events.extend(self.expected(&mut plan, &duty, period, unit));
                }
            }
        }
        events
    }

    /// The units that owe a duty on a day: those that exist then. What a unit that was merged owed
    /// is owed by the one that took it over.
    pub fn owing(&self, plan: &Plan, duty: &Duty, day: Date) -> Vec<UnitId> {
        let mut units: Vec<UnitId> = match &duty.from {
            Owes::Issuer => vec![plan.issuer],
            Owes::Kind(kind) => self.of_kind(plan.issuer, kind, day),
            Owes::Parties => plan.parties.iter().filter_map(|unit| self.heir(*unit, day)).collect(),
            Owes::Units(names) => self.meant(plan, names, day),
        };
        units.sort_unstable();
        units.dedup();
        units
    }

    /// The units that names mean: one that a unit bore when the plan was issued still means it.
    fn meant(&self, plan: &Plan, names: &[String], day: Date) -> Vec<UnitId> {
        let issued = plan.issued.map_or(day, Moment::date);
        let units = names.iter().flat_map(|name| {
            let now = self.org.named(name, day);
            if now.is_empty() { self.org.named(name, issued) } else { now }
        });
        units.filter_map(|unit| self.heir(unit, day)).collect()
    }

    /// The units that help with a duty on a day.
    pub(crate) fn supporting(&self, plan: &Plan, duty: &Duty, day: Date) -> Vec<UnitId> {
        self.meant(plan, &duty.supports, day)
    }

    /// Units of a kind below the issuer; where there are none, those that the word for many means
    /// there: the offices of a bureau for its departments.
    fn of_kind(&self, issuer: UnitId, kind: &str, day: Date) -> Vec<UnitId> {
        let known = UnitKind::ALL
            .iter()
            .find(|known| known.word == kind || known.title == kind || known.also.contains(&kind));
        let found = self.org.below(issuer, Some(known.map_or(kind, |known| known.word)), day);
        match known {
            Some(known) if found.is_empty() => self.org.expand(issuer, known.collective, day),
            _ => found,
        }
    }

    /// The unit itself while it exists, or the one that took over; none where it ended.
    pub(crate) fn heir(&self, unit: UnitId, day: Date) -> Option<UnitId> {
        let mut at = unit;
        // Merged at most as often as there are units.
        for _ in 0..=self.org.units.len() {
            let found = self.org.unit(at)?;
            if found.exists(day) {
                return Some(at).filter(|_| !found.outside);
            }
            at = found.into?;
        }
        None
    }

    /// The fields that a duty fills in, where its register has them.
    fn given_fields(&self, duty: &Duty) -> BTreeMap<String, FieldValue> {
        let register = self.pack.find_register(&duty.register);
        let known = |key: &&String| register.is_some_and(|register| register.find_field(key).is_some());
        let given = duty.gives.iter().filter(|(key, _)| known(key));
        given.map(|(key, words)| (key.clone(), FieldValue::Text(words.clone()))).collect()
    }

    fn expected(&self, plan: &mut Plan, duty: &Duty, period: Date, unit: UnitId) -> Option<Event> {
        let due = self.due_on(period, duty.until);
        let on_time = due.plus(i64::from(duty.grace) * Moment::DAY);
        let new = NewEntry {
            register: duty.register.clone(),
            title: format!("{}（{}）", duty.title, period.strftime("%Y年%-m月%-d日")),
            lead: unit,
            supports: self.supporting(plan, duty, self.now.date()),
            due: Some(due),
            fields: self.given_fields(duty),
            expected: Some(Expected { duty: duty.key.clone(), period, on_time }),
            ..NewEntry::default()
        };
        self.opened(plan, new).ok()
    }
}
