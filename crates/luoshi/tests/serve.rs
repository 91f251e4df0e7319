//! Serving an office, as who runs the server meets it.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "an unwrap is an assertion")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

fn luoshi(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_luoshi"));
    command.args(words).current_dir(folder);
    command
}

fn refused(folder: &Path, words: &[&str]) -> String {
    let Output { status, stderr, .. } = luoshi(folder, words).output().unwrap();
    assert_eq!(status.code(), Some(2));
    String::from_utf8(stderr).unwrap()
}

/// An office that is served.
struct Server {
    process: Child,
    said: BufReader<std::process::ChildStdout>,
}

impl Server {
    fn begin(folder: &Path, words: &[&str]) -> Self {
        let mut process =
            luoshi(folder, words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let said = BufReader::new(process.stdout.take().unwrap());
        Self { process, said }
    }

    /// The address in the next line that it says.
    fn address(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        let from = line.find("http://").unwrap_or_else(|| panic!("no address in “{line}”")) + 7;
        line[from..].split('/').next().unwrap().to_owned()
    }

    /// Tells it to stop and gives what it wrote down.
    fn end(mut self) -> String {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let mut log = String::new();
        self.process.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        assert_eq!(self.process.wait().unwrap().code(), Some(0), "{log}");
        log
    }
}

fn got(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn an_office_is_served_by_one_server_that_tells_how_it_fares_and_stops_when_told() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let found =
        ["org", "found", "河源县人民政府", "--system", "张三", "--security", "李四", "--audit", "王五"];
    assert!(luoshi(at, &found).output().unwrap().status.success());
    let here = "127.0.0.1:0";
    let words = ["serve", "--listen", here, "--status", here, "--log", "json"];
    let mut server = Server::begin(at, &words);
    let (status, main) = (server.address(), server.address());
    assert!(got(&main, "/sign-in?to=/mulu").starts_with("HTTP/1.1 200"));
    assert!(got(&status, "/metrics").contains("luoshi_build_info"));

    let second = refused(at, &["serve", "--listen", here]);
    assert!(second.contains("进程") && second.contains(&server.process.id().to_string()), "{second}");
    let other = tempfile::tempdir().unwrap();
    assert!(luoshi(other.path(), &found).output().unwrap().status.success());
    let taken = refused(other.path(), &["serve", "--listen", &main]);
    assert!(taken.contains("占用") && taken.contains("--listen"), "{taken}");
    let held = TcpListener::bind(here).unwrap();
    let aside = held.local_addr().unwrap().to_string();
    let taken = refused(other.path(), &["serve", "--listen", here, "--status", &aside]);
    assert!(taken.contains("占用") && taken.contains("--status"), "{taken}");

    let wrong = refused(other.path(), &["serve", "--log-level", "loud"]);
    assert!(wrong.contains("--log-level"), "{wrong}");

    let log = server.end();
    let line = log.lines().find(|line| line.contains("/sign-in")).unwrap_or_else(|| panic!("{log}"));
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!((&line["method"], &line["status"]), (&"GET".into(), &200.into()), "{line}");
    assert!(!log.contains("mulu"), "{log}");
}
