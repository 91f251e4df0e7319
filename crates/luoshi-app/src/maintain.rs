//! Looking after what is kept: verifying, rebuilding, anchoring.

use std::io::BufRead;
use std::path::Path;
use std::sync::Arc;

use luoshi_engine::{Entry, EntryNo, Hash, Moment, OrgEvent, Plan, PlanId, Rows};
use luoshi_store::attachment::Presence;
use luoshi_store::{Anchor, Anchors, AttachmentRow, Maker, Rebuilt, Report, append_anchors, read_anchors};

use crate::app::App;
use crate::batch::told;
use crate::context::Context;
use crate::error::AppError;

/// Makes the lines of tables from events: the same code as when commands are carried out.
pub(crate) struct Remake {
    context: Context,
    now: Moment,
}

impl Remake {
    /// Before the first event, with the packs that this program was given.
    pub(crate) fn new(context: Context, now: Moment) -> Self {
        Self { context, now }
    }
}

impl Maker for Remake {
    fn organisation(&mut self, event: &OrgEvent) {
        let seq = self.context.seq + 1;
        self.context.apply(seq, event);
    }

    fn rows(&self, plan: &Plan, entry: &Entry) -> Rows {
        self.context.rows(plan, entry)
    }

    fn wakes(&self, plan: &Plan, entry: &Entry, last: Moment) -> Option<Moment> {
        self.context.wakes(plan, entry, self.now.max(last))
    }

    fn duties_wake(&self, plan: &Plan, last: Moment) -> Option<Moment> {
        self.context.duties_wake(plan, self.now.max(last))
    }

    fn outcome(&self, chain: PlanId, events: i64, opened: &[EntryNo]) -> String {
        if chain == PlanId::ORGANISATION { events.to_string() } else { told(opened) }
    }
}

/// What became of anchoring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchored {
    /// How many chains moved since the last time.
    pub moved: usize,
    /// The lines of the file, from 1, that break off. Anchoring goes on behind them.
    pub torn: Vec<usize>,
}

impl App {
    /// Looks at everything kept: chains, tables made of them, attachments, anchors.
    ///
    /// # Errors
    ///
    /// The store fails. What is wrong with the record is a fault in the report.
    pub async fn verify(&self, anchors: &[Anchor]) -> Result<Report, AppError> {
        let attachments = Arc::clone(&self.shared.attachments);
        let present = async |row: &AttachmentRow| match attachments.check(row.hash).await {
            Ok(Presence::Whole) => None,
            Ok(Presence::Damaged) => Some(String::from("附件内容已被改动")),
            Ok(Presence::Missing) => Some(String::from("附件不见了")),
            Err(error) => Some(error.to_string()),
        };
        Ok(self.store().verify(self.remake(), anchors, present).await?)
    }

    /// Makes all tables again from the events.
    ///
    /// # Errors
    ///
    /// The store fails or an event cannot be read: then nothing has changed.
    pub async fn rebuild(&self) -> Result<Rebuilt, AppError> {
        let rebuilt = self.store().rebuild(self.remake()).await?;
        self.read_texts().await?;
        Ok(rebuilt)
    }

    /// Brings a backup into an empty place: its lines, and all tables made again from its events.
    ///
    /// # Errors
    ///
    /// The place is not empty, or the backup is torn or was changed: then nothing was brought in.
    pub async fn restore(&self, from: &mut (impl BufRead + Send)) -> Result<Rebuilt, AppError> {
        let (_, rebuilt) = self.store().restore(from, self.remake()).await?;
        self.shared.refreshed().await?;
        self.read_texts().await?;
        Ok(rebuilt)
    }

    /// Keeps the bytes of an attachment whose record comes with a copy that is to be restored.
    ///
    /// # Errors
    ///
    /// The file is refused, or cannot be kept.
    pub async fn bring_back(&self, bytes: Vec<u8>) -> Result<Hash, AppError> {
        Ok(self.shared.attachments.put(bytes).await?.hash)
    }

    /// The bytes of an attachment.
    ///
    /// # Errors
    ///
    /// It is not there, or its bytes are not those of its hash.
    pub async fn attachment(&self, hash: Hash) -> Result<Vec<u8>, AppError> {
        Ok(self.shared.attachments.get(hash).await?)
    }

    /// Appends where the chains stand to a file that is kept elsewhere: once a day is enough.
    ///
    /// # Errors
    ///
    /// The store fails or the file cannot be read or written.
    pub async fn anchor(&self, file: &Path) -> Result<Anchored, AppError> {
        let known = if file.exists() { read_anchors(file)? } else { Anchors::default() };
        let new = self.store().anchors(&known.list, self.now()).await?;
        append_anchors(file, &new)?;
        Ok(Anchored { moved: new.len(), torn: known.torn })
    }

    /// Where the chain of a plan stands, to be stamped into what is issued of it; none before its first event.
    ///
    /// # Errors
    ///
    /// The store fails.
    pub async fn stamp(&self, plan: PlanId) -> Result<Option<Anchor>, AppError> {
        let head = self.store().head(plan).await?.filter(|head| head.seq > 0);
        Ok(head.map(|head| Anchor { chain: plan, seq: head.seq, hash: head.hash, at: self.now() }))
    }

    fn remake(&self) -> Remake {
        Remake::new(self.context().empty(), self.now())
    }
}
