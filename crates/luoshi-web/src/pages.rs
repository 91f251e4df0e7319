//! The pages, one file a page.

mod calendar;
mod desk;
mod enter;
mod entry;
mod new_entry;
mod plan;
mod plans;
mod register;
mod report;
mod states;

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
        .route("/plans/{plan}/board", get(states::page))
        .route("/plans/{plan}/calendar", get(calendar::page))
        .route("/plans/{plan}/entries/new", get(new_entry::page).post(new_entry::add))
        .route("/plans/{plan}/registers/{register}", get(register::page).post(register::import))
        .route("/plans/{plan}/registers/{register}/file", get(register::file))
        .route("/plans/{plan}/entries/{no}", get(entry::page).post(entry::step))
        .route("/plans/{plan}/entries/{no}/report", get(report::page).post(report::hand_in))
        .route("/plans/{plan}/entries/{no}/files/{hash}", get(entry::file))
}
