//! The files that events name.

use luoshi_engine::{EntryEvent, Event, Evidence, FieldValue, Hash, PlanEvent};

/// A file that an event names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// A version of the plan: the file it was read from, and the text.
    Plan { source: Evidence, text: Hash },
    /// Something that proves.
    Evidence(Evidence),
    /// A file in a field, which holds no name.
    Field(Hash),
}

impl Named {
    pub(super) fn hashes(&self) -> Vec<Hash> {
        match self {
            Self::Plan { source, text } => vec![source.hash, *text],
            Self::Evidence(file) => vec![file.hash],
            Self::Field(hash) => vec![*hash],
        }
    }
}

/// The files that an event names.
pub(super) fn named(event: &Event) -> Vec<Named> {
    let fields = |fields: &std::collections::BTreeMap<String, FieldValue>| -> Vec<Named> {
        let file = |value: &FieldValue| match value {
            FieldValue::File(hash) => Some(Named::Field(*hash)),
            _ => None,
        };
        fields.values().filter_map(file).collect()
    };
    match event {
        Event::Plan(PlanEvent::Drafted { source, text, .. } | PlanEvent::Amended { source, text, .. }) => {
            vec![Named::Plan { source: source.clone(), text: *text }]
        }
        Event::Plan(PlanEvent::ListImported { file, .. }) => vec![Named::Evidence(file.clone())],
        Event::Entry(_, EntryEvent::Opened(opening)) => fields(&opening.fields),
        Event::Entry(_, EntryEvent::Stepped { body, .. }) => {
            let evidence = body.evidence.iter().cloned().map(Named::Evidence);
            evidence.chain(fields(&body.fields)).collect()
        }
        Event::Plan(_) | Event::Entry(..) | Event::Org(_) => Vec::new(),
    }
}

/// A name that any system takes as one name in a folder: no separators, nothing that steers, not long.
pub(super) fn safe_name(name: &str) -> String {
    let one = |c: char| match c {
        '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => '_',
        c if c.is_control() => '_',
        c => c,
    };
    let clean: String = luoshi_press::visible(name).chars().map(one).collect();
    let clean = clean.trim().trim_matches('.');
    // The end tells what kind of file it is, so the middle goes.
    let (stem, ending) = match clean.rsplit_once('.') {
        Some((stem, ending)) if ending.chars().count() <= 8 => (stem, format!(".{ending}")),
        _ => (clean, String::new()),
    };
    let stem: String = stem.chars().take(60).collect();
    let stem = stem.trim_end_matches('.').replace("..", "_");
    if stem.is_empty() { format!("未命名{ending}") } else { format!("{stem}{ending}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_strangers_stay_in_their_folder() {
        let cases = [
            ("现场.png", "现场.png"),
            ("../../etc/passwd", "___etc_passwd"),
            ("C:\\甲\\乙.docx", "C__甲_乙.docx"),
            ("..", "未命名"),
            ("", "未命名"),
            (".docx", "docx"),
        ];
        for (name, safe) in cases {
            assert_eq!(safe_name(name), *safe, "{name:?}");
        }
        assert_eq!(safe_name(&format!("{}.pdf", "长".repeat(300))).chars().count(), 64);
    }
}
