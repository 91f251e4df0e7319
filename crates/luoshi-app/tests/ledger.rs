//! Registers in Excel: out, back in, and forms that come back as steps.
#![allow(clippy::unwrap_used)]

mod common;

use common::{COUNTY, County, open, step, who};
use jiff::civil::{Date, date};
use luoshi_app::AppError;
use luoshi_app::ledger::{Fate, FormOf, Import, Mapping, Opened, Rehearsal, Sheet, Target};
use luoshi_engine::{Actor, EntryNo, FieldValue, Hash, PlanId, StepBody, UnitId};
use luoshi_pack::Role;
use luoshi_read::{Limits, read};
use luoshi_store::{Anchor, Filter, Page};
use luoshi_testkit::{Place, for_each_database};
use rust_xlsxwriter::{Format, Workbook};

const TOWN: UnitId = UnitId(2);
const TODAY: Date = date(2026, 9, 3);

/// A county with an issued plan on the pack of hazards.
async fn county(place: &Place) -> (County, PlanId) {
    let county = open(place, TODAY).await;
    county.found().await;
    let (plan, _) = county.issue("hazard").await;
    (county, plan)
}

fn inspector() -> Actor {
    who(Role::Inspector, COUNTY)
}

fn import(plan: PlanId, register: &str, bytes: Vec<u8>) -> Import {
    Import { plan, register: register.into(), bytes, name: "台账.xlsx".into(), ..Import::default() }
}

fn csv(plan: PlanId, text: &str) -> Import {
    import(plan, "hazard", text.as_bytes().to_vec())
}

/// A row's fate in a few words.
fn told(rehearsal: &Rehearsal) -> Vec<String> {
    let word = |fate: &Fate| match fate {
        Fate::New { title, remark } => format!("新增 {title}{}", remark.as_deref().unwrap_or_default()),
        Fate::Update { entry, step, changes } => {
            let changes: Vec<String> = changes
                .iter()
                .map(|change| format!("{} {}→{}", change.head, change.from, change.to))
                .collect();
            format!("更新 {entry} {step} {}", changes.join("；"))
        }
        Fate::Same(entry) => format!("不变 {entry}"),
        Fate::Skip(why) => format!("跳过 {why}"),
        Fate::Fault(fault) => format!("错误 {fault}"),
    };
    rehearsal.rows.iter().map(|row| format!("{} {}", row.row, word(&row.fate))).collect()
}

