//! What a client may subscribe to. Private rooms are not among it: those the server chooses.

use contracts::stock_data::Interval;
use contracts::{Code, Refusal, Symbol, json, refusal::quoted};
use serde::{Deserialize, Serialize};

/// A public room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RoomName {
    Prices(Option<Symbol>),
    Depth(Symbol),
    Trades(Symbol),
    Phase(Symbol),
    Heartbeat(Symbol),
    Candles(Symbol, Interval),
    Statistics,
}

impl RoomName {
    pub fn symbol(self) -> Option<Symbol> {
        match self {
            RoomName::Prices(symbol) => symbol,
            RoomName::Depth(symbol)
            | RoomName::Trades(symbol)
            | RoomName::Phase(symbol)
            | RoomName::Heartbeat(symbol) => Some(symbol),
            RoomName::Candles(symbol, _) => Some(symbol),
            RoomName::Statistics => None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subscription(pub RoomName);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    channel: String,
    symbol: Option<String>,
    interval: Option<String>,
}

const CHANNELS: &str = "prices, depth, trades, phase, heartbeat, candles, statistics";

impl Subscription {
    pub fn read(value: serde_json::Value) -> Result<Self, Refusal> {
        let Wire { channel, symbol, interval } = json::read_value(&value)?;
        let symbol: Option<Symbol> = symbol
            .map(|text| text.parse())
            .transpose()
            .map_err(|e| Refusal::of_field(Code::InvalidValue, "symbol", format!("{e}")))?;
        let interval: Option<Interval> = interval
            .map(|text| text.parse())
            .transpose()
            .map_err(|rule: String| Refusal::of_field(Code::InvalidValue, "interval", rule))?;
        let unexpected = |field, rule| Err(Refusal::of_field(Code::UnexpectedField, field, rule));
        if interval.is_some() && channel != "candles" {
            return unexpected("interval", "only candles have one");
        }
        if symbol.is_some() && channel == "statistics" {
            return unexpected("symbol", "this channel is of all symbols");
        }
        let required = || Refusal::of_field(Code::MissingField, "symbol", "this channel is of one symbol");
        let of_length =
            || Refusal::of_field(Code::MissingField, "interval", "this channel is of one interval");
        match channel.as_str() {
            "prices" => Ok(Subscription(RoomName::Prices(symbol))),
            "depth" => Ok(Subscription(RoomName::Depth(symbol.ok_or_else(required)?))),
            "trades" => Ok(Subscription(RoomName::Trades(symbol.ok_or_else(required)?))),
            "phase" => Ok(Subscription(RoomName::Phase(symbol.ok_or_else(required)?))),
            "heartbeat" => Ok(Subscription(RoomName::Heartbeat(symbol.ok_or_else(required)?))),
            "candles" => {
                let symbol = symbol.ok_or_else(required)?;
                Ok(Subscription(RoomName::Candles(symbol, interval.ok_or_else(of_length)?)))
            }
            "statistics" => Ok(Subscription(RoomName::Statistics)),
            other => {
                let rule = format!("expected one of {CHANNELS}, got {}", quoted(other));
                Err(Refusal::of_field(Code::InvalidValue, "channel", rule))
            }
        }
    }
}

/// To go on after what one knows of last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resumption {
    Room(RoomName, u64),
    /// The session's own news. Without a number: from now on, and which number that is.
    Private(Option<u64>),
}

const PRIVATE: &str = "private";

impl Resumption {
    pub fn read(mut value: serde_json::Value) -> Result<Self, Refusal> {
        let seq = value.as_object_mut().and_then(|fields| fields.remove("seq"));
        let whole = |seq: serde_json::Value| {
            let rule = || format!("expected a whole number, got {seq}");
            seq.as_u64().ok_or_else(|| Refusal::of_field(Code::InvalidValue, "seq", rule()))
        };
        let seq = seq.map(whole).transpose()?;
        if value["channel"] == PRIVATE {
            let other = value.as_object().and_then(|fields| fields.keys().find(|field| *field != "channel"));
            let rule = "the private channel is the session's own";
            return match other {
                Some(field) => Err(Refusal::of_field(Code::UnexpectedField, field, rule)),
                None => Ok(Resumption::Private(seq)),
            };
        }
        let Subscription(room) = Subscription::read(value)?;
        let required = || Refusal::of_field(Code::MissingField, "seq", "what you know of last");
        seq.ok_or_else(required).map(|seq| Resumption::Room(room, seq))
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Acknowledgement {
    ok: bool,
    /// Whether everything that was missed follows; else a snapshot does, or REST must be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    resumed: Option<bool>,
    /// Of private news: the last there was.
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<Code>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

impl From<Result<(), Refusal>> for Acknowledgement {
    fn from(result: Result<(), Refusal>) -> Self {
        match result {
            Ok(()) => Acknowledgement { ok: true, resumed: None, seq: None, code: None, message: None },
            Err(refusal) => {
                let message = match &refusal.field {
                    Some(field) => format!("{field}: {}", refusal.message),
                    None => refusal.message,
                };
                let (code, message) = (Some(refusal.code), Some(message));
                Acknowledgement { ok: false, resumed: None, seq: None, code, message }
            }
        }
    }
}

impl Acknowledgement {
    pub fn resumed(resumed: bool, seq: Option<u64>) -> Self {
        Acknowledgement { resumed: Some(resumed), seq, ..Ok(()).into() }
    }

    /// Of a subscription that was meant to be a resumption.
    pub fn afresh(self) -> Self {
        Acknowledgement { resumed: self.ok.then_some(false), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use serde_json::json;

    fn check(given: serde_json::Value, expected: Expect) {
        let shown = match Subscription::read(given) {
            Ok(Subscription(room)) => format!("{room:?}"),
            Err(refusal) => serde_json::to_string(&Acknowledgement::from(Err(refusal))).unwrap(),
        };
        expected.assert_eq(&shown);
    }

    #[test]
    fn a_subscription_is_read_strictly() {
        check(json!({"channel": "prices"}), expect!["Prices(None)"]);
        check(json!({"channel": "depth", "symbol": "ACME"}), expect!["Depth(ACME)"]);
        check(json!({"channel": "phase", "symbol": "ACME"}), expect!["Phase(ACME)"]);
        check(json!({"channel": "statistics"}), expect!["Statistics"]);
        check(
            json!({"channel": "candles", "symbol": "ACME", "interval": "4h"}),
            expect!["Candles(ACME, FourHours)"],
        );
        check(
            json!({"channel": "candles", "symbol": "ACME"}),
            expect![[
                r#"{"ok":false,"code":"missing_field","message":"interval: this channel is of one interval"}"#
            ]],
        );
        check(
            json!({"channel": "candles", "symbol": "ACME", "interval": "2h"}),
            expect![[
                r#"{"ok":false,"code":"invalid_value","message":"interval: expected one of 1m, 5m, 15m, 1h, 4h, 1d, 1w, got \"2h\""}"#
            ]],
        );
        check(
            json!({"channel": "depth", "symbol": "ACME", "interval": "1m"}),
            expect![[
                r#"{"ok":false,"code":"unexpected_field","message":"interval: only candles have one"}"#
            ]],
        );
        check(
            json!({"channel": "statistics", "symbol": "ACME"}),
            expect![[
                r#"{"ok":false,"code":"unexpected_field","message":"symbol: this channel is of all symbols"}"#
            ]],
        );
        check(
            json!({"channel": "trades"}),
            expect![[
                r#"{"ok":false,"code":"missing_field","message":"symbol: this channel is of one symbol"}"#
            ]],
        );
        check(
            json!({"channel": "orders"}),
            expect![[
                r#"{"ok":false,"code":"invalid_value","message":"channel: expected one of prices, depth, trades, phase, heartbeat, candles, statistics, got \"orders\""}"#
            ]],
        );
        check(
            json!({"channel": "depth", "symbol": "ACME", "user_id": 1}),
            expect![[
                r#"{"ok":false,"code":"unknown_field","message":"user_id: unknown field `user_id`, expected one of `channel`, `symbol`, `interval`"}"#
            ]],
        );
        check(
            json!("prices"),
            expect![[
                r#"{"ok":false,"code":"malformed","message":"expected a JSON object, got \"\\\"prices\\\"\""}"#
            ]],
        );
        check(
            json!({"channel": "depth", "symbol": "acme"}),
            expect![[
                r#"{"ok":false,"code":"invalid_value","message":"symbol: a symbol is 1 to 12 characters of A-Z, 0-9, '.' and '-', starting with a letter or digit; got \"acme\""}"#
            ]],
        );
    }

    #[test]
    fn a_resumption_is_read_strictly() {
        let check = |given: serde_json::Value, expected: Expect| {
            let shown = match Resumption::read(given) {
                Ok(resumption) => format!("{resumption:?}"),
                Err(refusal) => format!("{} {:?} {}", refusal.code, refusal.field, refusal.message),
            };
            expected.assert_eq(&shown);
        };
        check(json!({"channel": "depth", "symbol": "ACME", "seq": 7}), expect!["Room(Depth(ACME), 7)"]);
        check(json!({"channel": "private"}), expect!["Private(None)"]);
        check(json!({"channel": "private", "seq": 7}), expect!["Private(Some(7))"]);
        check(json!({"channel": "prices"}), expect![[r#"missing_field Some("seq") what you know of last"#]]);
        check(
            json!({"channel": "private", "symbol": "ACME"}),
            expect![[r#"unexpected_field Some("symbol") the private channel is the session's own"#]],
        );
        check(
            json!({"channel": "private", "seq": -1}),
            expect![[r#"invalid_value Some("seq") expected a whole number, got -1"#]],
        );
        check(json!([]), expect![[r#"malformed None expected a JSON object, got "[]""#]]);
    }
}
