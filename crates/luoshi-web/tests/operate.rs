//! Running a server: what it tells whoever watches over it, and how it stops.

#![allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]

mod office;

use std::net::SocketAddr;
use std::time::Duration;

use luoshi_pack::Role;
use luoshi_testkit::{Place, for_each_database};
use luoshi_web::{Doors, Settings, Web};
use office::{PASSWORD, Site, TOWN};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A county that is served, and the way to stop it.
struct Served {
    at: SocketAddr,
    status: SocketAddr,
    stop: oneshot::Sender<()>,
    over: JoinHandle<std::io::Result<()>>,
}

impl Served {
    async fn begin(site: &Site, settings: Settings) -> Self {
        let (main, status) = (
            TcpListener::bind("127.0.0.1:0").await.unwrap(),
            TcpListener::bind("127.0.0.1:0").await.unwrap(),
        );
        let (at, aside) = (main.local_addr().unwrap(), status.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let web = Web::new(site.county.app.clone(), settings);
        let doors = Doors { main, tls: None, status: Some(status) };
        let over = tokio::spawn(doors.serve(web, async { drop(stopped.await) }));
        Self { at, status: aside, stop, over }
    }

    /// Tells it to stop and waits until it has.
    async fn end(self) {
        self.stop.send(()).unwrap();
        self.over.await.unwrap().unwrap();
    }
}

/// The whole answer to a request.
async fn asked(at: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

async fn got(at: SocketAddr, path: &str) -> String {
    asked(at, &format!("GET {path} HTTP/1.1\r\nhost: office\r\nconnection: close\r\n\r\n")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_watches_over_the_server_is_told_how_it_fares() {
    for_each_database(async |place| {
        let site = Site::open(place).await;
        site.plan("task").await;
        let settings = Settings { data: Some(place.files().to_owned()), ..Settings::default() };
        let served = Served::begin(&site, settings).await;
        assert!(got(served.status, "/healthz").await.starts_with("HTTP/1.1 200"));
        let ready = loop {
            let ready = got(served.status, "/readyz").await;
            // The first round of the scheduler has its time.
            if !ready.contains("scheduler failed") {
                break ready;
            }
        };
        assert!(ready.starts_with("HTTP/1.1 200"), "{ready}");
        for part in ["database ok", "disk ok", "scheduler ok", "open ok"] {
            assert!(ready.contains(part), "{ready}");
        }
        got(served.at, "/plans/123456?q=仓容").await;
        got(served.at, "/made/up").await;
        asked(served.at, "BREW / HTTP/1.1\r\nhost: office\r\nconnection: close\r\n\r\n").await;
        let told = got(served.status, "/metrics").await;
        for line in [
            "luoshi_http_requests_total{method=\"GET\",route=\"/plans/{plan}\",status=\"303\"} 1",
            "luoshi_http_requests_total{method=\"GET\",route=\"-\",status=\"404\"} 1",
            "method=\"other\"",
            "luoshi_http_request_seconds_count{route=\"/plans/{plan}\"} 1",
            "luoshi_commands_total{result=\"refused\"} 0",
            "luoshi_queue_length 0",
            "luoshi_sessions 0",
            "luoshi_scheduler_lag_seconds 0",
            "luoshi_build_info{version=\"",
            "# EOF",
        ] {
            assert!(told.contains(line), "{line} is missing in {told}");
        }
        let events: i64 = figure(&told, "luoshi_events");
        assert!(events > 50 && figure(&told, "luoshi_commands_total{result=\"done\"}") >= 4, "{told}");
        assert!(figure(&told, "luoshi_database_connections") >= 1, "{told}");
        assert!(!told.contains("123456") && !told.contains("made"), "addresses are no labels: {told}");
        // Nothing of it is told where everybody asks, and nothing of the office where it is told.
        assert!(got(served.at, "/metrics").await.starts_with("HTTP/1.1 404"));
        assert!(got(served.status, "/sign-in").await.starts_with("HTTP/1.1 404"));
        served.end().await;
    })
    .await;
}

fn figure(told: &str, name: &str) -> i64 {
    let line = told.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {name} in {told}")).parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_cannot_write_is_not_ready() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let settings = Settings { data: Some(place.files().join("gone")), ..Settings::default() };
    let served = Served::begin(&site, settings).await;
    let ready = got(served.status, "/readyz").await;
    assert!(ready.starts_with("HTTP/1.1 503") && ready.contains("disk failed"), "{ready}");
    assert!(got(served.status, "/healthz").await.starts_with("HTTP/1.1 200"), "it lives all the same");
    served.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_accepted_is_finished_before_the_server_stops() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let served = Served::begin(&site, Settings::default()).await;
    let login = office::who(Role::Handler, TOWN).person;
    let form = format!("login={login}&password={}", PASSWORD.replace(' ', "+"));
    let head = format!(
        "POST /sign-in HTTP/1.1\r\nhost: office\r\norigin: http://office\r\nexpect: 100-continue\r\n\
        content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n",
        form.len()
    );
    let mut stream = TcpStream::connect(served.at).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    // Its handler has begun: it asks for the form.
    let mut begun = [0; 25];
    stream.read_exact(&mut begun).await.unwrap();
    assert_eq!(&begun, b"HTTP/1.1 100 Continue\r\n\r\n");
    // Others have connected and said nothing yet; nobody waits for them.
    let _silent = TcpStream::connect(served.at).await.unwrap();
    let status = served.status;
    let (at, over) = (served.at, tokio::spawn(served.end()));
    while TcpStream::connect(at).await.is_ok() {}
    stream.write_all(form.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 303") && answer.contains("set-cookie: luoshi="), "{answer}");
    over.await.unwrap();
    assert!(TcpStream::connect(status).await.is_err(), "nobody listens any more");
    assert_eq!(site.county.app.vitals().await.unwrap().sessions, 1, "what was answered was done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stuck_client_does_not_hold_the_server_up_for_ever() {
    let place = Place::folder();
    let site = Site::open(&place).await;
    let settings = Settings { grace: Duration::from_millis(50), ..Settings::default() };
    let served = Served::begin(&site, settings).await;
    let mut stuck = TcpStream::connect(served.at).await.unwrap();
    let head = "POST /sign-in HTTP/1.1\r\nhost: office\r\norigin: http://office\r\nexpect: 100-continue\r\n\
        content-type: application/x-www-form-urlencoded\r\ncontent-length: 100\r\n\r\n";
    stuck.write_all(head.as_bytes()).await.unwrap();
    stuck.read_exact(&mut [0; 25]).await.unwrap();
    served.end().await;
    let mut rest = Vec::new();
    let _ = stuck.read_to_end(&mut rest).await;
    assert!(rest.is_empty(), "it was cut off");
}
