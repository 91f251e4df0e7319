//! PDF: lines become paragraphs again, rules become tables, headers and page numbers go.

use std::time::{Duration, Instant};

use luoshi_read::{Limits, ReadError};
use luoshi_text::{BlockKind, Document, Format, Origin};

use crate::support::pdf::{Page, file, pdf};
use crate::support::{cells, check, check_notices, read};

const PLAN: &[u8] = include_bytes!("../fixtures/plan.pdf");

#[track_caller]
fn check_pages(pages: &[Page], expect: &[&str]) -> Document {
    let doc = read(&pdf(pages)).unwrap();
    check(&doc, expect);
    doc
}

/// The text outside tables.
fn paragraphs(doc: &Document) -> Vec<&str> {
    let body = doc.blocks().iter().filter(|block| block.kind == BlockKind::Paragraph);
    body.map(|block| doc.slice(block.span)).collect()
}

#[test]
fn a_plan_of_several_pages_reads_like_its_source() {
    let doc = read(PLAN).unwrap();
    assert_eq!(doc.format(), Format::Pdf);
    check_notices(&doc, &[]);
    let text = paragraphs(&doc);
    let expect = [
        "清水县推进政务服务“一网通办”和基层减负三年行动实施方案（2026—2028年）",
        "为贯彻落实上级关于加快数字政务建设的部署，进一步方便企业和群众办事，切实减轻基层负担，结合我县实际，制定本方案。",
        "一、工作目标",
        "到2026年12月底，县级政务服务事项网上可办率达到95%以上，群众办事平均跑动次数降到0.3次以下；\
         到2028年6月30日前，全县128个行政村（社区）全部设立便民服务点，高频事项实现就近办、一次办、马上办。",
    ];
    assert_eq!(text[..4], expect);
    assert_eq!(text[7], "1. 对内容重复的报表予以合并；");
    assert_eq!(
        text[text.len() - 3..],
        ["附件：清水县基层报表清单（样表）", "清水县人民政府办公室", "2026年1月8日"]
    );
    assert!(!doc.text().contains("专班") && !doc.text().contains("— 1 —"), "page header and number");
}

#[test]
fn a_table_over_several_pages_is_one_table_with_one_head() {
    let doc = read(PLAN).unwrap();
    assert_eq!(doc.tables().len(), 1);
    let table = &doc.tables()[0];
    assert_eq!((table.rows, table.cols, table.head_rows), (17, 4, 1));
    let cells = cells(&doc, 0);
    assert_eq!(cells[..4], ["0,0 1×1 序号", "0,1 1×1 工作任务", "0,2 1×1 牵头单位", "0,3 1×1 完成时限"]);
    assert_eq!(cells[33], "8,1 1×1 组织年度考核评价");
    assert_eq!(cells[37], "9,1 1×1 清理整合业务系统，形成统一的办事平台并向各乡镇开放接口（续）");
}

#[test]
fn a_word_leads_back_to_its_page_and_line() {
    let doc = read(PLAN).unwrap();
    let at = |words: &str| doc.origin_at(doc.text().find(words).unwrap()).unwrap();
    assert_eq!(at("清水县推进"), Origin::Page { page: 1, line: 1 });
    assert_eq!(at("三年行动"), Origin::Page { page: 1, line: 2 });
    assert_eq!(at("（三）加强督促"), Origin::Page { page: 2, line: 1 });
    assert_eq!(at("情况，对连续两次"), Origin::Page { page: 2, line: 2 });
}

#[test]
fn an_indent_begins_a_paragraph_and_a_full_line_goes_on() {
    let page = Page::new()
        .paragraph(100.0, &["各村要在三月十二日前完成植树两千株，并于三", "月二十日前把成活情况报镇林业站。"])
        .paragraph(
            156.0,
            &["镇林业站每半月检查一次，发现死苗的应当及时", "补种；补种仍不合格的，按照合同扣减补助。"],
        )
        .paragraph(212.0, &["一、宣传"])
        .paragraph(240.0, &["利用广播宣传。"]);
    let doc = check_pages(
        &[page],
        &[
            "各村要在三月十二日前完成植树两千株，并于三月二十日前把成活情况报镇林业站。",
            "镇林业站每半月检查一次，发现死苗的应当及时补种；补种仍不合格的，按照合同扣减补助。",
            "一、宣传",
            "利用广播宣传。",
        ],
    );
    assert_eq!(doc.blocks()[0].pieces.len(), 2);
}

