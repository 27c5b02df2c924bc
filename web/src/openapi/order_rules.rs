//! Which fields of an order go together, as intake knows it: a rule for each type, and those of time, of
//! what rests, and of brackets.

use contracts::intake::{Need, enters, prices, waiting};
use contracts::{OrderType, TimeInForce};
use serde_json::{Map, Value, json};

/// Adds them to the schema of an order's fields.
pub fn add(schema: &mut Value) {
    let types: Vec<Value> = OrderType::ALL.iter().map(|order_type| of_type(*order_type)).collect();
    schema["allOf"] =
        json!([{ "oneOf": types }, { "oneOf": times() }, { "oneOf": resting() }, { "oneOf": exits() }]);
}

/// `null` is as good as nothing.
fn absent() -> Value {
    json!({ "type": "null" })
}

fn given() -> Value {
    json!({ "type": "string" })
}

fn rule(
    title: &str,
    required: &[&str],
    properties: impl IntoIterator<Item = (&'static str, Value)>,
) -> Value {
    let properties: Map<_, _> =
        properties.into_iter().map(|(field, schema)| (field.to_owned(), schema)).collect();
    json!({ "title": title, "required": required, "properties": properties })
}

fn of_type(order_type: OrderType) -> Value {
    let mut required = vec!["type"];
    let mut properties = vec![("type", json!({ "const": order_type.as_str() }))];
    for (field, need) in prices(order_type) {
        match need {
            Need::Always => {
                required.push(field);
                properties.push((field, given()));
            }
            Need::Never => properties.push((field, absent())),
            Need::Maybe => {}
        }
    }
    let times: Vec<_> = TimeInForce::ALL.iter().filter(|time| suits(waiting(order_type), **time)).collect();
    let mut times: Vec<Value> = times.into_iter().map(|time| time.as_str().into()).collect();
    times.push(Value::Null);
    properties.push(("time_in_force", json!({ "enum": times })));
    if !enters(order_type) {
        properties.push(("exit_order_id", absent()));
    }
    if order_type != OrderType::Limit {
        properties.extend([("post_only", json!({ "enum": [false, null] })), ("display_quantity", absent())]);
    }
    rule(order_type.as_str(), &required, properties)
}

fn suits(waiting: Need, time: TimeInForce) -> bool {
    match waiting {
        Need::Always => time.waits(),
        Need::Never => !time.waits(),
        Need::Maybe => true,
    }
}

fn times() -> Value {
    let gtd = TimeInForce::Gtd.as_str();
    let mut others: Vec<Value> = TimeInForce::ALL.iter().map(|time| time.as_str().into()).collect();
    others.retain(|time| time != gtd);
    others.push(Value::Null);
    json!([
        rule("without an end", &[], [("time_in_force", json!({ "enum": others })), ("expires_at", absent())]),
        rule(
            "good till a date",
            &["time_in_force", "expires_at"],
            [("time_in_force", json!({ "const": gtd })), ("expires_at", given())]
        ),
    ])
}

/// Of a limit order, which alone has these fields.
fn resting() -> Value {
    let no = || json!({ "enum": [false, null] });
    let mut waits: Vec<Value> =
        TimeInForce::ALL.iter().filter(|time| time.waits()).map(|time| time.as_str().into()).collect();
    waits.push(Value::Null);
    let waits = || ("time_in_force", json!({ "enum": waits.clone() }));
    json!([
        rule("as most", &[], [("post_only", no()), ("reprice", no()), ("display_quantity", absent())]),
        rule(
            "an iceberg",
            &["display_quantity"],
            [waits(), ("post_only", no()), ("reprice", no()), ("display_quantity", given())]
        ),
        rule("post-only", &["post_only"], [waits(), ("post_only", json!({ "const": true }))]),
    ])
}

fn exits() -> Value {
    let bracket = |title, required: &[&str], first, second| {
        let exit = ("exit_order_id", given());
        rule(title, required, [exit, ("take_profit_price", first), ("stop_loss_price", second)])
    };
    json!([
        bracket_free(),
        bracket(
            "a bracket that takes its profit",
            &["exit_order_id", "take_profit_price"],
            given(),
            absent()
        ),
        bracket("a bracket that stops its loss", &["exit_order_id", "stop_loss_price"], absent(), given()),
        bracket(
            "a bracket that does either",
            &["exit_order_id", "take_profit_price", "stop_loss_price"],
            given(),
            given()
        ),
    ])
}

fn bracket_free() -> Value {
    let fields = ["exit_order_id", "take_profit_price", "stop_loss_price"];
    rule("no bracket", &[], fields.map(|field| (field, absent())))
}
