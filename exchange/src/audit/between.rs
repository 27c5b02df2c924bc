//! What the services must agree on: orders, holds and what the books have, resting or waiting; trades.
//! Reads all of them side by side in the order of their ids, so that no memory holds more than a page
//! of each.

use chassis::Fault;
use chassis::audit::{Audited, Cursor, Finding};
use contracts::{OrderId, OrderStatus, Price, Quantity, Side, Symbol, UserId};
use matching::audit::LiveOrder as InBook;
use ordering::audit::{LiveOrder, SeenTrade};
use portfolio::audit::{Change, PendingHold, Posted};
use std::collections::BTreeMap;
use stock_data::audit::ToldTrade;

/// Of `between` services.
pub const BETWEEN: &str = "between";
const HELD: &str = "a hold has a live order, and a live order its hold";
const IN_BOOK: &str = "a live order rests or waits in a book, and what is in a book is live";
const TRADED: &str = "ordering, portfolio and stock-data know the same trades";

/// Of one rule. A table that is lost breaks a rule once a row: that is no reason to hold them all.
pub const FINDINGS_OF_A_RULE_MAX: usize = 10_000;

/// Findings, each rule's up to a number.
#[derive(Default)]
pub struct Findings {
    all: Vec<Finding>,
    of_rules: BTreeMap<&'static str, usize>,
}

impl Findings {
    fn add(&mut self, rule: &'static str, detail: impl FnOnce() -> String) {
        let count = self.of_rules.entry(rule).or_default();
        *count += 1;
        if *count <= FINDINGS_OF_A_RULE_MAX {
            self.all.push(Finding::new(BETWEEN, rule, detail()));
        }
    }

    pub fn into_vec(self) -> Vec<Finding> {
        self.all
    }
}

/// Things in the order of their ids.
pub trait Sorted {
    type Item;
    async fn next(&mut self) -> Result<Option<Self::Item>, Fault>;
}

impl<T: Audited> Sorted for Cursor<'_, T> {
    type Item = T;

    async fn next(&mut self) -> Result<Option<T>, Fault> {
        Cursor::next(self).await
    }
}

impl<T> Sorted for std::vec::IntoIter<T> {
    type Item = T;

    async fn next(&mut self) -> Result<Option<T>, Fault> {
        Ok(Iterator::next(self))
    }
}

/// A source with its next item at hand.
struct Ahead<S: Sorted, I> {
    source: S,
    id: fn(&S::Item) -> I,
    head: Option<S::Item>,
    taken: usize,
}

impl<S: Sorted, I: Ord + Copy> Ahead<S, I> {
    async fn of(mut source: S, id: fn(&S::Item) -> I) -> Result<Self, Fault> {
        let head = source.next().await?;
        Ok(Ahead { source, id, head, taken: 0 })
    }

    fn id(&self) -> Option<I> {
        self.head.as_ref().map(self.id)
    }

    /// The next, if this is its id.
    async fn take(&mut self, id: I) -> Result<Option<S::Item>, Fault> {
        if self.id() != Some(id) {
            return Ok(None);
        }
        self.taken += 1;
        let next = self.source.next().await?;
        Ok(std::mem::replace(&mut self.head, next))
    }
}

/// Answers how many ordering has live, and how many portfolio holds for.
pub async fn orders(
    live: impl Sorted<Item = LiveOrder>,
    holds: impl Sorted<Item = PendingHold>,
    in_books: impl Sorted<Item = InBook>,
    findings: &mut Findings,
) -> Result<(usize, usize), Fault> {
    let mut live = Ahead::of(live, |order| order.order_id).await?;
    let mut holds = Ahead::of(holds, |hold| hold.order_id).await?;
    let mut in_books = Ahead::of(in_books, |order| order.party.order_id).await?;
    while let Some(id) = [live.id(), holds.id(), in_books.id()].into_iter().flatten().min() {
        let (order, hold, in_book) = (live.take(id).await?, holds.take(id).await?, in_books.take(id).await?);
        compare_order(id, order.as_ref(), hold.as_ref(), in_book.as_ref(), findings);
    }
    Ok((live.taken, holds.taken))
}

/// Answers how many stock-data knows.
pub async fn trades(
    ordering: impl Sorted<Item = SeenTrade>,
    portfolio: impl Sorted<Item = Posted>,
    stock_data: impl Sorted<Item = ToldTrade>,
    findings: &mut Findings,
) -> Result<usize, Fault> {
    let mut ordering = Ahead::of(ordering, |trade| trade.trade_id).await?;
    let mut portfolio = Ahead::of(portfolio, |trade| trade.trade_id).await?;
    let mut stock_data = Ahead::of(stock_data, |trade| trade.trade_id).await?;
    while let Some(id) = [ordering.id(), portfolio.id(), stock_data.id()].into_iter().flatten().min() {
        let (seen, posted) = (ordering.take(id).await?, portfolio.take(id).await?);
        let told = stock_data.take(id).await?;
        compare_trade(id, seen.as_ref(), posted.as_ref(), told.as_ref(), findings);
    }
    Ok(stock_data.taken)
}

