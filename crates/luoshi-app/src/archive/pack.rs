//! An archive is written: page by page, file by file, never all of it in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Seek, Write};
use std::sync::Arc;

use luoshi_engine::{
    Actor, Command, Entry, EntryEvent, EntryNo, Event, Evidence, Hash, Head, Moment, Plan, PlanEvent, PlanId,
    Recorded, RefusalKind,
};
use luoshi_pack::{Register, Role};
use luoshi_report::{Cell, Report};
use luoshi_store::attachment::AttachmentError;
use luoshi_store::{Anchor, Filter, Page, StoreError};
use sm3::{Digest, Sm3};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::files::{Named, named, safe_name};
use super::words::about;
use super::{ABOUT, ANCHOR, EVENTS, FORMAT, MANIFEST, Stamp};
use crate::app::App;
use crate::batch::Request;
use crate::error::AppError;
use crate::ledger::{Opened, PAGE, Sheet, Shown, refused, register_of, written};

/// How many rows one volume of a register holds: a spreadsheet is put together in memory.
pub(super) const VOLUME: usize = 20_000;

/// How many bytes are written before others get a turn.
const PIECE: usize = 1 << 20;

/// What was archived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archived {
    /// Where the chain stands in it: worth keeping elsewhere too.
    pub anchor: Anchor,
    /// How many entries it tells of.
    pub entries: i64,
    /// How many files it holds.
    pub files: usize,
    /// Files that events name and that were not to be had.
    pub missing: Vec<Hash>,
}

/// An archive that the chain has noted and that is to be written.
#[derive(Debug)]
pub struct Begun {
    plan: Plan,
    /// The last event in it.
    until: i64,
}

/// What reading the events told.
#[derive(Default)]
struct Told {
    head: Head,
    entries: i64,
    versions: Vec<(Evidence, Hash)>,
    attachments: BTreeMap<Hash, String>,
    /// Registers with personal fields, by key.
    personal: BTreeSet<String>,
    /// Entries of such registers.
    of_persons: BTreeSet<EntryNo>,
    /// Files that go with them: a list of names or a certificate shows in clear what is sealed.
    withheld: BTreeSet<Hash>,
}

impl App {
    /// Writes a plan as an archive. The chain notes it first, so that the archive ends with its own
    /// making; personal fields stay sealed in events and masked in tables.
    ///
    /// # Errors
    ///
    /// It is not for this actor, the store fails, or the archive cannot be written: then what was written
    /// so far is no archive.
    pub async fn archive<W: Write + Seek + Send>(
        &self,
        key: &str,
        actor: &Actor,
        plan: PlanId,
        out: W,
    ) -> Result<Archived, AppError> {
        let begun = self.begin_archive(key, actor, plan).await?;
        self.write_archive(&begun, out).await
    }

    /// Notes in the chain that a plan is archived, for whoever writes it afterwards: a large one takes longer
    /// than a request may.
    ///
    /// # Errors
    ///
    /// It is not for this actor, or the store fails.
    pub async fn begin_archive(&self, key: &str, actor: &Actor, plan: PlanId) -> Result<Begun, AppError> {
        let plan = self.plan_of(plan).await?;
        self.may_archive(&plan, actor)?;
        // Without the time in it: the same key again is the same command again.
        let anchored = Command::Anchor { into: format!("归档包《{}》", plan.title) };
        let request =
            Request { key: key.to_owned(), actor: actor.clone(), plan: Some(plan.id), command: anchored };
        let until = self.execute(request).await?.last;
        Ok(Begun { plan, until })
    }

