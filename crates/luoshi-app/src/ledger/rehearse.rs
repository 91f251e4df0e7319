//! What would become of each row of a file, decided by the engine on the entries as they are; nothing is
//! changed.

use std::collections::{BTreeMap, HashMap, HashSet};

use luoshi_engine::{
    Actor, Command, Entry, EntryEvent, EntryNo, Event, FieldValue, Moment, NewEntry, Plan, PlanId,
    RefusalKind, TakeStep, UnitId, World,
};
use luoshi_pack::{Field, Until};

use super::cell::{Wrong, equal, narrow, parse_cell, parse_day, plain, scale, tight};
use super::column::{Mapping, Target};
use super::export::{MASK, MOST_ROWS, Opened, Shown, register_of};
use super::grid::{Grid, read_grids};
use super::head::{Head, Heads, find_heads};
use super::known::Known;
use super::refused;
use crate::app::App;
use crate::error::AppError;

mod update;

/// A file that is to go into a register.
#[derive(Clone, Debug, Default)]
pub struct Import {
    /// The plan.
    pub plan: PlanId,
    /// The register.
    pub register: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// Its name.
    pub name: String,
    /// Meanings of heads that a person confirmed; what it does not name is guessed.
    pub mapping: Mapping,
    /// The step that changed rows take. Without one only such are taken that report progress or leave
    /// the entry in its state.
    pub step: Option<String>,
    /// Personal fields that were opened for the one who imports.
    pub opened: Opened,
    /// The units whose entries the one who imports sees; all where there is none. Rows name no others.
    pub within: Option<Vec<UnitId>>,
}

/// What would become of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rehearsal {
    /// The rows that hold something, in order.
    pub rows: Vec<RowFate>,
    /// What the heads were taken for: kept by the caller once confirmed, given with the next file.
    pub mapping: Mapping,
    /// Heads of columns that nothing is read from.
    pub ignored: Vec<String>,
    /// The commands that carry it out, with their rows.
    pub commands: Vec<(u32, Command)>,
}

/// What would become of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct RowFate {
    /// The row as the spreadsheet counts it.
    pub row: u32,
    /// What would become of it.
    pub fate: Fate,
}

/// A row's fate.
#[derive(Clone, Debug, PartialEq)]
pub enum Fate {
    /// A new entry.
    New {
        /// Its title.
        title: String,
        /// What the user should know besides.
        remark: Option<String>,
    },
    /// Changes to an entry, by a step.
    Update {
        /// Which entry.
        entry: EntryNo,
        /// The step's name as users read it.
        step: String,
        /// What changes.
        changes: Vec<Change>,
    },
    /// It is there as it stands in the row.
    Same(EntryNo),
    /// Nothing to import, and why.
    Skip(&'static str),
    /// It cannot be imported.
    Fault(CellFault),
}

/// A change to one column of an entry; personal values are masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The column.
    pub head: String,
    /// What is there.
    pub from: String,
    /// What the row says.
    pub to: String,
}

/// Why a row cannot be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellFault {
    /// The column, as `C列（时限）`; none where it is the row as a whole.
    pub column: Option<String>,
    /// What is wrong.
    pub cause: String,
    /// What to do.
    pub remedy: String,
}

impl CellFault {
    fn row(cause: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { column: None, cause: cause.into(), remedy: remedy.into() }
    }

    fn at(head: &Head, wrong: Wrong) -> Self {
        Self { column: Some(head.place()), cause: wrong.cause, remedy: wrong.remedy }
    }
}

impl std::fmt::Display for CellFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(column) = &self.column {
            write!(f, "{column}：")?;
        }
        write!(f, "{}。{}。", self.cause, self.remedy)
    }
}

impl Rehearsal {
    /// The rows that cannot be imported.
    pub fn faults(&self) -> impl Iterator<Item = (u32, &CellFault)> {
        self.rows.iter().filter_map(|row| match &row.fate {
            Fate::Fault(fault) => Some((row.row, fault)),
            _ => None,
        })
    }
}

