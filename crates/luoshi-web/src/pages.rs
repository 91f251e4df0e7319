//! The pages, one file a page.

mod admin;
mod amend;
mod audit;
mod board;
mod burden;
mod calendar;
mod call;
mod delegate;
mod design;
mod desk;
mod draft;
mod enter;
mod entry;
mod inspect;
mod issue;
mod me;
mod messages;
mod new;
mod new_entry;
mod notices;
mod plan;
mod plans;
mod public;
mod register;
mod report;
mod search;
mod states;
mod upload;

use axum::routing::{get, post};

use crate::routes::Routes;

pub(crate) use enter::asked as sign_in_page;

pub(crate) use admin::{account_state, directory_file};
pub(crate) use board::Behind;
pub(crate) use inspect::BACK;
pub(crate) use plan::{plan_archive, plan_file};
pub(crate) use search::KINDS;

/// Where each page is.
pub(crate) fn routes() -> Routes {
    Routes::new()
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
        .route("/notices", get(notices::page))
        .route("/design", get(design::page))
        .route("/me", get(me::page).post(me::change))
        .route("/messages", get(messages::page))
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
        .route("/plans/{plan}/amend", get(amend::page).post(amend::compare))
        .route("/plans/{plan}/amend/put", post(amend::put))
        .route("/plans/{plan}/issue", get(issue::page).post(issue::issue))
        .route("/plans/{plan}/files/{hash}", get(plan::file))
        .route("/plans/{plan}/versions/{version}", get(plan::changes))
        .route("/plans/{plan}/duties/{duty}", post(call::call))
        .route("/plans/{plan}/archive", post(plan::archive))
        .route("/plans/{plan}/entries/{no}/instruct", get(inspect::instruct).post(inspect::instructed))
        .route("/inspect", get(inspect::page))
        .route("/inspect/preview", post(inspect::preview))
        .route("/inspect/send", post(inspect::send))
        .route("/burden", get(burden::page))
        .route("/search", get(search::page))
        .route("/board", get(board::page))
        .route("/board/entries", get(board::entries))
        .route("/plans/{plan}/board", get(states::page))
        .route("/plans/{plan}/calendar", get(calendar::page))
        .route("/plans/{plan}/entries/new", get(new_entry::page).post(new_entry::add))
        .route("/plans/{plan}/registers/{register}", get(register::page).post(register::import))
        .route("/plans/{plan}/registers/{register}/file", get(register::file))
        .route("/plans/{plan}/entries/{no}", get(entry::page).post(entry::step))
        .route("/plans/{plan}/entries/{no}/report", get(report::page).post(report::hand_in))
        .route("/plans/{plan}/entries/{no}/files/{hash}", get(entry::file))
}
