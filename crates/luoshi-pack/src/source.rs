//! The text of a pack beside the places of its parts.
//!
//! The model is plain data without places; a check names what it speaks of by its path
//! (`register[0].flow.step[3].to`) and the place is looked up here.

use luoshi_text::Span;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::Pack;

/// A way from the top of a pack to one of its values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Path(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Key(String),
    Index(usize),
}

impl Path {
    /// From the top to a key.
    pub(crate) fn top(key: &str) -> Self {
        Self::default().key(key)
    }

    /// Further, to a key of a table.
    pub(crate) fn key(&self, key: &str) -> Self {
        self.with(Part::Key(key.to_owned()))
    }

    /// Further, to an element of an array.
    pub(crate) fn at(&self, index: usize) -> Self {
        self.with(Part::Index(index))
    }

    fn with(&self, part: Part) -> Self {
        let mut parts = self.0.clone();
        parts.push(part);
        Self(parts)
    }
}

/// A pack's text, read so far that every value has its place.
pub(crate) struct Source<'t> {
    table: Spanned<DeTable<'t>>,
}

impl<'t> Source<'t> {
    /// Reads the form of the text; what is no TOML comes back as errors with their places. Both may
    /// come: a table of what could be read, and errors about the rest.
    pub(crate) fn parse(text: &'t str) -> (Self, Vec<toml::de::Error>) {
        let (mut table, errors) = DeTable::parse_recoverable(text);
        for (_, value) in table.get_mut().iter_mut() {
            quote_times(value);
        }
        (Self { table }, errors)
    }

    /// The pack, without the keys that stand at these places.
    pub(crate) fn read(&self, without: &[Span]) -> Result<Pack, toml::de::Error> {
        let mut table = self.table.clone();
        drop_keys(table.get_mut(), without);
        serde::Deserialize::deserialize(toml::de::Deserializer::from(table))
    }

    /// The place of a value; where it is not written, that of the nearest table around it. What a
    /// pack takes over from another is placed at its `extends`.
    pub(crate) fn place(&self, path: &Path) -> Span {
        let mut here = first_line(self.table.get_ref());
        let mut value: Option<&Spanned<DeValue<'t>>> = None;
        for (depth, part) in path.0.iter().enumerate() {
            let next = match (part, value.map(Spanned::get_ref)) {
                (Part::Key(key), None) => self.table.get_ref().get(key.as_str()),
                (Part::Key(key), Some(DeValue::Table(table))) => table.get(key.as_str()),
                (Part::Index(index), Some(DeValue::Array(array))) => array.get(*index),
                _ => None,
            };
            let Some(next) = next else {
                return if depth < 2 { self.extends().unwrap_or(here) } else { here };
            };
            here = place_of(next);
            value = Some(next);
        }
        here
    }

    fn extends(&self) -> Option<Span> {
        self.table.get_ref().get("extends").map(place_of)
    }
}

/// A table is placed at the name that a reader finds it by, if it has one: its whole stretch would
/// be a screenful.
fn place_of(value: &Spanned<DeValue<'_>>) -> Span {
    let named = value.get_ref().as_table().and_then(|table| table.get("key").or_else(|| table.get("title")));
    let span = named.unwrap_or(value).span();
    Span::new(span.start, span.end)
}

fn first_line(table: &DeTable<'_>) -> Span {
    let name = table.get("name").or_else(|| table.iter().next().map(|(_, value)| value));
    name.map_or_else(Span::default, place_of)
}

/// Days and times may be written with quotes or without; the model reads words.
fn quote_times(value: &mut Spanned<DeValue<'_>>) {
    match value.get_mut() {
        DeValue::Datetime(time) => *value.get_mut() = DeValue::String(time.to_string().into()),
        DeValue::Array(array) => array.iter_mut().for_each(quote_times),
        DeValue::Table(table) => table.iter_mut().for_each(|(_, value)| quote_times(value)),
        _ => {}
    }
}

fn drop_keys(table: &mut DeTable<'_>, places: &[Span]) {
    if places.is_empty() {
        return;
    }
    let named = |key: &Spanned<_>| places.contains(&Span::new(key.span().start, key.span().end));
    *table = std::mem::take(table).into_iter().filter(|(key, _)| !named(key)).collect();
    table.iter_mut().for_each(|(_, value)| drop_below(value, places));
}

fn drop_below(value: &mut Spanned<DeValue<'_>>, places: &[Span]) {
    match value.get_mut() {
        DeValue::Array(array) => array.iter_mut().for_each(|value| drop_below(value, places)),
        DeValue::Table(table) => drop_keys(table, places),
        _ => {}
    }
}
