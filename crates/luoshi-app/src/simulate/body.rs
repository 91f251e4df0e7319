//! What somebody fills in with a step or a new entry.

use std::collections::BTreeMap;

use jiff::civil::time;
use luoshi_engine::{Actor, Entry, FieldValue, Moment, Progress, StepBody, UnitId};
use luoshi_pack::{Effect, Field, FieldKind, Note, Register, Step};

use super::{Run, words};
use crate::error::AppError;

impl Run<'_> {
    /// Fills in what a step asks for, and some of what it takes.
    pub(super) async fn body(
        &mut self,
        entry: &Entry,
        register: &Register,
        step: &Step,
        actor: &Actor,
    ) -> Result<StepBody, AppError> {
        let mut body = StepBody::default();
        let says = step.effect == Some(Effect::Part) || self.dice.chance(300);
        if step.note == Note::Required || (step.note == Note::Optional && says) {
            body.note = words::note(&mut self.dice, &step.title);
        }
        for key in step.needs.iter().chain(&step.takes) {
            let needed = step.needs.contains(key);
            if let Some(field) = register.find_field(key).filter(|_| needed || self.dice.chance(400)) {
                let value = self.field(field, entry.opening.lead).await?;
                body.fields.extend(value.map(|value| (key.clone(), value)));
            }
        }
        for _ in 0..step.evidence {
            body.evidence.push(self.photo(Some(entry)).await?);
        }
        self.effect(entry, step, actor, &mut body);
        Ok(body)
    }

    /// What the effect of a step asks for.
    fn effect(&mut self, entry: &Entry, step: &Step, actor: &Actor, body: &mut StepBody) {
        let now = self.clock.now();
        let later = |days: i64| {
            Moment::end_of(entry.due().map_or(now, |due| due.max(now)).plus(days * Moment::DAY).due_date())
        };
        match step.effect {
            Some(Effect::Progress) => body.progress = Some(self.progress(entry)),
            Some(Effect::AskExtension) => body.due = Some(later(self.dice.between(5, 20))),
            Some(Effect::Extend) if entry.asked.is_none() => {
                body.due = Some(later(self.dice.between(7, 30)));
            }
            Some(Effect::Reopen) if self.dice.chance(500) => body.due = Some(later(15)),
            Some(Effect::Transfer) => body.unit = self.another(entry, actor),
            _ => {}
        }
    }

    /// How far it should be by now, and how far its unit says that it is.
    fn progress(&mut self, entry: &Entry) -> Progress {
        let now = self.clock.now();
        let due = entry.opening.due.unwrap_or_else(|| entry.opened.plus(60 * Moment::DAY));
        let whole = (due.0 - entry.opened.0).max(1);
        let planned = ((now.0 - entry.opened.0) * 100 / whole).clamp(0, 100);
        let pace = self.temper(entry.opening.lead).pace.max(1);
        let actual = (planned * self.dice.between(700, 1100) / pace).clamp(0, 100);
        let percent = |whole: i64| u8::try_from(whole).map_or(0.0, f64::from);
        Progress { planned: percent(planned), actual: percent(actual) }
    }

    /// A unit of the same kind that could take an entry over.
    fn another(&mut self, entry: &Entry, actor: &Actor) -> Option<UnitId> {
        let (context, today) = (self.app.context(), self.today());
        let kind = context.org.unit(entry.opening.lead).map(|unit| unit.kind.clone());
        let issuer = context.org.posts.get(&actor.post).map_or(entry.opening.issuer, |post| post.unit);
        let mut units = context.org.below(issuer, kind.as_deref(), today);
        units.retain(|unit| *unit != entry.opening.lead);
        self.dice.pick(&units).copied()
    }

    /// All that a new entry must have, and some of the rest.
    pub(super) async fn fields(
        &mut self,
        register: &Register,
        lead: UnitId,
    ) -> Result<BTreeMap<String, FieldValue>, AppError> {
        let mut fields = BTreeMap::new();
        for field in &register.fields {
            let asked = field.required_when.as_ref().is_some_and(|when| {
                fields.get(&when.field).is_some_and(|value: &FieldValue| when.is.contains(&value.plain()))
            });
            // Others are filled in as the work goes on.
            if field.required || asked || (field.kind == FieldKind::Choice && self.dice.chance(300)) {
                let value = self.field(field, lead).await?;
                fields.extend(value.map(|value| (field.key.clone(), value)));
            }
        }
        Ok(fields)
    }

    /// A value that a field may have; none where this kind cannot be made up.
    async fn field(&mut self, field: &Field, lead: UnitId) -> Result<Option<FieldValue>, AppError> {
        let low = field.min.unwrap_or(0.0).max(1.0);
        let value = match field.kind {
            FieldKind::Text => FieldValue::Text(words::text(&mut self.dice, &field.key)),
            FieldKind::Person => FieldValue::Text(words::person(&mut self.dice)),
            FieldKind::Place => FieldValue::Text(words::place(&mut self.dice)),
            FieldKind::Number => {
                let more = u32::try_from(self.dice.between(0, 60)).map_or(0.0, f64::from);
                FieldValue::Number(field.max.map_or(low + more, |max| (low + more).min(max)))
            }
            FieldKind::Money => FieldValue::Money(self.dice.between(5, 900) * 10_000),
            FieldKind::Date => FieldValue::Date(self.today()),
            FieldKind::Choice => match self.dice.pick(&field.choices) {
                Some(choice) => FieldValue::Text(choice.clone()),
                None => return Ok(None),
            },
            FieldKind::Unit => FieldValue::Unit(lead),
            FieldKind::File => FieldValue::File(self.photo(None).await?.hash),
            FieldKind::Reference => return Ok(None),
        };
        Ok(Some(value))
    }

    /// When something that is found today should be put right.
    pub(super) fn in_days(&self, days: i64) -> Moment {
        let day = self.clock.now().plus(days * Moment::DAY).date();
        Moment::at(day, time(0, 0, 0, 0)).plus(Moment::DAY)
    }
}
