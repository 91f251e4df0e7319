//! Seeing and chasing: the tabs of a plan, inspection, the dashboard, and what each post may see there.

#![allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]

mod office;

use axum::http::StatusCode;
use luoshi_engine::{EntryNo, PlanId, StepBody, UnitId};
use luoshi_pack::Role;
use luoshi_store::{Filter, Page};
use luoshi_testkit::{Place, for_each_database};
use office::{BUREAU, COUNTY, OTHER_TOWN, Site, TOWN, VILLAGE, who};

async fn entry_of(site: &Site, plan: PlanId, lead: UnitId, register: &str) -> EntryNo {
    let filter = Filter { register: Some(register.into()), lead: Some(lead), ..Filter::default() };
    let store = site.county.app.store();
    store.find_entries(plan, &filter, Page::number(1, 5)).await.unwrap()[0].no
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tabs_of_a_plan_show_how_it_goes_and_go_out_as_files() {
    for_each_database(async |place| {
        let (site, plan) = Site::running(place).await;
        let inspector = site.browser(Role::Inspector, COUNTY).await;
        let at = |tab: &str| format!("/plans/{plan}?tab={tab}");
        let chart = inspector.text(&at("progress")).await;
        assert!(chart.contains("class=\"today\"") && chart.contains("26年9月"), "{chart}");
        assert!(chart.contains("bar-red"), "the bureau is overdue: {chart}");
        let matrix = inspector.text(&at("matrix")).await;
        let bureau = entry_of(&site, plan, BUREAU, "task").await;
        assert!(matrix.contains(&format!("mark-red\" href=\"/plans/{plan}/entries/{bureau}\"")), "{matrix}");
        let counts = inspector.text(&format!("{}&by=register", at("matrix"))).await;
        assert!(
            counts.contains("报送台账") && counts.contains("白水乡") && counts.contains("0/1"),
            "{counts}"
        );
        let reports = inspector.text(&at("reports")).await;
        assert!(reports.contains("每周五") && reports.contains("未报"), "{reports}");
        let files = inspector.text(&at("files")).await;
        assert!(files.contains("方案.txt") && files.contains("秋粮收储工作实施方案"), "{files}");
        let timeline = inspector.text(&at("timeline")).await;
        assert!(timeline.contains("印发方案 河政发〔2026〕9号"), "{timeline}");
        for tab in ["", "progress", "matrix", "reports", "files", "timeline"] {
            let csv = inspector.get(&format!("{}&as=csv", at(tab))).await;
            assert_eq!((csv.status, csv.header("content-type")), (StatusCode::OK, "text/csv; charset=utf-8"));
            assert!(csv.header("content-disposition").starts_with("attachment; filename*=UTF-8''"));
            let xlsx = inspector.get(&format!("{}&as=xlsx", at(tab))).await;
            assert!(xlsx.bytes.starts_with(b"PK"), "{tab}: a workbook is a ZIP");
        }
        let only = inspector.get(&format!("/plans/{plan}?unit={BUREAU}&as=csv")).await.text();
        assert!(only.contains("摸清底数") && !only.contains("白水乡"), "the same filter: {only}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn any_past_day_is_shown_as_it_was() {
    for_each_database(async |place| {
        let (site, plan) = Site::running(place).await;
        let bureau = entry_of(&site, plan, BUREAU, "task").await;
        let sign = office::step(bureau, "acknowledge", StepBody::default());
        site.county.run(&who(Role::Handler, BUREAU), plan, sign).await;
        let inspector = site.browser(Role::Inspector, COUNTY).await;
        let now = inspector.text(&format!("/plans/{plan}?unit={BUREAU}")).await;
        assert!(now.contains("已签收") && now.contains("红灯"), "{now}");
        let past = inspector.text(&format!("/plans/{plan}?unit={BUREAU}&as_of=2026-09-10")).await;
        assert!(past.contains("2026-09-10当天结束时的情况") && past.contains("绿灯"), "{past}");
        assert!(!past.contains("lamp-red"), "{past}");
        let first = inspector.text(&format!("/plans/{plan}?tab=matrix&as_of=2026-09-02")).await;
        assert!(!first.contains("mark-red") && first.contains("mark-green"), "{first}");
        let before = inspector.text(&format!("/plans/{plan}?tab=timeline&as_of=2026-09-10")).await;
        assert!(!before.contains(">签收<"), "{before}");
        // A report that came late had not come on the day before.
        let report = entry_of(&site, plan, TOWN, "report").await;
        let reports = |day: &str| format!("/plans/{plan}?tab=reports&as_of={day}&as=csv");
        let missing = inspector.text(&reports("2026-09-11")).await;
        let fields = [("content".into(), luoshi_engine::FieldValue::Text("已收储30吨".into()))].into();
        let body = StepBody { note: "已收储30吨".into(), fields, ..StepBody::default() };
        site.county.run(&who(Role::Handler, TOWN), plan, office::step(report, "submit", body)).await;
        assert_eq!(inspector.text(&reports("2026-09-11")).await, missing);
        let now = inspector.text(&reports("")).await;
        assert!(missing.contains("青石镇,2,0,0,0,2") && now.contains("青石镇,3,1,0,0,2"), "{missing}{now}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_township_sees_its_own_units_alone_in_matrix_board_and_files() {
    for_each_database(async |place| {
        let (site, plan) = Site::running(place).await;
        let town = site.browser(Role::Inspector, TOWN).await;
        let county = site.browser(Role::Inspector, COUNTY).await;
        let list = |tab: &str| format!("/plans/{plan}?tab={tab}");
        for path in [
            list("&as=csv"),
            list("progress"),
            list("progress&as=csv"),
            list("matrix"),
            list("matrix&as=csv"),
            list("matrix&by=register"),
            list("matrix&by=register&as_of=2026-09-12"),
            list("reports"),
            list("reports&as=csv"),
            list("timeline&hand=all"),
            list("timeline&hand=all&as=csv"),
            "/inspect".into(),
            "/inspect?as=csv".into(),
            "/inspect?tab=silent&days=3".into(),
            "/inspect?tab=again".into(),
            "/inspect?tab=again&as=csv".into(),
            "/board".into(),
            "/board?as=csv".into(),
            "/board/entries".into(),
            "/board/entries?as=csv".into(),
            format!("/board/entries?unit={OTHER_TOWN}"),
        ] {
            let theirs = town.text(&path).await;
            assert!(!theirs.contains("白水乡（") && !theirs.contains(">白水乡<"), "{path}: {theirs}");
            assert!(!theirs.contains(",白水乡,") && !theirs.contains("县农业农村局,"), "{path}: {theirs}");
        }
        // How the text came about is the issuer's own matter.
        let happened = list("timeline&as=csv");
        let theirs = county.text(&happened).await;
        assert!(theirs.contains("确认第") && !town.text(&happened).await.contains("确认第"), "{theirs}");
        assert!(town.text("/board?as=csv").await.contains("单位,青石镇"));
        let all = county.text("/board?as=csv").await;
        assert!(all.contains("单位,白水乡") && all.contains("单位,县农业农村局"), "{all}");
        // An entry of others cannot be chased, and it is not told that there is one.
        let other = entry_of(&site, plan, OTHER_TOWN, "task").await;
        let form = [("entry", format!("{plan}-{other}")), ("rung", "slip".into()), ("reason", "x".into())];
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let told = town.post("/inspect/preview", &form).await.text();
        assert!(told.contains("没有这一事项") && !told.contains("摸清底数"), "{told}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn inspection_and_dashboard_are_for_those_who_inspect_and_lead() {
    let place = Place::folder();
    let (site, _) = Site::running(&place).await;
    for (role, may) in [(Role::Inspector, true), (Role::Leader, true), (Role::Handler, false)] {
        let browser = site.browser(role, COUNTY).await;
        let desk = browser.text("/").await;
        for path in ["/inspect", "/board"] {
            assert_eq!(desk.contains(&format!("href=\"{path}\"")), may, "{role:?} {path}");
            let status = if may { StatusCode::OK } else { StatusCode::NOT_FOUND };
            assert_eq!(browser.get(path).await.status, status, "{role:?} {path}");
        }
        assert_eq!(browser.get("/board/entries").await.status == StatusCode::OK, may);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn slips_are_looked_at_before_they_go_out_and_go_out_once() {
    for_each_database(async |place| {
        let (site, plan) = Site::running(place).await;
        let inspector = site.browser(Role::Inspector, COUNTY).await;
        let list = inspector.text("/inspect").await;
        let bureau = entry_of(&site, plan, BUREAU, "task").await;
        let town = entry_of(&site, plan, TOWN, "report").await;
        assert!(list.contains("摸清底数") && list.contains("lamp-red"), "{list}");
        let (one, two) = (format!("{plan}-{bureau}"), format!("{plan}-{town}"));
        assert!(list.contains(&format!("value=\"{one}\"")), "{list}");
        // An entry that is out of sight by now is told of, and holds nobody up.
        let lost = format!("{plan}-9999");
        let entries = [lost.as_str(), &one, &two].map(|entry| ("entry", entry));
        let ticked = [&entries[..], &[("rung", "chase"), ("reason", "请今天报来")]].concat();
        let messages = async |unit: UnitId| {
            let store = site.county.app.store();
            let told = store.messages(&[(unit, Role::Handler)], Page::number(1, 50)).await.unwrap();
            told.into_iter().filter(|message| message.kind == "urge").count()
        };
        let nothing = inspector.post("/inspect/preview", &ticked[3..]).await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        let preview = inspector.post("/inspect/preview", &ticked).await;
        let shown = preview.text();
        assert!(
            shown.contains("将督办2项") && shown.contains("1项不发") && shown.contains("县农业农村局承办人"),
            "{shown}"
        );
        assert!(shown.contains("共4条") && shown.contains("请今天报来"), "{shown}");
        assert_eq!(messages(BUREAU).await, 0, "a look sends nothing");
        let key = preview.hidden("key");
        let form = [&ticked[..], &[("key", key.as_str())]].concat();
        for _ in 0..2 {
            let sent = inspector.post("/inspect/send", &form).await;
            assert_eq!(sent.location(), "/inspect?sent=2&kept=1", "{}", sent.text());
        }
        assert_eq!((messages(BUREAU).await, messages(TOWN).await), (1, 1));
        // Another form on the same day: what was chased is kept back, with its reason.
        let again = inspector.post("/inspect/preview", &ticked).await.text();
        assert!(again.contains("3项不发") && again.contains("今天已经督办过"), "{again}");
        let handler = site.browser(Role::Handler, BUREAU).await;
        assert!(handler.text("/").await.contains("【催办】摸清底数"));
        let entry = handler.text(&format!("/plans/{plan}/entries/{bureau}")).await;
        assert!(entry.contains("催办（督查员发出）") && entry.contains("请今天报来"), "{entry}");
        // Events and tables agree, and what was sent is in the chain.
        let report = site.county.app.verify(&[]).await.unwrap();
        assert!(report.sound(), "{:?}", report.faults);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_units_and_those_that_fail_again_are_found() {
    for_each_database(async |place| {
        let (site, plan) = Site::running(place).await;
        let inspector = site.browser(Role::Inspector, COUNTY).await;
        // The bureau stirs, the townships never did.
        let bureau = entry_of(&site, plan, BUREAU, "task").await;
        let sign = office::step(bureau, "acknowledge", StepBody::default());
        site.county.run(&who(Role::Handler, BUREAU), plan, sign).await;
        let silent = inspector.text("/inspect?tab=silent&days=7").await;
        let rows = silent.split_once("<tbody>").unwrap().1;
        assert!(rows.contains("青石镇") && rows.contains("从未办理"), "{silent}");
        assert!(!rows.contains("县农业农村局"), "it stirred today: {silent}");
        // Three weeks of reports that never came.
        let again = inspector.text("/inspect?tab=again").await;
        assert!(again.contains("白水乡") && again.contains("came=missing"), "{again}");
        let csv = inspector.text(&format!("/inspect?tab=again&unit={TOWN}&as=csv")).await;
        assert!(csv.contains("青石镇,3,0,0,3") && !csv.contains("白水乡"), "{csv}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_of_the_dashboard_opens_the_entries_behind_it() {
    for_each_database(async |place| {
        let (site, _) = Site::running(place).await;
        let leader = site.browser(Role::Leader, COUNTY).await;
        let board = leader.text("/board").await;
        let links: Vec<String> = board
            .split("href=\"/board/entries")
            .skip(1)
            .map(|rest| format!("/board/entries{}", rest.split('"').next().unwrap().replace("&#38;", "&")))
            .collect();
        assert!(links.len() > 8, "{board}");
        for link in &links {
            leader.text(link).await;
        }
        // A part of a bar has as many entries behind it as it says.
        let parts = board.split("<a href=\"").filter(|rest| rest.contains("<rect ")).filter_map(|rest| {
            let link = rest.split('"').next()?.replace("&#38;", "&");
            let said = rest.split("<title>").nth(1)?.split("</title>").next()?;
            let count = said.trim_end_matches('项').rsplit(|c: char| !c.is_ascii_digit()).next()?;
            Some((link, said.to_owned(), count.to_owned()))
        });
        let parts: Vec<_> = parts.filter(|(link, ..)| link.starts_with("/board/entries")).collect();
        assert!(parts.iter().any(|(_, said, _)| said.contains("未交")), "{parts:?}");
        for (link, said, count) in parts {
            let list = leader.text(&link).await;
            assert!(list.contains(&format!("共{count}条")), "{said} {link}: {list}");
        }
        // The number on the board is the number of the list.
        let red = board.split("<span>红灯</span><b>").nth(1).unwrap().split('<').next().unwrap();
        let list = leader.text("/board/entries?light=red").await;
        assert!(red != "0" && list.contains(&format!("共{red}条")), "{red}: {list}");
        let all = board.split("<span>全部事项</span><b>").nth(1).unwrap().split('<').next().unwrap();
        assert!(leader.text("/board/entries").await.contains(&format!("共{all}条")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leaders_instruction_is_a_task_with_its_own_clock() {
    for_each_database(async |place| {
        let (site, plan) = Site::running(place).await;
        let bureau = entry_of(&site, plan, BUREAU, "task").await;
        let at = format!("/plans/{plan}/entries/{bureau}");
        let leader = site.browser(Role::Leader, COUNTY).await;
        assert!(leader.text(&at).await.contains(&format!("{at}/instruct")));
        let form = leader.get(&format!("{at}/instruct")).await;
        let key = form.hidden("key");
        let bare = leader.post(&format!("{at}/instruct"), &[("key", &key), ("words", "查清原因")]).await;
        assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bare.text().contains("落实期限") && bare.text().contains("查清原因"), "{}", bare.text());
        let said = [("key", key.as_str()), ("words", "查清原因，三天内报我"), ("due", "2026-09-25")];
        let given = leader.post(&format!("{at}/instruct"), &said).await;
        assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.text());
        assert_eq!(leader.post(&format!("{at}/instruct"), &said).await.location(), given.location());
        let task = leader.text(given.location()).await;
        assert!(
            task.contains("查清原因") && task.contains("2026-09-25") && task.contains("县农业农村局"),
            "{task}"
        );
        assert!(task.contains("领导批示的事项"), "{task}");
        let told = site.browser(Role::Handler, BUREAU).await.text("/").await;
        assert!(told.contains("【批示】摸清底数"), "{told}");
        // An inspector chases, and does not instruct.
        let inspector = site.browser(Role::Inspector, COUNTY).await;
        assert_eq!(inspector.get(&format!("{at}/instruct")).await.status, StatusCode::NOT_FOUND);
        let theirs = [&[("key", "another")], &said[1..]].concat();
        assert_eq!(inspector.post(&format!("{at}/instruct"), &theirs).await.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_and_the_archive_are_for_those_who_may_have_them() {
    let place = Place::folder();
    let (site, plan) = Site::running(&place).await;
    let inspector = site.browser(Role::Inspector, COUNTY).await;
    let page = inspector.get(&format!("/plans/{plan}?tab=files")).await;
    let link = page.text().split("/files/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let source = inspector.get(&format!("/plans/{plan}/files/{link}")).await;
    assert!(
        source.text().contains("摸清底数") && source.header("content-disposition").starts_with("attachment")
    );
    let key = page.hidden("key");
    let archive = inspector.post(&format!("/plans/{plan}/archive"), &[("key", &key)]).await;
    assert!(archive.bytes.starts_with(b"PK"), "{}", archive.text());
    let village = site.browser(Role::Handler, VILLAGE).await;
    let refused = village.post(&format!("/plans/{plan}/archive"), &[("key", "k")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text());
    assert_eq!(
        village.get(&format!("/plans/{plan}/files/{}", "0".repeat(64))).await.status,
        StatusCode::NOT_FOUND
    );
}
