//! Changes to the organisation: decided together, kept by one transaction, and the entries of units
//! that moved filed anew.

use std::collections::BTreeSet;
use std::sync::Arc;

use luoshi_engine::{
    Actor, EntryNo, Event, Hash, OrgCommand, OrgEvent, Organisation, PersonId, PlanId, Recorded, Refusal,
    RefusalKind, UnitId, canonical, decide_org,
};
use luoshi_store::{AccountRow, CommandRow, Page, Secrets, Store, StoreError, TokenRow, Work};

use crate::app::{App, Trial};
use crate::context::Context;
use crate::error::AppError;

/// How many entries are filed anew at a time.
const PAGE: i64 = 1000;

/// A change of an account's secrets; a refusal undoes the command as well.
type Change = Box<dyn Fn(&mut Secrets) -> Result<(), Refusal> + Send + Sync>;

/// What is kept beside the events in the same transaction: secrets, sessions and tokens of accounts.
pub(crate) enum Also {
    /// Changes secrets.
    Change {
        /// Whose.
        person: PersonId,
        /// How.
        change: Change,
        /// How, where the command was carried out before.
        again: Option<Change>,
    },
    /// Ends sessions.
    EndSessions {
        /// Whose.
        person: PersonId,
        /// All but this one.
        but: Option<Hash>,
    },
    /// Ends one session.
    EndSession(Hash),
    /// Takes all tokens of a person back.
    DropTokens(PersonId),
    /// Adds a token.
    AddToken(TokenRow),
    /// Takes a token back.
    DropToken(Hash),
}

impl Also {
    /// A change that is made once.
    pub(crate) fn change(
        person: PersonId,
        change: impl Fn(&mut Secrets) -> Result<(), Refusal> + Send + Sync + 'static,
    ) -> Self {
        Self::Change { person, change: Box::new(change), again: None }
    }
}

impl App {
    /// Publishes a pack: name and version are what its text says. Running plans keep theirs.
    ///
    /// # Errors
    ///
    /// A refusal: it cannot be read, has a fault, or is not the next version.
    pub async fn publish_pack(
        &self,
        key: &str,
        actor: &Actor,
        file: &str,
        text: String,
    ) -> Result<(String, u32), AppError> {
        let library = luoshi_pack::Library::with([(file.to_owned(), text.clone())]);
        let read = library.files().last();
        let Some(pack) = read.and_then(|file| file.pack.as_ref()) else {
            let fault = read.and_then(|file| file.diagnostics.first());
            let fault = fault.map_or("不是方案包", |fault| &fault.message);
            let sentence = format!("“{file}”读不出方案包：{fault}；luoshi pack check 可逐处查看");
            return Err(AppError::Refused(Refusal::new(RefusalKind::Incomplete, sentence)));
        };
        let (name, version) = (pack.name.clone(), pack.version);
        let command = OrgCommand::PublishPack { name: name.clone(), version, text };
        self.note(key, actor, &[command]).await?;
        Ok((name, version))
    }

    /// Carries commands to the organisation out, all or none. Tells how many events they gave; the same
    /// key does nothing twice.
    ///
    /// # Errors
    ///
    /// A refusal of the first command that cannot be carried out, or the store failed.
    pub async fn organise(
        &self,
        key: &str,
        actor: &Actor,
        commands: &[OrgCommand],
    ) -> Result<usize, AppError> {
        let done = self.note(key, actor, commands).await?;
        self.settle_units().await?;
        Ok(done)
    }

    /// Carries commands out that touch no unit, all or none.
    pub(crate) async fn note(
        &self,
        key: &str,
        actor: &Actor,
        commands: &[OrgCommand],
    ) -> Result<usize, AppError> {
        self.organise_also(key, actor, commands, &[]).await
    }

    /// Carries out commands that move no units, and what is kept beside their events.
    pub(crate) async fn organise_also(
        &self,
        key: &str,
        actor: &Actor,
        commands: &[OrgCommand],
        also: &[Also],
    ) -> Result<usize, AppError> {
        let mut trial = Trial::new(self.store());
        let done = loop {
            match self.organise_once(key, actor, commands, also).await {
                Err(AppError::Store(error)) => trial.after(error).await?,
                done => break done?,
            }
        };
        self.shared.refreshed().await?;
        Ok(done)
    }

