//! What every handler shares.

use std::sync::Arc;

use luoshi_app::App;

/// How the office is served.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Accounts shown on the page of signing in: name, post, login. Only of an office that is a show.
    pub shown: Vec<(String, String, String)>,
    /// The password of the accounts shown.
    pub shown_password: String,
    /// Whether pages come over TLS, here or by a proxy: cookies are then kept to it.
    pub secure: bool,
}

/// The application and how it is served. Clones share everything.
#[derive(Clone)]
pub struct Web {
    app: App,
    settings: Arc<Settings>,
}

impl Web {
    /// The office of an application.
    pub fn new(app: App, settings: Settings) -> Self {
        Self { app, settings: Arc::new(settings) }
    }

    /// The application.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// How it is served.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}
