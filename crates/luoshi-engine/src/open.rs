//! Opening entries: numbered, in the flow's first state, with the light of the moment.

use std::collections::BTreeMap;

use luoshi_pack::{Register, Who};
use luoshi_text::Span;
use serde::{Deserialize, Serialize};

use crate::clock::World;
use crate::entry::{Entry, EntryEvent, Expected, FieldValue, Opening};
use crate::event::{Actor, Event};
use crate::field::{is_given, is_required};
use crate::id::{EntryNo, ItemNo, UnitId};
use crate::moment::Moment;
use crate::org::Post;
use crate::plan::{Plan, PlanState};
use crate::refusal::{Refusal, refuse};
use crate::words::{Lines, check_words};

/// The longest title, in characters.
const TITLE: usize = 200;

/// An entry to be opened.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct NewEntry {
    /// The register.
    pub register: String,
    /// What it is about, one line.
    pub title: String,
    /// The unit that answers for it.
    pub lead: UnitId,
    /// The units that help.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supports: Vec<UnitId>,
    /// When it is due.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Moment>,
    /// Its fields.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, FieldValue>,
    /// The item of the draft that it carries out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<ItemNo>,
    /// The words it rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
    /// Which expected report it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<Expected>,
    /// The entry that it follows from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follows: Option<EntryNo>,
}

impl World<'_> {
    /// A person adds an entry to a register of a running plan.
    ///
    /// # Errors
    ///
    /// A refusal: the plan does not run, the register takes no entries by hand or not from this
    /// post, a field is missing or wrong.
    pub fn add_entry(&self, plan: &Plan, actor: &Actor, new: NewEntry) -> Result<Event, Refusal> {
        if plan.state != PlanState::Issued {
            return Err(refuse!(WrongState, "方案不在执行中，不能登记新条目"));
        }
        let register = self.find_register(&new.register)?;
        // What people without an account report is brought in by the system itself.
        let post = if actor.is_system() { None } else { Some(self.post(actor)?) };
        let may = match post {
            None => register.public.is_some(),
            Some(post) => register.add.iter().any(|who| self.may_add(plan, new.lead, *who, post)),
        };
        if !may {
            return Err(refuse!(NotAllowed, "您所在的岗位不能在{}中登记这一单位的条目", register.title));
        }
        if new.expected.is_some() || new.item.is_some() || new.span.is_some() || new.follows.is_some() {
            return Err(refuse!(Incomplete, "登记的条目不能冒用方案中的事项或报送任务"));
        }
        self.opened_by(&mut plan.clone(), new, post.map(|post| post.unit))
    }

    fn may_add(&self, plan: &Plan, lead: UnitId, who: Who, post: &Post) -> bool {
        use luoshi_pack::Side;
        let unit = match who.side {
            Side::Lead => lead,
            Side::Issuer => plan.issuer,
            Side::Above => self.org.unit(lead).and_then(crate::Unit::parent).unwrap_or(lead),
            Side::Support => return false,
        };
        post.roles.contains(&who.role) && post.unit == unit
    }

    pub(crate) fn find_register(&self, key: &str) -> Result<&Register, Refusal> {
        let pack = self.pack;
        pack.find_register(key)
            .ok_or_else(|| refuse!(NotFound, "方案包“{}”没有“{key}”台账，请核对", pack.title))
    }

    /// The opening of an entry; counts it in `plan`, so that several can be opened by one command.
    pub(crate) fn opened(&self, plan: &mut Plan, new: NewEntry) -> Result<Event, Refusal> {
        self.opened_by(plan, new, None)
    }

    fn opened_by(&self, plan: &mut Plan, new: NewEntry, by: Option<UnitId>) -> Result<Event, Refusal> {
        let register = self.find_register(&new.register)?;
        let title = new.title.trim();
        if title.is_empty() || title.chars().count() > TITLE {
            return Err(refuse!(Incomplete, "条目须有标题，且不超过{TITLE}字"));
        }
        check_words("标题", title, Lines::One)?;
        self.check_fields(register, &new.fields)?;
        let asked = register.fields.iter().filter(|field| is_required(field, &new.fields));
        let missing: Vec<&str> = asked
            .filter(|field| !is_given(&new.fields, &field.key))
            .map(|field| field.title.as_str())
            .collect();
        if !missing.is_empty() {
            return Err(refuse!(Incomplete, "“{title}”还须填写：{}", missing.join("、")));
        }
        let today = self.now.date();
        for unit in std::iter::once(&new.lead).chain(&new.supports) {
            if !self.org.unit(*unit).is_some_and(|unit| unit.exists(today) && !unit.outside) {
                return Err(refuse!(NotFound, "“{title}”的单位不存在、已撤并或在本系统之外，请重新选择"));
            }
        }
        let start = &register.flow.start;
        let state = register.flow.find_state(start).ok_or_else(|| {
            refuse!(NotFound, "{}的流程没有起始状态“{start}”，请联系管理员检查方案包", register.title)
        })?;
        let no = EntryNo(plan.entries + 1);
        let number = plan.numbered.get(&register.key).copied().unwrap_or(0) + 1;
        plan.opened_entry(no, &register.key);
        let mut supports = new.supports;
        supports.retain(|unit| *unit != new.lead);
        let mut opening = Opening {
            register: register.key.clone(),
            number: numbered(&register.numbering, plan, today.year(), number),
            title: title.to_owned(),
            state: state.key.clone(),
            phase: state.phase,
            lead: new.lead,
            supports,
            above: self.org.unit(new.lead).and_then(crate::Unit::parent),
            issuer: plan.issuer,
            due: new.due,
            item: new.item,
            span: new.span,
            version: plan.text_version.max(1),
            fields: new.fields,
            expected: new.expected,
            follows: new.follows,
            by,
            light: None,
        };
        let event = EntryEvent::Opened(Box::new(opening.clone()));
        if let Some(entry) = Entry::open(plan.id, no, self.now, 0, &event) {
            opening.light = self.light(&entry).map(|shining| shining.light);
        }
        Ok(Event::Entry(no, EntryEvent::Opened(Box::new(opening))))
    }
}

/// The number of an entry by its register's scheme.
fn numbered(scheme: &str, plan: &Plan, year: i16, number: i64) -> String {
    let mut out = scheme.replace("{year}", &year.to_string()).replace("{plan}", &plan.id.to_string());
    out = out.replace("{number}", &number.to_string());
    // `{number:4}`: at least four digits.
    while let Some((head, rest)) = out.split_once("{number:") {
        let Some((digits, tail)) = rest.split_once('}') else { break };
        let width = digits.parse().unwrap_or(1_usize).min(12);
        out = format!("{head}{number:0width$}{tail}");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_numbered_by_its_register() {
        let plan = Plan { id: crate::PlanId(7), ..Plan::default() };
        let cases = [
            ("督〔{year}〕{number}号", "督〔2026〕12号"),
            ("{plan}-{number:4}", "7-0012"),
            ("{number:", "{number:"),
        ];
        for (scheme, number) in cases {
            assert_eq!(numbered(scheme, &plan, 2026, 12), number);
        }
    }
}
