//! Orders of every type on a real database: what is held, passed on and refused, also after a
//! restart in between.

mod exchange;

use contracts::{Code, Side, UserId};
use exchange::*;
use serde_json::{Value, json};

/// Cash, then the one holding, each in all and what is held of it.
async fn owned(exchange: &Exchange, user_id: UserId) -> String {
    let question = contracts::portfolio::Question::Portfolio { user_id };
    let portfolio = exchange.question(question).await;
    let (cash, shares) = (&portfolio["ok"]["cash"], &portfolio["ok"]["holdings"][0]);
    let of = |value: &Value| value.as_str().unwrap_or("0").to_owned();
    let shares = [of(&shares["quantity"]), of(&shares["held"])];
    format!("{} ({} held), {} ({} held)", of(&cash["total"]), of(&cash["held"]), shares[0], shares[1])
}

fn refusals(events: &[Value], kind: &str) -> Vec<(Value, Value)> {
    let of = |event: &Value| (event[kind]["order_id"].clone(), event[kind]["refusal"]["code"].clone());
    events.iter().map(of).collect()
}

#[tokio::test]
async fn what_an_entry_buys_goes_into_its_exits_hold() {
    let mut exchange = Exchange::start(0, 0).await;
    let bracket = specially(buy(1, ANN, "10", "10"), exit(2, "15"));
    let placed = exchange.orders(&[bracket.clone(), sell(3, BOB, "100", "9")]).await;
    assert_eq!(placed.on("portfolio.0>matching.0")[0], serde_json::to_value(&bracket).unwrap());
    assert_eq!(owned(&exchange, ANN).await, "1000 (100 held), 0 (0 held)");
    exchange.must_be_sound().await;

    exchange.bench.reopen().await;
    let events = [armed(1, (2, ANN)), fill(2, (1, ANN), Side::Buy, (3, BOB), "4", "9")];
    exchange.matching(&events).await;
    assert_eq!(owned(&exchange, ANN).await, "964 (60 held), 4 (4 held)");
    exchange.must_be_sound().await;

    exchange.bench.reopen().await;
    exchange.matching(&[fill(3, (1, ANN), Side::Buy, (3, BOB), "2", "9")]).await;
    let ended =
        [left(4, 1, ANN, Side::Buy, "4"), reduced(5, (2, ANN), Side::Sell, ("4", "6"), Code::EntryEnded)];
    exchange.matching(&ended).await;
    assert_eq!(owned(&exchange, ANN).await, "946 (0 held), 6 (6 held)");
    exchange.must_be_sound().await;

    exchange.bench.reopen().await;
    exchange.ask("web", &cash(9, BOB, "100")).await;
    exchange.orders(&[buy(4, BOB, "6", "15")]).await;
    exchange.matching(&[fill(6, (4, BOB), Side::Buy, (2, ANN), "6", "15")]).await;
    assert_eq!(owned(&exchange, ANN).await, "1036 (0 held), 0 (0 held)");
    exchange.must_be_sound().await;
}

#[tokio::test]
async fn shares_bought_after_the_exit_was_canceled_are_available() {
    let mut exchange = Exchange::start(0, 0).await;
    exchange.orders(&[specially(buy(1, ANN, "10", "10"), exit(2, "15")), sell(3, BOB, "100", "9")]).await;
    let said = exchange.orders(&[cancel(2, ANN)]).await;
    assert_eq!(said.on("portfolio.0>matching.0").len(), 1, "an exit that has nothing yet can be canceled");
    exchange.matching(&[left(1, 2, ANN, Side::Sell, "10")]).await;
    exchange.bench.reopen().await;
    exchange.matching(&[fill(2, (1, ANN), Side::Buy, (3, BOB), "4", "9")]).await;
    assert_eq!(owned(&exchange, ANN).await, "964 (60 held), 4 (0 held)");
    exchange.must_be_sound().await;
}

#[tokio::test]
async fn a_bracket_is_refused_in_both_of_its_orders() {
    let mut exchange = Exchange::start(0, 0).await;
    let poor = specially(sell(1, BOB, "10", "10"), exit(2, "5"));
    let said = exchange.orders(std::slice::from_ref(&poor)).await;
    assert!(said.on("portfolio.0>matching.0").is_empty());
    let both = [(json!(id(1)), json!("insufficient_cash")), (json!(id(2)), json!("insufficient_cash"))];
    assert_eq!(refusals(&said.on("portfolio.0>ordering.0"), "order_refused"), both);
    assert_eq!(owned(&exchange, BOB).await, "0 (0 held), 100 (0 held)");
    assert!(exchange.orders(&[poor]).await.events.is_empty());
    let said = exchange.orders(&[specially(buy(3, ANN, "1", "10"), exit(1, "15"))]).await;
    let both = [(json!(id(3)), json!("id_reused")), (json!(id(1)), json!("id_reused"))];
    assert_eq!(refusals(&said.on("portfolio.0>ordering.0"), "order_refused"), both);
    exchange.must_be_sound().await;
}

