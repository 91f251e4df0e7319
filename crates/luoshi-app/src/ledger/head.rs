//! The head of a sheet: where it stands and what its columns mean.

use luoshi_pack::Register;

use super::cell::{narrow, tight};
use super::column::{Mapping, STANDARD, Target, letter};
use super::grid::Grid;

/// How far down a head is looked for: below a title, a line of dates, a line of units.
const DEPTH: usize = 20;

/// A column that means something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// Where it stands, from 0.
    pub(super) col: usize,
    /// Its words, as a mapping remembers them.
    pub(super) words: String,
    /// The unit in brackets at its end.
    pub(super) unit: String,
    /// What it holds.
    pub(super) target: Target,
}

impl Head {
    /// How a user finds it: `C列（时限）`.
    pub(super) fn place(&self) -> String {
        format!("{}列（{}）", letter(self.col), self.words)
    }
}

/// The head of a sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Heads {
    /// The last row of the head.
    pub(super) bottom: u32,
    /// Columns with a meaning.
    pub(super) columns: Vec<Head>,
    /// Heads of columns that nothing is read from.
    pub(super) ignored: Vec<String>,
    /// How sure it is.
    score: u32,
}

impl Heads {
    /// The column of a meaning.
    pub(super) fn find(&self, target: &Target) -> Option<&Head> {
        self.columns.iter().find(|head| head.target == *target)
    }

    /// The meanings by head, for the next file of this kind.
    pub(super) fn mapping(&self) -> Mapping {
        let meant = self.columns.iter().map(|head| (head.words.clone(), head.target.clone()));
        let ignored = self.ignored.iter().map(|words| (words.clone(), Target::Ignored));
        Mapping { columns: meant.chain(ignored).collect() }
    }
}

/// Finds the sheet and the row, or two rows, whose words mean most to a register.
pub(super) fn find_heads<'g>(
    grids: &'g [Grid],
    register: &Register,
    given: &Mapping,
) -> Option<(&'g Grid, Heads)> {
    let mut best: Option<(&Grid, Heads)> = None;
    for grid in grids {
        let rows: Vec<u32> = grid.rows.keys().copied().take(DEPTH).collect();
        for (at, row) in rows.iter().enumerate() {
            let below = rows.get(at + 1).filter(|below| **below == row + 1);
            for lower in std::iter::once(None).chain(below.map(Some)) {
                let found = heads_of(grid, *row, lower.copied(), register, given);
                // One row is preferred to two, and what stands first to what comes later.
                if found.columns.len() >= 2 && best.as_ref().is_none_or(|(_, best)| found.score > best.score)
                {
                    best = Some((grid, found));
                }
            }
        }
    }
    best
}

/// Words of one column's head: all of it, and its lower part alone.
struct Words {
    col: usize,
    words: String,
    unit: String,
    names: Vec<String>,
}

fn words_of(grid: &Grid, row: u32, lower: Option<u32>, col: usize) -> Option<Words> {
    let upper = tight(grid.cell(row, col));
    let under = lower.map(|lower| tight(grid.cell(lower, col))).filter(|under| *under != upper);
    let words = format!("{upper}{}", under.as_deref().unwrap_or_default());
    if words.is_empty() || words.chars().count() > 60 {
        return None;
    }
    let (name, unit) = split_unit(&words);
    let mut names = vec![name];
    if let Some(under) = under.filter(|under| !under.is_empty() && !upper.is_empty()) {
        names.push(split_unit(&under).0);
    }
    Some(Words { col, words, unit, names })
}

/// A head without brackets, and the unit that the last ones hold.
fn split_unit(words: &str) -> (String, String) {
    let words = narrow(words);
    let words = words.trim_matches(['*', ':', '★']);
    let unit = words.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    let unit = unit.map(|(_, unit)| unit.trim_start_matches("单位:").to_owned()).unwrap_or_default();
    let (mut name, mut depth) = (String::new(), 0_u32);
    for c in words.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            c if depth == 0 => name.push(c),
            _ => {}
        }
    }
    (name, unit)
}

fn heads_of(grid: &Grid, row: u32, lower: Option<u32>, register: &Register, given: &Mapping) -> Heads {
    let width = [Some(row), lower].into_iter().flatten().filter_map(|row| grid.rows.get(&row)).map(Vec::len);
    let mut words: Vec<Words> =
        (0..width.max().unwrap_or(0)).filter_map(|col| words_of(grid, row, lower, col)).collect();
    number_doubles(&mut words);
    let mut wishes: Vec<(u32, usize, Target)> = Vec::new();
    for (at, words) in words.iter().enumerate() {
        match given.columns.get(&words.words) {
            Some(Target::Field(key)) if register.find_field(key).is_none() => {}
            Some(target) => {
                wishes.push((6, at, target.clone()));
                continue;
            }
            None => {}
        }
        for (nth, name) in (0..).zip(&words.names) {
            wishes.extend(meanings(name, register).map(|(sure, target)| (sure * 2 - nth, at, target)));
        }
    }
    assigned(&words, wishes, lower.unwrap_or(row))
}

