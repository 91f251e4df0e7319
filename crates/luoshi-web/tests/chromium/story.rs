//! A plan's whole way by the pages alone: from the file to the archive.

use std::io::Cursor;
use std::path::PathBuf;
use std::time::Duration;

use fantoccini::{Client, Locator};
use jiff::civil::date;
use luoshi_app::archive::verify_archive;
use luoshi_engine::{
    About, EntryEvent, EntryNo, Event, NewUnit, Newcomer, OrgCommand, PersonId, PlanId, PostId, SystemRole,
    UnitId,
};
use luoshi_pack::Role;
use luoshi_testkit::{Place, for_each_database};
use serde_json::json;

use crate::driver::{
    Driver, PHONE, WIDE, all_sent, fill, follow, keep, offline, press, root, see, sign_in, tap, tell,
};
use crate::line::Line;
use crate::office::{Site, served};

/// The plan of a bureau, as a Word file.
const FILE: &str = "08-peace-month.docx";

/// What the plan calls its sections.
const SECTIONS: [&str; 12] = [
    "耕地保护监督股",
    "局办公室",
    "测绘地理信息股",
    "不动产登记中心",
    "机关党委",
    "人事股",
    "自然资源综合执法大队",
    "财务股",
    "法规与信访股",
    "矿产资源管理股",
    "地质灾害防治中心",
    "林业管理股",
];

/// The bureau, and its section that the story follows.
const BUREAU: UnitId = UnitId(6);
const SECTION: UnitId = UnitId(7);

/// Who does what: number, the next ones after the county's own people, name, role, unit.
const INSPECTOR: i64 = 34;
const LEADER: i64 = 35;
const REVIEWER: i64 = 36;
const ACCEPTOR: i64 = 37;
const HANDLER: i64 = 38;
const HEAD: i64 = 39;
const PEOPLE: [(i64, &str, Role, UnitId); 6] = [
    (INSPECTOR, "柳青", Role::Inspector, BUREAU),
    (LEADER, "祁正林", Role::Leader, BUREAU),
    (REVIEWER, "杭晓梅", Role::Reviewer, BUREAU),
    (ACCEPTOR, "樊志刚", Role::Acceptor, BUREAU),
    (HANDLER, "闵慧", Role::Handler, SECTION),
    (HEAD, "郝建设", Role::Leader, SECTION),
];

/// A bureau with its sections and people, on the second of March 2026.
async fn bureau(place: &Place) -> Site {
    let site = Site::open_on(place, date(2026, 3, 2)).await;
    let from = date(2026, 1, 1);
    let unit = |id: i64, name: &str, kind: &str, parent: i64| OrgCommand::AddUnit {
        id: Some(UnitId(id)),
        unit: NewUnit {
            name: name.into(),
            parent: Some(UnitId(parent)),
            about: About { kind: kind.into(), ..About::default() },
            from,
            to: None,
            outside: false,
        },
    };
    let mut commands = vec![unit(BUREAU.0, "澄湖县自然资源局", "department", 1)];
    let sections = SECTIONS.iter().zip(SECTION.0..);
    commands.extend(sections.map(|(name, id)| unit(id, name, "office", BUREAU.0)));
    let mut roles = Vec::new();
    for (id, name, role, unit) in PEOPLE {
        let person = Newcomer { name: name.into(), mobile: String::new() };
        commands.push(OrgCommand::AddPerson { id: Some(PersonId(id)), person });
        let (person, title) = (PersonId(id), String::new());
        commands.push(OrgCommand::AddPost { id: Some(PostId(id)), person, unit, title, from, to: None });
        roles.push(OrgCommand::SetRoles { post: PostId(id), roles: vec![role], system: None });
    }
    let app = &site.county.app;
    let system = site.county.administrator(SystemRole::SystemAdmin);
    app.organise("bureau", &system, &commands).await.unwrap();
    let security = site.county.administrator(SystemRole::SecurityAdmin);
    app.organise("bureau-roles", &security, &roles).await.unwrap();
    app.open_demo_accounts(crate::office::PASSWORD).await.unwrap();
    site
}

/// Somebody sits down at a window.
async fn be(window: &Client, base: &str, person: i64) {
    window.delete_all_cookies().await.unwrap();
    sign_in(window, base, &person.to_string()).await;
}

