//! Lists the time expressions of a text on standard input as JSON lines:
//! `find --on 2026-03-09 < plan.txt`; with `--repeat N`, says how fast it was instead.

#![allow(clippy::print_stdout)]

use std::io::Read;

use luoshi_when::{Context, find};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let option = |name: &str| arguments.iter().position(|a| a == name).and_then(|at| arguments.get(at + 1));
    let day = option("--on").ok_or("usage: find --on YYYY-MM-DD [--repeat N] < TEXT")?;
    let context = Context::new(day.parse()?);
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    if let Some(times) = option("--repeat") {
        return speed(&text, &context, times.parse()?);
    }
    for (at, line) in text.lines().enumerate() {
        for found in find(line, &context) {
            let mut value = serde_json::to_value(&found.when)?;
            value["line"] = (at + 1).into();
            value["raw"] = line[found.range.clone()].into();
            value["reading"] = serde_json::to_value(&found.reading)?;
            if let Some(clock) = found.clock {
                value["clock"] = serde_json::to_value(clock)?;
            }
            println!("{value}");
        }
    }
    Ok(())
}

/// Reads the text again and again.
fn speed(text: &str, context: &Context, times: u32) -> Result<(), Box<dyn std::error::Error>> {
    let begun = std::time::Instant::now();
    let mut count = 0;
    for _ in 0..times {
        count += find(std::hint::black_box(text), context).len();
    }
    let seconds = begun.elapsed().as_secs_f64();
    let bytes = text.len() as f64 * f64::from(times);
    let characters = text.chars().count() as f64 * f64::from(times);
    println!(
        "{:.1} MB/s, {:.2} million characters/s, {} found",
        bytes / seconds / 1e6,
        characters / seconds / 1e6,
        count / times.max(1) as usize
    );
    Ok(())
}
