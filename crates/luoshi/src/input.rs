//! Which files to read, and reading them.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use luoshi_read::Limits;
use luoshi_text::Document;

use crate::output::io_sentence;
use crate::source::Source;

/// Endings of files that are taken from a folder.
const DOCUMENTS: [&str; 13] =
    ["docx", "doc", "wps", "pdf", "ofd", "odt", "html", "htm", "xlsx", "xls", "txt", "md", "et"];
/// Folders deeper than this are not searched.
const DEEPEST: usize = 32;

/// A file that could not be read: its name and a Chinese sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unread {
    /// The file as the user named it.
    pub(crate) name: String,
    /// What is wrong and what to do.
    pub(crate) sentence: String,
}

/// What the user named.
#[derive(Debug, Default)]
pub(crate) struct Named {
    /// The files to read: folders are searched for documents.
    pub(crate) files: Vec<PathBuf>,
    /// Folders that cannot be searched or hold none.
    pub(crate) unread: Vec<Unread>,
    /// Files in folders that are of other kinds.
    pub(crate) skipped: Vec<PathBuf>,
}

/// The files behind what the user named.
pub(crate) fn files(named: &[PathBuf]) -> Named {
    let Named { mut files, mut unread, mut skipped } = Named::default();
    for path in named {
        if is_stdin(path) || !path.is_dir() {
            if !files.contains(path) {
                files.push(path.clone());
            }
            continue;
        }
        let mut found = Vec::new();
        let searched = search(path, 0, &mut found);
        let (mut found, others): (Vec<PathBuf>, Vec<PathBuf>) =
            found.into_iter().partition(|path| is_document(path));
        skipped.extend(others);
        if let Err(error) = searched {
            unread.push(Unread { name: name(path), sentence: io_sentence(&error) });
        } else if found.is_empty() {
            let sentence = "文件夹里没有可读的文稿：请确认其中有 docx、pdf、txt 等文件。".to_owned();
            unread.push(Unread { name: name(path), sentence });
        }
        found.retain(|f| !files.contains(f));
        files.extend(found);
    }
    Named { files, unread, skipped }
}

/// Files below a folder, by name; hidden files and the lock files of office programs are none.
fn search(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries: Vec<_> = std::fs::read_dir(folder)?.collect::<io::Result<_>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        let hidden = name.to_string_lossy().starts_with(['.', '~']);
        let path = entry.path();
        // The type of the entry itself: a link to a folder could lead round in a circle.
        let kind = entry.file_type()?;
        if hidden {
        } else if kind.is_dir() {
            if depth < DEEPEST {
                // A folder that may not be opened does not hide the others.
                let _ = search(&path, depth + 1, found);
            }
        } else if path.is_file() {
            found.push(path);
        }
    }
    Ok(())
}

fn is_document(path: &Path) -> bool {
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    ending.is_some_and(|e| DOCUMENTS.contains(&e.as_str()))
}

/// Whether a path stands for standard input.
pub(crate) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// What standard input is called.
pub(crate) const STDIN: &str = "标准输入";

/// A file as the user named it.
pub(crate) fn name(path: &Path) -> String {
    if is_stdin(path) { STDIN.to_owned() } else { path.to_string_lossy().into_owned() }
}

/// Where LibreOffice lies on machines whose search path does not name it.
const OFFICES: [&str; 4] = [
    "/usr/bin",
    "/opt/libreoffice/program",
    "/Applications/LibreOffice.app/Contents/MacOS",
    r"C:\Program Files\LibreOffice\program",
];

/// The limits of reading, for files of so many MiB, with the LibreOffice of this machine.
pub(crate) fn limits(most: u64) -> Limits {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Not from a folder that depends on where the user stands: anything may lie there.
    let folders = std::env::split_paths(&path).filter(|folder| folder.is_absolute());
    let soffice = luoshi_read::find_soffice(folders.chain(OFFICES.map(PathBuf::from)));
    Limits { bytes: most << 20, soffice, ..Limits::default() }
}

/// The bytes of a file, no more than the limits allow.
pub(crate) fn bytes(path: &Path, limits: &Limits) -> Result<Vec<u8>, Unread> {
    let unread = |error: io::Error| Unread { name: name(path), sentence: io_sentence(&error) };
    let mut bytes = Vec::new();
    // One byte more than allowed, so that the reader itself refuses with its own sentence.
    let most = limits.bytes + 1;
    if is_stdin(path) {
        io::stdin().lock().take(most).read_to_end(&mut bytes).map_err(unread)?;
        return Ok(bytes);
    }
    let file = File::open(path).map_err(unread)?;
    let size = file.metadata().map_err(unread)?.len();
    if size > limits.bytes {
        let error = luoshi_read::ReadError::TooLarge { size, limit: limits.bytes };
        return Err(Unread { name: name(path), sentence: error.to_string() });
    }
    // No more room than the file needs.
    bytes.reserve_exact(size as usize + 1);
    file.take(most).read_to_end(&mut bytes).map_err(unread)?;
    Ok(bytes)
}

fn document(path: &Path, bytes: &[u8], limits: &Limits) -> Result<Document, Unread> {
    let file = path.file_name().map(|n| n.to_string_lossy());
    luoshi_read::read(bytes, file.as_deref(), limits)
        .map_err(|e| Unread { name: name(path), sentence: e.to_string() })
}

/// A plan with its annexes behind it; `columns`: its own bytes are kept, to count columns in.
pub(crate) fn source(
    path: &Path,
    annexes: &[PathBuf],
    limits: &Limits,
    columns: bool,
) -> Result<Source, Unread> {
    let own = bytes(path, limits)?;
    let mut source = Source::new(name(path), document(path, &own, limits)?);
    if columns {
        source = source.with_bytes(own);
    }
    for annex in annexes {
        let doc = document(annex, &bytes(annex, limits)?, limits)?;
        source = source.with_annex(name(annex), doc);
    }
    Ok(source)
}

/// Files beside a plan that are named like its annexes.
pub(crate) fn annexes_beside(path: &Path, known: &[PathBuf]) -> Vec<PathBuf> {
    let is_annex = |p: &Path| {
        let stem = p.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        stem.starts_with("附件") && is_document(p)
    };
    if is_stdin(path) || is_annex(path) {
        return Vec::new();
    }
    let folder = match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    };
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let known: Vec<PathBuf> = known.iter().filter_map(|p| p.canonicalize().ok()).collect();
    let mut found: Vec<PathBuf> = entries
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| is_annex(p) && p.is_file() && !p.canonicalize().is_ok_and(|c| known.contains(&c)))
        .map(|p| p.strip_prefix(".").map(Path::to_owned).unwrap_or(p))
        .collect();
    found.sort();
    found
}
