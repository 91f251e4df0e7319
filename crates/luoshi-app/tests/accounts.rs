//! Accounts and sessions, as somebody at the door meets them.

#![allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]

mod common;

use common::{COUNTY, County, open, who};
use jiff::civil::{Date, date};
use luoshi_app::{App, AppError, Credentials, Scope, SignedIn};
use luoshi_engine::{Actor, Hash, Moment, OrgCommand, PersonId, PlanId, RefusalKind, SystemRole};
use luoshi_pack::Role;
use luoshi_testkit::{Place, for_each_database};

const TODAY: Date = date(2026, 9, 1);
const GOOD: &str = "Qk7-mrtzexwv";
const OTHER: &str = "Wb9-plfugact";
const MINUTE: i64 = 60_000;

/// A county whose clerk (and security administrator) can sign in.
async fn county(place: &Place) -> County {
    let county = open(place, TODAY).await;
    county.found().await;
    county
}

fn clerk() -> Actor {
    who(Role::Handler, COUNTY)
}

fn given(login: &str, password: &str) -> Credentials {
    Credentials {
        login: login.into(),
        password: password.into(),
        code: None,
        address: "10.1.2.3".into(),
        agent: "Firefox".into(),
    }
}

impl County {
    /// Opens the clerk's account by the security administrator and gives the one-time code.
    async fn open_clerk(&self) -> String {
        let security = self.administrator(SystemRole::SecurityAdmin);
        self.app.open_account(&self.key(), &security, clerk().person, "Clerk").await.unwrap()
    }

    /// The clerk with a password, signed in.
    async fn signed_in(&self) -> String {
        let code = self.open_clerk().await;
        let token = token(&self.app, &given("clerk", &code)).await;
        self.app.set_password(&token, &code, GOOD).await.unwrap();
        token
    }
}

/// Signs in, which must go well, and gives the token.
async fn token(app: &App, given: &Credentials) -> String {
    match app.sign_in(given).await.unwrap() {
        SignedIn::Open { token, .. } => token,
        SignedIn::SecondFactor => panic!("the second factor is asked for"),
    }
}

