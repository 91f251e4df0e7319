use std::collections::HashMap;
use std::io;

use jiff::ToSpan;
use jiff::civil::Date;
use luoshi_report::{Agenda, Entry, Media, Writer};
use sha2::{Digest, Sha256};

use crate::safe::visible;

/// Octets that a line may hold without its line end (RFC 5545, 3.1).
const LINE: usize = 75;

/// A calendar for phones and office programs: RFC 5545, whole days, reminders at nine o'clock.
///
/// Entries keep their UID from export to export, so that a second import changes the first and does
/// not double it. There is no METHOD, because nobody is invited: without one, RFC 5546 asks for no organiser, and the
/// time stamp is when the words were last revised, which is the day of issue and the same in every export. Whole days
/// stand in no time zone, so none is described. Written by hand and not by a crate: the ones there are take the time stamp from
/// the clock and give random UIDs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ics;

impl Writer<Agenda> for Ics {
    fn media(&self) -> Media {
        Media { ending: "ics", kind: "text/calendar; charset=utf-8" }
    }

    fn write(&self, agenda: &Agenda, out: &mut dyn io::Write) -> io::Result<()> {
        let mut put = |line: &str| out.write_all(folded(line).as_bytes());
        put("BEGIN:VCALENDAR")?;
        put("VERSION:2.0")?;
        put("PRODID:-//Luoshi//Luoshi//ZH")?;
        put("CALSCALE:GREGORIAN")?;
        put(&format!("X-WR-CALNAME:{}", escaped(&agenda.name)))?;
        put("X-WR-TIMEZONE:Asia/Shanghai")?;
        let mut keys: HashMap<&str, usize> = HashMap::new();
        for entry in &agenda.entries {
            // The same words twice are two entries; the second one counts on.
            let again = keys.entry(&entry.key).or_default();
            for line in event(entry, &uid(&entry.key, *again)) {
                put(&line)?;
            }
            *again += 1;
        }
        put("END:VCALENDAR")
    }
}

fn event(entry: &Entry, uid: &str) -> Vec<String> {
    let day = |d: Date| d.strftime("%Y%m%d").to_string();
    // The end of whole days is the morning after.
    let after = entry.days.end.saturating_add(1.day());
    let mut lines = vec![
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{uid}"),
        format!("DTSTAMP:{}T000000Z", day(entry.stamp)),
        format!("DTSTART;VALUE=DATE:{}", day(entry.days.start)),
        format!("DTEND;VALUE=DATE:{}", day(after)),
    ];
    if let Some(rule) = &entry.rrule {
        lines.push(format!("RRULE:{}", rule.replace(['\r', '\n'], "")));
    }
    lines.push(format!("SUMMARY:{}", escaped(&entry.summary)));
    if !entry.description.is_empty() {
        lines.push(format!("DESCRIPTION:{}", escaped(&entry.description)));
    }
    if !entry.categories.is_empty() {
        let names: Vec<String> = entry.categories.iter().map(|c| escaped(c)).collect();
        lines.push(format!("CATEGORIES:{}", names.join(",")));
    }
    lines.push("TRANSP:TRANSPARENT".to_owned());
    for days in &entry.remind {
        lines.push("BEGIN:VALARM".to_owned());
        lines.push("ACTION:DISPLAY".to_owned());
        lines.push(format!("DESCRIPTION:{}", escaped(&entry.summary)));
        lines.push(match days {
            0 => "TRIGGER:PT9H".to_owned(),
            // Nine in the morning, counted back from the midnight that the day begins with.
            days => format!("TRIGGER:-P{}DT15H", days - 1).replace("-P0DT", "-PT"),
        });
        lines.push("END:VALARM".to_owned());
    }
    lines.push("END:VEVENT".to_owned());
    lines
}

/// A UID that depends on nothing but the words.
fn uid(key: &str, again: usize) -> String {
    let mut hash = Sha256::new();
    hash.update(key.as_bytes());
    if again > 0 {
        hash.update(format!("\u{0}{again}").as_bytes());
    }
    let hex: String = hash.finalize()[..16].iter().map(|b| format!("{b:02x}")).collect();
    format!("{hex}@luoshi")
}

