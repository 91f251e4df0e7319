//! A report form as a workbook: sent out to a unit without a connection, filled in, read back as a step.

use std::sync::Arc;

use luoshi_engine::{
    Actor, Command, Entry, EntryNo, Hash, Plan, PlanId, Progress, RefusalKind, StepBody, TakeStep, UnitId,
};
use luoshi_pack::{Effect, Field, FieldKind, Note, Phase, Register, Role, Side, Step};
use luoshi_report::{Cell, Column, Part, Report, Table, Tone};
use luoshi_store::{Filter, Page, StoreError};

use super::cell::{parse_cell, plain, scale, tight};
use super::export::{Opened, Sheet, Shown, head_of, register_of, written};
use super::grid::{Grid, read_grids};
use super::{PAGE, refused};
use crate::app::App;
use crate::batch::{Outcome, Request};
use crate::error::AppError;

const CODE: &str = "校验码";
const NOTE: &str = "情况说明";
const PLANNED: &str = "序时进度（%）";
const ACTUAL: &str = "实际进度（%）";

/// What a form is filled in for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormOf {
    /// An entry.
    Entry(EntryNo),
    /// The expected report that a unit owes next under a duty.
    Duty {
        /// The duty's key.
        duty: String,
        /// The unit.
        unit: UnitId,
    },
}

/// A form that came back.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadForm {
    /// The plan.
    pub plan: PlanId,
    /// The entry.
    pub entry: EntryNo,
    /// The step that it takes, with what was filled in.
    pub step: TakeStep,
}

/// One form: whose, and by which step it comes back.
struct Form<'f> {
    shown: Shown<'f>,
    plan: &'f Plan,
    entry: &'f Entry,
    step: &'f Step,
}

impl App {
    /// A form for an entry's next report, with last time's answers beside.
    ///
    /// # Errors
    ///
    /// There is no such entry, or nothing can be reported on it now.
    pub async fn form(&self, plan: PlanId, of: &FormOf) -> Result<Vec<u8>, AppError> {
        let plan = self.plan_of(plan).await?;
        let entry = match of {
            FormOf::Entry(no) => self.entry_of(plan.id, *no).await?,
            FormOf::Duty { duty, unit } => self.owed(&plan, duty, *unit).await?,
        };
        let last = self.last_time(&plan, &entry).await?;
        let context = self.context();
        let pack = context.pack(&plan)?;
        let register = register_of(pack, &entry.opening.register)?;
        let step = reporting(register, &entry).ok_or_else(|| {
            refused(RefusalKind::WrongState, "这一事项现在没有可以填报的内容，请在系统中查看办理情况")
        })?;
        let none = Opened::new();
        let shown = Shown { org: &context.org, pack, register, opened: &none };
        let form = Form { shown, plan: &plan, entry: &entry, step };
        let report = Arc::new(form.report(last.as_ref()));
        written(report, Sheet::Xlsx, self.now()).await
    }

    /// Reads a form that came back. What it is for stands in its check code; what the sheet says around
    /// it must agree, so that no form is taken for another's.
    ///
    /// # Errors
    ///
    /// It is no form, not of this office, was mixed up, or an answer is not what the field holds.
    pub async fn read_form(&self, bytes: &[u8]) -> Result<ReadForm, AppError> {
        let bytes = bytes.to_vec();
        let grids = tokio::task::spawn_blocking(move || read_grids(&bytes, "报送表"));
        let grids = grids.await.map_err(|_| AppError::Closing)??;
        let filled = grids.iter().find_map(Filled::find).ok_or_else(|| {
            refused(RefusalKind::Incomplete, "文件里没有校验码，不是本系统发出的报送表，请重新下载后填写")
        })?;
        let code = Code::parse(filled.get(CODE)).ok_or_else(mixed_up)?;
        let plan = self.plan_of(code.plan).await?;
        let entry = self.entry_of(plan.id, code.entry).await?;
        let context = self.context();
        let pack = context.pack(&plan)?;
        let register = register_of(pack, &entry.opening.register)?;
        let step = register.flow.find_step(&code.step).ok_or_else(mixed_up)?;
        let none = Opened::new();
        let shown = Shown { org: &context.org, pack, register, opened: &none };
        let form = Form { shown, plan: &plan, entry: &entry, step };
        form.belongs(&filled)?;
        let body = form.answers(&filled, &context.world(pack, self.now()))?;
        let step = TakeStep { step: step.key.clone(), body, seen: None };
        Ok(ReadForm { plan: plan.id, entry: entry.no, step })
    }

