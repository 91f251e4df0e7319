//! Findings in SARIF 2.1.0, for editors and build servers.

use luoshi_plan::check::{CHECKS, find_check, page};
use luoshi_plan::model::Compiled;
use luoshi_text::{Diagnostic, Level, Span};
use serde_json::{Value, json};

use crate::input::Unread;
use crate::source::Source;

/// Collects the results of all files.
#[derive(Debug, Default)]
pub(crate) struct Log {
    results: Vec<Value>,
    notifications: Vec<Value>,
}

impl Log {
    /// The results of one file, made where the file was checked.
    pub(crate) fn results(source: &Source, compiled: &Compiled, findings: &[Diagnostic]) -> Vec<Value> {
        findings.iter().map(|d| result(source, compiled, d)).collect()
    }

    /// Adds results.
    pub(crate) fn add(&mut self, results: Vec<Value>) {
        self.results.extend(results);
    }

    /// Adds a file that could not be read.
    pub(crate) fn unread(&mut self, unread: &Unread) {
        self.notifications.push(json!({
            "level": "error",
            "message": {"text": unread.sentence},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri(&unread.name)}}}],
        }));
    }

    /// The whole log.
    pub(crate) fn finish(self) -> Value {
        let rules: Vec<Value> = CHECKS
            .iter()
            .map(|c| {
                json!({
                    "id": c.name,
                    "shortDescription": {"text": c.title},
                    "fullDescription": {"text": c.what},
                    "help": {"text": format!("{}\n{}", c.why, c.fix), "markdown": page(c)},
                    "defaultConfiguration": {"level": level(c.level)},
                })
            })
            .collect();
        json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": {"driver": {
                    "name": "luoshi",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "language": "zh-CN",
                    "rules": rules,
                }},
                "columnKind": "unicodeCodePoints",
                "invocations": [{
                    "executionSuccessful": self.notifications.is_empty(),
                    "toolExecutionNotifications": self.notifications,
                }],
                "results": self.results,
            }],
        })
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Hint => "note",
    }
}

fn result(source: &Source, compiled: &Compiled, finding: &Diagnostic) -> Value {
    let mut text = finding.message.clone();
    if let Some(help) = &finding.help {
        text.push_str(&format!("建议：{help}"));
    }
    let mut location = location(source, finding.span);
    let path = source.path(compiled, finding.span.start);
    if !path.is_empty() {
        location["logicalLocations"] = json!([{"fullyQualifiedName": path.join(" › ")}]);
    }
    let related: Vec<Value> = finding
        .related
        .iter()
        .enumerate()
        .map(|(n, label)| {
            let mut place = self::location(source, label.span);
            place["id"] = json!(n + 1);
            place["message"] = json!({"text": label.message});
            place
        })
        .collect();
    let mut result = json!({
        "ruleId": finding.code,
        "level": level(finding.level),
        "message": {"text": text},
        "locations": [location],
    });
    if let Some(check) = find_check(&finding.code) {
        result["ruleIndex"] = json!(CHECKS.iter().position(|c| c.name == check.name));
    }
    if !related.is_empty() {
        result["relatedLocations"] = json!(related);
    }
    result
}

/// Where a span stands. Lines and columns count from 1 and are those of the user's file where it is
/// a text; in other files the line is the paragraph, and `properties` says the place in words.
fn location(source: &Source, span: Span) -> Value {
    let start = source.position(span.start);
    let end = source.position(span.end);
    let mut region = json!({
        "startLine": start.line,
        "startColumn": start.column,
        "charLength": source.words(span).chars().count(),
        "snippet": {"text": source.words(span)},
    });
    if end.line > start.line || (end.line == start.line && end.column >= start.column) {
        region["endLine"] = json!(end.line);
        region["endColumn"] = json!(end.column);
    }
    match start.offset {
        Some(offset) => region["charOffset"] = json!(offset),
        // A length without an offset says nothing.
        None => {
            region.as_object_mut().map(|o| o.remove("charLength"));
        }
    }
    json!({
        "physicalLocation": {
            "artifactLocation": {"uri": uri(source.file_at(span.start))},
            "region": region,
        },
        "properties": {"place": source.place(span.start)},
    })
}

/// A path as a URI reference: slashes forward, everything else percent-encoded.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut out = String::new();
    if path.starts_with('/') {
        out.push_str("file://");
    }
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris() {
        assert_eq!(uri("samples/a b.txt"), "samples/a%20b.txt");
        assert_eq!(uri("方案.txt"), "%E6%96%B9%E6%A1%88.txt");
        assert_eq!(uri("/tmp/a.txt"), "file:///tmp/a.txt");
    }
}
