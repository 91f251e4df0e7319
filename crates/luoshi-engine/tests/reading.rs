//! What the text of a plan says, from its words to what runs.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "an unwrap is an assertion")]

mod common;

use common::{ISSUER, Ledger, TOWN, ten, who};
use jiff::civil::{date, time};
use luoshi_engine::{CallFor, Command, FieldValue, ItemContent, Moment, UnitId};
use luoshi_pack::{Duty, Role, Until};

/// A plan with these paragraphs as its tasks and duties.
fn plan(body: &str) -> String {
    format!("秋粮收储工作实施方案\n一、重点任务\n{body}\n河源县人民政府\n2026年9月1日\n")
}

/// A plan of these words, confirmed as it was read and issued on the first of September 2026.
fn issued(body: &str) -> Ledger {
    let mut ledger = Ledger::new("task", date(2026, 9, 1));
    ledger.read(&plan(body));
    ledger.confirm();
    ledger.issue().unwrap();
    ledger
}

/// When the first entry is due that a sentence leads to.
#[track_caller]
fn due(body: &str, due: Moment) {
    let ledger = issued(body);
    assert_eq!(ledger.first().due().map(Moment::due_day), Some(due.due_day()), "{body}");
}

#[test]
fn a_task_is_due_at_the_hour_that_its_words_say() {
    let day = date(2026, 12, 5);
    let at = |hour, minute| Moment::at(day, time(hour, minute, 0, 0));
    due("（一）县农业农村局要在12月5日前完成面积核查。", Moment::end_of(day));
    due("（一）县农业农村局要在12月5日24时前完成面积核查。", Moment::end_of(day));
    due("（一）县农业农村局要在12月5日上午10时前完成面积核查。", at(10, 0));
    due("（一）县农业农村局要在12月5日17:00前完成面积核查。", at(17, 0));
    due("（一）县农业农村局要在12月5日下班前完成面积核查。", at(17, 30));
}

#[test]
fn what_is_due_at_an_hour_is_late_after_it() {
    let mut ledger = issued("（一）县农业农村局要在12月5日上午10时前完成面积核查。");
    let mut light = |at: Moment| {
        ledger.now = at;
        ledger.tick();
        ledger.first().light.clone()
    };
    let day = date(2026, 12, 5);
    assert_eq!(light(Moment::at(day, time(9, 59, 0, 0))).as_deref(), Some("blue"));
    assert_eq!(light(ten(day)).as_deref(), Some("red"));
    let told = serde_json::to_string(&ledger.chain.last().unwrap().event().unwrap()).unwrap();
    assert!(told.contains("已过12月5日10时的时限"), "{told}");
}

#[test]
fn a_daily_report_is_due_every_day_at_its_hour() {
    let mut ledger = issued("（一）各乡镇每日18时前向县农业农村局报送收储进度。");
    ledger.now = ten(date(2026, 9, 3));
    ledger.tick();
    let mut due: Vec<_> =
        ledger.known.entries.values().filter_map(|entry| entry.due()).map(Moment::due_day).collect();
    due.dedup();
    assert_eq!(due[..3], ["2026-09-01 18:00", "2026-09-02 18:00", "2026-09-03 18:00"]);
}

#[test]
fn what_was_kept_while_only_the_closing_hour_was_known_is_read_and_written_as_it_was() {
    let kept = |until: &str| {
        format!(
            r#"{{"task":{{"title":"核查","lead":[],"support":[],"leader":[],"due":"2026-12-05","by_closing":{until},"quantities":[],"evidence":[]}}}}"#
        )
    };
    for (words, meant) in [("false", Until::DayEnd), ("true", Until::Closing)] {
        let read: ItemContent = serde_json::from_str(&kept(words)).unwrap();
        assert!(matches!(&read, ItemContent::Task { until, .. } if *until == meant), "{read:?}");
        assert_eq!(serde_json::to_string(&read).unwrap(), kept(words));
    }
    // Without the word at all, as the first events were.
    let duty =
        r#"{"key":"a","title":"周报","register":"report","from":"parties","on":["2026-12-05"],"opens":7}"#;
    let read: Duty = serde_json::from_str(duty).unwrap();
    assert_eq!((read.until, serde_json::to_string(&read).unwrap().as_str()), (Until::DayEnd, duty));
    let timed: Duty =
        serde_json::from_str(&duty.replace("\"opens\"", "\"until\":\"10:00\",\"opens\"")).unwrap();
    assert_eq!(timed.until, Until::At(time(10, 0, 0, 0)));
    let again: Duty = serde_json::from_str(&serde_json::to_string(&timed).unwrap()).unwrap();
    assert_eq!(again, timed);
    let refused = serde_json::from_str::<Duty>(&duty.replace("\"opens\"", "\"until\":\"25:00\",\"opens\""));
    assert!(refused.unwrap_err().to_string().contains("钟点"));
}

