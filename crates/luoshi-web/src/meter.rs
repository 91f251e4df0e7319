//! Figures for Prometheus: how much is asked, how long it takes, how the office fares. Routes stand for
//! addresses, so that there are only so many and none of them tells of anybody.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use luoshi_app::Vitals;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

/// The form of what is told.
pub(crate) const KIND: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Where the steps of the histogram lie, in seconds.
const STEPS: [f64; 11] = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

/// What was asked, and how it was answered.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Became {
    result: &'static str,
}

type Seconds = Gauge<f64, AtomicU64>;

/// What is counted from request to request.
pub(crate) struct Meter {
    registry: Registry,
    requests: Family<Asked, Counter>,
    seconds: Family<Route, Histogram>,
}

impl Meter {
    pub(crate) fn new() -> Self {
        let requests = Family::default();
        let seconds = Family::new_with_constructor((|| Histogram::new(STEPS)) as fn() -> Histogram);
        let mut registry = Registry::with_prefix("luoshi");
        registry.register("http_requests", "Requests by route and status", requests.clone());
        registry.register("http_request_seconds", "How long requests took", seconds.clone());
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "Which version runs", build);
        Self { registry, requests, seconds }
    }

    /// Counts a request.
    pub(crate) fn count(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let asked = Asked { method, route: route.to_owned(), status };
        self.requests.get_or_create(&asked).inc();
        self.seconds.get_or_create(&Route { route: route.to_owned() }).observe(took.as_secs_f64());
    }

    /// All of it, and how the office fares.
    pub(crate) fn told(&self, vitals: &Vitals) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode_registry(&mut text, &self.registry)?;
        encode_registry(&mut text, &fares(vitals))?;
        encode_eof(&mut text)?;
        Ok(text)
    }
}

/// How the office fares, as figures of this moment.
fn fares(vitals: &Vitals) -> Registry {
    let mut registry = Registry::with_prefix("luoshi");
    let commands: Family<Became, Counter> = Family::default();
    for (result, count) in vitals.commands {
        commands.get_or_create(&Became { result }).inc_by(count);
    }
    registry.register("commands", "Commands on plans by what became of them", commands);
    let gauges = [
        (
            "queue_length",
            "Commands that wait for a writer",
            i64::try_from(vitals.waiting).unwrap_or(i64::MAX),
        ),
        ("events", "Events in all chains", vitals.events),
        ("sessions", "Sessions that stand", vitals.sessions),
        ("database_connections", "Open connections to the database", i64::from(vitals.connections.0)),
        (
            "database_connections_idle",
            "Idle connections to the database",
            i64::try_from(vitals.connections.1).unwrap_or(i64::MAX),
        ),
    ];
    for (name, help, figure) in gauges {
        let gauge: Gauge = Gauge::default();
        gauge.set(figure);
        registry.register(name, help, gauge);
    }
    let late = Seconds::default();
    late.set(Duration::from_millis(u64::try_from(vitals.late).unwrap_or(0)).as_secs_f64());
    registry.register("scheduler_lag_seconds", "How long what is due has been left", late);
    registry
}

/// A method as a label: made-up ones are one.
pub(crate) fn method(method: &axum::http::Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        _ => "other",
    }
}
