use jiff::civil::{Date, date};

use crate::calendar::Holiday;

/// The first year of the table.
const FIRST: i16 = 2004;
/// The last year of the table.
pub(crate) const LAST: i16 = 2050;

/// Spring Festival (正月初一), Dragon Boat Festival (五月初五) and Mid-Autumn Festival
/// (八月十五) of each year from 2004 on, as month × 100 + day.
#[rustfmt::skip]
const LUNAR: &[(u16, u16, u16)] = &[
    (122, 622, 928), // 2004
    (209, 611, 918), // 2005
    (129, 531, 1006), // 2006
    (218, 619, 925), // 2007
    (207, 608, 914), // 2008
    (126, 528, 1003), // 2009
    (214, 616, 922), // 2010
    (203, 606, 912), // 2011
    (123, 623, 930), // 2012
    (210, 612, 919), // 2013
    (131, 602, 908), // 2014
    (219, 620, 927), // 2015
    (208, 609, 915), // 2016
    (128, 530, 1004), // 2017
    (216, 618, 924), // 2018
    (205, 607, 913), // 2019
    (125, 625, 1001), // 2020
    (212, 614, 921), // 2021
    (201, 603, 910), // 2022
    (122, 622, 929), // 2023
    (210, 610, 917), // 2024
    (129, 531, 1006), // 2025
    (217, 619, 925), // 2026
    (206, 609, 915), // 2027
    (126, 528, 1003), // 2028
    (213, 616, 922), // 2029
    (203, 605, 912), // 2030
    (123, 624, 1001), // 2031
    (211, 612, 919), // 2032
    (131, 601, 908), // 2033
    (219, 620, 927), // 2034
    (208, 610, 916), // 2035
    (128, 530, 1004), // 2036
    (215, 618, 924), // 2037
    (204, 607, 913), // 2038
    (124, 527, 1002), // 2039
    (212, 614, 920), // 2040
    (201, 603, 910), // 2041
    (122, 622, 928), // 2042
    (210, 611, 917), // 2043
    (130, 531, 1005), // 2044
    (217, 619, 925), // 2045
    (206, 608, 915), // 2046
    (126, 529, 1004), // 2047
    (214, 615, 922), // 2048
    (202, 604, 911), // 2049
    (123, 623, 930), // 2050
];

/// The day itself of a holiday: 正月初一 for 春节, 1 October for 国庆.
pub(crate) fn festival(year: i16, holiday: Holiday) -> Option<Date> {
    let lunar = usize::try_from(year - FIRST).ok().and_then(|at| LUNAR.get(at));
    let packed = match holiday {
        Holiday::NewYear => 101,
        Holiday::Labour => 501,
        Holiday::Victory => 903,
        Holiday::National => 1001,
        Holiday::Spring => lunar?.0,
        Holiday::DragonBoat => lunar?.1,
        Holiday::MidAutumn => lunar?.2,
        Holiday::Qingming => 400 + qingming(year)?,
    };
    unpack(year, packed)
}

/// 清明 in April, by the usual formula of this century.
fn qingming(year: i16) -> Option<u16> {
    let of_century = u16::try_from(year - 2000).ok().filter(|y| *y < 100)?;
    Some(((f64::from(of_century) * 0.2422 + 4.81) as u16) - of_century / 4)
}

/// The days that the law of 2024 gives to a holiday, before any 调休.
pub(crate) fn by_law(year: i16, holiday: Holiday) -> Option<(Date, Date)> {
    let day = festival(year, holiday)?;
    Some(match holiday {
        Holiday::Spring => (day.yesterday().ok()?, day.checked_add(jiff::Span::new().days(2)).ok()?),
        Holiday::Labour => (day, day.tomorrow().ok()?),
        Holiday::National => (day, date(year, 10, 3)),
        Holiday::Victory => return None,
        _ => (day, day),
    })
}

/// The date of month × 100 + day.
pub(crate) fn unpack(year: i16, packed: u16) -> Option<Date> {
    let (month, day) = (packed / 100, packed % 100);
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}
