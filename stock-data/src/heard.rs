//! What of matching's stream is for stock-data: trades, phases, and that orders came.

use crate::rules::{Filled, Input};
use chrono::SubsecRound;
use contracts::{
    OrderId, Symbol, Timestamp,
    matching::{OrderFilled, PhaseChanged, Was},
    stock_data::Trade,
};
use serde::{Deserialize, de::IgnoredAny};

/// Matching's events, of which most are not for us: those are read over, which costs a fraction.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Heard {
    OrderFilled(OrderFilled),
    PhaseChanged(PhaseChanged),
    OrderOpened(Opened),
    OrderLeftBook(Left),
    OrderArmed(IgnoredAny),
    OrderTriggered(Triggered),
    OrderReduced(IgnoredAny),
    OrderAmended(Amended),
    OrderRefreshed(IgnoredAny),
    AmendmentRefused(IgnoredAny),
    AuctionIndicated(IgnoredAny),
}

#[derive(Deserialize)]
struct Opened {
    order_id: OrderId,
    symbol: Symbol,
}

#[derive(Deserialize)]
struct Left {
    order_id: OrderId,
    symbol: Symbol,
    rested: bool,
}

#[derive(Deserialize)]
struct Triggered {
    order_id: OrderId,
    symbol: Symbol,
    #[serde(default)]
    was: Was,
}

#[derive(Deserialize)]
struct Amended {
    order_id: OrderId,
    symbol: Symbol,
}

/// That something was said of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    pub order_id: OrderId,
    pub symbol: Symbol,
    pub at: Timestamp,
    /// Whether it begins to trade, rests for the first time or leaves without, unless the step has heard of
    /// it before.
    pub is_new: bool,
}

/// The trades, phases and orders among a stream's events, which happened `at` that time.
pub fn decode(events: &[u8], at: Timestamp) -> Result<Vec<Input>, String> {
    let heard: Vec<Heard> = serde_json::from_slice(events).map_err(|e| e.to_string())?;
    // Postgres keeps no more, and memory should have what it would read again.
    let at = at.trunc_subsecs(6);
    let seen = |order_id, symbol, is_new| Some(Input::OrderSeen(Seen { order_id, symbol, at, is_new }));
    let ours = heard.into_iter().filter_map(|event| match event {
        Heard::OrderFilled(filled) => Some(Input::OrderFilled(Filled::of(&filled, at))),
        Heard::PhaseChanged(changed) => Some(Input::PhaseChanged(changed.symbol, changed.phase)),
        Heard::OrderOpened(Opened { order_id, symbol }) => seen(order_id, symbol, true),
        Heard::OrderLeftBook(Left { order_id, symbol, rested }) => seen(order_id, symbol, !rested),
        // One that rested came when it came to rest.
        Heard::OrderTriggered(Triggered { order_id, symbol, was }) => {
            seen(order_id, symbol, was.is_nothing())
        }
        Heard::OrderAmended(Amended { order_id, symbol }) => seen(order_id, symbol, false),
        Heard::OrderArmed(_)
        | Heard::OrderReduced(_)
        | Heard::OrderRefreshed(_)
        | Heard::AmendmentRefused(_)
        | Heard::AuctionIndicated(_) => None,
    });
    Ok(ours.collect())
}

