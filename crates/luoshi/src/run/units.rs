//! `--units`: the directory of units that names are looked up in.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Result, bail};
use luoshi_plan::check::CheckOptions;
use luoshi_plan::directory::Directory;
use luoshi_plan::model::Compiled;
use luoshi_read::{Limits, ReadError};
use luoshi_text::{Diagnostic, Document, Format, Level, Origin};

use crate::input;
use crate::output::say;
use crate::source::harmless;

/// Name of the findings about names that are not in the directory.
const CODE: &str = "unit-not-in-directory";

/// Reads the directory. Rows that cannot be used are told; without any unit it is an error.
pub(super) fn directory(path: &Path, limits: &Limits) -> Result<Directory> {
    let name = harmless(&input::name(path));
    let bytes = match input::bytes(path, limits) {
        Ok(bytes) => bytes,
        Err(fault) => bail!("{name}：{}", fault.sentence),
    };
    let rows = match rows(&name, &bytes, limits) {
        Ok(rows) => rows,
        Err(error) => bail!("{name}：{error}"),
    };
    let (directory, problems) = Directory::from_table(&rows);
    for problem in &problems {
        say(&format!("提示：{name}：{}", problem.message));
    }
    if directory.units().is_empty() {
        bail!("{name}：单位名录中没有可用的单位：请检查第一行的列名（名称、简称、上级、类别）。");
    }
    Ok(directory)
}

/// The rows of a list or of a document's first table, with their numbers in the file.
fn rows(name: &str, bytes: &[u8], limits: &Limits) -> Result<Vec<(usize, Vec<String>)>, ReadError> {
    if luoshi_read::detect(bytes)? == Format::Text {
        let read = luoshi_read::read_separated(bytes, limits)?;
        for notice in &read.notices {
            say(&format!("提示：{name}：{notice}"));
        }
        return Ok(read.rows.into_iter().map(|row| (row.number as usize, row.fields)).collect());
    }
    Ok(grid(&luoshi_read::read(bytes, None, limits)?))
}

/// The rows of a document's first table, counted as its file counts them.
fn grid(doc: &Document) -> Vec<(usize, Vec<String>)> {
    let Some(table) = doc.tables().first() else { return Vec::new() };
    let mut rows: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for cell in &table.cells {
        let blocks = doc.blocks().iter().skip(cell.block as usize).take(cell.blocks as usize);
        let words: String = blocks.clone().map(|b| doc.slice(b.span).trim()).collect();
        let row = match blocks.clone().find_map(|b| doc.origin_at(b.span.start as usize)) {
            Some(Origin::Sheet { row, .. } | Origin::Cell { row, .. }) => row,
            _ => cell.row + 1,
        };
        let fields = rows.entry(row as usize).or_insert_with(|| vec![String::new(); table.cols as usize]);
        if let Some(field) = fields.get_mut(cell.col as usize) {
            *field = words;
        }
    }
    rows.into_iter().collect()
}

/// Puts the directory's names into the tasks; names that it does not know become findings.
pub(super) fn apply(directory: &Directory, compiled: &mut Compiled) -> Vec<Diagnostic> {
    let unresolved = compiled.plans.iter_mut().flat_map(|plan| directory.apply(plan));
    unresolved
        .map(|name| {
            let words = &name.name;
            if name.suggestions.is_empty() {
                let message = format!("“{words}”不在单位名录中。");
                return Diagnostic::new(CODE, Level::Hint, name.span, message)
                    .help("核对名称，或在单位名录中补上这个单位。");
            }
            let like: Vec<String> = name.suggestions.iter().map(|s| format!("“{s}”")).collect();
            let message = format!("“{words}”不在单位名录中，是不是{}？", like.join("或"));
            Diagnostic::new(CODE, Level::Warning, name.span, message)
                .help("改用名录中的名称，或在名录中登记这个简称。")
        })
        .collect()
}

/// Adds the findings about names to those of the checks, unless they are turned off.
pub(super) fn add(findings: &mut Vec<Diagnostic>, names: Vec<Diagnostic>, options: &CheckOptions) {
    if options.off.iter().any(|off| off.name == CODE) {
        return;
    }
    findings.extend(names);
    findings.sort_by(|a, b| (a.span, &a.code).cmp(&(b.span, &b.code)));
}

/// What `explain` says about these findings: they come from no check of the plan alone.
pub(super) fn explain(name: &str) -> Option<&'static str> {
    (name == CODE).then_some(
        "## unit-not-in-directory\n\n**单位不在名录中**（警告；没有相近名称时为提示）\n\n\
         是什么：用 --units 给出单位名录时，方案中的单位名称既不是名录中的名称，也不是登记的简称。\n\n\
         为什么：名称对不上，任务无法交办到具体单位。\n\n\
         怎么改：改用名录中的名称，或在名录中补上单位或简称。\n",
    )
}
