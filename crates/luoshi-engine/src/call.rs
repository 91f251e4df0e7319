//! Reports whose time an event tells: somebody says that it came, and they are opened.

use jiff::civil::Date;
use luoshi_pack::{Duty, Role};
use serde::{Deserialize, Serialize};

use crate::clock::World;
use crate::entry::Expected;
use crate::event::{Actor, Event};
use crate::id::UnitId;
use crate::moment::Moment;
use crate::open::NewEntry;
use crate::org::Post;
use crate::plan::Plan;
use crate::refusal::{Refusal, refuse};
use crate::words::{Lines, check_words};

/// The longest words for an event, in characters.
const WORDS: usize = 60;

/// An event came that a report is due after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallFor {
    /// The duty.
    pub duty: String,
    /// When it happened.
    pub at: Moment,
    /// What happened, in a few words: 东坡村山洪.
    pub words: String,
    /// Who is to report; empty for all that owe it and that the actor speaks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<UnitId>,
    /// By which day, where the duty does not say how long after the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
}

impl World<'_> {
    /// The units for which a post may say that the event of a duty came: an inspector of the issuer for all
    /// that owe it, a handler or leader for their own.
    pub fn may_call_for(&self, plan: &Plan, duty: &Duty, post: &Post) -> Vec<UnitId> {
        let owing = self.owing(plan, duty, self.now.date());
        if post.unit == plan.issuer && post.roles.contains(&Role::Inspector) {
            return owing;
        }
        let speaks = post.roles.iter().any(|role| matches!(role, Role::Handler | Role::Leader));
        owing.into_iter().filter(|unit| speaks && *unit == post.unit).collect()
    }

    /// Opens a report for each unit after an event.
    ///
    /// # Errors
    ///
    /// A refusal: not running, a duty with days of its own, not owed by these units, no day, no words, a
    /// moment that is yet to come.
    pub fn call_for(&self, plan: &Plan, actor: &Actor, call: &CallFor) -> Result<Vec<Event>, Refusal> {
        self.running(plan)?;
        let post = self.post(actor)?;
        let duty = plan.duties.iter().find(|duty| duty.key == call.duty);
        let duty = duty.ok_or_else(|| refuse!(NotFound, "方案没有这一项报送任务，请刷新后重试"))?;
        let may = self.may_call_for(plan, duty, post);
        let units = if call.units.is_empty() { may.clone() } else { call.units.clone() };
        if units.is_empty() || units.iter().any(|unit| !may.contains(unit)) {
            return Err(refuse!(
                NotAllowed,
                "“{}”由交办单位的督查员开出，或由须报送的单位为本单位开出",
                duty.title
            ));
        }
        let Some(occasion) = &duty.occasion else {
            return Err(refuse!(WrongState, "“{}”按期开出，不用按事由开出", duty.title));
        };
        let words = call.words.trim();
        if words.is_empty() || words.chars().count() > WORDS {
            return Err(refuse!(Incomplete, "请写明是什么事由，不超过{WORDS}字"));
        }
        check_words("事由", words, Lines::One)?;
        if call.at > self.now {
            return Err(refuse!(Incomplete, "事由发生的时间还没有到，请核对"));
        }
        let due = match (occasion.within, call.due) {
            (Some(lapse), _) => self.limit_end(call.at, lapse.amount, lapse.unit),
            (None, Some(day)) if day >= self.now.date() => self.due_on(day, duty.until),
            (None, Some(_)) => return Err(refuse!(Incomplete, "报送的时限已经过去，请另选日期")),
            (None, None) => return Err(refuse!(Incomplete, "方案没有写明多久之内报送，请选定时限")),
        };
        let (period, mut plan) = (call.at.date(), plan.clone());
        let on_time = due.plus(i64::from(duty.grace) * Moment::DAY);
        let report = |unit: UnitId| NewEntry {
            register: duty.register.clone(),
            title: format!("{}（{words}）", duty.title).chars().take(200).collect(),
            lead: unit,
            due: Some(due),
            expected: Some(Expected { duty: duty.key.clone(), period, on_time }),
            ..NewEntry::default()
        };
        units.into_iter().map(|unit| self.opened(&mut plan, report(unit))).collect()
    }
}
