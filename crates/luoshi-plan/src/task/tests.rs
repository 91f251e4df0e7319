use jiff::civil::date;
use luoshi_text::Document;

use crate::model::{Party, Plan, Task, Timing};
use crate::{Options, compile};

fn plan(text: &str) -> (Document, Plan) {
    let doc = Document::from_lines(text);
    let options = Options::new(Some(date(2026, 1, 5)), date(2026, 1, 5));
    let plan = compile(&doc, &options).plans.remove(0);
    (doc, plan)
}

/// One line a task: title | lead | support | responsible | leader | times. What was taken over
/// from elsewhere has a ^ before it; empty columns at the end are left out.
fn told(doc: &Document, task: &Task) -> String {
    let mark = |inherited: bool| if inherited { "^" } else { "" };
    let names = |list: &[Party]| {
        list.iter().map(|p| format!("{}{}", mark(p.inherited), p.name)).collect::<Vec<_>>().join("、")
    };
    let time = |t: &Timing| format!("{}{}", mark(t.inherited), doc.slice(t.span));
    let columns = [
        task.title.clone(),
        names(&task.lead),
        names(&task.support),
        names(&task.responsible),
        names(&task.leader),
        task.times.iter().map(time).collect::<Vec<_>>().join("、"),
    ];
    columns.join(" | ").trim_end_matches([' ', '|']).to_owned()
}

fn check(text: &str, expect: &[&str]) {
    let (doc, plan) = plan(text);
    let got: Vec<String> = plan.tasks.iter().map(|t| told(&doc, t)).collect();
    assert_eq!(got, expect, "{text}");
}

#[test]
fn labels_give_parties_leader_and_deadline() {
    check(
        "一、主要任务\n1.修缮水渠。清淤3公里，4月1日起动工。（责任领导：周明远；牵头单位：镇水利站；配合单位：镇财政所、各村；完成时限：6月20日前）",
        &["修缮水渠 | 镇水利站 | 镇财政所、各村 |  | 周明远 | 6月20日前、4月1日起"],
    );
    // A leader left blank stays empty.
    check(
        "一、主要任务\n1.修缮水渠。责任领导：；责任单位：镇水利站；完成时限：6月20日前。",
        &["修缮水渠 |  |  | 镇水利站 |  | 6月20日前"],
    );
}

#[test]
fn running_text_gives_parties_and_times() {
    check(
        "一、主要任务\n（一）开展巡查。由镇林业站牵头，镇派出所配合，每周五巡查山口。",
        &["开展巡查 | 镇林业站 | 镇派出所 |  |  | 每周五"],
    );
}

#[test]
fn an_item_that_only_helps_goes_with_the_work_beside_it() {
    check(
        "一、主要任务\n（一）巡查校园周边\n1.县公安局负责巡逻。\n2.县市监局检查摊点。\n3.县教育局配合。\n（二）清理河道。由镇水利站牵头。\n（三）镇财政所积极配合。",
        &[
            "县公安局负责巡逻 |  | 县教育局 | 县公安局",
            "县市监局检查摊点 |  | 县教育局 | 县市监局",
            "清理河道 | 镇水利站 | 镇财政所",
        ],
    );
}

#[test]
fn parties_in_a_bracket_before_the_work() {
    check(
        "一、主要任务\n1.（县水利局牵头，县公安局参加，6月底前完成）清理网箱。",
        &["清理网箱 | 县水利局 | 县公安局 |  |  | 6月底前"],
    );
}

#[test]
fn titles_are_short_and_say_what() {
    let title = |item: &str| {
        let (_, plan) = plan(&format!("一、主要任务\n{item}"));
        plan.tasks[0].title.clone()
    };
    assert_eq!(title("1、整治占道经营；各村要在5月底前完成。"), "整治占道经营");
    assert_eq!(title("（二）镇水利站牵头，镇财政所配合，5月底前清淤河道。"), "清淤河道");
    assert_eq!(title("1.围绕春耕生产，各村要在3月底前检修农机。"), "各村要在3月底前检修农机");
    let long = title(
        "1.各村要对辖区内的河道、沟渠、塘坝、水库、涵洞、桥梁、堤防、水闸、泵站进行全面检查，5月底前完成。",
    );
    assert!(long.chars().count() <= 30 && !long.ends_with('、'), "{long}");
}

