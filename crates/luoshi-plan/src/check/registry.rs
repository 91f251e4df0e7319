//! All checks, by name.

use super::Check;
use super::{
    acceptance_before_work, annex_missing, bracket_unbalanced, deadline_before_issue, deadline_blank,
    deadline_conflict, deadline_in_past, deadline_on_rest_day, deadline_outside_plan, document_number_form,
    half_width_punctuation, law_outdated, leader_blank, masked_value, misspelling, no_such_day,
    numbering_missing, numbering_repeated, numbering_skipped, paragraph_repeated, rate_over_hundred,
    reference_without_number, section_empty, sentence_broken, span_reversed, stages_gap, stages_out_of_order,
    stages_overlap, step_outside_phase, unit_blank, web_residue, weekday_wrong, words_repeated,
};

/// All checks, in the order of their names.
pub const CHECKS: &[Check] = &[
    acceptance_before_work::CHECK,
    annex_missing::CHECK,
    bracket_unbalanced::CHECK,
    deadline_before_issue::CHECK,
    deadline_blank::CHECK,
    deadline_conflict::CHECK,
    deadline_in_past::CHECK,
    deadline_on_rest_day::CHECK,
    deadline_outside_plan::CHECK,
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
    stages_gap::CHECK,
    stages_out_of_order::CHECK,
    stages_overlap::CHECK,
    step_outside_phase::CHECK,
    unit_blank::CHECK,
    web_residue::CHECK,
    weekday_wrong::CHECK,
    words_repeated::CHECK,
];
