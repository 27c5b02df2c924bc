//! A message's text, and its number back out of it. Ids carry the run and the number, so that
//! nothing has to be looked up when a reply or a push comes.

use crate::bots;
use crate::plan::{DISPLAY_QUANTITY, Kind, Message};
use crate::prices::{self, Ticks};
use contracts::OrderType;
use std::fmt::Arguments;
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
/// Marks a bracket's second order, which has the number of its first. No run has so many messages.
const EXIT: u32 = 1 << 31;
/// How long an order waits that is good till a date.
pub const GOOD_FOR_MS: u64 = 10_000;

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

    /// Of the order that leaves again what another has got.
    pub fn exit_id(&self, number: u32, due_us: u32) -> Uuid {
        self.order_id(number | EXIT, due_us)
    }

    /// Which order of this run it is.
    pub fn order_of(&self, order_id: &[u8]) -> Option<Known> {
        let id = Uuid::try_parse_ascii(order_id).ok()?.as_u128() as u64;
        let run = (id >> 32) as u32 & ((1 << RUN_BITS) - 1);
        (run == self.run).then_some(Known { number: id as u32 & !EXIT, is_exit: id as u32 & EXIT != 0 })
    }
}

/// An order of a run, by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    pub number: u32,
    pub is_exit: bool,
}

/// Texts for the two doors.
pub struct Bodies {
    pub ids: Ids,
    /// When the schedule begins, by the clock that the exchange reads, too.
    pub begun_unix_ms: u64,
}

impl Bodies {
    /// Of a schedule that begins now.
    pub fn beginning_now(ids: Ids) -> Self {
        Bodies {
            ids,
            begun_unix_ms: u64::try_from(chrono::Utc::now().timestamp_millis()).unwrap_or_default(),
        }
    }

