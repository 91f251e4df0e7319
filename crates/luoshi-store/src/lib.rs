//! The event log, the tables made of it and the attachments, on SQLite and PostgreSQL.
//!
//! Events are the truth: they are appended to the chains of their plans and never changed. Tables are
//! made of them in the same transaction and can be made again. A caller reads through [`Store`] and
//! writes through [`Work`], which holds one transaction for as many commands as came together.

pub mod attachment;
mod db;
mod error;
mod filed;
mod kept;
mod post;
mod read;
mod schema;
mod sql;
mod store;
pub mod vault;
mod work;

#[cfg(test)]
mod tests;

pub use error::StoreError;
pub use kept::{
    AttachmentRow, CommandRow, CompletenessRow, Message, OutboxItem, PlanRow, SubjectKeyRow, TallyRow,
    TimerRow,
};
pub use read::{Filter, Page};
pub use store::{DATABASE_FILE, Options, Store, Target};
pub use work::Work;
