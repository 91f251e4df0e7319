//! Finding plans, entries and papers by words, within what a reader sees.

use std::collections::BTreeMap;

use luoshi_engine::{Entry, EntryNo, Event, Hash, Plan, PlanEvent, PlanId};
use luoshi_store::{Page, SoughtKind, StoreError, compared, query_words};
use tokio::task::spawn_blocking;

use crate::app::App;
use crate::error::AppError;
use crate::reader::Reader;
use crate::watch::Seeing;

/// How far hits are counted.
pub const MOST_HITS: i64 = 1000;

/// How many characters of a text are shown around a hit.
const AROUND: usize = 90;

/// How many lines are shown of one hit.
const LINES: usize = 3;

/// Words in pieces; those that were sought are marked.
pub type Words = Vec<(String, bool)>;

/// Something found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// What kind of thing.
    pub kind: SoughtKind,
    /// Its plan.
    pub plan: PlanId,
    /// Its entry; 0 for the plan itself.
    pub no: EntryNo,
    /// What it is called.
    pub title: Words,
    /// Where it belongs: plan and register.
    pub place: String,
    /// Where in it the words stand.
    pub lines: Vec<Words>,
}

/// What was found of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// How many there are, counted up to [`MOST_HITS`].
    pub total: i64,
    /// Some of them, the newest first.
    pub hits: Vec<Hit>,
}

impl Reader {
    /// All plans that the reader sees, for finding in them.
    ///
    /// # Errors
    ///
    /// The reader's post does no business, or the store fails; so with all that follow.
    pub async fn findable(&self) -> Result<Seeing, AppError> {
        self.does_business()?;
        let plans = self.plans().await?;
        let sight = self.sight_of(&plans);
        Ok(Seeing { plans, sight })
    }

    /// What has these words in it, of one kind. Texts of plans are read only where it is asked for the words
    /// in them.
    pub async fn find(
        &self,
        seeing: &Seeing,
        words: &str,
        kind: SoughtKind,
        page: Page,
        texts: bool,
    ) -> Result<Hits, AppError> {
        let store = self.app().store();
        let total = store.count_words(&seeing.sight, words, kind, MOST_HITS).await?;
        if total == 0 || page.limit == 0 {
            return Ok(Hits { total, hits: Vec::new() });
        }
        let found = store.find_words(&seeing.sight, words, kind, page).await?;
        let entries = self.entries_of(&found).await?;
        let mut sources = Vec::new();
        for key in found {
            let Some(plan) = seeing.plans.iter().find(|known| known.id == key.0) else { continue };
            sources.extend(match entries.get(&key) {
                Some(entry) => Some(self.entry_source(plan, entry, kind)),
                None if key.1 != EntryNo(0) => None,
                None if kind == SoughtKind::Paper => Some(self.text_source(plan, texts).await),
                None => Some(self.plan_source(plan)),
            });
        }
        // Texts are long: they are gone through where nobody waits for it.
        let asked = query_words(words);
        let marked =
            spawn_blocking(move || sources.into_iter().map(|source| source.marked(&asked)).collect()).await;
        Ok(Hits { total, hits: marked.map_err(|_| AppError::Closing)? })
    }

    /// The entries among what was found.
    async fn entries_of(
        &self,
        found: &[(PlanId, EntryNo)],
    ) -> Result<BTreeMap<(PlanId, EntryNo), Entry>, AppError> {
        let mut nos: BTreeMap<PlanId, Vec<EntryNo>> = BTreeMap::new();
        for (plan, no) in found.iter().filter(|(_, no)| *no != EntryNo(0)) {
            nos.entry(*plan).or_default().push(*no);
        }
        let mut entries = BTreeMap::new();
        for (plan, nos) in nos {
            let found = self.app().store().entries(plan, nos).await?;
            entries.extend(found.into_iter().map(|entry| ((plan, entry.no), entry)));
        }
        Ok(entries)
    }

    fn plan_source(&self, plan: &Plan) -> Source {
        let number = (!plan.number.is_empty()).then(|| (String::new(), plan.number.clone()));
        Source {
            kind: SoughtKind::Plan,
            plan: plan.id,
            no: EntryNo(0),
            title: plan.title.clone(),
            place: self.context.org.unit_name(plan.issuer),
            words: Looked::All(number.into_iter().collect()),
        }
    }

