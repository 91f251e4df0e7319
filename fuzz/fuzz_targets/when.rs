//! Times are found in any text.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| xtask::soup::any_time(text));
