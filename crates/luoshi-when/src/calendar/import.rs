use std::fmt::{self, Display};

use jiff::civil::Date;
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::calendar::{Calendar, Certainty, Year};
use crate::{Term, Terms};

/// Why a year could not be taken in.
#[derive(Debug)]
#[non_exhaustive]
pub enum ImportError {
    /// The text is not JSON of either form.
    Form(serde_json::Error),
    /// No day is listed: the notice of that year is not out yet.
    Empty(i16),
    /// A listed day lies further away than the turn of the year.
    OtherYear(Date),
    /// The first or last day of a term is no month and day.
    NoDay(String),
}

impl Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(error) => {
                f.write_str("日历数据格式不对，应为含 year、off、work 或 days，或者含 terms 的 JSON")?;
                if error.line() > 0 { write!(f, "（第{}行）", error.line()) } else { Ok(()) }
            }
            Self::Empty(year) => write!(f, "{year}年的节假日数据是空的，放假通知可能尚未发布"),
            Self::OtherYear(day) => write!(f, "节假日数据中的{day}不属于该年"),
            Self::NoDay(day) => write!(f, "学期起止“{day}”不是月和日，应写成 02-20 这样"),
        }
    }
}

impl std::error::Error for ImportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Form(error) => Some(error),
            _ => None,
        }
    }
}

/// Both forms at once: our own (`off`, `work`) and holiday-cn's (`days`).
#[derive(Deserialize)]
struct File {
    year: i16,
    #[serde(default)]
    off: Vec<Date>,
    #[serde(default)]
    work: Vec<Date>,
    #[serde(default)]
    days: Vec<Day>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Day {
    date: Date,
    is_off_day: bool,
}

impl Calendar {
    /// Takes in the notice of one year; gives the year.
    ///
    /// Two forms are read: `{"year": 2027, "off": ["2027-01-01"], "work": ["2027-01-03"]}` and the
    /// files of holiday-cn (`{"year": 2027, "days": [{"date": …, "isOffDay": true}]}`). A notice
    /// may also set days just beyond the turn of its year: those are set one by one. Days that
    /// were set one by one before stay, unless this notice names them.
    ///
    /// # Errors
    ///
    /// Another form, no day at all, or a day of a year that is not next to it.
    pub fn import(&mut self, json: &str) -> Result<i16, ImportError> {
        let file: File = serde_json::from_str(json).map_err(ImportError::Form)?;
        let days: Vec<(Date, bool)> = (file.off.iter().map(|day| (*day, false)))
            .chain(file.work.iter().map(|day| (*day, true)))
            .chain(file.days.iter().map(|day| (day.date, !day.is_off_day)))
            .collect();
        if let Some((day, _)) = days.iter().find(|(day, _)| day.year().abs_diff(file.year) > 1) {
            return Err(ImportError::OtherYear(*day));
        }
        if !days.iter().any(|(day, _)| day.year() == file.year) {
            return Err(ImportError::Empty(file.year));
        }
        let mut year = Year::weekends(file.year, Certainty::Known);
        if let Some(before) = self.years.get(&file.year) {
            year.keep(before);
        }
        for (day, working) in days {
            if day.year() == file.year {
                year.put(day, working);
            } else {
                self.set(day, working);
            }
        }
        self.years.insert(file.year, year);
        Ok(file.year)
    }
}

/// Days that a place has besides those of the country.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Local {
    #[serde(default)]
    off: Vec<Date>,
    #[serde(default)]
    work: Vec<Date>,
    #[serde(default, rename = "terms")]
    _terms: IgnoredAny,
}

impl Calendar {
    /// Sets the days of a place one by one: `{"off": ["2027-06-18"], "work": ["2027-06-20"]}`. The rest of their
    /// years stays as it is.
    ///
    /// # Errors
    ///
    /// Another form.
    pub fn import_local(&mut self, json: &str) -> Result<(), ImportError> {
        let file: Local = serde_json::from_str(json).map_err(ImportError::Form)?;
        file.off.iter().for_each(|day| self.set(*day, false));
        file.work.iter().for_each(|day| self.set(*day, true));
        Ok(())
    }
}

/// The part of a file that tells the terms.
#[derive(Deserialize)]
struct Schools {
    terms: Option<Written>,
}

/// First and last day of each term, as `MM-DD`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    spring: [String; 2],
    autumn: [String; 2],
}

impl Terms {
    /// Reads the school terms of a place, where the text has some:
    /// `{"terms": {"spring": ["02-20", "07-05"], "autumn": ["09-01", "01-18"]}}`. They may stand in one file with
    /// the days that [`Calendar::import`] reads.
    ///
    /// # Errors
    ///
    /// Another form, or a day that there is not.
    pub fn import(json: &str) -> Result<Option<Self>, ImportError> {
        let file: Schools = serde_json::from_str(json).map_err(ImportError::Form)?;
        let Some(Written { spring, autumn }) = file.terms else { return Ok(None) };
        Ok(Some(Self { spring: term(&spring)?, autumn: term(&autumn)? }))
    }
}

fn term([start, end]: &[String; 2]) -> Result<Term, ImportError> {
    let day = |text: &String| {
        let parts =
            text.split_once('-').and_then(|(month, day)| Some((month.parse().ok()?, day.parse().ok()?)));
        // A day that every year has: a term that begins on 29 February would begin in one year of four.
        let known = parts.filter(|(month, day)| Date::new(2026, *month, *day).is_ok());
        known.ok_or_else(|| ImportError::NoDay(text.clone()))
    };
    Ok(Term { start: day(start)?, end: day(end)? })
}
