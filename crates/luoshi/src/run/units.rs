//! `--units`: the directory of units that names are looked up in.

use std::path::Path;

use anyhow::{Result, bail};
use luoshi_plan::check::CheckOptions;
use luoshi_plan::directory::Directory;
use luoshi_plan::model::Compiled;
use luoshi_read::Limits;
use luoshi_text::{Diagnostic, Document, Format, Level};

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
    let mut rows = match luoshi_read::detect(&bytes) {
        Ok(Format::Text) => csv(&decoded(&bytes)),
        _ => match luoshi_read::read(&bytes, None, limits) {
            Ok(doc) => grid(&doc),
            Err(error) => bail!("{name}：{error}"),
        },
    };
    // A title may stand above the head.
    let is_head = |row: &Vec<String>| row.iter().any(|c| c.trim().ends_with("名称") || c.trim() == "单位");
    let head = rows.iter().position(is_head).unwrap_or(0);
    rows.drain(..head.min(rows.len()));
    let (head, rows) = match rows.split_first() {
        Some((head, rows)) => (head.clone(), rows.to_vec()),
        None => (Vec::new(), Vec::new()),
    };
    let (directory, problems) = Directory::from_rows(&head, &rows);
    for problem in &problems {
        say(&format!("提示：{name}：{}", problem.message));
    }
    if directory.units().is_empty() {
        bail!("{name}：单位名录中没有可用的单位：请检查第一行的列名（名称、简称、上级、类别）。");
    }
    Ok(directory)
}

/// UTF-8, else the encoding of Chinese office programs.
fn decoded(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
        Err(_) => encoding_rs::GB18030.decode(bytes).0.into_owned(),
    }
}

/// Rows of comma- or tab-separated values, quotes as RFC 4180 has them.
fn csv(text: &str) -> Vec<Vec<String>> {
    let first = text.lines().next().unwrap_or("");
    let separator =
        ['\t', ',', '，', ';'].into_iter().max_by_key(|c| first.matches(*c).count()).unwrap_or(',');
    let mut rows = Vec::new();
    let mut row: Vec<String> = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if field.is_empty() => quoted = true,
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field).trim().to_owned());
                rows.push(std::mem::take(&mut row));
            }
            c if c == separator && !quoted => row.push(std::mem::take(&mut field).trim().to_owned()),
            c => field.push(c),
        }
    }
    row.push(field.trim().to_owned());
    rows.push(row);
    rows.retain(|row| row.iter().any(|f| !f.is_empty()));
    rows
}

/// The rows of a document's first table.
fn grid(doc: &Document) -> Vec<Vec<String>> {
    let Some(table) = doc.tables().first() else { return Vec::new() };
    let mut rows = vec![vec![String::new(); table.cols as usize]; table.rows as usize];
    for cell in &table.cells {
        let blocks = doc.blocks().iter().skip(cell.block as usize).take(cell.blocks as usize);
        let words: String = blocks.map(|b| doc.slice(b.span).trim()).collect();
        if let Some(field) = rows.get_mut(cell.row as usize).and_then(|r| r.get_mut(cell.col as usize)) {
            *field = words;
        }
    }
    rows
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_may_hold_separators_and_quotes() {
        let rows = csv("名称,简称\r\n\"县文化馆\",\"文化馆,\"\"县馆\"\"\"\r\n\r\n县档案馆,\n");
        assert_eq!(rows[0], ["名称", "简称"]);
        assert_eq!(rows[1], ["县文化馆", "文化馆,\"县馆\""]);
        assert_eq!(rows[2], ["县档案馆", ""]);
        assert_eq!(csv("名称\t简称\n甲,乙\t丙")[1], ["甲,乙", "丙"]);
    }

    #[test]
    fn office_programs_write_gb18030() {
        assert_eq!(decoded(&[0xB5, 0xA5, 0xCE, 0xBB]), "单位");
        assert_eq!(decoded("\u{feff}单位".as_bytes()), "单位");
    }
}
