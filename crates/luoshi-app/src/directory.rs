//! The directory of units and people as office programs hold it: lists read in with a dry run, and
//! written out so that reading them back changes nothing.
//!
//! [`rehearse`] reads a workbook or csv and says of every row what would become of it. The commands
//! it gives are not carried out here; they fall into two lots, because units and people belong to
//! the system administrator and roles to the security administrator.

mod cell;
mod columns;
mod export;
mod grid;
mod people;
mod pick;
#[cfg(test)]
mod tests;
mod units;

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use luoshi_engine::{
    Moment, OrgCommand, OrgEvent, Organisation, Person, PersonId, Post, PostId, Refusal, SystemRole, Unit,
    UnitId, rehearse_org,
};
use luoshi_read::{Limits, ReadError};
use luoshi_report::{Cell, Column, Part, Report, Table, Tone};

pub use export::{people_table, report, units_table};
pub use pick::{find_person, find_unit, person_label, person_labels, unit_label, unit_labels};

use columns::Kind;
use grid::Grid;

use crate::reader::Reader;

/// Where a row stands in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The sheet, counted from 1, where the file has several.
    pub sheet: Option<u32>,
    /// The row as the spreadsheet counts it, or the line.
    pub row: u32,
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// Something new.
    Added,
    /// Something known is changed.
    Updated,
    /// It says what is known.
    Unchanged,
    /// It is not taken: a note, a sum, a second row for the same thing.
    Skipped,
    /// It cannot be taken.
    Faulty,
}

/// A row and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Where.
    pub place: Place,
    /// Whom or what it is about.
    pub about: String,
    /// What becomes of it.
    pub fate: Fate,
    /// What changes, or why not, in Chinese.
    pub notes: Vec<String>,
}

/// What reading in a list would do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rehearsal {
    /// Every row of the file.
    pub rows: Vec<Row>,
    /// Units, people and posts: for the system administrator.
    pub commands: Vec<OrgCommand>,
    /// Roles: for the security administrator, after the others.
    pub roles: Vec<OrgCommand>,
    /// What concerns the file as a whole, in Chinese.
    pub notices: Vec<String>,
}

/// Reads a list of units, of people or of both, and says what it would do on a day. Nothing is
/// carried out.
///
/// # Errors
///
/// The bytes are no document, are locked or damaged, or cost more than the limits allow.
pub fn rehearse(
    org: &Organisation,
    bytes: &[u8],
    name: Option<&str>,
    now: Moment,
    limits: &Limits,
) -> Result<Rehearsal, ReadError> {
    let read = grid::read(bytes, name, limits)?;
    let mut desk = Desk { org: org.clone(), now, done: Rehearsal::default() };
    desk.done.notices = read.notices;
    let tables: Vec<(columns::Columns, Grid)> =
        read.grids.into_iter().filter_map(|grid| Some((columns::find(&grid)?, grid))).collect();
    if tables.is_empty() {
        desk.done.notices.push(
            "没有找到可用的表：单位表须有“单位名称”一列，人员表须有“姓名”一列；请检查表头后再导入。"
                .to_owned(),
        );
    }
    // People stand in units: units first, wherever their sheet is.
    for (columns, grid) in tables.iter().filter(|(columns, _)| columns.kind == Kind::Units) {
        units::take(&mut desk, columns, grid);
    }
    for (columns, grid) in tables.iter().filter(|(columns, _)| columns.kind == Kind::People) {
        people::take(&mut desk, columns, grid);
    }
    desk.done.rows.sort_by_key(|row| (row.place.sheet, row.place.row));
    Ok(desk.done)
}

/// The organisation as it would be, row by row.
struct Desk {
    org: Organisation,
    now: Moment,
    done: Rehearsal,
}

impl Desk {
    /// Carries out the commands of one row in the rehearsal, all or none.
    fn attempt(&mut self, commands: Vec<OrgCommand>) -> Result<(), Refusal> {
        let mut before = Vec::new();
        for command in &commands {
            match rehearse_org(&self.org, command, self.now) {
                Ok(events) => {
                    for event in &events {
                        before.push(Before::of(&self.org, event));
                        self.org.apply(event);
                    }
                }
                Err(refusal) => {
                    before.into_iter().rev().for_each(|before| before.restore(&mut self.org));
                    return Err(refusal);
                }
            }
        }
        for command in commands {
            let lot = match command {
                OrgCommand::SetRoles { .. } => &mut self.done.roles,
                _ => &mut self.done.commands,
            };
            lot.push(command);
        }
        Ok(())
    }

