//! Rows of a list of units.

use std::collections::{HashMap, HashSet};

use jiff::civil::Date;
use luoshi_engine::{About, NewUnit, OrgCommand, Organisation, Unit, UnitId, UnitKind};

use super::columns::{Columns, Field};
use super::grid::Grid;
use super::{Desk, Fate, Place, cell};

/// A row as it was typed; none where the cell is empty or the column missing.
struct Line {
    place: Place,
    name: String,
    code: Option<String>,
    parent: Option<String>,
    kind: Option<String>,
    short: Option<Vec<String>>,
    region: Option<String>,
    credit: Option<String>,
    sort: Option<u32>,
    from: Option<Date>,
    to: Option<Date>,
    outside: Option<bool>,
}

/// Where a name in the column of parents leads.
pub(super) enum Lead {
    To(UnitId),
    /// More than one unit bears the name.
    Many(usize),
    Nowhere,
}

/// Takes the rows of a table: parents before what stands below them, in whatever order they come.
pub(super) fn take(desk: &mut Desk, columns: &Columns, grid: &Grid) {
    let mut waiting: Vec<Line> = Vec::new();
    for (place, row) in grid.rows.iter().skip(columns.data) {
        match read(columns, place, row) {
            Ok(Some(line)) => waiting.push(line),
            Ok(None) => {}
            Err((fate, notes)) => desk.tell(place, &cell::name(columns.get(row, Field::Name)), fate, notes),
        }
    }
    let mut touched: HashMap<UnitId, Place> = HashMap::new();
    while !waiting.is_empty() {
        let names: HashSet<String> = waiting.iter().map(|line| line.name.clone()).collect();
        let count = waiting.len();
        let mut left = Vec::new();
        for line in waiting {
            if waits(desk, &line, &names) { left.push(line) } else { settle(desk, &line, &mut touched) }
        }
        if left.len() == count {
            for line in &left {
                let above = line.parent.as_deref().unwrap_or_default();
                let note = format!("与上级单位“{above}”在本表中互为上级，请改正其中一行的上级单位。");
                desk.tell(&line.place, &line.name, Fate::Faulty, vec![note]);
            }
            return;
        }
        waiting = left;
    }
}

type Misread = (Fate, Vec<String>);

/// Reads a row; none for one that holds nothing.
fn read(columns: &Columns, place: &Place, row: &[String]) -> Result<Option<Line>, Misread> {
    let filled = row.iter().filter(|words| !words.trim().is_empty()).count();
    if filled == 0 {
        return Ok(None);
    }
    let name = cell::name(columns.get(row, Field::Name));
    let skipped = |note: &str| Err((Fate::Skipped, vec![note.to_owned()]));
    if columns.is_head(row) {
        return skipped("重复的表头。");
    }
    let first = row.iter().map(|words| words.trim()).find(|words| !words.is_empty()).unwrap_or_default();
    if filled == 1 && ["注", "说明", "备注", "填表", "制表"].iter().any(|word| first.starts_with(word))
    {
        return skipped("说明文字。");
    }
    if ["合计", "总计", "小计"].contains(&first) || ["合计", "总计", "小计"].contains(&name.as_str())
    {
        return skipped("合计行。");
    }
    if name.is_empty() {
        return Err((Fate::Faulty, vec!["没有单位名称，请补上或删去这一行。".to_owned()]));
    }
    let mut faults = Vec::new();
    let words = |field| Some(columns.get(row, field)).filter(|words| !words.is_empty());
    // 无 empties a field; an empty cell leaves it as it is.
    let given = |words: String| if words == cell::NOTHING { String::new() } else { words };
    let day = |field, end, faults: &mut Vec<String>| {
        let words = words(field).filter(|words| !["长期", "至今", "—", "-", "/"].contains(words))?;
        cell::day(words, end).map_err(|fault| faults.push(fault)).ok()
    };
    let line = Line {
        place: place.clone(),
        name,
        code: words(Field::Code).map(cell::code).map(given),
        parent: words(Field::Parent).map(cell::name).filter(|above| above != cell::NOTHING),
        kind: words(Field::UnitKind).map(cell::name),
        short: words(Field::Short)
            .map(|words| if words == cell::NOTHING { Vec::new() } else { cell::list(words) }),
        region: words(Field::Region).map(cell::code).map(given),
        credit: words(Field::Credit).map(|words| cell::code(words).to_uppercase()).map(given),
        sort: words(Field::Sort).and_then(|words| {
            let fault = |_| faults.push(format!("排序“{words}”不是整数，请改正。"));
            cell::code(words).parse().map_err(fault).ok()
        }),
        from: day(Field::From, false, &mut faults),
        to: day(Field::To, true, &mut faults),
        outside: words(Field::Outside).and_then(|words| {
            cell::yes(words).map_err(|fault| faults.push(format!("外部单位一列：{fault}"))).ok()
        }),
    };
    if faults.is_empty() { Ok(Some(line)) } else { Err((Fate::Faulty, faults)) }
}

