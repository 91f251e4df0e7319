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
            spare(inputs, std::slice::from_ref(out), "请换一个文件名")?;
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
            Self::Stdout => match buffered(io::stdout().lock(), fill) {
                // Nobody reads any more (`luoshi … | head`): no fault, and the exit code stays what it is.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                done => done.map_err(|e| told("写不出结果", e)),
            },
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
    let whole = Whole::begin(path)?;
    whole.file().and_then(|file| buffered(file, fill)).map_err(|error| whole.told(error))?;
    whole.finish()
}

/// A file on its way, which is there whole or not at all.
pub(crate) struct Whole {
    path: PathBuf,
    to: To,
}

enum To {
    /// A file beside it that takes its place in the end.
    Beside(tempfile::NamedTempFile),
    /// What cannot be replaced by a finished file: a device, a pipe (/dev/stdout).
    Straight(File),
}

impl Whole {
    /// Begins a file. Where a link stands, it is written behind the link.
    pub(crate) fn begin(path: &Path) -> Result<Self> {
        let told = |error| told(&format!("写不了文件“{}”", shown(path)), error);
        if path.exists() && !path.is_file() {
            let to = To::Straight(File::options().write(true).open(path).map_err(told)?);
            return Ok(Self { path: path.to_owned(), to });
        }
        let end = if path.is_symlink() { behind(path).map_err(told)? } else { path.to_owned() };
        let folder = match end.parent() {
            Some(p) if !p.as_os_str().is_empty() => p,
            _ => Path::new("."),
        };
        let builder = tempfile::Builder::new().prefix(".luoshi-").permissions_of(&end).tempfile_in(folder);
        Ok(Self { path: end.clone(), to: To::Beside(builder.map_err(told)?) })
    }

    /// Where its bytes go.
    pub(crate) fn file(&self) -> io::Result<File> {
        match &self.to {
            To::Beside(file) => file.as_file().try_clone(),
            To::Straight(file) => file.try_clone(),
        }
    }

    /// Puts it in its place.
    pub(crate) fn finish(self) -> Result<()> {
        let told = |error| told(&format!("写不了文件“{}”", shown(&self.path)), error);
        match self.to {
            To::Beside(file) => file.persist(&self.path).map(|_| ()).map_err(|e| told(e.error)),
            To::Straight(_) => Ok(()),
        }
    }

    /// Why it could not be written.
    fn told(&self, error: io::Error) -> anyhow::Error {
        told(&format!("写不了文件“{}”", shown(&self.path)), error)
    }
}

/// What a link points to in the end, whether it is there or not.
fn behind(link: &Path) -> io::Result<PathBuf> {
    const MOST: usize = 40;
    if let Ok(end) = link.canonicalize() {
        return Ok(end);
    }
    let mut path = link.to_owned();
    for _ in 0..MOST {
        if !path.is_symlink() {
            return Ok(path);
        }
        let to = path.read_link()?;
        path = path.parent().map_or_else(|| to.clone(), |folder| folder.join(&to));
    }
    Err(io::ErrorKind::InvalidFilename.into())
}

/// Refuses to write over files that are being read.
pub(crate) fn spare(inputs: &[PathBuf], outs: &[PathBuf], instead: &str) -> Result<()> {
    let inputs: Vec<PathBuf> = inputs.iter().filter_map(|path| path.canonicalize().ok()).collect();
    match outs.iter().find(|out| out.canonicalize().is_ok_and(|out| inputs.contains(&out))) {
        Some(out) => bail!("输出文件“{}”就是要读的文件：{instead}。", shown(out)),
        None => Ok(()),
    }
}

/// Lets `fill` write in small pieces.
fn buffered(out: impl Write, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, out);
    fill(&mut out)?;
    out.flush()
}

/// Why a folder cannot be made, and what to do.
pub(crate) fn unmade(folder: &Path, error: io::Error) -> anyhow::Error {
    match error.kind() {
        io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => {
            anyhow::anyhow!("“{}”不是文件夹，或者其上级不是文件夹：请换一个位置。", shown(folder))
        }
        _ => told(&format!("建不了文件夹“{}”", shown(folder)), error),
    }
}

/// A path as it may be shown.
pub(crate) fn shown(path: &Path) -> String {
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
        io::ErrorKind::IsADirectory => "这是文件夹：请写明其中的文件名。".to_owned(),
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
        io::ErrorKind::NotADirectory => "路径中有一段不是文件夹：请检查文件名和所在文件夹。".to_owned(),
        _ => {
            let code = error.raw_os_error().map(|n| format!("（系统错误 {n}）")).unwrap_or_default();
            format!("读取失败{code}：请检查磁盘或网络，再试一次。")
        }
    }
}
