//! Any bytes are read or refused; what is read compiles.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| xtask::soup::any_bytes(bytes));
