//! Where a story's data lie.

use std::path::Path;

use tempfile::TempDir;

use crate::postgres::Postgres;

/// A place for data that nobody used before: a folder or a database.
pub enum Place {
    /// A temporary folder, for SQLite.
    Folder(TempDir),
    /// The address of an empty database and a temporary folder for what is kept in files.
    Database(String, TempDir),
}

impl Place {
    /// A folder.
    ///
    /// # Panics
    ///
    /// There is no room for temporary files.
    pub fn folder() -> Self {
        Self::Folder(temporary())
    }

    /// A database on the shared server.
    ///
    /// # Panics
    ///
    /// There is no PostgreSQL.
    pub fn database() -> Self {
        Self::Database(Postgres::shared().database(), temporary())
    }

    /// What is given after `--data` or `--database`.
    pub fn address(&self) -> String {
        match self {
            Self::Folder(folder) => folder.path().display().to_string(),
            Self::Database(address, _) => address.clone(),
        }
    }

    /// A folder for files.
    pub fn files(&self) -> &Path {
        match self {
            Self::Folder(folder) | Self::Database(_, folder) => folder.path(),
        }
    }

    /// `SQLite` or `PostgreSQL`, for the messages of assertions.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Folder(_) => "SQLite",
            Self::Database(..) => "PostgreSQL",
        }
    }
}

/// One story on both databases, each time in an empty place.
///
/// # Panics
///
/// Where the story does, and when there is no PostgreSQL: a test must not pass without it.
pub async fn for_each_database(story: impl AsyncFn(&Place)) {
    for place in [Place::folder(), Place::database()] {
        story(&place).await;
    }
}

fn temporary() -> TempDir {
    tempfile::tempdir().unwrap_or_else(|error| panic!("temporary folder: {error}"))
}
