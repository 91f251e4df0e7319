//! Registers that fill up while a plan runs: what villages find, put up and send in, and the lists
//! that confirm it.

use std::collections::BTreeMap;

use luoshi_engine::{Actor, Command, EntryNo, ImportList, NewEntry, PlanId, UnitId};
use luoshi_pack::{Certified, Register, Role, Side};

use super::{Run, words};
use crate::error::AppError;

/// How often in a thousand a unit adds something to a register on a day.
const ADDS: u32 = 120;

/// A day in all registers that take entries by hand.
pub(super) async fn work(run: &mut Run<'_>) -> Result<(), AppError> {
    let context = run.app.context();
    let plans: Vec<_> = run.plans.values().cloned().collect();
    for plan in plans {
        let Ok(pack) = context.pack(&plan) else { continue };
        for register in pack.registers.iter().filter(|register| !register.add.is_empty()) {
            let is_tasks = register.key == pack.tasks;
            for unit in &plan.parties {
                // Tasks come from the plan; now and then the office gives one more.
                if run.dice.chance(if is_tasks { ADDS / 80 } else { ADDS }) {
                    add(run, plan.id, plan.issuer, *unit, register).await?;
                }
            }
            if let Some(certified) = &register.certified
                && run.dice.chance(70)
            {
                certify(run, plan.id, plan.issuer, register, certified).await?;
            }
        }
    }
    run.flush().await
}

async fn add(
    run: &mut Run<'_>,
    plan: PlanId,
    issuer: UnitId,
    unit: UnitId,
    register: &Register,
) -> Result<(), AppError> {
    let Some(who) = run.dice.pick(&register.add).copied() else { return Ok(()) };
    let of = if who.side == Side::Issuer { issuer } else { unit };
    let Some(mut actor) = run.holder(of, who.role) else { return Ok(()) };
    let fields = run.fields(register, unit).await?;
    let due = register.lights.then(|| run.in_days(run.plan_days()));
    let title = title(run, register);
    let mut new =
        NewEntry { register: register.key.clone(), title, lead: unit, due, fields, ..NewEntry::default() };
    let temper = run.temper(unit);
    if run.dice.chance(temper.wrong) {
        let right = new.clone();
        wrong(run, &mut actor, &mut new, issuer);
        run.give_any(&actor, plan, Command::AddEntry(Box::new(new)), None).await?;
        let Some(again) = run.holder(of, who.role) else { return Ok(()) };
        (actor, new) = (again, right);
    }
    let book = register.certified.as_ref().map(|certified| {
        let cell = |key: &String| Some((key.clone(), new.fields.get(key)?.plain()));
        certified.by.iter().filter_map(cell).collect::<BTreeMap<String, String>>()
    });
    if let Some(row) = book {
        run.books.entry((plan, register.key.clone())).or_default().push(row);
    }
    run.give_any(&actor, plan, Command::AddEntry(Box::new(new)), None).await
}

/// Something is left out, or somebody writes in another's register.
fn wrong(run: &mut Run<'_>, actor: &mut Actor, new: &mut NewEntry, issuer: UnitId) {
    match run.dice.below(3) {
        0 => new.fields.clear(),
        1 => new.title = String::new(),
        _ => {
            let reader = run.holder(issuer, Role::Reader);
            *actor = reader.unwrap_or_else(|| actor.clone());
        }
    }
}

fn title(run: &mut Run<'_>, register: &Register) -> String {
    let place = words::place(&mut run.dice);
    let what = register.title.trim_end_matches("台账");
    format!("{what}：{place}")
}

/// The certifying office sends its list: most of those it should hold, one twice, one that nobody
/// registered.
async fn certify(
    run: &mut Run<'_>,
    plan: PlanId,
    issuer: UnitId,
    register: &Register,
    certified: &Certified,
) -> Result<(), AppError> {
    let Some(inspector) = run.holder(issuer, Role::Inspector) else { return Ok(()) };
    let known = run.books.get(&(plan, register.key.clone())).cloned().unwrap_or_default();
    if known.is_empty() {
        return Ok(());
    }
    let mut rows = Vec::new();
    for row in known {
        if run.dice.chance(850) {
            rows.push(row);
        }
    }
    rows.extend(rows.first().cloned());
    let unknown = certified.by.iter().map(|key| (key.clone(), words::person(&mut run.dice)));
    rows.push(unknown.collect());
    let mut csv = format!("{}\n", certified.by.join(","));
    for row in &rows {
        csv += &format!("{}\n", row.values().cloned().collect::<Vec<_>>().join(","));
    }
    let name = format!("{}{}.csv", certified.source, run.today());
    let file = run.app.attach_in(plan, &register.key, EntryNo(0), &name, csv.into_bytes()).await?;
    let (key, source) = (register.key.clone(), certified.source.clone());
    let list = ImportList { register: key, source, file, rows, numbers: Vec::new() };
    if run.dice.chance(200)
        && let Some(handler) = run.holder(issuer, Role::Handler)
    {
        run.command(&handler, plan, Command::Certify(Box::new(list.clone()))).await?;
    }
    run.command(&inspector, plan, Command::Certify(Box::new(list))).await.map(drop)
}

impl Run<'_> {
    /// How many days somebody gives for something that is found.
    fn plan_days(&self) -> i64 {
        i64::from(self.plan.days).clamp(5, 15)
    }
}
