//! What a plan needs: who must have how much before the first order.

use crate::bots::{self, QUOTER, TICKS_PER_UNIT};
use crate::plan::{Kind, Message, Plan};
use crate::prices::{self, QUOTE_TICKS};
use contracts::{Money, Quantity, Side};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// What each bot is given once; most runs need no more.
pub const ENDOWMENT_CASH: i64 = 10_000_000;
pub const ENDOWMENT_SHARES: i64 = 100_000;

/// A market order binds its user up to the collar and the fee; nobody's collar is wider than that.
const WORST_MARKET_PRICE: i64 = 2 * bots::PRICE;
/// An order of the quoter's has at most so many shares; ordering takes no more.
const QUOTE_QUANTITY_MAX: i64 = 1_000_000;

/// In whole units of the currency, and in shares by stock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Need {
    pub cash: i64,
    pub shares: BTreeMap<u16, i64>,
}

/// A standing order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    pub symbol: u16,
    pub side: Side,
    pub ticks: u16,
    pub quantity: i64,
}

/// The sides on which a message takes from the quote.
fn takes(message: &Message) -> Vec<Side> {
    match message.kind {
        Kind::Market | Kind::Stop | Kind::StopLimit | Kind::Trailing | Kind::Oco => vec![message.side],
        // And its exit, what it has got.
        Kind::Bracket => vec![message.side, message.side.opposite()],
        Kind::Rest | Kind::PostOnly | Kind::Reprice | Kind::GoodTillDate | Kind::Swept => Vec::new(),
        Kind::Immediate | Kind::FillOrKill | Kind::SelfTrade(_) => Vec::new(),
        Kind::CrossFirst | Kind::CrossSecond | Kind::Iceberg => Vec::new(),
        Kind::Cancel | Kind::Amend | Kind::Replace | Kind::CancelAll => Vec::new(),
    }
}

/// What the plan's market orders meet.
pub fn quotes(plan: &Plan) -> Vec<Quote> {
    let mut taken = BTreeMap::<(u16, bool), i64>::new();
    for message in &plan.messages {
        for side in takes(message) {
            *taken.entry((message.symbol, side == Side::Buy)).or_default() += i64::from(message.quantity);
        }
    }
    let mut quotes = Vec::new();
    for ((symbol, bought), mut left) in taken {
        let side = if bought { Side::Sell } else { Side::Buy };
        while left > 0 {
            let quantity = left.min(QUOTE_QUANTITY_MAX);
            quotes.push(Quote { symbol, side, ticks: QUOTE_TICKS, quantity });
            left -= quantity;
        }
    }
    quotes
}

/// As if every order were filled or rested for ever, and nothing came in.
pub fn needs(plan: &Plan, quotes: &[Quote], fee_basis_points: u32) -> FxHashMap<u32, Need> {
    let mut needs = FxHashMap::<u32, Need>::default();
    let mut add = |user: u32, symbol: u16, side: Side, quantity: i64, price_ticks: i64| {
        let need = needs.entry(user).or_default();
        match side {
            Side::Sell => *need.shares.entry(symbol).or_default() += quantity,
            Side::Buy => {
                let value = quantity * price_ticks;
                let fee = value * i64::from(fee_basis_points) / 10_000 + TICKS_PER_UNIT;
                need.cash += (value + fee).div_euclid(TICKS_PER_UNIT) + 1;
            }
        }
    };
    for message in &plan.messages {
        let Message { user, symbol, quantity, .. } = *message;
        let taking = takes(message);
        taking.iter().for_each(|side| {
            add(user, symbol, *side, i64::from(quantity), WORST_MARKET_PRICE * TICKS_PER_UNIT)
        });
        // A cancel names no price.
        if let Some(price) = prices::limit(message).filter(|_| taking.is_empty()) {
            add(user, symbol, message.side, i64::from(quantity), price);
        }
    }
    for quote in quotes {
        add(QUOTER, quote.symbol, quote.side, quote.quantity, bots::PRICE * TICKS_PER_UNIT);
    }
    needs
}

pub fn money(units: i64) -> Money {
    Money::from_micros(units * contracts::amount::SCALE)
}

pub fn shares(units: i64) -> Quantity {
    Quantity::from_micros(units * contracts::amount::SCALE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(user: u32, side: Side, kind: Kind, quantity: u8, ticks: u16) -> Message {
        Message { user, target: 0, symbol: 1, ticks, quantity, side, kind }
    }

    #[test]
    fn a_buyer_needs_cash_a_seller_shares_and_a_cancel_nothing() {
        let messages = vec![
            message(1, Side::Buy, Kind::Rest, 10, 150),
            message(1, Side::Buy, Kind::Cancel, 10, 150),
            message(2, Side::Sell, Kind::CrossFirst, 10, 0),
            message(2, Side::Sell, Kind::CrossSecond, 10, 0),
            message(3, Side::Buy, Kind::Market, 1, 0),
        ];
        let plan = Plan { messages, users: 10, symbols: 2 };
        let needs = needs(&plan, &[], 0);
        // 10 at 98.50, and a little to be on the safe side.
        assert_eq!(needs[&1], Need { cash: 987, shares: BTreeMap::new() });
        assert_eq!(needs[&2], Need { cash: 0, shares: BTreeMap::from([(1, 20)]) });
        assert_eq!(needs[&3].cash, 202);
    }

    #[test]
    fn the_quoter_stands_ready_for_all_market_orders_and_has_what_he_quotes() {
        let messages = vec![
            message(1, Side::Buy, Kind::Market, 7, 0),
            message(2, Side::Buy, Kind::Market, 5, 0),
            message(3, Side::Sell, Kind::Market, 2, 0),
        ];
        let plan = Plan { messages, users: 10, symbols: 2 };
        let quotes = quotes(&plan);
        let seen: Vec<_> = quotes.iter().map(|quote| (quote.side, quote.quantity)).collect();
        assert_eq!(seen, [(Side::Buy, 2), (Side::Sell, 12)]);
        let needs = needs(&plan, &quotes, 0);
        assert_eq!(needs[&QUOTER].shares, BTreeMap::from([(1, 12)]));
        assert!(needs[&QUOTER].cash >= 200);
    }

    #[test]
    fn what_triggers_takes_from_the_quote_and_an_exit_takes_on_the_other_side() {
        let messages = vec![
            message(1, Side::Sell, Kind::Stop, 7, 200),
            message(1, Side::Sell, Kind::Oco, 1, 200),
            message(1, Side::Buy, Kind::Bracket, 2, 200),
            message(1, Side::Buy, Kind::Amend, 3, 200),
            message(1, Side::Buy, Kind::CancelAll, 0, 0),
        ];
        let plan = Plan { messages, users: 10, symbols: 2 };
        let quotes = quotes(&plan);
        let seen: Vec<_> = quotes.iter().map(|quote| (quote.side, quote.quantity)).collect();
        assert_eq!(seen, [(Side::Buy, 10), (Side::Sell, 2)]);
        let needs = needs(&plan, &quotes, 0);
        assert_eq!(needs[&1].shares, BTreeMap::from([(1, 10)]));
        // 2 at no more than 200, and 3 at 98.
        assert_eq!(needs[&1].cash, 402 + 296);
    }
}
