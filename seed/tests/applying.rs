//! Applying, against an exchange that keeps in memory what it is told.

mod fake;

use contracts::Price;
use expect_test::{Expect, expect};
use fake::{Fake, Faults};
use seed::{Data, Files, Options, Patience, Plan, fill};
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use uuid::Uuid;

const RULES: &str = r#"{"hours":{"days":["monday","friday"],"opens":"14:30","closes":"21:00"},
    "price_band":{"basis_points":500,"limit_state_seconds":15,"halt_seconds":300},"auction_seconds":60}"#;

/// Two people, a stock, a deposit of cash and of shares, two orders.
fn small() -> Plan {
    let mut plan = seed::check(&Files::read(&Data::Demo)).unwrap();
    let bot = plan.orders[0].wants.user_id;
    plan.people.retain(|row| row.line == 2 || row.wants.user_id == bot);
    plan.stocks.truncate(1);
    plan.cash.retain(|row| row.wants.user_id == bot);
    plan.holdings.retain(|row| row.wants.user_id == bot);
    plan.holdings.truncate(1);
    plan.orders.truncate(2);
    plan.orders[1].wants.user_id = bot;
    plan
}

/// What a user of the program reads, whether it went well or not.
async fn seeded(exchange: &Fake, plan: Plan, dry_run: bool) -> String {
    let patience = Patience::of(Duration::from_millis(200));
    let options = Options { dry_run, ..Options::default() };
    match fill(exchange, plan, &options, patience).await {
        Ok(report) => report.to_string(),
        Err(error) => format!("error: {error:#}"),
    }
}

async fn check(exchange: &Fake, plan: Plan, expected: Expect) {
    expected.assert_eq(&seeded(exchange, plan, false).await);
}

