use luoshi_text::{BlockKind, Document, Origin};

use crate::{Limits, ReadError};

fn read(text: &str) -> Document {
    read_bytes(text.as_bytes())
}

fn read_bytes(bytes: &[u8]) -> Document {
    super::read_text(bytes, None, &Limits::default()).unwrap()
}

fn lines_of(doc: &Document) -> Vec<Vec<u32>> {
    let line = |origin| if let Origin::Line(n) = origin { n } else { 0 };
    doc.blocks().iter().map(|b| b.pieces.iter().map(|p| line(p.origin)).collect()).collect()
}

/// The text read from `text` is `expect`.
#[track_caller]
fn check(text: &str, expect: &str) {
    assert_eq!(read(text).text().trim_end(), expect);
}

/// Nothing is joined: every line stays a block.
#[track_caller]
fn check_apart(text: &str) {
    check(text, text);
}

#[test]
fn a_line_is_a_block_and_blank_lines_are_none() {
    let doc =
        read("\u{feff}　　关于印发方案的通知\r\n\r\n \u{3000}\u{200b}\r一、总体要求　\u{2028}（一）目标\n");
    assert_eq!(doc.text(), "关于印发方案的通知\n一、总体要求\n（一）目标\n");
    assert_eq!(lines_of(&doc), [[1], [4], [5]]);
}

#[test]
fn characters_inside_a_line_stay_as_they_are() {
    check("责任单位：　各村   （社区）、２０２３年", "责任单位：　各村   （社区）、２０２３年");
}

#[test]
fn a_torn_paragraph_is_put_together_with_a_piece_a_line() {
    let doc = read(
        "为了进一步贯彻上级关于维护社会稳定和加强社会治安综\n合治理的指示精神，全力构建管理网络，特制订本方案：\n一、指导思想",
    );
    assert_eq!(lines_of(&doc), [vec![1, 2], vec![3]]);
    let at = doc.text().find("合治理").unwrap();
    assert_eq!(doc.origin_at(at), Some(Origin::Line(2)));
    assert_eq!(doc.origin_at(at - 3), Some(Origin::Line(1)));
}

#[test]
fn a_line_with_a_sentence_inside_that_stops_without_a_mark_runs_on() {
    check(
        "（六）加强治理。依法治理周边环境。取得家长的支持和理解，增进了解。要教育学生远离网\n吧、游戏厅等场所，远离不洁的小摊商贩等。",
        "（六）加强治理。依法治理周边环境。取得家长的支持和理解，增进了解。要教育学生远离网吧、游戏厅等场所，远离不洁的小摊商贩等。",
    );
}

#[test]
fn a_title_over_two_lines_with_an_open_bracket_is_one() {
    check(
        "关于印发《全市安全生产大排查大整治\n专项行动实施方案》的通知",
        "关于印发《全市安全生产大排查大整治专项行动实施方案》的通知",
    );
}

#[test]
fn one_paragraph_a_line_is_never_joined() {
    check_apart(
        "一、开展“三区计划”文化工作者专项工作重要意义\n实施“三区计划”，是深入贯彻落实中央精神的重要举措。",
    );
    check_apart("（一）开展大排查，全面摸清影响社会安全稳定的各类风险隐患\n围绕重点区域深入开展排查。");
    check_apart(
        "全面夯实安居保障扶贫。让群众住上整洁房、干净房。完成时限：5月底前。（责任领导：）\n引导群众改善居住环境，进一步提升帮扶力度，实现清零。",
    );
    check_apart("20xx年3月1日至20xx年3月31日，共一个月时间，分三步走\n三、宣传重点");
    check_apart("增强法制观念、自我安全防范意识，\n（三）加强安全管理体制建设");
    check_apart(
        "全市司法行政系统矛盾纠纷大排查大化解专项行动实施方案\n今年是建党一百周年，为做好社会稳定工作，制定本方案。",
    );
    check_apart(
        "各单位要高度重视，加强领导，落实责任。确保各项工作任务落到实处\n某某市人民政府\n2023年3月1日",
    );
    check_apart(
        "各乡镇要压实责任，层层抓好落实。要将工作纳入年度考核范围\n为加强领导，成立工作专班，由分管领导任组长。",
    );
    check_apart(
        "联系人：张三，电话：0871-1234567，邮箱：abc@example.com\n地址在人民路一号，各单位请按时报送，逾期不候。",
    );
}

