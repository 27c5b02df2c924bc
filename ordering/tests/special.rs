//! What is more than a plain order, on a real PostgreSQL: kept, read back after a restart, and said
//! to portfolio and to web; and what was kept before there was any of it.

mod floor;

use chassis::Answers;
use chassis::audit::all;
use contracts::{Code, Side, ordering::Question, topology};
use expect_test::expect;
use floor::{Floor, event, order_id, user};
use migrations::MigratorTrait;
use migrations::sea_orm::ConnectionTrait;
use serde_json::{Value, json};

const WEB: &str = "ordering.0>web";
const PORTFOLIO: &str = "ordering.0>portfolio.0";

async fn detail(floor: &Floor, n: u128) -> Value {
    let questions = ordering::Questions { db: floor.bench.db().clone() };
    let question = Question::OrderDetail { user_id: user(1), order_id: order_id(n) };
    let mut answer = questions.answer("web", question).await.unwrap().json();
    let order = answer["ok"].as_object_mut().unwrap();
    order.remove("fills");
    answer["ok"].take()
}

/// The fields that tell orders of one user and instrument apart.
fn own_fields(order: &Value) -> String {
    let mut order = order.clone();
    let fields = order.as_object_mut().unwrap();
    for same in ["order_id", "user_id", "symbol", "created_at", "updated_at"] {
        fields.remove(same);
    }
    order.to_string().replace('"', "")
}