    /// The text that a plan was read from.
    async fn text_source(&self, plan: &Plan, reads: bool) -> Source {
        let text = match plan.text.filter(|_| reads) {
            Some(text) => self.app().text(text).await.unwrap_or_default(),
            None => String::new(),
        };
        Source {
            kind: SoughtKind::Paper,
            plan: plan.id,
            no: EntryNo(0),
            title: plan.title.clone(),
            place: String::from("方案正文"),
            words: Looked::Text(text),
        }
    }

    fn entry_source(&self, plan: &Plan, entry: &Entry, kind: SoughtKind) -> Source {
        let opening = &entry.opening;
        let register = self.pack(plan).ok().and_then(|pack| pack.find_register(&opening.register));
        let sought = Entry::sought(entry, register);
        let words = if kind == SoughtKind::Paper {
            sought.papers.into_iter().map(|name| (String::new(), name)).collect()
        } else {
            sought.words.into_iter().filter(|(_, words)| *words != opening.title).collect()
        };
        let title = register.map_or("", |register| &register.title);
        Source {
            kind,
            plan: plan.id,
            no: entry.no,
            title: opening.title.clone(),
            place: format!("{}　{title} · {}", opening.number, plan.title),
            words: Looked::Fields(words),
        }
    }
}

/// Something found, before it is looked for where in it the words stand.
struct Source {
    kind: SoughtKind,
    plan: PlanId,
    no: EntryNo,
    title: String,
    place: String,
    words: Looked,
}

/// What is looked into.
enum Looked {
    /// All of it is shown: labels and words.
    All(Vec<(String, String)>),
    /// Fields or names of files, of which those with the words are shown.
    Fields(Vec<(String, String)>),
    /// A text, of which a few lines are shown.
    Text(String),
}

impl Source {
    fn marked(self, asked: &[String]) -> Hit {
        let excerpts = |words: &[(String, String)]| -> Vec<Words> {
            words.iter().map(|(label, words)| excerpt(label, words, asked)).collect()
        };
        let lines = match &self.words {
            Looked::All(words) => excerpts(words),
            Looked::Fields(words) => excerpts(words).into_iter().filter(has_mark).take(LINES).collect(),
            Looked::Text(text) => lines_of(text, asked),
        };
        Hit {
            kind: self.kind,
            plan: self.plan,
            no: self.no,
            title: marked(&self.title, asked),
            place: self.place,
            lines,
        }
    }
}

/// The lines of a text in which the words stand.
fn lines_of(text: &str, asked: &[String]) -> Vec<Words> {
    let lines = text.lines().filter(|line| any_whole(line, asked)).take(LINES);
    let mut lines: Vec<Words> = lines.map(|line| excerpt("", line, asked)).collect();
    if lines.is_empty() {
        lines.extend(text.lines().map(|line| excerpt("", line, asked)).find(has_mark));
    }
    lines
}

impl App {
    /// A text that was kept.
    async fn text(&self, hash: Hash) -> Result<String, AppError> {
        Ok(String::from_utf8_lossy(&self.attachment(hash).await?).into_owned())
    }

    /// Lets the text of a plan be found by its words.
    pub(crate) async fn read_text(&self, plan: PlanId) -> Result<(), AppError> {
        let found = self.store().plan(plan).await?;
        let Some(hash) = found.and_then(|plan| plan.text) else { return Ok(()) };
        let text = self.text(hash).await?;
        let mut name = String::new();
        for recorded in self.store().events_of(plan, EntryNo(0), None).await? {
            if let Event::Plan(PlanEvent::Drafted { source, .. } | PlanEvent::Amended { source, .. }) =
                recorded.event().map_err(StoreError::from)?
            {
                name = source.name;
            }
        }
        let mut work = self.store().begin().await?;
        work.heads(&[plan]).await?;
        // Where the text became another one meanwhile, whoever gave it reads that.
        if work.plans(&[plan]).await?.get(&plan).is_none_or(|now| now.text != Some(hash)) {
            return Ok(work.rollback().await?);
        }
        work.put_text(plan, &name, &text).await?;
        Ok(work.commit().await?)
    }

