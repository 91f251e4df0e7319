//! What a sentence commits people to, one sentence a row: the facts as `kind:words:value`.

use jiff::civil::date;
use luoshi_text::Document;

use crate::model::{Op, Options, Value};

/// The facts of a sentence under a heading, as short strings in order.
fn facts(heading: &str, sentence: &str) -> Vec<String> {
    let doc = Document::from_lines(&format!("为做好工作，特制定本方案。\n一、{heading}\n{sentence}\n"));
    let options = Options::new(Some(date(2026, 3, 2)), date(2026, 3, 2));
    let compiled = crate::compile(&doc, &options);
    let from = doc.blocks()[2].span.start;
    let all = compiled.plans.iter().flat_map(|p| &p.facts).filter(|f| f.span.start >= from);
    all.map(|f| {
        let words = doc.slice(f.span);
        match &f.value {
            Value::Date { when } => {
                format!("date:{words}:{}", serde_json::to_value(when).unwrap()["kind"].as_str().unwrap())
            }
            Value::Unit { role, .. } => {
                format!("unit:{words}:{}", serde_json::to_value(role).unwrap().as_str().unwrap())
            }
            Value::Quantity { op, value, unit, .. } => {
                let op = match op {
                    Op::Eq => "=",
                    Op::Ge => "≥",
                    Op::Le => "≤",
                    Op::Gt => ">",
                    Op::Lt => "<",
                };
                format!("quantity:{words}:{op}{value}{unit}")
            }
            Value::Report { to, when, .. } => {
                format!("report:{}:{}", to.as_deref().unwrap_or("-"), when.as_deref().unwrap_or("-"))
            }
            Value::Rule { kind, when, amount, amount_to, per, .. } => {
                let kind = serde_json::to_value(kind).unwrap();
                let to = amount_to.map_or(String::new(), |n| format!("~{n}"));
                let amount =
                    amount.map_or(String::new(), |a| format!(":{a}{to}/{}", per.as_deref().unwrap_or("-")));
                format!("rule:{}:{when}{amount}", kind.as_str().unwrap())
            }
            Value::Stage { name, start, end } => {
                let day = |d: &Option<_>| d.as_ref().map_or("-".to_owned(), ToString::to_string);
                format!("stage:{name}:{}:{}", day(start), day(end))
            }
            Value::Reference { title, number } => {
                format!("reference:{title}:{}", number.as_deref().unwrap_or("-"))
            }
            Value::Group { role, name } => {
                format!("group:{name}:{}", serde_json::to_value(role).unwrap().as_str().unwrap())
            }
        }
    })
    .collect()
}

#[track_caller]
fn check(heading: &str, sentence: &str, expect: &[&str]) {
    assert_eq!(facts(heading, sentence), expect, "{sentence}");
}

#[test]
fn units_by_label_by_verb_and_by_grammar() {
    check(
        "工作任务",
        "由镇水务站牵头，派出所、市管所等部门配合，清理河道漂浮物。",
        &["unit:镇水务站:lead", "unit:派出所:support", "unit:市管所:support"],
    );
    check(
        "工作任务",
        "由德育处牵头、班主任配合，建立成长档案。",
        &["unit:德育处:lead", "unit:班主任:support"],
    );
    check(
        "工作任务",
        "各村要逐户登记，村党支部书记为第一责任人。",
        &["unit:各村:responsible", "unit:村党支部书记:responsible"],
    );
    check("工作任务", "负有河湖监管职责的部门要加密巡查。", &["unit:负有河湖监管职责的部门:responsible"]);
    check(
        "工作任务",
        "（责任单位：县水利局、各乡镇；完成时限：6月底前）",
        &["unit:县水利局:responsible", "unit:各乡镇:responsible", "date:6月底前:by"],
    );
    check(
        "工作任务",
        "清理网箱。（县水利局牵头，县公安局、县农业农村局配合）",
        &["unit:县水利局:lead", "unit:县公安局:support", "unit:县农业农村局:support"],
    );
    check(
        "工作任务",
        "完成登记。【牵头科室：调解科；责任单位：各司法所】",
        &["unit:调解科:lead", "unit:各司法所:responsible"],
    );
    check("工作任务", "督促企业落实责任，引导群众参与。", &[]);
    check("工作任务", "总务处：每周三检查校舍。", &["unit:总务处:responsible", "date:每周三:every"]);
    check("工作任务", "完成数以县就业局认定的名单为准。", &["unit:县就业局:approve"]);
    check("工作要求", "县政府将对各乡镇落实情况进行督导检查。", &["unit:县政府:approve"]);
    check("工作要求", "压实镇、村主体责任。", &["unit:镇:responsible", "unit:村:responsible"]);
    check(
        "工作任务",
        "街道办会同派出所在5月10日前完成摸排。",
        &["unit:街道办:responsible", "unit:派出所:support", "date:5月10日前:by"],
    );
}

