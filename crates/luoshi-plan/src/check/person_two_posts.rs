//! One person in two posts of the same group.

use std::collections::HashMap;

use luoshi_text::{Level, Span};

use super::group_without_head::role;
use super::text::quote;
use super::{Check, Context, Findings};
use crate::model::{GroupRole, Value};

pub(super) const CHECK: Check = Check {
    name: "person-two-posts",
    level: Level::Warning,
    title: "同一人在小组里列了两次",
    what: "同一个人既是组长又是副组长或者成员，或者在成员名单里出现两次。",
    why: "多为调整人员时没有改净，被挤掉的人就漏了。",
    fix: "保留一处，核对是否漏列了其他人。",
    faults: &[
        "一、组织领导\n成立整治工作领导小组，组长：周文；副组长：李明；成员：王芳、⟦李明⟧、陈立新。",
        "一、组织机构\n成立创建工作领导小组，人员组成如下：\n组　长：周文（校长）\n副组长：李明（副校长）\n成　员：王芳、⟦周文⟧、赵国强",
        "一、组织领导\n成立整治工作领导小组，组长：周文；副组长：李明；成员：王芳、陈立新、⟦王芳⟧。",
    ],
    near: &[
        "一、组织领导\n成立整治工作领导小组，组长：周文；副组长：李明；成员：王芳、陈立新。办公室设在水利站，王芳兼任办公室主任。",
        "一、组织领导\n（一）领导小组。组长：周文；副组长：李明；成员：王芳、陈立新。\n（二）工作组。组长：李明；成员：王芳、赵国强。",
        "一、组织领导\n成立整治工作领导小组，组长：周文；副组长：李明；成员：李明华、王芳。",
    ],
    run,
};

fn run(context: &Context<'_>, out: &mut Findings) {
    let mut seen: HashMap<&str, Span> = HashMap::new();
    for fact in &context.plan.facts {
        let (Some(post), Value::Group { name, .. }) = (role(fact), &fact.value) else { continue };
        // A head opens another group.
        if post == GroupRole::Head {
            seen.clear();
        }
        let person = (2..=4).contains(&name.chars().count()) && name.chars().all(super::text::is_han);
        if !person {
            continue;
        }
        match seen.get(name.as_str()) {
            Some(first) if *first != fact.span => {
                out.add(fact.span, format!("{}在这个小组里已经列过一次。", quote(name))).related.push(
                    luoshi_text::Label { span: *first, message: "第一次列在这里。".to_owned() },
                );
            }
            _ => {
                seen.insert(name, fact.span);
            }
        }
    }
}
