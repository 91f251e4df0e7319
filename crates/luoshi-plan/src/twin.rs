//! Work that stands both in the text and in a table of the same plan, and where the two differ.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use luoshi_when::When;

use crate::model::{Party, Task, Twin};

/// A pair of characters in more titles than this says nothing.
const COMMON: usize = 40;

/// The pairs of tasks that are the same work, by their titles.
pub(crate) fn twins(tasks: &[Task]) -> Vec<Twin> {
    if tasks.iter().all(|t| t.from_table) || tasks.iter().all(|t| !t.from_table) {
        return Vec::new();
    }
    let steps: Vec<u32> = tasks.iter().map(steps).collect();
    let titles: Vec<Vec<char>> = tasks.iter().map(|t| normal(&t.title)).collect();
    let mut places: HashMap<(char, char), Vec<usize>> = HashMap::new();
    for (i, _) in tasks.iter().enumerate().filter(|(_, t)| !t.from_table) {
        for pair in pairs(&titles[i]) {
            let list = places.entry(pair).or_default();
            if list.len() <= COMMON && list.last() != Some(&i) {
                list.push(i);
            }
        }
    }
    let mut out = Vec::new();
    for (i, task) in tasks.iter().enumerate().filter(|(_, t)| t.from_table) {
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for pair in pairs(&titles[i]) {
            for text in places.get(&pair).filter(|l| l.len() <= COMMON).into_iter().flatten() {
                *shared.entry(*text).or_default() += 1;
            }
        }
        let best = shared
            .into_iter()
            .filter(|(text, _)| steps[*text] == steps[i])
            .filter_map(|(text, n)| alike(&titles[text], &titles[i], n).map(|score| (score, text)))
            .max_by_key(|(score, text)| (*score, std::cmp::Reverse(*text)));
        if let Some((_, text)) = best {
            out.push(twin(&tasks[text], task));
        }
    }
    out
}

/// The words of a task that tell its step, one bit each: looking a thing over is not doing it.
fn steps(task: &Task) -> u32 {
    let says = |word: &str| task.title.contains(word) || task.path.iter().any(|p| p.contains(word));
    let words = ["自查", "检查", "评分", "登记", "考核", "验收", "督查", "评定"];
    words.iter().enumerate().map(|(i, w)| u32::from(says(w)) << i).sum()
}

/// A title without marks, blanks and empty opening verbs.
fn normal(title: &str) -> Vec<char> {
    let mut words = title;
    loop {
        let cut = [
            "开展",
            "加强",
            "做好",
            "推进",
            "强化",
            "抓好",
            "组织",
            "实施",
            "进一步",
            "全面",
            "深入",
            "积极",
            "持续",
        ]
        .iter()
        .find_map(|w| words.strip_prefix(w));
        match cut {
            Some(rest) if rest.chars().count() >= 4 => words = rest,
            _ => break,
        }
    }
    words.chars().filter(|c| c.is_alphanumeric()).collect()
}

fn pairs(title: &[char]) -> impl Iterator<Item = (char, char)> {
    title.windows(2).map(|w| (w[0], w[1]))
}

/// How alike two titles are, in per mille, where they are alike enough.
fn alike(a: &[char], b: &[char], shared: usize) -> Option<usize> {
    let shorter = a.len().min(b.len());
    if shorter < 4 {
        return None;
    }
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if long.windows(short.len()).any(|w| w == short) {
        return Some(900 + 100 * short.len() / long.len());
    }
    let score = 2000 * shared / (a.len() + b.len() - 2);
    (score >= 750).then_some(score.min(899))
}

fn twin(text: &Task, table: &Task) -> Twin {
    let units = |t: &Task| -> Vec<String> {
        t.lead
            .iter()
            .chain(&t.responsible)
            .filter(|p: &&Party| !p.inherited)
            .map(|p| p.name.clone())
            .collect()
    };
    let (left, right) = (units(text), units(table));
    let told = !left.is_empty() && !right.is_empty();
    let less = |a: &[String], b: &[String]| -> Vec<String> {
        a.iter().filter(|n| told && !b.contains(n)).cloned().collect()
    };
    let (mine, theirs) = (last_day(text), last_day(table));
    let differ = mine.is_some() && theirs.is_some() && mine != theirs;
    Twin {
        text: text.number,
        table: table.number,
        units_only_in_text: less(&left, &right),
        units_only_in_table: less(&right, &left),
        text_deadline: mine.filter(|_| differ),
        table_deadline: theirs.filter(|_| differ),
    }
}

/// The day by which the work is done: the last deadline, else the last day that is named. What comes
/// before it is a step on the way.
fn last_day(task: &Task) -> Option<Date> {
    let own = || task.times.iter().filter(|t| !t.inherited).map(|t| &t.when);
    let due = own().filter_map(|when| match when {
        When::By { end } => Some(*end),
        _ => None,
    });
    due.max().or_else(|| own().filter_map(day_of).max())
}

/// The last day of a time that has one.
pub(crate) fn day_of(when: &When) -> Option<Date> {
    match when {
        When::By { end } | When::Span { end, .. } => Some(*end),
        When::On { day } => Some(*day),
        _ => None,
    }
}