#[test]
fn units_in_a_bracket_after_the_sentence() {
    check(
        "工作任务",
        "推进存量建筑改造。（市住建局、市财政局，各县（市、区）人民政府）",
        &[
            "unit:市住建局:responsible",
            "unit:市财政局:responsible",
            "unit:各县（市、区）人民政府:responsible",
        ],
    );
    check(
        "工作任务",
        "由区教育信息中心、区财政局牵头，各学校配合，建设监控平台。",
        &["unit:区教育信息中心:lead", "unit:区财政局:lead", "unit:各学校:support"],
    );
}

#[test]
fn who_takes_part_beside_a_leader_helps() {
    check(
        "工作任务",
        "清理漂浮物。（镇水利站、镇派出所牵头，镇财政所、各村参加）",
        &["unit:镇水利站:lead", "unit:镇派出所:lead", "unit:镇财政所:support", "unit:各村:support"],
    );
    check(
        "工作任务",
        "1.（县水利局牵头，县公安局参加，6月底前完成）清理网箱。",
        &["unit:县水利局:lead", "unit:县公安局:support", "date:6月底前:by"],
    );
    check("工作任务", "各村参加培训。", &["unit:各村:responsible"]);
}

#[test]
fn persons_and_bodies_said_to_answer() {
    check(
        "工作任务",
        "副镇长张建国同志负总责，李明具体负责。",
        &["unit:张建国:responsible", "unit:李明:responsible"],
    );
    check(
        "工作任务",
        "镇水利站为河道保洁牵头单位，镇财政所为配合单位，各村为责任单位。",
        &["unit:镇水利站:lead", "unit:镇财政所:support", "unit:各村:responsible"],
    );
}

#[test]
fn each_level_of_a_chain_that_signs() {
    check(
        "工作任务",
        "区与乡镇（街道）、乡镇（街道）与村（社区）、村（社区）与农户逐级签订责任书。",
        &["unit:区:responsible", "unit:乡镇（街道）:responsible", "unit:村（社区）:responsible"],
    );
    check("工作任务", "各学校逐级签订责任书。", &["unit:各学校:responsible"]);
}

#[test]
fn how_many_each_has_is_nobodys_duty() {
    check(
        "工作任务",
        "每队不少于10人，每所学校不少于2名保安。",
        &["quantity:不少于10人:≥10人", "quantity:不少于2名:≥2名"],
    );
    check("工作任务", "每班建一个图书角。", &["unit:每班:responsible", "quantity:一个:=1个"]);
}

#[test]
fn numbers_with_their_bounds() {
    check(
        "工作任务",
        "栽种油茶480亩，新修水渠2.5公里以上，合格率不低于95%。",
        &["quantity:480亩:=480亩", "quantity:2.5公里以上:≥2.5公里", "quantity:不低于95%:≥0.95%"],
    );
    check(
        "工作任务",
        "每户落实1至2项增收产业，服务对象为6-15周岁儿童。",
        &[
            "quantity:1至2项:≥1项",
            "quantity:1至2项:≤2项",
            "quantity:6-15周岁:≥6岁",
            "quantity:6-15周岁:≤15岁",
        ],
    );
    check("工作任务", "开展“四个一”活动，落实第3项要求，拨打12345热线。", &[]);
    check("工作任务", "每村建设一个产业基地。", &["unit:每村:responsible", "quantity:一个:=1个"]);
    check(
        "工作任务",
        "补助标准为45元/人，总投入不超过20万元。",
        &["quantity:45元/人:=45元/人", "quantity:不超过20万元:≤200000元"],
    );
}

