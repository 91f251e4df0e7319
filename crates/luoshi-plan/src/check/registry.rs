//! All checks, by name.

use super::Check;
use super::{
    annex_missing, bracket_unbalanced, deadline_blank, document_number_form, half_width_punctuation,
    law_outdated, leader_blank, masked_value, misspelling, no_such_day, numbering_missing,
    numbering_repeated, numbering_skipped, paragraph_repeated, rate_over_hundred, reference_without_number,
    section_empty, sentence_broken, span_reversed, unit_blank, web_residue, weekday_wrong, words_repeated,
};

/// All checks, in the order of their names.
pub const CHECKS: &[Check] = &[
    annex_missing::CHECK,
    bracket_unbalanced::CHECK,
    deadline_blank::CHECK,
    document_number_form::CHECK,
    half_width_punctuation::CHECK,
    law_outdated::CHECK,
    leader_blank::CHECK,
    masked_value::CHECK,
    misspelling::CHECK,
    no_such_day::CHECK,
    numbering_missing::CHECK,
    numbering_repeated::CHECK,
    numbering_skipped::CHECK,
    paragraph_repeated::CHECK,
    rate_over_hundred::CHECK,
    reference_without_number::CHECK,
    section_empty::CHECK,
    sentence_broken::CHECK,
    span_reversed::CHECK,
    unit_blank::CHECK,
    web_residue::CHECK,
    weekday_wrong::CHECK,
    words_repeated::CHECK,
];
