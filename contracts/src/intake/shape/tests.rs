//! Every type against every field: what is taken, and what is said of the rest.

use crate::intake::decode;
use crate::{OrderType, Refusal};
use expect_test::{Expect, expect};
use serde_json::{Map, Value, json};
use std::fmt::Write;

/// What an order of this type must say, and no more.
fn least(order_type: OrderType) -> Value {
    let prices = match order_type {
        OrderType::Limit => json!({ "limit_price": "100" }),
        OrderType::Market => json!({}),
        OrderType::Stop => json!({ "stop_price": "90" }),
        OrderType::StopLimit => json!({ "limit_price": "89", "stop_price": "90" }),
        OrderType::TrailingStop => json!({ "trail_amount": "5" }),
        OrderType::Oco => json!({ "limit_price": "100", "stop_price": "90" }),
    };
    let rest = json!({
        "type": "place_order", "order_id": "01890000-0000-7000-8000-00000000000a",
        "user_id": "01890000-0000-7000-8000-000000000001", "symbol": "ACME", "side": "sell",
        "order_type": order_type, "quantity": "10",
    });
    with(with(json!({}), &rest), &prices)
}

/// A null takes a field away.
fn with(body: Value, fields: &Value) -> Value {
    let mut body: Map<String, Value> = body.as_object().unwrap().clone();
    for (field, value) in fields.as_object().unwrap() {
        match value {
            Value::Null => drop(body.remove(field)),
            value => drop(body.insert(field.clone(), value.clone())),
        }
    }
    body.into()
}

fn taken(body: &Value) -> Result<(), Refusal> {
    decode(&serde_json::to_vec(body).unwrap()).map(|_| ())
}

/// Of each change, what comes of it for each type.
fn check(changes: &[Value], expected: Expect) {
    let mut table = String::new();
    for change in changes {
        writeln!(table, "{}", change.to_string().replace('"', "").replace(',', ", ")).unwrap();
        let mut outcomes: Vec<(String, Vec<&str>)> = Vec::new();
        for order_type in OrderType::ALL {
            let outcome = match taken(&with(least(*order_type), change)) {
                Ok(()) => "taken".to_owned(),
                Err(refusal) => refusal.to_string(),
            };
            match outcomes.iter_mut().find(|(known, _)| *known == outcome) {
                Some((_, types)) => types.push(order_type.as_str()),
                None => outcomes.push((outcome, vec![order_type.as_str()])),
            }
        }
        for (outcome, types) in outcomes {
            writeln!(table, "  {}: {outcome}", types.join(", ")).unwrap();
        }
    }
    expected.assert_eq(&table);
}