/// A file comes in, is read, decided on and issued; gives the entry of the section.
async fn issued(site: &Site, window: &Client, base: &str) -> (PlanId, EntryNo) {
    be(window, base, INSPECTOR).await;
    window.goto(&format!("{base}/plans")).await.unwrap();
    follow(window, "a[href='/plans/new']").await;
    let file = root().join("samples").join(FILE);
    fill(window, "input[name=file]", file.to_str().unwrap()).await;
    follow(window, ".intake .primary").await;
    see(window, "//*[@class='compare']//article").await;
    // Names that stand for several units, or for none of ours, are said once each.
    while let Ok(name) = window.find(Locator::Css(".names form input[name=unit]")).await {
        name.clear().await.unwrap();
        name.send_keys("局办公室").await.unwrap();
        follow(window, ".names form button").await;
    }
    let confirm = ".tools form[action$='/confirm'] button";
    while window.find(Locator::Css(confirm)).await.is_ok() {
        follow(window, confirm).await;
    }
    see(window, "//*[@id='summary']//p[contains(., '全部已定')]").await;
    follow(window, "a[href$='/issue']").await;
    let number = window.find(Locator::Css("input[name=number]")).await.unwrap();
    assert_eq!(number.prop("value").await.unwrap().unwrap(), "澄自然资发〔2026〕9号", "read from the file");
    let approver = window.find(Locator::Css("select[name=approver]")).await.unwrap();
    approver.select_by_value(&LEADER.to_string()).await.unwrap();
    follow(window, "form.stack button.primary").await;
    see(window, "//p[@class='facts']/span[text()='执行中']").await;
    let plan = PlanId(1);
    let filter = luoshi_store::Filter {
        lead: Some(SECTION),
        register: Some("task".into()),
        ..luoshi_store::Filter::default()
    };
    let page = luoshi_store::Page::number(1, 9);
    let rows = site.county.app.store().find_entries(plan, &filter, page).await.unwrap();
    (plan, rows.iter().find(|row| row.title.contains("耕地保护")).unwrap().no)
}

/// Fills the report form in: words and a photograph.
async fn fill_report(phone: &Client, words: &str) {
    fill(phone, "textarea[name=note]", words).await;
    let photo = root().join("docs/images/compile-html-phone.png");
    fill(phone, ".photos input[multiple]", photo.to_str().unwrap()).await;
    see(phone, "//ul[@class='picked']//img").await;
}

/// Takes a step on an entry at an office screen, with words where they are asked for.
async fn step(window: &Client, base: &str, person: i64, at: &str, key: &str, words: &str) {
    be(window, base, person).await;
    window.goto(&format!("{base}{at}")).await.unwrap();
    let form = format!("[data-step={key}]");
    if window.find(Locator::Css(&format!("details{form}:not([open])"))).await.is_ok() {
        press(window, &format!("{form} > summary")).await;
    }
    if !words.is_empty() {
        fill(window, &format!("{form} textarea[name=note]"), words).await;
    }
    follow(window, &format!("{form} button.primary")).await;
    let (_, name, ..) = PEOPLE.iter().find(|(id, ..)| *id == person).unwrap();
    see(window, &format!("//ol[@class='history']/li[@class='hand'][1]//b[text()='{name}']")).await;
}

/// Without a signal the report is kept with its photograph; with half a signal it arrives and nobody knows;
/// with a signal it is there once.
async fn report_from_the_village(site: &Site, phone: &Client, line: &Line, entry: (PlanId, EntryNo)) {
    let base = format!("http://{}", line.address);
    let at = format!("/plans/{}/entries/{}", entry.0, entry.1);
    be(phone, &base, HANDLER).await;
    // Signed for on the desk with one tap.
    let row = format!("//tr[.//a[@href='{at}']]");
    tap(phone, &format!("{row}//button[@value='acknowledge']")).await;
    see(phone, &format!("{row}//a[@href='{at}/report']")).await;
    keep(phone).await;
    phone.goto(&format!("{base}{at}/report?step=complete")).await.unwrap();
    keep(phone).await;

    line.cut();
    offline(phone, true).await;
    phone.refresh().await.unwrap();
    see(phone, "//p[@class='away'][contains(., '现在没有信号')]").await;
    fill_report(phone, "耕地保护政策已讲到户").await;
    press(phone, "form.sheet-form button.primary").await;
    see(phone, "//p[contains(., '已存在本机，没有信号，有信号时自动送出')]").await;
    phone.goto(&format!("{base}/")).await.unwrap();
    see(phone, "//section[@id='waiting'][contains(., '材料1份')]").await;
    assert_eq!(times(site, entry, "complete").await, 0);

    // It arrives, and the answer does not: the phone has to try again.
    line.deafen();
    offline(phone, false).await;
    line.lost().await;
    assert_eq!(times(site, entry, "complete").await, 1);
    line.mend();
    phone.refresh().await.unwrap();
    all_sent(phone).await;
    assert_eq!(times(site, entry, "complete").await, 1, "sent again, and there once");
}

