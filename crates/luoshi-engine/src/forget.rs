//! Forgetting whoever an entry is about: decided by a person, with the ground; the key goes with it.

use crate::clock::World;
use crate::entry::{Entry, EntryEvent, FieldValue};
use crate::event::Actor;
use crate::org::SystemRole;
use crate::refusal::{Refusal, refuse};
use crate::words::{Lines, check_words};

/// The longest ground, in characters.
const LONGEST: usize = 200;

impl World<'_> {
    /// Forgets whoever an entry is about. The caller destroys the key of that subject with the event, so that
    /// what is sealed in earlier events, in files and in copies opens for nobody any more. It may be done
    /// whatever became of the plan: an archive too is kept no longer than the law lets.
    ///
    /// # Errors
    ///
    /// A refusal: not the security administrator, nothing personal in such a register, forgotten already, no
    /// ground.
    pub fn forget(&self, entry: &Entry, actor: &Actor, reason: &str) -> Result<EntryEvent, Refusal> {
        self.org.must_be(actor, SystemRole::SecurityAdmin, self.now.date())?;
        let register = self.register(entry)?;
        if !register.confidential && !register.fields.iter().any(|field| field.confidential) {
            return Err(refuse!(WrongState, "“{}”不登记个人信息，没有可以删除的内容", register.title));
        }
        if entry.forgotten.is_some() {
            return Err(refuse!(WrongState, "{}的个人信息此前已依法删除，不用再办", entry.opening.number));
        }
        let reason = reason.trim();
        if reason.is_empty() || reason.chars().count() > LONGEST {
            return Err(refuse!(
                Incomplete,
                "须写明删除的依据（本人申请、保存期满或所依据的条款），不超过{LONGEST}字，不要写本人姓名"
            ));
        }
        check_words("删除的依据", reason, Lines::One)?;
        Ok(EntryEvent::Forgotten { reason: reason.to_owned() })
    }
}

impl FieldValue {
    /// What stands for a personal value whose key was destroyed: whose it was, and nothing of it.
    pub(crate) fn forget(&mut self) {
        if let Self::Sealed { data, .. } = self {
            data.clear();
        }
    }

    /// Whether it was a personal value that was forgotten.
    pub fn is_forgotten(&self) -> bool {
        matches!(self, Self::Sealed { data, .. } if data.is_empty())
    }
}
