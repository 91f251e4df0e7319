//! What a form orders: a word on an item, or the item split in two.

use luoshi_app::drafting::{Review, Split};
use luoshi_engine::{Decision, ItemContent, ItemNo, Refusal, RefusalKind};

use super::content::{Said, Unclear, content};
use super::item::title_of;
use crate::error::{Result, WebError};
use crate::sign::Signed;
use crate::state::Web;

/// What is to be done with an item.
pub(super) enum Order {
    /// A word on it.
    Decide(ItemNo, Box<Decision>),
    /// Two of it.
    Split(Box<Split>),
}

impl Order {
    /// Carries it out.
    pub(super) async fn give(self, web: &Web, signed: &Signed, review: &Review, said: &Said) -> Result<()> {
        let actor = &signed.reader.actor;
        let key = said.get("key");
        if key.is_empty() {
            return Err(WebError::Malformed(String::from("缺少操作编号")));
        }
        match self {
            Self::Decide(no, decision) => {
                web.app().decide_item(key, actor, review.plan.id, (no, *decision), seen(said)).await?;
            }
            Self::Split(split) => web.app().split_item(key, actor, review, *split).await?,
        }
        Ok(())
    }
}

/// What a form orders; names in it that mean nothing where there are such.
pub(super) fn ordered(
    signed: &Signed,
    review: &Review,
    no: ItemNo,
    (act, said): (&str, &Said),
) -> Result<std::result::Result<Order, Unclear>> {
    let reason = said.get("reason").to_owned();
    let decide = |decision| Ok(Ok(Order::Decide(no, Box::new(decision))));
    let (item, decided) = review.item(no)?;
    let now = Review::content(item, decided.map(|(decision, _)| decision));
    let names = signed.reader.names(review.plan.issuer);
    match act {
        "confirm" => decide(Decision::Confirmed),
        "drop" => decide(Decision::Dropped { reason }),
        "merge" => {
            let into = said.get("into").parse().map(ItemNo);
            let none = |_| Refusal::new(RefusalKind::Incomplete, "请选定并入哪一项");
            decide(Decision::Merged { into: into.map_err(none)?, reason })
        }
        "correct" => Ok(content(said, now, &names, review.dated)?.map(|content| {
            let decision = if content == item.content {
                Decision::Confirmed
            } else {
                Decision::Corrected { content, reason }
            };
            Order::Decide(no, Box::new(decision))
        })),
        "split" => Ok(content(said, now, &names, review.dated)?.map(|part| {
            let rest = titled(now.clone(), said.get("rest"));
            Order::Split(Box::new(Split { item: no, rest, part, reason, seen: seen(said) }))
        })),
        _ => Err(WebError::NoPage),
    }
}

/// The mark of the item as the form showed it; a form without one would write over what it has not shown.
fn seen(said: &Said) -> Option<String> {
    Some(said.get("seen").to_owned())
}

/// An item's content under another title.
fn titled(mut content: ItemContent, words: &str) -> ItemContent {
    if words.is_empty() || words == title_of(&content) {
        return content;
    }
    match &mut content {
        ItemContent::Task { title, .. } => words.clone_into(title),
        ItemContent::Duty(duty) => words.clone_into(&mut duty.title),
        ItemContent::Quota(quota) => words.clone_into(&mut quota.title),
        ItemContent::Rule { effect, .. } => words.clone_into(effect),
        ItemContent::Stage { name, .. } | ItemContent::Group { name, .. } => words.clone_into(name),
    }
    content
}
