//! `luoshi ledger`: registers in Excel, report forms, certifying lists.

use std::path::Path;

use anyhow::{Context as _, Result, bail};
use luoshi_app::ledger::{Fate, FormOf, Import, Mapping, Opened, Rehearsal, Sheet, Target};
use luoshi_app::{App, CertifyingList, ListRehearsal};
use luoshi_engine::{Actor, EntryNo, PlanId};
use luoshi_pack::Register;

use super::args::{Acting, By, Ledger};
use super::place::Session;
use super::{place, show, tell};
use crate::output::{Screen, save};
use crate::run::FOUND;

/// Runs `luoshi ledger`.
pub(super) async fn run(command: &Ledger, screen: Screen) -> Result<u8> {
    match command {
        Ledger::Export { plan, register, out, open, by } => {
            export(*plan, register, out, open.as_deref(), by).await
        }
        Ledger::Import { plan, register, file, carry_out, step, map, open, acting } => {
            let session = Session::begin(acting).await?;
            let wanted = Wanted { file, step: step.as_deref(), map, open: open.as_deref() };
            import(&session, *plan, register, &wanted, *carry_out, screen).await
        }
        Ledger::Form { plan, entry, duty, unit, out, by } => {
            let of = (*entry, duty.as_deref().zip(unit.as_deref()));
            form(*plan, of, out, by).await
        }
        Ledger::Submit { file, by } => {
            let app = place::open(&by.data, false).await?;
            let actor = place::hand(&app, &by.person)?;
            let (_, bytes) = place::file(file)?;
            let read = app.read_form(&bytes).await?;
            let outcome = app.submit_form(&actor, &bytes).await?;
            let again = place::again(&outcome);
            tell(&format!("已按报送表办理：方案{}第{}号条目{again}", read.plan, read.entry))?;
            Ok(0)
        }
        Ledger::Certify { plan, register, file, carry_out, source, acting } => {
            certify(*plan, register, file, *carry_out, source, acting, screen).await
        }
    }
}

/// What is opened for the reader, where a purpose was told.
async fn opened(app: &App, actor: &Actor, plan: i64, register: &str, open: Option<&str>) -> Result<Opened> {
    match open {
        Some(purpose) => Ok(app.open_register(actor, PlanId(plan), register, purpose).await?),
        None => Ok(Opened::new()),
    }
}

async fn export(plan: i64, register: &str, out: &Path, open: Option<&str>, by: &By) -> Result<u8> {
    let app = place::open(&by.data, open.is_none()).await?;
    let actor = place::hand(&app, &by.person)?;
    let found = place::plan(&app, plan).await?;
    let context = app.context();
    let register = place::register(context.pack(&found)?, register)?;
    let sheet = match out.extension().and_then(std::ffi::OsStr::to_str) {
        Some("xlsx") => Sheet::Xlsx,
        Some("csv") => Sheet::Csv,
        _ => bail!("导出的文件名须以 .xlsx 或 .csv 结尾。"),
    };
    let reader = app.reader(&actor)?;
    let seen = reader.plan(PlanId(plan)).await?;
    let opened = opened(&app, &actor, plan, &register.key, open).await?;
    let bytes = reader.export_opened(&seen, &register.key, sheet, &opened).await?;
    save(out, &bytes)?;
    let noted = match (open, opened.len()) {
        (None, _) => String::new(),
        (Some(_), 0) => String::from("；没有您可以看原值的保密栏目，一条也没有打开"),
        (Some(_), count) => format!("，{count}条含保密栏目原值，已记录"),
    };
    tell(&format!("已把{}导出到“{}”{noted}", register.title, out.display()))?;
    Ok(0)
}

/// A sheet, and how it is to be read.
struct Wanted<'w> {
    file: &'w Path,
    step: Option<&'w str>,
    map: &'w [(String, String)],
    open: Option<&'w str>,
}

async fn import(
    session: &Session,
    plan: i64,
    register: &str,
    wanted: &Wanted<'_>,
    carry_out: bool,
    screen: Screen,
) -> Result<u8> {
    let Session { app, actor, key } = session;
    let found = place::plan(app, plan).await?;
    let context = app.context();
    let register = place::register(context.pack(&found)?, register)?;
    let (name, bytes) = place::file(wanted.file)?;
    let step = wanted.step.map(|step| super::entry::named(register, step)).transpose()?;
    let import = Import {
        plan: PlanId(plan),
        register: register.key.clone(),
        bytes,
        name,
        mapping: mapping(register, wanted.map)?,
        step: step.map(|step| step.key.clone()),
        opened: opened(app, actor, plan, &register.key, wanted.open).await?,
        within: app.reader(actor)?.within(&found),
    };
    if !carry_out {
        let rehearsal = app.rehearse_register(actor, &import).await?;
        fates(&rehearsal, register, "试导入", screen)?;
        return Ok(if rehearsal.faults().next().is_some() { FOUND } else { 0 });
    }
    let imported = app.import_register(key, actor, &import).await?;
    fates(&imported.rehearsal, register, "导入", screen)?;
    let again = match imported.repeated {
        0 => String::new(),
        repeated => format!("，{repeated}行此前已办"),
    };
    tell(&format!("已导入{}行{again}", imported.done))?;
    Ok(if imported.rehearsal.faults().next().is_some() { FOUND } else { 0 })
}

