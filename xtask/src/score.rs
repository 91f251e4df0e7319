//! Scores a compiler's facts against careful readers' annotation of the same plan.
//!
//! A predicted fact meets an annotated one where both stand on the same line, are of the same type,
//! and their words overlap by at least half (intersection over union of characters). *Found* counts
//! that; *exact* also wants the values right.

use std::collections::HashMap;
use std::fmt::{self, Display};

use serde_json::Value;

/// The eight types of facts.
pub const TYPES: [&str; 8] = ["date", "unit", "quantity", "report", "rule", "stage", "reference", "group"];

/// Types with fewer annotated facts say too little for the average of types.
const ENOUGH: usize = 10;

/// Counts of one type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Annotated.
    pub gold: usize,
    /// Predicted.
    pub got: usize,
    /// Pairs.
    pub found: usize,
    /// Pairs with the right values.
    pub exact: usize,
}

/// Precision, recall and their harmonic mean.
fn f1(hit: usize, gold: usize, got: usize) -> (f64, f64, f64) {
    let share = |n: usize| if n == 0 { 0.0 } else { hit as f64 / n as f64 };
    let (p, r) = (share(got), share(gold));
    (p, r, if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 })
}

/// The score of one plan, or of several added up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Score {
    tallies: [Tally; 8],
    roles: usize,
    roles_right: usize,
    /// What was missed, invented or wrong, one line each, by type.
    pub misses: Vec<(&'static str, String)>,
}

impl Score {
    /// Adds another plan's score.
    pub fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.tallies.iter_mut().zip(&other.tallies) {
            mine.gold += theirs.gold;
            mine.got += theirs.got;
            mine.found += theirs.found;
            mine.exact += theirs.exact;
        }
        self.roles += other.roles;
        self.roles_right += other.roles_right;
        self.misses.extend_from_slice(&other.misses);
    }

    /// Mean exact F1 of the types with ten or more annotated facts.
    pub fn macro_f1(&self) -> f64 {
        let enough: Vec<&Tally> = self.tallies.iter().filter(|t| t.gold >= ENOUGH).collect();
        let sum: f64 = enough.iter().map(|t| f1(t.exact, t.gold, t.got).2).sum();
        if enough.is_empty() { 0.0 } else { sum / enough.len() as f64 }
    }

    /// Exact F1 of all facts together.
    pub fn micro_f1(&self) -> f64 {
        let sum = |n: fn(&Tally) -> usize| self.tallies.iter().map(n).sum();
        f1(sum(|t| t.exact), sum(|t| t.gold), sum(|t| t.got)).2
    }

    /// Share of lines whose role is right.
    pub fn role_share(&self) -> f64 {
        if self.roles == 0 { 0.0 } else { self.roles_right as f64 / self.roles as f64 }
    }
}

impl Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<10} {:>5} {:>5} | found P    R    F1   | exact P    R    F1", "type", "gold", "got")?;
        for (name, t) in TYPES.iter().zip(&self.tallies).filter(|(_, t)| t.gold + t.got > 0) {
            let (fp, fr, ff) = f1(t.found, t.gold, t.got);
            let (ep, er, ef) = f1(t.exact, t.gold, t.got);
            writeln!(
                f,
                "{name:<10} {:>5} {:>5} | {fp:.3} {fr:.3} {ff:.3} | {ep:.3} {er:.3} {ef:.3}",
                t.gold, t.got
            )?;
        }
        write!(
            f,
            "exact F1: macro {:.3} (types with {ENOUGH} or more annotated facts), micro {:.3}; line roles {}/{} = {:.3}",
            self.macro_f1(),
            self.micro_f1(),
            self.roles_right,
            self.roles,
            self.role_share()
        )
    }
}

/// Scores one plan: its annotation, its text, and the compiler's facts as JSON lines.
pub fn score(gold: &Value, text: &str, facts: &str) -> Score {
    let lines: Vec<Vec<char>> =
        text.split('\n').map(|l| l.trim_end_matches('\r').chars().collect()).collect();
    let got: Vec<Value> = facts.lines().filter_map(|l| serde_json::from_str(l).ok()).collect();
    let mut out = Score::default();
    let said: HashMap<u64, &str> = got
        .iter()
        .filter(|x| x["type"] == "line")
        .filter_map(|x| Some((x["line"].as_u64()?, x["role"].as_str()?)))
        .collect();
    for line in list(&gold["lines"]) {
        let said = line["n"].as_u64().and_then(|n| said.get(&n));
        out.roles += 1;
        if said.is_some_and(|role| line["role"] == **role) {
            out.roles_right += 1;
        } else {
            out.misses.push(("line", format!("{} annotated {} got {:?}", line["n"], line["role"], said)));
        }
    }
    for (tally, name) in out.tallies.iter_mut().zip(TYPES) {
        let gold: Vec<&Value> = list(&gold["facts"]).iter().filter(|x| x["type"] == name).collect();
        let got: Vec<&Value> = got.iter().filter(|x| x["type"] == name).collect();
        let pairs = pairs(&gold, &got, &lines);
        let exact = pairs.iter().filter(|(i, j)| right(name, gold[*i], got[*j])).count();
        *tally = Tally { gold: gold.len(), got: got.len(), found: pairs.len(), exact };
        misses(&mut out.misses, name, &gold, &got, &pairs);
    }
    out
}

