//! The office on the web: pages rendered here, a JSON API beside them, and all that they are made of in
//! the binary. A handler takes a request apart, calls a use case, and fills a page; it decides nothing.

mod api;
mod assets;
mod error;
mod export;
mod guard;
mod limit;
mod pages;
mod serve;
mod sign;
mod state;
mod view;

pub use api::description;
pub use limit::Rate;
pub use serve::serve;
pub use state::{Settings, Web};

use axum::Router;

/// Everything that the office serves.
pub fn router(web: Web) -> Router {
    guard::around(pages::routes().merge(assets::routes()).merge(api::routes()), &web).with_state(web)
}