#[test]
fn a_type_has_its_prices_and_no_others() {
    check(
        &[
            json!({}),
            json!({ "limit_price": "101" }),
            json!({ "limit_price": null }),
            json!({ "stop_price": "91" }),
            json!({ "stop_price": null }),
            json!({ "trail_amount": "6" }),
            json!({ "trail_amount": null }),
            json!({ "stop_limit_price": "88" }),
        ],
        expect![[r#"
            {}
              limit, market, stop, stop_limit, trailing_stop, oco: taken
            {limit_price:101}
              limit, stop_limit, oco: taken
              market: limit_price: a market order has no limit price (unexpected_field)
              stop: limit_price: a stop order has no limit price (unexpected_field)
              trailing_stop: limit_price: a trailing stop has no limit price (unexpected_field)
            {limit_price:null}
              limit: limit_price: a limit order needs a limit price (missing_field)
              market, stop, trailing_stop: taken
              stop_limit: limit_price: a stop limit order needs a limit price (missing_field)
              oco: limit_price: an oco order needs a limit price (missing_field)
            {stop_price:91}
              limit: stop_price: a limit order has no stop price (unexpected_field)
              market: stop_price: a market order has no stop price (unexpected_field)
              stop, stop_limit, oco: taken
              trailing_stop: stop_price: a trailing stop has no stop price (unexpected_field)
            {stop_price:null}
              limit, market, trailing_stop: taken
              stop: stop_price: a stop order needs a stop price (missing_field)
              stop_limit: stop_price: a stop limit order needs a stop price (missing_field)
              oco: stop_price: an oco order needs a stop price (missing_field)
            {trail_amount:6}
              limit: trail_amount: a limit order has no trail amount (unexpected_field)
              market: trail_amount: a market order has no trail amount (unexpected_field)
              stop: trail_amount: a stop order has no trail amount (unexpected_field)
              stop_limit: trail_amount: a stop limit order has no trail amount (unexpected_field)
              trailing_stop: taken
              oco: trail_amount: an oco order has no trail amount (unexpected_field)
            {trail_amount:null}
              limit, market, stop, stop_limit, oco: taken
              trailing_stop: trail_amount: a trailing stop needs a trail amount (missing_field)
            {stop_limit_price:88}
              limit: stop_limit_price: a limit order has no stop limit price (unexpected_field)
              market: stop_limit_price: a market order has no stop limit price (unexpected_field)
              stop: stop_limit_price: a stop order has no stop limit price (unexpected_field)
              stop_limit: stop_limit_price: a stop limit order has no stop limit price (unexpected_field)
              trailing_stop: stop_limit_price: a trailing stop has no stop limit price (unexpected_field)
              oco: taken
        "#]],
    );
}

#[test]
fn a_type_waits_or_does_not() {
    check(
        &[
            json!({ "time_in_force": "gtc" }),
            json!({ "time_in_force": "day" }),
            json!({ "time_in_force": "gtd" }),
            json!({ "time_in_force": "gtd", "expires_at": "2026-11-21T21:00:00Z" }),
            json!({ "time_in_force": "ioc" }),
            json!({ "time_in_force": "fok" }),
            json!({ "expires_at": "2026-11-21T21:00:00Z" }),
            json!({ "time_in_force": "day", "expires_at": "2026-11-21T21:00:00Z" }),
        ],
        expect![[r#"
            {time_in_force:gtc}
              limit, stop, stop_limit, trailing_stop, oco: taken
              market: time_in_force: a market order does not wait: ioc or fok, got "gtc" (invalid_combination)
            {time_in_force:day}
              limit, stop, stop_limit, trailing_stop, oco: taken
              market: time_in_force: a market order does not wait: ioc or fok, got "day" (invalid_combination)
            {time_in_force:gtd}
              limit, stop, stop_limit, trailing_stop, oco: expires_at: an order that is good till a date says until when (missing_field)
              market: time_in_force: a market order does not wait: ioc or fok, got "gtd" (invalid_combination)
            {expires_at:2026-11-21T21:00:00Z, time_in_force:gtd}
              limit, stop, stop_limit, trailing_stop, oco: taken
              market: time_in_force: a market order does not wait: ioc or fok, got "gtd" (invalid_combination)
            {time_in_force:ioc}
              limit, market: taken
              stop: time_in_force: a stop order waits: gtc, day or gtd, got "ioc" (invalid_combination)
              stop_limit: time_in_force: a stop limit order waits: gtc, day or gtd, got "ioc" (invalid_combination)
              trailing_stop: time_in_force: a trailing stop waits: gtc, day or gtd, got "ioc" (invalid_combination)
              oco: time_in_force: an oco order waits: gtc, day or gtd, got "ioc" (invalid_combination)
            {time_in_force:fok}
              limit, market: taken
              stop: time_in_force: a stop order waits: gtc, day or gtd, got "fok" (invalid_combination)
              stop_limit: time_in_force: a stop limit order waits: gtc, day or gtd, got "fok" (invalid_combination)
              trailing_stop: time_in_force: a trailing stop waits: gtc, day or gtd, got "fok" (invalid_combination)
              oco: time_in_force: an oco order waits: gtc, day or gtd, got "fok" (invalid_combination)
            {expires_at:2026-11-21T21:00:00Z}
              limit, stop, stop_limit, trailing_stop, oco: expires_at: only a gtd order names its end, this is gtc (invalid_combination)
              market: expires_at: only a gtd order names its end, this is ioc (invalid_combination)
            {expires_at:2026-11-21T21:00:00Z, time_in_force:day}
              limit, stop, stop_limit, trailing_stop, oco: expires_at: only a gtd order names its end, this is day (invalid_combination)
              market: time_in_force: a market order does not wait: ioc or fok, got "day" (invalid_combination)
        "#]],
    );
}

#[test]
fn what_rests_may_be_post_only_repriced_or_an_iceberg() {
    check(
        &[
            json!({ "post_only": true }),
            json!({ "post_only": true, "time_in_force": "ioc" }),
            json!({ "post_only": true, "reprice": true }),
            json!({ "reprice": true }),
            json!({ "reprice": false, "post_only": false }),
            json!({ "display_quantity": "3" }),
            json!({ "display_quantity": "3", "time_in_force": "ioc" }),
            json!({ "display_quantity": "3", "post_only": true, "time_in_force": "day" }),
            json!({ "display_quantity": "10" }),
            json!({ "self_trade_prevention": "decrement" }),
        ],
        expect![[r#"
            {post_only:true}
              limit: taken
              market: post_only: only an order that waits can be post-only, this is ioc (invalid_combination)
              stop: post_only: only a limit order can be post-only, this is a stop order (invalid_combination)
              stop_limit: post_only: only a limit order can be post-only, this is a stop limit order (invalid_combination)
              trailing_stop: post_only: only a limit order can be post-only, this is a trailing stop (invalid_combination)
              oco: post_only: only a limit order can be post-only, this is an oco order (invalid_combination)
            {post_only:true, time_in_force:ioc}
              limit, market: post_only: only an order that waits can be post-only, this is ioc (invalid_combination)
              stop: time_in_force: a stop order waits: gtc, day or gtd, got "ioc" (invalid_combination)
              stop_limit: time_in_force: a stop limit order waits: gtc, day or gtd, got "ioc" (invalid_combination)
              trailing_stop: time_in_force: a trailing stop waits: gtc, day or gtd, got "ioc" (invalid_combination)
              oco: time_in_force: an oco order waits: gtc, day or gtd, got "ioc" (invalid_combination)
            {post_only:true, reprice:true}
              limit: taken
              market: post_only: only an order that waits can be post-only, this is ioc (invalid_combination)
              stop: post_only: only a limit order can be post-only, this is a stop order (invalid_combination)
              stop_limit: post_only: only a limit order can be post-only, this is a stop limit order (invalid_combination)
              trailing_stop: post_only: only a limit order can be post-only, this is a trailing stop (invalid_combination)
              oco: post_only: only a limit order can be post-only, this is an oco order (invalid_combination)
            {reprice:true}
              limit, market, stop, stop_limit, trailing_stop, oco: reprice: only a post-only order can be repriced (invalid_combination)
            {post_only:false, reprice:false}
              limit, market, stop, stop_limit, trailing_stop, oco: taken
            {display_quantity:3}
              limit: taken
              market, stop, stop_limit, trailing_stop, oco: display_quantity: only a limit order that waits can show a part of itself (invalid_combination)
            {display_quantity:3, time_in_force:ioc}
              limit, market: display_quantity: only a limit order that waits can show a part of itself (invalid_combination)
              stop: time_in_force: a stop order waits: gtc, day or gtd, got "ioc" (invalid_combination)
              stop_limit: time_in_force: a stop limit order waits: gtc, day or gtd, got "ioc" (invalid_combination)
              trailing_stop: time_in_force: a trailing stop waits: gtc, day or gtd, got "ioc" (invalid_combination)
              oco: time_in_force: an oco order waits: gtc, day or gtd, got "ioc" (invalid_combination)
            {display_quantity:3, post_only:true, time_in_force:day}
              limit: taken
              market: time_in_force: a market order does not wait: ioc or fok, got "day" (invalid_combination)
              stop: post_only: only a limit order can be post-only, this is a stop order (invalid_combination)
              stop_limit: post_only: only a limit order can be post-only, this is a stop limit order (invalid_combination)
              trailing_stop: post_only: only a limit order can be post-only, this is a trailing stop (invalid_combination)
              oco: post_only: only a limit order can be post-only, this is an oco order (invalid_combination)
            {display_quantity:10}
              limit: display_quantity: must be less than the quantity 10, got 10 (out_of_range)
              market, stop, stop_limit, trailing_stop, oco: display_quantity: only a limit order that waits can show a part of itself (invalid_combination)
            {self_trade_prevention:decrement}
              limit, market, stop, stop_limit, trailing_stop, oco: taken
        "#]],
    );
}

#[test]
fn what_enters_may_have_an_exit() {
    let exit = "01890000-0000-7000-8000-00000000000b";
    let own = "01890000-0000-7000-8000-00000000000a";
    check(
        &[
            json!({ "exit_order_id": exit, "take_profit_price": "80", "stop_loss_price": "110" }),
            json!({ "exit_order_id": exit, "take_profit_price": "80" }),
            json!({ "exit_order_id": exit, "stop_loss_price": "110" }),
            json!({ "exit_order_id": exit }),
            json!({ "exit_order_id": own, "stop_loss_price": "110" }),
            json!({ "take_profit_price": "80" }),
            json!({ "stop_loss_price": "110" }),
        ],
        expect![[r#"
            {exit_order_id:01890000-0000-7000-8000-00000000000b, stop_loss_price:110, take_profit_price:80}
              limit, market: taken
              stop: exit_order_id: only a limit or a market order enters, this is a stop order (invalid_combination)
              stop_limit: exit_order_id: only a limit or a market order enters, this is a stop limit order (invalid_combination)
              trailing_stop: exit_order_id: only a limit or a market order enters, this is a trailing stop (invalid_combination)
              oco: exit_order_id: only a limit or a market order enters, this is an oco order (invalid_combination)
            {exit_order_id:01890000-0000-7000-8000-00000000000b, take_profit_price:80}
              limit, market: taken
              stop: exit_order_id: only a limit or a market order enters, this is a stop order (invalid_combination)
              stop_limit: exit_order_id: only a limit or a market order enters, this is a stop limit order (invalid_combination)
              trailing_stop: exit_order_id: only a limit or a market order enters, this is a trailing stop (invalid_combination)
              oco: exit_order_id: only a limit or a market order enters, this is an oco order (invalid_combination)
            {exit_order_id:01890000-0000-7000-8000-00000000000b, stop_loss_price:110}
              limit, market: taken
              stop: exit_order_id: only a limit or a market order enters, this is a stop order (invalid_combination)
              stop_limit: exit_order_id: only a limit or a market order enters, this is a stop limit order (invalid_combination)
              trailing_stop: exit_order_id: only a limit or a market order enters, this is a trailing stop (invalid_combination)
              oco: exit_order_id: only a limit or a market order enters, this is an oco order (invalid_combination)
            {exit_order_id:01890000-0000-7000-8000-00000000000b}
              limit, market, stop, stop_limit, trailing_stop, oco: take_profit_price: a bracket has a take profit price or a stop loss price (missing_field)
            {exit_order_id:01890000-0000-7000-8000-00000000000a, stop_loss_price:110}
              limit, market, stop, stop_limit, trailing_stop, oco: exit_order_id: the exit has an id of its own (invalid_combination)
            {take_profit_price:80}
              limit, market, stop, stop_limit, trailing_stop, oco: exit_order_id: a bracket names the order that leaves again (missing_field)
            {stop_loss_price:110}
              limit, market, stop, stop_limit, trailing_stop, oco: exit_order_id: a bracket names the order that leaves again (missing_field)
        "#]],
    );
}

/// An order that comes in another's place is like any other but for that, and no bracket.
#[test]
fn a_replacement_is_an_order_that_names_another() {
    let order = |fields: Value| {
        let plain = json!({
            "type": "replace_order", "order_id": "01890000-0000-7000-8000-00000000000a",
            "user_id": "01890000-0000-7000-8000-000000000001", "symbol": "ACME", "side": "buy",
            "order_type": "limit", "quantity": "10", "limit_price": "100",
        });
        let refused = |refusal: Refusal| format!("{refusal}");
        taken(&with(plain, &fields)).map_err(refused)
    };
    let other = json!({ "replaces": "01890000-0000-7000-8000-00000000000c" });
    let named = |fields: Value| order(with(other.clone(), &fields)).unwrap_err();
    assert_eq!(order(other.clone()), Ok(()));
    assert_eq!(order(with(other.clone(), &json!({ "post_only": true, "time_in_force": "day" }))), Ok(()));
    expect![[r#"
        replaces: this field is required (missing_field)
        replaces: expected a UUID such as 01941f29-7c00-7000-8000-000000000001, got "x" (invalid_value)
        replaces: the order that comes instead has an id of its own (invalid_combination)
        replaces: only a "replace_order" names the order in whose place it comes (unexpected_field)
        stop_price: a limit order has no stop price (unexpected_field)
        exit_order_id: an order that comes in another's place is no bracket (invalid_combination)"#]]
    .assert_eq(
        &[
            order(json!({})).unwrap_err(),
            order(json!({ "replaces": "x" })).unwrap_err(),
            order(json!({ "replaces": "01890000-0000-7000-8000-00000000000a" })).unwrap_err(),
            named(json!({ "type": "place_order" })),
            named(json!({ "stop_price": "90" })),
            named(json!({
                "exit_order_id": "01890000-0000-7000-8000-00000000000b", "take_profit_price": "80",
            })),
        ]
        .join("\n"),
    );
}

/// The other messages name what they are about, and nothing else.
#[test]
fn a_change_or_a_cancel_has_its_fields_and_no_others() {
    let messages = [
        ("cancel_order", json!({ "order_id": "01890000-0000-7000-8000-00000000000a" })),
        ("amend_order", json!({ "order_id": "01890000-0000-7000-8000-00000000000a", "quantity": "5" })),
        ("cancel_orders", json!({})),
    ];
    let fields = json!({
        "order_id": "01890000-0000-7000-8000-00000000000a", "symbol": "ACME", "side": "buy", "order_type": "limit",
        "quantity": "10", "limit_price": "100", "time_in_force": "gtc", "expires_at": "2026-11-21T21:00:00Z",
        "post_only": false, "reprice": false, "display_quantity": "3", "stop_price": "90", "trail_amount": "5",
        "stop_limit_price": "89", "self_trade_prevention": "cancel_both",
        "exit_order_id": "01890000-0000-7000-8000-00000000000b", "take_profit_price": "80", "stop_loss_price": "110",
        "replaces": "01890000-0000-7000-8000-00000000000c",
    });
    let mut table = String::new();
    for (kind, least) in messages {
        let user = json!({ "type": kind, "user_id": "01890000-0000-7000-8000-000000000001" });
        let least = with(user, &least);
        assert_eq!(taken(&least), Ok(()), "{kind}");
        let (mut has, mut refused) = (Vec::new(), String::new());
        for (field, value) in fields.as_object().unwrap() {
            match taken(&with(least.clone(), &json!({ field: value }))) {
                Ok(()) => has.push(field.as_str()),
                Err(Refusal { message, field: named, .. }) => {
                    assert_eq!(named.as_deref(), Some(field.as_str()), "{kind}");
                    refused = message;
                }
            }
        }
        writeln!(table, "{kind} has {}: {refused}", has.join(", ")).unwrap();
    }
    expect![[r#"
        cancel_order has order_id: a cancel names only the order and its user
        amend_order has limit_price, order_id, quantity: an amendment names the order, its user, and a quantity or a limit price
        cancel_orders has side, symbol: a cancel of many names only the user, a symbol and a side
    "#]].assert_eq(&table);
}

#[test]
fn what_is_missing_from_a_change_or_a_cancel_is_named() {
    let user = json!({ "user_id": "01890000-0000-7000-8000-000000000001" });
    let mut table = String::new();
    for fields in [
        json!({ "type": "cancel_order" }),
        json!({ "type": "amend_order", "quantity": "5" }),
        json!({ "type": "amend_order", "order_id": "01890000-0000-7000-8000-00000000000a" }),
    ] {
        writeln!(table, "{}", taken(&with(user.clone(), &fields)).unwrap_err()).unwrap();
    }
    expect![[r#"
        order_id: this field is required (missing_field)
        order_id: this field is required (missing_field)
        quantity: an amendment names the order, its user, and a quantity or a limit price (missing_field)
    "#]]
    .assert_eq(&table);
}
