//! Word lists that single questions of the grammar ask, read from `lists.txt` once.

use std::sync::OnceLock;

use crate::letters::{Few, Letters, Set};

/// The words of one list, in the order of the file.
#[derive(Debug)]
pub(crate) struct Words {
    words: Vec<&'static str>,
    /// The first character of each, and its last.
    ends: Vec<(char, char)>,
    /// How the words may begin and end, so that most texts are turned away at once.
    first: Letters,
    last: Letters,
}

impl Words {
    fn parse(source: &'static str, name: &str) -> Self {
        let list = source.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(": "));
        Self::new(list.unwrap_or("").split_whitespace().collect())
    }

    /// A list of words; empty ones are left out, they would stand everywhere.
    pub(crate) fn new(mut words: Vec<&'static str>) -> Self {
        words.retain(|w| !w.is_empty());
        let first = Letters::first(words.iter().copied());
        let last = Letters::last(words.iter().copied());
        let ends = words.iter().filter_map(|w| Some((w.chars().next()?, w.chars().next_back()?))).collect();
        Self { words, ends, first, last }
    }

    /// The words one by one.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.words.iter().copied()
    }

    /// The first of the words that a text begins with.
    pub(crate) fn opening(&self, text: &str) -> Option<&'static str> {
        let head = text.chars().next().filter(|c| self.first.has(*c))?;
        let words = self.ends.iter().zip(&self.words).filter(|((c, _), _)| *c == head);
        words.map(|(_, w)| *w).find(|w| text.starts_with(w))
    }

    /// The first of the words that a text ends with.
    pub(crate) fn closing(&self, text: &str) -> Option<&'static str> {
        text.chars().next_back().filter(|c| self.last.has(*c))?;
        self.iter().find(|w| text.ends_with(w))
    }

    /// Whether a text begins with one of the words.
    pub(crate) fn begin(&self, text: &str) -> bool {
        self.opening(text).is_some()
    }

    /// Whether a text ends with one of the words.
    pub(crate) fn end(&self, text: &str) -> bool {
        self.closing(text).is_some()
    }

    /// Whether one of the words lies in a text.
    pub(crate) fn lie_in(&self, text: &str) -> bool {
        self.lie_among(text, &Few::of(text))
    }

    /// Whether one of the words lies in a text whose characters are known.
    pub(crate) fn lie_among<const SIZE: usize>(&self, text: &str, letters: &Set<SIZE>) -> bool {
        self.among(letters).any(|w| text.contains(w))
    }

    /// The words that may lie in a text of these characters.
    pub(crate) fn among<const SIZE: usize>(&self, letters: &Set<SIZE>) -> impl Iterator<Item = &'static str> {
        let words = self.ends.iter().zip(&self.words);
        words.filter(|((first, last), _)| letters.has(*first) && letters.has(*last)).map(|(_, w)| *w)
    }

    /// Whether a text is one of the words.
    pub(crate) fn hold(&self, text: &str) -> bool {
        text.chars().next().is_some_and(|c| self.first.has(c)) && self.words.contains(&text)
    }
}

macro_rules! named {
    ($($name:ident),* $(,)?) => {
        /// All lists by name; what each is for stands in the file.
        #[derive(Debug)]
        pub(crate) struct Lists {
            $(pub(crate) $name: Words,)*
        }

        impl Lists {
            fn parse(source: &'static str) -> Self {
                Self { $($name: Words::parse(source, stringify!($name)),)* }
            }
        }

        #[cfg(test)]
        const NAMES: &[&str] = &[$(stringify!($name)),*];
    };
}

named! {
    history_follows,
    validity_words,
    validity_heads,
    season_leads,
    season_results,
    season_remarks,
    lasting_heads,
    phase_plans,
    phase_ends,
    campaign_work,
    person_tails,
    time_units,
    range_dashes,
    lasting,
    graded_bodies,
    shortening,
    document_kinds,
    watched,
    media,
    publishing,
    report_nouns,
    report_objects,
    applications,
    no_duties,
    bad_reports,
    report_pointers,
    report_kinds,
    published_objects,
    open_nouns,
    notice_times,
    receiver_links,
    place_ends,
    public_places,
    leaning,
    loose_times,
    time_leads,
    report_leads,
    measures,
    ruled_bodies,
    score_grounds,
    score_marks,
    sum_verbs,
    condition_openers,
    aside_words,
    condition_nouns,
    consequence_verbs,
    judged_nouns,
    consequence_starts,
    consequence_lookalikes,
    judgements,
    loose_measures,
    honours,
    favours,
    reward_nouns,
    each_heads,
    others,
    many_heads,
    post_tails,
    counterparts,
    count_bounds,
    lead_ins,
    body_ends,
    bearing,
    counted_nouns,
    duty_words,
    non_subjects,
    subject_bodies,
    charge_verbs,
    name_verbs,
    adverbs,
    helping,
    joining,
    person_duties,
    person_titles,
    chain_signing,
    deciding,
    looking,
    decision_nouns,
    watched_work,
    inspectors,
    superiors,
    approving,
    approving_acts,
    duty_nouns,
    title_incentive,
    title_group,
    title_guidance,
    title_breakdown,
    title_goal,
    title_schedule,
    title_scope,
    title_requirement,
    title_task,
    title_assessment,
    title_oversight,
    title_opening,
    web_residue,
    plan_kinds,
    title_notes,
    signature_ends,
    covering,
    evidence_asks,
    evidence_things,
    web_intros,
    excess_words,
    each_sums,
    blank_unit_labels,
    due_labels,
    whole_rates,
    sanctions,
    leading_labels,
    sending_verbs,
    sent_papers,
    blank_leader_labels,
    blank_time_labels,
    given_labels,
    doubled_words,
}

/// The lists that are part of the binary.
pub(crate) fn lists() -> &'static Lists {
    static LISTS: OnceLock<Lists> = OnceLock::new();
    LISTS.get_or_init(|| Lists::parse(include_str!("lists.txt")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_where_it_stands_whatever_its_characters() {
        // The second word has a character beyond the basic plane that shares its bit with 村.
        let words = Words::new(vec!["各村", "\u{20151}河", "", "河长"]);
        assert_eq!(words.opening("河长制"), Some("河长"));
        assert_eq!(words.closing("巡\u{20151}河"), Some("\u{20151}河"));
        assert!(words.lie_in("巡\u{20151}河。") && words.hold("各村"));
        assert!(!words.lie_in("村各") && !words.hold("各") && !words.begin("") && !words.end(""));
        assert!(!words.lie_in("") && words.opening("\u{20151}").is_none());
    }

    #[test]
    fn every_list_of_the_file_has_a_name_and_every_name_a_list() {
        let source = include_str!("lists.txt");
        let lines = source.lines().filter(|l| !l.is_empty() && !l.starts_with('#'));
        let found: Vec<&str> = lines.map(|l| l.split_once(": ").map_or(l, |(name, _)| name)).collect();
        assert_eq!(found, NAMES);
    }
}
