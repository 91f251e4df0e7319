//! The directory of units: names in a plan resolved, short forms and misspellings suggested.
//!
//! Rows come from the caller; nothing is read here. Looking up a name costs a few passes over the
//! units that share characters with it, so that a directory of thousands of villages is no trouble.

mod form;

use std::collections::HashMap;

use luoshi_text::Span;

use crate::facts::unit::collective;
use crate::model::{Collective, Party, Plan};

use form::{abbreviates, bare, distance, kind_of_name, level};

/// How many suggestions are given at most.
const MOST: usize = 3;

/// How many units that share the most characters with a name are weighed.
const WEIGHED: usize = 100;

/// A unit of the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The full name.
    pub name: String,
    /// Short names in use.
    pub short: Vec<String>,
    /// The unit above it, as an index of the directory.
    pub parent: Option<usize>,
    /// What kind of unit it is, as collective words count them.
    pub kind: Collective,
}

/// What is wrong with a row of the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The row, the head being row 1.
    pub row: usize,
    /// A Chinese sentence.
    pub message: String,
}

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// A unit's full name.
    Exact(usize),
    /// A short name, or the name with its place left out.
    Short(usize),
    /// No unit; these may be meant, the likeliest first.
    Suggest(Vec<usize>),
    /// Nothing like it.
    Unknown,
    /// A word for many: the kind and the units of that kind.
    Collective(Collective, Vec<usize>),
}

/// A name in a plan that is not in the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// The name as written.
    pub name: String,
    /// Where it stands first.
    pub span: Span,
    /// Full names that may be meant, the likeliest first.
    pub suggestions: Vec<String>,
}

/// Units by name.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    units: Vec<Unit>,
    names: HashMap<String, usize>,
    /// Short names; several units may go by one.
    shorts: HashMap<String, Vec<usize>>,
    /// Names without their place.
    bare: HashMap<String, Vec<usize>>,
    /// Units by the characters of their bare names.
    letters: HashMap<char, Vec<u32>>,
}

/// Heads of the columns that are read.
const COLUMNS: [&[&str]; 4] = [
    &["单位名称", "名称", "单位", "全称", "单位全称", "机构名称", "name"],
    &["简称", "单位简称", "规范简称", "别名", "曾用名", "short", "alias"],
    &["上级单位", "上级", "主管单位", "主管部门", "隶属", "所属", "parent"],
    &["类别", "类型", "性质", "种类", "kind", "type"],
];

/// The column whose head is one of these words.
fn find_column<S: AsRef<str>>(header: &[S], words: &[&str]) -> Option<usize> {
    let is = |head: &S, word: &str| head.as_ref().trim().eq_ignore_ascii_case(word);
    words.iter().find_map(|word| header.iter().position(|head| is(head, word)))
}

impl Directory {
    /// Builds a directory from a table's head and rows. Rows that cannot be used are left out and
    /// told; without a column of names the directory is empty.
    pub fn from_rows<S: AsRef<str>>(header: &[S], rows: &[Vec<S>]) -> (Self, Vec<Problem>) {
        Self::from_numbered(header, rows.iter().map(Vec::as_slice).zip(2..).map(|(row, n)| (n, row)))
    }

    /// The same from a file's rows with their numbers; a title may stand above the head.
    pub fn from_table<S: AsRef<str>>(table: &[(usize, Vec<S>)]) -> (Self, Vec<Problem>) {
        let names = |row: &[S]| find_column(row, COLUMNS[0]).is_some();
        let head = table.iter().position(|(_, row)| names(row)).unwrap_or(0);
        let header = table.get(head).map_or(&[][..], |(_, row)| row);
        Self::from_numbered(header, table.iter().skip(head + 1).map(|(n, row)| (*n, row.as_slice())))
    }

    fn from_numbered<'a, S: AsRef<str> + 'a>(
        header: &[S],
        rows: impl Iterator<Item = (usize, &'a [S])>,
    ) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let [name, short, parent, kind] = COLUMNS.map(|words| find_column(header, words));
        let Some(name) = name else {
            let message =
                "单位名录没有“单位名称”一列，无法使用；请在第一行写明列名：单位名称、简称、上级单位、类别。";
            problems.push(Problem { row: 1, message: message.to_owned() });
            return (Self::default(), problems);
        };
        let mut out = Self::default();
        let mut parents: Vec<(usize, usize, String)> = Vec::new();
        for (row_number, row) in rows {
            let cell = |c: Option<usize>| c.and_then(|c| row.get(c)).map_or("", |s| s.as_ref().trim());
            let mut tell = |message: String| problems.push(Problem { row: row_number, message });
            let full = cell(Some(name));
            if full.is_empty() {
                if row.iter().any(|c| !c.as_ref().trim().is_empty()) {
                    tell(format!("第{row_number}行没有单位名称，已跳过。"));
                }
                continue;
            }
            if out.names.contains_key(full) {
                tell(format!("第{row_number}行的单位“{full}”重复，已跳过。"));
                continue;
            }
            let told = cell(kind);
            let known = kind_of_word(told);
            if known.is_none() && !told.is_empty() {
                tell(format!("第{row_number}行的类别“{told}”无法识别，按单位名称判断。"));
            }
            let id = out.units.len();
            let shorts = cell(short).split(['、', ',', '，', ';', '；', '|', '/']);
            out.add(Unit {
                name: full.to_owned(),
                short: shorts
                    .map(str::trim)
                    .filter(|s| !s.is_empty() && *s != full)
                    .map(str::to_owned)
                    .collect(),
                parent: None,
                kind: known.or_else(|| kind_of_name(full)).unwrap_or(Collective::Unit),
            });
            let above = cell(parent);
            if !above.is_empty() {
                parents.push((row_number, id, above.to_owned()));
            }
        }
        out.set_parents(parents, &mut problems);
        out.tell_shared_shorts(&mut problems);
        problems.sort_by_key(|p| p.row);
        (out, problems)
    }

