//! Files built in memory, read back through the front door.
#![allow(clippy::unwrap_used)]

mod any_bytes;
mod bounds;
mod docx;
mod docx_numbers;
mod html;
mod support;