/// Heads that stand twice are told apart by a number, so that a mapping can name each.
fn number_doubles(words: &mut [Words]) {
    for at in 1..words.len() {
        let same = words[..at].iter().filter(|other| other.words == words[at].words).count();
        if same > 0 {
            words[at].words = format!("{}#{}", words[at].words, same + 1);
        }
    }
}

/// What a head may mean, and how sure that is: 3 as exports write it, 2 as offices do, 1 in part.
fn meanings(name: &str, register: &Register) -> impl Iterator<Item = (u32, Target)> {
    let standard = STANDARD.iter().filter_map(move |(target, head, others)| {
        let sure = if *head == name {
            3
        } else if others.iter().any(|other| split_unit(other).0 == name) {
            2
        } else {
            return None;
        };
        Some((sure, target.clone()))
    });
    let fields = register.fields.iter().filter_map(move |field| {
        let title = split_unit(&tight(&field.title)).0;
        let short = |text: &str| text.chars().count() < 2;
        let sure = if title == name {
            3
        } else if !short(name) && !short(&title) && (title.contains(name) || name.contains(&title)) {
            1
        } else {
            return None;
        };
        Some((sure, Target::Field(field.key.clone())))
    });
    standard.chain(fields)
}

/// Gives each column its surest meaning and each meaning one column.
fn assigned(words: &[Words], mut wishes: Vec<(u32, usize, Target)>, bottom: u32) -> Heads {
    wishes.sort_by_key(|(sure, at, _)| (std::cmp::Reverse(*sure), *at));
    let mut heads = Heads { bottom, ..Heads::default() };
    let mut taken = vec![false; words.len()];
    for (sure, at, target) in wishes {
        if taken[at] || (target != Target::Ignored && heads.find(&target).is_some()) {
            continue;
        }
        taken[at] = true;
        heads.score += sure;
        let Words { col, words, unit, .. } = &words[at];
        if target == Target::Ignored {
            heads.ignored.push(words.clone());
        } else {
            heads.columns.push(Head { col: *col, words: words.clone(), unit: unit.clone(), target });
        }
    }
    heads
        .ignored
        .extend(words.iter().zip(&taken).filter(|(_, taken)| !**taken).map(|(words, _)| words.words.clone()));
    heads.columns.sort_by_key(|head| head.col);
    heads
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hazard() -> Register {
        let library = luoshi_pack::Library::with(Vec::new());
        let pack = library.packs().find(|pack| pack.name == "hazard").unwrap();
        pack.find_register("hazard").unwrap().clone()
    }

    fn grid(rows: &[&[&str]]) -> Grid {
        let row = |(number, cells): (u32, &&[&str])| {
            (number, cells.iter().map(|cell| (*cell).to_owned()).collect())
        };
        Grid { rows: (1..).zip(rows).map(row).collect() }
    }

    fn check(rows: &[&[&str]], given: &Mapping, expect: &str) {
        let grids = [grid(rows)];
        let (_, heads) = find_heads(&grids, &hazard(), given).unwrap();
        let meant: Vec<String> =
            heads.columns.iter().map(|head| format!("{}={:?}", head.words, head.target)).collect();
        assert_eq!(format!("{}: {}", heads.bottom, meant.join(" ")), expect);
    }

    #[test]
    fn the_head_is_found_below_the_title_and_over_two_rows() {
        let rows: &[&[&str]] = &[
            &["隐患排查治理台账"],
            &["编号", "隐患描述", "责任单位", "整改", "整改", "整改"],
            &["编号", "隐患描述", "责任单位", "措 施", "资金（万元）", "时限"],
            &["1", "消防通道堵塞", "青石镇", "清理", "0.5", "2026-09-30"],
        ];
        check(
            rows,
            &Mapping::default(),
            "3: 编号=Number 隐患描述=Title 责任单位=Lead 整改措施=Field(\"measures\") \
             整改资金（万元）=Field(\"funds\") 整改时限=Field(\"finish\")",
        );
    }

    #[test]
    fn a_remembered_mapping_goes_before_guesses() {
        let rows: &[&[&str]] = &[&["名称", "牵头股室", "部位", "备查"], &["甲", "乙", "丙", "丁"]];
        let columns = [
            ("牵头股室", Target::Lead),
            ("备查", Target::Ignored),
            ("名称", Target::Field("enterprise".into())),
        ];
        let columns = columns.into_iter().map(|(head, target)| (head.to_owned(), target)).collect();
        check(
            rows,
            &Mapping { columns },
            "1: 名称=Field(\"enterprise\") 牵头股室=Lead 部位=Field(\"place\")",
        );
    }

    #[test]
    fn a_sheet_that_means_nothing_has_no_head() {
        assert!(
            find_heads(&[grid(&[&["甲", "乙"], &["丙", "丁"]])], &hazard(), &Mapping::default()).is_none()
        );
    }
}