impl App {
    /// Tells what would become of each row of a file, and changes nothing.
    ///
    /// # Errors
    ///
    /// The bytes hold no table of this register, there is no such plan or register, or the store fails.
    /// What is wrong with a row is its fate, never an error.
    pub async fn rehearse_register(&self, actor: &Actor, import: &Import) -> Result<Rehearsal, AppError> {
        let plan = self.plan_of(import.plan).await?;
        let context = self.context();
        let pack = context.pack(&plan)?;
        let register = register_of(pack, &import.register)?;
        let (bytes, name) = (import.bytes.clone(), import.name.clone());
        let grids = tokio::task::spawn_blocking(move || read_grids(&bytes, &name));
        let grids = grids.await.map_err(|_| AppError::Closing)??;
        // What is said now goes before what the unit said last time, and that before guesses.
        let mut mapping = self.remembered_columns(actor, &plan, &import.register);
        mapping.columns.extend(import.mapping.columns.clone());
        let (grid, heads) = find_heads(&grids, register, &mapping).ok_or_else(|| {
            let sentence = format!(
                "“{}”里没有找到{}的表头：至少要有“标题”和“承办单位”两栏，可先导出一份台账照着填",
                import.name, register.title
            );
            refused(RefusalKind::Incomplete, sentence)
        })?;
        if grid.rows.len() > MOST_ROWS {
            return Err(refused(RefusalKind::Incomplete, format!("表格超过{MOST_ROWS}行，请分次导入")));
        }
        let shown = Shown { org: &context.org, pack, register, opened: &import.opened };
        let known =
            Known::load(self.store(), plan.id, &shown, &wanted(grid, &heads), import.within.clone()).await?;
        let world = context.world(pack, self.now());
        let rehearsing = Rehearsing {
            world,
            shown,
            plan,
            actor,
            import,
            grid,
            heads: &heads,
            known,
            seen: HashMap::new(),
            fresh: HashMap::new(),
            commands: Vec::new(),
        };
        Ok(rehearsing.run())
    }
}

/// What stands in the file: an entry that no cell names is no row of it.
fn wanted(grid: &Grid, heads: &Heads) -> HashSet<String> {
    let cells = |row: &u32| {
        let row = *row;
        heads.columns.iter().map(move |head| tight(grid.cell(row, head.col)))
    };
    let below = grid.rows.keys().filter(|row| **row > heads.bottom);
    below.flat_map(cells).filter(|cell| !cell.is_empty()).collect()
}

/// A file on its way through the engine, row by row.
struct Rehearsing<'r> {
    world: World<'r>,
    shown: Shown<'r>,
    /// With the entries counted that rows so far would open.
    plan: Plan,
    actor: &'r Actor,
    import: &'r Import,
    grid: &'r Grid,
    heads: &'r Heads,
    known: Known,
    /// Entries that a row has spoken for, and which.
    seen: HashMap<EntryNo, u32>,
    /// Keys of new entries, and their rows.
    fresh: HashMap<String, u32>,
    commands: Vec<(u32, Command)>,
}

/// What a row says, by meaning; empty cells are left out.
struct Row<'r> {
    number: u32,
    cells: BTreeMap<&'r Target, (&'r Head, String)>,
}

impl Row<'_> {
    fn text(&self, target: &Target) -> Option<&str> {
        self.cells.get(target).map(|(_, text)| text.as_str())
    }
}