    /// Reads a form and takes its step. The same file does nothing twice, whoever sends it again.
    ///
    /// # Errors
    ///
    /// As with [`App::read_form`], or the step is refused.
    pub async fn submit_form(&self, actor: &Actor, bytes: &[u8]) -> Result<Outcome, AppError> {
        let ReadForm { plan, entry, step } = self.read_form(bytes).await?;
        let key = format!("form-{}-{}", actor.person, Hash::of(bytes));
        let command = Command::Step { entry, step: Box::new(step) };
        self.execute(Request { key, actor: actor.clone(), plan: Some(plan), command }).await
    }

    /// The expected reports of a unit under a duty, the first period first.
    async fn reports_of(&self, plan: &Plan, duty: &str, unit: UnitId) -> Result<Vec<Entry>, AppError> {
        let register = plan.duties.iter().find(|known| known.key == duty);
        let register = register
            .map(|duty| duty.register.clone())
            .ok_or_else(|| refused(RefusalKind::NotFound, "方案没有这一项报送任务，请从报送页面重新进入"))?;
        let filter = Filter { register: Some(register), lead: Some(unit), ..Filter::default() };
        let mut out = Vec::new();
        for number in 1.. {
            let page = self.store().find_entries(plan.id, &filter, Page::number(number, PAGE)).await?;
            for row in page.iter().filter(|row| row.duty.as_deref() == Some(duty)) {
                out.push(serde_json::from_str::<Entry>(&row.body).map_err(StoreError::from)?);
            }
            if page.len() < usize::try_from(PAGE).unwrap_or(0) {
                break;
            }
        }
        out.sort_by_key(period);
        Ok(out)
    }

    /// The first report that a unit still owes under a duty.
    async fn owed(&self, plan: &Plan, duty: &str, unit: UnitId) -> Result<Entry, AppError> {
        let reports = self.reports_of(plan, duty, unit).await?;
        reports.into_iter().find(|entry| entry.phase == Phase::Open).ok_or_else(|| {
            refused(RefusalKind::WrongState, "该单位这一项报送现在没有待报的期次，到期前会自动列出")
        })
    }

    /// What the unit answered last: in the period before, or the last time on this entry.
    async fn last_time(&self, plan: &Plan, entry: &Entry) -> Result<Option<Entry>, AppError> {
        let Some(expected) = &entry.opening.expected else { return Ok(Some(entry.clone())) };
        let reports = self.reports_of(plan, &expected.duty, entry.opening.lead).await?;
        let before =
            |other: &Entry| period(other) < Some(expected.period) && !other.opening.fields.is_empty();
        Ok(reports.into_iter().rfind(before))
    }
}

fn period(entry: &Entry) -> Option<jiff::civil::Date> {
    entry.opening.expected.as_ref().map(|expected| expected.period)
}

/// The step by which the unit tells something in the entry's state: the first that takes fields or
/// progress and needs no files, which a form cannot carry.
fn reporting<'r>(register: &'r Register, entry: &Entry) -> Option<&'r Step> {
    let by_handler =
        |step: &Step| step.who.iter().any(|who| who.role == Role::Handler && who.side == Side::Lead);
    let tells = |step: &Step| {
        step.effect == Some(Effect::Progress) || !(step.needs.is_empty() && step.takes.is_empty())
    };
    register.flow.steps.iter().find(|step| {
        step.from.contains(&entry.state) && by_handler(step) && tells(step) && step.evidence == 0
    })
}

