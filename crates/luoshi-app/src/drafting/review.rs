//! A draft beside its text: what was read, what was found, what was decided, what still stands in the way.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use luoshi_engine::{
    Decision, Draft, DraftItem, Event, Evidence, Hash, ItemContent, ItemNo, ItemParty, PersonId, Plan,
    PlanEvent, PlanId, PlanState, Refusal, RefusalKind,
};
use luoshi_pack::Owes;
use luoshi_plan::model::Role;
use luoshi_text::{Diagnostic, Document, Span};

use super::names::Names;
use super::reading::Reading;
use crate::error::AppError;
use crate::reader::Reader;

/// A draft with all that a person needs to decide on it.
pub struct Review {
    /// The plan.
    pub plan: Plan,
    /// Its items and what was decided on each.
    pub draft: Draft,
    /// The file it was read from.
    pub source: Option<Evidence>,
    /// The day that its years run forward from.
    pub dated: Date,
    /// The stretch of the text that is this plan.
    pub span: Span,
    /// What was found in it, in the order of the text.
    pub findings: Vec<Diagnostic>,
    /// Whether the reader sees how it came about.
    pub inside: bool,
    /// Whether the reader may decide on items.
    pub may_decide: bool,
    /// Whether the reader may issue the plan or give it up.
    pub may_issue: bool,
    reading: Option<Arc<Reading>>,
    /// Which of the plans in its file.
    index: usize,
    text: String,
}

/// What was decided on an item and by whom; none while nobody has.
pub type Decided<'d> = Option<&'d (Decision, PersonId)>;

/// What a block of a text is to its plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its title.
    Title,
    /// A heading.
    Heading,
    /// Running text.
    Text,
}

/// Why an item cannot be issued as it stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// Nobody answers for it.
    NoLead,
    /// A name that is not in the organisation.
    Unknown(String),
    /// A word for many that means nobody below the issuer.
    Nobody(String),
    /// Nobody owes the report.
    NobodyOwes,
    /// The shares of a quota come to the first number, its total says the second.
    SumDiffers(f64, f64),
}

impl Trouble {
    /// What is told of it: one sentence.
    pub fn sentence(&self) -> String {
        match self {
            Self::NoLead => String::from("没有承办单位，请补填"),
            Self::Unknown(name) => format!("“{name}”不在机构名录中，请选定单位"),
            Self::Nobody(name) => format!("“{name}”在机构名录中没有对应的单位，请选定单位"),
            Self::SumDiffers(sum, total) => format!("各单位合计{sum}，与总数{total}不符，请核对"),
            Self::NobodyOwes => String::from("没有单位可报，请改正报送单位"),
        }
    }
}

impl Reader {
    /// A draft beside its text, for those who see its issuer. Of a plan that was issued its parties see the
    /// text and the items that run, and nothing of how they came about.
    ///
    /// # Errors
    ///
    /// There is no such plan, or it is not for this reader.
    pub async fn review(&self, id: PlanId) -> Result<Review, AppError> {
        let plan = self.plan(id).await?;
        let inside = self.sees(plan.issuer);
        let mut draft = self.app().store().draft(plan.id).await?.unwrap_or_default();
        if !inside {
            draft = as_it_runs(&draft);
        }
        let (source, dated) = self.drafted(&plan).await?;
        let reading = match &source {
            // The years run as they ran when it was drafted, whatever the day is now.
            Some(source) if plan.text_version == 1 => {
                let found = self.app().reading(source, None, dated).await.ok();
                found.filter(|reading| Some(Hash::of(reading.document.text().as_bytes())) == plan.text)
            }
            _ => None,
        };
        let text = match (&reading, plan.text) {
            (None, Some(text)) => {
                // The file may have been lost; the items stand all the same.
                let bytes = self.app().attachment(text).await.unwrap_or_default();
                String::from_utf8_lossy(&bytes).into_owned()
            }
            _ => String::new(),
        };
        let open = plan.state == PlanState::Draft;
        let mut review = Review {
            inside,
            may_decide: open && self.may_prepare(plan.issuer),
            may_issue: open && self.may_issue(plan.issuer),
            span: Span::new(0, text.len()),
            findings: Vec::new(),
            plan,
            draft,
            source,
            dated,
            reading,
            index: 0,
            text,
        };
        review.find_plan();
        Ok(review)
    }

    /// The file that a plan was drafted from, and the day that its years run from.
    async fn drafted(&self, plan: &Plan) -> Result<(Option<Evidence>, Date), AppError> {
        let first = self.app().store().events_page(plan.id, 0, 1).await?;
        let first = first.first().map(luoshi_engine::Recorded::event);
        match first.transpose().map_err(luoshi_store::StoreError::from)? {
            Some(Event::Plan(PlanEvent::Drafted { source, dated, .. })) => Ok((Some(source), dated)),
            _ => Ok((None, self.now.date())),
        }
    }
}

/// The items that run, as they run, without the words that were said on them.
fn as_it_runs(draft: &Draft) -> Draft {
    let standing = draft.standing().map(|(item, content)| {
        let item = DraftItem { content: content.clone(), ..item.clone() };
        (item, Some((Decision::Confirmed, PersonId::default())))
    });
    Draft { items: standing.collect(), ..Draft::default() }
}

