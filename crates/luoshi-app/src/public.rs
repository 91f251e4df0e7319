//! What people without an account report: registers that a running plan opens to them, what they hand in,
//! and by its receipt where it stands.

use std::collections::BTreeMap;
use std::sync::Arc;

use luoshi_engine::{
    Actor, Command, EntryNo, FieldValue, Moment, NewEntry, PlanId, PlanState, Refusal, RefusalKind, UnitId,
};
use luoshi_pack::{Field, FieldKind, Public, Register};
use luoshi_store::attachment::Kind;

use crate::app::App;
use crate::batch::Request;
use crate::error::AppError;

/// How many plans are read at a time.
const PLANS: i64 = 200;

/// How a receipt begins, so that no other key of a command is one.
const RECEIPT: &str = "pub-";

/// How long the rest of a receipt is.
const LETTERS: usize = 16;

/// The letters of a receipt: none that is taken for another when it is read out.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A register that is open to the public.
#[derive(Clone, Debug)]
pub struct Offer {
    /// The plan.
    pub plan: PlanId,
    /// Its title.
    pub title: String,
    /// The unit that issued it.
    pub issuer: UnitId,
    /// The units among which the place is chosen.
    pub units: Vec<UnitId>,
    /// The register.
    pub register: Register,
    /// What is asked.
    pub public: Public,
}

/// What somebody reports.
#[derive(Clone, Debug, Default)]
pub struct PublicReport {
    /// To which plan.
    pub plan: PlanId,
    /// Where: a unit of the offer; its issuer where none is told.
    pub unit: Option<UnitId>,
    /// What it is, in one line.
    pub title: String,
    /// Words by field.
    pub fields: BTreeMap<String, String>,
    /// A photograph: its field, name and bytes.
    pub photo: Option<(String, String, Vec<u8>)>,
}

/// Where a report stands: no more than its sender may know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    /// What the page is called.
    pub title: String,
    /// When it came in.
    pub opened: Moment,
    /// Where it stands.
    pub state: String,
    /// Since when.
    pub since: Moment,
    /// Whether it is over.
    pub over: bool,
}

impl Offer {
    /// The fields that are asked for, in their order.
    pub fn asked(&self) -> impl Iterator<Item = &Field> {
        self.public.asks.iter().filter_map(|key| self.register.find_field(key))
    }
}

impl App {
    /// The registers that running plans open to the public, the newest plan first.
    ///
    /// # Errors
    ///
    /// The store fails.
    pub async fn offers(&self) -> Result<Arc<Vec<Offer>>, AppError> {
        self.shared.offers.or_find(self.now(), self.find_offers()).await
    }

    async fn find_offers(&self) -> Result<Vec<Offer>, AppError> {
        let (context, today) = (self.context(), self.now().date());
        let mut offers = Vec::new();
        let mut after = PlanId(0);
        loop {
            let plans = self.store().plans(Some(PlanState::Issued), after, PLANS).await?;
            let Some(last) = plans.last() else { break };
            after = last.id;
            for plan in &plans {
                let Ok(pack) = context.pack(plan) else { continue };
                let open =
                    pack.registers.iter().filter_map(|register| Some((register, register.public.clone()?)));
                let there = |unit: &UnitId| {
                    context.org.unit(*unit).is_some_and(|unit| unit.exists(today) && !unit.outside)
                };
                let units: Vec<UnitId> = plan.parties.iter().copied().filter(there).collect();
                offers.extend(open.map(|(register, public)| Offer {
                    plan: plan.id,
                    title: plan.title.clone(),
                    issuer: plan.issuer,
                    units: units.clone(),
                    register: register.clone(),
                    public,
                }));
            }
        }
        offers.reverse();
        Ok(offers)
    }

    /// Takes a report in under its receipt; the same again changes nothing.
    ///
    /// # Errors
    ///
    /// The receipt is none, the plan is not open to the public, or something is missing or wrong.
    pub async fn report_as_public(&self, receipt: &str, report: PublicReport) -> Result<(), AppError> {
        if !is_receipt(receipt) {
            return Err(refused("页面已经过期，请刷新后再报"));
        }
        let offers = self.offers().await?;
        let offer = offers.iter().find(|offer| offer.plan == report.plan);
        let offer = offer.ok_or_else(|| refused("这一方案现在不接受群众报告，请刷新后重新选择"))?;
        let lead = report.unit.unwrap_or(offer.issuer);
        if lead != offer.issuer && !offer.units.contains(&lead) {
            return Err(refused("请在所列的单位中选择地点所在的单位"));
        }
        let fields = self.public_fields(offer, &report).await?;
        let new = NewEntry {
            register: offer.register.key.clone(),
            title: report.title.trim().to_owned(),
            lead,
            fields,
            ..NewEntry::default()
        };
        // Where it came from is no concern of the record.
        let actor = Actor { address: String::from("public"), ..Actor::system() };
        let command = Command::AddEntry(Box::new(new));
        self.execute(Request { key: receipt.to_owned(), actor, plan: Some(offer.plan), command }).await?;
        Ok(())
    }

