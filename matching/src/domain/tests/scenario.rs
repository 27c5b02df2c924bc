//! The interpreter of scenarios: one line a command, and what came of them as text.
//!
//! `ann sells 100 @ 10.00` · `ann sells a1: 100 @ 10.00` (an id to name later) ·
//! `cat buys 50 at market worst 11.00` · `dan buys 5 @ 10.00 fok` · `ann cancels a1` ·
//! `ann amends a1 from 100 to 50 @ 10.00` · `ann replaces a1 with 100 left: sells a2: 50 @ 10.00` · `in OTHER` (the lines after it) · `after 10s` ·
//! `halted` · `open with 20s auctions` · `band 10% limit 5s halt 10s auctions 20s`
//!
//! After the price: `ioc`, `fok`, `post-only`, `repriced`, `showing 10`, `until 60s`,
//! `cancel-oldest`, `cancel-both`, `decrement`, `or stop 9.00 worst 8.50` (or `limit 8.90`),
//! `then x: 11.00 or stop 9.00 worst 8.50`. Instead of it: `stop 9.00 worst 8.50` (or `limit`),
//! `trailing 0.50 from 9.00 worst 8.50`.

use super::words::{Words, draw_event};
use crate::domain::{Amend, Book, Command, Incoming, Replacement, Settings};
use contracts::matching::{MatchingEvent, Party};
use contracts::stock_data::PriceBand;
use contracts::{OrderId, Price, Side, Symbol, UserId};
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
pub struct Names {
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

    pub fn user(&self, id: UserId) -> &str {
        &self.users[id.0.as_u64_pair().1 as usize]
    }

    pub fn order_id(&mut self, label: &str) -> OrderId {
        OrderId(Uuid::from_u64_pair(7, Names::number(&mut self.orders, label)))
    }
}

struct Market {
    symbol: Symbol,
    seconds: i64,
    names: Names,
    books: BTreeMap<Symbol, Book>,
    events: Vec<MatchingEvent>,
}

impl Default for Market {
    fn default() -> Self {
        let (books, events) = Default::default();
        Market { symbol: super::symbol(), seconds: 0, names: Names::default(), books, events }
    }
}

impl Market {
    fn run(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let mut commands = Vec::new();
        match words[..] {
            ["in", symbol] => {
                self.symbol = symbol.parse().unwrap();
                return;
            }
            ["after", seconds] => self.seconds += i64::from(number(seconds, "s")),
            _ => commands.push(self.command(&words).unwrap_or_else(|| panic!("no command: {line:?}"))),
        }
        let book = self.books.entry(self.symbol).or_insert_with(|| Book::new(self.symbol));
        book.run_batch(&commands, super::at(self.seconds * 1000), &mut self.events);
    }

    fn command(&mut self, words: &[&str]) -> Option<Command> {
        if let Some(settings) = settings(words) {
            return Some(Command::Configure(settings));
        }
        let user_id = UserId(Uuid::from_u64_pair(9, Names::number(&mut self.names.users, words[0])));
        match words {
            [_, "cancels", label] => {
                return Some(Command::Cancel { order_id: self.names.order_id(label), user_id });
            }
            [_, "amends", label, "from", was, "to", quantity, "@", price] => {
                let (tick_size, lot_size) = super::words::units();
                let amend = Amend {
                    order_id: self.names.order_id(label),
                    user_id,
                    was_quantity: was.parse().unwrap(),
                    quantity: quantity.parse().unwrap(),
                    price: price.parse().unwrap(),
                    tick_size,
                    lot_size,
                };
                return Some(Command::Amend(amend.checked().unwrap()));
            }
            _ => {}
        }
        if let [_, "replaces", label, "with", left, "left:", order @ ..] = words {
            let (was, left) = (self.names.order_id(label), left.parse().unwrap());
            let by = self.order(user_id, order)?;
            return Some(Command::Replace(Replacement::new(was, left, by).unwrap()));
        }
        self.order(user_id, &words[1..]).map(Command::Place)
    }

    fn order(&mut self, user_id: UserId, words: &[&str]) -> Option<Incoming> {
        let side = match words[0] {
            "buys" => Side::Buy,
            "sells" => Side::Sell,
            _ => return None,
        };
        let (label, rest) = match words[1].strip_suffix(':') {
            Some(label) => (label.to_owned(), &words[2..]),
            None => (format!("#{}", self.names.orders.len()), &words[1..]),
        };
        let party = Party { order_id: self.names.order_id(&label), user_id, ordering: 0 };
        Words::of(rest, &mut self.names).order(party, side)
    }

    /// Trades and departures as they happened, then the books: asks best last, bids best first.
    fn draw(&self) -> String {
        let mut text = String::new();
        for event in &self.events {
            draw_event(event, &self.names, &mut text);
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
                let hidden = order.quantity.minus(order.visible).unwrap();
                let hidden = if hidden.is_zero() { String::new() } else { format!(", {hidden} unseen") };
                writeln!(text, "{place}{side} {} × {} ({user}{hidden})", order.price, order.visible).unwrap();
            }
            for order in book.waiting() {
                let user = self.names.user(order.party.user_id);
                writeln!(text, "waits: {} {} @ {} ({user})", order.side, order.quantity, order.price)
                    .unwrap();
            }
        }
        text
    }
}

/// `60s`
pub fn number(word: &str, unit: &str) -> u32 {
    word.strip_suffix(unit).unwrap_or_else(|| panic!("{word:?} is not in {unit}")).parse().unwrap()
}

fn settings(words: &[&str]) -> Option<Settings> {
    let open = Settings { previous_close: "10".parse::<Price>().unwrap(), ..Settings::default() };
    match words {
        ["halted"] => Some(Settings { halted: true, ..open }),
        ["open"] => Some(open),
        ["open", "with", auction, "auctions"] => {
            Some(Settings { auction_seconds: number(auction, "s"), ..open })
        }
        ["band", percent, "limit", limit, "halt", halt, "auctions", auction] => {
            let band = PriceBand {
                basis_points: number(percent, "%") * 100,
                limit_state_seconds: number(limit, "s"),
                halt_seconds: number(halt, "s"),
            };
            Some(Settings { band: Some(band), auction_seconds: number(auction, "s"), ..open })
        }
        _ => None,
    }
}