/// Whether the unit above is still to come in this table.
fn waits(desk: &Desk, line: &Line, names: &HashSet<String>) -> bool {
    let Some(above) = &line.parent else { return false };
    let last = above.rsplit('/').next().unwrap_or(above);
    let to_come = names.contains(above) || names.contains(last);
    to_come && !matches!(lead_exactly(&desk.org, above, desk.now.date()), Lead::To(_))
}

/// A row whose unit above is known: what becomes of it.
fn settle(desk: &mut Desk, line: &Line, touched: &mut HashMap<UnitId, Place>) {
    let parent = match line.parent.as_deref().map(|above| (above, lead(&desk.org, above, desk.now.date()))) {
        None => None,
        Some((_, Lead::To(id))) => Some(id),
        Some((above, Lead::Many(count))) => {
            let note = format!("上级单位“{above}”有{count}个同名单位，请写成“上一级/{above}”或改填其编码。");
            return desk.tell(&line.place, &line.name, Fate::Faulty, vec![note]);
        }
        Some((above, Lead::Nowhere)) => {
            let note =
                format!("上级单位“{above}”既不在名录中，也不在本表可用的行中，请核对名称或先补上该单位。");
            return desk.tell(&line.place, &line.name, Fate::Faulty, vec![note]);
        }
    };
    let (fate, notes) = match find(&desk.org, line, parent, desk.now.date()) {
        Err(note) => (Fate::Faulty, vec![note]),
        Ok(Some(id)) => match touched.get(&id) {
            Some(place) => (Fate::Skipped, vec![format!("与{place}是同一单位，以前一行为准。")]),
            None => {
                touched.insert(id, line.place.clone());
                change(desk, line, parent, id)
            }
        },
        Ok(None) => add(desk, line, parent, touched),
    };
    desk.tell(&line.place, &line.name, fate, notes);
}

/// The unit that a row is about: by its code, else by its name and the unit above.
fn find(
    org: &Organisation,
    line: &Line,
    parent: Option<UnitId>,
    day: Date,
) -> Result<Option<UnitId>, String> {
    let code = line.code.as_deref().filter(|code| !code.is_empty());
    let known = || org.units.values().filter(|unit| !unit.ended(day));
    if let Some(unit) = code.and_then(|code| known().find(|unit| cell::same(&unit.code, code))) {
        return Ok(Some(unit.id));
    }
    let mut found: Vec<&Unit> = known()
        .filter(|unit| cell::same(unit.name(), &line.name) && (parent.is_none() || unit.parent() == parent))
        .collect();
    if parent.is_none() && found.len() > 1 {
        found.retain(|unit| unit.parent().is_none());
    }
    match found[..] {
        [] => Ok(None),
        [unit] => match code {
            Some(code) if !unit.code.is_empty() => Err(format!(
                "“{}”已登记的编码是“{}”，不是“{code}”；编码有误请改正，确要换码请在单位管理中修改。",
                line.name, unit.code
            )),
            _ => Ok(Some(unit.id)),
        },
        _ => Err(format!("名录中有{}个“{}”，请填写上级单位或编码加以区分。", found.len(), line.name)),
    }
}