#[test]
fn without_indents_items_and_short_lines_part_paragraphs() {
    let line = |page: Page, n: f64, text: &str| page.text(90.0, 100.0 + 28.0 * n, 16.0, text);
    let mut page = Page::new();
    let lines = [
        "各村要在三月十二日前完成植树两千株，并于三月二十日前",
        "把成活情况报镇林业站。",
        "（一）明确责任。村党支部书记是第一责任人，应当亲自抓。",
        "（二）加强管护。护林员每天巡山一次，发现牲畜啃食幼苗",
        "的，应当立即制止。",
    ];
    for (n, text) in (0..).zip(lines) {
        page = line(page, f64::from(n), text);
    }
    check_pages(
        &[page],
        &[
            "各村要在三月十二日前完成植树两千株，并于三月二十日前把成活情况报镇林业站。",
            "（一）明确责任。村党支部书记是第一责任人，应当亲自抓。",
            "（二）加强管护。护林员每天巡山一次，发现牲畜啃食幼苗的，应当立即制止。",
        ],
    );
}

#[test]
fn a_paragraph_goes_on_over_the_end_of_a_page() {
    let body = |page: Page, n: usize| {
        page.text(90.0, 60.0, 9.0, "清水县林业局").text(280.0, 800.0, 14.0, &format!("- {n} -"))
    };
    let first = body(
        Page::new()
            .paragraph(120.0, &["各村要抓好春季植树工作，确保完成任务。"])
            .paragraph(700.0, &["镇林业站每半月检查一次，发现死苗的应当及时"]),
        1,
    );
    let second = body(
        Page::new()
            .text(90.0, 120.0, 16.0, "补种；补种仍不合格的，按照合同扣减有关补助。")
            .paragraph(148.0, &["特此通知。"]),
        2,
    );
    let doc = check_pages(
        &[first, second],
        &[
            "各村要抓好春季植树工作，确保完成任务。",
            "镇林业站每半月检查一次，发现死苗的应当及时补种；补种仍不合格的，按照合同扣减有关补助。",
            "特此通知。",
        ],
    );
    assert_eq!(doc.blocks()[1].pieces[1].origin, Origin::Page { page: 2, line: 1 });
}

#[test]
fn signature_and_date_are_paragraphs_of_their_own() {
    let page = Page::new()
        .paragraph(100.0, &["各村要抓好春季植树工作，各部门要主动配合，", "确保按时完成任务。"])
        .text(330.0, 184.0, 16.0, "清水县林业局")
        .text(330.0, 212.0, 16.0, "2026年3月1日");
    check_pages(
        &[page],
        &["各村要抓好春季植树工作，各部门要主动配合，确保按时完成任务。", "清水县林业局", "2026年3月1日"],
    );
}

#[test]
fn rules_make_a_table_with_merged_cells() {
    let (xs, ys) = ([90.0, 180.0, 300.0, 420.0], [200.0, 230.0, 260.0, 290.0]);
    let page = Page::new()
        .paragraph(100.0, &["分工如下。"])
        .rule((90.0, 200.0), (420.0, 200.0))
        .rule((90.0, 290.0), (420.0, 290.0))
        .rule((90.0, 200.0), (90.0, 290.0))
        .rule((420.0, 200.0), (420.0, 290.0))
        // The head is one cell wide, the first column one cell high.
        .rule((90.0, 230.0), (420.0, 230.0))
        .rule((180.0, 260.0), (420.0, 260.0))
        .rule((180.0, 230.0), (180.0, 290.0))
        .rule((300.0, 230.0), (300.0, 290.0))
        .text(200.0, 220.0, 12.0, "植树任务分工")
        .text(100.0, 265.0, 12.0, "上河村")
        .text(190.0, 250.0, 12.0, "东山")
        .text(310.0, 250.0, 12.0, "800株")
        .text(190.0, 280.0, 12.0, "西山")
        .text(310.0, 280.0, 12.0, "1200株");
    let doc = read(&pdf(&[page])).unwrap();
    assert_eq!((xs.len(), ys.len()), (4, 4));
    assert_eq!((doc.tables()[0].rows, doc.tables()[0].cols), (3, 3));
    assert_eq!(
        cells(&doc, 0),
        [
            "0,0 1×3 植树任务分工",
            "1,0 2×1 上河村",
            "1,1 1×1 东山",
            "1,2 1×1 800株",
            "2,1 1×1 西山",
            "2,2 1×1 1200株",
        ]
    );
    assert_eq!(paragraphs(&doc), ["分工如下。"]);
}

