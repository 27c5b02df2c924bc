//! Which headers messages may have.

use serde_json::{Value, json};

/// Which headers an exchange's messages may have, by the name of the trait that lists them.
pub fn of(exchange: &str) -> Option<&'static str> {
    match exchange {
        "orders" | "payments" | "requests" => Some("asked"),
        "control" | "dead" => None,
        _ => Some("said"),
    }
}

pub fn traits() -> Value {
    let trace = json!({ "type": "string", "pattern": "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
        "description": "W3C Trace Context: the trace that it belongs to. One that breaks the pattern is ignored. Messages that are sent again have none." });
    let deadline = json!({ "type": "integer", "format": "int64",
        "description": "Milliseconds since 1970. Taken up later than that it does nothing." });
    json!({
        "said": { "headers": { "type": "object", "properties": { "traceparent": trace } } },
        "asked": { "headers": { "type": "object", "properties": { "traceparent": trace, "deadline_ms": deadline } } },
    })
}
