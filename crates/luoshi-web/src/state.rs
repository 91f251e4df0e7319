//! What every handler shares.

use std::sync::Arc;
use std::time::Duration;

use luoshi_app::App;

use crate::limit::{Limits, Rate};
use crate::live::Live;
use crate::tls::Authority;

/// How the office is served.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Accounts shown on the page of signing in: name, post, login. Only of an office that is a show.
    pub shown: Vec<(String, String, String)>,
    /// The password of the accounts shown.
    pub shown_password: String,
    /// Whether pages come over TLS, here or by a proxy: cookies are then kept to it.
    pub secure: bool,
    /// Whether a proxy on this machine stands in front: what it says of the client is then believed.
    pub behind_proxy: bool,
    /// How this server is reached over TLS and beside it, where it speaks TLS itself.
    pub trust: Option<Trust>,
    /// How much somebody who is signed in may ask for.
    pub signed_rate: Rate,
    /// How much an address may ask for that nobody is signed in from.
    pub address_rate: Rate,
    /// How much all from one address may ask for together.
    pub crowd_rate: Rate,
    /// How often pages that follow what happens are told of it at most.
    pub live: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            shown: Vec::new(),
            shown_password: String::new(),
            secure: false,
            behind_proxy: false,
            trust: None,
            signed_rate: Rate::SIGNED,
            address_rate: Rate::ADDRESS,
            crowd_rate: Rate::CROWD,
            live: Duration::from_secs(3),
        }
    }
}

/// How this server is reached: for those who do not trust it yet, and those who asked the plain way.
#[derive(Clone, Debug)]
pub struct Trust {
    /// The office's own authority, where it has one.
    pub authority: Option<Arc<Authority>>,
    /// The port of pages over TLS.
    pub secure: u16,
    /// The port of the page that offers the authority's file, over plain HTTP.
    pub plain: u16,
}

/// The application and how it is served. Clones share everything.
#[derive(Clone)]
pub struct Web {
    app: App,
    settings: Arc<Settings>,
    limits: Arc<Limits>,
    live: Arc<Live>,
}

impl Web {
    /// The office of an application.
    pub fn new(app: App, settings: Settings) -> Self {
        let limits = Arc::new(Limits::new(settings.signed_rate, settings.address_rate, settings.crowd_rate));
        Self { app, limits, live: Arc::new(Live::new(settings.live)), settings: Arc::new(settings) }
    }

    /// The application.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// How it is served.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The pages that follow what happens.
    pub(crate) fn live(&self) -> &Arc<Live> {
        &self.live
    }

    /// What each caller has asked for of late.
    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }
}
