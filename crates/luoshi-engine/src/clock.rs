//! Clocks of an entry: when it is due, what is excused, when a limit ends.

use jiff::civil::Date;
use luoshi_pack::{Pack, Since, Until};
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

    /// When a day's deadline falls: the end of the day, the office's closing hour or a time of day, moved
    /// off a day that is not worked where the pack says so.
    pub fn due_on(&self, day: Date, until: Until) -> Moment {
        let due = self.resolver().deadline(day, None).map_or(day, |due| due.day);
        match until {
            Until::DayEnd => Moment::end_of(due),
            Until::Closing => Moment::at(due, self.pack.hours.closing),
            Until::At(time) => Moment::at(due, time),
        }
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

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};
    use luoshi_pack::Library;
    use luoshi_when::{Calendar, Roll};

    use super::*;

    /// When a deadline falls, with the hours of a pack and a festival of the place itself.
    fn check(closing: i8, roll: Roll, (day, until): (Date, Until), expected: Moment) {
        let library = Library::built_in();
        let mut pack = library.packs().find(|pack| pack.name == "task").expect("the base pack").clone();
        (pack.hours.closing, pack.hours.roll) = (time(closing, 0, 0, 0), roll);
        let mut calendar = Calendar::china();
        calendar.set(date(2026, 9, 10), false);
        let org = Organisation::default();
        let world = World { org: &org, pack: &pack, calendar: &calendar, now: Moment(0) };
        assert_eq!(world.due_on(day, until), expected, "{day}, {roll:?}");
    }

    #[test]
    fn a_deadline_falls_as_the_office_and_the_pack_have_it() {
        let (holiday, festival) = (date(2026, 10, 3), date(2026, 9, 10));
        let (end, closing) = (Until::DayEnd, Until::Closing);
        // The day to its end, or to the hour at which this office closes.
        check(17, Roll::Keep, (date(2026, 9, 9), end), Moment::end_of(date(2026, 9, 9)));
        check(17, Roll::Keep, (date(2026, 9, 9), closing), Moment::at(date(2026, 9, 9), time(17, 0, 0, 0)));
        check(18, Roll::Keep, (date(2026, 9, 9), closing), Moment::at(date(2026, 9, 9), time(18, 0, 0, 0)));
        // On a day of rest it stays, unless the pack has it otherwise.
        check(17, Roll::Keep, (holiday, end), Moment::end_of(holiday));
        check(17, Roll::NextWorkday, (holiday, end), Moment::end_of(date(2026, 10, 8)));
        check(17, Roll::PreviousWorkday, (holiday, end), Moment::end_of(date(2026, 9, 30)));
        // To a time of day, whatever the office's hours are.
        let ten = time(10, 0, 0, 0);
        check(17, Roll::Keep, (holiday, Until::At(ten)), Moment::at(holiday, ten));
        check(17, Roll::NextWorkday, (holiday, Until::At(ten)), Moment::at(date(2026, 10, 8), ten));
        check(17, Roll::NextWorkday, (festival, closing), Moment::at(date(2026, 9, 11), time(17, 0, 0, 0)));
    }

    #[test]
    fn the_base_pack_leaves_deadlines_on_days_of_rest_where_they_are() {
        let library = Library::built_in();
        let pack = library.packs().find(|pack| pack.name == "task").expect("the base pack");
        assert_eq!(pack.hours.roll, Roll::Keep);
    }
}
