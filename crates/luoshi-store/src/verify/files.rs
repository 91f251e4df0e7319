//! Attachments: those that are lost, and the entries and plans that name them.

use std::collections::{BTreeMap, BTreeSet};

use luoshi_engine::{EntryNo, FieldValue, Hash, PlanId};

use super::Verifier;
use crate::db::Value;
use crate::error::StoreError;
use crate::fold::{Made, Named, STRIDE};
use crate::kept::AttachmentRow;
use crate::report::{Fault, MOST, Remedy, Report};
use crate::sql;
use crate::store::Store;

/// Files that are not there as they should be, with what is wrong, and whether somebody named them.
#[derive(Default)]
pub(super) struct Lost(BTreeMap<Hash, (String, bool)>);

/// Who names a file: an entry, or the event of a plan with this number.
#[derive(Clone, Copy)]
enum By {
    Entry(EntryNo),
    Event(i64),
}

impl Store {
    /// Asks for every attachment whether it is there.
    pub(super) async fn lost(
        &self,
        report: &mut Report,
        present: impl AsyncFn(&AttachmentRow) -> Option<String>,
    ) -> Result<Lost, StoreError> {
        let mut lost = Lost::default();
        let mut after = None;
        loop {
            let files = self.attachments(after, STRIDE).await?;
            let Some(last) = files.last() else { return Ok(lost) };
            after = Some(last.hash);
            for file in &files {
                report.attachments += 1;
                let Some(what) = present(file).await else { continue };
                if lost.0.len() < MOST {
                    lost.0.insert(file.hash, (what, false));
                } else {
                    // A whole folder that is gone fills no memory.
                    report.untold += 1;
                }
            }
        }
    }
}

impl Verifier {
    /// Looks at the files that entries rest on.
    pub(super) async fn entry_files(&mut self, plan: PlanId, made: &[Made]) -> Result<(), StoreError> {
        let mut files = Vec::new();
        for made in made {
            let by = By::Entry(made.entry.no);
            files.extend(made.entry.evidence.iter().map(|file| (by, Named::from(file))));
            for (key, value) in &made.entry.opening.fields {
                if let FieldValue::File(hash) = value {
                    files.push((by, Named { hash: *hash, name: key.clone(), size: None }));
                }
            }
        }
        self.files(plan, files).await
    }

    /// Looks at the files that events of a plan name: its documents and lists.
    pub(super) async fn plan_files(
        &mut self,
        plan: PlanId,
        files: &[(i64, Named)],
    ) -> Result<(), StoreError> {
        let files = files.iter().map(|(seq, file)| (By::Event(*seq), file.clone()));
        self.files(plan, files.collect()).await
    }

    /// Looks whether files that are named are known, of the size that was named, and there.
    async fn files(&mut self, plan: PlanId, files: Vec<(By, Named)>) -> Result<(), StoreError> {
        let hashes: BTreeSet<Hash> = files.iter().map(|(_, file)| file.hash).collect();
        let keys = hashes.into_iter().map(Value::from).collect();
        let rows = self.tx.find(&self.db, &sql::ATTACHMENTS, keys).await?;
        let known = rows.iter().map(|row| Ok((row.hash(0)?, row.int(1)?)));
        let known = known.collect::<Result<BTreeMap<Hash, i64>, StoreError>>()?;
        for (by, Named { hash, name, size }) in files {
            let told = format!("附件“{name}”（{hash}）");
            match (known.get(&hash), size) {
                (None, _) => self.at_file(plan, by, format!("{told}没有登记")),
                (Some(there), Some(size)) if *there != size => {
                    self.at_file(plan, by, format!("{told}登记为 {there} 字节，应为 {size} 字节"));
                }
                _ => {}
            }
            let lost = self.lost.0.get_mut(&hash);
            if let Some(what) = lost.map(|(what, named)| (what.clone(), *named = true).0) {
                self.at_file(plan, by, format!("{told}：{what}"));
            }
        }
        Ok(())
    }

    fn at_file(&mut self, plan: PlanId, by: By, what: String) {
        let (entry, seq) = match by {
            By::Entry(no) => (Some(no), None),
            By::Event(seq) => (None, Some(seq)),
        };
        self.report.fault(Fault { chain: Some(plan), seq, entry, what, remedy: Remedy::Refile });
    }

    /// Tells what is lost of files that were brought and that nothing names.
    pub(super) fn lost_by_nobody(&mut self) {
        for (hash, (what, named)) in &self.lost.0 {
            if !named {
                let what = format!("附件 {hash}（没有条目用到）：{what}");
                self.report.at_table(what, Remedy::Refile);
            }
        }
    }
}
