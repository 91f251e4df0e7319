//! The parent's side: a child on a string, and what it was promised.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use luoshi_engine::Hash;

use super::child::{MARK, Orders};
use super::load::{Done, Line, Sent};

/// A child that says nothing for so long hangs.
const SILENCE: Duration = Duration::from_secs(60);

/// Nothing that is waited for takes so long.
const LONG: Duration = Duration::from_secs(120);

/// What a sentence says when nothing was kept.
const NOT_SAVED: &str = "本次未保存";

/// What callers sent and what they were told.
#[derive(Debug, Default)]
pub(crate) struct Promises {
    pub(crate) sent: BTreeMap<String, Sent>,
    pub(crate) done: BTreeMap<String, Done>,
    /// Keys that were handed over and not answered since.
    in_flight: BTreeSet<String>,
    /// Keys of which a sentence left open whether they were kept.
    maybe: BTreeSet<String>,
    /// Keys of which every sentence said that nothing was kept.
    not_saved: BTreeSet<String>,
    /// Sentences, and how often.
    pub(crate) told: BTreeMap<String, u32>,
    pub(crate) kept: BTreeSet<Hash>,
    /// Sentences that turned out not to be true, answers that contradict one another, refusals.
    pub(crate) untrue: Vec<String>,
}

impl Promises {
    /// Takes in a line. With several servers on the same keys, one of them repeats what the other did.
    pub(crate) fn take(&mut self, line: &Line, alone: bool) {
        match line {
            Line::Sent(sent) => {
                self.in_flight.insert(sent.key.clone());
                self.sent.insert(sent.key.clone(), Sent::clone(sent));
            }
            Line::Again(key) => {
                self.in_flight.insert(key.clone());
            }
            Line::Told(key, words) => {
                *self.told.entry(words.clone()).or_default() += 1;
                self.in_flight.remove(key);
                if !words.contains(NOT_SAVED) {
                    self.maybe.insert(key.clone());
                    self.not_saved.remove(key);
                } else if !self.maybe.contains(key) {
                    self.not_saved.insert(key.clone());
                }
            }
            Line::Done(done) => {
                if alone && done.repeated && self.not_saved.contains(&done.key) {
                    self.untrue.push(format!("{}: told as not saved and was", done.key));
                }
                self.acknowledge(done.clone());
            }
            Line::Refused(key, words) => self.untrue.push(format!("{key}: refused: {words}")),
            Line::Kept(hash) => {
                self.kept.insert(*hash);
            }
            Line::NotKept(words) => *self.told.entry(words.clone()).or_default() += 1,
            Line::Ready | Line::Failed(_) | Line::Found(_) | Line::End => {}
        }
    }

    /// Whether the last that was said of a key is that it was not kept.
    pub(crate) fn denied(&self, key: &str) -> bool {
        self.not_saved.contains(key) && !self.in_flight.contains(key)
    }

    /// Notes an acknowledgement; two of one key must say the same.
    pub(crate) fn acknowledge(&mut self, done: Done) {
        self.in_flight.remove(&done.key);
        self.not_saved.remove(&done.key);
        if let Some(known) = self.done.get(&done.key)
            && (known.plan, known.first, known.last) != (done.plan, done.first, done.last)
        {
            self.untrue.push(format!("{}: two answers, {known:?} and {done:?}", done.key));
        }
        self.done.insert(done.key.clone(), done);
    }

    /// What was sent and never answered well.
    pub(crate) fn unanswered(&self) -> Vec<Sent> {
        self.sent.values().filter(|sent| !self.done.contains_key(&sent.key)).cloned().collect()
    }
}

/// How a child is started.
#[derive(Clone, Debug, Default)]
pub(crate) struct Manner {
    /// As which user and group.
    pub(crate) user: Option<(u32, u32)>,
    /// The program, where it is not this one.
    pub(crate) program: Option<PathBuf>,
    /// The size in KiB that no file may grow above.
    pub(crate) limit: Option<u64>,
    /// Several servers carry the same keys out.
    pub(crate) together: bool,
}

