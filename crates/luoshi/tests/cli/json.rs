//! `--format json` follows the schema that the repository keeps.

use std::path::Path;

use serde_json::Value;

use crate::support::{Place, sample_texts};

fn kept() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schema/plan-1.json");
    std::fs::read_to_string(path).expect("schema/plan-1.json")
}

#[test]
fn the_kept_schema_is_that_of_the_program() {
    let said = Place::new().run(&["schema"]);
    assert!(said.out == kept(), "run: cargo run -- schema > schema/plan-1.json");
}

#[test]
fn the_samples_follow_the_schema() {
    let schema: Value = serde_json::from_str(&kept()).unwrap();
    let place = Place::new();
    for file in sample_texts() {
        let name = file.to_string_lossy();
        let said = place.run(&["compile", &name, "--format", "json", "--check"]);
        let value: Value = serde_json::from_str(&said.out).expect(&name);
        if let Err(fault) = follows(&schema, &schema, &value, "$") {
            panic!("{name}: {fault}");
        }
        places(&value, value["text"].as_str().unwrap(), &name);
        for plan in value["plans"].as_array().unwrap() {
            assert!(!plan["facts"].as_array().unwrap().is_empty(), "{name}");
            assert!(!plan["tasks"].as_array().unwrap().is_empty(), "{name}");
            assert!(plan["first_line"].as_u64() <= plan["last_line"].as_u64());
        }
    }
}

#[test]
fn the_schema_refuses_what_does_not_follow_it() {
    let schema: Value = serde_json::from_str(&kept()).unwrap();
    let place = Place::with_plan();
    let said = place.run(&["compile", "方案.txt", "--format", "json"]);
    let good: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(follows(&schema, &schema, &good, "$"), Ok(()));
    let spoilt = |change: fn(&mut Value)| {
        let mut bad = good.clone();
        change(&mut bad);
        assert!(follows(&schema, &schema, &bad, "$").is_err());
    };
    spoilt(|v| v["version"] = 2.into());
    spoilt(|v| v["plans"][0]["tasks"][0]["number"] = "一".into());
    spoilt(|v| v["plans"][0]["facts"][0]["type"] = "other".into());
    spoilt(|v| {
        v["plans"][0]["tasks"][0].as_object_mut().unwrap().remove("place");
    });
}

#[test]
fn several_files_are_one_object_a_line() {
    let place = Place::with_plan();
    place.write("乙.txt", crate::support::PLAN);
    let said = place.run(&["compile", "方案.txt", "乙.txt", "--format", "json"]);
    let files: Vec<String> = said
        .out
        .lines()
        .map(|l| serde_json::from_str::<Value>(l).unwrap()["file"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(files, ["方案.txt", "乙.txt"]);
}

/// Every place names words of the text.
fn places(value: &Value, text: &str, name: &str) {
    match value {
        Value::Object(map) => {
            if let (Some(start), Some(end), Some(words)) = (
                map.get("start").and_then(Value::as_u64),
                map.get("end").and_then(Value::as_u64),
                map.get("words"),
            ) {
                assert_eq!(text.get(start as usize..end as usize), words.as_str(), "{name}");
            }
            map.values().for_each(|v| places(v, text, name));
        }
        Value::Array(list) => list.iter().for_each(|v| places(v, text, name)),
        _ => {}
    }
}

/// Whether a value follows a schema, for the words of JSON Schema that ours uses; any other word is
/// refused, so that nothing goes unchecked.
fn follows(root: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    let Some(words) = schema.as_object() else {
        return if schema == &Value::Bool(false) { Err(format!("{at}: nothing allowed")) } else { Ok(()) };
    };
    let list = |v: &Value| v.as_array().cloned().unwrap_or_default();
    for (word, rule) in words {
        let good = match word.as_str() {
            "$schema" | "$defs" | "title" | "description" | "format" | "default" => true,
            "$ref" => {
                let name = rule.as_str().and_then(|r| r.strip_prefix("#/$defs/")).ok_or("a foreign $ref")?;
                follows(root, &root["$defs"][name], value, at)?;
                true
            }
            "type" => match rule {
                Value::String(kind) => is_of(kind, value),
                _ => list(rule).iter().filter_map(Value::as_str).any(|k| is_of(k, value)),
            },
            "const" => rule == value,
            "enum" => list(rule).contains(value),
            "minimum" => value.as_f64().is_none_or(|n| n >= rule.as_f64().unwrap_or(f64::MAX)),
            "maximum" => value.as_f64().is_none_or(|n| n <= rule.as_f64().unwrap_or(f64::MIN)),
            "required" => list(rule).iter().filter_map(Value::as_str).all(|k| value.get(k).is_some()),
            "properties" => {
                for (key, sub) in rule.as_object().ok_or("properties")? {
                    if let Some(inner) = value.get(key) {
                        follows(root, sub, inner, &format!("{at}.{key}"))?;
                    }
                }
                true
            }
            "additionalProperties" => {
                let known = |k: &String| schema["properties"].get(k).is_some();
                rule != &Value::Bool(false) || value.as_object().is_none_or(|o| o.keys().all(known))
            }
            "items" => {
                for (i, inner) in list(value).iter().enumerate() {
                    follows(root, rule, inner, &format!("{at}[{i}]"))?;
                }
                true
            }
            "oneOf" => list(rule).iter().filter(|s| follows(root, s, value, at).is_ok()).count() == 1,
            "anyOf" => list(rule).iter().any(|s| follows(root, s, value, at).is_ok()),
            "allOf" => {
                for sub in list(rule) {
                    follows(root, &sub, value, at)?;
                }
                true
            }
            other => return Err(format!("{at}: the test does not know the word {other}")),
        };
        if !good {
            return Err(format!("{at}: {word} {rule} does not hold"));
        }
    }
    Ok(())
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}
