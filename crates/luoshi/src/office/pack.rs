//! `luoshi pack`: packs checked, listed, shown, drafted.

use std::path::PathBuf;

use anyhow::{Result, bail};
use luoshi_engine::{SystemRole, run_example};
use luoshi_pack::{Library, PackFile, render};
use luoshi_text::Level;
use luoshi_when::Calendar;

use super::args::Pack;
use super::{place, show, tell};
use crate::output::{Screen, Target};
use crate::run::FOUND;

/// Runs `luoshi pack`.
pub(super) async fn run(command: &Pack, screen: Screen) -> Result<u8> {
    match command {
        Pack::Check { files } => check(files),
        Pack::List => list(screen),
        Pack::Show { name } => {
            let library = Library::built_in();
            let found =
                library.files().iter().find(|file| file.pack.as_ref().is_some_and(|pack| pack.name == *name));
            let Some(file) = found else {
                bail!("没有内置的方案包“{name}”：luoshi pack list 可查看。")
            };
            Target::Stdout.write(file.text.as_bytes())?;
            Ok(0)
        }
        Pack::Publish { file, person, data } => {
            let app = place::open(data, false).await?;
            let actor = place::administrator(&app, SystemRole::SystemAdmin, person.as_deref())?;
            let text = place::small_text(file)?;
            let name = crate::input::name(file);
            let (name, version) = app.publish_pack(&place::once(None), &actor, &name, text).await?;
            tell(&format!("已发布：方案包“{name}”第{version}版，执行中的方案仍用原版本"))?;
            Ok(0)
        }
        Pack::New { from, name, out } => super::plan::new_pack(from, name, out.as_deref()),
    }
}

fn list(screen: Screen) -> Result<u8> {
    let library = Library::built_in();
    let rows = library.packs().map(|pack| {
        let registers: Vec<&str> = pack.registers.iter().map(|register| register.title.as_str()).collect();
        let duties: Vec<&str> = pack.duties.iter().map(|duty| duty.title.as_str()).collect();
        vec![
            pack.name.clone(),
            pack.title.clone(),
            pack.version.to_string(),
            registers.join("、"),
            duties.join("、"),
        ]
    });
    let heads = [("名称", 10.0), ("标题", 14.0), ("版本", 6.0), ("台账", 30.0), ("报送任务", 30.0)];
    show("方案包", &heads, rows.collect(), "", screen)?;
    Ok(0)
}

/// Checks packs and runs their stories; every fault with its line.
fn check(files: &[PathBuf]) -> Result<u8> {
    let mut texts = Vec::new();
    for file in files {
        if file.is_dir() {
            texts.extend(place::packs(Some(file))?);
        } else {
            texts.push((crate::input::name(file), place::small_text(file)?));
        }
    }
    let given = !texts.is_empty();
    if !files.is_empty() && !given {
        bail!("文件夹里没有方案包（*.toml）。");
    }
    let library = Library::with(texts);
    let (mut faults, mut stories, calendar) = (0, 0, Calendar::china());
    // What was given is checked; without it, what is built in.
    for file in library.files().iter().filter(|file| file.built_in != given) {
        faults += told(file)?;
        for example in file.sound().into_iter().flat_map(|pack| &pack.examples) {
            stories += 1;
            if let Err(why) = file.sound().map_or(Ok(()), |pack| run_example(pack, example, &calendar)) {
                faults += 1;
                tell(&format!("{}：例子“{}”没有演成：{why}", file.name, example.title))?;
            }
        }
        let pack = file.pack.as_ref();
        if let Some(pack) = pack.filter(|_| faults == 0) {
            tell(&format!("{}：{}第{}版，无误", file.name, pack.title, pack.version))?;
        }
    }
    tell(&format!("共演算{stories}个例子，发现{faults}处错误"))?;
    Ok(if faults > 0 { FOUND } else { 0 })
}

/// Tells the findings of a pack's file and how many of them are errors.
fn told(file: &PackFile) -> Result<usize> {
    for found in &file.diagnostics {
        tell(render(&file.name, &file.text, found).trim_end())?;
    }
    Ok(file.diagnostics.iter().filter(|found| found.level == Level::Error).count())
}
