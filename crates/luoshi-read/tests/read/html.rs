//! A saved page of a government site comes out as its article.

use luoshi_read::ReadError;
use luoshi_text::{Document, Format, Origin};

use crate::support::{cells, check, check_notices, read};

const FIRST: &str =
    "为深入贯彻落实上级关于安全生产的部署要求，切实做好全镇安全生产工作，结合实际，制定本方案。";
const SECOND: &str = "各村、各有关部门要高度重视，加强领导，落实责任，确保各项措施落到实处，取得实效。";

fn page(head: &str, body: &str) -> Document {
    read(format!("<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>").as_bytes()).unwrap()
}

/// An article in the middle of what stands around one.
fn site(article: &str) -> String {
    let links: String = (0..9).map(|n| format!("<li><a href='/{n}'>栏目链接{n}</a></li>")).collect();
    format!(
        "<div class='top-nav'><ul>{links}</ul></div><div class='crumb'>当前位置：首页 &gt; 政务公开</div>\
         <script>var a = '<p>脚本</p>';</script><div class='main'><div class='side'><ul>{links}</ul></div>\
         {article}</div><div id='footer'>主办：某某镇人民政府。版权所有，备案号1234。</div>"
    )
}

#[test]
fn the_article_is_found_in_a_known_container() {
    let article = format!(
        "<h1>安全生产工作方案</h1><div class='info'>发布时间：2023年</div><div class='TRS_Editor'><p>　　{FIRST}</p><p>{SECOND}</p></div>"
    );
    let doc = page("<title>某站</title>", &site(&article));
    check(&doc, &["安全生产工作方案", FIRST, SECOND]);
    assert_eq!(doc.format(), Format::Html);
    assert_eq!(doc.blocks()[1].pieces[0].origin, Origin::Paragraph(2));
    check_notices(&doc, &[]);
}

#[test]
fn the_article_is_found_by_its_weight() {
    let article = format!("<div class='x1'><div><p>{FIRST}</p><p>{SECOND}</p></div></div>");
    let doc = page("<meta name='ArticleTitle' content='安全生产工作方案'>", &site(&article));
    check(&doc, &["安全生产工作方案", FIRST, SECOND]);
}

#[test]
fn a_title_in_the_article_is_not_repeated() {
    let article = format!("<div id='zoom'><p>安全生产<br>工作方案</p><p>{FIRST}</p></div>");
    let doc = page("<meta name='ArticleTitle' content='安全生产工作方案'>", &site(&article));
    check(&doc, &["安全生产", "工作方案", FIRST]);
}

#[test]
fn what_a_browser_hides_or_joins() {
    let doc = page(
        "",
        "<p>综<b>合</b>\n治理&nbsp;&ldquo;平安&rdquo; &#x4E00;、A\n B</p><p style='display: none'>隐藏</p><div>甲<br/>乙</div><pre>丙\n丁</pre><!-- 注释 --><ol><li>戊<li>一、己</ol><script>if (a < b) {}</script>",
    );
    check(&doc, &["综合治理\u{a0}“平安” 一、A B", "甲", "乙", "丙", "丁", "1.戊", "一、己"]);
}

#[test]
fn a_table_keeps_its_merged_cells() {
    let table = "<table><caption>分工表</caption><thead><tr><th>序号</th><th colspan=2>任务</th></tr></thead>\
        <tr><td rowspan='2'>1</td><td>甲</td><td><p>乙</p><p>丙<br>丁</p></td></tr><tr><td>戊<td><span>己</span></tr></table>";
    let doc = page("", &format!("<p>{FIRST}</p>{table}<p>{SECOND}</p>"));
    assert_eq!(doc.blocks().iter().filter(|b| doc.slice(b.span) == "分工表").count(), 1);
    let expect = [
        "0,0 1×1 序号",
        "0,1 1×2 任务",
        "1,0 2×1 1",
        "1,1 1×1 甲",
        "1,2 1×1 乙/丙/丁",
        "2,1 1×1 戊",
        "2,2 1×1 己",
    ];
    assert_eq!(cells(&doc, 0), expect);
    let table = &doc.tables()[0];
    assert_eq!((table.rows, table.cols, table.head_rows), (3, 3, 1));
}

