use luoshi_text::Format;
use roxmltree::Document;

use crate::archive::Archive;
use crate::{Limits, ReadError, xml};

/// An XML part of a docx.
#[derive(Debug)]
pub(super) struct Part {
    /// Its name in the archive.
    pub(super) name: String,
    text: String,
}

impl Part {
    /// The part parsed.
    pub(super) fn tree(&self, limits: &Limits) -> Result<Document<'_>, ReadError> {
        xml::parse(&self.text, &self.name, Format::Docx, limits)
    }
}

/// The parts of a docx that its text is read from.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) main: Part,
    pub(super) styles: Option<Part>,
    pub(super) numbering: Option<Part>,
    pub(super) footnotes: Option<Part>,
    pub(super) endnotes: Option<Part>,
    /// Whether it carries macros.
    pub(super) macros: bool,
}

impl Package {
    /// Unpacks the parts.
    pub(super) fn open(bytes: &[u8], limits: &Limits) -> Result<Self, ReadError> {
        let mut archive = Archive::open(bytes, Format::Docx, limits)?;
        let name = main_part(&mut archive, limits)?;
        let main = Part { text: xml::decode(&archive.need(&name)?), name: name.clone() };
        let (folder, file) = name.rsplit_once('/').unwrap_or(("", &name));
        let relations = relations(&mut archive, &format!("{folder}/_rels/{file}.rels"), limits)?;
        let mut part = |kind: &str| {
            let related =
                relations.iter().find(|(of, _)| of == kind).map(|(_, target)| resolve(folder, target));
            let name = related.unwrap_or_else(|| format!("{folder}/{kind}.xml"));
            let bytes = archive.read(&name)?;
            Ok::<_, ReadError>(bytes.map(|bytes| Part { text: xml::decode(&bytes), name }))
        };
        Ok(Self {
            main,
            styles: part("styles")?,
            numbering: part("numbering")?,
            footnotes: part("footnotes")?,
            endnotes: part("endnotes")?,
            macros: archive.names().any(|name| name.ends_with("vbaproject.bin")),
        })
    }
}

/// Parses a part beside the text; one that is broken is noted and left out.
pub(super) fn parse_beside<'a>(
    part: &'a Option<Part>,
    limits: &Limits,
    broken: &mut Vec<String>,
) -> Result<Option<Document<'a>>, ReadError> {
    let Some(part) = part else { return Ok(None) };
    match part.tree(limits) {
        Ok(tree) => Ok(Some(tree)),
        Err(ReadError::Damaged { .. }) => {
            broken.push(part.name.clone());
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

fn main_part(archive: &mut Archive, limits: &Limits) -> Result<String, ReadError> {
    const USUAL: &str = "word/document.xml";
    let relations = relations(archive, "_rels/.rels", limits)?;
    let named =
        relations.iter().find(|(kind, _)| kind == "officeDocument").map(|(_, target)| resolve("", target));
    Ok(named.filter(|name| archive.has(name)).unwrap_or_else(|| USUAL.to_owned()))
}

/// The relations that a part lists: the last word of their kind, and what they lead to.
fn relations(archive: &mut Archive, name: &str, limits: &Limits) -> Result<Vec<(String, String)>, ReadError> {
    let Some(bytes) = archive.read(name)? else {
        return Ok(Vec::new());
    };
    let text = xml::decode(&bytes);
    let tree = match xml::parse(&text, name, Format::Docx, limits) {
        Ok(tree) => tree,
        Err(ReadError::Damaged { .. }) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let relation = |node: roxmltree::Node| {
        let kind = node.attribute("Type")?.rsplit('/').next()?;
        let inside = node.attribute("TargetMode") != Some("External");
        inside.then(|| node.attribute("Target").map(|target| (kind.to_owned(), target.to_owned())))?
    };
    Ok(tree.root_element().children().filter_map(relation).collect())
}

/// The name in the archive that a relation of a part in `folder` leads to.
fn resolve(folder: &str, target: &str) -> String {
    let base = if target.starts_with('/') { "" } else { folder };
    let mut path: Vec<&str> = Vec::new();
    for step in base.split('/').chain(target.split('/')) {
        match step {
            "" | "." => {}
            ".." => drop(path.pop()),
            step => path.push(step),
        }
    }
    path.join("/")
}