    fn tell(&mut self, place: &Place, about: &str, fate: Fate, notes: Vec<String>) {
        let about = about.to_owned();
        self.done.rows.push(Row { place: place.clone(), about, fate, notes });
    }
}

/// What an event of a row changes, as it was before. A copy of the whole for each row would cost the square of
/// the rows.
enum Before {
    Unit(UnitId, Option<Unit>),
    Person(PersonId, Option<Person>),
    Post(PostId, Option<Post>),
    /// What no row changes.
    All(Box<Organisation>),
}

impl Before {
    fn of(org: &Organisation, event: &OrgEvent) -> Self {
        match event {
            OrgEvent::UnitAdded(unit) => Self::unit(org, unit.id),
            OrgEvent::UnitRenamed { unit, .. }
            | OrgEvent::UnitDescribed { unit, .. }
            | OrgEvent::UnitMoved { unit, .. }
            | OrgEvent::UnitClosed { unit, .. } => Self::unit(org, *unit),
            OrgEvent::PersonSet(person) => Self::Person(person.id, org.people.get(&person.id).cloned()),
            OrgEvent::PostSet(post) => Self::Post(post.id, org.posts.get(&post.id).cloned()),
            _ => Self::All(Box::new(org.clone())),
        }
    }

    fn unit(org: &Organisation, id: UnitId) -> Self {
        Self::Unit(id, org.unit(id).cloned())
    }

    fn restore(self, org: &mut Organisation) {
        fn put<K: Ord, V>(kept: &mut BTreeMap<K, V>, key: K, before: Option<V>) {
            match before {
                Some(before) => drop(kept.insert(key, before)),
                None => drop(kept.remove(&key)),
            }
        }
        match self {
            Self::Unit(id, before) => put(&mut org.units, id, before),
            Self::Person(id, before) => put(&mut org.people, id, before),
            Self::Post(id, before) => put(&mut org.posts, id, before),
            Self::All(before) => *org = *before,
        }
    }
}

impl Rehearsal {
    /// How many rows have a fate.
    pub fn count(&self, fate: Fate) -> usize {
        self.rows.iter().filter(|row| row.fate == fate).count()
    }

    /// The commands that are this administrator's to give: roles the security administrator's, all else the
    /// system administrator's.
    pub fn of_administrator(&self, reader: &Reader) -> Vec<OrgCommand> {
        match reader.system_role() {
            Some(SystemRole::SystemAdmin) => self.commands.clone(),
            Some(SystemRole::SecurityAdmin) => self.roles.clone(),
            _ => Vec::new(),
        }
    }

    /// One line: 新增3，更新1，不变10，跳过1，出错2。
    pub fn summary(&self) -> String {
        let counts: Vec<String> =
            Fate::ALL.iter().map(|(fate, title)| format!("{title}{}", self.count(*fate))).collect();
        counts.join("，") + "。"
    }

    /// The fates of all rows as a table to be shown or passed on.
    pub fn report(&self) -> Report {
        let columns = vec![
            Column::new("位置", 8.0),
            Column::new("对象", 16.0),
            Column::new("结果", 5.0).centred(),
            Column::new("说明", 40.0),
        ];
        let mut table = Table::new("试导入", "试导入结果", columns);
        table.subtitle = Some(self.summary());
        table.rows = self.rows.iter().map(Row::cells).collect();
        table.notes = self.notices.clone();
        Report { title: table.title.clone(), subtitle: None, parts: vec![Part::Table(table)] }
    }
}

impl Row {
    fn cells(&self) -> Vec<Cell> {
        let tone = match self.fate {
            Fate::Faulty => Tone::Error,
            Fate::Skipped => Tone::Warning,
            Fate::Unchanged => Tone::Faint,
            Fate::Added | Fate::Updated => Tone::Plain,
        };
        let words =
            [self.place.to_string(), self.about.clone(), self.fate.title().to_owned(), self.notes.join("\n")];
        words.into_iter().map(|words| Cell::words(words).tone(tone)).collect()
    }
}

impl Fate {
    /// Every fate with its title.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Added, "新增"),
        (Self::Updated, "更新"),
        (Self::Unchanged, "不变"),
        (Self::Skipped, "跳过"),
        (Self::Faulty, "出错"),
    ];

    /// What a user reads.
    pub fn title(self) -> &'static str {
        Self::ALL.iter().find(|(fate, _)| *fate == self).map_or("", |(_, title)| title)
    }
}

impl Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(sheet) = self.sheet {
            write!(f, "第{sheet}张表")?;
        }
        write!(f, "第{}行", self.row)
    }
}