#[tokio::test]
async fn a_stop_is_held_for_at_its_worst_and_an_exit_that_buys_beside_its_entry() {
    let mut exchange = Exchange::start(0, 0).await;
    exchange.orders(&[specially(buy(1, ANN, "10", "10"), stop("12"))]).await;
    assert_eq!(owned(&exchange, ANN).await, "1000 (120 held), 0 (0 held)");
    exchange.ask("web", &cash(9, BOB, "50")).await;
    exchange.orders(&[specially(sell(2, BOB, "10", "10"), exit(3, "5"))]).await;
    assert_eq!(owned(&exchange, BOB).await, "50 (50 held), 100 (10 held)");
    let events = [left(1, 2, BOB, Side::Sell, "10"), left(2, 3, BOB, Side::Buy, "10")];
    exchange.matching(&events).await;
    assert_eq!(owned(&exchange, BOB).await, "50 (0 held), 100 (0 held)");
    exchange.must_be_sound().await;
}

#[tokio::test]
async fn an_amendment_is_paid_for_passed_on_and_settled() {
    let mut exchange = Exchange::start(0, 0).await;
    let change = amend(1, ANN, ("10", "12"), "11");
    // In one step, as they may come.
    let said = exchange.orders(&[buy(1, ANN, "10", "10"), change.clone()]).await;
    assert_eq!(said.on("portfolio.0>matching.0")[1], serde_json::to_value(&change).unwrap());
    assert_eq!(owned(&exchange, ANN).await, "1000 (132 held), 0 (0 held)");
    exchange.must_be_sound().await;
    exchange.bench.reopen().await;
    assert!(exchange.orders(std::slice::from_ref(&change)).await.events.is_empty(), "it is under way");
    let said = exchange.orders(&[amend(1, ANN, ("10", "13"), "11")]).await;
    let pending = [(json!(id(1)), json!("amendment_pending"))];
    assert_eq!(refusals(&said.on("portfolio.0>ordering.0"), "amendment_refused"), pending);
    exchange.matching(&[amended(1, (1, ANN), Side::Buy, ("10", "12"), "11")]).await;

    exchange.orders(&[amend(1, ANN, ("12", "20"), "10")]).await;
    assert_eq!(owned(&exchange, ANN).await, "1000 (212 held), 0 (0 held)");
    exchange.bench.reopen().await;
    exchange.matching(&[amendment_refused(2, (1, ANN))]).await;
    assert_eq!(owned(&exchange, ANN).await, "1000 (132 held), 0 (0 held)");

    exchange.orders(&[amend(1, ANN, ("12", "5"), "11")]).await;
    exchange.bench.reopen().await;
    exchange.matching(&[reduced(3, (1, ANN), Side::Buy, ("7", "5"), Code::AmendedByUser)]).await;
    assert_eq!(owned(&exchange, ANN).await, "1000 (55 held), 0 (0 held)");
    exchange.bench.reopen().await;
    exchange.matching(&[repriced(4, 1, ANN, "10.50"), left(5, 1, ANN, Side::Buy, "5")]).await;
    assert_eq!(owned(&exchange, ANN).await, "1000 (0 held), 0 (0 held)");
    assert!(exchange.orders(&[change]).await.events.is_empty(), "what has ended cannot change");
    exchange.must_be_sound().await;
}

#[tokio::test]
async fn an_amendment_that_cannot_be_paid_for_is_refused_and_not_passed_on() {
    let mut exchange = Exchange::start(0, 0).await;
    exchange.orders(&[buy(1, ANN, "10", "10"), sell(2, BOB, "60", "10")]).await;
    let changes = [amend(1, ANN, ("10", "10"), "100.01"), amend(2, BOB, ("60", "101"), "10")];
    let said = exchange.orders(&changes).await;
    assert!(said.on("portfolio.0>matching.0").is_empty());
    assert!(said.on("portfolio.0>web").is_empty());
    let both = [(json!(id(1)), json!("insufficient_cash")), (json!(id(2)), json!("insufficient_shares"))];
    assert_eq!(refusals(&said.on("portfolio.0>ordering.0"), "amendment_refused"), both);
    let others = [amend(1, BOB, ("10", "9"), "10"), amend(7, ANN, ("10", "9"), "10")];
    assert!(exchange.orders(&others).await.events.is_empty());
}

#[tokio::test]
async fn what_is_delivered_twice_changes_nothing() {
    let mut exchange = Exchange::start(10, 20).await;
    let orders = [
        specially(buy(1, ANN, "10", "10"), exit(2, "15")),
        sell(3, BOB, "50", "9"),
        buy(4, ANN, "10", "5"),
        amend(4, ANN, ("10", "12"), "5"),
    ];
    exchange.orders(&orders).await;
    let before = exchange.everything().await;
    assert!(exchange.orders(&orders).await.events.is_empty());
    assert_eq!(exchange.everything().await, before);
    let events = [
        fill(1, (1, ANN), Side::Buy, (3, BOB), "4", "9"),
        amended(2, (4, ANN), Side::Buy, ("10", "12"), "5"),
        repriced(3, 4, ANN, "4.99"),
        reduced(4, (3, BOB), Side::Sell, ("1", "45"), Code::SelfTrade),
        left(5, 1, ANN, Side::Buy, "6"),
        reduced(6, (2, ANN), Side::Sell, ("6", "4"), Code::EntryEnded),
    ];
    exchange.matching(&events).await;
    let before = exchange.everything().await;
    let again = exchange.matching(&events).await;
    assert!(again.events.is_empty(), "{again:?}");
    assert_eq!(again.committed.parked, 0);
    assert_eq!(exchange.everything().await, before);
    exchange.must_be_sound().await;
}