/// TEXT of RFC 5545, 3.3.11.
fn escaped(words: &str) -> String {
    let mut out = String::with_capacity(words.len());
    for c in visible(words).chars() {
        match c {
            '\\' | ';' | ',' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
    out
}

/// A content line in pieces of at most 75 octets, never cut inside a character.
fn folded(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + line.len() / 60 * 3 + 2);
    let mut used = 0;
    for c in line.chars() {
        if used + c.len_utf8() > LINE {
            out.push_str("\r\n ");
            used = 1;
        }
        out.push(c);
        used += c.len_utf8();
    }
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use luoshi_report::Days;

    use super::*;

    fn entry() -> Entry {
        Entry {
            key: "方案/1/6月30日前".to_owned(),
            summary: "办好乡村文化节；牵头：县乌兰牧骑艺术团,县文化馆".to_owned(),
            description: "第一行\n第二行".repeat(20),
            categories: vec!["完成时限".to_owned()],
            days: Days { start: date(2026, 6, 30), end: date(2026, 6, 30) },
            rrule: None,
            remind: vec![7, 1, 0],
            stamp: date(2026, 3, 9),
        }
    }

    fn written(entries: Vec<Entry>) -> String {
        let agenda = Agenda { name: "方案".to_owned(), entries };
        let mut out = Vec::new();
        Ics.write(&agenda, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn every_line_is_short_and_ends_as_it_must() {
        let text = written(vec![entry()]);
        for line in text.split_terminator("\r\n") {
            assert!(line.len() <= 75, "{line}");
            assert!(!line.contains(['\r', '\n']));
        }
        let whole = text.replace("\r\n ", "");
        assert!(whole.contains(&format!("DESCRIPTION:{}", "第一行\\n第二行".repeat(20))));
        assert!(whole.contains("县乌兰牧骑艺术团\\,县文化馆"));
    }

    #[test]
    fn a_day_ends_on_the_next_morning() {
        let text = written(vec![entry()]);
        assert!(text.contains("DTSTART;VALUE=DATE:20260630\r\nDTEND;VALUE=DATE:20260701\r\n"));
        assert!(text.contains("TRIGGER:-P6DT15H\r\n"));
        assert!(text.contains("TRIGGER:-PT15H\r\n"));
        assert!(text.contains("TRIGGER:PT9H\r\n"));
    }

    #[test]
    fn a_parser_from_elsewhere_reads_what_was_written() {
        use icalendar::{Calendar, CalendarComponent, Component, DatePerhapsTime};

        let weekly = Entry { rrule: Some("FREQ=WEEKLY;BYDAY=FR".to_owned()), ..entry() };
        let calendar: Calendar = written(vec![entry(), weekly]).parse().unwrap();
        assert_eq!(calendar.get_name(), Some("方案"));
        assert!(calendar.properties.iter().all(|property| property.key() != "METHOD"), "nobody is invited");
        let events = calendar.components.iter().map(|component| match component {
            CalendarComponent::Event(event) => event,
            other => panic!("{other:?}"),
        });
        let events: Vec<_> = events.collect();
        assert_eq!(events.len(), 2);
        let first = events[0];
        assert_eq!(first.get_summary(), Some("办好乡村文化节；牵头：县乌兰牧骑艺术团,县文化馆"));
        assert_eq!(first.get_description(), Some(&*entry().description));
        let day = |date: Option<DatePerhapsTime>| match date {
            Some(DatePerhapsTime::Date(date)) => date.to_string(),
            other => panic!("{other:?}"),
        };
        let stamp = first.get_timestamp().map(|stamp| stamp.to_rfc3339());
        assert_eq!(stamp.as_deref(), Some("2026-03-09T00:00:00+00:00"));
        assert_eq!(
            (day(first.get_start()), day(first.get_end())),
            ("2026-06-30".into(), "2026-07-01".into())
        );
        assert_eq!(first.property_value("RRULE"), None);
        assert_eq!(events[1].property_value("RRULE"), Some("FREQ=WEEKLY;BYDAY=FR"));
        assert_ne!(first.get_uid(), events[1].get_uid());
    }

    #[test]
    fn uids_stay_and_differ() {
        let uids = |text: &str| -> Vec<String> {
            text.lines().filter(|l| l.starts_with("UID:")).map(str::to_owned).collect()
        };
        let twice = uids(&written(vec![entry(), entry()]));
        assert_ne!(twice[0], twice[1]);
        assert_eq!(twice[0], uids(&written(vec![entry()]))[0]);
    }
}
