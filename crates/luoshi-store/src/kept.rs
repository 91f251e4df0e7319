//! What is kept beside plans and entries, as values.

use jiff::civil::Date;
use luoshi_engine::{
    Actor, EntryNo, EntryRow, Hash, Head, Moment, PersonId, Plan, PlanId, PostId, Recorded, UnitId,
};
use luoshi_pack::{Phase, Role};
use sm3::{Digest, Sm3};

use crate::db::{Row, Value, values};
use crate::error::StoreError;
use crate::filed::{NEVER, phase_of, role_of, role_word};
use crate::vault::WrappedKey;

/// A command that was carried out, so that the same one does nothing twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandRow {
    /// Its idempotency key.
    pub key: String,
    /// The hash of what it said: another command under the same key is refused.
    pub digest: Hash,
    /// The chain of its events.
    pub chain: PlanId,
    /// Its first event; 0 where it gave none.
    pub first: i64,
    /// Its last event; 0 where it gave none.
    pub last: i64,
    /// When it was carried out.
    pub at: Moment,
    /// What its sender was told.
    pub outcome: String,
}

/// A message in the application, for whoever holds a role in a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Its number; the store gives it.
    pub id: i64,
    /// To which unit.
    pub unit: UnitId,
    /// To which role.
    pub role: Role,
    /// About which plan.
    pub plan: PlanId,
    /// About which entry; 0 for the plan as a whole.
    pub no: EntryNo,
    /// What kind: the rung of the ladder, `limit`, `returned`.
    pub kind: String,
    /// What it says.
    pub words: String,
    /// When.
    pub at: Moment,
    /// The day of the digest that it went into.
    pub digest: Option<Date>,
}

/// Something to be sent: one of a kind for a person and a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxItem {
    /// What kind: `digest`.
    pub kind: String,
    /// To whom.
    pub person: PersonId,
    /// For which day.
    pub day: Date,
    /// What is sent.
    pub body: String,
    /// When it was put here.
    pub created: Moment,
    /// When it was sent.
    pub sent: Option<Moment>,
}

/// A file that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttachmentRow {
    /// The hash of its bytes.
    pub hash: Hash,
    /// Its size in bytes.
    pub size: i64,
    /// Its media type.
    pub kind: String,
    /// When it was stored.
    pub stored: Moment,
}

/// The key of a data subject, wrapped by a master key that is kept elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectKeyRow {
    /// Whose.
    pub subject: String,
    /// The wrapped key; empty once it is destroyed.
    pub key: WrappedKey,
    /// When it was destroyed.
    pub destroyed: Option<Moment>,
}

/// How many entries of a unit in a plan stand in a phase under a light.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TallyRow {
    /// The unit that answers for them.
    pub unit: UnitId,
    /// The plan.
    pub plan: PlanId,
    /// The phase.
    pub phase: Phase,
    /// The light.
    pub light: Option<String>,
    /// How many.
    pub n: i64,
}

/// Reports that were expected of a unit, and what came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletenessRow {
    /// The unit.
    pub unit: UnitId,
    /// How many were expected.
    pub expected: i64,
    /// How many came.
    pub received: i64,
    /// How many of them on time.
    pub on_time: i64,
    /// How many of them had nothing to report.
    pub nil: i64,
}

/// When the scheduler has to look at an entry again; number 0 means the plan itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimerRow {
    /// The plan.
    pub plan: PlanId,
    /// The entry.
    pub no: EntryNo,
    /// When.
    pub at: Moment,
}

pub(crate) fn date_of(text: &str) -> Result<Date, StoreError> {
    text.parse().map_err(|_| StoreError::Damaged(format!("不是日期：{text}")))
}

/// chain, seq, at, hash.
pub(crate) fn head_of(row: &Row) -> Result<(PlanId, Head), StoreError> {
    Ok((PlanId(row.int(0)?), Head { seq: row.int(1)?, at: Moment(row.int(2)?), hash: row.hash(3)? }))
}

/// chain, seq, at, person, post, address, key, body, hash; the hash before is given.
pub(crate) fn recorded_of(row: &Row, prev: Hash) -> Result<Recorded, StoreError> {
    Ok(Recorded {
        chain: PlanId(row.int(0)?),
        seq: row.int(1)?,
        at: Moment(row.int(2)?),
        actor: Actor { person: PersonId(row.int(3)?), post: PostId(row.int(4)?), address: row.text(5)? },
        key: row.text(6)?,
        body: row.text(7)?,
        hash: row.hash(8)?,
        prev,
    })
}

/// Values in the order of the table of events.
pub(crate) fn event_values(event: &Recorded) -> [Value; 10] {
    values![
        event.chain,
        event.seq,
        entry_of(&event.body),
        event.at,
        event.actor.person,
        event.actor.post,
        &event.actor.address,
        &event.key,
        &event.body,
        event.hash,
    ]
}

/// The entry that an event belongs to, read off the beginning of its canonical JSON, which is
/// `{"entry":[12,…`; 0 where it belongs to none.
pub(crate) fn entry_of(body: &str) -> EntryNo {
    let number = body.strip_prefix(ENTRY_EVENT).and_then(|rest| rest.split(',').next());
    EntryNo(number.and_then(|number| number.parse().ok()).unwrap_or(0))
}

/// How an event of an entry begins.
pub(crate) const ENTRY_EVENT: &str = r#"{"entry":["#;

