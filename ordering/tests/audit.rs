//! The audit finds nothing on a sound database, and names what was broken by hand.

mod floor;

use chassis::audit::all;
use contracts::{Code, OrderStatus, Side, TradeId};
use floor::{Floor, id, order_id, user};
use ordering::audit;

/// One order filled, one part-filled and open, one canceled, one pending.
async fn traded() -> Floor {
    let mut floor = Floor::open().await;
    for order in [
        floor::buy(1, 10, "187"),
        floor::sell(2, 4, "187"),
        floor::buy(3, 5, "187"),
        floor::sell(4, 1, "200"),
    ] {
        floor.order("web", &order).await;
    }
    floor
        .matching(&[
            floor::opened(1, 1, Side::Buy, 10),
            floor::filled(2, "187", 4, (2, Side::Sell), 1),
            floor::opened(3, 3, Side::Buy, 5),
            floor::left(4, 3, Side::Buy, 5, Code::CanceledByUser),
        ])
        .await;
    floor
}

#[tokio::test]
async fn what_was_broken_by_hand_is_named() {
    let floor = traded().await;
    assert_eq!(audit::check(floor.bench.db()).await.unwrap(), []);
    // So that the database lets itself be broken.
    floor.bench.sql("alter table orders drop constraint orders_filled").await;
    for (break_it, mend_it, rules) in [
        (
            "update fills set quantity = quantity - 1 where side = 0",
            "update fills set quantity = quantity + 1 where side = 0",
            &["fills add up", "both sides"][..],
        ),
        (
            "update orders set notional = notional + 1 where symbol = 'ACME' and status = 2",
            "update orders set notional = notional - 1 where symbol = 'ACME' and status = 2",
            &["fills add up"],
        ),
        (
            "update orders set filled_quantity = quantity + 1 where status = 0",
            "update orders set filled_quantity = 0 where status = 0",
            &["fills add up", "beyond its quantity"],
        ),
        (
            "update orders set status = 1 where status = 2",
            "update orders set status = 2 where filled_quantity = quantity",
            &["closed exactly"],
        ),
        (
            "update orders set reason_code = null, reason_message = null where status = 3",
            "update orders set reason_code = 'self_trade', reason_message = 'x' where status = 3",
            &["has a reason"],
        ),
        (
            "update fills set user_id = order_id where side = 1",
            "update fills set user_id = o.user_id from orders o where o.order_id = fills.order_id",
            &["has its order's user"],
        ),
        (
            "update fills set price = price + 1000000 where side = 0",
            "update fills set price = price - 1000000 where side = 0",
            &["fills add up", "a price within", "both sides"],
        ),
    ] {
        assert_eq!(floor.bench.sql(break_it).await, 1, "{break_it}");
        let mut found: Vec<&str> =
            audit::check(floor.bench.db()).await.unwrap().iter().map(|finding| finding.rule).collect();
        found.dedup();
        assert_eq!(found.len(), rules.len(), "{break_it}: {found:?}");
        for (found, rule) in found.iter().zip(rules) {
            assert!(found.contains(rule), "{break_it}: {found:?}");
        }
        floor.bench.sql(mend_it).await;
        assert_eq!(audit::check(floor.bench.db()).await.unwrap(), [], "{mend_it}");
    }
}

#[tokio::test]
async fn live_orders_and_trades_are_told_as_they_are() {
    let floor = traded().await;
    let live = all::<audit::LiveOrder>(floor.bench.db()).await.unwrap();
    let told: Vec<_> =
        live.iter().map(|o| (o.order_id, o.user_id, o.side, o.remaining.to_string(), o.status)).collect();
    assert_eq!(
        told,
        [
            (order_id(1), user(1), Side::Buy, "6".to_owned(), OrderStatus::Open),
            (order_id(4), user(2), Side::Sell, "1".to_owned(), OrderStatus::Pending),
        ]
    );
    let trades = all::<audit::SeenTrade>(floor.bench.db()).await.unwrap();
    let trade = &trades[0];
    assert_eq!(trade.trade_id, TradeId(id(2)));
    assert_eq!(trade.sides, [Side::Buy, Side::Sell]);
    assert_eq!((trade.price.to_string(), trade.quantity.to_string()), ("187".into(), "4".into()));
    assert_eq!(trades.len(), 1);
}
