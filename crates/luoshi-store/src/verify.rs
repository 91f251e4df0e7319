//! Everything looked at again: chains, tables made of them, rows kept beside them, attachments,
//! witnesses outside.

mod commands;
mod files;
mod materials;
mod rows;
mod sought;
mod timers;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use luoshi_engine::{EntryNo, Event, Head, PlanId, Rows};
use tokio::task::spawn_blocking;

use self::commands::{Commands, Runs};
use self::files::Lost;
use self::timers::Due;
use crate::anchor::Anchor;
use crate::chain::{Break, Stretch, stretch};
use crate::db::{Db, Row, Tx, values};
use crate::error::StoreError;
use crate::filed::{Filed, asked, nil, returned};
use crate::fold::{Entries, Folded, Ground, Made, Maker, STRIDE, Unfolded, chains};
use crate::kept::{AttachmentRow, entry_row_of, head_of};
use crate::report::{Remedy, Report};
use crate::sql;
use crate::store::Store;
use crate::sums::Sums;

impl Store {
    /// Looks at everything as it stands at one moment, while others go on: computes every hash again,
    /// makes all tables again and compares them, looks at what is kept beside the events, asks for every
    /// attachment whether it is there (none, or what is wrong with it), compares the anchors.
    ///
    /// # Errors
    ///
    /// The database fails. What is wrong with the record is no error but a fault in the report.
    pub async fn verify<M: Maker>(
        &self,
        maker: M,
        anchors: &[Anchor],
        present: impl AsyncFn(&AttachmentRow) -> Option<String>,
    ) -> Result<Report, StoreError> {
        let mut report = Report::default();
        // Looking for files may take long and needs no view of one moment. It comes first, so that the
        // record can tell to what a lost file belongs.
        let lost = self.lost(&mut report, present).await?;
        let tx = self.db.snapshot().await?;
        let (sums, commands) = (Sums::default(), Commands::default());
        let mut verifier = Verifier { db: self.db.clone(), tx, report, sums, commands, lost };
        // Beside everything else: of a large database it waits for the disk most of the time.
        let structure = tokio::spawn(structure(self.db.clone()));
        verifier.anchors(anchors).await?;
        verifier.all(maker).await?;
        verifier.tables().await?;
        verifier.lost_by_nobody();
        for what in structure.await.map_err(panicked)?? {
            verifier.report.at_table(what, Remedy::Restore);
        }
        let Verifier { tx, report, .. } = verifier;
        tx.rollback().await?;
        Ok(report)
    }
}

struct Verifier {
    db: Db,
    tx: Tx,
    report: Report,
    sums: Sums,
    commands: Commands,
    lost: Lost,
}

/// What takes in the events of a chain.
enum Taker<M> {
    Organisation(M),
    Plan(Box<Folded>, Arc<M>),
}

impl<M> Taker<M> {
    fn maker(&self) -> &M {
        match self {
            Self::Organisation(maker) => maker,
            Self::Plan(_, maker) => maker,
        }
    }
}

impl Verifier {
    async fn all<M: Maker>(&mut self, maker: M) -> Result<(), StoreError> {
        let chains = chains(&self.db, &mut self.tx).await?;
        self.report.chains = chains.len() as u64;
        let mut heads = BTreeMap::new();
        let (head, after) = self.chain(PlanId::ORGANISATION, Taker::Organisation(maker)).await?;
        heads.insert(PlanId::ORGANISATION, head);
        let Taker::Organisation(maker) = after else { return Ok(()) };
        let maker = Arc::new(maker);
        for plan in chains.iter().copied().filter(|chain| *chain != PlanId::ORGANISATION) {
            let taker = Taker::Plan(Box::default(), Arc::clone(&maker));
            let (head, after) = self.chain(plan, taker).await?;
            heads.insert(plan, head);
            if let Taker::Plan(folded, _) = after {
                self.plan(plan, &folded).await?;
                self.plan_timer(plan, folded.any.then(|| maker.duties_wake(&folded.plan, head.at)).flatten())
                    .await?;
                self.plan_files(plan, &folded.files).await?;
                let entries = Entries::of(plan, folded.entries);
                let ground = Ground { id: plan, plan: folded.plan, last: head.at };
                self.entries(entries, Arc::new(ground), &maker).await?;
            }
        }
        let newest = self.heads(&heads).await?;
        self.meta(newest).await?;
        let chains = chains.into_iter().collect();
        self.strays(&chains).await?;
        self.sought_strays(&chains).await?;
        self.rows(&maker).await?;
        self.commands(&chains, &*maker).await
    }