/// The columns of [`crate::sql::ENTRY`].
pub(crate) fn entry_row_of(row: &Row) -> Result<EntryRow, StoreError> {
    let due = row.int(8)?;
    Ok(EntryRow {
        plan: PlanId(row.int(0)?),
        no: EntryNo(row.int(1)?),
        register: row.text(2)?,
        number: row.text(3)?,
        title: row.text(4)?,
        lead: UnitId(row.int(5)?),
        state: row.text(6)?,
        phase: phase_of(&row.text(7)?)?,
        due: (due != NEVER).then_some(Moment(due)),
        light: Some(row.text(9)?).filter(|light| !light.is_empty()),
        duty: row.find_text(10)?,
        period: row.find_text(11)?.as_deref().map(date_of).transpose()?,
        on_time: row.find_int(12)?.map(|on_time| on_time == 1),
        unique: row.find_text(13)?,
        body: row.text(14)?,
    })
}

pub(crate) fn command_of(row: &Row) -> Result<CommandRow, StoreError> {
    Ok(CommandRow {
        key: row.text(0)?,
        digest: row.hash(1)?,
        chain: PlanId(row.int(2)?),
        first: row.int(3)?,
        last: row.int(4)?,
        at: Moment(row.int(5)?),
        outcome: row.text(6)?,
    })
}

pub(crate) fn command_values(row: &CommandRow) -> Vec<Value> {
    summed(values![&row.key, row.digest, row.chain, row.first, row.last, row.at, &row.outcome].into())
}

/// The hash of a row over some of its values: it finds what happened to a row by chance. Who changes a
/// row on purpose can make the hash anew; against that only the chains of events help.
pub(crate) fn sum_of(values: &[Value]) -> Hash {
    let mut digest = Sm3::new();
    let mut add = |kind: &[u8; 1], bytes: &[u8]| {
        digest.update(kind);
        digest.update(bytes.len().to_le_bytes());
        digest.update(bytes);
    };
    for value in values {
        match value {
            Value::Int(Some(number)) => add(b"i", &number.to_le_bytes()),
            Value::Text(Some(text)) => add(b"t", text.as_bytes()),
            Value::Bytes(Some(bytes)) => add(b"b", bytes),
            Value::Int(None) | Value::Text(None) | Value::Bytes(None) => add(b"n", &[]),
        }
    }
    Hash(digest.finalize().into())
}

/// Values with the sum over all of them behind.
fn summed(mut values: Vec<Value>) -> Vec<Value> {
    values.push(sum_of(&values).into());
    values
}

pub(crate) fn message_of(row: &Row) -> Result<Message, StoreError> {
    Ok(Message {
        id: row.int(0)?,
        unit: UnitId(row.int(1)?),
        role: role_of(&row.text(2)?)?,
        plan: PlanId(row.int(3)?),
        no: EntryNo(row.int(4)?),
        kind: row.text(5)?,
        words: row.text(6)?,
        at: Moment(row.int(7)?),
        digest: row.find_text(8)?.as_deref().map(date_of).transpose()?,
    })
}

pub(crate) fn message_values(row: &Message) -> Vec<Value> {
    summed(values![row.unit, role_word(row.role), row.plan, row.no, &row.kind, &row.words, row.at].into())
}

pub(crate) fn outbox_of(row: &Row) -> Result<OutboxItem, StoreError> {
    Ok(OutboxItem {
        kind: row.text(0)?,
        person: PersonId(row.int(1)?),
        day: date_of(&row.text(2)?)?,
        body: row.text(3)?,
        created: Moment(row.int(4)?),
        sent: row.find_int(5)?.map(Moment),
    })
}

pub(crate) fn outbox_values(row: &OutboxItem) -> Vec<Value> {
    summed(values![&row.kind, row.person, row.day.to_string(), &row.body, row.created].into())
}

pub(crate) fn attachment_values(row: &AttachmentRow) -> Vec<Value> {
    summed(values![row.hash, row.size, &row.kind, row.stored].into())
}

fn subject_key_columns(row: &SubjectKeyRow) -> Vec<Value> {
    let destroyed = row.destroyed.map(|at| at.0);
    values![&row.subject, i64::from(row.key.master), &row.key.wrapped, destroyed].into()
}

pub(crate) fn subject_key_values(row: &SubjectKeyRow) -> Vec<Value> {
    summed(subject_key_columns(row))
}

/// The sum over a row of a key, for when the row is changed.
pub(crate) fn subject_key_sum(row: &SubjectKeyRow) -> Hash {
    sum_of(&subject_key_columns(row))
}

pub(crate) fn attachment_of(row: &Row) -> Result<AttachmentRow, StoreError> {
    Ok(AttachmentRow {
        hash: row.hash(0)?,
        size: row.int(1)?,
        kind: row.text(2)?,
        stored: Moment(row.int(3)?),
    })
}

pub(crate) fn subject_key_of(row: &Row) -> Result<SubjectKeyRow, StoreError> {
    Ok(SubjectKeyRow {
        subject: row.text(0)?,
        key: WrappedKey { master: u32::try_from(row.int(1)?).unwrap_or(0), wrapped: row.text(2)? },
        destroyed: row.find_int(3)?.map(Moment),
    })
}

pub(crate) fn plan_of(row: &Row) -> Result<Plan, StoreError> {
    Ok(serde_json::from_str(&row.text(0)?)?)
}

pub(crate) fn tally_of(row: &Row) -> Result<TallyRow, StoreError> {
    Ok(TallyRow {
        unit: UnitId(row.int(0)?),
        plan: PlanId(row.int(1)?),
        phase: phase_of(&row.text(2)?)?,
        light: Some(row.text(3)?).filter(|light| !light.is_empty()),
        n: row.int(4)?,
    })
}
