//! The facts of a document as a stream of JSON objects, one a line.

use std::io;

use luoshi_text::{Document, Origin, Span};
use luoshi_when::When;
use serde_json::{Map, Value as Json, json};

use crate::model::{Compiled, Fact, Role, Value};

/// One JSON object a line: the role of every physical line, then the facts in order.
pub fn facts(doc: &Document, compiled: &Compiled) -> String {
    let mut out = Vec::new();
    // Memory takes everything, and JSON is UTF-8.
    let _ = write_facts(doc, compiled, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// Writes what [`facts`] gives, one object after the other.
pub fn write_facts(doc: &Document, compiled: &Compiled, out: &mut dyn io::Write) -> io::Result<()> {
    for (line, role) in line_roles(doc, compiled) {
        serde_json::to_writer(&mut *out, &json!({"type": "line", "line": line, "role": role}))?;
        out.write_all(b"\n")?;
    }
    for fact in compiled.plans.iter().flat_map(|p| &p.facts) {
        let line = line_of(doc, fact.span.start as usize);
        serde_json::to_writer(&mut *out, &fact_json(doc, fact, line))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// The number of the line that an offset stands on: a physical line where the file has lines,
/// else the block counted from 1.
pub fn line_of(doc: &Document, at: usize) -> u32 {
    match doc.origin_at(at) {
        Some(Origin::Line(n)) => n,
        _ => doc.block_at(at).map_or(0, |b| b as u32 + 1),
    }
}

/// Each line with its role; lines that belong to no plan are noise.
fn line_roles(doc: &Document, compiled: &Compiled) -> Vec<(u32, Role)> {
    let mut out: Vec<(u32, Role)> = Vec::new();
    for (i, block) in doc.blocks().iter().enumerate() {
        let n = compiled.plans.partition_point(|p| p.end_block <= i as u32);
        let plan = compiled.plans.get(n).filter(|p| p.first_block <= i as u32);
        let role = plan.map_or(Role::Noise, |p| p.roles[i - p.first_block as usize]);
        for piece in &block.pieces {
            let line = line_of(doc, piece.at as usize);
            // Several cells of a table may share a line.
            if out.last().is_none_or(|(l, _)| *l != line) {
                out.push((line, role));
            }
        }
    }
    out
}

/// The fields of a fact as the model names them, in the form of the stream: the parts of a time lie
/// flat, and what the form does not know is left out.
fn fact_json(doc: &Document, fact: &Fact, line: u32) -> Json {
    // A fact belongs to the line where it begins; its words are cut at that line's end.
    let end = (fact.span.end as usize).min(doc.piece_end(fact.span.start as usize));
    let raw = doc.slice(Span::new(fact.span.start as usize, end));
    let mut fields = object(json!(fact.value));
    fields.insert("line".to_owned(), json!(line));
    fields.insert("raw".to_owned(), json!(raw));
    match &fact.value {
        Value::Date { when } => {
            fields.remove("when");
            fields.extend(time(when));
        }
        Value::Unit { collective, .. } => {
            fields.remove("collective");
            if collective.is_some() {
                fields.insert("collective".to_owned(), json!(true));
            }
        }
        Value::Rule { .. } => {
            fields.remove("amount_to");
        }
        _ => {}
    }
    Json::Object(fields)
}

/// The fields of a time; a start or end that it does not have is null.
fn time(when: &When) -> Map<String, Json> {
    let mut fields = object(json!({"start": null, "end": null}));
    fields.extend(match when {
        When::On { day } => object(json!({"kind": "on", "start": day, "end": day})),
        When::Ongoing => object(json!({"kind": "from"})),
        other => object(json!(other)),
    });
    fields
}

fn object(json: Json) -> Map<String, Json> {
    match json {
        Json::Object(fields) => fields,
        _ => Map::new(),
    }
}