    /// Reads a chain to its end. While some events are computed the next are read.
    async fn chain<M: Maker>(
        &mut self,
        chain: PlanId,
        mut taker: Taker<M>,
    ) -> Result<(Head, Taker<M>), StoreError> {
        let mut head = Head::default();
        let mut runs = Runs::default();
        let mut next = stretch(&self.db, &mut self.tx, chain, head).await?;
        loop {
            let (more, end) = (next.more(), next.end(head));
            self.report.events += next.events.len() as u64;
            let computed = spawn_blocking(move || taken(&next, head, taker, runs));
            let following =
                if more { Some(stretch(&self.db, &mut self.tx, chain, end).await?) } else { None };
            let breaks;
            (breaks, taker, runs) = computed.await.map_err(panicked)?;
            for found in breaks {
                self.report.at_event(chain, found.seq, found.what);
            }
            head = end;
            match following {
                Some(following) => next = following,
                None => {
                    self.commands.expect(chain, runs.total(taker.maker()));
                    return Ok((head, taker));
                }
            }
        }
    }

    /// Compares a plan and its draft with their lines.
    async fn plan(&mut self, plan: PlanId, folded: &Folded) -> Result<(), StoreError> {
        self.report.plans += 1;
        let rows = self.tx.rows(self.db.text(&sql::PLAN_KEPT, 0), values![plan].into()).await?;
        match rows.first() {
            None if !folded.any => {}
            None => self.report.at_plan(plan, "方案表中没有这个方案"),
            Some(row) => {
                let made = &folded.plan;
                let state = serde_json::to_value(made.state)?;
                let same = row.text(4)? == serde_json::to_string(made)?
                    && Some(row.text(1)?.as_str()) == state.as_str()
                    && row.text(2)? == made.title
                    && row.int(3)? == made.issuer.0;
                if !same {
                    self.report.at_plan(plan, "方案表与事件不符");
                }
            }
        }
        self.sought_plan(plan, folded).await?;
        let rows = self.tx.rows(self.db.text(&sql::DRAFT, 0), values![plan].into()).await?;
        let stored = rows.first().map(|row| row.text(0)).transpose()?;
        let made = serde_json::to_string(&folded.draft)?;
        if stored.map_or(!folded.draft.items.is_empty(), |stored| stored != made) {
            self.report.at_plan(plan, "草稿表与事件不符");
        }
        Ok(())
    }

    /// Makes the entries of a plan again and compares each with its line.
    async fn entries<M: Maker>(
        &mut self,
        mut entries: Entries,
        ground: Arc<Ground>,
        maker: &Arc<M>,
    ) -> Result<(), StoreError> {
        let (plan, mut after) = (ground.id, 0);
        let mut ready: Option<(Vec<Made>, Vec<Unfolded>)> = None;
        loop {
            let next = entries.next(&self.db, &mut self.tx).await?;
            let computing = next.map(|next| {
                let (ground, maker) = (Arc::clone(&ground), Arc::clone(maker));
                spawn_blocking(move || ground.make(next, &*maker))
            });
            // While these are compared, the next are made.
            if let Some((batch, faults)) = ready.take() {
                for fault in faults {
                    self.report.at_event(plan, fault.seq, fault.what);
                }
                let last = batch.last().map_or(after, |made| made.entry.no.0);
                self.compare(plan, (after, last), &batch).await?;
                after = last;
            }
            match computing {
                Some(computing) => ready = Some(computing.await.map_err(panicked)?),
                // Whatever stands in the table after the last entry of all is too much.
                None => return self.compare(plan, (after, i64::MAX), &[]).await,
            }
        }
    }

