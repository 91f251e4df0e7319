//! The running of a plan, pure: commands are decided into events, events are folded into plans,
//! entries and the organisation. No clock, no files, no database.

mod call;
mod canon;
mod certify;
mod clock;
mod command;
mod compare;
mod decide;
mod draft;
mod draft_pack;
mod duty;
mod entry;
mod event;
mod example;
mod field;
mod forget;
mod id;
mod issue;
mod light;
mod moment;
mod open;
mod org;
mod plan;
mod post_up;
mod quota;
mod recur;
mod refusal;
mod revise;
mod reword;
mod row;
mod see;
mod step;
mod tick;
mod urge;
mod words;

pub use call::CallFor;
pub use canon::{Hash, canonical};
pub use certify::{ImportList, MOST_ROWS, Matched};
pub use clock::World;
pub use command::Command;
pub use compare::{Became, Differs, Pair, differing, pair_items};
pub use decide::{Known, Needs};
pub use draft::{draft_items, unit_directory};
pub use draft_pack::draft_pack;
pub use duty::duties_in_pack;
pub use entry::{Entry, EntryEvent, Evidence, Expected, FieldValue, Hand, Opening, Part, Progress, StepBody};
pub use event::{Actor, Event, Head, Recorded};
pub use example::run_example;
pub use field::LONGEST as LONGEST_TEXT;
pub use id::{EntryNo, ItemNo, PersonId, PlanId, PostId, UnitId};
pub use issue::{AmendPlan, DraftPlan, IssuePlan, MoveEntry};
pub use light::Shining;
pub use moment::Moment;
pub use open::NewEntry;
pub use org::{
    About, Account, AccountChange, AccountCommand, Administrators, Delegation, Division, Holder, Network,
    NewUnit, Newcomer, OrgCommand, OrgEvent, Organisation, Person, Post, SystemRole, Unit, UnitKind,
    credit_code_fault, decide_org, login_name, mobile_fault, region_code_fault, rehearse_org,
};
pub use plan::{
    Decision, Draft, DraftItem, ItemContent, ItemParty, Plan, PlanEvent, PlanState, Rate, Recurs,
};
pub use quota::{ACTUAL, Quota, Share, TARGET};
pub use refusal::{Refusal, RefusalKind};
pub use revise::{Consent, Difference, Paired, RevisePlan};
pub use reword::reworded;
pub use row::{EntryRow, Rows, Sought};
pub use step::TakeStep;