/// The duties of a plan of these words, and how many tasks stand beside them.
fn asked(body: &str) -> (Vec<Duty>, usize) {
    let mut ledger = Ledger::new("task", date(2026, 9, 1));
    ledger.read(&plan(body));
    let contents = || ledger.known.draft.items.iter().map(|(item, _)| &item.content);
    let duty = |content: &ItemContent| match content {
        ItemContent::Duty(duty) => Some(duty.as_ref().clone()),
        _ => None,
    };
    (contents().filter_map(duty).collect(), contents().filter(|content| content.kind() == "task").count())
}

#[test]
fn a_report_that_no_calendar_tells_is_a_duty_of_the_draft() {
    #[track_caller]
    fn check(body: &str, expect: &str, tasks: usize) {
        let (duties, beside) = asked(body);
        let told = duties.iter().map(|duty| {
            let occasion = duty.occasion.clone().unwrap_or_default();
            let within = occasion.within.map(|lapse| format!(" {}{:?}", lapse.amount, lapse.unit));
            format!("{}{}", occasion.words, within.unwrap_or_default())
        });
        assert_eq!(told.collect::<Vec<_>>().join("|"), expect, "{body}: {duties:?}");
        assert_eq!(beside, tasks, "{body}");
    }
    check("（一）各乡镇要在事发后2小时内向县农业农村局报告灾情。", "事发后2小时内 2Hour", 0);
    check("（一）各乡镇完成验收后5个工作日内向县农业农村局报送验收报告。", "验收后5个工作日内 5Workday", 0);
    check("（一）各乡镇及时向县农业农村局报送灾情信息。", "及时", 0);
    // What stands beside other work leaves that a task.
    check("（一）各乡镇要加强巡查，排除险情，及时向县农业农村局报送灾情信息。", "及时", 1);
    check("（一）各乡镇每周五前向县农业农村局报送收储进度。", "", 0);
}

#[test]
fn a_report_of_each_term_is_due_on_the_days_of_the_terms() {
    let (duties, _) = asked("（一）各乡镇每学期末前向县教育局报送控辍保学情况。");
    assert_eq!((&duties[0].every, &duties[0].on[..]), (&None, &[date(2027, 1, 20), date(2027, 7, 10)][..]));
}

#[test]
fn a_report_is_opened_when_its_event_came_and_is_due_so_long_after_it() {
    let mut ledger = issued("（一）各乡镇要在事发后2小时内向县农业农村局报告灾情。");
    ledger.now = ten(date(2026, 9, 3));
    ledger.tick();
    assert!(ledger.known.entries.is_empty(), "nothing is asked before anything happened");
    let call = |ledger: &Ledger, units: Vec<UnitId>| {
        let duty = ledger.known.plan.duties[0].key.clone();
        let at = Moment::at(date(2026, 9, 3), time(9, 30, 0, 0));
        Command::CallFor(Box::new(CallFor { duty, at, words: "东坡村山洪".into(), units, due: None }))
    };
    // Of its own flood 青石镇 may speak, of that of 白水乡 it may not.
    let mine = call(&ledger, Vec::new());
    let other = call(&ledger, vec![UnitId(3)]);
    assert!(ledger.run(&who(Role::Handler, TOWN), &other).is_err());
    ledger.run(&who(Role::Handler, TOWN), &mine).unwrap();
    let opened: Vec<_> = (ledger.known.entries.values())
        .map(|entry| (entry.opening.lead, entry.due().unwrap().due_day(), entry.opening.title.as_str()))
        .collect();
    assert_eq!(opened, [(TOWN, "2026-09-03 11:30".to_owned(), "灾情（东坡村山洪）")]);
    assert_eq!(ledger.first().opening.register, "report");
    // The inspector of the issuer asks all that owe it.
    ledger.run(&who(Role::Inspector, ISSUER), &mine).unwrap();
    assert_eq!(ledger.known.entries.len(), 3);
    assert_eq!(ledger.rebuilt(), ledger.known);
}