#[test]
fn reports_with_receiver_and_time() {
    check(
        "工作要求",
        "各乡镇要于每周四上报进展，4月10日前上报总结，资料报送至县水利局。",
        &[
            "unit:各乡镇:responsible",
            "report:县水利局:每周四",
            "date:每周四:every",
            "date:4月10日前:by",
            "report:县水利局:4月10日前",
            "unit:县水利局:report_to",
        ],
    );
    check(
        "工作要求",
        "各科室每月25日前将台账报县安委办备案。",
        &[
            "unit:各科室:responsible",
            "report:县安委办:每月25日前",
            "date:每月25日前:every",
            "unit:县安委办:report_to",
        ],
    );
    check(
        "工作要求",
        "县局每季度通报一次，及时向社会公布结果。",
        &["unit:县局:responsible", "report:-:每季度", "date:每季度:every"],
    );
    check("工作要求", "建立健全信息报送制度，公布举报电话。", &["report:-:-"]);
}

#[test]
fn holding_a_meeting_is_no_body() {
    check("工作任务", "对形势研判不足，开会布置多、到场检查少。", &[]);
}

#[test]
fn an_application_or_nomination_is_filed_and_a_leave_is_no_duty() {
    check_reports("各村4月10日前向镇民政办提出救助申请。", &["救助申请:镇民政办:4月10日前"]);
    check_reports("各所9月19日前向县司法局推荐优秀卷宗。", &["优秀卷宗:县司法局:9月19日前"]);
    check_reports("名单经镇长签批后方可报送县民政局。", &[]);
    check_reports("没有核实的信息不得上报。", &[]);
    check_reports("工作专班提出整改要求，向群众推荐优秀图书。", &[]);
    check_reports("提出申请的单位要在5月底前完成整改。", &[]);
}

/// What is reported, to whom and when, of each duty of a sentence.
#[track_caller]
fn check_reports(sentence: &str, expect: &[&str]) {
    let doc = Document::from_lines(&format!("为做好工作，特制定本方案。\n一、工作要求\n{sentence}\n"));
    let options = Options::new(Some(date(2026, 3, 2)), date(2026, 3, 2));
    let compiled = crate::compile(&doc, &options);
    let said = compiled.plans.iter().flat_map(|p| &p.facts).filter_map(|f| match &f.value {
        Value::Report { what, to, when } => {
            let or_none = |words: &Option<String>| words.clone().unwrap_or_else(|| "-".to_owned());
            Some(format!("{what}:{}:{}", or_none(to), or_none(when)))
        }
        _ => None,
    });
    assert_eq!(said.collect::<Vec<_>>(), expect, "{sentence}");
}

#[test]
fn a_report_due_on_several_days_holds_them_all() {
    check_reports(
        "各镇、各部门分别于4月18日、5月15日、6月26日前向县安办报送阶段进展，7月30日前向县安办报送工作总结。",
        &["阶段进展:县安办:4月18日、5月15日、6月26日前", "工作总结:县安办:7月30日前"],
    );
    check_reports("各村在4月18日、5月15日前各报送一次进展。", &["一次进展:-:4月18日、5月15日前"]);
    check_reports("各村于6月、9月底前报送小结。", &["小结:-:6月、9月底前"]);
    check_reports("6月15日和9月15日前，各镇将工作情况报县安办。", &["工作情况:县安办:6月15日和9月15日前"]);
    check_reports(
        "各镇要按时向县安办报送进展：第一次4月10日前，第二次5月10日前。",
        &["进展:县安办:4月10日前，第二次5月10日前"],
    );
    check_reports(
        "各村将排查情况于4月10日前、整改情况于6月10日前报县安办。",
        &["排查情况:县安办:4月10日前、整改情况于6月10日前"],
    );
    // A day far before the list does not belong to it.
    check_reports(
        "6月1日起集中排查，6月15日、9月15日前，各镇上报自查报告。",
        &["自查报告:-:6月15日、9月15日前"],
    );
}

