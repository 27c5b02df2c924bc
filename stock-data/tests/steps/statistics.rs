//! What the market did: orders and trades by day and in total, and who stands out.

use super::*;
use contracts::matching::{OrderArmed, OrderTriggered, Was};

async fn statistics(bench: &Bench<StockData>, days: u16) -> Value {
    let questions = Questions::new(bench.db().clone());
    questions.answer("web", Question::Statistics { days }).await.unwrap().json()
}

/// The order of that number.
fn of(n: u128) -> Party {
    Party { order_id: Uuid::from_u128(n).into(), ..party() }
}

fn event(json: Value) -> MatchingEvent {
    serde_json::from_value(json).unwrap()
}

/// What a book says of an order, in words: `7 opened`.
fn said_of(sequence: u64, words: &str) -> MatchingEvent {
    let (order, what) = words.split_once(' ').unwrap();
    let (party, symbol) = (of(order.parse().unwrap()), "ACME".parse().unwrap());
    let (side, price, quantity) = (Side::Buy, "100".parse().unwrap(), "1".parse().unwrap());
    let opened =
        OrderOpened { party, symbol, sequence, side, price, quantity, visible: None, repriced: false };
    let left = |rested| {
        let reason = Code::CanceledByUser;
        OrderLeftBook {
            party,
            symbol,
            sequence,
            side,
            price,
            quantity,
            rested,
            visible: None,
            reason,
            replaced_by: None,
        }
    };
    let triggered = |visible: &str| OrderTriggered {
        party,
        symbol,
        sequence,
        side,
        stop_price: price,
        price,
        quantity,
        was: Was { price, visible: visible.parse().unwrap() },
    };
    match what {
        "opened" => MatchingEvent::OrderOpened(opened),
        "left unrested" => MatchingEvent::OrderLeftBook(left(false)),
        "left" => MatchingEvent::OrderLeftBook(left(true)),
        "armed" => MatchingEvent::OrderArmed(OrderArmed { party, symbol, sequence, side, quantity }),
        "triggered" => MatchingEvent::OrderTriggered(triggered("0")),
        "triggered from rest" => MatchingEvent::OrderTriggered(triggered("1")),
        "amended" => event(json!({ "order_amended": {
            "order_id": party.order_id, "user_id": party.user_id, "ordering": 0, "symbol": symbol,
            "sequence": sequence, "side": "buy", "price": "100", "was_quantity": "1", "quantity": "2" } })),
        "takes" => {
            let MatchingEvent::OrderFilled(trade) = filled(sequence, "ACME", "1 @ 100") else {
                unreachable!()
            };
            MatchingEvent::OrderFilled(OrderFilled { taker: party, maker: of(1_000), ..trade })
        }
        "trades in an auction" => {
            let MatchingEvent::OrderFilled(trade) = filled(sequence, "ACME", "1 @ 100") else {
                unreachable!()
            };
            let auction = Some(Auction { bid: price, ask: price });
            MatchingEvent::OrderFilled(OrderFilled { taker: party, maker: of(1_000), auction, ..trade })
        }
        other => panic!("nothing is said so: {other}"),
    }
}

#[tokio::test]
async fn an_order_counts_once_when_it_first_trades_rests_or_leaves() {
    let mut bench = bench().await;
    bench.set_now(tomorrow());
    list(&mut bench, acme()).await;
    let mut expected = 0;
    for (seq, (events, orders)) in [
        (&["7 opened", "8 opened"][..], 2),
        (&["9 takes", "9 takes", "9 opened"], 1),
        (&["10 takes", "10 left unrested"], 1),
        (&["11 left unrested"], 1),
        // A stop waits, and then comes.
        (&["12 armed"], 0),
        (&["12 triggered", "12 takes", "12 opened"], 1),
        (&["13 armed"], 0),
        (&["13 left unrested"], 1),
        // Those that came before.
        (&["7 left"], 0),
        (&["8 amended", "8 takes", "8 opened"], 0),
        (&["8 triggered from rest", "8 left unrested"], 0),
        (&["12 trades in an auction"], 0),
    ]
    .into_iter()
    .enumerate()
    {
        let (seq, first) = (seq as u64 + 1, 100 * seq as u64);
        let said: Vec<_> = events.iter().zip(first..).map(|(words, n)| said_of(n, words)).collect();
        bench.stream(MATCHING, seq, &said).await;
        bench.stream(MATCHING, seq, &said).await;
        expected += orders;
        let total = statistics(&bench, 1).await["ok"]["total"].clone();
        assert_eq!(total["orders"], expected, "after {events:?}");
    }
    let total = statistics(&bench, 1).await["ok"]["total"].clone();
    assert_eq!((&total["trades"], &total["turnover"]), (&json!(6), &json!({ "USD": "600" })));
    assert_eq!(audit::check(bench.db()).await.unwrap(), []);
}

