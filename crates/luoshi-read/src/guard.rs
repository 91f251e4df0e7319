//! Fragile or slow work kept apart: on a thread of its own, with a time limit and a large stack,
//! its panics caught.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// Name of the threads that may panic on damaged files, so that a program's panic hook can keep
/// quiet about them: the reader reports the damage itself.
pub const READER_THREAD: &str = "luoshi-read";

const STACK: usize = 64 << 20;

/// Why guarded work gave no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stopped {
    /// It took longer than allowed. The thread ends by itself where the work asks a [`Deadline`].
    TimedOut,
    /// It panicked.
    Panicked,
}

/// The moment at which work has to end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline(Instant);

impl Deadline {
    /// `time` from now on.
    pub(crate) fn after(time: Duration) -> Self {
        // A limit beyond what the clock can say is no limit.
        let now = Instant::now();
        Self(now.checked_add(time).unwrap_or(now + Duration::from_secs(86_400)))
    }

    /// Whether it has passed.
    pub(crate) fn passed(self) -> bool {
        Instant::now() >= self.0
    }
}

/// Runs `work` apart and waits at most `time` for it.
pub(crate) fn run<T: Send + 'static>(
    time: Duration,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Stopped> {
    let (sender, receiver) = mpsc::sync_channel(1);
    let body = move || {
        let result = catch_unwind(AssertUnwindSafe(work));
        // Nobody listens any more after the time limit.
        let _ = sender.send(result);
    };
    let thread = thread::Builder::new().name(READER_THREAD.to_owned()).stack_size(STACK);
    if thread.spawn(body).is_err() {
        return Err(Stopped::Panicked);
    }
    match receiver.recv_timeout(time) {
        Ok(Ok(result)) => Ok(result),
        Ok(Err(_)) => Err(Stopped::Panicked),
        Err(mpsc::RecvTimeoutError::Timeout) => Err(Stopped::TimedOut),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(Stopped::Panicked),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_gives_its_result_or_is_stopped() {
        let long = Duration::from_secs(20);
        assert_eq!(run(long, || 1 + 1), Ok(2));
        assert_eq!(run(long, || -> u8 { panic!("damaged") }), Err(Stopped::Panicked));
        let sleepy = || thread::sleep(Duration::from_secs(2));
        assert_eq!(run(Duration::from_millis(50), sleepy), Err(Stopped::TimedOut));
    }
}
