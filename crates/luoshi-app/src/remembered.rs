//! What everybody asks for and few things change: found once, and remembered for a while.

use std::sync::{Arc, Mutex, PoisonError};

use luoshi_engine::Moment;

/// How long it is good, in milliseconds.
const GOOD: i64 = 30_000;

/// How long it is good enough while somebody finds it again, in milliseconds.
const ENOUGH: i64 = 300_000;

/// Something that is remembered. One caller at a time finds it; to the others meanwhile what was found before
/// is good enough, if it is not too old.
#[derive(Debug)]
pub(crate) struct Remembered<T> {
    held: Mutex<Option<(Moment, Arc<T>)>>,
    finding: tokio::sync::Mutex<()>,
}

impl<T> Default for Remembered<T> {
    fn default() -> Self {
        Self { held: Mutex::new(None), finding: tokio::sync::Mutex::new(()) }
    }
}

impl<T> Remembered<T> {
    /// What is remembered, or else what is found.
    pub(crate) async fn or_find<E>(
        &self,
        now: Moment,
        find: impl Future<Output = Result<T, E>>,
    ) -> Result<Arc<T>, E> {
        if let Some(held) = self.held(now, GOOD) {
            return Ok(held);
        }
        let finding = match (self.finding.try_lock(), self.held(now, ENOUGH)) {
            (Ok(finding), _) => finding,
            (Err(_), Some(held)) => return Ok(held),
            (Err(_), None) => self.finding.lock().await,
        };
        if let Some(held) = self.held(now, GOOD) {
            return Ok(held);
        }
        let found = Arc::new(find.await?);
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&found)));
        drop(finding);
        Ok(found)
    }

    /// What was found no longer ago than so many milliseconds, whatever the clock did.
    fn held(&self, now: Moment, age: i64) -> Option<Arc<T>> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.as_ref().filter(|(at, _)| (0..age).contains(&(now.0 - at.0))).map(|(_, held)| Arc::clone(held))
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use tokio::sync::oneshot;

    use super::*;

    async fn ask(kept: &Remembered<u8>, at: i64, found: u8) -> u8 {
        *kept.or_find(Moment(at), async { Ok::<_, Infallible>(found) }).await.unwrap()
    }

    #[tokio::test]
    async fn it_is_found_again_after_a_while_and_when_the_clock_went_back() {
        let kept = Remembered::default();
        for (at, found, told) in [(0, 1, 1), (GOOD - 1, 2, 1), (GOOD, 3, 3), (GOOD - 1, 4, 4)] {
            assert_eq!(ask(&kept, at, found).await, told, "at {at}");
        }
    }

    #[tokio::test]
    async fn one_finds_it_and_the_others_have_the_old() {
        let kept = Remembered::default();
        assert_eq!(ask(&kept, 0, 1).await, 1);
        let (done, wait) = oneshot::channel::<()>();
        let slow = kept.or_find(Moment(GOOD), async {
            wait.await.unwrap();
            Ok::<_, Infallible>(2)
        });
        let others = async {
            assert_eq!(ask(&kept, GOOD, 9).await, 1, "the old is good enough");
            done.send(()).unwrap();
        };
        let (slow, ()) = tokio::join!(slow, others);
        assert_eq!(*slow.unwrap(), 2);
        assert_eq!(ask(&kept, GOOD, 9).await, 2);
    }

    #[tokio::test]
    async fn who_has_nothing_waits() {
        let kept = Remembered::default();
        let (done, wait) = oneshot::channel::<()>();
        let slow = kept.or_find(Moment(0), async {
            wait.await.unwrap();
            Ok::<_, Infallible>(1)
        });
        let other = ask(&kept, 0, 9);
        let (slow, other, ()) = tokio::join!(slow, other, async { done.send(()).unwrap() });
        assert_eq!((*slow.unwrap(), other), (1, 1));
    }
}
