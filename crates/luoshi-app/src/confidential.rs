//! What only some may read: fields and files of confidential registers, opened for those who may once
//! the reading is noted, and masked for everybody else.

use std::sync::Arc;

use luoshi_engine::{
    Actor, Entry, EntryNo, Evidence, FieldValue, Hash, OrgCommand, PlanId, Refusal, RefusalKind,
};
use luoshi_pack::Register;
use luoshi_store::attachment::{AttachmentError, Kind};
use luoshi_store::{Filter, Page, StoreError};

use crate::app::App;
use crate::error::AppError;
use crate::ledger::{Opened, PAGE, refused, register_of};
use crate::seal::{forgotten, is_sealed, is_sealed_for};

/// What stands for the name of a sealed file in the record: the name itself may tell who it is about.
const NAMELESS: &str = "保密材料.txt";

/// The largest file that is sealed: it grows by a third, and must stay within what is kept.
const MOST_BYTES: usize = 36 << 20;

/// An entry as one reader sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadEntry {
    /// The entry; fields that the reader may not see are sealed.
    pub entry: Entry,
    /// The confidential fields that were opened; the reading is noted.
    pub opened: Vec<String>,
}

impl App {
    /// An entry with its confidential fields in clear for those who may read them, which the
    /// organisation's chain notes first, and masked for others.
    ///
    /// # Errors
    ///
    /// There is no such entry, it is out of the reader's sight, or what for was not said.
    pub async fn read_entry(
        &self,
        actor: &Actor,
        plan: PlanId,
        no: EntryNo,
        purpose: &str,
    ) -> Result<ReadEntry, AppError> {
        let mut entry = self.entry_of(plan, no).await?;
        let sealed = sealed_fields(&entry);
        if !self.reads_clear(actor, &entry).await? || sealed.is_empty() {
            return Ok(ReadEntry { entry, opened: Vec::new() });
        }
        let note = reading(&entry, sealed.clone(), purpose);
        self.note("", actor, &[note]).await?;
        let fields = &mut entry.opening.fields;
        let opened = self.shared.sealer.open(self.store(), plan, no, fields).await?;
        let opened = if opened == 0 { Vec::new() } else { sealed };
        Ok(ReadEntry { entry, opened })
    }

    /// The confidential fields of a register that a reader may see in clear, for an export or to hold
    /// an import against; every entry that is opened is noted.
    ///
    /// # Errors
    ///
    /// As with [`App::read_entry`].
    pub async fn open_register(
        &self,
        actor: &Actor,
        plan: PlanId,
        register: &str,
        purpose: &str,
    ) -> Result<Opened, AppError> {
        let mut entries = Vec::new();
        let filter = Filter { register: Some(register.to_owned()), ..Filter::default() };
        for number in 1.. {
            let page = self.store().find_entries(plan, &filter, Page::number(number, PAGE)).await?;
            for row in &page {
                let entry: Entry = serde_json::from_str(&row.body).map_err(StoreError::from)?;
                // What is out of sight or sight alone stays masked.
                if !sealed_fields(&entry).is_empty() && self.reads_clear(actor, &entry).await.unwrap_or(false)
                {
                    entries.push(entry);
                }
            }
            if page.len() < usize::try_from(PAGE).unwrap_or(0) {
                break;
            }
        }
        let notes: Vec<OrgCommand> =
            entries.iter().map(|entry| reading(entry, sealed_fields(entry), purpose)).collect();
        if notes.is_empty() {
            return Ok(Opened::new());
        }
        self.note("", actor, &notes).await?;
        let mut opened = Opened::new();
        for entry in entries {
            let sealed = sealed_fields(&entry);
            let mut fields = entry.opening.fields;
            if self.shared.sealer.open(self.store(), plan, entry.no, &mut fields).await? > 0 {
                fields.retain(|key, _| sealed.contains(key));
                opened.insert(entry.no, fields);
            }
        }
        Ok(opened)
    }

