//! Chance that comes out the same on every machine and with every version of every library.

/// A generator of its own (SplitMix64): what a seed gives must never change, or a simulated county
/// would be another one after an update.
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Dice that depend on the seed and some numbers, and on nothing thrown before.
    pub(super) fn of(seed: u64, about: &[i64]) -> Self {
        let mut dice = Self(seed);
        for number in about {
            let thrown = dice.next();
            dice.0 = thrown ^ number.cast_unsigned();
        }
        dice.next();
        dice
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to one less than `end`; 0 where `end` is 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.next() % end).unwrap_or(0)
    }

    /// A number from one to another, both possible.
    pub(super) fn between(&mut self, first: i64, last: i64) -> i64 {
        let span = usize::try_from(last - first + 1).unwrap_or(1);
        first + i64::try_from(self.below(span)).unwrap_or(0)
    }

    /// Whether something happens that happens so many times in a thousand.
    pub(super) fn chance(&mut self, in_thousand: u32) -> bool {
        self.next() % 1000 < u64::from(in_thousand)
    }

    /// One of some things.
    pub(super) fn pick<'t, T>(&mut self, things: &'t [T]) -> Option<&'t T> {
        things.get(self.below(things.len()))
    }

    /// One of some words; none of none.
    pub(super) fn word(&mut self, words: &[&'static str]) -> &'static str {
        self.pick(words).copied().unwrap_or_default()
    }

    /// One of some things by weight; none where nothing weighs anything.
    pub(super) fn weigh<'t, T>(&mut self, things: &'t [(u32, T)]) -> Option<&'t T> {
        let total: u64 = things.iter().map(|(weight, _)| u64::from(*weight)).sum();
        if total == 0 {
            return None;
        }
        let mut at = self.next() % total;
        for (weight, thing) in things {
            let weight = u64::from(*weight);
            if at < weight {
                return Some(thing);
            }
            at -= weight;
        }
        None
    }

    pub(super) fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            let other = self.below(last + 1);
            things.swap(last, other);
        }
    }

    pub(super) fn fill(&mut self, bytes: &mut [u8]) {
        for piece in bytes.chunks_mut(8) {
            let word = self.next().to_le_bytes();
            piece.copy_from_slice(&word[..piece.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_what_it_always_gave() {
        // The first numbers of SplitMix64 from 1234567, as its author prints them.
        let mut dice = Dice::new(1_234_567);
        let expect = [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423];
        assert_eq!([dice.next(), dice.next(), dice.next()], expect);
        let mut bytes = [0; 11];
        Dice::new(1_234_567).fill(&mut bytes);
        assert_eq!(bytes[..8], expect[0].to_le_bytes());
        assert_eq!(bytes[8..], expect[1].to_le_bytes()[..3]);
    }

    #[test]
    fn weights_of_nothing_pick_nothing() {
        let mut dice = Dice::new(1);
        assert_eq!(dice.weigh(&[(0, 'a')]), None);
        assert_eq!(dice.weigh(&[(0, 'a'), (3, 'b')]), Some(&'b'));
        assert_eq!(dice.pick::<u8>(&[]), None);
        assert!((0..100).all(|_| (3..=5).contains(&dice.between(3, 5))));
    }
}