/// What must have been refused, and how.
#[track_caller]
fn refused<T: std::fmt::Debug>(done: Result<T, AppError>, kind: RefusalKind, words: &str) {
    match done {
        Err(AppError::Refused(refusal)) => {
            assert_eq!(refusal.kind, kind, "{refusal}");
            assert!(refusal.sentence.contains(words), "{refusal}");
        }
        other => panic!("{words}: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_opened_with_a_code_that_a_password_takes_the_place_of() {
    for_each_database(async |place| {
        let county = county(place).await;
        let app = &county.app;
        let security = county.administrator(SystemRole::SecurityAdmin);
        let person = clerk().person;
        let lost = app.open_account("once", &security, person, "clerk").await.unwrap();
        // The answer was lost: the same again gives another code, and the first holds no more.
        let code = app.open_account("once", &security, person, "clerk").await.unwrap();
        refused(app.sign_in(&given("clerk", &lost)).await, RefusalKind::NotAllowed, "登录名或密码不对");
        let typed = code.to_lowercase().replace('-', " ");
        let SignedIn::Open { token, must_change } = app.sign_in(&given(" CLERK ", &typed)).await.unwrap()
        else {
            panic!("no second factor was set up");
        };
        assert!(must_change);
        let session = app.session(&token).await.unwrap().unwrap();
        assert_eq!((session.person, session.post, session.must_change), (person, clerk().post, true));
        refused(app.set_password(&token, &code, "short").await, RefusalKind::Incomplete, "至少");
        refused(app.set_password(&token, "wrong", GOOD).await, RefusalKind::NotAllowed, "现在的密码不对");
        app.set_password(&token, &code, GOOD).await.unwrap();
        assert!(!app.session(&token).await.unwrap().unwrap().must_change);
        refused(app.sign_in(&given("clerk", &code)).await, RefusalKind::NotAllowed, "登录名或密码不对");
        refused(app.open_account("once", &security, person, "clerk").await, RefusalKind::Stale, "刚有变动");
        assert!(app.sign_in(&given("clerk", GOOD)).await.is_ok());
        app.sign_out(&token).await.unwrap();
        assert_eq!(app.session(&token).await.unwrap(), None);
        assert_eq!(app.session("").await.unwrap(), None);
        let report = app.verify(&[]).await.unwrap();
        assert!(report.sound(), "{report}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_holds_seven_days_and_a_new_one_takes_its_place() {
    let place = Place::folder();
    let county = county(&place).await;
    let code = county.open_clerk().await;
    county.set(date(2026, 9, 8), 11);
    refused(county.app.sign_in(&given("clerk", &code)).await, RefusalKind::OutOfTime, "已过期");
    let security = county.administrator(SystemRole::SecurityAdmin);
    let code = county.app.reset_account("r", &security, clerk().person).await.unwrap();
    county.set(date(2026, 9, 15), 10);
    token(&county.app, &given("clerk", &code)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_passwords_shut_the_door_for_longer_each_time_whoever_knocks() {
    for_each_database(async |place| {
        let county = county(place).await;
        let app = &county.app;
        county.signed_in().await;
        // Somebody whom there is and nobody: not to be told apart.
        for login in ["clerk", "nobody"] {
            let wrong = Credentials { address: login.into(), ..given(login, "wrong") };
            county.set(TODAY, 10);
            for minutes in [0, 1, 2, 4, 8] {
                let free = if minutes == 0 { 5 } else { 1 };
                county.pass(minutes * MINUTE);
                for _ in 0..free {
                    refused(app.sign_in(&wrong).await, RefusalKind::NotAllowed, "登录名或密码不对");
                }
                let told = format!("在{}分钟后", (minutes * 2).max(1));
                refused(app.sign_in(&wrong).await, RefusalKind::OutOfTime, &told);
            }
        }
        let right = Credentials { address: String::new(), ..given("clerk", GOOD) };
        refused(app.sign_in(&right).await, RefusalKind::OutOfTime, "解除锁定");
        let row = app.accounts().await.unwrap().remove(0);
        assert_eq!((row.login.as_str(), row.open), ("clerk", true));
        assert!(row.locked_until.is_some());
        county.pass(16 * MINUTE);
        token(app, &right).await;
        // What was right begins the count anew; an administrator need not wait.
        for _ in 0..5 {
            app.sign_in(&Credentials { password: "wrong".into(), ..right.clone() }).await.unwrap_err();
        }
        refused(app.sign_in(&right).await, RefusalKind::OutOfTime, "锁定");
        let security = county.administrator(SystemRole::SecurityAdmin);
        app.unlock_account("u", &security, clerk().person).await.unwrap();
        token(app, &right).await;
    })
    .await;
}

/// A server hands requests from thread to thread.
#[tokio::test]
async fn what_takes_a_while_may_go_on_elsewhere() {
    fn movable<T: Send>(_: T) {}
    let place = Place::folder();
    let county = open(&place, TODAY).await;
    let (app, system, person) = (&county.app, Actor::system(), PersonId(1));
    movable(app.session(""));
    movable(app.set_password("", "", ""));
    movable(app.begin_second_factor(""));
    movable(app.confirm_second_factor("", ""));
    movable(app.drop_second_factor("", ""));
    movable(app.open_account("", &system, person, ""));
    movable(app.close_account("", &system, person));
    movable(app.issue_token(&system, "", &[], app.now()));
    movable(app.revoke_token(&system, Hash::default()));
    movable(app.revoke_session(&system, Hash::default()));
    movable(app.open_demo_accounts(""));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_guesses_at_once_none_is_overlooked() {
    for_each_database(async |place| {
        let county = county(place).await;
        county.signed_in().await;
        let mut guesses = tokio::task::JoinSet::new();
        for i in 0..20 {
            let app = county.app.clone();
            let guess = Credentials { address: String::new(), ..given("clerk", &format!("guess {i}")) };
            guesses.spawn(async move { app.sign_in(&guess).await });
        }
        let mut looked_at = 0;
        while let Some(guess) = guesses.join_next().await {
            match guess.unwrap() {
                Err(AppError::Refused(refusal)) => {
                    looked_at += usize::from(refusal.kind == RefusalKind::NotAllowed);
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(looked_at, 5, "{}", place.kind());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_tries_many_names_has_to_wait() {
    let place = Place::folder();
    let county = county(&place).await;
    for i in 0..30 {
        let guess = given(&format!("name{i}"), "wrong");
        refused(county.app.sign_in(&guess).await, RefusalKind::NotAllowed, "登录名或密码不对");
    }
    refused(county.app.sign_in(&given("name99", "wrong")).await, RefusalKind::OutOfTime, "锁定");
    let elsewhere = Credentials { address: "10.9.9.9".into(), ..given("name99", "wrong") };
    refused(county.app.sign_in(&elsewhere).await, RefusalKind::NotAllowed, "登录名或密码不对");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_five_passwords_are_not_taken_again_and_other_sessions_end() {
    let place = Place::folder();
    let county = county(&place).await;
    let app = &county.app;
    let session = county.signed_in().await;
    let other = token(app, &given("clerk", GOOD)).await;
    let number = |n: usize| format!("{OTHER}{n}");
    let mut old = GOOD.to_owned();
    for n in 1..=4 {
        app.set_password(&session, &old, &number(n)).await.unwrap();
        old = number(n);
    }
    assert_eq!(app.session(&other).await.unwrap(), None);
    assert!(app.session(&session).await.unwrap().is_some());
    for used in [GOOD.to_owned(), number(1), number(4)] {
        refused(app.set_password(&session, &old, &used).await, RefusalKind::Incomplete, "最近5次");
    }
    app.set_password(&session, &old, &number(5)).await.unwrap();
    app.set_password(&session, &number(5), GOOD).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_when_it_is_not_used_when_it_is_old_and_with_the_account() {
    for_each_database(async |place| {
        let county = county(place).await;
        let app = &county.app;
        let session = county.signed_in().await;
        county.pass(30 * MINUTE - 1);
        assert!(app.session(&session).await.unwrap().is_some());
        county.pass(30 * MINUTE - 1);
        assert!(app.session(&session).await.unwrap().is_some(), "it was used meanwhile");
        county.pass(30 * MINUTE);
        assert_eq!(app.session(&session).await.unwrap(), None);
        let session = token(app, &given("clerk", GOOD)).await;
        for _ in 0..47 {
            county.pass(15 * MINUTE);
            assert!(app.session(&session).await.unwrap().is_some());
        }
        county.pass(15 * MINUTE);
        assert_eq!(app.session(&session).await.unwrap(), None, "after twelve hours");
        let session = token(app, &given("clerk", GOOD)).await;
        let security = county.administrator(SystemRole::SecurityAdmin);
        app.close_account("c", &security, clerk().person).await.unwrap();
        assert_eq!(app.session(&session).await.unwrap(), None);
        refused(app.sign_in(&given("clerk", GOOD)).await, RefusalKind::NotAllowed, "登录名或密码不对");
        assert!(!app.accounts().await.unwrap()[0].open);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_seen_to_the_minute_and_ended_by_its_holder_or_the_administrator() {
    let place = Place::folder();
    let county = county(&place).await;
    let app = &county.app;
    let here = county.signed_in().await;
    let there = token(app, &given("clerk", GOOD)).await;
    let person = clerk().person;
    let begun = app.now();
    county.pass(MINUTE - 1);
    app.session(&here).await.unwrap();
    assert!(app.sessions_of(person).await.unwrap().iter().all(|session| session.seen == begun));
    county.pass(1);
    app.session(&here).await.unwrap();
    let sessions = app.sessions_of(person).await.unwrap();
    assert_eq!((sessions.len(), sessions[0].seen, sessions[1].seen), (2, app.now(), begun));
    let id = Hash::of(there.as_bytes());
    let system = county.administrator(SystemRole::SystemAdmin);
    refused(app.revoke_session(&system, id).await, RefusalKind::NotAllowed, "本人");
    app.revoke_session(&clerk(), id).await.unwrap();
    refused(app.revoke_session(&clerk(), id).await, RefusalKind::NotFound, "已经结束");
    let security = county.administrator(SystemRole::SecurityAdmin);
    app.revoke_session(&security, Hash::of(here.as_bytes())).await.unwrap();
    let events = app.store().events_back(PlanId::ORGANISATION, i64::MAX, app.now(), 1).await.unwrap();
    let told = format!("{:?}", events[0].event().unwrap());
    assert!(told.contains("SessionEnded"), "the record tells who ended whose: {told}");
    assert_eq!(app.session(&here).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_goes_over_to_another_post_when_its_own_ends() {
    let place = Place::folder();
    let county = county(&place).await;
    let app = &county.app;
    let session = county.signed_in().await;
    let (mine, system) = (clerk(), county.administrator(SystemRole::SystemAdmin));
    refused(app.choose_post(&session, system.post).await, RefusalKind::NotAllowed, "不在这个岗位");
    let add = OrgCommand::AddPost {
        id: None,
        person: mine.person,
        unit: COUNTY,
        title: "值班员".into(),
        from: TODAY,
        to: None,
    };
    app.organise("add", &system, &[add]).await.unwrap();
    let second = *app.context().org.posts.keys().next_back().unwrap();
    app.choose_post(&session, second).await.unwrap();
    assert_eq!(app.session(&session).await.unwrap().unwrap().post, second);
    let end = |post| OrgCommand::EndPost { post, last: TODAY };
    app.organise("end", &system, &[end(second)]).await.unwrap();
    county.set(date(2026, 9, 2), 0);
    let session = token(app, &given("clerk", GOOD)).await;
    assert_eq!(app.session(&session).await.unwrap().unwrap().post, mine.post);
    let end = OrgCommand::EndPost { post: mine.post, last: date(2026, 9, 2) };
    app.organise("end2", &system, &[end]).await.unwrap();
    county.set(date(2026, 9, 3), 0);
    refused(app.sign_in(&given("clerk", GOOD)).await, RefusalKind::NotAllowed, "没有在任岗位");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_factor_is_asked_for_and_no_code_is_taken_twice() {
    for_each_database(async |place| {
        let county = county(place).await;
        let app = &county.app;
        let session = county.signed_in().await;
        let factor = app.begin_second_factor(&session).await.unwrap();
        assert!(factor.uri.starts_with("otpauth://totp/%E8%90%BD%E5%AE%9E:clerk?secret="), "{}", factor.uri);
        assert!(factor.uri.contains(&factor.secret) && !format!("{factor:?}").contains(&factor.secret));
        refused(app.confirm_second_factor(&session, "000").await, RefusalKind::Incomplete, "动态口令不对");
        assert!(app.sign_in(&given("clerk", GOOD)).await.is_ok(), "not before it is confirmed");
        let shown = |app: &App| one_time(&factor.secret, app.now());
        app.confirm_second_factor(&session, &shown(app)).await.unwrap();
        assert_eq!(app.sign_in(&given("clerk", GOOD)).await.unwrap(), SignedIn::SecondFactor);
        let with = |code: String| Credentials { code: Some(code), ..given("clerk", GOOD) };
        // It was used to confirm.
        refused(app.sign_in(&with(shown(app))).await, RefusalKind::NotAllowed, "已经用过");
        county.pass(MINUTE);
        let code = shown(app);
        token(app, &with(code.clone())).await;
        refused(app.sign_in(&with(code)).await, RefusalKind::NotAllowed, "已经用过");
        // A wrong code is a wrong attempt, and asking for the code in between forgets none.
        for _ in 0..4 {
            assert_eq!(app.sign_in(&given("clerk", GOOD)).await.unwrap(), SignedIn::SecondFactor);
            refused(app.sign_in(&with("1".into())).await, RefusalKind::NotAllowed, "动态口令不对");
        }
        refused(app.sign_in(&with("1".into())).await, RefusalKind::OutOfTime, "锁定");
        county.pass(2 * MINUTE);
        let session = token(app, &with(shown(app))).await;
        assert!(app.accounts().await.unwrap()[0].second_factor);
        refused(app.begin_second_factor(&session).await, RefusalKind::WrongState, "已启用");
        refused(app.drop_second_factor(&session, "wrong").await, RefusalKind::NotAllowed, "密码不对");
        app.drop_second_factor(&session, GOOD).await.unwrap();
        token(app, &given("clerk", GOOD)).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_acts_within_its_scopes_until_its_day() {
    for_each_database(async |place| {
        let county = county(place).await;
        let app = &county.app;
        county.signed_in().await;
        let mine = clerk();
        let until = Moment::end_of(date(2026, 9, 30));
        refused(app.issue_token(&mine, " ", &[Scope::Read], until).await, RefusalKind::Incomplete, "用途");
        refused(app.issue_token(&mine, "取数", &[], until).await, RefusalKind::Incomplete, "至少");
        let (past, far) = (app.now(), Moment::end_of(date(2028, 1, 1)));
        for wrong in [past, far] {
            let issued = app.issue_token(&mine, "取数", &[Scope::Read], wrong).await;
            refused(issued, RefusalKind::OutOfTime, "一年以内");
        }
        // Who has no account has no token either.
        let other = who(Role::Leader, COUNTY);
        let issued = app.issue_token(&other, "取数", &[Scope::Read], until).await;
        refused(issued, RefusalKind::NotFound, "没有开通的账号");
        let text = app.issue_token(&mine, "取数", &[Scope::Report, Scope::Read], until).await.unwrap();
        let found = app.token(&text).await.unwrap().unwrap();
        assert_eq!((found.person, found.post), (mine.person, mine.post));
        assert!(found.allows(Scope::Read) && found.allows(Scope::Report) && !found.allows(Scope::Manage));
        assert_eq!(app.token(&text.to_uppercase()).await.unwrap(), None);
        assert_eq!(app.session(&text).await.unwrap(), None);
        county.set(date(2026, 10, 1), 0);
        assert_eq!(app.token(&text).await.unwrap(), None);
        assert_eq!(app.tokens_of(mine.person).await.unwrap().len(), 1);
        let until = Moment::end_of(date(2026, 10, 30));
        let text = app.issue_token(&mine, "取数", &[Scope::Read], until).await.unwrap();
        let id = app.token(&text).await.unwrap().unwrap().id;
        refused(app.revoke_token(&other, id).await, RefusalKind::NotAllowed, "安全管理员");
        app.revoke_token(&mine, id).await.unwrap();
        assert_eq!(app.token(&text).await.unwrap(), None);
        let text = app.issue_token(&mine, "取数", &[Scope::Read], until).await.unwrap();
        let security = county.administrator(SystemRole::SecurityAdmin);
        app.reset_account("r", &security, mine.person).await.unwrap();
        assert_eq!(app.token(&text).await.unwrap(), None, "a reset takes tokens along");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_it_is_asked_for_an_administrator_acts_with_a_second_factor_alone() {
    for_each_database(async |place| {
        let county = county(place).await;
        let app = &county.app;
        let security = county.administrator(SystemRole::SecurityAdmin);
        let ask = OrgCommand::RequireSecondFactor { required: true };
        refused(
            app.organise("a", &county.administrator(SystemRole::SystemAdmin), std::slice::from_ref(&ask))
                .await,
            RefusalKind::NotAllowed,
            "安全管理员",
        );
        app.organise("b", &security, &[ask]).await.unwrap();
        let clerk = county.signed_in().await;
        assert!(!app.session(&clerk).await.unwrap().unwrap().must_add_factor, "no administrator");

        let audit = county.administrator(SystemRole::AuditAdmin);
        let code = app.open_account("o", &security, audit.person, "shenji").await.unwrap();
        let token = token(app, &given("shenji", &code)).await;
        assert!(app.session(&token).await.unwrap().unwrap().must_add_factor);
        let expires = app.now().plus(Moment::DAY);
        let barred = app.issue_token(&audit, "取数", &[Scope::Read], expires).await;
        refused(barred, RefusalKind::NotAllowed, "先启用动态口令");
        let factor = app.begin_second_factor(&token).await.unwrap();
        app.confirm_second_factor(&token, &one_time(&factor.secret, app.now())).await.unwrap();
        assert!(!app.session(&token).await.unwrap().unwrap().must_add_factor);
        app.issue_token(&audit, "取数", &[Scope::Read], expires).await.unwrap();
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_office_lets_the_same_people_in() {
    for_each_database(async |place| {
        let from = county(place).await;
        let session = from.signed_in().await;
        let factor = from.app.begin_second_factor(&session).await.unwrap();
        let shown = one_time(&factor.secret, from.app.now());
        from.app.confirm_second_factor(&session, &shown).await.unwrap();
        let mut file = Vec::new();
        from.app.store().backup(&mut file, from.app.now()).await.unwrap();
        let text = String::from_utf8(file.clone()).unwrap();
        assert!(!text.contains(&factor.secret) && !text.contains(&session) && !text.contains(GOOD));
        let new = Place::folder();
        std::fs::copy(place.files().join("master.key"), new.files().join("master.key")).unwrap();
        let to = open(&new, TODAY).await;
        to.app.restore(&mut &file[..]).await.unwrap();
        to.pass(MINUTE);
        assert_eq!(to.app.session(&session).await.unwrap(), None);
        let shown = one_time(&factor.secret, to.app.now());
        token(&to.app, &Credentials { code: Some(shown), ..given("clerk", GOOD) }).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_of_an_invented_county_has_an_account() {
    for_each_database(async |place| {
        let county = county(place).await;
        let security = county.administrator(SystemRole::SecurityAdmin);
        county.open_clerk().await;
        let people = county.app.context().org.people.len();
        assert_eq!(county.app.open_demo_accounts("demo").await.unwrap(), people - 1);
        assert_eq!(county.app.open_demo_accounts("demo").await.unwrap(), 0);
        let session = token(&county.app, &given(&security.person.to_string(), "demo")).await;
        let session = county.app.session(&session).await.unwrap().unwrap();
        assert_eq!((session.actor().post, session.must_change), (security.post, false));
        assert!(county.app.verify(&[]).await.unwrap().sound());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_shows_in_the_record_or_in_a_log() {
    let place = Place::folder();
    let county = county(&place).await;
    let session = county.signed_in().await;
    let opened = county.app.store().account(clerk().person).await.unwrap().unwrap();
    let hash = opened.secrets.password.clone().unwrap();
    assert!(!format!("{opened:?}").contains(&hash));
    assert!(!format!("{:?}", given("clerk", GOOD)).contains(GOOD));
    let again = county.app.sign_in(&given("clerk", GOOD)).await.unwrap();
    let SignedIn::Open { token, .. } = &again else { panic!("{again:?}") };
    assert!(!format!("{again:?}").contains(token));
    let events = county.app.store().events_page(PlanId(0), 0, 1000).await.unwrap();
    let record: String = events.iter().map(|event| event.body.as_str()).collect();
    assert!(record.contains("password_set") && record.contains("\"login\":\"clerk\""));
    assert!(!record.contains(&hash) && !record.contains(&session));
    assert_eq!(county.app.sessions_of(PersonId(99)).await.unwrap(), []);
}

/// What an authenticator shows for a secret in base32.
fn one_time(secret: &str, now: Moment) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let bits: String = secret
        .bytes()
        .map(|letter| match letter {
            b'A'..=b'Z' => letter - b'A',
            _ => letter - b'2' + 26,
        })
        .map(|digit| format!("{digit:05b}"))
        .collect();
    let byte = |bits: &[u8]| u8::from_str_radix(std::str::from_utf8(bits).unwrap(), 2).unwrap();
    let key: Vec<u8> = bits.as_bytes().chunks_exact(8).map(byte).collect();
    let mut mac = Hmac::<sha1::Sha1>::new_from_slice(&key).unwrap();
    mac.update(&(now.0 / 30_000).to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 0xf);
    let number = u32::from_be_bytes(hash[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}
