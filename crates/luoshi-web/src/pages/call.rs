//! The event came that a report is due after: the report is opened.

use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::DateTime;
use luoshi_app::Reader;
use luoshi_app::drafting::schedule_words;
use luoshi_engine::{CallFor, Moment, Plan, PlanId, Refusal, RefusalKind, UnitId};
use luoshi_pack::Duty;

use crate::error::{Result, WebError, rendered};
use crate::pages::draft::Said;
use crate::pages::plan::Choice;
use crate::sign::Signed;
use crate::view::{Frame, form_key};

#[derive(Template)]
#[template(path = "call.html")]
struct CallPage {
    frame: Frame,
    plan: String,
    to: String,
    title: String,
    call: CallForm,
}

/// The form that says that an event came.
pub(super) struct CallForm {
    pub(super) to: String,
    pub(super) when: String,
    pub(super) units: Vec<Choice>,
    pub(super) words: String,
    pub(super) at: String,
    pub(super) due: String,
    /// Whether the plan leaves it to say by when.
    pub(super) undated: bool,
    pub(super) key: String,
    pub(super) fault: String,
}

impl CallForm {
    /// The form for those who may use it.
    pub(super) fn of(reader: &Reader, plan: &Plan, duty: &Duty) -> Option<Self> {
        let may = reader.may_call_for(plan, duty);
        (!may.is_empty()).then(|| Self::again(reader, plan, duty, &Said(Vec::new())))
    }

    /// The form as it was sent.
    fn again(reader: &Reader, plan: &Plan, duty: &Duty, said: &Said) -> Self {
        let chosen = said.all("unit");
        let choice = |unit: UnitId| {
            let key = unit.to_string();
            Choice { chosen: chosen.contains(&key), words: reader.unit_words(unit), key }
        };
        let now = reader.now.civil().strftime("%Y-%m-%dT%H:%M").to_string();
        Self {
            to: format!("/plans/{}/duties/{}", plan.id, duty.key),
            when: schedule_words(duty),
            units: reader.in_order(reader.may_call_for(plan, duty)).into_iter().map(choice).collect(),
            words: said.get("words").to_owned(),
            at: if said.get("at").is_empty() { now } else { said.get("at").to_owned() },
            due: said.get("due").to_owned(),
            undated: duty.is_unscheduled(),
            key: form_key(),
            fault: String::new(),
        }
    }
}

/// Opens the reports. Refused, the form comes back with what was filled in.
pub(super) async fn call(
    signed: Signed,
    Path((plan, duty)): Path<(i64, String)>,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response> {
    let plan = signed.reader.plan(PlanId(plan)).await?;
    let duty = plan.duties.iter().find(|known| known.key == duty).ok_or(WebError::NoPage)?;
    let said = Said(sent);
    match called(&signed.reader, &plan, duty, &said).await {
        Ok(()) => Ok(Redirect::to(&format!("/plans/{}?tab=reports", plan.id)).into_response()),
        Err(error) if error.refusal().is_some() => {
            let fault = error.sentence();
            let call = CallForm { fault, ..CallForm::again(&signed.reader, &plan, duty, &said) };
            let page = CallPage {
                frame: Frame::of(&signed, format!("{} 开出报送", plan.title), "/plans").await?,
                plan: plan.title.clone(),
                to: format!("/plans/{}", plan.id),
                title: duty.title.clone(),
                call,
            };
            Ok((error.status(), rendered(&page)).into_response())
        }
        Err(error) => Err(error),
    }
}

async fn called(reader: &Reader, plan: &Plan, duty: &Duty, said: &Said) -> Result<()> {
    let wrong = |_| Refusal::new(RefusalKind::Incomplete, "请填写事由发生的时间");
    let at: DateTime = said.get("at").parse().map_err(wrong)?;
    let call = CallFor {
        duty: duty.key.clone(),
        at: Moment::at(at.date(), at.time()),
        words: said.get("words").to_owned(),
        units: said.all("unit").iter().filter_map(|unit| unit.parse().ok()).map(UnitId).collect(),
        due: said.day("due", "报送时限")?,
    };
    reader.call_for(said.get("key"), plan, call).await?;
    Ok(())
}
