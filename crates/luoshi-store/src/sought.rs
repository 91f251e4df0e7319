//! Finding by words: one line of pieces for each plan, entry and set of papers, which the database keeps
//! an index of. Who may see it stands among the pieces, so that a reader's scope is part of the question.

use std::collections::{BTreeMap, BTreeSet};

use luoshi_engine::{EntryNo, Hash, Plan, PlanId, Rows, UnitId};

use crate::db::{Part, Value, values};
use crate::error::StoreError;
use crate::grams::{Piece, asked, cut};
use crate::read::Page;
use crate::sql;
use crate::store::Store;
use crate::watch::Sight;
use crate::work::Work;

/// The most characters of one text that are looked into.
const TEXT: usize = 200_000;

/// What is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoughtKind {
    /// A plan, by title and number.
    Plan,
    /// An entry, by title, number and fields.
    Entry,
    /// The paper of a plan (entry 0) or those handed in with an entry, by name and, where it was read, text.
    Paper,
}

impl SoughtKind {
    fn number(self) -> i64 {
        match self {
            Self::Plan => 0,
            Self::Entry => 1,
            Self::Paper => 2,
        }
    }
}

/// How many entries a plan can have so that their ids do not meet.
const ROOM: i64 = 1 << 32;

/// The id of a line: plans in their order, in each its entries, of each its kinds.
pub(crate) fn id_of(plan: PlanId, no: EntryNo, kind: SoughtKind) -> i64 {
    plan.0 * ROOM + no.0 * 4 + kind.number()
}

/// The last id that an entry can have.
pub(crate) fn end_of(plan: PlanId, no: i64) -> i64 {
    plan.0 * ROOM + no.min((ROOM - 4) / 4) * 4 + 3
}

/// Of which plan and entry an id is.
pub(crate) fn of_id(id: i64) -> (PlanId, EntryNo) {
    (PlanId(id / ROOM), EntryNo(id % ROOM / 4))
}

fn of_plan(plan: PlanId) -> String {
    format!("¶{plan}")
}

fn of_unit(unit: UnitId) -> String {
    format!("§{unit}")
}

/// Number 0 stands for all who see the plan.
const ALL: UnitId = UnitId(0);

fn line<'t>(
    plan: PlanId,
    kind: SoughtKind,
    units: &[UnitId],
    texts: impl IntoIterator<Item = &'t str>,
) -> String {
    let mut pieces = BTreeSet::new();
    texts.into_iter().for_each(|text| cut(text, &mut pieces));
    pieces.extend([of_plan(plan), format!("¤{}", kind.number())]);
    pieces.extend(units.iter().map(|unit| of_unit(*unit)));
    pieces.into_iter().collect::<Vec<_>>().join(" ")
}

/// The lines of an entry.
pub(crate) fn entry_lines(rows: &Rows) -> Vec<(i64, String)> {
    let (plan, no, sought) = (rows.entry.plan, rows.entry.no, &rows.sought);
    let words = sought.words.iter().map(|(_, words)| words.as_str());
    let mut lines = vec![(SoughtKind::Entry, line(plan, SoughtKind::Entry, &sought.units, words))];
    if !sought.papers.is_empty() {
        let papers = sought.papers.iter().map(String::as_str);
        lines.push((SoughtKind::Paper, line(plan, SoughtKind::Paper, &sought.units, papers)));
    }
    lines.into_iter().map(|(kind, line)| (id_of(plan, no, kind), line)).collect()
}

/// The line of a plan.
pub(crate) fn plan_line(plan: &Plan) -> (i64, String) {
    let texts = [plan.title.as_str(), plan.number.as_str()];
    (id_of(plan.id, EntryNo(0), SoughtKind::Plan), line(plan.id, SoughtKind::Plan, &[ALL], texts))
}

/// What tells whether the lines of an entry changed.
pub(crate) fn mark_of(rows: &Rows) -> i64 {
    // Separators that no text holds stand between words and between lists.
    const WORD: char = '\u{1f}';
    const LIST: char = '\u{1e}';
    let (sought, mut all) = (&rows.sought, String::new());
    let mut add = |word: &str, end: char| {
        all.push_str(word);
        all.push(end);
    };
    sought.words.iter().for_each(|(title, words)| [title, words].iter().for_each(|word| add(word, WORD)));
    add("", LIST);
    sought.papers.iter().for_each(|name| add(name, WORD));
    add("", LIST);
    sought.units.iter().for_each(|unit| add(&unit.to_string(), WORD));
    let hash = Hash::of(all.as_bytes()).0;
    i64::from_be_bytes([hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7]])
}

