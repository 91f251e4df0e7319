//! TLS with an authority of the office's own: a client that trusts its file shakes hands, one that does not
//! goes away; the plain page offers the file.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "an unwrap is an assertion")]

mod office;

use std::sync::Arc;

use axum::http::StatusCode;
use jiff::civil::date;
use luoshi_testkit::Place;
use luoshi_web::{Authority, Doors, Settings, Tls, Trust, Web};
use office::Site;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio_rustls::TlsConnector;

fn names() -> Vec<String> {
    vec!["office.test".into(), "127.0.0.1".into()]
}

/// A client that trusts this file.
fn client(authority: Option<&[u8]>) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    if let Some(file) = authority {
        roots.add(CertificateDer::from(file.to_vec())).unwrap();
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    TlsConnector::from(Arc::new(config.with_root_certificates(roots).with_no_client_auth()))
}

/// What a server answers to a request for a path.
async fn asked<S: AsyncReadExt + AsyncWriteExt + Unpin>(mut stream: S, host: &str, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // Some servers close without saying goodbye: what came is judged.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_trusts_the_authority_is_served_and_who_does_not_is_shown_how() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let folder = place.files().join("tls");
    let authority = Arc::new(Authority::open(&folder, names(), date(2026, 9, 1)).unwrap());
    let tls = Tls::own(Arc::clone(&authority)).unwrap();
    let (safe, plain) =
        (TcpListener::bind("127.0.0.1:0").await.unwrap(), TcpListener::bind("127.0.0.1:0").await.unwrap());
    let (at, aside) = (safe.local_addr().unwrap(), plain.local_addr().unwrap());
    let trust = Trust { authority: Some(Arc::clone(&authority)), secure: at.port(), plain: aside.port() };
    let settings = Settings { secure: true, trust: Some(trust), ..Settings::default() };
    let web = Web::new(site.county.app.clone(), settings);
    let (stop, stopped) = oneshot::channel::<()>();
    let doors = Doors { main: safe, tls: Some((tls, Some(plain))), status: None };
    let served = tokio::spawn(doors.serve(web, async { drop(stopped.await) }));

    for name in ["office.test", "127.0.0.1"] {
        let stream = TcpStream::connect(at).await.unwrap();
        let name = ServerName::try_from(name).unwrap();
        let stream = client(Some(authority.certificate())).connect(name, stream).await.unwrap();
        let answer = asked(stream, "office.test", "/sign-in").await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("登录"), "{answer}");
        // A browser that was told so could not be helped when the authority is made anew.
        assert!(!answer.to_lowercase().contains("strict-transport-security"), "{answer}");
    }
    for (trusted, name) in [(None, "office.test"), (Some(authority.certificate()), "elsewhere.test")] {
        let stream = TcpStream::connect(at).await.unwrap();
        let name = ServerName::try_from(name).unwrap();
        assert!(client(trusted).connect(name, stream).await.is_err());
    }
    // Somebody who connects and says nothing keeps nobody waiting.
    let _silent = TcpStream::connect(at).await.unwrap();

    let page = asked(TcpStream::connect(aside).await.unwrap(), "office.test", "/trust").await;
    assert!(page.contains("<svg") && page.contains(&authority.fingerprint()), "{page}");
    let file = asked(TcpStream::connect(aside).await.unwrap(), "office.test", "/trust/luoshi-ca.crt").await;
    assert!(file.contains("application/x-x509-ca-cert"), "{file}");
    let over = asked(TcpStream::connect(aside).await.unwrap(), "office.test", "/plans?q=1").await;
    let to = format!("location: https://office.test:{}/plans?q=1", at.port());
    assert!(over.starts_with("HTTP/1.1 307") && over.contains(&to), "{over}");
    // Nobody is led elsewhere by a name that is none of ours.
    let led = asked(TcpStream::connect(aside).await.unwrap(), "evil.test", "/").await;
    assert!(led.contains("location: https://office.test:"), "{led}");

    stop.send(()).unwrap();
    served.await.unwrap().unwrap();
    assert!(TcpStream::connect(at).await.is_err(), "nobody listens any more");
}

#[test]
fn an_authority_is_made_once_and_its_certificates_before_they_end() {
    let folder = tempfile::tempdir().unwrap();
    let first = Authority::open(folder.path(), names(), date(2026, 9, 1)).unwrap();
    assert_eq!(first.served_until(), date(2027, 10, 3));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let key = std::fs::metadata(folder.path().join("ca.key")).unwrap();
        assert_eq!(key.permissions().mode() & 0o777, 0o600);
    }
    let again = Authority::open(folder.path(), names(), date(2027, 1, 1)).unwrap();
    assert_eq!((first.certificate(), first.fingerprint()), (again.certificate(), again.fingerprint()));
    first.renew(date(2027, 8, 3)).unwrap();
    assert_eq!(first.served_until(), date(2027, 10, 3), "not yet");
    first.renew(date(2027, 8, 5)).unwrap();
    assert_eq!(first.served_until(), date(2028, 9, 5));
    // After ten years there is another one.
    let late = Authority::open(folder.path(), names(), date(2036, 8, 1)).unwrap();
    assert_ne!(first.certificate(), late.certificate());
}

#[test]
fn files_that_are_no_certificate_are_told_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("证书.pem");
    std::fs::write(&file, "not a certificate").unwrap();
    let told = Tls::given(&file, &file).err().unwrap().to_string();
    assert!(told.contains("证书.pem") && told.contains("PEM"), "{told}");
    let none = Tls::given(&folder.path().join("没有.pem"), &file).err().unwrap().to_string();
    assert!(none.contains("没有.pem"), "{none}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_authority_there_is_no_page_to_trust_it() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    assert_eq!(site.nobody().get("/trust").await.status, StatusCode::NOT_FOUND);
}
