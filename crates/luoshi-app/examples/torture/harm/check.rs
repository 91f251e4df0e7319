//! Afterwards: is everything there once, and do the tables stand as the events say.

use std::collections::{BTreeMap, BTreeSet};

use luoshi_app::App;
use luoshi_engine::{Moment, PlanId};
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};

use super::Tally;
use super::child::{open, slow_clock};
use super::load::Done;
use super::parent::Promises;
use super::site::Site;

/// The tables that are made of events.
pub(crate) const TABLES: [&str; 8] =
    ["plan", "draft", "entry", "scope", "desk", "tally", "timer", "material"];

/// How many acknowledged keys are sent once more.
const RESENT: usize = 40;

/// How many events are read at a time.
const PAGE: i64 = 1000;

/// What the chains hold of one key.
#[derive(Clone, Copy, Debug)]
struct Held {
    plan: PlanId,
    first: i64,
    last: i64,
    count: i64,
}

/// Opens the place again, sends what nobody answered, and looks at everything.
pub(crate) fn reckon(site: &Site, promises: &mut Promises, tally: &mut Tally) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let app = match open(&site.orders("check", 0, 0), slow_clock(site.now)).await {
            Ok(app) => app,
            Err(error) => return tally.fault(format!("cannot be opened again: {error}")),
        };
        resend(&app, promises, tally).await;
        look(&app, site, promises, tally).await;
        app.store().clone().close().await;
    });
    tally.untrue.append(&mut promises.untrue);
    for (words, count) in std::mem::take(&mut promises.told) {
        *tally.told.entry(words).or_default() += count;
    }
}

/// Sends what was not answered once more, and some of what was: that must change nothing.
async fn resend(app: &App, promises: &mut Promises, tally: &mut Tally) {
    let acknowledged = promises.done.keys().rev().take(RESENT).cloned();
    let acknowledged: Vec<_> = acknowledged.filter_map(|key| promises.sent.get(&key).cloned()).collect();
    for sent in acknowledged.iter().chain(&promises.unanswered()) {
        let known = promises.done.contains_key(&sent.key);
        match app.execute(sent.request()).await {
            Ok(outcome) if known && !outcome.repeated => {
                tally.doubled.push(format!("{}: done anew", sent.key))
            }
            Ok(outcome) => {
                if outcome.repeated && promises.denied(&sent.key) {
                    promises.untrue.push(format!("{}: told as not saved and was", sent.key));
                }
                promises.acknowledge(Done::new(&sent.key, &outcome));
            }
            Err(error) => tally.fault(format!("{}: sent once more: {error}", sent.key)),
        }
    }
}

/// Looks at everything kept.
pub(crate) async fn look(app: &App, site: &Site, promises: &Promises, tally: &mut Tally) {
    let held = chains(app, tally).await;
    for done in promises.done.values() {
        let row = app.store().command(&done.key).await.expect("a command can be read");
        let kept =
            row.is_some_and(|row| (row.chain, row.first, row.last) == (done.plan, done.first, done.last));
        match held.get(&done.key) {
            Some(held) if kept && held.matches(done) => {}
            Some(held) if held.count > done.last - done.first + 1 => {
                tally.doubled.push(format!("{done:?}: the chain holds {held:?}"));
            }
            held => tally.lost.push(format!("{done:?}: row kept: {kept}, the chain holds {held:?}")),
        }
    }
    for hash in &promises.kept {
        let row = app.store().attachment(*hash).await.expect("a row can be read");
        if row.is_none() {
            tally.lost.push(format!("file {hash}"));
        }
    }
    sound(app, tally).await;
    let before = dump(site, &TABLES).await.expect("tables can be read");
    app.rebuild().await.expect("tables can be made again");
    let after = dump(site, &TABLES).await.expect("tables can be read");
    for (table, rows) in &before {
        if let Some(row) = rows.symmetric_difference(&after[table]).next() {
            tally.fault(format!("table {table} differs from the one made again: {row}"));
        }
    }
}

/// Notes what verifying finds.
pub(crate) async fn sound(app: &App, tally: &mut Tally) {
    match app.verify(&[]).await {
        Ok(report) => report.faults.iter().for_each(|fault| tally.fault(fault.to_string())),
        Err(error) => tally.fault(format!("verify: {error}")),
    }
}

impl Held {
    fn matches(&self, done: &Done) -> bool {
        let whole = done.last - done.first + 1 == self.count;
        whole && (self.plan, self.first, self.last) == (done.plan, done.first, done.last)
    }
}

/// Reads all chains through: what they hold by key, and whether time goes back in them.
async fn chains(app: &App, tally: &mut Tally) -> BTreeMap<String, Held> {
    let mut held: BTreeMap<String, Held> = BTreeMap::new();
    let heads = app.store().heads(-1, PAGE).await.expect("heads can be read");
    for (plan, _) in heads {
        let (mut after, mut at) = (0, Moment(i64::MIN));
        loop {
            let events = app.store().events_page(plan, after, PAGE).await.expect("events can be read");
            for event in &events {
                if event.at < at {
                    tally.fault(format!("plan {plan}, event {}: before the one before it", event.seq));
                }
                (after, at) = (event.seq, event.at);
                let new = Held { plan, first: event.seq, last: event.seq, count: 0 };
                let known = held.entry(event.key.clone()).or_insert(new);
                (known.last, known.count) = (event.seq, known.count + 1);
            }
            if events.is_empty() {
                break;
            }
        }
    }
    held
}

/// Rows of tables as text, in no order.
pub(crate) type Rows = BTreeMap<&'static str, BTreeSet<String>>;

/// All rows of tables as text, past the application.
pub(crate) async fn dump(site: &Site, tables: &[&'static str]) -> sqlx::Result<Rows> {
    let mut found = Rows::new();
    if site.is_postgres() {
        let mut connection = PgConnection::connect(&site.address).await?;
        for table in tables {
            let rows = sqlx::query(AssertSqlSafe(format!("SELECT t::text FROM {table} t{}", counted(table))));
            let rows = rows.fetch_all(&mut connection).await?;
            found.insert(table, rows.iter().map(|row| row.get(0)).collect());
        }
        return Ok(found);
    }
    let mut connection = site.sqlite().await?;
    for table in tables {
        let columns =
            format!("SELECT group_concat('quote(' || name || ')', '||') FROM pragma_table_info('{table}')");
        let columns: String =
            sqlx::query(AssertSqlSafe(columns)).fetch_one(&mut connection).await?.try_get(0)?;
        let rows = sqlx::query(AssertSqlSafe(format!("SELECT {columns} FROM {table}{}", counted(table))));
        let rows = rows.fetch_all(&mut connection).await?;
        found.insert(table, rows.iter().map(|row| row.try_get(0)).collect::<sqlx::Result<_>>()?);
    }
    Ok(found)
}

/// A tally of nothing is as good as none.
fn counted(table: &str) -> &'static str {
    if table == "tally" { " WHERE n <> 0" } else { "" }
}
