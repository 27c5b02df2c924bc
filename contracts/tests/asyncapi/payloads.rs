//! The bodies of messages: those that outsiders write and read field by field, of the others what
//! encloses them.

use contracts::intake;
use contracts::{Code, OrderType, SelfTradePrevention, Side, TimeInForce};
use serde_json::{Map, Value, json};

fn uuid() -> Value {
    json!({ "type": "string", "format": "uuid" })
}

fn amount() -> Value {
    text("a decimal: digits, at most one point, at most six decimals")
}

fn object(required: &[&str], properties: Value) -> Value {
    json!({ "type": "object", "required": required, "properties": properties, "additionalProperties": false })
}

/// The kinds of messages about orders, as the refusal of another kind lists them.
pub fn kinds_of_orders() -> Vec<String> {
    let message = r#"{"type": "", "user_id": "01941f29-7c00-7000-8000-000000000101"}"#;
    let refusal = intake::decode(message.as_bytes()).expect_err("no kind");
    let listed = refusal.message.split(", got").next().expect("what was expected");
    listed.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// What stands in a field of an order. A new field has to be described here.
fn field_of_an_order(field: &str) -> Value {
    match field {
        "order_id" | "user_id" | "exit_order_id" | "replaces" => uuid(),
        "symbol" => text("a stock"),
        "side" => one_of(Side::ALL),
        "order_type" => one_of(OrderType::ALL),
        "time_in_force" => one_of(TimeInForce::ALL),
        "self_trade_prevention" => one_of(SelfTradePrevention::ALL),
        "expires_at" => json!({ "type": "string", "format": "date-time" }),
        "post_only" | "reprice" => json!({ "type": "boolean" }),
        "quantity" | "limit_price" | "display_quantity" | "stop_price" | "trail_amount"
        | "stop_limit_price" | "take_profit_price" | "stop_loss_price" => amount(),
        other => panic!("nobody has said what stands in {other} of an order"),
    }
}

fn one_of(values: &[impl serde::Serialize]) -> Value {
    json!({ "enum": values })
}

fn an_order(kind: &str) -> Value {
    let is_replacement = kind == "replace_order";
    // The wire form of an empty message names no optional field; the refusal lists them all.
    let fields = fields_of::<intake::Body>().into_iter();
    let mut fields: Map<String, Value> = fields
        .filter(|field| field != "type" && (is_replacement || field != "replaces"))
        .map(|field| (field.clone(), field_of_an_order(&field)))
        .collect();
    fields.insert("type".to_owned(), json!({ "const": kind }));
    let mut required = vec!["type", "order_id", "user_id", "symbol", "side", "order_type", "quantity"];
    required.extend(is_replacement.then_some("replaces"));
    object(&required, fields.into())
}

/// Something that the description allows.
fn example(of: &Value) -> Value {
    if let Some(value) = of.get("const").or_else(|| of.pointer("/enum/0")) {
        return value.clone();
    }
    match (of["type"].as_str(), of["format"].as_str()) {
        (Some("boolean"), _) => json!(true),
        (_, Some("uuid")) => json!("01941f29-7c00-7000-8000-000000000101"),
        (_, Some("date-time")) => json!("2026-11-21T21:00:00Z"),
        _ if *of == amount() => json!("1.5"),
        _ => json!("ACME"),
    }
}

#[test]
fn what_the_document_says_of_orders_can_be_read() {
    let shape_forbids = [Code::UnexpectedField, Code::MissingField, Code::InvalidCombination];
    for kind in kinds_of_orders() {
        let described = payload("orders", &kind);
        let required: Vec<&str> =
            described["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        let fields = described["properties"].as_object().unwrap();
        for (name, of) in fields {
            let given =
                fields.iter().filter(|(field, _)| required.contains(&field.as_str()) || *field == name);
            let message: Map<String, Value> = given.map(|(field, of)| (field.clone(), example(of))).collect();
            if let Err(refusal) = intake::decode(Value::from(message).to_string().as_bytes()) {
                assert!(shape_forbids.contains(&refusal.code), "{kind} with {name} as {of}: {refusal}");
            }
        }
    }
}

fn text(what: &str) -> Value {
    json!({ "type": "string", "description": what })
}

/// The payloads that outsiders write and read, field by field; of the others, what encloses them.
pub fn payload(exchange: &str, name: &str) -> Value {
    let (uuid, amount) = (uuid(), amount());
    let kind = json!({ "const": name });
    match (exchange, name) {
        ("orders", "place_order" | "replace_order") => an_order(name),
        ("orders", "cancel_order") => object(
            &["type", "order_id", "user_id"],
            json!({ "type": kind, "order_id": uuid, "user_id": uuid }),
        ),
        ("orders", "amend_order") => object(
            &["type", "order_id", "user_id"],
            json!({ "type": kind, "order_id": uuid, "user_id": uuid, "quantity": amount, "limit_price": amount }),
        ),
        ("orders", "cancel_orders") => object(
            &["type", "user_id"],
            json!({ "type": kind, "user_id": uuid, "symbol": text("a stock"), "side": { "enum": ["buy", "sell"] } }),
        ),
        ("orders.replies", _) => object(
            &["status"],
            json!({ "order_id": uuid, "status": text("of the order; `rejected` with a code: this message was refused"),
                "count": { "type": "integer" }, "code": text("the rule that said no"), "message": text("the rule in words"),
                "field": text("of the message") }),
        ),
        ("payments", "add_user") => object(
            &["type", "id", "name"],
            json!({ "type": kind, "id": uuid, "user_id": uuid, "name": text("1 to 64 visible characters") }),
        ),
        ("payments", "deposit" | "withdraw") => object(
            &["type", "id", "user_id", "amount"],
            json!({ "type": kind, "id": uuid, "user_id": uuid, "amount": amount }),
        ),
        ("payments", _) => {
            object(&["type", "id", "user_id"], json!({ "type": kind, "id": uuid, "user_id": uuid }))
        }
        ("payments.replies", _) => object(
            &["status", "message"],
            json!({ "id": uuid, "status": { "enum": ["ok", "error"] }, "user_id": uuid, "amount": amount,
                "code": text("the rule that said no"), "message": text("what was done, or the rule in words") }),
        ),
        ("replies", _) => {
            json!({ "type": "object", "properties": { "ok": {}, "refused": { "type": "object" } }, "maxProperties": 1 })
        }
        ("dead", _) => json!({}),
        ("requests" | "control", _) => json!({ "type": "object", "required": [name], "maxProperties": 1 }),
        // A stream's message is all that one step of its writer had to say there.
        _ => json!({ "type": "object", "required": ["stream", "seq", "at", "events"], "properties": {
            "stream": text("writer>reader"), "seq": { "type": "integer", "description": "one more than the last" },
            "at": { "type": "string", "format": "date-time" },
            "events": { "type": "array", "contains": { "type": "object", "required": [name], "maxProperties": 1 } } } }),
    }
}

/// The fields of a wire form that refuses unknown ones, as serde lists them.
fn fields_of<'a, T: serde::Deserialize<'a>>() -> Vec<String> {
    let Err(error) = serde_json::from_str::<T>(r#"{"": 0}"#) else { panic!("a field without a name") };
    let said = error.to_string();
    let listed = said.split_once("expected").expect("a list of fields").1;
    listed.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}
