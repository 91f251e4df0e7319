//! Rows that mean an entry which is there: what differs goes through a step or is told.

use luoshi_engine::Progress;
use luoshi_pack::{Effect, Step};

use super::{
    BTreeMap, CellFault, Change, Command, Entry, Fate, Field, FieldValue, Head, MASK, Rehearsing, Row,
    TakeStep, Target, Wrong, equal, plain, tight,
};

/// A field that a row has otherwise than its entry.
pub(super) struct Changed<'r> {
    head: &'r Head,
    field: &'r Field,
    value: FieldValue,
    text: String,
}

impl Rehearsing<'_> {
    pub(super) fn update(&mut self, row: &Row<'_>, entry: &Entry) -> Result<Fate, CellFault> {
        self.no_fixed_change(row, entry)?;
        let changed = self.changed(row, entry)?;
        let progress = self.progress(row, entry)?;
        if changed.is_empty() && progress.is_none() {
            return Ok(Fate::Same(entry.no));
        }
        let step = self.step(entry, &changed, progress.is_some())?;
        let mut changes: Vec<Change> = changed.iter().map(|changed| self.change(entry, changed)).collect();
        if let Some(progress) = progress {
            changes.extend(self.progress_change(entry, progress));
        }
        let mut take = TakeStep { step: step.key.clone(), seen: Some(entry.seq), ..TakeStep::default() };
        take.body.fields =
            changed.iter().map(|changed| (changed.field.key.clone(), changed.value.clone())).collect();
        take.body.note = row.text(&Target::Note).unwrap_or_default().to_owned();
        if step.effect == Some(Effect::Progress) {
            take.body.progress = progress.or(entry.progress);
        }
        let title = step.title.clone();
        self.world.take_step(&self.plan, entry, self.actor, &take).map_err(|refusal| {
            CellFault::row(refusal.sentence, "请补齐后重新导入，或在系统中办理；不改的请恢复原值")
        })?;
        let command = Command::Step { entry: entry.no, step: Box::new(take) };
        self.commands.push((row.number, command));
        Ok(Fate::Update { entry: entry.no, step: title, changes })
    }

    /// What no step of an import may change: that a sheet says otherwise is told, never dropped.
    pub(super) fn no_fixed_change(&self, row: &Row<'_>, entry: &Entry) -> Result<(), CellFault> {
        let own = |target: &Target| plain(&self.shown.standard(0, entry, target).text());
        for (target, remedy) in [
            (Target::State, "状态由办理改变：这份表格导出后事项又有变动，或状态被手工改动，请重新导出再填"),
            (Target::Title, "标题随方案修订改变，请在方案修订中调整，或恢复原值"),
            (Target::Lead, "更换承办单位须转办，请在系统中办理，或恢复原值"),
            (Target::Supports, "更换配合单位须修订方案，请在系统中办理，或恢复原值"),
            (Target::Due, "改变时限须申请延期或由交办单位另定，请在系统中办理，或恢复原值"),
        ] {
            let Some((head, text)) = row.cells.get(&target) else { continue };
            let known = own(&target);
            let same = tight(text) == tight(&known)
                || match target {
                    Target::Lead => self.unit(text).is_ok_and(|unit| unit == entry.opening.lead),
                    Target::Supports => self.same_supports(text, entry),
                    Target::Due => {
                        let at_day = |due: luoshi_engine::Moment| {
                            self.day(text).is_ok_and(|day| day == due.due_date())
                        };
                        entry.opening.due.is_some_and(at_day)
                    }
                    _ => false,
                };
            if !same {
                let known = if known.is_empty() { "空" } else { &known };
                let cause = format!("表中为“{text}”，台账中为“{known}”");
                return Err(CellFault::at(head, Wrong::new(cause, remedy)));
            }
        }
        Ok(())
    }

    fn same_supports(&self, text: &str, entry: &Entry) -> bool {
        let mut known: Vec<_> = entry.parts.iter().map(|part| part.unit).collect();
        known.sort_unstable();
        self.units(text).is_ok_and(|mut units| {
            units.sort_unstable();
            units == known
        })
    }

    /// The fields that a row has otherwise. An empty cell leaves what is there.
    pub(super) fn changed<'h>(
        &'h self,
        row: &'h Row<'h>,
        entry: &Entry,
    ) -> Result<Vec<Changed<'h>>, CellFault> {
        let mut out = Vec::new();
        for (head, field, text) in self.fields(row) {
            let shown = plain(&self.shown.field(entry, field).text());
            if text == shown || (field.confidential && matches!(text, MASK | "***")) {
                continue;
            }
            let value = self.parse(head, field, text)?;
            let known = self.shown.value(entry, &field.key);
            if !known.is_some_and(|known| equal(known, &value)) {
                out.push(Changed { head, field, value, text: text.to_owned() });
            }
        }
        Ok(out)
    }

    /// The progress that a row tells, where it is another.
    fn progress(&self, row: &Row<'_>, entry: &Entry) -> Result<Option<Progress>, CellFault> {
        let read = |target: &Target| -> Result<Option<f64>, CellFault> {
            let Some((head, text)) = row.cells.get(target) else { return Ok(None) };
            self.percent(text).map(Some).map_err(|wrong| CellFault::at(head, wrong))
        };
        let (planned, actual) = (read(&Target::Planned)?, read(&Target::Actual)?);
        let known = entry.progress;
        let planned_now = planned.or(known.map(|progress| progress.planned));
        let actual_now = actual.or(known.map(|progress| progress.actual));
        let (Some(planned), Some(actual)) = (planned_now, actual_now) else {
            return match (planned, actual) {
                (None, None) => Ok(None),
                _ => Err(CellFault::row("序时进度和实际进度只填了一项", "请两项都填，或都留空")),
            };
        };
        let told = Progress { planned, actual };
        Ok(Some(told).filter(|told| known != Some(*told)))
    }

    /// The step that takes what differs: one that leaves the entry where it is or reports progress,
    /// unless the importer named another. A cell that was changed must not close a hazard by itself.
    fn step(&self, entry: &Entry, changed: &[Changed<'_>], progress: bool) -> Result<Step, CellFault> {
        let takes = |step: &Step| {
            let fields = changed.iter().map(|changed| &changed.field.key);
            let all = fields.clone().all(|key| step.takes.contains(key) || step.needs.contains(key));
            all && (!progress || step.effect == Some(Effect::Progress))
        };
        let quiet = |step: &Step| {
            let stays = step.to.as_ref().is_none_or(|to| *to == entry.state);
            match &self.import.step {
                Some(named) => step.key == *named,
                None => stays || step.effect == Some(Effect::Progress),
            }
        };
        let open = self.world.open_steps(&self.plan, entry, self.actor);
        if let Some(step) = open.iter().find(|step| takes(step) && quiet(step)) {
            return Ok((*step).clone());
        }
        let heads: Vec<&str> = changed.iter().map(|changed| changed.head.words.as_str()).collect();
        let what = if heads.is_empty() { String::from("进度") } else { heads.join("”“") };
        let ways: Vec<&str> =
            open.iter().filter(|step| takes(step)).map(|step| step.title.as_str()).collect();
        let remedy = if ways.is_empty() {
            String::from("请由能够办理的人员在系统中填报，或恢复原值")
        } else {
            format!("须办理“{}”才能填写，请在系统中办理，或恢复原值", ways.join("”或“"))
        };
        let state = self.shown.standard(0, entry, &Target::State).text();
        let cause = format!("“{what}”有改动，但这一事项现在是“{state}”，不能通过表格改");
        Err(CellFault { column: changed.first().map(|changed| changed.head.place()), cause, remedy })
    }

    fn change(&self, entry: &Entry, changed: &Changed<'_>) -> Change {
        let hidden = changed.field.confidential;
        let to = if hidden { MASK.to_owned() } else { changed.text.clone() };
        let from = if hidden { MASK.to_owned() } else { self.shown.field(entry, changed.field).text() };
        Change { head: changed.head.words.clone(), from, to }
    }

    fn progress_change(&self, entry: &Entry, told: Progress) -> Vec<Change> {
        let known: BTreeMap<&str, f64> = entry
            .progress
            .map(|progress| BTreeMap::from([("序时进度", progress.planned), ("实际进度", progress.actual)]))
            .unwrap_or_default();
        let told = [("序时进度", told.planned), ("实际进度", told.actual)];
        let differs = told.into_iter().filter(|(head, percent)| known.get(head) != Some(percent));
        let words = |percent: f64| percent.to_string();
        differs
            .map(|(head, percent)| Change {
                head: head.to_owned(),
                from: known.get(head).copied().map(words).unwrap_or_default(),
                to: words(percent),
            })
            .collect()
    }
}