impl Form<'_> {
    /// What says whose form it is: label and words.
    fn marks(&self) -> Vec<(&'static str, String)> {
        let opening = &self.entry.opening;
        let due = opening.due.map(luoshi_engine::Moment::due_words_of_year);
        let period = period(self.entry).map(|day| day.strftime("%Y年%-m月%-d日").to_string());
        let mut marks = vec![
            ("方案", self.plan.title.clone()),
            ("台账", self.shown.register.title.clone()),
            ("条目编号", opening.number.clone()),
            ("事项", opening.title.clone()),
            ("填报单位", self.shown.org.unit_name(opening.lead)),
            ("填报内容", self.step.title.clone()),
        ];
        marks.extend(period.map(|period| ("期次", period)));
        marks.extend(due.map(|due| ("时限", due)));
        marks
    }

    fn code(&self) -> Code {
        Code { plan: self.plan.id, entry: self.entry.no, step: self.step.key.clone() }
    }

    fn fields(&self) -> impl Iterator<Item = (&Field, bool)> {
        let asked = self.step.needs.iter().map(|key| (key, true));
        let asked = asked.chain(self.step.takes.iter().map(|key| (key, false)));
        let fields = asked.filter_map(|(key, needed)| Some((self.shown.register.find_field(key)?, needed)));
        // A file does not fit into a cell.
        fields.filter(|(field, _)| field.kind != FieldKind::File)
    }

    fn report(&self, last: Option<&Entry>) -> Report {
        let columns = vec![
            Column::new("项目", 10.0),
            Column::new("填报", 24.0),
            Column::new("上次填报", 16.0),
            Column::new("要求", 16.0),
        ];
        let title = format!("{}报送表", self.plan.title);
        let mut table = Table::new("报送表", &title, columns);
        table.subtitle = Some(String::from("只填“填报”一栏，其他栏目请勿改动；填好后原样交回，由系统读取。"));
        let fixed = |label: &str, words: &str| {
            vec![
                Cell::words(label),
                Cell::words(words),
                Cell::words(""),
                Cell::words("请勿改动").tone(Tone::Faint),
            ]
        };
        table.rows.extend(self.marks().iter().map(|(label, words)| fixed(label, words)));
        for (field, needed) in self.fields() {
            let answer = last.map_or_else(|| Cell::words(""), |entry| self.shown.field(entry, field));
            table.rows.push(vec![
                Cell::words(head_of(field)).tone(Tone::Strong),
                Cell::words(""),
                answer.tone(Tone::Faint),
                Cell::words(hint(field, needed)).tone(Tone::Faint),
            ]);
        }
        let asks = |label: &str, last: String, hint: &str| {
            let hint = Cell::words(hint).tone(Tone::Faint);
            vec![
                Cell::words(label).tone(Tone::Strong),
                Cell::words(""),
                Cell::words(last).tone(Tone::Faint),
                hint,
            ]
        };
        if self.step.effect == Some(Effect::Progress) {
            let progress = last.and_then(|entry| entry.progress);
            let of =
                |pick: fn(Progress) -> f64| progress.map(|told| pick(told).to_string()).unwrap_or_default();
            table.rows.push(asks(PLANNED, of(|told| told.planned), "必填，0到100"));
            table.rows.push(asks(ACTUAL, of(|told| told.actual), "必填，0到100"));
        }
        if self.step.note != Note::None {
            let needed = if self.step.note == Note::Required { "必填" } else { "可不填" };
            table.rows.push(asks(NOTE, String::new(), needed));
        }
        table.rows.push(fixed(CODE, &self.code().with_check(&self.marks())));
        Report { parts: vec![Part::Table(table)], ..Report::new(title) }
    }

    /// Whether everything that says whose form it is agrees with its code and with the entry.
    fn belongs(&self, filled: &Filled) -> Result<(), AppError> {
        if tight(filled.get(CODE)) != self.code().with_check(&self.marks()) {
            return Err(mixed_up());
        }
        for (label, words) in self.marks() {
            let there = filled.get(label);
            if tight(there) != tight(&plain(&words)) {
                let sentence = format!(
                    "报送表的“{label}”是“{there}”，与校验码所指的“{words}”不符，可能拿错了表，请重新下载后填写"
                );
                return Err(refused(RefusalKind::Incomplete, sentence));
            }
        }
        Ok(())
    }

    fn answers(&self, filled: &Filled, world: &luoshi_engine::World<'_>) -> Result<StepBody, AppError> {
        let wrong = |head: &str, cause: String| {
            refused(RefusalKind::Incomplete, format!("“{head}”填写有误：{cause}；请改正后重新上传"))
        };
        let mut body = StepBody::default();
        for (field, _) in self.fields() {
            let head = head_of(field);
            let text = filled.get(&head);
            if text.is_empty() {
                continue;
            }
            let unit = scale("", field).unwrap_or(0);
            let value = parse_cell(world, field, text, unit).map_err(|fault| wrong(&head, fault.cause))?;
            body.fields.insert(field.key.clone(), value);
        }
        if self.step.effect == Some(Effect::Progress) {
            let percent = |label: &str| {
                let text = tight(&super::cell::narrow(filled.get(label)));
                let number = text.trim_end_matches('%').parse::<f64>();
                number.map_err(|_| wrong(label, format!("“{text}”不是0到100之间的数字")))
            };
            body.progress = Some(Progress { planned: percent(PLANNED)?, actual: percent(ACTUAL)? });
        }
        if self.step.note != Note::None {
            filled.get(NOTE).clone_into(&mut body.note);
        }
        Ok(body)
    }
}

