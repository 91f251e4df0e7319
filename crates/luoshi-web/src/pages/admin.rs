//! Administration: three administrators, each with pages of their own.

mod accounts;
mod addresses;
mod directory;
mod divisions;
mod forget;
mod holidays;
mod packs;
mod people;
mod posts;
mod roles;
mod units;

use axum::routing::get;
use luoshi_app::directory::{person_labels, unit_labels};
use luoshi_engine::OrgCommand;

pub(crate) use accounts::account_state;
pub(crate) use directory::directory_file;
pub(super) use directory::sent_file;

use crate::error::Result;
use crate::routes::Routes;
use crate::sheet::{Field, Sent};
use crate::sign::Signed;
use crate::state::Web;

/// How many names a list to choose from holds.
const CHOICES: usize = 600;

/// Where each page is.
pub(super) fn routes() -> Routes {
    Routes::new()
        .route("/admin/units", get(units::page).post(units::change))
        .route("/admin/people", get(people::page).post(people::change))
        .route("/admin/people/{person}", get(posts::page).post(posts::change))
        .route("/admin/divisions", get(divisions::page).post(divisions::change))
        .route("/admin/roles", get(roles::page).post(roles::change))
        .route("/admin/accounts", get(accounts::page))
        .route("/admin/accounts/{person}", get(accounts::one).post(accounts::change))
        .route("/admin/addresses", get(addresses::page).post(addresses::change))
        .route("/admin/forget", get(forget::page).post(forget::change))
        .route("/admin/holidays", get(holidays::page).post(holidays::change))
        .route("/admin/packs", get(packs::page).post(packs::change))
        .route("/admin/packs/{name}/{version}", get(packs::one))
        .route("/admin/directory", get(directory::page).post(directory::change))
        .route("/admin/directory/{file}", get(directory::file))
}

/// Carries commands to the organisation out, by the key of a form.
pub(super) async fn organise(
    web: &Web,
    signed: &Signed,
    sent: &Sent,
    commands: &[OrgCommand],
) -> Result<usize> {
    Ok(web.app().organise(sent.get("key"), &signed.reader.actor, commands).await?)
}

/// A field in which a unit is named.
pub(super) fn unit_field(signed: &Signed, name: &'static str, title: &'static str, value: String) -> Field {
    let reader = &signed.reader;
    let labels = unit_labels(&reader.context.org, reader.now.date(), CHOICES);
    Field::new("pick", name, title, value).of(labels.into_iter().map(|label| (label, "")))
}

/// A field in which a person is named.
pub(super) fn person_field(signed: &Signed, name: &'static str, title: &'static str) -> Field {
    let reader = &signed.reader;
    let labels = person_labels(&reader.context.org, reader.now.date(), CHOICES);
    Field::new("pick", name, title, "").of(labels.into_iter().map(|label| (label, "")))
}
