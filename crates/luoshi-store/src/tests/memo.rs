//! What was read is remembered until something is written, by whoever.

use luoshi_engine::PlanId;
use luoshi_pack::Phase;
use luoshi_testkit::Place;

use super::county::{act, june, plan_with, step, task};
use super::{open, seen};
use crate::{Filter, Options, Store, Target};

async fn open_entries(store: &Store, plan: PlanId) -> i64 {
    let filter = Filter { phase: Some(Phase::Open), ..Filter::default() };
    store.count_entries(plan, &filter).await.unwrap()
}

/// Hands an entry in.
async fn hand_in(store: &Store, plan: PlanId, key: &str, no: i64) {
    let mut work = store.begin().await.unwrap();
    work.heads(&[plan]).await.unwrap();
    act(&mut work, plan, key, june(2), &[(no, step("submitted", Phase::Submitted))]).await.unwrap();
    work.commit().await.unwrap();
}

/// How often entries were really counted since it was last asked.
fn counted() -> usize {
    seen::take().iter().filter(|(text, _)| text.starts_with("SELECT COUNT(*) FROM entry")).count()
}

#[tokio::test]
async fn it_is_counted_once_until_something_is_written() {
    for place in [Place::folder(), Place::database()] {
        let store = open(&place).await;
        let plan = plan_with(&store, june(1), &[(1, task(20, 10)), (2, task(21, 10))]).await;
        counted();
        assert_eq!((open_entries(&store, plan).await, open_entries(&store, plan).await), (2, 2));
        assert_eq!(counted(), 1, "the second time it is remembered");
        hand_in(&store, plan, "a", 1).await;
        assert_eq!((open_entries(&store, plan).await, counted()), (1, 1), "written since: counted again");
        store.begin().await.unwrap().rollback().await.unwrap();
        assert_eq!((open_entries(&store, plan).await, counted()), (1, 0), "nothing came of it");
    }
}

#[tokio::test]
async fn what_another_server_writes_is_seen_at_once() {
    let place = Place::database();
    let (store, other) = (open(&place).await, open(&place).await);
    let plan = plan_with(&store, june(1), &[(1, task(20, 10)), (2, task(21, 10))]).await;
    for (no, left) in [(1, 1), (2, 0)] {
        hand_in(&other, plan, &format!("k{no}"), no).await;
        assert_eq!(open_entries(&store, plan).await, left);
    }
}

#[tokio::test]
async fn who_only_reads_a_folder_sees_what_its_owner_writes() {
    let place = Place::folder();
    let owner = open(&place).await;
    let plan = plan_with(&owner, june(1), &[(1, task(20, 10))]).await;
    let reading = Options { read_only: true, ..Options::default() };
    let reader = Store::open(&Target::parse(&place.address()), &reading).await.unwrap();
    assert_eq!(open_entries(&reader, plan).await, 1);
    hand_in(&owner, plan, "a", 1).await;
    assert_eq!(open_entries(&reader, plan).await, 0);
}
