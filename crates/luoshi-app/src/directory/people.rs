//! Rows of a list of people: a person, their post, posts held part-time, roles.

use std::collections::HashMap;

use jiff::civil::Date;
use luoshi_engine::{Newcomer, OrgCommand, Organisation, Person, PersonId, Post, PostId, SystemRole, UnitId};
use luoshi_pack::Role;

use super::columns::{Columns, Field};
use super::grid::Grid;
use super::units::{Lead, lead};
use super::{Desk, Fate, Place, cell};

/// A row as it was typed.
struct Line {
    place: Place,
    name: String,
    mobile: Option<String>,
    unit: UnitId,
    title: Option<String>,
    part_time: Vec<(UnitId, String)>,
    roles: Option<Rights>,
    from: Option<Date>,
    /// The last day; `Some(None)` for a post that is to have none.
    to: Option<Option<Date>>,
}

type Rights = (Vec<Role>, Option<SystemRole>);

/// Takes the rows of a table.
pub(super) fn take(desk: &mut Desk, columns: &Columns, grid: &Grid) {
    let mut lines = Vec::new();
    for (place, row) in grid.rows.iter().skip(columns.data) {
        match read(&desk.org, desk.now.date(), columns, place, row) {
            Ok(Some(line)) => lines.push(line),
            Ok(None) => {}
            Err((fate, notes)) => desk.tell(place, &cell::name(columns.get(row, Field::Name)), fate, notes),
        }
    }
    let mut touched: HashMap<PostId, Place> = HashMap::new();
    for line in &lines {
        // A title that another row of the same person names is that row's post.
        let elsewhere = |title: &str| {
            lines.iter().any(|other| {
                other.place != line.place
                    && (&other.name, other.unit) == (&line.name, line.unit)
                    && other.title.as_deref() == Some(title)
            })
        };
        let (fate, notes) = settle(desk, line, &elsewhere, &mut touched);
        desk.tell(&line.place, &line.name, fate, notes);
    }
}

type Misread = (Fate, Vec<String>);

fn read(
    org: &Organisation,
    day: Date,
    columns: &Columns,
    place: &Place,
    row: &[String],
) -> Result<Option<Line>, Misread> {
    let filled = row.iter().filter(|words| !words.trim().is_empty()).count();
    if filled == 0 {
        return Ok(None);
    }
    if columns.is_head(row) {
        return Err((Fate::Skipped, vec!["重复的表头。".to_owned()]));
    }
    let name = cell::name(columns.get(row, Field::Name));
    if filled == 1 {
        return Err((Fate::Skipped, vec!["说明文字，或只有一格的行。".to_owned()]));
    }
    let mut faults = Vec::new();
    if name.is_empty() {
        faults.push("没有姓名，请补上或删去这一行。".to_owned());
    }
    let words = |field| Some(columns.get(row, field)).filter(|words| !words.is_empty());
    let unit = match words(Field::Unit) {
        None => Err("没有单位，请填写所在单位。".to_owned()),
        Some(words) => place_of(org, &cell::name(words), day),
    };
    let unit = unit.map_err(|fault| faults.push(fault)).unwrap_or_default();
    let part_time = words(Field::PartTime).filter(|words| *words != cell::NOTHING);
    let part_time = part_time.map(|words| posts(org, words, unit, day)).transpose();
    let roles = words(Field::Roles).map(rights).transpose();
    let from = words(Field::From).map(|words| cell::day(words, false)).transpose();
    let to = words(Field::To).map(last_day).transpose();
    let line = Line {
        place: place.clone(),
        name,
        mobile: words(Field::Mobile)
            .map(cell::mobile)
            .map(|mobile| if mobile == cell::NOTHING { String::new() } else { mobile }),
        unit,
        title: words(Field::Title).map(cell::name),
        part_time: part_time.unwrap_or_else(|fault| note(&mut faults, fault)).unwrap_or_default(),
        roles: roles.unwrap_or_else(|fault| note(&mut faults, fault)),
        from: from.unwrap_or_else(|fault| note(&mut faults, fault)),
        to: to.unwrap_or_else(|fault| note(&mut faults, fault)),
    };
    if faults.is_empty() { Ok(Some(line)) } else { Err((Fate::Faulty, faults)) }
}