    async fn organise_once(
        &self,
        key: &str,
        actor: &Actor,
        commands: &[OrgCommand],
        also: &[Also],
    ) -> Result<usize, AppError> {
        let mut work = self.store().begin().await?;
        let heads = work.heads(&[PlanId::ORGANISATION]).await?;
        let mut head = heads.get(&PlanId::ORGANISATION).copied().unwrap_or_default();
        let digest = Hash::of(canonical(&(actor.person, commands)).as_bytes());
        if let Some(row) = work.commands(&[key]).await?.get(key).filter(|_| !key.is_empty()) {
            let done = repeated(row, digest)?;
            keep(&mut work, &self.shared.refreshed().await?.org, also, true).await?;
            work.commit().await?;
            return Ok(done);
        }
        // The head is held: what is read now is what will be changed.
        let context = self.shared.refreshed().await?;
        let mut next = Context::clone(&context);
        let now = (self.shared.clock)().max(head.at);
        let (mut recorded, first) = (Vec::new(), head.seq + 1);
        for command in commands {
            for event in decide_org(&next.org, actor, command, now)? {
                next.welcomes(&event)?;
                next.apply(head.seq + 1, &event);
                let event = Recorded::new(&head, PlanId::ORGANISATION, now, actor, key, &Event::Org(event));
                head = event.head();
                recorded.push(event);
            }
        }
        if recorded.is_empty() {
            return Ok(0);
        }
        work.append(&recorded).await?;
        if !key.is_empty() {
            let (last, outcome) = (head.seq, recorded.len().to_string());
            let row = CommandRow {
                key: key.to_owned(),
                digest,
                chain: PlanId::ORGANISATION,
                first,
                last,
                at: now,
                outcome,
            };
            work.put_commands(&[row]).await?;
        }
        keep(&mut work, &next.org, also, false).await?;
        file_anew(self.store(), &mut work, &Arc::new(next), &moved(&recorded)).await?;
        work.commit().await?;
        Ok(recorded.len())
    }
}

/// Keeps what belongs to commands beside their events.
async fn keep(work: &mut Work, org: &Organisation, also: &[Also], again: bool) -> Result<(), AppError> {
    let changes = also.iter().filter_map(|also| match also {
        Also::Change { person, change, .. } if !again => Some((*person, change)),
        Also::Change { person, again: Some(change), .. } => Some((*person, change)),
        _ => None,
    });
    let changes: Vec<(PersonId, &Change)> = changes.collect();
    let people: Vec<PersonId> = changes.iter().map(|(person, _)| *person).collect();
    let mut kept = work.accounts(&people).await?;
    for (person, change) in changes {
        let login = org.accounts.get(&person).map(|account| account.login.clone()).unwrap_or_default();
        let secrets = Secrets::default();
        let row = kept.entry(person).or_insert(AccountRow { person, login: String::new(), secrets });
        row.login = login;
        change(&mut row.secrets)?;
    }
    work.put_accounts(&kept.into_values().collect::<Vec<_>>()).await?;
    for also in also.iter().filter(|_| !again) {
        match also {
            Also::Change { .. } => {}
            Also::EndSessions { person, but } => work.end_sessions_of(*person, *but).await?,
            Also::EndSession(hash) => drop(work.end_session(*hash).await?),
            Also::DropTokens(person) => work.drop_tokens_of(*person).await?,
            Also::AddToken(token) => work.add_token(token).await?,
            Also::DropToken(hash) => drop(work.drop_token(*hash).await?),
        }
    }
    Ok(())
}

/// How many events a command gave that was carried out before.
fn repeated(row: &CommandRow, digest: Hash) -> Result<usize, AppError> {
    if row.digest == digest {
        return Ok(row.outcome.parse().unwrap_or(0));
    }
    let sentence = "同一操作编号已用于另一操作，本次未保存，请刷新页面后重试";
    Err(AppError::Refused(Refusal::new(RefusalKind::KeyReused, sentence)))
}

/// Units whose place in the tree changed.
fn moved(recorded: &[Recorded]) -> BTreeSet<UnitId> {
    let events = recorded.iter().filter_map(|recorded| recorded.event().ok());
    let unit = |event| match event {
        Event::Org(OrgEvent::UnitMoved { unit, .. }) => Some(unit),
        _ => None,
    };
    events.filter_map(unit).collect()
}

/// Files the entries of units that moved under those above them now.
async fn file_anew(
    store: &Store,
    work: &mut Work,
    context: &Arc<Context>,
    moved: &BTreeSet<UnitId>,
) -> Result<(), StoreError> {
    let mut entries: BTreeSet<(PlanId, EntryNo)> = BTreeSet::new();
    for unit in moved {
        for number in 1.. {
            let page = store.list_scope(*unit, Page::number(number, PAGE)).await?;
            let last = i64::try_from(page.len()).unwrap_or(PAGE) < PAGE;
            entries.extend(page.into_iter().map(|row| (row.plan, row.no)));
            if last {
                break;
            }
        }
    }
    if entries.is_empty() {
        return Ok(());
    }
    // After the organisation's own head, which nobody asks for who holds a plan's.
    let plans: BTreeSet<PlanId> = entries.iter().map(|(plan, _)| *plan).collect();
    let plans: Vec<PlanId> = plans.into_iter().collect();
    work.heads(&plans).await?;
    let plans = work.plans(&plans).await?;
    let entries: Vec<(PlanId, EntryNo)> = entries.into_iter().collect();
    for entries in entries.chunks(usize::try_from(PAGE).unwrap_or(1)) {
        let mut rows = Vec::new();
        for ((plan, _), entry) in work.entries(entries).await? {
            rows.extend(plans.get(&plan).map(|plan| context.rows(plan, &entry)));
        }
        work.put_entries(&rows).await?;
    }
    Ok(())
}
