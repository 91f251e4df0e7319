//! How people come to trust a server whose authority is its own: a page with a code for telephones, and over
//! plain HTTP the page that offers the authority's file, with steps for each kind of device.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};

use crate::error::{Result, WebError, rendered};
use crate::routes::Routes;
use crate::state::{Trust, Web};
use crate::tls::Authority;
use crate::view::Frame;
use crate::{assets, guard};

#[derive(Template)]
#[template(path = "trust.html")]
struct TrustPage {
    frame: Frame,
    code: String,
    address: String,
    file: String,
    fingerprint: String,
    home: String,
}

/// On the office's own pages.
pub(crate) fn routes() -> Routes {
    Routes::new().route("/trust", get(page)).route("/trust/luoshi-ca.crt", get(file))
}

/// Over plain HTTP: this page and what it is made of; everything else is shown the way to TLS.
pub(crate) fn plain(web: &Web) -> Router {
    let routes = routes().merge(assets::routes()).into_router().fallback(over);
    guard::dress(routes, web).with_state(web.clone())
}

/// The office's own authority, where it has one.
fn own(web: &Web) -> Result<(&Trust, &Authority)> {
    let trust = web.settings().trust.as_ref().ok_or(WebError::NoPage)?;
    Ok((trust, trust.authority.as_deref().ok_or(WebError::NoPage)?))
}

async fn page(State(web): State<Web>, headers: HeaderMap) -> Result<Response> {
    let (trust, authority) = own(&web)?;
    let host = host(trust, &headers, true);
    let address = format!("http://{host}:{}/trust", trust.plain);
    // An address is short enough for any code.
    let code = QrCode::with_error_correction_level(&address, EcLevel::M).map_err(|_| WebError::NoPage)?;
    let code = code.render::<svg::Color<'_>>().min_dimensions(200, 200).build();
    // Without the declaration it stands in a page.
    let code = code.find("<svg").map_or_else(String::new, |from| code[from..].to_owned());
    Ok(rendered(&TrustPage {
        frame: Frame::bare("信任本系统"),
        code,
        file: format!("http://{host}:{}/trust/luoshi-ca.crt", trust.plain),
        fingerprint: authority.fingerprint(),
        home: secure(trust, &host, "/"),
        address,
    }))
}

async fn file(State(web): State<Web>) -> Result<Response> {
    let (_, authority) = own(&web)?;
    let headers = [
        (header::CONTENT_TYPE, "application/x-x509-ca-cert"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"luoshi-ca.crt\""),
    ];
    Ok((headers, authority.certificate().to_vec()).into_response())
}

/// The same page over TLS.
async fn over(State(web): State<Web>, headers: HeaderMap, uri: Uri) -> Result<Redirect> {
    let trust = web.settings().trust.as_ref().ok_or(WebError::NoPage)?;
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    Ok(Redirect::temporary(&secure(trust, &host(trust, &headers, false), path)))
}

fn secure(trust: &Trust, host: &str, path: &str) -> String {
    match trust.secure {
        443 => format!("https://{host}{path}"),
        port => format!("https://{host}:{port}{path}"),
    }
}

/// The name by which this server was reached, if it is one of its own; of a name that is none of ours, and
/// for others also of one that only this machine knows, the first that others can reach.
fn host(trust: &Trust, headers: &HeaderMap, for_others: bool) -> String {
    let given = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let bare = match given.rsplit_once(':') {
        Some((bare, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => bare,
        _ => given,
    };
    let Some(authority) = &trust.authority else { return bare.to_owned() };
    let names = authority.names();
    let here = |name: &str| name == "localhost" || name.starts_with("127.") || name == "::1";
    let known = names.iter().find(|name| written(name) == bare && !(for_others && here(name)));
    let known = known.or_else(|| names.iter().find(|name| !here(name) && !name.contains(':')));
    known.or_else(|| names.first()).map_or_else(|| String::from("localhost"), |name| written(name))
}

/// A name as it stands in an address.
fn written(name: &str) -> String {
    if name.contains(':') { format!("[{name}]") } else { name.to_owned() }
}
