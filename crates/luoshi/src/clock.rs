//! The only place that reads the clock.

use jiff::civil::Date;
use jiff::tz::Offset;

/// Today in China.
#[expect(clippy::disallowed_methods, reason = "the binary is where time comes in")]
pub(crate) fn today() -> Date {
    Offset::constant(8).to_datetime(jiff::Timestamp::now()).date()
}

/// The moment.
#[expect(clippy::disallowed_methods, reason = "the binary is where time comes in")]
pub(crate) fn now() -> luoshi_engine::Moment {
    luoshi_engine::Moment(jiff::Timestamp::now().as_millisecond())
}
