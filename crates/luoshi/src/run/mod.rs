//! The commands.

mod calendar;
mod check;
mod compile;
mod explain;
mod outline;
mod shell;
mod units;
mod when;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Result, bail};
use luoshi_plan::check::{CheckOptions, check as run_checks};
use luoshi_plan::directory::Directory;
use luoshi_plan::model::{Compiled, IssuedBy};
use luoshi_plan::{Options, compile as run_compiler};
use luoshi_text::Diagnostic;
use luoshi_when::Terms;

use crate::args::{Cli, Command, InputArgs};
use crate::input::{self, Named, Unread};
use crate::output::{Target, say, spare};
use crate::source::{Source, harmless};
use crate::{batch, clock, wording};

/// Exit code: findings that fail.
pub(crate) const FOUND: u8 = 1;
/// Exit code: a file could not be read, or the command line is wrong.
pub(crate) const UNUSABLE: u8 = 2;

/// Runs a command and gives the exit code.
pub(crate) fn run(cli: &Cli) -> Result<u8> {
    match &cli.command {
        Command::Compile(args) => compile::run(args, cli.color),
        Command::Check(args) => check::run(args, cli.color),
        Command::Outline(args) => outline::run(args, cli.color),
        Command::When(args) => when::run(args),
        Command::Explain { name } => explain::run(name.as_deref()),
        Command::Office(command) => crate::office::run(command, cli.color),
        Command::Completions { shell } => shell::completions(*shell),
        Command::Man { out } => shell::man(out.as_deref()),
        Command::Schema => shell::schema(),
    }
}

/// A file that was read and compiled.
#[derive(Debug)]
pub(crate) struct Loaded {
    /// Its text.
    pub(crate) source: Source,
    /// What was compiled from it.
    pub(crate) compiled: Compiled,
    /// What the checks found; empty where none ran.
    pub(crate) findings: Vec<Diagnostic>,
    /// The directory of units, where one was given.
    pub(crate) directory: Option<Arc<Directory>>,
    /// The school terms that times were read by.
    pub(crate) terms: Terms,
}

/// What came of a file: what `work` made of it, with words for the user; or why it was not read.
type Outcome<R> = Result<(R, Vec<String>), Unread>;

/// What a command asks of every file.
pub(crate) struct Job<'a> {
    /// The files.
    pub(crate) input: &'a InputArgs,
    /// With which checks; none for no checks.
    pub(crate) checks: Option<CheckOptions>,
    /// Whether columns in the files are asked for.
    pub(crate) columns: bool,
    /// Whether to tell on standard error what is not part of the output.
    pub(crate) talkative: bool,
}

/// Reads, compiles and checks every file and hands each to `work`, several at once. What is to be
/// told about a file is told in the order of the input.
pub(crate) fn each<R: Send>(
    job: &Job<'_>,
    work: impl Fn(Loaded) -> R + Sync,
) -> Result<Vec<Result<R, Unread>>> {
    let Named { files, mut unread, skipped } = input::files(&job.input.files);
    if job.talkative && !skipped.is_empty() {
        say(&passed_over(&skipped));
    }
    if !job.input.annex.is_empty() && files.len() != 1 {
        bail!("--annex 只能与一个方案同用：请一次只给一个方案文件。");
    }
    if files.iter().filter(|f| input::is_stdin(f)).count() > 1 {
        bail!("标准输入只能读一次：请只写一个 -。");
    }
    let limits = input::limits(job.input.max_size);
    let today = clock::today();
    let (calendar, terms) = calendar::local(&job.input.calendar, &limits)?;
    let checks = job.checks.clone().map(|checks| CheckOptions { calendar, terms, ..checks });
    let directory = match &job.input.units {
        Some(path) => Some(Arc::new(units::directory(path, &limits)?)),
        None => None,
    };
    let one = |path: &PathBuf| -> Outcome<R> {
        let source = input::source(path, &job.input.annex, &limits, job.columns)?;
        let options = Options { terms, ..Options::new(job.input.issued, today) };
        let mut compiled = run_compiler(&source.doc, &options);
        let unresolved = directory.as_ref().map(|d| units::apply(d, &mut compiled)).unwrap_or_default();
        let mut words = words(&source, &compiled, path, &files, job);
        let mut findings = Vec::new();
        if let Some(options) = &checks {
            findings = run_checks(&source.doc, &compiled, options);
            units::add(&mut findings, unresolved, options);
        } else if job.talkative {
            words.extend(
                unresolved.iter().map(|d| format!("提示：{}：{}", harmless(&source.name), d.message)),
            );
        }
        Ok((work(Loaded { source, compiled, findings, directory: directory.clone(), terms }), words))
    };
    let outcomes = batch::each(&files, one);
    for fault in &unread {
        told(fault);
    }
    let mut out: Vec<Result<R, Unread>> = unread.drain(..).map(Err).collect();
    for (path, outcome) in files.iter().zip(outcomes) {
        let broken = || Unread {
            name: input::name(path),
            sentence: "程序内部出错，这份文稿没有处理：请把文稿和命令反馈给维护者。".to_owned(),
        };
        out.push(match outcome.unwrap_or_else(|| Err(broken())) {
            Ok((result, words)) => {
                words.iter().for_each(|w| say(w));
                Ok(result)
            }
            Err(fault) => {
                told(&fault);
                Err(fault)
            }
        });
    }
    Ok(out)
}

