//! A program that asks the API.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test takes what it needs, and an unwrap is an assertion"
)]

use axum::body::Body;
use axum::http::{Request, StatusCode};
use luoshi_app::Scope;
use luoshi_engine::{Moment, SystemRole, UnitId};
use luoshi_pack::Role;
use serde_json::Value;

use crate::office::{self, Answer, Browser, Site};

/// A program with a token.
pub(crate) struct Program {
    browser: Browser,
    token: String,
}

impl Program {
    /// One that may all that its holder may.
    pub(crate) async fn whole(site: &Site, role: Role, unit: UnitId) -> Self {
        Self::of(site, role, unit, &Scope::ALL.map(|(scope, ..)| scope)).await
    }

    /// One within scopes.
    pub(crate) async fn of(site: &Site, role: Role, unit: UnitId, scopes: &[Scope]) -> Self {
        let actor = office::who(role, unit);
        let expires = site.county.app.now().plus(Moment::DAY);
        let token = site.county.app.issue_token(&actor, "测试", scopes, expires).await.unwrap();
        Self { browser: site.nobody(), token }
    }

    /// One that may all that an administrator may.
    pub(crate) async fn administrator(site: &Site, role: SystemRole) -> Self {
        let actor = site.county.administrator(role);
        let (expires, scopes) =
            (site.county.app.now().plus(Moment::DAY), Scope::ALL.map(|(scope, ..)| scope));
        let token = site.county.app.issue_token(&actor, "测试", &scopes, expires).await.unwrap();
        Self { browser: site.nobody(), token }
    }

    /// What is there.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        let request = Request::get(path).header("authorization", format!("Bearer {}", self.token));
        self.browser.send(request, Body::empty()).await
    }

    /// What is there, as JSON.
    pub(crate) async fn told(&self, path: &str) -> Value {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        answer.json()
    }

    /// Sends a file.
    pub(crate) async fn send(&self, path: &str, key: &str, bytes: &[u8]) -> Answer {
        let request = Request::post(path)
            .header("authorization", format!("Bearer {}", self.token))
            .header("idempotency-key", key)
            .header("content-type", "application/octet-stream");
        self.browser.send(request, Body::from(bytes.to_vec())).await
    }

    /// Sends JSON.
    pub(crate) async fn post(&self, path: &str, key: &str, body: &Value) -> Answer {
        let request = Request::post(path)
            .header("authorization", format!("Bearer {}", self.token))
            .header("idempotency-key", key)
            .header("content-type", "application/json");
        self.browser.send(request, Body::from(body.to_string())).await
    }
}
