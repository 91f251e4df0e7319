//! What tests share: a PostgreSQL of their own, folders, one story on both databases.

mod place;
mod postgres;

pub use place::{Place, for_each_database};
pub use postgres::Postgres;
