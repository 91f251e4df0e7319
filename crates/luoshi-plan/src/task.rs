//! Tasks: what can be given to units, with all that was said about it.

use crate::compile::Reading;
use crate::model::{Stage, Task};

/// The tasks of a plan, in order.
pub(crate) fn tasks(_reading: &Reading<'_>, _stages: &[Stage]) -> Vec<Task> {
    Vec::new()
}
