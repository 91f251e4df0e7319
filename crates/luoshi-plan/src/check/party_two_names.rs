//! What may be one unit under two names.

use std::collections::BTreeMap;

use luoshi_text::{Level, Span};

use super::text::quote;
use super::{Check, Context, Findings};
use crate::model::Value;

pub(super) const CHECK: Check = Check {
    name: "party-two-names",
    level: Level::Hint,
    title: "疑为同一单位的两种叫法",
    what: "两个单位名称只差一两个字，一个像是另一个的简称，如“镇安办”和“镇安监办”。只报少用的一个。",
    why: "名称不一，下达时会当成两个单位，有一个单位就会漏掉。",
    fix: "统一用规范名称；确是两个单位的，可以关闭此项。",
    faults: &[
        "一、主要任务\n1.由镇安监办牵头，各村配合。\n2.由镇安监办牵头，派出所配合。\n3.由⟦镇安办⟧牵头，水利站配合。",
        "一、主要任务\n1.登记。（牵头单位：县农业农村局）\n2.核对。（牵头单位：县农业农村局）\n3.公布。（牵头单位：⟦县农业局⟧）",
        "一、主要任务\n1.登记。（责任单位：局公共服务股）\n2.核对。（责任单位：局公共服务股）\n3.公布。（责任单位：⟦局公服股⟧）",
    ],
    near: &[
        "一、主要任务\n1.登记。（牵头单位：县教育局）\n2.核对。（牵头单位：县教育局）\n3.公布。（牵头单位：县农业局）",
        "一、主要任务\n1.登记。（责任单位：镇水利站）\n2.核对。（责任单位：县水利站）\n3.公布。（责任单位：水利站）",
        "一、主要任务\n1.登记。（责任单位：县政府办公室）\n2.核对。（责任单位：县政府新闻办公室）",
        "一、主要任务\n1.登记。（责任单位：东湖司法所）\n2.核对。（责任单位：西山司法所）\n3.公布。（责任单位：各司法所）",
    ],
    run,
};

/// More names than this are not compared.
const MOST: usize = 120;

fn run(context: &Context<'_>, out: &mut Findings) {
    let mut names: BTreeMap<&str, (u32, Span)> = BTreeMap::new();
    for fact in &context.plan.facts {
        if let Value::Unit { collective: None, .. } = fact.value {
            let name = context.doc.slice(fact.span);
            names.entry(name).or_insert((0, fact.span)).0 += 1;
        }
    }
    let names: Vec<(&str, u32, Span)> = names.into_iter().map(|(n, (c, s))| (n, c, s)).take(MOST).collect();
    for (i, (name, count, span)) in names.iter().enumerate() {
        for (other, others, first) in &names[i + 1..] {
            if !alike(name, other) {
                continue;
            }
            let (rare, at, usual, usual_at) = if count < others || count == others && name.len() < other.len()
            {
                (name, span, other, first)
            } else {
                (other, first, name, span)
            };
            out.add(*at, format!("{}和{}像是同一单位。", quote(rare), quote(usual))).related.push(
                luoshi_text::Label { span: *usual_at, message: "另一种叫法在这里。".to_owned() },
            );
        }
    }
}

/// Whether one name is the other with one to three characters left out of its middle.
fn alike(a: &str, b: &str) -> bool {
    let (short, long) = if a.chars().count() < b.chars().count() { (a, b) } else { (b, a) };
    let (n, m) = (short.chars().count(), long.chars().count());
    let ends = "办局所站科股处室委馆";
    // 县政府新闻办公室 beside 县政府办公室: what is left in full is no short form.
    if short.ends_with("办公室") {
        return false;
    }
    let last = short.chars().next_back();
    if !(3..=8).contains(&n) || !(1..=3).contains(&(m - n)) || !last.is_some_and(|c| ends.contains(c)) {
        return false;
    }
    let same_ends = short.chars().next() == long.chars().next() && last == long.chars().next_back();
    let mut rest = long.chars();
    let inside = short.chars().all(|c| rest.any(|d| d == c));
    // Left out at one end only is another body (镇水利站, 水利站所属…), and so is an insertion of a
    // number or a place.
    let head: usize = short.chars().zip(long.chars()).take_while(|(a, b)| a == b).count();
    same_ends && inside && head >= 2 && !long.contains(['一', '二', '三', '东', '西', '南', '北', '中', '（'])
}