#[test]
fn a_bare_heading_and_its_paragraphs_are_one_task() {
    check(
        "一、主要任务\n（一）开展普法宣传\n镇司法所要在4月底前印发宣传册。\n重点讲清婚姻、赡养和土地纠纷。\n（二）化解矛盾纠纷\n各村要在6月底前建好台账。",
        &["开展普法宣传 |  |  | 镇司法所 |  | 4月底前", "化解矛盾纠纷 |  |  | 各村 |  | 6月底前"],
    );
}

#[test]
fn continuation_paragraphs_belong_to_their_item() {
    check(
        "一、主要任务\n1.修缮水渠。清淤3公里。\n责任单位：镇水利站\n完成时限：6月20日前\n2.检修泵站。各村要在5月底前检修。",
        &["修缮水渠 |  |  | 镇水利站 |  | 6月20日前", "检修泵站 |  |  | 各村 |  | 5月底前"],
    );
}

#[test]
fn a_sentence_above_the_items_holds_for_them() {
    check(
        "一、主要任务\n（一）整治环境\n以下任务由镇城建办牵头，镇环卫所配合，于6月底前完成。\n1.清运垃圾。清到背街小巷。\n2.疏通沟渠。由镇水利站牵头，5月底前疏通。",
        &["清运垃圾 | ^镇城建办 | ^镇环卫所 |  |  | ^6月底前", "疏通沟渠 | 镇水利站 |  |  |  | 5月底前"],
    );
}

#[test]
fn a_heading_with_labels_holds_for_its_items() {
    check(
        "一、主要任务\n（一）整治环境（责任单位：镇城建办；完成时限：6月底前）\n1.清运垃圾。清到背街小巷。\n2.疏通沟渠。疏到田间地头。",
        &["清运垃圾 |  |  | ^镇城建办 |  | ^6月底前", "疏通沟渠 |  |  | ^镇城建办 |  | ^6月底前"],
    );
}

#[test]
fn a_sentence_below_the_items_holds_for_them() {
    check(
        "一、主要任务\n（一）整治环境\n1.清运垃圾。清到背街小巷。\n2.疏通沟渠。疏到田间地头。\n以上两项由镇城建办负责，6月底前完成。",
        &["清运垃圾 |  |  | ^镇城建办 |  | ^6月底前", "疏通沟渠 |  |  | ^镇城建办 |  | ^6月底前"],
    );
}

#[test]
fn items_of_a_phase_take_its_dates() {
    let (doc, plan) = plan(
        "一、实施步骤\n（一）排查阶段（3月1日至4月30日）\n1.各村要逐户登记。\n2.镇应急办要在4月10日前抽查。\n（二）整改阶段（5月1日至6月30日）。各村要逐项整改。",
    );
    let got: Vec<(String, Option<u32>)> = plan.tasks.iter().map(|t| (told(&doc, t), t.stage)).collect();
    let expect = [
        ("各村要逐户登记 |  |  | 各村 |  | ^3月1日至4月30日", Some(0)),
        ("镇应急办要在4月10日前抽查 |  |  | 镇应急办 |  | 4月10日前", Some(0)),
        ("整改阶段 |  |  | 各村 |  | 5月1日至6月30日", Some(1)),
    ]
    .map(|(t, s)| (t.to_owned(), s));
    assert_eq!(got, expect);
}

#[test]
fn the_first_of_a_list_leads_by_convention() {
    check(
        "一、主要任务\n1.修缮水渠。责任单位：镇水利站、各村；完成时限：6月20日前。\n2.检修泵站。责任单位：镇农技站、镇财政所（排在第一位的为牵头单位，下同）；完成时限：6月20日前。\n3.疏浚河道。责任单位：镇城建办、各村；完成时限：7月20日前。",
        &[
            "修缮水渠 |  |  | 镇水利站、各村 |  | 6月20日前",
            "检修泵站 | 镇农技站 | 镇财政所 |  |  | 6月20日前",
            "疏浚河道 | 镇城建办 | 各村 |  |  | 7月20日前",
        ],
    );
}

#[test]
fn who_shares_the_work_has_no_first() {
    check(
        "一、主要任务\n1.修缮水渠。责任单位：镇水利站、各村（排在第一位的为牵头单位，下同）；完成时限：6月20日前。\n2.检修泵站。6月20日前检修完毕。（镇农技站、镇财政所按职责分工负责）",
        &[
            "修缮水渠 | 镇水利站 | 各村 |  |  | 6月20日前",
            "检修泵站 |  |  | 镇农技站、镇财政所 |  | 6月20日前",
        ],
    );
}

