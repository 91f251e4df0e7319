//! Personal fields of confidential registers: sealed before they are kept, opened for those who may.

use std::collections::BTreeMap;
use std::sync::Arc;

use luoshi_engine::{
    EntryEvent, EntryNo, Event, FieldValue, Known, Moment, PlanId, Refusal, RefusalKind, canonical,
};
use luoshi_pack::{Pack, Register};
use luoshi_store::vault::{Seal, Vault, VaultError, WrappedKey};
use luoshi_store::{Store, SubjectKeyRow, Work};

use crate::app::Trial;
use crate::error::AppError;

/// How a sealed file begins: whose key opens it stands on the same line.
const SEALED: &str = "luoshi sealed file 1 ";

/// How many keys are wrapped anew at a time.
const KEYS: i64 = 500;

/// Whether bytes are a file that was sealed.
pub(crate) fn is_sealed(bytes: &[u8]) -> bool {
    bytes.starts_with(SEALED.as_bytes())
}

/// Whether bytes are a file that was sealed with the key of whoever an entry is about.
pub(crate) fn is_sealed_for(bytes: &[u8], (plan, no): (PlanId, EntryNo)) -> bool {
    let rest = bytes.strip_prefix(SEALED.as_bytes());
    rest.is_some_and(|rest| rest.starts_with(format!("{}\n", subject(plan, no)).as_bytes()))
}

/// Where a file belongs: it opens in no other entry.
fn of_file(plan: PlanId, no: EntryNo) -> Vec<u8> {
    canonical(&(plan, no, "file")).into_bytes()
}

/// Seals and opens with the office's master keys.
#[derive(Debug, Default)]
pub struct Sealer {
    vault: Option<Arc<Vault>>,
}

/// Whose fields an entry holds, as the row of the key names them.
fn subject(plan: PlanId, no: EntryNo) -> String {
    format!("{plan}-{no}")
}

impl Sealer {
    /// With these master keys; without any, entries with personal fields are refused.
    pub fn new(vault: Option<Vault>) -> Self {
        Self { vault: vault.map(Arc::new) }
    }

    /// Seals the personal fields that events bring, with a key for each entry.
    pub(crate) async fn seal(
        &self,
        work: &mut Work,
        plan: PlanId,
        pack: &Pack,
        known: &Known,
        events: &mut [Event],
    ) -> Result<(), AppError> {
        for event in events {
            let Event::Entry(no, event) = event else { continue };
            let register = match &*event {
                EntryEvent::Opened(opening) => Some(opening.register.as_str()),
                EntryEvent::Stepped { body, .. } if !body.fields.is_empty() => {
                    known.entries.get(no).map(|entry| entry.opening.register.as_str())
                }
                _ => None,
            };
            let Some(register) = register.and_then(|key| pack.find_register(key)) else { continue };
            if !brings_personal(register, event) {
                continue;
            }
            if known.entries.get(no).is_some_and(|entry| entry.forgotten.is_some()) {
                return Err(forgotten());
            }
            let vault = self.vault()?;
            let subject = subject(plan, *no);
            let key = key_of(work, vault, &subject).await?;
            Seal { vault, key: &key, subject: &subject, plan, entry: *no }.seal(register, event)?;
        }
        Ok(())
    }

    /// A copy of what is known of a plan with personal fields opened, for comparing in memory.
    pub(crate) async fn opened(
        &self,
        work: &mut Work,
        plan: PlanId,
        known: &Known,
    ) -> Result<Known, AppError> {
        let mut open = known.clone();
        for (no, entry) in &mut open.entries {
            let fields = &mut entry.opening.fields;
            if !fields.values().any(|value| matches!(value, FieldValue::Sealed { .. })) {
                continue;
            }
            let subject = subject(plan, *no);
            if let Some(key) = self.key_in(work.subject_keys(&[&subject]).await?.first())? {
                Seal { vault: self.vault()?, key: &key, subject: &subject, plan, entry: *no }
                    .open_fields(fields)?;
            }
        }
        Ok(open)
    }

    /// Opens the fields of one entry for a reader whose reading was allowed and noted.
    ///
    /// # Errors
    ///
    /// There are no master keys, the key was destroyed, or the data was tampered with.
    pub async fn open(
        &self,
        store: &Store,
        plan: PlanId,
        no: EntryNo,
        fields: &mut BTreeMap<String, FieldValue>,
    ) -> Result<usize, AppError> {
        if !fields.values().any(|value| matches!(value, FieldValue::Sealed { .. })) {
            return Ok(0);
        }
        let subject = subject(plan, no);
        let Some(key) = self.key_in(store.subject_key(&subject).await?.as_ref())? else {
            // Destroyed on purpose, or lost: the fields stay sealed for ever.
            return Ok(0);
        };
        let vault = self.vault()?;
        Ok(Seal { vault, key: &key, subject: &subject, plan, entry: no }.open_fields(fields)?)
    }

