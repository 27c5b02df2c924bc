//! Every body that arrives by AMQP, made hostile: read or refused, never a panic; what is read is
//! written and read again as the same; what is refused says so in one short line.

use contracts::accounts::{AccountsCommand, AccountsEvent};
use contracts::control::{Control, Inspection, Operate};
use contracts::intake::{self, Amend, CancelOrders, ClientMessage, IntakeReply, NewOrder};
use contracts::matching::{Depths, MatchingCommand, MatchingEvent};
use contracts::ordering::{OrderCommand, OrderDetail, OrderingEvent, Page};
use contracts::portfolio::{Moved, Portfolio, PortfolioCommand, PortfolioEvent, PortfolioToOrdering};
use contracts::refusal::quoted;
use contracts::stock_data::{Candles, Statistics, Stock, StockDataCommand, StockDataEvent, Trade};
use contracts::{Batch, Code, Fill, Quantity, Refusal, StreamName, hostile, json};
use proptest::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::fmt::Debug;

fn golden() -> Vec<Vec<u8>> {
    let lines = include_str!("golden.jsonl").lines();
    lines.filter_map(|line| line.split_once(' ')).map(|(_, json)| json.as_bytes().to_vec()).collect()
}

/// As every service reads what it is sent.
fn read<T: Serialize + DeserializeOwned + PartialEq + Debug>(body: &[u8]) {
    let read: Option<T> = serde_json::from_slice(body).ok();
    if let Some(message) = &read {
        let written = serde_json::to_vec(message).unwrap();
        let again: T = serde_json::from_slice(&written).unwrap();
        assert_eq!(&again, message, "{}", String::from_utf8_lossy(&written));
    }
    match json::read::<T>(body) {
        Ok(message) => assert_eq!(Some(message), read),
        Err(refusal) => {
            assert_is_short(&refusal);
            let is_object = body.trim_ascii_start().starts_with(b"{");
            assert!(read.is_none() || !is_object, "{refusal}");
        }
    }
}

fn assert_is_short(refusal: &Refusal) {
    let shown = refusal.to_string();
    assert!(!refusal.message.is_empty() && shown.chars().count() < 600, "{shown}");
    assert!(!shown.contains(char::is_control), "{shown:?}");
}

fn read_as_everything(body: &[u8]) {
    read::<AccountsCommand>(body);
    read::<AccountsEvent>(body);
    read::<contracts::accounts::Question>(body);
    read::<StockDataCommand>(body);
    read::<StockDataEvent>(body);
    read::<contracts::stock_data::Question>(body);
    read::<Stock>(body);
    read::<Trade>(body);
    read::<Candles>(body);
    read::<Statistics>(body);
    read::<OrderCommand>(body);
    read::<OrderingEvent>(body);
    read::<contracts::ordering::Question>(body);
    read::<OrderDetail>(body);
    read::<Page<Fill>>(body);
    read::<IntakeReply>(body);
    read::<PortfolioToOrdering>(body);
    read::<PortfolioEvent>(body);
    read::<PortfolioCommand>(body);
    read::<contracts::portfolio::Question>(body);
    read::<Portfolio>(body);
    read::<Moved>(body);
    read::<MatchingEvent>(body);
    read::<MatchingCommand>(body);
    read::<Depths>(body);
    read::<Batch<MatchingEvent>>(body);
    read::<Control>(body);
    read::<Operate>(body);
    read::<Inspection>(body);
}

const PLACE: &str = r#"{"type":"place_order","order_id":"01890000-0000-7000-8000-00000000000a","user_id":"01890000-0000-7000-8000-000000000001","symbol":"ACME","side":"buy","order_type":"limit","quantity":"10","limit_price":"187.25"}"#;