#[tokio::test]
async fn both_sides_of_an_auction_pay_as_makers() {
    let mut exchange = Exchange::start(100, 500).await;
    exchange.orders(&[buy(1, ANN, "10", "10"), sell(2, BOB, "10", "10")]).await;
    exchange.matching(&[in_an_auction(fill(1, (1, ANN), Side::Buy, (2, BOB), "10", "10"))]).await;
    assert_eq!(owned(&exchange, ANN).await, "899 (0 held), 10 (0 held)");
    assert_eq!(owned(&exchange, BOB).await, "99 (0 held), 90 (0 held)");
    exchange.must_be_sound().await;
}

#[tokio::test]
async fn what_moves_no_money_only_counts() {
    let mut exchange = Exchange::start(0, 0).await;
    exchange.orders(&[buy(1, ANN, "10", "10")]).await;
    let said = exchange.matching(&[armed(1, (1, ANN)), phase_changed(2), opened(3, 1, ANN)]).await;
    assert!(said.events.is_empty(), "{said:?}");
    let said = exchange.matching(&[left(5, 1, ANN, Side::Buy, "10")]).await;
    assert_eq!(said.committed.parked, 1, "the fourth is missing");
}

#[tokio::test]
async fn holds_that_are_older_than_changes_are_read() {
    let mut exchange = Exchange::start(0, 0).await;
    let old = format!(
        "insert into holds (order_id, user_id, symbol, side, state, price, quantity, remaining, held,
                            fee_basis_points)
         values ('{}', '{ANN}', 'ACME', 'buy', 'pending', 10000000, 5000000, 3000000, 30000000, 0)",
        id(1)
    );
    exchange.bench.sql(&old).await;
    exchange.bench.sql(&format!("update accounts set held = 30000000 where user_id = '{ANN}'")).await;
    exchange.bench.reopen().await;
    exchange.orders(&[amend(1, ANN, ("5", "4"), "10")]).await;
    exchange.matching(&[reduced(1, (1, ANN), Side::Buy, ("1", "2"), Code::AmendedByUser)]).await;
    assert_eq!(owned(&exchange, ANN).await, "1000 (20 held), 0 (0 held)");
}

#[tokio::test]
async fn what_one_order_has_set_aside_pays_for_the_other_that_comes_in_its_place() {
    let mut exchange = Exchange::start(0, 0).await;
    exchange.orders(&[buy(1, ANN, "100", "10"), sell(3, BOB, "100", "9")]).await;
    assert_eq!(owned(&exchange, ANN).await, "1000 (1000 held), 0 (0 held)");
    let instead = specially(buy(2, ANN, "50", "20"), instead_of(1, "100"));
    let said = exchange.orders(std::slice::from_ref(&instead)).await;
    assert_eq!(said.on("portfolio.0>matching.0"), [serde_json::to_value(&instead).unwrap()]);
    assert_eq!(owned(&exchange, ANN).await, "1000 (1000 held), 0 (0 held)");
    exchange.must_be_sound().await;

    exchange.bench.reopen().await;
    let again = exchange.orders(std::slice::from_ref(&instead)).await;
    assert!(again.on("portfolio.0>matching.0").is_empty(), "it is on its way");
    let late = specially(buy(4, ANN, "50", "10"), instead_of(1, "100"));
    let refused = exchange.orders(&[late]).await;
    let pending = [(json!(id(4)), json!("amendment_pending"))];
    assert_eq!(refusals(&refused.on("portfolio.0>ordering.0"), "order_refused"), pending);
    exchange.matching(&[fill(1, (1, ANN), Side::Buy, (3, BOB), "10", "9")]).await;
    exchange.must_be_sound().await;

    exchange.bench.reopen().await;
    let came_in = [
        yields(2, 1, ANN, Side::Buy, "90", 2),
        reduced(3, (2, ANN), Side::Buy, ("10", "40"), Code::FilledBeforeReplaced),
    ];
    exchange.matching(&came_in).await;
    assert_eq!(owned(&exchange, ANN).await, "910 (800 held), 10 (0 held)");
    exchange.must_be_sound().await;
    exchange.bench.reopen().await;
    exchange.matching(&[left(4, 2, ANN, Side::Buy, "40")]).await;
    assert_eq!(owned(&exchange, ANN).await, "910 (0 held), 10 (0 held)");
    let gone = specially(buy(5, ANN, "1", "10"), instead_of(1, "90"));
    let refused = exchange.orders(&[gone]).await;
    let ended = [(json!(id(5)), json!("replaced_order_gone"))];
    assert_eq!(refusals(&refused.on("portfolio.0>ordering.0"), "order_refused"), ended);
    exchange.must_be_sound().await;
}
