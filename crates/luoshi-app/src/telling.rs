//! Events in words: one way of telling what happened, for pages, commands and archives.

use luoshi_engine::{Decision, EntryEvent, Event, PlanEvent};
use luoshi_pack::Pack;

/// What happened, and what was said with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Telling {
    /// What happened, in a few words.
    pub what: String,
    /// What somebody said: a note, a reason. Empty for nothing.
    pub said: String,
}

impl Telling {
    /// Whether an event came about by rule, whoever's deed it came with: a light that changes with a step.
    pub fn is_by_rule(event: &Event) -> bool {
        matches!(event, Event::Entry(_, EntryEvent::Lit { .. }))
    }

    fn plain(what: String) -> Self {
        Self { what, said: String::new() }
    }

    /// What happened to an entry of a register.
    pub fn of_entry(pack: &Pack, register: &str, event: &EntryEvent) -> Self {
        let register = pack.find_register(register);
        let state = |key: &str| {
            let found = register.and_then(|register| register.flow.find_state(key));
            found.map_or_else(|| key.to_owned(), |state| state.title.clone())
        };
        let light =
            |key: &str| pack.find_light(key).map_or_else(|| key.to_owned(), |light| light.title.clone());
        let rung = |key: &str| {
            let found = pack.ladder.iter().find(|rung| rung.key == *key);
            found.map_or_else(|| key.to_owned(), |rung| rung.title.clone())
        };
        match event {
            EntryEvent::Opened(opening) => {
                // What no item of the plan, no report that is due and no instruction asked for was entered by
                // hand.
                let given = opening.item.is_some() || opening.expected.is_some() || opening.follows.is_some();
                Self::plain(format!("{}：{}", if given { "交办" } else { "登记" }, opening.title))
            }
            EntryEvent::Stepped { step, to, body, due, .. } => {
                let step = register
                    .and_then(|register| register.flow.find_step(step))
                    .map_or_else(|| step.clone(), |step| step.title.clone());
                let next = state(to);
                // Where the state says no more than the step, it is said once.
                let same = next.strip_prefix('已').unwrap_or(&next) == step;
                let mut what = if same { step } else { format!("{step}，{next}") };
                if let Some(progress) = body.progress {
                    what += &format!("；计划进度{}%，实际{}%", progress.planned, progress.actual);
                }
                if let Some(due) = due.or(body.due) {
                    what += &format!("；时限{}", due.due_day());
                }
                Self { what, said: body.note.clone() }
            }
            EntryEvent::Lit { light: Some(key), because } => {
                Self::plain(format!("亮{}：{because}", light(key)))
            }
            EntryEvent::Lit { light: None, .. } => Self::plain(String::from("灭灯")),
            EntryEvent::LightSet { light: key, reason } => {
                Self { what: format!("改亮{}", light(key)), said: reason.clone() }
            }
            EntryEvent::Forgotten { reason } => {
                Self { what: String::from("依法删除个人信息"), said: reason.clone() }
            }
            EntryEvent::Reminded { rung: key, .. } => Self::plain(rung(key)),
            EntryEvent::LimitPassed { state: key, .. } => {
                Self::plain(format!("停在“{}”超过规定时间", state(key)))
            }
            EntryEvent::Urged { rung: key, reason, .. } => {
                Self { what: format!("{}（督查员发出）", rung(key)), said: reason.clone() }
            }
            EntryEvent::Instructed { words, task, due, .. } => Self {
                what: format!("批示，立为第{task}号事项，{}前落实", due.due_day()),
                said: words.clone(),
            },
            EntryEvent::Inherited { reason, .. } => Self::plain(reason.clone()),
            EntryEvent::Amended { .. } => Self::plain(amended(event)),
        }
    }

    /// What happened to a plan itself.
    pub fn of_plan(event: &PlanEvent) -> Self {
        match event {
            PlanEvent::Drafted { source, items, .. } => {
                Self::plain(format!("导入方案《{}》，读出{}项", source.name, items.len()))
            }
            PlanEvent::ItemAdded { item, reason } => {
                Self { what: format!("补充第{}项", item.no), said: reason.clone() }
            }
            PlanEvent::ItemDecided { item, decision } => match decision.as_ref() {
                Decision::Confirmed => Self::plain(format!("确认第{item}项")),
                Decision::Corrected { reason, .. } => {
                    Self { what: format!("更正第{item}项"), said: reason.clone() }
                }
                Decision::Merged { into, reason } => {
                    Self { what: format!("第{item}项并入第{into}项"), said: reason.clone() }
                }
                Decision::Dropped { reason } => {
                    Self { what: format!("第{item}项不执行"), said: reason.clone() }
                }
            },
            PlanEvent::Issued { number, .. } => Self::plain(format!("印发方案 {number}")),
            PlanEvent::DutyOpened { period, .. } => Self::plain(format!("建立{period}一期的报送")),
            PlanEvent::Amended { version, source, reason, .. } => {
                Self { what: format!("修订为第{version}版《{}》", source.name), said: reason.clone() }
            }
            PlanEvent::PackMoved { version, reason } => {
                Self { what: format!("换用方案包第{version}版"), said: reason.clone() }
            }
            PlanEvent::ListImported { source, matched, unmatched, .. } => {
                Self::plain(format!("导入{source}名单，对上{matched}条，未对上{}条", unmatched.len()))
            }
            PlanEvent::Anchored { into } => Self::plain(format!("出具{into}")),
            PlanEvent::Archived { reason } => {
                Self { what: String::from("方案归档"), said: reason.clone() }
            }
            PlanEvent::Abandoned { reason } => {
                Self { what: String::from("撤销方案"), said: reason.clone() }
            }
        }
    }
}

/// What a new version of the text changed of an entry.
fn amended(event: &EntryEvent) -> String {
    let EntryEvent::Amended { version, title, due, undated, lead, supports, fields, .. } = event else {
        return String::new();
    };
    let mut words = vec![format!("随方案第{version}版修订")];
    words.extend(title.as_ref().map(|title| format!("事项改为“{title}”")));
    words.extend(due.map(|due| format!("时限改为{}", due.due_day())));
    words.extend(undated.then(|| String::from("不再写明时限")));
    words.extend(lead.is_some().then(|| String::from("改由其他单位承办")));
    words.extend(supports.is_some().then(|| String::from("配合单位有变")));
    words.extend((!fields.is_empty()).then(|| String::from("栏目随文稿更新")));
    words.join("；")
}
