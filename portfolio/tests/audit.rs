//! The audit, audited: each promise is broken by hand, and named.

mod exchange;

use chassis::audit::all;
use contracts::Side;
use exchange::*;
use portfolio::audit;

/// A day's business, in every state that a hold can be in.
async fn after_some_business() -> Exchange {
    let mut exchange = Exchange::start(10, 20).await;
    exchange.ask("web", &cash(3, BOB, "7")).await;
    exchange
        .orders(&[
            buy(1, ANN, "10", "10"),
            sell(2, BOB, "4", "7"),
            buy(3, ANN, "1", "5"),
            buy(4, ANN, "1000000", "10"),
            sell(5, BOB, "5", "20"),
            specially(buy(6, ANN, "3", "9"), exit(7, "15")),
            amend(5, BOB, ("5", "6"), "21"),
            amend(1, ANN, ("10", "9"), "13"),
        ])
        .await;
    exchange
        .matching(&[fill(1, (2, BOB), Side::Sell, (1, ANN), "4", "10"), left(2, 3, ANN, Side::Buy, "1")])
        .await;
    exchange.must_be_sound().await;
    for sql in [
        "alter table accounts drop constraint cash_covers_held",
        "alter table accounts drop constraint closed_has_no_cash",
        "alter table holdings drop constraint quantity_covers_held",
        "alter table holds drop constraint pending_holds_something",
        "alter table holds drop constraint pending_is_amended",
        "alter table postings disable trigger append_only",
    ] {
        exchange.bench.sql(sql).await;
    }
    exchange
}

#[tokio::test]
async fn every_broken_promise_is_named() {
    let exchange = after_some_business().await;
    let user = |name: &str| if name == "ann" { ANN } else { BOB };
    let ann = format!("user_id = '{}'", user("ann"));
    let bob = format!("user_id = '{}'", user("bob"));
    let cases: [(String, &[&str]); 22] = [
        (
            format!("update accounts set cash = cash + 1 where {ann}"),
            &[audit::CASH_IS_ITS_POSTINGS, audit::WORLD_IS_FLAT, audit::PROFIT_EXPLAINS_CASH],
        ),
        (
            format!("update holdings set quantity = quantity - 1 where {bob}"),
            &[audit::HOLDING_IS_ITS_POSTINGS, audit::WORLD_IS_FLAT],
        ),
        (
            "update system_accounts set balance = balance - 1 where account = 'house'".into(),
            &[audit::SYSTEM_IS_ITS_POSTINGS, audit::WORLD_IS_FLAT],
        ),
        (
            "update system_accounts set balance = balance + 1 where account = 'clearing' and symbol = 'ACME'"
                .into(),
            &[audit::SYSTEM_IS_ITS_POSTINGS, audit::WORLD_IS_FLAT, audit::CLEARING_IS_FLAT],
        ),
        (
            format!("update accounts set held = cash + 1 where {ann}"),
            &[audit::HELD_IS_COVERED, audit::HELD_IS_ITS_HOLDS],
        ),
        (
            format!("update holdings set held = quantity + 1 where {bob}"),
            &[audit::HELD_IS_COVERED, audit::HELD_IS_ITS_HOLDS],
        ),
        (format!("update accounts set held = held - 1 where {ann}"), &[audit::HELD_IS_ITS_HOLDS]),
        (
            "update holds set held = held + 1 where state = 'pending'".into(),
            &[audit::HELD_IS_ITS_HOLDS, audit::HOLD_IS_ITS_WORST_COST],
        ),
        ("update holds set held = 1 where state = 'voided'".into(), &[audit::HOLD_IS_ITS_WORST_COST]),
        (
            "update holds set state = 'voided', held = 0, amended_price = 0, amended_from = 0, amended_to = 0
             where state = 'pending' and side = 'sell' and held > 0"
                .into(),
            &[audit::HELD_IS_ITS_HOLDS],
        ),
        (
            "update holds set amended_to = amended_to + 1 where state = 'pending' and side = 'sell'
             and amended_to > 0"
                .into(),
            &[audit::HOLD_IS_ITS_WORST_COST],
        ),
        (
            "update holds set amended_price = amended_price + 1000000 where side = 'buy' and amended_to > 0"
                .into(),
            &[audit::HOLD_IS_ITS_WORST_COST],
        ),
        (
            "update holds set amended_price = 1 where state = 'voided'".into(),
            &[audit::HOLD_IS_ITS_WORST_COST],
        ),
        (
            "update holds set awaited = 1 where state = 'voided'".into(),
            &[audit::HOLD_IS_ITS_WORST_COST, audit::EXIT_AWAITS_ITS_ENTRY],
        ),
        ("update holds set awaited = awaited - 1 where awaited > 0".into(), &[audit::EXIT_AWAITS_ITS_ENTRY]),
        ("update holds set exit_order_id = null".into(), &[audit::EXIT_AWAITS_ITS_ENTRY]),
        (
            "update holds set exit_order_id = user_id where exit_order_id is not null".into(),
            &[audit::EXIT_AWAITS_ITS_ENTRY],
        ),
        (
            "update holds set remaining = remaining - 1 where state = 'voided'".into(),
            &[audit::FILLS_ARE_POSTED],
        ),
        (
            format!(
                "insert into postings (user_id, kind, symbol, cash, shares, fee, reference, at)
                 select user_id, kind, symbol, cash, shares, fee, reference, at from postings
                 where kind = 'trade' and {ann}"
            ),
            &[
                audit::CASH_IS_ITS_POSTINGS,
                audit::HOLDING_IS_ITS_POSTINGS,
                audit::SYSTEM_IS_ITS_POSTINGS,
                audit::FILLS_ARE_POSTED,
                audit::TRADE_IS_POSTED_ONCE,
            ],
        ),
        (
            format!("update movements set amount = amount + 1 where symbol is null and {bob}"),
            &[audit::MOVEMENT_IS_POSTED, audit::PROFIT_EXPLAINS_CASH],
        ),
        (format!("update holdings set realised = realised + 1 where {bob}"), &[audit::PROFIT_EXPLAINS_CASH]),
        (format!("update accounts set closed = true where {bob}"), &[audit::CLOSED_IS_EMPTY]),
    ];
    exchange.bench.db().execute_alone(&save()).await.unwrap();
    let mut named: Vec<&str> = Vec::new();
    for (sql, rules) in cases {
        assert!(exchange.bench.sql(&sql).await > 0, "{sql}");
        let findings = audit::check(exchange.bench.db()).await.unwrap();
        let mut found: Vec<_> = findings.iter().map(|finding| finding.rule).collect();
        found.dedup();
        assert_eq!(found, rules, "{sql}: {findings:#?}");
        named.extend(rules);
        exchange.bench.db().execute_alone(&restore()).await.unwrap();
    }
    exchange.must_be_sound().await;
    named.sort_unstable();
    named.dedup();
    assert_eq!(named.len(), audit::RULES.len(), "every rule is broken by some case");
}