/// An order as each of the three who know it can describe it. Of an exit that waits for its entry,
/// all three say what it may come to.
#[derive(PartialEq, Eq)]
struct Facts {
    user_id: UserId,
    symbol: Symbol,
    side: Side,
    remaining: Quantity,
}

impl std::fmt::Display for Facts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Facts { user_id, symbol, side, remaining } = self;
        write!(f, "{side:?} {remaining} {symbol} of user {user_id}")
    }
}

fn compare_order(
    id: OrderId,
    live: Option<&LiveOrder>,
    hold: Option<&PendingHold>,
    in_book: Option<&InBook>,
    findings: &mut Findings,
) {
    let by_ordering = live.map(|&LiveOrder { user_id, symbol, side, remaining, .. }| Facts {
        user_id,
        symbol,
        side,
        remaining,
    });
    let by_portfolio = hold.map(|&PendingHold { user_id, symbol, side, remaining, .. }| Facts {
        user_id,
        symbol,
        side,
        remaining,
    });
    let by_matching = in_book.map(|&InBook { party, symbol, side, remaining, .. }| Facts {
        user_id: party.user_id,
        symbol,
        side,
        remaining,
    });
    for (rule, other_says, other) in
        [(HELD, "portfolio holds for", &by_portfolio), (IN_BOOK, "the book has", &by_matching)]
    {
        if by_ordering != *other {
            let said = |facts: &Option<Facts>| facts.as_ref().map_or("nothing".into(), Facts::to_string);
            findings.add(rule, || {
                let (live, other) = (said(&by_ordering), said(other));
                format!("order {id}: ordering has it live as {live}, {other_says} {other}")
            });
        }
    }
    if live.is_some_and(|order| order.status == OrderStatus::Pending) {
        findings.add(IN_BOOK, || format!("order {id}: pending, though nothing is on its way to it"));
    }
    if let Some(Change { from, to, price }) = hold.and_then(|hold| hold.change) {
        findings.add(HELD, || {
            format!("order {id}: held is for {to} at {price} instead of {from}, too, though that is decided")
        });
    }
    if let (Some(hold), Some(in_book)) = (hold, in_book)
        && !covers(hold, in_book.price)
    {
        findings.add(HELD, || {
            format!("order {id}: in its book at {}, held is for {}", in_book.price, hold.price)
        });
    }
}

/// Held is for the worst price at which the order may ever trade. Where it rests or waits now may be
/// better: one with a trigger has another price after it.
fn covers(hold: &PendingHold, price: Price) -> bool {
    match hold.side {
        Side::Buy => price <= hold.price,
        Side::Sell => price >= hold.price,
    }
}

fn compare_trade(
    id: contracts::TradeId,
    seen: Option<&SeenTrade>,
    posted: Option<&Posted>,
    told: Option<&ToldTrade>,
    findings: &mut Findings,
) {
    let by_stock_data = told.map(|trade| (trade.symbol, Some(trade.price), trade.quantity));
    let by_ordering = seen.map(|trade| (trade.symbol, Some(trade.price), trade.quantity));
    let by_portfolio = posted.map(|posted| (posted.symbol, posted.price, posted.bought));
    if by_stock_data.is_none() || by_stock_data != by_ordering || by_stock_data != by_portfolio {
        findings.add(TRADED, || {
            let [stock_data, ordering, portfolio] = [by_stock_data, by_ordering, by_portfolio].map(shown);
            format!("trade {id}: stock-data says {stock_data}, ordering {ordering}, portfolio {portfolio}")
        });
    }
    if let Some(trade) = seen
        && !(trade.sides.len() == 2 && trade.sides.contains(&Side::Buy) && trade.sides.contains(&Side::Sell))
    {
        findings.add(TRADED, || format!("trade {id}: ordering has the sides {:?}", trade.sides));
    }
    if let Some(Posted { bought, sold, .. }) = posted
        && bought != sold
    {
        findings.add(TRADED, || format!("trade {id}: portfolio has {bought} bought, {sold} sold"));
    }
}

fn shown(trade: Option<(Symbol, Option<Price>, Quantity)>) -> String {
    match trade {
        Some((symbol, Some(price), quantity)) => format!("{quantity} {symbol} at {price}"),
        Some((symbol, None, quantity)) => format!("{quantity} {symbol} at two prices"),
        None => "nothing".to_owned(),
    }
}

#[cfg(test)]
#[path = "between_tests.rs"]
mod tests;
