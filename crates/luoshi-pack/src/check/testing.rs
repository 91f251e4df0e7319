//! Packs for tests: a fault is told by a comment `#! code` at the end of its line.

use super::check;
use crate::read_pack;

/// A flow that is sound.
pub(super) const FLOW: &str = r#"
start = "open"
state = [
  { key = "open", title = "在办" },
  { key = "done", title = "办结", phase = "done" },
]
step = [
  { key = "finish", title = "办结", from = ["open"], to = "done", who = ["handler@lead"] },
]
"#;

/// A pack with one register: more of the register, its flow, and what follows.
pub(super) fn pack(register: &str, flow: &str, tail: &str) -> String {
    format!(
        r#"
name = "small"
title = "小包"
version = 1
from = 2026-01-01
tasks = "task"
[[register]]
key = "task"
title = "任务台账"
numbering = "{{number}}"
{register}
[register.flow]
{flow}
{tail}
"#
    )
}

/// The pack must have exactly the faults that its lines tell.
#[track_caller]
pub(super) fn expect(text: &str) {
    let (read, found) = read_pack(text);
    assert_eq!(found, [], "{text}");
    let told =
        |found: &luoshi_text::Diagnostic| (crate::line_and_column(text, found.span).0, found.code.clone());
    let mut found: Vec<_> = check(&read.unwrap(), text).iter().map(told).collect();
    let mut expected: Vec<_> = text
        .lines()
        .enumerate()
        .filter_map(|(i, line)| Some((i + 1, line.split_once("#! ")?.1)))
        .flat_map(|(line, codes)| codes.split(' ').map(move |code| (line, code.to_owned())))
        .collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected, "{text}");
}

/// [`expect`] for a register of [`pack`].
#[track_caller]
pub(super) fn expect_register(register: &str) {
    expect(&pack(register, FLOW, ""));
}

/// [`expect`] for a flow of [`pack`].
#[track_caller]
pub(super) fn expect_flow(flow: &str) {
    expect(&pack("", flow, ""));
}

/// [`expect`] for what follows the register of [`pack`].
#[track_caller]
pub(super) fn expect_tail(tail: &str) {
    expect(&pack("", FLOW, tail));
}
