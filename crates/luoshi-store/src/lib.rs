//! The event log, the tables made of it and the attachments, on SQLite and PostgreSQL.
//!
//! Events are the truth: they are appended to the chains of their plans and never changed. Tables are
//! made of them in the same transaction and can be made again. A caller reads through [`Store`] and
//! writes through [`Work`], which holds one transaction for as many commands as came together.

mod account;
mod anchor;
mod aside;
pub mod attachment;
mod backup;
mod bulk;
mod burden;
mod chain;
mod db;
mod error;
mod filed;
mod fold;
mod grams;
mod kept;
mod lists;
mod material;
mod memo;
mod post;
mod read;
mod rebuild;
mod report;
mod schema;
mod sought;
mod sql;
mod statement;
mod store;
mod sums;
pub mod vault;
mod verify;
mod watch;
mod work;

#[cfg(test)]
mod tests;

pub use account::{AccountRow, Secrets, SessionRow, TokenRow};
pub use anchor::{Anchor, Anchors, append_anchors, read_anchors};
pub use aside::{Aside, At};
pub use backup::Copied;
pub use bulk::Story;
pub use burden::{AskedRow, ChasedRow, TwiceRow};
pub use error::StoreError;
pub use fold::Maker;
pub use grams::{compared, query_words};
pub use kept::{
    AttachmentRow, CommandRow, CompletenessRow, Message, OutboxItem, SubjectKeyRow, TallyRow, TimerRow,
};
pub use read::{Filter, Order, Page};
pub use rebuild::Rebuilt;
pub use report::{Fault, Remedy, Report};
pub use sought::SoughtKind;
pub use store::{DATABASE_FILE, Options, Store, Target};
pub use watch::{DueRow, RegisterRow, Seen, SeenOrder, Sight};
pub use work::{Done, Held, Timer, Work};
