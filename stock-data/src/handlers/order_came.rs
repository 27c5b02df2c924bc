//! `OrderOpened`, `OrderTriggered`, `OrderAmended`, `OrderLeftBook`: of these only the order counts, and
//! only once: when it first trades, rests in its book or leaves it.

use crate::{domain::Market, heard::Seen, rules::Rows};
use chrono::NaiveDate;
use contracts::{OrderId, Symbol};

pub fn apply(market: &Market, rows: &mut Rows, seen: Seen) {
    let date = market.date_of(seen.symbol, seen.at);
    count(rows, seen.symbol, date, seen.order_id, seen.is_new);
}

/// A book says all about one order's coming in one message, and so in one step: what is said of an
/// order after its first word is no news.
pub fn count(rows: &mut Rows, symbol: Symbol, date: NaiveDate, order_id: OrderId, is_new: bool) {
    if rows.seen.insert(order_id) && is_new {
        rows.activity.entry((date, symbol)).or_default().orders += 1;
    }
}
