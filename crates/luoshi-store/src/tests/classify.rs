//! What went wrong is told by what to do about it.

use crate::StoreError;
use luoshi_testkit::Place;

use super::open;

#[test]
fn disk_errors_are_told_apart() {
    let told = |kind: std::io::ErrorKind| StoreError::from(std::io::Error::from(kind)).to_string();
    assert!(told(std::io::ErrorKind::StorageFull).contains("磁盘已满"));
    assert!(told(std::io::ErrorKind::ReadOnlyFilesystem).contains("只能读"));
    assert!(told(std::io::ErrorKind::PermissionDenied).contains("权限"));
    assert!(told(std::io::ErrorKind::Other).contains("磁盘出错"));
}

#[tokio::test]
async fn a_full_database_is_told_as_a_full_disk() {
    let place = Place::folder();
    let store = open(&place).await;
    let mut work = store.begin().await.unwrap();
    // SQLite's own limit stands for the disk's.
    work.tx.rows("PRAGMA max_page_count = 1".into(), Vec::new()).await.unwrap();
    let filling = "INSERT INTO command (key, digest, chain, first, last, at, outcome) \
        VALUES ('k', zeroblob(900000), 0, 0, 0, 0, '')";
    let error = work.tx.execute(filling.into(), Vec::new()).await.unwrap_err();
    assert!(matches!(error, StoreError::Full(_)) && !error.passes(), "{error:?}");
    drop(work);
    // When there is room again, it goes on.
    let mut work = store.begin().await.unwrap();
    work.tx.rows("PRAGMA max_page_count = 1000000".into(), Vec::new()).await.unwrap();
    work.tx.execute(filling.into(), Vec::new()).await.unwrap();
    work.commit().await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_no_database_is_told_as_damaged() {
    let place = Place::folder();
    std::fs::write(place.files().join(crate::DATABASE_FILE), "这不是数据库".repeat(100)).unwrap();
    let target = crate::Target::parse(&place.address());
    let error = crate::Store::open(&target, &crate::Options::default()).await.err().unwrap();
    assert!(matches!(error, StoreError::Damaged(_)), "{error:?}");
}

#[tokio::test]
async fn a_server_that_is_gone_is_told_as_away_and_found_again() {
    let server = luoshi_testkit::Postgres::start("-c fsync=off");
    let target = crate::Target::parse(&server.database());
    let store = crate::Store::open(&target, &crate::Options::default()).await.unwrap();
    let mut work = store.begin().await.unwrap();
    work.new_plan().await.unwrap();
    server.kill();
    let error = work.commit().await.unwrap_err();
    assert!(matches!(error, StoreError::Away(_)) && error.passes(), "{error:?}");
    server.start_again();
    let mut work = store.begin().await.unwrap();
    assert_eq!(work.new_plan().await.unwrap().0, 1);
    work.commit().await.unwrap();
}

#[tokio::test]
async fn two_that_wait_for_each_other_are_a_conflict() {
    let place = Place::database();
    let store = open(&place).await;
    for _ in 0..2 {
        let mut work = store.begin().await.unwrap();
        work.new_plan().await.unwrap();
        work.commit().await.unwrap();
    }
    let (one, two) = (luoshi_engine::PlanId(1), luoshi_engine::PlanId(2));
    let mut first = store.begin().await.unwrap();
    let mut second = store.begin().await.unwrap();
    first.heads(&[one]).await.unwrap();
    second.heads(&[two]).await.unwrap();
    let (one, two) =
        (tokio::spawn(async move { first.heads(&[two]).await.map(|_| first) }), second.heads(&[one]).await);
    let one = one.await.unwrap();
    let error = one.err().or(two.err()).unwrap();
    assert!(matches!(error, StoreError::Conflict(_)), "{error:?}");
}
