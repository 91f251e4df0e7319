use jiff::civil::date;
use luoshi_text::{BlockKind, Builder, Cell, Document, Format, Origin, Table};

use crate::model::{Party, Plan, QuotaTable};
use crate::{Options, compile};

fn plan(doc: &Document) -> Plan {
    let options = Options::new(Some(date(2026, 1, 5)), date(2026, 1, 5));
    compile(doc, &options).plans.remove(0)
}

/// A plan with a table below it. Cells are parted by `|`; `^` goes on with the cell above, `<`
/// with the cell to the left.
fn with_table(before: &str, rows: &[&str]) -> Document {
    let mut builder = Builder::new(Format::Docx);
    for (i, line) in before.lines().enumerate() {
        builder.paragraph(line, Origin::Paragraph(i as u32 + 1));
    }
    let grid: Vec<Vec<&str>> = rows.iter().map(|r| r.split('|').map(str::trim).collect()).collect();
    let at = |r: usize, c: usize| grid.get(r).and_then(|row| row.get(c)).copied();
    let mut cells = Vec::new();
    for (r, row) in grid.iter().enumerate() {
        for (c, text) in row.iter().enumerate() {
            if matches!(*text, "^" | "<") {
                continue;
            }
            let (row, col) = (r as u32, c as u32);
            let kind = BlockKind::Cell { table: builder.next_table(), row, col };
            let block = builder.block(kind, [(*text, Origin::Cell { table: 1, row: row + 1, col: col + 1 })]);
            let height = 1 + (r + 1..).take_while(|k| at(*k, c) == Some("^")).count() as u32;
            let width = 1 + (c + 1..).take_while(|k| at(r, *k) == Some("<")).count() as u32;
            cells.push(Cell { block, blocks: 1, row, col, height, width });
        }
    }
    let (rows, cols) = (grid.len() as u32, grid[0].len() as u32);
    builder.table(Table { cells, rows, cols, head_rows: 0 });
    builder.finish()
}

const BODY: &str = "关于做好防汛工作的实施方案\n一、主要任务\n（一）备足物资。镇应急办要在3月底前备足沙袋。\n附件1\n任务分解表";

/// One line a task of the table: path / title | lead | support | responsible | leader | times.
fn told(doc: &Document) -> Vec<String> {
    let names = |list: &[Party]| list.iter().map(|p| p.name.as_str()).collect::<Vec<_>>().join("、");
    let plan = plan(doc);
    let tasks = plan.tasks.iter().filter(|t| t.from_table);
    let line = |t: &crate::model::Task| {
        let times: Vec<String> = t
            .times
            .iter()
            .map(|x| format!("{}{}", if x.inherited { "^" } else { "" }, doc.slice(x.span)))
            .collect();
        let columns = [
            t.path.iter().chain([&t.title]).cloned().collect::<Vec<_>>().join("/"),
            names(&t.lead),
            names(&t.support),
            names(&t.responsible),
            names(&t.leader),
            times.join("、"),
        ];
        columns.join(" | ").trim_end_matches([' ', '|']).to_owned()
    };
    tasks.map(line).collect()
}

fn check(rows: &[&str], expect: &[&str]) {
    assert_eq!(told(&with_table(BODY, rows)), expect, "{rows:?}");
}

#[test]
fn a_row_is_a_task() {
    check(
        &[
            "序号 | 重点任务 | 牵头单位 | 配合单位 | 责任领导 | 完成时限",
            "1 | 清淤河道，清到河口。 | 镇水利站 | 镇财政所、各村 | 周明远 | 5月底前",
            "2 | 检修泵站 | 镇农技站 | 镇供电所 镇财政所 |  | 长期坚持",
        ],
        &[
            "任务分解表/清淤河道，清到河口 | 镇水利站 | 镇财政所、各村 |  | 周明远 | 5月底前",
            "任务分解表/检修泵站 | 镇农技站 | 镇供电所、镇财政所 |  |  | 长期坚持",
        ],
    );
}

