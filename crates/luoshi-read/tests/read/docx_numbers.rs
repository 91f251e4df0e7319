//! Automatic numbers come out as a reader sees them.

use crate::support::{Docx, check, run};

/// A level: its number, format, text, and further properties.
fn level(at: usize, format: &str, text: &str, more: &str) -> String {
    format!(
        r#"<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{format}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>"#
    )
}

fn list(id: u32, levels: &[String]) -> String {
    format!(r#"<w:abstractNum w:abstractNumId="{id}">{}</w:abstractNum>"#, levels.concat())
}

fn num(id: u32, list: u32, more: &str) -> String {
    format!(r#"<w:num w:numId="{id}"><w:abstractNumId w:val="{list}"/>{more}</w:num>"#)
}

/// A paragraph at a level of a list.
fn item(num: u32, level: usize, text: &str) -> String {
    format!(
        r#"<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr></w:pPr>{}</w:p>"#,
        run(text)
    )
}

fn styled(style: &str, text: &str) -> String {
    format!(r#"<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{}</w:p>"#, run(text))
}

/// The levels of official documents.
fn official() -> String {
    list(
        0,
        &[
            level(0, "chineseCountingThousand", "%1、", ""),
            level(1, "chineseCountingThousand", "（%2）", ""),
            level(2, "decimal", "%3.", ""),
            level(3, "decimal", "（%4）", ""),
            level(4, "decimalEnclosedCircle", "%5", ""),
        ],
    )
}

#[test]
fn the_levels_of_an_official_document() {
    let body = [
        item(1, 0, "总体要求"),
        item(1, 0, "主要任务"),
        item(1, 1, "产业"),
        item(1, 2, "技改"),
        item(1, 2, "培育"),
        item(1, 1, "数字"),
        item(1, 2, "共享"),
        item(1, 3, "目录"),
        item(1, 4, "细化"),
        item(1, 4, "公开"),
        item(1, 0, "保障"),
        item(1, 1, "领导"),
    ];
    let doc = Docx::new(&body.concat()).numbering(&(official() + &num(1, 0, ""))).read();
    check(
        &doc,
        &[
            "一、总体要求",
            "二、主要任务",
            "（一）产业",
            "1.技改",
            "2.培育",
            "（二）数字",
            "1.共享",
            "（1）目录",
            "①细化",
            "②公开",
            "三、保障",
            "（一）领导",
        ],
    );
}

#[test]
fn two_uses_of_a_list_count_on_unless_one_starts_anew() {
    let again = r#"<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>"#;
    let numbering = official() + &num(1, 0, "") + &num(2, 0, "") + &num(3, 0, again);
    let body = [item(1, 0, "甲"), item(2, 0, "乙"), item(3, 0, "丙"), item(3, 0, "丁"), item(1, 0, "戊")];
    let doc = Docx::new(&body.concat()).numbering(&numbering).read();
    check(&doc, &["一、甲", "二、乙", "一、丙", "二、丁", "三、戊"]);
}

#[test]
fn chapters_and_articles_come_from_styles() {
    let levels = [
        level(0, "japaneseCounting", "第%1章", r#"<w:pStyle w:val="H1"/>"#),
        level(1, "chineseCounting", "第%2条", r#"<w:pStyle w:val="H2"/><w:lvlRestart w:val="0"/>"#),
        level(2, "decimal", "%1.%3", r#"<w:isLgl/>"#),
    ];
    let styles = r#"
        <w:style w:type="paragraph" w:styleId="H1"><w:pPr><w:numPr><w:numId w:val="5"/></w:numPr></w:pPr></w:style>
        <w:style w:type="paragraph" w:styleId="H2"><w:pPr><w:numPr><w:ilvl w:val="1"/><w:numId w:val="5"/></w:numPr></w:pPr></w:style>
        <w:style w:type="paragraph" w:styleId="Own"><w:basedOn w:val="H2"/></w:style>
        <w:style w:type="paragraph" w:styleId="Bare"><w:basedOn w:val="H2"/><w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr></w:style>"#;
    let body = [
        styled("H1", "总则"),
        styled("H2", "目的"),
        styled("Own", "范围"),
        styled("Bare", "没有编号"),
        styled("H1", "附则"),
        styled("H2", "解释"),
        item(5, 2, "细目"),
    ];
    let doc = Docx::new(&body.concat()).styles(styles).numbering(&(list(7, &levels) + &num(5, 7, ""))).read();
    check(
        &doc,
        &["第一章 总则", "第一条 目的", "第二条 范围", "没有编号", "第二章 附则", "第三条 解释", "2.1 细目"],
    );
}

#[test]
fn a_list_may_be_defined_by_a_numbering_style() {
    let link = r#"<w:abstractNum w:abstractNumId="8"><w:numStyleLink w:val="List"/></w:abstractNum>"#;
    let styles = r#"<w:style w:type="numbering" w:styleId="List"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>"#;
    let numbering = official() + link + &num(1, 0, "") + &num(2, 8, "");
    let doc = Docx::new(&(item(2, 0, "甲") + &item(2, 1, "乙"))).styles(styles).numbering(&numbering).read();
    check(&doc, &["一、甲", "（一）乙"]);
}

#[test]
fn a_figure_after_a_dotted_number_stays_apart() {
    let close = level(0, "decimal", "%1.", r#"<w:suff w:val="nothing"/>"#);
    let numbering = official() + &list(1, &[close]) + &num(1, 0, "") + &num(2, 1, "");
    let doc = Docx::new(&(item(1, 2, "2023年目标") + &item(2, 0, "目标"))).numbering(&numbering).read();
    check(&doc, &["1. 2023年目标", "1.目标"]);
}

#[test]
fn a_level_may_be_changed_for_one_use() {
    let own = level(0, "upperLetter", "%1）", "");
    let change = format!(r#"<w:lvlOverride w:ilvl="0">{own}</w:lvlOverride>"#);
    let numbering = official() + &num(1, 0, &change);
    check(
        &Docx::new(&(item(1, 0, "甲") + &item(1, 0, "乙"))).numbering(&numbering).read(),
        &["A）甲", "B）乙"],
    );
}

#[test]
fn bullets_are_shown_and_empty_ones_left_out() {
    let numbering =
        list(0, &[level(0, "bullet", "\u{f06c}", ""), level(1, "bullet", "◆", "")]) + &num(1, 0, "");
    let body = item(1, 0, "甲") + &item(1, 0, "") + &item(1, 1, "乙");
    check(&Docx::new(&body).numbering(&numbering).read(), &["• 甲", "◆ 乙"]);
}

#[test]
fn a_column_of_automatic_numbers_is_filled() {
    let row =
        |text: &str| format!("<w:tr><w:tc>{}</w:tc><w:tc>{}</w:tc></w:tr>", item(1, 2, ""), item(9, 0, text));
    let body = format!("<w:tbl>{}{}</w:tbl>", row("巡查"), row("宣传"));
    let doc = Docx::new(&body).numbering(&(official() + &num(1, 0, ""))).read();
    check(&doc, &["1.", "巡查", "2.", "宣传"]);
}

#[test]
fn huge_numbers_cost_nothing() {
    for format in
        ["lowerLetter", "upperRoman", "chineseCounting", "decimalEnclosedCircle", "ideographTraditional"]
    {
        let level = level(0, format, "%1、", "")
            .replace(r#"w:start w:val="1""#, r#"w:start w:val="9223372036854775807""#);
        let numbering = list(0, &[level]) + &num(1, 0, "");
        let doc = Docx::new(&(item(1, 0, "甲") + &item(1, 0, "乙"))).numbering(&numbering).read();
        assert!(doc.text().len() < 100, "{format}");
    }
}