    /// Writes an archive that was begun.
    ///
    /// # Errors
    ///
    /// The store fails, or the archive cannot be written: then what was written so far is no archive.
    pub async fn write_archive<W: Write + Seek + Send>(
        &self,
        begun: &Begun,
        out: W,
    ) -> Result<Archived, AppError> {
        let (plan, until) = (&begun.plan, begun.until);
        let at = self.now();
        let mut packing = Packing::new(out, at);
        let mut told = Told { personal: self.personal_registers(plan)?, ..Told::default() };
        self.pack_events(&mut packing, plan.id, until, &mut told).await?;
        let mut missing = Vec::new();
        self.pack_versions(&mut packing, &mut told, &mut missing).await?;
        told.attachments.retain(|hash, _| !told.withheld.contains(hash));
        let attachments = told.attachments.len();
        for (hash, name) in std::mem::take(&mut told.attachments) {
            let name = format!("附件/{hash}-{}", safe_name(&name));
            self.pack_file(&mut packing, &name, hash, &mut missing).await?;
        }
        let volumes = self.pack_registers(&mut packing, plan, until).await?;
        self.pack_story(&mut packing, plan, until).await?;
        let anchor = Anchor { chain: plan.id, seq: told.head.seq, hash: told.head.hash, at };
        let stamp = Stamp {
            anchor,
            format: FORMAT,
            title: plan.title.clone(),
            number: plan.number.clone(),
            events: told.head.seq,
            entries: told.entries,
            attachments,
            missing: missing.iter().copied().chain(told.withheld.iter().copied()).collect(),
        };
        packing.whole(ABOUT, about(plan, &stamp, &volumes).as_bytes()).map_err(StoreError::from)?;
        let line = serde_json::to_string(&stamp).map_err(StoreError::from)? + "\n";
        packing.whole(ANCHOR, line.as_bytes()).map_err(StoreError::from)?;
        let files = packing.finish().map_err(StoreError::from)?;
        Ok(Archived { anchor, entries: told.entries, files, missing })
    }

    /// Inspectors and leaders of the issuer archive, and administrators of the system.
    fn may_archive(&self, plan: &Plan, actor: &Actor) -> Result<(), AppError> {
        let context = self.context();
        let post = context.org.hand(actor.person, actor.post, self.now().date());
        let may = post.is_some_and(|post| {
            let roles = [Role::Inspector, Role::Leader];
            let issuer = post.unit == plan.issuer && roles.iter().any(|role| post.roles.contains(role));
            issuer || post.system.is_some()
        });
        let sentence = "归档包由制定方案单位的督查员、领导或系统管理员导出，您所在的岗位不能导出";
        if may { Ok(()) } else { Err(refused(RefusalKind::NotAllowed, sentence)) }
    }

    /// The events of the chain up to one of them, and what they tell of.
    async fn pack_events<W: Write + Seek + Send>(
        &self,
        packing: &mut Packing<W>,
        plan: PlanId,
        until: i64,
        told: &mut Told,
    ) -> Result<(), AppError> {
        packing.start(EVENTS, true).map_err(StoreError::from)?;
        while told.head.seq < until {
            let page = self.store().events_page(plan, told.head.seq, PAGE).await?;
            if page.is_empty() {
                let cause = format!("办理记录只到第{}条，应有{until}条", told.head.seq);
                return Err(AppError::Store(StoreError::Damaged(cause)));
            }
            for recorded in page.iter().take_while(|recorded| recorded.seq <= until) {
                packing.write(line_of(recorded).as_bytes()).map_err(StoreError::from)?;
                told.take(&recorded.event().map_err(StoreError::from)?);
                told.head = recorded.head();
            }
            tokio::task::yield_now().await;
        }
        packing.end();
        Ok(())
    }

    /// The registers of a plan that hold personal fields.
    fn personal_registers(&self, plan: &Plan) -> Result<BTreeSet<String>, AppError> {
        let context = self.context();
        let registers = context.pack(plan)?.registers.iter();
        let personal = |register: &&Register| {
            register.confidential || register.fields.iter().any(|field| field.confidential)
        };
        Ok(registers.filter(personal).map(|register| register.key.clone()).collect())
    }

    /// The plan's own files, version by version.
    async fn pack_versions<W: Write + Seek + Send>(
        &self,
        packing: &mut Packing<W>,
        told: &mut Told,
        missing: &mut Vec<Hash>,
    ) -> Result<(), AppError> {
        for (version, (source, text)) in (1..).zip(std::mem::take(&mut told.versions)) {
            let name = format!("方案/第{version}版-{}", safe_name(&source.name));
            self.pack_file(packing, &name, source.hash, missing).await?;
            let name = format!("方案/第{version}版（正文）.txt");
            self.pack_file(packing, &name, text, missing).await?;
        }
        Ok(())
    }

