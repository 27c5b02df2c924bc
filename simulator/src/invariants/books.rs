//! I5, I9–I11: live orders, holds and what the books have are the same; no book is crossed; the
//! journal gives the same books by every way, and what was said is what an obvious book would say.

use super::depth::Shown;
use super::orders::{OPEN, PENDING};
use crate::exchange::Exchange;
use crate::twin::{Connection, Row, number, text, uuid};
use crate::worker::at_once;
use contracts::matching::MatchingEvent;
use contracts::{Batch, Symbol, TradeId, topology};
use matching::audit::{self, Replayed};
use matching::domain::{Record, naive::NaiveBook};
use std::collections::BTreeMap;
use uuid::Uuid;

/// User, symbol, whether it sells, and what is left.
type Facts = (Uuid, String, bool, i64);

pub fn check(exchange: &mut Exchange) -> Result<(), String> {
    let replayed = replay(exchange)?;
    obvious_books_agree(exchange)?;
    let rests = replayed.iter().flat_map(|replayed| &replayed.books).flat_map(|book| &book.orders);
    let rests: BTreeMap<Uuid, Facts> = rests
        .map(|order| {
            let sells = order.side == contracts::Side::Sell;
            (
                order.party.order_id.0,
                (order.party.user_id.0, order.symbol.to_string(), sells, order.remaining.micros()),
            )
        })
        .collect();
    let state = exchange.databases[topology::ORDERING].lock();
    if let Some(order) = state.tables.rows("orders").find(|row| number(row, "status") == PENDING) {
        return Err(format!("an order is still pending: {order:?}"));
    }
    let live = state.tables.rows("orders").filter(|row| number(row, "status") <= OPEN);
    let live = live.map(|row| {
        let left = number(row, "quantity") - number(row, "filled_quantity");
        facts(row, number(row, "side") == 1, left)
    });
    agree("ordering's live orders", live.collect(), &rests)?;
    drop(state);
    let state = exchange.databases[topology::PORTFOLIO].lock();
    let pending = state.tables.rows("holds").filter(|row| text(row, "state") == Some("pending"));
    // An exit is in the book for all that its entry may yet get.
    let left = |row: &Row| number(row, "remaining") + number(row, "awaited");
    let pending = pending.map(|row| facts(row, text(row, "side") == Some("sell"), left(row)));
    agree("portfolio's pending holds", pending.collect(), &rests)
}

fn facts(row: &Row, sells: bool, left: i64) -> (Uuid, Facts) {
    let symbol = text(row, "symbol").unwrap_or_default().to_owned();
    (uuid(row, "order_id"), (uuid(row, "user_id"), symbol, sells, left))
}

fn agree(whose: &str, theirs: BTreeMap<Uuid, Facts>, rests: &BTreeMap<Uuid, Facts>) -> Result<(), String> {
    for id in theirs.keys().chain(rests.keys()) {
        let (a, b) = (theirs.get(id), rests.get(id));
        if a != b {
            return Err(format!("{whose} and the books differ about order {id}: {a:?} and {b:?}"));
        }
    }
    Ok(())
}

/// By the exchange's own audit: oldest and newest snapshot and the journal lead to the same books.
fn replay(exchange: &Exchange) -> Result<Vec<Replayed>, String> {
    let database = exchange.databases[topology::MATCHING].clone();
    let db = Connection::open(0, database, Default::default());
    let mut all = Vec::new();
    for partition in 0..exchange.partitions.symbols {
        let verified = at_once(audit::verify(&db, partition)).map_err(|fault| format!("{fault:?}"))?;
        if let Some(finding) = verified.findings.first() {
            return Err(finding.clone());
        }
        all.extend(verified.replayed);
    }
    Ok(all)
}

/// The whole journal, carried out by a book that only sorts and searches.
fn obvious_books_agree(exchange: &Exchange) -> Result<(), String> {
    for partition in 0..exchange.partitions.symbols {
        let name = topology::partition_name(topology::MATCHING, partition);
        let stream = contracts::StreamName::to_all(&name).to_string();
        let mut said = BTreeMap::<Symbol, Vec<MatchingEvent>>::new();
        let mut shown = BTreeMap::<Symbol, Shown>::new();
        for body in exchange.history.get(&stream).into_iter().flatten() {
            let batch: Batch<MatchingEvent> = serde_json::from_slice(body).map_err(|e| e.to_string())?;
            for event in &batch.events {
                shown.entry(event.symbol()).or_default().hear(event)?;
            }
            shown.values().try_for_each(Shown::is_not_crossed)?;
            for mut event in batch.events {
                // The obvious book makes no ids.
                if let MatchingEvent::OrderFilled(fill) = &mut event {
                    fill.trade_id = TradeId(Uuid::nil());
                }
                said.entry(event.symbol()).or_default().push(event);
            }
        }
        let mut books = BTreeMap::<Symbol, (NaiveBook, Vec<MatchingEvent>)>::new();
        for commands in exchange.journal.get(&partition).into_iter().flatten() {
            let record = Record::from_bytes(commands).map_err(|damage| damage.0)?;
            for (symbol, commands) in record.commands {
                let (book, right) =
                    books.entry(symbol).or_insert_with(|| (NaiveBook::new(symbol), Vec::new()));
                book.run_batch(&commands, record.at, right);
            }
        }
        for (symbol, (book, right)) in books {
            shown.remove(&symbol).unwrap_or_default().is(&book.depth())?;
            let said = said.remove(&symbol).unwrap_or_default();
            let differs = right.iter().zip(&said).find(|(right, said)| *right != *said);
            if let Some((right, said)) = differs {
                return Err(format!("{name} said {said:?}, an obvious book says {right:?}"));
            }
            if right.len() != said.len() {
                return Err(format!("{symbol} has {} events, it should have {}", said.len(), right.len()));
            }
        }
        if let Some(symbol) = said.keys().next() {
            return Err(format!("{name} said something of {symbol} that is not in its journal"));
        }
    }
    Ok(())
}
