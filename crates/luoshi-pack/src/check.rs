//! Whether the parts of a pack agree with each other, before anything is run with it.
//!
//! One file for what belongs together; every code is the name of a fault and never changes its
//! meaning. A check that follows flows is left out where their states are not even named rightly:
//! one slip of the pen should give one finding.

mod duties;
mod effects;
mod examples;
mod fields;
mod graph;
mod lights;
mod limits;
mod names;
mod paths;
mod references;
#[cfg(test)]
mod testing;

use luoshi_text::{Diagnostic, Level};

use crate::source::{Path, Source};
use crate::{Pack, Register};

/// Checks a pack. `text` is what it was read from; faults in what it takes over from another pack
/// are placed at its `extends`, which must have been filled in before ([`crate::Library`]).
pub fn check(pack: &Pack, text: &str) -> Vec<Diagnostic> {
    let (source, _) = Source::parse(text);
    let mut check = Check { pack, source: &source, found: Vec::new() };
    names::check(&mut check);
    fields::check(&mut check);
    lights::check(&mut check);
    duties::check(&mut check);
    for (register, path) in check.registers() {
        let before = check.found.len();
        names::register(&mut check, register, &path);
        references::check(&mut check, register, &path);
        effects::check(&mut check, register, &path);
        if check.found.len() == before {
            paths::check(&mut check, register, &path);
            limits::check(&mut check, register, &path);
        }
    }
    examples::check(&mut check);
    check.found.sort_by_key(|fault| (fault.span.start, fault.span.end));
    check.found
}

/// A pack under check and what was found.
struct Check<'a> {
    pack: &'a Pack,
    source: &'a Source<'a>,
    found: Vec<Diagnostic>,
}

impl<'a> Check<'a> {
    /// The registers, each with its path.
    fn registers(&self) -> Vec<(&'a Register, Path)> {
        with_paths(&self.pack.registers, &Path::top("register")).collect()
    }

    /// Something that makes the pack unfit for use.
    fn fault(&mut self, code: &str, at: &Path, message: impl Into<String>, help: impl Into<String>) {
        self.found.push(self.finding(code, Level::Error, at, message.into()).help(help));
    }

    /// Something that is likely not meant.
    fn doubt(&mut self, code: &str, at: &Path, message: impl Into<String>, help: impl Into<String>) {
        self.found.push(self.finding(code, Level::Warning, at, message.into()).help(help));
    }

    fn finding(&self, code: &str, level: Level, at: &Path, message: String) -> Diagnostic {
        Diagnostic::new(code, level, self.source.place(at), message)
    }

    /// A key that must be among these.
    fn known<'k>(
        &mut self,
        what: Named,
        key: &str,
        mut all: impl Iterator<Item = &'k str>,
        at: &Path,
    ) -> bool {
        let known = all.any(|other| other == key);
        if !known {
            let title = what.title();
            self.fault(
                what.code(),
                at,
                format!("没有{title}“{key}”。"),
                format!("改成已有{title}的 key，或者先写上这个{title}。"),
            );
        }
        known
    }
}

/// What a key names.
#[derive(Clone, Copy)]
enum Named {
    Register,
    Field,
    State,
    Step,
    Light,
}

impl Named {
    fn code(self) -> &'static str {
        match self {
            Self::Register => "unknown-register",
            Self::Field => "unknown-field",
            Self::State => "unknown-state",
            Self::Step => "unknown-step",
            Self::Light => "unknown-light",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Register => "台账",
            Self::Field => "字段",
            Self::State => "状态",
            Self::Step => "步骤",
            Self::Light => "灯",
        }
    }
}

/// The elements of a list, each with its path.
fn with_paths<'a, T>(list: &'a [T], at: &Path) -> impl Iterator<Item = (&'a T, Path)> {
    list.iter().enumerate().map(move |(i, item)| (item, at.at(i)))
}
