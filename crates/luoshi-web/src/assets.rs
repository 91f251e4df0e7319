//! Style, scripts and pictures: in the binary, named by their hash, so that a browser keeps them for good
//! and never shows an old one.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use luoshi_engine::Hash;

use crate::routes::Routes;

/// Name, media type, bytes.
const FILES: &[(&str, &str, &[u8])] = &[
    ("luoshi.css", "text/css; charset=utf-8", include_bytes!("../assets/luoshi.css")),
    ("watch.css", "text/css; charset=utf-8", include_bytes!("../assets/watch.css")),
    ("admin.css", "text/css; charset=utf-8", include_bytes!("../assets/admin.css")),
    ("luoshi.js", "text/javascript; charset=utf-8", include_bytes!("../assets/luoshi.js")),
    ("htmx.js", "text/javascript; charset=utf-8", include_bytes!("../assets/htmx.min.js")),
    ("draft.css", "text/css; charset=utf-8", include_bytes!("../assets/draft.css")),
    ("draft.js", "text/javascript; charset=utf-8", include_bytes!("../assets/draft.js")),
    ("wide.css", "text/css; charset=utf-8", include_bytes!("../assets/wide.css")),
    ("find.css", "text/css; charset=utf-8", include_bytes!("../assets/find.css")),
    ("views.css", "text/css; charset=utf-8", include_bytes!("../assets/views.css")),
    ("report.css", "text/css; charset=utf-8", include_bytes!("../assets/report.css")),
    ("queue.js", "text/javascript; charset=utf-8", include_bytes!("../assets/queue.js")),
    ("offline.js", "text/javascript; charset=utf-8", include_bytes!("../assets/offline.js")),
    ("photos.js", "text/javascript; charset=utf-8", include_bytes!("../assets/photos.js")),
    ("live.js", "text/javascript; charset=utf-8", include_bytes!("../assets/live.js")),
    ("keep.js", "text/javascript; charset=utf-8", include_bytes!("../assets/keep.js")),
    ("icon.svg", "image/svg+xml", include_bytes!("../assets/icon.svg")),
];

/// Where each is found: its name with its hash.
static PLACES: LazyLock<BTreeMap<&'static str, String>> = LazyLock::new(|| {
    let place = |name: &'static str, bytes: &[u8]| {
        let hash = Hash::of(bytes).to_string();
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        (name, format!("/assets/{stem}-{}.{ending}", &hash[..12]))
    };
    FILES.iter().map(|(name, _, bytes)| place(name, bytes)).collect()
});

/// The address of an asset; that of nothing for a name that is none.
pub(crate) fn place(name: &str) -> &'static str {
    PLACES.get(name).map_or("/assets/", String::as_str)
}

/// Where assets are served.
pub(crate) fn routes() -> Routes {
    Routes::new().route("/assets/{name}", get(asset))
}

async fn asset(Path(name): Path<String>) -> Response {
    let wanted = format!("/assets/{name}");
    let found = FILES.iter().find(|(known, ..)| place(known) == wanted);
    let Some((_, kind, bytes)) = found else { return StatusCode::NOT_FOUND.into_response() };
    let keep = "public, max-age=31536000, immutable";
    ([(header::CONTENT_TYPE, *kind), (header::CACHE_CONTROL, keep)], *bytes).into_response()
}
