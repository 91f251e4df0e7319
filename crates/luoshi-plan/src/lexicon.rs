//! One pass over the text finds every word that the grammar knows.

mod lists;

use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};

pub(crate) use lists::{Words, lists};

/// Classes of a word, as bits.
pub(crate) mod class {
    macro_rules! bits {
        ($($name:ident = $bit:expr),* $(,)?) => {
            $(pub(crate) const $name: u32 = 1 << $bit;)*
        };
    }
    bits! {
        HEAD = 0, LEVEL = 1, POST = 2, EACH = 3, MODAL = 4, VERB = 5, STOP = 6, NONE = 7,
        LEAD_LABEL = 8, SUPPORT_LABEL = 9, DUTY_LABEL = 10, APPROVE_LABEL = 11, TIME_LABEL = 12,
        REPORT = 13, REWARD = 14, PENALTY = 15, ACCOUNTABILITY = 16, VETO = 17, SCORE = 18, GROUP = 19,
    }
    /// Ends a name.
    pub(crate) const NAME_END: u32 = HEAD | LEVEL | POST;
    /// A label for parties.
    pub(crate) const LABEL: u32 = LEAD_LABEL | SUPPORT_LABEL | DUTY_LABEL | APPROVE_LABEL;
    /// A consequence.
    pub(crate) const EFFECT: u32 = REWARD | PENALTY | ACCOUNTABILITY | VETO | SCORE;
}

const NAMES: [(&str, u32); 20] = [
    ("head", class::HEAD),
    ("level", class::LEVEL),
    ("post", class::POST),
    ("each", class::EACH),
    ("modal", class::MODAL),
    ("verb", class::VERB),
    ("stop", class::STOP),
    ("none", class::NONE),
    ("lead_label", class::LEAD_LABEL),
    ("support_label", class::SUPPORT_LABEL),
    ("duty_label", class::DUTY_LABEL),
    ("approve_label", class::APPROVE_LABEL),
    ("time_label", class::TIME_LABEL),
    ("report", class::REPORT),
    ("reward", class::REWARD),
    ("penalty", class::PENALTY),
    ("accountability", class::ACCOUNTABILITY),
    ("veto", class::VETO),
    ("score", class::SCORE),
    ("group", class::GROUP),
];

/// A known word in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) class: u32,
}

impl Token {
    pub(crate) fn is(self, class: u32) -> bool {
        self.class & class != 0
    }

    pub(crate) fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// The words and the automaton that finds them.
#[derive(Debug)]
pub(crate) struct Lexicon {
    automaton: AhoCorasick,
    classes: Vec<u32>,
}

impl Lexicon {
    fn parse(source: &str) -> Self {
        let mut words: Vec<(&str, u32)> = Vec::new();
        let mut place = std::collections::HashMap::new();
        for line in source.lines() {
            let Some((name, list)) = line.split_once(": ") else {
                continue;
            };
            let Some((_, bit)) = NAMES.iter().find(|(n, _)| *n == name) else {
                continue;
            };
            for word in list.split_whitespace() {
                let at = *place.entry(word).or_insert_with(|| {
                    words.push((word, 0));
                    words.len() - 1
                });
                words[at].1 |= bit;
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(words.iter().map(|(w, _)| *w))
            .unwrap_or_else(|e| unreachable!("the lexicon is fixed and small: {e}"));
        Self { automaton, classes: words.into_iter().map(|(_, c)| c).collect() }
    }

    /// The words of a text, in order, longest first, not overlapping.
    pub(crate) fn tokens(&self, text: &str) -> Vec<Token> {
        // About one word in four characters.
        let mut out = Vec::with_capacity(text.len() / 12 + 1);
        out.extend(self.automaton.find_iter(text).map(|m| Token {
            start: m.start() as u32,
            end: m.end() as u32,
            class: self.classes[m.pattern().as_usize()],
        }));
        out
    }

    /// The automaton alone, as the baseline of the benches.
    pub(crate) fn automaton(&self) -> &AhoCorasick {
        &self.automaton
    }
}

/// The lexicon that is part of the binary.
pub(crate) fn lexicon() -> &'static Lexicon {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    LEXICON.get_or_init(|| Lexicon::parse(include_str!("lexicon/words.txt")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_words_hide_shorter_ones() {
        let text = "各村办理手续";
        let words: Vec<&str> = lexicon().tokens(text).iter().map(|t| &text[t.range()]).collect();
        assert_eq!(words, ["各", "村", "办理"]);
    }

    #[test]
    fn every_line_of_the_lexicon_has_a_known_class() {
        for line in include_str!("lexicon/words.txt").lines().filter(|l| !l.is_empty() && !l.starts_with('#'))
        {
            let name = line.split_once(": ").map(|(n, _)| n);
            assert!(NAMES.iter().any(|(n, _)| Some(*n) == name), "{line}");
        }
    }
}
