//! What can go wrong with the place where everything is kept, sorted by what to do about it.

use std::fmt::{self, Display};

/// An operation of the store failed.
#[derive(Debug)]
pub enum StoreError {
    /// Somebody else was faster: do it again from the beginning.
    Conflict(sqlx::Error),
    /// The connection broke or the server is not there. What was being committed may have been: do
    /// it again with the same key.
    Away(sqlx::Error),
    /// The disk is full.
    Full(sqlx::Error),
    /// Nothing may be written there.
    ReadOnly(sqlx::Error),
    /// The disk or the file system fails.
    Io(std::io::Error),
    /// The database was written by a newer version of the program.
    Newer {
        /// Its version.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// The database was written by an older version of the program and was to be opened for reading only.
    Older {
        /// Its version.
        found: i64,
        /// The version of this program.
        known: i64,
    },
    /// Another process writes into the folder.
    Locked {
        /// What it said of itself.
        by: String,
    },
    /// There is no database yet, and it was to be opened for reading only.
    Missing,
    /// A copy was to be restored where there is something already.
    NotEmpty,
    /// What is kept cannot be read back.
    Damaged(String),
    /// A file that was handed in, a copy or one of anchors, is not what it should be: what is kept is whole.
    Unfit(String),
    /// Anything else: a fault of the program.
    Db(sqlx::Error),
}

impl StoreError {
    /// Whether the same may succeed when it is done once more.
    pub fn passes(&self) -> bool {
        matches!(self, Self::Conflict(_) | Self::Away(_))
    }

    /// The same for another caller whose command failed in the same transaction: with the words of the
    /// cause, since the cause itself is told once.
    pub fn again(&self) -> Self {
        let words = |error: &sqlx::Error| sqlx::Error::Protocol(error.to_string());
        match self {
            Self::Conflict(error) => Self::Conflict(words(error)),
            Self::Away(error) => Self::Away(words(error)),
            Self::Full(error) => Self::Full(words(error)),
            Self::ReadOnly(error) => Self::ReadOnly(words(error)),
            Self::Io(error) => Self::Io(std::io::Error::new(error.kind(), error.to_string())),
            Self::Newer { found, known } => Self::Newer { found: *found, known: *known },
            Self::Older { found, known } => Self::Older { found: *found, known: *known },
            Self::Locked { by } => Self::Locked { by: by.clone() },
            Self::Missing => Self::Missing,
            Self::NotEmpty => Self::NotEmpty,
            Self::Damaged(what) => Self::Damaged(what.clone()),
            Self::Unfit(what) => Self::Unfit(what.clone()),
            Self::Db(error) => Self::Db(words(error)),
        }
    }
}

impl Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict(_) => f.write_str("同一数据正被他人修改，本次未保存，请重试"),
            Self::Away(_) => {
                f.write_str("与数据库的连接中断，暂不能确认是否已保存；恢复后重试同一操作即可，不会重复保存")
            }
            Self::Full(_) => f.write_str("存放数据的磁盘已满，本次未保存；请清理或扩容后重试"),
            Self::ReadOnly(_) => {
                f.write_str("数据只能读、不能写，本次未保存；请检查目录权限或数据库是否只读")
            }
            Self::Io(error) if error.kind() == std::io::ErrorKind::PermissionDenied => f.write_str(
                "没有读写数据目录的权限，本次未保存；请以该目录所有者的身份运行或调整目录权限，然后重新提交",
            ),
            Self::Io(error) if error.kind() == std::io::ErrorKind::NotFound => {
                f.write_str("找不到文件或文件夹，本次没有办理；请检查名称和所在位置")
            }
            Self::Io(_) => f.write_str(
                "读写数据时磁盘出错，本次没有保存成功；请检查磁盘和数据目录后重新提交，不会重复保存",
            ),
            Self::Newer { found, known } => write!(
                f,
                "数据由更新版本的程序写成（数据版本 {found}，本程序只认识到 {known}）；请改用新版程序打开"
            ),
            Self::Older { found, known } => write!(
                f,
                "数据由旧版本的程序写成（数据版本 {found}，本程序用 {known}）；请先以可写方式启动一次本程序，数据会自动升级"
            ),
            Self::Locked { by } => {
                let by = if by.is_empty() { String::new() } else { format!("（{by}）") };
                write!(
                    f,
                    "数据目录正由另一个程序使用{by}，本次没有办理；请稍后再试，网站正在运行的请在网页上办理或先停止网站"
                )
            }
            Self::Missing => f.write_str("这里还没有数据；请检查 --data 或 --database 是否写对"),
            Self::NotEmpty => f.write_str("这里已有数据，不能恢复到上面；请恢复到空目录或空数据库"),
            Self::Unfit(what) => f.write_str(what),
            Self::Damaged(what) => {
                write!(f, "数据有损坏：{what}；请停止使用并从备份恢复，或运行 verify 查明")
            }
            Self::Db(_) => f.write_str("数据库操作失败；请把日志交给管理员"),
        }
    }
}