fn note<T>(faults: &mut Vec<String>, fault: String) -> Option<T> {
    faults.push(fault);
    None
}

fn last_day(words: &str) -> Result<Option<Date>, String> {
    if ["长期", "至今", cell::NOTHING].contains(&words) {
        Ok(None)
    } else {
        cell::day(words, true).map(Some)
    }
}

fn place_of(org: &Organisation, words: &str, day: Date) -> Result<UnitId, String> {
    match lead(org, words, day) {
        Lead::To(unit) => Ok(unit),
        Lead::Many(count) => {
            Err(format!("单位“{words}”有{count}个同名单位，请写成“上一级/{words}”或改填其编码。"))
        }
        Lead::Nowhere => Err(format!("单位“{words}”不在名录中，请核对名称或先导入该单位。")),
    }
}

/// Posts held part-time: 县安委办：副主任；松坪镇：网格员. A title alone is one in the same unit.
fn posts(org: &Organisation, words: &str, unit: UnitId, day: Date) -> Result<Vec<(UnitId, String)>, String> {
    let items = words.split(['；', ';', '\n']).map(str::trim).filter(|item| !item.is_empty());
    let post = |item: &str| match item.split_once(['：', ':']) {
        Some((place, title)) => Ok((place_of(org, &cell::name(place), day)?, cell::name(title))),
        None => Ok((unit, cell::name(item))),
    };
    items.map(post).collect()
}

/// Roles by their titles or words; 无 for none.
fn rights(words: &str) -> Result<Rights, String> {
    let (mut roles, mut system) = (Vec::new(), None);
    for word in cell::list(&words.replace('/', "、")) {
        let is = |word: &str, known: &str, title: &str| word == known || word == title;
        if let Some((role, ..)) = Role::ALL.iter().find(|(_, known, title)| is(&word, known, title)) {
            roles.push(*role);
        } else if let Some((role, ..)) =
            SystemRole::ALL.iter().find(|(_, known, title)| is(&word, known, title))
        {
            if system.is_some_and(|known| known != *role) {
                return Err("一个岗位不能有两种管理员角色，请只留一种。".to_owned());
            }
            system = Some(*role);
        } else if word != cell::NOTHING {
            let known = Role::ALL.iter().map(|(.., title)| *title);
            let known: Vec<&str> = known.chain(SystemRole::ALL.iter().map(|(.., title)| *title)).collect();
            return Err(format!("不认识角色“{word}”，可填：{}。", known.join("、")));
        }
    }
    roles.sort_unstable();
    roles.dedup();
    Ok((roles, system))
}

/// How a row was found to be about a person.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    /// Number, or name and unit.
    Key,
    /// A name that only one person bears.
    NameOnly,
}

/// The person that a row is about: by mobile number, else by name and unit, else by a name that
/// only one person bears.
fn find(desk: &Desk, line: &Line) -> Result<Option<(PersonId, By)>, String> {
    let org = &desk.org;
    let day = desk.now.date();
    let here = |person: &&&Person| {
        let mut posts = org.posts.values();
        posts.any(|post| post.person == person.id && post.unit == line.unit && lasts(post, day))
    };
    let mobile = line.mobile.as_deref().filter(|mobile| !mobile.is_empty());
    if let Some(person) = mobile.and_then(|mobile| org.people.values().find(|person| person.mobile == mobile))
    {
        // Another name in another unit is not a name corrected but a number mistyped.
        if !cell::same(&person.name, &line.name) && !here(&&person) {
            return Err(format!("手机号已登记在“{}”名下，请核对手机号或姓名。", person.name));
        }
        return Ok(Some((person.id, By::Key)));
    }
    let named: Vec<&Person> =
        org.people.values().filter(|person| cell::same(&person.name, &line.name)).collect();
    let placed: Vec<&&Person> = named.iter().filter(here).collect();
    let many = |count: usize| Err(format!("名录中有{count}个“{}”，请填写手机号加以区分。", line.name));
    match (&placed[..], &named[..]) {
        ([person], _) => Ok(Some((person.id, By::Key))),
        ([_, _, ..], _) => many(placed.len()),
        // With a number that nobody has, somebody of the same name elsewhere is somebody else.
        ([], _) if line.mobile.is_some() => Ok(None),
        ([], []) => Ok(None),
        ([], [person]) => Ok(Some((person.id, By::NameOnly))),
        ([], _) => many(named.len()),
    }
}

