//! The `luoshi` command: from the text of an implementation plan to what it commits people to.
//!
//! The binary is where the outside comes in: arguments, files, the clock, the terminal. Everything
//! else is asked of the other crates.

mod agenda;
mod args;
mod batch;
mod clock;
mod frame;
mod input;
mod measure;
mod office;
mod output;
mod overview;
mod page;
mod people;
mod run;
mod sarif;
mod source;
mod tables;
mod usage;
mod view;
mod wording;

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::FromArgMatches;
use clap::error::ErrorKind;

use crate::args::Cli;
use crate::output::{Target, say};

fn main() -> ExitCode {
    quiet_panics();
    let cli = match args::command().try_get_matches().and_then(|m| Cli::from_arg_matches(&m)) {
        Ok(cli) => cli,
        Err(error) => return refused(&error),
    };
    // What is written while it is made may break down too.
    let broken = |_| Err(anyhow::anyhow!("程序内部出错：请把文稿和命令反馈给维护者。"));
    ended(catch_unwind(AssertUnwindSafe(|| run::run(&cli))).unwrap_or_else(broken))
}

/// The exit code of a run; what went wrong is said.
fn ended(done: anyhow::Result<u8>) -> ExitCode {
    match done {
        Ok(code) => ExitCode::from(code),
        // Nobody reads any more: `luoshi … | head` is no fault.
        Err(error) if output::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("错误：{error}"));
            ExitCode::from(run::UNUSABLE)
        }
    }
}

/// Help and version are results, everything else is a fault of the command line.
fn refused(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            ended(Target::Stdout.write(usage::help(error).as_bytes()).map(|()| 0))
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let _ = write!(std::io::stderr().lock(), "{}", usage::help(error));
            ExitCode::from(run::UNUSABLE)
        }
        _ => {
            say(&format!("错误：{}。用法请看 luoshi --help。", usage::sentence(error)));
            ExitCode::from(run::UNUSABLE)
        }
    }
}

/// A breakdown is told in one sentence by whoever catches it; the reader's own threads report
/// damaged files as errors.
fn quiet_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if cfg!(debug_assertions) && std::thread::current().name() != Some(luoshi_read::READER_THREAD) {
            usual(info);
        }
    }));
}