#[test]
fn the_time_of_a_report_stands_before_or_behind_it() {
    check_reports("每周五下班前，各科室将本周进展报县安办。", &["本周进展:县安办:每周五下班前"]);
    check_reports("各科室将本周进展报县安办。", &["本周进展:县安办:本周"]);
    check_reports("县安办每周汇总进展，报县政府。", &["报:县政府:每周"]);
    check_reports("6月底前完成整改，各村报县安办。", &["报:县安办:-"]);
    check_reports("进展情况分别于4月10日、5月10日前报县安办。", &["进展情况:县安办:4月10日、5月10日前"]);
}

#[test]
fn who_receives_a_report() {
    check_reports("各镇4月10日前将自查报告报所属中心学校。", &["自查报告:所属中心学校:4月10日前"]);
    check_reports("县安办4月10日前向县政府报送全局总结。", &["全局总结:县政府:4月10日前"]);
    check_reports("各村将自查报告直接报县安办。", &["自查报告直接:县安办:-"]);
    check_reports("各村4月10日前报送至县安办。", &["报送:县安办:4月10日前"]);
    check_reports("各村整改后提交验收申请。", &["验收申请:-:-"]);
    // Names that hold verbs.
    check_reports("各村4月10日前向项目推进和督导科报送进展。", &["进展:项目推进和督导科:4月10日前"]);
    check_reports("各村4月10日前将登记表报项目推进和督导科。", &["登记表:项目推进和督导科:4月10日前"]);
    check_reports("无正当理由拒不提交材料的，要说明情况。", &[]);
}

#[test]
fn what_is_sent_may_begin_like_a_noun_of_reporting() {
    check_reports("各镇于4月10日前提交书面总结。", &["书面总结:-:4月10日前"]);
    check_reports("各镇于4月10日前报送人员名单至县安办。", &["人员名单:县安办:4月10日前"]);
    check_reports("各镇于4月10日前上报会议纪要。", &["会议纪要:-:4月10日前"]);
    check_reports("各镇每月5日前报送资料。", &["资料:-:每月5日前"]);
    check_reports("各镇于7月10日前报半年总结。", &["半年总结:-:7月10日前"]);
    // These are nouns, or speak of something else.
    check_reports("各镇要明确报送人员，健全上报制度。", &[]);
    check_reports("4月10日前完成申报材料准备。", &[]);
    check_reports("提交材料的单位要对真实性负责。", &[]);
    check_reports("上报人员要提供材料。", &[]);
    check_reports("4月10日前报满额为止。", &[]);
}

#[test]
fn rules_with_condition_and_amount() {
    check(
        "奖惩",
        "完成率低于80%的村，不予补贴；完成80%（含）至100%的，按400元/人奖补。",
        &["rule:penalty:完成率低于80%的村", "rule:reward:完成80%（含）至100%:400/人"],
    );
    check(
        "奖惩",
        "对排名前一、二、三名的村分别奖励1000、800、500元。",
        &[
            "rule:reward:排名前第一名:1000/村",
            "rule:reward:排名前第二名:800/村",
            "rule:reward:排名前第三名:500/村",
        ],
    );
    check(
        "奖惩",
        "漏报1次扣2分，考核结果纳入年度绩效考核。",
        &["rule:score:漏报1次:2/次", "rule:score:考核结果"],
    );
    check(
        "奖惩",
        "对弄虚作假的，依纪依法严肃追究责任，并取消评优资格。",
        &["rule:accountability:弄虚作假", "rule:penalty:弄虚作假"],
    );
    check("奖惩", "发生重大事故的学校，实行一票否决。", &["rule:veto:发生重大事故的学校"]);
}

