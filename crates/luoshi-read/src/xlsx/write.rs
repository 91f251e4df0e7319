//! Paragraphs and tables from the cells of sheets.

use std::collections::BTreeMap;

use luoshi_text::{BlockKind, Builder, Cell, Origin, Table};

use super::{Area, Sheet};
use crate::{Limits, ReadError};

/// Writes all visible sheets with content.
pub(super) fn sheets(sheets: &[Sheet], builder: &mut Builder, limits: &Limits) -> Result<(), ReadError> {
    let shown = |sheet: &&Sheet| !sheet.hidden && !sheet.cells.is_empty();
    let several = sheets.iter().filter(shown).count() > 1;
    let mut cells = 0;
    for (number, sheet) in (1..).zip(sheets).filter(|(_, sheet)| shown(sheet)) {
        let mut writer = Writer { sheet, number, areas: covered(sheet), builder, limits, cells: &mut cells };
        if several {
            let origin = writer.origin(0, 0);
            writer.builder.paragraph(&sheet.name, origin);
        }
        writer.bands()?;
    }
    Ok(())
}

/// The merged areas that hold something, by their first cell, cut to the used part of the sheet.
fn covered(sheet: &Sheet) -> BTreeMap<(u32, u32), Area> {
    let bottom = sheet.cells.keys().map(|(row, _)| *row).max().unwrap_or(0);
    let right = sheet.cells.keys().map(|(_, col)| *col).max().unwrap_or(0);
    let area = |area: &Area| {
        let corner = (area.top, area.left);
        // A title may be merged wider than the table below it.
        let cut = Area {
            bottom: area.bottom.min(bottom.max(area.top)),
            right: area.right.min(right.max(area.left)),
            ..*area
        };
        sheet.cells.contains_key(&corner).then_some((corner, cut))
    };
    sheet.merged.iter().filter_map(area).collect()
}

struct Writer<'s, 'b> {
    sheet: &'s Sheet,
    number: u32,
    areas: BTreeMap<(u32, u32), Area>,
    builder: &'b mut Builder,
    limits: &'b Limits,
    cells: &'b mut usize,
}

impl Writer<'_, '_> {
    fn origin(&self, row: u32, col: u32) -> Origin {
        Origin::Sheet { sheet: self.number, row: row + 1, col: col + 1 }
    }

    /// The part of the sheet that a filled cell covers.
    fn area(&self, row: u32, col: u32) -> Area {
        self.areas.get(&(row, col)).copied().unwrap_or(Area { top: row, left: col, bottom: row, right: col })
    }

    /// Goes through the sheet from one empty row to the next.
    fn bands(&mut self) -> Result<(), ReadError> {
        let mut band: Vec<Area> = Vec::new();
        let mut bottom = 0;
        for &(row, col) in self.sheet.cells.keys() {
            if !band.is_empty() && row > bottom + 1 {
                self.band(&band)?;
                band.clear();
            }
            let area = self.area(row, col);
            bottom = if band.is_empty() { area.bottom } else { bottom.max(area.bottom) };
            band.push(area);
        }
        self.band(&band)
    }

    /// Writes rows without an empty one between them: titles, tables side by side, notes.
    fn band(&mut self, band: &[Area]) -> Result<(), ReadError> {
        let left = band.iter().map(|a| a.left).min().unwrap_or(0);
        let right = band.iter().map(|a| a.right).max().unwrap_or(0);
        let alone = alone_in_row(band);
        let full = |area: &Area| area.left == left && area.right == right && right > left;
        let titles = alone.iter().take_while(|&&alone| alone).count();
        let text = |area: &Area| self.sheet.cells.get(&(area.top, area.left));
        let is_note = |&(area, alone): &(&Area, &bool)| {
            let says = |words: &[&str]| {
                text(area).is_some_and(|text| words.iter().any(|word| text.starts_with(word)))
            };
            *alone && (full(area) || says(&["注", "说明", "备注", "填表", "制表"]))
        };
        let rest = band.iter().zip(&alone).skip(titles);
        let notes = rest.rev().take_while(is_note).count();
        let (table, notes) = band[titles..].split_at(band.len() - titles - notes);
        for area in &band[..titles] {
            self.paragraph(area);
        }
        for part in side_by_side(table) {
            self.table(&part)?;
        }
        for area in notes {
            self.paragraph(area);
        }
        Ok(())
    }

