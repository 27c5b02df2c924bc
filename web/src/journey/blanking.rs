//! The other side of a trade: what an order's owner is shown of it, which is no more than everybody is.

use contracts::UserId;
use contracts::journey::Hop;
use serde_json::Value;
use serde_json::value::RawValue;

/// What tells who somebody is, of whatever has a `user_id`.
const PRIVATE: [&str; 3] = ["user_id", "order_id", "ordering"];

/// Makes null what is another's. A message without anything of another's stays as it was, to the letter.
pub fn blank(hop: &mut Hop, owner: UserId) {
    let Ok(mut body) = serde_json::from_str::<Value>(hop.body.get()) else { return };
    if blank_in(&mut body, &owner.to_string()) {
        hop.body = serde_json::value::to_raw_value(&body).unwrap_or_else(|_| RawValue::NULL.to_owned());
    }
}

/// Whether there was something.
fn blank_in(value: &mut Value, owner: &str) -> bool {
    match value {
        Value::Object(fields) => {
            let whose = fields.get("user_id").and_then(Value::as_str);
            let is_anothers = whose.is_some_and(|user| !is_same(user, owner));
            if is_anothers {
                for private in PRIVATE {
                    if let Some(field) = fields.get_mut(private) {
                        *field = Value::Null;
                    }
                }
            }
            fields.values_mut().fold(is_anothers, |found, field| blank_in(field, owner) | found)
        }
        Value::Array(items) => items.iter_mut().fold(false, |found, item| blank_in(item, owner) | found),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// In any spelling.
fn is_same(user: &str, owner: &str) -> bool {
    user.parse::<UserId>().is_ok_and(|user| user.to_string() == owner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chassis::logbook::picking::{Witness, empty, raw};
    use contracts::journey::Direction;

    const ANN: &str = "01890000-0000-7000-8000-000000000001";
    const BOB: &str = "01890000-0000-7000-8000-000000000002";

    fn shown(body: &str) -> String {
        let witness = Witness { service: "matching", partition: "matching.0", clock: "matching" };
        let mut hop = empty(&witness, Direction::Sent, raw(body.as_bytes()));
        blank(&mut hop, ANN.parse().unwrap());
        hop.body.get().to_owned()
    }

    #[test]
    fn of_a_trade_only_ones_own_side_says_who_it_is() {
        let fill = |maker: &str, taker: &str| {
            format!(
                r#"{{"trade_id":"t","price":"10","maker":{{"order_id":"m","user_id":"{maker}","ordering":3}},"taker":{{"order_id":"t","user_id":"{taker}","ordering":1}}}}"#
            )
        };
        let seen: Value = serde_json::from_str(&shown(&fill(BOB, ANN))).unwrap();
        let nobody = serde_json::json!({ "order_id": null, "user_id": null, "ordering": null });
        assert_eq!((&seen["maker"], &seen["price"]), (&nobody, &Value::from("10")));
        assert_eq!(seen["taker"], serde_json::json!({ "order_id": "t", "user_id": ANN, "ordering": 1 }));
        let seen: Value = serde_json::from_str(&shown(&fill(ANN, BOB))).unwrap();
        assert_eq!((&seen["taker"], seen["maker"]["user_id"].as_str()), (&nobody, Some(ANN)));
        assert!(!shown(&fill(BOB, BOB)).contains(BOB));
    }

    #[test]
    fn ones_own_messages_stay_to_the_letter() {
        for text in [
            format!(r#"{{"user_id":"{ANN}", "order_id":"o", "z":1,  "a":2}}"#),
            format!(r#"{{"user_id":"{}","order_id":"o"}}"#, ANN.to_uppercase()),
            r#""no object""#.to_owned(),
        ] {
            assert_eq!(shown(&text), text);
        }
    }
}
