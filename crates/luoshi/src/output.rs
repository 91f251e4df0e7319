//! Where results go: standard output, a file, or one file a plan in a folder.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::args::Colour;
use crate::source::harmless;

/// What the terminal can show.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    /// Columns.
    pub(crate) width: usize,
    /// Whether to write colours.
    pub(crate) colour: bool,
}

/// Columns where there is no terminal to ask.
const COLUMNS: usize = 100;
/// Lines longer than this are hard to read.
const WIDEST: usize = 200;

impl Screen {
    /// The screen behind standard output.
    pub(crate) fn new(colour: Colour, width: Option<u16>, to_file: bool) -> Self {
        let terminal = io::stdout().is_terminal() && !to_file;
        let asked = || terminal_size::terminal_size_of(io::stdout()).map(|(w, _)| usize::from(w.0));
        let width = width
            .map(usize::from)
            .or_else(|| terminal.then(asked).flatten())
            .unwrap_or(COLUMNS)
            .clamp(20, WIDEST);
        let colour = match colour {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => {
                terminal && anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
            }
        };
        Self { width, colour }
    }
}

/// Where results go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Standard output.
    Stdout,
    /// One file for all.
    File(PathBuf),
    /// A folder, one file a plan.
    Folder(PathBuf),
}

impl Target {
    /// What `-o` means: nothing or `-` is standard output, an existing folder is one.
    pub(crate) fn new(out: Option<&Path>) -> Self {
        match out {
            None => Self::Stdout,
            Some(path) if path.as_os_str() == "-" => Self::Stdout,
            Some(path) if path.is_dir() => Self::Folder(path.to_owned()),
            Some(path) => Self::File(path.to_owned()),
        }
    }

    /// Refuses to write over a file that is being read, and bytes for programs to a terminal.
    pub(crate) fn check(&self, inputs: &[PathBuf], binary: bool) -> Result<()> {
        if let Self::File(out) = self {
            let same = |p: &PathBuf| match (p.canonicalize(), out.canonicalize()) {
                (Ok(a), Ok(b)) => a == b,
                _ => false,
            };
            if inputs.iter().any(same) {
                bail!("输出文件“{}”就是要读的文件：请换一个文件名。", shown(out));
            }
        }
        if *self == Self::Stdout && binary && io::stdout().is_terminal() {
            bail!("这种格式不能直接显示在终端上：请用 -o 指定要写入的文件。");
        }
        Ok(())
    }

    /// Writes everything that goes to one place.
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<()> {
        self.fill(|out| out.write_all(bytes))
    }

    /// Writes to one place what `fill` gives, piece by piece.
    pub(crate) fn fill(&self, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
        match self {
            Self::Stdout => buffered(io::stdout().lock(), fill).map_err(|e| told("写不出结果", e)),
            Self::File(path) | Self::Folder(path) => save_with(path, fill),
        }
    }
}

/// Writes a file whole or not at all.
pub(crate) fn save(path: &Path, bytes: &[u8]) -> Result<()> {
    save_with(path, |out| out.write_all(bytes))
}

/// Writes a file whole or not at all: `fill` gives what it holds, piece by piece.
pub(crate) fn save_with(path: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let told = |error| told(&format!("写不了文件“{}”", shown(path)), error);
    // A device or a pipe (/dev/stdout) cannot be replaced by a finished file.
    if path.exists() && !path.is_file() {
        return File::create(path).and_then(|file| buffered(file, fill)).map_err(told);
    }
    let folder = match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    };
    let builder = tempfile::Builder::new().prefix(".luoshi-").permissions_of(path).tempfile_in(folder);
    let mut file = builder.map_err(told)?;
    buffered(&mut file, fill).map_err(told)?;
    file.persist(path).map_err(|e| told(e.error))?;
    Ok(())
}

/// Lets `fill` write in small pieces.
fn buffered(out: impl Write, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    fill(&mut out)?;
    out.flush()
}

/// A path as it may be shown.
fn shown(path: &Path) -> String {
    harmless(&path.to_string_lossy())
}

/// An error of writing that says what failed, why, and what to do.
fn told(what: &str, error: io::Error) -> anyhow::Error {
    let why = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "磁盘已满：请腾出空间，或写到别的磁盘。".to_owned()
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "没有写入权限：请检查文件和文件夹的权限设置。".to_owned()
        }
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => {
            "找不到文件夹：请先建好文件夹，或换一个位置。".to_owned()
        }
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidFilename => {
            "文件名无效：请换一个文件名。".to_owned()
        }
        _ => {
            let code = error.raw_os_error().map(|n| format!("（系统错误 {n}）")).unwrap_or_default();
            format!("写入失败{code}：请检查磁盘或网络，再试一次。")
        }
    };
    anyhow::Error::new(error).context(format!("{what}，{why}"))
}

/// A temporary file is private; the finished one is as readable as files usually are.
trait Permissions {
    fn permissions_of(&mut self, path: &Path) -> &mut Self;
}

impl Permissions for tempfile::Builder<'_, '_> {
    #[cfg(unix)]
    fn permissions_of(&mut self, path: &Path) -> &mut Self {
        use std::os::unix::fs::PermissionsExt;
        let mode = path.metadata().map_or(0o666, |m| m.permissions().mode() & 0o777);
        self.permissions(std::fs::Permissions::from_mode(mode))
    }

    #[cfg(not(unix))]
    fn permissions_of(&mut self, _path: &Path) -> &mut Self {
        self
    }
}

/// Says something to the user beside the results, without what steers a terminal. Nobody listening
/// is no fault.
pub(crate) fn say(words: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", luoshi_press::visible(words));
}

/// Whether an error only says that nobody reads any more.
pub(crate) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe))
}

/// Why a file cannot be opened or read, and what to do.
pub(crate) fn io_sentence(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "找不到文件：请检查文件名和所在文件夹。".to_owned(),
        io::ErrorKind::PermissionDenied => "没有读取权限：请检查文件的权限设置。".to_owned(),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidFilename => {
            "文件名无效：请检查文件名。".to_owned()
        }
        io::ErrorKind::IsADirectory => "这是文件夹：请写明其中的文件名。".to_owned(),
        _ => format!("读取失败（{error}）：请检查磁盘或网络，再试一次。"),
    }
}
