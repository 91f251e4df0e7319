//! What a reader of a docx sees is what is read.

use luoshi_read::ReadError;
use luoshi_text::{BlockKind, Format, Origin};

use crate::support::{Docx, cells, check, check_notices, p, read, run, table, tc};

#[test]
fn paragraphs_know_their_place() {
    let doc = Docx::new(&(p("标题") + "<w:p/>" + &p("　正文。 "))).read();
    check(&doc, &["标题", "正文。"]);
    assert_eq!(doc.format(), Format::Docx);
    assert_eq!(doc.blocks()[1].pieces[0].origin, Origin::Paragraph(3));
    check_notices(&doc, &[]);
}

#[test]
fn the_strict_namespace_reads_the_same() {
    let doc = Docx::strict(&(p("标题") + &table(&[&[tc(r#"<w:gridSpan w:val="2"/>"#, "甲")]]))).read();
    check(&doc, &["标题", "甲"]);
    assert_eq!(cells(&doc, 0), ["0,0 1×2 甲"]);
}

#[test]
fn the_main_part_may_have_another_name() {
    let rels = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="/wps/main.xml"/></Relationships>"#;
    let types = r#"<Types><Override PartName="/wps/main.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
    let main =
        format!(r#"<w:document xmlns:w="{}"><w:body>{}</w:body></w:document>"#, crate::support::W, p("正文"));
    let bytes = crate::support::zip(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels\\.rels", rels.as_bytes()),
        ("WPS/main.xml", main.as_bytes()),
    ]);
    check(&read(&bytes).unwrap(), &["正文"]);
}

#[test]
fn tracked_changes_are_read_as_accepted() {
    let body = format!(
        "<w:p>{}<w:del><w:r><w:delText>三月</w:delText></w:r></w:del><w:ins>{}</w:ins>{}</w:p>",
        run("自"),
        run("四月"),
        run("起施行。")
    );
    let removed = format!("<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{}</w:p>{}", run("前半"), p("后半"));
    let row = |mark: &str, text: &str| format!("<w:tr><w:trPr>{mark}</w:trPr>{}</w:tr>", tc("", text));
    let rows = format!("<w:tbl>{}{}</w:tbl>", row("<w:del/>", "删去的行"), row("", "留下的行"));
    let doc = Docx::new(&(body + &removed + &rows)).read();
    check(&doc, &["自四月起施行。", "前半后半", "留下的行"]);
    check_notices(&doc, &["tracked-changes"]);
    assert!(doc.notices()[0].message.contains("插入 1 处，删除 2 处"), "{:?}", doc.notices());
}

#[test]
fn hidden_text_comments_pictures_and_chunks_are_told() {
    let hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>";
    let shown = r#"<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>可见</w:t></w:r>"#;
    let by_style = r#"<w:r><w:rPr><w:rStyle w:val="Ghost"/></w:rPr><w:t>样式隐藏</w:t></w:r>"#;
    let rest = r#"<w:r><w:commentReference w:id="1"/></w:r><w:r><w:drawing><pic:pic/></w:drawing></w:r>"#;
    let doc = Docx::new(&format!("<w:p>{hidden}{shown}{by_style}{rest}</w:p><w:altChunk r:id=\"x\"/>"))
        .styles(r#"<w:style w:styleId="Ghost"><w:rPr><w:vanish/></w:rPr></w:style>"#)
        .file("word/vbaProject.bin", "x")
        .read();
    check(&doc, &["可见"]);
    check_notices(&doc, &["comments", "hidden-text", "pictures", "embedded-document", "macros"]);
}

#[test]
fn fields_show_their_result() {
    let mark = |kind: &str| format!(r#"<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>"#);
    let code = "<w:r><w:instrText>PAGEREF x</w:instrText></w:r>";
    let inner = [mark("begin"), code.into(), mark("separate"), run("看不见"), mark("end")].concat();
    let body = [
        "<w:p>".into(),
        mark("begin"),
        code.into(),
        inner,
        mark("separate"),
        run("结果"),
        mark("end"),
        format!(r#"<w:fldSimple w:instr="DATE">{}</w:fldSimple>"#, run("二〇二六年")),
        "</w:p>".into(),
    ];
    check(&Docx::new(&body.concat()).read(), &["结果二〇二六年"]);
    // A field without an end must not swallow the rest.
    let open = format!("<w:p>{}{code}{}</w:p>{}", mark("begin"), run("甲"), p("乙"));
    check(&Docx::new(&open).read(), &["甲", "乙"]);
}

#[test]
fn a_table_of_contents_is_left_out() {
    let mark = |kind: &str| format!(r#"<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>"#);
    let toc = format!(
        r#"<w:p>{}<w:r><w:instrText> TOC \o "1-3" </w:instrText></w:r>{}{}</w:p>{}<w:p>{}</w:p>"#,
        mark("begin"),
        mark("separate"),
        run("一、总则 1"),
        p("二、附则 2"),
        mark("end")
    );
    let control = format!(
        r#"<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"#,
        p("目录")
    );
    let doc = Docx::new(&(p("标题") + &toc + &control + &p("一、总则"))).read();
    check(&doc, &["标题", "一、总则"]);
    check_notices(&doc, &["table-of-contents"]);
}

#[test]
fn breaks_tabs_and_symbols() {
    let body = r#"<w:p><w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:br w:type="page"/><w:t>丙</w:t><w:tab/><w:t>1</w:t><w:noBreakHyphen/><w:softHyphen/><w:t>2</w:t><w:sym w:font="Wingdings" w:char="F0FE"/><w:sym w:font="宋体" w:char="2460"/></w:r></w:p>"#;
    let doc = Docx::new(body).read();
    check(&doc, &["甲", "乙丙\t1-2☑①"]);
    assert_eq!(doc.blocks()[0].pieces[0].origin, doc.blocks()[1].pieces[0].origin);
}

#[test]
fn text_in_controls_links_and_ruby_is_read() {
    let body = format!(
        r#"<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt><w:p><w:hyperlink>{}</w:hyperlink><w:smartTag>{}</w:smartTag><w:r><w:ruby><w:rt>{}</w:rt><w:rubyBase>{}</w:rubyBase></w:ruby></w:r></w:p>"#,
        p("控件"),
        run("链接"),
        run("标记"),
        run("zì"),
        run("字")
    );
    check(&Docx::new(&body).read(), &["控件", "链接标记字"]);
}

#[test]
fn a_text_box_is_read_once_and_after_its_paragraph() {
    let inside = format!("<w:txbxContent>{}</w:txbxContent>", p("盒子"));
    let body = format!(
        r#"<w:p>{}<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{inside}</wps:txbx></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{inside}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>{}</w:p>{}"#,
        run("见"),
        run("右侧"),
        p("后文")
    );
    let doc = Docx::new(&body).read();
    check(&doc, &["见右侧", "盒子", "后文"]);
    assert_eq!(doc.blocks()[1].kind, BlockKind::TextBox);
    assert_eq!(doc.blocks()[1].pieces[0].origin, Origin::Paragraph(1));
    assert_eq!(doc.blocks()[2].pieces[0].origin, Origin::Paragraph(2));
}

#[test]
fn a_footnote_comes_after_its_paragraph() {
    let notes = format!(
        r#"<w:footnote w:type="separator" w:id="0">{}</w:footnote><w:footnote w:id="2">{}</w:footnote>"#,
        p("—"),
        p("脚注")
    );
    let body =
        format!(r#"<w:p>{}<w:r><w:footnoteReference w:id="2"/></w:r></w:p>{}"#, run("正文"), p("后文"));
    let doc = Docx::new(&body).footnotes(&notes).read();
    check(&doc, &["正文", "脚注", "后文"]);
    assert_eq!(doc.blocks()[1].kind, BlockKind::Footnote);
}

#[test]
fn merged_cells_are_one_cell() {
    let down = r#"<w:vMerge w:val="restart"/>"#;
    let body = table(&[
        &[tc("", "序号"), tc(r#"<w:gridSpan w:val="2"/>"#, "任务"), tc("", "单位")],
        &[tc(down, "1"), tc("", "甲"), tc("", "乙"), tc(down, "局")],
        &[tc("<w:vMerge/>", ""), tc(r#"<w:gridSpan w:val="2"/>"#, "丙"), tc("<w:vMerge/>", "")],
        &[tc(down, "2"), tc("", ""), tc("", "丁"), tc("<w:vMerge/>", "")],
    ])
    .replacen("<w:tr>", "<w:tr><w:trPr><w:tblHeader/></w:trPr>", 1);
    let doc = Docx::new(&body).read();
    let expect = [
        "0,0 1×1 序号",
        "0,1 1×2 任务",
        "0,3 1×1 单位",
        "1,0 2×1 1",
        "1,1 1×1 甲",
        "1,2 1×1 乙",
        "1,3 3×1 局",
        "2,1 1×2 丙",
        "3,0 1×1 2",
        "3,1 1×1 ",
        "3,2 1×1 丁",
    ];
    assert_eq!(cells(&doc, 0), expect);
    let table = &doc.tables()[0];
    assert_eq!((table.rows, table.cols, table.head_rows), (4, 4, 1));
    let block = table.cells[6].block as usize;
    assert_eq!(doc.blocks()[block].pieces[0].origin, Origin::Cell { table: 1, row: 2, col: 4 });
}

#[test]
fn a_table_in_a_cell_becomes_paragraphs_of_the_cell() {
    let nested = table(&[&[tc("", "甲"), tc("", "乙")]]);
    let cell = format!("<w:tc>{}{nested}<w:p/></w:tc>", p("外"));
    let doc = Docx::new(&table(&[&[cell, tc("", "右")]])).read();
    assert_eq!(cells(&doc, 0), ["0,0 1×1 外/甲/乙", "0,1 1×1 右"]);
    assert_eq!(doc.tables().len(), 1);
}

#[test]
fn odd_spans_neither_panic_nor_grow() {
    let wide = r#"<w:gridSpan w:val="4000000000"/>"#;
    let body = table(&[
        &[tc("<w:vMerge/>", "甲"), tc(wide, "乙"), tc(wide, "丙"), tc("", "丁")],
        &[tc(r#"<w:hMerge/>"#, "戊"), tc(r#"<w:gridSpan w:val="0"/><w:vMerge/>"#, "己")],
        &[],
    ]);
    let doc = Docx::new(&body).read();
    assert!(doc.tables()[0].cols < 3000);
    assert!(doc.text().starts_with("甲\n乙\n丙\n丁\n戊\n"));
}

#[test]
fn a_broken_part_beside_the_text_is_told() {
    let doc = Docx::new(&p("正文")).file("word/numbering.xml", "<w:numbering").read();
    check(&doc, &["正文"]);
    check_notices(&doc, &["part-damaged"]);
}

#[test]
fn a_docx_without_text_is_empty_or_a_picture() {
    assert_eq!(read(&Docx::new("<w:p/>").bytes()), Err(ReadError::Empty));
    let picture = Docx::new("<w:p><w:r><w:drawing><pic:pic/></w:drawing></w:r></w:p>").bytes();
    assert_eq!(read(&picture), Err(ReadError::NoTextLayer));
}
