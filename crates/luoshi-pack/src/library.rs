//! The packs that can be used: those in the binary and those of the office.

use std::collections::BTreeSet;

use jiff::civil::Date;
use luoshi_text::{Diagnostic, Level};

use crate::load::read_source;
use crate::source::Path;
use crate::{Hours, Pack, check};

/// The packs in the binary: file name and text.
const BUILT_IN: [(&str, &str); 4] = [
    ("task.toml", include_str!("../../../packs/task.toml")),
    ("hazard.toml", include_str!("../../../packs/hazard.toml")),
    ("recruit.toml", include_str!("../../../packs/recruit.toml")),
    ("campaign.toml", include_str!("../../../packs/campaign.toml")),
];

/// Packs, each with its text and what was found in it.
#[derive(Clone, Debug, Default)]
pub struct Library {
    files: Vec<PackFile>,
}

/// One text of a library.
#[derive(Clone, Debug)]
pub struct PackFile {
    /// The name of the file.
    pub name: String,
    /// Its text.
    pub text: String,
    /// Whether it came with the binary.
    pub built_in: bool,
    /// The pack, whole: with what it takes over from others. None where it could not be read.
    pub pack: Option<Pack>,
    /// What was found in it; the places are in `text`.
    pub diagnostics: Vec<Diagnostic>,
}

/// A pack that was chosen, and what must be said of the choice.
#[derive(Clone, Debug)]
pub struct Chosen<'l> {
    /// The pack.
    pub pack: &'l Pack,
    /// Where it stands.
    pub file: &'l PackFile,
    /// That it has expired, if it has.
    pub warning: Option<Diagnostic>,
}

impl PackFile {
    /// The pack, if it may be used: it has no error.
    pub fn sound(&self) -> Option<&Pack> {
        let errs = self.diagnostics.iter().any(|found| found.level == Level::Error);
        self.pack.as_ref().filter(|_| !errs)
    }
}

impl Library {
    /// The packs in the binary.
    pub fn built_in() -> Self {
        Self::with(std::iter::empty())
    }

    /// The packs in the binary and these, given by file name and text. A pack of the office with the
    /// name and version of a built-in one takes its place.
    pub fn with(texts: impl IntoIterator<Item = (String, String)>) -> Self {
        let built_in = BUILT_IN.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned(), true));
        Self::read(built_in.chain(texts.into_iter().map(|(name, text)| (name, text, false))))
    }

    /// These packs only.
    pub fn of(texts: impl IntoIterator<Item = (String, String)>) -> Self {
        Self::read(texts.into_iter().map(|(name, text)| (name, text, false)))
    }

    /// Every text, sound or not, in the order given.
    pub fn files(&self) -> &[PackFile] {
        &self.files
    }

    /// The packs that may be used.
    pub fn packs(&self) -> impl Iterator<Item = &Pack> {
        self.files.iter().filter_map(PackFile::sound)
    }

    /// The pack of this name for a plan issued on this day: the newest version that has begun and
    /// has not expired. Where all have expired the newest is still given, with a warning: a plan
    /// must not stop because nobody renewed a file.
    pub fn choose(&self, name: &str, day: Date) -> Option<Chosen<'_>> {
        let begun = |pack: &Pack| pack.name == name && pack.from <= day;
        let of_name =
            || self.files.iter().filter_map(|file| Some((file.sound().filter(|pack| begun(pack))?, file)));
        let newest = |(pack, _): &(&Pack, &PackFile)| (pack.version, pack.from);
        let valid = of_name().filter(|(pack, _)| pack.to.is_none_or(|to| day <= to)).max_by_key(newest);
        let (pack, file) = valid.or_else(|| of_name().max_by_key(newest))?;
        let warning = pack.to.filter(|to| *to < day).map(|to| expired(file, pack, to));
        Some(Chosen { pack, file, warning })
    }

    /// The pack of this name and version: what a running plan was issued with.
    pub fn find(&self, name: &str, version: u32) -> Option<&Pack> {
        self.packs().find(|pack| pack.name == name && pack.version == version)
    }

    fn read(texts: impl Iterator<Item = (String, String, bool)>) -> Self {
        let mut files: Vec<PackFile> = texts
            .map(|(name, text, built_in)| {
                let (pack, diagnostics) = crate::read_pack(&text);
                PackFile { name, text, built_in, pack, diagnostics }
            })
            .collect();
        replace(&mut files);
        extend_all(&mut files);
        for file in &mut files {
            if let Some(pack) = &file.pack {
                // What was not filled in would only give findings about what it should have brought.
                let whole = !file.diagnostics.iter().any(|found| found.code.starts_with("extends-"));
                file.diagnostics.extend(whole.then(|| check(pack, &file.text)).into_iter().flatten());
            }
        }
        Self { files }
    }
}

