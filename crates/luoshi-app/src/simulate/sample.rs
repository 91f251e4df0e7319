//! The sixteen samples, as offices of the invented county would issue them.

use jiff::civil::Date;

use super::words::{CITY, COUNTY};

/// Whose plan it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seat {
    County,
    Town,
    Bureau(usize),
    School(usize),
}

/// A plan that was written for another place.
pub(super) struct Sample {
    pub(super) file: &'static str,
    text: &'static str,
    pub(super) pack: &'static str,
    pub(super) seat: Seat,
    /// The year that most of it falls in.
    year: i16,
    /// Its office, its county or its city there.
    places: &'static [(&'static str, Place)],
}

/// What a name of the other place stands for here.
#[derive(Clone, Copy)]
enum Place {
    Issuer,
    County,
    City,
}

macro_rules! sample {
    ($file:literal, $pack:literal, $seat:expr, $year:literal, $places:expr) => {
        Sample {
            file: concat!($file, ".txt"),
            text: include_str!(concat!("../../../../samples/", $file, ".txt")),
            pack: $pack,
            seat: $seat,
            year: $year,
            places: &$places,
        }
    };
}

use Place::{City, County, Issuer};

/// In the order in which they are taken: the kinds of plans by turns.
pub(super) const SAMPLES: [Sample; 16] = [
    sample!("04-recruitment", "recruit", Seat::Town, 2026, [("石桥镇", Issuer), ("宁川县", County)]),
    sample!("05-forest-fire", "campaign", Seat::County, 2025, [("云麓区", County)]),
    sample!("06-work-safety", "hazard", Seat::Town, 2026, [("浦安镇", Issuer), ("滨宁市", City)]),
    sample!("03-poverty-alleviation", "task", Seat::Town, 2025, [("栗坪乡", Issuer), ("隆岭县", County)]),
    sample!("08-peace-month", "task", Seat::Bureau(2), 2026, [("澄湖县", County), ("河州市", City)]),
    sample!("01-culture-workers", "task", Seat::County, 2026, [("云岭县", County)]),
    sample!("07-reservoirs", "task", Seat::Town, 2025, [("清源街道", Issuer), ("江州市", City)]),
    sample!("09-campus-departments", "task", Seat::School(0), 2026, [("澜溪市第三中学", Issuer)]),
    sample!("16-judicial", "task", Seat::Bureau(3), 2025, [("临岳市司法局", Issuer)]),
    sample!("02-policy-interpretation", "task", Seat::County, 2025, [("沅宁县", County)]),
    sample!("10-campus-months", "task", Seat::School(1), 2025, [("栖霞路小学", Issuer)]),
    sample!("11-campus-bureau", "task", Seat::Bureau(1), 2024, [("云麓县", County)]),
    sample!("14-school-safety-system", "task", Seat::Bureau(1), 2025, [("宁川区", County)]),
    sample!("12-campus-city", "task", Seat::School(0), 2026, [("江澜市明德外国语学校", Issuer)]),
    sample!("13-campus-measures", "task", Seat::School(1), 2025, [("沙坪镇中心学校", Issuer)]),
    sample!("15-campus-small", "task", Seat::School(1), 2026, [("枫树湾小学", Issuer)]),
];

impl Sample {
    /// Its text with our names in it and our years.
    pub(super) fn text(&self, issuer: &str, start: Date) -> String {
        let mut text = years(self.text, start.year() - self.year);
        for (theirs, place) in self.places {
            let ours = match place {
                Issuer => issuer,
                County => COUNTY,
                City => CITY,
            };
            text = text.replace(theirs, ours);
        }
        text
    }
}

/// Moves the years of dates and document numbers.
fn years(text: &str, by: i16) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("20") {
        let (head, tail) = rest.split_at(at);
        out.push_str(head);
        let year: Option<i16> = tail.get(..4).and_then(|year| year.parse().ok());
        let dated = tail.get(4..).is_some_and(|after| after.starts_with(['年', '〕']));
        let in_number = head.ends_with(|c: char| c.is_ascii_digit());
        match year.filter(|_| dated && !in_number) {
            Some(year) => {
                out.push_str(&(year + by).to_string());
                rest = &tail[4..];
            }
            None => {
                out.push_str("20");
                rest = &tail[2..];
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn years_move_and_other_numbers_stay() {
        let text = "〔2025〕14号，2025年4月，2026年，20公里，120250年，不超过20名";
        assert_eq!(years(text, 1), "〔2026〕14号，2026年4月，2027年，20公里，120250年，不超过20名");
    }

    #[test]
    fn a_sample_reads_as_ours() {
        let text = SAMPLES[0].text("青石镇", date(2027, 3, 1));
        assert!(text.starts_with("青石镇2027年服务园区企业招工工作实施方案"), "{}", &text[..90]);
        assert!(!text.contains("石桥镇") && text.contains(COUNTY));
    }
}
