//! Registers: adding an entry, board and calendar, a file that is rehearsed before it goes in.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "an unwrap is an assertion")]

mod office;

use axum::http::StatusCode;
use jiff::civil::date;
use luoshi_engine::{EntryNo, FieldValue, Hash, PlanId};
use luoshi_pack::Role;
use luoshi_store::{Filter, Page};
use luoshi_testkit::{Place, for_each_database};
use office::{BUREAU, COUNTY, OTHER_TOWN, Site, TEXT, TOWN};

const HAZARD: [(&str, &str); 8] = [
    ("register", "hazard"),
    ("title", "消防通道堵塞"),
    ("f.source", "单位自查"),
    ("f.enterprise", "东街<五金厂>"),
    ("f.place", "车间东门"),
    ("f.found", "2026-09-01"),
    ("f.grade", "一般"),
    ("due", "2026-09-20"),
];

async fn hazards(site: &Site, plan: PlanId) -> Vec<luoshi_engine::EntryRow> {
    let filter = Filter { register: Some("hazard".into()), ..Filter::default() };
    site.county.app.store().find_entries(plan, &filter, Page::number(1, 99)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_is_added_once_and_what_is_refused_keeps_its_words() {
    for_each_database(async |place| {
        let site = Site::open(place).await;
        let plan = site.plan("hazard").await;
        let handler = site.browser(Role::Handler, TOWN).await;
        let at = format!("/plans/{plan}/entries/new");
        let form = handler.get(&at).await;
        assert!(form.text().contains("登记到隐患台账"), "{}", form.text());
        let draft = form.text().split_once("data-keep=\"").unwrap().1.split('"').next().unwrap().to_owned();
        let (key, town) = (form.hidden("key"), TOWN.to_string());
        let with = |grade: &'static str| {
            let mut fields: Vec<(&str, &str)> = vec![("key", &key), ("lead", &town)];
            fields.extend(HAZARD.map(|(name, value)| (name, if name == "f.grade" { grade } else { value })));
            fields
        };
        // A grave one needs its cause and harm.
        let answer = handler.post_files(&at, &with("重大"), &[]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = answer.text();
        assert!(text.contains("还须填写：现状和成因、危害程度"), "{text}");
        assert!(text.contains("东街&#60;五金厂&#62;") && text.contains("value=\"2026-09-20\""), "{text}");
        let photo: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
        for _ in 0..2 {
            let files = [("f.before", "整改前.png", photo)];
            let answer = handler.post_files(&at, &with("一般"), &files).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
            // The browser is told which draft is one no longer.
            let done = format!("?done={}", draft.replace('#', "%23"));
            assert!(answer.location().ends_with(&done), "{}", answer.location());
            let entry = handler.get(answer.location()).await.text();
            assert!(entry.contains("消防通道堵塞") && entry.contains("整改前照片"), "{entry}");
        }
        let rows = hazards(&site, plan).await;
        assert_eq!(rows.len(), 1);
        let entry = site.county.app.store().entry(plan, rows[0].no).await.unwrap().unwrap();
        let FieldValue::File(hash) = entry.opening.fields["before"] else { panic!("no file") };
        let picture = handler.get(&format!("/plans/{plan}/entries/{}/files/{hash}", rows[0].no)).await;
        assert_eq!((picture.header("content-type"), picture.bytes.as_slice()), ("image/png", photo));
        // What cannot be made small comes as it is.
        let small = handler.get(&format!("/plans/{plan}/entries/{}/files/{hash}?small", rows[0].no)).await;
        assert_eq!(small.bytes, photo);
        // A unit for which the post may not add.
        let mut foreign = with("一般");
        foreign[0].1 = "another";
        let other = OTHER_TOWN.to_string();
        foreign[1].1 = &other;
        assert_eq!(handler.post_files(&at, &foreign, &[]).await.status, StatusCode::FORBIDDEN);
        let reader = site.browser(Role::Reader, TOWN).await.get(&at).await.text();
        assert!(reader.contains("现在不能由您登记"), "{reader}");
        let listed = site.browser(Role::Reader, TOWN).await.get(&format!("/plans/{plan}")).await.text();
        assert!(!listed.contains("/entries/new"), "nobody is shown a way that is closed to them");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn board_and_calendar_show_what_the_reader_sees() {
    for_each_database(async |place| {
        let site = Site::open(place).await;
        let plan = site.plan("task").await;
        let inspector = site.browser(Role::Inspector, COUNTY).await;
        let board = inspector.get(&format!("/plans/{plan}/board")).await.text();
        assert!(board.contains("已交办 <b class=\"many\">3</b>"), "{board}");
        let town = site.browser(Role::Handler, TOWN).await;
        let own = town.get(&format!("/plans/{plan}/board?register=task")).await.text();
        assert!(own.contains("已交办 <b class=\"many\">1</b>") && !own.contains("白水乡"), "{own}");
        let month = format!("/plans/{plan}/calendar?month=2026-09");
        let calendar = inspector.get(&month).await.text();
        assert!(calendar.contains("aria-label=\"9月25日到期2件，未办结2件\""), "{calendar}");
        assert!(calendar.contains("aria-label=\"9月20日到期1件，未办结1件\""), "{calendar}");
        let day = town.get(&format!("/plans/{plan}/calendar?day=2026-09-25")).await.text();
        assert!(day.contains("落实仓容") && day.contains("共1条"), "{day}");
        let elsewhere = inspector.get(&format!("/plans/{plan}/calendar?month=2026-13")).await;
        assert_eq!(elsewhere.status, StatusCode::OK);
        assert_eq!(town.get("/plans/99/board").await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_tells_every_rows_fate_before_it_goes_in() {
    for_each_database(async |place| {
        let site = Site::open(place).await;
        let plan = site.plan("hazard").await;
        let inspector = site.browser(Role::Inspector, COUNTY).await;
        let at = format!("/plans/{plan}/registers/hazard");
        let sheet = "标题,承办单位,来源,单位或场所,部位,发现日期,等级\n\
            消防通道堵塞,青石镇,单位自查,东街五金厂,车间东门,2026-09-01,一般\n\
            配电箱无盖,县农业农村局,单位自查,北山采石场,配电室,九月初,一般\n\
            灭火器过期,白水乡,检查发现,老码头饭店,后厨,2026-09-01,一般\n";
        let files = [("sheet", "隐患.csv", sheet.as_bytes())];
        let page = inspector.post_files(&at, &[("step", "")], &files).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        let text = page.text();
        assert!(text.contains("新增2行") && text.contains("不能导入1行"), "{text}");
        assert!(text.contains("“发现日期”填的是“九月初”"), "{text}");
        assert!(hazards(&site, plan).await.is_empty(), "a rehearsal changes nothing");
        let (key, file) = (page.hidden("key"), page.hidden("file"));
        // It waits for its sender alone, and nothing of it is kept.
        let other = site.browser(Role::Inspector, TOWN).await.post_files(&at, &[("file", &*file)], &[]).await;
        assert_eq!(other.status, StatusCode::CONFLICT, "{}", other.text());
        assert!(site.county.app.attachment(Hash::of(sheet.as_bytes())).await.is_err());
        let word = [("key", key.as_str()), ("file", &file), ("name", "隐患.csv"), ("do", "1")];
        for _ in 0..2 {
            let answer = inspector.post_files(&at, &word, &[]).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
            assert_eq!(hazards(&site, plan).await.len(), 2);
        }
        // What goes out is what the reader sees.
        let all = inspector.get(&format!("{at}/file?as=csv")).await;
        assert!(all.text().contains("消防通道堵塞") && all.text().contains("灭火器过期"));
        let own = site.browser(Role::Handler, TOWN).await.get(&format!("{at}/file?as=csv")).await;
        assert!(own.text().contains("消防通道堵塞") && !own.text().contains("灭火器过期"), "{}", own.text());
        // And what comes in is held against no more than that.
        let bureau = site.browser(Role::Handler, BUREAU).await;
        let again = bureau.post_files(&at, &[], &files).await.text();
        assert!(again.contains("不能在隐患台账中登记") && !again.contains("无变化2行"), "{again}");
        // No sheet at all is told, not thrown away.
        let wrong = inspector.post_files(&at, &[], &[("sheet", "信.csv", "你好".as_bytes())]).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("没有找到隐患台账的表头"), "{}", wrong.text());
    })
    .await;
}

/// The numbers of the entries that a list shows, as they stand in it.
fn numbers(text: &str) -> Vec<String> {
    let numbers = text.split("class=\"no\">").skip(1);
    numbers.map(|rest| rest.split('<').next().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_stand_in_the_order_that_is_asked_for() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let plan = site.plan("task").await;
    let inspector = site.browser(Role::Inspector, COUNTY).await;
    let at = format!("/plans/{plan}/entries/new");
    let key = inspector.get(&format!("{at}?register=task")).await.hidden("key");
    let urgent =
        [("register", "task"), ("key", &*key), ("unit", "2"), ("title", "腾空一号仓"), ("due", "2026-09-10")];
    assert_eq!(inspector.post_files(&at, &urgent, &[]).await.status, StatusCode::SEE_OTHER);
    site.county.set(date(2026, 9, 3), 9);
    let inspector = site.browser(Role::Inspector, COUNTY).await;
    let list = async |query: &str| numbers(&inspector.get(&format!("/plans/{plan}?{query}")).await.text());
    let by_number = list("").await;
    assert_eq!(by_number, ["1-001", "1-002", "1-003", "1-004"]);
    let reversed: Vec<String> = by_number.iter().rev().cloned().collect();
    assert_eq!(list("sort=number-last").await, reversed);
    let due = list("sort=due").await;
    assert_eq!(due.first(), by_number.last(), "what was added last is due first");
    let last = list("sort=due-last").await;
    assert_eq!(due.iter().rev().collect::<Vec<_>>(), last.iter().collect::<Vec<_>>());
    let rows = site.county.app.store();
    let mut days = Vec::new();
    for number in &due {
        let no: i64 = number.rsplit('-').next().unwrap().parse().unwrap();
        days.push(rows.entry(plan, EntryNo(no)).await.unwrap().unwrap().due().unwrap());
    }
    assert!(days.is_sorted(), "{days:?}");
    // A past day, the file and the API keep to the same order.
    assert_eq!(list("sort=due-last&as_of=2026-09-02").await, last);
    let file = inspector.get(&format!("/plans/{plan}?sort=due-last&as=csv")).await.text();
    let places: Vec<usize> = last.iter().map(|number| file.find(number).unwrap()).collect();
    assert!(places.is_sorted(), "{file}");
    let answer = inspector.get(&format!("/api/v1/plans/{plan}/entries?sort=due-last")).await.json();
    let items = answer["items"].as_array().unwrap().iter();
    assert_eq!(items.map(|item| item["number"].as_str().unwrap()).collect::<Vec<_>>(), last);
    let wrong = inspector.get(&format!("/api/v1/plans/{plan}/entries?sort=size")).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn plans_are_turned_over_page_by_page() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let inspector = site.browser(Role::Inspector, COUNTY).await;
    for no in 1..=27 {
        let key = inspector.get("/plans/new").await.hidden("key");
        let text = TEXT.replace("秋粮收储", &format!("第{no:02}次收储"));
        let fields = [("key", &*key), ("text", &*text), ("issued", "")];
        let sent = inspector.post_files("/plans/new", &fields, &[]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER);
    }
    let titles = |text: &str| -> Vec<String> {
        let rest = text.split("class=\"what\"><a href=\"").skip(1);
        rest.map(|rest| rest.split(['>', '<']).nth(1).unwrap().to_owned()).collect()
    };
    let first = inspector.get("/plans?state=draft").await.text();
    assert!(first.contains("共27条") && titles(&first)[0].contains("第27次"), "{first}");
    let second = titles(&inspector.get("/plans?state=draft&page=2").await.text());
    assert_eq!(second.len(), 2);
    let by_title = titles(&inspector.get("/plans?sort=title").await.text());
    assert!(by_title.is_sorted() && by_title[0].contains("第01次"), "{by_title:?}");
    let file = inspector.get("/plans?as=csv").await.text();
    assert_eq!(file.matches("次收储工作实施方案").count(), 27, "a file holds all pages");
}