    /// Compares entries with the lines of a range of numbers.
    async fn compare(&mut self, plan: PlanId, range: (i64, i64), made: &[Made]) -> Result<(), StoreError> {
        let values = values![plan, range.0, range.1].into();
        let rows = self.tx.rows(self.db.text(&sql::ENTRIES_FILED, 0), values).await?;
        let mut stored = BTreeMap::new();
        for row in &rows {
            stored.insert(EntryNo(row.int(1)?), row);
        }
        for Made { entry, rows, filed, .. } in made {
            self.report.entries += 1;
            self.sums.expect((plan, entry.no), filed);
            match stored.remove(&entry.no) {
                None => self.report.at_entry(plan, entry.no, "台账表中没有这一条"),
                Some(row) => {
                    let wrong = differences(row, rows, filed)?;
                    if !wrong.is_empty() {
                        let what = format!("台账表与事件不符：{}", wrong.join("、"));
                        self.report.at_entry(plan, entry.no, what);
                    }
                }
            }
        }
        for no in stored.into_keys() {
            self.report.at_entry(plan, no, "台账表中多出这一条，没有事件与之对应");
        }
        self.sought(plan, range, made).await?;
        self.materials(plan, range, made).await?;
        let due = made.iter().filter_map(|made| Some((made.entry.no, made.wakes?))).collect();
        self.timers(plan, range, Due(due)).await?;
        self.entry_files(plan, made).await?;
        self.subjects(plan, made).await
    }

    /// Compares the ends of chains with the table of heads. Gives the last chain there.
    async fn heads(&mut self, ends: &BTreeMap<PlanId, Head>) -> Result<PlanId, StoreError> {
        let mut after = -1;
        let mut known = BTreeSet::new();
        loop {
            let rows = self.tx.rows(self.db.text(&sql::HEADS_ALL, 0), values![after, STRIDE].into()).await?;
            for row in &rows {
                let (chain, head) = head_of(row)?;
                (after, _) = (chain.0, known.insert(chain));
                let end = ends.get(&chain).copied().unwrap_or_default();
                if head.seq > end.seq {
                    self.report.at_event(chain, end.seq, format!("链尾被截断：应有 {} 条事件", head.seq));
                } else if head != end {
                    self.report.at_event(chain, end.seq, "链尾与登记的不符");
                }
            }
            if rows.is_empty() {
                break;
            }
        }
        for (chain, end) in ends.iter().filter(|(chain, end)| end.seq > 0 && !known.contains(chain)) {
            self.report.at_event(*chain, end.seq, "链尾没有登记");
        }
        Ok(known.last().copied().unwrap_or_default())
    }

    /// Looks for plans and entries in the tables that have no chain.
    async fn strays(&mut self, chains: &BTreeSet<PlanId>) -> Result<(), StoreError> {
        for (statement, what) in [
            (&sql::PLAN_NEXT, "方案表中多出这个方案，没有事件与之对应"),
            (&sql::DRAFT_NEXT, "草稿表中多出这个方案的草稿，没有事件与之对应"),
            (&sql::TIMER_PLAN_NEXT, "定时表中多出这个方案的行，没有事件与之对应"),
            (&sql::MATERIAL_PLAN_NEXT, "材料表中多出这个方案的行，没有事件与之对应"),
            (&sql::ENTRY_PLAN_NEXT, "台账表中多出这个方案的条目，没有事件与之对应"),
        ] {
            let mut after = i64::MIN;
            loop {
                let rows = self.tx.rows(self.db.text(statement, 0), values![after].into()).await?;
                let Some(next) = rows.first().map(|row| row.int(0)).transpose()? else { break };
                if !chains.contains(&PlanId(next)) {
                    self.report.at_plan(PlanId(next), what);
                }
                after = next;
            }
        }
        Ok(())
    }

    /// Compares scope, desk and tally with what entries should have there.
    async fn tables(&mut self) -> Result<(), StoreError> {
        for what in self.sums.compare(&self.db, &mut self.tx).await? {
            self.report.at_table(what, Remedy::Rebuild);
        }
        Ok(())
    }

