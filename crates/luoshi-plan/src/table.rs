//! Tables of a plan: quotas distributed over units, tasks listed in rows.

use std::ops::Range;

use luoshi_text::Document;

use crate::model::QuotaTable;

/// Quota tables among the blocks of a plan.
pub(crate) fn quotas(_doc: &Document, _blocks: &Range<u32>) -> Vec<QuotaTable> {
    Vec::new()
}
