//! Any text compiles and can be checked.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| xtask::soup::any_text(text));