/// How many files of a folder were left alone, and of what kinds.
fn passed_over(skipped: &[PathBuf]) -> String {
    let ending = |path: &PathBuf| path.extension().map(|ending| format!(".{}", ending.to_string_lossy()));
    let endings: std::collections::BTreeSet<String> = skipped.iter().filter_map(ending).collect();
    let shown: Vec<String> = endings.into_iter().take(5).collect();
    let kinds = if shown.is_empty() { String::new() } else { format!("（{}）", shown.join("、")) };
    format!("提示：文件夹中有{}个文件不是可读的文稿{kinds}，已跳过。", skipped.len())
}

fn told(fault: &Unread) {
    say(&format!("错误：{}：{}", harmless(&fault.name), fault.sentence));
}

/// What the user should know about a file beside the results.
fn words(source: &Source, compiled: &Compiled, path: &Path, files: &[PathBuf], job: &Job<'_>) -> Vec<String> {
    let mut out = Vec::new();
    let name = harmless(&source.name);
    if job.talkative {
        for notice in source.doc.notices() {
            out.push(format!("提示：{name}：{}", notice.message));
        }
        for plan in compiled.plans.iter().filter(|p| p.issued_by == IssuedBy::Today) {
            let day = wording::day(plan.issued, None);
            out.push(format!(
                "提示：{name}：文稿没有写明印发日期，暂按今天（{day}）推算年份；可用 --issued 指定。"
            ));
        }
    }
    // Only for a file that the user named, not for each of a folder.
    if job.input.files.iter().any(|f| f == path) {
        let known: Vec<PathBuf> = files.iter().chain(&job.input.annex).cloned().collect();
        for annex in input::annexes_beside(path, &known) {
            let annex = harmless(&annex.to_string_lossy());
            out.push(format!(
                "提示：{name}：同一文件夹中有“{annex}”，如是本方案的附件，请加 --annex \"{annex}\"。"
            ));
        }
    }
    out
}

/// Files that must not be written over: those in folders too.
pub(crate) fn inputs(input: &InputArgs) -> Vec<PathBuf> {
    let Named { files, .. } = input::files(&input.files);
    files.iter().chain(&input.annex).chain(&input.units).chain(&input.calendar).cloned().collect()
}

/// Where one plan's file goes in a folder, with a name that no other one has.
fn place_in(folder: &Path, name: &str, ending: &str, taken: &mut Vec<PathBuf>) {
    let file = crate::source::file_name(name);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let mut path = folder.join(format!("{stem}.{ending}"));
    let mut n = 1;
    while taken.contains(&path) {
        // 方案.docx and 方案.txt in one folder: the second keeps its own ending.
        let number = if n == 1 { String::new() } else { format!("-{n}") };
        path = folder.join(format!("{file}{number}.{ending}"));
        n += 1;
    }
    taken.push(path);
}

/// Where the plans' files go in a folder, none of them over a file that is being read.
pub(crate) fn places_in<'n>(
    folder: &Path,
    names: impl Iterator<Item = &'n String>,
    ending: &str,
    inputs: &[PathBuf],
) -> Result<Vec<PathBuf>> {
    let mut taken = Vec::new();
    for name in names {
        place_in(folder, name, ending, &mut taken);
    }
    spare(inputs, &taken, "请换一个文件夹")?;
    Ok(taken)
}

/// Writes pieces of bytes: each to a file of its own in a folder, else one after the other.
pub(crate) fn write_each(
    target: &Target,
    pieces: &[(String, Vec<u8>)],
    ending: &str,
    inputs: &[PathBuf],
) -> Result<()> {
    if let Target::Folder(folder) = target {
        let places = places_in(folder, pieces.iter().map(|(name, _)| name), ending, inputs)?;
        for (place, (_, bytes)) in places.iter().zip(pieces) {
            crate::output::save(place, bytes)?;
        }
        return Ok(());
    }
    target.fill(|out| pieces.iter().try_for_each(|(_, bytes)| out.write_all(bytes)))
}
