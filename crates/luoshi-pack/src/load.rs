//! TOML text to a pack, with every fault and its place.

use luoshi_text::Diagnostic;

use crate::source::Source;
use crate::{Pack, fault};

/// So many faults of one text are told; the rest would only be noise.
const MOST_FAULTS: usize = 50;

/// Reads a pack. Faults of form, unknown keys and wrong values are data, never an error; there is a
/// pack wherever enough can be read, though one with errors must not be used. Whether its parts
/// agree with each other is for [`crate::check`].
pub fn read_pack(text: &str) -> (Option<Pack>, Vec<Diagnostic>) {
    let (pack, _, found) = read_source(text);
    (pack, found)
}

/// [`read_pack`], keeping the places of its parts.
pub(crate) fn read_source(text: &str) -> (Option<Pack>, Source<'_>, Vec<Diagnostic>) {
    let (source, errors) = Source::parse(text);
    if !errors.is_empty() {
        // What is left of a broken text would give faults that are none.
        let found = errors.iter().take(MOST_FAULTS).map(|error| fault::syntax(error, text)).collect();
        return (None, source, found);
    }
    let (mut found, mut unknown) = (Vec::<Diagnostic>::new(), Vec::new());
    loop {
        match source.read(&unknown) {
            Ok(pack) => return (Some(pack), source, found),
            Err(error) => {
                let fault = fault::content(&error, text);
                let again = fault.code == "unknown-key" && !unknown.contains(&fault.span);
                unknown.push(fault.span);
                found.push(fault);
                // The reader stops at the first fault. An unknown key can be left out to see the next.
                if !again || found.len() >= MOST_FAULTS {
                    return (None, source, found);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pack that is whole.
    const SMALL: &str = r#"
name = "small"
title = "小包"
version = 1
from = 2026-01-01
tasks = "task"

[hours]
opening = 08:30:00
closing = "18:00"

[[register]]
key = "task"
title = "任务台账"
numbering = "{number}"
[register.flow]
start = "open"
state = [{ key = "open", title = "在办" }, { key = "done", title = "办结", phase = "done" }]
step = [{ key = "finish", title = "办结", from = ["open"], to = "done", who = ["handler@lead"] }]
"#;

    /// The faults of [`SMALL`] with one text replaced: code, line, sentence and help.
    fn faults(from: &str, to: &str) -> Vec<String> {
        assert!(SMALL.contains(from), "{from}");
        let text = SMALL.replacen(from, to, 1);
        let (_, found) = read_pack(&text);
        let tell = |fault: &Diagnostic| {
            let (line, _) = crate::line_and_column(&text, fault.span);
            format!("{line} {} {}{}", fault.code, fault.message, fault.help.clone().unwrap_or_default())
        };
        found.iter().map(tell).collect()
    }

    #[test]
    fn a_whole_pack_is_read() {
        let (pack, found) = read_pack(SMALL);
        assert_eq!(found, []);
        let pack = pack.unwrap();
        assert_eq!(pack.from, jiff::civil::date(2026, 1, 1));
        assert_eq!(pack.hours.closing, jiff::civil::time(18, 0, 0, 0));
        assert_eq!(pack.find_register("task").unwrap().flow.steps[0].who[0].role, crate::Role::Handler);
    }

    #[test]
    fn a_fault_has_its_line_and_says_what_to_do() {
        let told = [
            faults("title = \"小包\"", "title = 小包"),
            faults("title = \"小包\"", "title = \"小包"),
            faults("version = 1", "version ="),
            faults("version = 1", "version = 1\nversion = 2"),
            faults("version = 1", "version = \"1\""),
            faults("version = 1", "version = -1"),
            faults("version = 1", "versoin = 1"),
            faults("[hours]", "[hours]\ncolour = 1\nflavour = 2"),
            faults("tasks = \"task\"", ""),
            faults("from = 2026-01-01", "from = \"2026-02-30\""),
            faults("from = 2026-01-01", "from = \"即日起\""),
            faults("closing = \"18:00\"", "closing = \"傍晚\""),
            faults("who = [\"handler@lead\"]", "who = \"handler@lead\""),
            faults("handler@lead", "clerk@lead"),
            faults("phase = \"done\"", "phase = \"finished\""),
            faults("phase = \"done\"", "phase = \"don\""),
            faults("start = \"open\"", "start = [\"open\"]"),
            faults("[register.flow]", "[register.flow"),
            faults("\"open\", title = \"在办\" }, {", "\"open\", title = \"在办\" } {"),
        ];
        insta::assert_snapshot!(told.map(|faults| faults.join("\n")).join("\n\n"));
    }

    #[test]
    fn several_unknown_keys_are_told_at_once() {
        assert_eq!(faults("tasks = \"task\"", "tasks = \"task\"\ncolour = 1\nflavour = 2").len(), 2);
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,60}|[\\[\\]{}=\"a-z_0-9.,# \n落实-]{0,80}") {
            for fault in read_pack(&text).1 {
                crate::render("包.toml", &text, &fault);
            }
        }

        #[test]
        fn no_cut_or_patched_pack_makes_it_panic(cut in 0..SMALL.len(), len in 0usize..20, patch in "[\\[\\]{}=\"'a-z落0-9,\n]{0,4}") {
            let at = (0..=cut).rev().find(|at| SMALL.is_char_boundary(*at)).unwrap();
            let end = ((at + len).min(SMALL.len())..=SMALL.len()).find(|at| SMALL.is_char_boundary(*at)).unwrap();
            let text = format!("{}{patch}{}", &SMALL[..at], &SMALL[end..]);
            for fault in read_pack(&text).1 {
                proptest::prop_assert!(text.get(fault.span.range()).is_some());
                crate::render("包.toml", &text, &fault);
            }
        }
    }
}