#[test]
fn a_sum_between_two_ends_is_one_amount() {
    check(
        "奖惩",
        "对擅自占道的，处100元至500元罚款；对阻碍施工的，处1000元以上5000元以下罚款。",
        &["rule:penalty:擅自占道:100~500/-", "rule:penalty:阻碍施工:1000~5000/-"],
    );
    check(
        "奖惩",
        "对逾期不报的村，每次扣2-5分；对造成损失的，扣减经费2至5万元。",
        &["rule:score:逾期不报的村:2~5/次", "rule:penalty:造成损失:20000~50000/-"],
    );
    check("奖惩", "对弄虚作假的，罚款2万至5万元。", &["rule:penalty:弄虚作假:20000~50000/-"]);
    check(
        "奖惩",
        "对擅自占道的处一百元以上五百元以下罚款，对十分突出的个人奖励200元。",
        &["rule:penalty:擅自占道:100~500/-", "rule:reward:十分突出的个人:200/-"],
    );
    check("奖惩", "对排名前二名的村奖励1万元以上。", &["rule:reward:排名前二名的村:10000/村"]);
}

#[test]
fn a_sum_paid_for_each_is_a_reward() {
    check("奖惩", "每座奖补300元。", &["rule:reward:每座:300/座"]);
    check("奖惩", "验收合格后，每户奖补2000元。", &["rule:reward:每户:2000/户"]);
    check("奖惩", "每亩给予150元奖补。", &["rule:reward:每亩:150/亩"]);
}

#[test]
fn sums_paid_and_bans_for_whoever_is_described() {
    check(
        "奖惩",
        "完成率在80%（含）至100%（含）的，按实际人数400元/人补贴。",
        &["rule:reward:完成率在80%（含）至100%（含）:400/人"],
    );
    check("奖惩", "拒签协议的供货商一律停止供货。", &["rule:penalty:拒签协议的供货商"]);
}

#[test]
fn stages_with_their_days() {
    check(
        "实施步骤",
        "（一）动员部署阶段（3月2日至3月20日）。召开动员会。",
        &["stage:动员部署阶段:2026-03-02:2026-03-20", "date:3月2日至3月20日:span"],
    );
    check("实施步骤", "三月：方案制订阶段", &["date:三月:span", "stage:方案制订阶段:2026-03-01:2026-03-31"]);
}

#[test]
fn groups_by_post() {
    check(
        "领导小组",
        "组长：张建国（镇长）；副组长：李梅、王强；成员：各站所负责人。办公室设在镇应急办，李梅兼任办公室主任。",
        &[
            "group:张建国:head",
            "group:李梅:deputy",
            "group:王强:deputy",
            "group:各站所负责人:member",
            "group:镇应急办:office",
            "group:李梅:office",
        ],
    );
    check(
        "工作任务",
        "成立领导小组，由镇长张建国任组长，副镇长李梅任副组长。",
        &["group:张建国:head", "group:李梅:deputy"],
    );
}

#[test]
fn names_of_bodies_are_whole_and_lines_go_on() {
    check(
        "工作任务",
        "省工业和信息化厅会同省住房城乡建设厅、省商务厅每年组织一次评估。",
        &[
            "unit:省工业和信息化厅:responsible",
            "unit:省住房城乡建设厅:support",
            "unit:省商务厅:support",
            "date:每年:every",
        ],
    );
    check(
        "组织领导",
        "由省工业和信息化厅、省住房城乡建设厅主要负责同志担任副组长。",
        &["group:省工业和信息化厅:deputy", "group:省住房城乡建设厅主要负责同志:deputy"],
    );
    check(
        "组织机构",
        "副组长：孙立群（副局长）\n　　　　吴海霞（总工程师）",
        &["group:孙立群:deputy", "group:吴海霞:deputy"],
    );
    check(
        "组织领导",
        "领导小组下设办公室，设在医务科，张建国兼任办公室主任。",
        &["group:办公室:office", "group:医务科:office", "group:张建国:office"],
    );
}

#[test]
fn who_looks_over_what_another_does() {
    check(
        "工作任务",
        "每班建好图书角，班主任负责，教导处检查验收。",
        &["unit:每班:responsible", "unit:班主任:responsible", "unit:教导处:approve"],
    );
    check(
        "工作任务",
        "落实随访。责任部门：各科室，监督部门：医患办公室。",
        &["unit:各科室:responsible", "unit:医患办公室:approve"],
    );
}

