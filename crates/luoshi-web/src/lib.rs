//! The office on the web: pages rendered here, a JSON API beside them, and all that they are made of in
//! the binary. A handler takes a request apart, calls a use case, and fills a page; it decides nothing.

mod api;
mod assets;
mod body;
mod error;
mod export;
mod guard;
mod limit;
mod live;
mod offline;
mod pages;
mod serve;
mod sheet;
mod sign;
mod state;
mod tls;
mod trust;
mod view;

pub use api::description;
pub use limit::Rate;
pub use serve::{serve, serve_tls};
pub use state::{Settings, Trust, Web};
pub use tls::{Authority, Tls, TlsError};

use axum::Router;

/// Everything that the office serves.
pub fn router(web: Web) -> Router {
    let pages = pages::routes().merge(offline::routes()).merge(trust::routes()).merge(live::routes());
    guard::around(pages.merge(assets::routes()).merge(api::routes()), &web).with_state(web)
}
