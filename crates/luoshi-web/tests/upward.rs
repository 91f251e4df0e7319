//! What the county reports to the city, in forms: put together from below, signed by another, sent with its proof.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "an unwrap is an assertion")]

mod office;
mod program;

use axum::http::StatusCode;
use jiff::civil::date;
use luoshi_engine::{About, NewUnit, OrgCommand, PlanId, SystemRole};
use luoshi_pack::Role;
use luoshi_store::{Filter, Page};
use luoshi_testkit::Place;
use office::{BUREAU, Browser, COUNTY, OTHER_TOWN, Site, TOWN, VILLAGE};

const TEXT: &str = "秋粮收储工作实施方案\n\
一、重点任务\n\
（一）各乡镇每周五前向县农业农村局报送收储进度。\n\
（二）每月25日前向市粮食局报送收储情况。\n\
河源县人民政府\n\
2026年9月1日\n";

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

/// The plan on the day on which the county's report lies open, and where that is.
async fn owed(site: &Site) -> (PlanId, String) {
    let city = NewUnit {
        name: "市粮食局".into(),
        parent: None,
        about: About { kind: "department".into(), ..About::default() },
        from: date(2026, 1, 1),
        to: None,
        outside: true,
    };
    let system = site.county.administrator(SystemRole::SystemAdmin);
    let add = OrgCommand::AddUnit { id: None, unit: city };
    site.county.app.organise("city", &system, &[add]).await.unwrap();
    let (plan, _) = site.county.issue_text("task", TEXT).await;
    site.county.set(date(2026, 9, 18), 9);
    site.county.app.tick().await.unwrap();
    (plan, entries(site, plan, "upward").await.remove(0).1)
}

/// The entries of a register, the first first: of which unit, and where.
async fn entries(site: &Site, plan: PlanId, register: &str) -> Vec<(luoshi_engine::UnitId, String)> {
    let filter = Filter { register: Some(register.into()), ..Filter::default() };
    let mut rows = site.county.app.store().find_entries(plan, &filter, Page::number(1, 99)).await.unwrap();
    rows.sort_by_key(|row| row.no);
    rows.into_iter().map(|row| (row.lead, format!("/plans/{plan}/entries/{}", row.no))).collect()
}

