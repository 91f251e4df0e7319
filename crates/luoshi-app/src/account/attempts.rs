//! Wrong attempts and how long they keep the door shut: longer each time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use luoshi_engine::Moment;
use luoshi_store::Secrets;

const MINUTE: i64 = 60_000;

/// After so long without an attempt everything is forgotten.
const FORGET: i64 = Moment::DAY;

/// How many names and addresses are remembered at most.
const REMEMBERED: usize = 10_000;

/// From which failure on one has to wait, and how long.
pub(super) struct Policy {
    /// Attempts that may go wrong one right after the other.
    free: u32,
    /// How long the wait lasts after the last of them; each further failure doubles it.
    first: i64,
    /// How long it lasts at most.
    most: i64,
}

/// For one account.
pub(super) const ACCOUNT: Policy = Policy { free: 5, first: MINUTE, most: 60 * MINUTE };

/// For one address, behind which a whole office may sit.
pub(super) const ADDRESS: Policy = Policy { free: 30, first: MINUTE, most: 15 * MINUTE };

impl Policy {
    /// Until when so many failures keep the door shut.
    fn until(&self, failures: u32, now: Moment) -> Option<Moment> {
        let beyond = failures.checked_sub(self.free)?.min(20);
        Some(now.plus((self.first << beyond).min(self.most)))
    }
}

/// Counts an attempt on an account as failed, before it is looked at: of many at once none is overlooked.
/// Gives until when the door is shut where it is.
pub(super) fn enter(secrets: &mut Secrets, now: Moment) -> Result<(), Moment> {
    let mut attempt =
        Attempt { failures: secrets.failures, until: secrets.locked, last: secrets.tried.unwrap_or(now) };
    let entered = attempt.enter(&ACCOUNT, now);
    (secrets.failures, secrets.locked, secrets.tried) = (attempt.failures, attempt.until, Some(attempt.last));
    entered
}

/// Takes back that an attempt was counted, which was neither wrong nor the whole proof.
pub(super) fn take_back(secrets: &mut Secrets) {
    secrets.failures = secrets.failures.saturating_sub(1);
    secrets.locked = None;
}

/// What was tried under a name or from an address.
struct Attempt {
    failures: u32,
    until: Option<Moment>,
    last: Moment,
}

impl Attempt {
    fn forgotten(&self, now: Moment) -> bool {
        now.0 - self.last.0 >= FORGET
    }

    fn enter(&mut self, policy: &Policy, now: Moment) -> Result<(), Moment> {
        if self.forgotten(now) {
            (self.failures, self.until) = (0, None);
        }
        if let Some(until) = self.until.filter(|until| now < *until) {
            return Err(until);
        }
        self.failures = self.failures.saturating_add(1);
        (self.until, self.last) = (policy.until(self.failures, now), now);
        Ok(())
    }
}

/// Attempts from addresses and under names that nobody has. Each server remembers its own: they are too
/// many to be kept.
#[derive(Default)]
pub(super) struct Attempts(Mutex<HashMap<String, Attempt>>);

impl Attempts {
    /// Counts an attempt as failed, as [`enter`] does.
    pub(super) fn enter(&self, key: String, policy: &Policy, now: Moment) -> Result<(), Moment> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED && !known.contains_key(&key) {
            known.retain(|_, attempt| !attempt.forgotten(now));
            let oldest = known.iter().min_by_key(|(_, attempt)| attempt.last).map(|(key, _)| key.clone());
            if let Some(oldest) = oldest.filter(|_| known.len() >= REMEMBERED) {
                known.remove(&oldest);
            }
        }
        let attempt = known.entry(key).or_insert(Attempt { failures: 0, until: None, last: now });
        attempt.enter(policy, now)
    }

    /// Takes back that an attempt was counted.
    pub(super) fn take_back(&self, key: &str) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(attempt) = known.get_mut(key) {
            attempt.failures = attempt.failures.saturating_sub(1);
            attempt.until = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_grows_and_ends_and_all_is_forgotten_after_a_day() {
        let attempts = Attempts::default();
        let mut now = Moment(0);
        let enter = |now: Moment| attempts.enter("a".into(), &ACCOUNT, now);
        for _ in 0..5 {
            assert_eq!(enter(now), Ok(()));
        }
        for minutes in [1, 2, 4, 8, 16, 32, 60, 60] {
            let until = now.plus(minutes * MINUTE);
            assert_eq!(enter(now), Err(until));
            assert_eq!(enter(until.plus(-1)), Err(until));
            assert_eq!(enter(until), Ok(()));
            now = until;
        }
        now = now.plus(FORGET);
        for _ in 0..5 {
            assert_eq!(enter(now), Ok(()));
        }
        assert!(enter(now).is_err());
    }

    #[test]
    fn what_is_remembered_stays_bounded() {
        let attempts = Attempts::default();
        for i in 0..REMEMBERED + 50 {
            let now = Moment(i64::try_from(i).unwrap());
            assert_eq!(attempts.enter(i.to_string(), &ADDRESS, now), Ok(()));
        }
        assert_eq!(attempts.0.lock().unwrap().len(), REMEMBERED);
    }
}
