//! Attachments on a real S3-compatible server: moto, which `cargo xtask test` installs.
#![allow(clippy::unwrap_used)]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use luoshi_engine::Hash;
use luoshi_store::attachment::{AttachmentError, Attachments, Bucket, Kind, Limits, Place, Presence};

/// A server of the test's own on the loopback, gone with it.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        Self::start_at(port)
    }

    fn start_at(port: u16) -> Self {
        let child = Command::new(program())
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("moto_server ({error}): cargo xtask test installs it"));
        let server = Self { child, port };
        for _ in 0..300 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return server;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("moto_server does not listen");
    }

    /// One request past the product: enough to make a bucket or to change a file behind its back.
    /// The server asks for a signature and looks at it no further.
    fn ask(&self, method: &str, path: &str, body: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(
            stream,
            "{method} {path} HTTP/1.0\r\nHost: 127.0.0.1:{}\r\nContent-Length: {}\r\nAuthorization: \
             AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, \
             Signature=0\r\n\r\n{body}",
            self.port,
            body.len(),
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let status = answer.split(' ').nth(1);
        assert!(status.is_some_and(|status| status.starts_with("20")), "{method} {path}: {answer}");
        answer
    }

    fn bucket(&self, name: &str) -> Bucket {
        Bucket {
            endpoint: format!("http://127.0.0.1:{}", self.port),
            name: name.to_owned(),
            prefix: "office/".to_owned(),
            region: "us-east-1".to_owned(),
            key: "key".to_owned(),
            secret: "secret words".to_owned(),
            authority: None,
            allow_http: true,
        }
    }

    fn open(&self) -> Attachments {
        Attachments::open(&Place::S3(self.bucket("luoshi")), Limits::default()).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `target/moto/bin/moto_server`, where it is installed, or one in the path.
fn program() -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let ours = here.ancestors().map(|folder| folder.join("moto/bin/moto_server"));
    ours.into_iter().find(|path| path.exists()).unwrap_or_else(|| PathBuf::from("moto_server"))
}

fn path_of(hash: Hash) -> String {
    let name = hash.to_string();
    format!("/luoshi/office/{}/{name}", &name[..2])
}

#[tokio::test]
async fn a_file_goes_to_the_server_and_comes_back() {
    let server = Server::start();
    server.ask("PUT", "/luoshi", "");
    let kept = server.open();
    kept.reach().await.unwrap();

    let photo = b"\xff\xd8\xff photo".to_vec();
    let first = kept.put(photo.clone()).await.unwrap();
    assert_eq!((first.hash, first.kind, first.already), (Hash::of(&photo), Kind::Jpeg, false));
    assert!(kept.put(photo.clone()).await.unwrap().already);
    assert_eq!(kept.get(first.hash).await.unwrap(), photo);
    assert_eq!(kept.size(first.hash).await.unwrap(), 9);
    assert_eq!(kept.part(first.hash, 4..7).await.unwrap(), b"pho");
    // It lies where its hash says, behind the prefix, and nothing else does.
    let list = server.ask("GET", "/luoshi", "");
    assert!(list.contains(&format!("<Key>{}</Key>", path_of(first.hash).trim_start_matches("/luoshi/"))));
    assert_eq!(list.matches("<Key>").count(), 1);
}

#[tokio::test]
async fn a_large_file_goes_in_pieces() {
    let server = Server::start();
    server.ask("PUT", "/luoshi", "");
    let kept = server.open();
    // Three pieces, the last one short; no two alike.
    let film: Vec<u8> = (0_u32..5 << 20).flat_map(u32::to_le_bytes).collect();
    let film = [b"\0\0\0\x18ftypisom".to_vec(), film].concat();
    let stored = kept.put(film.clone()).await.unwrap();
    assert_eq!((stored.kind, stored.size), (Kind::Mp4, film.len() as u64));
    assert_eq!(kept.check(stored.hash).await.unwrap(), Presence::Whole);
    let across = (8 << 20) - 3..(8 << 20) + 5;
    assert_eq!(kept.part(stored.hash, across).await.unwrap(), film[(8 << 20) - 3..(8 << 20) + 5]);
    assert!(kept.put(film).await.unwrap().already);
}

#[tokio::test]
async fn damaged_and_missing_files_are_found_out() {
    let server = Server::start();
    server.ask("PUT", "/luoshi", "");
    let kept = server.open();
    let mut hashes = Vec::new();
    for n in 0..60 {
        hashes.push(kept.put(format!("第 {n} 份").into_bytes()).await.unwrap().hash);
    }
    assert_eq!(kept.missing(hashes.iter().copied()).await.unwrap(), []);
    server.ask("DELETE", &path_of(hashes[11]), "");
    assert_eq!(kept.missing(hashes.iter().copied()).await.unwrap(), [hashes[11]]);
    assert_eq!(kept.missing([hashes[11]]).await.unwrap(), [hashes[11]]);
    assert!(matches!(kept.get(hashes[11]).await, Err(AttachmentError::Missing(_))));

    server.ask("PUT", &path_of(hashes[12]), "something else");
    assert_eq!(kept.check(hashes[12]).await.unwrap(), Presence::Damaged);
    let again = kept.put("第 12 份".to_owned().into_bytes()).await.unwrap();
    assert_eq!((again.hash, again.already), (hashes[12], false));
    assert_eq!(kept.check(hashes[12]).await.unwrap(), Presence::Whole);
}

#[tokio::test]
async fn a_server_that_goes_away_is_told_and_nothing_is_acknowledged() {
    let server = Server::start();
    let port = server.port;
    server.ask("PUT", "/luoshi", "");
    let kept = server.open();
    let hash = kept.put(b"first".to_vec()).await.unwrap().hash;
    drop(server);

    // Not said to be missing: nobody knows.
    let error = kept.missing([hash]).await.unwrap_err();
    assert!(error.to_string().contains("稍后再试"), "{error}");
    assert!(matches!(kept.put(b"second".to_vec()).await, Err(AttachmentError::Unavailable(_))));

    // It comes back, empty as it is after a disaster.
    let server = Server::start_at(port);
    server.ask("PUT", "/luoshi", "");
    assert_eq!(kept.missing([hash]).await.unwrap(), [hash]);
    assert!(!kept.put(b"first".to_vec()).await.unwrap().already);
}

#[tokio::test]
async fn wrong_settings_are_told_at_the_start() {
    let server = Server::start();
    let nowhere = Place::S3(server.bucket("nowhere"));
    let nowhere = Attachments::open(&nowhere, Limits::default()).unwrap();
    assert!(nowhere.reach().await.is_err());

    let open = Bucket { allow_http: false, ..server.bucket("luoshi") };
    let error = Attachments::open(&Place::S3(open), Limits::default()).unwrap_err();
    assert!(error.to_string().contains("没有加密"), "{error}");

    let words = Bucket { authority: Some("no certificate".to_owned()), ..server.bucket("luoshi") };
    let error = Attachments::open(&Place::S3(words), Limits::default()).unwrap_err();
    assert!(error.to_string().contains("根证书"), "{error}");
}

#[test]
fn the_secret_is_not_shown() {
    let bucket = Server::start().bucket("luoshi");
    assert!(!format!("{:?}", Place::S3(bucket)).contains("secret"));
}