    /// As `docs/amqp.md` has it. `due` is when each message is due.
    pub fn amqp(&self, out: &mut Vec<u8>, messages: &[Message], due: &[u32], number: u32) {
        let message = messages[number as usize];
        out.clear();
        let user = bots::user_id(message.user);
        let target = || self.ids.order_id(message.target, due[message.target as usize]);
        match message.kind {
            Kind::Cancel => {
                let target = target();
                put(
                    out,
                    format_args!(r#"{{"type":"cancel_order","order_id":"{target}","user_id":"{user}"}}"#),
                );
            }
            Kind::Amend => {
                let target = target();
                put(out, format_args!(r#"{{"type":"amend_order","order_id":"{target}","user_id":"{user}","#));
                changes(out, &message);
            }
            Kind::Replace => {
                let (id, target) = (self.ids.order_id(number, due[number as usize]), target());
                put(
                    out,
                    format_args!(r#"{{"type":"replace_order","order_id":"{id}","replaces":"{target}","#),
                );
                put(out, format_args!(r#""user_id":"{user}","#));
                self.terms(out, &message, number, due[number as usize], "order_type");
            }
            Kind::CancelAll => {
                let Message { symbol, side, .. } = message;
                put(out, format_args!(r#"{{"type":"cancel_orders","user_id":"{user}","#));
                put(out, format_args!(r#""symbol":"LOAD{symbol:04}","side":"{side}"}}"#));
            }
            _ => {
                let id = self.ids.order_id(number, due[number as usize]);
                put(out, format_args!(r#"{{"type":"place_order","order_id":"{id}","user_id":"{user}","#));
                self.terms(out, &message, number, due[number as usize], "order_type");
            }
        }
    }

    /// As `docs/rest.md` has it. Of an order or an amendment, not of a cancel.
    pub fn rest(&self, out: &mut Vec<u8>, message: &Message, number: u32, due_us: u32) {
        out.clear();
        if message.kind == Kind::Amend {
            out.push(b'{');
            return changes(out, message);
        }
        put(out, format_args!(r#"{{"order_id":"{}","#, self.ids.order_id(number, due_us)));
        self.terms(out, message, number, due_us, "type");
    }

    /// What is to be traded, and how.
    fn terms(&self, out: &mut Vec<u8>, message: &Message, number: u32, due_us: u32, type_field: &str) {
        let Message { symbol, side, quantity, .. } = *message;
        let order_type = order_type(message.kind);
        put(out, format_args!(r#""symbol":"LOAD{symbol:04}","side":"{side}","quantity":"{quantity}","#));
        put(out, format_args!(r#""{type_field}":"{order_type}""#));
        for (field, price) in [
            ("limit_price", prices::limit(message)),
            ("stop_price", prices::stop(message)),
            ("trail_amount", prices::trail(message)),
        ] {
            if let Some(price) = price {
                put(out, format_args!(r#","{field}":"{}""#, Ticks(price)));
            }
        }
        match message.kind {
            Kind::PostOnly => put(out, format_args!(r#","post_only":true"#)),
            Kind::Reprice => put(out, format_args!(r#","post_only":true,"reprice":true"#)),
            Kind::Immediate => put(out, format_args!(r#","time_in_force":"ioc""#)),
            Kind::FillOrKill => put(out, format_args!(r#","time_in_force":"fok""#)),
            Kind::GoodTillDate => {
                let until = self.good_until(due_us);
                put(out, format_args!(r#","time_in_force":"gtd","expires_at":"{until}""#));
            }
            Kind::Iceberg => put(out, format_args!(r#","display_quantity":"{DISPLAY_QUANTITY}""#)),
            Kind::SelfTrade(mode) => put(out, format_args!(r#","self_trade_prevention":"{mode}""#)),
            Kind::Bracket => {
                let exit_id = self.ids.exit_id(number, due_us);
                let (profit, loss) = prices::exit(message).expect("a bracket has both");
                let (profit, loss) = (Ticks(profit), Ticks(loss));
                put(out, format_args!(r#","exit_order_id":"{exit_id}","take_profit_price":"{profit}","#));
                put(out, format_args!(r#""stop_loss_price":"{loss}""#));
            }
            Kind::Rest | Kind::Replace | Kind::Swept => {}
            Kind::CrossFirst | Kind::CrossSecond | Kind::Market => {}
            Kind::Stop | Kind::StopLimit | Kind::Trailing | Kind::Oco => {}
            Kind::Cancel | Kind::Amend | Kind::CancelAll => unreachable!("no order has terms of this kind"),
        }
        out.push(b'}');
    }

    fn good_until(&self, due_us: u32) -> String {
        let unix_ms = self.begun_unix_ms + u64::from(due_us / 1000) + GOOD_FOR_MS;
        let until =
            contracts::Timestamp::from_timestamp_millis(unix_ms as i64).expect("a time of this century");
        until.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
    }
}

/// An amendment's, after whom it is about.
fn changes(out: &mut Vec<u8>, message: &Message) {
    let limit = Ticks(prices::limit(message).expect("an amendment has a limit"));
    put(out, format_args!(r#""quantity":"{}","limit_price":"{limit}"}}"#, message.quantity));
}

fn order_type(kind: Kind) -> OrderType {
    match kind {
        Kind::Rest | Kind::PostOnly | Kind::Reprice | Kind::GoodTillDate | Kind::Swept => OrderType::Limit,
        Kind::Replace => OrderType::Limit,
        Kind::Immediate | Kind::FillOrKill | Kind::SelfTrade(_) => OrderType::Limit,
        Kind::CrossFirst | Kind::CrossSecond | Kind::Iceberg => OrderType::Limit,
        Kind::Market | Kind::Bracket => OrderType::Market,
        Kind::Stop => OrderType::Stop,
        Kind::StopLimit => OrderType::StopLimit,
        Kind::Trailing => OrderType::TrailingStop,
        Kind::Oco => OrderType::Oco,
        Kind::Cancel | Kind::Amend | Kind::CancelAll => unreachable!("{kind:?} is no order"),
    }
}

fn put(out: &mut Vec<u8>, text: Arguments<'_>) {
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
mod tests;
