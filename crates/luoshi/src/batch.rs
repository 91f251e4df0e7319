//! Many files at once: a queue, a thread a core, results in the order of the input.

use std::io::IsTerminal;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// More files than this show a bar.
const SOME: usize = 2;
/// Stack of a worker: outlines nest.
const STACK: usize = 16 << 20;

/// Runs `work` on every item and gives the results in the same order; `None` stands for work that
/// broke down (a fault of this program, never of a document).
pub(crate) fn each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<Option<R>> {
    let guarded = |item: &T| catch_unwind(AssertUnwindSafe(|| work(item))).ok();
    let bar = bar(items.len());
    let slots: Vec<Mutex<Option<R>>> = items.iter().map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    let run = || {
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(i) else { return };
            let result = guarded(item);
            if let Ok(mut slot) = slots[i].lock() {
                *slot = result;
            }
            bar.inc(1);
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let mut started = 0;
        for _ in 0..cores.min(items.len()) {
            let worker = std::thread::Builder::new().stack_size(STACK);
            started += usize::from(worker.spawn_scoped(scope, run).is_ok());
        }
        if started == 0 {
            run();
        }
    });
    bar.finish_and_clear();
    slots.into_iter().map(|slot| slot.into_inner().ok().flatten()).collect()
}

fn bar(files: usize) -> ProgressBar {
    if files <= SOME || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(files as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} 份，已用 {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_and_one_breakdown_stops_nobody() {
        let items: Vec<u32> = (0..100).collect();
        let results = each(&items, |n| {
            assert!(*n != 42, "a fault");
            n * 2
        });
        assert_eq!(results[41], Some(82));
        assert_eq!(results[42], None);
        assert_eq!(results[99], Some(198));
    }
}
