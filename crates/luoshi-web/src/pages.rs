//! The pages, one file a page.

mod admin;
mod audit;
mod delegate;
mod design;
mod desk;
mod draft;
mod enter;
mod entry;
mod issue;
mod me;
mod new;
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
        .route("/plans/new", get(new::page).post(new::read))
        .route("/plans/new/choose", post(new::chosen))
        .route("/plans/{plan}", get(plan::page))
        .route("/plans/{plan}/draft", get(draft::page))
        .route("/plans/{plan}/draft/confirm", post(draft::confirm_kind))
        .route("/plans/{plan}/draft/units", post(draft::name_unit))
        .route("/plans/{plan}/draft/close", post(draft::close))
        .route("/plans/{plan}/draft/source", get(draft::source))
        .route("/plans/{plan}/draft/add", get(draft::add).post(draft::added))
        .route("/plans/{plan}/draft/items/{no}/{act}", get(draft::form).post(draft::decide))
        .route("/plans/{plan}/issue", get(issue::page).post(issue::issue))
        .route("/plans/{plan}/entries/{no}", get(entry::page).post(entry::step))
        .route("/plans/{plan}/entries/{no}/files/{hash}", get(entry::file))
}