#[tokio::test]
async fn days_and_stocks_are_told_apart() {
    let mut bench = bench().await;
    let symbols = ["ACME", "BETA", "CORK", "DUNE"];
    for symbol in symbols {
        list(&mut bench, Instrument { symbol: symbol.parse().unwrap(), ..acme() }).await;
    }
    list(&mut bench, Instrument { symbol: "EURO".parse().unwrap(), currency: "EUR".into(), ..acme() }).await;
    assert_eq!(
        statistics(&bench, 7).await["ok"]["total"],
        json!({ "orders": 0, "trades": 0, "turnover": {} })
    );
    let today = chrono::Utc::now();
    for (seq, (days_ago, trades)) in [
        (9, &[(1, "ACME", "10 @ 100"), (2, "EURO", "1 @ 1.5")][..]),
        (2, &[(3, "ACME", "1 @ 100")]),
        (
            0,
            &[
                (4, "ACME", "1 @ 110"),
                (5, "BETA", "1 @ 90"),
                (6, "BETA", "1 @ 95"),
                (7, "CORK", "1 @ 95.001"),
                (8, "DUNE", "1 @ 100"),
                (9, "DUNE", "5 @ 100"),
                (10, "DUNE", "1 @ 100"),
            ],
        ),
    ]
    .into_iter()
    .enumerate()
    {
        bench.set_now(today - chrono::Days::new(days_ago));
        let events: Vec<_> = trades.iter().map(|(n, symbol, trade)| filled(*n, symbol, trade)).collect();
        bench.stream(MATCHING, seq as u64 + 1, &events).await;
        bench.reopen().await;
    }
    let told = statistics(&bench, 2).await["ok"].clone();
    // All trades are of one and the same taker, who counts once a step.
    assert_eq!(
        told["total"],
        json!({ "orders": 3, "trades": 10, "turnover": { "EUR": "1.5", "USD": "2190.001" } })
    );
    let date = |days_ago| (today - chrono::Days::new(days_ago)).date_naive().to_string();
    let day = json!({ "date": date(2), "orders": 1, "trades": 1, "turnover": { "USD": "100" } });
    assert_eq!(told["days"].as_array().unwrap().len(), 2);
    assert_eq!(told["days"][1], day);
    // At midnight the answers' day is another than the trades'.
    if chrono::Utc::now().date_naive() == today.date_naive() {
        assert_eq!(told["today"], told["days"][0]);
        assert_eq!(told["today"]["turnover"]["USD"], "1090.001");
        let symbols = |field: &str| -> Vec<String> {
            let ranked = told[field].as_array().unwrap().iter();
            ranked
                .map(|stock| format!("{} {}", stock["symbol"], stock["change_percent"]).replace('"', ""))
                .collect()
        };
        assert_eq!(symbols("most_traded"), ["DUNE 0.00", "BETA -5.00", "ACME 10.00", "CORK -5.00"]);
        assert_eq!(symbols("gainers"), ["ACME 10.00"]);
        assert_eq!(symbols("losers"), ["BETA -5.00", "CORK -5.00"]);
        let beta = json!({ "symbol": "BETA", "last_price": "95", "change_percent": "-5.00", "trades": 2,
                           "volume": "2", "turnover": "185", "currency": "USD" });
        assert_eq!(told["losers"][0], beta);
    }
    for days in [0, 32] {
        assert_eq!(statistics(&bench, days).await["refused"]["field"], "days");
    }
    assert_eq!(audit::check(bench.db()).await.unwrap(), []);

    bench.sql("update market_days set turnover = turnover + 1 where symbol = 'EURO'").await;
    bench.sql("delete from market_totals where symbol = 'CORK'").await;
    let findings: Vec<_> = audit::check(bench.db()).await.unwrap().into_iter().map(|f| f.detail).collect();
    let cork = "CORK in total: kept none, by the trades 0 orders, 1 × 1000000 for 95001000 (millionths)";
    assert_eq!(findings[0], cork);
    let euro = format!(
        "EURO {}: kept 1 × 1000000 for 1500001, by the trades 1 × 1000000 for 1500000 (millionths)",
        date(9)
    );
    assert_eq!(findings[1], euro);
    assert!(findings[2].starts_with("EURO in total: "), "{findings:?}");
}

#[tokio::test]
async fn trades_of_before_there_were_statistics_are_counted_by_the_migration() {
    let url = fresh_database().await;
    let mut bench = bench_on(&url).await;
    list(&mut bench, acme()).await;
    bench.stream(MATCHING, 1, &[filled(1, "ACME", "10 @ 101.5"), filled(2, "ACME", "5 @ 102")]).await;
    let old = "drop table market_days, market_totals;
               delete from seaql_migrations where version = 'm0006_statistics'";
    Db::connect(&url).await.unwrap().execute_alone(old).await.unwrap();
    assert_eq!(migrations::migrate("stock-data", &url).await.unwrap(), ["m0006_statistics"]);
    let total = statistics(&bench, 1).await["ok"]["total"].clone();
    assert_eq!(total, json!({ "orders": 0, "trades": 2, "turnover": { "USD": "1525" } }));
    assert_eq!(audit::check(bench.db()).await.unwrap(), []);
}
