//! The office on the web: pages rendered here, a JSON API beside them, and all that they are made of in
//! the binary. A handler takes a request apart, calls a use case, and fills a page; it decides nothing.

mod api;
mod assets;
mod body;
mod error;
mod export;
mod guard;
mod kept;
mod limit;
mod live;
mod meter;
mod offline;
mod pages;
mod routes;
mod serve;
mod sheet;
mod sign;
mod small;
mod state;
mod status;
mod tls;
mod trust;
mod view;

pub use api::description;
pub use limit::Rate;
pub use serve::{Doors, serve};
pub use state::{Settings, Trust, Web};
pub use tls::{Authority, Tls, TlsError};

use axum::Router;

use routes::Routes;

/// Everything that the office serves.
pub fn router(web: Web) -> Router {
    guard::around(routes().into_router(), &web).with_state(web)
}

/// Every path that is served, in order; `{…}` is what differs from address to address.
pub fn paths() -> Vec<String> {
    routes().into_paths()
}

fn routes() -> Routes {
    let pages = pages::routes().merge(offline::routes()).merge(trust::routes()).merge(live::routes());
    pages.merge(assets::routes()).merge(api::routes())
}
