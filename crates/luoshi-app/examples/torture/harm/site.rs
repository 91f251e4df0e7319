//! Where harm is done: a county that was founded once and is copied for each time.

use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::civil::{date, time};
use luoshi_engine::Moment;
use luoshi_store::DATABASE_FILE;
use luoshi_testkit::{Place, Postgres};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, SqliteConnection};
use tempfile::TempDir;

use super::child::Orders;
use super::common;
use super::load::PLANS;

/// A folder or a database with a county in it.
pub(crate) struct Site {
    /// What is given after `--data` or `--database`.
    pub(crate) address: String,
    /// Where files are kept; on SQLite everything.
    pub(crate) files: PathBuf,
    /// What the clock shows when a server is started here.
    pub(crate) now: Moment,
    /// For what belongs to the parent.
    pub(crate) aside: TempDir,
    _files: Option<TempDir>,
}

/// Founds a county with plans that run.
fn found(place: &Place) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let county = common::open(place, date(2026, 9, 1)).await;
        county.found().await;
        for _ in 0..PLANS {
            county.issue("task").await;
        }
        county.app.store().clone().close().await;
    });
}

/// Ten in the morning of the day of issue.
pub(crate) fn begin() -> Moment {
    Moment::at(date(2026, 9, 1), time(10, 0, 0, 0))
}

fn temporary() -> TempDir {
    TempDir::new().expect("a temporary folder")
}

/// A county on SQLite that is copied and not used itself.
pub(crate) fn template() -> Place {
    let place = Place::folder();
    found(&place);
    place
}

impl Site {
    /// A copy of a county in a folder of its own.
    pub(crate) fn folder(template: &Place) -> Self {
        let files = temporary();
        Self::folder_in(template, files.path().to_owned(), Some(files))
    }

    /// A copy of a county in a folder that is there.
    pub(crate) fn folder_in(template: &Place, folder: PathBuf, held: Option<TempDir>) -> Self {
        copy(template.files(), &folder);
        Self {
            address: folder.display().to_string(),
            files: folder,
            now: begin(),
            aside: temporary(),
            _files: held,
        }
    }

    /// A copy of a folder as it lies there.
    pub(crate) fn folder_of(folder: &Path) -> Self {
        let files = temporary();
        copy(folder, files.path());
        Self {
            address: files.path().display().to_string(),
            files: files.path().to_owned(),
            now: begin(),
            aside: temporary(),
            _files: Some(files),
        }
    }

    /// A county in a database of its own.
    pub(crate) fn database(server: &Postgres) -> Self {
        let place = Place::Database(server.database(), temporary());
        found(&place);
        let address = place.address();
        let Place::Database(_, files) = place else { panic!("a database") };
        Self {
            address,
            files: files.path().to_owned(),
            now: begin(),
            aside: temporary(),
            _files: Some(files),
        }
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.address.starts_with("postgres")
    }

    /// Orders for a child here.
    pub(crate) fn orders(&self, name: &str, seed: u64, callers: u32) -> Orders {
        Orders {
            address: self.address.clone(),
            files: self.files.clone(),
            name: name.to_owned(),
            seed,
            callers,
            patience: 2000,
            from: self.now,
            anchors: None,
        }
    }

    /// The file of the database.
    pub(crate) fn database_file(&self) -> PathBuf {
        self.files.join(DATABASE_FILE)
    }

    /// A connection past the application.
    pub(crate) async fn sqlite(&self) -> sqlx::Result<SqliteConnection> {
        SqliteConnectOptions::new().filename(self.database_file()).connect().await
    }
}

/// Copies what lies in a folder.
pub(crate) fn copy(from: &Path, to: &Path) {
    run(Command::new("cp").arg("-a").arg(from.join(".")).arg(to));
}

/// Runs a program of the system to its good end.
pub(crate) fn run(command: &mut Command) {
    assert!(command.status().expect("a program of the system").success(), "{command:?}");
}
