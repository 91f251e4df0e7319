//! What somebody follows while it lies on the desks of others.

use luoshi_engine::{EntryNo, PlanId, UnitId};
use luoshi_pack::{Effect, Phase, Role};
use luoshi_testkit::for_each_database;

use super::county::{act, june, plan_with, step, task};
use super::open;
use crate::{Aside, At, Page, Store};

const ALL: Page = Page { skip: 0, limit: 99 };

async fn found(store: &Store, aside: Aside, desks: &[(UnitId, Role)]) -> Vec<(i64, i64)> {
    let asides = [aside.clone(), aside];
    let rows = store.list_aside(&asides, desks, false, ALL).await.unwrap();
    assert_eq!(store.count_aside(&asides, desks).await.unwrap(), i64::try_from(rows.len()).unwrap());
    let second = Page { skip: 1, limit: 1 };
    let turned_to = store.list_aside(&asides, desks, false, second).await.unwrap();
    assert_eq!(turned_to, rows.iter().skip(1).take(1).cloned().collect::<Vec<_>>());
    rows.iter().map(|row| (row.plan.0, row.no.0)).collect()
}

#[tokio::test]
async fn what_stands_elsewhere_is_found_once_and_not_on_the_own_desk() {
    for_each_database(async |place| {
        let store = open(place).await;
        let tasks = [(1, task(20, 9)), (2, task(20, 5)), (3, task(21, 7)), (4, task(20, 28))];
        let one = plan_with(&store, june(1), &tasks).await;
        let two = plan_with(&store, june(1), &[(1, task(20, 6))]).await;
        let mut back = step("doing", Phase::Open);
        let luoshi_engine::EntryEvent::Stepped { effect, .. } = &mut back else { unreachable!() };
        *effect = Some(Effect::Return);
        let mut work = store.begin().await.unwrap();
        let acts = [(1, step("given", Phase::Submitted)), (3, step("given", Phase::Submitted)), (3, back)];
        act(&mut work, one, "acts", june(2), &acts).await.unwrap();
        work.commit().await.unwrap();

        let of = |at: At, plans: &[PlanId], leads: Option<&[i64]>| Aside {
            at,
            plans: plans.to_vec(),
            leads: leads.map(|leads| leads.iter().copied().map(UnitId).collect()),
        };
        let soon = of(At::Owed(june(2), june(9)), &[], Some(&[20, 21]));
        let due = vec![(one.0, 2), (two.0, 1), (one.0, 3)];
        assert_eq!(
            found(&store, soon.clone(), &[]).await,
            due,
            "the first due first, what is far is not soon"
        );
        let plans = store.list_aside(std::slice::from_ref(&soon), &[], true, ALL).await.unwrap();
        let plans: Vec<_> = plans.iter().map(|row| (row.plan.0, row.no.0)).collect();
        assert_eq!(plans, [(one.0, 2), (one.0, 3), (two.0, 1)]);
        let own = [(UnitId(20), Role::Handler), (UnitId(20), Role::Leader)];
        assert_eq!(found(&store, soon, &own).await, [(one.0, 3)], "what lies on the own desk is left out");
        assert_eq!(found(&store, of(At::HandedIn, &[], Some(&[20, 21])), &own).await, [(one.0, 1)]);
        assert_eq!(found(&store, of(At::HandedIn, &[], None), &own).await, [], "of no unit there is nothing");
        let doing = || At::State("task".into(), "doing".into());
        assert_eq!(found(&store, of(doing(), &[one], None), &[]).await, [(one.0, 2), (one.0, 3), (one.0, 4)]);
        assert_eq!(found(&store, of(doing(), &[one], Some(&[21])), &[]).await, [(one.0, 3)]);
        assert_eq!(found(&store, of(doing(), &[], None), &[]).await, [], "of no plan there is nothing");
        let returned = || At::Returned("task".into());
        assert_eq!(found(&store, of(returned(), &[one, two], None), &[]).await, [(one.0, 3)]);
        assert_eq!(found(&store, of(returned(), &[one], Some(&[20])), &[]).await, []);

        let of = |no| (one, EntryNo(no));
        let mut phases = store.phases(&[of(1), of(2), of(3), of(77)]).await.unwrap();
        phases.sort_unstable_by_key(|(of, _)| *of);
        assert_eq!(phases, [(of(1), Phase::Submitted), (of(2), Phase::Open), (of(3), Phase::Open)]);
    })
    .await;
}
