//! What a server writes down while it runs: one line for each request and each failure, to the standard
//! error output. No line holds what people typed, who they are by name, or an address with numbers in it.

use std::fmt;
use std::panic::PanicHookInfo;

use anyhow::{Context as _, Result};
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use super::args::Form;
use crate::clock;

/// The office's own time.
struct Clock;

impl FormatTime for Clock {
    fn format_time(&self, to: &mut Writer<'_>) -> fmt::Result {
        write!(to, "{}", clock::now().civil().strftime("%Y-%m-%dT%H:%M:%S%.3f+08:00"))
    }
}

/// Begins to write, each part from a level on.
pub(super) fn begin(form: Form, words: &str) -> Result<()> {
    let known = |part: &str| part.contains('=') || part.trim().parse::<LevelFilter>().is_ok();
    let levels: Option<Targets> = words.split(',').all(known).then(|| words.parse().ok()).flatten();
    let levels = levels.with_context(|| {
        format!("日志级别“{words}”不对：应为 warn，或 info,sqlx=warn 的样子（--log-level）")
    })?;
    let lines = tracing_subscriber::fmt::layer().with_timer(Clock).with_writer(std::io::stderr);
    let lines = match form {
        Form::Text => lines.with_ansi(false).boxed(),
        Form::Json => lines.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry().with(lines.with_filter(levels)).init();
    std::panic::set_hook(Box::new(broken));
    Ok(())
}

/// A breakdown is told by its place: its words may hold what somebody typed.
fn broken(info: &PanicHookInfo<'_>) {
    let place = info.location().map_or_else(String::new, ToString::to_string);
    tracing::error!(place, "panicked");
}