#[test]
fn a_row_broken_by_the_end_of_a_page_is_one_row() {
    let xs = [90.0, 150.0, 400.0];
    let head = |page: Page, y: f64| page.text(100.0, y, 12.0, "序号").text(160.0, y, 12.0, "任务");
    let first = head(Page::new().grid(&xs, &[700.0, 730.0, 760.0]), 720.0)
        .text(100.0, 750.0, 12.0, "1")
        .text(152.0, 750.0, 12.0, "组织护林员每天巡山一次并做好巡山记录，");
    let second = head(Page::new().grid(&xs, &[100.0, 130.0, 160.0, 190.0]), 120.0)
        .text(152.0, 150.0, 12.0, "每月上报。")
        .text(100.0, 180.0, 12.0, "2")
        .text(160.0, 180.0, 12.0, "补种。");
    let doc = read(&pdf(&[first, second])).unwrap();
    assert_eq!(
        cells(&doc, 0),
        [
            "0,0 1×1 序号",
            "0,1 1×1 任务",
            "1,0 1×1 1",
            "1,1 1×1 组织护林员每天巡山一次并做好巡山记录，每月上报。",
            "2,0 1×1 2",
            "2,1 1×1 补种。",
        ]
    );
}

#[test]
fn a_frame_around_text_is_no_table() {
    let page = Page::new().grid(&[80.0, 500.0], &[80.0, 140.0]).paragraph(110.0, &["特此通知。"]);
    let doc = check_pages(&[page], &["特此通知。"]);
    assert!(doc.tables().is_empty());
}

#[test]
fn a_page_on_its_side_is_turned() {
    let upright = Page::new().text(90.0, 100.0, 16.0, "横排的附表");
    let turned = Page { extra: "/Rotate 90", ..Page::new().text(90.0, 100.0, 16.0, "横排的附表") };
    check_pages(&[upright], &["横排的附表"]);
    check_pages(&[turned], &["横排的附表"]);
    let sideways = Page::new().raw("BT /F1 16 Tf 0 1 -1 0 300 100 Tm <B8BDB1ED> Tj ET\n");
    check_pages(&[sideways], &["附表"]);
}

#[test]
fn pages_without_text_are_told_or_refused() {
    assert_eq!(read(&pdf(&[Page::new()])), Err(ReadError::NoTextLayer));
    assert_eq!(
        read(&pdf(&[Page::new().raw("q 595 0 0 842 0 0 cm /Im1 Do Q\n")])),
        Err(ReadError::NoTextLayer)
    );
    let doc = read(&pdf(&[Page::new().paragraph(100.0, &["特此通知。"]), Page::new()])).unwrap();
    check_notices(&doc, &["pages-without-text"]);
    assert!(doc.notices()[0].message.contains("共 2 页，其中 1 页"));
}

#[test]
fn a_password_locks_a_file_but_mere_restrictions_do_not() {
    let locked = include_bytes!("../fixtures/locked.pdf");
    assert_eq!(read(locked), Err(ReadError::Encrypted));
    let text = [
        "关于做好春季植树工作的通知",
        "各村要在3月12日前完成植树2000株，并于3月20日前把成活情况报镇林业站。",
    ];
    let plain: &[u8] = include_bytes!("../fixtures/plain.pdf");
    let rc4 = include_bytes!("../fixtures/restricted-rc4.pdf");
    let aes128 = include_bytes!("../fixtures/restricted-aes128.pdf");
    let aes256 = include_bytes!("../fixtures/restricted-aes256.pdf");
    for bytes in [plain, rc4, aes128, aes256] {
        check(&read(bytes).unwrap(), &text);
    }
}