fn misses(
    out: &mut Vec<(&'static str, String)>,
    name: &'static str,
    gold: &[&Value],
    got: &[&Value],
    pairs: &[(usize, usize)],
) {
    for (i, fact) in gold.iter().enumerate().filter(|(i, _)| !pairs.iter().any(|p| p.0 == *i)) {
        out.push((name, format!("{} missed {}", fact["line"], gold[i])));
    }
    for (j, fact) in got.iter().enumerate().filter(|(j, _)| !pairs.iter().any(|p| p.1 == *j)) {
        out.push((name, format!("{} invented {}", fact["line"], got[j])));
    }
    for (i, j) in pairs.iter().filter(|(i, j)| !right(name, gold[*i], got[*j])) {
        out.push((name, format!("{} wrong: annotated {} got {}", gold[*i]["line"], gold[*i], got[*j])));
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Pairs of one plan and one type, the best overlaps first, each fact once.
fn pairs(gold: &[&Value], got: &[&Value], lines: &[Vec<char>]) -> Vec<(usize, usize)> {
    let mut candidates: Vec<(f64, usize, usize)> = Vec::new();
    for (i, g) in gold.iter().enumerate() {
        let at = g["line"].as_u64().unwrap_or(0) as usize;
        let Some(line) = at.checked_sub(1).and_then(|n| lines.get(n)) else { continue };
        let theirs = places(line, text(&g["raw"]));
        for (j, p) in got.iter().enumerate().filter(|(_, p)| p["line"] == g["line"]) {
            let mine = places(line, text(&p["raw"]));
            let all = theirs.iter().flat_map(|a| mine.iter().map(|b| overlap(*a, *b)));
            let best = all.fold(0.0, f64::max);
            if best >= 0.5 {
                let bonus = if right(text(&g["type"]), g, p) { 0.001 } else { 0.0 };
                candidates.push((best + bonus, i, j));
            }
        }
    }
    candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1)).then(b.2.cmp(&a.2)));
    let mut out: Vec<(usize, usize)> = Vec::new();
    for (_, i, j) in candidates {
        if !out.iter().any(|(a, b)| *a == i || *b == j) {
            out.push((i, j));
        }
    }
    out
}

/// Every stretch of a line that words stand in, in characters.
fn places(line: &[char], raw: &str) -> Vec<(usize, usize)> {
    let raw: Vec<char> = raw.chars().collect();
    if raw.is_empty() {
        return Vec::new();
    }
    let starts = line.windows(raw.len()).enumerate().filter(|(_, w)| *w == raw.as_slice());
    starts.map(|(at, _)| (at, at + raw.len())).collect()
}

fn overlap(a: (usize, usize), b: (usize, usize)) -> f64 {
    let both = a.1.min(b.1).saturating_sub(a.0.max(b.0));
    if both == 0 { 0.0 } else { both as f64 / (a.1.max(b.1) - a.0.min(b.0)) as f64 }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or("")
}

/// Free words without blanks and without marks around them.
fn plain(value: &Value) -> String {
    let all = match value {
        Value::Null => String::new(),
        Value::String(s) => s.split_whitespace().collect(),
        other => other.to_string(),
    };
    all.trim_matches(|c| "，,。；;：:".contains(c)).to_owned()
}

/// Free words agree: equal, or the shorter stands in the longer and is at least half of it.
fn near(x: &Value, y: &Value) -> bool {
    let (x, y) = (plain(x), plain(y));
    let (a, b) = (x.chars().count(), y.chars().count());
    let (short, long, least, most) = if a <= b { (&x, &y, a, b) } else { (&y, &x, b, a) };
    short == long || (least > 0 && long.contains(short.as_str()) && 2 * least >= most)
}

/// Free words share half of their characters: a clause may be cut a little differently.
fn alike(x: &Value, y: &Value) -> bool {
    let (x, y) = (plain(x), plain(y));
    let mut counts: HashMap<char, usize> = HashMap::new();
    for c in x.chars() {
        *counts.entry(c).or_default() += 1;
    }
    let mut both = 0;
    for c in y.chars() {
        if let Some(n) = counts.get_mut(&c).filter(|n| **n > 0) {
            *n -= 1;
            both += 1;
        }
    }
    let longest = x.chars().count().max(y.chars().count()).max(1);
    x == y || 2 * both >= longest
}

