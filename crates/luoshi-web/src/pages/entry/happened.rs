//! What happened to an entry, in words.

use luoshi_app::{Reader, Telling};
use luoshi_engine::{Entry, EntryEvent, Event, Evidence, Recorded};
use luoshi_pack::Pack;

use super::File;
use crate::view::minute;

/// One line of an entry's history.
pub(crate) struct Happened {
    /// When.
    pub(crate) when: String,
    /// Who; 系统 for what time brought about.
    pub(crate) who: String,
    /// From which unit.
    pub(crate) unit: String,
    /// What, in a few words.
    pub(crate) what: String,
    /// What was said.
    pub(crate) note: String,
    /// What was handed in.
    pub(crate) files: Vec<File>,
    /// Whether a person did it.
    pub(crate) by_hand: bool,
}

impl Happened {
    /// An event in words.
    pub(crate) fn of(
        reader: &Reader,
        pack: &Pack,
        entry: &Entry,
        to: &str,
        (recorded, event): &(Recorded, Event),
    ) -> Self {
        let org = &reader.context.org;
        let by_hand = !recorded.actor.is_system() && !Telling::is_by_rule(event);
        let unit = org.posts.get(&recorded.actor.post).map(|post| reader.unit_words(post.unit));
        let (told, evidence) = match event {
            Event::Entry(_, event) => {
                (Telling::of_entry(pack, &entry.opening.register, event), evidence_of(event))
            }
            Event::Org(_) | Event::Plan(_) => (Telling::default(), &[][..]),
        };
        Self {
            when: minute(recorded.at),
            who: if by_hand { org.person_name(recorded.actor.person) } else { String::from("系统") },
            unit: unit.filter(|_| by_hand).unwrap_or_default(),
            what: told.what,
            note: told.said,
            files: evidence.iter().map(|evidence| file(to, evidence)).collect(),
            by_hand,
        }
    }
}

/// What was handed in with an event.
fn evidence_of(event: &EntryEvent) -> &[Evidence] {
    match event {
        EntryEvent::Stepped { body, .. } => &body.evidence,
        _ => &[],
    }
}

/// A file as it is shown.
pub(crate) fn file(to: &str, file: &Evidence) -> File {
    let picture = ["jpg", "jpeg", "png", "gif", "webp"];
    let ending = file.name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    File {
        name: file.name.clone(),
        to: format!("{to}/files/{}", file.hash),
        size: size(file.size),
        picture: picture.contains(&ending.as_str()),
    }
}

fn size(bytes: i64) -> String {
    match bytes {
        // Of a file in a field it is not told.
        0 => String::new(),
        ..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KB", bytes / 1024),
        _ => format!("{:.1} MB", bytes as f64 / 1_048_576.0),
    }
}