/// Sends a step's form; a file that goes with it.
async fn take(browser: &Browser, at: &str, fields: &[(&str, &str)], file: bool) -> office::Answer {
    let step = fields.iter().find(|(name, _)| *name == "step").unwrap().1;
    let key = format!("{at}-{step}-{file}");
    let fields: Vec<(&str, &str)> = fields.iter().copied().chain([("key", key.as_str())]).collect();
    let files: &[(&str, &str, &[u8])] = if file { &[("evidence", "收文回执.pdf", PDF)] } else { &[] };
    browser.post_files(at, &fields, files).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_county_reports_to_the_city_in_forms() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let (plan, at) = owed(&site).await;
    let weekly = entries(&site, plan, "report").await;
    let of_town = weekly.iter().find(|(lead, _)| *lead == TOWN).unwrap().1.clone();
    let town = site.browser(Role::Handler, TOWN).await;
    let said = [("step", "submit"), ("f.content", "已收<两成>"), ("f.count", "210")];
    assert_eq!(take(&town, &of_town, &said, false).await.status, StatusCode::SEE_OTHER);

    // On the desk of who drafts, with what came and what did not; filled in by one tap.
    let handler = site.browser(Role::Handler, COUNTY).await;
    let report = format!("{at}/report");
    assert!(handler.text("/").await.contains(&format!("href=\"{report}\">填报</a>")));
    let page = handler.text(&report).await;
    assert!(page.contains("应报8份，已报1份，未报7份"), "{page}");
    assert!(
        page.contains("青石镇（9月4日）") && page.contains("数量合计210") && page.contains(&of_town),
        "{page}"
    );
    assert!(page.contains("href=\"?step=draft&amp;gather=true\">从下级报送汇总</a>"), "{page}");
    let filled = handler.text(&format!("{report}?step=draft&gather=true")).await;
    assert!(
        filled.contains("name=\"f.count\" inputmode=\"decimal\" autocomplete=\"off\" value=\"210\""),
        "{filled}"
    );
    assert!(filled.contains("青石镇（9月4日）：已收&#60;两成&#62;"), "{filled}");
    assert!(filled.contains("未报7份：青石镇、白水乡。"), "{filled}");

    // A program is told the same, and those whom it does not concern nothing.
    let program = program::Program::whole(&site, Role::Handler, COUNTY).await;
    let told = program.told(&format!("/api/v1{at}/assembly")).await;
    let weekly = &told["duties"][0];
    assert_eq!((&told["to"], &weekly["sums"][0]["all"]), (&"市粮食局".into(), &"210".into()), "{told}");
    let came =
        |word: &str| weekly["reports"].as_array().unwrap().iter().filter(|of| of["came"] == word).count();
    assert_eq!((came("told"), came("missing")), (1, 7), "{told}");
    let below = program::Program::whole(&site, Role::Handler, TOWN).await;
    assert_eq!(below.get(&format!("/api/v1{at}/assembly")).await.status, StatusCode::NOT_FOUND);

    // Drafted, handed back, drafted again; who drafted does not sign.
    let draft = |words: &'static str| [("step", "draft"), ("f.content", words), ("f.count", "210")];
    assert_eq!(take(&handler, &report, &draft("全县已收两成。"), false).await.status, StatusCode::SEE_OTHER);
    let own = take(&handler, &at, &[("step", "sign")], false).await;
    assert_eq!(own.status, StatusCode::FORBIDDEN, "{}", own.text());
    let leader = site.browser(Role::Leader, COUNTY).await;
    let before = leader.text(&at).await;
    assert!(
        before.contains("待签发") && before.contains("下级报送汇总") && before.contains("全县已收两成"),
        "{before}"
    );
    let back = [("step", "return"), ("note", "请写明未报的乡镇")];
    assert_eq!(take(&leader, &at, &back, false).await.status, StatusCode::SEE_OTHER);
    let again = handler.text(&report).await;
    assert!(again.contains("请写明未报的乡镇") && again.contains("gather=true"), "{again}");
    let second = [("step", "draft"), ("f.content", "全县已收两成，白水乡未报。"), ("key", "second")];
    assert_eq!(handler.post_files(&report, &second, &[]).await.status, StatusCode::SEE_OTHER);
    assert_eq!(take(&leader, &at, &[("step", "sign")], false).await.status, StatusCode::SEE_OTHER);

    // Not sent in time it is red on the inspection page; sent it is with its proof alone.
    site.county.set(date(2026, 9, 27), 9);
    site.county.app.tick().await.unwrap();
    let inspector = site.browser(Role::Inspector, COUNTY).await;
    assert!(inspector.text("/inspect?register=upward").await.contains(&format!("href=\"{at}\"")));
    let handler = site.browser(Role::Handler, COUNTY).await;
    let form = handler.text(&report).await;
    assert!(form.contains("<legend>回执、收文章或邮寄凭证<i class=\"must\">至少1份"), "{form}");
    assert!(!form.contains("gather=true"), "there is nothing to write any more: {form}");
    let send = [("step", "send"), ("f.document", "河政报〔2026〕3号")];
    let bare = take(&handler, &report, &send, false).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bare.text().contains("报出须附回执、收文章或邮寄凭证1份，现有0份"), "{}", bare.text());
    assert_eq!(take(&handler, &report, &send, true).await.status, StatusCode::SEE_OTHER);
    let sent = handler.text(&at).await;
    assert!(
        sent.contains("已报出") && sent.contains("收文回执.pdf") && sent.contains("河政报〔2026〕3号"),
        "{sent}"
    );
    assert!(!inspector.text("/inspect?register=upward").await.contains(&format!("href=\"{at}\"")));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_below_sees_what_goes_up_or_what_others_handed_in() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let (plan, at) = owed(&site).await;
    let (_, weekly) = entries(&site, plan, "report").await.remove(0);
    for (role, unit) in
        [(Role::Handler, TOWN), (Role::Leader, OTHER_TOWN), (Role::Handler, BUREAU), (Role::Leader, VILLAGE)]
    {
        let browser = site.browser(role, unit).await;
        for path in [at.clone(), format!("{at}/report"), format!("{at}/report?step=draft&gather=true")] {
            assert_eq!(browser.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        let text = browser.get(&weekly).await.text();
        assert!(!text.contains("下级报送汇总"), "{text}");
    }
    // To whom it goes stands on the page of reports for those alone who see the issuer.
    let page = format!("/plans/{plan}?tab=reports");
    assert!(!site.browser(Role::Handler, TOWN).await.text(&page).await.contains("报给"));
    let reports = site.browser(Role::Inspector, COUNTY).await.text(&page).await;
    assert!(reports.contains("由河源县人民政府报送，报给市粮食局"), "{reports}");
}
