//! Which fields of an event are sealed, and how they are opened for those who may read them.

use std::collections::BTreeMap;

use luoshi_engine::{EntryEvent, EntryNo, FieldValue, PlanId};
use luoshi_pack::Register;

use super::cipher::Key;
use super::{Vault, VaultError, WrappedKey, decrypt};

/// Values are filled up with blanks to a multiple of this, so that the length of a ciphertext does
/// not tell 是 from 否 or a short name from a long one.
const STRIDE: usize = 32;

/// One data subject's fields in one entry. Each is bound to its plan, entry, subject and field: a
/// value that was moved elsewhere does not open.
#[derive(Clone, Copy, Debug)]
pub struct Seal<'a> {
    /// The master keys.
    pub vault: &'a Vault,
    /// The subject's key.
    pub key: &'a WrappedKey,
    /// Whose fields they are, as the row of the key names them.
    pub subject: &'a str,
    /// The plan of the entry.
    pub plan: PlanId,
    /// The entry.
    pub entry: EntryNo,
}

impl Seal<'_> {
    /// Seals what the register marks confidential among the fields that an event brings, before the
    /// event is appended. Returns how many it sealed; what is sealed already stays as it is.
    ///
    /// # Errors
    /// Where the key does not open or there are no random bytes: then nothing is changed.
    pub fn seal(&self, register: &Register, event: &mut EntryEvent) -> Result<usize, VaultError> {
        let Some(fields) = fields_of(event) else { return Ok(0) };
        let confidential = register.fields.iter().filter(|field| field.confidential);
        let mut sealed = Vec::new();
        let key = self.vault.unwrap(self.key)?;
        for field in confidential {
            match fields.get(&field.key) {
                None | Some(FieldValue::Sealed { .. }) => {}
                Some(value) => sealed.push((field.key.clone(), self.sealed(&key, &field.key, value)?)),
            }
        }
        let count = sealed.len();
        fields.extend(sealed);
        Ok(count)
    }

    /// Opens the subject's fields in an event, for a reader who may see them.
    ///
    /// # Errors
    /// Where the key does not open or a value does not belong here: then nothing is changed.
    pub fn open(&self, event: &mut EntryEvent) -> Result<usize, VaultError> {
        fields_of(event).map_or(Ok(0), |fields| self.open_fields(fields))
    }

    /// Opens the subject's fields in an entry as its events made it. Fields of other subjects stay
    /// sealed.
    ///
    /// # Errors
    /// Where the key does not open or a value does not belong here: then nothing is changed.
    pub fn open_fields(&self, fields: &mut BTreeMap<String, FieldValue>) -> Result<usize, VaultError> {
        let key = self.vault.unwrap(self.key)?;
        let mut opened = Vec::new();
        for (name, value) in fields.iter() {
            if let FieldValue::Sealed { subject, data } = value
                && subject == self.subject
            {
                let text = decrypt(&key, &self.context(name), data)?;
                let value = serde_json::from_str(&text).map_err(|_| VaultError::BrokenData)?;
                opened.push((name.clone(), value));
            }
        }
        let count = opened.len();
        fields.extend(opened);
        Ok(count)
    }

    fn sealed(&self, key: &Key, field: &str, value: &FieldValue) -> Result<FieldValue, VaultError> {
        let mut text = luoshi_engine::canonical(value);
        // Blanks after a value are no part of it in JSON.
        text.extend(std::iter::repeat_n(' ', text.len().next_multiple_of(STRIDE) - text.len()));
        let data = self.vault.encrypt(key, &self.context(field), text.as_bytes())?;
        Ok(FieldValue::Sealed { subject: self.subject.to_owned(), data })
    }

    /// Where a value belongs, in one spelling: a list in JSON cannot be read in two ways.
    fn context(&self, field: &str) -> Vec<u8> {
        luoshi_engine::canonical(&(self.plan, self.entry, self.subject, field)).into_bytes()
    }
}

/// The fields that an event brings.
fn fields_of(event: &mut EntryEvent) -> Option<&mut BTreeMap<String, FieldValue>> {
    match event {
        EntryEvent::Opened(opening) => Some(&mut opening.fields),
        EntryEvent::Stepped { body, .. } => Some(&mut body.fields),
        _ => None,
    }
}
