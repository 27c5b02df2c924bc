//! What the services must agree on. Pure: compares what was read.

use super::findings::Finding;
use contracts::{OrderId, OrderStatus, Price, Quantity, Side, Symbol, TradeId, UserId};
use matching::audit::LiveOrder as Resting;
use ordering::audit::{LiveOrder, SeenTrade};
use portfolio::audit::{PendingHold, Posted};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// What everybody knows.
#[derive(Clone, Debug)]
pub struct World {
    pub live: Vec<LiveOrder>,
    pub holds: Vec<PendingHold>,
    pub resting: Vec<Resting>,
    pub ordering: BTreeMap<TradeId, SeenTrade>,
    pub portfolio: BTreeMap<TradeId, Posted>,
    pub stock_data: FxHashMap<TradeId, (Symbol, Price, Quantity)>,
}

const HELD: &str = "a hold has a live order, and a live order its hold";
const RESTS: &str = "a live order rests in a book, and what rests is live";
const TRADED: &str = "ordering, portfolio and stock-data know the same trades";

pub fn compare(world: &World) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut find = |rule, detail| findings.push(Finding::new("between", rule, detail));
    orders(world, &mut find);
    trades(world, &mut find);
    findings
}

/// An order as each of the three who know it can describe it.
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

fn orders(world: &World, find: &mut impl FnMut(&'static str, String)) {
    let live: BTreeMap<OrderId, Facts> = world.live.iter().map(|o| (o.order_id, of_live(o))).collect();
    let holds: BTreeMap<OrderId, Facts> = world.holds.iter().map(|h| (h.order_id, of_hold(h))).collect();
    let resting: BTreeMap<OrderId, Facts> =
        world.resting.iter().map(|r| (r.party.order_id, of_resting(r))).collect();
    let names = |second| ["ordering has it live as", second];
    agree(HELD, names("portfolio holds for"), &live, &holds, find);
    agree(RESTS, names("in the book rests"), &live, &resting, find);
    for order in world.live.iter().filter(|order| order.status == OrderStatus::Pending) {
        find(RESTS, format!("order {}: pending, though nothing is on its way to it", order.order_id));
    }
    let prices: BTreeMap<OrderId, Price> = world.holds.iter().map(|h| (h.order_id, h.price)).collect();
    for order in &world.resting {
        let id = order.party.order_id;
        if let Some(price) = prices.get(&id).filter(|price| **price != order.price) {
            find(HELD, format!("order {id}: rests at {}, held is for {price}", order.price));
        }
    }
}

fn of_live(order: &LiveOrder) -> Facts {
    let LiveOrder { user_id, symbol, side, remaining, .. } = *order;
    Facts { user_id, symbol, side, remaining }
}

fn of_hold(hold: &PendingHold) -> Facts {
    let PendingHold { user_id, symbol, side, remaining, .. } = *hold;
    Facts { user_id, symbol, side, remaining }
}

fn of_resting(order: &Resting) -> Facts {
    let Resting { party, symbol, side, remaining, .. } = *order;
    Facts { user_id: party.user_id, symbol, side, remaining }
}

fn agree(
    rule: &'static str,
    [first_says, second_says]: [&str; 2],
    first: &BTreeMap<OrderId, Facts>,
    second: &BTreeMap<OrderId, Facts>,
    find: &mut impl FnMut(&'static str, String),
) {
    let said = |facts: Option<&Facts>| facts.map_or_else(|| "nothing".to_owned(), Facts::to_string);
    let ids: BTreeSet<&OrderId> = first.keys().chain(second.keys()).collect();
    for id in ids {
        let (a, b) = (first.get(id), second.get(id));
        if a != b {
            find(rule, format!("order {id}: {first_says} {}, {second_says} {}", said(a), said(b)));
        }
    }
}

fn trades(world: &World, find: &mut impl FnMut(&'static str, String)) {
    let World { ordering, portfolio, stock_data, .. } = world;
    let ids: BTreeSet<&TradeId> = ordering.keys().chain(portfolio.keys()).chain(stock_data.keys()).collect();
    for id in ids {
        let by_stock_data = stock_data.get(id).copied();
        let by_ordering = ordering.get(id).map(|trade| (trade.symbol, trade.price, trade.quantity));
        let by_portfolio = portfolio.get(id).map(|posted| (posted.symbol, posted.price, posted.bought));
        let same = by_stock_data.is_some()
            && by_stock_data == by_ordering
            && by_portfolio == by_stock_data.map(|(symbol, price, quantity)| (symbol, Some(price), quantity));
        if !same {
            let detail = format!(
                "trade {id}: stock-data says {}, ordering {}, portfolio {}",
                told(by_stock_data.map(|(symbol, price, quantity)| (symbol, Some(price), quantity))),
                told(by_ordering.map(|(symbol, price, quantity)| (symbol, Some(price), quantity))),
                told(by_portfolio)
            );
            find(TRADED, detail);
        }
        if let Some(trade) = ordering.get(id)
            && !(trade.sides.len() == 2
                && trade.sides.contains(&Side::Buy)
                && trade.sides.contains(&Side::Sell))
        {
            find(TRADED, format!("trade {id}: ordering has the sides {:?}", trade.sides));
        }
        if let Some(posted) = portfolio.get(id).filter(|posted| posted.bought != posted.sold) {
            find(TRADED, format!("trade {id}: portfolio has {} bought, {} sold", posted.bought, posted.sold));
        }
    }
}

fn told(trade: Option<(Symbol, Option<Price>, Quantity)>) -> String {
    match trade {
        Some((symbol, Some(price), quantity)) => format!("{quantity} {symbol} at {price}"),
        Some((symbol, None, quantity)) => format!("{quantity} {symbol} at two prices"),
        None => "nothing".to_owned(),
    }
}

#[cfg(test)]
#[path = "between_tests.rs"]
mod tests;
