//! What time alone brings about. Any number of servers may run this at once: what is due is found in
//! the tables, decided on the entry as it is, and so done once.

use std::collections::BTreeMap;

use luoshi_engine::{Command, EntryNo, Moment, PersonId, PlanId, UnitId};
use luoshi_pack::{Hours, Role};
use luoshi_store::{Message, OutboxItem, Page};
use serde::{Deserialize, Serialize};

use crate::app::{App, of_system};
use crate::context::{BASE_PACK, Context};
use crate::error::AppError;

/// How many timers are taken at a time.
const TIMERS: i64 = 512;

/// How many messages are read at a time.
const MESSAGES: i64 = 1000;

/// A digest: what one person is told on one day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// The lines, as many as the budget allows, the most pressing first.
    pub lines: Vec<String>,
    /// How many more there are.
    pub more: usize,
}

impl App {
    /// Does everything that is due by now: what merged units left, expected reports, lights, reminders,
    /// limits. Tells how much it saw to.
    ///
    /// # Errors
    ///
    /// The store fails; what was done stays done, and the rest is found again.
    pub async fn tick(&self) -> Result<usize, AppError> {
        let mut seen = self.settle_units().await?;
        loop {
            let due = self.store().due_timers(self.now(), TIMERS).await?;
            seen += due.len();
            let commands = due.into_iter().map(|timer| match timer.no {
                EntryNo(0) => (timer.plan, Command::OpenDuties),
                entry => (timer.plan, Command::Tick { entry }),
            });
            let moved = self.all_of_system(commands).await?;
            // What was opened may be due itself. A timer that brings nothing about would be found for
            // ever: with nothing moved, stop.
            if moved == 0 {
                return Ok(seen);
            }
        }
    }

    /// Puts the digests of a day into the outbox while the office is open on a day that is worked: nobody
    /// is disturbed at night, even by a server that was off all day. Tells how many people get one.
    ///
    /// # Errors
    ///
    /// The store fails; then the messages wait for the next time.
    pub async fn digest(&self) -> Result<usize, AppError> {
        let (context, now) = (self.context(), self.now());
        let hours = office_hours(&context);
        let day = now.date();
        let open = now >= Moment::at(day, hours.opening) && now < Moment::at(day, hours.closing);
        if !open || !context.calendar.workday(day).working {
            return Ok(0);
        }
        let mut work = self.store().begin().await?;
        let mut told: BTreeMap<PersonId, Vec<String>> = BTreeMap::new();
        let (mut ids, mut after) = (Vec::new(), 0);
        loop {
            let messages = work.new_messages(after, MESSAGES).await?;
            let Some(last) = messages.last() else { break };
            after = last.id;
            for message in &messages {
                ids.push(message.id);
                for person in readers(&context, message, now) {
                    let lines = told.entry(person).or_default();
                    if !lines.contains(&message.words) {
                        lines.push(message.words.clone());
                    }
                }
            }
        }
        let people = told.len();
        let items: Vec<OutboxItem> = told
            .into_iter()
            .map(|(person, lines)| OutboxItem {
                kind: String::from("digest"),
                person,
                day,
                body: digest_of(lines, hours.budget),
                created: now,
                sent: None,
            })
            .collect();
        // A second digest on one day would be a second disturbance: what comes later waits.
        let new = work.put_outbox(&items).await?;
        if usize::try_from(new).unwrap_or(usize::MAX) < people {
            let _ = work.rollback().await;
            return Ok(0);
        }
        work.messages_told(&ids, day).await?;
        work.commit().await?;
        Ok(people)
    }

    /// Entries of units that were merged go to those that took over. Done again with every tick, so
    /// that a program that stopped half-way loses nothing.
    ///
    /// # Errors
    ///
    /// The store fails.
    pub async fn settle_units(&self) -> Result<usize, AppError> {
        let context = self.context();
        let today = self.now().date();
        let gone = context.org.units.values().filter(|unit| unit.into.is_some() && !unit.exists(today));
        let units: Vec<UnitId> = gone.map(|unit| unit.id).collect();
        let mut moved = 0;
        for unit in units {
            // What goes over leaves the scope, so the first page is always the next one.
            loop {
                let rows = self.store().list_scope(unit, Page::number(1, TIMERS)).await?;
                let own = rows.into_iter().filter(|row| row.lead == unit);
                let own = own.map(|row| (row.plan, Command::Inherit { entry: row.no }));
                match self.all_of_system(own).await? {
                    0 => break,
                    more => moved += more,
                }
            }
        }
        Ok(moved)
    }

    /// Hands commands of the system over together and waits for all. Tells how many brought something
    /// about.
    async fn all_of_system(
        &self,
        commands: impl Iterator<Item = (PlanId, Command)>,
    ) -> Result<usize, AppError> {
        // Handed over one after the other, so that the same timers give the same order of events.
        let mut answers = Vec::new();
        for (plan, command) in commands {
            answers.push(self.hand_over(of_system(plan, command)).await?);
        }
        let mut moved = 0;
        for answer in answers {
            moved += usize::from(answer.await.map_err(|_| AppError::Closing)??.first > 0);
        }
        Ok(moved)
    }
}

/// The office's hours: those of the base pack.
fn office_hours(context: &Context) -> Hours {
    let base = context.library.packs().filter(|pack| pack.name == BASE_PACK).max_by_key(|pack| pack.version);
    base.map(|pack| pack.hours.clone()).unwrap_or_default()
}

/// Who reads a message: those who hold the role, or the leaders in charge where the unit has none.
fn readers(context: &Context, message: &Message, now: Moment) -> Vec<PersonId> {
    let day = now.date();
    let holders = context.org.holders(message.unit, message.role, day);
    let mut people: Vec<PersonId> = holders.iter().map(|holder| holder.person).collect();
    if people.is_empty() && message.role == Role::Leader {
        people = context.org.leaders(message.unit, day).iter().map(|post| post.person).collect();
    }
    people.sort_unstable();
    people.dedup();
    people
}

fn digest_of(mut lines: Vec<String>, budget: u32) -> String {
    let most = usize::try_from(budget.max(1)).unwrap_or(usize::MAX);
    let more = lines.len().saturating_sub(most);
    lines.truncate(most);
    serde_json::to_string(&Digest { lines, more }).unwrap_or_default()
}
