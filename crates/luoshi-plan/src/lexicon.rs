//! One pass over the text finds every word that the grammar knows, character by character: most
//! characters begin no word, and few words begin with the same two.

mod lists;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::letters::Few;

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
        JUDGE = 20, DUTY = 21,
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

/// The words, by the character with which they begin.
#[derive(Debug)]
pub(crate) struct Lexicon {
    /// For each character its place in `heads`; 0 where no word begins with it.
    places: Vec<u16>,
    heads: Vec<Head>,
}

/// The words that begin with one character.
#[derive(Debug, Default)]
struct Head {
    /// The classes of the character as a word of its own.
    alone: Option<u32>,
    /// What follows the character in the longer words, longest first: how it begins, and its classes.
    tails: Vec<(char, &'static str, u32)>,
    /// How those begin.
    seconds: Few,
}

impl Head {
    /// The rest of the longest word that a text goes on with, and its classes; `second` is the first
    /// character of `after`.
    fn longest(&self, second: char, after: &str) -> Option<(&'static str, u32)> {
        // One question instead of two: nearly all characters are turned away here.
        if !(self.alone.is_some() | self.seconds.has(second)) {
            return None;
        }
        let mut tails = self.tails.iter().filter(|(c, ..)| *c == second);
        let tail = tails.find(|(_, tail, _)| after.starts_with(tail));
        tail.map(|(_, tail, class)| (*tail, *class)).or_else(|| self.alone.map(|class| ("", class)))
    }
}

impl Lexicon {
    fn new(words: &BTreeMap<&'static str, u32>) -> Self {
        let mut by_head: BTreeMap<char, Head> = BTreeMap::new();
        for (word, class) in words {
            let mut chars = word.chars();
            let Some(first) = chars.next() else { continue };
            let head = by_head.entry(first).or_default();
            match chars.clone().next() {
                None => head.alone = Some(*class),
                Some(second) => {
                    head.seconds.add(second);
                    head.tails.push((second, chars.as_str(), *class));
                }
            }
        }
        let last = by_head.last_key_value().map_or(0, |(c, _)| *c as usize);
        let mut lexicon = Self { places: vec![0; last + 1], heads: vec![Head::default()] };
        for (first, mut head) in by_head {
            head.tails.sort_by_key(|(_, tail, _)| std::cmp::Reverse(tail.len()));
            lexicon.places[first as usize] = lexicon.heads.len() as u16;
            lexicon.heads.push(head);
        }
        lexicon
    }

    fn head(&self, c: char) -> &Head {
        &self.heads[usize::from(self.places.get(c as usize).copied().unwrap_or(0))]
    }

    /// The words of a text, in order, longest first, not overlapping.
    pub(crate) fn tokens(&self, text: &str) -> Vec<Token> {
        let mut out = Vec::new();
        self.add_tokens(text, &mut out);
        out
    }

    /// Adds the words of a text to a list.
    pub(crate) fn add_tokens(&self, text: &str, out: &mut Vec<Token>) {
        let mut rest = text.chars();
        let mut next = rest.next();
        while let Some(first) = next {
            let after = rest.as_str();
            next = rest.next();
            let Some((tail, class)) = self.head(first).longest(next.unwrap_or('\n'), after) else { continue };
            let end = text.len() - after.len() + tail.len();
            let start = end - tail.len() - first.len_utf8();
            out.push(Token { start: start as u32, end: end as u32, class });
            rest = after[tail.len()..].chars();
            next = rest.next();
        }
    }
}

/// The words of the file with their classes.
pub(crate) fn words() -> BTreeMap<&'static str, u32> {
    let mut words = BTreeMap::new();
    for line in include_str!("lexicon/words.txt").lines() {
        let Some((name, list)) = line.split_once(": ") else { continue };
        let Some((_, bit)) = NAMES.iter().find(|(n, _)| *n == name) else { continue };
        for word in list.split_whitespace() {
            *words.entry(word).or_insert(0) |= bit;
        }
    }
    // Words that other lists ask for are told by their class too.
    for word in lists().approving_acts.iter().chain(["负责"]) {
        words.entry(word).and_modify(|class| *class |= class::JUDGE);
    }
    for word in lists().duty_words.iter() {
        words.entry(word).and_modify(|class| *class |= class::DUTY);
    }
    words
}

/// The lexicon that is part of the binary.
pub(crate) fn lexicon() -> &'static Lexicon {
    static LEXICON: OnceLock<Lexicon> = OnceLock::new();
    LEXICON.get_or_init(|| Lexicon::new(&words()))
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
    fn the_words_are_those_that_an_automaton_finds() {
        let words: Vec<&str> = words().into_keys().collect();
        let builder = aho_corasick::AhoCorasick::builder()
            .match_kind(aho_corasick::MatchKind::LeftmostLongest)
            .build(&words);
        // Each word begins inside the one before it, or right behind it.
        let text = words.join("") + &words.iter().rev().copied().collect::<Vec<_>>().join("x");
        let found: Vec<(u32, u32)> =
            builder.unwrap().find_iter(&text).map(|m| (m.start() as u32, m.end() as u32)).collect();
        let tokens: Vec<(u32, u32)> = lexicon().tokens(&text).iter().map(|t| (t.start, t.end)).collect();
        assert_eq!(tokens, found);
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
