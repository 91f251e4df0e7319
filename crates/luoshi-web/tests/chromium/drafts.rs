//! Making a plan in a real Chromium: the keyboard alone is enough, and a word on an item does not load the
//! page anew.

use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use luoshi_engine::{Decision, ItemNo, PlanId};
use luoshi_pack::Role;
use luoshi_testkit::Place;

use crate::driver::{Driver, PHONE, WIDE, fill, press, sign_in};
use crate::look::look_over;
use crate::office::{COUNTY, Site, TEXT, served, who};

/// A plan with a name that means nothing and a fault in it.
fn faulty() -> String {
    TEXT.replace("县农业农村局；", "县农业农村委；").replace("9月25日前落实", "9月31日前落实")
}

async fn draft(site: &Site) {
    let inspector = site.browser(Role::Inspector, COUNTY).await;
    let key = inspector.get("/plans/new").await.hidden("key");
    let text = faulty();
    let fields = [("key", key.as_str()), ("text", text.as_str()), ("issued", "")];
    assert_eq!(inspector.post_files("/plans/new", &fields, &[]).await.location(), "/plans/1/draft");
}

async fn word(site: &Site, item: i64) -> Option<Decision> {
    let draft = site.county.app.store().draft(PlanId(1)).await.unwrap().unwrap();
    draft.find(ItemNo(item)).and_then(|(_, decided)| decided.clone()).map(|(word, _)| word)
}

/// Strikes keys wherever the keyboard is.
async fn strike(window: &Client, keys: &str) {
    window.active_element().await.unwrap().send_keys(keys).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyboard_alone_decides_on_a_draft_without_a_reload() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    draft(&site).await;
    let base = served(&site).await;
    let driver = Driver::start();
    let window = driver.window(WIDE).await;
    sign_in(&window, &base, &who(Role::Inspector, COUNTY).person.to_string()).await;
    window.goto(&format!("{base}/plans/1/draft")).await.unwrap();
    window.execute("document.body.dataset.same = 'yes'", vec![]).await.unwrap();
    let first = "return document.querySelector('.item').dataset.item";
    let first: i64 = window.execute(first, vec![]).await.unwrap().as_str().unwrap().parse().unwrap();
    // To the first item: it and its words are lit. Confirm it: the keyboard goes on to the next.
    strike(&window, "j").await;
    let lit = format!(".text .lit[data-items~=\"{first}\"]");
    window.wait().for_element(Locator::Css(&lit)).await.unwrap();
    // Who does it is asked first where it is to be assigned.
    strike(&window, "a").await;
    window.wait().for_element(Locator::Css(&format!("#item-{first} form.act-correct"))).await.unwrap();
    let field = "return document.activeElement.name";
    assert_eq!(window.execute(field, vec![]).await.unwrap(), "lead");
    strike(&window, &String::from(char::from(Key::Escape))).await;
    strike(&window, "c").await;
    window.wait().for_element(Locator::Css(&format!("#item-{first}.is-confirmed"))).await.unwrap();
    assert_eq!(word(&site, first).await, Some(Decision::Confirmed));
    let at = "return document.activeElement.dataset.item";
    let next: i64 = window.execute(at, vec![]).await.unwrap().as_str().unwrap().parse().unwrap();
    assert_ne!(next, first);
    // Drop the next with a reason, typed where the keyboard stands.
    strike(&window, "d").await;
    window.wait().for_element(Locator::Css(&format!("#item-{next} form.act-drop"))).await.unwrap();
    strike(&window, "不是要办的事").await;
    strike(&window, &String::from(char::from(Key::Enter))).await;
    window.wait().for_element(Locator::Css(&format!("#item-{next}.is-dropped"))).await.unwrap();
    assert!(
        matches!(word(&site, next).await, Some(Decision::Dropped { reason }) if reason == "不是要办的事")
    );
    // What is refused is told in the form, and the form is left again.
    let last = "return document.activeElement.closest('.item').dataset.item";
    let last: i64 = window.execute(last, vec![]).await.unwrap().as_str().unwrap().parse().unwrap();
    strike(&window, "e").await;
    window.wait().for_element(Locator::Css(&format!("#item-{last} form.act-correct"))).await.unwrap();
    strike(&window, &String::from(char::from(Key::Escape))).await;
    let gone = format!("return document.querySelector('#item-{last} form.act-correct') === null");
    assert_eq!(window.execute(&gone, vec![]).await.unwrap(), true);
    // Every other key does what the list of keys says.
    for (key, act) in [("m", "merge"), ("s", "split")] {
        strike(&window, key).await;
        let form = format!("#item-{last} form.act-{act}");
        window.wait().for_element(Locator::Css(&form)).await.unwrap();
        strike(&window, &String::from(char::from(Key::Escape))).await;
    }
    strike(&window, "?").await;
    let open = "return document.getElementById('keys').open";
    assert_eq!(window.execute(open, vec![]).await.unwrap(), true);
    strike(&window, "/").await;
    let field = "return document.activeElement.type";
    assert_eq!(window.execute(field, vec![]).await.unwrap(), "search");
    let same = window.execute("return document.body.dataset.same", vec![]).await.unwrap();
    assert_eq!(same, "yes", "the page was not loaded again");
    window.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_that_is_not_found_is_chosen_in_the_form() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    draft(&site).await;
    let base = served(&site).await;
    let driver = Driver::start();
    let window = driver.window(WIDE).await;
    sign_in(&window, &base, &who(Role::Inspector, COUNTY).person.to_string()).await;
    window.goto(&format!("{base}/plans/1/draft?q=摸清")).await.unwrap();
    press(&window, ".item [data-act=correct]").await;
    window.wait().for_element(Locator::Css(".item form.act-correct")).await.unwrap();
    press(&window, ".item form.act-correct .acts .primary").await;
    window.wait().for_element(Locator::Css(".item .unclear button")).await.unwrap();
    press(&window, ".item .unclear button").await;
    window.wait().for_element(Locator::Css(".item.is-corrected")).await.unwrap();
    let text = window.find(Locator::Css(".item.is-corrected dl")).await.unwrap().text().await.unwrap();
    assert!(text.contains("县农业农村局") && !text.contains("不在机构名录"), "{text}");
    window.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_making_a_plan_can_be_read_and_used_by_everybody() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    draft(&site).await;
    site.plan("task").await;
    let base = served(&site).await;
    let driver = Driver::start();
    let acts = ["correct", "merge", "drop", "split"].map(|act| format!("/plans/1/draft/items/1/{act}"));
    let fixed = ["/plans/new", "/plans/1/draft", "/plans/1/draft/add?kind=duty", "/plans/1/issue"];
    for width in [WIDE, PHONE] {
        let window = driver.window(width).await;
        sign_in(&window, &base, &who(Role::Inspector, COUNTY).person.to_string()).await;
        for page in fixed.into_iter().chain(acts.iter().map(String::as_str)) {
            look_over(&window, &base, page).await;
        }
        for page in ["/plans/2/draft", "/plans/2/amend"] {
            look_over(&window, &base, page).await;
        }
        // Pasted on a telephone it is read as well.
        window.goto(&format!("{base}/plans/new")).await.unwrap();
        fill(&window, "textarea[name=text]", &faulty()).await;
        press(&window, "form.intake .primary").await;
        window.wait().for_element(Locator::Css(".compare .item")).await.unwrap();
        window.close().await.unwrap();
    }
}
