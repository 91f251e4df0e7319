//! `luoshi outline`.

use anyhow::Result;
use luoshi_plan::model::{Plan, Role};
use luoshi_press::{columns, visible};

use super::{Job, Loaded, UNUSABLE, each, inputs, write_each};
use crate::args::{Colour, OutlineArgs};
use crate::output::{Screen, Target};
use crate::source::{Source, role_of};
use crate::wording;

pub(super) fn run(args: &OutlineArgs, colour: Colour) -> Result<u8> {
    let target = Target::new(args.input.out.as_deref());
    target.check(&inputs(&args.input), false)?;
    let screen = Screen::new(colour, args.input.width, target != Target::Stdout);
    let job = Job { input: &args.input, checks: None, columns: false, talkative: false };
    let outcomes = each(&job, |loaded: Loaded| {
        let Loaded { source, compiled, .. } = &loaded;
        let mut out = String::new();
        for plan in &compiled.plans {
            out.push_str(&tree(source, plan, screen));
            out.push('\n');
        }
        (source.name.clone(), out.into_bytes())
    })?;
    let code = if outcomes.iter().any(Result::is_err) { UNUSABLE } else { 0 };
    let pieces: Vec<_> = outcomes.into_iter().flatten().collect();
    write_each(&target, &pieces, "txt", &inputs(&args.input))?;
    Ok(code)
}

/// Every heading and numbered item in its depth, with its line and role; running text is left out.
fn tree(source: &Source, plan: &Plan, screen: Screen) -> String {
    let mut out = format!("{}（{}）\n", visible(wording::title(source, plan)), wording::issued(plan));
    for node in &plan.outline {
        let role = role_of(plan, node.block);
        if node.marker.is_none() && role != Role::Heading {
            continue;
        }
        let tail = format!("  {}·{}", source.place(node.span.start), wording::role(role));
        let indent = "  ".repeat(node.depth as usize + 1);
        let marker = visible(source.words(node.marker_span)).trim().to_owned();
        let title = visible(source.words(node.title)).trim().to_owned();
        let title = title.strip_prefix(&marker).map(str::to_owned).unwrap_or(title);
        let room = screen.width.saturating_sub(columns(&indent) + columns(&tail) + columns(&marker));
        let cut = cut(&title, room.max(8));
        let gap =
            screen.width.saturating_sub(columns(&indent) + columns(&marker) + columns(&cut) + columns(&tail));
        out.push_str(&format!("{indent}{marker}{cut}{}{tail}\n", " ".repeat(gap)));
    }
    out
}

/// At most `room` columns.
fn cut(words: &str, room: usize) -> String {
    if columns(words) <= room {
        return words.to_owned();
    }
    let mut out = String::new();
    for c in words.chars() {
        if columns(&out) + columns(c.encode_utf8(&mut [0; 4])) + 1 > room {
            break;
        }
        out.push(c);
    }
    out + "…"
}