fn hint(field: &Field, needed: bool) -> String {
    let what = match field.kind {
        FieldKind::Number => "数字",
        FieldKind::Money => "金额，以元为单位",
        FieldKind::Date => "日期，如2026-03-09",
        FieldKind::Choice => &format!("填其一：{}", field.choices.join("、")),
        FieldKind::Unit => "单位全称",
        FieldKind::Reference => "条目序号",
        _ => "文字",
    };
    format!("{}，{what}", if needed { "必填" } else { "可不填" })
}

fn mixed_up() -> AppError {
    let sentence = "报送表的校验码与内容不符：校验码或表头被改动，或者拿错了表，请重新下载后填写";
    refused(RefusalKind::Incomplete, sentence)
}

/// What a form is for, in one word that is copied with the sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Code {
    plan: PlanId,
    entry: EntryNo,
    step: String,
}

impl Code {
    /// `7-12-submit-1f0c3a9b`: the last part is made of everything the sheet says of itself.
    fn with_check(&self, marks: &[(&str, String)]) -> String {
        let Self { plan, entry, step } = self;
        let lines: Vec<String> =
            marks.iter().map(|(label, words)| format!("{label}={}", plain(words))).collect();
        let check = Hash::of(format!("{plan}-{entry}-{step}\n{}", lines.join("\n")).as_bytes()).to_string();
        format!("{plan}-{entry}-{step}-{}", &check[..8])
    }

    fn parse(text: &str) -> Option<Self> {
        let text = tight(text);
        let (rest, _) = text.rsplit_once('-')?;
        let mut parts = rest.splitn(3, '-');
        let plan = PlanId(parts.next()?.parse().ok().filter(|plan| *plan > 0)?);
        let entry = EntryNo(parts.next()?.parse().ok().filter(|entry| *entry > 0)?);
        Some(Self { plan, entry, step: parts.next()?.to_owned() })
    }
}

/// A sheet by its labels: what stands in the column right of each.
struct Filled {
    answers: std::collections::BTreeMap<String, String>,
}

impl Filled {
    /// The sheet as a form; none where it has no check code.
    fn find(grid: &Grid) -> Option<Self> {
        let labelled = |row: &u32| {
            let cells = grid.rows.get(row)?;
            let at = cells.iter().position(|cell| !cell.trim().is_empty())?;
            Some((tight(&cells[at]), plain(grid.cell(*row, at + 1))))
        };
        // The first row of a label counts: nobody adds a second unit below.
        let answers = grid.rows.keys().rev().filter_map(labelled).collect();
        let filled = Self { answers };
        filled.answers.contains_key(CODE).then_some(filled)
    }

    fn get(&self, label: &str) -> &str {
        self.answers.get(&tight(label)).map_or("", String::as_str)
    }
}
