//! Public holidays as bounds: 春节前, 国庆节期间, “五一”前. A holiday named for itself is an occasion
//! and schedules nothing.

use jiff::civil::Date;

use crate::calendar::{Holiday, festival, stretch};
use crate::cursor::Cursor;
use crate::point::{Grain, Point, Year};
use crate::{Context, Reading};

/// Names, the longer before the shorter.
const NAMES: [(&str, Holiday); 14] = [
    ("元旦", Holiday::NewYear),
    ("春节", Holiday::Spring),
    ("新春", Holiday::Spring),
    ("农历新年", Holiday::Spring),
    ("清明", Holiday::Qingming),
    ("“五一”", Holiday::Labour),
    ("\"五一\"", Holiday::Labour),
    ("五一", Holiday::Labour),
    ("劳动节", Holiday::Labour),
    ("端午", Holiday::DragonBoat),
    ("中秋", Holiday::MidAutumn),
    ("国庆", Holiday::National),
    ("“十一”", Holiday::National),
    ("十一假期", Holiday::National),
];

/// A holiday with the word that makes a bound of it; 前 and 期间 themselves are left to the caller.
pub(crate) fn point(c: &mut Cursor<'_>, context: &Context, year: Year) -> Option<Point> {
    let mut t = *c;
    let (name, holiday) = NAMES.iter().find(|(name, _)| t.rest().starts_with(name))?;
    t.at += name.len();
    t.eat_one(&["国际劳动节", "劳动节", "节日", "佳节", "节"]);
    let off = t.eat_one(&["小长假", "黄金周", "长假", "假期", "假日", "放假"]).is_some();
    let holiday = *holiday;
    let years = settle(year, context)?;
    let mut days = None;
    for year in years {
        let (start, end, known) = stretch(year, holiday)?;
        let day = festival(year, holiday)?;
        days = Some((start, end, day, known));
        if day.max(end) >= context.anchor.first_of_month() {
            break;
        }
    }
    let (start, end, day, known) = days?;
    let reading = if known { Reading::Holiday } else { Reading::HolidayProvisional };
    let point = |start: Date, end: Date, grain| Point::days(start, end, grain, reading);
    let rest = t.rest();
    let found = if rest.starts_with("前后") {
        point(start, end, Grain::Part)
    } else if ["前", "之前", "以前"].iter().any(|word| rest.starts_with(word)) {
        if rest.starts_with("前夕") {
            return None;
        }
        let eve = day.yesterday().ok()?;
        Point { edge: true, ..point(eve, eve, Grain::Day) }
    } else if ["后", "之后", "以后"].iter().any(|word| rest.starts_with(word)) {
        let next = end.tomorrow().ok()?;
        point(next, next, Grain::Day)
    } else if off || rest.starts_with("期间") {
        point(start, end, Grain::Part)
    } else {
        return None;
    };
    *c = t;
    Some(found)
}

/// The years to be tried, in order.
fn settle(year: Year, context: &Context) -> Option<std::ops::RangeInclusive<i16>> {
    let issued = context.anchor.year();
    Some(match year {
        Year::Missing | Year::Masked => issued..=issued.checked_add(1)?,
        Year::Written(year) | Year::Short(year) => year..=year,
        Year::Ahead(years) | Year::Following(years) => {
            let year = issued.checked_add(years)?;
            year..=year
        }
    })
}
