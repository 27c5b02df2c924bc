//! Steps on a real database: what is said, what is answered, and that twice is once.

mod exchange;

use contracts::{
    Code, Side,
    accounts::{AccountsEvent, Role, User},
    portfolio::{LedgerFilter, LedgerKind, PortfolioCommand, Question},
    stock_data::StockDataEvent,
};
use exchange::*;
use serde_json::{Value, json};

#[tokio::test]
async fn an_order_is_funded_filled_and_settled() {
    let mut exchange = Exchange::start(0, 0).await;
    let placed = exchange.orders(&[buy(1, ANN, "10", "10"), sell(2, BOB, "4", "7")]).await;
    assert_eq!(placed.on("portfolio.0>matching.0").len(), 2);
    assert_eq!(
        placed.on("portfolio.0>matching.0")[0],
        serde_json::to_value(buy(1, ANN, "10", "10")).unwrap(),
        "the book hears the order as it came"
    );
    assert_eq!(placed.on("portfolio.0>web").len(), 2);
    assert!(placed.on("portfolio.0>ordering.0").is_empty());

    let filled =
        exchange.matching(&[opened(1, 1, ANN), fill(2, (2, BOB), Side::Sell, (1, ANN), "3", "10")]).await;
    assert_eq!(
        filled.on("portfolio.0>web"),
        [
            json!({"portfolio_changed": {
                "user_id": ANN, "cash": {"total": "970", "held": "70", "available": "900"},
                "holdings": [{"symbol": "ACME", "quantity": "3", "held": "0", "available": "3",
                              "average_cost": "10", "realised_profit": "0"}],
            }}),
            json!({"portfolio_changed": {
                "user_id": BOB, "cash": {"total": "30", "held": "0", "available": "30"},
                "holdings": [{"symbol": "ACME", "quantity": "97", "held": "1", "available": "96",
                              "average_cost": "2", "realised_profit": "24"}],
            }}),
        ]
    );
    exchange.bench.reopen().await;
    let left = exchange.matching(&[left(3, 1, ANN, Side::Buy, "7")]).await;
    assert_eq!(left.on("portfolio.0>web")[0]["portfolio_changed"]["cash"]["available"], "970");
    exchange.must_be_sound().await;
}

#[tokio::test]
async fn a_user_is_told_once_a_step() {
    let mut exchange = Exchange::start(0, 0).await;
    let orders: Vec<_> = (1..=20).map(|n| buy(n, ANN, "1", "10")).collect();
    assert_eq!(exchange.orders(&orders).await.on("portfolio.0>web").len(), 1);
}

#[tokio::test]
async fn what_is_delivered_twice_changes_nothing() {
    let mut exchange = Exchange::start(10, 20).await;
    let orders = [buy(1, ANN, "10", "10"), sell(2, BOB, "4", "7"), buy(3, ANN, "1000", "10")];
    exchange.orders(&orders).await;
    let before = exchange.everything().await;
    let again = exchange.orders(&orders).await;
    assert!(again.events.is_empty(), "{again:?}");
    let events = [fill(1, (2, BOB), Side::Sell, (1, ANN), "4", "10"), left(2, 1, ANN, Side::Buy, "6")];
    assert_eq!(exchange.everything().await, before);
    exchange.matching(&events).await;
    let before = exchange.everything().await;
    let again = exchange.matching(&events).await;
    assert!(again.events.is_empty(), "{again:?}");
    assert_eq!(again.committed.parked, 0);
    assert_eq!(exchange.everything().await, before);
    exchange.must_be_sound().await;
}

