//! The samples as Word, PDF and old Word files say the same as their texts.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use luoshi_plan::{Compiled, Options, compile};
use luoshi_read::{Limits, find_soffice, read};
use luoshi_text::Document;
use xtask::samples::{CONVERTED, docx, texts};

const DAY: Date = date(2026, 11, 23);

fn open(path: &Path) -> (Document, Compiled) {
    let folders = [Path::new("/usr/bin"), Path::new("/usr/local/bin"), Path::new("/opt/libreoffice/program")];
    let limits = Limits { soffice: find_soffice(folders), ..Limits::default() };
    let bytes = std::fs::read(path).unwrap();
    let doc = read(&bytes, None, &limits).unwrap();
    let compiled = compile(&doc, &Options::new(None, DAY));
    (doc, compiled)
}

/// The facts with their words, without the places.
fn facts(doc: &Document, compiled: &Compiled) -> Vec<String> {
    let plans = compiled.plans.iter().flat_map(|p| &p.facts);
    plans.map(|f| format!("{} {:?}", doc.slice(f.span), f.value)).collect()
}

/// The tasks: number, words and parties.
fn tasks(doc: &Document, compiled: &Compiled) -> Vec<String> {
    let plans = compiled.plans.iter().flat_map(|p| &p.tasks);
    let names = |parties: &[luoshi_plan::model::Party]| {
        parties.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join("、")
    };
    plans
        .map(|t| {
            let times: Vec<&str> = t.times.iter().map(|x| doc.slice(x.span)).collect();
            format!("{} {} {} {} {times:?}", t.number, t.title, names(&t.lead), names(&t.responsible))
        })
        .collect()
}

#[track_caller]
fn same_text(text: &Path, other: &Path) {
    let (a, b) = (open(text).0, open(other).0);
    let name = other.display();
    for (x, y) in a.text().lines().zip(b.text().lines()) {
        assert_eq!(x, y, "{name}: a line reads otherwise");
    }
    assert_eq!(a.text(), b.text(), "{name}: the text ends otherwise");
}

#[track_caller]
fn same_facts(text: &Path, other: &Path) {
    let (a, b) = (open(text), open(other));
    let name = other.display();
    for (x, y) in facts(&a.0, &a.1).iter().zip(&facts(&b.0, &b.1)) {
        assert_eq!(x, y, "{name}: a fact differs");
    }
    assert_eq!(facts(&a.0, &a.1).len(), facts(&b.0, &b.1).len(), "{name}: more or fewer facts");
    assert_eq!(tasks(&a.0, &a.1), tasks(&b.0, &b.1), "{name}: tasks differ");
}

#[test]
fn word_files_say_the_same_as_their_texts() {
    let texts = texts().unwrap();
    assert_eq!(texts.len(), 16);
    for text in texts {
        let docx = text.with_extension("docx");
        same_text(&text, &docx);
        same_facts(&text, &docx);
    }
}

#[test]
fn old_word_and_pdf_files_say_the_same_as_their_texts() {
    for name in CONVERTED {
        let text = xtask::root().join("samples").join(name).with_extension("txt");
        let [doc, pdf] = ["doc", "pdf"].map(|end| text.with_extension(end));
        same_text(&text, &doc);
        same_facts(&text, &doc);
        same_facts(&text, &pdf);
    }
}

/// The parts of a Word file, unpacked: another release of the packer may pack otherwise.
fn parts(bytes: Vec<u8>) -> Vec<(String, String)> {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let names: Vec<String> = zip.file_names().map(|name| name.unwrap().into_owned()).collect();
    let mut read = |name: String| {
        let mut text = String::new();
        std::io::Read::read_to_string(&mut zip.by_name(&name).unwrap(), &mut text).unwrap();
        (name, text)
    };
    names.into_iter().map(&mut read).collect()
}

#[test]
fn word_files_are_made_from_their_texts() {
    for path in texts().unwrap() {
        let made = docx(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let kept = std::fs::read(path.with_extension("docx")).unwrap();
        let name: PathBuf = path.with_extension("docx");
        assert!(parts(made) == parts(kept), "{}: cargo xtask samples", name.display());
    }
}
