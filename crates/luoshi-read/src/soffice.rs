//! LibreOffice as a converter of formats that it reads better than anything else.
//!
//! Each conversion runs in a private folder with a profile of its own, so that conversions do not
//! meet, macros and links to other files stay off, and nothing is left behind. It is killed with
//! all its children when the time is up or its output grows too large.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::Limits;
use crate::guard::Deadline;

/// No conversion of an office document takes longer.
const MAX_TIME: Duration = Duration::from_secs(60);

/// How often the conversion is looked at.
const PAUSE: Duration = Duration::from_millis(20);

/// Settings of the private profile: no macros, nothing fetched from elsewhere, no repair dialogue.
const PROFILE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
</oor:items>
"#;

/// Why a conversion gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ConvertError {
    /// The program could not be run or gave no file.
    Failed,
    /// It took too long.
    TimedOut,
    /// The result is larger than allowed.
    TooLarge,
}

/// Looks for LibreOffice in folders, such as those of the search path.
pub fn find_soffice<P: AsRef<Path>>(folders: impl IntoIterator<Item = P>) -> Option<PathBuf> {
    const NAMES: [&str; 3] = ["soffice", "libreoffice", "soffice.exe"];
    folders.into_iter().find_map(|folder| {
        let named = NAMES.iter().map(|name| folder.as_ref().join(name));
        named.into_iter().find(|path| path.is_file())
    })
}

/// Converts a file of the format `from` to the format `to`, both by their usual extensions.
pub(crate) fn convert(
    program: &Path,
    bytes: &[u8],
    from: &str,
    to: &str,
    limits: &Limits,
) -> Result<Vec<u8>, ConvertError> {
    let failed = |_| ConvertError::Failed;
    let folder = tempfile::Builder::new().prefix("luoshi-").tempdir().map_err(failed)?;
    let profile = folder.path().join("profile");
    let out = folder.path().join("out");
    fs::create_dir_all(profile.join("user")).map_err(failed)?;
    fs::create_dir(&out).map_err(failed)?;
    let settings = profile.join("user/registrymodifications.xcu");
    fs::write(settings, PROFILE).map_err(failed)?;
    let source = folder.path().join(format!("in.{from}"));
    fs::write(&source, bytes).map_err(failed)?;
    let mut command = Command::new(program);
    command
        .arg(format!("-env:UserInstallation={}", file_url(&profile)))
        .args(["--headless", "--norestore", "--nolockcheck", "--nodefault"])
        .args(["--convert-to", to, "--outdir"])
        .args([&out, &source])
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // A group of its own, so that the helpers that it starts can be ended with it.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    let child = command.spawn().map_err(failed)?;
    let made = out.join(format!("in.{to}"));
    wait(child, &made, limits)?;
    if size(&made) > limits.bytes {
        return Err(ConvertError::TooLarge);
    }
    fs::read(made).map_err(failed)
}

/// Waits for the end of a conversion, or ends it.
fn wait(child: Child, made: &Path, limits: &Limits) -> Result<(), ConvertError> {
    let mut running = Running(child);
    let deadline = Deadline::after(limits.time.min(MAX_TIME));
    loop {
        match running.0.try_wait() {
            Ok(Some(_)) => return Ok(()),
            Ok(None) if deadline.passed() => return Err(ConvertError::TimedOut),
            Ok(None) if size(made) > limits.bytes => return Err(ConvertError::TooLarge),
            Ok(None) => thread::sleep(PAUSE),
            Err(_) => return Err(ConvertError::Failed),
        }
    }
}

/// A process whose whole group ends with it, however this one is left.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(group) = rustix::process::Pid::from_raw(self.0.id() as i32) {
            // No such group: all have ended.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn size(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |data| data.len())
}

/// A path as the URL that LibreOffice wants.
fn file_url(path: &Path) -> String {
    let mut url = String::from("file://");
    let text = path.to_string_lossy().replace('\\', "/");
    if !text.starts_with('/') {
        url.push('/');
    }
    for b in text.bytes() {
        if b.is_ascii_alphanumeric() || b"/-_.~:".contains(&b) {
            url.push(char::from(b));
        } else {
            url.push_str(&format!("%{b:02X}"));
        }
    }
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_paths() {
        let url = file_url(Path::new("/tmp/落 实"));
        assert_eq!(url, "file:///tmp/%E8%90%BD%20%E5%AE%9E");
    }

    #[test]
    fn the_program_is_found_in_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(find_soffice([folder.path()]), None);
        let program = folder.path().join("soffice");
        fs::write(&program, "").unwrap();
        assert_eq!(find_soffice([Path::new("/nowhere"), folder.path()]), Some(program));
    }

    /// A stand-in for LibreOffice that does what a shell script says.
    #[cfg(unix)]
    fn stand_in(folder: &Path, script: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let program = folder.join("soffice");
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        program
    }

    #[cfg(unix)]
    #[test]
    fn a_conversion_gives_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let program = stand_in(folder.path(), "cp in.doc out/in.docx");
        let made = convert(&program, b"words", "doc", "docx", &Limits::default());
        assert_eq!(made, Ok(b"words".to_vec()));
    }

    #[cfg(unix)]
    #[test]
    fn a_conversion_that_hangs_is_killed_with_its_children() {
        let folder = tempfile::tempdir().unwrap();
        let mark = folder.path().join("mark");
        let script = format!("(sleep 1; touch {}) &\nsleep 30", mark.display());
        let program = stand_in(folder.path(), &script);
        let limits = Limits { time: Duration::from_millis(300), ..Limits::default() };
        let begun = std::time::Instant::now();
        let made = convert(&program, b"", "doc", "docx", &limits);
        assert_eq!(made, Err(ConvertError::TimedOut));
        assert!(begun.elapsed() < Duration::from_secs(10));
        thread::sleep(Duration::from_millis(1200));
        assert!(!mark.exists(), "the child lived on");
    }

    #[cfg(unix)]
    #[test]
    fn a_conversion_that_makes_too_much_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let program = stand_in(folder.path(), "head -c 5000 /dev/zero > out/in.docx");
        let limits = Limits { bytes: 1000, ..Limits::default() };
        let made = convert(&program, b"", "doc", "docx", &limits);
        assert_eq!(made, Err(ConvertError::TooLarge));
        let missing = convert(Path::new("/nowhere/soffice"), b"", "doc", "docx", &limits);
        assert_eq!(missing, Err(ConvertError::Failed));
    }
}