impl Rehearsing<'_> {
    fn run(mut self) -> Rehearsal {
        let below: Vec<u32> = self.grid.rows.keys().copied().filter(|row| *row > self.heads.bottom).collect();
        let mut rows = Vec::new();
        for number in below {
            let cells = self.heads.columns.iter().filter_map(|head| {
                let text = plain(self.grid.cell(number, head.col));
                (!text.is_empty()).then_some((&head.target, (head, text)))
            });
            let row = Row { number, cells: cells.collect() };
            let fate = match self.idle(&row) {
                Some(why) => Fate::Skip(why),
                None => self.fate(&row).unwrap_or_else(Fate::Fault),
            };
            rows.push(RowFate { row: number, fate });
        }
        let (mapping, ignored) = (self.heads.mapping(), self.heads.ignored.clone());
        Rehearsal { rows, mapping, ignored, commands: self.commands }
    }

    /// Why a row holds nothing to import.
    fn idle(&self, row: &Row<'_>) -> Option<&'static str> {
        let cells = self.grid.rows.get(&row.number)?;
        let filled: Vec<String> =
            cells.iter().map(|cell| tight(cell)).filter(|cell| !cell.is_empty()).collect();
        let told = row.cells.keys().any(|target| !matches!(target, Target::Serial | Target::Ignored));
        let first = filled.first()?.trim_end_matches(['：', ':']);
        let sums = ["合计", "总计", "小计", "累计", "共计"];
        if first.chars().count() <= 6 && sums.iter().any(|sum| first.ends_with(sum)) {
            return Some("合计行");
        }
        if row.cells.values().filter(|(head, text)| head.words.starts_with(&tight(text))).count() > 2 {
            return Some("重复的表头");
        }
        let notes = ["注：", "注:", "说明：", "说明:", "备注：", "填表", "制表", "审核人"];
        let one = filled.iter().all(|cell| cell == &filled[0]);
        if one && notes.iter().any(|note| filled[0].starts_with(note)) {
            return Some("表下的说明");
        }
        (!told).then_some("没有填写内容")
    }

    fn fate(&mut self, row: &Row<'_>) -> Result<Fate, CellFault> {
        let Some(no) = self.identify(row)? else { return self.add(row) };
        if let Some(other) = self.seen.insert(no, row.number) {
            let cause = format!("与第{other}行是同一条目");
            return Err(CellFault::row(cause, "请删去其中一行"));
        }
        // Taken out, so that the engine's borrow of it does not hold the rest.
        let Some(entry) = self.known.entries.remove(&no) else { return self.add(row) };
        self.update(row, &entry)
    }

    /// The entry that a row means: by its number, by the register's unique field, or, where it has
    /// neither, by title and lead with nothing in it that differs.
    fn identify(&self, row: &Row<'_>) -> Result<Option<EntryNo>, CellFault> {
        let number = row.text(&Target::Number).and_then(|text| self.known.numbers.get(&tight(text)).copied());
        let unique = self.shown.register.unique.as_ref().map(|key| Target::Field(key.clone()));
        let cell = unique.as_ref().and_then(|target| row.cells.get(target)).filter(|(_, text)| text != MASK);
        let by_unique = cell.and_then(|(_, text)| self.known.uniques.get(&tight(text)).copied());
        match (number, by_unique, cell) {
            (Some(one), Some(other), Some((head, text))) if one != other => {
                let number = row.text(&Target::Number).unwrap_or_default();
                let cause = format!("编号“{number}”与“{text}”分属台账中两个条目");
                Err(CellFault::at(head, Wrong::new(cause, "请核对编号，或改正这一栏")))
            }
            (Some(no), ..) | (None, Some(no), _) => Ok(Some(no)),
            (None, None, Some((head, _))) if self.known.sealed => {
                let cause = "这一栏在台账中加密存放，无法判断是否已经登记";
                Err(CellFault::at(head, Wrong::new(cause, "请填写编号，或由有权查看的人员导入")))
            }
            (None, None, Some(_)) => Ok(None),
            (None, None, None) => Ok(self.twin(row)),
        }
    }

    /// An entry that says all that a row without a key says: the file came twice.
    fn twin(&self, row: &Row<'_>) -> Option<EntryNo> {
        let title = row.text(&Target::Title)?;
        let lead = row.text(&Target::Lead).and_then(|name| self.unit(name).ok());
        let lead = lead.or_else(|| self.own_unit())?;
        let alike = self.known.titles.get(&(title.to_owned(), lead))?;
        let same = |no: &&EntryNo| {
            !self.seen.contains_key(no)
                && self.known.entries.get(no).is_some_and(|entry| {
                    self.no_fixed_change(row, entry).is_ok()
                        && self.changed(row, entry).is_ok_and(|changed| changed.is_empty())
                })
        };
        alike.iter().find(same).copied()
    }

    fn unit(&self, name: &str) -> Result<UnitId, Wrong> {
        let name = tight(name);
        match self.world.org.named(&name, self.world.now.date()).as_slice() {
            [unit] => Ok(*unit),
            [] => Err(Wrong::new(format!("机构名录中没有“{name}”"), "请改为名录中的单位全称或简称")),
            _ => Err(Wrong::new(format!("“{name}”对应多个单位"), "请填写单位全称")),
        }
    }

    fn units(&self, names: &str) -> Result<Vec<UnitId>, Wrong> {
        let names = names.split(['、', '，', ',', '；', ';', '\n']).filter(|name| !name.trim().is_empty());
        names.map(|name| self.unit(name)).collect()
    }

    fn own_unit(&self) -> Option<UnitId> {
        let day = self.world.now.date();
        self.world.org.hand(self.actor.person, self.actor.post, day).map(|post| post.unit)
    }

    /// A cell as a value of its field.
    fn parse(&self, head: &Head, field: &Field, text: &str) -> Result<FieldValue, CellFault> {
        if field.confidential && (text == MASK || text == "***") {
            let remedy = format!("请填写“{}”的原值，或留空", field.title);
            return Err(CellFault::at(head, Wrong::new("这一栏是掩码，不是原值", remedy)));
        }
        let places = scale(&head.unit, field).map_err(|wrong| CellFault::at(head, wrong))?;
        parse_cell(&self.world, field, text, places).map_err(|wrong| CellFault::at(head, wrong))
    }

    /// The fields that a row fills.
    fn fields<'h>(&self, row: &'h Row<'h>) -> impl Iterator<Item = (&'h Head, &Field, &'h str)> {
        row.cells.values().filter_map(|(head, text)| {
            let Target::Field(key) = &head.target else { return None };
            Some((*head, self.shown.register.find_field(key)?, text.as_str()))
        })
    }

    fn add(&mut self, row: &Row<'_>) -> Result<Fate, CellFault> {
        let missing =
            |what: &str| CellFault::row(format!("没有填写{what}"), "请补填后重新导入，不导入的请删去这一行");
        let title = row.text(&Target::Title).ok_or_else(|| missing("标题"))?.replace('\n', " ");
        let at = |target: &Target, wrong: Wrong| match row.cells.get(target) {
            Some((head, _)) => CellFault::at(head, wrong),
            None => CellFault::row(wrong.cause, wrong.remedy),
        };
        let lead = match row.text(&Target::Lead) {
            Some(name) => self.unit(name).map_err(|wrong| at(&Target::Lead, wrong))?,
            // A unit that fills in its own list does not write its name in every row.
            None if self.heads.find(&Target::Lead).is_none() => {
                self.own_unit().ok_or_else(|| missing("承办单位"))?
            }
            None => return Err(missing("承办单位")),
        };
        let supports = row.text(&Target::Supports).map_or(Ok(Vec::new()), |names| self.units(names));
        let supports = supports.map_err(|wrong| at(&Target::Supports, wrong))?;
        let due = row.text(&Target::Due).map(|text| self.due(text)).transpose();
        let due = due.map_err(|wrong| at(&Target::Due, wrong))?;
        let mut fields = BTreeMap::new();
        for (head, field, text) in self.fields(row) {
            fields.insert(field.key.clone(), self.parse(head, field, text)?);
        }
        self.note_key(row)?;
        let register = self.import.register.clone();
        let new =
            NewEntry { register, title: title.clone(), lead, supports, due, fields, ..NewEntry::default() };
        let opened = self.world.add_entry(&self.plan, self.actor, new.clone());
        let opened = opened.map_err(|refusal| {
            CellFault::row(refusal.sentence, "请按提示改正后重新导入，不导入的请删去这一行")
        })?;
        if let Event::Entry(no, EntryEvent::Opened(opening)) = &opened {
            self.plan.opened_entry(*no, &opening.register);
        }
        self.commands.push((row.number, Command::AddEntry(Box::new(new))));
        let number = row.text(&Target::Number);
        let remark = number.map(|number| format!("台账中没有编号“{number}”，将作为新条目由系统另行编号"));
        Ok(Fate::New { title, remark })
    }

    /// Notes the key of a new row; a second row with the same one would be the same entry twice.
    fn note_key(&mut self, row: &Row<'_>) -> Result<(), CellFault> {
        let Some(unique) = self.shown.register.unique.clone().map(Target::Field) else { return Ok(()) };
        let Some((head, text)) = row.cells.get(&unique) else { return Ok(()) };
        match self.fresh.insert(tight(text), row.number) {
            Some(other) => {
                let wrong = Wrong::new(format!("与第{other}行的“{text}”重复"), "请删去其中一行");
                Err(CellFault::at(head, wrong))
            }
            None => Ok(()),
        }
    }

    /// A due moment as an export tells it: a day, perhaps with a time.
    fn due(&self, text: &str) -> Result<Moment, Wrong> {
        let timed = text.trim().rsplit_once(' ').filter(|(_, time)| time.contains(':'));
        let (day, until) = match timed.and_then(|(day, time)| Some((day, Until::read(time)?))) {
            Some((day, until)) => (self.day(day)?, until),
            None => (self.day(text)?, Until::DayEnd),
        };
        Ok(self.world.due_on(day, until))
    }

    fn day(&self, text: &str) -> Result<jiff::civil::Date, Wrong> {
        let wrong = || Wrong::new(format!("“{text}”不是日期"), "请填写如 2026-03-09 的日期，没有时限的留空");
        parse_day(text).ok_or_else(wrong)
    }

    fn percent(&self, text: &str) -> Result<f64, Wrong> {
        let number = tight(&narrow(text)).trim_end_matches('%').parse::<f64>();
        number.ok().filter(|percent| (0.0..=100.0).contains(percent)).ok_or_else(|| {
            Wrong::new(format!("“{text}”不是0到100之间的百分数"), "请填写如 65 的数字，没有的留空")
        })
    }
}
