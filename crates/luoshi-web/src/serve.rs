//! Serving: takes connections until it is told to stop, and then finishes what it has accepted.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::serve::Listener;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use luoshi_app::App;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tower::ServiceExt as _;

use crate::state::Web;
use crate::tls::{Authority, Tls, TlsListener};
use crate::{router, status, trust};

/// How often the scheduler looks whether something is due.
pub(crate) const ROUND: Duration = Duration::from_secs(20);

/// How long a client may take to say what it wants.
const HEAD: Duration = Duration::from_secs(20);

/// How many connections are held at a time; the others wait at the door.
const CONNECTIONS: usize = 8192;

/// Where an office is served.
pub struct Doors {
    /// Pages and API.
    pub main: TcpListener,
    /// Over TLS: how, and where the page that helps to trust it is served over plain HTTP.
    pub tls: Option<(Tls, Option<TcpListener>)>,
    /// Health, readiness and figures, for whoever watches over the server.
    pub status: Option<TcpListener>,
}

impl Doors {
    /// Serves an office until `stop` comes. What was accepted by then is finished, unless it takes longer
    /// than [`crate::Settings::grace`].
    ///
    /// # Errors
    ///
    /// A listener fails.
    pub async fn serve(self, web: Web, stop: impl Future<Output = ()>) -> std::io::Result<()> {
        let (tls, plain) = self.tls.map_or((None, None), |(tls, plain)| (Some(tls), plain));
        let authority = tls.as_ref().and_then(|tls| tls.authority().cloned());
        // Dropped with this future, whatever becomes of it.
        let (mut scheduler, mut open) = (JoinSet::new(), JoinSet::new());
        scheduler.spawn(rounds(web.clone(), authority));
        if let Some(plain) = plain {
            open.spawn(served(plain, trust::plain(&web), web.clone()));
        }
        if let Some(status) = self.status {
            open.spawn(served(status, status::routes(&web), web.clone()));
        }
        let routes = router(web.clone());
        match tls {
            Some(tls) => open.spawn(served(TlsListener::new(self.main, &tls)?, routes, web.clone())),
            None => open.spawn(served(self.main, routes, web.clone())),
        };
        stop.await;
        web.stop();
        while open.join_next().await.is_some() {}
        scheduler.shutdown().await;
        Ok(())
    }
}

/// Serves an office on a plain listener, as [`Doors::serve`] does.
///
/// # Errors
///
/// The listener fails.
pub async fn serve(listener: TcpListener, web: Web, stop: impl Future<Output = ()>) -> std::io::Result<()> {
    Doors { main: listener, tls: None, status: None }.serve(web, stop).await
}

/// Takes connections of one listener, until the office stops.
async fn served<L: Listener<Addr = SocketAddr>>(mut listener: L, routes: Router, web: Web) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut connections = JoinSet::new();
    let mut stopped = pin!(web.stopped());
    loop {
        let come = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, (stream, peer)) = tokio::select! {
            come = come => come,
            () = &mut stopped => break,
            // Those that are over are forgotten.
            Some(_) = connections.join_next() => continue,
        };
        let routes = routes.clone();
        let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            routes.clone().oneshot(request)
        });
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(HEAD);
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        connections.spawn(async move {
            // Who breaks off is told nothing: nobody is there.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    if tokio::time::timeout(web.settings().grace, graceful.shutdown()).await.is_err() {
        tracing::warn!(connections = connections.len(), "stopped before all were finished");
    }
    connections.shutdown().await;
}

/// What time alone brings about, round after round.
async fn rounds(web: Web, authority: Option<Arc<Authority>>) {
    loop {
        if round(web.app(), authority.as_deref()).await {
            web.beat();
        }
        tokio::time::sleep(ROUND).await;
    }
}

/// One round; tells whether the scheduler did its work.
async fn round(app: &App, authority: Option<&Authority>) -> bool {
    let ticked = app.tick().await;
    if let Err(error) = &ticked {
        tracing::error!(%error, "tick failed");
    }
    if let Err(error) = app.digest().await {
        tracing::error!(%error, "digest failed");
    }
    if let Some(Err(error)) = authority.map(|own| own.renew(app.now().date())) {
        tracing::error!(%error, "certificate not renewed");
    }
    ticked.is_ok()
}