/// What is to be said where nothing but the name speaks for it.
fn same_name(org: &Organisation, person: PersonId, day: Date) -> String {
    let post = org.posts.values().find(|post| post.person == person && lasts(post, day));
    let place = post.map_or_else(String::new, |post| format!("（{}）", org.unit_name(post.unit)));
    let name = org.person_name(person);
    format!("没有手机号，按姓名认作已有的“{name}”{place}；不是同一人的请填手机号。")
}

fn lasts(post: &Post, day: Date) -> bool {
    post.to.is_none_or(|to| day <= to)
}

fn settle(
    desk: &mut Desk,
    line: &Line,
    elsewhere: &dyn Fn(&str) -> bool,
    touched: &mut HashMap<PostId, Place>,
) -> (Fate, Vec<String>) {
    let found = match find(desk, line) {
        Ok(found) => found,
        Err(note) => return (Fate::Faulty, vec![note]),
    };
    let mut plan = Plan { commands: Vec::new(), notes: Vec::new(), next: next_post(&desk.org) };
    let person = plan.person(&desk.org, line, found.map(|(person, _)| person));
    let post = match plan.post(desk, line, person, elsewhere) {
        Err(note) => return (Fate::Faulty, vec![note]),
        Ok(Some(post)) => post,
        Ok(None) => plan.new_post(desk, person, line.unit, line.title.as_deref().unwrap_or_default(), line),
    };
    if let Some((person, By::NameOnly)) = found {
        plan.notes.push(same_name(&desk.org, person, desk.now.date()));
    }
    if let Some(place) = touched.get(&post) {
        return (Fate::Skipped, vec![format!("与{place}是同一岗位，以前一行为准。")]);
    }
    for (unit, title) in &line.part_time {
        plan.part_time(desk, person, *unit, title);
    }
    plan.roles(&desk.org, line, post);
    let Plan { commands, notes, .. } = plan;
    let fate = match (found, commands.is_empty()) {
        (_, true) => Fate::Unchanged,
        (None, _) => Fate::Added,
        (Some(_), _) => Fate::Updated,
    };
    match desk.attempt(commands) {
        Ok(()) => {
            touched.insert(post, line.place.clone());
            (fate, notes)
        }
        Err(refusal) => (Fate::Faulty, vec![refusal.sentence]),
    }
}

fn next_post(org: &Organisation) -> PostId {
    PostId(org.posts.keys().next_back().map_or(0, |id| id.0) + 1)
}

/// What one row asks for.
struct Plan {
    commands: Vec<OrgCommand>,
    notes: Vec<String>,
    /// The number of the next post.
    next: PostId,
}

impl Plan {
    fn person(&mut self, org: &Organisation, line: &Line, found: Option<PersonId>) -> PersonId {
        let Some(person) = found.and_then(|id| org.people.get(&id)) else {
            let id = PersonId(org.people.keys().next_back().map_or(0, |id| id.0) + 1);
            let mobile = line.mobile.clone().unwrap_or_default();
            let person = Newcomer { name: line.name.clone(), mobile };
            self.commands.push(OrgCommand::AddPerson { id: Some(id), person });
            return id;
        };
        let mobile = line.mobile.clone().unwrap_or_else(|| person.mobile.clone());
        let renamed = !cell::same(&person.name, &line.name);
        if renamed {
            self.notes.push(format!("姓名：{}→{}。", person.name, line.name));
        }
        if person.mobile != mobile {
            let old = if person.mobile.is_empty() { "无" } else { &person.mobile };
            self.notes.push(format!("手机号：{old}→{}。", if mobile.is_empty() { "无" } else { &mobile }));
        }
        if renamed || person.mobile != mobile {
            let set = Newcomer { name: line.name.clone(), mobile };
            self.commands.push(OrgCommand::SetPerson { person: person.id, set });
        }
        person.id
    }

