//! `luoshi plan amend`: a new text held against what runs, and put in force change by change.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use jiff::civil::Date;
use luoshi_app::{Comparison, PlanFile};
use luoshi_engine::{Became, Consent, Difference, EntryNo, ItemContent, ItemParty, PlanId, UnitId};

use super::args::{Acting, WordArgs};
use super::place::Session;
use super::{place, show, tell};
use crate::output::Screen;

/// Runs `luoshi plan amend`.
pub(super) async fn run(
    plan: i64,
    file: &Path,
    dry_run: bool,
    issued: Option<Date>,
    words: &WordArgs,
    acting: &Acting,
    screen: Screen,
) -> Result<u8> {
    let session = Session::begin(acting).await?;
    let (name, bytes) = place::file(file)?;
    if let Some(before) = session.app.revised_before(&session.key, PlanId(plan), &bytes).await? {
        tell(&format!("已修订{}", place::again(&before)))?;
        return Ok(0);
    }
    let told = |error| place::about(&file.to_string_lossy(), error);
    let file = PlanFile { name, bytes, index: 0, issuer: UnitId(0), issued };
    let comparison = session.app.compare_text(PlanId(plan), file).await.map_err(told)?;
    if dry_run {
        table(&comparison, screen)?;
        return Ok(0);
    }
    if comparison.is_idle() {
        bail!("新文稿与现行文稿一字不差，不必修订。");
    }
    let consents = consents(&session, &comparison, words)?;
    let (accepted, all) = (accepted(&consents), comparison.changes().count());
    let Session { app, actor, key } = &session;
    let outcome = app.revise(key, actor, comparison, &words.reason, &consents).await?;
    app.tick().await?;
    let version = place::plan(app, plan).await?.text_version;
    tell(&format!(
        "已修订为第{version}版：{all}处变动，采纳{accepted}处，新开{}个条目{}",
        outcome.opened.len(),
        place::again(&outcome)
    ))?;
    Ok(0)
}

fn accepted(consents: &BTreeMap<usize, Consent>) -> usize {
    consents.values().filter(|consent| !matches!(consent, Consent::Kept { .. })).count()
}

/// What differs, one change a line.
fn table(comparison: &Comparison, screen: Screen) -> Result<()> {
    let rows = comparison.changes().map(|(no, difference)| {
        let (kind, title, units, when) = super::plan::told(&difference.content);
        let what = match difference.became {
            Became::Changed => changed(difference),
            Became::New | Became::Dropped | Became::Same => {
                [units, when].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join("；")
            }
        };
        let entries: Vec<String> = difference.entries.iter().map(EntryNo::to_string).collect();
        let idle = if difference.idle { "（此前未列入执行）" } else { "" };
        vec![
            no.to_string(),
            format!("{}{idle}", difference.became.title()),
            kind.to_owned(),
            title,
            what,
            entries.join("、"),
        ]
    });
    let rows: Vec<Vec<String>> = rows.collect();
    let same = comparison.differences.len() - rows.len();
    let note = format!("变动{}处，不变{same}项。条目为正在办理的条目号。", rows.len());
    let heads = [("序号", 5.0), ("变动", 8.0), ("类", 6.0), ("事项", 30.0), ("从 → 到", 40.0), ("条目", 8.0)];
    let title = format!("《{}》第{}版与新文稿对照", comparison.plan.title, comparison.plan.text_version);
    show(&title, &heads, rows, &note, screen)
}

fn changed(difference: &Difference) -> String {
    let none = |words: &str| if words.is_empty() { String::from("无") } else { words.to_owned() };
    let fields = difference.fields.iter();
    let told =
        fields.map(|differs| format!("{}：{} → {}", differs.field, none(&differs.from), none(&differs.to)));
    told.collect::<Vec<_>>().join("；")
}

/// What was decided on each change.
fn consents(
    session: &Session,
    comparison: &Comparison,
    words: &WordArgs,
) -> Result<BTreeMap<usize, Consent>> {
    let mut out: BTreeMap<usize, Consent> = BTreeMap::new();
    let mut put = |no: usize, consent: Consent| match out.insert(no, consent) {
        Some(_) => bail!("第{no}处变动写了两种决定，请只留一种。"),
        None => Ok(()),
    };
    for no in &words.accept {
        put(*no, Consent::Accepted)?;
    }
    for (no, reason) in &words.keep {
        put(*no, Consent::Kept { reason: reason.clone() })?;
    }
    for (no, unit) in &words.lead {
        let found = comparison.changes().find(|(known, _)| known == no);
        let (_, difference) = found.with_context(|| format!("没有第{no}处变动"))?;
        let mut content = difference.content.clone();
        let ItemContent::Task { lead, .. } = &mut content else {
            bail!("第{no}处不是任务，不能改承办单位。");
        };
        let org = &session.app.context().org;
        let id = place::unit(org, unit, session.app.now())?;
        *lead = vec![ItemParty { name: unit.clone(), unit: Some(id), collective: None }];
        let reason = if words.reason.is_empty() { "修订时确定承办单位" } else { &words.reason };
        put(*no, Consent::Corrected { content: Box::new(content), reason: reason.to_owned() })?;
    }
    if words.accept_rest {
        for (no, _) in comparison.changes() {
            out.entry(no).or_insert(Consent::Accepted);
        }
    }
    Ok(out)
}
