//! `cargo xtask bench`: the benches, and other tools on the same files right after them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context as _, Result};

use crate::shell::{answers, cargo, output, run as run_command, target};

/// What is installed from Python's registry, into a folder of its own where cargo builds.
const PEERS: [&str; 2] = ["jionlp==1.5.31", "python-docx"];

/// Runs the benches and prints ratios beside other tools where they can be had.
pub fn run() -> Result<()> {
    let compile = bench("luoshi-plan", "compile")?;
    let read = bench("luoshi-read", "read")?;
    let texts = files(&texts_folder(), "txt")?;
    let times = bench_times(&texts)?;
    println!("\n==> beside other tools");
    match python() {
        Ok(python) => peers(&python, &texts, &compile, &times, &read)?,
        Err(error) => println!("without python-docx and JioNLP: {error:#}"),
    }
    pdf(&read)?;
    println!("\n==> running: commands beside a bare transaction, then lists, verify and rebuild");
    bench("luoshi-app", "commands")?;
    bench("luoshi-store", "store")?;
    Ok(())
}

/// Runs a bench, shows what it prints, and gives it.
fn bench(package: &str, name: &str) -> Result<String> {
    println!("\n==> cargo bench -p {package} --bench {name}");
    let printed = output(cargo().args(["bench", "--quiet", "--package", package, "--bench", name]))?;
    print!("{printed}");
    Ok(printed)
}

/// The finding of times alone, by the example of `luoshi-when`.
fn bench_times(texts: &[PathBuf]) -> Result<String> {
    println!("\n==> cargo run --release -p luoshi-when --example find -- --repeat 100");
    let all = target()?.join("bench.txt");
    let mut text = String::new();
    for path in texts {
        text += &std::fs::read_to_string(path)?;
        text.push('\n');
    }
    std::fs::write(&all, text)?;
    let mut command = cargo();
    command.args(["run", "--release", "--quiet", "--package", "luoshi-when", "--example", "find", "--"]);
    command.args(["--on", "2026-03-09", "--repeat", "100"]).stdin(std::fs::File::open(&all)?);
    let printed = command.stderr(Stdio::inherit()).output()?.stdout;
    let printed = String::from_utf8_lossy(&printed).into_owned();
    print!("{printed}");
    Ok(printed)
}

fn peers(python: &Path, texts: &[PathBuf], compile: &str, times: &str, read: &str) -> Result<()> {
    let ask = |what: &str, files: &[PathBuf]| -> Result<f64> {
        let script = crate::root().join("xtask/src/bench/peers.py");
        let said = output(Command::new(python).arg(script).arg(what).args(files))?;
        said.lines().last().unwrap_or_default().trim().parse().context("no figure")
    };
    let theirs = ask("times", texts)?;
    println!("JioNLP, times      {theirs:>9.0} characters/s");
    let ours = figure(compile, "characters/s").unwrap_or(0.0);
    println!("compile            {ours:>9.0} characters/s: {:.1} times JioNLP (aim: 30)", ours / theirs);
    let finding = times.split_whitespace().zip(times.split_whitespace().skip(1));
    let millions = finding.filter(|(_, unit)| *unit == "million").find_map(|(n, _)| n.parse::<f64>().ok());
    if let Some(ours) = millions.map(|m| m * 1e6) {
        println!("times alone        {ours:>9.0} characters/s: {:.1} times JioNLP", ours / theirs);
    }
    let theirs = ask("docx", &files(&crate::root().join("samples"), "docx")?)?;
    let ours = figure(read, "read docx").unwrap_or(f64::NAN);
    println!(
        "docx: python-docx {theirs:.3} ms, luoshi-read {ours:.3} ms: {:.1} times as fast",
        theirs / ours
    );
    Ok(())
}

/// `pdftotext` on the same files, without the time that it takes to start.
fn pdf(read: &str) -> Result<()> {
    if !answers("pdftotext", "-v") {
        println!("without pdftotext: not installed");
        return Ok(());
    }
    let files = files(&crate::root().join("samples"), "pdf")?;
    let start = milliseconds(|| {
        answers("pdftotext", "-v");
    });
    let whole = milliseconds(|| {
        for file in &files {
            let _ =
                Command::new("pdftotext").arg("-layout").arg(file).arg("-").stdout(Stdio::null()).status();
        }
    }) / files.len().max(1) as f64;
    let ours = figure(read, "read pdf").unwrap_or(f64::NAN);
    println!(
        "pdf: pdftotext -layout {whole:.3} ms a file, {start:.3} ms of it to start; luoshi-read {ours:.3} ms: {:.1} times as fast without the start",
        (whole - start) / ours
    );
    Ok(())
}

/// The median of several runs.
fn milliseconds(work: impl Fn()) -> f64 {
    let mut times: Vec<f64> = (0..15)
        .map(|_| {
            let began = Instant::now();
            work();
            began.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// The number behind a name at the beginning of a line.
fn figure(printed: &str, name: &str) -> Option<f64> {
    let rest = printed.lines().find_map(|line| line.strip_prefix(name))?;
    rest.split_whitespace().next()?.parse().ok()
}

/// A Python with the peers, installed once.
fn python() -> Result<PathBuf> {
    let folder = target()?.join("bench-python");
    let python = folder.join("bin/python3");
    if !python.exists() {
        run_command(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    }
    let mut there = Command::new(&python);
    there.args(["-c", "import jionlp, docx"]).stdout(Stdio::null()).stderr(Stdio::null());
    if !there.status()?.success() {
        println!("installing {} into {}", PEERS.join(" and "), folder.display());
        run_command(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(PEERS))?;
    }
    Ok(python)
}

fn texts_folder() -> PathBuf {
    let root = crate::root();
    let shared = root.join("../shared/plans");
    if shared.is_dir() { shared } else { root.join("samples") }
}

fn files(folder: &Path, end: &str) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|e| Some(e.ok()?.path())).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == end));
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_found_in_what_benches_print() {
        let printed =
            "compile            13.507 ms\ncharacters/s       2150073\nread docx     0.202 ms a file\n";
        assert_eq!(figure(printed, "characters/s"), Some(2_150_073.0));
        assert_eq!(figure(printed, "read docx"), Some(0.202));
        assert_eq!(figure(printed, "read pdf"), None);
    }
}