#[test]
fn a_merged_task_heads_its_measures() {
    check(
        &[
            "序号 | 工作任务 | 具体措施 | 责任单位 | 时间安排",
            "1 | 疏通河道 | 清理淤泥 | 镇水利站 | 4月底前",
            "^ | ^ | 加固堤坝 | 镇水利站 | 5月底前",
            "2 | 转移群众 | 登记名册 | 各村 | 3月底前",
        ],
        &[
            "任务分解表/疏通河道/清理淤泥 |  |  | 镇水利站 |  | 4月底前",
            "任务分解表/疏通河道/加固堤坝 |  |  | 镇水利站 |  | 5月底前",
            "任务分解表/转移群众 |  |  | 各村 |  | 3月底前",
        ],
    );
}

#[test]
fn heads_said_again_are_no_task() {
    check(
        &[
            "序号 | 重点任务 | 牵头单位 | 完成时限",
            "1 | 清淤河道 | 镇水利站 | 5月底前",
            "序 号 | 重点任务 | 牵头单位 | 完成时限",
            "2 | 检修泵站 | 镇农技站 | 6月底前",
            " | 重点任务 | 镇农技站 | 6月底前",
        ],
        &[
            "任务分解表/清淤河道 | 镇水利站 |  |  |  | 5月底前",
            "任务分解表/检修泵站 | 镇农技站 |  |  |  | 6月底前",
            "任务分解表/重点任务 | 镇农技站 |  |  |  | 6月底前",
        ],
    );
    check(
        &[
            "事项 | 责任分工 | < | 完成时限",
            "^ | 牵头单位 | 配合单位 | ^",
            "清淤河道 | 镇水利站 | 各村 | 5月底前",
            "事项 | 责任分工 | < | 完成时限",
            "^ | 牵头单位 | 配合单位 | ^",
            "检修泵站 | 镇农技站 | 各村 | 6月底前",
        ],
        &[
            "任务分解表/清淤河道 | 镇水利站 | 各村 |  |  | 5月底前",
            "任务分解表/检修泵站 | 镇农技站 | 各村 |  |  | 6月底前",
        ],
    );
}

#[test]
fn heads_of_two_rows_and_merged_deadlines() {
    check(
        &[
            "序号 | 事项 | 责任分工 | < | 完成时限",
            "^ | ^ | 牵头单位 | 配合单位 | ^",
            "1 | 清淤河道 | 镇水利站 | 各村 | 5月底前",
            "2 | 检修泵站 | 镇农技站 | 各村 | ^",
        ],
        &[
            "任务分解表/清淤河道 | 镇水利站 | 各村 |  |  | 5月底前",
            "任务分解表/检修泵站 | 镇农技站 | 各村 |  |  | 5月底前",
        ],
    );
}

#[test]
fn a_wide_row_is_a_heading_inside_the_table() {
    check(
        &[
            "序号 | 任务 | 责任单位 | 完成时限",
            "一、汛前准备 | < | < | <",
            "1 | 清淤河道 | 镇水利站 | 5月底前",
        ],
        &["任务分解表/一、汛前准备/清淤河道 |  |  | 镇水利站 |  | 5月底前"],
    );
}

#[test]
fn labels_and_notes_in_a_cell_decide_over_the_column() {
    check(
        &[
            "任务 | 责任单位 | 完成时限",
            "清淤河道 | 牵头单位：镇水利站 配合单位：各村 | 5月底前",
            "检修泵站 | 镇农技站（牵头）、镇财政所 | 5月底前",
        ],
        &[
            "任务分解表/清淤河道 | 镇水利站 | 各村 |  |  | 5月底前",
            "任务分解表/检修泵站 | 镇农技站 |  | 镇财政所 |  | 5月底前",
        ],
    );
}

