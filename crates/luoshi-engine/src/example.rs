//! The stories of a pack, run as tests.

use std::collections::BTreeMap;

use jiff::civil::{Date, time};
use luoshi_pack::{Example, Pack, Register, Role, Scene, Side, Who};
use luoshi_when::Calendar;

use crate::canon::Hash;
use crate::clock::World;
use crate::entry::{Entry, EntryEvent, Evidence, FieldValue, Progress, StepBody};
use crate::event::{Actor, Event};
use crate::id::{PersonId, PlanId, PostId, UnitId};
use crate::moment::Moment;
use crate::open::NewEntry;
use crate::org::{Organisation, Person, Post, Unit};
use crate::plan::{Plan, PlanState};
use crate::step::TakeStep;

/// The units of a story, one a side; the lead lies below the unit above, that and the support below
/// the issuer.
const UNITS: [(Side, i64, &str, Option<i64>); 4] = [
    (Side::Issuer, 1, "交办单位", None),
    (Side::Above, 2, "上级单位", Some(1)),
    (Side::Lead, 3, "承办单位", Some(2)),
    (Side::Support, 4, "配合单位", Some(1)),
];
/// How many people of each role a story may tell apart.
const PEOPLE: u32 = 3;

/// Runs one story of a pack.
///
/// # Errors
///
/// A Chinese sentence that says at which line of the story what did not come as expected.
pub fn run_example(pack: &Pack, example: &Example, calendar: &Calendar) -> Result<(), String> {
    let org = organisation(example.opened);
    let register =
        pack.find_register(&example.register).ok_or_else(|| format!("没有“{}”台账", example.register))?;
    let mut world = World { org: &org, pack, calendar, now: noon(example.opened) };
    let mut plan = Plan { id: PlanId(1), issuer: UnitId(1), state: PlanState::Issued, ..Plan::default() };
    plan.issued = Some(world.now);
    let new = NewEntry {
        register: register.key.clone(),
        title: example.title.clone(),
        lead: UnitId(3),
        supports: if example.support { vec![UnitId(4)] } else { Vec::new() },
        due: example.due.map(|day| world.due_on(day, luoshi_pack::Until::DayEnd)),
        fields: fields(&world, register, &example.fields)?,
        ..NewEntry::default()
    };
    let opened = world.opened(&mut plan, new).map_err(|refusal| format!("立项：{refusal}"))?;
    let Event::Entry(no, event) = opened else { return Err(String::from("立项没有产生条目")) };
    let mut entry =
        Entry::open(plan.id, no, world.now, 1, &event).ok_or_else(|| String::from("立项没有产生条目"))?;
    for (i, scene) in example.steps.iter().enumerate() {
        world.now = noon(scene.on);
        let told = play(&world, &plan, register, &mut entry, scene);
        told.map_err(|why| format!("第{}幕（{}）：{why}", i + 1, scene.on))?;
    }
    Ok(())
}

/// Plays one line of a story: time first, then the step, then what must be true.
fn play(
    world: &World<'_>,
    plan: &Plan,
    register: &Register,
    entry: &mut Entry,
    scene: &Scene,
) -> Result<(), String> {
    for event in world.tick(entry) {
        entry.apply(PersonId(0), world.now, entry.seq + 1, &event);
    }
    if let Some(step) = &scene.step {
        let who = scene.by.or_else(|| register.flow.find_step(step)?.who.first().copied());
        let outcome = match who {
            Some(who) => {
                let actor = actor(who, scene.person);
                let command =
                    TakeStep { step: step.clone(), body: body(world, register, scene)?, seen: None };
                world.take_step(plan, entry, &actor, &command).map(|events| (actor.person, events))
            }
            None => return Err(format!("“{step}”由系统办理，不能写在步骤里")),
        };
        match (outcome, &scene.refused) {
            (Ok((person, events)), None) => apply(entry, person, world.now, &events),
            (Ok(_), Some(words)) => return Err(format!("“{step}”应被拒绝（{words}），却办成了")),
            (Err(refusal), Some(words)) if refusal.sentence.contains(words.as_str()) => {}
            (Err(refusal), Some(words)) => {
                return Err(format!("拒绝的理由应含“{words}”，实为：{refusal}"));
            }
            (Err(refusal), None) => return Err(format!("“{step}”被拒绝：{refusal}")),
        }
    }
    if let Some(posted) = scene.posted
        && posted != entry.posted_on(register, scene.on).is_some()
    {
        return Err(String::from(if posted {
            "应在公示，实未公示"
        } else {
            "不应公示，实在公示"
        }));
    }
    expect("状态", scene.state.as_deref(), Some(&entry.state))?;
    expect("灯色", scene.light.as_deref(), Some(entry.light.as_deref().unwrap_or("none")))
}