#[test]
fn targets_and_measures_of_the_general_part() {
    check(
        "总体要求",
        "到2027年，数据基本互通，建成300个以上示范区。到2030年，体系更加健全。",
        &["date:到2027年:by", "quantity:300个以上:≥300个", "date:到2030年:by"],
    );
    check(
        "工作任务",
        "将办理时间压缩至3个工作日以内，营业收入突破1500亿元。",
        &["quantity:3个工作日以内:≤3个工作日", "quantity:突破1500亿元:>150000000000元"],
    );
    check("工作任务", "二级以上医疗机构要共享检查结果。", &["unit:二级以上医疗机构:responsible"]);
    check("工作要求", "本行动方案自2026年5月1日起施行。", &[]);
}

#[test]
fn sums_for_the_first_ranks_and_notices() {
    check(
        "考核奖惩",
        "对满意度排名前三的科室，分别奖励3000元、2000元、1000元。",
        &[
            "rule:reward:满意度排名第一名:3000/科室",
            "rule:reward:满意度排名第二名:2000/科室",
            "rule:reward:满意度排名第三名:1000/科室",
        ],
    );
    check("工作要求", "对未按时完成的，给予通报。", &["rule:penalty:未按时完成"]);
    check(
        "工作要求",
        "推荐表于11月25日前交政教处。",
        &["report:政教处:11月25日前", "date:11月25日前:by", "unit:政教处:report_to"],
    );
    check_reports("活动办公室每季度末前汇总进展，形成简报报院党委会。", &["报:院党委会:每季度末前"]);
}

#[test]
fn citations_with_numbers() {
    check(
        "工作任务",
        "依据《安全生产法》和《关于开展排查的通知》（云安委〔2026〕7号）开展工作。",
        &["reference:安全生产法:-", "reference:关于开展排查的通知:云安委〔2026〕7号"],
    );
}

#[test]
fn a_day_under_a_label_for_a_limit_is_the_last_one() {
    check("工作任务", "完成时限：6月30日", &["date:6月30日:by"]);
    check("工作任务", "活动时间：6月30日", &["date:6月30日:on"]);
}

#[test]
fn ministries_and_their_like_are_named_in_brackets() {
    let all = |text: &str, names: &[&str]| {
        let names: Vec<String> = names.iter().map(|name| format!("unit:{name}:responsible")).collect();
        check("工作任务", text, &names.iter().map(String::as_str).collect::<Vec<_>>());
    };
    all("清理违规收费。（市场监管总局、工业和信息化部负责）", &["市场监管总局", "工业和信息化部"]);
    all("扩大融资规模。（金融监管总局、证监会按职责分工负责）", &["金融监管总局", "证监会"]);
    all("落实减税政策。（财政部、税务总局，各省级人民政府负责）", &["财政部", "税务总局", "各省级人民政府"]);
}

#[test]
fn names_between_commas_do_what_the_last_of_them_does() {
    check(
        "工作任务",
        "由市水利局牵头，市财政局，各县（市、区）政府、市直有关部门配合。",
        &[
            "unit:市水利局:lead",
            "unit:市财政局:support",
            "unit:各县（市、区）政府:support",
            "unit:市直有关部门:support",
        ],
    );
}

#[test]
fn a_bracket_behind_a_name_tells_its_part() {
    let named = &["unit:县水利局:lead", "unit:县财政局:responsible"];
    check("工作任务", "修水渠。责任单位：县水利局（牵头）、县财政局", named);
    check("工作任务", "修水渠。（县水利局（牵头）、县财政局负责）", named);
}

#[test]
fn who_leads_is_named_without_the_words_between() {
    check("工作任务", "由镇道安办负责牵头，整治超载。", &["unit:镇道安办:lead"]);
    check("工作任务", "由镇水利站、镇农业办分别牵头。", &["unit:镇水利站:lead", "unit:镇农业办:lead"]);
}
