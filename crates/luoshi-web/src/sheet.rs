//! Forms as data: what is asked for, and what was sent, so that a form that was refused comes back with
//! everything that was typed.

use jiff::civil::Date;
use luoshi_app::AppError;
use luoshi_engine::{Refusal, RefusalKind};

use crate::error::{Result, WebError};
use crate::view::form_key;

/// A form.
#[derive(Clone, Default)]
pub(crate) struct Sheet {
    /// What it does; sent as `act`.
    pub(crate) act: String,
    /// Its title and the words of its button.
    pub(crate) title: String,
    /// Where it is sent.
    pub(crate) to: String,
    /// What has to be known before it is filled in.
    pub(crate) hint: String,
    /// What is asked for.
    pub(crate) fields: Vec<Field>,
    /// Why it was not carried out.
    pub(crate) fault: String,
    /// Sent again it changes nothing again.
    pub(crate) key: String,
    /// Whether it brings files.
    pub(crate) files: bool,
    /// Whether it takes something away.
    pub(crate) harsh: bool,
    /// Whether it is shown unfolded.
    pub(crate) open: bool,
}

/// One thing that is asked for.
#[derive(Clone, Default)]
pub(crate) struct Field {
    /// Its name in the form.
    pub(crate) name: &'static str,
    /// What it is called.
    pub(crate) title: &'static str,
    /// `text`, `date`, `select`, `many`, `area`, `password`, `hidden`, `file`, `code`.
    pub(crate) kind: &'static str,
    /// What stands in it; of many, each.
    pub(crate) values: Vec<String>,
    /// What can be chosen: value and words.
    pub(crate) choices: Vec<(String, String)>,
    /// Whether it must be filled in.
    pub(crate) must: bool,
    /// A word of help.
    pub(crate) hint: &'static str,
}

impl Field {
    /// A field with a value.
    pub(crate) fn new(
        kind: &'static str,
        name: &'static str,
        title: &'static str,
        value: impl Into<String>,
    ) -> Self {
        Self { name, title, kind, values: vec![value.into()], ..Self::default() }
    }

    /// It must be filled in.
    pub(crate) fn must(mut self) -> Self {
        self.must = true;
        self
    }

    /// With a word of help.
    pub(crate) fn hint(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }

    /// With what can be chosen.
    pub(crate) fn of<V: Into<String>, W: Into<String>>(
        mut self,
        choices: impl IntoIterator<Item = (V, W)>,
    ) -> Self {
        self.choices = choices.into_iter().map(|(value, words)| (value.into(), words.into())).collect();
        self
    }

    /// With several values.
    pub(crate) fn with(mut self, values: Vec<String>) -> Self {
        self.values = values;
        self
    }

    /// What stands in it.
    pub(crate) fn value(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }

    /// Whether it holds a value.
    pub(crate) fn holds(&self, value: &str) -> bool {
        self.values.iter().any(|known| known == value)
    }
}

impl Sheet {
    /// A form.
    pub(crate) fn new(act: &str, title: &str, to: impl Into<String>, fields: Vec<Field>) -> Self {
        let files = fields.iter().any(|field| field.kind == "file");
        let (act, title, to) = (act.to_owned(), title.to_owned(), to.into());
        Self { act, title, to, fields, files, key: form_key(), ..Self::default() }
    }

    /// With a sentence before it.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// It takes something away.
    pub(crate) fn harsh(mut self) -> Self {
        self.harsh = true;
        self
    }

    /// Unfolded.
    pub(crate) fn open(mut self) -> Self {
        self.open = true;
        self
    }
}

/// A form that was not carried out: what was sent and why.
pub(crate) struct Refused<'s> {
    sent: &'s Sent,
    sentence: String,
}

impl<'s> Refused<'s> {
    /// What was sent and why it was not carried out.
    pub(crate) fn new(sent: &'s Sent, error: &WebError) -> Self {
        Self { sent, sentence: error.sentence() }
    }

