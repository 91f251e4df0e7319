//! Reading that several use cases share.

use luoshi_engine::{EntryNo, PlanId};
use luoshi_pack::Phase;
use luoshi_store::{Filter, Page, Store, StoreError};

/// How many entries are read at a time.
const PAGE: i64 = 1000;

/// The numbers of the entries of a plan, or of one of its registers, that are not given up.
pub(crate) async fn entries_of(
    store: &Store,
    plan: PlanId,
    register: Option<&str>,
) -> Result<Vec<EntryNo>, StoreError> {
    let filter = Filter { register: register.map(str::to_owned), ..Filter::default() };
    let mut found = Vec::new();
    for number in 1.. {
        let page = store.find_entries(plan, &filter, Page::number(number, PAGE)).await?;
        let last = i64::try_from(page.len()).unwrap_or(PAGE) < PAGE;
        found.extend(page.into_iter().filter(|row| row.phase != Phase::Void).map(|row| row.no));
        if last {
            break;
        }
    }
    Ok(found)
}

/// How many entries of a plan are not over, and in which registers and states entries stand.
pub(crate) async fn summary(store: &Store, plan: PlanId) -> Result<(i64, Vec<(String, String)>), StoreError> {
    let (mut open, mut states) = (0, Vec::new());
    for number in 1.. {
        let page = store.find_entries(plan, &Filter::default(), Page::number(number, PAGE)).await?;
        let last = i64::try_from(page.len()).unwrap_or(PAGE) < PAGE;
        for row in page {
            open += i64::from(matches!(row.phase, Phase::Open | Phase::Submitted));
            let state = (row.register, row.state);
            if !states.contains(&state) {
                states.push(state);
            }
        }
        if last {
            break;
        }
    }
    Ok((open, states))
}
