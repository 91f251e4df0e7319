//! What happened: the events of a chain, and the envelope that each is kept in.

use serde::{Deserialize, Serialize};

use crate::canon::{Hash, canonical};
use crate::entry::EntryEvent;
use crate::id::{EntryNo, PersonId, PlanId, PostId};
use crate::moment::Moment;
use crate::org::OrgEvent;
use crate::plan::PlanEvent;

/// Who acts, in which post, from where.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// The person; 0 for the system.
    pub person: PersonId,
    /// The post that the person acts in; 0 for the system.
    pub post: PostId,
    /// The network address or terminal that the command came from.
    pub address: String,
}

impl Actor {
    /// The system itself: scheduler and limits.
    pub fn system() -> Self {
        Self { person: PersonId(0), post: PostId(0), address: String::from("system") }
    }

    /// Whether it is the system itself.
    pub fn is_system(&self) -> bool {
        self.person == PersonId(0)
    }
}

/// Something that happened, of any kind. Variants and fields once written are never changed; new
/// ones may be added with defaults.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// To the organisation.
    Org(OrgEvent),
    /// To a plan as a whole.
    Plan(PlanEvent),
    /// To one entry.
    Entry(EntryNo, EntryEvent),
}

impl Event {
    /// The entry it belongs to.
    pub fn entry(&self) -> Option<EntryNo> {
        match self {
            Self::Entry(entry, _) => Some(*entry),
            Self::Org(_) | Self::Plan(_) => None,
        }
    }
}

/// An event as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recorded {
    /// The chain.
    pub chain: PlanId,
    /// Its number in the chain, from 1 without gaps.
    pub seq: i64,
    /// When; never before the event that precedes it in the chain.
    pub at: Moment,
    /// Who.
    pub actor: Actor,
    /// The idempotency key of the command that gave it.
    pub key: String,
    /// The event in canonical JSON, as it was written.
    pub body: String,
    /// The hash of the event before; zero for the first.
    pub prev: Hash,
    /// The hash of this one.
    pub hash: Hash,
}

impl Recorded {
    /// The next event of a chain.
    pub fn new(head: &Head, chain: PlanId, at: Moment, actor: &Actor, key: &str, event: &Event) -> Self {
        let mut recorded = Self {
            chain,
            seq: head.seq + 1,
            at: at.max(head.at),
            actor: actor.clone(),
            key: key.to_owned(),
            body: canonical(event),
            prev: head.hash,
            hash: Hash::default(),
        };
        recorded.hash = Hash::of(recorded.line().as_bytes());
        recorded
    }

    /// What the hash is taken of: one line of canonical JSON, as archives show it, without the hash.
    pub fn line(&self) -> String {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        format!(
            r#"{{"address":{},"at":"{}","chain":{},"event":{},"key":{},"person":{},"post":{},"prev":"{}","seq":{}}}"#,
            quoted(&self.actor.address),
            self.at,
            self.chain,
            self.body,
            quoted(&self.key),
            self.actor.person,
            self.actor.post,
            self.prev,
            self.seq
        )
    }

    /// What happened, read back.
    ///
    /// # Errors
    ///
    /// The body is no event that this version knows.
    pub fn event(&self) -> Result<Event, serde_json::Error> {
        serde_json::from_str(&self.body)
    }

    /// The head of the chain after this event.
    pub fn head(&self) -> Head {
        Head { seq: self.seq, at: self.at, hash: self.hash }
    }
}

/// Where a chain stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The number of its last event; 0 for an empty chain.
    pub seq: i64,
    /// When that happened.
    pub at: Moment,
    /// Its hash.
    pub hash: Hash,
}