#[tokio::test]
async fn every_term_is_read_back_as_it_was_written() {
    let mut floor = Floor::open().await;
    let mut table = String::new();
    for fields in [
        json!({ "order_type": "limit", "limit_price": "187" }),
        json!({ "order_type": "limit", "limit_price": "187", "time_in_force": "day", "post_only": true }),
        json!({ "order_type": "limit", "limit_price": "187", "post_only": true, "reprice": true,
                "display_quantity": "3", "time_in_force": "gtd", "expires_at": "2026-02-01T12:00:00.5Z",
                "self_trade_prevention": "decrement" }),
        json!({ "order_type": "market", "time_in_force": "fok" }),
        json!({ "order_type": "stop", "stop_price": "190" }),
        json!({ "order_type": "stop_limit", "stop_price": "190", "limit_price": "191" }),
        json!({ "order_type": "trailing_stop", "trail_amount": "5" }),
        json!({ "order_type": "oco", "limit_price": "180", "stop_price": "190" }),
        json!({ "order_type": "oco", "limit_price": "180", "stop_price": "190", "stop_limit_price": "192" }),
    ] {
        let body = floor::place(1, Side::Buy, &fields);
        let placed = floor.order("web", &body).await;
        let order = &placed.replies[0]["order"];
        assert_eq!(placed.on(WEB)[0]["order_changed"], *order, "{fields}");
        floor.bench.reopen().await;
        assert_eq!(detail(&floor, 1).await, *order, "{fields}");
        let again = floor.order("web", &body).await;
        assert_eq!(again.replies, placed.replies);
        assert!(again.events.is_empty());
        table += &own_fields(order);
        table.push('\n');
        floor.bench.sql("delete from orders").await;
        floor.bench.reopen().await;
    }
    expect![[r#"
        {filled_quantity:0,limit_price:187,quantity:10,side:buy,status:pending,time_in_force:gtc,type:limit}
        {filled_quantity:0,limit_price:187,post_only:true,quantity:10,side:buy,status:pending,time_in_force:day,type:limit}
        {display_quantity:3,expires_at:2026-02-01T12:00:00.500Z,filled_quantity:0,limit_price:187,post_only:true,quantity:10,reprice:true,self_trade_prevention:decrement,side:buy,status:pending,time_in_force:gtd,type:limit}
        {filled_quantity:0,quantity:10,side:buy,status:pending,time_in_force:fok,type:market}
        {filled_quantity:0,quantity:10,side:buy,status:pending,stop_price:190,time_in_force:gtc,type:stop}
        {filled_quantity:0,limit_price:191,quantity:10,side:buy,status:pending,stop_price:190,time_in_force:gtc,type:stop_limit}
        {filled_quantity:0,quantity:10,side:buy,status:pending,stop_price:192,time_in_force:gtc,trail_amount:5,type:trailing_stop}
        {filled_quantity:0,limit_price:180,quantity:10,side:buy,status:pending,stop_price:190,time_in_force:gtc,type:oco}
        {filled_quantity:0,limit_price:180,quantity:10,side:buy,status:pending,stop_limit_price:192,stop_price:190,time_in_force:gtc,type:oco}
    "#]].assert_eq(&table);
}

#[tokio::test]
async fn a_plain_order_has_nothing_special_in_the_database() {
    let mut floor = Floor::open().await;
    floor.order("web", &floor::buy(1, 10, "187")).await;
    floor.order("web", &floor::place(2, Side::Buy, &json!({ "order_type": "market" }))).await;
    floor.matching(&[floor::opened(1, 1, Side::Buy, 10)]).await;
    assert_eq!(floor.bench.sql("update orders set special = null where special is not null").await, 0);
}

#[tokio::test]
async fn a_brackets_two_orders_live_and_end_together() {
    let mut floor = Floor::open().await;
    let bracket = json!({ "order_type": "limit", "limit_price": "187", "exit_order_id": order_id(2),
        "take_profit_price": "200", "stop_loss_price": "180" });
    let placed = floor.order("web", &floor::place(1, Side::Buy, &bracket)).await;
    assert_eq!(placed.on(WEB).len(), 2);
    let [command] = &placed.on(PORTFOLIO)[..] else { panic!("one order: {placed:?}") };
    assert_eq!(
        command["place_order"]["special"]["exit"],
        json!({ "order_id": order_id(2), "take_profit_price": "200",
                "stop_loss": { "stop_price": "180", "price": "171", "rests": false } })
    );
    floor.bench.reopen().await;
    // The limit is three, and a bracket counts twice.
    assert_eq!(floor.order("web", &floor::buy(3, 1, "187")).await.replies[0]["status"], "pending");
    assert_eq!(floor.order("web", &floor::buy(4, 1, "187")).await.replies[0]["code"], "too_many_open_orders");

    // Of user 2, who is on the other side of both.
    floor.order("web", &floor::sell(5, 10, "187")).await;
    let exit = |tag, sequence, fields| event(tag, sequence, 2, Side::Sell, &fields);
    for events in [
        vec![
            exit("order_armed", 1, json!({ "quantity": "10" })),
            event("order_opened", 2, 1, Side::Buy, &json!({ "price": "187", "quantity": "10" })),
        ],
        vec![serde_json::to_value(floor::filled(3, "187", 4, (5, Side::Sell), 1)).unwrap()],
        vec![
            event(
                "order_left_book",
                4,
                1,
                Side::Buy,
                &json!({ "price": "187", "quantity": "6", "rested": true, "reason": "canceled_by_user" }),
            ),
            exit(
                "order_reduced",
                5,
                json!({ "price": "200", "by": "6", "quantity": "4", "reason": "entry_ended" }),
            ),
            exit("order_opened", 6, json!({ "price": "200", "quantity": "4" })),
        ],
        vec![exit(
            "order_triggered",
            7,
            json!({ "stop_price": "180", "price": "171", "quantity": "4", "was": { "price": "200", "visible": "4" } }),
        )],
    ] {
        let said = floor.book(&events).await;
        assert_eq!(said.committed.parked, 0, "{said:?}");
        let told = said.on(WEB).into_iter().filter_map(|event| event.get("order_changed").cloned());
        for order in told.filter(|order| order["user_id"] == json!(user(1))) {
            let n = if order["order_id"] == json!(order_id(1)) { 1 } else { 2 };
            assert_eq!(detail(&floor, n).await, order);
        }
        let after = floor.state().await;
        floor.bench.reopen().await;
        assert!(floor.book(&events).await.events.is_empty());
        assert_eq!(floor.state().await, after);
    }
    expect![[r#"
        {average_price:187,exit_order_id:01900000-0000-7000-8000-000000000002,filled_quantity:4,limit_price:187,quantity:10,reason:{code:canceled_by_user,message:canceled at the user's request},side:buy,status:canceled,stop_loss_price:180,take_profit_price:200,time_in_force:gtc,type:limit}
        {entry_order_id:01900000-0000-7000-8000-000000000001,filled_quantity:0,limit_price:200,placed:{limit_price:200,quantity:10},quantity:4,side:sell,status:open,stop_price:180,time_in_force:gtc,triggered:true,type:oco}
    "#]].assert_eq(&format!(
        "{}\n{}\n",
        own_fields(&detail(&floor, 1).await),
        own_fields(&detail(&floor, 2).await)
    ));
    assert_eq!(ordering::audit::check(floor.bench.db()).await.unwrap(), []);
    let live = all::<ordering::audit::LiveOrder>(floor.bench.db()).await.unwrap();
    let live: Vec<_> =
        live.iter().map(|order| (order.order_id, order.side, order.remaining.to_string())).collect();
    assert_eq!(live[0], (order_id(2), Side::Sell, "4".to_owned()));
}

#[tokio::test]
async fn a_bracket_that_was_broken_by_hand_is_named() {
    let mut floor = Floor::open().await;
    let bracket = json!({ "order_type": "limit", "limit_price": "187", "exit_order_id": order_id(2),
        "take_profit_price": "200", "stop_loss_price": "180" });
    floor.order("web", &floor::place(1, Side::Buy, &bracket)).await;
    for (break_it, mend_it, rules) in [
        (
            "update orders set filled_quantity = 1000000 where order_type = 5",
            "update orders set filled_quantity = 0 where order_type = 5",
            &["fills add up", "an exit leaves"][..],
        ),
        (
            "update orders set user_id = order_id where order_type = 5",
            "update orders set user_id = entry.user_id from orders entry where entry.order_type = 0 \
             and orders.order_type = 5",
            &["an exit leaves"],
        ),
        (
            "update orders set special = special - 'entry_order_id' where order_type = 5",
            "update orders set special = orders.special || jsonb_build_object('entry_order_id', entry.order_id) \
             from orders entry where entry.order_type = 0 and orders.order_type = 5",
            &["an entry has its exit"],
        ),
        (
            "update orders set special = special #- '{terms,exit_order_id}' where order_type = 0",
            "update orders set special = jsonb_set(orders.special, '{terms,exit_order_id}', to_jsonb(exit.order_id)) \
             from orders exit where exit.order_type = 5 and orders.order_type = 0",
            &["an exit leaves"],
        ),
    ] {
        assert_eq!(floor.bench.sql(break_it).await, 1, "{break_it}");
        let found = ordering::audit::check(floor.bench.db()).await.unwrap();
        assert_eq!(found.len(), rules.len(), "{break_it}: {found:?}");
        for (found, rule) in found.iter().zip(rules) {
            assert!(found.rule.contains(rule), "{break_it}: {found:?}");
        }
        assert_eq!(floor.bench.sql(mend_it).await, 1, "{mend_it}");
        assert_eq!(ordering::audit::check(floor.bench.db()).await.unwrap(), [], "{mend_it}");
    }
}

#[tokio::test]
async fn an_amendment_survives_restarts_until_it_is_decided() {
    let mut floor = Floor::open().await;
    floor.order("web", &floor::buy(1, 10, "187")).await;
    floor.order("web", &floor::sell(2, 4, "187")).await;
    floor.matching(&[floor::opened(1, 1, Side::Buy, 10)]).await;
    let amend = |quantity: &str, limit: &str| {
        json!({ "type": "amend_order", "order_id": order_id(1), "user_id": user(1), "quantity": quantity,
                "limit_price": limit })
        .to_string()
    };
    let asked = floor.order("web", &amend("20", "188")).await;
    assert_eq!(
        asked.on(PORTFOLIO)[0]["amend_order"],
        json!({ "order_id": order_id(1), "user_id": user(1), "ordering": 0, "symbol": "ACME",
                "was_quantity": "10", "quantity": "20", "price": "188", "tick_size": "0.01", "lot_size": "1" })
    );
    floor.bench.reopen().await;
    let again = floor.order("web", &amend("20", "188")).await;
    assert_eq!(again.replies, asked.replies);
    assert!(again.events.is_empty());
    assert_eq!(floor.order("web", &amend("5", "188")).await.replies[0]["code"], "amendment_pending");

    let refused = json!([{ "amendment_refused": { "order_id": order_id(1), "user_id": user(1),
        "refusal": { "code": "insufficient_cash", "message": "needs 3760, has 5" } } }]);
    let said = floor.portfolio(&refused).await;
    assert_eq!(said.on(WEB)[0]["order_changed"]["amendment"]["refused"]["code"], "insufficient_cash");
    floor.bench.reopen().await;
    assert!(floor.portfolio(&refused).await.events.is_empty());
    floor.matching(&[floor::filled(2, "187", 4, (2, Side::Sell), 1)]).await;

    floor.order("web", &amend("8", "186")).await;
    floor.bench.reopen().await;
    let amended = [
        event(
            "order_amended",
            3,
            1,
            Side::Buy,
            &json!({ "price": "186", "was_quantity": "6", "quantity": "4" }),
        ),
        event("order_opened", 4, 1, Side::Buy, &json!({ "price": "186", "quantity": "4" })),
    ];
    let told = floor.book(&amended).await.on(WEB);
    expect!["{average_price:187,filled_quantity:4,limit_price:186,placed:{limit_price:187,quantity:10},quantity:8,side:buy,status:open,time_in_force:gtc,type:limit}"].assert_eq(&own_fields(&told[0]["order_changed"]));
    floor.bench.reopen().await;
    assert!(floor.book(&amended).await.events.is_empty());
    assert_eq!(detail(&floor, 1).await, told[0]["order_changed"]);
    // It is still the order that was placed, and its first fill was within its price then.
    assert_eq!(floor.order("web", &floor::buy(1, 10, "187")).await.replies[0]["status"], "open");
    assert_eq!(ordering::audit::check(floor.bench.db()).await.unwrap(), []);
    floor.bench.sql("update orders set special = special - 'worst_price' where order_type = 0").await;
    let found = ordering::audit::check(floor.bench.db()).await.unwrap();
    assert!(found.iter().any(|finding| finding.rule.contains("a price within")), "{found:?}");
}

#[tokio::test]
async fn an_amendment_of_an_order_that_ended_is_named_by_the_audit() {
    let mut floor = Floor::open().await;
    floor.order("web", &floor::buy(1, 10, "187")).await;
    let amend =
        json!({ "type": "amend_order", "order_id": order_id(1), "user_id": user(1), "quantity": "5" });
    floor.order("web", &amend.to_string()).await;
    floor.bench.sql("update orders set status = 3, reason_code = 'self_trade', reason_message = 'x'").await;
    let found = ordering::audit::check(floor.bench.db()).await.unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].rule.contains("only a live order"));
}

#[tokio::test]
async fn many_orders_are_canceled_whether_they_are_remembered_or_not() {
    let mut floor = Floor::open().await;
    floor.list("OTHR").await;
    floor.order("web", &floor::buy(1, 10, "187")).await;
    floor
        .order("web", &floor::place(2, Side::Sell, &json!({ "order_type": "stop", "stop_price": "180" })))
        .await;
    floor.order("web", &floor::buy(3, 10, "187").replace("ACME", "OTHR")).await;
    floor.order("web", &floor::sell(4, 10, "187")).await;
    let cancel = |filter: Value| {
        let mut body = json!({ "type": "cancel_orders", "user_id": user(1) });
        filter.as_object().unwrap().iter().for_each(|(field, value)| body[field] = value.clone());
        body.to_string()
    };
    for (filter, expected) in [
        (json!({}), vec![1, 2, 3]),
        (json!({ "symbol": "ACME" }), vec![1, 2]),
        (json!({ "side": "buy" }), vec![1, 3]),
        (json!({ "symbol": "ACME", "side": "sell" }), vec![2]),
        (json!({ "symbol": "OTHR", "side": "sell" }), vec![]),
        (json!({ "symbol": "NOPE" }), vec![]),
    ] {
        for _ in 0..2 {
            let said = floor.order("web", &cancel(filter.clone())).await;
            assert_eq!(said.replies[0], json!({ "status": "pending", "count": expected.len() }), "{filter}");
            let canceled: Vec<Value> = said
                .on(PORTFOLIO)
                .iter()
                .map(|command| command["cancel_order"]["order_id"].clone())
                .collect();
            assert_eq!(
                canceled,
                expected.iter().map(|n| json!(order_id(*n))).collect::<Vec<_>>(),
                "{filter}"
            );
            floor.bench.reopen().await;
        }
    }
    floor.matching(&[floor::left(1, 1, Side::Buy, 10, Code::CanceledByUser)]).await;
    assert_eq!(floor.order("web", &cancel(json!({}))).await.replies[0]["count"], 2);
    // In one step: what two messages reach is canceled once, with what came between them.
    let [first, second] = [json!({ "side": "sell" }), json!({})].map(cancel);
    let step = [first, floor::buy(5, 1, "180"), second];
    let step = step.map(|body| floor.bench.asking(topology::ORDERS_EXCHANGE, "web", &body));
    let said = floor.bench.deliver(step.into()).await;
    assert_eq!((&said.replies[0]["count"], &said.replies[2]["count"]), (&json!(1), &json!(3)));
    let cancels = said.on(PORTFOLIO).into_iter().filter(|command| command.get("cancel_order").is_some());
    assert_eq!(cancels.count(), 3);
}

#[tokio::test]
async fn an_instruments_hours_are_known_after_a_restart() {
    let mut floor = Floor::open().await;
    let instrument = json!({ "instrument_changed": { "symbol": "ACME", "name": "ACME", "currency": "USD",
        "tick_size": "0.01", "lot_size": "1", "previous_close": "187", "state": "open",
        "rules": { "hours": { "days": ["monday", "thursday"], "opens": "14:30", "closes": "21:00" } } } });
    floor.hear("stock-data.0>*", &[instrument]).await;
    floor.bench.reopen().await;
    let day = json!({ "order_type": "limit", "limit_price": "187", "time_in_force": "day" });
    // The first of January 2026 is a Thursday.
    let said = floor.order("web", &floor::place(1, Side::Buy, &day)).await;
    assert_eq!(said.on(PORTFOLIO)[0]["place_order"]["special"]["expires_at"], "2026-01-01T21:00:00Z");
    floor.list("ACME").await;
    floor.bench.reopen().await;
    let said = floor.order("web", &floor::place(2, Side::Buy, &day)).await;
    assert_eq!(said.on(PORTFOLIO)[0]["place_order"]["special"]["expires_at"], "2026-01-02T00:00:00Z");
}

/// The database as it was when orders were limit orders and market orders.
#[tokio::test]
async fn what_was_kept_before_is_read_as_it_was_meant() {
    let url = chassis::testing::fresh_database().await;
    let db = migrations::sea_orm::Database::connect(&url).await.unwrap();
    migrations::ordering::Migrator::up(&db, Some(4)).await.unwrap();
    let rows = format!(
        "insert into orders (order_id, user_id, created_at, updated_at, quantity, price, filled_quantity,
            notional, book_sequence, partition, side, order_type, time_in_force, post_only, status, symbol)
         values ('{}', '{user}', '{at}', '{at}', 10000000, 187000000, 0, 0, 1, 0, 0, 0, 0, true, 1, 'ACME'),
                ('{}', '{user}', '{at}', '{at}', 10000000, 196350000, 10000000, 1870000000, 2, 0, 0, 1, 1,
                 false, 2, 'ACME');
         insert into instruments (partition, symbol, tick_size, lot_size, previous_close, last_price, state)
         values (0, 'OLD', 10000, 1000000, 100000000, 0, 0)",
        order_id(1),
        order_id(2),
        user = user(1),
        at = floor::at(0),
    );
    db.execute_unprepared(&rows).await.unwrap();
    let applied = migrations::migrate(topology::ORDERING, &url).await.unwrap();
    assert_eq!(applied, ["m0005_special_orders", "m0006_feeds"]);

    let mut floor = Floor::of_partition(&url, chassis::testing::place(topology::ORDERING)).await;
    expect![[r#"
        {filled_quantity:0,limit_price:187,post_only:true,quantity:10,side:buy,status:open,time_in_force:gtc,type:limit}
        {average_price:187,filled_quantity:10,quantity:10,side:buy,status:closed,time_in_force:ioc,type:market}
    "#]].assert_eq(&format!(
        "{}\n{}\n",
        own_fields(&detail(&floor, 1).await),
        own_fields(&detail(&floor, 2).await)
    ));
    let same = json!({ "order_type": "limit", "limit_price": "187", "post_only": true });
    assert_eq!(floor.order("web", &floor::place(1, Side::Buy, &same)).await.replies[0]["status"], "open");
    let same = json!({ "order_type": "market" });
    assert_eq!(floor.order("web", &floor::place(2, Side::Buy, &same)).await.replies[0]["status"], "closed");
    let said = floor.matching(&[floor::left(3, 1, Side::Buy, 10, Code::CanceledByUser)]).await;
    assert_eq!(said.on(WEB)[0]["order_changed"]["status"], "canceled");
    let day = json!({ "symbol": "OLD", "order_type": "limit", "limit_price": "100", "time_in_force": "day" });
    assert_eq!(floor.order("web", &floor::place(3, Side::Buy, &day)).await.replies[0]["status"], "pending");
}
