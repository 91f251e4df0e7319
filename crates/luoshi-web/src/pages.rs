//! The pages, one file a page.

mod admin;
mod audit;
mod delegate;
mod design;
mod desk;
mod enter;
mod entry;
mod me;
mod plan;
mod plans;
mod public;
mod upload;

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
        .merge(admin::routes())
        .route("/audit", get(audit::page))
        .route("/audit/record.xlsx", get(audit::file))
        .route("/audit/verify", get(audit::check).post(audit::begin_check))
        .route("/report-hazard", get(public::page).post(public::report))
        .route("/report-hazard/follow", get(public::seek))
        .route("/report-hazard/{receipt}", get(public::follow))
        .route("/design", get(design::page))
        .route("/me", get(me::page).post(me::change))
        .route("/delegate", get(delegate::page).post(delegate::change))
        .route("/plans", get(plans::page))
        .route("/plans/{plan}", get(plan::page))
        .route("/plans/{plan}/entries/{no}", get(entry::page).post(entry::step))
        .route("/plans/{plan}/entries/{no}/files/{hash}", get(entry::file))
}
