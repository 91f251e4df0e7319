//! Why a use case was not carried out.

use std::fmt::{self, Display};

use luoshi_engine::Refusal;
use luoshi_read::ReadError;
use luoshi_store::StoreError;
use luoshi_store::attachment::AttachmentError;
use luoshi_store::vault::VaultError;

/// A use case failed.
#[derive(Debug)]
pub enum AppError {
    /// The engine refused: the sentence says what to do.
    Refused(Refusal),
    /// The store failed: nothing was kept, unless it says otherwise.
    Store(StoreError),
    /// A file cannot be kept or is refused.
    Attachment(AttachmentError),
    /// A file cannot be read as a document.
    Read(ReadError),
    /// There is no plan in the file of this name, or not so many.
    NoPlan(String),
    /// Personal fields cannot be sealed or opened.
    Vault(VaultError),
    /// What is kept was sealed with master keys that are not there.
    KeysLost,
    /// The program is going down and takes nothing more.
    Closing,
}

impl Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Store(error) => error.fmt(f),
            Self::Vault(error) => error.fmt(f),
            Self::Attachment(error) => error.fmt(f),
            Self::Read(error) => error.fmt(f),
            Self::NoPlan(name) => write!(f, "“{name}”中没有找到所选的方案，请检查文件内容或换选其中的另一份"),
            Self::KeysLost => f.write_str(
                "库中有加密保存的个人信息，但找不到打开它们的主密钥。请把另存的主密钥文件放回原处，或者用 --key \
                 指明它在哪里。确实找不回的，运行 luoshi key new --lost 另建主密钥后继续使用：原有的个人信息和动态口令 \
                 从此打不开，其余数据照常",
            ),
            Self::Closing => f.write_str("系统正在停止，本次未保存，请稍后重试"),
        }
    }
}

impl std::error::Error for AppError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Refused(_) | Self::KeysLost | Self::Closing | Self::NoPlan(_) => None,
            Self::Store(error) => Some(error),
            Self::Vault(error) => Some(error),
            Self::Attachment(error) => Some(error),
            Self::Read(error) => Some(error),
        }
    }
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<VaultError> for AppError {
    fn from(error: VaultError) -> Self {
        Self::Vault(error)
    }
}

impl From<AttachmentError> for AppError {
    fn from(error: AttachmentError) -> Self {
        Self::Attachment(error)
    }
}

impl From<ReadError> for AppError {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}
