//! Words of the grammar in any order compile and can be checked.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| xtask::soup::any_text(&xtask::soup::soup(bytes)));