impl std::error::Error for StoreError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Conflict(error)
            | Self::Away(error)
            | Self::Full(error)
            | Self::ReadOnly(error)
            | Self::Db(error) => Some(error),
            Self::Io(error) => Some(error),
            Self::Newer { .. }
            | Self::Older { .. }
            | Self::Locked { .. }
            | Self::Missing
            | Self::NotEmpty
            | Self::Damaged(_)
            | Self::Unfit(_) => None,
        }
    }
}

impl From<std::io::Error> for StoreError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                Self::Full(sqlx::Error::Io(error))
            }
            std::io::ErrorKind::ReadOnlyFilesystem => Self::ReadOnly(sqlx::Error::Io(error)),
            _ => Self::Io(error),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Damaged(format!("内容不是能识别的 JSON（{error}）"))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Io(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Away(error),
            // The columns are of our own tables: what does not fit them was not written by us.
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => {
                Self::Damaged(format!("内容不是应有的类型或文字（{error}）"))
            }
            sqlx::Error::Database(database) => {
                let code = database.code().unwrap_or_default().into_owned();
                // A code of SQLite is a number of one to four digits, one of PostgreSQL has five places.
                match code.parse::<i64>() {
                    Ok(number) if code.len() < 5 => Self::from_sqlite(number, error),
                    _ => Self::from_postgres(&code, error),
                }
            }
            _ => Self::Db(error),
        }
    }
}

impl StoreError {
    fn from_sqlite(code: i64, error: sqlx::Error) -> Self {
        const PRIMARY_KEY: i64 = 1555;
        const UNIQUE: i64 = 2067;
        match (code, code & 0xff) {
            // 5 busy, 6 locked.
            (PRIMARY_KEY | UNIQUE, _) | (_, 5 | 6) => Self::Conflict(error),
            (_, 13) => Self::Full(error),
            (_, 8) => Self::ReadOnly(error),
            // 10 disk, 14 cannot open.
            (_, 10 | 14) => Self::Io(std::io::Error::other(error)),
            // 11 corrupt, 26 no database.
            (_, 11 | 26) => Self::Damaged(format!("数据库文件已损坏或不是数据库（代码 {code}）")),
            _ => Self::Db(error),
        }
    }

    fn from_postgres(code: &str, error: sqlx::Error) -> Self {
        match code {
            // serialization, deadlock, lock not available, unique violation.
            "40001" | "40P01" | "55P03" | "23505" => Self::Conflict(error),
            "53100" => Self::Full(error),
            "25006" => Self::ReadOnly(error),
            "58030" => Self::Io(std::io::Error::other(error)),
            "XX001" | "XX002" => Self::Damaged(format!("数据库文件已损坏（{error}）")),
            // connection, too many connections, idle too long in a transaction, shut down.
            "53300" | "25P03" => Self::Away(error),
            code if code.starts_with("08") || code.starts_with("57P") => Self::Away(error),
            _ => Self::Db(error),
        }
    }
}
