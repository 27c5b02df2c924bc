//! A message's text, and its number back out of it. Ids carry the run and the number, so that
//! nothing has to be looked up when a reply or a push comes.

use crate::bots;
use crate::plan::{Kind, Message};
use std::io::Write;
use uuid::Uuid;

/// Makes the ids of one run: time-ordered (version 7), with the run and the number in the random part.
#[derive(Clone, Copy, Debug)]
pub struct Ids {
    begun_unix_ms: u64,
    /// Thirty bits that no other run has.
    run: u32,
}

const RUN_BITS: u32 = 30;

impl Ids {
    pub fn new(begun_unix_ms: u64, run: u32) -> Self {
        Ids { begun_unix_ms, run: run & ((1 << RUN_BITS) - 1) }
    }

    pub fn order_id(&self, number: u32, due_us: u32) -> Uuid {
        let ms = self.begun_unix_ms + u64::from(due_us / 1000);
        // The time's rest keeps them in order within a millisecond.
        let fraction = due_us % 1000 * 4;
        let high = u128::from(ms) << 80 | 7 << 76 | u128::from(fraction) << 64;
        Uuid::from_u128(high | 2 << 62 | u128::from(self.run) << 32 | u128::from(number))
    }

    /// The number of an order of this run.
    pub fn number_of(&self, order_id: &[u8]) -> Option<u32> {
        let id = Uuid::try_parse_ascii(order_id).ok()?.as_u128() as u64;
        let run = (id >> 32) as u32 & ((1 << RUN_BITS) - 1);
        (run == self.run).then_some(id as u32)
    }
}

/// Texts for the two doors.
pub struct Bodies {
    pub ids: Ids,
}

