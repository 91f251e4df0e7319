//! The samples compile to the tasks that a reader would list.

use std::path::Path;

use jiff::civil::date;
use luoshi_plan::model::{Party, Role, Task};
use luoshi_plan::{Options, Plan, compile};
use luoshi_text::Document;

/// Each sample with the fewest and the most tasks that a careful reader would make of it.
const SAMPLES: [(&str, usize, usize); 16] = [
    ("01-culture-workers", 14, 16),
    ("02-policy-interpretation", 26, 30),
    ("03-poverty-alleviation", 29, 31),
    ("04-recruitment", 11, 14),
    ("05-forest-fire", 22, 27),
    ("06-work-safety", 23, 26),
    ("07-reservoirs", 21, 23),
    ("08-peace-month", 17, 22),
    ("09-campus-departments", 26, 29),
    ("10-campus-months", 32, 36),
    ("11-campus-bureau", 11, 14),
    ("12-campus-city", 19, 23),
    ("13-campus-measures", 24, 27),
    ("14-school-safety-system", 22, 26),
    ("15-campus-small", 32, 37),
    ("16-judicial", 15, 18),
];

fn sample(name: &str) -> (Document, Plan) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples").join(format!("{name}.txt"));
    let text = std::fs::read_to_string(path).expect("the samples are part of the repository");
    let doc = Document::from_lines(&text);
    let options = Options::new(None, date(2025, 1, 1));
    let mut plans = compile(&doc, &options).plans;
    assert_eq!(plans.len(), 1, "{name}");
    (doc, plans.remove(0))
}

fn list(plan: &Plan) -> String {
    let line = |t: &Task| format!("{}. [{}] {}\n", t.number, t.path.join("/"), t.title);
    plan.tasks.iter().map(line).collect()
}

#[test]
fn every_sample_gives_a_sensible_number_of_tasks() {
    for (name, least, most) in SAMPLES {
        let (_, plan) = sample(name);
        let n = plan.tasks.len();
        assert!((least..=most).contains(&n), "{name}: {n} tasks\n{}", list(&plan));
    }
}

#[test]
fn tasks_are_numbered_in_the_order_of_the_text_and_have_short_titles() {
    for (name, ..) in SAMPLES {
        let (doc, plan) = sample(name);
        for (i, task) in plan.tasks.iter().enumerate() {
            assert_eq!(task.number as usize, i + 1, "{name}");
            assert!((1..=30).contains(&task.title.chars().count()), "{name}: {}", task.title);
            assert!(!task.title.ends_with(['。', '，', '；', '：', '、']), "{name}: {}", task.title);
            assert!(!task.path.is_empty(), "{name}: {}", task.title);
            assert!(plan.span.covers(task.span), "{name}: {}", task.title);
            let words = doc.slice(task.span);
            let parties = [&task.lead, &task.support, &task.responsible, &task.leader];
            for party in parties.into_iter().flatten().filter(|p: &&Party| !p.inherited) {
                assert_eq!(doc.slice(party.span), party.name, "{name}");
                assert!(words.contains(&party.name), "{name}: {} {}", task.title, party.name);
            }
        }
        assert!(plan.tasks.windows(2).all(|w| w[0].span.start <= w[1].span.start), "{name}");
    }
}

#[test]
fn nearly_every_task_of_the_samples_has_a_unit_and_a_time() {
    let (mut all, mut bare) = (0, Vec::new());
    for (name, ..) in SAMPLES {
        let (_, plan) = sample(name);
        for task in plan.tasks.iter().filter(|t| t.role == Role::Task) {
            all += 1;
            let unowned = task.lead.is_empty() && task.responsible.is_empty();
            if unowned || task.times.is_empty() {
                bare.push(format!("{name} {}. {}", task.number, task.title));
            }
        }
    }
    assert!(bare.len() * 50 <= all, "{} of {all}:\n{}", bare.len(), bare.join("\n"));
}

#[test]
fn annexes_of_the_samples_are_all_there() {
    for (name, ..) in SAMPLES {
        let (doc, plan) = sample(name);
        for cited in &plan.cited_annexes {
            let there = match cited.number {
                Some(n) => plan.annexes.iter().any(|a| a.number == Some(n)),
                None => !plan.annexes.is_empty(),
            };
            assert!(there, "{name}: {}", doc.slice(cited.span));
        }
    }
}

#[test]
fn quota_tables_of_the_samples_add_up() {
    let mut seen = 0;
    for (name, ..) in SAMPLES {
        let (_, plan) = sample(name);
        for table in &plan.quota_tables {
            let Some(total) = &table.total else { continue };
            let sum: f64 = table.shares.iter().map(|s| s.value.value).sum();
            assert_eq!(sum, total.value, "{name}: {}", table.of.value);
            seen += 1;
        }
    }
    assert_eq!(seen, 15);
}

#[test]
fn work_told_twice_in_the_samples_agrees() {
    for (name, ..) in SAMPLES {
        let (_, plan) = sample(name);
        for twin in &plan.twins {
            assert_eq!(twin.text_deadline, twin.table_deadline, "{name}: {twin:?}");
        }
    }
}
