//! Single messages, and what is said of those that are refused.

use super::*;
use crate::TimeInForce;

const ORDER: &str = r#"{"type":"place_order","order_id":"01890000-0000-7000-8000-00000000000a",
    "user_id":"01890000-0000-7000-8000-000000000001","symbol":"ACME","side":"buy",
    "order_type":"limit","quantity":"10","limit_price":"187.25"}"#;

fn refusal(json: &str) -> String {
    decode(json.as_bytes()).unwrap_err().to_string()
}

#[test]
fn a_limit_order_is_read() {
    let ClientMessage::PlaceOrder(order) = decode(ORDER.as_bytes()).unwrap() else { panic!("not an order") };
    assert_eq!(order.quantity.to_string(), "10");
    assert_eq!(order.limit_price.unwrap().to_string(), "187.25");
}

#[test]
fn an_order_waits_unless_it_is_a_market_order_or_says_otherwise() {
    let terms = |json: &str| match decode(json.as_bytes()).unwrap() {
        ClientMessage::PlaceOrder(order) => (order.terms.time_in_force, order.terms.post_only),
        other => panic!("{other:?}"),
    };
    assert_eq!(terms(ORDER), (TimeInForce::Gtc, false));
    let market = ORDER.replace("\"limit\"", "\"market\"").replace(r#","limit_price":"187.25""#, "");
    assert_eq!(terms(&market), (TimeInForce::Ioc, false));
    let post = ORDER.replace("\"side\"", r#""post_only":true,"side""#);
    assert_eq!(terms(&post), (TimeInForce::Gtc, true));
    let kill = ORDER.replace("\"side\"", r#""time_in_force":"fok","post_only":false,"side""#);
    assert_eq!(terms(&kill), (TimeInForce::Fok, false));
}

#[test]
fn every_refusal_names_the_field_the_value_and_the_rule() {
    for (from, to, expected) in [
        ("\"10\"", "\"-10\"", "quantity: expected a decimal such as \"12.50\", got \"-10\" (invalid_value)"),
        ("\"10\"", "\"NaN\"", "quantity: expected a decimal such as \"12.50\", got \"NaN\" (invalid_value)"),
        (
            "\"10\"",
            "\"1e400\"",
            "quantity: expected a decimal such as \"12.50\", got \"1e400\" (invalid_value)",
        ),
        ("\"buy\"", "\"hold\"", "side: expected one of buy, sell, got \"hold\" (invalid_value)"),
        (
            "\"limit\"",
            "\"if\"",
            "order_type: expected one of limit, market, stop, stop_limit, trailing_stop, oco, got \"if\" (invalid_value)",
        ),
        (
            "place_order",
            "amend",
            "type: expected \"place_order\", \"replace_order\", \"cancel_order\", \"amend_order\" or \"cancel_orders\", got \"amend\" (invalid_value)",
        ),
    ] {
        assert_eq!(refusal(&ORDER.replace(from, to)), expected);
    }
    for (terms, expected) in [
        (
            r#""time_in_force":"now","#,
            "time_in_force: expected one of gtc, day, gtd, ioc, fok, got \"now\" (invalid_value)",
        ),
        (
            r#""time_in_force":"fok","post_only":true,"#,
            "post_only: only an order that waits can be post-only, this is fok (invalid_combination)",
        ),
    ] {
        assert_eq!(refusal(&ORDER.replace("\"side\"", &format!("{terms}\"side\""))), expected);
    }
    let market = ORDER.replace(r#""limit","#, r#""market","time_in_force":"gtc","#);
    let market = market.replace(r#","limit_price":"187.25""#, "");
    assert_eq!(
        refusal(&market),
        "time_in_force: a market order does not wait: ioc or fok, got \"gtc\" (invalid_combination)"
    );
    let extra = ORDER.replace("\"side\"", "\"filled_quantity\":\"1\",\"side\"");
    assert!(refusal(&extra).starts_with("filled_quantity: unknown field"), "{}", refusal(&extra));
    let missing = ORDER.replace("\"symbol\":\"ACME\",", "");
    assert_eq!(refusal(&missing), "symbol: this field is required (missing_field)");
    let number = ORDER.replace("\"10\"", "10");
    assert!(refusal(&number).contains("malformed"), "{}", refusal(&number));
}

#[test]
fn a_time_is_read_as_rfc_3339_writes_it_and_nothing_else() {
    let order = |at: &str| {
        let gtd = format!(r#""time_in_force":"gtd","expires_at":{},"side""#, serde_json::json!(at));
        decode(ORDER.replace("\"side\"", &gtd).as_bytes())
    };
    for (given, kept) in [
        ("2026-11-21T21:00:00Z", "2026-11-21T21:00:00Z"),
        ("2026-11-21T21:00:00.123456789Z", "2026-11-21T21:00:00.123456Z"),
        ("2026-11-21T23:30:00+02:30", "2026-11-21T21:00:00Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ] {
        let ClientMessage::PlaceOrder(order) = order(given).unwrap() else { panic!("no order") };
        assert_eq!(serde_json::to_value(order.terms.expires_at).unwrap(), kept, "{given}");
    }
    for wrong in [
        "",
        "tomorrow",
        "1795899600",
        "2026-11-21",
        "21:00",
        "2026-11-21T21:00:00",
        "2026-11-21 21:00",
        "2026-13-21T21:00:00Z",
        "0000-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "+12345-01-01T00:00:00Z",
    ] {
        assert_eq!(
            order(wrong).unwrap_err().to_string(),
            format!(
                "expires_at: expected a time such as \"2026-11-21T21:00:00Z\", got {} (invalid_value)",
                quoted(wrong)
            )
        );
    }
}

/// What the documentation shows is taken as it stands there.
#[test]
fn the_documented_messages_and_replies_are_right() {
    let (mut messages, mut replies) = (0, 0);
    let text = include_str!("../../../docs/amqp.md");
    for block in text.split("```json\n").skip(1).map(|block| block.split("```").next().unwrap()) {
        for value in serde_json::Deserializer::from_str(block).into_iter::<serde_json::Value>() {
            let value = value.unwrap_or_else(|error| panic!("{error}: {block}"));
            if value.get("type").is_some() {
                messages += 1;
                let refused = decode(&serde_json::to_vec(&value).unwrap()).err();
                assert_eq!(refused, None, "{value}");
            } else {
                replies += 1;
                serde_json::from_value::<IntakeReply>(value).unwrap();
            }
        }
    }
    assert!(messages >= 8 && replies >= 3, "{messages} messages, {replies} replies");
}
