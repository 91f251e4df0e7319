//! The pages in a real Chromium: what a person does and sees, not what a handler answers.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "an unwrap is an assertion")]

mod drafts;
mod driver;
mod kept;
mod look;
#[path = "../office/mod.rs"]
mod office;
mod phone;