/// The unit that a name, a code or a path (云岭县/松坪镇) leads to, short names last.
pub(super) fn lead(org: &Organisation, words: &str, day: Date) -> Lead {
    match lead_exactly(org, words, day) {
        Lead::Nowhere => {
            let short = |unit: &&Unit| !unit.ended(day) && unit.short.iter().any(|short| short == words);
            only(org.units.values().filter(short))
        }
        found => found,
    }
}

fn lead_exactly(org: &Organisation, words: &str, day: Date) -> Lead {
    let known = || org.units.values().filter(|unit| !unit.ended(day));
    match only(known().filter(|unit| cell::same(unit.name(), words))) {
        Lead::Nowhere => {}
        found => return found,
    }
    match only(known().filter(|unit| !unit.code.is_empty() && unit.code == words)) {
        Lead::Nowhere => {}
        found => return found,
    }
    let steps: Vec<&str> = words.split('/').rev().collect();
    if steps.len() < 2 {
        return Lead::Nowhere;
    }
    let fits = |unit: &&Unit| {
        let line = org.line(unit.id);
        line.len() >= steps.len()
            && line
                .iter()
                .zip(&steps)
                .all(|(id, step)| org.unit(*id).is_some_and(|unit| cell::same(unit.name(), step)))
    };
    only(known().filter(fits))
}

fn only<'o>(mut units: impl Iterator<Item = &'o Unit>) -> Lead {
    match (units.next(), units.count()) {
        (None, _) => Lead::Nowhere,
        (Some(unit), 0) => Lead::To(unit.id),
        (Some(_), more) => Lead::Many(more + 1),
    }
}

/// The kind that a row names or that its name shows, and what is to be said about it.
fn kind(line: &Line, above: Option<&str>) -> (Option<&'static UnitKind>, Option<String>) {
    let told = line.kind.as_deref();
    let known = told.and_then(|word| UnitKind::find(word).or_else(|| UnitKind::find(&cell::code(word))));
    if known.is_some() {
        return (known, None);
    }
    let shown = UnitKind::of_name(&line.name, above);
    let note = told.map(|word| match shown {
        Some(kind) => format!("类别“{word}”无法识别，按名称定为“{}”。", kind.title),
        None => format!("类别“{word}”无法识别。"),
    });
    (shown, note)
}

fn add(
    desk: &mut Desk,
    line: &Line,
    parent: Option<UnitId>,
    touched: &mut HashMap<UnitId, Place>,
) -> (Fate, Vec<String>) {
    let outside = line.outside.unwrap_or(false);
    let mut notes = Vec::new();
    let top = desk.org.units.values().find(|unit| unit.parent().is_none() && !unit.outside);
    let above = match (parent, top) {
        (None, Some(top)) if !outside => {
            notes.push(format!("没有填上级单位，放在“{}”之下。", top.name()));
            Some(top.id)
        }
        (parent, _) => parent,
    };
    let above_kind = above.and_then(|id| desk.org.unit(id)).map(|unit| unit.kind.clone());
    let (kind, note) = kind(line, above_kind.as_deref());
    notes.extend(note);
    if kind.is_none() {
        notes.push("从名称看不出类别，按“其他单位”登记，请核对。".to_owned());
    }
    let about = About {
        kind: kind.map_or("other", |kind| kind.word).to_owned(),
        short: line.short.clone().unwrap_or_default(),
        code: line.code.clone().unwrap_or_default(),
        region: line.region.clone().unwrap_or_default(),
        credit: line.credit.clone().unwrap_or_default(),
        sort: line.sort.unwrap_or_default(),
    };
    let from = line.from.unwrap_or(desk.now.date());
    let unit = NewUnit { name: line.name.clone(), parent: above, about, from, to: line.to, outside };
    let id = UnitId(desk.org.units.keys().next_back().map_or(0, |id| id.0) + 1);
    match desk.attempt(vec![OrgCommand::AddUnit { id: Some(id), unit }]) {
        Ok(()) => {
            touched.insert(id, line.place.clone());
            (Fate::Added, notes)
        }
        Err(refusal) => (Fate::Faulty, vec![refusal.sentence]),
    }
}

