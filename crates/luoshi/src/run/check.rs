//! `luoshi check`.

use anyhow::{Result, bail};
use luoshi_plan::check::{CheckOptions, Off, find_check};
use luoshi_press::Html;
use luoshi_report::{Annotated, Writer};
use luoshi_text::Level;
use serde_json::Value;

use super::{FOUND, Job, Loaded, UNUSABLE, each, inputs};
use crate::args::{CheckArgs, Colour, Shape};
use crate::output::{Screen, Target};
use crate::sarif::Log;
use crate::{clock, frame, page, view};

/// What the checks say about one file.
struct Checked {
    name: String,
    counts: [usize; 3],
    body: Body,
}

enum Body {
    Text(String),
    Results(Vec<Value>),
    Pages(Vec<Annotated>),
}

pub(super) fn run(args: &CheckArgs, colour: Colour) -> Result<u8> {
    args.ending()?;
    let target = Target::new(args.input.out.as_deref());
    target.check(&inputs(&args.input), false)?;
    let screen = Screen::new(colour, args.input.width, target != Target::Stdout);
    let job = Job {
        input: &args.input,
        checks: Some(CheckOptions {
            today: Some(clock::today()),
            off: off(&args.off)?,
            ..CheckOptions::default()
        }),
        columns: args.format() == Shape::Sarif,
        talkative: args.format() != Shape::Json,
    };
    let least = Level::from(args.level);
    let several = args.input.files.len() > 1 || args.input.files.iter().any(|f| f.is_dir());
    let outcomes = each(&job, |mut loaded| {
        let counts = [Level::Error, Level::Warning, Level::Hint]
            .map(|level| loaded.findings.iter().filter(|d| d.level == level).count());
        loaded.findings.retain(|d| d.level >= least);
        let name = loaded.source.name.clone();
        body(args.format(), &loaded, screen, several).map(|body| Checked { name, counts, body })
    })?;
    let mut log = Log::default();
    let mut unread = false;
    let mut files = Vec::new();
    for outcome in outcomes {
        match outcome {
            Ok(checked) => files.push(checked?),
            Err(fault) => {
                unread = true;
                log.unread(&fault);
            }
        }
    }
    let total = |i: usize| files.iter().map(|f| f.counts[i]).sum::<usize>();
    let [errors, warnings, hints] = [total(0), total(1), total(2)];
    let target = in_one_file(args.format(), target);
    target.check(&inputs(&args.input), false)?;
    write(args.format(), &target, files, log, [errors, warnings, hints])?;
    let failed = errors > 0 || (args.strict && warnings > 0);
    Ok(if unread {
        UNUSABLE
    } else if failed {
        FOUND
    } else {
        0
    })
}

/// The checks to leave out; a name that no check has is a slip of the hand.
fn off(given: &[(String, String)]) -> Result<Vec<Off>> {
    for (name, _) in given {
        if find_check(name).is_none() && super::units::explain(name).is_none() {
            bail!("没有名为“{name}”的检查：请用 luoshi explain 查看全部名称。");
        }
    }
    Ok(given.iter().map(|(name, reason)| Off { name: name.clone(), reason: reason.clone() }).collect())
}

fn body(shape: Shape, loaded: &Loaded, screen: Screen, several: bool) -> Result<Body> {
    let Loaded { source, compiled, findings, directory, .. } = loaded;
    Ok(match shape {
        Shape::Text => {
            let frames: Vec<String> =
                findings.iter().map(|d| frame::finding(source, compiled, d, screen)).collect();
            Body::Text(frames.join("\n"))
        }
        Shape::Json => {
            let view = view::file(source, compiled, Some(findings), directory.as_deref());
            let text =
                if several { serde_json::to_string(&view)? } else { serde_json::to_string_pretty(&view)? };
            Body::Text(text + "\n")
        }
        Shape::Sarif => Body::Results(Log::results(source, compiled, findings)),
        Shape::Html => Body::Pages(page::pages(source, compiled, Some(findings))),
    })
}

/// Findings of many files belong together: one file in a folder.
fn in_one_file(shape: Shape, target: Target) -> Target {
    match target {
        Target::Folder(folder) => Target::File(folder.join(match shape {
            Shape::Text => "检查结果.txt",
            Shape::Json => "检查结果.json",
            Shape::Sarif => "检查结果.sarif",
            Shape::Html => "检查结果.html",
        })),
        other => other,
    }
}

fn write(shape: Shape, target: &Target, files: Vec<Checked>, mut log: Log, counts: [usize; 3]) -> Result<()> {
    let number = files.len();
    let mut text = String::new();
    let mut pages = Vec::new();
    for file in files {
        match file.body {
            Body::Text(words) if shape == Shape::Text && !words.is_empty() => {
                text.push_str(&words);
                text.push('\n');
            }
            Body::Text(words) => text.push_str(&words),
            Body::Results(results) => log.add(results),
            Body::Pages(mut list) => {
                if let [only] = list.as_mut_slice()
                    && only.title.is_empty()
                {
                    only.title = file.name;
                }
                pages.append(&mut list);
            }
        }
    }
    let mut out = Vec::new();
    match shape {
        Shape::Text => {
            if number > 0 {
                text.push_str(&frame::summary(number, counts[0], counts[1], counts[2]));
                text.push('\n');
            }
            out.extend(text.into_bytes());
        }
        Shape::Json => out.extend(text.into_bytes()),
        Shape::Sarif => {
            serde_json::to_writer_pretty(&mut out, &log.finish())?;
            out.push(b'\n');
        }
        Shape::Html if pages.is_empty() => {}
        Shape::Html => Html.write(pages.as_slice(), &mut out)?,
    }
    if out.is_empty() { Ok(()) } else { target.write(&out) }
}