    /// Seals a text with a subject's key, made where there is none.
    pub(crate) async fn seal_text(
        &self,
        work: &mut Work,
        subject: &str,
        text: &str,
    ) -> Result<String, AppError> {
        let vault = self.vault.as_ref().ok_or_else(no_keys)?;
        let key = key_of(work, vault, subject).await?;
        Ok(vault.seal(&key, subject.as_bytes(), text)?)
    }

    /// Opens a text that was sealed so.
    pub(crate) async fn open_text(
        &self,
        store: &Store,
        subject: &str,
        sealed: &str,
    ) -> Result<String, AppError> {
        let vault = self.vault.as_ref().ok_or_else(no_keys)?;
        let key = store.subject_key(subject).await?.as_ref().and_then(wrapped).ok_or_else(no_keys)?;
        Ok(vault.unseal(&key, subject.as_bytes(), sealed)?)
    }

    /// Seals a file for whoever an entry is about: a text that is kept like any other file, and tells
    /// nothing but whose key opens it. Number 0 is for what belongs to a register as a whole.
    pub(crate) async fn seal_file(
        &self,
        store: &Store,
        (plan, no): (PlanId, EntryNo),
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<Vec<u8>, AppError> {
        let vault = Arc::clone(self.vault()?);
        let subject = subject(plan, no);
        let key = file_key(store, &vault, &subject).await?;
        let name = name.to_owned();
        apart(move || {
            let plain = [name.as_bytes(), b"\n", &bytes].concat();
            let sealed = vault.seal_file(&key, &of_file(plan, no), &plain)?;
            Ok(format!("{SEALED}{subject}\n{sealed}\n").into_bytes())
        })
        .await
    }

    /// Opens a sealed file: its name and its bytes. None where the key was destroyed.
    pub(crate) async fn open_file(
        &self,
        store: &Store,
        (plan, no): (PlanId, EntryNo),
        sealed: Arc<[u8]>,
    ) -> Result<Option<(String, Vec<u8>)>, AppError> {
        let (subject, _) = parts(&sealed)?;
        let Some(key) = self.key_in(store.subject_key(subject).await?.as_ref())? else {
            return Ok(None);
        };
        let vault = Arc::clone(self.vault()?);
        apart(move || {
            let mut plain = vault.open_file(&key, &of_file(plan, no), parts(&sealed)?.1)?;
            let at = plain.iter().position(|byte| *byte == b'\n').ok_or(VaultError::BrokenData)?;
            let bytes = plain.split_off(at + 1);
            plain.pop();
            let name = String::from_utf8(plain).map_err(|_| VaultError::BrokenData)?;
            Ok(Some((name, bytes)))
        })
        .await
    }

    /// Starts using another master key and wraps every subject's key with it; the old one can then be
    /// taken out of use. Tells its number and how many keys were wrapped.
    pub(crate) async fn rotate(&self, store: &Store) -> Result<(u32, usize), AppError> {
        let vault = self.vault()?;
        let current = vault.rotate()?;
        let mut wrapped_anew = 0;
        for master in 1..current {
            let mut after = String::new();
            loop {
                let mut work = store.begin().await?;
                let rows = work.subject_keys_under(master, &after, KEYS).await?;
                for row in rows.iter().filter(|row| row.destroyed.is_none()) {
                    let key = match vault.rewrap(&row.key) {
                        // What went with a lost key is lost; the others are not kept back by it.
                        Err(VaultError::NoMaster { .. }) => None,
                        key => key?,
                    };
                    if let Some(key) = key {
                        wrapped_anew += usize::from(work.subject_key_wrapped(&row.subject, &key).await?);
                    }
                }
                work.commit().await?;
                match rows.last() {
                    Some(last) => after.clone_from(&last.subject),
                    None => break,
                }
            }
        }
        Ok((current, wrapped_anew))
    }

    /// Takes an older master key out of use for good, once nothing needs it any more.
    pub(crate) async fn retire(&self, store: &Store, master: u32) -> Result<(), AppError> {
        let vault = self.vault()?;
        if !vault.holds(master) {
            let sentence = format!("主密钥文件里没有第{master}号主密钥，不用再停用");
            return Err(AppError::Refused(Refusal::new(RefusalKind::NotFound, sentence)));
        }
        let mut work = store.begin().await?;
        let (mut needed, mut after) = (0, String::new());
        loop {
            let rows = work.subject_keys_under(master, &after, KEYS).await?;
            let Some(last) = rows.last() else { break };
            needed += rows.iter().filter(|row| row.destroyed.is_none()).count();
            after.clone_from(&last.subject);
        }
        if needed > 0 {
            let sentence = format!(
                "还有{needed}条个人信息的密钥由第{master}号主密钥保护，停用后将永远打不开；请先运行 luoshi key rotate 换到新的主密钥"
            );
            return Err(AppError::Refused(Refusal::new(RefusalKind::WrongState, sentence)));
        }
        vault.retire(master)?;
        Ok(work.rollback().await?)
    }

    /// Refuses to begin where the master keys do not open what is kept: under a key that is another than it
    /// seems, more would be sealed every day that the right one never opens. Keys that an office has said to
    /// be lost have lower numbers than its own.
    pub(crate) async fn check(&self, store: &Store) -> Result<(), AppError> {
        let Some(newest) = store.newest_subject_key().await? else { return Ok(()) };
        let Some(vault) = &self.vault else { return Err(AppError::KeysLost) };
        match vault.opens(&newest.key) {
            Err(VaultError::NoMaster { id, .. }) if id < vault.current() => Ok(()),
            answer => Ok(answer?),
        }
    }

    /// The key in a row, unless it was destroyed, or went with a master key that the office said to be lost.
    fn key_in(&self, row: Option<&SubjectKeyRow>) -> Result<Option<WrappedKey>, AppError> {
        let Some(key) = row.and_then(wrapped) else { return Ok(None) };
        match self.vault()?.opens(&key) {
            Err(VaultError::NoMaster { .. }) => Ok(None),
            answer => Ok(answer.map(|()| Some(key))?),
        }
    }

    fn vault(&self) -> Result<&Arc<Vault>, AppError> {
        self.vault.as_ref().ok_or_else(|| {
            let sentence =
                "这一台账含个人信息，须先配置主密钥才能登记和查看；请系统管理员运行 luoshi key new 生成";
            AppError::Refused(Refusal::new(RefusalKind::Incomplete, sentence))
        })
    }
}

/// Destroys the keys of whoever events say was forgotten, in the same transaction.
pub(crate) async fn forget(
    work: &mut Work,
    plan: PlanId,
    events: &[Event],
    at: Moment,
) -> Result<(), AppError> {
    for event in events {
        if let Event::Entry(no, EntryEvent::Forgotten { .. }) = event {
            work.subject_key_destroyed(&subject(plan, *no), at).await?;
        }
    }
    Ok(())
}

/// Whose key opens a sealed file, and what was sealed.
fn parts(sealed: &[u8]) -> Result<(&str, &str), VaultError> {
    let text = std::str::from_utf8(sealed).map_err(|_| VaultError::BrokenData)?;
    let rest = text.strip_prefix(SEALED).and_then(|rest| rest.split_once('\n'));
    rest.ok_or(VaultError::BrokenData)
}

/// A large file takes a while to seal or to open: other users do not wait for it.
async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, VaultError> + Send + 'static,
) -> Result<T, AppError> {
    Ok(tokio::task::spawn_blocking(work).await.map_err(|_| AppError::Closing)??)
}

