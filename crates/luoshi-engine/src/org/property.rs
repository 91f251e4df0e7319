//! Whatever is asked for, in whatever order: the organisation keeps its form.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::{Date, Time, date};
use luoshi_pack::Role;
use proptest::prelude::*;

use super::*;
use crate::{Actor, Moment};

fn day() -> impl Strategy<Value = Date> {
    (0..200_i64).prop_map(|n| date(2026, 1, 1).checked_add(n.days()).unwrap())
}

fn unit() -> impl Strategy<Value = UnitId> {
    (1..12_i64).prop_map(UnitId)
}

fn post() -> impl Strategy<Value = PostId> {
    (1..9_i64).prop_map(PostId)
}

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["松坪镇", "石鼓乡", "红石村", "财政所"]).prop_map(str::to_owned)
}

fn new_unit() -> impl Strategy<Value = OrgCommand> {
    (name(), prop::option::weighted(0.9, unit()), day(), prop::option::weighted(0.2, day()), any::<bool>())
        .prop_map(|(name, parent, from, to, outside)| {
            let about = About { kind: "office".into(), ..About::default() };
            let unit = NewUnit { name, parent, about, from, to, outside: outside && parent.is_none() };
            OrgCommand::AddUnit { id: None, unit }
        })
}

fn system() -> impl Strategy<Value = Option<SystemRole>> {
    prop::sample::select(vec![
        None,
        Some(SystemRole::SystemAdmin),
        Some(SystemRole::SecurityAdmin),
        Some(SystemRole::AuditAdmin),
    ])
}

fn command() -> impl Strategy<Value = OrgCommand> {
    let person = || (1..6_i64).prop_map(PersonId);
    prop_oneof![
        4 => new_unit(),
        2 => (unit(), name(), day()).prop_map(|(unit, name, from)| OrgCommand::RenameUnit { unit, name, from }),
        3 => (unit(), unit(), day())
            .prop_map(|(unit, parent, from)| OrgCommand::MoveUnit { unit, parent: Some(parent), from }),
        2 => (unit(), day(), prop::option::of(unit()))
            .prop_map(|(unit, last, into)| OrgCommand::CloseUnit { unit, last, into }),
        1 => (prop::collection::vec(unit(), 1..3), unit(), day())
            .prop_map(|(units, into, from)| OrgCommand::MergeUnits { units, into, from }),
        1 => name().prop_map(|name| OrgCommand::AddPerson {
            id: None,
            person: Newcomer { name, mobile: String::new() },
        }),
        2 => (person(), unit(), day(), prop::option::weighted(0.3, day())).prop_map(|(person, unit, from, to)| {
            OrgCommand::AddPost { id: None, person, unit, title: String::new(), from, to }
        }),
        1 => (post(), day()).prop_map(|(post, last)| OrgCommand::EndPost { post, last }),
        2 => (post(), any::<bool>(), system()).prop_map(|(post, role, system)| OrgCommand::SetRoles {
            post,
            roles: if role { vec![Role::Handler] } else { Vec::new() },
            system,
        }),
        1 => (post(), person(), day(), day()).prop_map(|(post, to, from, until)| OrgCommand::Delegate {
            post,
            to,
            from,
            until,
            reason: "出差".into(),
        }),
    ]
}

/// Every day on which something may begin or have ended.
fn turns(org: &Organisation) -> BTreeSet<Date> {
    let units = org.units.values().flat_map(|unit| {
        let dated = unit.names.iter().map(|(day, _)| *day).chain(unit.parents.iter().map(|(day, _)| *day));
        dated.chain(unit.to.map(|to| to.tomorrow().unwrap())).collect::<Vec<_>>()
    });
    let posts = org.posts.values().map(|post| post.from);
    let standing = org.delegations.iter().map(|d| d.from);
    units.chain(posts).chain(standing).collect()
}

