//! One chain read from its beginning: every hash computed again.

use luoshi_engine::{Actor, Hash, Head, Moment, PersonId, PlanId, PostId, Recorded};

use crate::db::{Db, Row, Tx, values};
use crate::error::StoreError;
use crate::fold::STRIDE;
use crate::kept::entry_of;
use crate::sql;

/// A place in a chain that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Break {
    pub(crate) seq: i64,
    pub(crate) what: String,
}

/// Some events of a chain and whether the entry that each is filed under is its own.
pub(crate) struct Stretch {
    pub(crate) events: Vec<Recorded>,
    entries: Vec<i64>,
}

/// Reads the next events of a chain, each with the hash before it as it stands there.
pub(crate) async fn stretch(db: &Db, tx: &mut Tx, chain: PlanId, head: Head) -> Result<Stretch, StoreError> {
    let rows = tx.rows(db.text(&sql::EVENTS_CHAIN, 0), values![chain, head.seq, STRIDE].into()).await?;
    let mut prev = head.hash;
    let mut stretch =
        Stretch { events: Vec::with_capacity(rows.len()), entries: Vec::with_capacity(rows.len()) };
    for row in &rows {
        let (event, entry) = told(row, prev)?;
        prev = event.hash;
        stretch.entries.push(entry);
        stretch.events.push(event);
    }
    Ok(stretch)
}

/// An event as a row of [`sql::EVENTS_CHAIN`] tells it, and the entry that it is filed under.
fn told(row: &Row, prev: Hash) -> Result<(Recorded, i64), StoreError> {
    let text = row.text(0)?;
    let damaged = || StoreError::Damaged(format!("事件的编号、时间或人员无法识别（{text}）"));
    let mut words = text.splitn(7, ' ');
    let mut number = || words.next().and_then(|word| word.parse::<i64>().ok()).ok_or_else(damaged);
    let (chain, seq, at) = (PlanId(number()?), number()?, Moment(number()?));
    let (person, post, entry) = (PersonId(number()?), PostId(number()?), number()?);
    let address = words.next().ok_or_else(damaged)?.to_owned();
    let actor = Actor { person, post, address };
    let (key, body, hash) = (row.text(1)?, row.text(2)?, row.hash(3)?);
    Ok((Recorded { chain, seq, at, actor, key, body, hash, prev }, entry))
}

impl Stretch {
    /// What does not hold in it after what stands before it.
    pub(crate) fn breaks(&self, before: Head) -> Vec<Break> {
        let mut breaks = Vec::new();
        let (mut seq, mut at) = (before.seq, before.at);
        for (event, entry) in self.events.iter().zip(&self.entries) {
            let mut broken = |what: String| breaks.push(Break { seq: event.seq, what });
            if event.seq != seq + 1 {
                broken(format!("缺少第 {} 至 {} 条事件", seq + 1, event.seq - 1));
            }
            // After a gap the hash before is not known, so that only the gap is told.
            else if Hash::of(event.line().as_bytes()) != event.hash {
                broken(String::from("散列值与内容不符：事件或它之前的事件被改动过"));
            }
            if event.at < at {
                broken(format!("时间早于前一条事件（{}）", Moment(at.0)));
            }
            if entry_of(&event.body).0 != *entry {
                broken(String::from("事件不属于所标的条目"));
            }
            (seq, at) = (event.seq, event.at);
        }
        breaks
    }

    /// Where the chain stands after it.
    pub(crate) fn end(&self, before: Head) -> Head {
        self.events.last().map_or(before, Recorded::head)
    }

    /// Whether there may be more.
    pub(crate) fn more(&self) -> bool {
        i64::try_from(self.events.len()).is_ok_and(|count| count == STRIDE)
    }
}
