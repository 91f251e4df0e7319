//! Making a plan on the web: a file comes in, every item gets a person's word, the plan is issued.

#![allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]

mod office;

use axum::http::{Request, StatusCode, header};
use luoshi_engine::{Decision, ItemContent, PlanId, PlanState};
use luoshi_pack::Role;
use luoshi_testkit::Place;
use office::{Answer, BUREAU, Browser, COUNTY, Site, TEXT, TOWN};

async fn opened() -> (Place, Site) {
    let place = Place::folder();
    let site = Site::open(&place).await;
    (place, site)
}

/// Hands a plan in as a file and gives the address of its draft.
async fn draft(browser: &Browser, text: &str) -> String {
    let key = browser.get("/plans/new").await.hidden("key");
    let fields = [("key", key.as_str()), ("text", ""), ("issued", "")];
    let answer = browser.post_files("/plans/new", &fields, &[("file", "方案.txt", text.as_bytes())]).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    answer.location().to_owned()
}

async fn decided(site: &Site, plan: i64, item: i64) -> Option<Decision> {
    let draft = site.county.app.store().draft(PlanId(plan)).await.unwrap().unwrap();
    draft.find(luoshi_engine::ItemNo(item)).and_then(|(_, decided)| decided.clone()).map(|(word, _)| word)
}