/// What a row changes about a unit that is known.
fn change(desk: &mut Desk, line: &Line, parent: Option<UnitId>, id: UnitId) -> (Fate, Vec<String>) {
    let Some(unit) = desk.org.unit(id) else { return (Fate::Unchanged, Vec::new()) };
    let day = desk.now.date();
    let mut commands = Vec::new();
    let mut notes = Vec::new();
    // Blanks that a list leaves out are no change.
    if !cell::same(unit.name(), &line.name) {
        notes.push(format!("改名：{}→{}。", unit.name(), line.name));
        commands.push(OrgCommand::RenameUnit { unit: id, name: line.name.clone(), from: day });
    }
    if parent.is_some() && parent != unit.parent() {
        let name = |id: Option<UnitId>| id.map_or_else(|| "无".to_owned(), |id| desk.org.unit_name(id));
        notes.push(format!("上级单位：{}→{}。", name(unit.parent()), name(parent)));
        commands.push(OrgCommand::MoveUnit { unit: id, parent, from: day });
    }
    let (about, said) = described(unit, line);
    if !said.is_empty() {
        notes.extend(said);
        commands.push(OrgCommand::DescribeUnit { unit: id, about });
    }
    if let Some(last) = line.to.filter(|last| unit.to != Some(*last)) {
        notes.push(format!("撤销日期：{}。", cell::show(last)));
        commands.push(OrgCommand::CloseUnit { unit: id, last, into: None });
    }
    // What is history cannot be changed by a list.
    let mut left = Vec::new();
    if line.from.is_some_and(|from| from != unit.from) {
        left.push(format!("设立日期仍为{}，导入不改设立日期。", unit.from));
    }
    if line.outside.is_some_and(|outside| outside != unit.outside) {
        left.push("是否外部单位不能通过导入更改。".to_owned());
    }
    let fate = if commands.is_empty() { Fate::Unchanged } else { Fate::Updated };
    match desk.attempt(commands) {
        Ok(()) => {
            notes.extend(left);
            (fate, notes)
        }
        Err(refusal) => (Fate::Faulty, vec![refusal.sentence]),
    }
}

/// What describes a unit after a row, and what of it is new.
fn described(unit: &Unit, line: &Line) -> (About, Vec<String>) {
    let mut about = About::of(unit);
    let mut notes = Vec::new();
    let mut set = |title: &str, old: &mut String, new: &Option<String>| {
        if let Some(new) = new.as_ref().filter(|new| **new != cell::code(old)) {
            let shown = |words: &str| if words.is_empty() { "无".to_owned() } else { words.to_owned() };
            notes.push(format!("{title}：{}→{}。", shown(old), shown(new)));
            old.clone_from(new);
        }
    };
    set("编码", &mut about.code, &line.code);
    set("行政区划代码", &mut about.region, &line.region);
    set("统一社会信用代码", &mut about.credit, &line.credit);
    let known = cell::list(&about.short.join("、"));
    if let Some(short) = line.short.as_ref().filter(|short| **short != known) {
        notes.push(format!("简称：{}。", if short.is_empty() { "无".to_owned() } else { short.join("、") }));
        about.short.clone_from(short);
    }
    if let Some(sort) = line.sort.filter(|sort| *sort != about.sort) {
        notes.push(format!("排序：{}→{sort}。", about.sort));
        about.sort = sort;
    }
    // A word that is not understood changes nothing about what is known.
    let told = line
        .kind
        .as_deref()
        .and_then(|word| UnitKind::find(word).or_else(|| UnitKind::find(&cell::code(word))));
    if let Some(kind) = told.filter(|kind| kind.word != about.kind) {
        notes.push(format!("类别：{}→{}。", UnitKind::title_of(&about.kind), kind.title));
        about.kind = kind.word.to_owned();
    }
    (about, notes)
}
