//! When a stock does not trade as usual: halts, auctions, and prices that run away.

use crate::Floor;
use contracts::stock_data::{Instrument, InstrumentState, PriceBand, TradingRules};
use serde_json::json;

/// Long enough that some orders gather, also on a busy machine.
const AUCTION_SECONDS: u32 = 25;
const HALT_SECONDS: u32 = 20;
const LIMIT_STATE_SECONDS: u32 = 10;

fn stock(symbol: &str, rules: &TradingRules, state: InstrumentState) -> Instrument {
    Instrument {
        symbol: symbol.parse().unwrap(),
        name: format!("{symbol} Inc"),
        currency: "USD".into(),
        tick_size: "0.01".parse().unwrap(),
        lot_size: "1".parse().unwrap(),
        previous_close: "100".parse().unwrap(),
        state,
        rules: rules.clone(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_halt_those_who_gathered_trade_at_one_price() {
    let floor = Floor::open("VOLT").await;
    let Floor { exchange, fay, gus, hal, .. } = &floor;
    let rules = TradingRules { auction_seconds: Some(AUCTION_SECONDS), ..TradingRules::default() };
    exchange.lists(&stock("VOLT", &rules, InstrumentState::Open)).await.unwrap();
    floor.trades_at("100").await;
    let bid = gus.buys(10, "VOLT", "99").await;
    gus.sees(&bid, "open").await;

    exchange.lists(&stock("VOLT", &rules, InstrumentState::Halted)).await.unwrap();
    fay.sees_phase("VOLT", "halted").await;
    let order = json!({
        "symbol": "VOLT", "side": "sell", "type": "limit", "quantity": "4", "limit_price": "98",
    });
    let (status, problem) = hal.call("POST", "orders", Some(order)).await.unwrap();
    assert_eq!((status, problem["code"].as_str()), (422, Some("instrument_halted")), "{problem}");

    exchange.lists(&stock("VOLT", &rules, InstrumentState::Open)).await.unwrap();
    fay.sees_phase("VOLT", "auction").await;
    // They would trade at once; now they wait.
    let ask = hal.sells(4, "VOLT", "98").await;
    hal.sees(&ask, "open 0").await;
    let other = fay.buys(3, "VOLT", "99.50").await;
    fay.sees(&other, "open 0").await;
    let impatient = json!({ "symbol": "VOLT", "side": "sell", "type": "market", "quantity": "1" });
    let impatient = fay.orders(impatient).await;
    assert_eq!(fay.sees(&impatient, "canceled 0").await["reason"]["code"], "not_trading");

    // The best of the bids first, all at one price.
    let sold = hal.sees(&ask, "closed").await;
    fay.sees(&other, "closed").await;
    gus.sees(&bid, "open 1").await;
    let prices: Vec<_> = sold["fills"].as_array().unwrap().iter().map(|fill| &fill["price"]).collect();
    assert!(prices.len() == 2 && prices[0] == prices[1], "{sold}");
    assert_eq!(sold["fills"][0]["liquidity"], "auction", "{sold}");
    fay.sees_phase("VOLT", "continuous").await;
    floor.shows("99 × 9 |").await;
    gus.cancels(&bid).await;
    gus.sees(&bid, "canceled 1").await;
    floor.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_runs_away_halts_its_stock() {
    let floor = Floor::open("WAVE").await;
    let Floor { exchange, fay, gus, hal, .. } = &floor;
    let (limit_state_seconds, halt_seconds) = (LIMIT_STATE_SECONDS, HALT_SECONDS);
    let price_band = PriceBand { basis_points: 500, limit_state_seconds, halt_seconds };
    let (price_band, auction_seconds) = (Some(price_band), Some(AUCTION_SECONDS));
    let rules = TradingRules { price_band, auction_seconds, ..TradingRules::default() };
    exchange.lists(&stock("WAVE", &rules, InstrumentState::Open)).await.unwrap();
    // Its close is 100, so it trades from 95 to 105.
    floor.trades_at("101").await;
    let outside = fay.buys(1, "WAVE", "105.01").await;
    assert_eq!(fay.sees(&outside, "canceled 0").await["reason"]["code"], "outside_price_band");
    let eager = fay.buys(5, "WAVE", "105").await;
    fay.sees(&eager, "open").await;
    fay.sees_phase("WAVE", "limit_state").await;
    fay.sees_phase("WAVE", "halted").await;
    // The book halts; orders are taken, and wait.
    let ask = hal.sells(5, "WAVE", "104").await;
    hal.sees(&ask, "open 0").await;
    floor.shows("105 × 5 | 104 × 5").await;
    fay.sees_phase("WAVE", "auction").await;
    let late = gus.sells(2, "WAVE", "105").await;
    gus.sees(&late, "open 0").await;
    let bought = fay.sees(&eager, "closed").await;
    hal.sees(&ask, "closed").await;
    assert_eq!(bought["fills"][0]["liquidity"], "auction", "{bought}");
    fay.sees_phase("WAVE", "continuous").await;
    floor.shows("| 105 × 2").await;

    // Whoever finds a partner in time is not halted.
    let purchase = fay.buys(2, "WAVE", "105").await;
    fay.sees(&purchase, "closed").await;
    gus.sees(&late, "closed").await;
    fay.sees_phase("WAVE", "continuous").await;
    floor.close().await;
}
