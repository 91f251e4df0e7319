//! Statutory holidays and working days.

mod lunar;
mod notices;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use lunar::festival;
use lunar::{by_law, unpack};
use notices::NOTICES;

/// A public holiday of the whole country.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Holiday {
    /// 元旦
    NewYear,
    /// 春节
    Spring,
    /// 清明节
    Qingming,
    /// 劳动节
    Labour,
    /// 端午节
    DragonBoat,
    /// 中秋节
    MidAutumn,
    /// 国庆节
    National,
    /// 抗战胜利纪念日
    Victory,
    /// Any other day off that a region or a later notice gives.
    Other,
}

/// The days off of a holiday; whether a notice says so, or the law alone.
pub(crate) fn stretch(year: i16, holiday: Holiday) -> Option<(Date, Date, bool)> {
    let noticed = NOTICES
        .iter()
        .find(|notice| notice.year == year)
        .and_then(|notice| notice.off.iter().find(|(name, ..)| *name == holiday))
        .and_then(|(_, from, to)| Some((unpack(year, *from)?, unpack(year, *to)?, true)));
    noticed.or_else(|| by_law(year, holiday).map(|(from, to)| (from, to, false)))
}
