//! A certifying unit's list as it comes, a workbook or CSV: rehearsed, then taken in.

use std::collections::BTreeMap;

use luoshi_engine::{Actor, Command, EntryNo, Evidence, Hash, ImportList, Known, PlanId, RefusalKind};

use crate::app::App;
use crate::batch::{Outcome, Request};
use crate::error::AppError;
use crate::ledger::{read_list, refused, register_of};

/// A list that confirms entries of a register.
#[derive(Clone, Debug, Default)]
pub struct CertifyingList {
    /// The plan.
    pub plan: PlanId,
    /// The register.
    pub register: String,
    /// Where it is from; empty for what the register says.
    pub source: String,
    /// The file's name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What would become of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListRehearsal {
    /// Rows that confirm an entry.
    pub matched: Vec<(u32, EntryNo)>,
    /// Rows that match none.
    pub unmatched: Vec<String>,
    /// Rows that stand twice, match several or one that cannot be confirmed.
    pub doubled: Vec<String>,
}

impl App {
    /// Tells what would become of a list, and changes nothing.
    ///
    /// # Errors
    ///
    /// The bytes hold no such list, the register is not certified by lists, or the actor may not.
    pub async fn rehearse_list(
        &self,
        actor: &Actor,
        list: &CertifyingList,
    ) -> Result<ListRehearsal, AppError> {
        self.rehearsed(actor, list).await.map(|(rehearsal, _)| rehearsal)
    }

    /// Takes a list in: entries that it confirms take their step, the rest is told.
    ///
    /// # Errors
    ///
    /// As with [`App::rehearse_list`], or the store fails.
    pub async fn import_list(
        &self,
        key: &str,
        actor: &Actor,
        list: &CertifyingList,
    ) -> Result<(ListRehearsal, Outcome), AppError> {
        let (rehearsal, mut command) = match self.rehearsed(actor, list).await {
            Err(AppError::Refused(refusal)) if self.store().command(key).await?.is_none() => {
                return Err(AppError::Refused(refusal));
            }
            rehearsed => rehearsed?,
        };
        let CertifyingList { plan, register, name, bytes, .. } = list;
        // It names people: in a confidential register it is kept encrypted.
        command.file = self.attach_in(*plan, register, EntryNo(0), name, bytes.clone()).await?;
        let command = Command::Certify(Box::new(command));
        let request = Request { key: key.to_owned(), actor: actor.clone(), plan: Some(*plan), command };
        Ok((rehearsal, self.execute(request).await?))
    }

    async fn rehearsed(
        &self,
        actor: &Actor,
        list: &CertifyingList,
    ) -> Result<(ListRehearsal, ImportList), AppError> {
        let plan = self.plan_of(list.plan).await?;
        let context = self.context();
        let pack = context.pack(&plan)?;
        let register = register_of(pack, &list.register)?;
        let Some(certified) = &register.certified else {
            let sentence = format!("{}不靠名单认定，不能导入认定名单", register.title);
            return Err(refused(RefusalKind::Incomplete, sentence));
        };
        let read = read_list(list.bytes.clone(), &list.name, register, &certified.by).await?;
        let (numbers, rows): (Vec<u32>, Vec<BTreeMap<String, String>>) = read.into_iter().unzip();
        let source = if list.source.trim().is_empty() { &certified.source } else { &list.source };
        let size = i64::try_from(list.bytes.len()).unwrap_or(i64::MAX);
        let import = ImportList {
            register: register.key.clone(),
            source: source.trim().to_owned(),
            file: Evidence { hash: Hash::of(&list.bytes), name: list.name.clone(), size },
            rows,
            numbers,
        };
        let mut work = self.store().begin().await?;
        let entries = work.entries_of(plan.id, &register.key).await?;
        let entries = entries.into_values().map(|entry| (entry.no, entry)).collect();
        let known = Known { plan, entries, ..Known::default() };
        let open = self.shared.sealer.opened(&mut work, known.plan.id, &known).await?;
        work.rollback().await?;
        let entries: Vec<_> = open.entries.into_values().collect();
        let world = context.world(pack, self.now());
        world.certify(&known.plan, &entries, actor, import.clone())?;
        let found = world.match_list(&entries, &import)?;
        let matched = found.entries.into_iter().map(|(no, row)| (import.number(row), no)).collect();
        let rehearsal = ListRehearsal { matched, unmatched: found.unmatched, doubled: found.doubled };
        Ok((rehearsal, import))
    }
}
