//! What a line says.

use super::{World, at};
use crate::domain::{rows::Rows, sender::Sender};
use crate::handlers::{self, Outcome};
use chassis::Poison;
use chassis::settings::Fees;
use contracts::intake::{Body, ClientMessage, IntakeReply};
use contracts::matching::{
    AmendmentRefused, Auction, MatchingEvent, OrderAmended, OrderArmed, OrderFilled, OrderLeftBook,
    OrderOpened, OrderReduced, OrderTriggered, Was,
};
use contracts::stock_data::{
    Feed, FeedSource, Instrument, InstrumentState, Quote, TradingHours, TradingRules,
};
use contracts::{Code, OrderId, Price, Quantity, Refusal, Symbol, TradeId, UserId, accounts::User};
use uuid::Uuid;

impl World {
    pub(super) fn message(&mut self, message: &str, rows: &mut Rows, out: &mut String) -> Result<(), Poison> {
        let words: Vec<&str> = message.split_whitespace().collect();
        match words.as_slice() {
            ["limit", count] => self.desk.limits.open_orders_per_user = count.parse().unwrap(),
            ["fees", maker, taker] => {
                self.desk.fees = Fees {
                    maker_basis_points: maker.parse().unwrap(),
                    taker_basis_points: taker.parse().unwrap(),
                };
            }
            [name, "joins", "as", role] => {
                let user_id = UserId(self.id(name));
                let user = User { user_id, name: name.to_string(), role: role.parse().unwrap(), demo: true };
                handlers::user_changed::apply(&mut self.desk, rows, &user);
            }
            ["portfolio", "refuses", order, .., code] => return self.portfolio(order, code, rows),
            ["book", sequence, rest @ ..] => {
                let event = self.book(sequence.trim_end_matches(':').parse().unwrap(), rest, rows);
                return handlers::book::apply(&mut self.desk, rows, &event, at(self.second));
            }
            [symbol, "last", price] => {
                let quote = quote(symbol.parse().unwrap(), price.parse().unwrap(), at(self.second));
                return handlers::price_changed::apply(&mut self.desk, rows, &quote);
            }
            [symbol, "follows", "binance,", heard @ ("silent" | "heard")] => {
                let feed = Feed { stale: *heard == "silent", ..Feed::silent(FeedSource::Binance) };
                let symbol = symbol.parse().unwrap();
                return handlers::feed_changed::apply(&mut self.desk, rows, symbol, Some(&feed));
            }
            [symbol, "follows", "nothing"] => {
                return handlers::feed_changed::apply(&mut self.desk, rows, symbol.parse().unwrap(), None);
            }
            [symbol, rest @ ..] if matches!(rest[0], "lists" | "trades" | "halts" | "resumes") => {
                let instrument = self.instrument(symbol.parse().unwrap(), rest);
                return handlers::instrument_changed::apply(&mut self.desk, rows, &instrument);
            }
            words => self.client(words, rows, out),
        }
        Ok(())
    }

    fn portfolio(&mut self, order: &str, code: &str, rows: &mut Rows) -> Result<(), Poison> {
        let (now, refusal) = (at(self.second), Refusal::new(code.parse().unwrap(), "says portfolio"));
        let (party, _) = self.party(order.trim_end_matches("'s"));
        let (order_id, user_id) = (party.order_id, party.user_id);
        if order.ends_with("'s") {
            return handlers::amendment_refused::apply(&mut self.desk, rows, order_id, user_id, refusal, now);
        }
        handlers::order_refused::apply(&mut self.desk, rows, order_id, user_id, refusal, now)
    }

    fn instrument(&mut self, symbol: Symbol, words: &[&str]) -> Instrument {
        let known = self.instruments.get(&symbol).cloned();
        let instrument = match words {
            ["lists", "tick", tick, "lot", lot, "close", close] => Instrument {
                symbol,
                name: symbol.to_string(),
                currency: "USD".into(),
                tick_size: tick.parse().unwrap(),
                lot_size: lot.parse().unwrap(),
                previous_close: close.parse().unwrap(),
                state: InstrumentState::Open,
                rules: TradingRules::default(),
            },
            ["trades", days, opens, closes] => {
                let hours = TradingHours {
                    days: days.split(',').map(|day| day.parse().unwrap()).collect(),
                    opens: opens.parse().unwrap(),
                    closes: closes.parse().unwrap(),
                };
                let rules = TradingRules { hours: Some(hours), ..TradingRules::default() };
                Instrument { rules, ..known.unwrap() }
            }
            ["halts"] => Instrument { state: InstrumentState::Halted, ..known.unwrap() },
            ["resumes"] => Instrument { state: InstrumentState::Open, ..known.unwrap() },
            other => panic!("no such line: {other:?}"),
        };
        self.instruments.insert(symbol, instrument.clone());
        instrument
    }

