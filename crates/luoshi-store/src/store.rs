//! Opening the place where everything is kept.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use luoshi_engine::PlanId;
use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

use crate::db::{Db, Pool, values};
use crate::error::StoreError;
use crate::schema;
use crate::sql;
use crate::work::Work;

/// The name of the database in a folder.
pub const DATABASE_FILE: &str = "luoshi.db";

/// The file that the process which writes into a folder holds locked.
const LOCK_FILE: &str = "luoshi.lock";

/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 512;

/// How long a connection may lie idle before it is asked whether it is still there.
const IDLE: Duration = Duration::from_millis(500);

/// Where everything is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A folder with a SQLite database.
    Folder(PathBuf),
    /// A PostgreSQL database.
    Url(String),
}

impl Target {
    /// A PostgreSQL address or else a folder.
    pub fn parse(text: &str) -> Self {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Self::Url(text.to_owned())
        } else {
            Self::Folder(PathBuf::from(text))
        }
    }
}

/// How it is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// For reading only, beside a process that writes.
    pub read_only: bool,
    /// How many connections: those that read on SQLite, all on PostgreSQL.
    pub connections: u32,
    /// How long to wait for a lock or a free connection.
    pub patience: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self { read_only: false, connections: 8, patience: Duration::from_secs(10) }
    }
}

/// Events, tables and all else that is kept. Clones share the connections.
#[derive(Clone)]
pub struct Store {
    pub(crate) db: Db,
    read_only: bool,
    patience: Duration,
    /// Held while any clone lives.
    _lock: Option<Arc<File>>,
}

impl Store {
    /// Opens a folder or a database, makes it where there is none and brings its tables to the version
    /// of this program.
    ///
    /// # Errors
    ///
    /// Somebody else writes there, the tables are of a newer version, or the place cannot be used.
    pub async fn open(target: &Target, options: &Options) -> Result<Self, StoreError> {
        let (pool, lock) = match target {
            Target::Folder(folder) if options.read_only => (read_sqlite(folder, options).await?, None),
            Target::Folder(folder) => {
                make_private(folder)?;
                let lock = lock(folder)?;
                (write_sqlite(folder, options).await?, Some(Arc::new(lock)))
            }
            Target::Url(url) => (open_postgres(url, options).await?, None),
        };
        // Whoever only reads a folder reads beside somebody who writes, and remembers nothing.
        let db = Db::new(pool, !options.read_only);
        if options.read_only {
            schema::check(&db).await?;
        } else {
            schema::migrate(&db).await?;
        }
        Ok(Self { db, read_only: options.read_only, patience: options.patience, _lock: lock })
    }

    /// Begins a transaction that writes. On SQLite there is one at a time, on PostgreSQL the heads of
    /// chains keep those apart that concern the same plan.
    ///
    /// # Errors
    ///
    /// The database is busy for too long or away, or was opened for reading only.
    pub async fn begin(&self) -> Result<Work, StoreError> {
        self.begin_holding(&BTreeSet::new()).await
    }

    /// As [`Store::begin`], with the chains of plans locked until the end. As [`Work::heads`] it is given
    /// all plans that are concerned. What is read afterwards is younger than the locks.
    ///
    /// # Errors
    ///
    /// As [`Store::begin`].
    pub async fn begin_holding(&self, plans: &BTreeSet<PlanId>) -> Result<Work, StoreError> {
        if self.read_only {
            let error = std::io::Error::from(std::io::ErrorKind::ReadOnlyFilesystem);
            return Err(StoreError::ReadOnly(sqlx::Error::Io(error)));
        }
        Ok(Work::new(self.db.clone(), self.db.begin_holding(plans).await?))
    }

    /// Whether it was opened for reading only.
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// Whether all tables have to be made again: they were brought up from a version that did not fill
    /// all columns of today. Who only reads does not see to it.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn wants_remake(&self) -> Result<bool, StoreError> {
        let marks = self.db.read(&sql::META, 0, values!["remake"].into()).await?;
        Ok(!self.read_only && !marks.is_empty())
    }

    /// How long it waits for a lock or a connection before it tells that it cannot have it.
    pub fn patience(&self) -> Duration {
        self.patience
    }

    /// How many connections are open, and how many of them are idle.
    pub fn connections(&self) -> (u32, usize) {
        match &self.db.pool {
            Pool::Lite { writer, reader } => {
                (writer.size() + reader.size(), writer.num_idle() + reader.num_idle())
            }
            Pool::Pg(pool) => (pool.size(), pool.num_idle()),
        }
    }

    /// Closes the connections; what is committed is in the database file itself afterwards.
    pub async fn close(self) {
        match &self.db.pool {
            Pool::Lite { writer, reader } => {
                reader.close().await;
                writer.close().await;
            }
            Pool::Pg(pool) => pool.close().await,
        }
    }
}

