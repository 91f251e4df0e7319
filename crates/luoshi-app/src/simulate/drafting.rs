//! Plans from their text to their issue: read, confirmed or corrected item by item, issued some days
//! later.

use jiff::ToSpan;
use jiff::civil::Date;
use luoshi_engine::{
    Actor, AmendPlan, Command, Decision, Draft, DraftItem, EntryNo, EntryRow, IssuePlan, ItemContent, ItemNo,
    ItemParty, MoveEntry, PlanId, Quota, UnitId,
};
use luoshi_pack::{Duty, Owes, Phase, Role, Until};
use luoshi_store::{Filter, Page};

use super::Run;
use super::county::Seats;
use super::dice::Dice;
use super::sample::{SAMPLES, Sample, Seat};
use crate::error::AppError;
use crate::intake::PlanFile;

/// Plans that are to be drafted, and drafts that are to be issued.
pub(super) struct Agenda {
    seats: Seats,
    /// How many were drafted.
    drafted: u32,
    /// Day of the run, plan, pack, issuer.
    waiting: Vec<(u32, PlanId, &'static str, UnitId)>,
    amended: bool,
}

impl Agenda {
    pub(super) fn new(seats: Seats) -> Self {
        Self { seats, drafted: 0, waiting: Vec::new(), amended: false }
    }

