//! Tables of a plan: quotas distributed over units, tasks listed in rows.

mod blanks;
mod grid;
mod head;
mod quota;
pub(crate) mod rows;

use crate::compile::Reading;
use crate::model::{QuotaTable, Sourced, Task};
use crate::task::Surroundings;

pub(crate) use grid::{Grid, grids};
use head::Heads;

/// A table with its heads.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) grid: Grid,
    heads: Option<Heads>,
    /// The line above it that names it.
    title: Option<usize>,
}

/// The tables of a plan, their heads read. A table without heads right below one of the same
/// width goes on with its heads (a table over several pages).
pub(crate) fn known(reading: &Reading<'_>) -> Vec<Known> {
    let mut out: Vec<Known> = Vec::new();
    for grid in grids(reading) {
        let heads = head::heads(reading, &grid).or_else(|| {
            let last = out.last()?;
            let above = last.heads.as_ref()?;
            let same =
                last.grid.nodes.end == grid.nodes.start && grid.rows.first()?.len() == above.columns.len();
            same.then(|| Heads { body: 0, ..above.clone() })
        });
        let title = title_line(reading, grid.nodes.start);
        out.push(Known { grid, heads, title });
    }
    out
}

/// The short line right above a table.
fn title_line(reading: &Reading<'_>, at: usize) -> Option<usize> {
    let i = at.checked_sub(1)?;
    let text = reading.lines[i].text.trim();
    let fits = (3..=45).contains(&text.chars().count())
        && !text.contains(['。', '；', '\t'])
        && !text.ends_with(['：', ':']);
    fits.then_some(i)
}

/// The quotas that tables and lists distribute.
pub(crate) fn quotas(reading: &Reading<'_>, tables: &[Known]) -> Vec<QuotaTable> {
    let mut out = Vec::new();
    for table in tables {
        let Some(heads) = &table.heads else { continue };
        let title = table
            .title
            .map(|i| Sourced { value: reading.lines[i].text.trim().to_owned(), span: reading.nodes[i].span });
        out.extend(quota::of_grid(reading, &table.grid, heads, title.as_ref()));
    }
    out.extend(quota::of_lists(reading));
    out.sort_by_key(|q| q.of.span.start);
    out
}

/// The tasks that a table lists.
pub(crate) fn tasks(reading: &Reading<'_>, table: &Known, around: &Surroundings<'_>) -> Vec<Task> {
    match &table.heads {
        Some(heads) if rows::lists_tasks(heads) => rows::tasks(reading, &table.grid, heads, around),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