impl Bodies {
    /// As `docs/amqp.md` has it. `due` is when each message is due.
    pub fn amqp(&self, out: &mut Vec<u8>, messages: &[Message], due: &[u32], number: u32) {
        let message = messages[number as usize];
        out.clear();
        let user = bots::user_id(message.user);
        match message.kind {
            Kind::Cancel => {
                let target = self.ids.order_id(message.target, due[message.target as usize]);
                put(
                    out,
                    format_args!(r#"{{"type":"cancel_order","order_id":"{target}","user_id":"{user}"}}"#),
                );
            }
            _ => {
                let id = self.ids.order_id(number, due[number as usize]);
                put(out, format_args!(r#"{{"type":"place_order","order_id":"{id}","user_id":"{user}","#));
                terms(out, &message, "order_type");
            }
        }
    }

    /// As `docs/rest.md` has it. Of an order, not of a cancel.
    pub fn rest(&self, out: &mut Vec<u8>, message: &Message, number: u32, due_us: u32) {
        out.clear();
        put(out, format_args!(r#"{{"order_id":"{}","#, self.ids.order_id(number, due_us)));
        terms(out, message, "type");
    }
}

/// What is to be traded, and how.
fn terms(out: &mut Vec<u8>, message: &Message, type_field: &str) {
    let Message { symbol, side, quantity, ticks, kind, .. } = *message;
    put(
        out,
        format_args!(
            r#""symbol":"LOAD{symbol:04}","side":"{side}","quantity":"{quantity}","{type_field}":"{}""#,
            if kind == Kind::Market { "market" } else { "limit" }
        ),
    );
    if kind != Kind::Market {
        let price = price_ticks(message);
        let (whole, cents) = (price / bots::TICKS_PER_UNIT, price % bots::TICKS_PER_UNIT);
        debug_assert!(ticks < 10_000);
        put(out, format_args!(r#","limit_price":"{whole}.{cents:02}""#));
    }
    match kind {
        Kind::PostOnly => put(out, format_args!(r#","post_only":true"#)),
        Kind::Immediate => put(out, format_args!(r#","time_in_force":"ioc""#)),
        Kind::FillOrKill => put(out, format_args!(r#","time_in_force":"fok""#)),
        Kind::Rest | Kind::CrossFirst | Kind::CrossSecond | Kind::Market | Kind::Cancel => {}
    }
    out.push(b'}');
}

/// The limit, in ticks.
pub fn price_ticks(message: &Message) -> i64 {
    let away = i64::from(message.ticks);
    let price = bots::PRICE * bots::TICKS_PER_UNIT;
    match message.side {
        contracts::Side::Buy => price - away,
        contracts::Side::Sell => price + away,
    }
}

fn put(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("memory grows");
}

/// The text after `key`, a quoted field's name with its colon, up to its closing quote. The values
/// looked for have no escapes.
pub fn field<'a>(json: &'a [u8], key: &str) -> Option<&'a [u8]> {
    let key = key.as_bytes();
    let at = json.windows(key.len()).position(|window| window == key)? + key.len();
    let value = json[at..].strip_prefix(b"\"")?;
    let length = value.iter().position(|byte| *byte == b'"')?;
    Some(&value[..length])
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::TimeInForce;
    use contracts::intake::{ClientMessage, decode};

    fn bodies() -> Bodies {
        Bodies { ids: Ids::new(1_800_000_000_000, 0x1234_5678) }
    }

    fn plan(mix: &str) -> Vec<Message> {
        crate::plan::Plan::draw(2000, 50, 10, mix.parse().unwrap(), 1).unwrap().messages
    }

    #[test]
    fn every_message_is_one_that_ordering_reads() {
        let (messages, due) = (plan("rest=4,cross=4,market=2,cancel=1,post=1,ioc=1,fok=1"), vec![0; 2000]);
        let mut body = Vec::new();
        for (n, message) in messages.iter().enumerate() {
            bodies().amqp(&mut body, &messages, &due, n as u32);
            let read = decode(&body).unwrap_or_else(|refusal| panic!("{refusal}: {}", text(&body)));
            match (message.kind, read) {
                (Kind::Cancel, ClientMessage::CancelOrder { order_id, .. }) => {
                    assert_eq!(bodies().ids.number_of(order_id.to_string().as_bytes()), Some(message.target));
                }
                (_, ClientMessage::PlaceOrder(order)) => {
                    assert_eq!(order.user_id, bots::user_id(message.user));
                    assert_eq!(order.symbol, bots::symbol(message.symbol));
                    assert_eq!(order.side, message.side);
                    assert_eq!(order.limit_price.is_none(), message.kind == Kind::Market);
                    assert_eq!(order.post_only, message.kind == Kind::PostOnly);
                    assert_eq!(order.time_in_force == TimeInForce::Fok, message.kind == Kind::FillOrKill);
                    let expected = Some(n as u32);
                    assert_eq!(bodies().ids.number_of(order.order_id.to_string().as_bytes()), expected);
                }
                (kind, read) => panic!("{kind:?} is {read:?}"),
            }
        }
    }

    fn text(body: &[u8]) -> String {
        String::from_utf8_lossy(body).into_owned()
    }

    #[test]
    fn ids_rise_with_their_due_times_and_belong_to_one_run() {
        let ids = Ids::new(1_800_000_000_000, 5);
        let due = [0, 1, 250, 999, 1000, 1_000_000, 4_000_000_000];
        let made: Vec<Uuid> = due.iter().enumerate().map(|(n, due)| ids.order_id(n as u32, *due)).collect();
        assert!(made.is_sorted());
        assert!(made.iter().all(|id| id.get_version_num() == 7));
        assert_eq!(Ids::new(1_800_000_000_000, 6).number_of(made[3].to_string().as_bytes()), None);
        assert_eq!(ids.number_of(b"nonsense"), None);
    }

    #[test]
    fn a_field_is_found_without_reading_all_of_it() {
        let json = br#"{"order_id":"abc","status":"open","code":null}"#;
        assert_eq!(field(json, "\"order_id\":"), Some(&b"abc"[..]));
        assert_eq!(field(json, "\"status\":"), Some(&b"open"[..]));
        assert_eq!(field(json, "\"code\":"), None);
        assert_eq!(field(json, "\"price\":"), None);
    }

    #[test]
    fn a_rest_order_is_of_the_documented_form() {
        let message = plan("rest=1")[0];
        let mut body = Vec::new();
        bodies().rest(&mut body, &message, 3, 0);
        let value: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["limit_price", "order_id", "quantity", "side", "symbol", "type"]);
    }
}
