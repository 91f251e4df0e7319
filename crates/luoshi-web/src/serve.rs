//! Serving: takes connections until it is told to stop, and then finishes what it has accepted.

use std::net::SocketAddr;
use std::time::Duration;

use luoshi_app::App;
use tokio::net::TcpListener;

use crate::router;
use crate::state::Web;

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
    let rounds = tokio::spawn(rounds(web.app().clone()));
    let service = router(web).into_make_service_with_connect_info::<SocketAddr>();
    let served = axum::serve(listener, service).with_graceful_shutdown(stop).await;
    rounds.abort();
    served
}

/// What time alone brings about, round after round.
async fn rounds(app: App) {
    loop {
        if let Err(error) = app.tick().await {
            tracing::error!(%error, "tick failed");
        }
        if let Err(error) = app.digest().await {
            tracing::error!(%error, "digest failed");
        }
        tokio::time::sleep(ROUND).await;
    }
}