/// The number of the item whose card holds some words.
fn item_of(page: &Answer, words: &str) -> i64 {
    let text = page.text();
    let cards = text.split("<article").skip(1);
    let card = cards.into_iter().find(|card| card.contains(words)).unwrap_or_else(|| panic!("no {words}"));
    card.split("data-item=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_comes_in_and_is_shown_beside_its_text() {
    let (_folder, site) = opened().await;
    let inspector = site.browser(Role::Inspector, COUNTY).await;
    let to = draft(&inspector, TEXT).await;
    assert_eq!(to, "/plans/1/draft");
    // The plan itself leads there while it is a draft.
    assert_eq!(inspector.get("/plans/1").await.location(), to);
    let page = inspector.get(&to).await;
    let text = page.text();
    assert_eq!(page.status, StatusCode::OK, "{text}");
    let no = item_of(&page, "摸清底数");
    assert!(text.contains(&format!("href=\"#item-{no}\"")), "the words lead to the item");
    assert!(text.contains(&format!("id=\"at-{no}\"")) && text.contains(&format!("href=\"#at-{no}\"")));
    assert!(text.contains("县农业农村局") && text.contains("2026-09-20"), "{text}");
    assert!(text.contains("各乡镇<small>（2个单位）</small>"), "a word for many tells how many it means");
    assert!(text.contains("落款") || text.contains("河源县人民政府"));
    let other = item_of(&page, "每周五");
    let narrowed = inspector.get(&format!("{to}?kind=duty")).await.text();
    assert!(
        narrowed.contains(&format!("id=\"item-{other}\""))
            && !narrowed.contains(&format!("id=\"item-{no}\""))
    );
    // The file can be had again by those who draft.
    let file = inspector.get(&format!("{to}/source")).await;
    assert_eq!(file.text(), TEXT);
    // Sent twice it is drafted once.
    let key = inspector.get("/plans/new").await.hidden("key");
    let fields = [("key", key.as_str()), ("text", TEXT), ("issued", "")];
    let one = inspector.post_files("/plans/new", &fields, &[]).await;
    let two = inspector.post_files("/plans/new", &fields, &[]).await;
    assert_eq!((one.location(), two.location()), ("/plans/2/draft", "/plans/2/draft"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_told_in_a_sentence_and_nothing_typed_is_lost() {
    let (_folder, site) = opened().await;
    let inspector = site.browser(Role::Inspector, COUNTY).await;
    let fields = [("key", "a"), ("text", "写了一半的正文"), ("issued", "2026-09-09")];
    let short = inspector.post_files("/plans/new", &fields, &[]).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    let text = short.text();
    assert!(
        text.contains("太短") && text.contains("写了一半的正文") && text.contains("2026-09-09"),
        "{text}"
    );
    let png = [&b"\x89PNG\r\n\x1a\n"[..], &[0, 0, 0, 13], b"IHDR", &[0; 17]].concat();
    let picture = inspector.post_files("/plans/new", &fields, &[("file", "扫描.docx", &png)]).await;
    assert_eq!(picture.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(picture.text().contains("图片"), "{}", picture.text());
    let nothing =
        inspector.post_files("/plans/new", &[("key", "b"), ("text", ""), ("issued", "")], &[]).await;
    assert!(nothing.text().contains("请选择方案文件"));
    // Whose work it is not is told so before anything is kept.
    let handler = site.browser(Role::Handler, COUNTY).await;
    assert!(handler.get("/plans/new").await.text().contains("由河源县人民政府的督查员起草"));
    let refused =
        handler.post_files("/plans/new", &[("key", "c"), ("text", TEXT), ("issued", "")], &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_plans_in_a_file_one_is_chosen() {
    let (_folder, site) = opened().await;
    let inspector = site.browser(Role::Inspector, COUNTY).await;
    let second = TEXT.replace("秋粮收储", "森林防火").replace("收储仓容", "防火物资");
    let both = format!("关于印发秋粮收储方案的通知\n{TEXT}\n关于印发森林防火方案的通知\n{second}");
    let key = inspector.get("/plans/new").await.hidden("key");
    let fields = [("key", key.as_str()), ("text", ""), ("issued", "")];
    let page = inspector.post_files("/plans/new", &fields, &[("file", "两份.txt", both.as_bytes())]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(page.text().contains("这个文件里有2份方案"), "{}", page.text());
    let (source, key) = (page.hidden("source"), page.hidden("key"));
    let choice = [("key", key.as_str()), ("source", source.as_str()), ("index", "1"), ("issued", "")];
    let answer = inspector.post("/plans/new/choose", &choice).await;
    let shown = inspector.get(answer.location()).await.text();
    assert!(
        shown.contains("森林防火") && !shown.contains("县秋粮收储"),
        "only the chosen plan is shown: {shown}"
    );
    // Whoever did not hand the file in cannot draft it by its hash.
    let town = site.browser(Role::Inspector, TOWN).await;
    let refused = town.post("/plans/new/choose", &choice).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(refused.text().contains("请重新选择文件"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_item_gets_a_word_and_the_plan_is_issued() {
    let (_folder, site) = opened().await;
    let inspector = site.browser(Role::Inspector, COUNTY).await;
    let to = draft(&inspector, TEXT).await;
    let page = inspector.get(&to).await;
    let (task, other) = (item_of(&page, "摸清底数"), item_of(&page, "落实仓容"));

    let confirmed = inspector.post(&format!("{to}/items/{task}/confirm"), &[("key", "k1")]).await;
    assert!(confirmed.location().starts_with(&format!("{to}#item-")), "{}", confirmed.text());
    assert_eq!(decided(&site, 1, task).await, Some(Decision::Confirmed));

    let form = inspector.get(&format!("{to}/items/{other}/correct")).await;
    assert!(
        form.text().contains("value=\"各乡镇\"") && form.text().contains("2026-09-25"),
        "{}",
        form.text()
    );
    let key = form.hidden("key");
    let fields = [
        ("key", key.as_str()),
        ("title", "落实收储仓容"),
        ("lead", "各乡镇"),
        ("lead", "农业农村局"),
        ("lead", ""),
        ("due", "2026-09-28"),
        ("until", "10时前"),
        ("quantities", "不少于500吨\r\n不少于3个库点"),
        ("reason", "与责任单位会商后明确"),
    ];
    let corrected = inspector.post(&format!("{to}/items/{other}/correct"), &fields).await;
    assert_eq!(corrected.status, StatusCode::SEE_OTHER, "{}", corrected.text());
    let Some(Decision::Corrected { content: ItemContent::Task { lead, due, until, quantities, .. }, .. }) =
        decided(&site, 1, other).await
    else {
        panic!("corrected")
    };
    assert!(lead[0].collective.is_some() && lead[0].unit.is_none(), "a word for many stays one: {lead:?}");
    assert_eq!(lead[1].unit, Some(BUREAU), "the short name means the bureau");
    assert_eq!((until.told(due.unwrap()), quantities.len()), ("2026-09-28 10时前".to_owned(), 2));

    let form = inspector.get(&format!("{to}/items/{task}/split")).await;
    let (split, seen) = (form.hidden("key"), form.hidden("seen"));
    let fields = [
        ("key", split.as_str()),
        ("seen", seen.as_str()),
        ("rest", "核查种植面积"),
        ("title", "公布核查结果"),
        ("lead", "县农业农村局"),
        ("due", "2026-09-22"),
        ("reason", "一项中有两件事"),
    ];
    let answer = inspector.post(&format!("{to}/items/{task}/split"), &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    let page = inspector.get(&to).await;
    let part = item_of(&page, "公布核查结果");
    assert!(page.text().contains(&format!("id=\"at-{part}\"")), "what was split off rests on the same words");
    assert!(page.text().contains("核查种植面积"));

    // Dropping needs a reason, and what was typed comes back with the refusal.
    let seen = inspector.get(&format!("{to}/items/{part}/drop")).await.hidden("seen");
    let fields = [("key", "k2"), ("seen", &seen), ("reason", " ")];
    let refused = inspector.post(&format!("{to}/items/{part}/drop"), &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("须写明理由"), "{}", refused.text());
    let into = task.to_string();
    let fields = [("key", "k3"), ("seen", &seen), ("into", into.as_str()), ("reason", "由同一单位一并办理")];
    inspector.post(&format!("{to}/items/{part}/merge"), &fields).await;
    assert!(matches!(decided(&site, 1, part).await, Some(Decision::Merged { .. })));

    let open = inspector.get(&format!("{to}?show=open")).await;
    assert!(open.text().contains("项待定"), "{}", open.text());
    for kind in ["task", "duty", "stage", "rule", "group"] {
        let fields = [("key", &*format!("all-{kind}")), ("kind", kind)];
        inspector.post(&format!("{to}/confirm"), &fields).await;
    }
    assert!(inspector.get(&to).await.text().contains("全部已定"));

    let issue = inspector.get("/plans/1/issue").await;
    let text = issue.text();
    assert!(text.contains("项交办到") && text.contains("督查任务") && text.contains("领导1"), "{text}");
    let leader = office::who(Role::Leader, COUNTY).person.to_string();
    let key = issue.hidden("key");
    let mut fields =
        vec![("key", key.as_str()), ("pack", "task"), ("number", ""), ("approver", leader.as_str())];
    let refused = inspector.post("/plans/1/issue", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("须有文号") && refused.text().contains(" selected"),
        "{}",
        refused.text()
    );
    fields[2] = ("number", "河政发〔2026〕9号");
    let issued = inspector.post("/plans/1/issue", &fields).await;
    assert_eq!(issued.status, StatusCode::SEE_OTHER, "{}", issued.text());
    let page = inspector.get(issued.location()).await.text();
    let plan = site.county.app.store().plan(PlanId(1)).await.unwrap().unwrap();
    assert_eq!(plan.state, PlanState::Issued);
    assert!(page.contains(&format!("交办{}项", plan.entries)), "{page}");
    // What was drafted can still be seen beside the text, and is no longer changed.
    let past = inspector.get(&to).await.text();
    assert!(past.contains("已确认") && !past.contains("/confirm"), "{past}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rehearsal_tells_what_the_issue_then_does() {
    let (_folder, site) = opened().await;
    let inspector = site.browser(Role::Inspector, COUNTY).await;
    draft(&inspector, TEXT).await;
    let text = inspector.get("/plans/1/issue").await.text();
    let said = text.split("<p class=\"big\"><b>").nth(1).unwrap().split("</b>").next().unwrap().to_owned();
    for kind in ["task", "duty", "stage", "rule", "group"] {
        inspector.post("/plans/1/draft/confirm", &[("key", kind), ("kind", kind)]).await;
    }
    let leader = office::who(Role::Leader, COUNTY).person.to_string();
    let fields = [("key", "issue"), ("pack", "task"), ("number", "1号"), ("approver", leader.as_str())];
    let issued = inspector.post("/plans/1/issue", &fields).await;
    assert_eq!(issued.location(), format!("/plans/1?given={said}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_means_nothing_is_explained_once_for_all_items() {
    let (_folder, site) = opened().await;
    let inspector = site.browser(Role::Inspector, COUNTY).await;
    let text = TEXT.replace("县农业农村局", "县农业农村委");
    let to = draft(&inspector, &text).await;
    let page = inspector.get(&to).await;
    assert!(page.text().contains("不在机构名录的单位（1）"), "{}", page.text());
    let task = item_of(&page, "摸清底数");
    // It is not confirmed with the others of its kind.
    let told = inspector.post(&format!("{to}/confirm"), &[("key", "t"), ("kind", "task")]).await;
    assert!(told.location().contains("left=1"), "{}", told.location());
    assert_eq!(decided(&site, 1, task).await, None);
    let issue = inspector.get("/plans/1/issue").await.text();
    assert!(issue.contains("“县农业农村委”不在机构名录中"), "{issue}");
    assert!(issue.contains("单位还没有对上的1项没有算在内") && issue.contains("项交办到"), "{issue}");
    // A form that names it comes back with what may be meant, and one tap takes it.
    let fields = [("key", "c"), ("title", "摸清底数"), ("lead", "县农业农村委"), ("reason", "对照原文改正")];
    let unclear = inspector.post(&format!("{to}/items/{task}/correct"), &fields).await;
    assert_eq!(unclear.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unclear.text().contains("value=\"县农业农村委|县农业农村局\""), "{}", unclear.text());
    let fields = [("key", "n"), ("name", "县农业农村委"), ("unit", "县农业农村局")];
    let named = inspector.post(&format!("{to}/units"), &fields).await;
    assert!(named.location().ends_with("named=1"), "{}", named.location());
    let Some(Decision::Corrected { content: ItemContent::Task { lead, .. }, reason }) =
        decided(&site, 1, task).await
    else {
        panic!("corrected")
    };
    assert_eq!(lead[0].unit, Some(BUREAU));
    assert!(reason.contains("“县农业农村委”即"), "{reason}");
    assert!(!inspector.get(&to).await.text().contains("不在机构名录的单位"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_script_gets_the_changed_items_only() {
    let (_folder, site) = opened().await;
    let inspector = site.browser(Role::Inspector, COUNTY).await;
    let to = draft(&inspector, TEXT).await;
    let task = item_of(&inspector.get(&to).await, "摸清底数");
    let request = |path: String| {
        let kind = "application/x-www-form-urlencoded";
        Request::post(path)
            .header("x-part", "1")
            .header(header::ORIGIN, "http://office")
            .header(header::CONTENT_TYPE, kind)
    };
    let answer = inspector.send(request(format!("{to}/items/{task}/confirm")), "key=p1".into()).await;
    let text = answer.text();
    assert_eq!((answer.status, answer.header("x-part")), (StatusCode::OK, "1"), "{text}");
    assert_eq!(text.matches("<article").count(), 1, "{text}");
    assert!(
        text.contains("id=\"summary\"") && text.contains("is-confirmed") && !text.contains("<html"),
        "{text}"
    );
    let seen = inspector.get(&format!("{to}/items/{task}/drop")).await.hidden("seen");
    let body = format!("key=p2&seen={seen}&reason=");
    let refused = inspector.send(request(format!("{to}/items/{task}/drop")), body.into()).await;
    assert_eq!((refused.status, refused.header("x-part")), (StatusCode::UNPROCESSABLE_ENTITY, "1"));
    assert!(refused.text().contains("须写明理由") && !refused.text().contains("<html"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_people_on_one_item_the_second_sees_what_the_first_said() {
    let (_folder, site) = opened().await;
    let (first, second) =
        (site.browser(Role::Inspector, COUNTY).await, site.browser(Role::Inspector, COUNTY).await);
    let to = draft(&first, TEXT).await;
    let task = item_of(&first.get(&to).await, "摸清底数");
    let at = format!("{to}/items/{task}/drop");
    let (seen, key) = {
        let form = second.get(&at).await;
        (form.hidden("seen"), form.hidden("key"))
    };
    first.post(&format!("{to}/items/{task}/confirm"), &[("key", "first"), ("seen", "")]).await;

    let fields = [("key", key.as_str()), ("seen", seen.as_str()), ("reason", "已另行安排")];
    let refused = second.post(&at, &fields).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let told = refused.text();
    assert!(
        told.contains("刚由他人处理过") && told.contains("已确认") && told.contains("已另行安排"),
        "{told}"
    );
    assert_eq!(decided(&site, 1, task).await, Some(Decision::Confirmed));

    // Who has seen it may still say so.
    let (seen, key) = (refused.hidden("seen"), refused.hidden("key"));
    second.post(&at, &[("key", &key), ("seen", &seen), ("reason", "已另行安排")]).await;
    assert!(matches!(decided(&site, 1, task).await, Some(Decision::Dropped { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_corrected_in_words() {
    let (_folder, site) = opened().await;
    let inspector = site.browser(Role::Inspector, COUNTY).await;
    let to = draft(&inspector, TEXT).await;
    let duty = item_of(&inspector.get(&to).await, "每周五");
    let mut fields = vec![
        ("key", "d1"),
        ("title", "收储进度"),
        ("when", "尽快"),
        ("owes", "kind:township"),
        ("opens", "3"),
        ("nil", "on"),
        ("reason", "对照原文改正"),
    ];
    let refused = inspector.post(&format!("{to}/items/{duty}/correct"), &fields).await;
    assert!(
        refused.text().contains("看不明白") && refused.text().contains("value=\"尽快\""),
        "{}",
        refused.text()
    );
    fields[2] = ("when", "每月25日");
    inspector.post(&format!("{to}/items/{duty}/correct"), &fields).await;
    let Some(Decision::Corrected { content: ItemContent::Duty(duty), .. }) = decided(&site, 1, duty).await
    else {
        panic!("corrected")
    };
    assert_eq!((duty.every.as_deref(), duty.opens, duty.nil), (Some("FREQ=MONTHLY;BYMONTHDAY=25"), 3, true));
    // An item that the text does not hold.
    let fields = [
        ("key", "add"),
        ("title", "报送年度总结"),
        ("when", "2026-12-20"),
        ("owes", "parties"),
        ("reason", "会议议定"),
    ];
    let added = inspector.post(&format!("{to}/add?kind=duty"), &fields).await;
    assert_eq!(added.status, StatusCode::SEE_OTHER, "{}", added.text());
    let page = inspector.get(&to).await.text();
    assert!(page.contains("报送年度总结") && page.contains("原文之外增加"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_says_how_often_it_is_done() {
    let (_folder, site) = opened().await;
    let inspector = site.browser(Role::Inspector, COUNTY).await;
    let text = TEXT.replace("各乡镇要在9月25日前落实收储仓容不少于500吨", "各乡镇每月检查一次收储仓容");
    assert_ne!(text, TEXT);
    let to = draft(&inspector, &text).await;
    let page = inspector.get(&to).await;
    assert!(page.text().contains("<dt>多久一次</dt>") && page.text().contains(">每月<"), "{}", page.text());
    let task = item_of(&page, "落实仓容");
    let form = inspector.get(&format!("{to}/items/{task}/correct")).await;
    assert!(form.text().contains("name=\"every\" value=\"每月\""), "{}", form.text());
    let correct = async |key: &str, every: &str| {
        let fields = [
            ("key", key),
            ("title", "落实仓容"),
            ("lead", "各乡镇"),
            ("due", "2026-12-31"),
            ("every", every),
            ("reason", "会商明确"),
        ];
        inspector.post(&format!("{to}/items/{task}/correct"), &fields).await
    };
    let unclear = correct("k1", "经常").await;
    assert!(unclear.text().contains("多久一次“经常”看不明白"), "{}", unclear.text());
    assert_eq!(correct("k2", "每周五下班前").await.status, StatusCode::SEE_OTHER);
    let shown = inspector.get(&to).await.text();
    assert!(shown.contains("每周五下班前"), "{shown}");
    // The rehearsal counts every time for every unit.
    let issue = inspector.get(&to.replace("/draft", "/issue")).await.text();
    assert!(issue.contains("每周五下班前，至2026-12-31 · 各乡镇街道 · 2个单位 × 17次"), "{issue}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_seen_by_its_issuer_and_decided_on_by_its_inspector() {
    let (_folder, site) = opened().await;
    let inspector = site.browser(Role::Inspector, COUNTY).await;
    let to = draft(&inspector, TEXT).await;
    let task = item_of(&inspector.get(&to).await, "摸清底数");
    let town = site.browser(Role::Inspector, TOWN).await;
    for path in
        [to.clone(), format!("{to}/source"), format!("{to}/items/{task}/correct"), "/plans/1/issue".into()]
    {
        assert_eq!(town.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let foreign = town.post(&format!("{to}/items/{task}/confirm"), &[("key", "x")]).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let reader = site.browser(Role::Reader, COUNTY).await;
    let page = reader.get(&to).await.text();
    assert!(page.contains("摸清底数") && !page.contains("/confirm"), "{page}");
    let refused = reader.post(&format!("{to}/items/{task}/confirm"), &[("key", "y")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text());
    assert_eq!(decided(&site, 1, task).await, None);
    assert_eq!(site.nobody().get(&to).await.status, StatusCode::SEE_OTHER);
    // Given up with a reason, it leaves the list of drafts.
    let blank = inspector.post(&format!("{to}/close"), &[("key", "z"), ("reason", "")]).await;
    assert_eq!(blank.status, StatusCode::UNPROCESSABLE_ENTITY);
    inspector.post(&format!("{to}/close"), &[("key", "z2"), ("reason", "上传了征求意见稿")]).await;
    let plan = site.county.app.store().plan(PlanId(1)).await.unwrap().unwrap();
    assert_eq!(plan.state, PlanState::Abandoned);
}

#[tokio::test(flavor = "multi_thread")]
async fn findings_stand_at_their_place_and_tell_how_to_mend_them() {
    let (_folder, site) = opened().await;
    let inspector = site.browser(Role::Inspector, COUNTY).await;
    let text = TEXT
        .replace("落实收储仓容不少于500吨", "尽快落实收储仓容不少于500吨")
        .replace("9月20日前", "6月31日前");
    let to = draft(&inspector, &text).await;
    let page = inspector.get(&to).await.text();
    assert!(page.contains("文稿中的问题（") && page.contains("怎样改："), "{page}");
    assert!(page.contains("class=\"mark mark-") && page.contains("id=\"finding-1\""), "{page}");
    let flagged = inspector.get(&format!("{to}?show=flagged")).await.text();
    assert!(flagged.contains("<article"), "{flagged}");
}
