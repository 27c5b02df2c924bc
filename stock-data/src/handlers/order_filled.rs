//! `OrderFilled`: a trade. It is kept, counts into its day, and is the price from now on.

use crate::{
    domain::Market,
    rules::{Filled, Input, Rows},
    store,
};
use chassis::{Poison, Step};
use chrono::SubsecRound;
use contracts::{
    StreamName, Timestamp,
    matching::OrderFilled,
    stock_data::{StockDataEvent, Trade},
};
use serde::{Deserialize, de::IgnoredAny};

/// Matching's events, of which most are not for us: those are read over, which costs a fraction.
#[derive(Deserialize)]
enum Heard {
    #[serde(rename = "order_filled")]
    Filled(OrderFilled),
    #[serde(rename = "order_opened")]
    Opened(IgnoredAny),
    #[serde(rename = "order_left_book")]
    Left(IgnoredAny),
}

/// The trades among a stream's events, which happened `at` that time.
pub fn decode(events: &[u8], at: Timestamp) -> Result<Vec<Input>, String> {
    let heard: Vec<Heard> = serde_json::from_slice(events).map_err(|e| e.to_string())?;
    // Postgres keeps no more, and memory should have what it would read again.
    let at = at.trunc_subsecs(6);
    let filled = heard.into_iter().filter_map(|event| match event {
        Heard::Filled(filled) => Some(Input::OrderFilled(Filled::of(&filled, at))),
        Heard::Opened(_) | Heard::Left(_) => None,
    });
    Ok(filled.collect())
}

impl Filled {
    fn of(filled: &OrderFilled, at: Timestamp) -> Self {
        let OrderFilled { trade_id, symbol, price, quantity, taker_side, .. } = *filled;
        let trade = Trade { trade_id, symbol, price, quantity, taker_side, at };
        Filled { trade, sequence: filled.sequence }
    }
}

/// Heard twice, a trade counts once.
pub fn apply(
    market: &mut Market,
    rows: &mut Rows,
    filled: Filled,
    to_all: &StreamName,
    step: &mut Step,
) -> Result<(), Poison> {
    let Filled { trade, sequence } = filled;
    if rows.counted.contains(&trade.trade_id) {
        return Ok(());
    }
    let traded = market.trade(&trade).map_err(|e| Poison(format!("trade {}: {e}", trade.trade_id)))?;
    if traded.new_close {
        let instrument = market.listing(trade.symbol).instrument.clone();
        step.say(to_all, &StockDataEvent::InstrumentChanged(instrument));
    }
    rows.counted.insert(trade.trade_id);
    rows.priced.insert(trade.symbol);
    rows.trades.push(store::NewTrade { trade, sequence, date: traded.date });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{
        Code, Price, Quantity, Side,
        matching::{MatchingEvent, OrderLeftBook, OrderOpened, Party},
    };
    use uuid::Uuid;

    fn one_of_each() -> Vec<MatchingEvent> {
        let id = Uuid::from_u128(7);
        let party = Party { order_id: id.into(), user_id: id.into(), ordering: 0 };
        let symbol = "ACME".parse().unwrap();
        let (price, quantity, side) = (Price::from_micros(1_500_000), Quantity::from_micros(10), Side::Sell);
        let (maker, taker) = (party, party);
        let opened = OrderOpened { party, symbol, sequence: 1, side, price, quantity };
        let filled = OrderFilled {
            trade_id: id.into(),
            symbol,
            sequence: 2,
            price,
            quantity,
            taker_side: side,
            maker,
            taker,
        };
        let reason = Code::CanceledByUser;
        let left = OrderLeftBook { party, symbol, sequence: 3, side, price, quantity, rested: true, reason };
        vec![
            MatchingEvent::OrderOpened(opened),
            MatchingEvent::OrderFilled(filled),
            MatchingEvent::OrderLeftBook(left),
        ]
    }

    #[test]
    fn all_that_matching_says_is_read_and_trades_are_kept() {
        let at = "2026-03-02T10:00:00.123456789Z".parse().unwrap();
        let mut kept = Vec::new();
        for event in one_of_each() {
            let json = serde_json::to_vec(&[&event]).unwrap();
            let inputs = decode(&json, at).unwrap();
            // Another event of matching's must not compile here before `Heard` knows it.
            let expected = match event {
                MatchingEvent::OrderFilled(_) => 1,
                MatchingEvent::OrderOpened(_) | MatchingEvent::OrderLeftBook(_) => 0,
            };
            assert_eq!(inputs.len(), expected, "{event:?}");
            kept.extend(inputs);
        }
        let [Input::OrderFilled(Filled { trade, sequence: 2 })] = &kept[..] else { panic!("no trade kept") };
        assert_eq!(trade.at.to_rfc3339(), "2026-03-02T10:00:00.123456+00:00");
        assert_eq!((trade.price.to_string(), trade.taker_side), ("1.5".to_owned(), Side::Sell));
    }

    #[test]
    fn what_is_no_event_of_matchings_is_an_error() {
        let at = "2026-03-02T10:00:00Z".parse().unwrap();
        for json in ["{}", r#"[{"order_teleported":{}}]"#, r#"[{"order_filled":{"symbol":"ACME"}}]"#] {
            assert!(decode(json.as_bytes(), at).is_err(), "{json}");
        }
    }
}
