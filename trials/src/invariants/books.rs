//! Price and time: everything that the books were told is told to the obvious book, which is slow
//! and easily seen to be right, and what it trades is what ordering was told of.

use crate::Exchange;
use anyhow::{Context, ensure};
use contracts::OrderId;
use contracts::matching::MatchingEvent;
use matching::domain::{Command, naive::NaiveBook};
use sea_orm::FromQueryResult;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Trade {
    buy: String,
    sell: String,
    price: i64,
    quantity: i64,
}

/// By symbol and the book's sequence.
type Trades = BTreeMap<(String, u64), Trade>;

/// Answers how many trades were made.
pub async fn obey_price_and_time(exchange: &Exchange) -> anyhow::Result<usize> {
    let db = exchange.db("matching").await?;
    let (mut expected, mut placed) = (Trades::new(), BTreeSet::new());
    let mut whole = true;
    for partition in matching::audit::partitions(&db).await? {
        let (first_step, told) = matching::audit::told(&db, partition).await?;
        // What was pruned cannot be told again; the snapshots' digests stand for it.
        whole &= first_step <= 1;
        let mut books = BTreeMap::new();
        for record in told {
            for (symbol, commands) in record.commands {
                placed.extend(commands.iter().flat_map(orders));
                let book = books.entry(symbol).or_insert_with(|| NaiveBook::new(symbol));
                let mut events = Vec::new();
                book.run_batch(&commands, record.at, &mut events);
                expected.extend(events.into_iter().filter_map(trade));
            }
        }
    }
    let unknown = unknown_to_ordering(exchange, &placed).await?;
    ensure!(unknown.is_empty(), "orders were placed that ordering does not know: {unknown:?}");
    let seen = trades(exchange).await?;
    if whole {
        for (at, trade) in &seen {
            ensure!(
                expected.get(at) == Some(trade),
                "{at:?}: {trade:?}, the obvious book has {:?}",
                expected.get(at)
            );
        }
        ensure!(seen.len() == expected.len(), "{} trades, expected {}", seen.len(), expected.len());
    }
    Ok(seen.len())
}

/// The orders that a command brings into a book: an order, and perhaps its exit.
fn orders(command: &Command) -> Vec<OrderId> {
    match command {
        Command::Place(order) => {
            let exit = order.special().and_then(|special| special.exit).map(|exit| exit.order_id);
            std::iter::once(order.party().order_id).chain(exit).collect()
        }
        Command::Replace(replacement) => vec![replacement.by().party().order_id],
        Command::Cancel { .. } | Command::Amend(_) | Command::Configure(_) => Vec::new(),
    }
}

fn trade(event: MatchingEvent) -> Option<((String, u64), Trade)> {
    let MatchingEvent::OrderFilled(filled) = event else { return None };
    let trade = Trade {
        buy: filled.buyer().order_id.to_string(),
        sell: filled.seller().order_id.to_string(),
        price: filled.price.micros(),
        quantity: filled.quantity.micros(),
    };
    Some(((filled.symbol.to_string(), filled.sequence), trade))
}

async fn unknown_to_ordering(exchange: &Exchange, placed: &BTreeSet<OrderId>) -> anyhow::Result<Vec<String>> {
    #[derive(FromQueryResult)]
    struct Row {
        order_id: String,
    }
    let rows = exchange
        .db("ordering")
        .await?
        .all::<Row>("select order_id::text as order_id from orders", [])
        .await?;
    let known: BTreeSet<String> = rows.into_iter().map(|row| row.order_id).collect();
    Ok(placed.iter().map(ToString::to_string).filter(|id| !known.contains(id)).collect())
}

async fn trades(exchange: &Exchange) -> anyhow::Result<Trades> {
    #[derive(FromQueryResult)]
    struct Row {
        symbol: String,
        sequence: i64,
        order_id: String,
        side: i16,
        price: i64,
        quantity: i64,
    }
    let sql = "select symbol, sequence, order_id::text as order_id, side, price, quantity from fills";
    let mut trades = Trades::new();
    for row in exchange.db("ordering").await?.all::<Row>(sql, []).await? {
        let sequence = u64::try_from(row.sequence).context("a sequence")?;
        let trade = trades.entry((row.symbol, sequence)).or_default();
        (trade.price, trade.quantity) = (row.price, row.quantity);
        if row.side == 0 {
            trade.buy = row.order_id;
        } else {
            trade.sell = row.order_id;
        }
    }
    Ok(trades)
}
