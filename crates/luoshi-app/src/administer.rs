//! What administrators look after: each sees only what is theirs. Changes are decided by the engine.

use luoshi_engine::{Delegation, PostId, Refusal, RefusalKind, SystemRole};
use luoshi_pack::PackFile;
use luoshi_read::{Limits, ReadError};

use crate::app::App;
use crate::directory::{Rehearsal, rehearse};
use crate::error::AppError;
use crate::reader::Reader;

impl Reader {
    /// The role that the reader's post has in the system.
    pub fn system_role(&self) -> Option<SystemRole> {
        self.post.system
    }

    /// Whether the reader acts as an administrator of a kind.
    ///
    /// # Errors
    ///
    /// They do not: the page is not theirs.
    pub fn must_be(&self, role: SystemRole) -> Result<(), Refusal> {
        self.must_be_one_of(&[role])
    }

    /// Whether the reader acts as an administrator of one of these kinds.
    ///
    /// # Errors
    ///
    /// They do not: the page is not theirs.
    pub fn must_be_one_of(&self, roles: &[SystemRole]) -> Result<(), Refusal> {
        if self.post.system.is_some_and(|role| roles.contains(&role)) {
            return Ok(());
        }
        let titles: Vec<&str> = roles.iter().map(|role| role.title()).collect();
        let sentence = format!("这一页由{}使用，您现在的岗位不能打开；需要办理请与其联系", titles.join("、"));
        Err(Refusal::new(RefusalKind::NotAllowed, sentence))
    }

    /// Who stands in for whom now or later: all of it for the security administrator, for others what
    /// concerns themselves.
    pub fn delegations(&self) -> impl Iterator<Item = &Delegation> {
        let (org, today, me) = (&self.context.org, self.now.date(), self.actor.person);
        let security = self.system_role() == Some(SystemRole::SecurityAdmin);
        let holds = move |post: PostId| org.posts.get(&post).is_some_and(|post| post.person == me);
        org.delegations.iter().filter(move |d| d.until >= today && (security || d.to == me || holds(d.post)))
    }
}

impl App {
    /// What reading in a list of units and people would do; nothing is carried out.
    ///
    /// # Errors
    ///
    /// The bytes are no document, or cost more than the limits allow.
    pub async fn rehearse_directory(&self, name: &str, bytes: Vec<u8>) -> Result<Rehearsal, AppError> {
        let (context, now, name) = (self.context(), self.now(), name.to_owned());
        let rehearsed = tokio::task::spawn_blocking(move || {
            rehearse(&context.org, &bytes, Some(&name), now, &Limits::default())
        });
        let rehearsed: Result<Rehearsal, ReadError> = rehearsed.await.map_err(|_| AppError::Closing)?;
        Ok(rehearsed?)
    }

    /// A pack's text with all that is found in it beside the packs that there are.
    ///
    /// # Errors
    ///
    /// The program is going down.
    pub async fn examine_pack(&self, text: &str) -> Result<Option<PackFile>, AppError> {
        let (context, text) = (self.context(), text.to_owned());
        let examined = tokio::task::spawn_blocking(move || {
            let library = context.library_with([(String::from("new"), 0, text)]);
            library.files().last().cloned()
        });
        examined.await.map_err(|_| AppError::Closing)
    }
}
