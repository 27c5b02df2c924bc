//! The interpreter of scenarios: one line a command, and what came of them as text.
//!
//! `ann sells 100 @ 10.00` · `ann sells a1: 100 @ 10.00` (an id to name later) ·
//! `cat buys 50 at market, worst 11.00` · `dan buys 5 @ 10.00 fok` (or `ioc`, `post-only`) · `ann cancels a1` · `in OTHER` (the lines after it)

use crate::domain::{Book, Command, Incoming, Terms};
use contracts::matching::{MatchingEvent, Party};
use contracts::{OrderId, Price, Quantity, Side, Symbol, UserId};
use expect_test::Expect;
use std::collections::BTreeMap;
use std::fmt::Write;
use uuid::Uuid;

pub fn check(scenario: &str, expect: Expect) {
    let mut market = Market { symbol: super::symbol(), ..Market::default() };
    for line in scenario.lines().map(str::trim).filter(|line| !line.is_empty()) {
        market.run(line);
    }
    expect.assert_eq(&market.draw());
}

#[derive(Default)]
struct Names {
    users: Vec<String>,
    orders: Vec<String>,
}

impl Names {
    fn number(names: &mut Vec<String>, name: &str) -> u64 {
        let known = names.iter().position(|known| known == name);
        known.unwrap_or_else(|| {
            names.push(name.to_owned());
            names.len() - 1
        }) as u64
    }

    fn user(&self, id: UserId) -> &str {
        &self.users[id.0.as_u64_pair().1 as usize]
    }
}

struct Market {
    symbol: Symbol,
    names: Names,
    books: BTreeMap<Symbol, Book>,
    events: Vec<MatchingEvent>,
}

impl Default for Market {
    fn default() -> Self {
        let (books, events) = Default::default();
        Market { symbol: super::symbol(), names: Names::default(), books, events }
    }
}

impl Market {
    fn run(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let ["in", symbol] = words[..] {
            self.symbol = symbol.parse().unwrap();
            return;
        }
        let command = self.command(&words).unwrap_or_else(|| panic!("no command: {line:?}"));
        let book = self.books.entry(self.symbol).or_insert_with(|| Book::new(self.symbol));
        book.run(&command, super::at(0), &mut self.events);
    }

    fn command(&mut self, words: &[&str]) -> Option<Command> {
        let user_id = UserId(Uuid::from_u64_pair(9, Names::number(&mut self.names.users, words[0])));
        if let [_, "cancels", label] = words {
            return Some(Command::Cancel { order_id: self.order_id(label), user_id });
        }
        let side = match words[1] {
            "buys" => Side::Buy,
            "sells" => Side::Sell,
            _ => return None,
        };
        let (label, rest) = match words[2].strip_suffix(':') {
            Some(label) => (label.to_owned(), &words[3..]),
            None => (format!("#{}", self.names.orders.len()), &words[2..]),
        };
        let (quantity, terms, price) = match rest {
            [quantity, "@", price] => (quantity, Terms::Rest, price),
            [quantity, "@", price, "post-only"] => (quantity, Terms::PostOnly, price),
            [quantity, "@", price, "ioc"] => (quantity, Terms::Immediate, price),
            [quantity, "@", price, "fok"] => (quantity, Terms::AllOrNothing, price),
            [quantity, "at", "market,", "worst", price] => (quantity, Terms::Immediate, price),
            _ => return None,
        };
        let party = Party { order_id: self.order_id(&label), user_id, ordering: 0 };
        let amounts: (Price, Quantity) = (price.parse().unwrap(), quantity.parse().unwrap());
        let units = ("0.01".parse().unwrap(), "1".parse().unwrap());
        Some(Command::Place(Incoming::new(party, (side, terms), amounts, units).unwrap()))
    }

    fn order_id(&mut self, label: &str) -> OrderId {
        OrderId(Uuid::from_u64_pair(7, Names::number(&mut self.names.orders, label)))
    }

    /// Trades and departures as they happened, then the books: asks best last, bids best first.
    fn draw(&self) -> String {
        let mut text = String::new();
        for event in &self.events {
            self.draw_event(event, &mut text);
        }
        for book in self.books.values() {
            let orders: Vec<_> = book.resting().collect();
            let asks = orders.iter().filter(|order| order.side == Side::Sell).rev();
            let bids = orders.iter().filter(|order| order.side == Side::Buy);
            for order in asks.chain(bids) {
                let (side, user) = (
                    ["bid", "ask"][usize::from(order.side == Side::Sell)],
                    self.names.user(order.party.user_id),
                );
                let place = if self.books.len() > 1 { format!("{} ", book.symbol()) } else { String::new() };
                writeln!(text, "{place}{side} {} × {} ({user})", order.price, order.quantity).unwrap();
            }
        }
        text
    }

    fn draw_event(&self, event: &MatchingEvent, text: &mut String) {
        match event {
            MatchingEvent::OrderOpened(_) => {}
            MatchingEvent::OrderFilled(trade) => {
                let (seller, buyer) = (trade.seller().user_id, trade.buyer().user_id);
                let (seller, buyer) = (self.names.user(seller), self.names.user(buyer));
                writeln!(text, "trade {} @ {}  {seller} → {buyer}", trade.quantity, trade.price).unwrap();
            }
            MatchingEvent::OrderLeftBook(left) => {
                let user = self.names.user(left.party.user_id);
                let rested = if left.rested { "" } else { ", never rested" };
                writeln!(text, "{user} left {} @ {}: {}{rested}", left.quantity, left.price, left.reason)
                    .unwrap();
            }
        }
    }
}