    fn add(&mut self, unit: Unit) {
        let id = self.units.len();
        let put = |map: &mut HashMap<String, Vec<usize>>, key: &str| {
            let list = map.entry(key.to_owned()).or_default();
            if list.last() != Some(&id) {
                list.push(id);
            }
        };
        self.names.insert(unit.name.clone(), id);
        for short in &unit.short {
            put(&mut self.shorts, short);
        }
        let plain = bare(&unit.name);
        put(&mut self.bare, plain);
        let shorts = unit.short.iter().flat_map(|short| bare(short).chars());
        for c in plain.chars().chain(shorts) {
            let list = self.letters.entry(c).or_default();
            if list.last() != Some(&(id as u32)) {
                list.push(id as u32);
            }
        }
        self.units.push(unit);
    }

    fn set_parents(&mut self, parents: Vec<(usize, usize, String)>, problems: &mut Vec<Problem>) {
        for (row, id, above) in parents {
            let found = self.names.get(&above).copied().or_else(|| {
                let list = self.shorts.get(&above)?;
                if let [only] = list[..] { Some(only) } else { None }
            });
            let name = &self.units[id].name;
            match found {
                None => problems.push(Problem {
                    row,
                    message: format!("第{row}行“{name}”的上级单位“{above}”不在名录中。"),
                }),
                Some(up) if self.above(up).any(|u| u == id) => problems.push(Problem {
                    row,
                    message: format!("第{row}行“{name}”与上级单位“{above}”互为上级，已忽略。"),
                }),
                Some(up) => self.units[id].parent = Some(up),
            }
        }
    }

    /// A unit and those above it. Parents are set one by one and never close a ring.
    fn above(&self, id: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(Some(id), |i| self.units[*i].parent)
    }

    fn tell_shared_shorts(&self, problems: &mut Vec<Problem>) {
        let mut shared: Vec<(&String, &Vec<usize>)> =
            self.shorts.iter().filter(|(_, ids)| ids.len() > 1).collect();
        shared.sort_by_key(|(_, ids)| ids[1]);
        for (short, ids) in shared {
            let names: Vec<&str> = ids.iter().map(|i| self.units[*i].name.as_str()).collect();
            let message = format!("简称“{short}”同时指{}，使用时无法区分。", names.join("、"));
            problems.push(Problem { row: 1, message });
        }
    }

    /// The units, in the order of the rows.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The units of a kind, for a collective word; none for words that do not say which.
    pub fn expand(&self, kind: Collective) -> Vec<usize> {
        if matches!(kind, Collective::Unit | Collective::Post) {
            return Vec::new();
        }
        (0..self.units.len()).filter(|i| self.units[*i].kind == kind).collect()
    }

    /// What a name stands for.
    pub fn resolve(&self, name: &str) -> Resolution {
        let name = name.trim();
        if let Some(id) = self.names.get(name) {
            return Resolution::Exact(*id);
        }
        match self.shorts.get(name).map(Vec::as_slice) {
            Some([only]) => return Resolution::Short(*only),
            Some(several) => return Resolution::Suggest(several.iter().copied().take(MOST).collect()),
            None => {}
        }
        if let Some(kind) = collective(name) {
            return Resolution::Collective(kind, self.expand(kind));
        }
        if let Some(list) = self.bare.get(bare(name)) {
            let fits: Vec<usize> =
                list.iter().copied().filter(|i| same_level(name, &self.units[*i].name)).collect();
            return match fits[..] {
                [only] => Resolution::Short(only),
                [] => Resolution::Suggest(list.iter().copied().take(MOST).collect()),
                _ => Resolution::Suggest(fits.into_iter().take(MOST).collect()),
            };
        }
        let near = self.near(name);
        if near.is_empty() { Resolution::Unknown } else { Resolution::Suggest(near) }
    }

