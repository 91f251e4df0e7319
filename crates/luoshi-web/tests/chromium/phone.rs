//! Pages in a real Chromium, on an office screen and on a telephone.

use fantoccini::Locator;
use luoshi_engine::SystemRole;
use luoshi_pack::Role;
use luoshi_testkit::{Place, for_each_database};

use crate::driver::{Driver, PHONE, WIDE, fill, press, sign_in};
use crate::look::look_over;
use crate::office::{BUREAU, COUNTY, Site, served, who};

#[tokio::test(flavor = "multi_thread")]
async fn a_telephone_signs_for_a_task_and_reports_on_it() {
    for_each_database(async |place| {
        let site = Site::open(place).await;
        let plan = site.plan("task").await;
        let base = served(&site).await;
        let driver = Driver::start();
        let phone = driver.window(PHONE).await;
        sign_in(&phone, &base, &who(Role::Handler, BUREAU).person.to_string()).await;
        press(&phone, ".entries .what a").await;
        press(&phone, "[data-step=acknowledge] > button").await;
        phone.wait().for_element(Locator::XPath("//p[text()='签收']")).await.unwrap();
        let form = "[data-step=progress]";
        if phone.find(Locator::Css("[data-step=progress][open]")).await.is_err() {
            press(&phone, "[data-step=progress] > summary").await;
        }
        fill(&phone, &format!("{form} [name=planned]"), "40").await;
        fill(&phone, &format!("{form} [name=actual]"), "55").await;
        fill(&phone, &format!("{form} [name=note]"), "已核查两个村").await;
        press(&phone, &format!("{form} form > button")).await;
        phone.wait().for_element(Locator::XPath("//blockquote[text()='已核查两个村']")).await.unwrap();
        let entry = site.county.app.store().entry(plan, luoshi_engine::EntryNo(1)).await.unwrap().unwrap();
        assert_eq!(entry.progress.map(|progress| progress.actual), Some(55.0));
        phone.close().await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_can_be_read_and_used_by_everybody() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let plan = site.plan("task").await;
    let base = served(&site).await;
    let driver = Driver::start();
    let (all, one) = (format!("/plans/{plan}"), format!("/plans/{plan}/entries/1"));
    let pages = ["/", "/plans", all.as_str(), one.as_str(), "/password"];
    for width in [WIDE, PHONE] {
        let window = driver.window(width).await;
        look_over(&window, &base, "/sign-in").await;
        for person in [who(Role::Inspector, COUNTY), who(Role::Handler, BUREAU)] {
            sign_in(&window, &base, &person.person.to_string()).await;
            for page in pages {
                look_over(&window, &base, page).await;
            }
            window.delete_all_cookies().await.unwrap();
        }
        let system = site.county.administrator(SystemRole::SystemAdmin).person.to_string();
        sign_in(&window, &base, &system).await;
        look_over(&window, &base, "/").await;
        window.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_follows_its_filter_without_a_reload() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let plan = site.plan("task").await;
    let base = served(&site).await;
    let driver = Driver::start();
    let window = driver.window(WIDE).await;
    sign_in(&window, &base, &who(Role::Inspector, COUNTY).person.to_string()).await;
    window.goto(&format!("{base}/plans/{plan}")).await.unwrap();
    window.execute("document.body.dataset.same = 'yes'", vec![]).await.unwrap();
    fill(&window, ".filter input[name=q]", "摸清").await;
    window.wait().for_element(Locator::XPath("//div[@id='list']//span[text()='共1条']")).await.unwrap();
    let same = window.execute("return document.body.dataset.same", vec![]).await.unwrap();
    assert_eq!(same, "yes", "the page was not loaded again");
    assert!(window.current_url().await.unwrap().query().unwrap().contains("q="), "the address keeps it");
    window.close().await.unwrap();
}
