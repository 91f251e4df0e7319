//! Files that are kept, and what they were handed in for.

use luoshi_engine::{EntryNo, Hash, PlanId};

use crate::db::{Row, values};
use crate::error::StoreError;
use crate::kept::{AttachmentRow, attachment_of};
use crate::sql;
use crate::store::Store;

impl Store {
    /// A file that is kept.
    pub async fn attachment(&self, hash: Hash) -> Result<Option<AttachmentRow>, StoreError> {
        let rows = self.db.read(&sql::ATTACHMENTS, 1, values![hash].into()).await?;
        rows.first().map(attachment_of).transpose()
    }

    /// Other entries than this one that a file was handed in for, so many at most.
    pub async fn other_uses(
        &self,
        hash: Hash,
        (plan, no): (PlanId, EntryNo),
        limit: i64,
    ) -> Result<Vec<(PlanId, EntryNo)>, StoreError> {
        let of = |row: &Row| Ok((PlanId(row.int(0)?), EntryNo(row.int(1)?)));
        self.list(&sql::MATERIAL_USES, 0, values![hash, plan, no, limit].into(), of).await
    }

    /// Files that are kept, by hash, after a hash.
    pub async fn attachments(
        &self,
        after: Option<Hash>,
        limit: i64,
    ) -> Result<Vec<AttachmentRow>, StoreError> {
        let after = after.map_or_else(Vec::new, |hash| hash.0.to_vec());
        self.list(&sql::ATTACHMENTS_PAGE, 0, values![after, limit].into(), attachment_of).await
    }
}