fn apply(entry: &mut Entry, person: PersonId, now: Moment, events: &[EntryEvent]) {
    for event in events {
        entry.apply(person, now, entry.seq + 1, event);
    }
}

fn expect(what: &str, expected: Option<&str>, got: Option<&str>) -> Result<(), String> {
    match expected {
        Some(expected) if Some(expected) != got => {
            Err(format!("{what}应为“{expected}”，实为“{}”", got.unwrap_or_default()))
        }
        _ => Ok(()),
    }
}

fn body(world: &World<'_>, register: &Register, scene: &Scene) -> Result<StepBody, String> {
    let evidence = (0..scene.evidence).map(|i| Evidence {
        hash: Hash::of(format!("{}{i}", scene.on).as_bytes()),
        name: format!("佐证{}.jpg", i + 1),
        size: 1,
    });
    Ok(StepBody {
        note: scene.note.clone().unwrap_or_default(),
        fields: fields(world, register, &scene.fields)?,
        evidence: evidence.collect(),
        progress: scene.progress.map(|(planned, actual)| Progress { planned, actual }),
        due: scene.due.map(|day| world.due_on(day, luoshi_pack::Until::DayEnd)),
        unit: None,
    })
}

fn fields(
    world: &World<'_>,
    register: &Register,
    words: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, FieldValue>, String> {
    let read = |(key, text): (&String, &String)| {
        let field = register.find_field(key).ok_or_else(|| format!("台账没有“{key}”这一栏"))?;
        let value = world.parse_field(field, text).map_err(|refusal| refusal.sentence)?;
        Ok((key.clone(), value))
    };
    words.iter().map(read).collect()
}

fn noon(day: Date) -> Moment {
    Moment::at(day, time(12, 0, 0, 0))
}

fn actor(who: Who, person: u32) -> Actor {
    let post = post_of(who.role, who.side, person);
    Actor { person: PersonId(post), post: PostId(post), address: String::from("example") }
}

/// One person and post for each role, side and number.
fn post_of(role: Role, side: Side, person: u32) -> i64 {
    let role = Role::ALL.iter().position(|(known, ..)| *known == role).unwrap_or(0);
    let side = Side::ALL.iter().position(|(known, ..)| *known == side).unwrap_or(0);
    i64::try_from((role * Side::ALL.len() + side) * PEOPLE as usize).unwrap_or(0)
        + i64::from(person % PEOPLE)
        + 1
}

fn organisation(day: Date) -> Organisation {
    let from = Date::new(day.year() - 1, 1, 1).unwrap_or(day);
    let mut org = Organisation::default();
    for (side, id, name, parent) in UNITS {
        org.units.insert(UnitId(id), unit(id, name, parent, from));
        for (role, _, title) in Role::ALL {
            for person in 0..PEOPLE {
                let post = post_of(role, side, person);
                let name = format!("{name}{title}{}", person + 1);
                org.people.insert(PersonId(post), Person { id: PersonId(post), name, mobile: String::new() });
                org.posts.insert(
                    PostId(post),
                    Post {
                        id: PostId(post),
                        person: PersonId(post),
                        unit: UnitId(id),
                        title: title.to_owned(),
                        roles: vec![role],
                        system: None,
                        from,
                        to: None,
                    },
                );
            }
        }
    }
    org
}

fn unit(id: i64, name: &str, parent: Option<i64>, from: Date) -> Unit {
    Unit {
        id: UnitId(id),
        names: vec![(from, name.to_owned())],
        short: Vec::new(),
        code: String::new(),
        region: String::new(),
        credit: String::new(),
        sort: 0,
        kind: String::from("department"),
        parents: vec![(from, parent.map(UnitId))],
        from,
        to: None,
        into: None,
        outside: false,
    }
}
