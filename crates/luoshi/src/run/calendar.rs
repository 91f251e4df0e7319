//! `--calendar`: the days off and the school terms of a place.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use luoshi_read::Limits;
use luoshi_when::{Calendar, Terms};

use super::harmless;
use crate::input;

/// What a place's files say, over what holds in the whole country. A later file counts where two speak of one day.
pub(super) fn local(paths: &[PathBuf], limits: &Limits) -> Result<(Calendar, Terms)> {
    let (mut calendar, mut terms) = (Calendar::china(), Terms::default());
    for path in paths {
        if let Err(sentence) = take(path, limits, &mut calendar, &mut terms) {
            bail!("{}：{sentence}。", harmless(&input::name(path)));
        }
    }
    Ok((calendar, terms))
}

fn take(path: &Path, limits: &Limits, calendar: &mut Calendar, terms: &mut Terms) -> Result<(), String> {
    let bytes =
        input::bytes(path, limits).map_err(|fault| fault.sentence.trim_end_matches('。').to_owned())?;
    let text = String::from_utf8(bytes).map_err(|_| "日历数据应为 UTF-8 编码的 JSON".to_owned())?;
    let text = text.trim_start_matches('\u{feff}');
    let found = Terms::import(text).map_err(|error| error.to_string())?;
    // With a year it is that year's whole notice; without one, days of the place besides, or the terms alone.
    let whole = text.contains("\"year\"");
    let local = ["\"off\"", "\"work\""].iter().any(|key| text.contains(key));
    let took = match (whole, local || found.is_some()) {
        (false, true) => calendar.import_local(text),
        _ => calendar.import(text).map(|_| ()),
    };
    took.map_err(|error| error.to_string())?;
    *terms = found.unwrap_or(*terms);
    Ok(())
}