#[test]
fn images_in_the_content_and_forms_are_passed_or_drawn() {
    let image = "q BI /W 2 /H 2 /BPC 8 /CS /G ID \u{1}EI(\u{7}) EI Q\n";
    let page = Page::new().raw(image).text(90.0, 100.0, 16.0, "图后的文字");
    check_pages(&[page], &["图后的文字"]);
    let form = |inner: &str| {
        file(&[
            (1, "<</Type/Catalog/Pages 2 0 R>>".to_owned()),
            (2, "<</Type/Pages/Count 1/Kids[3 0 R]>>".to_owned()),
            (
                3,
                "<</Type/Page/MediaBox[0 0 595 842]/Contents 4 0 R\
                 /Resources<</XObject<</X 5 0 R>>/Font<</F1 6 0 R>>>>>>"
                    .to_owned(),
            ),
            (4, "<</Length 5>>stream\n/X Do\nendstream".to_owned()),
            (5, format!("<</Subtype/Form/Length {}>>stream\n{inner}\nendstream", inner.len() + 1)),
            (6, "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned()),
        ])
    };
    check(&read(&form("BT /F1 12 Tf 90 700 Td (Hello, plan) Tj ET")).unwrap(), &["Hello, plan"]);
    // A form that draws itself many times over comes to an end.
    let itself = "BT /F1 12 Tf 90 700 Td (again) Tj ET /X Do /X Do /X Do";
    assert!(read(&form(itself)).is_ok());
}

#[test]
fn a_file_without_tables_of_objects_is_put_together_again() {
    let mut bytes = pdf(&[Page::new().paragraph(100.0, &["特此通知。"])]);
    let xref = bytes.windows(4).rposition(|w| w == b"xref").unwrap();
    for end in [bytes.len() - 20, xref - 4, xref - 100] {
        bytes.truncate(end);
        check(&read(&bytes).unwrap(), &["特此通知。"]);
    }
    // With compressed objects too.
    let cut = &PLAN[..PLAN.len() - 200];
    assert!(read(cut).unwrap().text().contains("一、工作目标"));
    assert!(matches!(read(b"%PDF-1.4\nnothing"), Err(ReadError::Damaged { .. })));
}

#[test]
fn bounds_hold() {
    let page = Page::new().paragraph(100.0, &["特此通知。"]);
    let limits = Limits { pages: 2, ..Limits::default() };
    let three = luoshi_read::read(&pdf(&[page.clone(), page.clone(), page]), None, &limits);
    assert_eq!(three, Err(ReadError::TooComplex { what: "页数", limit: 2 }));
    let limits = Limits { expanded: 2_000, ..Limits::default() };
    assert!(matches!(luoshi_read::read(PLAN, None, &limits), Err(ReadError::ZipBomb { .. })));
    let limits = Limits { cells: 10, ..Limits::default() };
    assert!(matches!(luoshi_read::read(PLAN, None, &limits), Err(ReadError::TooComplex { .. })));
}

#[test]
fn time_runs_out_where_a_file_wants_too_much() {
    // Each form draws the next ten times: ten to the twelfth drawings.
    let mut objects = vec![
        (1, "<</Type/Catalog/Pages 2 0 R>>".to_owned()),
        (2, "<</Type/Pages/Count 1/Kids[3 0 R]>>".to_owned()),
        (3, "<</Type/Page/MediaBox[0 0 9 9]/Contents 10 0 R/Resources<</XObject<</X 11 0 R>>>>>>".to_owned()),
    ];
    let draw = "/X Do ".repeat(10);
    for id in 10..24 {
        let next = id + 1;
        let dict = format!("/Subtype/Form/Resources<</XObject<</X {next} 0 R>>>>/Length {}", draw.len());
        objects.push((id, format!("<<{dict}>>stream\n{draw}\nendstream")));
    }
    let begun = Instant::now();
    let limits = Limits { time: Duration::from_millis(300), ..Limits::default() };
    let done = luoshi_read::read(&file(&objects), None, &limits);
    assert_eq!(done, Err(ReadError::TimedOut { limit: limits.time }));
    assert!(begun.elapsed() < Duration::from_secs(10));
}
