//! `luoshi compile`.

use std::io;

use anyhow::Result;
use jiff::civil::Date;
use luoshi_plan::check::CheckOptions;
use luoshi_plan::stream;
use luoshi_press::{Csv, Html, Ics, Markdown, Terminal, Xlsx};
use luoshi_report::{Agenda, Annotated, Cell, Column, Part, Report, Writer};

use super::{Job, Loaded, UNUSABLE, each, inputs, places_in};
use crate::args::{Colour, CompileArgs, Format};
use crate::output::{Screen, Target, save_with};
use crate::source::harmless;
use crate::{agenda, clock, overview, page, tables, view};

/// What one file becomes before the files are put together.
#[derive(Debug)]
enum Piece {
    /// The finished output.
    Bytes(Vec<u8>),
    /// A single file: its output, which may be many times the text, is made while it is written.
    Late(Box<Loaded>),
    Report(Report, Date),
    Agenda(Agenda),
    Pages(Vec<Annotated>),
}

pub(super) fn run(args: &CompileArgs, colour: Colour) -> Result<u8> {
    args.ending()?;
    let target = Target::new(args.input.out.as_deref());
    target.check(&inputs(&args.input), args.format() == Format::Xlsx)?;
    let screen = Screen::new(colour, args.input.width, target != Target::Stdout);
    let checked = args.check || args.format() == Format::Table;
    let job = Job {
        input: &args.input,
        checks: checked.then(|| CheckOptions { today: Some(clock::today()), ..CheckOptions::default() }),
        columns: false,
        talkative: !matches!(args.format(), Format::Json),
    };
    let several = args.input.files.len() > 1 || args.input.files.iter().any(|f| f.is_dir());
    let outcomes = each(&job, |loaded| {
        let name = loaded.source.name.clone();
        (name, piece(args, loaded, screen, several))
    })?;
    let code = if outcomes.iter().any(Result::is_err) { UNUSABLE } else { 0 };
    let mut pieces = Vec::new();
    for (name, piece) in outcomes.into_iter().flatten() {
        pieces.push((name, piece?));
    }
    if pieces.is_empty() {
        return Ok(code);
    }
    if let Target::Folder(folder) = &target {
        let names = pieces.iter().map(|(name, _)| name);
        let places = places_in(folder, names, ending(args.format()), &inputs(&args.input))?;
        for (path, (_, piece)) in places.iter().zip(pieces) {
            save_with(path, |out| join(args, screen, vec![piece], out))?;
        }
        return Ok(code);
    }
    let all = pieces.into_iter().map(|(_, piece)| piece).collect();
    target.fill(|out| join(args, screen, all, out))?;
    Ok(code)
}

fn ending(format: Format) -> &'static str {
    match format {
        Format::Table => "txt",
        Format::Json => "json",
        Format::Facts => "jsonl",
        Format::Xlsx => "xlsx",
        Format::Ics => "ics",
        Format::Md => "md",
        Format::Html => "html",
        Format::Csv => "csv",
    }
}

/// What one file becomes.
fn piece(args: &CompileArgs, loaded: Loaded, screen: Screen, several: bool) -> Result<Piece> {
    let Loaded { source, compiled, findings, .. } = &loaded;
    let found = args.check.then_some(findings.as_slice());
    Ok(match args.format() {
        Format::Table | Format::Facts | Format::Json if several => {
            let mut out = Vec::new();
            write(args, &loaded, screen, several, &mut out)?;
            Piece::Bytes(out)
        }
        Format::Table | Format::Facts | Format::Json => Piece::Late(Box::new(loaded)),
        Format::Xlsx | Format::Csv | Format::Md => {
            let stamp = compiled.plans.first().map_or_else(clock::today, |p| p.issued);
            Piece::Report(tables::report(source, compiled, found), stamp)
        }
        Format::Ics => {
            let mut all = Agenda::default();
            for plan in &compiled.plans {
                all = both(all, agenda::agenda(source, plan, &loaded.terms));
            }
            Piece::Agenda(all)
        }
        Format::Html => Piece::Pages(page::pages(source, compiled, found)),
    })
}