/// How often a step was taken on an entry.
async fn times(site: &Site, (plan, no): (PlanId, EntryNo), key: &str) -> usize {
    let events = site.county.app.store().events_of(plan, no, None).await.unwrap();
    let events = events.iter().map(|event| serde_json::from_str(&event.body).unwrap());
    events
        .filter(|event| matches!(event, Event::Entry(_, EntryEvent::Stepped { step, .. }) if step == key))
        .count()
}

/// The archive as the page gives it.
async fn archive(window: &Client, base: &str, plan: PlanId) -> Vec<u8> {
    be(window, base, INSPECTOR).await;
    window.goto(&format!("{base}/plans/{plan}?tab=files")).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let where_to = json!({ "behavior": "allow", "downloadPath": folder.path() });
    tell(window, "Browser.setDownloadBehavior", where_to).await;
    press(window, ".archive button.primary").await;
    let mut looks = tokio::time::interval(Duration::from_millis(20));
    for _ in 0..5000 {
        looks.tick().await;
        let files = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path());
        let files: Vec<PathBuf> = files.collect();
        // While it comes there is a second file, and at first the one with its name is empty.
        if let [file] = files.as_slice()
            && file.extension().is_some_and(|end| end == "zip")
            && file.metadata().is_ok_and(|about| about.len() > 0)
        {
            return std::fs::read(file).unwrap();
        }
    }
    panic!("no archive came");
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_file_to_the_archive() {
    for_each_database(async |place| {
        let site = bureau(place).await;
        let base = served(&site).await;
        let line = Line::to(base.trim_start_matches("http://")).await;
        let driver = Driver::start();
        let (window, phone) = (driver.window(WIDE).await, driver.window(PHONE).await);

        let entry = issued(&site, &window, &base).await;
        let at = format!("/plans/{}/entries/{}", entry.0, entry.1);
        report_from_the_village(&site, &phone, &line, entry).await;

        // Looked at, sent back with words, corrected on the phone.
        step(&window, &base, HEAD, &at, "first_review", "").await;
        step(&window, &base, REVIEWER, &at, "return", "请补充参加人数").await;
        phone.goto(&format!("http://{}{at}/report?step=complete", line.address)).await.unwrap();
        see(&phone, "//blockquote[contains(., '请补充参加人数')]").await;
        fill_report(&phone, "三场共126人参加").await;
        press(&phone, "form.sheet-form button.primary").await;
        see(&phone, "//ol[@class='history']//blockquote[contains(., '126人')]").await;

        // Looked at again and closed out, each time by another hand.
        step(&window, &base, HEAD, &at, "first_review", "").await;
        step(&window, &base, REVIEWER, &at, "second_review", "").await;
        step(&window, &base, ACCEPTOR, &at, "close_out", "").await;

        // The leader sees it.
        be(&window, &base, LEADER).await;
        window.goto(&format!("{base}/board")).await.unwrap();
        see(&window, "//ul[@class='figures']//a[span='已办结']/b[text()='1']").await;
        press(&window, ".figures .good a").await;
        see(&window, &format!("//td/a[@href='{at}']")).await;

        let bytes = archive(&window, &base, entry.0).await;
        let report = verify_archive(Cursor::new(bytes), &[]);
        assert!(report.sound(), "{}: {:?}", place.kind(), report.faults);
        phone.close().await.unwrap();
        window.close().await.unwrap();
    })
    .await;
}
