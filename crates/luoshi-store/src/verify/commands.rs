//! Commands compared with the events that they gave: an event carries the key of its command, so that
//! all but what the command said can be told from the events.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use luoshi_engine::{EntryNo, Head, Moment, PlanId, Recorded};

use super::Verifier;
use crate::chain::stretch;
use crate::db::{Value, values};
use crate::error::StoreError;
use crate::fold::{Maker, STRIDE};
use crate::kept::{CommandRow, ENTRY_EVENT, command_of, entry_of};
use crate::report::Remedy;
use crate::sql;
use crate::sums::number;

/// Events that follow one another under one key: what one command gave.
#[derive(Clone, Debug, Default, PartialEq)]
struct Run {
    key: String,
    chain: PlanId,
    first: i64,
    last: i64,
    at: Moment,
    opened: Vec<EntryNo>,
}

impl Run {
    fn outcome(&self, maker: &impl Maker) -> String {
        maker.outcome(self.chain, self.last - self.first + 1, &self.opened)
    }

    /// The number that its row should have.
    fn number(&self, maker: &impl Maker) -> u64 {
        number((&self.key, self.chain, self.first, self.last, self.at, self.outcome(maker)))
    }

    /// The columns in which a row differs from what it should be, in Chinese.
    fn differences(&self, row: &CommandRow, maker: &impl Maker) -> Vec<&'static str> {
        let columns = [
            (self.chain == row.chain, "所属方案"),
            ((self.first, self.last) == (row.first, row.last), "事件起止"),
            (self.at == row.at, "时间"),
            (self.outcome(maker) == row.outcome, "办理结果"),
        ];
        columns.into_iter().filter(|(same, _)| !same).map(|(_, name)| name).collect()
    }
}

fn number_of(row: &CommandRow) -> u64 {
    number((&row.key, row.chain, row.first, row.last, row.at, &row.outcome))
}

/// Goes through the events of a chain and adds up the commands that gave them.
#[derive(Default)]
pub(super) struct Runs {
    open: Run,
    count: i64,
    sum: u64,
}

impl Runs {
    /// Takes the next event in.
    pub(super) fn take(&mut self, event: &Recorded, maker: &impl Maker) {
        if let Some(run) = follow(&mut self.open, event) {
            self.add(&run, maker);
        }
    }

    fn add(&mut self, run: &Run, maker: &impl Maker) {
        // What the scheduler does has no key.
        if !run.key.is_empty() {
            (self.count, self.sum) = (self.count + 1, self.sum.wrapping_add(run.number(maker)));
        }
    }

    /// How many commands there were, and the sum of their numbers.
    pub(super) fn total(mut self, maker: &impl Maker) -> (i64, u64) {
        let last = std::mem::take(&mut self.open);
        self.add(&last, maker);
        (self.count, self.sum)
    }
}

