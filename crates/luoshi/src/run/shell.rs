//! `luoshi completions`, `luoshi man`, `luoshi schema`.

use std::path::Path;

use anyhow::Result;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::output::{Target, save};
use crate::{args, view};

pub(super) fn completions(shell: Shell) -> Result<u8> {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut args::command(), "luoshi", &mut out);
    Target::Stdout.write(&out)?;
    Ok(0)
}

pub(super) fn man(folder: Option<&Path>) -> Result<u8> {
    let mut command = args::command();
    command.build();
    let Some(folder) = folder else {
        Target::Stdout.write(&page(command)?)?;
        return Ok(0);
    };
    for sub in command.get_subcommands().filter(|s| !s.is_hide_set()) {
        let name = format!("luoshi-{}", sub.get_name());
        let bytes = page(sub.clone().name(name.clone()))?;
        save(&folder.join(format!("{name}.1")), &bytes)?;
    }
    save(&folder.join("luoshi.1"), &page(command)?)?;
    Ok(0)
}

/// A manual page with Chinese section heads.
fn page(command: clap::Command) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    Man::new(command.version(env!("CARGO_PKG_VERSION"))).render(&mut out)?;
    let mut text = String::from_utf8_lossy(&out).into_owned();
    for (english, chinese) in [
        (".SH NAME", ".SH 名称"),
        (".SH SYNOPSIS", ".SH 用法"),
        (".SH DESCRIPTION", ".SH 说明"),
        (".SH OPTIONS", ".SH 选项"),
        (".SH SUBCOMMANDS", ".SH 命令"),
        (".SH EXTRA", ".SH 补充"),
        (".SH VERSION", ".SH 版本"),
    ] {
        text = text.replace(english, chinese);
    }
    Ok(text.into_bytes())
}

pub(super) fn schema() -> Result<u8> {
    Target::Stdout.write(view::schema()?.as_bytes())?;
    Ok(0)
}
