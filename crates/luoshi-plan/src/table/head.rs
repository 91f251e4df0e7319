//! What the columns of a table hold, from their heads and their values.

use crate::compile::Reading;
use crate::lexicon::lists;

use super::grid::{Cell, Grid};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    /// 序号
    Number,
    /// 重点任务, 事项, 主要内容
    Task,
    /// 工作举措, 具体措施, 工作目标
    Measure,
    /// 牵头单位
    Lead,
    /// 配合单位
    Support,
    /// 责任单位, 责任人
    Responsible,
    /// 责任领导
    Leader,
    /// 验收人, 审核单位
    Approve,
    /// 报送对象: who receives reports
    Receiver,
    /// 完成时限
    Time,
    /// 村, 乡镇, 学校: units that a quota is given to
    Unit,
    /// Numbers.
    Amount,
    /// 备注
    Note,
    /// Persons and how to reach them: no work.
    Person,
    /// Anything else.
    Other,
}

/// Words of heads, in the order in which they decide.
const HEADS: [(Column, &[&str]); 14] = [
    (Column::Number, &["序号", "编号", "项次", "序列"]),
    (Column::Note, &["备注", "说明"]),
    (Column::Receiver, &["报送对象", "报送至", "报至", "接收单位", "接收部门", "接收科室"]),
    (Column::Amount, &["名额", "数量", "人数", "资金", "金额", "分值", "数额", "任务数", "指标数", "计划数"]),
    (Column::Person, &["姓名", "职务", "电话", "联系方式", "性别", "手机"]),
    (Column::Leader, &["领导"]),
    (Column::Approve, &["验收人", "验收单位", "审核单位", "考核单位", "督办单位", "验收部门"]),
    (Column::Support, &["配合", "协办", "协同", "协助", "参与单位", "参加单位"]),
    (Column::Lead, &["牵头", "主办", "主责"]),
    (
        Column::Responsible,
        &[
            "责任单位",
            "责任部门",
            "责任科室",
            "责任处室",
            "责任股室",
            "责任人",
            "责任主体",
            "负责",
            "承办",
            "承担",
            "落实单位",
            "落实部门",
            "实施单位",
            "实施主体",
            "执行单位",
            "保管人",
            "责任乡镇",
            "责任学校",
            "责任校领导",
            "负责人",
            "责任",
        ],
    ),
    (Column::Time, &["时限", "时间", "期限", "日期", "周期", "节点", "进度要求", "完成日"]),
    (Column::Measure, &["措施", "举措", "目标", "要求", "标准", "方式", "成效", "成果", "方法", "步骤"]),
    (
        Column::Task,
        &[
            "任务", "事项", "内容", "项目", "重点", "问题", "活动", "类别", "部位", "隐患", "行动", "主题",
            "工作", "指标",
        ],
    ),
    (
        Column::Unit,
        &[
            "单位",
            "部门",
            "乡镇",
            "村",
            "社区",
            "街道",
            "学校",
            "县区",
            "区县",
            "科室",
            "地区",
            "名称",
            "班级",
            "站所",
            "镇",
            "市州",
            "企业",
            "司法所",
        ],
    ),
];

/// What a head announces.
pub(crate) fn column(head: &str) -> Column {
    let head: String = head.chars().filter(|c| !c.is_whitespace()).collect();
    if head.is_empty() || head.chars().count() > 20 {
        return Column::Other;
    }
    HEADS.iter().find(|(_, words)| words.iter().any(|w| head.contains(w))).map_or(Column::Other, |(c, _)| *c)
}

/// The columns of a table and where its rows begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Heads {
    pub(crate) columns: Vec<Column>,
    /// The head cells of each column, top to bottom.
    pub(crate) cells: Vec<Vec<Cell>>,
    /// The first row that is no head.
    pub(crate) body: usize,
}

impl Heads {
    /// The first column of a kind.
    pub(crate) fn first(&self, kind: Column) -> Option<usize> {
        self.columns.iter().position(|c| *c == kind)
    }

    /// Whether the head of a column speaks of sending something: 报送时间, 上报内容.
    pub(crate) fn sends(&self, reading: &Reading<'_>, column: usize) -> bool {
        let heads = self.cells.get(column).into_iter().flatten();
        heads.map(|h| h.text(reading)).any(|words| lists().sending_verbs.lie_in(&words))
    }

    /// Whether a row only says the heads again, as tables over several pages do.
    pub(super) fn repeated_by(&self, reading: &Reading<'_>, row: &[Cell]) -> bool {
        let bare =
            |cell: &Cell| -> String { cell.text(reading).chars().filter(|c| !c.is_whitespace()).collect() };
        let mut filled = row.iter().zip(&self.cells).filter(|(cell, _)| !cell.is_blank(reading)).peekable();
        let said = |(cell, heads): (&Cell, &Vec<Cell>)| {
            let words = bare(cell);
            heads.iter().any(|head| bare(head) == words)
        };
        filled.peek().is_some() && filled.all(said)
    }

