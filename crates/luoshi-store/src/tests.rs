//! Stories on both databases.

mod aside;
mod backup;
mod classify;
mod county;
mod damage;
mod memo;
mod plans;
pub(crate) mod seen;
mod servers;
mod statements;
mod verify;
mod work;

use luoshi_testkit::Place;

use crate::{Options, Store, Target};

/// Opens a place as a server would.
async fn open(place: &Place) -> Store {
    Store::open(&Target::parse(&place.address()), &Options::default()).await.unwrap()
}
