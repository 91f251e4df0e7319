//! What came of a simulated county.

use std::collections::BTreeMap;
use std::fmt::{self, Display};

use luoshi_engine::{EntryEvent, Event, Head, PlanId, RefusalKind};
use luoshi_pack::Phase;
use luoshi_store::{Filter, Page};

use crate::app::App;
use crate::error::AppError;

/// Rows that are read at a time.
const PAGE: i64 = 1000;

/// What came of a simulated county.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// Commands that somebody gave; those of the scheduler are not among them.
    pub tried: u64,
    /// Those that were carried out.
    pub done: u64,
    /// Those that had been carried out before under the same key.
    pub repeated: u64,
    /// Those that were refused, by kind.
    pub refused: BTreeMap<&'static str, u64>,
    /// A sentence of each kind of refusal, the first that was told.
    pub sentences: BTreeMap<&'static str, String>,
    /// Those that were given by somebody who stood in for another.
    pub stood_in: u64,
    /// Steps that people took, by register and step; steps of the system are not among them.
    pub steps: BTreeMap<(String, String), u64>,
    /// Plans that were issued.
    pub issued: u64,
    /// Entries by register.
    pub entries: BTreeMap<String, u64>,
    /// Events of all chains.
    pub events: u64,
    /// Reminders of the ladder.
    pub reminders: u64,
    /// Limits of states that passed: people were told or the system took a step.
    pub limits: u64,
    /// Digests: people and days.
    pub digests: u64,
    /// Reports that were expected and not excused.
    pub expected: u64,
    /// Those that were handed in.
    pub received: u64,
    /// Those that were handed in on time.
    pub on_time: u64,
    /// Lights of the entries that are open at the end; without a light under an empty word.
    pub lights: BTreeMap<String, u64>,
    /// What registers and lights are called, by key.
    pub titles: BTreeMap<String, String>,
    /// Where each chain stands.
    pub heads: Vec<(PlanId, Head)>,
}

/// Kinds of refusals, their word and their title.
pub(super) const KINDS: [(RefusalKind, &str, &str); 8] = [
    (RefusalKind::NotAllowed, "not_allowed", "无权办理"),
    (RefusalKind::SameHand, "same_hand", "须由他人办理"),
    (RefusalKind::NotFound, "not_found", "没有此项"),
    (RefusalKind::WrongState, "wrong_state", "状态不符"),
    (RefusalKind::OutOfTime, "out_of_time", "不在期限内"),
    (RefusalKind::Incomplete, "incomplete", "材料不全或有误"),
    (RefusalKind::Stale, "stale", "已有新变动"),
    (RefusalKind::KeyReused, "key_reused", "编号已用"),
];

impl Told {
    /// What a register or a light is called.
    fn title<'t>(&'t self, key: &'t str) -> &'t str {
        self.titles.get(key).map_or(key, String::as_str)
    }

    /// How many commands were refused.
    pub fn refusals(&self) -> u64 {
        self.refused.values().sum()
    }

    pub(super) fn refuse(&mut self, refusal: &luoshi_engine::Refusal) {
        let word = KINDS.iter().find(|(kind, ..)| *kind == refusal.kind).map_or("", |(_, word, _)| word);
        *self.refused.entry(word).or_default() += 1;
        self.sentences.entry(word).or_insert_with(|| refusal.sentence.clone());
    }

    /// Reads from chains and tables what the run has left there.
    pub(super) async fn count(&mut self, app: &App) -> Result<(), AppError> {
        self.heads = Vec::new();
        for pack in app.context().library.packs() {
            let registers = pack.registers.iter().map(|register| (&register.key, &register.title));
            let lights = pack.lights.iter().map(|light| (&light.key, &light.title));
            for (key, title) in registers.chain(lights) {
                self.titles.entry(key.clone()).or_insert_with(|| title.clone());
            }
        }
        let mut after = -1;
        loop {
            let heads = app.store().heads(after, PAGE).await?;
            let Some((last, _)) = heads.last() else { break };
            after = last.0;
            self.heads.extend(heads);
        }
        for (chain, head) in self.heads.clone() {
            self.events += head.seq.unsigned_abs();
            if chain != PlanId::ORGANISATION {
                self.count_events(app, chain).await?;
                self.count_entries(app, chain).await?;
            }
        }
        Ok(())
    }

    async fn count_events(&mut self, app: &App, chain: PlanId) -> Result<(), AppError> {
        let mut after = 0;
        loop {
            let events = app.store().events_page(chain, after, PAGE).await?;
            let Some(last) = events.last() else { return Ok(()) };
            after = last.seq;
            for recorded in &events {
                let Event::Entry(_, event) = recorded.event().map_err(luoshi_store::StoreError::from)? else {
                    continue;
                };
                match event {
                    EntryEvent::Reminded { .. } => self.reminders += 1,
                    EntryEvent::LimitPassed { .. } => self.limits += 1,
                    EntryEvent::Stepped { by: None, .. } if recorded.actor.is_system() => self.limits += 1,
                    _ => {}
                }
            }
        }
    }

    async fn count_entries(&mut self, app: &App, chain: PlanId) -> Result<(), AppError> {
        for number in 1.. {
            let page = Page::number(number, PAGE);
            let rows = app.store().find_entries(chain, &Filter::default(), page).await?;
            for row in &rows {
                *self.entries.entry(row.register.clone()).or_default() += 1;
                if row.phase == Phase::Open {
                    *self.lights.entry(row.light.clone().unwrap_or_default()).or_default() += 1;
                }
                if row.duty.is_some() && row.phase != Phase::Void {
                    self.expected += 1;
                    self.received += u64::from(row.on_time.is_some());
                    self.on_time += u64::from(row.on_time == Some(true));
                }
            }
            if rows.is_empty() {
                break;
            }
        }
        Ok(())
    }
}

impl Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "操作 {} 次：完成 {} 次，重复提交 {} 次，退回 {} 次，代行 {} 次",
            self.tried,
            self.done,
            self.repeated,
            self.refusals(),
            self.stood_in
        )?;
        for (_, word, title) in KINDS {
            if let (Some(count), Some(sentence)) = (self.refused.get(word), self.sentences.get(word)) {
                writeln!(f, "  {title} {count} 次，如：{sentence}")?;
            }
        }
        let entries: u64 = self.entries.values().sum();
        let each: Vec<String> =
            self.entries.iter().map(|(key, count)| format!("{} {count}", self.title(key))).collect();
        writeln!(f, "方案 {} 份，条目 {entries} 条（{}）", self.issued, each.join("，"))?;
        writeln!(
            f,
            "事件 {} 条，提醒 {} 次，超时 {} 次，每日摘要 {} 份",
            self.events, self.reminders, self.limits, self.digests
        )?;
        writeln!(f, "应报 {} 份，已报 {} 份，按时 {} 份", self.expected, self.received, self.on_time)?;
        let lit: Vec<String> = self
            .lights
            .iter()
            .map(|(key, count)| format!("{} {count}", if key.is_empty() { "无灯" } else { self.title(key) }))
            .collect();
        write!(f, "在办事项灯色：{}", if lit.is_empty() { String::from("无") } else { lit.join("，") })
    }
}