fn check(org: &Organisation) {
    for day in turns(org) {
        let standing: Vec<&Unit> = org.units.values().filter(|unit| unit.exists(day)).collect();
        let mut names = BTreeSet::new();
        for unit in &standing {
            let parent = unit.parent_on(day);
            assert!(names.insert((parent, unit.name_on(day))), "{day}: two {}", unit.name_on(day));
            assert!(parent.is_some() || unit.outside || unit.id == UnitId(1), "{day}: {}", unit.id);
        }
        for unit in org.units.values() {
            let line = org.line_on(unit.id, day);
            let top = org.unit(*line.last().unwrap()).unwrap();
            // A line ends at the top, or at a unit that nobody took over from; never in a circle.
            let next = if top.ended(day) { top.into } else { top.parent_on(day) };
            assert_eq!(next, None, "{day}: circle above {}", unit.id);
            if unit.exists(day) {
                assert!(line.iter().all(|id| org.unit(*id).unwrap().exists(day)), "{day}: above {}", unit.id);
            }
        }
        apart(org, day);
    }
    for unit in org.units.values() {
        assert!(unit.names.is_sorted_by_key(|(day, _)| *day), "{unit:?}");
        assert!(unit.parents.is_sorted_by_key(|(day, _)| *day), "{unit:?}");
        assert!(unit.to.is_none_or(|to| unit.from <= to));
        let line = org.line(unit.id);
        assert!(line.len() <= org.units.len());
    }
}

/// Posts lie within their units' days, and no hand holds two roles that are kept apart.
fn apart(org: &Organisation, day: Date) {
    for post in org.posts.values().filter(|post| post.held(day)) {
        assert!(org.unit(post.unit).unwrap().exists(day), "{day}: post {} in {}", post.id, post.unit);
        assert!(post.system.is_none() || post.roles.is_empty());
    }
    for person in org.people.keys() {
        let roles: BTreeSet<SystemRole> =
            org.posts_of(*person, day).iter().filter_map(|post| post.system).collect();
        assert!(roles.len() <= 1, "{day}: {person} {roles:?}");
    }
    for (role, ..) in SystemRole::ALL {
        assert!(!org.administrators(role, date(2030, 1, 1)).is_empty(), "{role:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_commands_keep_the_organisation_in_form(
        commands in prop::collection::vec((command(), 1..4_i64, 0..200_i64), 1..60),
    ) {
        let newcomer = |name: &str| Newcomer { name: name.into(), mobile: String::new() };
        let administrators =
            Administrators { system: newcomer("甲"), security: newcomer("乙"), audit: newcomer("丙") };
        let found = OrgCommand::Found { name: "云岭县".into(), kind: "county".into(), administrators };
        let mut org = Organisation::default();
        let mut log: Vec<OrgEvent> = Vec::new();
        let start = Moment::start_of(date(2026, 1, 1));
        let events = decide_org(&org, &Actor::system(), &found, start).unwrap();
        events.iter().for_each(|event| org.apply(event));
        log.extend(events);
        for (command, who, n) in commands {
            let day = date(2026, 1, 1).checked_add(n.days()).unwrap();
            let now = Moment::at(day, Time::midnight());
            // Either as one of the administrators, which is often refused, or past that question.
            let actor = Actor { person: PersonId(who), post: PostId(who), address: String::new() };
            let asked = decide_org(&org, &actor, &command, now);
            let given = rehearse_org(&org, &command, now);
            if let Ok(asked) = &asked {
                prop_assert_eq!(asked, given.as_ref().unwrap());
            }
            if let Err(refusal) = &given {
                prop_assert!(refusal.sentence.ends_with('。') && refusal.sentence.contains(['，', '；', '、']));
            }
            let given = given.unwrap_or_default();
            given.iter().for_each(|event| org.apply(event));
            log.extend(given);
            check(&org);
        }
        // What was decided is what is rebuilt from the record, through its written form.
        let mut rebuilt = Organisation::default();
        for event in &log {
            rebuilt.apply(&serde_json::from_str(&crate::canonical(event)).unwrap());
        }
        prop_assert_eq!(rebuilt, org);
    }
}
