//! Steps and answers of stock-data on a real database.

use chassis::{
    Answers,
    testing::{Bench, Said, fresh_database, place},
};
use contracts::{
    Code, Price, Quantity, Side, Timestamp,
    matching::{MatchingEvent, OrderFilled, OrderLeftBook, OrderOpened, Party},
    stock_data::{Instrument, InstrumentState, Question, StockDataCommand},
    topology,
};
use serde_json::{Value, json};
use stock_data::{Questions, StockData, audit};
use uuid::Uuid;

const TO_ALL: &str = "stock-data.0>*";
const MATCHING: &str = "matching.0>*";

async fn bench() -> Bench<StockData> {
    let url = fresh_database().await;
    migrations::migrate("stock-data", &url).await.unwrap();
    Bench::open(&url, place(topology::STOCK_DATA), ()).await
}

fn acme() -> Instrument {
    Instrument {
        symbol: "ACME".parse().unwrap(),
        name: "Acme".into(),
        currency: "USD".into(),
        tick_size: "0.01".parse().unwrap(),
        lot_size: "1".parse().unwrap(),
        previous_close: "100".parse().unwrap(),
        state: InstrumentState::Open,
    }
}

async fn list(bench: &mut Bench<StockData>, instrument: Instrument) -> Said {
    let said = bench.request("admin", &StockDataCommand::ListInstrument(instrument)).await;
    assert_eq!(said.replies.len(), 1, "every request is answered once");
    said
}

fn party() -> Party {
    Party { order_id: Uuid::from_u128(1).into(), user_id: Uuid::from_u128(2).into(), ordering: 0 }
}

/// The trade of that number: `10 @ 101.5`.
fn filled(n: u64, symbol: &str, trade: &str) -> MatchingEvent {
    let (quantity, price) = trade.split_once(" @ ").unwrap();
    MatchingEvent::OrderFilled(OrderFilled {
        trade_id: Uuid::from_u128(u128::from(n)).into(),
        symbol: symbol.parse().unwrap(),
        sequence: n,
        price: price.parse().unwrap(),
        quantity: quantity.parse().unwrap(),
        taker_side: Side::Buy,
        maker: party(),
        taker: party(),
    })
}

/// The price of each symbol that was said, and the day's volume.
fn prices(said: &Said) -> Vec<String> {
    let quotes = said.on(TO_ALL).into_iter().filter_map(|event| event.get("price_changed").cloned());
    let text = |quote: &Value, field: &str| quote[field].as_str().unwrap().to_owned();
    quotes
        .map(|q| ["symbol", "last_price", "change_percent", "volume"].map(|f| text(&q, f)).join(" "))
        .collect()
}

async fn stock(bench: &Bench<StockData>) -> Value {
    let questions = Questions::new(bench.db().clone());
    questions.answer("web", Question::Stocks {}).await.unwrap().json()["ok"][0].clone()
}

async fn trades(bench: &Bench<StockData>, symbol: &str, limit: u16) -> Value {
    let question = Question::Trades { symbol: symbol.parse().unwrap(), limit };
    Questions::new(bench.db().clone()).answer("web", question).await.unwrap().json()
}

/// A day that is not over when the answers read their clock, at midnight either.
fn tomorrow() -> Timestamp {
    chrono::Utc::now() + chrono::Days::new(1)
}

#[tokio::test]
async fn an_instrument_is_listed_once_and_changed_when_it_is_different() {
    let mut bench = bench().await;
    let said = list(&mut bench, acme()).await;
    let as_json = serde_json::to_value(acme()).unwrap();
    assert_eq!(said.on(TO_ALL), [json!({ "instrument_changed": as_json })]);
    assert_eq!(said.replies, [json!({ "ok": as_json })]);
    for _ in 0..2 {
        let again = list(&mut bench, acme()).await;
        assert_eq!((again.events.len(), again.replies), (0, vec![json!({ "ok": as_json })]));
        bench.reopen().await;
    }

    let halted = Instrument { state: InstrumentState::Halted, ..acme() };
    assert_eq!(list(&mut bench, halted).await.on(TO_ALL)[0]["instrument_changed"]["state"], "halted");
    let coarser = list(&mut bench, Instrument { tick_size: "0.05".parse().unwrap(), ..acme() }).await;
    assert_eq!((coarser.events.len(), &coarser.replies[0]["refused"]["field"]), (0, &json!("tick_size")));
    let stranger = bench.request("web", &StockDataCommand::ListInstrument(acme())).await;
    assert_eq!((stranger.events.len(), &stranger.replies[0]["refused"]["code"]), (0, &json!("not_allowed")));
    assert_eq!(stock(&bench).await["state"], "halted");
}

