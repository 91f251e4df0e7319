//! What a browser keeps of a form: its draft until it is taken, its report until it is sent, each for the post
//! and the form that it belongs to.

use fantoccini::{Client, Locator};
use luoshi_pack::Role;
use luoshi_testkit::Place;
use serde_json::{Value, json};

use crate::driver::{Driver, WIDE, fill, press, root, sign_in};
use crate::office::{BUREAU, COUNTY, Site, TOWN, served, who};

async fn see(window: &Client, xpath: &str) {
    window.wait().for_element(Locator::XPath(xpath)).await.unwrap();
}

async fn value(window: &Client, css: &str) -> String {
    window.find(Locator::Css(css)).await.unwrap().prop("value").await.unwrap().unwrap_or_default()
}

/// Runs a function of the page that promises something, with what it is given.
async fn ask(window: &Client, function: &str, given: Value) -> Value {
    let script = format!("const [given, done] = arguments; ({function})(given).then(done);");
    window.execute_async(&script, vec![given]).await.unwrap()
}

/// Whether there is a draft of a form.
async fn has_draft(window: &Client, id: &str) -> bool {
    !ask(window, "id => luoshiQueue.get('drafts', id)", json!(id)).await.is_null()
}

/// The name of the photograph in a field, once it is there and shrunk.
async fn photograph(window: &Client, field: &str) -> Value {
    let there = "name => new Promise(function (done) { \
        const input = document.getElementsByName(name)[0]; \
        (function look() { \
            const file = input.files[0]; \
            if (file && file.type === 'image/jpeg') done(file.name); else setTimeout(look, 50); \
        })(); })";
    ask(window, there, json!(field)).await
}

