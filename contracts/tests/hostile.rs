//! Every body that arrives by AMQP, made hostile: read or refused, never a panic; what is read is
//! written and read again as the same; what is refused says so in one short line.

use contracts::accounts::{AccountsCommand, AccountsEvent};
use contracts::control::{Control, Operate};
use contracts::intake::{self, ClientMessage, IntakeReply, NewOrder};
use contracts::matching::{Depths, MatchingCommand, MatchingEvent};
use contracts::ordering::{OrderCommand, OrderDetail, OrderingEvent, Page};
use contracts::portfolio::{Moved, Portfolio, PortfolioCommand, PortfolioEvent, PortfolioToOrdering};
use contracts::refusal::quoted;
use contracts::stock_data::{Stock, StockDataCommand, StockDataEvent, Trade};
use contracts::{Batch, Code, Fill, Refusal, StreamName, hostile, json};
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
}

const PLACE: &str = r#"{"type":"place_order","order_id":"01890000-0000-7000-8000-00000000000a","user_id":"01890000-0000-7000-8000-000000000001","symbol":"ACME","side":"buy","order_type":"limit","quantity":"10","limit_price":"187.25"}"#;
const CANCEL: &str = r#"{"type":"cancel_order","order_id":"01890000-0000-7000-8000-00000000000a","user_id":"01890000-0000-7000-8000-000000000001"}"#;

/// The message as a client would have to write it, so that nothing of it was lost or made up.
fn written(message: &ClientMessage) -> Value {
    match message {
        ClientMessage::PlaceOrder(NewOrder {
            order_id,
            user_id,
            symbol,
            side,
            order_type,
            time_in_force,
            post_only,
            quantity,
            limit_price,
        }) => {
            json!({ "type": "place_order", "order_id": order_id, "user_id": user_id, "symbol": symbol, "side": side,
                      "order_type": order_type, "time_in_force": time_in_force, "post_only": post_only,
                      "quantity": quantity, "limit_price": limit_price })
        }
        ClientMessage::CancelOrder { order_id, user_id } => {
            json!({ "type": "cancel_order", "order_id": order_id, "user_id": user_id })
        }
    }
}

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
    fn mutated_orders_are_taken_in_or_refused(body in hostile::mutated(vec![PLACE.into(), CANCEL.into()])) {
        let _ = take_in(&body);
    }

    /// Of an object whose fields are all texts a refusal names the field that is wrong, its value and
    /// the rule; or there is no field that is wrong, and then it is taken in as it is.
    #[test]
    fn a_refused_order_is_told_which_field_and_value(
        changes in proptest::collection::vec((0..8_usize, hostile::text()), 0..3),
    ) {
        let mut body: Value = serde_json::from_str(PLACE).unwrap();
        let names: Vec<String> = body.as_object().unwrap().keys().cloned().collect();
        for (field, text) in changes {
            body[&names[field]] = text.into();
        }
        match take_in(&serde_json::to_vec(&body).unwrap()) {
            Ok(ClientMessage::PlaceOrder(order)) => {
                let text = |field: &str| body[field].as_str().unwrap();
                prop_assert_eq!(order.symbol.as_str(), text("symbol"));
                prop_assert_eq!(Ok(order.quantity), text("quantity").parse());
                prop_assert_eq!(Some(order.limit_price.unwrap()), text("limit_price").parse().ok());
                prop_assert_eq!(order.side.as_str(), text("side"));
            }
            Ok(ClientMessage::CancelOrder { .. }) => prop_assert!(false, "a cancel was made of {body}"),
            Err(Refusal { code, message, field }) => {
                let field = field.expect("a field is named");
                let value = body[&field].as_str().unwrap_or_else(|| panic!("{field} was never sent"));
                prop_assert!(code == Code::InvalidValue && (message.contains(&quoted(value)) || message.contains("too large")),
                    "{}: {}", field, message);
            }
        }
    }

    #[test]
    fn a_field_that_is_no_text_is_named(field in 0..8_usize, value in proptest::sample::select(&hostile::VALUES[..10])) {
        let mut body: Value = serde_json::from_str(PLACE).unwrap();
        let names: Vec<String> = body.as_object().unwrap().keys().cloned().collect();
        let Ok(value) = serde_json::from_str::<Value>(value) else { return Ok(()) };
        body[&names[field]] = value.clone();
        match take_in(&serde_json::to_vec(&body).unwrap()) {
            // Without a limit is for ordering to judge.
            Ok(_) => prop_assert!(value.is_null() && names[field] == "limit_price"),
            Err(refusal) => prop_assert_eq!(refusal.field.as_deref(), Some(names[field].as_str())),
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