    fn client(&mut self, words: &[&str], rows: &mut Rows, out: &mut String) {
        let (words, sender) = match words {
            [rest @ .., "by", sender] => (rest, Sender::named(sender)),
            rest => (rest, Sender::Trusted),
        };
        let now = at(self.second);
        let body = self.body(words);
        let outcome = match body.check() {
            Ok(ClientMessage::PlaceOrder(order)) => {
                self.owners.entry(order.order_id).or_insert((order.user_id, order.side));
                if let Some(exit) = order.terms.exit_order_id {
                    self.owners.entry(exit).or_insert((order.user_id, order.side.opposite()));
                }
                handlers::place_order::apply(&mut self.desk, rows, sender, &order, now)
            }
            Ok(ClientMessage::CancelOrder { order_id, user_id }) => {
                handlers::cancel_order::apply(&self.desk, rows, sender, order_id, user_id)
            }
            Ok(ClientMessage::AmendOrder(amend)) => {
                handlers::amend_order::apply(&mut self.desk, rows, sender, &amend, now)
            }
            Ok(ClientMessage::CancelOrders(asked)) => {
                handlers::cancel_orders::apply(&self.desk, rows, sender, &asked)
            }
            Err(refusal) => {
                let order_id = body.order_id.as_deref().map(|id| id.parse().unwrap());
                Outcome { reply: IntakeReply::rejected(order_id, refusal), commands: Vec::new() }
            }
        };
        self.show(outcome, out);
    }

