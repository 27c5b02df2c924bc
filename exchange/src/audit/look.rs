//! One look at everything: each service by itself, then all of them beside each other.

use super::between::{self, World};
use super::findings::Finding;
use crate::databases::Databases;
use crate::streams;
use anyhow::Result;
use contracts::topology::{ACCOUNTS, MATCHING, ORDERING, PORTFOLIO, STOCK_DATA};
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
pub struct Look {
    /// Nothing happened while we looked.
    pub one_moment: bool,
    pub steps: BTreeMap<String, u64>,
    /// What a service breaks by itself.
    pub alone: Vec<Finding>,
    /// What does not agree between services.
    pub between: Vec<Finding>,
    pub seen: BTreeMap<&'static str, usize>,
}

pub async fn look(databases: &Databases) -> Result<Look> {
    let steps = streams::steps(databases).await?;
    let mut alone = own_checks(databases).await?;
    let mut world = World {
        live: ordering::audit::live_orders(databases.of(ORDERING)).await?,
        holds: portfolio::audit::pending_holds(databases.of(PORTFOLIO)).await?,
        resting: Vec::new(),
        ordering: ordering::audit::trades(databases.of(ORDERING)).await?,
        portfolio: portfolio::audit::trades(databases.of(PORTFOLIO)).await?,
        stock_data: stock_data::audit::trades(databases.of(STOCK_DATA)).await?,
    };
    let books = books(databases, &mut alone, &mut world).await?;
    let seen = BTreeMap::from([
        ("live orders", world.live.len()),
        ("holds", world.holds.len()),
        ("books", books),
        ("trades", world.stock_data.len()),
    ]);
    let one_moment = streams::steps(databases).await? == steps;
    Ok(Look { one_moment, steps, alone, between: between::compare(&world), seen })
}

macro_rules! check {
    ($findings:ident, $databases:ident, $service:ident, $audit:path) => {{
        use $audit as audit;
        for found in audit::check($databases.of($service)).await? {
            $findings.push(Finding::new($service, found.rule, found.detail));
        }
    }};
}

async fn own_checks(databases: &Databases) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    check!(findings, databases, ACCOUNTS, accounts::audit);
    check!(findings, databases, STOCK_DATA, stock_data::audit);
    check!(findings, databases, ORDERING, ordering::audit);
    check!(findings, databases, PORTFOLIO, portfolio::audit);
    for (service, count) in streams::parked(databases).await? {
        if count > 0 {
            let detail = format!("{count} messages are: see `exchange parked list`");
            findings.push(Finding::new(service, "nothing is parked", detail));
        }
    }
    Ok(findings)
}

/// Rebuilds every book in every way there is. Answers how many there are.
async fn books(databases: &Databases, findings: &mut Vec<Finding>, world: &mut World) -> Result<usize> {
    let db = databases.of(MATCHING);
    let mut count = 0;
    for partition in matching::audit::partitions(db).await? {
        let verified = matching::audit::verify(db, partition).await?;
        let rule = "the journal gives the books, and no book is crossed";
        findings.extend(verified.findings.iter().map(|detail| Finding::new(MATCHING, rule, detail)));
        for book in verified.replayed.into_iter().flat_map(|replayed| replayed.books) {
            count += 1;
            world.resting.extend(book.orders);
        }
    }
    Ok(count)
}