fn same_number(x: &Value, y: &Value) -> bool {
    match (x.as_f64(), y.as_f64()) {
        (Some(x), Some(y)) => (x - y).abs() < 1e-9,
        _ => x.is_null() && y.is_null(),
    }
}

fn same_rule(x: &Value, y: &Value) -> bool {
    let parts = |v: &Value| {
        let mut parts: Vec<String> = plain(v).split(';').map(str::to_owned).collect();
        parts.sort();
        parts
    };
    parts(x) == parts(y)
}

/// Whether the values of a fact are the annotated ones.
fn right(kind: &str, gold: &Value, got: &Value) -> bool {
    let same = |field: &str| gold[field] == got[field];
    match kind {
        "date" if !same("kind") => false,
        "date" => match text(&gold["kind"]) {
            "every" => same_rule(&gold["rrule"], &got["rrule"]),
            "within" => same_number(&gold["amount"], &got["amount"]) && same("unit"),
            _ => same("start") && same("end"),
        },
        "unit" => same("role"),
        "quantity" => {
            same("op") && same_number(&gold["value"], &got["value"]) && near(&gold["unit"], &got["unit"])
        }
        "report" => near(&gold["to"], &got["to"]) && near(&gold["when"], &got["when"]),
        "rule" => {
            same("kind")
                && same_number(&gold["amount"], &got["amount"])
                && plain(&gold["per"]) == plain(&got["per"])
                && alike(&gold["when"], &got["when"])
                && alike(&gold["effect"], &got["effect"])
        }
        "stage" => same("start") && same("end"),
        "reference" => {
            plain(&gold["title"]) == plain(&got["title"]) && plain(&gold["number"]) == plain(&got["number"])
        }
        _ => same("role") && near(&gold["name"], &got["name"]),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TEXT: &str = "各村要在6月底前完成500人。\n由镇财政所牵头，各村配合。";

    fn gold() -> Value {
        json!({"lines": [{"n": 1, "role": "task"}, {"n": 2, "role": "task"}], "facts": [
            {"type": "date", "line": 1, "raw": "6月底前", "kind": "by", "start": null, "end": "2026-06-30"},
            {"type": "unit", "line": 1, "raw": "各村", "role": "responsible"},
            {"type": "unit", "line": 2, "raw": "镇财政所", "role": "lead"},
            {"type": "unit", "line": 2, "raw": "各村", "role": "support"},
        ]})
    }

    fn stream(facts: &[Value]) -> String {
        facts.iter().map(|f| format!("{f}\n")).collect()
    }

    #[test]
    fn the_annotation_itself_scores_full() {
        let mut facts = list(&gold()["facts"]).to_vec();
        facts.extend([1, 2].map(|n| json!({"type": "line", "line": n, "role": "task"})));
        let score = score(&gold(), TEXT, &stream(&facts));
        assert_eq!((score.micro_f1(), score.role_share(), score.misses.len()), (1.0, 1.0, 0));
    }

    #[test]
    fn words_that_overlap_by_half_meet_and_values_must_be_right() {
        let facts = [
            json!({"type": "date", "line": 1, "raw": "在6月底前", "kind": "by", "start": null, "end": "2026-06-30"}),
            json!({"type": "unit", "line": 2, "raw": "镇财政所牵头各", "role": "lead"}),
            json!({"type": "unit", "line": 2, "raw": "各村", "role": "lead"}),
        ];
        let score = score(&gold(), TEXT, &stream(&facts));
        let date = score.tallies[0];
        assert_eq!((date.gold, date.got, date.found, date.exact), (1, 1, 1, 1));
        let unit = score.tallies[1];
        assert_eq!((unit.gold, unit.got, unit.found, unit.exact), (3, 2, 1, 0));
        assert_eq!(score.roles_right, 0);
    }

    #[test]
    fn free_words_may_be_cut_a_little_differently() {
        assert!(near(&json!("县 安委办，"), &json!("县安委办")));
        assert!(near(&json!("安委办"), &json!("县安委办")));
        assert!(!near(&json!("办"), &json!("县安委办")));
        assert!(!near(&json!(null), &json!("县安委办")));
        assert!(alike(&json!("每缺1人扣400元"), &json!("缺1人扣减400元")));
        assert!(!alike(&json!("奖励"), &json!("一票否决")));
        assert!(same_rule(&json!("FREQ=WEEKLY;BYDAY=TH"), &json!("BYDAY=TH;FREQ=WEEKLY")));
    }
}
