//! The commands of a running office: packs, organisation, plans, entries, and looking after what is
//! kept.

mod amend;
pub(crate) mod args;
mod bucket;
mod carry;
mod entry;
mod keep;
mod ledger;
mod log;
mod org;
mod pack;
mod place;
mod plan;
mod tls;
mod user;
mod web;

use anyhow::Result;
use luoshi_app::simulate::Simulation;
use luoshi_report::{Cell, Column, Part, Report, Table, Writer};

use crate::args::Colour;
use crate::output::{Screen, Target};
use args::Office;

/// Runs a command of the office and gives the exit code.
pub(crate) fn run(command: &Office, colour: Colour) -> Result<u8> {
    let screen = Screen::new(colour, None, false);
    match command {
        Office::Pack(command) => waited(pack::run(command, screen)),
        Office::Org(command) => waited(org::run(command, screen)),
        Office::User(command) => waited(user::run(command, screen)),
        Office::Plan(command) => waited(plan::run(command, screen)),
        Office::Entry(command) => waited(entry::run(command, screen)),
        Office::Ledger(command) => waited(ledger::run(command, screen)),
        Office::Desk { by } => waited(entry::desk(by, screen)),
        Office::Tick { data } => waited(keep::tick(data)),
        Office::Verify { file, data, anchors } => {
            waited(keep::verify(file.as_deref(), data, anchors.as_deref()))
        }
        Office::Rebuild { data } => waited(keep::rebuild(data)),
        Office::Anchor { file, data } => waited(keep::anchor(file, data)),
        Office::Archive { plan, out, acting } => waited(carry::archive(*plan, out, acting)),
        Office::Backup { out, data } => waited(carry::backup(out, data)),
        Office::Restore { from, data } => waited(carry::restore(from, data)),
        Office::Simulate { seed, towns, villages, plans, days, start, data } => {
            let simulation = Simulation {
                seed: *seed,
                towns: *towns,
                villages: *villages,
                plans: *plans,
                days: *days,
                start: *start,
            };
            waited(carry::simulated(&simulation, data))
        }
        Office::Serve { listen, watch, tls, data } => waited(web::serve(*listen, watch, tls, data)),
        Office::Demo { listen, seed, towns, villages, plans, days } => {
            let (seed, towns, villages, plans, days) = (*seed, *towns, *villages, *plans, *days);
            let start = crate::clock::today();
            waited(web::demo(*listen, &Simulation { seed, towns, villages, plans, days, start }))
        }
        Office::Key(command) => waited(keep::key(command)),
    }
}

/// Runs what waits for the database.
fn waited(work: impl Future<Output = Result<u8>>) -> Result<u8> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(work)
}

/// Shows a table on the terminal.
fn show(
    title: &str,
    heads: &[(&str, f64)],
    rows: Vec<Vec<String>>,
    note: &str,
    screen: Screen,
) -> Result<()> {
    let columns = heads.iter().map(|(head, width)| Column::new(*head, *width)).collect();
    let mut table = Table::new(title, title, columns);
    table.rows = rows.into_iter().map(|row| row.into_iter().map(Cell::words).collect()).collect();
    if !note.is_empty() {
        table.notes.push(note.to_owned());
    }
    let mut report = Report::new("");
    report.parts.push(Part::Table(table));
    present(&report, screen)
}

/// Shows a report on the terminal.
fn present(report: &Report, screen: Screen) -> Result<()> {
    let terminal = luoshi_press::Terminal { width: screen.width, colour: screen.colour };
    let mut bytes = Vec::new();
    terminal.write(report, &mut bytes)?;
    Target::Stdout.write(&bytes)
}

/// Says one sentence as the result.
fn tell(sentence: &str) -> Result<()> {
    Target::Stdout.write(format!("{sentence}\n").as_bytes())
}