    /// Compares what was told outside with what stands here.
    async fn anchors(&mut self, anchors: &[Anchor]) -> Result<(), StoreError> {
        let keys = anchors.iter().flat_map(|anchor| values![anchor.chain, anchor.seq]).collect();
        let rows = self.tx.find(&self.db, &sql::EVENT_HASHES, keys).await?;
        let mut found = BTreeMap::new();
        for row in &rows {
            found.insert((PlanId(row.int(0)?), row.int(1)?), row.hash(2)?);
        }
        for anchor in anchors.iter().filter(|anchor| anchor.seq > 0) {
            self.report.anchors += 1;
            let day = anchor.at.date();
            match found.get(&(anchor.chain, anchor.seq)) {
                Some(hash) if *hash == anchor.hash => {}
                Some(_) => {
                    let what = format!("与 {day} 的锚点不符：此前的记录被整体改写过");
                    self.report.at_event(anchor.chain, anchor.seq, what);
                }
                None => {
                    let what = format!("{day} 的锚点所证的事件已不存在：链尾被截断");
                    self.report.at_event(anchor.chain, anchor.seq, what);
                }
            }
        }
        Ok(())
    }
}

/// Computes the hashes of a stretch and takes its events in.
fn taken<M: Maker>(
    stretch: &Stretch,
    before: Head,
    mut taker: Taker<M>,
    mut runs: Runs,
) -> (Vec<Break>, Taker<M>, Runs) {
    let mut breaks = stretch.breaks(before);
    for event in &stretch.events {
        runs.take(event, taker.maker());
        let wrong = match &mut taker {
            Taker::Organisation(maker) => match event.event() {
                Ok(Event::Org(decoded)) => {
                    maker.organisation(&decoded);
                    None
                }
                Ok(_) => Some(String::from("事件不属于组织机构")),
                Err(error) => Some(format!("事件内容无法识别（{error}）")),
            },
            Taker::Plan(folded, _) => folded.apply(event),
        };
        breaks.extend(wrong.map(|what| Break { seq: event.seq, what }));
    }
    (breaks, taker, runs)
}

/// Has SQLite look at its own file, and tells what is damaged: pages that nothing else reads are damaged
/// as easily as others, and where a row and an index of it differ, each reader sees but one of them.
async fn structure(db: Db) -> Result<Vec<String>, StoreError> {
    if db.postgres() {
        return Ok(Vec::new());
    }
    let told = db.rows("PRAGMA integrity_check(20)".into(), Vec::new()).await?;
    let told: Vec<String> = told.iter().map(|row| row.text(0)).collect::<Result<_, _>>()?;
    let told = told.into_iter().filter(|told| told != "ok");
    Ok(told.map(|told| format!("数据库文件结构有损坏（{told}）")).collect())
}

/// The columns in which a line differs from what it should be, in Chinese.
fn differences(row: &Row, rows: &Rows, filed: &Filed) -> Result<Vec<&'static str>, StoreError> {
    let (stored, made) = (entry_row_of(row)?, &rows.entry);
    let columns = [
        (stored.body == made.body, "内容"),
        (stored.register == made.register, "台账"),
        (stored.number == made.number, "编号"),
        (stored.title == made.title, "标题"),
        (stored.lead == made.lead, "承办单位"),
        (stored.state == made.state && stored.phase == made.phase, "状态"),
        (stored.due == made.due, "时限"),
        (stored.light == made.light, "亮灯"),
        (stored.duty == made.duty && stored.period == made.period, "报送期次"),
        (stored.on_time == made.on_time && (row.int(15)? == 1) == nil(rows)?, "报送情况"),
        (stored.unique == made.unique, "唯一字段"),
        (row.text(16)? == serde_json::to_string(filed)?, "归属"),
        (row.int(17)? == returned(rows)?, "退回次数"),
        ((row.int(18)?, row.int(19)?) == asked(rows), "由谁要求"),
    ];
    Ok(columns.into_iter().filter(|(same, _)| !same).map(|(_, name)| name).collect())
}

/// A task of computing cannot fail but by a fault of the program.
fn panicked(error: tokio::task::JoinError) -> StoreError {
    StoreError::Damaged(format!("核对时程序出错（{error}）"))
}
