//! A running plan gets a second and a third version of its text.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeMap;

use common::{COUNTY, County, TEXT, open, step, who};
use jiff::civil::date;
use luoshi_app::{AppError, PlanFile};
use luoshi_engine::{
    AmendPlan, Became, Command, Consent, EntryNo, Evidence, Hash, PlanId, RefusalKind, StepBody, UnitId,
};
use luoshi_pack::{Phase, Role};
use luoshi_store::{Page, Sight, SoughtKind};
use luoshi_testkit::for_each_database;

fn file(text: &str) -> PlanFile {
    PlanFile {
        name: "修订稿.txt".into(),
        bytes: text.as_bytes().to_vec(),
        index: 0,
        issuer: COUNTY,
        issued: None,
    }
}

/// What differs, in a few words.
async fn told(county: &County, plan: PlanId, text: &str) -> Vec<String> {
    let comparison = county.app.compare_text(plan, file(text)).await.unwrap();
    let line = |(no, difference): (usize, &luoshi_engine::Difference)| {
        let fields: Vec<String> =
            difference.fields.iter().map(|d| format!("{}:{}→{}", d.field, d.from, d.to)).collect();
        format!("{no} {} {}", difference.became.title(), fields.join("；")).trim_end().to_owned()
    };
    comparison.changes().map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn each_version_is_compared_with_the_one_before_and_moves_what_was_accepted() {
    for_each_database(async |place| {
        let county = open(place, date(2026, 9, 3)).await;
        county.found().await;
        let (plan, issued) = county.issue("task").await;
        county
            .run(&who(Role::Handler, UnitId(4)), plan, step(EntryNo(1), "acknowledge", StepBody::default()))
            .await;
        assert_eq!(told(&county, plan, TEXT).await, Vec::<String>::new(), "the same text differs in nothing");

        let second = TEXT
            .replace("9月20日前完成种植面积核查", "9月28日前完成种植面积核查")
            .replace("各乡镇每周五前向", "各乡镇每月25日前向");
        let told = told(&county, plan, &second).await;
        let told: Vec<_> = told.iter().map(|line| line.split_once("；原文:").unwrap()).collect();
        let read: Vec<&str> = told.iter().map(|(read, _)| *read).collect();
        assert_eq!(read, ["1 改动 时限:2026-09-20→2026-09-28", "3 改动 报送时间:每周五→每月25日"]);
        assert_eq!(told[0].1, "9月20日前完成种植面积核查。→9月28日前完成种植面积核查。");
        assert!(told[1].1.contains("每周五前") && told[1].1.contains("每月25日前"), "{}", told[1].1);
        let inspector = who(Role::Inspector, COUNTY);
        let comparison = county.app.compare_text(plan, file(&second)).await.unwrap();
        assert!(comparison.words(&comparison.differences[0]).contains("9月28日前"));
        let open =
            county.app.revise("half", &inspector, comparison.clone(), "会议纪要", &BTreeMap::new()).await;
        assert!(matches!(open, Err(AppError::Refused(refusal)) if refusal.kind == RefusalKind::Incomplete));

        let all: BTreeMap<usize, Consent> =
            comparison.changes().map(|(no, _)| (no, Consent::Accepted)).collect();
        county.app.revise("a", &inspector, comparison.clone(), "会议纪要", &all).await.unwrap();
        let late = county.app.revise("b", &inspector, comparison, "会议纪要", &all).await;
        assert!(matches!(late, Err(AppError::Refused(refusal)) if refusal.kind == RefusalKind::Stale));
        let bytes = second.as_bytes();
        assert!(county.app.revised_before("a", plan, bytes).await.unwrap().unwrap().repeated);
        assert!(county.app.revised_before("a", plan, b"other").await.is_err());

        let entry = county.app.store().entry(plan, EntryNo(1)).await.unwrap().unwrap();
        assert_eq!(entry.opening.due.unwrap().due_date(), date(2026, 9, 28));
        assert_eq!((entry.state.as_str(), entry.opening.version), ("acknowledged", 2));
        let running = county.app.store().plan(plan).await.unwrap().unwrap();
        assert_eq!(running.duties[0].every.as_deref(), Some("FREQ=MONTHLY;BYMONTHDAY=25"));

        // A third version drops what the second still had; it is compared with the second.
        let third = second.replace("（二）落实仓容。各乡镇要在9月25日前落实收储仓容不少于500吨。\n", "");
        let comparison = county.app.compare_text(plan, file(&third)).await.unwrap();
        let changes: Vec<_> = comparison.changes().map(|(no, found)| (no, found.became)).collect();
        let [(no, Became::Dropped)] = changes.as_slice() else { panic!("{changes:?}") };
        let all = BTreeMap::from([(*no, Consent::Accepted)]);
        county.app.revise("c", &inspector, comparison, "仓容已足", &all).await.unwrap();
        let last = *issued.opened.last().unwrap();
        let entry = county.app.store().entry(plan, last).await.unwrap().unwrap();
        assert_eq!(entry.phase, Phase::Void);
        let report = county.app.verify(&[]).await.unwrap();
        assert!(report.sound(), "{:?}", report.faults);
    })
    .await;
}

/// Whether the text of the one plan is found by words.
async fn is_found(county: &County, plan: PlanId, words: &str) -> bool {
    let sight = Sight { whole: vec![plan], ..Sight::default() };
    let found = county.app.store().find_words(&sight, words, SoughtKind::Paper, Page::number(1, 5)).await;
    found.unwrap() == [(plan, EntryNo(0))]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_text_is_found_by_its_words_and_the_old_one_no_longer() {
    for_each_database(async |place| {
        let inspector = who(Role::Inspector, COUNTY);
        let county = open(place, date(2026, 9, 3)).await;
        county.found().await;
        let (plan, _) = county.issue("task").await;
        assert!(is_found(&county, plan, "摸清底数").await);
        let second = TEXT.replace("摸清底数", "查清家底");
        let comparison = county.app.compare_text(plan, file(&second)).await.unwrap();
        let all = comparison.changes().map(|(no, _)| (no, Consent::Accepted)).collect();
        county.app.revise("a", &inspector, comparison, "会议纪要", &all).await.unwrap();
        assert!(is_found(&county, plan, "查清家底").await);
        assert!(!is_found(&county, plan, "摸清底数").await);

        // A text that cannot be read when it is put in force is looked for at the next start.
        let third = TEXT.replace("仓容", "烘干");
        let text = Hash::of(third.as_bytes());
        let size = i64::try_from(third.len()).unwrap();
        let source = Evidence { hash: text, name: "三稿.txt".into(), size };
        let amend =
            AmendPlan { source, text, reason: "仓容已足".into(), moves: Vec::new(), added: Vec::new() };
        county.run(&inspector, plan, Command::Amend(Box::new(amend))).await;
        assert!(!is_found(&county, plan, "查清家底").await, "the old text is not the plan's any more");
        assert_eq!(county.app.store().plans_without_text().await.unwrap(), [plan]);
        county.app.attach("三稿.txt", third.into_bytes()).await.unwrap();
        county.app.rebuild().await.unwrap();
        assert!(is_found(&county, plan, "落实烘干").await);
        assert!(county.app.verify(&[]).await.unwrap().sound());
    })
    .await;
}
