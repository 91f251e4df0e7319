//! Sheets that were rehearsed and wait for their sender's word. They are held in memory and nowhere else: a
//! register's sheet may name people, and what is not carried out must not be kept.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use luoshi_engine::{Hash, PersonId, RefusalKind};

use super::refused;
use crate::app::App;
use crate::error::AppError;

/// How many bytes may wait; the oldest sheets go first.
const MOST: usize = 64 << 20;

/// A sheet that waits: whose, its hash, its name and its bytes.
type Sheet = (PersonId, Hash, String, Arc<Vec<u8>>);

/// Sheets that wait, the latest last.
#[derive(Debug, Default)]
pub(crate) struct Sheets(Mutex<VecDeque<Sheet>>);

impl App {
    /// Lets a sheet wait until the same person says what is to become of it, and tells by which hash it is
    /// asked for.
    pub fn let_sheet_wait(&self, person: PersonId, name: &str, bytes: Vec<u8>) -> Hash {
        let hash = Hash::of(&bytes);
        let mut waiting = self.shared.sheets.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|(who, known, ..)| (*who, *known) != (person, hash));
        waiting.push_back((person, hash, name.to_owned(), Arc::new(bytes)));
        let mut held: usize = waiting.iter().map(|(.., bytes)| bytes.len()).sum();
        while held > MOST && waiting.len() > 1 {
            held -= waiting.pop_front().map_or(0, |(.., bytes)| bytes.len());
        }
        hash
    }

    /// The name and the bytes of a sheet that somebody let wait.
    ///
    /// # Errors
    ///
    /// It does not wait any more, or it is somebody else's.
    pub fn waiting_sheet(&self, person: PersonId, hash: Hash) -> Result<(String, Vec<u8>), AppError> {
        let waiting = self.shared.sheets.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = waiting.iter().find(|(who, known, ..)| (*who, *known) == (person, hash));
        let (.., name, bytes) = found
            .ok_or_else(|| refused(RefusalKind::Stale, "试导入的文件已经不在等候，请重新选择文件再试导入"))?;
        Ok((name.clone(), bytes.to_vec()))
    }
}
