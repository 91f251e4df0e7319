//! A simulated county comes out the same, runs into everything that people run into, and leaves
//! nothing behind that is not of its flow.

#![allow(clippy::unwrap_used, reason = "a helper of tests fails as a test does")]

use std::collections::BTreeSet;

use jiff::civil::date;
use luoshi_app::App;
use luoshi_app::simulate::{Simulation, Told, open_simulated, simulate};
use luoshi_engine::PlanId;
use luoshi_store::{Filter, Page, Target};
use luoshi_testkit::Place;

const SMALL: Simulation =
    Simulation { seed: 7, towns: 1, villages: 2, plans: 4, days: 30, start: date(2026, 3, 2) };

async fn run(place: &Place, plan: &Simulation) -> (App, Told) {
    let (app, clock) =
        open_simulated(&Target::parse(&place.address()), place.files(), plan.seed).await.unwrap();
    // What is no refusal ends the run: here it would show.
    let told = simulate(&app, &clock, plan).await.unwrap();
    (app, told)
}

#[tokio::test]
async fn the_same_seed_gives_the_same_chains_on_either_database() {
    let (_, first) = run(&Place::folder(), &SMALL).await;
    let (_, second) = run(&Place::folder(), &SMALL).await;
    assert_eq!(first, second);
    let (_, third) = run(&Place::database(), &SMALL).await;
    assert_eq!(first.heads, third.heads);
    assert_eq!(first, third);
    assert_eq!(first.issued, 4);
    let other = Simulation { seed: 8, days: 2, ..SMALL };
    let (_, other) = run(&Place::folder(), &other).await;
    assert_ne!(first.heads, other.heads);
}

#[tokio::test]
async fn a_larger_county_runs_into_everything() {
    let place = Place::folder();
    let plan = Simulation { seed: 11, towns: 2, villages: 3, plans: 6, days: 60, ..SMALL };
    let (app, told) = run(&place, &plan).await;
    assert_eq!(told.issued, 6);
    assert_eq!(told.refused.len(), 8, "{told}");
    assert!(told.stood_in > 0 && told.repeated > 0 && told.reminders > 0 && told.received > 0, "{told}");
    assert!(told.on_time < told.received && told.received < told.expected, "{told}");
    let context = app.context();
    let pack = context.library.packs().find(|pack| pack.name == "task").unwrap();
    let flow = &pack.find_register("task").unwrap().flow;
    let taken: BTreeSet<&str> =
        told.steps.keys().filter(|(register, _)| register == "task").map(|(_, step)| &**step).collect();
    let never: Vec<&str> =
        flow.steps.iter().map(|step| step.key.as_str()).filter(|step| !taken.contains(step)).collect();
    assert!(never.is_empty(), "never taken: {never:?}");
    every_state_is_of_its_flow(&app).await;
    let report = app.verify(&[]).await.unwrap();
    assert!(report.sound() && report.events == told.events, "{report:?}");
}

async fn every_state_is_of_its_flow(app: &App) {
    let context = app.context();
    let mut seen = 0;
    for row in app.store().plans(None, PlanId(0), 100).await.unwrap() {
        let plan = app.store().plan(row.id).await.unwrap().unwrap();
        let rows =
            app.store().find_entries(plan.id, &Filter::default(), Page::number(1, 10_000)).await.unwrap();
        if rows.is_empty() {
            continue;
        }
        let pack = context.pack(&plan).unwrap();
        for row in rows {
            let flow = &pack.find_register(&row.register).unwrap().flow;
            let state = flow.find_state(&row.state);
            assert!(state.is_some_and(|state| state.phase == row.phase), "{row:?}");
            seen += 1;
        }
    }
    assert!(seen > 100, "{seen}");
}