/// A pack with what it does not have itself taken from another: registers by their key, lights and
/// ladder as a whole, the registers of reports and of recurring tasks, and the hours of the office where none
/// are set. Duties and examples are its own, for they hang on what the plan is about.
pub fn resolve(pack: &Pack, base: &Pack) -> Pack {
    let mut whole = pack.clone();
    let missing = base.registers.iter().filter(|register| pack.find_register(&register.key).is_none());
    whole.registers.extend(missing.cloned());
    whole.reports = whole.reports.or_else(|| base.reports.clone());
    whole.recurring = whole.recurring.or_else(|| base.recurring.clone());
    whole.upward = whole.upward.or_else(|| base.upward.clone());
    if whole.lights.is_empty() {
        whole.lights.clone_from(&base.lights);
    }
    if whole.ladder.is_empty() {
        whole.ladder.clone_from(&base.ladder);
    }
    if whole.hours == Hours::default() {
        whole.hours = base.hours.clone();
    }
    whole
}

/// Two packs of one name and version: one of the office takes the place of a built-in one, a second
/// of the office is a fault.
fn replace(files: &mut Vec<PackFile>) {
    let key = |file: &PackFile| file.pack.as_ref().map(|pack| (pack.name.clone(), pack.version));
    let own: BTreeSet<_> = files.iter().filter(|file| !file.built_in).filter_map(key).collect();
    files.retain(|file| !file.built_in || key(file).is_none_or(|key| !own.contains(&key)));
    let mut seen = BTreeSet::new();
    for file in files {
        let Some((name, version)) = key(file) else { continue };
        if !seen.insert((name.clone(), version)) {
            let message = format!("方案包“{name}”第 {version} 版已经有了。");
            fault(
                file,
                "duplicate-pack",
                "version",
                message,
                "改了内容就把 version 加 1，没改就删去这个文件。",
            );
        }
    }
}

/// Fills in what packs take over, those first that need nothing that is not yet whole.
fn extend_all(files: &mut [PackFile]) {
    let mut open: Vec<usize> = (0..files.len()).filter(|i| base_name(&files[*i]).is_some()).collect();
    while !open.is_empty() {
        let waits = |i: &usize| open.iter().any(|other| name(&files[*other]) == base_name(&files[*i]));
        let (later, now): (Vec<usize>, Vec<usize>) = open.iter().partition(|i| waits(i));
        if now.is_empty() {
            for i in later {
                let message = "方案包互相沿用，绕成了一圈。".to_owned();
                fault(&mut files[i], "extends-circle", "extends", message, "让其中一个不再沿用别的包。");
            }
            return;
        }
        for i in now {
            match find_base(files, i) {
                Some(base) => files[i].pack = files[i].pack.as_ref().map(|pack| resolve(pack, &base)),
                None => {
                    let base = base_name(&files[i]).unwrap_or_default().to_owned();
                    let message = format!("没有可以沿用的方案包“{base}”。");
                    let help = "写已有方案包的 name；它须没有错误，启用日期不晚于这个包。";
                    fault(&mut files[i], "extends-unknown", "extends", message, help);
                }
            }
        }
        open = later;
    }
}