/// Writes what one file becomes where nothing is put together with other files.
fn write(
    args: &CompileArgs,
    loaded: &Loaded,
    screen: Screen,
    several: bool,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let Loaded { source, compiled, findings, directory, .. } = loaded;
    match args.format() {
        Format::Table => table(loaded, screen, out),
        Format::Json => {
            let found = args.check.then_some(findings.as_slice());
            let view = view::file(source, compiled, found, directory.as_deref());
            // Several files are one object a line, so that each line follows the schema.
            if several {
                serde_json::to_writer(&mut *out, &view)?;
            } else {
                serde_json::to_writer_pretty(&mut *out, &view)?;
            }
            out.write_all(b"\n")
        }
        _ => stream::write_facts(&source.doc, compiled, out),
    }
}

/// The table for people: every plan of the file, then what the checks say.
fn table(loaded: &Loaded, screen: Screen, out: &mut dyn io::Write) -> io::Result<()> {
    let Loaded { source, compiled, findings, .. } = loaded;
    let writer = Terminal { width: screen.width, colour: screen.colour };
    for plan in &compiled.plans {
        writer.write(&overview::report(source, plan), out)?;
        out.write_all(b"\n")?;
    }
    let mut last = Report::default();
    if compiled.plans.is_empty() {
        last.parts.push(Part::Paragraph(format!("{}：没有读出方案。", harmless(&source.name))));
    }
    last.parts.push(Part::Paragraph(overview::findings(source, findings)));
    writer.write(&last, out)?;
    out.write_all(b"\n")
}

fn both(mut a: Agenda, b: Agenda) -> Agenda {
    if a.name.is_empty() {
        a.name = b.name;
    }
    a.entries.extend(b.entries);
    a
}

/// Writes the files put together.
fn join(args: &CompileArgs, screen: Screen, pieces: Vec<Piece>, out: &mut dyn io::Write) -> io::Result<()> {
    let mut report = Report::default();
    let mut stamp = None;
    let mut reports = Vec::new();
    let mut agenda = Agenda::default();
    let mut pages = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Bytes(bytes) => out.write_all(&bytes)?,
            Piece::Late(loaded) => write(args, &loaded, screen, false, out)?,
            Piece::Report(one, day) => {
                stamp = stamp.or(Some(day));
                reports.push(one);
            }
            Piece::Agenda(one) => agenda = both(agenda, one),
            Piece::Pages(list) => pages.extend(list),
        }
    }
    match args.format() {
        Format::Table | Format::Json | Format::Facts => Ok(()),
        Format::Md => reports.iter().try_for_each(|one| Markdown.write(one, out)),
        Format::Csv => Csv.write(&one_table(reports), out),
        Format::Xlsx => {
            for one in reports {
                if report.title.is_empty() {
                    report.title = one.title;
                }
                report.parts.extend(one.parts);
            }
            let stamp = stamp.unwrap_or_else(clock::today);
            Xlsx { stamp }.write(&report, out)
        }
        Format::Ics => Ics.write(&agenda, out),
        Format::Html => Html.write(pages.as_slice(), out),
    }
}

/// The tasks of all plans in one table; where there are several, each row begins with its plan.
fn one_table(reports: Vec<Report>) -> Report {
    let parts = reports.into_iter().flat_map(|r| r.parts);
    let tables: Vec<_> = parts
        .filter_map(|part| match part {
            Part::Table(table) if table.name == "任务分解表" => Some(table),
            _ => None,
        })
        .collect();
    let several = tables.len() > 1;
    let mut all = None;
    for mut table in tables {
        if several {
            let title = table.title.trim_end_matches("任务分解表").to_owned();
            table.columns.insert(0, Column::new("方案", 20.0));
            table.rows.iter_mut().for_each(|row| row.insert(0, Cell::words(title.clone())));
        }
        match &mut all {
            None => all = Some(table),
            Some(first) => first.rows.append(&mut table.rows),
        }
    }
    let mut report = Report::default();
    report.parts.extend(all.map(Part::Table));
    report
}
