//! What benches over real connections share: a county that is served, clients, and what they cost.

#![allow(dead_code, reason = "each bench takes what it needs")]

use std::num::NonZeroU32;

use axum::body::Body;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use luoshi_app::{Credentials, SignedIn};
use luoshi_engine::Actor;
use luoshi_web::{Rate, Settings, Web, serve};
use tokio::net::TcpListener;

use crate::office::{PASSWORD, Site};

/// A client that keeps its connections.
pub(crate) type Http = Client<HttpConnector, Body>;

/// A client that keeps its connections.
pub(crate) fn client() -> Http {
    Client::builder(TokioExecutor::new()).build_http()
}

/// Serves a county to clients that ask as fast as they can, and tells where.
pub(crate) async fn served(site: &Site) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let most = NonZeroU32::new(10_000_000).unwrap();
    let rate = Rate { steady: most, burst: most };
    let settings =
        Settings { signed_rate: rate, address_rate: rate, crowd_rate: rate, ..Settings::default() };
    tokio::spawn(serve(listener, Web::new(site.county.app.clone(), settings), std::future::pending()));
    base
}

/// The cookie of somebody who is signed in.
pub(crate) async fn cookie(site: &Site, who: &Actor) -> String {
    let credentials = Credentials {
        login: who.person.to_string(),
        password: PASSWORD.into(),
        code: None,
        address: "127.0.0.1".into(),
        agent: "bench".into(),
    };
    let SignedIn::Open { token, .. } = site.county.app.sign_in(&credentials).await.unwrap() else {
        panic!("a second factor")
    };
    format!("luoshi={token}")
}

/// All of them at once, on this task.
pub(crate) async fn join<T>(work: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut waiting: Vec<_> = work.map(Box::pin).collect();
    let mut done: Vec<Option<T>> = waiting.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (work, done) in waiting.iter_mut().zip(&mut done) {
            if done.is_none()
                && let std::task::Poll::Ready(value) = work.as_mut().poll(context)
            {
                *done = Some(value);
            }
        }
        if done.iter().all(Option::is_some) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}

/// The most memory that this program held, in MB.
pub(crate) fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().split(' ').next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}
