//! Several servers on one PostgreSQL.

use luoshi_engine::PlanId;
use luoshi_pack::Phase;
use luoshi_testkit::Place;

use super::county::{act, june, plan_with, step, task};
use super::open;
use crate::{Options, Store, StoreError, Target};

#[tokio::test]
async fn servers_that_start_at_once_make_the_tables_once() {
    let place = Place::database();
    let starting = (0..4).map(|_| {
        let target = Target::parse(&place.address());
        tokio::spawn(async move { Store::open(&target, &Options::default()).await })
    });
    for started in starting.collect::<Vec<_>>() {
        started.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn who_only_reads_writes_nothing() {
    let place = Place::database();
    let store = open(&place).await;
    let reading = Options { read_only: true, ..Options::default() };
    let looking = Store::open(&Target::parse(&place.address()), &reading).await.unwrap();
    assert!(matches!(looking.begin().await, Err(StoreError::ReadOnly(_))));
    let plan = plan_with(&store, june(1), &[]).await;
    assert!(looking.head(plan).await.unwrap().is_some());
}

/// Carries a command out unless it was, as a server does: again from the beginning on a conflict.
async fn once(store: &Store, plan: PlanId, key: &str) -> bool {
    loop {
        match try_once(store, plan, key).await {
            Ok(done) => return done,
            Err(error) => assert!(error.passes(), "{error:?}"),
        }
    }
}

async fn try_once(store: &Store, plan: PlanId, key: &str) -> Result<bool, StoreError> {
    let mut work = store.begin().await?;
    work.heads(&[plan]).await?;
    if !work.commands(&[key]).await?.is_empty() {
        return Ok(false);
    }
    act(&mut work, plan, key, june(2), &[(1, step("doing", Phase::Open))]).await?;
    work.commit().await?;
    Ok(true)
}

#[tokio::test]
async fn the_same_commands_on_three_servers_at_once_are_carried_out_once() {
    const KEYS: usize = 20;
    let place = Place::database();
    let store = open(&place).await;
    let plan = plan_with(&store, june(1), &[(1, task(20, 10))]).await;
    let mut doing = Vec::new();
    for _ in 0..3 {
        let server = open(&place).await;
        doing.push(tokio::spawn(async move {
            let mut done = 0;
            for key in 0..KEYS {
                done += usize::from(once(&server, plan, &format!("key-{key}")).await);
            }
            done
        }));
    }
    let mut done = 0;
    for server in doing {
        done += server.await.unwrap();
    }
    assert_eq!(done, KEYS);
    let head = store.head(plan).await.unwrap().unwrap();
    assert_eq!(head.seq, 1 + i64::try_from(KEYS).unwrap());
}

#[tokio::test]
async fn plans_are_numbered_apart_on_servers_at_once() {
    let place = Place::database();
    let mut doing = Vec::new();
    for _ in 0..3 {
        let server = open(&place).await;
        doing.push(tokio::spawn(async move {
            let mut plans = Vec::new();
            for _ in 0..5 {
                plans.push(plan_with(&server, june(1), &[(1, task(20, 10))]).await.0);
            }
            plans
        }));
    }
    let mut plans = Vec::new();
    for server in doing {
        plans.extend(server.await.unwrap());
    }
    plans.sort_unstable();
    assert_eq!(plans, (1..=15).collect::<Vec<_>>());
}
