//! What the heads of a unit's sheets mean, remembered from one file to the next in the organisation's
//! chain; and lists read by the same heads.

use std::collections::BTreeMap;

use luoshi_engine::{Actor, OrgCommand, Plan, RefusalKind, UnitId};
use luoshi_pack::Register;

use super::cell::{plain, tight};
use super::column::{Mapping, Target};
use super::grid::read_grids;
use super::head::find_heads;
use super::refused;
use super::rehearse::Import;
use crate::app::App;
use crate::error::AppError;

/// Under which name a register's columns are remembered: packs have registers of one key.
fn name_of(plan: &Plan, register: &str) -> String {
    format!("{}/{register}", plan.pack)
}

impl App {
    /// The meanings that an actor's unit confirmed for a register.
    pub fn remembered_columns(&self, actor: &Actor, plan: &Plan, register: &str) -> Mapping {
        let Some(unit) = self.unit_of(actor) else { return Mapping::default() };
        let context = self.context();
        let kept = context.org.columns.get(&(unit, name_of(plan, register)));
        let columns = kept.into_iter().flatten();
        let columns = columns.filter_map(|(head, word)| Some((head.clone(), Target::parse(word)?)));
        Mapping { columns: columns.collect() }
    }

    /// Remembers the meanings of a file that was carried out; nothing is written where they are known.
    pub(super) async fn keep_columns(
        &self,
        actor: &Actor,
        import: &Import,
        mapping: &Mapping,
    ) -> Result<(), AppError> {
        let plan = self.plan_of(import.plan).await?;
        let known = self.remembered_columns(actor, &plan, &import.register);
        let fresh = mapping.columns.iter().filter(|(head, target)| known.columns.get(*head) != Some(*target));
        let columns: BTreeMap<String, String> =
            fresh.map(|(head, target)| (head.clone(), target.word())).collect();
        let Some(unit) = self.unit_of(actor).filter(|_| !columns.is_empty()) else { return Ok(()) };
        let register = name_of(&plan, &import.register);
        match self.note("", actor, &[OrgCommand::KeepColumns { unit, register, columns }]).await {
            // The file went in; that its heads are too many to be remembered is no fault of it.
            Err(AppError::Refused(_)) => Ok(()),
            done => done.map(drop),
        }
    }

    fn unit_of(&self, actor: &Actor) -> Option<UnitId> {
        let context = self.context();
        context.org.hand(actor.person, actor.post, self.now().date()).map(|post| post.unit)
    }
}

/// The rows of a list by the fields that it is told by, with where they stand.
pub(crate) async fn read_list(
    bytes: Vec<u8>,
    name: &str,
    register: &Register,
    by: &[String],
) -> Result<Vec<(u32, BTreeMap<String, String>)>, AppError> {
    let told = name.to_owned();
    let grids = tokio::task::spawn_blocking(move || read_grids(&bytes, &told));
    let grids = grids.await.map_err(|_| AppError::Closing)??;
    let titles = || {
        let title = |key: &String| register.find_field(key).map_or(key.clone(), |field| field.title.clone());
        by.iter().map(title).collect::<Vec<_>>().join("、")
    };
    let missing =
        || refused(RefusalKind::Incomplete, format!("“{name}”里没有找到名单的表头：要有{}", titles()));
    let (grid, heads) = find_heads(&grids, register, &Mapping::default()).ok_or_else(missing)?;
    let columns: Vec<(&String, usize)> =
        by.iter().filter_map(|key| Some((key, heads.find(&Target::Field(key.clone()))?.col))).collect();
    if columns.len() < by.len() {
        return Err(missing());
    }
    let mut out = Vec::new();
    for number in grid.rows.keys().copied().filter(|number| *number > heads.bottom) {
        let cell = |(key, col): &(&String, usize)| ((*key).clone(), plain(grid.cell(number, *col)));
        let row: BTreeMap<String, String> = columns.iter().map(cell).collect();
        let sum = grid.rows.get(&number).and_then(|cells| cells.iter().find(|cell| !cell.trim().is_empty()));
        let sum = sum.is_some_and(|cell| ["合计", "总计", "小计"].iter().any(|word| tight(cell) == *word));
        if !sum && row.values().any(|words| !words.is_empty()) {
            out.push((number, row));
        }
    }
    Ok(out)
}
