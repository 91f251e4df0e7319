use std::fmt;
use std::time::Duration;

use luoshi_text::Format;

/// Why no document could be read. The `Display` is one Chinese sentence: what is wrong and what to
/// do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// The file is larger than allowed.
    TooLarge {
        /// Its size in bytes.
        size: u64,
        /// What is allowed.
        limit: u64,
    },
    /// Nothing in it: no bytes, or no word.
    Empty,
    /// Something else than a document.
    NotADocument {
        /// What it is, in Chinese, e.g. `图片（PNG）`.
        found: &'static str,
    },
    /// Locked by a password.
    Encrypted,
    /// Broken beyond reading.
    Damaged {
        /// What the file says it is.
        format: Format,
        /// What is broken, in Chinese, without a full stop.
        what: String,
    },
    /// An archive that grows out of all proportion.
    ZipBomb {
        /// The entry that was being unpacked.
        entry: String,
    },
    /// XML that declares a document type or entities, which no office program writes.
    XmlEntities {
        /// The part that does.
        part: String,
    },
    /// More of something than allowed.
    TooComplex {
        /// Of what, in Chinese.
        what: &'static str,
        /// What is allowed.
        limit: u64,
    },
    /// Pages that are pictures only.
    NoTextLayer,
    /// A document of a kind that is not read.
    Unsupported {
        /// What it is, in Chinese.
        found: String,
    },
    /// Reading took too long.
    TimedOut {
        /// How long was allowed.
        limit: Duration,
    },
}

impl ReadError {
    /// A broken file of a format.
    pub(crate) fn damaged(format: Format, what: impl Into<String>) -> Self {
        Self::Damaged { format, what: what.into() }
    }

    /// A kebab-case name of the fault, for logs and machine-readable output.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "file-too-large",
            Self::Empty => "file-empty",
            Self::NotADocument { .. } => "not-a-document",
            Self::Encrypted => "file-encrypted",
            Self::Damaged { .. } => "file-damaged",
            Self::ZipBomb { .. } => "archive-too-large",
            Self::XmlEntities { .. } => "xml-entities",
            Self::TooComplex { .. } => "document-too-complex",
            Self::NoTextLayer => "no-text-layer",
            Self::Unsupported { .. } => "format-unsupported",
            Self::TimedOut { .. } => "read-timed-out",
        }
    }
}

/// The name of a format as users know it.
fn format_name(format: Format) -> &'static str {
    match format {
        Format::Text => "文本",
        Format::Docx => "docx",
        Format::Doc => "doc（wps）",
        Format::Pdf => "PDF",
        Format::Ofd => "OFD",
        Format::Html => "网页",
        Format::Xlsx => "电子表格",
        Format::Odt => "odt",
    }
}

/// A size as a reader says it, rounded up so that it never equals a limit that it passes.
fn megabytes(bytes: u64) -> String {
    let tenths = (bytes * 10).div_ceil(1 << 20);
    if tenths.is_multiple_of(10) {
        format!("{} MB", tenths / 10)
    } else {
        format!("{}.{} MB", tenths / 10, tenths % 10)
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { size, limit } => write!(
                f,
                "文件大小为 {}，超过上限 {}：请删去其中的图片后另存，或分成几个文件。",
                megabytes(*size),
                megabytes(*limit)
            ),
            Self::Empty => f.write_str("文件是空的，没有文字：请检查是否选错了文件，或重新导出一份。"),
            Self::NotADocument { found } => write!(
                f,
                "文件不是文稿，内容是{found}：请改用 docx、doc、wps、pdf、ofd、odt、html、xlsx 或 txt 格式的文稿。"
            ),
            Self::Encrypted => {
                f.write_str("文件设有密码，无法读取：请在 WPS 或 Word 中取消密码，另存后再读。")
            }
            Self::Damaged { format, what } => write!(
                f,
                "{}文件已损坏（{what}）：请用原来的软件打开后另存一份，或重新下载。",
                format_name(*format)
            ),
            Self::ZipBomb { entry } => {
                write!(
                    f,
                    "文件内的“{entry}”展开后过大，疑似恶意文件，已停止读取：请核对文件来源，或另存一份。"
                )
            }
            Self::XmlEntities { part } => {
                write!(
                    f,
                    "文件内的“{part}”含有实体声明，疑似恶意文件，已停止读取：请核对文件来源，或另存一份。"
                )
            }
            Self::TooComplex { what, limit } => {
                write!(f, "文件的{what}超过上限 {limit}：请分成几个文件，或删去无关内容后另存。")
            }
            Self::NoTextLayer => f.write_str("文件没有文字层：请先做文字识别（OCR），或改用原来的文字稿。"),
            Self::Unsupported { found } => {
                write!(f, "暂不能读取{found}：请用 WPS 或 Word 另存为 docx 后再读。")
            }
            Self::TimedOut { limit } => write!(
                f,
                "读取超过 {} 秒仍未完成，已停止：请另存为 docx 后再读，或分成几个文件。",
                limit.as_secs()
            ),
        }
    }
}

impl std::error::Error for ReadError {}