impl Review {
    /// Finds the plan in its file, and what was found in it.
    fn find_plan(&mut self) {
        let Some(reading) = &self.reading else { return };
        let first = self.draft.items.iter().find_map(|(item, _)| item.span);
        let plans = &reading.compiled.plans;
        let titled = |plan: &&luoshi_plan::Plan| {
            plan.title.as_ref().is_some_and(|title| title.value == self.plan.title)
        };
        let found = match first {
            Some(span) => plans.iter().position(|plan| plan.span.covers(span)),
            None => plans.iter().position(|plan| titled(&plan)),
        };
        self.index = found.unwrap_or(0);
        let whole = Span::new(0, reading.document.text().len());
        self.span = plans.get(self.index).map_or(whole, |plan| plan.span);
        if !self.inside {
            return;
        }
        let within = |found: &&Diagnostic| found.span.touches(self.span) || self.span.covers(found.span);
        self.findings = reading.findings.iter().filter(within).cloned().collect();
    }

    /// The text.
    pub fn text(&self) -> &str {
        self.reading.as_ref().map_or(&self.text, |reading| reading.document.text())
    }

    /// The text with its tables; none where only the words are left.
    pub fn document(&self) -> Option<&Document> {
        self.reading.as_ref().map(|reading| &reading.document)
    }

    fn compiled(&self) -> Option<&luoshi_plan::Plan> {
        self.reading.as_ref()?.compiled.plans.get(self.index)
    }

    /// The document number that the text gives; empty where it gives none.
    pub fn document_number(&self) -> String {
        let said = self.compiled().and_then(|plan| plan.document_number.as_ref());
        said.map(|said| said.value.clone()).unwrap_or_default()
    }

    /// What a block of the text is to the plan: its title, a heading, or neither.
    pub fn standing_of(&self, block: usize) -> Standing {
        let Some(plan) = self.compiled() else { return Standing::Text };
        let blocks = self.document().map(Document::blocks).unwrap_or_default();
        let at = blocks.get(block).map_or(Span::default(), |block| block.span);
        let role = block.checked_sub(plan.first_block as usize).and_then(|at| plan.roles.get(at));
        match &plan.title {
            Some(title) if title.span.touches(at) => Standing::Title,
            _ if role == Some(&Role::Heading) => Standing::Heading,
            _ => Standing::Text,
        }
    }

    /// What an item says by now, whether or not it stands.
    pub fn content<'d>(item: &'d DraftItem, decided: Option<&'d Decision>) -> &'d ItemContent {
        match decided {
            Some(Decision::Corrected { content, .. }) => content,
            _ => &item.content,
        }
    }

    /// An item with what was decided on it and by whom.
    ///
    /// # Errors
    ///
    /// There is none of this number.
    pub fn item(&self, no: ItemNo) -> Result<(&DraftItem, Decided<'_>), Refusal> {
        let found = self.draft.find(no).map(|(item, decided)| (item, decided.as_ref()));
        found.ok_or_else(|| {
            Refusal::new(RefusalKind::NotFound, format!("方案没有第{no}项，请返回草稿页刷新后重试"))
        })
    }

    /// Items on which nobody has decided.
    pub fn open(&self) -> impl Iterator<Item = &DraftItem> {
        self.draft.items.iter().filter(|(_, decided)| decided.is_none()).map(|(item, _)| item)
    }

    /// What stands in the way of issuing, item by item; items that were dropped or merged are left out.
    pub fn troubles(&self, reader: &Reader) -> BTreeMap<ItemNo, Vec<Trouble>> {
        let names = reader.names(self.plan.issuer);
        let mut out = BTreeMap::new();
        for (item, decided) in &self.draft.items {
            let decided = decided.as_ref().map(|(decision, _)| decision);
            if matches!(decided, Some(Decision::Merged { .. } | Decision::Dropped { .. })) {
                continue;
            }
            let found = self.troubles_of(Self::content(item, decided), &names, reader);
            if !found.is_empty() {
                out.insert(item.no, found);
            }
        }
        out
    }

    fn troubles_of(&self, content: &ItemContent, names: &Names<'_>, reader: &Reader) -> Vec<Trouble> {
        let party = |party: &ItemParty| {
            let name = party.name.clone();
            match (party.unit, party.collective) {
                (None, None) => Some(Trouble::Unknown(name)),
                _ => names.units(party).is_empty().then_some(Trouble::Nobody(name)),
            }
        };
        match content {
            ItemContent::Task { lead, support, .. } => {
                let none = lead.is_empty().then_some(Trouble::NoLead);
                none.into_iter().chain(lead.iter().chain(support).filter_map(party)).collect()
            }
            ItemContent::Quota(quota) => {
                let sum = quota.differs().map(|(sum, total)| Trouble::SumDiffers(sum, total));
                sum.into_iter().chain(quota.shares.iter().filter_map(|share| party(&share.party))).collect()
            }
            // Who leads or supports is known once all items are: those that owe by it are found at the issue.
            ItemContent::Duty(duty) if duty.from != Owes::Parties => {
                let Ok(pack) = reader.pack(&self.plan) else { return Vec::new() };
                let world = reader.context.world(pack, reader.now);
                let nobody = world.owing(&self.plan, duty, reader.now.date()).is_empty();
                nobody.then_some(Trouble::NobodyOwes).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }
}
