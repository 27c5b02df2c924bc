//! What a client may say, and what it is answered.

use crate::problem::Problem;
use bytestring::ByteString;
use contracts::{Code, Refusal, json, refusal::quoted};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Whatever a client numbers its messages with.
const ID_CHARACTERS_MAX: usize = 64;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    event: String,
    #[serde(default)]
    data: Value,
    id: Option<Value>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Id(Option<Value>);

impl Id {
    pub const NONE: Id = Id(None);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// For the hub.
    Room(RoomEvent),
    /// For ordering.
    Order(OrderEvent),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoomEvent {
    Subscribe,
    Unsubscribe,
    Resume,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderEvent {
    Place,
    Cancel,
}

impl Event {
    const ALL: [Event; 5] = [
        Event::Room(RoomEvent::Subscribe),
        Event::Room(RoomEvent::Unsubscribe),
        Event::Room(RoomEvent::Resume),
        Event::Order(OrderEvent::Place),
        Event::Order(OrderEvent::Cancel),
    ];

    pub fn name(self) -> &'static str {
        match self {
            Event::Room(event) => event.name(),
            Event::Order(event) => event.name(),
        }
    }
}

impl RoomEvent {
    pub fn name(self) -> &'static str {
        match self {
            RoomEvent::Subscribe => "subscribe",
            RoomEvent::Unsubscribe => "unsubscribe",
            RoomEvent::Resume => "resume",
        }
    }
}

impl OrderEvent {
    pub fn name(self) -> &'static str {
        match self {
            OrderEvent::Place => "place_order",
            OrderEvent::Cancel => "cancel_order",
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
pub struct Said {
    pub event: Event,
    pub data: Value,
    pub id: Id,
}

impl Said {
    /// With the id as far as it could be read, so that also a refusal is answered with it.
    pub fn read(text: &[u8]) -> Result<Self, (Id, Refusal)> {
        let Wire { event, data, id } = json::read(text).map_err(|refusal| (Id::NONE, refusal))?;
        let id = read_id(id).map_err(|refusal| (Id::NONE, refusal))?;
        let Some(event) = Event::ALL.into_iter().find(|known| known.name() == event) else {
            let names = Event::ALL.map(Event::name).join(", ");
            let rule = format!("expected one of {names}, got {}", quoted(&event));
            return Err((id, Refusal::of_field(Code::InvalidValue, "event", rule)));
        };
        Ok(Said { event, data, id })
    }
}

fn read_id(id: Option<Value>) -> Result<Id, Refusal> {
    match id {
        Some(Value::String(text)) if text.chars().count() <= ID_CHARACTERS_MAX => {
            Ok(Id(Some(Value::String(text))))
        }
        Some(Value::Number(number)) if number.is_i64() || number.is_u64() => {
            Ok(Id(Some(Value::Number(number))))
        }
        None => Ok(Id::NONE),
        Some(_) => {
            let rule =
                format!("expected a whole number, or a text of at most {ID_CHARACTERS_MAX} characters");
            Err(Refusal::of_field(Code::InvalidValue, "id", rule))
        }
    }
}

#[derive(Serialize)]
struct Answer<'a, T: Serialize> {
    event: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a Value>,
    data: T,
}

/// An answer to what a client said; `event` is the client's own.
pub fn answer(event: &str, id: &Id, data: impl Serialize) -> ByteString {
    let answer = Answer { event, id: id.0.as_ref(), data };
    serde_json::to_string(&answer).expect("our own messages are JSON").into()
}

#[derive(Serialize)]
struct Refused<'a> {
    ok: bool,
    code: &'a str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
}

/// Why not.
pub fn refused(event: &str, id: &Id, problem: &Problem) -> ByteString {
    let (code, message, field) = problem.words();
    answer(event, id, Refused { ok: false, code, message, field })
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(text: &str, expected: Expect) {
        let shown = match Said::read(text.as_bytes()) {
            Ok(Said { event, data, id }) => format!("{event:?} {data} {:?}", id.0),
            Err((id, refusal)) => refused("error", &id, &refusal.into()).to_string(),
        };
        expected.assert_eq(&shown);
    }

    #[test]
    fn messages_are_read_strictly_and_refusals_carry_the_id() {
        check(
            r#"{"event":"subscribe","data":{"channel":"prices"},"id":7}"#,
            expect![[r#"Room(Subscribe) {"channel":"prices"} Some(Number(7))"#]],
        );
        check(r#"{"event":"cancel_order"}"#, expect!["Order(Cancel) null None"]);
        check(
            r#"{"event":"buy","id":"a"}"#,
            expect![[
                r#"{"event":"error","id":"a","data":{"ok":false,"code":"invalid_value","message":"expected one of subscribe, unsubscribe, resume, place_order, cancel_order, got \"buy\"","field":"event"}}"#
            ]],
        );
        check(
            r#"{"event":"subscribe","id":1.5}"#,
            expect![[
                r#"{"event":"error","data":{"ok":false,"code":"invalid_value","message":"expected a whole number, or a text of at most 64 characters","field":"id"}}"#
            ]],
        );
        check(
            r#"{"event":"subscribe","user_id":1}"#,
            expect![[
                r#"{"event":"error","data":{"ok":false,"code":"unknown_field","message":"unknown field `user_id`, expected one of `event`, `data`, `id` at line 1 column 30","field":"user_id"}}"#
            ]],
        );
        check(
            "{",
            expect![[
                r#"{"event":"error","data":{"ok":false,"code":"malformed","message":"EOF while parsing an object at line 1 column 1"}}"#
            ]],
        );
    }
}