    /// As its client writes it.
    fn body(&mut self, words: &[&str]) -> Body<'static> {
        let (kind, order, user, terms) = match words {
            [order, user, "cancels"] => ("cancel_order", Some(*order), *user, Body::default()),
            [user, "cancels", "all", of @ ..] => ("cancel_orders", None, *user, filter(of)),
            [order, user, "amends", rest @ ..] => {
                let mut body = Body::default();
                for pair in rest.chunks(2) {
                    match pair {
                        ["to", quantity] => body.quantity = text(quantity),
                        ["@", limit] => body.limit_price = text(limit),
                        other => panic!("no amendment: {other:?}"),
                    }
                }
                ("amend_order", Some(*order), *user, body)
            }
            [order, user, verb @ ("buys" | "sells"), quantity, symbol, terms @ ..] => {
                let (terms, replaces) = match terms {
                    [terms @ .., "instead", "of", was] => (terms, text(&self.id(was).to_string())),
                    terms => (terms, None),
                };
                let kind = if replaces.is_some() { "replace_order" } else { "place_order" };
                let body = Body {
                    side: text(verb.trim_end_matches('s')),
                    quantity: text(quantity),
                    symbol: text(symbol),
                    replaces,
                    ..self.terms(terms)
                };
                (kind, Some(*order), *user, body)
            }
            other => panic!("no such line: {other:?}"),
        };
        Body {
            kind: kind.into(),
            order_id: order.and_then(|order| text(&self.id(order.trim_end_matches(':')).to_string())),
            user_id: self.id(user).to_string().into(),
            ..terms
        }
    }

    fn terms(&mut self, words: &[&str]) -> Body<'static> {
        let mut body = Body { order_type: text(order_type(words)), ..Body::default() };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut next = || *words.next().unwrap_or_else(|| panic!("nothing after {word}"));
            match *word {
                "oco" => {}
                "at" => assert_eq!(next(), "market"),
                "@" => body.limit_price = text(next()),
                "stop" => body.stop_price = text(next()),
                "trail" => body.trail_amount = text(next()),
                "then" => body.stop_limit_price = text(next()),
                "show" => body.display_quantity = text(next()),
                "post-only" => body.post_only = Some(true),
                "reprice" => body.reprice = Some(true),
                "prevent" => body.self_trade_prevention = text(next()),
                "exit" => body.exit_order_id = text(&self.id(next()).to_string()),
                "take" => body.take_profit_price = text(next()),
                "loss" => body.stop_loss_price = text(next()),
                "until" => {
                    let seconds: i64 = next().parse().unwrap();
                    body.time_in_force = text("gtd");
                    body.expires_at = text(&at(self.second + seconds).to_rfc3339());
                }
                time @ ("gtc" | "day" | "ioc" | "fok") => body.time_in_force = text(time),
                other => panic!("no such term: {other}"),
            }
        }
        body
    }

    fn book(&mut self, sequence: u64, words: &[&str], rows: &Rows) -> MatchingEvent {
        let symbol: Symbol = "ACME".parse().unwrap();
        let quantity = |text: &str| text.parse::<Quantity>().unwrap();
        let price = |text: &str| text.parse::<Price>().unwrap();
        match words {
            ["opens", order, rest, at_price @ ..] => {
                let (party, side) = self.party(order);
                let price = match at_price {
                    ["@", given] => price(given),
                    _ => rows.order(party.order_id).map_or(price("187"), |ticket| ticket.price),
                };
                MatchingEvent::OrderOpened(OrderOpened {
                    party,
                    symbol,
                    sequence,
                    side,
                    price,
                    quantity: quantity(rest),
                    visible: None,
                    repriced: !at_price.is_empty(),
                })
            }
            ["arms", order, rest] => {
                let ((party, side), quantity) = (self.party(order), quantity(rest));
                MatchingEvent::OrderArmed(OrderArmed { party, symbol, sequence, side, quantity })
            }
            ["triggers", order, rest, "stop", stop, "@", worst] => {
                let (party, side) = self.party(order);
                let (stop_price, price, quantity, was) =
                    (price(stop), price(worst), quantity(rest), Was::default());
                MatchingEvent::OrderTriggered(OrderTriggered {
                    party,
                    symbol,
                    sequence,
                    side,
                    stop_price,
                    price,
                    quantity,
                    was,
                })
            }
            ["reduces", order, "by", by, "to", rest, reason] => {
                let (party, side) = self.party(order);
                let (by, quantity, reason) = (quantity(by), quantity(rest), reason.parse().unwrap());
                let (price, visible_by) = (price("187"), by);
                MatchingEvent::OrderReduced(OrderReduced {
                    party,
                    symbol,
                    sequence,
                    side,
                    price,
                    by,
                    quantity,
                    visible_by,
                    reason,
                })
            }
            ["amends", order, "from", was, "to", rest, "@", limit] => {
                let (party, side) = self.party(order);
                let (price, was_quantity, quantity) = (price(limit), quantity(was), quantity(rest));
                let was = Was::default();
                MatchingEvent::OrderAmended(OrderAmended {
                    party,
                    symbol,
                    sequence,
                    side,
                    price,
                    was_quantity,
                    quantity,
                    was,
                })
            }
            ["refuses", order, "amendment", reason] => {
                let (party, _) = self.party(order.trim_end_matches("'s"));
                let reason = reason.parse().unwrap();
                MatchingEvent::AmendmentRefused(AmendmentRefused { party, symbol, sequence, reason })
            }
            ["drops", order, rest, why @ ..] => {
                let (party, side) = self.party(order);
                let (reason, replaced_by) = match why {
                    ["for", by] => (Code::Replaced, Some(OrderId(self.id(by)))),
                    [reason] => (reason.parse().unwrap(), None),
                    other => panic!("no reason: {other:?}"),
                };
                let (price, quantity) = (price("187"), quantity(rest));
                MatchingEvent::OrderLeftBook(OrderLeftBook {
                    party,
                    symbol,
                    sequence,
                    side,
                    price,
                    quantity,
                    rested: true,
                    visible: None,
                    reason,
                    replaced_by,
                })
            }
            ["fills", filled, "@", at_price, taker, "takes", maker, how @ ..] => {
                let ((maker, maker_side), (taker, taker_side)) = (self.party(maker), self.party(taker));
                // Of a stranger nothing is known but that he is on the other side.
                let taker_side = if taker.ordering == 1 { maker_side.opposite() } else { taker_side };
                let price = price(at_price);
                MatchingEvent::OrderFilled(OrderFilled {
                    trade_id: TradeId(Uuid::from_u128(u128::from(sequence))),
                    symbol,
                    sequence,
                    price,
                    quantity: quantity(filled),
                    taker_side,
                    maker,
                    taker,
                    auction: (how == ["in", "an", "auction"]).then_some(Auction { bid: price, ask: price }),
                })
            }
            other => panic!("no book says: {other:?}"),
        }
    }
}

fn order_type(words: &[&str]) -> &'static str {
    let has = |word: &str| words.contains(&word);
    match (has("stop"), has("@")) {
        _ if has("oco") => "oco",
        _ if has("trail") => "trailing_stop",
        (true, true) => "stop_limit",
        (true, false) => "stop",
        (false, _) if has("market") => "market",
        (false, _) => "limit",
    }
}

fn filter(words: &[&str]) -> Body<'static> {
    let mut body = Body::default();
    for word in words {
        match *word {
            side @ ("buy" | "sell") => body.side = text(side),
            symbol => body.symbol = text(symbol),
        }
    }
    body
}

fn text(text: &str) -> Option<std::borrow::Cow<'static, str>> {
    Some(text.to_owned().into())
}

fn quote(symbol: Symbol, price: Price, at: contracts::Timestamp) -> Quote {
    let (last_price, open, high, low, previous_close) = (price, price, price, price, price);
    let (change, change_percent) = (contracts::Money::ZERO, "0.00".into());
    let volume = Quantity::ZERO;
    Quote { symbol, last_price, open, high, low, volume, previous_close, change, change_percent, at }
}