/// Adds an event to the run that it belongs to; gives the run before where it begins another.
fn follow(open: &mut Run, event: &Recorded) -> Option<Run> {
    let other = open.key != event.key || open.chain != event.chain;
    let before = other.then(|| {
        let new = Run { key: event.key.clone(), chain: event.chain, ..Run::default() };
        std::mem::replace(open, Run { first: event.seq, at: event.at, ..new })
    });
    open.last = event.seq;
    let opens = event.body.strip_prefix(ENTRY_EVENT).and_then(|rest| rest.split_once(','));
    if opens.is_some_and(|(_, event)| event.starts_with(r#"{"opened":"#)) {
        open.opened.push(entry_of(&event.body));
    }
    before
}

/// How far the table is from the events, by chain: nothing where they agree.
#[derive(Default)]
pub(super) struct Commands {
    chains: HashMap<PlanId, (i64, u64)>,
}

impl Commands {
    /// A chain should have so many commands with that sum.
    pub(super) fn expect(&mut self, chain: PlanId, (count, sum): (i64, u64)) {
        let due = self.chains.entry(chain).or_default();
        *due = (due.0 + count, due.1.wrapping_add(sum));
    }

    /// The table has this command; tells what is wrong with it by itself.
    pub(super) fn row(&mut self, row: &CommandRow, maker: &impl Maker) -> Option<String> {
        if row.first != 0 || row.last != 0 {
            self.expect(row.chain, (-1, number_of(row).wrapping_neg()));
            return None;
        }
        // It gave no event: all that is known is that it opened nothing.
        let wrong = row.outcome != maker.outcome(row.chain, 0, &[]);
        wrong.then(|| format!("操作登记表：操作“{}”没有事件，登记的办理结果却不是空的", row.key))
    }

    /// Adds what was found elsewhere.
    pub(super) fn join(&mut self, other: Self) {
        other.chains.into_iter().for_each(|(chain, found)| self.expect(chain, found));
    }

    fn differing(&self) -> BTreeSet<PlanId> {
        self.chains.iter().filter(|(_, due)| **due != (0, 0)).map(|(chain, _)| *chain).collect()
    }
}

impl Verifier {
    /// Tells which commands are not as the events say, where some are not.
    pub(super) async fn commands(
        &mut self,
        chains: &BTreeSet<PlanId>,
        maker: &impl Maker,
    ) -> Result<(), StoreError> {
        let differing = self.commands.differing();
        for chain in differing.intersection(chains) {
            self.locate(*chain, maker).await?;
        }
        if differing.is_empty() { Ok(()) } else { self.stray_commands(&differing).await }
    }

    /// Goes through a chain once more and looks every command up.
    async fn locate(&mut self, chain: PlanId, maker: &impl Maker) -> Result<(), StoreError> {
        let (mut head, mut open) = (Head::default(), Run::default());
        loop {
            let next = stretch(&self.db, &mut self.tx, chain, head).await?;
            let mut runs: Vec<Run> =
                next.events.iter().filter_map(|event| follow(&mut open, event)).collect();
            if !next.more() {
                runs.push(std::mem::take(&mut open));
            }
            runs.retain(|run| !run.key.is_empty());
            let keys = runs.iter().map(|run| Value::from(&run.key)).collect();
            let rows = self.tx.find(&self.db, &sql::COMMANDS, keys).await?;
            let rows: BTreeMap<String, CommandRow> = rows
                .iter()
                .filter_map(|row| command_of(row).ok())
                .map(|row| (row.key.clone(), row))
                .collect();
            for run in &runs {
                let key = &run.key;
                match rows.get(key).map(|row| run.differences(row, maker)) {
                    None => self.report.at_event(chain, run.first, format!("操作“{key}”没有登记")),
                    Some(wrong) if wrong.is_empty() => {}
                    Some(wrong) => {
                        let what = format!("操作“{key}”的登记与事件不符：{}", wrong.join("、"));
                        self.report.at_event(chain, run.first, what);
                    }
                }
            }
            if !next.more() {
                return Ok(());
            }
            head = next.end(head);
        }
    }

    /// Tells which rows of commands no event knows.
    async fn stray_commands(&mut self, differing: &BTreeSet<PlanId>) -> Result<(), StoreError> {
        let mut after = String::new();
        loop {
            let text = self.db.text(&sql::COPY_COMMAND, 0);
            let rows = self.tx.rows(text, values![&after, STRIDE].into()).await?;
            let Some(last) = rows.last() else { return Ok(()) };
            after = last.text(0)?;
            let rows = rows.iter().filter_map(|row| command_of(row).ok());
            let rows: Vec<CommandRow> =
                rows.filter(|row| row.first != 0 && differing.contains(&row.chain)).collect();
            let events = rows.iter().flat_map(|row| values![row.chain, row.first]).collect();
            let events = self.tx.find(&self.db, &sql::EVENT_KEYS, events).await?;
            let keys = events.iter().map(|row| Ok((PlanId(row.int(0)?), row.int(1)?, row.text(2)?)));
            let keys: BTreeSet<(PlanId, i64, String)> = keys.collect::<Result<_, StoreError>>()?;
            for row in rows {
                if !keys.contains(&(row.chain, row.first, row.key.clone())) {
                    let what = format!("操作登记表：操作“{}”没有事件与之对应", row.key);
                    self.report.at_table(what, Remedy::Restore);
                }
            }
        }
    }
}
