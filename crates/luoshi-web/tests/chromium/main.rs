//! The pages in a real Chromium: what a person does and sees, not what a handler answers.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "an unwrap is an assertion")]

mod drafts;
mod driver;
mod every_page;
mod kept;
mod line;
mod look;
mod networks;
#[path = "../office/mod.rs"]
mod office;
mod phone;
mod story;
#[path = "../walk/mod.rs"]
mod walk;