/// Wraps at `width` characters, with an indent before each paragraph.
fn wrap(paragraphs: &[&str], width: usize, indent: &str, between: &str) -> String {
    let wrapped = paragraphs.iter().map(|paragraph| {
        let chars: Vec<char> = indent.chars().chain(paragraph.chars()).collect();
        chars.chunks(width).map(|chunk| chunk.iter().collect::<String>()).collect::<Vec<_>>().join("\n")
    });
    wrapped.collect::<Vec<_>>().join(between)
}

const PLAN: &[&str] = &[
    "某某镇森林草原防灭火宣传月活动方案",
    "为全面做好春季森林草原防灭火工作，切实增强广大干部群众的防火意识，营造全民参与的良好氛围，结合我镇实际，特制定本方案。",
    "一、时间安排",
    "3月1日至3月31日。",
    "二、工作任务",
    "（一）开展集中宣传，充分利用电视、村广播、微信群等手段，把防火知识送到每家每户、田间地头和各中小学校",
    "1.各村要在3月10日前完成防火标语的更新，在进山路口设置醒目的宣传标识，对重点人员逐户签订责任书，不漏一户一人。",
    "2.镇林业站要会同派出所开展巡查，对违规用火行为依法从严查处，并于每周五前将情况报镇防火办。",
    "三、工作要求",
    "各村、各有关部门要高度重视，主要领导亲自安排部署，确保宣传月活动取得实效，活动总结于4月5日前报送。",
];

#[test]
fn a_text_wrapped_throughout_is_put_together() {
    let expect = PLAN.join("\n");
    for width in [20, 26, 30] {
        check(&wrap(PLAN, width, "", "\n"), &expect);
        check(&wrap(PLAN, width, "　　", "\n"), &expect);
        check(&wrap(PLAN, width, "", "\n\n"), &expect);
    }
}

#[test]
fn words_of_latin_letters_keep_their_distance() {
    check(
        "本方案所称“平安校园”建设，是指按照（safe\ncampus）的标准开展的各项工作。",
        "本方案所称“平安校园”建设，是指按照（safe campus）的标准开展的各项工作。",
    );
}

#[test]
fn a_row_of_tabs_may_leave_out_its_last_cells() {
    let doc = read("单位\t名额\t备注\n东村\t12\n西村\t10\n合计\t22\n");
    let table = &doc.tables()[0];
    assert_eq!((doc.tables().len(), table.rows, table.cols, table.cells.len()), (1, 4, 3, 9));
}

#[test]
fn rows_of_tabs_are_a_table() {
    let doc = read("任务分工：\n序号\t任务\t责任单位\n1\t更新标语\t\n2\t巡查\t林业站\n完毕。");
    assert_eq!(doc.tables().len(), 1);
    let table = &doc.tables()[0];
    assert_eq!((table.rows, table.cols, table.head_rows), (3, 3, 0));
    let cell = table.cells[5];
    assert_eq!((cell.row, cell.col), (1, 2));
    assert!(doc.blocks()[cell.block as usize].span.is_empty());
    let block = &doc.blocks()[table.cells[7].block as usize];
    assert_eq!(doc.slice(block.span), "巡查");
    assert_eq!(block.kind, BlockKind::Cell { table: 0, row: 2, col: 1 });
    assert_eq!(block.pieces[0].origin, Origin::Line(4));
}

#[test]
fn numbers_and_indents_set_with_a_tab_are_no_table() {
    for text in ["1.\t做好宣传\n2.\t做好巡查", "\t第一段。\n\t第二段。", "一、总体要求\t1\n二、工作任务\t3"]
    {
        assert!(read(text).tables().is_empty(), "{text}");
    }
}