/// Makes a folder where there is none, and in it the file of the database: for the office's own account
/// alone, since sessions and secrets of accounts lie there. What is there keeps its permissions.
fn make_private(folder: &Path) -> Result<(), StoreError> {
    if !folder.try_exists()? {
        if let Some(above) = folder.parent() {
            std::fs::create_dir_all(above)?;
        }
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.recursive(true).create(folder)?;
    }
    // Its log and index take the permissions of the file. One that is there and may only be read is told by
    // whoever wants to write.
    let file = folder.join(DATABASE_FILE);
    if !file.try_exists()? {
        private().open(file)?;
    }
    Ok(())
}

/// A file that is made, where there is none, for its owner alone.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Takes the lock of a folder. Its file says who holds it.
fn lock(folder: &Path) -> Result<File, StoreError> {
    let mut file = private().open(folder.join(LOCK_FILE))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut by = String::new();
            file.read_to_string(&mut by)?;
            return Err(StoreError::Locked { by: by.trim().to_owned() });
        }
        Err(TryLockError::Error(error)) => return Err(error.into()),
    }
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "进程 {}", std::process::id())?;
    Ok(file)
}

fn sqlite(folder: &Path, options: &Options) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(folder.join(DATABASE_FILE))
        .foreign_keys(true)
        .busy_timeout(options.patience)
        .statement_cache_capacity(STATEMENTS)
        .row_buffer_size(1024)
        .pragma("cache_size", "-8000")
}

/// Connections that never age: there is nobody at the other end to go away.
fn sqlite_pool(options: &Options) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .acquire_timeout(options.patience)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_release(|connection, _| {
            Box::pin(async move {
                // After a full disk SQLite has rolled back by itself, the driver's own ROLLBACK fails
                // and it believes the transaction to be open for ever: such a connection is given up.
                // The ping waits until a rollback that was begun by dropping has been tried.
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
}

async fn write_sqlite(folder: &Path, options: &Options) -> Result<Pool, StoreError> {
    let open = sqlite(folder, options)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // Full, not normal: what is acknowledged outlives a power cut.
        .synchronous(SqliteSynchronous::Full)
        .pragma("wal_autocheckpoint", "4000")
        .pragma("journal_size_limit", "67108864");
    let writer = sqlite_pool(options).max_connections(1).connect_with(open.clone()).await?;
    let reader = sqlite_pool(options).max_connections(options.connections.max(1));
    Ok(Pool::Lite { writer, reader: reader.connect_with(open.pragma("query_only", "ON")).await? })
}

async fn read_sqlite(folder: &Path, options: &Options) -> Result<Pool, StoreError> {
    if !folder.join(DATABASE_FILE).try_exists()? {
        return Err(StoreError::Missing);
    }
    let open = sqlite(folder, options).read_only(true);
    let reader = sqlite_pool(options).max_connections(options.connections.max(1)).connect_with(open).await?;
    Ok(Pool::Lite { writer: reader.clone(), reader })
}

async fn open_postgres(url: &str, options: &Options) -> Result<Pool, StoreError> {
    // A server's own settings must not take back that what is acknowledged is on the disk.
    const DURABLE: &str = "SELECT set_config('synchronous_commit', 'on', false) \
         WHERE current_setting('synchronous_commit') = 'off'";
    let patience = format!("{}ms", options.patience.as_millis());
    let mut settings =
        vec![("lock_timeout", patience), ("idle_in_transaction_session_timeout", "60s".into())];
    if options.read_only {
        settings.push(("default_transaction_read_only", "on".into()));
    }
    let open = PgConnectOptions::from_str(url)?
        .application_name("luoshi")
        .statement_cache_capacity(STATEMENTS)
        .options(settings);
    let pool = PgPoolOptions::new()
        .max_connections(options.connections.max(2))
        .acquire_timeout(options.patience)
        // Asked whether it is still there only where it has lain idle: one that was used a moment ago
        // is found broken by its use, and that passes.
        .test_before_acquire(false)
        .before_acquire(|connection, about| {
            Box::pin(async move {
                if about.idle_for > IDLE {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .after_connect(|connection, _| {
            Box::pin(async move { sqlx::raw_sql(DURABLE).execute(connection).await.map(|_| ()) })
        });
    Ok(Pool::Pg(pool.connect_with(open).await?))
}
