//! What a task asks for, in the words of the plan.

use luoshi_plan::model::{Node, Plan, Task};
use luoshi_text::{BlockKind, Document};

use crate::source::Source;

/// Labels in brackets at the end of an item that the columns repeat.
const LABELS: [&str; 9] =
    ["牵头", "责任单位", "责任部门", "责任领导", "责任人", "配合单位", "时限", "完成时间", "负责"];
/// Words of the heads of columns that say how a task is done or what is to be reached.
const MEASURES: [&str; 10] = ["措施", "举措", "目标", "要求", "标准", "方式", "成效", "成果", "方法", "步骤"];
/// Words of the heads of columns that say what a task is.
const TASKS: [&str; 6] = ["任务", "事项", "内容", "项目", "工作", "重点"];
/// Words of heads that speak of who and when, whatever else they say.
const OTHERS: [&str; 9] = ["单位", "部门", "领导", "责任", "负责", "时限", "时间", "期限", "备注"];
/// Rows in which heads stand.
const HEADS: u32 = 4;

/// The words of a task without its number and without the bracket that the columns repeat; of a
/// row of a table only the cell of the measure, and nothing where that only repeats the title.
pub(crate) fn measure(source: &Source, plan: &Plan, task: &Task) -> String {
    if task.from_table
        && let Some(words) = of_row(&source.doc, task)
    {
        return words;
    }
    let mut span = task.span;
    if let Some(node) = node_at(plan, span) {
        span.start = span.start.max(node.marker_span.end.min(span.end));
    }
    let words = source.words(span).trim();
    let words = words.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    let body = words.trim_end_matches('。');
    let cut = (body.ends_with(['）', ')'])).then(|| body.rfind(['（', '('])).flatten();
    match cut {
        Some(at) if at > 0 && LABELS.iter().any(|l| body[at..].contains(l)) => {
            body[..at].trim_end().to_owned()
        }
        _ => words,
    }
}

fn node_at(plan: &Plan, span: luoshi_text::Span) -> Option<&Node> {
    let at = plan.outline.partition_point(|n| n.span.start <= span.start).checked_sub(1)?;
    plan.outline.get(at)
}

/// The measure in a row; none where the task stands in no table.
fn of_row(doc: &Document, task: &Task) -> Option<String> {
    let first = doc.block_at(task.span.start as usize)?;
    let row = doc.blocks()[first..].iter().take_while(|b| b.span.start < task.span.end);
    let (mut measures, mut tasks, mut any) = (Vec::new(), Vec::new(), false);
    for block in row {
        let BlockKind::Cell { table, row, col } = block.kind else { continue };
        any = true;
        let words = doc.slice(block.span).trim();
        let bare = |s: &str| s.trim_end_matches(['。', '；']).to_owned();
        if words.is_empty() || bare(words) == bare(&task.title) {
            continue;
        }
        let heads = heads(doc, table, row, col);
        let says = |list: &[&str]| heads.iter().any(|h| list.iter().any(|w| h.contains(w)));
        if says(&OTHERS) {
        } else if says(&MEASURES) {
            measures.push(words);
        } else if says(&TASKS) && words.contains(task.title.trim_end_matches('…')) {
            tasks.push(words);
        }
    }
    any.then(|| (if measures.is_empty() { tasks } else { measures }).join("\n"))
}

/// The heads over a cell.
fn heads(doc: &Document, table: u32, row: u32, col: u32) -> Vec<&str> {
    let Some(table) = doc.tables().get(table as usize) else { return Vec::new() };
    let above = table.cells.iter().filter(|c| {
        // A title over the whole width heads no column.
        c.row < row.min(HEADS) && (c.col..c.col + c.width).contains(&col) && c.width < table.cols.max(2)
    });
    let words = above.filter_map(|c| Some(doc.slice(doc.blocks().get(c.block as usize)?.span).trim()));
    words.filter(|w| !w.is_empty() && w.chars().count() <= 20).take(1).collect()
}
