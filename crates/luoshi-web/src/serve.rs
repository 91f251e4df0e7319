//! Serving: takes connections until it is told to stop, and then finishes what it has accepted.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::serve::{Listener, ListenerExt};
use luoshi_app::App;
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::state::Web;
use crate::tls::{Authority, Tls, TlsListener};
use crate::{router, trust};

/// How often the scheduler looks whether something is due.
const ROUND: Duration = Duration::from_secs(20);

/// Serves an office until `stop` comes. What was accepted by then is finished.
///
/// # Errors
///
/// The listener fails.
pub async fn serve(
    listener: TcpListener,
    web: Web,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let rounds = tokio::spawn(rounds(web.app().clone(), None));
    let live = Arc::clone(web.live());
    let stop = async move {
        stop.await;
        live.stop();
    };
    let served = served(listener, router(web), stop).await;
    rounds.abort();
    served
}

/// Serves an office over TLS; on a second, plain listener the page that helps to trust it, and the way over.
///
/// # Errors
///
/// A listener fails.
pub async fn serve_tls(
    listener: TcpListener,
    plain: Option<TcpListener>,
    web: Web,
    tls: Tls,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let rounds = tokio::spawn(rounds(web.app().clone(), tls.authority().cloned()));
    let (say, hear) = watch::channel(false);
    let aside = plain.map(|plain| {
        let mut hear = hear.clone();
        let stopped = async move { drop(hear.wait_for(|stopped| *stopped).await) };
        tokio::spawn(served(plain, trust::plain(&web), stopped))
    });
    let live = Arc::clone(web.live());
    let stop = async move {
        stop.await;
        live.stop();
        // Where nobody listens there is no second listener.
        let _ = say.send(true);
    };
    let done = served(TlsListener::new(listener, &tls)?, router(web), stop).await;
    if let Some(aside) = aside {
        aside.await.map_err(std::io::Error::other)??;
    }
    rounds.abort();
    done
}

async fn served<L>(
    listener: L,
    router: axum::Router,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()>
where
    L: Listener<Addr = SocketAddr>,
{
    // The address of a connection is known for any listener that is tapped.
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener.tap_io(|_| {}), service).with_graceful_shutdown(stop).await
}

/// What time alone brings about, round after round.
async fn rounds(app: App, authority: Option<Arc<Authority>>) {
    loop {
        if let Err(error) = app.tick().await {
            tracing::error!(%error, "tick failed");
        }
        if let Err(error) = app.digest().await {
            tracing::error!(%error, "digest failed");
        }
        if let Some(Err(error)) = authority.as_ref().map(|own| own.renew(app.now().date())) {
            tracing::error!(%error, "certificate not renewed");
        }
        tokio::time::sleep(ROUND).await;
    }
}
