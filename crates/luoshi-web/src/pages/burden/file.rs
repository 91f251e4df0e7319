//! The burden meter as a file.

use luoshi_app::{Ask, Burden, Reader, Seeing};
use luoshi_engine::PlanId;
use luoshi_report::{Cell, Table};

use super::title;
use crate::export;

/// By unit, by who asks, or what is asked twice.
pub(super) fn table(reader: &Reader, seeing: &Seeing, burden: &Burden, part: &str) -> Table {
    match part {
        "askers" => askers(reader, seeing, burden),
        "repeated" => repeated(reader, seeing, burden),
        _ => units(reader, burden),
    }
}

fn kinds() -> Vec<&'static str> {
    Ask::ALL.iter().map(|(_, _, words)| *words).collect()
}

fn units(reader: &Reader, burden: &Burden) -> Table {
    let mut columns = export::columns(&[("单位", 14.0)]);
    columns.extend(export::numbers(&kinds()));
    columns.extend(export::numbers(&["合计", "增减", "提要求的单位", "方案"]));
    let weeks: Vec<String> =
        burden.weeks.iter().map(|start| start.date().strftime("%-m月%-d日起").to_string()).collect();
    columns.extend(export::numbers(&weeks.iter().map(String::as_str).collect::<Vec<_>>()));
    let mut table = Table::new("基层负担", "各单位被要求的情况", columns);
    for unit in &burden.units {
        let size = |set: usize| i64::try_from(set).unwrap_or(0);
        let mut row = vec![Cell::words(reader.unit_words(unit.unit))];
        row.extend(unit.kinds.map(export::count));
        let sums = [unit.total(), unit.change(), size(unit.askers.len()), size(unit.plans.len())];
        row.extend(sums.map(export::count));
        row.extend(unit.weeks.iter().copied().map(export::count));
        table.rows.push(row);
    }
    table.notes = vec![String::from(
        "报送按到期那一周计，任务、催办督办、检查登记按提出那一周计；增减是后半段比前半段多出的件数。",
    )];
    table
}

fn askers(reader: &Reader, seeing: &Seeing, burden: &Burden) -> Table {
    let mut columns = export::columns(&[("提要求的单位", 12.0), ("方案", 20.0)]);
    columns.extend(export::numbers(&kinds()));
    columns.extend(export::numbers(&["合计", "涉及单位"]));
    let mut table = Table::new("要求来源", "提要求的单位和方案", columns);
    for asker in &burden.askers {
        let mut row = vec![Cell::words(reader.unit_words(asker.by)), Cell::words(title(seeing, asker.plan))];
        row.extend(asker.kinds.map(export::count));
        row.push(export::count(asker.kinds.iter().sum()));
        row.push(export::count(i64::try_from(asker.units.len()).unwrap_or(0)));
        table.rows.push(row);
    }
    table
}

fn repeated(reader: &Reader, seeing: &Seeing, burden: &Burden) -> Table {
    let columns = export::columns(&[("要什么", 12.0), ("方案和要求", 30.0), ("被要求的单位", 30.0)]);
    let mut table = Table::new("重复要求", "同一单位被要两次的", columns);
    for twice in &burden.repeated {
        let ask = |(plan, words, when): &(PlanId, String, String)| {
            let when = if when.is_empty() { String::new() } else { format!("（{when}）") };
            format!("《{}》{words}{when}", title(seeing, *plan))
        };
        let asks: Vec<String> = twice.asks.iter().map(ask).collect();
        let units: Vec<String> = twice.units.iter().map(|unit| reader.unit_words(*unit)).collect();
        table.rows.push(vec![
            Cell::words(&twice.thing),
            Cell::words(asks.join("；")),
            Cell::words(units.join("、")),
        ]);
    }
    table
}
