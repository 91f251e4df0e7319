//! Browsers in offices are old: what pages are made of must work from Chromium 86 on (360 and the browsers
//! of UOS stand there). The versions are those of MDN's compatibility tables.

use anyhow::Result;

use super::File;

/// The oldest browser that pages are made for.
const OLDEST: u32 = 86;

/// Words of style sheets and the version of Chromium that understands them first.
const STYLE: &[(&str, u32)] = &[
    ("accent-color:", 93),
    ("animation-timeline", 115),
    ("aspect-ratio:", 88),
    ("@container", 105),
    ("color-mix(", 111),
    ("dvh", 108),
    ("svh", 108),
    (":has(", 105),
    (":is(", 88),
    (":where(", 88),
    ("inset:", 87),
    ("inset-inline", 87),
    ("@layer", 99),
    ("light-dark(", 123),
    ("oklch(", 111),
    ("overflow: clip", 90),
    (":popover-open", 114),
    ("scrollbar-gutter", 94),
    ("@scope", 118),
    ("subgrid", 117),
    ("text-wrap:", 114),
    (":user-invalid", 119),
];

/// Words of scripts.
const SCRIPT: &[(&str, u32)] = &[
    ("AbortSignal.any", 116),
    ("AbortSignal.timeout", 103),
    ("Array.fromAsync", 121),
    (".findLast(", 97),
    ("Map.groupBy", 117),
    ("Object.groupBy", 117),
    ("Object.hasOwn", 93),
    ("Promise.withResolvers", 119),
    ("crypto.randomUUID", 92),
    (".showPicker(", 99),
    ("static {", 94),
    ("structuredClone(", 98),
    (".toReversed(", 110),
    (".toSorted(", 110),
    (".toSpliced(", 110),
    (".at(", 92),
];

/// Attributes of pages.
const PAGE: &[(&str, u32)] = &[(" inert", 102), (" popover", 114), ("<search", 118)];

fn words(path: &str) -> &'static [(&'static str, u32)] {
    match path.rsplit('.').next() {
        Some("css") => STYLE,
        Some("js") => SCRIPT,
        Some("html") => PAGE,
        _ => &[],
    }
}

/// Whether a style sheet puts a rule inside another, which only newer browsers read.
fn nested(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with('&'))
}

pub(super) fn old_browsers(files: &[File]) -> Result<Vec<String>> {
    let pages = files.iter().filter(|file| file.path.starts_with("crates/luoshi-web/"));
    let mut out = Vec::new();
    for file in pages {
        let Some(text) = &file.text else { continue };
        for (word, version) in words(&file.path).iter().filter(|(_, version)| *version > OLDEST) {
            if text.contains(word) {
                out.push(format!("{} uses {word}, known from Chromium {version} on", file.path));
            }
        }
        if file.is(".css") && nested(text) {
            out.push(format!("{} nests rules, known from Chromium 112 on", file.path));
        }
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        let file = File { path: format!("crates/luoshi-web/{path}"), text: Some(text.to_owned()) };
        old_browsers(&[file]).unwrap_or_default().len()
    }

    #[test]
    fn what_old_browsers_do_not_know_is_told() {
        assert_eq!(found("assets/a.css", "main:has(p) { gap: 1rem }"), 1);
        assert_eq!(found("assets/a.css", "a {\n  & b { color: red }\n}"), 1);
        assert_eq!(found("assets/a.js", "list.at(-1)"), 1);
        assert_eq!(found("assets/a.css", "main { gap: 1rem }"), 0);
        assert_eq!(found("src/a.rs", "list.at(-1)"), 0);
    }
}