#[test]
fn who_calls_for_a_report_without_a_time_says_by_when() {
    let mut ledger = issued("（一）各乡镇及时向县农业农村局报送灾情信息。");
    let inspector = who(Role::Inspector, ISSUER);
    let duty = ledger.known.plan.duties[0].key.clone();
    let at = ledger.now;
    let mut call = CallFor { duty, at, words: "连续降雨".into(), units: vec![TOWN], due: None };
    let refused = ledger.run(&inspector, &Command::CallFor(Box::new(call.clone()))).unwrap_err();
    assert!(refused.sentence.contains("请选定时限"), "{refused}");
    call.due = Some(date(2026, 9, 2));
    ledger.run(&inspector, &Command::CallFor(Box::new(call))).unwrap();
    assert_eq!(ledger.first().due(), Some(Moment::end_of(date(2026, 9, 2))));
}

#[test]
fn what_is_counted_from_the_issue_gets_its_day_with_it() {
    let ledger = issued("（一）各乡镇自本方案印发之日起10日内向县农业农村局报送实施方案。");
    let duty = &ledger.known.plan.duties[0];
    assert_eq!(
        (duty.on.as_slice(), duty.occasion.is_none()),
        ([date(2026, 9, 11)].as_slice(), true),
        "{duty:?}"
    );
}

/// How often the first task of a plan is done, as a draft shows it, and until when.
#[track_caller]
fn again(body: &str, expect: &str) {
    let mut ledger = Ledger::new("task", date(2026, 9, 1));
    ledger.read(&plan(body));
    let task = ledger.known.draft.items.iter().find(|(item, _)| item.content.kind() == "task");
    let content = &task.unwrap_or_else(|| panic!("a task: {body}")).0.content;
    let ItemContent::Task { due, .. } = content else { panic!("a task") };
    let told = format!("{} {}", content.again(), due.map(|day| day.to_string()).unwrap_or_default());
    assert_eq!(told.trim(), expect, "{body}");
}

#[test]
fn a_task_that_is_done_again_and_again_says_how_often() {
    again("（一）各乡镇每月开展一次仓储安全检查。", "每月");
    again("（一）县农业农村局每季度组织一次综合检查。", "每季度");
    again("（一）各乡镇每周五下班前检查仓储安全。", "每周五下班前");
    // A day of its own ends it; what is done every day is standing work.
    again("（一）各乡镇每月开展检查，12月底前完成全部整改。", "2026-12-31");
    again("（一）各乡镇每日巡查库点。", "");
}

#[test]
fn each_time_of_a_recurring_task_is_an_entry_with_all_that_its_words_say() {
    let body = "（一）仓储安全检查。县农业农村局每月开展一次检查，检查库点不少于5个，青石镇、白水乡配合。";
    let mut ledger = issued(body);
    for month in [9, 10, 11] {
        ledger.now = ten(date(2026, month, 2));
        ledger.tick();
    }
    let opened: Vec<_> = ledger.known.entries.values().collect();
    let told: Vec<_> =
        opened.iter().map(|entry| (entry.opening.lead.0, entry.due().unwrap().due_day())).collect();
    let days = ["2026-09-30", "2026-10-31", "2026-11-30"];
    assert_eq!(told, days.map(|day| (4, day.to_owned())), "one a month, opened when the one before is due");
    let first = &opened[0].opening;
    assert_eq!(first.register, "report", "where the pack has them");
    assert!(first.title.ends_with("（2026年9月30日）"), "{}", first.title);
    assert_eq!(first.supports, [TOWN, UnitId(3)]);
    assert!(
        matches!(first.fields.get("quantity"), Some(FieldValue::Text(words)) if words.contains("不少于5个")),
        "{first:?}"
    );
    assert_eq!(ledger.known.plan.parties, [TOWN, UnitId(3), common::BUREAU]);
    assert_eq!(ledger.rebuilt(), ledger.known);
}

