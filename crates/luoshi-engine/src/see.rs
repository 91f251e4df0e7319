//! Who sees an entry, and who reads its confidential fields in clear.

use luoshi_pack::{Role, Side, Who};

use crate::clock::World;
use crate::entry::Entry;
use crate::event::Actor;
use crate::refusal::{Refusal, refuse};

impl World<'_> {
    /// Whether an actor reads an entry's confidential fields in clear: only who has a step to take on
    /// such entries, or answers for the register as inspector of its issuer. What a post may only look
    /// at it sees masked.
    ///
    /// # Errors
    ///
    /// A refusal: not in the post, or nothing of the entry's units is within the post's sight.
    pub fn reads_clear(&self, entry: &Entry, actor: &Actor) -> Result<bool, Refusal> {
        let post = self.post(actor)?;
        let register = self.register(entry)?;
        let steps = register.flow.steps.iter().flat_map(|step| &step.who).chain(&register.add);
        let inspector = Who { role: Role::Inspector, side: Side::Issuer };
        let takes = steps.chain(std::iter::once(&inspector)).any(|who| self.stands_on(entry, *who, post));
        if takes {
            return Ok(true);
        }
        let day = self.now.date();
        let units = std::iter::once(entry.opening.lead).chain(entry.parts.iter().map(|part| part.unit));
        let sees = units.into_iter().any(|unit| self.org.sees(post.id, unit, day));
        let admin = post.system.is_some();
        (sees || admin).then_some(false).ok_or_else(|| {
            refuse!(NotAllowed, "这一事项不在您的岗位可以查看的范围内，请换一个岗位或联系交办单位")
        })
    }
}
