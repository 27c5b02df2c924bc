//! Held against serde: the same commands, or the same refusal, whatever the text.

use super::{Text, read_commands};
use crate::ordering::*;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use uuid::Uuid;

fn id() -> impl Strategy<Value = Uuid> {
    any::<u128>().prop_map(Uuid::from_u128)
}

fn micros() -> impl Strategy<Value = i64> {
    let ends = select(vec![0, 1, 999_999, 1_000_000, i64::MAX, 999_999_999_999_999_999]);
    let usual = (0..1_000_000_i64, 0..7_u32).prop_map(|(n, places)| n * 10_i64.pow(places));
    prop_oneof![usual, ends, 0..i64::MAX]
}

fn place() -> impl Strategy<Value = OrderCommand> {
    let who = (id(), id(), any::<u16>(), "[A-Z0-9][A-Z0-9.-]{0,11}");
    let how =
        (select(Side::ALL), select(OrderType::ALL), select(TimeInForce::ALL), prop::bool::weighted(0.1));
    let special =
        option::weighted(0.1, any::<bool>().prop_map(|reprice| Special { reprice, ..Special::default() }));
    (who, how, [micros(), micros(), micros(), micros()], special).prop_map(
        |(
            (order_id, user_id, ordering, symbol),
            (side, order_type, time_in_force, post_only),
            micros,
            special,
        )| {
            OrderCommand::PlaceOrder(PlaceOrder {
                order_id: OrderId(order_id),
                user_id: UserId(user_id),
                ordering,
                symbol: symbol.parse().unwrap(),
                side,
                order_type,
                time_in_force,
                post_only,
                quantity: Quantity::from_micros(micros[0]),
                price: Price::from_micros(micros[1]),
                tick_size: Price::from_micros(micros[2]),
                lot_size: Quantity::from_micros(micros[3]),
                special: special.map(Box::new),
            })
        },
    )
}

fn other() -> impl Strategy<Value = OrderCommand> {
    (id(), id(), "[A-Z]{1,12}", micros(), any::<bool>()).prop_map(
        |(order_id, user_id, symbol, micros, amends)| {
            let (order_id, user_id, symbol) = (OrderId(order_id), UserId(user_id), symbol.parse().unwrap());
            if !amends {
                return OrderCommand::CancelOrder(CancelOrder { order_id, user_id, symbol });
            }
            let (quantity, price) = (Quantity::from_micros(micros), Price::from_micros(micros));
            OrderCommand::AmendOrder(AmendOrder {
                order_id,
                user_id,
                ordering: 1,
                symbol,
                was_quantity: quantity,
                quantity,
                price,
                tick_size: price,
                lot_size: quantity,
            })
        },
    )
}

fn commands() -> impl Strategy<Value = Vec<OrderCommand>> {
    prop::collection::vec(prop_oneof![3 => place(), 2 => other()], 0..6)
}

fn by_serde(list: &[u8]) -> Result<Vec<OrderCommand>, String> {
    serde_json::from_slice(list).map_err(|error| error.to_string())
}

/// What a byte may be turned into: what numbers, names and brackets are made of.
const BYTES: &[u8] = b"\"\\{}[],:.-+eE 0123456789aAzZ_\n\0\xff";

proptest! {
    #[test]
    fn commands_are_read_as_serde_reads_them(commands in commands()) {
        let list = serde_json::to_vec(&commands).unwrap();
        prop_assert_eq!(read_commands(&list).unwrap(), commands);
    }

    #[test]
    fn text_that_was_damaged_is_read_or_refused_as_serde_does(
        commands in commands(),
        damages in prop::collection::vec((any::<prop::sample::Index>(), select(BYTES), 0..3_u8), 1..4),
    ) {
        let mut list = serde_json::to_vec(&commands).unwrap();
        for (at, byte, how) in damages {
            let at = at.index(list.len());
            match how {
                0 => list[at] = byte,
                1 => list.insert(at, byte),
                _ => list.truncate(at.max(1)),
            }
        }
        prop_assert_eq!(read_commands(&list).map_err(|error| error.to_string()), by_serde(&list));
    }
}

#[test]
fn numbers_that_look_alike_are_no_other() {
    let order = |ordering: &str, price: &str| {
        format!(
            r#"[{{"place_order":{{"order_id":"{id}","user_id":"{id}","ordering":{ordering},"symbol":"ACME","side":"buy","type":"limit","time_in_force":"gtc","quantity":"10","price":"{price}","tick_size":"0.01","lot_size":"1"}}}}]"#,
            id = Uuid::nil(),
        )
    };
    for (ordering, price) in [
        ("0", "007.50"),
        ("00", "1"),
        ("01", "1"),
        ("65535", "1"),
        ("65536", "1"),
        ("-1", "1"),
        ("1.0", "1"),
        ("1e1", "1"),
        ("7", "1."),
        ("7", ".5"),
        ("7", ""),
        ("7", "."),
        ("7", "-1"),
        ("7", "+1"),
        ("7", "1e3"),
        ("7", "0.0000001"),
        ("7", "0.1000000"),
        ("7", "9223372036854.775807"),
        ("7", "9223372036854.775808"),
        ("7", "99999999999999999999999"),
        ("7", r"1\u0030"),
    ] {
        let list = order(ordering, price);
        let read = read_commands(list.as_bytes()).map_err(|error| error.to_string());
        assert_eq!(read, by_serde(list.as_bytes()), "{ordering} {price}");
    }
}

#[test]
fn most_commands_are_usual() {
    let id = Uuid::from_u128(7);
    for text in [
        format!(
            r#"{{"place_order":{{"order_id":"{id}","user_id":"{id}","ordering":3,"symbol":"ACME","side":"sell","type":"limit","time_in_force":"ioc","quantity":"10","price":"187.25","tick_size":"0.01","lot_size":"1"}}}}"#
        ),
        format!(r#"{{"cancel_order":{{"order_id":"{id}","user_id":"{id}","symbol":"ACME"}}}}"#),
    ] {
        let command: OrderCommand = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&command).unwrap(), text, "that is how it is written");
        assert_eq!(Text(text.as_bytes()).usual_command(), Some(command));
    }
}
