//! The event log, the tables made of it and the attachments, on SQLite and PostgreSQL.

pub mod vault;