#[test]
fn contacts_recipients_and_validity_are_no_tasks() {
    check(
        "一、主要任务\n1.修缮水渠。各村要在5月底前完成。\n二、工作要求\n（一）按时报送。各村于每月25日前向镇水利站报送进度表。\n联系人：周明，电话：0371-1234567，6月30日前向镇水利站报名。\n本方案自印发之日起施行，由镇水利站负责解释。",
        &["修缮水渠 |  |  | 各村 |  | 5月底前", "按时报送 |  |  | 各村 |  | 每月25日前"],
    );
    for text in ["各村（社区）：", "联系人：张三，电话：1234567", "本方案自印发之日起施行。"]
    {
        check(&format!("一、主要任务\n{text}"), &[]);
    }
}

#[test]
fn titles_begin_with_words_and_end_at_a_mark() {
    use super::title::{clean, cut};
    for (words, title) in [
        ("6．整修水渠", "整修水渠"),
        ("2.1开展排查", "开展排查"),
        ("（3）登记造册", "登记造册"),
        ("2.5公里水渠清淤", "2.5公里水渠清淤"),
        ("2026年目标", "2026年目标"),
    ] {
        assert_eq!(clean(words), title);
    }
    let long =
        "落实全镇道路交通安全专项整治要求并对照《关于进一步加强农村道路交通安全工作的若干意见》逐条整改";
    assert_eq!(cut(long), "落实全镇道路交通安全专项整治要求并对照");
}

#[test]
fn ascii_full_stops_end_sentences_of_tasks() {
    check(
        "一、主要任务\n(一)整修水渠.由镇水利站牵头,各村配合,6月20日前完成12公里.\n1.清理淤泥.责任单位:各村.完成时限:5月底前.\n(二)检修泵站.由镇农技站负责,5月底前完成.",
        &[
            "整修水渠 | 镇水利站 | 各村 |  |  | 6月20日前",
            "清理淤泥 |  |  | 各村 |  | 5月底前",
            "检修泵站 |  |  | 镇农技站 |  | 5月底前",
        ],
    );
}

#[test]
fn a_time_for_whatever_has_none() {
    check(
        "一、主要任务\n1.修缮水渠。由镇水利站负责。\n2.检修泵站。由镇农技站负责，5月底前完成。\n二、工作要求\n（一）把握时限。未注明完成时限的，均于11月底前完成。",
        &["修缮水渠 |  |  | 镇水利站 |  | ^11月底前", "检修泵站 |  |  | 镇农技站 |  | 5月底前"],
    );
}

#[test]
fn a_unit_for_all_tasks() {
    check(
        "一、主要任务\n1.修缮水渠。清淤3公里，5月底前完成。\n2.检修泵站。由镇农技站负责，5月底前完成。\n二、工作要求\n（一）明确分工。各项任务均由镇水利站负责。",
        &["修缮水渠 |  |  | ^镇水利站 |  | 5月底前", "检修泵站 |  |  | 镇农技站 |  | 5月底前"],
    );
}

#[test]
fn a_time_of_the_whole_plan_stands_last() {
    check(
        "为做好防汛工作，决定自2026年3月1日至6月30日在全镇开展防汛检查，制定本方案。\n一、主要任务\n1.修缮水渠。由镇水利站负责。",
        &["修缮水渠 |  |  | 镇水利站 |  | ^自2026年3月1日至6月30日"],
    );
}

#[test]
fn one_paragraph_with_two_leaders_is_two_tasks() {
    check(
        "一、主要任务\n（一）保供水。由镇水利站牵头，各村配合，5月底前检修管网。由镇卫生院牵头，6月底前检测水质。",
        &["检修管网 | 镇水利站 | 各村 |  |  | 5月底前", "检测水质 | 镇卫生院 |  |  |  | 6月底前"],
    );
}

#[test]
fn items_inside_a_paragraph_are_split_by_their_own_dates_only() {
    check(
        "一、主要任务\n（一）抓好三件事。一是镇水利站要在4月底前清淤；二是镇农技站要在5月底前培训；三是各村要在6月底前建档。",
        &[
            "镇水利站要在4月底前清淤 |  |  | 镇水利站 |  | 4月底前",
            "镇农技站要在5月底前培训 |  |  | 镇农技站 |  | 5月底前",
            "各村要在6月底前建档 |  |  | 各村 |  | 6月底前",
        ],
    );
    check(
        "一、主要任务\n（一）抓好三件事。各村要在6月底前做到：一是清淤；二是培训；三是建档。",
        &["抓好三件事 |  |  | 各村 |  | 6月底前"],
    );
}