#[tokio::test]
async fn an_order_without_cover_is_refused_with_the_amounts() {
    let mut exchange = Exchange::start(0, 10).await;
    let stranger = user_id(99);
    let said = exchange
        .orders(&[buy(1, ANN, "100", "10"), sell(2, BOB, "101", "10"), buy(3, stranger, "1", "1")])
        .await;
    assert!(said.on("portfolio.0>matching.0").is_empty());
    assert!(said.on("portfolio.0>web").is_empty());
    let refusals: Vec<_> = said
        .on("portfolio.0>ordering.0")
        .iter()
        .map(|event| event["order_refused"]["refusal"]["message"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(refusals[0], "the order may cost 1001 with its fee, 1000 is available");
    assert_eq!(refusals[1], "101 ACME is to be sold, 100 is available");
    assert_eq!(refusals[2], format!("nobody is {stranger}"));
}

#[tokio::test]
async fn a_cancel_follows_its_order_while_there_is_a_hold() {
    let mut exchange = Exchange::start(0, 0).await;
    let said =
        exchange.orders(&[buy(1, ANN, "1", "10"), cancel(1, ANN), cancel(1, BOB), cancel(7, ANN)]).await;
    assert_eq!(said.on("portfolio.0>matching.0").len(), 2, "the order and its owner's cancel");
    exchange.matching(&[left(1, 1, ANN, Side::Buy, "1")]).await;
    let said = exchange.orders(&[cancel(1, ANN)]).await;
    assert!(said.events.is_empty());
}

#[tokio::test]
async fn a_broken_promise_parks_its_book_and_nothing_else() {
    let mut exchange = Exchange::start(0, 0).await;
    exchange.orders(&[buy(1, ANN, "1", "10"), sell(2, BOB, "1", "10")]).await;
    let before = exchange.everything().await;
    let events = [fill(1, (9, BOB), Side::Sell, (1, ANN), "1", "10"), left(2, 1, ANN, Side::Buy, "1")];
    assert_eq!(exchange.matching(&events).await.committed.parked, 2);
    assert_eq!(exchange.everything().await, before);
    let said = exchange.orders(&[buy(3, ANN, "1", "10")]).await;
    assert_eq!(said.on("portfolio.0>matching.0").len(), 1, "people go on");
}

#[tokio::test]
async fn a_missing_event_of_a_book_is_not_passed_over() {
    let mut exchange = Exchange::start(0, 0).await;
    exchange.orders(&[buy(1, ANN, "1", "10")]).await;
    exchange.matching(&[opened(1, 1, ANN)]).await;
    assert_eq!(exchange.matching(&[left(3, 1, ANN, Side::Buy, "1")]).await.committed.parked, 1);
}

#[tokio::test]
async fn the_same_id_moves_money_once() {
    let mut exchange = Exchange::start(0, 0).await;
    let deposit = |amount: &str| PortfolioCommand::Deposit {
        id: id(50),
        user_id: ANN,
        amount: amount.parse().unwrap(),
    };
    let first = exchange.ask("web", &deposit("5")).await;
    assert_eq!(first["ok"]["cash"]["total"], "1005");
    let withdraw =
        |n| PortfolioCommand::Withdraw { id: id(n), user_id: ANN, amount: "1005".parse().unwrap() };
    assert_eq!(exchange.ask("web", &withdraw(51)).await["ok"]["cash"]["total"], "0");
    assert_eq!(exchange.ask("admin", &deposit("5")).await, first, "as the first time");
    assert_eq!(exchange.ask("web", &deposit("6")).await["refused"]["code"], "id_reused");
    assert_eq!(exchange.ask("web", &withdraw(50)).await["refused"]["code"], "id_reused");
    assert_eq!(exchange.ask("web", &withdraw(52)).await["refused"]["code"], "insufficient_cash");
    assert_eq!(
        exchange.question(Question::KnownIds { ids: vec![id(50), id(52)] }).await["ok"],
        json!([id(50)])
    );
    exchange.must_be_sound().await;
}

#[tokio::test]
async fn books_are_closed_when_they_are_empty_and_nothing_comes_in_after() {
    let mut exchange = Exchange::start(0, 0).await;
    let close = |user_id| PortfolioCommand::CloseBooks { user_id };
    let takes = |n, amount: &str| PortfolioCommand::Withdraw {
        id: id(n),
        user_id: ANN,
        amount: amount.parse().unwrap(),
    };
    let refused = exchange.ask("web", &close(ANN)).await;
    assert_eq!(refused["refused"]["code"], Code::StillOwned.as_str());
    assert_eq!(refused["refused"]["message"], "the account still has 1000 in cash; sell and withdraw first");
    assert_eq!(exchange.ask("admin", &close(ANN)).await["refused"]["code"], Code::NotAllowed.as_str());
    assert_eq!(exchange.ask("web", &close(user_id(99))).await["refused"]["code"], Code::UnknownUser.as_str());
    // Shares are found that this partition has not looked at since it was opened.
    exchange.bench.reopen().await;
    let refused = exchange.ask("web", &close(BOB)).await;
    assert_eq!(refused["refused"]["message"], "the account still has 100 ACME; sell and withdraw first");
    // What an order holds is owned, too.
    exchange.orders(&[buy(1, ANN, "1", "10")]).await;
    assert!(exchange.ask("web", &takes(70, "990")).await["ok"].is_object());
    let refused = exchange.ask("web", &close(ANN)).await;
    assert_eq!(refused["refused"]["message"], "the account still has 10 in cash; sell and withdraw first");
    exchange.matching(&[left(1, 1, ANN, Side::Buy, "1")]).await;
    let last = exchange.ask("web", &takes(71, "10")).await;

    for _ in 0..2 {
        let closed = exchange.ask("web", &close(ANN)).await;
        assert_eq!(closed["ok"]["cash"]["total"], "0", "{closed}");
        exchange.bench.reopen().await;
    }
    assert_eq!(exchange.ask("web", &takes(71, "10")).await, last, "as the first time");
    for more in [cash(72, ANN, "5"), shares(73, ANN, "5", "5")] {
        let refused = exchange.ask("admin", &more).await;
        assert_eq!(refused["refused"]["code"], Code::UnknownUser.as_str(), "{refused}");
    }
    // Another name does not open them again.
    exchange.accounts(&[person(ANN)]).await;
    assert_eq!(exchange.ask("web", &cash(74, ANN, "5")).await["refused"]["code"], Code::UnknownUser.as_str());
    exchange.must_be_sound().await;
}

#[tokio::test]
async fn who_may_move_what() {
    let mut exchange = Exchange::start(0, 0).await;
    let amount = "5".parse().unwrap();
    let shares = PortfolioCommand::DepositShares {
        id: id(60),
        user_id: ANN,
        symbol: "ACME".parse().unwrap(),
        quantity: "5".parse().unwrap(),
        cost: amount,
    };
    let deposit = PortfolioCommand::Deposit { id: id(61), user_id: ANN, amount };
    let stranger = PortfolioCommand::Deposit { id: id(62), user_id: user_id(99), amount };
    assert_eq!(exchange.ask("web", &shares).await["refused"]["code"], Code::NotAllowed.as_str());
    assert_eq!(exchange.ask("ordering", &deposit).await["refused"]["code"], Code::NotAllowed.as_str());
    assert_eq!(exchange.ask("web", &stranger).await["refused"]["code"], Code::UnknownUser.as_str());
    assert!(exchange.ask("admin", &shares).await["ok"].is_object());
}

#[tokio::test]
async fn a_portfolio_is_valued_at_the_last_price_and_its_ledger_tells_why() {
    let mut exchange = Exchange::start(100, 100).await;
    exchange.orders(&[buy(1, ANN, "10", "10"), sell(2, BOB, "10", "10")]).await;
    exchange.matching(&[fill(1, (2, BOB), Side::Sell, (1, ANN), "10", "10")]).await;
    let portfolio = exchange.question(Question::Portfolio { user_id: ANN }).await;
    assert_eq!(portfolio["ok"]["holdings"][0]["last_price"], "9", "the previous close, before any trade");
    exchange.stock_data(&[StockDataEvent::PriceChanged(quote("12"))]).await;
    let portfolio = exchange.question(Question::Portfolio { user_id: ANN }).await;
    assert_eq!(
        portfolio["ok"],
        json!({
            "user_id": ANN, "cash": {"total": "899", "held": "0", "available": "899"},
            "holdings": [{
                "symbol": "ACME", "quantity": "10", "held": "0", "available": "10", "average_cost": "10.1",
                "last_price": "12", "market_value": "120", "unrealised_profit": "19", "realised_profit": "0",
            }],
            "market_value": "120", "unrealised_profit": "19", "realised_profit": "0", "total_value": "1019",
        })
    );
    let told = async |only| {
        let lines = exchange.ledger(ANN, only).await.into_iter();
        let line = |line: Value| format!("{} {} {}", line["kind"], line["amount"], line["symbol"]);
        lines.map(|one| line(one).replace('"', "")).collect::<Vec<_>>()
    };
    let (fee, shares, paid, deposit) =
        ("fee -1 null", "trade 10 ACME", "trade -100 null", "deposit 1000 null");
    let all = LedgerFilter::default();
    assert_eq!(told(all).await, [fee, shares, paid, deposit]);
    let (trades, cash) =
        (LedgerFilter { kind: Some(LedgerKind::Trade), ..all }, LedgerFilter { cash: true, ..all });
    assert_eq!(told(trades).await, [shares, paid]);
    assert_eq!(told(cash).await, [fee, paid, deposit]);
    assert_eq!(told(LedgerFilter { cash: true, ..trades }).await, [paid]);
    let of = |symbol: &str| LedgerFilter { symbol: Some(symbol.parse().unwrap()), ..all };
    assert_eq!(told(of("ACME")).await, [shares]);
    assert_eq!(told(of("BOLT")).await, Vec::<String>::new());
    let balances = Question::Balances { user_ids: vec![contracts::ids::HOUSE, ANN, user_id(99)] };
    let balances = exchange.question(balances).await;
    let mut told: Vec<_> =
        balances["ok"].as_array().unwrap().iter().map(|b| (&b["cash"]["total"], &b["total_value"])).collect();
    told.sort_by_key(|(cash, _)| cash.to_string());
    assert_eq!(told, [(&json!("2"), &json!("2")), (&json!("899"), &json!("1019"))], "{balances}");
    let bad = Question::Ledger { user_id: ANN, only: all, cursor: Some("x".into()), limit: 1 };
    assert_eq!(exchange.question(bad).await["refused"]["field"], "cursor");
}

#[tokio::test]
async fn two_partitions_keep_their_own_users_and_clear_together() {
    let mut both = TwoPartitions::start().await;
    let (here, there) = (both.user_of(0), both.user_of(1));
    both.people(&[here, there]).await;
    both.rich(0, here).await;
    both.rich(1, there).await;
    both.orders(0, &[buy(1, here, "10", "10")]).await;
    both.orders(1, &[sell(2, there, "10", "10")]).await;
    let trade = [fill(1, (2, there), Side::Sell, (1, here), "10", "10")];
    both.matching(0, &trade).await;
    let findings = portfolio::audit::check(both.db()).await.unwrap();
    let details: Vec<_> = findings.iter().map(|f| (f.rule, f.detail.as_str())).collect();
    assert_eq!(
        details,
        [("clearing_is_flat", "cash: 100000000"), ("clearing_is_flat", "ACME: -10000000")],
        "the other side has yet to hear of it"
    );
    both.matching(1, &trade).await;
    assert_eq!(portfolio::audit::check(both.db()).await.unwrap(), []);
    let user = User { user_id: here, name: "ann".into(), role: Role::Admin, demo: false };
    both.accounts(1, &[AccountsEvent::UserChanged(user)]).await;
    assert_eq!(portfolio::audit::check(both.db()).await.unwrap(), []);
}