    /// One file that is kept. Where it is not to be had the archive goes on and says so: what is left is
    /// worth more than nothing.
    async fn pack_file<W: Write + Seek + Send>(
        &self,
        packing: &mut Packing<W>,
        name: &str,
        hash: Hash,
        missing: &mut Vec<Hash>,
    ) -> Result<(), AppError> {
        let bytes = match self.shared.attachments.get(hash).await {
            Ok(bytes) => bytes,
            Err(AttachmentError::Missing(_) | AttachmentError::Damaged(_)) => {
                missing.push(hash);
                return Ok(());
            }
            Err(other) => return Err(AppError::Attachment(other)),
        };
        // Photographs and documents are packed already.
        packing.start(name, false).map_err(StoreError::from)?;
        for piece in bytes.chunks(PIECE) {
            packing.write(piece).map_err(StoreError::from)?;
            tokio::task::yield_now().await;
        }
        packing.end();
        Ok(())
    }

    /// The registers as they were at the event that the archive ends with, in volumes.
    async fn pack_registers<W: Write + Seek + Send>(
        &self,
        packing: &mut Packing<W>,
        plan: &Plan,
        until: i64,
    ) -> Result<Vec<(String, usize)>, AppError> {
        let mut volumes = Vec::new();
        for key in plan.numbered.keys() {
            self.pack_register(packing, plan, key, until, &mut volumes).await?;
        }
        Ok(volumes)
    }

    async fn pack_register<W: Write + Seek + Send>(
        &self,
        packing: &mut Packing<W>,
        plan: &Plan,
        key: &str,
        until: i64,
        volumes: &mut Vec<(String, usize)>,
    ) -> Result<(), AppError> {
        let context = self.context();
        let pack = context.pack(plan)?;
        let none = Opened::new();
        let shown = Shown { org: &context.org, pack, register: register_of(pack, key)?, opened: &none };
        let filter = Filter { register: Some(key.to_owned()), ..Filter::default() };
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        let (mut count, mut volume) = (0, 1);
        for number in 1.. {
            let page = self.store().find_entries(plan.id, &filter, Page::number(number, PAGE)).await?;
            for row in &page {
                let entry: Entry = serde_json::from_str(&row.body).map_err(StoreError::from)?;
                if let Some(entry) = self.as_of(entry, until).await? {
                    count += 1;
                    rows.push(shown.row(count, &entry));
                }
            }
            let last = page.len() < usize::try_from(PAGE).unwrap_or(0);
            if rows.len() >= VOLUME || (last && !rows.is_empty()) {
                let name = volume_name(shown.register, volume);
                volumes.push((name.clone(), rows.len()));
                volume += 1;
                let report = shown.report(plan, self.now(), std::mem::take(&mut rows));
                self.pack_volume(packing, &format!("台账/{name}"), report).await?;
            }
            if last {
                return Ok(());
            }
        }
        Ok(())
    }

    /// One volume of a table, for people and for programs; its name without the ending.
    pub(super) async fn pack_volume<W: Write + Seek + Send>(
        &self,
        packing: &mut Packing<W>,
        name: &str,
        report: Report,
    ) -> Result<(), AppError> {
        let report = Arc::new(report);
        for (sheet, ending) in [(Sheet::Xlsx, "xlsx"), (Sheet::Csv, "csv")] {
            let bytes = written(Arc::clone(&report), sheet, self.now()).await?;
            packing.whole(&format!("{name}.{ending}"), &bytes).map_err(StoreError::from)?;
        }
        Ok(())
    }

    /// An entry as it was at an event, where more happened to it since; none where it came later.
    async fn as_of(&self, entry: Entry, until: i64) -> Result<Option<Entry>, AppError> {
        if entry.seq <= until {
            return Ok(Some(entry));
        }
        let (plan, no): (PlanId, EntryNo) = (entry.plan, entry.no);
        let mut made: Option<Entry> = None;
        for recorded in self.store().events_of(plan, no, None).await? {
            if recorded.seq > until {
                break;
            }
            let Event::Entry(_, event) = recorded.event().map_err(StoreError::from)? else { continue };
            match &mut made {
                None => made = Entry::open(plan, no, recorded.at, recorded.seq, &event),
                Some(made) => made.apply(recorded.actor.person, recorded.at, recorded.seq, &event),
            }
        }
        Ok(made)
    }
}

