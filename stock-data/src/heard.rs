//! What of matching's stream is for stock-data: trades, and phases.

use crate::rules::{Filled, Input};
use chrono::SubsecRound;
use contracts::{
    Timestamp,
    matching::{OrderFilled, PhaseChanged},
    stock_data::Trade,
};
use serde::{Deserialize, de::IgnoredAny};

/// Matching's events, of which most are not for us: those are read over, which costs a fraction.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Heard {
    OrderFilled(OrderFilled),
    PhaseChanged(PhaseChanged),
    OrderOpened(IgnoredAny),
    OrderLeftBook(IgnoredAny),
    OrderArmed(IgnoredAny),
    OrderTriggered(IgnoredAny),
    OrderReduced(IgnoredAny),
    OrderAmended(IgnoredAny),
    OrderRefreshed(IgnoredAny),
    AmendmentRefused(IgnoredAny),
    AuctionIndicated(IgnoredAny),
}

/// The trades and phases among a stream's events, which happened `at` that time.
pub fn decode(events: &[u8], at: Timestamp) -> Result<Vec<Input>, String> {
    let heard: Vec<Heard> = serde_json::from_slice(events).map_err(|e| e.to_string())?;
    // Postgres keeps no more, and memory should have what it would read again.
    let at = at.trunc_subsecs(6);
    let ours = heard.into_iter().filter_map(|event| match event {
        Heard::OrderFilled(filled) => Some(Input::OrderFilled(Filled::of(&filled, at))),
        Heard::PhaseChanged(changed) => Some(Input::PhaseChanged(changed.symbol, changed.phase)),
        Heard::OrderOpened(_)
        | Heard::OrderLeftBook(_)
        | Heard::OrderArmed(_)
        | Heard::OrderTriggered(_)
        | Heard::OrderReduced(_)
        | Heard::OrderAmended(_)
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
        Filled { trade, sequence: filled.sequence }
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
    fn all_that_matching_says_is_read_and_trades_and_phases_are_kept() {
        let at = "2026-03-02T10:00:00.123456789Z".parse().unwrap();
        let mut kept = Vec::new();
        for event in one_of_each() {
            let json = serde_json::to_vec(&[&event]).unwrap();
            let inputs = decode(&json, at).unwrap();
            // Another event of matching's must not compile here before `Heard` knows it.
            let expected = match event {
                MatchingEvent::OrderFilled(_) | MatchingEvent::PhaseChanged(_) => 1,
                MatchingEvent::OrderOpened(_)
                | MatchingEvent::OrderLeftBook(_)
                | MatchingEvent::OrderArmed(_)
                | MatchingEvent::OrderTriggered(_)
                | MatchingEvent::OrderReduced(_)
                | MatchingEvent::OrderAmended(_)
                | MatchingEvent::OrderRefreshed(_)
                | MatchingEvent::AmendmentRefused(_)
                | MatchingEvent::AuctionIndicated(_) => 0,
            };
            assert_eq!(inputs.len(), expected, "{event:?}");
            kept.extend(inputs);
        }
        let [
            Input::OrderFilled(Filled { trade, sequence: 2 }),
            Input::OrderFilled(Filled { sequence: 3, .. }),
            Input::PhaseChanged(symbol, Phase::Halted),
        ] = &kept[..]
        else {
            panic!("two trades and a phase are kept")
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
