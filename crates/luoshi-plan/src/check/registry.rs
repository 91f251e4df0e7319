//! All checks, by name.

use super::Check;
use super::{annex_missing, bracket_unbalanced, leader_blank, masked_value, no_such_day};

/// All checks, in the order of their names.
pub const CHECKS: &[Check] = &[
    annex_missing::CHECK,
    bracket_unbalanced::CHECK,
    leader_blank::CHECK,
    masked_value::CHECK,
    no_such_day::CHECK,
];