/// A child.
pub(crate) struct Running {
    child: Child,
    words: ChildStdin,
    lines: Receiver<Line>,
    errors: PathBuf,
    together: bool,
    /// The last of `Failed` or `Found`.
    pub(crate) last: Option<Line>,
}

impl Running {
    /// Starts a child with its orders; what it says on the side goes into a file.
    pub(crate) fn start(orders: &Orders, manner: &Manner, aside: &Path) -> Self {
        let program = manner.program.clone();
        let program = program.unwrap_or_else(|| std::env::current_exe().expect("this program"));
        let mut command = match manner.limit {
            // Ignored, so that a write that is too much fails instead of ending the program.
            Some(kib) => {
                let mut shell = Command::new("sh");
                let blocks = kib * 2;
                shell
                    .arg("-c")
                    .arg(format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\""))
                    .arg("sh")
                    .arg(program);
                shell
            }
            None => Command::new(program),
        };
        if let Some((user, group)) = manner.user {
            command.uid(user).gid(group);
        }
        command.arg("child");
        let errors = aside.join("errors.txt");
        let file = File::options().create(true).append(true).open(&errors).expect("a file for errors");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(file);
        let mut child = command.spawn().expect("a child");
        let mut words = child.stdin.take().expect("its input");
        let out = child.stdout.take().expect("its output");
        writeln!(words, "{}", serde_json::to_string(orders).expect("orders")).expect("a child that listens");
        let (send, lines) = channel();
        std::thread::spawn(move || {
            // The last line may be torn: what was not said to its end was not said.
            for text in BufReader::new(out).split(b'\n').map_while(Result::ok) {
                let text = String::from_utf8_lossy(&text);
                let line = text.strip_prefix(MARK).and_then(|text| serde_json::from_str(text).ok());
                if line.is_some_and(|line| send.send(line).is_err()) {
                    break;
                }
            }
        });
        Self { child, words, lines, errors, together: manner.together, last: None }
    }

    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Listens until something is so, or the child has ended: whether it is so.
    ///
    /// # Panics
    ///
    /// The child hangs.
    pub(crate) fn until(
        &mut self,
        promises: &mut Promises,
        mut so: impl FnMut(&Promises, &Line) -> bool,
    ) -> bool {
        let begun = Instant::now();
        loop {
            assert!(begun.elapsed() < LONG, "a child does not come to what is waited for in {LONG:?}");
            match self.lines.recv_timeout(SILENCE) {
                Ok(line) => {
                    promises.take(&line, !self.together);
                    if matches!(line, Line::Failed(_) | Line::Found(_)) {
                        self.last = Some(line.clone());
                    }
                    if so(promises, &line) {
                        return true;
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return false,
                Err(RecvTimeoutError::Timeout) => panic!("a child says nothing for {SILENCE:?}"),
            }
        }
    }

    /// Listens until so many more are acknowledged, or the child has ended.
    pub(crate) fn until_done(&mut self, promises: &mut Promises, mut more: u64) -> bool {
        more == 0
            || self.until(promises, |_, line| {
                more -= u64::from(matches!(line, Line::Done(_)));
                more == 0
            })
    }

    /// Kills it at once; what it had said before counts.
    pub(crate) fn kill(mut self, promises: &mut Promises) -> End {
        self.child.kill().expect("killing a child of ours");
        self.ended(promises)
    }

    /// Asks it to stop and waits.
    pub(crate) fn stop(mut self, promises: &mut Promises) -> End {
        // One that has ended already needs no asking.
        let _ = writeln!(self.words, "stop");
        self.ended(promises)
    }

    /// Waits for its end by itself.
    pub(crate) fn ended(mut self, promises: &mut Promises) -> End {
        self.until(promises, |_, _| false);
        drop(self.words);
        self.child.wait().expect("its end");
        let errors = std::fs::read_to_string(&self.errors).unwrap_or_default();
        std::fs::write(&self.errors, "").expect("a file for errors");
        let panicked = errors.contains("panicked").then_some(errors);
        End { last: self.last, panicked }
    }
}

/// How a child ended.
pub(crate) struct End {
    /// What it said of its failure or finding.
    pub(crate) last: Option<Line>,
    /// The words of a panic.
    pub(crate) panicked: Option<String>,
}
