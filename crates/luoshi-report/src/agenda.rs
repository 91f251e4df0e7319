use jiff::civil::Date;

/// Days that stand in a calendar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agenda {
    /// The calendar's name.
    pub name: String,
    /// The entries, in order.
    pub entries: Vec<Entry>,
}

/// First and last day, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first day.
    pub start: Date,
    /// The last day.
    pub end: Date,
}

/// One entry of a calendar: whole days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What makes it the same entry when it is exported again: words that do not change with the
    /// day of export.
    pub key: String,
    /// One line.
    pub summary: String,
    /// More words.
    pub description: String,
    /// What sort of entry.
    pub categories: Vec<String>,
    /// Its days, or those of the first time.
    pub days: Span,
    /// How it comes again (RFC 5545).
    pub rrule: Option<String>,
    /// Days before its first day on which to remind, each at nine in the morning.
    pub remind: Vec<u32>,
    /// The day it was written, for the time stamp.
    pub stamp: Date,
}