    /// Units whose names are like a name, the likeliest first.
    fn near(&self, name: &str) -> Vec<usize> {
        let plain: Vec<char> = bare(name).chars().collect();
        if plain.len() < 2 || plain.len() > 40 {
            return Vec::new();
        }
        let mut shared: HashMap<u32, usize> = HashMap::new();
        let mut seen: Vec<char> = Vec::new();
        for c in &plain {
            if seen.contains(c) {
                continue;
            }
            seen.push(*c);
            for id in self.letters.get(c).into_iter().flatten() {
                *shared.entry(*id).or_default() += 1;
            }
        }
        let least = (seen.len() * 3).div_ceil(5).max(2).min(seen.len());
        let mut likely: Vec<(usize, usize)> = shared
            .into_iter()
            .filter(|(_, n)| *n >= least)
            .map(|(id, n)| (seen.len() - n, id as usize))
            .collect();
        likely.sort_unstable();
        likely.truncate(WEIGHED);
        let mut best: Vec<(usize, usize)> = likely
            .into_iter()
            .filter_map(|(_, id)| {
                let unit = &self.units[id];
                let like = |other: &String| {
                    let letters: Vec<char> = bare(other).chars().collect();
                    likeness(name, other, &plain, &letters)
                };
                // A short form is no shorter way to write another: only a slip of it counts.
                let slip = |short: &&String| short.chars().count() + 1 >= plain.len();
                let shorts = unit.short.iter().filter(slip).filter_map(like);
                Some((like(&unit.name).into_iter().chain(shorts).min()?, id))
            })
            .collect();
        best.sort_unstable();
        best.into_iter().take(MOST).map(|(_, id)| id).collect()
    }

    /// Fills in the directory's names for the parties of a plan's tasks, and gives the names that
    /// are not in it, each once. Leaders and posts are persons and left alone.
    pub fn apply(&self, plan: &mut Plan) -> Vec<Unresolved> {
        let mut known: HashMap<String, Resolution> = HashMap::new();
        let mut out = Vec::new();
        for task in &mut plan.tasks {
            let lists = [
                &mut task.lead,
                &mut task.support,
                &mut task.responsible,
                &mut task.approve,
                &mut task.report_to,
            ];
            for party in lists.into_iter().flatten() {
                self.settle(party, &mut known, &mut out);
            }
        }
        out
    }

    fn settle(&self, party: &mut Party, known: &mut HashMap<String, Resolution>, out: &mut Vec<Unresolved>) {
        let fresh = !known.contains_key(&party.name);
        let resolution = known.entry(party.name.clone()).or_insert_with(|| self.resolve(&party.name));
        match resolution {
            Resolution::Exact(id) | Resolution::Short(id) => {
                party.resolved = Some(self.units[*id].name.clone());
            }
            Resolution::Collective(..) => {}
            Resolution::Unknown if kind_of_name(&party.name).is_none() => {}
            Resolution::Suggest(_) | Resolution::Unknown if !fresh => {}
            Resolution::Suggest(ids) => out.push(Unresolved {
                name: party.name.clone(),
                span: party.span,
                suggestions: ids.iter().map(|i| self.units[*i].name.clone()).collect(),
            }),
            Resolution::Unknown => {
                out.push(Unresolved { name: party.name.clone(), span: party.span, suggestions: Vec::new() });
            }
        }
    }
}

/// Whether two names do not stand on different levels (县教育局, 市教育局).
fn same_level(a: &str, b: &str) -> bool {
    match (level(a), level(b)) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    }
}

/// How far apart two names are, less being nearer; none where they are not alike.
fn likeness(name: &str, full: &str, plain: &[char], other: &[char]) -> Option<usize> {
    let level = usize::from(!same_level(name, full));
    if abbreviates(plain, other) || plain.len() >= 4 && other.ends_with(plain) {
        return Some(10 * (other.len() - plain.len()).min(20) + 5 * level);
    }
    let allowed = (plain.len() / 4).max(1);
    // 农村农业局 for 农业农村局: the same characters in another order.
    let turned = || {
        let sorted = |letters: &[char]| {
            let mut letters = letters.to_vec();
            letters.sort_unstable();
            letters
        };
        (plain.len() >= 4 && plain.len() == other.len() && sorted(plain) == sorted(other)).then_some(1)
    };
    let apart = distance(plain, other, allowed).or_else(turned)?;
    // Short names must share their ends: 红石村 is not 红山村.
    (plain.len() >= 4 || other.len() > plain.len()).then_some(100 * apart + 5 * level)
}

/// The kind that a word of the kind column names.
fn kind_of_word(word: &str) -> Option<Collective> {
    let has = |words: &[&str]| words.iter().any(|w| word.contains(w));
    if word.is_empty() {
        None
    } else if has(&["乡镇", "街道", "township"]) || matches!(word, "镇" | "乡") {
        Some(Collective::Township)
    } else if has(&["村", "社区", "居委会", "village"]) {
        Some(Collective::Village)
    } else if has(&["学校", "幼儿园", "小学", "中学", "school"]) {
        Some(Collective::School)
    } else if has(&["企业", "公司", "enterprise"]) {
        Some(Collective::Enterprise)
    } else if has(&["部门", "科室", "股室", "处室", "机关", "站所", "直属", "department"]) {
        Some(Collective::Department)
    } else if has(&["单位", "其他", "unit"]) {
        Some(Collective::Unit)
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
