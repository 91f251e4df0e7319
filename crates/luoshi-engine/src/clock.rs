//! Clocks of an entry: when it is due, what is excused, when a limit ends.

use jiff::civil::Date;
use luoshi_pack::{Pack, Since};
use luoshi_when::{Calendar, Resolver, Unit};

use crate::entry::{Entry, FieldValue};
use crate::moment::Moment;
use crate::org::Organisation;

/// All that deciding needs to know besides plan and entry: nothing here is read from a clock.
#[derive(Clone, Copy, Debug)]
pub struct World<'w> {
    /// Units and people.
    pub org: &'w Organisation,
    /// The pack that the plan runs on.
    pub pack: &'w Pack,
    /// Working days.
    pub calendar: &'w Calendar,
    /// The moment.
    pub now: Moment,
}

impl World<'_> {
    fn resolver(&self) -> Resolver<'_> {
        let mut resolver = Resolver::new(self.calendar, self.pack.hours.roll);
        resolver.closing = self.pack.hours.closing;
        resolver
    }

    /// When a day's deadline falls: the end of the day or the office's closing hour, moved off a day
    /// that is not worked where the pack says so.
    pub fn due_on(&self, day: Date, by_closing: bool) -> Moment {
        let due = self.resolver().deadline(day, None).map_or(day, |due| due.day);
        if by_closing { Moment::at(due, self.pack.hours.closing) } else { Moment::end_of(due) }
    }

    /// When a limit that is counted from a moment ends.
    pub fn limit_end(&self, since: Moment, amount: u32, unit: Unit) -> Moment {
        match self.resolver().limit(since.civil(), amount, unit) {
            Some(due) => due.time.map_or_else(|| Moment::end_of(due.day), |time| Moment::at(due.day, time)),
            None => Moment(i64::MAX),
        }
    }
}

impl Entry {
    /// Whether its clock stands still.
    pub fn is_stopped(&self) -> bool {
        self.stops.last().is_some_and(|(_, end)| end.is_none())
    }

    /// When it is due, excused time added; none while the clock stands still or nothing is due.
    pub fn due(&self) -> Option<Moment> {
        if self.is_stopped() {
            return None;
        }
        self.opening.due.map(|due| self.excused(due))
    }

    /// A moment moved by the time that the clock stood still before it.
    fn excused(&self, moment: Moment) -> Moment {
        self.stops.iter().fold(moment, |moment, (from, to)| match to {
            Some(to) if *from < moment => moment.plus(to.0 - from.0),
            _ => moment,
        })
    }

    /// What a limit or a window is counted from; none where that has not happened.
    pub fn since(&self, since: &Since) -> Option<Moment> {
        match since {
            Since::Entered => Some(self.entered),
            Since::Opened => Some(self.opened),
            Since::Step(step) => self.hands.get(step).map(|hand| hand.at),
            Since::Field(field) => match self.opening.fields.get(field)? {
                FieldValue::Date(day) => Some(Moment::start_of(*day)),
                _ => None,
            },
        }
    }
}
