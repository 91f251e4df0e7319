//! Sheets that were rehearsed and wait for their sender's word. They are held in memory and nowhere else: a
//! register's sheet may name people, and what is not carried out must not be kept.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use luoshi_engine::{Hash, Moment, PersonId, RefusalKind};

use super::refused;
use crate::app::App;
use crate::error::AppError;

/// How many bytes may wait; the oldest sheets go first.
const MOST: usize = 64 << 20;

/// How long a sheet waits, in milliseconds: it may name people. One that was carried out waits on, for it may
/// be sent twice.
const WAITS: i64 = 30 * 60 * 1000;

/// A sheet that waits.
#[derive(Debug)]
struct Sheet {
    whose: PersonId,
    hash: Hash,
    name: String,
    bytes: Arc<Vec<u8>>,
    since: Moment,
}

/// Sheets that wait, the latest last.
#[derive(Debug, Default)]
pub(crate) struct Sheets(Mutex<VecDeque<Sheet>>);

impl App {
    /// Lets a sheet wait until the same person says what is to become of it, and tells by which hash it is
    /// asked for.
    pub fn let_sheet_wait(&self, person: PersonId, name: &str, bytes: Vec<u8>) -> Hash {
        let hash = Hash::of(&bytes);
        let (since, name) = (self.now(), name.to_owned());
        let mut waiting = self.sheets(Some((person, hash)));
        waiting.push_back(Sheet { whose: person, hash, name, bytes: Arc::new(bytes), since });
        let mut held: usize = waiting.iter().map(|sheet| sheet.bytes.len()).sum();
        while held > MOST && waiting.len() > 1 {
            held -= waiting.pop_front().map_or(0, |sheet| sheet.bytes.len());
        }
        hash
    }

    /// The sheets that still wait, without one of them.
    fn sheets(&self, without: Option<(PersonId, Hash)>) -> MutexGuard<'_, VecDeque<Sheet>> {
        let now = self.now();
        let mut waiting = self.shared.sheets.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|sheet| {
            (0..WAITS).contains(&(now.0 - sheet.since.0)) && without != Some((sheet.whose, sheet.hash))
        });
        waiting
    }

    /// The name and the bytes of a sheet that somebody let wait.
    ///
    /// # Errors
    ///
    /// It does not wait any more, or it is somebody else's.
    pub fn waiting_sheet(&self, person: PersonId, hash: Hash) -> Result<(String, Vec<u8>), AppError> {
        let found = {
            let waiting = self.sheets(None);
            let sheet = waiting.iter().find(|sheet| (sheet.whose, sheet.hash) == (person, hash));
            sheet.map(|sheet| (sheet.name.clone(), Arc::clone(&sheet.bytes)))
        };
        let gone = || refused(RefusalKind::Stale, "试导入的文件已经不在等候，请重新选择文件再试导入");
        let (name, bytes) = found.ok_or_else(gone)?;
        Ok((name, Arc::unwrap_or_clone(bytes)))
    }
}
