//! Units and people as somebody types them: found by the label of a list, by name or by number.

use jiff::civil::Date;
use luoshi_engine::{Organisation, Person, PersonId, Refusal, RefusalKind, Unit, UnitId};

/// A unit so that it is told from others of its name: 东坡村（青石镇）.
pub fn unit_label(org: &Organisation, unit: &Unit, day: Date) -> String {
    let above =
        unit.parent_on(day).and_then(|above| org.unit(above)).filter(|above| above.parent().is_some());
    match above {
        Some(above) => format!("{}（{}）", unit.name_on(day), above.name_on(day)),
        None => unit.name_on(day).to_owned(),
    }
}

/// A person so that they are told from others of their name: 张建国（松坪镇 镇长）.
pub fn person_label(org: &Organisation, person: &Person, day: Date) -> String {
    let held = |post: &&luoshi_engine::Post| post.person == person.id && post.held(day);
    match org.posts.values().find(held) {
        Some(post) => {
            format!("{}（{}）", person.name, format!("{} {}", org.unit_name(post.unit), post.title).trim())
        }
        None => person.name.clone(),
    }
}

/// Units of a day by their labels, up to a number.
pub fn unit_labels(org: &Organisation, day: Date, most: usize) -> Vec<String> {
    let units = org.units.values().filter(|unit| unit.exists(day)).take(most);
    units.map(|unit| unit_label(org, unit, day)).collect()
}

/// People with a post by their labels, up to a number.
pub fn person_labels(org: &Organisation, day: Date, most: usize) -> Vec<String> {
    let mut people: Vec<PersonId> =
        org.posts.values().filter(|post| post.held(day)).map(|post| post.person).collect();
    people.sort_unstable();
    people.dedup();
    let people = people.into_iter().filter_map(|person| org.people.get(&person));
    people.take(most).map(|person| person_label(org, person, day)).collect()
}

/// The unit that words name on a day: its label, its name, a short name or its code.
///
/// # Errors
///
/// None or several: the sentence says how to write it.
pub fn find_unit(org: &Organisation, words: &str, day: Date) -> Result<UnitId, Refusal> {
    let words = words.trim();
    let (name, above) = match words.strip_suffix('）').and_then(|words| words.split_once('（')) {
        Some((name, above)) if org.named(words, day).is_empty() => (name.trim(), above.trim()),
        _ => (words, ""),
    };
    let below = |id: &UnitId| {
        let over = org.unit(*id).and_then(|unit| unit.parent_on(day)).and_then(|over| org.unit(over));
        above.is_empty() || over.is_some_and(|over| over.name_on(day) == above)
    };
    let mut found: Vec<UnitId> = org.named(name, day).into_iter().filter(below).collect();
    if found.is_empty() && !words.is_empty() {
        found.extend(org.units.values().filter(|unit| unit.code == words && unit.exists(day)).map(|u| u.id));
    }
    one(&found, words, "单位", "东坡村（青石镇）")
}

/// The person that words name: their label, their name or their mobile number.
///
/// # Errors
///
/// None or several: the sentence says how to write it.
pub fn find_person(org: &Organisation, words: &str, day: Date) -> Result<PersonId, Refusal> {
    let words = words.trim();
    let named = |person: &&Person| {
        person.name == words
            || (!words.is_empty() && person.mobile == words)
            || person_label(org, person, day) == words
    };
    let found: Vec<PersonId> = org.people.values().filter(named).map(|person| person.id).collect();
    one(&found, words, "人员", "张建国（松坪镇 镇长），或者填手机号")
}

fn one<I: Copy>(found: &[I], words: &str, what: &str, like: &str) -> Result<I, Refusal> {
    let refuse = |sentence| Err(Refusal::new(RefusalKind::Incomplete, sentence));
    match found {
        [one] => Ok(*one),
        [] if words.is_empty() => refuse(format!("请填写{what}")),
        [] => refuse(format!("没有找到{what}“{words}”，请核对名称")),
        _ => refuse(format!("叫“{words}”的{what}不止一个，请写成{like}")),
    }
}