#[test]
fn a_requirement_is_a_task_only_where_somebody_has_something_to_do() {
    check(
        "一、工作要求\n（一）提高认识。各村要高度重视，切实加强领导。\n（二）及时报送。各村于每月25日前向镇政府办公室报送进度表。",
        &["及时报送 |  |  | 各村 |  | 每月25日前"],
    );
}

#[test]
fn reports_and_evidence_are_kept() {
    let (_, plan) = plan(
        "一、主要任务\n（一）开展巡查。镇林业站每周五巡查山口，巡查留存照片和签到表，6月10日前向镇应急办报送总结。",
    );
    let task = &plan.tasks[0];
    let evidence: Vec<&str> = task.evidence.iter().map(|e| e.value.as_str()).collect();
    assert_eq!(evidence, ["照片", "签到表"]);
    assert_eq!(task.reports[0].to.as_deref(), Some("镇应急办"));
    assert_eq!(task.report_to[0].name, "镇应急办");
}

#[test]
fn headings_above_make_the_path() {
    let (_, plan) = plan(
        "一、主要任务\n（一）整治环境\n1.清运垃圾。各村要在5月底前清运。\n2.疏通沟渠。各村要在6月底前疏通。",
    );
    assert_eq!(plan.tasks[1].path, ["主要任务", "整治环境"]);
    assert_eq!(plan.tasks[1].number, 2);
}

#[test]
fn a_plan_in_chapters_and_articles() {
    let text = "青石镇河道保洁办法（方案）\n第一章 总则\n第一条 为做好河道保洁工作，制定本办法。\n第二条 河道保洁坚持属地管理。\n第二章 职责分工\n第三条 镇水利站每月巡查一次。\n第三章 附则\n第四条 本办法自印发之日起施行。";
    check(text, &["镇水利站每月巡查一次 |  |  | 镇水利站 |  | 每月"]);
    let (_, plan) = plan(text);
    assert_eq!(plan.title.unwrap().value, "青石镇河道保洁办法（方案）");
    assert_eq!(plan.tasks[0].path, ["职责分工"]);
}

#[test]
fn annexes_stand_in_the_file_or_are_only_spoken_of() {
    let (doc, plan) = plan(
        "一、主要任务\n（一）修缮水渠。各村按附件2要求，5月底前完成修缮（名单见附件3）。\n附件：1.水渠清单\n2.修缮标准\n石桥镇人民政府\n2026年1月5日\n附件1\n水渠清单\n1.东渠。由红石村负责，5月底前修缮。\n附件2　修缮标准\n1.各村要在4月底前复核标准。",
    );
    let stand: Vec<(Option<u32>, &str)> = plan.annexes.iter().map(|a| (a.number, a.title.as_str())).collect();
    assert_eq!(stand, [(Some(1), "水渠清单"), (Some(2), "修缮标准")]);
    let cited: Vec<(Option<u32>, &str)> =
        plan.cited_annexes.iter().map(|c| (c.number, doc.slice(c.span))).collect();
    assert_eq!(
        cited,
        [(Some(2), "附件2"), (Some(3), "附件3"), (Some(1), "1.水渠清单"), (Some(2), "2.修缮标准")]
    );
    assert_eq!(plan.tasks[1].path, ["水渠清单"]);
}

#[test]
fn paragraphs_with_leaders_of_their_own_are_tasks_of_their_own() {
    check(
        "一、整治内容\n（一）重点行业\n建筑施工：由村建站牵头，检查工地。\n交通：由镇道安办牵头，整治超载。\n渔业船舶：由海管办牵头，检查渔船。",
        &["重点行业 | 村建站", "交通 | 镇道安办", "渔业船舶 | 海管办"],
    );
}

#[test]
fn the_last_of_a_list_is_no_heading_of_what_speaks_of_the_list() {
    check(
        "一、主要任务\n1.清理河道。\n2.修路。\n3.植树。\n以上任务由镇农业办牵头，8月底前完成。",
        &[
            "清理河道 | ^镇农业办 |  |  |  | ^8月底前",
            "修路 | ^镇农业办 |  |  |  | ^8月底前",
            "植树 | ^镇农业办 |  |  |  | ^8月底前",
        ],
    );
}