/// The meanings of heads that were told.
fn mapping(register: &Register, map: &[(String, String)]) -> Result<Mapping> {
    let mut mapping = Mapping::default();
    for (head, words) in map {
        let target = Target::named(words, register);
        let target = target.with_context(|| format!("{}没有“{words}”这一栏", register.title))?;
        let head: String = head.chars().filter(|c| !c.is_whitespace()).collect();
        mapping.columns.insert(head, target);
    }
    Ok(mapping)
}

/// Every row and what became of it.
fn fates(rehearsal: &Rehearsal, register: &Register, title: &str, screen: Screen) -> Result<()> {
    let mut counts = [0_u32; 5];
    let rows: Vec<Vec<String>> = rehearsal
        .rows
        .iter()
        .map(|row| {
            let (at, what, words) = match &row.fate {
                Fate::New { title, remark } => {
                    let remark = remark.as_ref().map(|remark| format!("（{remark}）"));
                    (0, "新增", format!("{title}{}", remark.unwrap_or_default()))
                }
                Fate::Update { entry, step, changes } => {
                    let changes = changes.iter();
                    let changes =
                        changes.map(|change| format!("{} {} → {}", change.head, change.from, change.to));
                    let changes = changes.collect::<Vec<_>>().join("；");
                    (1, "更新", format!("第{entry}号条目，{step}：{changes}"))
                }
                Fate::Same(entry) => (2, "不变", format!("第{entry}号条目")),
                Fate::Skip(why) => (3, "跳过", (*why).to_owned()),
                Fate::Fault(fault) => (4, "出错", fault.to_string()),
            };
            counts[at] += 1;
            vec![row.row.to_string(), what.to_owned(), words]
        })
        .collect();
    let [new, changed, same, skipped, faulty] = counts;
    let mut note = format!("新增{new}，更新{changed}，不变{same}，跳过{skipped}，出错{faulty}。");
    if !rehearsal.ignored.is_empty() {
        note += &format!("没有读取的列：{}；要读取的用 --map 写明。", rehearsal.ignored.join("、"));
    }
    let title = format!("{title}到{}", register.title);
    show(&title, &[("行", 5.0), ("结果", 6.0), ("说明", 70.0)], rows, &note, screen)
}

async fn form(plan: i64, of: (Option<i64>, Option<(&str, &str)>), out: &Path, by: &By) -> Result<u8> {
    let app = place::open(&by.data, true).await?;
    let reader = app.reader(&place::hand(&app, &by.person)?)?;
    reader.plan(PlanId(plan)).await?;
    let of = match of {
        (Some(entry), _) => {
            reader.entry(PlanId(plan), EntryNo(entry), None).await?;
            FormOf::Entry(EntryNo(entry))
        }
        (None, Some((duty, unit))) => {
            let found = place::plan(&app, plan).await?;
            let known = found.duties.iter().find(|known| known.key == duty || known.title == duty);
            let all = || found.duties.iter().map(|duty| duty.title.as_str()).collect::<Vec<_>>().join("、");
            let known = known.with_context(|| format!("方案没有这一项报送任务，有：{}", all()))?;
            let unit = place::unit(&app.context().org, unit, app.now())?;
            FormOf::Duty { duty: known.key.clone(), unit }
        }
        (None, None) => bail!("请写明 --entry 条目号，或者 --duty 报送任务 和 --unit 单位。"),
    };
    let bytes = app.form(PlanId(plan), &of).await?;
    save(out, &bytes)?;
    tell(&format!("报送表已写入“{}”，填好后用 luoshi ledger submit 读回", out.display()))?;
    Ok(0)
}

async fn certify(
    plan: i64,
    register: &str,
    file: &Path,
    carry_out: bool,
    source: &str,
    acting: &Acting,
    screen: Screen,
) -> Result<u8> {
    let session = Session::begin(acting).await?;
    let Session { app, actor, key } = &session;
    let found = place::plan(app, plan).await?;
    let context = app.context();
    let register = place::register(context.pack(&found)?, register)?;
    let (name, bytes) = place::file(file)?;
    let (plan, source) = (PlanId(plan), source.to_owned());
    let list = CertifyingList { plan, register: register.key.clone(), source, name, bytes };
    let rehearsal = if carry_out {
        let (rehearsal, outcome) = app.import_list(key, actor, &list).await?;
        matched(&rehearsal, "导入认定名单", screen)?;
        tell(&format!("已认定{}条{}", rehearsal.matched.len(), place::again(&outcome)))?;
        rehearsal
    } else {
        let rehearsal = app.rehearse_list(actor, &list).await?;
        matched(&rehearsal, "试导入认定名单", screen)?;
        rehearsal
    };
    let whole = rehearsal.unmatched.is_empty() && rehearsal.doubled.is_empty();
    Ok(if whole { 0 } else { FOUND })
}

/// The rows of a list and what became of them.
fn matched(rehearsal: &ListRehearsal, title: &str, screen: Screen) -> Result<()> {
    let found = rehearsal.matched.iter().map(|(row, no)| ("对上", format!("第{row}行：第{no}号条目")));
    let missing = rehearsal.unmatched.iter().map(|words| ("对不上", words.clone()));
    let doubled = rehearsal.doubled.iter().map(|words| ("不认定", words.clone()));
    let rows = found.chain(missing).chain(doubled).map(|(what, words)| vec![what.to_owned(), words]);
    let ListRehearsal { matched, unmatched, doubled } = rehearsal;
    let note =
        format!("对上{}行，对不上{}行，重复或不能认定{}行。", matched.len(), unmatched.len(), doubled.len());
    show(title, &[("结果", 8.0), ("说明", 70.0)], rows.collect(), &note, screen)
}