/// The newest version of the base that has begun when the pack begins.
fn find_base(files: &[PackFile], i: usize) -> Option<Pack> {
    let (name, from) = (base_name(&files[i])?, files[i].pack.as_ref()?.from);
    let begun =
        files.iter().filter_map(PackFile::sound).filter(|pack| pack.name == name && pack.from <= from);
    begun.max_by_key(|pack| pack.version).cloned()
}

fn name(file: &PackFile) -> Option<&str> {
    file.pack.as_ref().map(|pack| pack.name.as_str())
}

fn base_name(file: &PackFile) -> Option<&str> {
    file.pack.as_ref()?.extends.as_deref()
}

fn fault(file: &mut PackFile, code: &str, key: &str, message: String, help: &str) {
    let (_, source, _) = read_source(&file.text);
    let place = source.place(&Path::top(key));
    file.diagnostics.push(Diagnostic::new(code, Level::Error, place, message).help(help));
}

fn expired(file: &PackFile, pack: &Pack, to: Date) -> Diagnostic {
    let (_, source, _) = read_source(&file.text);
    let message = format!("方案包“{}”已于 {to} 停用，现仍按它执行。", pack.title);
    let help = "请核对依据是否已经修订；仍然适用的，改 to 并把 version 加 1。";
    Diagnostic::new("pack-expired", Level::Warning, source.place(&Path::top("to")), message).help(help)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const FLOW: &str = r#"
[register.flow]
start = "open"
state = [{ key = "open", title = "在办" }, { key = "done", title = "办结", phase = "done" }]
step = [{ key = "finish", title = "办结", from = ["open"], to = "done", who = ["handler@lead"] }]
"#;

    /// A pack with these lines and registers.
    fn pack(name: &str, lines: &str, registers: &[&str]) -> (String, String) {
        let mut text = format!("name = \"{name}\"\ntitle = \"包\"\ntasks = \"task\"\n{lines}\n");
        for key in registers {
            text += &format!(
                "[[register]]\nkey = \"{key}\"\ntitle = \"{name}\"\nnumbering = \"{{number}}\"\n{FLOW}"
            );
        }
        (format!("{name}.toml"), text)
    }

    fn codes(library: &Library) -> Vec<String> {
        let found =
            library.files().iter().flat_map(|file| file.diagnostics.iter().map(move |found| (file, found)));
        let line = |(file, found): (&PackFile, &Diagnostic)| {
            let (line, _) = crate::line_and_column(&file.text, found.span);
            format!("{}:{line} {}", file.name, found.code)
        };
        found.map(line).collect()
    }

    #[test]
    fn the_packs_in_the_binary_are_sound() {
        let library = Library::built_in();
        for file in library.files() {
            let shown: Vec<_> =
                file.diagnostics.iter().map(|found| crate::render(&file.name, &file.text, found)).collect();
            assert!(shown.is_empty(), "{}", shown.join("\n"));
            assert!(file.pack.as_ref().unwrap().examples.len() >= 4, "{}", file.name);
        }
        assert_eq!(library.packs().count(), BUILT_IN.len());
    }

    #[test]
    fn the_newest_version_in_force_is_chosen() {
        let library = Library::of([
            pack("a", "version = 1\nfrom = 2025-01-01\nto = 2025-12-31", &["task"]),
            pack("a", "version = 2\nfrom = 2026-01-01\nto = 2026-06-30", &["task"]),
            pack("a", "version = 3\nfrom = 2027-01-01", &["task"]),
        ]);
        let chosen =
            |day| library.choose("a", day).map(|chosen| (chosen.pack.version, chosen.warning.is_some()));
        assert_eq!(chosen(date(2024, 12, 31)), None);
        assert_eq!(chosen(date(2025, 12, 31)), Some((1, false)));
        assert_eq!(chosen(date(2026, 1, 1)), Some((2, false)));
        assert_eq!(chosen(date(2026, 7, 1)), Some((2, true)), "an expired pack goes on with a warning");
        assert_eq!(chosen(date(2027, 1, 1)), Some((3, false)));
        assert_eq!(library.find("a", 1).unwrap().version, 1);
    }

    #[test]
    fn a_pack_takes_over_what_it_does_not_have() {
        let library = Library::of([
            pack("child", "version = 1\nfrom = 2026-01-01\nextends = \"middle\"", &["report"]),
            pack("middle", "version = 1\nfrom = 2026-01-01\nextends = \"base\"", &[]),
            pack(
                "base",
                "version = 1\nfrom = 2026-01-01\n[hours]\nclosing = 18:00:00\n",
                &["task", "report"],
            ),
        ]);
        assert!(codes(&library).is_empty(), "{:?}", codes(&library));
        let child = library.choose("child", date(2026, 1, 1)).unwrap().pack;
        let registers: Vec<_> = child.registers.iter().map(|r| (r.key.as_str(), r.title.as_str())).collect();
        assert_eq!(registers, [("report", "child"), ("task", "base")]);
        assert_eq!(child.hours.closing, jiff::civil::time(18, 0, 0, 0));
    }

    #[test]
    fn what_cannot_be_taken_over_is_told_at_its_line() {
        let library = Library::of([
            pack("a", "version = 1\nfrom = 2026-01-01\nextends = \"b\"", &[]),
            pack("b", "version = 1\nfrom = 2026-01-01\nextends = \"a\"", &[]),
            pack("c", "version = 1\nfrom = 2026-01-01\nextends = \"none\"", &[]),
            pack("d", "version = 1\nfrom = 2026-01-01\nextends = \"later\"", &[]),
            pack("later", "version = 1\nfrom = 2026-01-02", &["task"]),
        ]);
        let expected = [
            "a.toml:6 extends-circle",
            "b.toml:6 extends-circle",
            "c.toml:6 extends-unknown",
            "d.toml:6 extends-unknown",
        ];
        assert_eq!(codes(&library), expected);
    }

    #[test]
    fn a_fault_in_what_was_taken_over_is_told_at_extends() {
        let light = "[[light]]\nkey = \"red\"\ntitle = \"红灯\"\ncolour = \"red\"\nwhen = [{ days_late = 0 }]\nreset = [\"finish\"]\n";
        let (name, text) = pack("child", "version = 1\nfrom = 2026-01-01\nextends = \"base\"", &["task"]);
        let library = Library::of([
            pack("base", &format!("version = 1\nfrom = 2026-01-01\n{light}"), &["task"]),
            (name, text.replace("key = \"finish\"", "key = \"close\"")),
        ]);
        assert_eq!(codes(&library), ["child.toml:6 unknown-step"]);
    }

    #[test]
    fn a_pack_of_the_office_takes_the_place_of_a_built_in_one() {
        let own = pack("task", "version = 1\nfrom = 2020-01-01", &["task"]);
        let library = Library::with([own.clone()]);
        assert_eq!(library.find("task", 1).unwrap().title, "包");
        assert_eq!(codes(&Library::of([own.clone(), own])), ["task.toml:4 duplicate-pack"]);
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(60))]

        /// Words of a pack put where other words stood: whatever it then says, it is only told.
        #[test]
        fn no_shuffled_pack_makes_it_panic(which in 0..BUILT_IN.len(), swaps in proptest::collection::vec((0usize..4000, 0usize..4000), 1..6)) {
            let mut words: Vec<&str> = BUILT_IN[which].1.split('"').collect();
            let count = words.len();
            for (a, b) in swaps {
                // Odd pieces stand between quotes.
                words.swap(a % (count / 2) * 2 + 1, b % (count / 2) * 2 + 1);
            }
            let own = ("own.toml".to_owned(), words.join("\""));
            for file in Library::with([own]).files() {
                for found in &file.diagnostics {
                    crate::render(&file.name, &file.text, found);
                }
            }
        }
    }
}
