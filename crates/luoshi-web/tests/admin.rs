//! Administration and accounts: each administrator sees and changes only what is theirs.

#![allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]

mod office;

use axum::http::StatusCode;
use luoshi_engine::{PersonId, SystemRole, UnitId};
use luoshi_pack::Role;
use luoshi_testkit::Place;
use office::{COUNTY, Site, TOWN, VILLAGE};

/// Pages, and who opens them.
const PAGES: [(&str, &[SystemRole]); 15] = {
    use SystemRole::{AuditAdmin, SecurityAdmin, SystemAdmin};
    [
        ("/admin/units", &[SystemAdmin]),
        ("/admin/people", &[SystemAdmin]),
        ("/admin/people/4", &[SystemAdmin]),
        ("/admin/divisions", &[SystemAdmin]),
        ("/admin/holidays", &[SystemAdmin]),
        ("/admin/packs", &[SystemAdmin]),
        ("/admin/packs/task/2", &[SystemAdmin]),
        ("/admin/roles", &[SecurityAdmin]),
        ("/admin/accounts", &[SecurityAdmin]),
        ("/admin/accounts/4", &[SecurityAdmin]),
        ("/admin/forget?plan=1&entry=1", &[SecurityAdmin]),
        ("/admin/directory", &[SystemAdmin, SecurityAdmin]),
        ("/audit", &[AuditAdmin]),
        ("/audit/record.xlsx", &[AuditAdmin]),
        ("/audit/verify", &[AuditAdmin]),
    ]
};

#[tokio::test(flavor = "multi_thread")]
async fn each_administrator_opens_their_own_pages_and_no_others() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    for (role, _, title) in SystemRole::ALL {
        let browser = site.administrator(role).await;
        for (path, whose) in PAGES {
            let expected = if whose.contains(&role) { StatusCode::OK } else { StatusCode::FORBIDDEN };
            let answer = browser.get(path).await;
            assert_eq!(answer.status, expected, "{title} {path} {}", answer.text());
        }
    }
    let handler = site.browser(Role::Handler, TOWN).await;
    for (path, _) in PAGES {
        assert_eq!(handler.get(path).await.status, StatusCode::FORBIDDEN, "a handler {path}");
        assert_eq!(site.nobody().get(path).await.status, StatusCode::SEE_OTHER, "nobody {path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_cannot_send_the_form_of_another() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let (system, security) = (
        site.administrator(SystemRole::SystemAdmin).await,
        site.administrator(SystemRole::SecurityAdmin).await,
    );
    let roles = [("act", "roles"), ("key", "k1"), ("post", "4"), ("role", "leader"), ("system", "")];
    assert_eq!(system.post("/admin/roles", &roles).await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        system.post("/admin/accounts/4", &[("act", "reset"), ("key", "k2")]).await.status,
        StatusCode::FORBIDDEN
    );
    let unit = [("act", "rename"), ("key", "k3"), ("unit", "2"), ("name", "青山镇"), ("from", "2026-09-01")];
    assert_eq!(security.post("/admin/units", &unit).await.status, StatusCode::FORBIDDEN);
    assert_eq!(site.county.app.context().org.unit_name(TOWN), "青石镇");
    // The engine says so itself: nobody gives a role to themselves.
    let own = site.county.administrator(SystemRole::SecurityAdmin).post.to_string();
    let own = [("act", "roles"), ("key", "k4"), ("post", &*own), ("role", ""), ("system", "audit_admin")];
    let refused = security.post("/admin/roles?q=", &own).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.text().contains("不能给自己授予"), "the form comes back with the sentence");
}