/// A message of each kind, which together have every field there is.
fn messages() -> Vec<Value> {
    let place = |fields: Value| {
        let mut body: Value = serde_json::from_str(PLACE).unwrap();
        for (field, value) in fields.as_object().unwrap() {
            body[field] = value.clone();
        }
        body
    };
    let about = |kind: &str, fields: Value| {
        let mut body = json!({ "type": kind, "user_id": "01890000-0000-7000-8000-000000000001" });
        for (field, value) in fields.as_object().unwrap() {
            body[field] = value.clone();
        }
        body
    };
    let order_id = "01890000-0000-7000-8000-00000000000a";
    vec![
        place(json!({})),
        place(json!({ "post_only": true, "reprice": true, "display_quantity": "3", "time_in_force": "gtd",
                      "expires_at": "2026-11-21T21:00:00Z", "self_trade_prevention": "decrement" })),
        place(json!({ "order_type": "oco", "stop_price": "190", "stop_limit_price": "191" })),
        {
            let mut trailing = place(json!({ "order_type": "trailing_stop", "trail_amount": "5" }));
            trailing.as_object_mut().unwrap().remove("limit_price");
            trailing
        },
        place(json!({ "exit_order_id": "01890000-0000-7000-8000-00000000000b", "take_profit_price": "200",
                      "stop_loss_price": "180" })),
        place(json!({ "type": "replace_order", "replaces": "01890000-0000-7000-8000-00000000000c" })),
        about("cancel_order", json!({ "order_id": order_id })),
        about("amend_order", json!({ "order_id": order_id, "quantity": "5", "limit_price": "187" })),
        about("cancel_orders", json!({ "symbol": "ACME", "side": "sell" })),
    ]
}

fn bodies() -> Vec<Vec<u8>> {
    messages().iter().map(|message| serde_json::to_vec(message).unwrap()).collect()
}

/// The message as a client would have to write it, so that nothing of it was lost or made up.
fn written(message: &ClientMessage) -> Value {
    match message {
        ClientMessage::PlaceOrder(NewOrder {
            order_id,
            user_id,
            symbol,
            side,
            order_type,
            quantity,
            limit_price,
            terms,
            replaces,
        }) => {
            let kind = if replaces.is_some() { "replace_order" } else { "place_order" };
            let mut body = json!({ "type": kind, "order_id": order_id, "user_id": user_id,
                "symbol": symbol, "side": side, "order_type": order_type, "quantity": quantity,
                "limit_price": limit_price });
            for (field, value) in serde_json::to_value(terms).unwrap().as_object().unwrap() {
                body[field] = value.clone();
            }
            if let Some(replaces) = replaces {
                body["replaces"] = json!(replaces);
            }
            body
        }
        ClientMessage::CancelOrder { order_id, user_id } => {
            json!({ "type": "cancel_order", "order_id": order_id, "user_id": user_id })
        }
        ClientMessage::AmendOrder(Amend { order_id, user_id, quantity, limit_price }) => {
            json!({ "type": "amend_order", "order_id": order_id, "user_id": user_id, "quantity": quantity,
                      "limit_price": limit_price })
        }
        ClientMessage::CancelOrders(CancelOrders { user_id, symbol, side }) => {
            json!({ "type": "cancel_orders", "user_id": user_id, "symbol": symbol, "side": side })
        }
    }
}

/// The fields of a message that are texts.
fn texts(body: &Value) -> Vec<String> {
    let fields = body.as_object().unwrap().iter();
    fields.filter(|(_, value)| value.is_string()).map(|(field, _)| field.clone()).collect()
}

const AMOUNTS: [&str; 8] = [
    "quantity",
    "limit_price",
    "display_quantity",
    "stop_price",
    "trail_amount",
    "stop_limit_price",
    "take_profit_price",
    "stop_loss_price",
];

fn take_in(body: &[u8]) -> Result<ClientMessage, Refusal> {
    let taken = intake::decode(body);
    match &taken {
        Ok(message) => {
            let again = intake::decode(&serde_json::to_vec(&written(message)).unwrap());
            assert_eq!(again.as_ref(), Ok(message));
        }
        Err(refusal) => assert_is_short(refusal),
    }
    taken
}

