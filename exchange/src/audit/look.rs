//! One look at everything: each service by itself, then all of them beside each other, and what the
//! broker could not deliver.

use super::between::{self, Findings};
use super::undelivered::{self, Unseen};
use crate::databases::Databases;
use crate::streams::{self, Arrival};
use anyhow::Result;
use chassis::audit::{Cursor, Finding};
use chassis::settings::Settings;
use chassis::{Fault, Tx};
use contracts::topology::{ACCOUNTS, MATCHING, ORDERING, PORTFOLIO, STOCK_DATA};
use matching::audit::LiveOrder as InBook;
use ordering::audit::{LiveOrder, SeenTrade};
use portfolio::audit::{PendingHold, Posted};
use std::collections::BTreeMap;
use stock_data::audit::ToldTrade;

#[derive(Clone, Debug)]
pub struct Look {
    /// Nothing happened while we looked.
    pub one_moment: bool,
    /// What was on its way when we began to look.
    pub late: Vec<Arrival>,
    /// What a service breaks by itself, and what the broker could not deliver.
    pub alone: Vec<Finding>,
    /// What does not agree between services.
    pub between: Vec<Finding>,
    pub seen: BTreeMap<&'static str, usize>,
    pub unseen: Vec<Unseen>,
}

pub async fn look(settings: &Settings, databases: &Databases, late: Vec<Arrival>) -> Result<Look> {
    let steps = streams::steps(databases).await?;
    let mut alone = own_checks(databases).await?;
    let mut unseen = Vec::new();
    match undelivered::findings(settings).await {
        Ok(findings) => alone.extend(findings),
        Err(reason) => unseen.push(reason),
    }
    let (between, seen) = side_by_side(databases, &mut alone).await?;
    let one_moment = streams::steps(databases).await? == steps;
    Ok(Look { one_moment, late, alone, between, seen, unseen })
}

async fn own_checks(databases: &Databases) -> Result<Vec<Finding>> {
    let mut findings = accounts::audit::check(databases.of(ACCOUNTS)).await?;
    findings.extend(stock_data::audit::check(databases.of(STOCK_DATA)).await?);
    findings.extend(ordering::audit::check(databases.of(ORDERING)).await?);
    findings.extend(portfolio::audit::check(databases.of(PORTFOLIO)).await?);
    for (service, count) in streams::parked(databases).await? {
        if count > 0 {
            let detail = format!("{count} messages are: see `exchange parked list`");
            findings.push(Finding::new(service, "nothing is parked", detail));
        }
    }
    Ok(findings)
}

/// All cursors are opened at once: what they show differs by milliseconds, however long they are read.
async fn side_by_side(
    databases: &Databases,
    alone: &mut Vec<Finding>,
) -> Result<(Vec<Finding>, BTreeMap<&'static str, usize>), Fault> {
    let mut read = async |ordering: &Tx, portfolio: &Tx, stock_data: &Tx| {
        let live = Cursor::<LiveOrder>::open(ordering).await?;
        let holds = Cursor::<PendingHold>::open(portfolio).await?;
        let seen = Cursor::<SeenTrade>::open(ordering).await?;
        let posted = Cursor::<Posted>::open(portfolio).await?;
        let told = Cursor::<ToldTrade>::open(stock_data).await?;
        let (books, in_books) = books(databases, alone).await?;
        let mut findings = Findings::default();
        let (live, holds) = between::orders(live, holds, in_books.into_iter(), &mut findings).await?;
        let trades = between::trades(seen, posted, told, &mut findings).await?;
        let seen = [("live orders", live), ("holds", holds), ("books", books), ("trades", trades)];
        Ok((findings.into_vec(), BTreeMap::from(seen)))
    };
    databases
        .of(ORDERING)
        .transaction(async |ordering: &Tx| {
            databases
                .of(PORTFOLIO)
                .transaction(async |portfolio: &Tx| {
                    let stock_data = databases.of(STOCK_DATA);
                    stock_data.transaction(async |told: &Tx| read(ordering, portfolio, told).await).await
                })
                .await
        })
        .await
}

/// Rebuilds every book in every way there is. Answers how many there are, and what is in them by
/// its id: as much as the books themselves need in matching's memory.
async fn books(databases: &Databases, findings: &mut Vec<Finding>) -> Result<(usize, Vec<InBook>), Fault> {
    let db = databases.of(MATCHING);
    let (mut count, mut in_books) = (0, Vec::new());
    for partition in matching::audit::partitions(db).await? {
        let verified = matching::audit::verify(db, partition).await?;
        let rule = "the journal gives the books, and no book is crossed";
        findings.extend(verified.findings.into_iter().map(|detail| Finding::new(MATCHING, rule, detail)));
        for book in verified.replayed.into_iter().flat_map(|replayed| replayed.books) {
            count += 1;
            in_books.extend(book.orders);
        }
    }
    in_books.sort_unstable_by_key(|order| order.party.order_id);
    Ok((count, in_books))
}