#[tokio::test(flavor = "multi_thread")]
async fn units_are_renamed_moved_merged_and_closed_with_their_days() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let system = site.administrator(SystemRole::SystemAdmin).await;
    let add = [
        ("act", "add"),
        ("key", "a"),
        ("unit", "2"),
        ("name", "西坡村"),
        ("kind", "village"),
        ("short", "西坡、西村"),
        ("from", "2026-08-01"),
        ("outside", ""),
    ];
    let added = system.post("/admin/units?at=2", &add).await;
    assert_eq!((added.status, added.location()), (StatusCode::SEE_OTHER, "/admin/units?at=2"));
    assert_eq!(system.post("/admin/units?at=2", &add).await.status, StatusCode::SEE_OTHER, "sent twice");
    let org = || site.county.app.context();
    assert_eq!(org().org.named("西村", site.county.app.now().date()), [UnitId(6)], "and added once");
    let twin = [
        ("act", "add"),
        ("key", "b"),
        ("unit", "2"),
        ("name", "东坡村"),
        ("from", "2026-09-01"),
        ("short", "东"),
        ("kind", "village"),
    ];
    let refused = system.post("/admin/units?at=2", &twin).await;
    assert!(refused.status.is_client_error());
    assert!(
        refused.text().contains("value=\"东坡村\"") && refused.text().contains("role=\"alert\""),
        "what was typed is kept"
    );
    let rename = [("act", "rename"), ("key", "c"), ("unit", "2"), ("name", "青山镇"), ("from", "2026-08-01")];
    assert_eq!(system.post("/admin/units?at=2", &rename).await.status, StatusCode::SEE_OTHER);
    assert!(
        system.get("/admin/units?at=2&day=2026-07-31").await.text().contains(">青石镇<"),
        "the past keeps its name"
    );
    assert!(system.get("/admin/units?at=2").await.text().contains(">青山镇<"));
    let away = [("act", "move"), ("key", "d"), ("unit", "5"), ("parent", "白水乡"), ("from", "2026-09-01")];
    assert_eq!(system.post("/admin/units?at=5", &away).await.status, StatusCode::SEE_OTHER);
    assert_eq!(org().org.unit(VILLAGE).unwrap().parent(), Some(UnitId(3)));
    let merge =
        [("act", "merge"), ("key", "e"), ("unit", "6"), ("into", "东坡村（白水乡）"), ("from", "2026-09-01")];
    let merged = system.post("/admin/units?at=6", &merge).await;
    assert_eq!(merged.status, StatusCode::SEE_OTHER, "{}", merged.text());
    assert_eq!(org().org.unit(UnitId(6)).unwrap().into, Some(VILLAGE));
    let unknown =
        [("act", "move"), ("key", "f"), ("unit", "5"), ("parent", "没有的镇"), ("from", "2026-09-01")];
    assert!(system.post("/admin/units?at=5", &unknown).await.text().contains("没有找到单位“没有的镇”"));
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_new_gets_a_post_a_role_and_an_account_from_three_hands() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let system = site.administrator(SystemRole::SystemAdmin).await;
    let new = [
        ("act", "add"),
        ("key", "p"),
        ("name", "林小雨"),
        ("mobile", "13700000001"),
        ("unit", "东坡村"),
        ("title", "干事"),
        ("from", "2026-09-01"),
    ];
    assert_eq!(system.post("/admin/people", &new).await.status, StatusCode::SEE_OTHER);
    let context = site.county.app.context();
    let person = context.org.people.values().find(|person| person.name == "林小雨").unwrap().id;
    let post = context.org.posts_of(person, site.county.app.now().date())[0].id.to_string();
    let security = site.administrator(SystemRole::SecurityAdmin).await;
    assert!(security.get("/admin/roles?bare=1").await.text().contains("林小雨"), "she has no role yet");
    let role = [
        ("act", "roles"),
        ("key", "r"),
        ("post", &*post),
        ("role", "handler"),
        ("role", "reader"),
        ("system", ""),
    ];
    assert_eq!(security.post("/admin/roles?bare=1", &role).await.status, StatusCode::SEE_OTHER);
    let account = format!("/admin/accounts/{person}");
    let opened = security.post(&account, &[("act", "open"), ("key", "o"), ("login", "13700000001")]).await;
    assert_eq!(opened.status, StatusCode::OK, "{}", opened.text());
    let text = opened.text();
    let code = text.split("class=\"once\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(!security.get(&account).await.text().contains(&code), "the code is shown once");
    let entered = site.nobody().post("/sign-in", &[("login", "13700000001"), ("password", &code)]).await;
    assert_eq!((entered.status, entered.location()), (StatusCode::SEE_OTHER, "/password"));
    // Ended by the system administrator, she is gone for everybody.
    let end = [("act", "end-post"), ("key", "e"), ("post", &*post), ("last", "2026-09-30")];
    assert_eq!(system.post(&format!("/admin/people/{person}"), &end).await.status, StatusCode::SEE_OTHER);
    assert_eq!(
        security.post(&account, &[("act", "close"), ("key", "c")]).await.status,
        StatusCode::SEE_OTHER
    );
    assert!(site.county.app.context().org.open_account(person).is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_rehearsed_before_each_administrator_takes_in_their_part() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let (system, security) = (
        site.administrator(SystemRole::SystemAdmin).await,
        site.administrator(SystemRole::SecurityAdmin).await,
    );
    let list = "姓名,单位,职务,角色\n何大川,东坡村,包片人,承办人\n,东坡村,,\n".as_bytes();
    let rehearsed =
        system.post_files("/admin/directory", &[("act", "rehearse")], &[("file", "名单.csv", list)]).await;
    assert_eq!(rehearsed.status, StatusCode::OK);
    assert!(rehearsed.text().contains("新增1") && rehearsed.text().contains("何大川"));
    let known = || site.county.app.context().org.people.values().any(|person| person.name == "何大川");
    assert!(!known(), "rehearsing changes nothing");
    let (name, kept) = (rehearsed.hidden("name"), rehearsed.hidden("list"));
    let take = [("act", "take"), ("key", "t1"), ("name", &*name), ("list", &*kept)];
    let taken = system.post_files("/admin/directory", &take, &[]).await;
    assert!(taken.text().contains("已导入") && known());
    let roles = || {
        let context = site.county.app.context();
        let person = context.org.people.values().find(|person| person.name == "何大川").unwrap().id;
        context.org.posts.values().find(|post| post.person == person).unwrap().roles.clone()
    };
    assert!(roles().is_empty(), "roles are not the system administrator's to give");
    let take = [("act", "take"), ("key", "t2"), ("name", &*name), ("list", &*kept)];
    security.post_files("/admin/directory", &take, &[]).await;
    assert_eq!(roles(), [Role::Handler]);
    let workbook = system.get("/admin/directory/directory.xlsx").await;
    assert!(workbook.bytes.starts_with(b"PK"));
    assert!(system.get("/admin/directory/people.csv").await.text().contains("何大川"));
    assert_eq!(system.get("/admin/directory/other.csv").await.status, StatusCode::NOT_FOUND);
    let none = system.post_files("/admin/directory", &[("act", "rehearse")], &[]).await;
    assert!(none.status.is_client_error() && none.text().contains("请先选择"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pack_is_checked_at_its_lines_and_published_once_it_is_sound() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let system = site.administrator(SystemRole::SystemAdmin).await;
    let text = include_str!("../../../packs/hazard.toml").replace("version = 2\n", "version = 3\n");
    let broken = text.replace("title = \"隐患台账\"", "titel = \"隐患台账\"");
    let told = system
        .post_files("/admin/packs", &[("act", "check")], &[("file", "a.toml", broken.as_bytes())])
        .await;
    let line = text.lines().position(|line| line == "title = \"隐患台账\"").unwrap() + 1;
    assert!(told.text().contains(&format!("id=\"L{line}\" class=\"bad\"")), "the fault stands at its line");
    assert!(!told.text().contains("value=\"publish\""), "and cannot be published");
    let forced =
        system.post_files("/admin/packs", &[("act", "publish"), ("key", "x"), ("text", &broken)], &[]).await;
    assert!(forced.status.is_client_error());
    let sound =
        system.post_files("/admin/packs", &[("act", "check")], &[("file", "a.toml", text.as_bytes())]).await;
    assert!(sound.text().contains("没有发现问题") && sound.text().contains("value=\"publish\""));
    let published =
        system.post_files("/admin/packs", &[("act", "publish"), ("key", "y"), ("text", &text)], &[]).await;
    assert_eq!(published.status, StatusCode::SEE_OTHER, "{}", published.text());
    assert!(site.county.app.context().library.find("hazard", 3).is_some());
    assert!(system.get("/admin/packs").await.text().contains("本单位发布"));
    let binary =
        system.post_files("/admin/packs", &[("act", "check")], &[("file", "a.toml", &[0xff, 0xfe, 0])]).await;
    assert!(binary.status.is_client_error());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_is_set_with_its_ground_and_given_back() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let system = site.administrator(SystemRole::SystemAdmin).await;
    let working = || {
        let day = "2026-09-26".parse().unwrap();
        site.county.app.context().calendar.workday(day).working
    };
    assert!(!working(), "a Saturday");
    let bare = [("act", "set"), ("key", "a"), ("day", "2026-09-26"), ("working", "yes"), ("reason", "")];
    assert!(system.post("/admin/holidays?year=2026", &bare).await.text().contains("请写明依据"));
    let set =
        [("act", "set"), ("key", "b"), ("day", "2026-09-26"), ("working", "yes"), ("reason", "县政府通知")];
    assert_eq!(system.post("/admin/holidays?year=2026", &set).await.status, StatusCode::SEE_OTHER);
    assert!(working());
    assert!(system.get("/admin/holidays?day=2026-09-26").await.text().contains("恢复按国家安排"));
    let clear = [("act", "clear"), ("key", "c"), ("day", "2026-09-26"), ("reason", "")];
    assert_eq!(system.post("/admin/holidays?year=2026", &clear).await.status, StatusCode::SEE_OTHER);
    assert!(!working());
    assert!(system.get("/admin/holidays?year=9999").await.status.is_success(), "any year is a page");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stand_in_acts_until_the_last_day() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let leader = site.browser(Role::Leader, TOWN).await;
    let give = [
        ("act", "delegate"),
        ("key", "a"),
        ("post", &*office::who(Role::Leader, TOWN).post.to_string()),
        ("to", "承办人2"),
        ("from", "2026-09-01"),
        ("until", "2026-09-05"),
        ("reason", "参加市里培训"),
    ];
    let given = leader.post("/delegate", &give).await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.text());
    let handler = office::who(Role::Handler, TOWN).person;
    let posts = || {
        let app = &site.county.app;
        app.context().org.posts_of(handler, app.now().date()).len()
    };
    assert_eq!(posts(), 2);
    assert!(leader.get("/delegate").await.text().contains("参加市里培训"));
    let stranger = site.browser(Role::Leader, COUNTY).await;
    assert!(
        !stranger.get("/delegate").await.text().contains("参加市里培训"),
        "others' stand-ins are not shown"
    );
    let take = [
        ("act", "end"),
        ("key", "b"),
        ("post", &*office::who(Role::Leader, TOWN).post.to_string()),
        ("to", &*handler.to_string()),
        ("from", "2026-09-01"),
        ("last", "2026-08-31"),
    ];
    assert_eq!(stranger.post("/delegate", &take).await.status, StatusCode::FORBIDDEN);
    assert_eq!(leader.post("/delegate", &take).await.status, StatusCode::SEE_OTHER);
    assert_eq!(posts(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_leader_sees_the_units_in_their_charge() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let system = site.administrator(SystemRole::SystemAdmin).await;
    let post = office::who(Role::Leader, TOWN).post.to_string();
    let set = [
        ("act", "division"),
        ("key", "a"),
        ("post", &*post),
        ("units", "县农业农村局\n白水乡"),
        ("fields", "农业、粮食"),
    ];
    assert_eq!(system.post("/admin/divisions", &set).await.status, StatusCode::SEE_OTHER);
    let context = site.county.app.context();
    let division = &context.org.divisions[&office::who(Role::Leader, TOWN).post];
    assert_eq!((division.units.len(), division.fields.len()), (2, 2));
    let wrong = [("act", "division"), ("key", "b"), ("post", &*post), ("units", "查无此局"), ("fields", "")];
    let refused = system.post("/admin/divisions", &wrong).await;
    assert!(refused.status.is_client_error() && refused.text().contains("查无此局</textarea>"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_ends_own_sessions_and_a_token_is_shown_once() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let person: PersonId = office::who(Role::Handler, TOWN).person;
    let app = &site.county.app;
    let there = site.browser(Role::Handler, TOWN).await;
    let elsewhere = app.sessions_of(person).await.unwrap()[0].id.to_string();
    let here = site.browser(Role::Handler, TOWN).await;
    assert_eq!(app.sessions_of(person).await.unwrap().len(), 2);
    let asked = [("act", "token"), ("title", "取数"), ("scope", "read"), ("until", "2026-12-31")];
    let found = here.post("/me", &asked).await;
    assert!(
        found.status.is_client_error() && found.text().contains("现在的密码不对"),
        "a telephone left open"
    );
    assert!(app.tokens_of(person).await.unwrap().is_empty());
    let known = ("password", office::PASSWORD);
    let made = here
        .post(
            "/me",
            &[("act", "token"), ("title", "取数"), ("scope", "read"), ("until", "2026-12-31"), known],
        )
        .await;
    let text = made.text();
    assert_eq!(made.status, StatusCode::OK, "{text}");
    let token = text.split("class=\"once long\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(app.token(&token).await.unwrap().is_some());
    assert!(!here.get("/me").await.text().contains(&token));
    let late = here
        .post(
            "/me",
            &[("act", "token"), ("title", "取数"), ("scope", "read"), ("until", "2030-01-01"), known],
        )
        .await;
    assert!(late.status.is_client_error() && late.text().contains("一年以内"));
    let id = app.tokens_of(person).await.unwrap()[0].id.to_string();
    assert_eq!(here.post("/me", &[("act", "drop-token"), ("id", &id)]).await.status, StatusCode::SEE_OTHER);
    assert!(app.token(&token).await.unwrap().is_none());
    // Somebody else's session cannot be ended, not even with its name.
    let other = site.browser(Role::Reviewer, TOWN).await;
    let end = [("act", "end-session"), ("id", &*elsewhere)];
    assert_eq!(other.post("/me", &end).await.status, StatusCode::FORBIDDEN);
    assert_eq!(there.get("/me").await.status, StatusCode::OK);
    here.post("/me", &end).await;
    assert_eq!(there.get("/me").await.status, StatusCode::SEE_OTHER, "signed out");
    assert_eq!(here.get("/me").await.status, StatusCode::OK, "one's own session goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_factor_is_drawn_and_asks_for_its_code() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let handler = site.browser(Role::Handler, TOWN).await;
    let begun =
        handler.post("/me", &[("act", "begin-factor"), ("key", "a"), ("password", office::PASSWORD)]).await;
    assert!(begun.text().contains("<svg") && begun.text().contains("六位数字"));
    let wrong = handler.post("/me", &[("act", "confirm"), ("key", "b"), ("code", "000000")]).await;
    assert!(wrong.status.is_client_error() && wrong.text().contains("value=\"000000\""), "it is asked again");
    assert!(!site.county.app.has_second_factor(office::who(Role::Handler, TOWN).person).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_tells_who_did_what_and_holds() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let system = site.administrator(SystemRole::SystemAdmin).await;
    let rename = [("act", "rename"), ("key", "c"), ("unit", "2"), ("name", "青山镇"), ("from", "2026-08-01")];
    system.post("/admin/units?at=2", &rename).await;
    let audit = site.administrator(SystemRole::AuditAdmin).await;
    let units = audit.get("/audit?kind=units").await.text();
    assert!(units.contains("青石镇") || units.contains("更名为青山镇"));
    assert!(units.contains("更名为青山镇") && units.contains("系统员"), "what and who");
    assert!(!units.contains("开通账号"), "only units are sought");
    assert!(audit.get("/audit?person=系统员&kind=units").await.text().contains("更名为青山镇"));
    assert!(!audit.get("/audit?person=安全员&kind=units").await.text().contains("更名为青山镇"));
    assert!(audit.get("/audit?person=无此人").await.text().contains("没有找到人员"));
    let before = audit.get("/audit?day=2026-08-31").await.text();
    assert!(before.contains("没有符合条件的记录"), "nothing happened before the first day");
    assert!(audit.get("/audit?day=2026-09-01").await.text().contains("开通账号"));
    let first = audit.get("/audit").await.text();
    let older = first.split("href=\"/audit?person=&amp;kind=&amp;day=&amp;before=").nth(1);
    let older = older.or_else(|| first.split("before=").nth(1)).unwrap().split('"').next().unwrap();
    let next = audit.get(&format!("/audit?before={older}")).await.text();
    assert!(next.contains("回到最近"));
    assert!(audit.get("/audit/record.xlsx").await.bytes.starts_with(b"PK"));
    assert_eq!(audit.post("/audit/verify", &[]).await.status, StatusCode::SEE_OTHER);
    for _ in 0..1200 {
        if site.county.app.check().last.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(audit.get("/audit/verify").await.text().contains("全部一致"));
}
