//! Making a plan: a file is handed in and read, every item gets a person's word, the issue is rehearsed.

mod amend;
mod decide;
mod names;
mod reading;
mod rehearse;
mod review;
mod schedule;

pub use amend::Waiting;
pub use decide::{Confirmed, Split};
pub use names::Names;
pub(crate) use reading::Readings;
pub use reading::{FoundPlan, Reading, Upload};
pub use rehearse::{Asked, Rehearsal};
pub use review::{Decided, Review, Standing, Trouble};
pub use schedule::{read_recurrence, schedule_words, set_schedule};

use luoshi_engine::UnitId;
use luoshi_pack::Role;

use crate::reader::Reader;

impl Reader {
    /// Whether the reader may draft plans of a unit and decide on their items, from the post they act in.
    pub fn may_prepare(&self, issuer: UnitId) -> bool {
        self.post.unit == issuer && self.post.roles.contains(&Role::Inspector)
    }

    /// Whether the reader may issue plans of a unit or give them up.
    pub fn may_issue(&self, issuer: UnitId) -> bool {
        self.may_prepare(issuer) || self.post.unit == issuer && self.post.roles.contains(&Role::Leader)
    }
}