#[tokio::test]
async fn trades_make_the_price_and_count_once() {
    let mut bench = bench().await;
    bench.set_now(tomorrow());
    list(&mut bench, acme()).await;
    list(&mut bench, Instrument { symbol: "BETA".parse().unwrap(), ..acme() }).await;

    let first = [filled(1, "ACME", "10 @ 101.5"), filled(2, "BETA", "1 @ 99"), filled(3, "ACME", "5 @ 102")];
    let said = bench.stream(MATCHING, 1, &first).await;
    assert_eq!(prices(&said), ["ACME 102 2.00 15", "BETA 99 -1.00 1"]);

    // The stream again: the same message, and the same trades in a later one, after a restart.
    assert_eq!(bench.stream(MATCHING, 1, &first).await.events, []);
    bench.reopen().await;
    let again = [filled(3, "ACME", "5 @ 102"), filled(4, "ACME", "1 @ 98"), filled(4, "ACME", "1 @ 98")];
    let said = bench.stream(MATCHING, 2, &again).await;
    assert_eq!(prices(&said), ["ACME 98 -2.00 16"]);
    assert_eq!(bench.stream(MATCHING, 3, &again).await.events, []);

    let acme = stock(&bench).await;
    let day = ["last_price", "open", "high", "low", "volume", "change"].map(|f| acme[f].as_str().unwrap());
    assert_eq!(day, ["98", "101.5", "102", "98", "16", "-2"]);
    let answer = trades(&bench, "ACME", 2).await;
    let newest: Vec<_> = answer["ok"].as_array().unwrap().iter().map(|t| t["price"].clone()).collect();
    assert_eq!(newest, [json!("98"), json!("102")]);
    assert_eq!(trades(&bench, "NONE", 2).await["refused"]["code"], "not_found");
    for limit in [0, 201] {
        assert_eq!(trades(&bench, "ACME", limit).await["refused"]["code"], "out_of_range");
    }

    assert_eq!(audit::check(bench.db()).await.unwrap(), []);
    let all = chassis::audit::all::<audit::ToldTrade>(bench.db()).await.unwrap();
    let beta = &all[1];
    assert_eq!((all.len(), beta.trade_id.0.as_u128(), beta.symbol.as_str()), (4, 2, "BETA"));
    assert_eq!((beta.price.to_string(), beta.quantity.to_string()), ("99".into(), "1".into()));
}

#[tokio::test]
async fn a_new_day_moves_the_close_and_survives_a_restart() {
    let mut bench = bench().await;
    bench.set_now("2025-03-02T12:00:00Z".parse().unwrap());
    list(&mut bench, acme()).await;
    bench.stream(MATCHING, 1, &[filled(1, "ACME", "10 @ 110")]).await;
    bench.reopen().await;
    bench.set_now("2025-03-03T00:00:00.000001Z".parse().unwrap());
    let said = bench.stream(MATCHING, 2, &[filled(2, "ACME", "2 @ 99")]).await;
    assert_eq!(said.on(TO_ALL)[0]["instrument_changed"]["previous_close"], "110");
    assert_eq!(prices(&said), ["ACME 99 -10.00 2"]);
    assert_eq!(audit::check(bench.db()).await.unwrap(), []);
    // Seeding again says nothing, though the close has moved since.
    assert_eq!(list(&mut bench, acme()).await.events, []);
    // Weeks later, without a trade.
    let acme = stock(&bench).await;
    assert_eq!((&acme["last_price"], &acme["previous_close"]), (&json!("99"), &json!("99")));
    assert_eq!(
        (&acme["open"], &acme["volume"], &acme["change_percent"]),
        (&json!(null), &json!("0"), &json!("0.00"))
    );
}

#[tokio::test]
async fn a_trade_in_an_unknown_symbol_is_parked_and_the_others_go_on() {
    let mut bench = bench().await;
    list(&mut bench, acme()).await;
    let (symbol, side, price) = ("ACME".parse().unwrap(), Side::Sell, Price::from_micros(10_000));
    let (party, quantity, reason) = (party(), Quantity::from_micros(1_000_000), Code::CanceledByUser);
    let opened = OrderOpened { party, symbol, sequence: 7, side, price, quantity };
    let left = OrderLeftBook { party, symbol, sequence: 8, side, price, quantity, rested: true, reason };
    let said = bench
        .stream(
            MATCHING,
            1,
            &[
                filled(1, "NONE", "1 @ 5"),
                MatchingEvent::OrderOpened(opened),
                MatchingEvent::OrderLeftBook(left),
                filled(9, "ACME", "1 @ 100"),
            ],
        )
        .await;
    assert_eq!(prices(&said), ["ACME 100 0.00 1"]);
    // The way out stays open: once listed, what was parked can be tried again.
    let listed = list(&mut bench, Instrument { symbol: "NONE".parse().unwrap(), ..acme() }).await;
    assert_eq!(listed.replies[0]["ok"]["symbol"], "NONE");
    assert_eq!(bench.sql("delete from parked where key = 'NONE'").await, 1);
}

#[tokio::test]
async fn the_audit_names_each_price_that_is_not_its_trades() {
    let mut bench = bench().await;
    list(&mut bench, acme()).await;
    bench.stream(MATCHING, 1, &[filled(1, "ACME", "10 @ 110"), filled(2, "ACME", "10 @ 120")]).await;
    bench.sql("update prices set volume = volume + 1, open = open + 1, low = low - 1").await;
    bench.sql("update prices set high = high + 1, last_price = last_price - 1").await;
    let findings = audit::check(bench.db()).await.unwrap();
    let rules: Vec<_> = findings.iter().map(|finding| finding.rule).collect();
    let expected = [
        "the day's volume is the sum of its trades",
        "the day's open is its first trade",
        "the day's high is its dearest trade",
        "the day's low is its cheapest trade",
        "the last price is the last trade",
    ];
    assert_eq!(rules, expected);
    assert_eq!(findings[1].detail, "ACME: kept 110.000001, by the trades 110");
}