#[tokio::test]
async fn applied_twice_the_second_time_changes_nothing() {
    let plan = || seed::check(&Files::read(&Data::Demo)).unwrap();
    let exchange = Fake::with(Faults { lose_answer: Some(7), late_news: Some(5), ..Faults::default() });
    let told = Arc::new(Mutex::new(0));
    let counted = told.clone();
    let options = Options {
        progress: Some(Box::new(move |_, done, total| {
            assert!(done <= total);
            *counted.lock().unwrap() += 1;
        })),
        ..Options::default()
    };
    let first = fill(&exchange, plan(), &options, Patience::default()).await.unwrap();
    expect![[r#"
        803 rows applied
                     added   changed  unchanged
        people          19         0          0
        stocks          35         0          0
        cash            18         0          0
        holdings       381         0          0
        orders         350         0          0"#]]
    .assert_eq(&first.to_string());
    assert_eq!(*told.lock().unwrap(), 803);
    let world = exchange.world();
    assert_eq!((world.users.len(), world.stocks.len()), (19, 35));
    assert_eq!((world.deposits.len(), world.orders.len()), (399, 350));

    let again = fill(&exchange, plan(), &Options::default(), Patience::default()).await.unwrap();
    expect![[r#"
        everything is as the files say
                     added   changed  unchanged
        people           0         0         19
        stocks           0         0         35
        cash             0         0         18
        holdings         0         0        381
        orders           0         0        350"#]]
    .assert_eq(&again.to_string());
    assert_eq!(exchange.world(), world);
}

#[tokio::test]
async fn a_dry_run_tells_the_differences_and_sends_nothing() {
    let exchange = Fake::default();
    seeded(&exchange, small(), false).await;
    let (world, said) = (exchange.world(), *exchange.said.lock().unwrap());

    let mut plan = small();
    plan.people[0].wants.name = "Maya Okafor-Lind".into();
    plan.stocks[0].wants.previous_close = "240".parse().unwrap();
    plan.stocks[0].wants.rules = serde_json::from_str(RULES).unwrap();
    plan.cash[0].wants.id = Uuid::from_u128(7);
    plan.orders[0].wants.order_id = Uuid::from_u128(8).into();
    expect![[r#"
        dry run: 4 rows would be sent
                     added   changed  unchanged
        people           0         1          1
        stocks           0         1          0
        cash             1         0          0
        holdings         0         0          1
        orders           1         0          1
        + cash.csv:11: 50000000 for 01941f29-7c00-7000-8000-000000000302
        + orders.csv:2: buy 80 AAPL at 232.06 for 01941f29-7c00-7000-8000-000000000302
        ~ people.csv:2: Maya Okafor-Lind, trader: name "Maya Okafor" → "Maya Okafor-Lind"
        ~ stocks.csv:2: AAPL, Apple Inc.: previous_close 232.14 → 240, hours none → monday friday 14:30 to 21:00, price_band none → 500 basis points, 15 s, 300 s, auction_seconds none → 60"#]]
    .assert_eq(&seeded(&exchange, plan, true).await);
    assert_eq!(exchange.world(), world);
    assert_eq!(*exchange.said.lock().unwrap(), said);
}

#[tokio::test]
async fn what_changed_in_the_files_is_changed_in_the_exchange() {
    let exchange = Fake::default();
    seeded(&exchange, small(), false).await;
    let mut plan = small();
    plan.people[1].wants.demo = true;
    plan.stocks[0].wants.name = "Apple".into();
    plan.stocks[0].wants.rules.auction_seconds = Some(60);
    check(
        &exchange,
        plan.clone(),
        expect![[r#"
        2 rows applied
                     added   changed  unchanged
        people           0         1          1
        stocks           0         1          0
        cash             0         0          1
        holdings         0         0          1
        orders           0         0          2
        ~ people.csv:12: Market maker 2, bot: demo false → true
        ~ stocks.csv:2: AAPL, Apple: name "Apple Inc." → "Apple", auction_seconds none → 60"#]],
    )
    .await;
    assert_eq!(exchange.world().stocks.values().next().unwrap().instrument, plan.stocks[0].wants);
}

#[tokio::test]
async fn once_a_stock_has_traded_its_previous_close_is_the_markets() {
    let exchange = Fake::default();
    seeded(&exchange, small(), false).await;
    let rolled: Price = "300".parse().unwrap();
    for stock in exchange.world.lock().unwrap().stocks.values_mut() {
        stock.at = Some(chrono::DateTime::UNIX_EPOCH);
        stock.instrument.previous_close = rolled;
    }
    let mut plan = small();
    plan.stocks[0].wants.name = "Apple".into();
    check(
        &exchange,
        plan,
        expect![[r#"
        1 row applied
                     added   changed  unchanged
        people           0         0          2
        stocks           0         1          0
        cash             0         0          1
        holdings         0         0          1
        orders           0         0          2
        ~ stocks.csv:2: AAPL, Apple: name "Apple Inc." → "Apple""#]],
    )
    .await;
    assert_eq!(exchange.world().stocks.values().next().unwrap().instrument.previous_close, rolled);
}

/// Its quantity and price are the market's from then on: the file says what was placed.
#[tokio::test]
async fn a_seeded_order_that_was_amended_since_is_the_same_order() {
    let exchange = Fake::default();
    seeded(&exchange, small(), false).await;
    for order in exchange.world.lock().unwrap().orders.values_mut() {
        order.placed = Some(order.as_placed());
        (order.quantity, order.limit_price) = ("999".parse().unwrap(), Some("1.25".parse().unwrap()));
    }
    check(
        &exchange,
        small(),
        expect![[r#"
        everything is as the files say
                     added   changed  unchanged
        people           0         0          2
        stocks           0         0          1
        cash             0         0          1
        holdings         0         0          1
        orders           0         0          2"#]],
    )
    .await;
}

#[tokio::test]
async fn what_cannot_become_so_is_named_before_anything_is_sent() {
    let exchange = Fake::default();
    seeded(&exchange, small(), false).await;
    let world = exchange.world();
    let mut plan = small();
    plan.people[0].wants.name = "Somebody".into();
    plan.stocks[0].wants.tick_size = "0.05".parse().unwrap();
    plan.orders[1].wants.quantity = "1".parse().unwrap();
    check(
        &exchange,
        plan,
        expect![[r#"
        error: 2 rows not applied
                     added   changed  unchanged   refused  not sent
        people           0         0          0         0         2
        stocks           0         0          0         1         0
        cash             0         0          0         0         1
        holdings         0         0          0         0         1
        orders           0         0          0         1         1
        ! stocks.csv:2: is fixed once the stock is listed: tick_size 0.01 → 0.05
        ! orders.csv:3: this order_id was used before, with another content: quantity 250 → 1"#]],
    )
    .await;
    assert_eq!(exchange.world(), world);
}

#[tokio::test]
async fn a_refusal_in_the_middle_is_named_and_what_needs_it_waits() {
    let refused = small().cash[0].wants.id;
    let exchange = Fake::with(Faults { refused: Some(refused), ..Faults::default() });
    check(
        &exchange,
        small(),
        expect![[r#"
        error: 1 row not applied
                     added   changed  unchanged   refused  not sent
        people           2         0          0         0         0
        stocks           1         0          0         0         0
        cash             0         0          0         1         0
        holdings         0         0          0         0         1
        orders           0         0          0         0         2
        ! cash.csv:11: refused: too much for one deposit (out_of_range)"#]],
    )
    .await;
}

#[tokio::test]
async fn a_deposit_that_now_says_something_else_is_named() {
    let exchange = Fake::default();
    seeded(&exchange, small(), false).await;
    let mut plan = small();
    plan.cash[0].wants.amount = "1".parse().unwrap();
    check(
        &exchange,
        plan,
        expect![[r#"
        error: 1 row not applied
                     added   changed  unchanged   refused  not sent
        people           0         0          2         0         0
        stocks           0         0          1         0         0
        cash             0         0          0         1         0
        holdings         0         0          0         0         1
        orders           0         0          0         0         2
        ! cash.csv:11: refused: this id moved something else (id_reused)"#]],
    )
    .await;
}

#[tokio::test]
async fn an_order_refused_after_it_was_taken_is_named_then_and_ever_after() {
    let refused = small().orders[1].wants.order_id.0;
    let exchange = Fake::with(Faults { refused: Some(refused), ..Faults::default() });
    check(
        &exchange,
        small(),
        expect![[r#"
        error: 1 row not applied
                     added   changed  unchanged   refused
        people           2         0          0         0
        stocks           1         0          0         0
        cash             1         0          0         0
        holdings         1         0          0         0
        orders           1         0          0         1
        ! orders.csv:3: refused: the order costs more (insufficient_cash)"#]],
    )
    .await;
    check(&exchange, small(), expect![[r#"
        error: 1 row not applied
                     added   changed  unchanged   refused  not sent
        people           0         0          0         0         2
        stocks           0         0          0         0         1
        cash             0         0          0         0         1
        holdings         0         0          0         0         1
        orders           0         0          0         1         1
        ! orders.csv:3: was rejected: the order costs more (insufficient_cash); to try again, give it a new order_id"#]]).await;
}

#[tokio::test]
async fn news_that_never_comes_is_given_up_on() {
    let exchange = Fake::with(Faults { late_news: Some(1), ..Faults::default() });
    let began = Instant::now();
    check(
        &exchange,
        small(),
        expect![[r#"
        error: 1 row not applied
                     added   changed  unchanged   refused  not sent
        people           2         0          0         0         0
        stocks           1         0          0         0         0
        cash             0         0          0         1         0
        holdings         0         0          0         0         1
        orders           0         0          0         0         2
        ! cash.csv:11: refused: nobody has this id (unknown_user)"#]],
    )
    .await;
    assert!(began.elapsed() < Duration::from_secs(60));
}

#[tokio::test]
async fn an_exchange_that_does_not_answer_is_given_up_on() {
    let exchange = Fake::with(Faults { silent: true, ..Faults::default() });
    check(&exchange, small(), expect!["error: asking accounts for its users: no answer within 5000 ms"])
        .await;
    let exchange = Fake::with(Faults { lose_answer: Some(1), ..Faults::default() });
    check(
        &exchange,
        small(),
        expect![[r#"
        error: 2 rows not applied
                     added   changed  unchanged   refused  not sent
        people           0         0          0         2         0
        stocks           0         0          0         0         1
        cash             0         0          0         0         1
        holdings         0         0          0         0         1
        orders           0         0          0         0         2
        ! people.csv:2: given up: no answer within 5000 ms
        ! people.csv:12: given up: no answer within 5000 ms"#]],
    )
    .await;
}

#[tokio::test]
async fn stocks_get_a_made_up_past_when_asked_for_one_and_keep_it() {
    let exchange = Fake::with(Faults { lose_answer: Some(3), ..Faults::default() });
    let fill_with = async |history| {
        let options = Options { history, ..Options::default() };
        match fill(&exchange, small(), &options, Patience::of(Duration::from_secs(10))).await {
            Ok(_) => exchange.world().pasts.len(),
            Err(error) => panic!("{error:#}"),
        }
    };
    assert_eq!(fill_with(None).await, 0);
    assert_eq!(fill_with(Some(7)).await, 1);
    assert_eq!(fill_with(Some(7)).await, 1);
    let other = Options { history: Some(8), ..Options::default() };
    let error = fill(&exchange, small(), &other, Patience::of(Duration::from_secs(10))).await.unwrap_err();
    assert!(error.to_string().contains("! stocks.csv: the past of AAPL: "), "{error:#}");
}