    fn issuer(&self, seat: Seat, round: u32) -> UnitId {
        let (units, at) = match seat {
            Seat::County => (&self.seats.county, 0),
            Seat::Town => (&self.seats.towns, round_of(round)),
            Seat::Bureau(at) => (&self.seats.bureaus, at),
            Seat::School(at) => (&self.seats.schools, at),
        };
        units.get(at % units.len().max(1)).copied().unwrap_or(UnitId(1))
    }
}

fn round_of(round: u32) -> usize {
    usize::try_from(round).unwrap_or(0)
}

/// A day of the inspectors who draft and issue.
pub(super) async fn work(run: &mut Run<'_>, agenda: &mut Agenda, number: u32) -> Result<(), AppError> {
    // Spread over the first third, so that the last has time to run.
    let until = (run.plan.days / 3).max(1);
    while agenda.drafted < run.plan.plans && agenda.drafted * until / run.plan.plans.max(1) <= number {
        let at = agenda.drafted;
        agenda.drafted += 1;
        let sample = &SAMPLES[round_of(at) % SAMPLES.len()];
        let issuer = agenda.issuer(sample.seat, at);
        if let Some(plan) = draft(run, sample, issuer).await? {
            let day = number + u32::try_from(run.dice.between(0, 3)).unwrap_or(0);
            agenda.waiting.push((day, plan, sample.pack, issuer));
        }
    }
    let waiting = std::mem::take(&mut agenda.waiting);
    for (day, plan, pack, issuer) in waiting {
        if day > number || !issue(run, plan, pack, issuer).await? {
            agenda.waiting.push((day, plan, pack, issuer));
        }
    }
    if !agenda.amended && number > run.plan.days / 2 {
        agenda.amended = amend(run).await?;
    }
    Ok(())
}

/// Reads a sample as a plan of its issuer and decides on every item.
async fn draft(run: &mut Run<'_>, sample: &Sample, issuer: UnitId) -> Result<Option<PlanId>, AppError> {
    let Some(inspector) = run.holder(issuer, Role::Inspector) else { return Ok(None) };
    let name = run.app.context().org.unit_name(issuer);
    let text = sample.text(&name, run.plan.start);
    let file = |text: String| PlanFile {
        name: sample.file.to_owned(),
        bytes: text.into_bytes(),
        index: 0,
        issuer,
        issued: None,
    };
    if run.dice.chance(250) {
        // Somebody whose work it is not, or the wrong version that is given up again.
        let handler = run.holder(issuer, Role::Handler);
        drafted(run, handler.as_ref().unwrap_or(&inspector), file(text.clone())).await?;
        let wrong = drafted(run, &inspector, file(text.clone())).await?;
        if let Some(plan) = wrong {
            let reason = String::from("上传了征求意见稿，改传印发稿");
            run.command(&inspector, plan, Command::Close { reason }).await?;
        }
    }
    let Some(plan) = drafted(run, &inspector, file(text)).await? else { return Ok(None) };
    let draft = run.app.store().draft(plan).await?.unwrap_or_default();
    let context = run.app.context();
    let chosen = context.library.choose(sample.pack, run.today());
    let asked: Vec<&Duty> = chosen.iter().flat_map(|chosen| &chosen.pack.duties).collect();
    decide(run, plan, &inspector, issuer, &draft, &asked).await?;
    Ok(Some(plan))
}

async fn drafted(run: &mut Run<'_>, actor: &Actor, file: PlanFile) -> Result<Option<PlanId>, AppError> {
    run.pass();
    let key = run.key();
    let answer = run.app.draft(&key, actor, file).await;
    Ok(run.answered(answer)?.map(|outcome| outcome.plan))
}

async fn decide(
    run: &mut Run<'_>,
    plan: PlanId,
    inspector: &Actor,
    issuer: UnitId,
    draft: &Draft,
    asked: &[&Duty],
) -> Result<(), AppError> {
    let mut last_task: Option<ItemNo> = None;
    for (item, _) in &draft.items {
        let decision = decision(run, item, issuer, last_task, asked);
        if matches!(item.content, ItemContent::Task { .. })
            && matches!(decision, Decision::Confirmed | Decision::Corrected { .. })
        {
            last_task = Some(item.no);
        }
        if run.dice.chance(15) {
            let decision = Box::new(Decision::Dropped { reason: String::new() });
            run.give_any(inspector, plan, Command::DecideItem { item: item.no, decision, seen: None }, None)
                .await?;
        }
        let decision = Command::DecideItem { item: item.no, decision: Box::new(decision), seen: None };
        run.give_any(inspector, plan, decision, None).await?;
    }
    if last_task.is_none() || run.dice.chance(300) {
        let content = ItemContent::Task {
            title: String::from("建立工作台账，明确专人负责"),
            lead: vec![party(run, issuer)],
            support: Vec::new(),
            leader: Vec::new(),
            due: Some(run.in_days(20).due_date()),
            until: Until::DayEnd,
            every: None,
            quantities: Vec::new(),
            evidence: Vec::new(),
        };
        let reason = String::from("按领导批示补列");
        run.command(
            inspector,
            plan,
            Command::AddItem { content: Box::new(content), reason, of: None, seen: None },
        )
        .await?;
    }
    Ok(())
}

/// What the inspector makes of an item.
fn decision(
    run: &mut Run<'_>,
    item: &DraftItem,
    issuer: UnitId,
    last: Option<ItemNo>,
    asked: &[&Duty],
) -> Decision {
    match &item.content {
        ItemContent::Task { .. } => {
            if let Some(into) = last.filter(|_| run.dice.chance(40)) {
                return Decision::Merged {
                    into, reason: String::from("与上一项内容相同，合并办理")
                };
            }
            if last.is_some() && run.dice.chance(30) {
                return Decision::Dropped { reason: String::from("属一般要求，不单列任务") };
            }
            corrected(run, &item.content, issuer)
        }
        ItemContent::Duty(duty) => duty_of(run, duty, issuer, asked),
        ItemContent::Quota(quota) => quota_of(run, quota, issuer),
        _ => Decision::Confirmed,
    }
}

/// A task with its units found and its due day ahead.
fn corrected(run: &mut Run<'_>, content: &ItemContent, issuer: UnitId) -> Decision {
    let mut right = content.clone();
    let ItemContent::Task { lead, support, due, .. } = &mut right else { return Decision::Confirmed };
    *lead = lead.iter().flat_map(|party| units_of(run, party, issuer)).collect();
    *support = support.iter().flat_map(|party| units_of(run, party, issuer)).collect();
    if lead.is_empty() {
        lead.push(nearest(run, "", issuer));
    }
    // A plan of last year, or one that is issued late: what has passed gets a new day.
    let (today, last) = (run.today(), run.plan.start.checked_add(i64::from(run.plan.days + 60).days()));
    if due.is_none_or(|due| due <= today || last.is_ok_and(|last| due > last)) {
        let days = run_days(run);
        *due = Some(run.in_days(days).due_date());
    }
    if right == *content {
        return Decision::Confirmed;
    }
    Decision::Corrected {
        content: right, reason: String::from("对照机构名录和实际进度补正单位、时限")
    }
}

/// A quota with its units found and its day ahead.
fn quota_of(run: &mut Run<'_>, quota: &Quota, issuer: UnitId) -> Decision {
    let mut right = quota.clone();
    for share in &mut right.shares {
        let meant = units_of(run, &share.party, issuer).into_iter().next();
        share.party = meant.unwrap_or_else(|| nearest(run, &share.party.name, issuer));
    }
    let last = run.plan.start.checked_add(i64::from(run.plan.days + 60).days());
    if right.due.is_none_or(|due| due <= run.today() || last.is_ok_and(|last| due > last)) {
        let days = run_days(run);
        right.due = Some(run.in_days(days).due_date());
    }
    if right == *quota {
        return Decision::Confirmed;
    }
    let content = ItemContent::Quota(Box::new(right));
    Decision::Corrected {
        content, reason: String::from("对照机构名录和实际进度补正单位、时限")
    }
}

fn run_days(run: &mut Run<'_>) -> i64 {
    let most = i64::from(run.plan.days).clamp(15, 80);
    run.dice.between(10, most)
}

/// The units that a party means: itself where the engine will find it, else those a person chooses.
fn units_of(run: &Run<'_>, party: &ItemParty, issuer: UnitId) -> Vec<ItemParty> {
    let (context, today) = (run.app.context(), run.today());
    let org = &context.org;
    if let Some(unit) = party.unit.and_then(|unit| org.unit(unit)) {
        let own = unit.exists(today) && !unit.outside;
        return vec![if own { party.clone() } else { nearest(run, &party.name, issuer) }];
    }
    let Some(word) = party.collective else { return vec![nearest(run, &party.name, issuer)] };
    let meant = org.expand(issuer, word, today);
    if meant.is_empty() {
        return vec![nearest(run, &party.name, issuer)];
    }
    meant.into_iter().map(|unit| self::party(run, unit)).collect()
}

fn party(run: &Run<'_>, unit: UnitId) -> ItemParty {
    ItemParty { name: run.app.context().org.unit_name(unit), unit: Some(unit), collective: None }
}

/// The unit that does here what one of another name does elsewhere: the same name means the same unit.
fn nearest(run: &Run<'_>, name: &str, issuer: UnitId) -> ItemParty {
    let (context, today) = (run.app.context(), run.today());
    let org = &context.org;
    let kind = luoshi_engine::UnitKind::of_name(name, None).map(|kind| kind.word);
    let mut units = org.below(issuer, kind, today);
    if units.is_empty() {
        units = org.children(Some(issuer), today);
        units.retain(|unit| org.unit(*unit).is_some_and(|unit| !unit.outside));
    }
    let letters: Vec<i64> = name.chars().map(|letter| i64::from(u32::from(letter))).collect();
    let mut dice = Dice::of(run.plan.seed, &letters);
    party(run, dice.pick(&units).copied().unwrap_or(issuer))
}

/// An expected report with days that lie ahead.
fn duty_of(run: &Run<'_>, duty: &Duty, issuer: UnitId, asked: &[&Duty]) -> Decision {
    // What the pack asks for anyway is not asked for twice.
    if duty.every.is_some() && asked.iter().any(|known| known.every == duty.every) {
        return Decision::Dropped { reason: String::from("方案包已有同期报送，不重复要求") };
    }
    let today = run.today();
    let mut right = duty.clone();
    right.on.retain(|day| *day > today);
    right.end = right.end.filter(|end| *end > today);
    if right.every.is_none() && right.on.is_empty() && right.occasion.is_none() {
        return Decision::Dropped { reason: String::from("报送日期已过，不再要求") };
    }
    // Units of a kind that there is none of below the issuer: those who have tasks report.
    if let Owes::Kind(kind) = &duty.from
        && run.app.context().org.below(issuer, Some(kind), today).is_empty()
    {
        right.from = Owes::Parties;
    }
    if right == *duty {
        return Decision::Confirmed;
    }
    let content = ItemContent::Duty(Box::new(right));
    Decision::Corrected {
        content, reason: String::from("对照机构名录和日历补正报送单位、日期")
    }
}

/// Issues a draft; tells whether it was.
async fn issue(run: &mut Run<'_>, plan: PlanId, pack: &str, issuer: UnitId) -> Result<bool, AppError> {
    let (inspector, leader) = (run.holder(issuer, Role::Inspector), run.holder(issuer, Role::Leader));
    // Somebody is away: tomorrow is another day.
    let (Some(inspector), Some(leader)) = (inspector, leader) else { return Ok(false) };
    let end: Option<Date> = run.plan.start.checked_add(i64::from(run.plan.days + 60).days()).ok();
    let right = IssuePlan {
        number: format!("河政发〔{}〕{plan}号", run.today().year()),
        approver: leader.person,
        end,
    };
    let mut tries = vec![(pack, right.clone())];
    if run.dice.chance(300) {
        // Without a number, approved by the inspector alone, on a pack that there is not.
        tries.insert(0, (pack, IssuePlan { number: String::new(), ..right.clone() }));
        tries.insert(0, (pack, IssuePlan { approver: inspector.person, ..right.clone() }));
        tries.insert(0, ("nothing", right));
    }
    let mut issued = false;
    for (pack, issue) in tries {
        let issue = Command::Issue { pack: pack.to_owned(), issue: Box::new(issue) };
        issued = run.command(&inspector, plan, issue).await?.is_some();
    }
    if issued {
        run.told.issued += 1;
        run.command(&inspector, plan, Command::Anchor { into: String::from("印发文件") }).await?;
        run.reread(plan).await?;
    }
    Ok(issued)
}

/// One plan gets a second version of its text: two of its tasks are given more time. Tells whether
/// there was one.
async fn amend(run: &mut Run<'_>) -> Result<bool, AppError> {
    let Some((plan, issuer)) = run.plans.values().next().map(|plan| (plan.id, plan.issuer)) else {
        return Ok(false);
    };
    let Some(leader) = run.holder(issuer, Role::Leader) else { return Ok(false) };
    let filter = Filter { phase: Some(Phase::Open), ..Filter::default() };
    let rows = run.app.store().find_entries(plan, &filter, Page::number(1, 2)).await?;
    let text = format!("关于调整部分任务时限的通知\n第{plan}号方案中部分任务时限顺延三十日。\n");
    let source = run.app.attach("调整通知.txt", text.into_bytes()).await?;
    let change = |row: &EntryRow| MoveEntry {
        entry: row.no,
        due: row.due.and_then(|due| due.due_date().checked_add(30.days()).ok()),
        ..MoveEntry::default()
    };
    let mut amend = AmendPlan {
        text: source.hash,
        source,
        reason: String::new(),
        moves: rows
            .iter()
            .map(change)
            .chain([MoveEntry { entry: EntryNo(9_999), ..MoveEntry::default() }])
            .collect(),
        added: Vec::new(),
    };
    // Without a reason and for an entry that there is not; then as it should be.
    run.command(&leader, plan, Command::Amend(Box::new(amend.clone()))).await?;
    amend.reason = String::from("防汛期间部分任务顺延");
    run.command(&leader, plan, Command::Amend(Box::new(amend.clone()))).await?;
    amend.moves.pop();
    run.command(&leader, plan, Command::Amend(Box::new(amend))).await?;
    run.reread(plan).await?;
    Ok(true)
}