/// Cuts the page off, and lets no service worker send in its place, until it is loaded anew.
async fn cut(window: &Client) {
    let script = "window.fetch = function () { return Promise.reject(new TypeError()); }; \
        Object.defineProperty(ServiceWorkerRegistration.prototype, 'sync', { value: null });";
    window.execute(script, vec![]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_goes_with_the_form_that_was_taken_and_with_no_other() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let plan = site.plan("hazard").await;
    let base = served(&site).await;
    let driver = Driver::start();
    let window = driver.window(WIDE).await;
    let handler = who(Role::Handler, TOWN).person;
    sign_in(&window, &base, &handler.to_string()).await;
    let form = format!("{base}/plans/{plan}/entries/new");
    window.goto(&form).await.unwrap();
    fill(&window, "input[name=title]", "后门被杂物堵住").await;
    let photo = root().join("docs/images/compile-html-phone.png");
    fill(&window, "input[name='f.before']", photo.to_str().unwrap()).await;
    assert_eq!(photograph(&window, "f.before").await, "compile-html-phone.jpg");
    see(&window, "//p[@data-keeping][text()='草稿已存在本机']").await;
    let held = "id => new Promise(function (done) { \
        (function look() { \
            luoshiQueue.get('drafts', id).then(function (draft) { \
                const file = draft && draft.files[0]; \
                if (file && file.blob.type === 'image/jpeg') done(file.part); else setTimeout(look, 50); \
            }); \
        })(); })";
    let own = format!("{handler} /plans/{plan}/new#hazard");
    assert_eq!(ask(&window, held, json!(own)).await, "f.before");
    // Left and opened again it goes on where it was; another form has a draft, too.
    let other = format!("{handler} /plans/{plan}/entries/1#progress");
    let put = "id => luoshiQueue.put('drafts', { id: id, texts: [], files: [] })";
    ask(&window, put, json!(other)).await;
    assert!(has_draft(&window, &own).await);
    window.goto(&form).await.unwrap();
    see(&window, "//p[contains(., '已接着上次没交的填')]").await;
    assert_eq!(value(&window, "input[name=title]").await, "后门被杂物堵住");
    assert_eq!(photograph(&window, "f.before").await, "compile-html-phone.jpg");
    // What the form must have besides is not what this is about.
    let fill_in = "document.querySelectorAll('form.sheet-form [required]').forEach(function (field) { \
        if (field.value) return; \
        if (field.tagName === 'SELECT') field.value = field.options[field.options.length - 1].value; \
        else field.value = field.type === 'date' ? '2026-09-20' : '老码头'; \
        if (field.name === 'f.grade') field.value = '一般'; })";
    window.execute(fill_in, vec![]).await.unwrap();
    press(&window, "form.sheet-form button.primary").await;
    see(&window, "//h2[text()='经过']").await;
    assert!(!window.current_url().await.unwrap().as_str().contains("done="), "it is told once");
    window.goto(&form).await.unwrap();
    assert!(!has_draft(&window, &own).await && has_draft(&window, &other).await);
    assert_eq!(value(&window, "input[name=title]").await, "");
    window.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_changed_under_another_key_and_waits_for_the_post_it_was_written_in() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let plan = site.plan("task").await;
    let bureau = site.browser(Role::Handler, BUREAU).await;
    let at = format!("/plans/{plan}/entries/1");
    bureau.post_files(&at, &[("key", "s1"), ("step", "acknowledge")], &[]).await;
    let base = served(&site).await;
    let driver = Driver::start();
    let window = driver.window(WIDE).await;
    let handler = who(Role::Handler, BUREAU).person;
    sign_in(&window, &base, &handler.to_string()).await;
    window.goto(&format!("{base}{at}/report")).await.unwrap();
    let (key, send) = ("form.sheet-form input[name=key]", "form.sheet-form button.primary");
    fill(&window, "input[name=actual]", "2").await;
    let first = value(&window, key).await;
    cut(&window).await;
    press(&window, send).await;
    see(&window, "//p[contains(., '已存在本机，没有信号')]").await;
    assert_eq!(value(&window, key).await, first, "sent again as it is, it is the same");
    // What is changed takes the place of what waits, and is another report.
    fill(&window, "input[name=actual]", "0").await;
    let second = value(&window, key).await;
    assert_ne!(second, first);
    press(&window, send).await;
    see(&window, "//p[contains(., '已存在本机，没有信号')]").await;
    let keys = "person => luoshiQueue.waiting(person).then(all => all.map(one => one.key))";
    assert_eq!(ask(&window, keys, json!(handler.to_string())).await, json!([second]));
    assert!(!has_draft(&window, &format!("{handler} {at}#progress")).await, "it waits, and is no draft");
    // In another post it is shown and not sent; back in its own it goes.
    let act_as = "([key, post]) => luoshiQueue.get('waiting', key).then(item => { \
        item.post = post; return luoshiQueue.put('waiting', item); })";
    ask(&window, act_as, json!([second, "99"])).await;
    window.goto(&format!("{base}/")).await.unwrap();
    see(&window, "//section[@id='waiting'][contains(., '换回那个岗位后自动送出')]").await;
    ask(&window, act_as, json!([second, who(Role::Handler, BUREAU).post.to_string()])).await;
    window.goto(&format!("{base}/")).await.unwrap();
    see(&window, "//p[contains(., '已送出 1 份')]").await;
    let entry = site.county.app.store().entry(plan, luoshi_engine::EntryNo(1)).await.unwrap().unwrap();
    assert_eq!(entry.progress.map(|progress| progress.actual), Some(20.0));
    window.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_on_a_draft_outlives_the_session() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let inspector = site.browser(Role::Inspector, COUNTY).await;
    let key = inspector.get("/plans/new").await.hidden("key");
    let fields = [("key", key.as_str()), ("text", crate::office::TEXT), ("issued", "")];
    inspector.post_files("/plans/new", &fields, &[]).await;
    let base = served(&site).await;
    let driver = Driver::start();
    let window = driver.window(WIDE).await;
    let login = who(Role::Inspector, COUNTY).person.to_string();
    sign_in(&window, &base, &login).await;
    window.goto(&format!("{base}/plans/1/draft")).await.unwrap();
    press(&window, ".item [data-act=drop]").await;
    window.wait().for_element(Locator::Css("form.act-drop")).await.unwrap();
    fill(&window, "form.act-drop [name=reason]", "不是要办的事").await;
    let cookies = window.get_all_cookies().await.unwrap();
    window.delete_all_cookies().await.unwrap();
    press(&window, "form.act-drop .primary").await;
    see(&window, "//p[contains(@class, 'told')][contains(., '登录已过期')]/a[@target='_blank']").await;
    assert_eq!(value(&window, "form.act-drop [name=reason]").await, "不是要办的事");
    // Signed in again elsewhere, it is saved where it stands.
    for cookie in cookies {
        window.add_cookie(cookie).await.unwrap();
    }
    press(&window, "form.act-drop .primary").await;
    window.wait().for_element(Locator::Css(".item.is-dropped")).await.unwrap();
    window.close().await.unwrap();
}