    /// Whether it is the form of this name.
    pub(crate) fn is(&self, act: &str) -> bool {
        self.sent.act() == act
    }

    /// Puts what was typed and the sentence into the form that it belongs to.
    pub(crate) fn fill(&self, sheets: &mut [Sheet]) {
        for sheet in sheets.iter_mut().filter(|sheet| sheet.act == self.sent.act()) {
            // On a page of many forms of one kind, the one that was sent from.
            let about = sheet.fields.iter().filter(|field| field.kind == "hidden");
            if about.clone().any(|field| self.sent.get(field.name) != field.value()) {
                continue;
            }
            (sheet.fault, sheet.open) = (self.sentence.clone(), true);
            sheet.key = self.sent.get("key").to_owned();
            for field in sheet.fields.iter_mut().filter(|f| !matches!(f.kind, "hidden" | "password" | "file"))
            {
                field.values = self.sent.all(field.name).map(str::to_owned).collect();
            }
        }
    }
}

/// What a form sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sent(pub(crate) Vec<(String, String)>);

impl Sent {
    /// Which form.
    pub(crate) fn act(&self) -> &str {
        self.get("act")
    }

    /// The words of a field, without blanks around them; empty where there are none.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.all(name).next().unwrap_or_default()
    }

    /// All that was chosen of many.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.trim())
    }

    /// A number that the page itself put in.
    pub(crate) fn number(&self, name: &'static str) -> Result<i64> {
        self.get(name).parse().map_err(|_| WebError::Malformed(format!("缺少“{name}”")))
    }

    /// A day, which must be there.
    pub(crate) fn day(&self, name: &str, title: &str) -> Result<Date> {
        self.day_if(name, title)?.ok_or_else(|| incomplete(format!("请填写{title}")))
    }

    /// A day, if one is given.
    pub(crate) fn day_if(&self, name: &str, title: &str) -> Result<Option<Date>> {
        match self.get(name) {
            "" => Ok(None),
            words => {
                let wrong = |_| incomplete(format!("{title}“{words}”不是日期，请写成2026-06-30的样子"));
                words.parse().map(Some).map_err(wrong)
            }
        }
    }
}

/// What was sent is not enough: the form is shown again with the sentence.
pub(crate) fn incomplete(sentence: impl Into<String>) -> WebError {
    WebError::App(AppError::Refused(Refusal::new(RefusalKind::Incomplete, sentence)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(pairs: &[(&str, &str)]) -> Sent {
        Sent(pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect())
    }

    #[test]
    fn a_refused_form_comes_back_with_what_was_typed_and_the_same_key() {
        let sent = sent(&[("act", "rename"), ("key", "k1"), ("name", " 青石镇 "), ("post", "2")]);
        let of = |post: &str| {
            let about = Field::new("hidden", "post", "", post);
            Sheet::new("rename", "更名", "/", vec![about, Field::new("text", "name", "名称", "旧名")])
        };
        let mut sheets = [of("1"), of("2"), Sheet::new("close", "撤销", "/", Vec::new())];
        Refused::new(&sent, &incomplete("名称重复")).fill(&mut sheets);
        assert_eq!((sheets[1].fields[1].value(), sheets[1].fault.as_str()), ("青石镇", "名称重复"));
        assert_eq!((sheets[1].key.as_str(), sheets[1].open), ("k1", true));
        assert!(sheets[0].fault.is_empty() && sheets[2].fault.is_empty());
        assert_eq!(sheets[0].fields[1].value(), "旧名");
    }

    #[test]
    fn a_day_is_told_how_to_be_written() {
        let sent = sent(&[("from", "6月30日"), ("to", "")]);
        assert!(sent.day("from", "起始日期").unwrap_err().sentence().contains("2026-06-30"));
        assert!(sent.day_if("to", "截止日期").unwrap().is_none());
        assert_eq!(sent.day("to", "截止日期").unwrap_err().sentence(), "请填写截止日期");
    }
}
