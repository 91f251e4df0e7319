//! The statements that a test ran, with their values: their plans are looked at afterwards.

use std::cell::RefCell;

use crate::db::Value;

thread_local! {
    static SEEN: RefCell<Vec<(String, Vec<Value>)>> = const { RefCell::new(Vec::new()) };
}

/// Notes a statement; tests run each on a thread of its own.
pub(crate) fn note(text: &str, values: &[Value]) {
    SEEN.with_borrow_mut(|seen| seen.push((text.to_owned(), values.to_vec())));
}

/// Takes what was noted.
pub(crate) fn take() -> Vec<(String, Vec<Value>)> {
    SEEN.take()
}
