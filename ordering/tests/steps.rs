//! Whole steps on a real PostgreSQL: what is stored, what is said, and that neither delivering
//! twice nor starting again changes anything.

mod floor;

use chassis::{Answers, Place};
use contracts::{Code, Partitions, Side, ordering::Question, topology};
use expect_test::expect;
use floor::{Floor, at, id, order_id, user};
use serde_json::json;

#[tokio::test]
async fn an_orders_life_survives_repetition_and_restarts() {
    let mut floor = Floor::open().await;
    let placed = floor.order("web", &floor::buy(1, 10, "187")).await;
    assert_eq!(placed.replies[0]["status"], "pending");
    assert_eq!(placed.on("ordering.0>portfolio.0").len(), 1);
    assert_eq!(placed.on("ordering.0>web").len(), 1);
    floor.order("web", &floor::sell(2, 4, "186")).await;

    let before = floor.state().await;
    let again = floor.order("web", &floor::buy(1, 10, "187")).await;
    assert_eq!(again.replies[0]["order"], placed.replies[0]["order"]);
    assert!(again.events.is_empty());
    assert_eq!(floor.state().await, before);

    for events in [
        vec![floor::opened(1, 1, Side::Buy, 10)],
        vec![floor::filled(2, "187", 4, (2, Side::Sell), 1)],
        vec![floor::left(3, 1, Side::Buy, 6, Code::CanceledByUser)],
    ] {
        let said = floor.matching(&events).await;
        assert!(!said.on("ordering.0>web").is_empty());
        let after = floor.state().await;
        floor.bench.reopen().await;
        let twice = floor.matching(&events).await;
        assert!(twice.events.is_empty() && twice.committed.parked == 0, "{twice:?}");
        assert_eq!(floor.state().await, after);
    }
    expect![[r#"
        order 01 status 3 filled 4000000 for 748000000 seq 3: canceled_by_user
        order 02 status 2 filled 4000000 for 748000000 seq 2: 
        trade 02 side 0 of 01: 4000000 @ 187000000, fee 748000, 0
        trade 02 side 1 of 02: 4000000 @ 187000000, fee 1496000, 1
    "#]]
    .assert_eq(&floor.state().await);
    assert_eq!(ordering::audit::check(floor.bench.db()).await.unwrap(), []);

    let canceled = floor.order("web", &floor::cancel(1)).await;
    assert_eq!(canceled.replies[0]["code"], "order_not_live");
}

#[tokio::test]
async fn refusals_live_counts_and_reference_data_survive_a_restart() {
    let mut floor = Floor::open().await;
    floor.order("web", &floor::buy(1, 10, "187")).await;
    floor.order("web", &floor::buy(2, 10, "187")).await;
    let refusal = json!([{ "order_refused": { "order_id": order_id(1), "user_id": user(1),
        "refusal": { "code": "insufficient_cash", "message": "needs 1870, has 5", "field": "quantity" } } }]);
    let refused = floor.portfolio(&refusal).await;
    assert_eq!(refused.on("ordering.0>web")[0]["order_changed"]["reason"]["code"], "insufficient_cash");
    let before = floor.state().await;
    assert!(floor.portfolio(&refusal).await.events.is_empty());
    assert_eq!(floor.state().await, before);

    floor.bench.reopen().await;
    // The limit is three, and one of the two was refused.
    for (order, expected) in [(3, "pending"), (4, "pending"), (5, "rejected")] {
        let said = floor.order("web", &floor::buy(order, 1, "187")).await;
        assert_eq!(said.replies[0]["status"], expected, "{said:?}");
        floor.bench.reopen().await;
    }
    let stranger = floor.order("loadtest", &floor::buy(6, 1, "187")).await;
    assert_eq!(stranger.replies[0]["code"], "not_allowed");
}

#[tokio::test]
async fn a_broken_event_is_parked_and_its_neighbours_are_not() {
    let mut floor = Floor::open().await;
    floor.order("web", &floor::buy(1, 10, "187")).await;
    floor.list("OTHR").await;
    floor.order("web", &floor::buy(3, 10, "187").replace("ACME", "OTHR")).await;
    let said = floor
        .matching(&[
            floor::opened(1, 9, Side::Buy, 10),
            floor::elsewhere(2),
            floor::of("OTHR", floor::opened(1, 3, Side::Buy, 10)),
            floor::opened(3, 1, Side::Buy, 10),
        ])
        .await;
    // What follows in the same book waits, the other book goes on.
    assert_eq!(said.committed.parked, 3);
    let told = said.on("ordering.0>web");
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["order_changed"]["symbol"], "OTHR");
    let sent = floor.order("web", &floor::buy(2, 1, "187")).await;
    assert_eq!(sent.replies[0]["status"], "pending");
    let broken = floor.order("web", r#"{"type":"place_order","order_id":"x"}"#).await;
    assert_eq!(broken.replies[0]["status"], "rejected");
    assert_eq!(broken.committed.parked, 0);
}

#[tokio::test]
async fn an_order_is_found_from_a_partition_that_did_not_take_it() {
    let url = chassis::testing::fresh_database().await;
    migrations::migrate(topology::ORDERING, &url).await.unwrap();
    let partitions = Partitions { users: 2, symbols: 1 };
    let place = |partition| Place { service: topology::ORDERING, partition, partitions };
    let mut zero = Floor::of_partition(&url, place(0)).await;
    let mut one = Floor::of_partition(&url, place(1)).await;
    let placed = zero.order("web", &floor::buy(1, 10, "187")).await;
    let before = zero.state().await;

    let again = one.order("web", &floor::buy(1, 10, "187")).await;
    assert_eq!(again.replies, placed.replies);
    assert!(again.events.is_empty());
    let canceled = one.order("web", &floor::cancel(1)).await;
    assert_eq!(canceled.replies[0]["status"], "pending");
    let money_is_at = partitions.of_user(user(1));
    assert_eq!(canceled.on(&format!("ordering.1>portfolio.{money_is_at}")).len(), 1);
    let all = json!({ "type": "cancel_orders", "user_id": user(1) });
    let canceled = one.order("web", &all.to_string()).await;
    assert_eq!(canceled.replies[0]["count"], 1, "{canceled:?}");
    assert_eq!(canceled.on(&format!("ordering.1>portfolio.{money_is_at}")).len(), 1);
    // What only its own partition may change, no other does.
    let mistaken = json!([{ "order_refused": { "order_id": order_id(1), "user_id": user(1),
        "refusal": { "code": "insufficient_cash", "message": "no" } } }]);
    let said = one.hear("portfolio.0>ordering.1", mistaken.as_array().unwrap()).await;
    assert_eq!(said.committed.parked, 1);
    assert_eq!(zero.state().await, before);
}

#[tokio::test]
async fn questions_are_answered_to_those_who_may_ask_and_about_their_user_only() {
    let mut floor = Floor::open().await;
    for n in 1..=3 {
        floor.bench.set_now(at(n));
        // Newest is not the same as highest id.
        floor.order("web", &floor::buy(10 - n as u128, 5, "187")).await;
    }
    floor.order("web", &floor::sell(2, 5, "186")).await;
    floor
        .matching(&[
            floor::filled(1, "187", 2, (2, Side::Sell), 9),
            floor::filled(2, "187", 1, (2, Side::Sell), 8),
            floor::filled(3, "187", 2, (2, Side::Sell), 9),
        ])
        .await;
    let questions = ordering::Questions { db: floor.bench.db().clone() };
    let ask =
        async |sender: &str, question: Question| questions.answer(sender, question).await.unwrap().json();
    let orders =
        |cursor, limit| Question::Orders { user_id: user(1), status: None, symbol: None, cursor, limit };

    let first = ask("web", orders(None, 2)).await;
    assert_eq!(floor::ids(&first), [order_id(7), order_id(8)]);
    let cursor = first["ok"]["next_cursor"].as_str().unwrap().parse().unwrap();
    let second = ask("web", orders(Some(cursor), 2)).await;
    assert_eq!(floor::ids(&second), [order_id(9)]);
    assert_eq!(second["ok"].get("next_cursor"), None);
    assert_eq!(ask("web", orders(Some(order_id(2)), 2)).await["refused"]["code"], "invalid_value");
    assert_eq!(ask("web", orders(None, 201)).await["refused"]["code"], "out_of_range");
    assert_eq!(ask("loadtest", orders(None, 2)).await["refused"]["code"], "not_allowed");

    let of = |status: &str, symbol: &str| Question::Orders {
        user_id: user(1),
        status: Some(status.parse().unwrap()),
        symbol: Some(symbol.parse().unwrap()),
        cursor: None,
        limit: 200,
    };
    assert_eq!(floor::ids(&ask("admin", of("open", "ACME")).await), [order_id(8), order_id(9)]);
    assert_eq!(floor::ids(&ask("admin", of("pending", "ACME")).await), [order_id(7)]);
    assert_eq!(floor::ids(&ask("admin", of("open", "NOPE")).await), []);

    let detail = |user_id, order| Question::OrderDetail { user_id, order_id: order_id(order) };
    let nine = ask("web", detail(user(1), 9)).await;
    assert_eq!(nine["ok"]["filled_quantity"], "4");
    let trades: Vec<_> =
        nine["ok"]["fills"].as_array().unwrap().iter().map(|f| f["trade_id"].clone()).collect();
    assert_eq!(trades, [json!(id(1)), json!(id(3))]);
    assert_eq!(ask("web", detail(user(2), 9)).await["refused"]["code"], "not_found");

    let origin = |user_id, order| Question::OrderOrigin { order_id: order_id(order), user_id };
    let whoevers = ask("web", origin(None, 9)).await;
    assert_eq!((&whoevers["ok"]["ordering"], &whoevers["ok"]["detail"]), (&json!(0), &nine["ok"]));
    assert_eq!(ask("web", origin(Some(user(1)), 9)).await, whoevers);
    assert_eq!(ask("web", origin(Some(user(2)), 9)).await["refused"]["code"], "not_found");
    assert_eq!(ask("bots", origin(None, 9)).await["refused"]["code"], "not_allowed");

    let fills = |cursor| Question::Fills { user_id: user(2), cursor, limit: 2 };
    let first = ask("web", fills(None)).await;
    let second = ask("web", fills(first["ok"]["next_cursor"].as_str().map(str::to_owned))).await;
    let trades: Vec<_> = [&first, &second]
        .iter()
        .flat_map(|page| page["ok"]["items"].as_array().unwrap().iter().map(|f| f["trade_id"].clone()))
        .collect();
    assert_eq!(trades, [json!(id(3)), json!(id(2)), json!(id(1))]);
    assert_eq!(ask("web", fills(Some("x".into()))).await["refused"]["code"], "invalid_value");
}