impl Filled {
    fn of(filled: &OrderFilled, at: Timestamp) -> Self {
        let OrderFilled { trade_id, symbol, price, quantity, taker_side, .. } = *filled;
        let trade = Trade { trade_id, symbol, price, quantity, taker_side, at };
        let taker = filled.auction.is_none().then_some(filled.taker.order_id);
        Filled { trade, sequence: filled.sequence, taker }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{
        Side,
        matching::{MatchingEvent, Phase},
    };

    /// What every event of an order says.
    const ORDER: &str = r#""order_id":"00000000-0000-0000-0000-000000000007","user_id":"00000000-0000-0000-0000-000000000007","ordering":0,"symbol":"ACME","sequence":1"#;

    fn one_of_each() -> Vec<MatchingEvent> {
        let sold = format!(r#"{ORDER},"side":"sell","price":"1.5","quantity":"1""#);
        let party = r#"{"order_id":"00000000-0000-0000-0000-000000000007","user_id":"00000000-0000-0000-0000-000000000007","ordering":0}"#;
        let trade = format!(
            r#""trade_id":"00000000-0000-0000-0000-000000000007","symbol":"ACME","price":"1.5","quantity":"1","taker_side":"sell","maker":{party},"taker":{party}"#
        );
        let events = [
            format!(r#"{{"order_opened":{{{sold},"visible":"0.5"}}}}"#),
            format!(r#"{{"order_filled":{{{trade},"sequence":2}}}}"#),
            format!(r#"{{"order_filled":{{{trade},"sequence":3,"auction":{{"bid":"2","ask":"1"}}}}}}"#),
            format!(r#"{{"order_left_book":{{{sold},"rested":true,"reason":"expired"}}}}"#),
            format!(r#"{{"order_armed":{{{sold}}}}}"#),
            format!(r#"{{"order_triggered":{{{sold},"stop_price":"1.6"}}}}"#),
            format!(r#"{{"order_reduced":{{{sold},"by":"1","visible_by":"1","reason":"self_trade"}}}}"#),
            format!(r#"{{"order_amended":{{{sold},"was_quantity":"2"}}}}"#),
            format!(r#"{{"order_refreshed":{{{sold},"visible":"1"}}}}"#),
            format!(r#"{{"amendment_refused":{{{ORDER},"reason":"would_trade"}}}}"#),
            r#"{"phase_changed":{"symbol":"ACME","sequence":4,"phase":"halted"}}"#.to_owned(),
            r#"{"auction_indicated":{"symbol":"ACME","sequence":5,"quantity":"0","imbalance":"0"}}"#
                .to_owned(),
        ];
        events.iter().map(|json| serde_json::from_str(json).unwrap()).collect()
    }

    #[test]
    fn all_that_matching_says_is_read_and_trades_phases_and_comings_are_kept() {
        let at = "2026-03-02T10:00:00.123456789Z".parse().unwrap();
        let mut kept = Vec::new();
        for event in one_of_each() {
            let json = serde_json::to_vec(&[&event]).unwrap();
            let inputs = decode(&json, at).unwrap();
            // Another event of matching's must not compile here before `Heard` knows it.
            let expected = match event {
                MatchingEvent::OrderFilled(_)
                | MatchingEvent::PhaseChanged(_)
                | MatchingEvent::OrderOpened(_)
                | MatchingEvent::OrderLeftBook(_)
                | MatchingEvent::OrderTriggered(_)
                | MatchingEvent::OrderAmended(_) => 1,
                MatchingEvent::OrderArmed(_)
                | MatchingEvent::OrderReduced(_)
                | MatchingEvent::OrderRefreshed(_)
                | MatchingEvent::AmendmentRefused(_)
                | MatchingEvent::AuctionIndicated(_) => 0,
            };
            assert_eq!(inputs.len(), expected, "{event:?}");
            kept.extend(inputs);
        }
        let [
            Input::OrderSeen(Seen { is_new: true, .. }),
            Input::OrderFilled(Filled { trade, sequence: 2, taker: Some(_) }),
            Input::OrderFilled(Filled { sequence: 3, taker: None, .. }),
            Input::OrderSeen(Seen { is_new: false, .. }),
            Input::OrderSeen(Seen { is_new: true, .. }),
            Input::OrderSeen(Seen { is_new: false, .. }),
            Input::PhaseChanged(symbol, Phase::Halted),
        ] = &kept[..]
        else {
            panic!("two trades, a phase and four words about orders are kept")
        };
        assert_eq!(trade.at.to_rfc3339(), "2026-03-02T10:00:00.123456+00:00");
        assert_eq!((trade.price.to_string(), trade.taker_side), ("1.5".to_owned(), Side::Sell));
        assert_eq!(symbol.as_str(), "ACME");
    }

    #[test]
    fn what_is_no_event_of_matchings_is_an_error() {
        let at = "2026-03-02T10:00:00Z".parse().unwrap();
        for json in [
            "{}",
            r#"[{"order_teleported":{}}]"#,
            r#"[{"order_filled":{"symbol":"ACME"}}]"#,
            r#"[{"phase_changed":{"symbol":"ACME","sequence":1,"phase":"asleep"}}]"#,
        ] {
            assert!(decode(json.as_bytes(), at).is_err(), "{json}");
        }
    }
}
