//! A real PostgreSQL for tests, gone when the tests are.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

/// What to do when there is no PostgreSQL.
const MISSING: &str = "测试需要 PostgreSQL 13 以上的 initdb、pg_ctl、createdb：\
     请安装（Debian/Ubuntu：apt-get install postgresql；或 cargo xtask setup），\
     程序应在 /usr/lib/postgresql/*/bin 或 PATH 中";

/// A PostgreSQL server of the tests' own, in a temporary folder, reached by a socket only.
pub struct Postgres {
    /// The folder of its socket.
    base: String,
    /// The script that runs it, and its words.
    control: Mutex<Control>,
    /// How many databases were made.
    made: AtomicU32,
}

struct Control {
    words: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    child: Child,
}

impl Postgres {
    /// The server that all tests of a process share. It writes nothing through to the disk: a test
    /// that pulls the plug starts its own.
    ///
    /// # Panics
    ///
    /// There is no PostgreSQL, or it does not start: a test must not pass without it.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Postgres> = OnceLock::new();
        SHARED.get_or_init(|| Self::start("-c fsync=off -c full_page_writes=off -c max_connections=300"))
    }

    /// Starts a server with settings (`-c name=value …`).
    ///
    /// # Panics
    ///
    /// As [`Self::shared`].
    pub fn start(settings: &str) -> Self {
        let Some(bin) = find_programs() else { panic!("{MISSING}") };
        let mut command = Command::new("sh");
        command.args(["-c", include_str!("postgres.sh"), "luoshi-pg"]).arg(bin).arg(settings);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        command.env_remove("TMPDIR");
        // Not in the group of the tests: an interrupt from the keyboard must leave the script alive
        // to clean up.
        command.process_group(0);
        if let Some((user, group)) = other_user() {
            command.uid(user).gid(group);
        }
        let mut child = command.spawn().unwrap_or_else(|error| panic!("sh: {error}"));
        let words = child.stdin.take();
        let Some(answers) = child.stdout.take() else { panic!("sh without output") };
        let mut control = Control { words, answers: BufReader::new(answers), child };
        control.answered("initdb");
        let base = control.line();
        Self { base, control: Mutex::new(control), made: AtomicU32::new(0) }
    }

    /// A program that came with the server.
    ///
    /// # Panics
    ///
    /// There is no PostgreSQL.
    pub fn program(name: &str) -> PathBuf {
        let Some(bin) = find_programs() else { panic!("{MISSING}") };
        bin.join(name)
    }

    /// Makes an empty database and gives its address.
    ///
    /// # Panics
    ///
    /// The server does not make it.
    pub fn database(&self) -> String {
        let name = format!("t{}", self.made.fetch_add(1, Ordering::Relaxed));
        self.tell(&format!("create {name}"));
        format!("postgres://luoshi@localhost/{name}?host={}", self.base)
    }

    /// Stops the server as an administrator would.
    pub fn stop(&self) {
        self.tell("stop");
    }

    /// Kills the server without warning.
    pub fn kill(&self) {
        self.tell("kill");
    }

    /// Starts it again.
    pub fn start_again(&self) {
        self.tell("start");
    }

    fn tell(&self, word: &str) {
        let mut control = self.control.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(words) = &mut control.words {
            writeln!(words, "{word}").unwrap_or_else(|error| panic!("{word}: {error}"));
        }
        control.answered(word);
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let control = self.control.get_mut().unwrap_or_else(PoisonError::into_inner);
        drop(control.words.take());
        control.child.wait().ok();
    }
}

impl Control {
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap_or_else(|error| panic!("PostgreSQL: {error}"));
        line.trim().to_owned()
    }

    fn answered(&mut self, what: &str) {
        let answer = self.line();
        assert_eq!(answer, "ok", "PostgreSQL: {what}");
    }
}

/// The folder of the newest PostgreSQL's programs.
fn find_programs() -> Option<PathBuf> {
    let whole = |bin: &Path| ["initdb", "pg_ctl", "createdb"].iter().all(|name| bin.join(name).is_file());
    let version = |bin: &Path| -> u32 {
        let name = bin.parent().and_then(Path::file_name).and_then(|name| name.to_str());
        name.and_then(|name| name.parse().ok()).unwrap_or(0)
    };
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> =
        installed.map(|entry| entry.path().join("bin")).filter(|bin| whole(bin)).collect();
    found.sort_by_key(|bin| version(bin));
    let on_path = || std::env::split_paths(&std::env::var_os("PATH")?).find(|bin| whole(bin));
    found.pop().or_else(on_path)
}

/// Who runs the server when the tests run as root, which PostgreSQL refuses: its own user or nobody.
fn other_user() -> Option<(u32, u32)> {
    if std::fs::metadata("/proc/self").ok()?.uid() != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let ids = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut parts = line.split(':').skip(2);
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    };
    ids("postgres").or_else(|| ids("nobody"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_stopped_killed_started_and_gone() {
        let server = Postgres::start("-c fsync=off");
        let first = server.database();
        assert!(first.starts_with("postgres://luoshi@localhost/t0?host=/"), "{first}");
        server.kill();
        server.start_again();
        assert!(server.database().contains("/t1?"));
        server.stop();
        server.start_again();
        let base = PathBuf::from(&server.base);
        assert!(base.is_dir());
        drop(server);
        assert!(!base.exists());
    }
}
