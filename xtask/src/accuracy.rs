//! `cargo xtask accuracy`: the binary's facts beside careful readers' annotation.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use jiff::civil::Date;
use luoshi_plan::{Options, compile, stream};
use luoshi_read::{Limits, read};
use serde_json::Value;

use crate::score::{Score, score};
use crate::shell::{cargo, output, run as run_command, target};

/// An annotated plan.
#[derive(Debug)]
pub struct Annotated {
    /// The plan's text file.
    pub path: PathBuf,
    /// The day it is taken to be issued.
    pub anchor: String,
    /// What it commits people to.
    pub gold: Value,
}

/// The annotated plans of two folders, in the order of their names.
pub fn annotated(gold: &Path, plans: &Path) -> Result<Vec<Annotated>> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(gold)
        .with_context(|| gold.display().to_string())?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .collect();
    files.sort();
    let one = |file: &PathBuf| {
        let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let gold: Value = serde_json::from_str(&text).with_context(|| file.display().to_string())?;
        let name = file.file_stem().unwrap_or_default();
        let anchor = gold["anchor"].as_str().unwrap_or_default().to_owned();
        Ok(Annotated { path: plans.join(name).with_extension("txt"), anchor, gold })
    };
    files.iter().map(one).collect()
}

/// The samples with their annotation.
pub fn samples() -> Result<Vec<Annotated>> {
    let plans = crate::root().join("samples");
    annotated(&plans.join("gold"), &plans)
}

/// Scores plans compiled in this process.
pub fn score_here(plans: &[Annotated]) -> Result<Score> {
    let mut total = Score::default();
    for plan in plans {
        let bytes = std::fs::read(&plan.path)?;
        let issued: Date = plan.anchor.parse()?;
        let doc = read(&bytes, None, &Limits::default())?;
        let compiled = compile(&doc, &Options::new(Some(issued), issued));
        let text = String::from_utf8(bytes)?;
        total.add(&score(&plan.gold, &text, &stream::facts(&doc, &compiled)));
    }
    Ok(total)
}

/// Scores what a binary prints for plans, and tells how long the binary took.
fn score_binary(binary: &Path, plans: &[Annotated]) -> Result<(Score, Duration)> {
    let (mut total, mut spent) = (Score::default(), Duration::ZERO);
    for plan in plans {
        let began = Instant::now();
        let facts = output(
            Command::new(binary)
                .args(["compile", "--format", "facts", "--issued", &plan.anchor])
                .arg(&plan.path),
        )?;
        spent += began.elapsed();
        let text = std::fs::read_to_string(&plan.path)?;
        let mut one = score(&plan.gold, &text, &facts);
        let name = plan.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        one.misses.iter_mut().for_each(|(_, words)| words.insert_str(0, &format!("{name}:")));
        total.add(&one);
    }
    Ok((total, spent))
}

/// The task: the samples, and the shared plans where they lie beside the project.
pub fn run(args: &[String]) -> Result<()> {
    run_command(cargo().args(["build", "--release", "--package", "luoshi"]))?;
    let root = crate::root();
    let binary = target()?.join("release/luoshi");
    let misses = args.iter().position(|a| a == "--misses").and_then(|at| args.get(at + 1));
    let shared = root.join("../shared");
    let sets = [
        ("samples", root.join("samples/gold"), root.join("samples")),
        ("shared plans", shared.join("gold"), shared.join("plans")),
    ];
    for (name, gold, plans) in sets.iter().filter(|(_, gold, _)| gold.is_dir()) {
        let plans = annotated(gold, plans)?;
        let (score, spent) = score_binary(&binary, &plans)?;
        for (_, words) in score.misses.iter().filter(|(kind, _)| misses.is_some_and(|m| m == kind)) {
            println!("{words}");
        }
        println!("\n{name}: {} plans, {:.2} s in the command\n{score}", plans.len(), spent.as_secs_f64());
    }
    Ok(())
}
