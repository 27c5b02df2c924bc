//! Steps and answers of stock-data on a real database.

mod admin;
mod candles;
mod feeds;
mod statistics;
mod upload;

use chassis::{
    Answers, Db, Place,
    testing::{Bench, Said, fresh_database, place},
};
use contracts::{
    Code, Partitions, Price, Quantity, Side, Timestamp,
    matching::{Auction, MatchingEvent, OrderFilled, OrderLeftBook, OrderOpened, Party, Phase, PhaseChanged},
    stock_data::{Instrument, InstrumentState, Question, StockDataCommand, TradingRules},
    topology,
};
use migrations::MigratorTrait;
use serde_json::{Value, json};
use std::sync::Arc;
use stock_data::{Questions, StockData, audit};
use uuid::Uuid;

const TO_ALL: &str = "stock-data.0>*";
const TO_BOOK: &str = "stock-data.0>matching.0";
const MATCHING: &str = "matching.0>*";

async fn bench() -> Bench<StockData> {
    bench_on(&fresh_database().await).await
}

async fn bench_on(url: &str) -> Bench<StockData> {
    migrations::migrate("stock-data", url).await.unwrap();
    Bench::open(url, place(topology::STOCK_DATA), Arc::default()).await
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
        rules: TradingRules::default(),
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
        auction: None,
    })
}

