//! What every handler shares.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use luoshi_app::App;
use tokio::sync::watch;

use crate::limit::{Limits, Rate};
use crate::live::Live;
use crate::meter::Meter;
use crate::small::SmallPictures;
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
    /// How often such a page is told that the server is still there, and its session looked for.
    pub live_beat: Duration,
    /// The folder that must stay writable, where there is one: asked by whoever watches over the server.
    pub data: Option<PathBuf>,
    /// How long requests that were accepted may take to finish once the server is told to stop.
    pub grace: Duration,
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
            live_beat: Duration::from_secs(20),
            data: None,
            grace: Duration::from_secs(20),
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
    small: Arc<SmallPictures>,
    life: Arc<Life>,
}

/// What the server knows of itself.
struct Life {
    meter: Meter,
    stopping: watch::Sender<bool>,
    /// When the scheduler last did its work.
    pulse: Mutex<Option<Instant>>,
}

impl Web {
    /// The office of an application.
    pub fn new(app: App, settings: Settings) -> Self {
        let limits = Arc::new(Limits::new(settings.signed_rate, settings.address_rate, settings.crowd_rate));
        let live = Arc::new(Live::new(settings.live, settings.live_beat));
        let life = Life { meter: Meter::new(), stopping: watch::Sender::new(false), pulse: Mutex::default() };
        Self { app, settings: Arc::new(settings), limits, live, small: Arc::default(), life: Arc::new(life) }
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

    /// Photographs made small.
    pub(crate) fn small(&self) -> &SmallPictures {
        &self.small
    }

    /// What is counted from request to request.
    pub(crate) fn meter(&self) -> &Meter {
        &self.life.meter
    }

    /// Tells everybody that no more is taken in.
    pub(crate) fn stop(&self) {
        self.life.stopping.send_replace(true);
        self.live.stop();
    }

    /// Whether no more is taken in.
    pub(crate) fn is_stopping(&self) -> bool {
        *self.life.stopping.borrow()
    }

    /// Comes when the server is told to stop: what would go on for ever ends with it.
    pub(crate) fn stopped(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut hear = self.life.stopping.subscribe();
        async move { drop(hear.wait_for(|stopping| *stopping).await) }
    }

    /// Notes that the scheduler did its work.
    pub(crate) fn beat(&self) {
        *self.life.pulse.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// When it last did.
    pub(crate) fn pulse(&self) -> Option<Instant> {
        *self.life.pulse.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What each caller has asked for of late.
    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }
}