#[test]
fn a_row_takes_over_what_stands_above_the_table() {
    let before = format!("{BODY}\n以下任务由镇应急办负责，6月底前完成。");
    let doc = with_table(
        &before,
        &["序号 | 任务 | 责任单位 | 备注", "1 | 清淤河道 |  |  ", "2 | 检修泵站 | 镇农技站 | "],
    );
    assert_eq!(
        told(&doc),
        [
            "任务分解表/清淤河道 |  |  | 镇应急办 |  | ^6月底前",
            "任务分解表/检修泵站 |  |  | 镇农技站 |  | ^6月底前"
        ]
    );
}

#[test]
fn deadlines_as_spreadsheets_write_them() {
    check(
        &[
            "任务 | 责任单位 | 完成时限",
            "清淤河道 | 镇水利站 | 2026.5.31",
            "检修泵站 | 镇农技站 | 2026-06-15",
        ],
        &[
            "任务分解表/清淤河道 |  |  | 镇水利站 |  | 2026.5.31",
            "任务分解表/检修泵站 |  |  | 镇农技站 |  | 2026-06-15",
        ],
    );
}

#[test]
fn a_row_under_heads_of_sending_is_a_duty_to_report() {
    let reports = |rows: &[&str]| -> Vec<String> {
        let plan = plan(&with_table(BODY, rows));
        let tasks = plan.tasks.iter().filter(|t| t.from_table);
        let words = |words: &Option<String>| words.clone().unwrap_or_else(|| "-".to_owned());
        tasks
            .flat_map(|t| &t.reports)
            .map(|r| format!("{} | {} | {}", r.what, words(&r.to), words(&r.when)))
            .collect()
    };
    let rows = [
        "序号|报送内容|责任单位|报送时间|报送对象",
        "1|工作进展|各村|4月10日前、7月10日前|镇应急办",
        "2|年度总结|各村|12月10日前|镇应急办",
    ];
    assert_eq!(
        reports(&rows),
        ["工作进展 | 镇应急办 | 4月10日前、7月10日前", "年度总结 | 镇应急办 | 12月10日前"]
    );
    // What a row says itself goes before its heads; a plain row has no such duty.
    let own = ["工作任务|责任单位|完成时限", "每月25日前报送台账|各村|12月底前", "清理河道|各村|6月底前"];
    assert_eq!(reports(&own), ["台账 | - | 每月25日前"]);
}

#[test]
fn lists_of_persons_are_no_tasks() {
    check(&["序号 | 姓名 | 单位 | 职务 | 联系电话", "1 | 周明远 | 镇水利站 | 站长 | 5550101"], &[]);
}

#[test]
fn lines_with_tabs_are_a_table() {
    let text = format!("{BODY}\n序号\t任务\t责任单位\t完成时限\n1\t清淤河道\t镇水利站\t5月底前");
    assert_eq!(told(&Document::from_lines(&text)), ["任务分解表/清淤河道 |  |  | 镇水利站 |  | 5月底前"]);
    let text =
        format!("{BODY}\n序号　　任务　　　责任单位　　完成时限\n1　　　清淤河道　　镇水利站　　5月底前");
    assert_eq!(told(&Document::from_lines(&text)), ["任务分解表/清淤河道 |  |  | 镇水利站 |  | 5月底前"]);
}

/// One line a quota: head [unit]: unit=number … total.
fn quotas(doc: &Document) -> Vec<String> {
    let line = |q: &QuotaTable| {
        let shares: Vec<String> =
            q.shares.iter().map(|s| format!("{}={}", s.unit.value, s.value.value)).collect();
        let total = q.total.as_ref().map_or("-".to_owned(), |t| t.value.to_string());
        format!("{} [{}]: {} 计{total}", q.of.value, q.unit.as_deref().unwrap_or(""), shares.join(" "))
    };
    plan(doc).quota_tables.iter().map(line).collect()
}

#[test]
fn quotas_with_their_totals() {
    let rows = [
        "序号 | 村 | 任务数 | 资金（万元） | 完成率",
        "1 | 红石村 | 45人 | 3.5 | 80%",
        "2 | 金塘村 | １２人 | 1 | 95%",
        "合计 | < | 57人 | 4.5 | ",
    ];
    assert_eq!(
        quotas(&with_table(BODY, &rows)),
        [
            "任务数 [人]: 红石村=45 金塘村=12 计57",
            "资金（万元） [元]: 红石村=35000 金塘村=10000 计45000",
            "完成率 [%]: 红石村=0.8 金塘村=0.95 计-",
        ]
    );
}

