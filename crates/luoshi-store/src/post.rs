//! Messages, what is to be sent, and keys of data subjects, within a transaction.

use jiff::civil::Date;
use luoshi_engine::{Moment, PersonId};

use crate::db::{Value, values};
use crate::error::StoreError;
use crate::kept::{
    Message, OutboxItem, SubjectKeyRow, message_of, outbox_of, subject_key_of, subject_key_sum,
    subject_key_values,
};
use crate::sql;
use crate::vault::WrappedKey;
use crate::work::Work;

impl Work {
    /// Messages that went into no digest yet, from a number on.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn new_messages(&mut self, after: i64, limit: i64) -> Result<Vec<Message>, StoreError> {
        let text = self.db.text(&sql::MESSAGES_NEW, 0);
        self.tx.rows(text, values![after, limit].into()).await?.iter().map(message_of).collect()
    }

    /// Notes the day of the digest that messages went into.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn messages_told(&mut self, ids: &[i64], day: Date) -> Result<(), StoreError> {
        for (rows, ids) in crate::db::filled(1, ids.iter().copied().map(Value::from).collect()) {
            let mut values: Vec<Value> = values![day.to_string()].into();
            values.extend(ids);
            self.tx.execute(self.db.text(&sql::MESSAGES_TOLD, rows), values).await?;
        }
        Ok(())
    }

    /// What waits to be sent, the oldest first, held until the end of the work.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn outbox_unsent(&mut self, limit: i64) -> Result<Vec<OutboxItem>, StoreError> {
        let text = self.db.text(&sql::OUTBOX_UNSENT, 0);
        self.tx.rows(text, values![limit].into()).await?.iter().map(outbox_of).collect()
    }

    /// Notes that items were sent.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn outbox_sent(
        &mut self,
        items: &[(&str, PersonId, Date)],
        at: Moment,
    ) -> Result<(), StoreError> {
        let keys = items.iter().flat_map(|(kind, person, day)| values![*kind, *person, day.to_string()]);
        for (rows, keys) in crate::db::filled(3, keys.collect()) {
            let mut values: Vec<Value> = values![at].into();
            values.extend(keys);
            self.tx.execute(self.db.text(&sql::OUTBOX_SENT, rows), values).await?;
        }
        Ok(())
    }

    /// Keys of data subjects, held until the end of the work.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn subject_keys(&mut self, subjects: &[&str]) -> Result<Vec<SubjectKeyRow>, StoreError> {
        let keys = subjects.iter().copied().map(Value::from).collect();
        self.tx.find(&self.db, &sql::SUBJECT_KEYS, keys).await?.iter().map(subject_key_of).collect()
    }

    /// Adds keys of data subjects that have none.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] where somebody else gave one meanwhile.
    pub async fn add_subject_keys(&mut self, keys: &[SubjectKeyRow]) -> Result<(), StoreError> {
        let values = keys.iter().flat_map(subject_key_values).collect();
        self.tx.write(&self.db, &sql::SUBJECT_KEYS_ADD, values).await?;
        Ok(())
    }

    /// Keys that a master key wraps, after a subject: what has to be wrapped anew by another.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn subject_keys_under(
        &mut self,
        master: u32,
        after: &str,
        limit: i64,
    ) -> Result<Vec<SubjectKeyRow>, StoreError> {
        let text = self.db.text(&sql::SUBJECT_KEYS_UNDER, 0);
        let values = values![i64::from(master), after, limit].into();
        self.tx.rows(text, values).await?.iter().map(subject_key_of).collect()
    }

    /// Puts a key as another master key wraps it; tells whether there was one.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn subject_key_wrapped(&mut self, subject: &str, key: &WrappedKey) -> Result<bool, StoreError> {
        let text = self.db.text(&sql::SUBJECT_KEY_WRAPPED, 0);
        let row = SubjectKeyRow { subject: subject.to_owned(), key: key.clone(), destroyed: None };
        let values = values![i64::from(key.master), &key.wrapped, subject_key_sum(&row), subject].into();
        Ok(self.tx.execute(text, values).await? == 1)
    }

    /// Destroys the key of a subject: what it opened is forgotten. Tells whether there was one.
    ///
    /// # Errors
    ///
    /// The database fails.
    pub async fn subject_key_destroyed(&mut self, subject: &str, at: Moment) -> Result<bool, StoreError> {
        let known = self.subject_keys(&[subject]).await?;
        let Some(mut row) = known.into_iter().find(|row| row.destroyed.is_none()) else { return Ok(false) };
        (row.key.wrapped, row.destroyed) = (String::new(), Some(at));
        let values = values!["", at, subject_key_sum(&row), subject].into();
        Ok(self.tx.execute(self.db.text(&sql::SUBJECT_KEY_DESTROYED, 0), values).await? == 1)
    }
}
