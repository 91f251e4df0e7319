//! What happened, for people: who did what and when, with names and words in place of numbers.

use std::collections::BTreeMap;
use std::io::{Seek, Write};

use luoshi_engine::{EntryEvent, EntryNo, Event, Organisation, Plan, Recorded};
use luoshi_pack::Pack;
use luoshi_report::{Cell, Column, Part, Report, Table};
use luoshi_store::StoreError;

use super::STORY;
use super::pack::{Packing, VOLUME};
use crate::app::App;
use crate::error::AppError;
use crate::ledger::PAGE;
use crate::telling::Telling;

/// The columns: head and width.
const HEADS: [(&str, f64); 8] = [
    ("序号", 4.0),
    ("时间", 9.0),
    ("办理人", 5.0),
    ("岗位", 6.0),
    ("单位", 10.0),
    ("条目编号", 8.0),
    ("经过", 20.0),
    ("说明", 20.0),
];

impl App {
    /// All events up to one of them in words, in volumes.
    pub(super) async fn pack_story<W: Write + Seek + Send>(
        &self,
        packing: &mut Packing<W>,
        plan: &Plan,
        until: i64,
    ) -> Result<(), AppError> {
        let context = self.context();
        let pack = context.pack(plan)?;
        let mut story = Story { org: &context.org, pack, entries: BTreeMap::new() };
        let (mut rows, mut volume, mut after) = (Vec::new(), 0, 0);
        while after < until {
            let page = self.store().events_page(plan.id, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.seq;
            for recorded in page.iter().take_while(|recorded| recorded.seq <= until) {
                rows.push(story.row(recorded, &recorded.event().map_err(StoreError::from)?));
            }
            if rows.len() >= VOLUME || after >= until {
                volume += 1;
                let name =
                    if volume == 1 { String::from(STORY) } else { format!("{STORY}（第{volume}册）") };
                self.pack_volume(packing, &name, report(plan, std::mem::take(&mut rows))).await?;
            }
        }
        Ok(())
    }
}

fn report(plan: &Plan, rows: Vec<Vec<Cell>>) -> Report {
    let columns = HEADS.iter().map(|(head, width)| Column::new(*head, *width)).collect();
    let mut table = Table::new(STORY, format!("{}{STORY}", plan.title), columns);
    table.rows = rows;
    Report { title: table.title.clone(), subtitle: None, parts: vec![Part::Table(table)] }
}

/// What is needed to tell events.
struct Story<'s> {
    org: &'s Organisation,
    pack: &'s Pack,
    /// The entries that have come: their registers and numbers.
    entries: BTreeMap<EntryNo, (usize, String)>,
}

impl Story<'_> {
    fn row(&mut self, recorded: &Recorded, event: &Event) -> Vec<Cell> {
        if let Event::Entry(no, EntryEvent::Opened(opening)) = event {
            let register = self.pack.registers.iter().position(|known| known.key == opening.register);
            self.entries.insert(*no, (register.unwrap_or(usize::MAX), opening.number.clone()));
        }
        let (number, told) = match event {
            Event::Entry(no, event) => {
                let (register, number) = self.entries.get(no).cloned().unwrap_or_default();
                let register = self.pack.registers.get(register).map_or("", |register| &register.key);
                (number, Telling::of_entry(self.pack, register, event))
            }
            Event::Plan(event) => (String::new(), Telling::of_plan(event)),
            Event::Org(_) => Default::default(),
        };
        let actor = &recorded.actor;
        let by_hand = !actor.is_system() && !Telling::is_by_rule(event);
        let post = self.org.posts.get(&actor.post).filter(|_| by_hand);
        let who = if by_hand { self.org.person_name(actor.person) } else { String::from("系统") };
        let title = post.map(|post| post.title.clone()).unwrap_or_default();
        let unit = post.map(|post| self.org.unit_name(post.unit)).unwrap_or_default();
        let at = recorded.at.civil().strftime("%Y-%m-%d %H:%M:%S").to_string();
        [recorded.seq.to_string(), at, who, title, unit, number, told.what, told.said].map(Cell::words).into()
    }
}
