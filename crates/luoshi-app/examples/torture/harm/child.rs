//! The child: opens the application where the parent says, and is killed some time.

use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use luoshi_app::{App, AppError, Clock, Sealer, Settings};
use luoshi_engine::Moment;
use luoshi_store::attachment::{Attachments, Limits, Place as Files};
use luoshi_store::vault::Vault;
use luoshi_store::{Anchors, Options, Store, Target, read_anchors};
use serde::{Deserialize, Serialize};

use super::load::{Caller, Dice, Line, Sink};

/// What stands before each line of a child: a test program prints words of its own as well.
pub(crate) const MARK: &str = "@@";

/// What the parent wants; the first line that the child reads.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Orders {
    /// The folder or database.
    pub(crate) address: String,
    /// Where files are kept.
    pub(crate) files: PathBuf,
    /// What keys begin with.
    pub(crate) name: String,
    pub(crate) seed: u64,
    /// How many callers; none to verify only.
    pub(crate) callers: u32,
    /// How long to wait for a lock or a connection.
    pub(crate) patience: u64,
    /// The moment at which the clock begins.
    pub(crate) from: Moment,
    /// A file of anchors to verify with.
    pub(crate) anchors: Option<PathBuf>,
}

/// A clock that goes on by a millisecond each time it is read.
pub(crate) fn slow_clock(from: Moment) -> Clock {
    let now = AtomicI64::new(from.0);
    Arc::new(move || Moment(now.fetch_add(1, Ordering::SeqCst)))
}

/// Opens the application.
pub(crate) async fn open(orders: &Orders, clock: Clock) -> Result<App, AppError> {
    let options = Options { patience: Duration::from_millis(orders.patience), ..Options::default() };
    let store = Store::open(&Target::parse(&orders.address), &options).await?;
    let files = Files::Folder(orders.files.join("attachments"));
    let settings = Settings {
        clock,
        packs: Vec::new(),
        sealer: Sealer::new(Some(Vault::open(&orders.files.join("master.key"))?)),
        attachments: Attachments::open(&files, Limits::default())?,
        accounts: luoshi_app::AccountSettings::cheap(),
    };
    App::open(store, settings).await
}

/// Lives until the parent says `stop`, is gone, or ends it.
pub(crate) fn run() {
    let mut first = String::new();
    // Started by hand there are no orders, and nothing to do.
    let Ok(1..) = std::io::stdin().read_line(&mut first) else { return };
    let Ok(orders) = serde_json::from_str::<Orders>(&first) else { return };
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    std::thread::spawn(move || {
        for word in std::io::stdin().lock().lines() {
            match word.as_deref() {
                Ok("stop") => asked.store(true, Ordering::SeqCst),
                _ => break,
            }
        }
        // A child whose parent is gone is of no use to anybody.
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(live(&orders, &stop));
}

fn say(line: &Line) {
    let words = serde_json::to_string(line).expect("a line");
    let mut out = std::io::stdout().lock();
    // A parent that does not listen any more is gone.
    let _ = writeln!(out, "\n{MARK}{words}").and_then(|()| out.flush());
}

async fn live(orders: &Orders, stop: &Arc<AtomicBool>) {
    let app = match open(orders, slow_clock(orders.from)).await {
        Ok(app) => app,
        Err(error) => return say(&Line::Failed(error.to_string())),
    };
    say(&Line::Ready);
    if orders.callers == 0 {
        say(&look(orders, &app).await.unwrap_or_else(|error| Line::Failed(error.to_string())));
    }
    call(&app, orders, stop, &(Arc::new(|line| say(&line)) as Sink)).await;
    say(&Line::End);
}

async fn look(orders: &Orders, app: &App) -> Result<Line, AppError> {
    let anchors = orders.anchors.as_ref().map_or(Ok(Anchors::default()), |file| read_anchors(file))?;
    let report = app.verify(&anchors.list).await?;
    let torn = anchors.torn.iter().map(|line| format!("锚点文件第 {line} 行不完整"));
    Ok(Line::Found(torn.chain(report.faults.iter().map(ToString::to_string)).collect()))
}

/// Lets all callers call until they are told to stop.
pub(crate) async fn call(app: &App, orders: &Orders, stop: &Arc<AtomicBool>, sink: &Sink) {
    let mut jobs = tokio::task::JoinSet::new();
    for number in 0..orders.callers {
        let caller = Caller {
            app: app.clone(),
            sink: Arc::clone(sink),
            stop: Arc::clone(stop),
            name: format!("{}-{number}", orders.name),
            dice: Dice::new(orders.seed ^ (u64::from(number) << 32)),
            turn: 0,
        };
        jobs.spawn(caller.run());
    }
    while jobs.join_next().await.is_some() {}
}