const TABLES: [&str; 6] = ["accounts", "holdings", "holds", "postings", "system_accounts", "movements"];

fn save() -> String {
    TABLES.map(|table| format!("create table saved_{table} as table {table};")).concat()
}

fn restore() -> String {
    TABLES
        .map(|table| {
            format!("truncate {table}; insert into {table} overriding system value table saved_{table};")
        })
        .concat()
}

#[tokio::test]
async fn the_ledger_is_append_only() {
    let exchange = Exchange::start(0, 0).await;
    for sql in ["update postings set cash = 0", "delete from postings", "truncate postings"] {
        let fault = exchange.bench.db().execute_alone(sql).await.unwrap_err();
        let cause = std::error::Error::source(&fault).unwrap().to_string();
        assert!(cause.contains("postings is append-only"), "{cause}");
    }
}

#[tokio::test]
async fn pending_holds_and_trades_can_be_compared_with_other_services() {
    let exchange = after_some_business().await;
    let holds = all::<audit::PendingHold>(exchange.bench.db()).await.unwrap();
    let told: Vec<_> =
        holds.iter().map(|h| format!("{} {} {} of {}", h.user_id, h.side, h.remaining, h.quantity)).collect();
    let right = [(ANN, "buy 6 of 10"), (BOB, "sell 5 of 5"), (ANN, "buy 3 of 3"), (ANN, "sell 3 of 3")];
    assert_eq!(told, right.map(|(user, hold)| format!("{user} {hold}")));
    let change = |hold: &audit::PendingHold| {
        hold.change.map(|change| format!("{} to {} @ {}", change.from, change.to, change.price))
    };
    let changes: Vec<_> = holds.iter().filter_map(change).collect();
    assert_eq!(changes, ["10 to 9 @ 13", "5 to 6 @ 21"]);
    let trades = all::<audit::Posted>(exchange.bench.db()).await.unwrap();
    let trade = &trades[0];
    assert_eq!(trades.len(), 1);
    assert_eq!((trade.bought, trade.sold), ("4".parse().unwrap(), "4".parse().unwrap()));
    assert_eq!((trade.buyer, trade.seller), (Some(ANN), Some(BOB)));
    assert_eq!((trade.price, trade.fees), (Some("10".parse().unwrap()), "0.12".parse().unwrap()));
    let change = "update postings set cash = cash - 1 where kind = 'trade' and cash < 0";
    exchange.bench.sql(change).await;
    let trades = all::<audit::Posted>(exchange.bench.db()).await.unwrap();
    assert_eq!(trades[0].price, None, "the two sides differ");
}
