//! How much one caller may ask for, so that nobody takes the office from the others.

use std::num::NonZeroU32;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use governor::clock::Clock;
use governor::state::keyed::HashMapStateStore;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use luoshi_engine::{Hash, PersonId};

use crate::api::Failed;
use crate::error::WebError;
use crate::sign::token_of;
use crate::state::Web;

/// Requests a second, and how many at once.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// A second.
    pub steady: NonZeroU32,
    /// At once.
    pub burst: NonZeroU32,
}

impl Rate {
    /// For somebody who is signed in: a page with its pictures, again and again.
    pub const SIGNED: Self = Self { steady: whole(30), burst: whole(200) };
    /// For an address that nobody is signed in from: many share one.
    pub const ADDRESS: Self = Self { steady: whole(20), burst: whole(120) };
    /// For all who come from one address together: a whole office behind one line, and whoever makes up
    /// tokens.
    pub const CROWD: Self = Self { steady: whole(300), burst: whole(2000) };
}

const fn whole(number: u32) -> NonZeroU32 {
    match NonZeroU32::new(number) {
        Some(number) => number,
        None => NonZeroU32::MIN,
    }
}

/// How many callers are remembered before those who have been quiet are forgotten.
const KNOWN: usize = 50_000;

/// How often an address may report, and follow, without an account in the long run, and how often at once.
const PUBLIC_EVERY: Duration = Duration::from_secs(60);
const PUBLIC_AT_ONCE: NonZeroU32 = whole(10);

type Limiter = DefaultKeyedRateLimiter<Hash>;

/// What each caller has asked for of late.
pub(crate) struct Limits {
    signed: Limiter,
    /// The same of an account, whatever sessions and tokens it has.
    account: Limiter,
    address: Limiter,
    crowd: Limiter,
    /// Reports of people without an account.
    public: Limiter,
    /// Looks at what became of them: whoever has just reported is shown the receipt.
    follow: Limiter,
}

impl Limits {
    pub(crate) fn new(signed: Rate, address: Rate, crowd: Rate) -> Self {
        let limiter = |rate: Rate| {
            let quota = Quota::per_second(rate.steady).allow_burst(rate.burst);
            RateLimiter::new(quota, HashMapStateStore::default(), governor::clock::DefaultClock::default())
        };
        let public = || {
            let quota = Quota::with_period(PUBLIC_EVERY).map(|quota| quota.allow_burst(PUBLIC_AT_ONCE));
            let quota = quota.unwrap_or(Quota::per_hour(PUBLIC_AT_ONCE));
            RateLimiter::new(quota, HashMapStateStore::default(), governor::clock::DefaultClock::default())
        };
        Self {
            signed: limiter(signed),
            account: limiter(signed),
            address: limiter(address),
            crowd: limiter(crowd),
            public: public(),
            follow: public(),
        }
    }

    /// Whether an account may ask once more, by all its sessions and tokens together.
    pub(crate) fn account(&self, person: PersonId) -> crate::error::Result<()> {
        once_more(&self.account, &person.to_string())
    }

    /// Whether an address may report once more without an account.
    pub(crate) fn public(&self, address: &str) -> crate::error::Result<()> {
        once_more(&self.public, address)
    }

    /// Whether an address may follow once more without an account: nobody tries out receipts.
    pub(crate) fn follow(&self, address: &str) -> crate::error::Result<()> {
        once_more(&self.follow, address)
    }

    /// Whether a caller may ask once more; else how long to wait.
    fn ask(&self, caller: Option<&str>, address: &str) -> Result<(), Duration> {
        let here = Hash::of(address.as_bytes());
        let (limiter, who) = match caller {
            Some(token) => (&self.signed, Hash::of(token.as_bytes())),
            None => (&self.address, here),
        };
        for (limiter, who) in [(&self.crowd, here), (limiter, who)] {
            if limiter.len() > KNOWN {
                limiter.retain_recent();
            }
            limiter.check_key(&who).map_err(|until| until.wait_time_from(limiter.clock().now()))?;
        }
        Ok(())
    }
}

fn once_more(limiter: &Limiter, who: &str) -> crate::error::Result<()> {
    if limiter.len() > KNOWN {
        limiter.retain_recent();
    }
    let until = limiter.check_key(&Hash::of(who.as_bytes()));
    until.map_err(|until| WebError::TooMany(until.wait_time_from(limiter.clock().now()).as_secs() + 1))
}

/// What tells one caller from another: the token of the program or of the session, whatever else a browser
/// sends with it.
fn caller(headers: &HeaderMap, secure: bool) -> Option<String> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    bearer.map(str::to_owned).or_else(|| token_of(headers, secure))
}

/// Lets a request through, or tells when to come again. What is kept by the browser is not counted.
pub(crate) async fn limited(State(web): State<Web>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path.starts_with("/assets/") {
        return next.run(request).await;
    }
    let address = request.extensions().get::<ConnectInfo<std::net::SocketAddr>>();
    let address = address.map_or_else(String::new, |info| info.0.ip().to_string());
    let caller = caller(request.headers(), web.settings().secure);
    let Err(wait) = web.limits().ask(caller.as_deref(), &address) else { return next.run(request).await };
    Failed::at(path, WebError::TooMany(wait.as_secs() + 1))
}