    /// Whether there is a column of a kind.
    pub(crate) fn has(&self, kind: Column) -> bool {
        self.first(kind).is_some()
    }
}

/// Finds the heads of a table; none where no row looks like one.
pub(super) fn heads(reading: &Reading<'_>, grid: &Grid) -> Option<Heads> {
    let known = |row: &[Cell]| {
        row.iter().filter(|c| !c.parts.is_empty() && column(&c.text(reading)) != Column::Other).count()
    };
    // A title row over the whole width may stand above the heads.
    let start = grid.rows.iter().take(4).position(|row| known(row) >= 2)?;
    let mut body = start + 1;
    while let Some(row) = grid.rows.get(body) {
        let carried = row.iter().any(|c| c.carried);
        let fresh = row.iter().any(|c| !c.carried && !c.is_blank(reading));
        let numbers = row.iter().any(|c| amount(&c.text(reading)).is_some());
        let above = &grid.rows[body - 1];
        let under_merged = carried && fresh && above.iter().any(|c| c.width > 1 && !c.carried);
        let open = row.first().is_some_and(|c| c.is_blank(reading)) && known(row) >= 1;
        if body - start >= 3 || numbers || !(under_merged || open) {
            break;
        }
        body += 1;
    }
    let cols = grid.rows[start].len();
    let mut cells: Vec<Vec<Cell>> = vec![Vec::new(); cols];
    for row in &grid.rows[start..body] {
        let mut wide: Option<(usize, &Cell)> = None;
        for (c, cell) in row.iter().enumerate() {
            if !cell.parts.is_empty() {
                wide = (cell.width > 1).then_some((c + cell.width, cell));
            }
            let from_wide = wide.filter(|(to, _)| c < *to).map(|(_, w)| w);
            let own = if cell.parts.is_empty() { from_wide } else { Some(cell) };
            if let Some(own) = own.filter(|o| !o.carried) {
                cells[c].push(own.clone());
            }
        }
    }
    let mut columns: Vec<Column> = cells
        .iter()
        .map(|heads| {
            // The lowest head decides; a group head above helps where it says nothing.
            heads
                .iter()
                .rev()
                .map(|h| column(&h.text(reading)))
                .find(|c| *c != Column::Other)
                .unwrap_or(Column::Other)
        })
        .collect();
    for (c, kind) in columns.iter_mut().enumerate() {
        let numeric =
            matches!(kind, Column::Task | Column::Measure | Column::Unit | Column::Other | Column::Time)
                && mostly_numbers(reading, &grid.rows[body..], c);
        if numeric {
            *kind = Column::Amount;
        }
    }
    Some(Heads { columns, cells, body })
}

fn mostly_numbers(reading: &Reading<'_>, rows: &[Vec<Cell>], c: usize) -> bool {
    let (mut filled, mut numbers) = (0, 0);
    for row in rows {
        let text = row[c].text(reading);
        if !text.is_empty() {
            filled += 1;
            numbers += usize::from(amount(&text).is_some());
        }
    }
    filled > 0 && numbers * 5 >= filled * 4
}

/// A number with an optional unit that is the whole of a cell: its value and the unit as written.
pub(super) fn amount(text: &str) -> Option<(f64, String)> {
    let plain: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, ',' | '，'))
        .map(|c| match c {
            '０'..='９' => char::from(b'0' + (c as u32 - '０' as u32) as u8),
            '．' => '.',
            '％' => '%',
            c => c,
        })
        .collect();
    let digits = plain.trim_start_matches(['约', '共', '-']);
    let end = digits.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(digits.len());
    let value: f64 = digits[..end].parse().ok()?;
    let unit = &digits[end..];
    let (value, unit) = scaled(value, unit);
    let dated = unit.contains(['月', '日', '前', '年', '.', '-', '、', '/']) && !unit.contains("元/");
    let short = unit.chars().count() <= 5 && !unit.chars().any(|c| c.is_ascii_digit());
    (short && !dated && value.is_finite()).then(|| (value, unit.to_owned()))
}

/// A number of 万, 亿 or per cent as a plain number, and the rest of the unit.
pub(super) fn scaled(value: f64, unit: &str) -> (f64, &str) {
    if unit.starts_with('%') {
        (value / 100.0, unit)
    } else if let Some(rest) = unit.strip_prefix('万') {
        (value * 10_000.0, rest)
    } else if let Some(rest) = unit.strip_prefix('亿') {
        (value * 100_000_000.0, rest)
    } else {
        (value, unit)
    }
}
