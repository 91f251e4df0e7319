//! Lights: a function of an entry and a moment, by the pack's conditions.

use jiff::ToSpan;
use jiff::civil::Date;
use luoshi_pack::{Light, Phase, Shines};

use crate::clock::World;
use crate::entry::{Entry, EntryEvent};
use crate::moment::Moment;

/// A light and why it shines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shining {
    /// Its key.
    pub light: String,
    /// Why, in words.
    pub because: String,
}

impl Shining {
    /// The light that an entry was given by its events, up to the last of them: by hand, or by what held then.
    /// Packs and days of rest that were changed since change nothing of it.
    pub fn recorded<'e>(
        entry: &Entry,
        events: impl DoubleEndedIterator<Item = &'e EntryEvent>,
    ) -> Option<Self> {
        let light = entry.light.clone()?;
        let because = events.rev().find_map(|event| match event {
            EntryEvent::Lit { light: Some(lit), because } if *lit == light => Some(because.clone()),
            EntryEvent::LightSet { light: set, reason } if *set == light => Some(reason.clone()),
            _ => None,
        });
        Some(Self { light, because: because.unwrap_or_default() })
    }
}

impl World<'_> {
    /// The light of an entry now. None for registers without lights and for entries that are done.
    /// A light that was set by hand is not judged here.
    pub fn light(&self, entry: &Entry) -> Option<Shining> {
        let register = self.pack.find_register(&entry.opening.register)?;
        if !register.lights || matches!(entry.phase, Phase::Done | Phase::Void) {
            return None;
        }
        let moment = self.judged_at(entry);
        let mut shining = None;
        for light in &self.pack.lights {
            if light.when.is_empty() {
                shining = Some(Shining { light: light.key.clone(), because: String::from("进展正常") });
            }
            if let Some(because) = light.when.iter().find_map(|when| self.shines(*when, light, entry, moment))
            {
                shining = Some(Shining { light: light.key.clone(), because });
            }
        }
        shining
    }

    /// The moment that the light is judged at: what was handed in is judged by when that was; while
    /// the clock stands still, by when it stopped.
    fn judged_at(&self, entry: &Entry) -> Moment {
        let stopped = entry.stops.last().filter(|(_, end)| end.is_none());
        match (stopped, entry.phase) {
            (Some((from, _)), _) => (*from).min(self.now),
            (None, Phase::Submitted) => entry.entered.min(self.now),
            _ => self.now,
        }
    }

    fn shines(&self, when: Shines, light: &Light, entry: &Entry, at: Moment) -> Option<String> {
        if let Shines::Behind(points) = when {
            let gap = entry.progress.map(|progress| progress.planned - progress.actual)?;
            return (gap >= points).then(|| format!("进度落后{gap:.0}个百分点"));
        }
        let due = self.counted_due(light, entry)?;
        let from = self.begins(when, due)?;
        (from <= at).then(|| {
            let days = (at.date() - due.due_date()).get_days();
            if at >= due && days == 0 {
                format!("已过{}的时限", due.due_words())
            } else if at >= due {
                format!("已逾期{}天", days.max(1))
            } else {
                format!("距到期还有{}天", -days)
            }
        })
    }

    /// The due moment that a light counts from: a step that resets the light moves it on.
    fn counted_due(&self, light: &Light, entry: &Entry) -> Option<Moment> {
        let due = entry.opening.due.map(|due| entry.due().unwrap_or(due))?;
        let reset = light.reset.iter().filter_map(|step| entry.hands.get(step)).map(|hand| hand.at).max();
        Some(reset.map_or(due, |reset| due.max(reset)))
    }

    /// From when a condition of time holds.
    fn begins(&self, when: Shines, due: Moment) -> Option<Moment> {
        let day = due.due_date();
        let before = |date: Result<Date, jiff::Error>| date.ok().map(Moment::start_of);
        match when {
            Shines::DaysLeft(days) => before(day.checked_sub(i64::from(days).days())),
            Shines::WorkdaysLeft(days) => {
                self.calendar.add_workdays(day, -days).map(|counted| Moment::start_of(counted.day))
            }
            Shines::DaysLate(days) => Some(due.plus(i64::from(days) * Moment::DAY)),
            Shines::MonthsLate(months) => {
                let late = due.civil().checked_add(i64::from(months).months()).ok()?;
                Some(Moment::at(late.date(), late.time()))
            }
            Shines::Behind(_) => None,
        }
    }

    /// When time alone next changes the light of an entry.
    pub(crate) fn light_changes(&self, entry: &Entry) -> Option<Moment> {
        let register = self.pack.find_register(&entry.opening.register)?;
        if !register.lights || entry.phase != Phase::Open || entry.is_stopped() {
            return None;
        }
        let moments = self.pack.lights.iter().flat_map(|light| {
            let due = self.counted_due(light, entry);
            light.when.iter().filter_map(move |when| self.begins(*when, due?))
        });
        moments.filter(|moment| *moment > self.now).min()
    }
}