/// `隐患台账`, `隐患台账（第2册）`; the key stands by for two registers of one title.
fn volume_name(register: &Register, volume: usize) -> String {
    let title = format!("{}-{}", safe_name(&register.title), safe_name(&register.key));
    if volume == 1 { title } else { format!("{title}（第{volume}册）") }
}

/// The canonical line of an event with its hash at the end.
fn line_of(recorded: &Recorded) -> String {
    let mut line = recorded.line();
    line.pop();
    line.push_str(&format!(",\"hash\":\"{}\"}}\n", recorded.hash));
    line
}

impl Told {
    fn take(&mut self, event: &Event) {
        self.entries += i64::from(matches!(event, Event::Entry(_, EntryEvent::Opened(_))));
        let personal = match event {
            Event::Entry(no, EntryEvent::Opened(opening)) if self.personal.contains(&opening.register) => {
                self.of_persons.insert(*no)
            }
            Event::Entry(no, _) => self.of_persons.contains(no),
            Event::Plan(PlanEvent::ListImported { register, .. }) => self.personal.contains(register),
            Event::Plan(_) | Event::Org(_) => false,
        };
        for file in named(event) {
            if personal {
                self.withheld.extend(file.hashes());
                continue;
            }
            match file {
                Named::Plan { source, text } => self.versions.push((source, text)),
                Named::Evidence(file) => {
                    self.attachments.insert(file.hash, file.name);
                }
                Named::Field(hash) => {
                    self.attachments.entry(hash).or_insert_with(|| String::from("表内附件"));
                }
            }
        }
    }
}

/// A ZIP that is being written, with the hash of every file.
pub(super) struct Packing<W: Write + Seek> {
    zip: ZipWriter<W>,
    stamp: DateTime,
    manifest: Vec<(String, Hash)>,
    open: Option<(String, Sm3)>,
}

impl<W: Write + Seek> Packing<W> {
    fn new(out: W, at: Moment) -> Self {
        let at = at.civil();
        let small = |number: i8| u8::try_from(number).unwrap_or(0);
        let stamp = DateTime::from_date_and_time(
            u16::try_from(at.year()).unwrap_or(1980),
            small(at.month()),
            small(at.day()),
            small(at.hour()),
            small(at.minute()),
            small(at.second()),
        );
        // A clock before 1980 or after 2107 cannot be told in a ZIP.
        let stamp = stamp.unwrap_or_default();
        Self { zip: ZipWriter::new(out), stamp, manifest: Vec::new(), open: None }
    }

    fn start(&mut self, name: &str, deflate: bool) -> io::Result<()> {
        let method = if deflate { CompressionMethod::Deflated } else { CompressionMethod::Stored };
        // How long the events are is known at their end only, and they may pass 4 GB.
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(self.stamp)
            .large_file(name == EVENTS);
        self.zip.start_file(name, options)?;
        self.open = Some((name.to_owned(), Sm3::new()));
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some((_, hash)) = &mut self.open {
            hash.update(bytes);
        }
        self.zip.write_all(bytes)
    }

    fn end(&mut self) {
        self.manifest.extend(self.open.take().map(|(name, hash)| (name, Hash(hash.finalize().into()))));
    }

    fn whole(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.start(name, true)?;
        self.write(bytes)?;
        self.end();
        Ok(())
    }

    /// Writes the list of hashes and the directory; tells how many files there are.
    fn finish(mut self) -> io::Result<usize> {
        let manifest = std::mem::take(&mut self.manifest);
        let lines: String = manifest.iter().map(|(name, hash)| format!("{hash}  {name}\n")).collect();
        self.whole(MANIFEST, lines.as_bytes())?;
        let mut out = self.zip.finish()?;
        out.flush()?;
        Ok(manifest.len() + 1)
    }
}
