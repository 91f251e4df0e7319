//! The command as users meet it: each test runs the program itself.

mod check;
mod compile;
mod faults;
mod formats;
mod json;
mod support;
mod words;
