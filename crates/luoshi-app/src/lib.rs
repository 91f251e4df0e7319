//! The use cases: authorise, load, decide, append, read.

mod account;
mod administer;
mod app;
pub mod archive;
mod audit;
mod batch;
mod context;
pub mod directory;
mod error;
mod intake;
pub mod ledger;
mod maintain;
mod organise;
pub mod public;
mod reader;
mod scheduler;
mod seal;
pub mod simulate;

pub use account::{
    AccountRow, AccountSettings, ApiToken, Credentials, Scope, SecondFactor, Session, SignedIn,
};
pub use app::{App, Clock, Settings};
pub use audit::{Check, Kind, Record, RecordPage, Sought};
pub use batch::{Outcome, Request};
pub use context::{BASE_PACK, Context};
pub use error::AppError;
pub use intake::PlanFile;
pub use reader::{EntryView, Reader};
pub use scheduler::Digest;
pub use seal::Sealer;