#[test]
fn markdown_is_shown_without_its_marks() {
    let doc = read(
        "# 工作方案\n\n## 一、**总体**要求\n\n- 第一项 `a*b`\n- 第二项[通知](http://a.cn/b)\n\n| 序号 | 任务 |\n|---|:--:|\n| 1 | **巡查** |\n| 2 |\n\n---\n完",
    );
    assert_eq!(doc.text(), "工作方案\n一、总体要求\n第一项 a*b\n第二项通知\n序号\n任务\n1\n巡查\n2\n\n完\n");
    let table = &doc.tables()[0];
    assert_eq!((table.rows, table.cols, table.head_rows), (3, 2, 1));
    assert_eq!(doc.blocks()[6].pieces[0].origin, Origin::Line(10));
}

#[test]
fn plain_text_keeps_what_looks_like_markdown() {
    check_apart("- 做好*各项*工作\n#1楼 的 **要求**");
}

#[test]
fn text_in_any_encoding_reads_the_same() {
    let text = "关于印发《平安校园建设方案》的通知，各村要在6月底前完成任务。㐀𠀀";
    let plain = "关于印发《平安校园建设方案》的通知，各村要在6月底前完成任务。\n请认真落实。";
    let wide = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let wide_be = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let gb = encoding_rs::GB18030.encode(text).0.into_owned();
    assert_eq!(read_bytes(&gb).text().trim_end(), text);
    assert_eq!(read_bytes(&[b"\xEF\xBB\xBF", text.as_bytes()].concat()).text().trim_end(), text);
    assert_eq!(read_bytes(&[b"\xFF\xFE".to_vec(), wide(text)].concat()).text().trim_end(), text);
    assert_eq!(read_bytes(&[b"\xFE\xFF".to_vec(), wide_be(text)].concat()).text().trim_end(), text);
    assert_eq!(read_bytes(&wide(plain)).text().trim_end(), plain);
    assert_eq!(read_bytes(&wide_be(plain)).text().trim_end(), plain);
    assert_eq!(read_bytes(&encoding_rs::GBK.encode("总体要求").0).text(), "总体要求\n");
    let big5 = "關於推動平安校園建設的工作計畫，請各單位在六月底前完成，並將有關的資料送交學校。";
    assert_eq!(read_bytes(&encoding_rs::BIG5.encode(big5).0).text().trim_end(), big5);
}

#[test]
fn a_gbk_file_cut_inside_a_character_is_read() {
    let bytes = encoding_rs::GBK.encode("各村要在6月底前完成任务，并将结果报镇政府办公室。").0.into_owned();
    let doc = read_bytes(&bytes[..bytes.len() - 1]);
    assert!(doc.text().starts_with("各村要在6月底前完成任务"));
}

#[test]
fn a_few_bad_bytes_in_a_good_text_are_told() {
    let plan = PLAN.join("\n");
    let at = plan.find("3月1日").unwrap();
    for bad in [&b"\xFF"[..], b"\xE4\xB8", b"\xD6\xD0"] {
        let bytes = [&plan.as_bytes()[..at], bad, &plan.as_bytes()[at..]].concat();
        let doc = read_bytes(&bytes);
        assert!(doc.text().contains("\u{fffd}3月1日至3月31日。"), "{}", doc.text());
        let told = &doc.notices()[0].message;
        assert!(told.starts_with(&format!("第{}字节不是有效文字", at + 1)), "{told}");
        assert_eq!(crate::detect(&bytes), Ok(luoshi_text::Format::Text));
    }
    let doc = read(&plan.replace("3月1日", "\u{0}\u{1b}3月\u{7}1日"));
    assert_eq!(doc.text().trim_end(), plan.replace("\n\n", "\n"));
    assert_eq!(doc.notices()[0].code, "control-characters");
    assert!(read(&plan).notices().is_empty());
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let read = |bytes: &[u8]| super::read_text(bytes, None, &Limits::default()).unwrap_err();
    assert!(matches!(read(&[0, 1, 2, 0, 5, 0, 0, 9].repeat(50)), ReadError::NotADocument { .. }));
    assert_eq!(read(b" \r\n\t"), ReadError::Empty);
}
