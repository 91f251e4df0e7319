//! Until what time of its last day something is due.

use std::fmt::{self, Display};

use jiff::civil::Time;
use luoshi_when::{Clock, Context, Found, find};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Until what time of its last day something is due.
///
/// A pack says `"day"`, `"closing"` or a time of day such as `"10:00"`. Events that were written while only the
/// closing hour was known say `false` and `true` for the first two, and so do events today.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Until {
    /// The end of the day, 24:00.
    #[default]
    DayEnd,
    /// The hour at which the office closes: 下班前.
    Closing,
    /// A time of day: 10时前.
    At(Time),
}

/// The closing of the morning's work, 上午下班: the same everywhere.
const NOON: Time = jiff::civil::time(12, 0, 0, 0);

/// The last minute of a day means its end, as 24时 does.
const LAST: Time = jiff::civil::time(23, 59, 0, 0);

impl Until {
    /// Whether it is the end of the day.
    pub fn is_day_end(&self) -> bool {
        *self == Self::DayEnd
    }

    /// What the first time expression with a time of day says.
    pub fn of_words(found: &[Found]) -> Self {
        found.iter().find_map(|found| found.clock).map_or(Self::DayEnd, Self::from)
    }

    /// What somebody wrote: 下班前, 10时前, 10:00; nothing for the end of the day. None where it is no time of day.
    pub fn read(words: &str) -> Option<Self> {
        let words = words.trim();
        if words.is_empty() {
            return Some(Self::DayEnd);
        }
        let words = words.strip_suffix('前').unwrap_or(words);
        let said = format!("1月1日{words}前");
        let found = find(&said, &Context::new(jiff::civil::date(2026, 1, 1)));
        let whole = found.first().filter(|found| found.range == (0..said.len()));
        whole.and_then(|found| found.clock).map(Self::from)
    }

    /// With the words for the day before it: 每周四下班前, 2026-12-05 10时前.
    pub fn told(self, day: impl Display) -> String {
        let day = day.to_string();
        let apart = matches!(self, Self::At(_)) && day.ends_with(|c: char| c.is_ascii_digit());
        format!("{day}{}{self}", if apart { " " } else { "" })
    }
}

impl From<Clock> for Until {
    fn from(clock: Clock) -> Self {
        match clock {
            Clock::Closing => Self::Closing,
            Clock::NoonClosing => Self::At(NOON),
            Clock::At(time) if time >= LAST => Self::DayEnd,
            Clock::At(time) => Self::At(time),
        }
    }
}

impl Display for Until {
    /// 下班前, 10时前, 9时30分前; nothing for the end of the day.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DayEnd => Ok(()),
            Self::Closing => f.write_str("下班前"),
            Self::At(time) if time.minute() == 0 => write!(f, "{}时前", time.hour()),
            Self::At(time) => write!(f, "{}时{}分前", time.hour(), time.minute()),
        }
    }
}

impl Serialize for Until {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::DayEnd => to.serialize_bool(false),
            Self::Closing => to.serialize_bool(true),
            Self::At(time) => to.collect_str(&time.strftime("%H:%M")),
        }
    }
}

impl<'de> Deserialize<'de> for Until {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Words;

        impl Visitor<'_> for Words {
            type Value = Until;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("day、closing 或者钟点，例如 10:00")
            }

            fn visit_bool<E: Error>(self, closing: bool) -> Result<Until, E> {
                Ok(if closing { Until::Closing } else { Until::DayEnd })
            }

            fn visit_str<E: Error>(self, words: &str) -> Result<Until, E> {
                match words {
                    "day" | "24:00" => Ok(Until::DayEnd),
                    "closing" => Ok(Until::Closing),
                    _ => match words.parse::<Time>() {
                        Ok(time) => Ok(Until::from(Clock::At(time))),
                        Err(_) => Err(E::invalid_value(serde::de::Unexpected::Str(words), &self)),
                    },
                }
            }
        }

        from.deserialize_any(Words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    #[track_caller]
    fn check(words: &str, until: Until, told: &str) {
        let found = find(words, &Context::new(date(2026, 3, 9)));
        assert_eq!(Until::of_words(&found), until, "{words}");
        assert_eq!(until.told("12月5日"), told, "{words}");
    }

    #[test]
    fn a_time_of_day_is_read_told_and_kept() {
        let at = |hour, minute| Until::At(time(hour, minute, 0, 0));
        check("12月5日前完成", Until::DayEnd, "12月5日");
        check("12月5日24时前完成", Until::DayEnd, "12月5日");
        check("12月5日下班前完成", Until::Closing, "12月5日下班前");
        check("12月5日上午下班前完成", at(12, 0), "12月5日12时前");
        check("12月5日上午10时前完成", at(10, 0), "12月5日10时前");
        check("12月5日下午3时30分前完成", at(15, 30), "12月5日15时30分前");
        check("12月5日17:00前完成", at(17, 0), "12月5日17时前");
        check("每日18时前报送", at(18, 0), "12月5日18时前");
        assert_eq!(at(10, 0).told("2026-12-05"), "2026-12-05 10时前");
    }

    #[test]
    fn a_person_writes_it_in_their_own_way() {
        let read = |words: &str| Until::read(words).map(|until| until.told("当天"));
        let cases = [
            ("", "当天"),
            ("下班前", "当天下班前"),
            ("10时前", "当天10时前"),
            ("下午3点半", "当天15时30分前"),
            ("9:05", "当天9时5分前"),
        ];
        for (words, told) in cases {
            assert_eq!(read(words).as_deref(), Some(told), "{words}");
        }
        assert_eq!((read("尽快"), read("25时"), read("10时前或11时前")), (None, None, None));
    }
}
