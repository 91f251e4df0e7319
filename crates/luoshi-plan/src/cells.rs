//! What the columns of a table say about its cells: heads, quotas, parties.

use std::collections::HashMap;

use luoshi_text::{BlockKind, Document, Table};

use crate::model::{Role, UnitRole};

/// What a cell is by its place in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CellKind {
    /// The role of its row.
    pub(crate) role: Role,
    /// Its column names parties of this kind.
    pub(crate) party: Option<UnitRole>,
    /// The columns of a quota table hold bare numbers that count.
    pub(crate) quota: bool,
}

/// The kind of every cell block among `first..end`, by block.
pub(crate) fn cells(doc: &Document, first: u32, end: u32) -> HashMap<u32, CellKind> {
    let mut out = HashMap::new();
    for (t, table) in doc.tables().iter().enumerate() {
        let Some(cell) = table.cells.first() else { continue };
        if cell.block < first || cell.block >= end {
            continue;
        }
        read_table(doc, t as u32, table, &mut out);
    }
    out
}

fn read_table(doc: &Document, index: u32, table: &Table, out: &mut HashMap<u32, CellKind>) {
    let words = |block: u32| doc.slice(doc.blocks()[block as usize].span).trim();
    let head_rows = table.head_rows.max(u32::from(is_head(doc, table, 0)));
    let mut parties: Vec<Option<UnitRole>> = vec![None; table.cols as usize];
    let mut tasks = false;
    for cell in table.cells.iter().filter(|c| c.row < head_rows) {
        let text = words(cell.block);
        tasks |= ["任务", "措施", "内容", "事项", "时限", "时间", "举措", "环节", "步骤", "项目", "工作"]
            .iter()
            .any(|w| text.contains(w) && !text.contains("任务数") && !text.ends_with("任务"));
        for col in cell.col..(cell.col + cell.width).min(table.cols) {
            parties[col as usize] = party(text);
        }
    }
    let numbers = table
        .cells
        .iter()
        .filter(|c| c.row >= head_rows && c.col > 0)
        .filter(|c| words(c.block).starts_with(|ch: char| ch.is_ascii_digit()))
        .count();
    let body = table.cells.iter().filter(|c| c.row >= head_rows && c.col > 0).count();
    let quota = !tasks && body > 0 && numbers * 2 >= body;
    for cell in &table.cells {
        for block in cell.block..cell.block + cell.blocks {
            debug_assert!(
                matches!(doc.blocks()[block as usize].kind, BlockKind::Cell { table, .. } if table == index)
            );
            let head = cell.row < head_rows;
            let role = if head {
                Role::Heading
            } else if quota {
                Role::Goal
            } else {
                Role::Task
            };
            let party = parties.get(cell.col as usize).copied().flatten().filter(|_| !head);
            out.insert(block, CellKind { role, party, quota: quota && !head });
        }
    }
}

/// Whether a row is a head: words of heads, no numbers.
fn is_head(doc: &Document, table: &Table, row: u32) -> bool {
    let texts: Vec<&str> = table
        .cells
        .iter()
        .filter(|c| c.row == row)
        .map(|c| doc.slice(doc.blocks()[c.block as usize].span).trim())
        .collect();
    let known = [
        "序号", "编号", "名称", "单位", "任务", "时限", "责任", "村", "内容", "措施", "备注", "学校", "项目",
        "数量", "指标", "姓名", "职务", "环节", "时间", "部门", "地点", "日期", "承办",
    ];
    let hits = texts.iter().filter(|t| known.iter().any(|w| t.contains(w))).count();
    // A column of running numbers is announced by nothing but a head.
    let numbered = texts.first().is_some_and(|t| matches!(*t, "序号" | "编号"));
    texts.len() > 1
        && (numbered || hits * 2 >= texts.len())
        && texts.iter().all(|t| t.chars().count() <= 16 && !t.contains('。'))
}

/// What a column's head says about the parties below it.
fn party(head: &str) -> Option<UnitRole> {
    let head: String = head.chars().filter(|c| !c.is_whitespace()).collect();
    let has = |words: &[&str]| words.iter().any(|w| head.contains(w));
    if has(&["牵头", "主办", "主责"]) {
        Some(UnitRole::Lead)
    } else if has(&["配合", "协办", "协助"]) {
        Some(UnitRole::Support)
    } else if has(&[
        "验收单位",
        "审核单位",
        "评分单位",
        "考核单位",
        "评分科室",
        "审核科室",
        "评分股室",
        "评定",
    ]) {
        Some(UnitRole::Approve)
    } else if has(&[
        "责任",
        "承办",
        "单位",
        "部门",
        "科室",
        "处室",
        "负责人",
        "乡镇",
        "街道",
        "学校",
        "股室",
        "保管人",
        "值班人",
    ]) || matches!(
        head.as_str(),
        "村" | "村（社区）" | "村(社区)" | "村居" | "村名" | "社区" | "班级" | "责任人" | "管护人"
    ) {
        Some(UnitRole::Responsible)
    } else {
        None
    }
}
