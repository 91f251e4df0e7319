//! Lists that follow what happens: one stream of server-sent events for a page, which says no more than that
//! something changed within the reader's sight; the page then asks for its list anew. At most one message
//! every few seconds, however much happens.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream::unfold;
use luoshi_app::{App, Heads, Moved};
use luoshi_engine::{PersonId, PostId, UnitId};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::error::Result;
use crate::routes::Routes;
use crate::sign::Signed;
use crate::state::Web;

/// Where the stream is.
pub(crate) const PLACE: &str = "/live";

/// How many streams one person may hold open: pages that are looked at hold one each.
const EACH: usize = 6;

/// How many streams there may be in all.
const MOST: usize = 5000;

/// What happened in one round of looking.
#[derive(Clone, Debug, Default)]
struct Round {
    number: u64,
    moved: Arc<Moved>,
}

/// Who listens, and what is told to them.
pub(crate) struct Live {
    every: Duration,
    beat: Duration,
    rounds: watch::Sender<Round>,
    stopped: watch::Sender<bool>,
    looking: AtomicBool,
    open: Mutex<BTreeMap<PersonId, usize>>,
}

impl Live {
    /// Nobody listens yet; what happens is looked at so often, and a stream says at least so often that it
    /// is still there.
    pub(crate) fn new(every: Duration, beat: Duration) -> Self {
        Self {
            every,
            beat,
            rounds: watch::Sender::new(Round::default()),
            stopped: watch::Sender::new(false),
            looking: AtomicBool::new(false),
            open: Mutex::default(),
        }
    }

    /// Ends all streams: the server stops, and they must not hold it up.
    pub(crate) fn stop(&self) {
        self.stopped.send_replace(true);
    }

    /// A place for one more stream of a person; none where there are too many.
    fn enter(self: &Arc<Self>, person: PersonId) -> Option<Place> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.values().sum::<usize>() >= MOST || open.get(&person).is_some_and(|count| *count >= EACH) {
            return None;
        }
        *open.entry(person).or_default() += 1;
        Some(Place { live: Arc::clone(self), person })
    }

    /// Looks at what happens as long as anybody listens. Whoever asks for it may go away at any time, so that
    /// it begins on its own; by then it is known where the chains stand.
    async fn look(self: &Arc<Self>, app: &App) {
        if let Some(looking) = Looking::begin(self) {
            let app = app.clone();
            let begun = tokio::spawn(async move {
                let heads = app.heads().await.ok();
                tokio::spawn(look_on(looking, app, heads));
            });
            drop(begun.await);
        }
    }
}

/// That somebody looks at what happens: one at a time, until this is dropped.
struct Looking(Arc<Live>);

impl Looking {
    fn begin(live: &Arc<Live>) -> Option<Self> {
        (!live.looking.swap(true, Ordering::SeqCst)).then(|| Self(Arc::clone(live)))
    }
}

impl Drop for Looking {
    fn drop(&mut self) {
        self.0.looking.store(false, Ordering::SeqCst);
    }
}

/// Round after round, until nobody listens any more.
async fn look_on(mut looking: Looking, app: App, mut heads: Option<Heads>) {
    let live = Arc::clone(&looking.0);
    let mut stopped = live.stopped.subscribe();
    loop {
        tokio::select! {
            () = ended(&mut stopped) => return,
            () = tokio::time::sleep(live.every) => {}
        }
        match &mut heads {
            None => heads = app.heads().await.ok(),
            Some(heads) => match app.moved(heads).await {
                Ok(moved) if moved.is_empty() => {}
                Ok(moved) => live.rounds.send_modify(|round| {
                    *round = Round { number: round.number + 1, moved: Arc::new(moved) };
                }),
                Err(error) => tracing::warn!(%error, "what happened could not be looked at"),
            },
        }
        if live.rounds.receiver_count() == 0 {
            drop(looking);
            // Who came in between is looked for, unless another has begun.
            let came = live.rounds.receiver_count() > 0;
            let Some(again) = came.then(|| Looking::begin(&live)).flatten() else { return };
            looking = again;
        }
    }
}

/// Comes when the server stops.
async fn ended(stopped: &mut watch::Receiver<bool>) {
    drop(stopped.wait_for(|stopped| *stopped).await);
}

/// The place of a stream; given back when it ends.
struct Place {
    live: Arc<Live>,
    person: PersonId,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.live.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.person) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.person);
            }
        }
    }
}

/// One stream.
struct Listener {
    web: Web,
    token: String,
    post: PostId,
    units: BTreeSet<UnitId>,
    seen: u64,
    /// When it must say again that it is still there.
    due: Instant,
    rounds: watch::Receiver<Round>,
    stopped: watch::Receiver<bool>,
    _place: Place,
}

impl Listener {
    /// What is told next; none at the end. The session is looked for only when something is told.
    async fn next(&mut self) -> Option<Event> {
        let event = loop {
            tokio::select! {
                () = ended(&mut self.stopped) => return None,
                () = tokio::time::sleep_until(self.due) => break Event::default().comment(""),
                changed = self.rounds.changed() => changed.ok()?,
            }
            let round = self.rounds.borrow_and_update().clone();
            // Who was slow may have missed a round.
            let missed = round.number > self.seen + 1;
            self.seen = round.number;
            if missed || round.moved.concerns(&self.units) {
                break Event::default().event("moved").data("1");
            }
        };
        self.due = Instant::now() + self.web.live().beat;
        self.stands().await.then_some(event)
    }

    /// Whether the session is still there, in the same post.
    async fn stands(&self) -> bool {
        let session = self.web.app().session_unseen(&self.token).await;
        matches!(session, Ok(Some(session)) if session.post == self.post)
    }
}

/// Where it is.
pub(crate) fn routes() -> Routes {
    Routes::new().route(PLACE, get(stream))
}

/// The stream. To a browser no content means that it need not come again.
async fn stream(State(web): State<Web>, signed: Signed) -> Result<Response> {
    let live = web.live();
    let Some(place) = live.enter(signed.session.person) else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let rounds = live.rounds.subscribe();
    let seen = rounds.borrow().number;
    live.look(web.app()).await;
    // Desks show what lies in all of somebody's posts.
    let desks = signed.reader.desks().into_iter().map(|(unit, _)| unit);
    let listener = Listener {
        token: signed.token,
        post: signed.session.post,
        units: signed.reader.units().into_iter().chain(desks).collect(),
        due: Instant::now() + live.beat,
        seen,
        stopped: live.stopped.subscribe(),
        rounds,
        _place: place,
        web: web.clone(),
    };
    let first = (Some(Event::default().retry(Duration::from_secs(5)).comment("")), listener);
    let events = unfold(first, |(first, mut listener)| async move {
        let event = match first {
            Some(first) => first,
            None => listener.next().await?,
        };
        Some((Ok::<_, Infallible>(event), (None, listener)))
    });
    // A proxy in front must not gather what is told.
    Ok(([("x-accel-buffering", "no")], Sse::new(events)).into_response())
}
