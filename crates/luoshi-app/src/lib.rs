//! The use cases: authorise, load, decide, append, read.

mod account;
mod administer;
mod app;
pub mod archive;
mod audit;
mod batch;
mod board;
mod burden;
mod certify;
mod confidential;
mod context;
pub mod directory;
pub mod drafting;
mod error;
mod intake;
pub mod ledger;
mod lists;
mod maintain;
mod organise;
pub mod public;
mod reader;
mod reporting;
mod revise;
mod scheduler;
mod seal;
pub mod simulate;
mod survey;
mod urge;
mod watch;

pub use account::{
    AccountRow, AccountSettings, ApiToken, Credentials, Scope, SecondFactor, Session, SignedIn,
};
pub use app::{App, Clock, Settings};
pub use audit::{Check, Kind, Record, RecordPage, Sought};
pub use batch::{Outcome, Request};
pub use board::{Board, Came, Counts, WEEKS};
pub use burden::{Ask, Asker, Burden, BurdenWanted, Repeated, UnitBurden};
pub use certify::{CertifyingList, ListRehearsal};
pub use confidential::ReadEntry;
pub use context::{BASE_PACK, Context};
pub use error::AppError;
pub use intake::PlanFile;
pub use lists::{Addable, DueDay, StateColumn};
pub use maintain::Anchored;
pub use reader::{EntryView, Reader};
pub use reporting::{Act, ReportView, can_report};
pub use revise::Comparison;
pub use scheduler::Digest;
pub use seal::Sealer;
pub use survey::{Happening, MOST_ENTRIES, Version};
pub use urge::{DeskLoad, MOST_SLIPS, Urged, Urging};
pub use watch::{ALARMS, Offender, Seeing, Silent};
