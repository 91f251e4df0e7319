//! The design system on one page: every token and every component, to be looked at in both themes.

use askama::Template;
use axum::response::Response;
use luoshi_pack::Phase;

use crate::error::{Result, rendered};
use crate::sheet::{Field, Sheet};
use crate::sign::Signed;
use crate::view::{Due, Frame, Lamp, Line, Pager};

#[derive(Template)]
#[template(path = "design.html")]
struct DesignPage {
    frame: Frame,
    colours: [(&'static str, &'static str); 15],
    lamps: Vec<Lamp>,
    lines: Vec<Line>,
    pager: Pager,
    sheets: Vec<Sheet>,
    bars: Vec<(&'static str, i64)>,
}

/// Tokens of colour: name and what for.
const COLOURS: [(&str, &str); 15] = [
    ("ground", "页面底色"),
    ("paper", "卡片、表格"),
    ("ink", "正文"),
    ("soft", "次要文字"),
    ("line", "分隔线"),
    ("hover", "指到的行"),
    ("accent", "链接、主按钮"),
    ("accent-soft", "选中"),
    ("red", "逾期、出错"),
    ("red-soft", "出错底色"),
    ("yellow", "临期"),
    ("yellow-soft", "临期底色"),
    ("green", "正常"),
    ("blue", "提示"),
    ("grey", "停用"),
];

/// The page.
pub(super) async fn page(signed: Signed) -> Result<Response> {
    let lamp = |colour: &str, title: &str| Lamp { colour: colour.into(), title: title.into() };
    let lamps =
        [("red", "红灯"), ("yellow", "黄灯"), ("green", "绿灯"), ("blue", "蓝灯"), ("grey", "未亮灯")];
    let lamps: Vec<Lamp> = lamps.into_iter().map(|(colour, title)| lamp(colour, title)).collect();
    let now = signed.reader.now;
    let line = |(at, lamp): (usize, &Lamp)| Line {
        to: String::from("/design"),
        number: format!("督〔2026〕{}号", at + 1),
        title: String::from("摸清底数，完成种植面积核查，形成核查台账"),
        plan: String::from("秋粮收储工作实施方案"),
        register: String::from("督查事项台账"),
        lead: String::from("县农业农村局"),
        state: String::from("办理中"),
        due: Due::of(Some(now.plus((i64::try_from(at).unwrap_or(0) * 4 - 3) * 86_400_000)), now, Phase::Open),
        lamp: lamp.clone(),
    };
    let lines = lamps.iter().take(4).enumerate().map(line).collect();
    let fields = vec![
        Field::new("text", "a", "单行文字", "县农业农村局").must(),
        Field::new("date", "b", "日期", now.date().to_string()),
        Field::new("select", "c", "选择", "1").of([("1", "第一项"), ("2", "第二项")]),
        Field::new("many", "d", "多选", "1").of([("1", "督查员"), ("2", "领导"), ("3", "承办人")]),
        Field::new("area", "e", "多行文字", "").hint("一行一个"),
    ];
    let mut refused = Sheet::new("x", "保存", "/design", fields.clone());
    refused.fault = String::from("名称已经用过，请换一个；填写的内容都还在。");
    let harsh = Sheet::new("y", "撤销", "/design", Vec::new()).hint("不可恢复，先说明后果。").harsh();
    Ok(rendered(&DesignPage {
        frame: Frame::of(&signed, "设计规范", "/design").await?,
        colours: COLOURS,
        lamps,
        lines,
        pager: Pager::new(2, 120, "/design?page="),
        sheets: vec![refused.open(), harsh],
        bars: vec![("青石镇", 86), ("白水乡", 64), ("县农业农村局", 42), ("县林业局", 18)],
    }))
}