#[test]
fn a_head_cell_that_hangs_down_makes_two_rows_heads() {
    let table =
        "<table><tr><th rowspan=2>序号<th colspan=2>任务<tr><td>甲<td>乙<tr><td>1<td>丙<td>丁</table>";
    assert_eq!(page("", table).tables()[0].head_rows, 2);
}

#[test]
fn a_table_that_arranges_the_page_is_text() {
    let inner = "<table><tr><td>1</td><td>甲</td></tr><tr><td>2</td><td>乙</td></tr></table>";
    let doc = page(
        "",
        &format!(
            "<table><tr><td>左</td><td>{FIRST}{inner}</td></tr><tr><td></td><td>{SECOND}</td></tr></table>"
        ),
    );
    assert_eq!(doc.tables().len(), 1);
    assert_eq!(cells(&doc, 0), ["0,0 1×1 1", "0,1 1×1 甲", "1,0 1×1 2", "1,1 1×1 乙"]);
}

#[test]
fn the_bytes_decide_the_encoding_before_the_page_does() {
    let page = |charset: &str| {
        format!("<html><head><meta charset={charset}></head><body><p>{FIRST}</p></body></html>")
    };
    let gb = encoding_rs::GBK.encode(&page("gb2312")).0.into_owned();
    check(&read(&gb).unwrap(), &[FIRST]);
    check(&read(page("gb2312").as_bytes()).unwrap(), &[FIRST]);
    check(&read(&encoding_rs::GBK.encode(&page("utf-8")).0).unwrap(), &[FIRST]);
    let big5 = encoding_rs::BIG5.encode("<html><meta charset=big5><p>工作計畫</p></html>").0.into_owned();
    check(&read(&big5).unwrap(), &["工作計畫"]);
}

#[test]
fn a_page_saved_by_word_is_read() {
    let doc = read(
        "<html xmlns:o='urn:schemas-microsoft-com:office:office'><head><style>p{}</style></head><body><div class=WordSection1><p class=MsoNormal><![if !supportLists]><span style='mso-list:Ignore'>一、</span><![endif]>总体要求<o:p></o:p></p><p class=MsoNormal>正文<span lang=EN-US>2023</span>年<o:p>&nbsp;</o:p></p></div></body></html>".as_bytes(),
    )
    .unwrap();
    check(&doc, &["一、总体要求", "正文2023年"]);
}

#[test]
fn pictures_are_told() {
    let doc = page("", &format!("<p>{FIRST}<img src=a.png></p>"));
    check_notices(&doc, &["pictures"]);
    let only = read(b"<html><body><img src=a.png></body></html>");
    assert_eq!(only, Err(ReadError::NoTextLayer));
}

#[test]
fn hostile_pages_end_quickly() {
    let nested = "<div>".repeat(20_000) + FIRST;
    check(&page("", &nested), &[FIRST]);
    let tables = "<table><tr><td>".repeat(10_000) + FIRST;
    assert!(page("", &tables).text().contains(FIRST));
    let bold: String = (0..20_000).map(|n| format!("<b a={n}><p>")).collect();
    check(&page("", &(bold + FIRST)), &[FIRST]);
    let attributes: String = (0..5_000).map(|n| format!(" a{n}=1")).collect();
    check(&page("", &format!("<p {attributes}>{FIRST}</p>")), &[FIRST]);
    let spans = "<tr><td colspan=99999999 rowspan=99999999>甲</td><td rowspan=0>乙</td></tr>".repeat(300);
    assert!(page("", &format!("<table>{spans}</table>")).tables()[0].cols <= 2_000);
}