#[test]
fn a_pack_that_says_nothing_of_recurring_tasks_keeps_each_one_entry() {
    let mut ledger = Ledger::new("task", date(2026, 9, 1));
    ledger.pack.recurring = None;
    ledger.read(&plan("（一）县农业农村局每月开展一次检查。"));
    ledger.confirm();
    ledger.issue().unwrap();
    assert_eq!((ledger.known.entries.len(), ledger.known.plan.duties.len()), (1, 0));
    assert_eq!(ledger.first().opening.register, "task");
}

const TABLE: &str = "（一）县农业农村局要在12月底前完成核查。\n\
附件：指标分配表\n\
1.青石镇：警示牌35块、登记点13处。\n\
2.白水乡：警示牌30块、登记点12处。\n\
合计：警示牌65块、登记点25处。";

#[test]
fn a_table_of_numbers_becomes_a_share_for_each_unit() {
    let ledger = issued(TABLE);
    let shares: Vec<_> = (ledger.known.entries.values())
        .filter_map(|entry| Some((entry.opening.title.as_str(), entry.opening.lead.0, entry.share()?)))
        .collect();
    assert_eq!(
        shares,
        [
            ("警示牌", 2, (35.0, None)),
            ("警示牌", 3, (30.0, None)),
            ("登记点", 2, (13.0, None)),
            ("登记点", 3, (12.0, None)),
        ]
    );
    let first = ledger.known.entries.values().find(|entry| entry.share().is_some()).unwrap();
    assert_eq!(first.opening.fields.get("quantity"), Some(&FieldValue::Text("35块".into())));
    assert!(first.opening.item.is_some() && first.opening.span.is_some(), "it rests on the text");
    assert_eq!(ledger.rebuilt(), ledger.known);
}

#[test]
fn shares_that_do_not_come_to_the_total_are_not_issued() {
    let mut ledger = Ledger::new("task", date(2026, 9, 1));
    ledger.read(&plan(&TABLE.replace("警示牌30块", "警示牌31块")));
    ledger.confirm();
    let refused = ledger.issue().unwrap_err();
    assert!(refused.sentence.contains("“警示牌”各单位合计66，与总数65不符"), "{refused}");
}

#[test]
fn a_table_of_scores_is_no_quota() {
    let mut ledger = Ledger::new("task", date(2026, 9, 1));
    let body = TABLE.replace("青石镇", "制度建设").replace("白水乡", "责任落实");
    ledger.read(&plan(&body));
    assert!(ledger.known.draft.items.iter().all(|(item, _)| item.content.kind() != "quota"));
}

#[test]
fn a_heading_that_names_reporting_is_no_task_beside_its_report() {
    let tasks = |body: &str| -> Vec<String> {
        let mut ledger = Ledger::new("task", date(2026, 9, 1));
        ledger.read(&plan(body));
        let title = |content: &ItemContent| match content {
            ItemContent::Task { title, .. } => Some(title.clone()),
            _ => None,
        };
        ledger.known.draft.items.iter().filter_map(|(item, _)| title(&item.content)).collect()
    };
    let report = "各乡镇每月25日前向县应急管理局报送进展情况，没有情况的报零报告。";
    assert_eq!(tasks(&format!("（一）信息报送。{report}")), Vec::<String>::new());
    // What names other work is a task, though the one thing said of it is its report.
    assert_eq!(tasks(&format!("（一）整治隐患。{report}")), ["整治隐患"]);
    assert_eq!(tasks(&format!("（一）信息报送。{report}建立联络员队伍。")), ["信息报送"]);
}

#[test]
fn a_unit_that_is_named_twice_helps_once() {
    let mut ledger = Ledger::new("task", date(2026, 9, 1));
    ledger.read(&plan(
        "（一）排查隐患。各乡镇于9月25日前排查路段。（牵头单位：县农业农村局；配合单位：各乡镇）",
    ));
    let ItemContent::Task { support, .. } = &ledger.known.draft.items[0].0.content else { unreachable!() };
    assert_eq!(support.len(), 1, "{support:?}");
}