    fn lines(&self, area: &Area) -> Vec<&str> {
        let text = self.sheet.cells.get(&(area.top, area.left));
        let lines = text.map(String::as_str).unwrap_or_default().lines();
        lines.map(str::trim_end).filter(|line| !line.is_empty()).collect()
    }

    fn paragraph(&mut self, area: &Area) {
        let origin = self.origin(area.top, area.left);
        let lines: Vec<String> = self.lines(area).into_iter().map(str::to_owned).collect();
        for line in lines {
            self.builder.paragraph(&line, origin);
        }
    }

    fn table(&mut self, areas: &[Area]) -> Result<(), ReadError> {
        let Some(first) = areas.first() else {
            return Ok(());
        };
        let edge = |pick: fn(&Area) -> u32| areas.iter().map(pick);
        let (top, left) = (first.top, edge(|a| a.left).min().unwrap_or(0));
        let bottom = edge(|a| a.bottom).max().unwrap_or(top);
        let right = edge(|a| a.right).max().unwrap_or(left);
        let (rows, cols) = (bottom - top + 1, right - left + 1);
        if cols > self.limits.span {
            return Err(ReadError::TooComplex { what: "表格列数", limit: u64::from(self.limits.span) });
        }
        *self.cells += rows as usize * cols as usize;
        self.limits.check_cells(*self.cells)?;
        let mut taken = vec![false; rows as usize * cols as usize];
        let at = |row: u32, col: u32| ((row - top) * cols + (col - left)) as usize;
        let mut held: BTreeMap<(u32, u32), Area> = BTreeMap::new();
        for area in areas {
            held.insert((area.top, area.left), *area);
        }
        let index = self.builder.next_table();
        let mut table = Table { rows, cols, ..Table::default() };
        for row in top..=bottom {
            for col in left..=right {
                if taken[at(row, col)] {
                    continue;
                }
                let mut area = held.get(&(row, col)).copied().unwrap_or_else(|| self.area(row, col));
                // Areas that overlap, as damaged files have them, are cut down to one cell. An
                // earlier area that reaches into this one is already in its first row.
                if (area.left..=area.right).any(|c| taken[at(row, c)]) {
                    (area.bottom, area.right) = (row, col);
                }
                for r in area.top..=area.bottom {
                    for c in area.left..=area.right {
                        taken[at(r, c)] = true;
                    }
                }
                table.cells.push(self.cell(index, &area, row - top, col - left));
            }
        }
        self.builder.table(table);
        Ok(())
    }

    /// Writes a cell, each of its lines as a block.
    fn cell(&mut self, table: u32, area: &Area, row: u32, col: u32) -> Cell {
        let kind = BlockKind::Cell { table, row, col };
        let origin = self.origin(area.top, area.left);
        let mut lines: Vec<String> = self.lines(area).into_iter().map(str::to_owned).collect();
        if lines.is_empty() {
            lines.push(String::new());
        }
        let blocks: Vec<u32> =
            lines.iter().map(|line| self.builder.block(kind, [(line.as_str(), origin)])).collect();
        Cell {
            block: blocks.first().copied().unwrap_or(0),
            blocks: blocks.len() as u32,
            row,
            col,
            height: area.bottom - area.top + 1,
            width: area.right - area.left + 1,
        }
    }
}

/// Which of the cells, in reading order, have none beside them in any of their rows.
fn alone_in_row(band: &[Area]) -> Vec<bool> {
    let mut above: Option<u32> = None;
    let mut out = Vec::with_capacity(band.len());
    for (i, area) in band.iter().enumerate() {
        let free_above = above.is_none_or(|bottom| bottom < area.top);
        let free_below = band.get(i + 1).is_none_or(|next| area.bottom < next.top);
        out.push(free_above && free_below);
        above = above.max(Some(area.bottom));
    }
    out
}

/// Splits the cells of a band where a column is empty.
fn side_by_side(areas: &[Area]) -> Vec<Vec<Area>> {
    let mut columns: Vec<(u32, u32)> = areas.iter().map(|a| (a.left, a.right)).collect();
    columns.sort_unstable();
    let mut spans: Vec<(u32, u32)> = Vec::new();
    for (left, right) in columns {
        match spans.last_mut() {
            Some(span) if left <= span.1 + 1 => span.1 = span.1.max(right),
            _ => spans.push((left, right)),
        }
    }
    let inside = |span: (u32, u32)| {
        let fits = move |a: &&Area| span.0 <= a.left && a.right <= span.1;
        areas.iter().filter(fits).copied().collect()
    };
    spans.into_iter().map(inside).collect()
}