proptest! {
    #[test]
    fn mutated_messages_are_read_or_refused(body in hostile::mutated(golden())) {
        read_as_everything(&body);
    }

    #[test]
    fn bytes_are_read_or_refused(body in hostile::bytes()) {
        read_as_everything(&body);
        let _ = take_in(&body);
    }

    #[test]
    fn mutated_orders_are_taken_in_or_refused(body in hostile::mutated(bodies())) {
        let _ = take_in(&body);
    }

    /// Of an object whose fields are all texts a refusal names the field that is wrong, its value and
    /// the rule; or there is no field that is wrong, and then it is taken in as it is.
    #[test]
    fn a_refused_message_is_told_which_field_and_value(
        mut body in proptest::sample::select(messages()),
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), hostile::text()), 0..3),
    ) {
        let names = texts(&body);
        for (field, text) in changes {
            body[field.get(&names)] = text.into();
        }
        match take_in(&serde_json::to_vec(&body).unwrap()) {
            Ok(message) => {
                let written = written(&message);
                prop_assert_eq!(&written["type"], &body["type"]);
                for field in names.iter().filter(|field| AMOUNTS.contains(&field.as_str())) {
                    let amount = |body: &Value| body[field].as_str().and_then(|text| text.parse::<Quantity>().ok());
                    prop_assert!(amount(&body).is_some());
                    prop_assert_eq!(amount(&written), amount(&body), "{}", field);
                }
                for field in ["symbol", "side", "order_type", "time_in_force", "self_trade_prevention"] {
                    prop_assert!(body[field].is_null() || written[field] == body[field], "{}", field);
                }
            }
            Err(Refusal { code, message, field }) => {
                let field = field.expect("a field is named");
                let value = body[&field].as_str().unwrap_or_else(|| panic!("{field} was never sent"));
                let told = match code {
                    Code::InvalidValue => message.contains(&quoted(value)) || message.contains("too large"),
                    Code::OutOfRange => field == "display_quantity",
                    Code::InvalidCombination => {
                        ["exit_order_id", "replaces"].contains(&field.as_str()) && body["order_id"] == *value
                    }
                    _ => false,
                };
                prop_assert!(told, "{}: {} ({})", field, message, code);
            }
        }
    }

    #[test]
    fn a_field_of_another_kind_is_named(
        mut body in proptest::sample::select(messages()),
        field in any::<proptest::sample::Index>(),
        value in proptest::sample::select(&hostile::VALUES[..10]),
    ) {
        let names: Vec<String> = body.as_object().unwrap().keys().cloned().collect();
        let field = field.get(&names);
        let Ok(value) = serde_json::from_str::<Value>(value) else { return Ok(()) };
        let same_kind = body[field].is_boolean() && value.is_boolean();
        body[field] = value.clone();
        match take_in(&serde_json::to_vec(&body).unwrap()) {
            Ok(_) => prop_assert!(value.is_null() || same_kind),
            // What is left out may be missed elsewhere.
            Err(refusal) if value.is_null() => prop_assert!(refusal.field.is_some()),
            Err(refusal) => prop_assert_eq!(refusal.field.as_deref(), Some(field.as_str())),
        }
    }

    #[test]
    fn a_streams_name_is_one_that_a_topology_can_have(name in hostile::text(), at in any::<proptest::sample::Index>()) {
        for name in [name.clone(), { let mut good = "matching.0>portfolio.63".to_owned(); good.insert_str(at.index(good.len()), &name); good }] {
            let name = StreamName::from(name.as_str());
            let (writer, listener) = (name.writer().to_owned(), name.as_str().split_once('>').map(|(_, l)| l.to_owned()));
            if name.is_well_formed() {
                prop_assert!(name.as_str().len() < 40 && name.as_str().is_ascii());
                prop_assert_eq!(&StreamName::between(&writer, &listener.unwrap()), &name);
            }
        }
    }
}

#[test]
fn every_stream_of_a_topology_is_well_formed() {
    let most = contracts::Partitions::MAX;
    for stream in contracts::topology::streams(contracts::Partitions { users: most, symbols: most }) {
        assert!(stream.name.is_well_formed(), "{}", stream.name);
    }
    for name in
        ["", ">", "matching.0", "matching.0>", "matching.64>*", "matching.00>*", "matching.-1>*", "web.0>*"]
    {
        assert!(!StreamName::from(name).is_well_formed(), "{name}");
    }
}

/// What no generator draws often: megabytes.
#[test]
fn bodies_of_megabytes_are_refused_in_a_line() {
    let long = "9".repeat(10 << 20);
    let quote = |name: &str| PLACE.replace(&format!("\"{name}\""), &format!("\"{long}\""));
    for body in [
        quote("place_order"),
        quote("symbol"),
        quote("ACME"),
        quote("10"),
        quote("buy"),
        quote("01890000-0000-7000-8000-00000000000a"),
        "[".repeat(10 << 20),
        "{\"a\":".repeat(2 << 20),
        long.clone(),
        format!("{PLACE}{long}"),
        format!("{{\"type\":{}", "[1,".repeat(3 << 20)),
    ] {
        assert!(take_in(body.as_bytes()).is_err());
    }
    // An amount may be as long as it likes to be, if it is one.
    let padded = PLACE.replace("\"10\"", &format!("\"{}10.{}\"", "0".repeat(1 << 20), "0".repeat(1 << 20)));
    let ClientMessage::PlaceOrder(order) = take_in(padded.as_bytes()).unwrap() else { panic!("no order") };
    assert_eq!(order.quantity.to_string(), "10");
}
