//! What happened to an entry, in words.

use luoshi_app::Reader;
use luoshi_engine::{Entry, EntryEvent, Event, Evidence, Recorded};
use luoshi_pack::{Pack, Register};

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
        // A light that changes with a step is no deed of whoever took it.
        let by_rule = matches!(event, Event::Entry(_, EntryEvent::Lit { .. }));
        let by_hand = !recorded.actor.is_system() && !by_rule;
        let unit = org.posts.get(&recorded.actor.post).map(|post| reader.unit_words(post.unit));
        let (what, note, files) = match event {
            Event::Entry(_, event) => told(pack, entry, to, event),
            Event::Org(_) | Event::Plan(_) => Default::default(),
        };
        Self {
            when: minute(recorded.at),
            who: if by_hand { org.person_name(recorded.actor.person) } else { String::from("系统") },
            unit: unit.filter(|_| by_hand).unwrap_or_default(),
            what,
            note,
            files,
            by_hand,
        }
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
        ..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KB", bytes / 1024),
        _ => format!("{:.1} MB", bytes as f64 / 1_048_576.0),
    }
}

fn told(pack: &Pack, entry: &Entry, to: &str, event: &EntryEvent) -> (String, String, Vec<File>) {
    let register = pack.find_register(&entry.opening.register);
    let state = |key: &str| state_title(register, key);
    let light = |key: &str| pack.find_light(key).map_or_else(|| key.to_owned(), |light| light.title.clone());
    let plain = |what: String| (what, String::new(), Vec::new());
    match event {
        EntryEvent::Opened(opening) => {
            // What no item of the plan, no report that is due and no instruction asked for was entered by hand.
            let given = opening.item.is_some() || opening.expected.is_some() || opening.follows.is_some();
            plain(format!("{}：{}", if given { "交办" } else { "登记" }, opening.title))
        }
        EntryEvent::Stepped { step, to: next, body, due, .. } => {
            let step = register
                .and_then(|register| register.flow.find_step(step))
                .map_or_else(|| step.clone(), |step| step.title.clone());
            let next = state(next);
            // Where the state says no more than the step, it is said once.
            let same = next.strip_prefix('已').unwrap_or(&next) == step;
            let mut what = if same { step } else { format!("{step}，{next}") };
            if let Some(progress) = body.progress {
                what += &format!("；计划进度{}%，实际{}%", progress.planned, progress.actual);
            }
            if let Some(due) = due.or(body.due) {
                what += &format!("；时限{}", due.due_date());
            }
            (what, body.note.clone(), body.evidence.iter().map(|evidence| file(to, evidence)).collect())
        }
        EntryEvent::Lit { light: Some(key), because } => plain(format!("亮{}：{because}", light(key))),
        EntryEvent::Lit { light: None, .. } => plain(String::from("灭灯")),
        EntryEvent::LightSet { light: key, reason } => {
            (format!("改亮{}", light(key)), reason.clone(), Vec::new())
        }
        EntryEvent::Reminded { rung, .. } => {
            let found = pack.ladder.iter().find(|known| known.key == *rung);
            plain(found.map_or_else(|| rung.clone(), |rung| rung.title.clone()))
        }
        EntryEvent::LimitPassed { state: key, .. } => plain(format!("停在“{}”超过规定时间", state(key))),
        EntryEvent::Urged { rung, reason, .. } => {
            let found = pack.ladder.iter().find(|known| known.key == *rung);
            let rung = found.map_or(rung, |rung| &rung.title);
            (format!("{rung}（督查员发出）"), reason.clone(), Vec::new())
        }
        EntryEvent::Instructed { words, task, due, .. } => {
            (format!("批示，立为第{task}号事项，{}前落实", due.due_date()), words.clone(), Vec::new())
        }
        EntryEvent::Inherited { reason, .. } => plain(reason.clone()),
        EntryEvent::Amended { version, .. } => plain(format!("随方案第{version}版修订")),
    }
}

fn state_title(register: Option<&Register>, key: &str) -> String {
    let found = register.and_then(|register| register.flow.find_state(key));
    found.map_or_else(|| key.to_owned(), |state| state.title.clone())
}
