//! The pages, one file a page.

mod desk;
mod enter;
mod entry;
mod plan;
mod plans;
mod report;

use axum::Router;
use axum::routing::{get, post};

use crate::state::Web;

/// Where each page is.
pub(crate) fn routes() -> Router<Web> {
    Router::new()
        .route("/", get(desk::page))
        .route("/sign-in", get(enter::page).post(enter::sign_in))
        .route("/sign-out", post(enter::sign_out))
        .route("/post", post(enter::choose_post))
        .route("/password", get(enter::password).post(enter::set_password))
        .route("/plans", get(plans::page))
        .route("/plans/{plan}", get(plan::page))
        .route("/plans/{plan}/entries/{no}", get(entry::page).post(entry::step))
        .route("/plans/{plan}/entries/{no}/report", get(report::page).post(report::hand_in))
        .route("/plans/{plan}/entries/{no}/files/{hash}", get(entry::file))
}