    /// Lets all texts be found that cannot be yet: of plans made before there was finding, or when the
    /// tables were made again. One whose file is missing is left out; verifying tells of the file.
    pub(crate) async fn read_texts(&self) -> Result<(), AppError> {
        for plan in self.store().plans_without_text().await? {
            if let Err(AppError::Store(error)) = self.read_text(plan).await {
                return Err(error.into());
            }
        }
        Ok(())
    }
}

/// Where the words that are asked for stand in a text. A run that stands nowhere as a whole is found by
/// its neighbouring characters.
fn marks(text: &[char], asked: &[String]) -> Vec<bool> {
    let mut marks = vec![false; text.len()];
    let mut mark = |needle: &[char]| {
        let mut found = false;
        for at in 0..(text.len() + 1).saturating_sub(needle.len()) {
            if text[at..at + needle.len()] == *needle {
                marks[at..at + needle.len()].fill(true);
                found = true;
            }
        }
        found
    };
    for word in asked {
        let word: Vec<char> = word.chars().collect();
        if !mark(&word) && word.len() > 2 && !word[0].is_ascii() {
            word.windows(2).for_each(|two| {
                mark(two);
            });
        }
    }
    marks
}

/// Whether one of the words stands in a text as a whole.
fn any_whole(text: &str, asked: &[String]) -> bool {
    let text: String = text.chars().map(compared).collect();
    asked.iter().any(|word| text.contains(word))
}

fn has_mark(words: &Words) -> bool {
    words.iter().any(|(_, marked)| *marked)
}

/// A text with marks.
fn marked(text: &str, asked: &[String]) -> Words {
    let letters: Vec<char> = text.chars().collect();
    let same: Vec<char> = letters.iter().copied().map(compared).collect();
    pieces(&letters, &marks(&same, asked))
}

/// The part of a text around the first mark.
fn excerpt(label: &str, text: &str, asked: &[String]) -> Words {
    let letters: Vec<char> = text.trim().chars().collect();
    let same: Vec<char> = letters.iter().copied().map(compared).collect();
    let marks = marks(&same, asked);
    let first = marks.iter().position(|marked| *marked).unwrap_or(0);
    let from = if letters.len() <= AROUND { 0 } else { first.saturating_sub(AROUND / 3) };
    let to = (from + AROUND).min(letters.len());
    let mut words = Words::new();
    let before = if label.is_empty() { String::new() } else { format!("{label}：") };
    let before = if from > 0 { before + "…" } else { before };
    if !before.is_empty() {
        words.push((before, false));
    }
    words.extend(pieces(&letters[from..to], &marks[from..to]));
    if to < letters.len() {
        words.push((String::from("…"), false));
    }
    words
}

fn pieces(letters: &[char], marks: &[bool]) -> Words {
    let mut words = Words::new();
    for (letter, marked) in letters.iter().zip(marks) {
        match words.last_mut() {
            Some((piece, same)) if same == marked => piece.push(*letter),
            _ => words.push((letter.to_string(), *marked)),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(words: &Words) -> String {
        words
            .iter()
            .map(|(piece, marked)| if *marked { format!("[{piece}]") } else { piece.clone() })
            .collect()
    }

    #[test]
    fn what_was_sought_is_marked() {
        let check = |query: &str, text: &str, expect: &str| {
            assert_eq!(shown(&marked(text, &query_words(query))), expect);
        };
        check("隐患", "排查隐患，整改隐患", "排查[隐患]，整改[隐患]");
        check("hz-0007", "编号ＨＺ－０００７", "编号[ＨＺ]－[０００７]");
        check("安全生产", "安全，生产；全生", "[安全]，[生产]；[全生]");
        check("水", "用水，节水", "用[水]，节[水]");
        check("没有", "别的", "别的");
    }

    #[test]
    fn a_long_text_is_shown_around_the_first_mark() {
        let text = format!("{}收储进度{}", "甲".repeat(100), "乙".repeat(100));
        let words = shown(&excerpt("内容", &text, &query_words("收储")));
        assert!(words.starts_with("内容：…甲") && words.ends_with("乙…"), "{words}");
        assert!(words.contains("甲[收储]进度乙"), "{words}");
        assert!(words.chars().count() < 110, "{words}");
    }
}
