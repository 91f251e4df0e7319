//! Files built in memory, read back through the front door.
#![allow(clippy::unwrap_used)]

mod any_bytes;
mod bounds;
mod damaged;
mod doc;
mod docx;
mod docx_numbers;
mod html;
mod odt;
mod ofd;
mod pdf;
mod support;
mod workbook;