    /// The post that the row is about, where the person has it, with what the row changes about it.
    fn post(
        &mut self,
        desk: &Desk,
        line: &Line,
        person: PersonId,
        elsewhere: &dyn Fn(&str) -> bool,
    ) -> Result<Option<PostId>, String> {
        let day = desk.now.date();
        let here: Vec<&Post> = desk
            .org
            .posts
            .values()
            .filter(|post| post.person == person && post.unit == line.unit && lasts(post, day))
            .collect();
        let same = |post: &&&Post| line.title.as_ref().is_some_and(|title| cell::same(&post.title, title));
        let says_more = line.roles.is_some() || line.to.is_some();
        let post = match (here.iter().find(same), line.title.is_some(), &here[..]) {
            (Some(post), ..) => post,
            (None, false, [_, _, ..]) if says_more => {
                let unit = desk.org.unit_name(line.unit);
                return Err(format!("“{}”在“{unit}”有{}个岗位，请填写职务加以区分。", line.name, here.len()));
            }
            (None, false, [post, ..]) => post,
            // One post with another title is that post, renamed, unless a row of its own names it.
            (None, true, [post]) if !elsewhere(&post.title) => post,
            _ => return Ok(None),
        };
        let title = line.title.clone().unwrap_or_else(|| post.title.clone());
        let to = line.to.unwrap_or(post.to);
        let retitled = !cell::same(&post.title, &title);
        if retitled {
            let old = if post.title.is_empty() { "无" } else { &post.title };
            self.notes.push(format!("职务：{old}→{title}。"));
        }
        if post.to != to {
            self.notes.push(format!("任期截止：{}。", to.map_or_else(|| "长期".to_owned(), cell::show)));
        }
        if retitled || post.to != to {
            self.commands.push(OrgCommand::SetPost { post: post.id, title, to });
        }
        if line.from.is_some_and(|from| from != post.from) {
            self.notes.push(format!("任职日期仍为{}，导入不改任职日期。", post.from));
        }
        Ok(Some(post.id))
    }

    fn new_post(&mut self, desk: &Desk, person: PersonId, unit: UnitId, title: &str, line: &Line) -> PostId {
        let from = line.from.unwrap_or(desk.now.date());
        self.give(&desk.org, person, unit, title, (from, line.to.flatten()))
    }

    fn part_time(&mut self, desk: &Desk, person: PersonId, unit: UnitId, title: &str) {
        let day = desk.now.date();
        let has = |post: &Post| {
            (post.person, post.unit, post.title.as_str()) == (person, unit, title) && lasts(post, day)
        };
        if !desk.org.posts.values().any(has) {
            self.give(&desk.org, person, unit, title, (day, None));
        }
    }

    fn give(
        &mut self,
        org: &Organisation,
        person: PersonId,
        unit: UnitId,
        title: &str,
        (from, to): (Date, Option<Date>),
    ) -> PostId {
        let id = self.next;
        self.next = PostId(id.0 + 1);
        self.notes.push(format!(
            "新任：{}{}{title}。",
            org.unit_name(unit),
            if title.is_empty() { "" } else { " " }
        ));
        let title = title.to_owned();
        self.commands.push(OrgCommand::AddPost { id: Some(id), person, unit, title, from, to });
        id
    }

    /// Roles go to the security administrator, and only where they differ.
    fn roles(&mut self, org: &Organisation, line: &Line, post: PostId) {
        let Some((roles, system)) = &line.roles else { return };
        let known = org.posts.get(&post);
        let mut old = known.map(|post| post.roles.clone()).unwrap_or_default();
        old.sort_unstable();
        if old == *roles && known.and_then(|post| post.system) == *system {
            return;
        }
        self.notes.push(format!("角色：{}（须由安全管理员确认）。", super::export::rights(roles, *system)));
        self.commands.push(OrgCommand::SetRoles { post, roles: roles.clone(), system: *system });
    }
}