/// The id of the line of a plan's text.
pub(crate) fn text_of(plan: PlanId) -> i64 {
    id_of(plan, EntryNo(0), SoughtKind::Paper)
}

/// The id of the line of an entry's papers.
pub(crate) fn papers_of(rows: &Rows) -> i64 {
    id_of(rows.entry.plan, rows.entry.no, SoughtKind::Paper)
}

/// Lines to be written, and those that are to go where there is none; the last word on each.
pub(crate) fn parts(lines: Vec<(i64, Option<String>)>) -> [Part; 2] {
    let lines: BTreeMap<i64, Option<String>> = lines.into_iter().collect();
    let (mut put, mut gone) = (Vec::new(), Vec::new());
    for (id, line) in lines {
        match line {
            Some(line) => put.extend(values![id, line]),
            None => gone.push(Value::from(id)),
        }
    }
    [(&sql::SOUGHT_PUT, put), (&sql::SOUGHT_DROP, gone)]
}

/// What somebody asks for within what they see; none where there is nothing to ask for.
fn question(sight: &Sight, words: &str, kind: SoughtKind) -> Option<Piece> {
    let mut all = asked(words);
    if all.is_empty() {
        return None;
    }
    let plans =
        |plans: &[PlanId]| Piece::Any(plans.iter().map(|plan| Piece::Whole(of_plan(*plan))).collect());
    let mut seen = Vec::new();
    if !sight.whole.is_empty() {
        seen.push(plans(&sight.whole));
    }
    if !sight.part.is_empty() {
        let units = sight.units.iter().chain([&ALL]).map(|unit| Piece::Whole(of_unit(*unit))).collect();
        seen.push(Piece::All(vec![plans(&sight.part), Piece::Any(units)]));
    }
    if seen.is_empty() {
        return None;
    }
    all.extend([Piece::Whole(format!("¤{}", kind.number())), Piece::Any(seen)]);
    Some(Piece::All(all))
}

impl Store {
    /// What has these words in it and is seen, the newest first.
    ///
    /// # Errors
    ///
    /// The database fails; so with all that follow.
    pub async fn find_words(
        &self,
        sight: &Sight,
        words: &str,
        kind: SoughtKind,
        page: Page,
    ) -> Result<Vec<(PlanId, EntryNo)>, StoreError> {
        let Some(question) = question(sight, words, kind) else { return Ok(Vec::new()) };
        let text =
            format!("SELECT id FROM ({}) AS found ORDER BY id DESC LIMIT ? OFFSET ?", self.db.matching());
        let question = question.spelled(self.db.postgres());
        let rows = self.rows(&text, values![question, page.limit, page.skip].into()).await?;
        rows.iter().map(|row| Ok(of_id(row.int(0)?))).collect()
    }

    /// How many there are, counted no further than `most`.
    pub async fn count_words(
        &self,
        sight: &Sight,
        words: &str,
        kind: SoughtKind,
        most: i64,
    ) -> Result<i64, StoreError> {
        let Some(question) = question(sight, words, kind) else { return Ok(0) };
        let text = format!(
            "SELECT COUNT(*) FROM (SELECT id FROM ({}) AS found LIMIT ?) AS counted",
            self.db.matching()
        );
        let rows = self.rows(&text, values![question.spelled(self.db.postgres()), most].into()).await?;
        rows.first().map_or(Ok(0), |row| row.int(0))
    }

    /// Plans whose text cannot be found by its words yet.
    pub async fn plans_without_text(&self) -> Result<Vec<PlanId>, StoreError> {
        let rows = self.db.read(&sql::SOUGHT_LACKS, 0, Vec::new()).await?;
        rows.iter().map(|row| row.int(0).map(PlanId)).collect()
    }
}

impl Work {
    /// Lets the text of a plan be found by its words.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn put_text(&mut self, plan: PlanId, name: &str, text: &str) -> Result<(), StoreError> {
        let end = text.char_indices().nth(TEXT).map_or(text.len(), |(at, _)| at);
        let line = line(plan, SoughtKind::Paper, &[ALL], [name, &text[..end]]);
        let [put, _] = parts(vec![(text_of(plan), Some(line))]);
        self.tx.write_all(&self.db, vec![put]).await
    }
}

/// Lines that stand in a range of ids.
pub(crate) async fn lines_between(
    work: (&crate::db::Db, &mut crate::db::Tx),
    from: i64,
    to: i64,
) -> Result<BTreeMap<i64, String>, StoreError> {
    let (db, tx) = work;
    let values: Vec<Value> = values![from, to].into();
    let rows = tx.rows(db.text(&sql::SOUGHT_BETWEEN, 0), values).await?;
    rows.iter().map(|row| Ok((row.int(0)?, row.text(1)?))).collect()
}
