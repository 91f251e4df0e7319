//! A line between a browser and the office that can be cut, and that can lose what the office answers.

use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};

/// How a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Up,
    /// What is sent arrives, and the answer to a form does not come back.
    Deaf,
    Cut,
}

/// A line that was laid.
pub(super) struct Line {
    /// The address at this end, without `http://`.
    pub(super) address: String,
    state: watch::Sender<State>,
    lost: Arc<Notify>,
}

impl Line {
    /// Lays a line on this machine to an address.
    pub(super) async fn to(office: &str) -> Self {
        Self::from("127.0.0.1", office).await
    }

    /// Lays a line from an address of this machine to another.
    pub(super) async fn from(here: &str, office: &str) -> Self {
        let listener = TcpListener::bind((here, 0)).await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (state, seen) = watch::channel(State::Up);
        let lost = Arc::new(Notify::new());
        let (office, told) = (office.to_owned(), Arc::clone(&lost));
        tokio::spawn(async move {
            while let Ok((browser, _)) = listener.accept().await {
                tokio::spawn(carry(browser, office.clone(), seen.clone(), Arc::clone(&told)));
            }
        });
        Self { address, state, lost }
    }

    /// Cuts it: nothing goes through, and what is under way is broken off.
    pub(super) fn cut(&self) {
        self.state.send(State::Cut).unwrap();
    }

    /// Mends it so far that forms arrive and their answers are lost.
    pub(super) fn deafen(&self) {
        self.state.send(State::Deaf).unwrap();
    }

    /// Mends it.
    pub(super) fn mend(&self) {
        self.state.send(State::Up).unwrap();
    }

    /// Comes when the answer to a form was lost.
    pub(super) async fn lost(&self) {
        self.lost.notified().await;
    }
}

async fn carry(browser: TcpStream, office: String, state: watch::Receiver<State>, lost: Arc<Notify>) {
    if *state.borrow() == State::Cut {
        return;
    }
    let Ok(office) = TcpStream::connect(office).await else { return };
    let (said, hears) = browser.into_split();
    let (answers, asked) = office.into_split();
    let (posted, post) = watch::channel(false);
    let mut cut = state.clone();
    tokio::select! {
        () = there(said, asked, posted) => {}
        () = back(answers, hears, state, post, lost) => {}
        _ = cut.wait_for(|state| *state == State::Cut) => {}
    }
}

async fn there(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, posted: watch::Sender<bool>) {
    let mut bytes = vec![0; 16 << 10];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        if bytes.starts_with(b"POST ") {
            posted.send_replace(true);
        }
        if to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}

async fn back(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    state: watch::Receiver<State>,
    posted: watch::Receiver<bool>,
    lost: Arc<Notify>,
) {
    let mut bytes = vec![0; 16 << 10];
    while let Ok(count @ 1..) = from.read(&mut bytes).await {
        if *state.borrow() == State::Deaf && *posted.borrow() {
            lost.notify_one();
            return;
        }
        if to.write_all(&bytes[..count]).await.is_err() {
            return;
        }
    }
}