/// What a township sends: a title, a head of two rows with merged cells, numbers and days as they are
/// typed, a blank row, a sum.
fn township_list() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let plain = Format::new();
    sheet.merge_range(0, 0, 0, 8, "青石镇隐患排查台账", &plain).unwrap();
    for (col, head) in [(0, "序号"), (1, "隐患描述"), (2, "责任单位"), (3, "来源"), (8, "等级")]
    {
        sheet.merge_range(1, col, 2, col, head, &plain).unwrap();
    }
    sheet.merge_range(1, 4, 1, 5, "隐患", &plain).unwrap();
    sheet.write(2, 4, "单位或场所").unwrap();
    sheet.write(2, 5, "部位").unwrap();
    sheet.write(1, 6, "发现日期").unwrap();
    sheet.write(1, 7, "整改资金（万元）").unwrap();
    // The village of two hazards stands once.
    sheet.merge_range(3, 2, 4, 2, "东坡村", &plain).unwrap();
    let rows: [(u32, [&str; 5]); 3] = [
        (3, ["消防通道堵塞", "单位自查", "东街五金厂", "车间东门", "一般"]),
        (4, ["配电箱无盖", "单位自查", "北山采石场", "配电室", "一般"]),
        (6, ["储罐阀门失效", "检查发现", "兴源化工厂", "储罐区", "重大"]),
    ];
    for (row, [title, source, enterprise, place, grade]) in rows {
        sheet.write(row, 0, row - 2).unwrap();
        for (col, words) in [(1, title), (3, source), (4, enterprise), (5, place), (8, grade)] {
            sheet.write(row, col, words).unwrap();
        }
    }
    sheet.write(6, 2, "青石镇").unwrap();
    sheet.write(3, 6, "２０２６年９月１日").unwrap();
    sheet.write_with_format(4, 6, 46266, &Format::new().set_num_format("yyyy-mm-dd")).unwrap();
    sheet.write(6, 6, "2026/9/2").unwrap();
    sheet.write(3, 7, "０．５").unwrap();
    sheet.write(4, 7, 1.25).unwrap();
    sheet.write(6, 7, "三十").unwrap();
    sheet.write(7, 0, "合计").unwrap();
    sheet.write(7, 7, 1.75).unwrap();
    book.save_to_buffer().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_township_list_goes_in_and_comes_out_and_in_again_unchanged() {
    for_each_database(async |place| {
        let (county, plan) = county(place).await;
        let list = import(plan, "hazard", township_list());
        let before = county.app.store().head(plan).await.unwrap();
        let rehearsal = county.app.rehearse_register(&inspector(), &list).await.unwrap();
        assert_eq!(
            told(&rehearsal),
            [
                "4 新增 消防通道堵塞",
                "5 新增 配电箱无盖",
                "7 错误 H列（整改资金（万元））：“整改资金”填的是“三十”，应为以元为单位、最多两位小数的金额。\
                 请改正“整改资金”后重新导入；不改的留空即可。",
                "8 跳过 合计行",
            ]
        );
        assert_eq!(county.app.store().head(plan).await.unwrap(), before, "a rehearsal changes nothing");

        let imported = county.app.import_register("list", &inspector(), &list).await.unwrap();
        assert_eq!((imported.done, imported.repeated), (2, 0));
        let filter = Filter { register: Some("hazard".into()), ..Filter::default() };
        let rows = county.app.store().find_entries(plan, &filter, Page::number(1, 9)).await.unwrap();
        let entry = county.app.store().entry(plan, rows[1].no).await.unwrap().unwrap();
        assert_eq!(entry.opening.lead, UnitId(5), "the village of the merged cell");
        assert_eq!(entry.opening.fields["funds"], FieldValue::Money(1_250_000));
        assert_eq!(entry.opening.fields["found"], FieldValue::Date(date(2026, 9, 1)));

        for sheet in [Sheet::Xlsx, Sheet::Csv] {
            let bytes = county.app.export_register(plan, "hazard", sheet, &Opened::new()).await.unwrap();
            let again = import(plan, "hazard", bytes);
            let rehearsal = county.app.rehearse_register(&inspector(), &again).await.unwrap();
            assert!(rehearsal.commands.is_empty());
            let fates = rehearsal.rows.iter().map(|row| &row.fate);
            assert!(
                fates.clone().all(|fate| matches!(fate, Fate::Same(_))),
                "{sheet:?} {:?}",
                told(&rehearsal)
            );
            assert_eq!(fates.count(), 2);
        }
        // The township sends its list a second time: what is there is not registered twice.
        let twice = county.app.rehearse_register(&inspector(), &list).await.unwrap();
        assert_eq!(told(&twice)[..2], [format!("4 不变 {}", rows[0].no), format!("5 不变 {}", rows[1].no)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_differs_takes_a_step_or_is_told() {
    for_each_database(async |place| {
        let (county, plan) = county(place).await;
        let rows = county.app.store().list_scope(TOWN, Page::number(1, 9)).await.unwrap();
        let row = rows.iter().find(|row| row.lead == TOWN && row.register == "task").unwrap().clone();
        let handler = who(Role::Handler, TOWN);
        let line = |cells: &str| {
            let text = format!("编号,工作举措,目标数,序时进度,实际进度,状态,时限\n{},{cells}\n", row.number);
            import(plan, "task", text.into_bytes())
        };
        let app = &county.app;
        let rehearse = async |actor: &Actor, cells: &str| {
            told(&app.rehearse_register(actor, &line(cells)).await.unwrap())
        };
        assert_eq!(
            rehearse(&handler, "腾仓三座,500,,,已交办,").await,
            ["2 错误 B列（工作举措）：“工作举措”“目标数”有改动，但这一事项现在是“已交办”，不能通过表格改。\
              请由能够办理的人员在系统中填报，或恢复原值。"]
        );
        county.run(&handler, plan, step(row.no, "acknowledge", StepBody::default())).await;
        assert_eq!(
            rehearse(&handler, ",,,,已交办,").await,
            ["2 错误 F列（状态）：表中为“已交办”，台账中为“已签收”。\
              状态由办理改变：这份表格导出后事项又有变动，或状态被手工改动，请重新导出再填。"]
        );
        assert_eq!(
            rehearse(&handler, ",,,,,2026-12-31").await,
            ["2 错误 G列（时限）：表中为“2026-12-31”，台账中为“2026-09-25”。\
              改变时限须申请延期或由交办单位另定，请在系统中办理，或恢复原值。"]
        );
        let good = "腾仓三座,５００,30%,25,已签收,2026年9月25日";
        let update = format!(
            "2 更新 {} 报送进展 工作举措 →腾仓三座；目标数 →５００；序时进度 →30；实际进度 →25",
            row.no
        );
        assert_eq!(rehearse(&handler, good).await, [update]);
        let stranger = rehearse(&who(Role::Handler, UnitId(3)), good).await;
        assert!(stranger[0].contains("请由能够办理的人员在系统中填报"), "{stranger:?}");

        let done = app.import_register("sheet", &handler, &line(good)).await.unwrap();
        assert_eq!(done.done, 1);
        let entry = app.store().entry(plan, row.no).await.unwrap().unwrap();
        assert_eq!(
            (entry.state.as_str(), &entry.opening.fields["target"]),
            ("in_progress", &FieldValue::Number(500.0))
        );
        let seen = rehearse(&handler, "腾仓三座,500,30,25,,").await;
        assert_eq!(seen, [format!("2 不变 {}", row.no)]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn faults_say_where_what_and_what_to_do() {
    let place = Place::folder();
    let (county, plan) = county(&place).await;
    let text = "标题,承办单位,来源,单位或场所,部位,发现日期,等级,整改资金（美元）\n\
        ,青石镇,单位自查,甲厂,门,2026-09-01,一般,\n\
        甲,黑石镇,单位自查,甲厂,门,2026-09-01,一般,\n\
        乙,青石镇,道听途说,甲厂,门,2026-09-01,一般,\n\
        丙,青石镇,单位自查,甲厂,门,九月初,一般,\n\
        丁,青石镇,单位自查,甲厂,门,2026-09-01,重大,\n\
        戊,青石镇,单位自查,甲厂,门,2026-09-01,一般,5\n\
        注：由镇安监站填写\n";
    let rehearsal = county.app.rehearse_register(&inspector(), &csv(plan, text)).await.unwrap();
    assert_eq!(
        told(&rehearsal),
        [
            "2 错误 没有填写标题。请补填后重新导入，不导入的请删去这一行。",
            "3 错误 B列（承办单位）：机构名录中没有“黑石镇”。请改为名录中的单位全称或简称。",
            "4 错误 C列（来源）：“来源”填的是“道听途说”，应为下列之一：单位自查、检查发现、群众举报、上级交办。\
             请改正“来源”后重新导入；不改的留空即可。",
            "5 错误 F列（发现日期）：“发现日期”填的是“九月初”，应为日期，如 2026-03-09。\
             请改正“发现日期”后重新导入；不改的留空即可。",
            "6 错误 “丁”还须填写：现状和成因、危害程度。请按提示改正后重新导入，不导入的请删去这一行。",
            "7 错误 H列（整改资金（美元））：表头的单位是“美元”，台账以“元”为单位。\
             请换算成“元”，并把表头改为“整改资金（元）”。",
            "8 跳过 表下的说明",
        ]
    );
    let nothing = county.app.rehearse_register(&inspector(), &csv(plan, "甲,乙\n1,2\n")).await.unwrap_err();
    assert_eq!(
        nothing.to_string(),
        "“台账.xlsx”里没有找到隐患台账的表头：至少要有“标题”和“承办单位”两栏，可先导出一份台账照着填"
    );
    let spent = county.app.rehearse_register(&inspector(), &import(plan, "hazard", vec![0; 64])).await;
    assert!(matches!(spent, Err(AppError::Read(_))), "{spent:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mapping_confirmed_once_serves_the_next_file() {
    let place = Place::folder();
    let (county, plan) = county(&place).await;
    let text = "险情,片区,来源,厂子,部位,发现日期,等级\n甲,青石镇,单位自查,甲厂,门,2026-09-01,一般\n";
    let guessed = county.app.rehearse_register(&inspector(), &csv(plan, text)).await.unwrap();
    assert_eq!(guessed.ignored, ["险情", "片区", "厂子"]);
    let mut mapping: Mapping =
        serde_json::from_str(&serde_json::to_string(&guessed.mapping).unwrap()).unwrap();
    for (head, target) in
        [("险情", Target::Title), ("片区", Target::Lead), ("厂子", Target::Field("enterprise".into()))]
    {
        mapping.columns.insert(head.into(), target);
    }
    let next = Import { mapping: mapping.clone(), ..csv(plan, text) };
    let rehearsal = county.app.rehearse_register(&inspector(), &next).await.unwrap();
    assert_eq!((told(&rehearsal), rehearsal.mapping), (vec!["2 新增 甲".to_owned()], mapping));
}

#[tokio::test(flavor = "multi_thread")]
async fn personal_fields_leave_masked_unless_they_were_opened() {
    let place = Place::folder();
    let (county, plan) = county(&place).await;
    let text = "标题,承办单位,来源,单位或场所,部位,发现日期,等级,举报人\n\
        甲,青石镇,群众举报,甲厂,门,2026-09-01,一般,周小满\n\
        乙,青石镇,群众举报,甲厂,窗,2026-09-01,一般,＊＊＊\n";
    let imported = county.app.import_register("one", &inspector(), &csv(plan, text)).await.unwrap();
    assert_eq!(
        told(&imported.rehearsal)[1],
        "3 错误 H列（举报人）：这一栏是掩码，不是原值。请填写“举报人”的原值，或留空。"
    );
    let store = county.app.store();
    let filter = Filter { register: Some("hazard".into()), ..Filter::default() };
    let no = store.find_entries(plan, &filter, Page::number(1, 9)).await.unwrap()[0].no;
    let export = async |opened: &Opened| {
        let bytes = county.app.export_register(plan, "hazard", Sheet::Xlsx, opened).await.unwrap();
        (read(&bytes, None, &Limits::default()).unwrap().text().to_owned(), bytes)
    };
    let (text, masked) = export(&Opened::new()).await;
    assert!(text.contains("＊＊＊") && !text.contains("周小满"), "{text}");
    let opened = Opened::from([(no, [("reporter".to_owned(), FieldValue::Text("周小满".into()))].into())]);
    let (text, shown) = export(&opened).await;
    assert!(text.contains("周小满"), "{text}");
    let same = [format!("4 不变 {no}")];
    for import in [import(plan, "hazard", masked), Import { opened, ..import(plan, "hazard", shown) }] {
        let rehearsal = county.app.rehearse_register(&inspector(), &import).await.unwrap();
        assert_eq!(told(&rehearsal), same);
    }
}

/// A form with some answers written in, as a spreadsheet would save it.
fn filled(form: &[u8], answers: &[(&str, &str)]) -> Vec<u8> {
    let document = read(form, None, &Limits::default()).unwrap();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for table in document.tables() {
        let mut label = String::new();
        for cell in &table.cells {
            let text = document.slice(document.blocks()[cell.block as usize].span);
            if cell.col == 0 {
                text.clone_into(&mut label);
            }
            let answer = answers.iter().find(|(known, _)| cell.col == 1 && *known == label);
            sheet.write(cell.row, cell.col as u16, answer.map_or(text, |(_, answer)| *answer)).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_goes_out_and_comes_back_as_a_step() {
    for_each_database(async |place| {
        let (county, plan) = county(place).await;
        county.app.tick().await.unwrap();
        let duties = county.app.store().plan(plan).await.unwrap().unwrap().duties;
        let weekly = duties
            .iter()
            .find(|duty| duty.every.as_ref().is_some_and(|rule| rule.contains("WEEKLY")))
            .unwrap();
        let of = FormOf::Duty { duty: weekly.key.clone(), unit: TOWN };
        let form = county.app.form(plan, &of).await.unwrap();
        let back = filled(&form, &[("报送内容", "已收储１２００吨"), ("数量", "1,200")]);
        let read = county.app.read_form(&back).await.unwrap();
        assert_eq!((read.plan, read.step.step.as_str()), (plan, "submit"));
        assert_eq!(read.step.body.fields["count"], FieldValue::Number(1200.0));

        let handler = who(Role::Handler, TOWN);
        let done = county.app.submit_form(&handler, &back).await.unwrap();
        assert!(done.first > 0 && county.app.submit_form(&handler, &back).await.unwrap().repeated);
        let entry = county.app.store().entry(plan, read.entry).await.unwrap().unwrap();
        assert_eq!(entry.state, "submitted");

        // Next week's form shows what was told this week.
        county.set(date(2026, 9, 10), 9);
        county.app.tick().await.unwrap();
        let next = county.app.form(plan, &of).await.unwrap();
        let text = luoshi_read::read(&next, None, &Limits::default()).unwrap();
        assert!(text.text().contains("已收储１２００吨"), "{}", text.text());

        let other = FormOf::Duty { duty: weekly.key.clone(), unit: UnitId(3) };
        let other = county.app.form(plan, &other).await.unwrap();
        for mixed in [
            filled(&other, &[("填报单位", "青石镇"), ("报送内容", "甲")]),
            filled(
                &other,
                &[("校验码", &format!("{plan}-{}-submit-00000000", read.entry)), ("报送内容", "甲")],
            ),
        ] {
            let refused = county.app.read_form(&mixed).await.unwrap_err().to_string();
            assert!(refused.contains("可能拿错了表") || refused.contains("拿错了表"), "{refused}");
        }
        let wrong =
            county.app.read_form(&filled(&next, &[("报送内容", "甲"), ("数量", "很多")])).await.unwrap_err();
        assert_eq!(wrong.to_string(), "“数量”填写有误：“数量”填的是“很多”，应为数字；请改正后重新上传");
        let none = county.app.read_form(&township_list()).await.unwrap_err().to_string();
        assert!(none.contains("没有校验码"), "{none}");
        assert!(county.app.form(plan, &FormOf::Entry(EntryNo(999))).await.is_err());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_register_that_went_out_bears_witness_to_the_record_it_was_made_from() {
    for_each_database(async |place| {
        let (county, plan) = county(place).await;
        let bytes =
            county.app.export_register(plan, "hazard", Sheet::Xlsx, &Opened::new()).await.unwrap();
        let text = read(&bytes, None, &Limits::default()).unwrap();
        let stamp = text.text().split("存证 ").nth(1).unwrap().split_whitespace().next().unwrap();
        let anchor: Anchor = stamp.parse().unwrap();
        let later = "标题,承办单位,来源,单位或场所,部位,发现日期,等级\n护栏松动,青石镇,群众举报,甲厂,门,2026-09-01,一般\n";
        let imported = county.app.import_register("later", &inspector(), &csv(plan, later)).await.unwrap();
        assert_eq!(imported.done, 1, "the record went on");
        let report = county.app.verify(&[anchor]).await.unwrap();
        assert!(report.sound() && report.anchors == 1, "{report}");
        let other = Anchor { hash: Hash::of(b"another history"), ..anchor };
        assert!(!county.app.verify(&[other]).await.unwrap().sound());
        let cut = Anchor { seq: anchor.seq + 100, ..anchor };
        assert!(!county.app.verify(&[cut]).await.unwrap().sound(), "a tail is missing");
    })
    .await;
}
