//! The form of a unit's name: its place, its kind, how near it is to another.

use crate::model::Collective;

/// Characters that end the name of a place before a unit's name proper.
const LEVELS: [char; 8] = ['省', '市', '县', '区', '州', '旗', '镇', '乡'];

/// Where the name of the place at the beginning of a name ends, and its last character.
fn place(name: &str) -> Option<(usize, char)> {
    let mut found = None;
    let mut before = None;
    for (i, (at, c)) in name.char_indices().enumerate().take(9) {
        let end = at + c.len_utf8();
        let rest = &name[end..];
        let next = rest.chars().next();
        let inner = match c {
            '市' => matches!(next, Some('场' | '容' | '政')),
            '乡' => before == Some('城') || matches!(next, Some('村' | '镇')),
            '区' => matches!(before, Some('社' | '园' | '库' | '灾')) || next == Some('域'),
            '镇' => before == Some('乡') || next == Some('村'),
            _ => false,
        };
        let office = i == 0 && matches!(c, '局' | '校' | '院' | '委');
        let place = LEVELS.contains(&c) && !inner;
        if (place || office) && rest.chars().count() >= 3 {
            found = Some((end, c));
        }
        // 街道 before an office of it.
        if c == '道' && before == Some('街') && rest.chars().count() >= 3 && !rest.starts_with("办事处")
        {
            found = Some((end, '街'));
        }
        before = Some(c);
    }
    found
}

/// A name without its place: 云岭县应急管理局 → 应急管理局.
pub(super) fn bare(name: &str) -> &str {
    place(name).map_or(name, |(end, _)| &name[end..])
}

/// The level that a name's place stands on.
pub(super) fn level(name: &str) -> Option<char> {
    place(name).map(|(_, c)| c)
}

/// The kind of unit that a name itself shows; none for what may be a person.
pub(super) fn kind_of_name(name: &str) -> Option<Collective> {
    let ends = |words: &[&str]| words.iter().any(|w| name.ends_with(w));
    if ends(&["镇", "乡", "街道", "街道办事处", "街道办", "镇人民政府", "乡人民政府", "镇政府", "乡政府"])
    {
        Some(Collective::Township)
    } else if ends(&["村", "社区", "村委会", "居委会", "村民委员会", "居民委员会"]) {
        Some(Collective::Village)
    } else if ends(&["小学", "中学", "学校", "幼儿园", "一中", "二中", "三中", "中心校", "学院", "教学点"])
    {
        Some(Collective::School)
    } else if ends(&["公司", "厂", "集团", "合作社"]) {
        Some(Collective::Enterprise)
    } else if ends(&[
        "局", "委", "办", "科", "股", "室", "处", "中心", "站", "所", "院", "馆", "队", "会", "部", "团",
        "府", "组", "社", "联", "庭", "党校", "法院", "银行", "场",
    ]) {
        Some(Collective::Department)
    } else {
        None
    }
}

/// Whether a shorter name is made of characters of a longer one in order, with the same end:
/// 应急局 for 应急管理局, 市管所 for 市场监督管理所.
pub(super) fn abbreviates(short: &[char], long: &[char]) -> bool {
    let mut rest = long.iter();
    short.len() >= 2
        && short.len() < long.len()
        && short.first() == long.first()
        && short.last() == long.last()
        && short.iter().all(|c| rest.any(|l| l == c))
}

/// The edit distance of two names, where it is at most `most`; swapped neighbours count once.
pub(super) fn distance(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut two: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut best = (last[j] + usize::from(x != y)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(two[j - 1] + 1);
            }
            row.push(best);
        }
        two = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|d| *d <= most)
}