    /// Keeps a file that goes with an entry. In a confidential register it is encrypted with the key of
    /// whoever the entry is about, its name too, so that disk, backup and archive hold nothing in clear.
    ///
    /// # Errors
    ///
    /// There is no such entry, the file is refused, or there are no master keys.
    pub async fn attach_to(
        &self,
        plan: PlanId,
        no: EntryNo,
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<Evidence, AppError> {
        let entry = self.entry_of(plan, no).await?;
        if entry.forgotten.is_some() {
            return Err(forgotten());
        }
        self.attach_in(plan, &entry.opening.register, no, name, bytes).await
    }

    /// Keeps a file of a register; number 0 for one that belongs to the register as a whole.
    pub(crate) async fn attach_in(
        &self,
        plan: PlanId,
        register: &str,
        no: EntryNo,
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<Evidence, AppError> {
        let found = self.plan_of(plan).await?;
        if !register_of(self.context().pack(&found)?, register)?.confidential {
            return self.attach(name, bytes).await;
        }
        if bytes.len() > MOST_BYTES {
            let sentence = "含个人信息的材料加密存放，单个文件不超过36MB，请压缩或分成几个文件";
            return Err(refused(RefusalKind::Incomplete, sentence));
        }
        // Looked at before it is hidden: what is refused in clear is refused here.
        let looked = tokio::task::spawn_blocking(move || Kind::tell(&bytes).map(|_| bytes));
        let looked = looked.await.map_err(|_| AppError::Closing)?;
        let bytes = looked.map_err(AttachmentError::Refused)?;
        let sealed = self.shared.sealer.seal_file(self.store(), (plan, no), name, bytes).await?;
        self.attach(NAMELESS, sealed).await
    }

    /// A file that was sent before it is named as material of an entry. Of a confidential register it must
    /// have been sent for this very entry: then it is kept encrypted.
    ///
    /// # Errors
    ///
    /// It was not sent, or not for this entry.
    pub async fn sent_before(
        &self,
        plan: PlanId,
        no: EntryNo,
        hash: Hash,
        name: &str,
    ) -> Result<Evidence, AppError> {
        let lost = || refused(RefusalKind::Incomplete, format!("“{name}”还没有上传，请先上传再提交"));
        let row = self.store().attachment(hash).await?.ok_or_else(lost)?;
        let (found, register) = (self.plan_of(plan).await?, self.entry_of(plan, no).await?.opening.register);
        if !register_of(self.context().pack(&found)?, &register)?.confidential {
            return Ok(Evidence { hash, name: name.to_owned(), size: row.size });
        }
        if !is_sealed_for(&self.attachment(hash).await?, (plan, no)) {
            let sentence = format!("“{name}”含个人信息，上传时须写明所属的方案和事项；请这样重新上传再提交");
            return Err(refused(RefusalKind::Incomplete, sentence));
        }
        Ok(Evidence { hash, name: NAMELESS.to_owned(), size: row.size })
    }

    /// A file that was sent before it is named in a field of an entry that is added.
    ///
    /// # Errors
    ///
    /// It was not sent, or the register is confidential: its files are sealed with the key of an entry that is
    /// there.
    pub async fn sent_for_new(&self, register: &Register, hash: Hash, title: &str) -> Result<Hash, AppError> {
        if register.confidential {
            let sentence = format!("“{title}”含个人信息，请先登记，再在办理时上传");
            return Err(refused(RefusalKind::Incomplete, sentence));
        }
        let lost = || refused(RefusalKind::Incomplete, format!("“{title}”还没有上传，请先上传再提交"));
        self.store().attachment(hash).await?.map(|row| row.hash).ok_or_else(lost)
    }

    /// A file that goes with an entry: its name and bytes. A sealed one is opened for those who may read
    /// the entry in clear, and the reading is noted.
    ///
    /// # Errors
    ///
    /// It does not belong to the entry, is not for this reader, or its key was destroyed.
    pub async fn evidence(
        &self,
        actor: &Actor,
        plan: PlanId,
        no: EntryNo,
        hash: Hash,
        purpose: &str,
    ) -> Result<(String, Vec<u8>), AppError> {
        let entry = self.entry_of(plan, no).await?;
        let clear = self.reads_clear(actor, &entry).await?;
        let found = self.plan_of(plan).await?;
        let confidential = register_of(self.context().pack(&found)?, &entry.opening.register)?.confidential;
        let known = entry.evidence.iter().find(|file| file.hash == hash).map(|file| file.name.clone());
        let in_field = || {
            let field = entry.opening.fields.values().any(|value| *value == FieldValue::File(hash));
            field.then(|| String::from("表内附件"))
        };
        let name = known
            .or_else(in_field)
            .ok_or_else(|| refused(RefusalKind::NotFound, "这一事项没有这份材料，请从事项页面重新打开"))?;
        let bytes = self.attachment(hash).await?;
        let sealed = is_sealed(&bytes);
        if !confidential && !sealed {
            return Ok((name, bytes));
        }
        if !clear {
            return Err(refused(RefusalKind::NotAllowed, "这份材料含个人信息，只供办理这一事项的人员查看"));
        }
        self.note("", actor, &[reading(&entry, vec![String::from("佐证材料")], purpose)]).await?;
        if !sealed {
            return Ok((name, bytes));
        }
        // A list belongs to its register as a whole.
        let bytes: Arc<[u8]> = bytes.into();
        let own = self.shared.sealer.open_file(self.store(), (plan, no), Arc::clone(&bytes)).await;
        let opened = match own {
            Err(AppError::Vault(_)) => {
                self.shared.sealer.open_file(self.store(), (plan, EntryNo(0)), bytes).await?
            }
            own => own?,
        };
        opened.ok_or_else(|| refused(RefusalKind::NotFound, "这份材料含个人信息，已依法删除，不能再查看"))
    }

    /// Starts using another master key and wraps every key of a data subject with it. Tells its number
    /// and how many keys were wrapped anew.
    ///
    /// # Errors
    ///
    /// There are no master keys, another rotation is under way, or the store fails: then those that were
    /// not reached stay under the old key, which still opens them, and the next rotation takes them along.
    pub async fn rotate_key(&self) -> Result<(u32, usize), AppError> {
        self.shared.sealer.rotate(self.store()).await
    }

    /// Takes an older master key out of its file, so that copies of the data from before the last change of
    /// keys open with nothing that is still in use: only then is what was forgotten gone from them too.
    ///
    /// # Errors
    ///
    /// It is the present one, is not in the file, or a key of a data subject still needs it.
    pub async fn retire_key(&self, master: u32) -> Result<(), AppError> {
        self.shared.sealer.retire(self.store(), master).await
    }

    async fn reads_clear(&self, actor: &Actor, entry: &Entry) -> Result<bool, AppError> {
        let plan = self.plan_of(entry.plan).await?;
        let context = self.context();
        let world = context.world(context.pack(&plan)?, self.now());
        Ok(world.reads_clear(entry, actor)?)
    }

    /// An entry that must be there.
    pub(crate) async fn entry_of(&self, plan: PlanId, no: EntryNo) -> Result<Entry, AppError> {
        self.store().entry(plan, no).await?.ok_or_else(|| {
            AppError::Refused(Refusal::new(
                RefusalKind::NotFound,
                format!("方案没有第{no}号条目，请刷新后重试"),
            ))
        })
    }
}

fn reading(entry: &Entry, fields: Vec<String>, purpose: &str) -> OrgCommand {
    OrgCommand::NoteReading { plan: entry.plan, entry: entry.no, fields, purpose: purpose.to_owned() }
}

/// The fields of an entry that are sealed and can be opened.
fn sealed_fields(entry: &Entry) -> Vec<String> {
    let fields = entry.opening.fields.iter();
    let sealed =
        fields.filter(|(_, value)| matches!(value, FieldValue::Sealed { .. }) && !value.is_forgotten());
    sealed.map(|(key, _)| key.clone()).collect()
}