#[test]
fn subtotals_are_no_shares() {
    let rows =
        ["单位 | 名额", "红石村 | 3", "金塘村 | 4", "小计 | 7", "镇水利站 | 2", "小计 | 2", "总计 | 9"];
    assert_eq!(quotas(&with_table(BODY, &rows)), ["名额 []: 红石村=3 金塘村=4 镇水利站=2 计9"]);
}

#[test]
fn quotas_in_a_list() {
    let text = format!(
        "{BODY}\n1.红石村：图书室5个，讲座2场。\n2.金塘村：图书室3个，讲座1场。\n合计：图书室8个，讲座3场。"
    );
    assert_eq!(
        quotas(&Document::from_lines(&text)),
        ["图书室 [个]: 红石村=5 金塘村=3 计8", "讲座 [场]: 红石村=2 金塘村=1 计3"]
    );
}

#[test]
fn columns_set_with_blanks_alone() {
    let text = |rows: &str| Document::from_lines(&format!("{BODY}\n{rows}"));
    // One blank apart; the sum has no cells of its own for the other columns.
    let narrow = text("序号 单位 任务数（个） 完成时限\n1 红石村 12 6月底前\n2 金塘村 10 6月底前\n合计 22");
    assert_eq!(quotas(&narrow), ["任务数（个） [个]: 红石村=12 金塘村=10 计22"]);
    // Aligned, with a cell left out in the middle and one at the end.
    let aligned = text(
        "序号  重点任务    牵头单位    配合单位    完成时限    备注\n1     清淤河道    镇水利站                6月底前\n2     巡查堤坝    镇应急办    各村        7月底前     重点",
    );
    let path = "任务分解表";
    assert_eq!(
        told(&aligned),
        [
            format!("{path}/清淤河道 | 镇水利站 |  |  |  | 6月底前"),
            format!("{path}/巡查堤坝 | 镇应急办 | 各村 |  |  | 7月底前"),
        ]
    );
    // Heads less far apart than the cells below them.
    let wide = text("序号　检查内容　　　责任单位　　完成时限\n1　　路口警示牌　　镇派出所　　6月底前");
    assert_eq!(told(&wide), [format!("{path}/路口警示牌 |  |  | 镇派出所 |  | 6月底前")]);
    // A sentence with blanks between its words is none.
    let prose = text("责任单位 各村 完成时限\n各村要 按时 完成清淤任务。");
    assert!(told(&prose).is_empty());
}

#[test]
fn work_told_twice_is_compared() {
    let before = "关于做好防汛工作的实施方案\n一、主要任务\n（一）开展河道清淤。由镇水利站牵头，4月底前完成。\n（二）检修排涝泵站。由镇农技站牵头，5月底前完成。\n附件1\n任务分解表";
    let rows = [
        "序号 | 任务 | 牵头单位 | 完成时限",
        "1 | 河道清淤 | 镇城建办 | 6月底前",
        "2 | 检修排涝泵站 | 镇农技站 | 5月31日前",
        "3 | 储备沙袋 | 镇应急办 | 3月底前",
    ];
    let twins = plan(&with_table(before, &rows)).twins;
    let seen: Vec<_> = twins
        .iter()
        .map(|t| (t.text, t.table, t.units_only_in_text.join("、"), t.units_only_in_table.join("、")))
        .collect();
    assert_eq!(
        seen,
        [(1, 3, "镇水利站".to_owned(), "镇城建办".to_owned()), (2, 4, String::new(), String::new())]
    );
    assert_eq!(twins[0].text_deadline, Some(date(2026, 4, 30)));
    assert_eq!(twins[0].table_deadline, Some(date(2026, 6, 30)));
    assert_eq!(twins[1].text_deadline, None);
}
