//! The words of scenarios: what an order says after its quantity, and how events are told.

use super::scenario::{Names, number};
use crate::domain::{Incoming, Terms};
use contracts::matching::{MatchingEvent, Party};
use contracts::ordering::{Exit, Special, Trigger};
use contracts::{Price, Quantity, SelfTradePrevention, Side};
use std::fmt::Write;

/// Ticks of 0.01 and lots of 1.
pub fn units() -> (Price, Quantity) {
    ("0.01".parse().unwrap(), "1".parse().unwrap())
}

pub struct Words<'a> {
    words: std::iter::Peekable<std::slice::Iter<'a, &'a str>>,
    names: &'a mut Names,
}

impl<'a> Words<'a> {
    pub fn of(words: &'a [&'a str], names: &'a mut Names) -> Self {
        Words { words: words.iter().peekable(), names }
    }

    fn word(&mut self) -> &'a str {
        self.words.next().expect("one more word")
    }

    fn price(&mut self) -> Price {
        self.word().parse().unwrap()
    }

    pub fn order(mut self, party: Party, side: Side) -> Option<Incoming> {
        let quantity: Quantity = self.word().parse().unwrap();
        let mut special = Special::default();
        let (mut terms, mut is_oco) = (Terms::Rest, false);
        let price = match self.word() {
            "@" => self.price(),
            "at" => {
                terms = Terms::Immediate;
                assert_eq!((self.word(), self.word()), ("market", "worst"));
                self.price()
            }
            "stop" => special.trigger.insert(self.stop()).price,
            "trailing" => {
                let trail = self.price();
                assert_eq!(self.word(), "from");
                special.trigger.insert(Trigger { trail_amount: Some(trail), ..self.stop() }).price
            }
            _ => return None,
        };
        while let Some(word) = self.words.next() {
            match *word {
                "ioc" => terms = Terms::Immediate,
                "fok" => terms = Terms::AllOrNothing,
                "post-only" => terms = Terms::PostOnly,
                "repriced" => (terms, special.reprice) = (Terms::PostOnly, true),
                "showing" => special.display_quantity = Some(self.word().parse().unwrap()),
                "until" => {
                    let seconds = number(self.word(), "s");
                    special.expires_at = Some(super::at(i64::from(seconds) * 1000));
                }
                "cancel-oldest" => special.self_trade_prevention = SelfTradePrevention::CancelOldest,
                "cancel-both" => special.self_trade_prevention = SelfTradePrevention::CancelBoth,
                "decrement" => special.self_trade_prevention = SelfTradePrevention::Decrement,
                "or" => {
                    assert_eq!(self.word(), "stop");
                    (special.trigger, is_oco) = (Some(self.stop()), true);
                }
                "then" => special.exit = Some(self.exit()),
                _ => return None,
            }
        }
        let order = Incoming::new(party, (side, terms), (price, quantity), units()).unwrap();
        let special = (special != Special::default()).then(|| Box::new(special));
        Some(order.with(is_oco, special).unwrap())
    }

    /// `9.00 worst 8.50`, after the word `stop`.
    fn stop(&mut self) -> Trigger {
        let stop_price = self.price();
        let rests = match self.word() {
            "worst" => false,
            "limit" => true,
            other => panic!("{other:?}: worst or limit"),
        };
        Trigger { stop_price, trail_amount: None, price: self.price(), rests }
    }

    fn exit(&mut self) -> Exit {
        let label = self.word().strip_suffix(':').expect("the exit's label");
        let order_id = self.names.order_id(label);
        let mut exit = Exit { order_id, take_profit_price: None, stop_loss: None };
        if self.words.next_if(|word| **word == "stop").is_some() {
            exit.stop_loss = Some(self.stop());
            return exit;
        }
        exit.take_profit_price = Some(self.price());
        if self.words.next_if(|word| **word == "or").is_some() {
            assert_eq!(self.word(), "stop");
            exit.stop_loss = Some(self.stop());
        }
        exit
    }
}

/// Orders that come to rest, and icebergs that show more, are seen in the book's picture.
pub fn draw_event(event: &MatchingEvent, names: &Names, text: &mut String) {
    let user = |party: &Party| names.user(party.user_id).to_owned();
    match event {
        MatchingEvent::OrderOpened(_) | MatchingEvent::OrderRefreshed(_) => return,
        MatchingEvent::OrderFilled(e) => {
            let auction = if e.auction.is_some() { ", auction" } else { "" };
            let (seller, buyer) = (user(e.seller()), user(e.buyer()));
            write!(text, "trade {} @ {}  {seller} → {buyer}{auction}", e.quantity, e.price)
        }
        MatchingEvent::OrderLeftBook(e) => {
            let rested = if e.rested { "" } else { ", never rested" };
            write!(text, "{} left {} @ {}: {}{rested}", user(&e.party), e.quantity, e.price, e.reason)
        }
        MatchingEvent::OrderArmed(e) => write!(text, "{} armed {}", user(&e.party), e.quantity),
        MatchingEvent::OrderTriggered(e) => {
            let was = if e.was.is_nothing() { String::new() } else { format!(", was @ {}", e.was.price) };
            write!(
                text,
                "{} triggered at {}: {} @ {}{was}",
                user(&e.party),
                e.stop_price,
                e.quantity,
                e.price
            )
        }
        MatchingEvent::OrderReduced(e) => {
            write!(text, "{} reduced by {} to {}: {}", user(&e.party), e.by, e.quantity, e.reason)
        }
        MatchingEvent::OrderAmended(e) => {
            write!(
                text,
                "{} amended {} @ {} to {} @ {}",
                user(&e.party),
                e.was_quantity,
                e.was.price,
                e.quantity,
                e.price
            )
        }
        MatchingEvent::AmendmentRefused(e) => write!(text, "{} not amended: {}", user(&e.party), e.reason),
        MatchingEvent::PhaseChanged(e) => {
            let until = e.until.map(|until| (until - super::at(0)).num_seconds());
            let until = until.map_or(String::new(), |seconds| format!(" until {seconds}s"));
            write!(text, "phase {}{until}", e.phase)
        }
        MatchingEvent::AuctionIndicated(e) => {
            let price = e.price.map_or("no price".to_owned(), |price| price.to_string());
            let side =
                e.imbalance_side.map_or(String::new(), |side| format!(", {} more to {side}", e.imbalance));
            write!(text, "indicated {} @ {price}{side}", e.quantity)
        }
    }
    .unwrap();
    text.push('\n');
}