/// The key that a file is sealed with, made and kept where there is none. The file itself is sealed
/// afterwards: while it is, nobody waits to write.
async fn file_key(store: &Store, vault: &Vault, subject: &str) -> Result<WrappedKey, AppError> {
    if let Some(row) = store.subject_key(subject).await? {
        return wrapped(&row).ok_or_else(forgotten);
    }
    let mut trial = Trial::new(store);
    loop {
        match new_key(store, vault, subject).await {
            Err(AppError::Store(error)) => trial.after(error).await?,
            done => return done,
        }
    }
}

async fn new_key(store: &Store, vault: &Vault, subject: &str) -> Result<WrappedKey, AppError> {
    let mut work = store.begin().await?;
    let key = key_of(&mut work, vault, subject).await?;
    work.commit().await?;
    Ok(key)
}

/// There is nothing to seal or open a text with.
fn no_keys() -> AppError {
    let sentence = "动态口令须用主密钥保护，请系统管理员运行 luoshi key new 生成主密钥，或放回原主密钥文件。";
    AppError::Refused(Refusal::new(RefusalKind::Incomplete, sentence))
}

/// Nothing is gathered anew of somebody who was forgotten.
pub(crate) fn forgotten() -> AppError {
    let sentence = "这一事项的个人信息已依法删除，不能再填写个人信息或上传材料；确需登记的，请另立一条";
    AppError::Refused(Refusal::new(RefusalKind::WrongState, sentence))
}

/// Whether an event brings fields that the register marks as personal.
fn brings_personal(register: &Register, event: &EntryEvent) -> bool {
    let fields = match event {
        EntryEvent::Opened(opening) => &opening.fields,
        EntryEvent::Stepped { body, .. } => &body.fields,
        _ => return false,
    };
    register.fields.iter().any(|field| field.confidential && fields.contains_key(&field.key))
}

/// The key of a subject, made where there is none.
async fn key_of(work: &mut Work, vault: &Vault, subject: &str) -> Result<WrappedKey, AppError> {
    let known = work.subject_keys(&[subject]).await?;
    if let Some(row) = known.first() {
        return wrapped(row).ok_or_else(forgotten);
    }
    let key = vault.new_subject_key()?;
    let row = SubjectKeyRow { subject: subject.to_owned(), key: key.clone(), destroyed: None };
    work.add_subject_keys(&[row]).await?;
    Ok(key)
}

fn wrapped(row: &SubjectKeyRow) -> Option<WrappedKey> {
    row.destroyed.is_none().then(|| row.key.clone())
}