fn phase(sequence: u64, symbol: &str, phase: Phase) -> MatchingEvent {
    let symbol = symbol.parse().unwrap();
    let (until, reference_price) = (None, None);
    MatchingEvent::PhaseChanged(PhaseChanged { symbol, sequence, phase, until, reference_price })
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
async fn what_changes_of_an_instrument_is_told_to_its_book_too_and_prices_are_not() {
    let url = fresh_database().await;
    migrations::migrate("stock-data", &url).await.unwrap();
    let partitions = Partitions { users: 1, symbols: 4 };
    let place = Place { service: topology::STOCK_DATA, partition: 0, partitions };
    let mut bench = Bench::<StockData>::open(&url, place, Arc::default()).await;
    bench.set_now("2025-03-02T12:00:00Z".parse().unwrap());
    let mut told = std::collections::BTreeSet::new();
    for n in 0..20 {
        let instrument = Instrument { symbol: format!("S{n}").parse().unwrap(), ..acme() };
        let book = format!("stock-data.0>matching.{}", partitions.of_symbol(instrument.symbol));
        let said = list(&mut bench, instrument.clone()).await;
        assert_eq!(said.on(&book), said.on(TO_ALL));
        assert_eq!(said.events.len(), 2, "to all, and to one book");
        assert!(said.committed.messages.iter().all(|message| message.kept));
        told.insert(book);
    }
    assert_eq!(told.len(), 4);

    let book = format!("stock-data.0>matching.{}", partitions.of_symbol("S7".parse().unwrap()));
    let trade = bench.stream(MATCHING, 1, &[filled(1, "S7", "1 @ 110")]).await;
    assert_eq!((trade.on(TO_ALL).len(), trade.on(&book).len()), (1, 0));
    bench.set_now("2025-03-03T12:00:00Z".parse().unwrap());
    let next_day = bench.stream(MATCHING, 2, &[filled(2, "S7", "1 @ 111")]).await;
    assert_eq!(next_day.on(&book), [next_day.on(TO_ALL)[0].clone()]);
    assert_eq!(next_day.on(&book)[0]["instrument_changed"]["previous_close"], "110");
}

#[tokio::test]
async fn rules_are_checked_kept_and_told() {
    let mut bench = bench().await;
    let rules = json!({
        "hours": { "days": ["monday", "tuesday"], "opens": "14:30", "closes": "21:00" },
        "price_band": { "basis_points": 500, "limit_state_seconds": 15, "halt_seconds": 300 },
        "auction_seconds": 60,
    });
    let with = |rules: &Value| Instrument { rules: serde_json::from_value(rules.clone()).unwrap(), ..acme() };
    let said = list(&mut bench, with(&rules)).await;
    assert_eq!(said.on(TO_BOOK)[0]["instrument_changed"]["rules"], rules);
    bench.reopen().await;
    assert_eq!(list(&mut bench, with(&rules)).await.events, []);
    assert_eq!(stock(&bench).await["rules"], rules);

    let mut absurd = rules.clone();
    absurd["hours"]["days"] = json!(["monday", "monday"]);
    let refused = list(&mut bench, with(&absurd)).await;
    assert_eq!(
        (refused.events.len(), &refused.replies[0]["refused"]["field"]),
        (0, &json!("rules.hours.days"))
    );
    bench.reopen().await;
    assert_eq!(stock(&bench).await["rules"], rules);

    let said = list(&mut bench, acme()).await;
    assert_eq!(said.on(TO_BOOK)[0]["instrument_changed"]["rules"], Value::Null);
    assert_eq!(stock(&bench).await["rules"], Value::Null);
}

#[tokio::test]
async fn what_was_listed_before_there_were_rules_trades_as_it_did() {
    let url = fresh_database().await;
    let old = migrations::sea_orm::Database::connect(&url).await.unwrap();
    migrations::stock_data::Migrator::up(&old, Some(3)).await.unwrap();
    let insert = "
        insert into instruments values ('ACME', 'Acme', 'USD', 10000, 1000000, 'halted', 100000000);
        insert into prices (symbol, date, previous_close) values ('ACME', '2026-01-01', 100000000)";
    Db::connect(&url).await.unwrap().execute_alone(insert).await.unwrap();
    assert_eq!(
        migrations::migrate("stock-data", &url).await.unwrap(),
        ["m0004_trading_rules", "m0005_candles", "m0006_statistics", "m0007_last_upload", "m0008_feeds"]
    );
    let mut bench = Bench::open(&url, place(topology::STOCK_DATA), Arc::default()).await;
    let halted = Instrument { state: InstrumentState::Halted, ..acme() };
    assert_eq!(list(&mut bench, halted).await.events, [], "nothing about it is new");
    assert_eq!(
        (&stock(&bench).await["phase"], &stock(&bench).await["rules"]),
        (&json!("continuous"), &json!(null))
    );
    assert_eq!(list(&mut bench, acme()).await.on(TO_BOOK)[0]["instrument_changed"]["state"], "open");
}

#[tokio::test]
async fn a_phase_is_answered_and_says_nothing() {
    let mut bench = bench().await;
    bench.set_now(tomorrow());
    list(&mut bench, acme()).await;
    assert_eq!(stock(&bench).await["phase"], "continuous");
    for (seq, now) in [(1, Phase::Halted), (2, Phase::Halted), (3, Phase::Auction)] {
        let said = bench.stream(MATCHING, seq, &[phase(seq, "ACME", now)]).await;
        assert_eq!(said.events, []);
        bench.reopen().await;
        assert_eq!(stock(&bench).await["phase"], now.as_str());
    }
    // An auction's trades count as any others.
    let MatchingEvent::OrderFilled(trade) = filled(5, "ACME", "10 @ 103") else { panic!("it is a trade") };
    let auction = Some(Auction { bid: "104".parse().unwrap(), ask: "102".parse().unwrap() });
    let trade = MatchingEvent::OrderFilled(OrderFilled { auction, ..trade });
    let said = bench.stream(MATCHING, 4, &[trade, phase(6, "ACME", Phase::Continuous)]).await;
    assert_eq!(prices(&said), ["ACME 103 3.00 10"]);
    assert_eq!(stock(&bench).await["phase"], "continuous");
    assert_eq!(audit::check(bench.db()).await.unwrap(), []);
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
    let (rested, repriced, visible) = (true, false, None);
    let opened = OrderOpened { party, symbol, sequence: 7, side, price, quantity, repriced, visible };
    let left = OrderLeftBook {
        party,
        symbol,
        sequence: 8,
        side,
        price,
        quantity,
        rested,
        visible,
        reason,
        replaced_by: None,
    };
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