    /// The fields of an entry: what was asked, what the pack gives, the day and the photograph.
    async fn public_fields(
        &self,
        offer: &Offer,
        report: &PublicReport,
    ) -> Result<BTreeMap<String, FieldValue>, AppError> {
        let mut fields = BTreeMap::new();
        {
            let (context, now) = (self.context(), self.now());
            let plan = self.store().plan(offer.plan).await?.ok_or_else(|| refused("没有这一方案"))?;
            let world = context.world(context.pack(&plan)?, now);
            let asked = offer.asked().filter(|field| field.kind != FieldKind::File);
            let words = asked.filter_map(|field| Some((field, report.fields.get(&field.key)?.trim())));
            let given = offer.public.gives.iter();
            let given =
                given.filter_map(|(key, words)| Some((offer.register.find_field(key)?, words.as_str())));
            for (field, words) in words.chain(given).filter(|(_, words)| !words.is_empty()) {
                fields.insert(field.key.clone(), world.parse_field(field, words)?);
            }
            if let Some(day) = &offer.public.day {
                fields.insert(day.clone(), FieldValue::Date(now.date()));
            }
        }
        if let Some((key, name, bytes)) = &report.photo {
            let asked = offer.asked().any(|field| field.key == *key && field.kind == FieldKind::File);
            if !asked || !is_picture(bytes) {
                return Err(refused("照片须是图片文件，请重新选择"));
            }
            let kept = self.attach(name, bytes.clone()).await?;
            fields.insert(key.clone(), FieldValue::File(kept.hash));
        }
        Ok(fields)
    }

    /// Where a report stands.
    ///
    /// # Errors
    ///
    /// No report has this receipt, or the store fails.
    pub async fn follow(&self, receipt: &str) -> Result<Followed, AppError> {
        let none = || {
            let sentence = "没有查到这个受理编号，请核对后再查";
            AppError::Refused(Refusal::new(RefusalKind::NotFound, sentence))
        };
        if !is_receipt(receipt) {
            return Err(none());
        }
        let command = self.store().command(receipt).await?.ok_or_else(none)?;
        let opened: Vec<EntryNo> = serde_json::from_str(&command.outcome).unwrap_or_default();
        let no = opened.first().copied().ok_or_else(none)?;
        let plan = self.store().plan(command.chain).await?.ok_or_else(none)?;
        let entry = self.store().entry(plan.id, no).await?.ok_or_else(none)?;
        let context = self.context();
        let register = context.pack(&plan)?.find_register(&entry.opening.register).ok_or_else(none)?;
        let state = register.flow.find_state(&entry.state);
        Ok(Followed {
            title: register.public.as_ref().map_or_else(|| register.title.clone(), |p| p.title.clone()),
            opened: entry.opened,
            state: state.map_or_else(|| entry.state.clone(), |state| state.title.clone()),
            since: entry.entered,
            over: matches!(entry.phase, luoshi_pack::Phase::Done | luoshi_pack::Phase::Void),
        })
    }
}

/// A receipt for a report that is to come.
pub fn new_receipt(random: u128) -> String {
    let letter = |at: usize| char::from(ALPHABET[usize::try_from((random >> (5 * at)) & 31).unwrap_or(0)]);
    format!("{RECEIPT}{}", (0..LETTERS).map(letter).collect::<String>())
}

fn is_receipt(text: &str) -> bool {
    let letters = text.strip_prefix(RECEIPT).unwrap_or_default();
    letters.len() == LETTERS && letters.bytes().all(|byte| ALPHABET.contains(&byte))
}

/// Whether bytes are a picture, by what stands in them.
fn is_picture(bytes: &[u8]) -> bool {
    Kind::tell(bytes).is_ok_and(|kind| kind.media().starts_with("image/"))
}

fn refused(sentence: &str) -> AppError {
    AppError::Refused(Refusal::new(RefusalKind::Incomplete, sentence))
}
