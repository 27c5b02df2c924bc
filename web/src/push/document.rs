//! docs/asyncapi-push.json: what browsers and programs hear from us over sockets, and what they may say
//! there, made from the very types that are written. `UPDATE_EXPECT=1 cargo test -p web --lib document`
//! writes it.

use super::payloads::*;
use super::subscription::{Acknowledgement, Resumption, Subscription};
use crate::openapi::tidy;
use contracts::portfolio::PortfolioChange;
use contracts::stock_data::Interval;
use contracts::{Fill, Order, Symbol};
use expect_test::expect_file;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

/// Private news, as they are numbered on their way out.
#[derive(ToSchema)]
#[allow(dead_code)]
struct Numbered<T> {
    /// One more than that of the news before.
    seq: u64,
    #[serde(flatten)]
    news: T,
}

/// What a message is called, and the schema of its payload.
struct Event {
    name: &'static str,
    schema: String,
}

#[derive(Default)]
struct Schemas(Vec<(String, RefOr<Schema>)>);

impl Schemas {
    fn named<T: ToSchema>(&mut self, name: &'static str, schema: String) -> Event {
        T::schemas(&mut self.0);
        self.0.push((schema.clone(), T::schema()));
        Event { name, schema }
    }

    fn event<T: ToSchema>(&mut self, name: &'static str) -> Event {
        self.named::<T>(name, T::name().into())
    }

    fn news<T: ToSchema>(&mut self, name: &'static str) -> Event {
        // What is numbered goes into the numbered one, and is needed for that.
        self.0.push((T::name().into(), T::schema()));
        self.named::<Numbered<T>>(name, format!("{}News", T::name()))
    }

    fn public(&mut self) -> Vec<Event> {
        vec![
            self.event::<Prices>("prices"),
            self.event::<DepthMessage>("depth"),
            self.event::<Trades>("trade"),
            self.event::<PhaseMessage>("phase"),
            self.event::<Heartbeat>("heartbeat"),
            self.event::<CandlesMessage>("candles"),
            self.event::<StatisticsMessage>("statistics"),
            self.event::<ServerShutdown>("serverShutdown"),
        ]
    }

    fn private(&mut self) -> Vec<Event> {
        vec![
            self.news::<Order>("order"),
            self.news::<Fill>("fill"),
            self.news::<PortfolioChange>("portfolio"),
            self.event::<Resync>("resync"),
        ]
    }

    /// With those that no type says, because they are read by hand.
    fn finish(self) -> Value {
        let schemas: Map<_, _> = self.0.into_iter().map(|(name, schema)| (name, json!(schema))).collect();
        let mut schemas = Value::Object(schemas);
        schemas["Subscription"] =
            json!({ "oneOf": subscriptions(false), "description": "What to hear, or to hear no more." });
        schemas["Resumption"] = json!({ "oneOf": subscriptions(true), "description": "Where to go on: after `seq`, the last that is known." });
        schemas["Acknowledgement"] = acknowledgement();
        schemas
    }
}

/// By channel, the fields that there must be.
fn subscriptions(resumes: bool) -> Vec<Value> {
    let reference = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
    let number = json!({ "type": "integer", "format": "int64", "minimum": 0 });
    let of = |channels: Value, mut required: Vec<&str>, optional: &[&str]| {
        required.extend(resumes.then_some("seq"));
        let mut properties = Map::from_iter([("channel".to_owned(), channels)]);
        for field in required.iter().chain(optional) {
            let of = match *field {
                "symbol" => reference(&Symbol::name()),
                "interval" => reference(&Interval::name()),
                _ => number.clone(),
            };
            properties.insert((*field).to_owned(), of);
        }
        required.insert(0, "channel");
        json!({ "type": "object", "required": required, "properties": properties, "additionalProperties": false })
    };
    let mut all = vec![
        of(json!({ "const": "prices" }), vec![], &["symbol"]),
        of(json!({ "enum": ["depth", "trades", "phase", "heartbeat"] }), vec!["symbol"], &[]),
        of(json!({ "const": "candles" }), vec!["symbol", "interval"], &[]),
        of(json!({ "const": "statistics" }), vec![], &[]),
    ];
    if resumes {
        all.push(json!({ "type": "object", "required": ["channel"], "additionalProperties": false,
            "properties": { "channel": { "const": "private" }, "seq": number } }));
    }
    all
}

fn acknowledgement() -> Value {
    json!({ "oneOf": [
        { "type": "object", "required": ["ok"], "additionalProperties": false, "properties": {
            "ok": { "const": true },
            "resumed": { "type": "boolean", "description": "Of a resumption: whether what was missed follows; else a snapshot does, or REST must be asked." },
            "seq": { "type": "integer", "format": "int64", "minimum": 0, "description": "Of private news: the last there was." } } },
        { "type": "object", "required": ["ok", "code", "message"], "additionalProperties": false, "properties": {
            "ok": { "const": false }, "code": { "$ref": "#/components/schemas/Code" }, "message": { "type": "string" } } },
    ] })
}

const SOCKETS: [(&str, &str, &str); 2] = [
    (
        "socketio",
        "/socket.io/",
        "The default namespace: an event's name, and the payload as its only argument. docs/socketio.md.",
    ),
    (
        "ws",
        "/ws",
        "A text message each: `{event, data}`, and what a client says may have an `id`. docs/websocket.md, which has orders too.",
    ),
];

fn document() -> Value {
    let mut schemas = Schemas::default();
    let (public, private) = (schemas.public(), schemas.private());
    let said = |name, schema: &str| Event { name, schema: schema.to_owned() };
    let asked = vec![
        said("subscribe", "Subscription"),
        said("unsubscribe", "Subscription"),
        said("resume", "Resumption"),
    ];
    let answers = vec![said("acknowledgement", "Acknowledgement")];
    let all = || [&public, &private, &asked, &answers].into_iter().flatten();
    let messages: Map<_, _> = all()
        .map(|Event { name, schema }| {
            let payload = json!({ "$ref": format!("#/components/schemas/{schema}") });
            ((*name).to_owned(), json!({ "name": name, "payload": payload }))
        })
        .collect();
    let (mut channels, mut operations) = (Map::new(), Map::new());
    for (socket, address, about) in SOCKETS {
        let carried: Map<_, _> = all()
            .map(|Event { name, .. }| {
                ((*name).to_owned(), json!({ "$ref": format!("#/components/messages/{name}") }))
            })
            .collect();
        channels
            .insert(socket.into(), json!({ "address": address, "description": about, "messages": carried }));
        let channel = json!({ "$ref": format!("#/channels/{socket}") });
        let of = |events: &[Event]| -> Vec<Value> {
            let message = |name| json!({ "$ref": format!("#/channels/{socket}/messages/{name}") });
            events.iter().map(|event| message(event.name)).collect()
        };
        for (name, action, about, events) in [
            ("public", "send", "To who has subscribed.", &public),
            ("private", "send", "To every connection of a session's user, without a subscription.", &private),
            ("asked", "receive", "What a client may say.", &asked),
        ] {
            let mut operation =
                json!({ "action": action, "channel": channel, "summary": about, "messages": of(events) });
            if action == "receive" {
                operation["reply"] = json!({ "channel": channel, "messages": of(&answers) });
            }
            operations.insert(format!("{socket}.{name}"), operation);
        }
    }
    let mut document = json!({
        "asyncapi": "3.0.0",
        "info": { "title": "Exchange: push", "version": env!("CARGO_PKG_VERSION"),
            "description": "What web says over sockets without being asked. Ignore events and fields that you do not know. Made from the code by a test (web/src/push/document.rs)." },
        "defaultContentType": "application/json",
        "servers": { "web": { "host": "localhost:3000", "protocol": "ws" } },
        "channels": channels,
        "operations": operations,
        "components": { "messages": messages, "schemas": schemas.finish() },
    });
    tidy::flatten(&mut document);
    tidy::leave_out(&mut document, |_| true);
    document
}

#[test]
fn the_document_that_is_checked_in_is_what_the_code_says() {
    let text = serde_json::to_string_pretty(&document()).unwrap();
    expect_file!["../../../docs/asyncapi-push.json"].assert_eq(&format!("{text}\n"));
}

/// Whether a value is what the schema says, and has no field that it does not know.
fn fits(value: &Value, schema: &Value, all: &Value) -> Result<(), String> {
    let no = |why: &str| Err(format!("{value} is not {why} of {schema}"));
    if let Some(to) = schema.get("$ref").and_then(Value::as_str) {
        return fits(value, all.pointer(to.trim_start_matches('#')).ok_or("nowhere")?, all);
    }
    if let Some(ways) = schema.get("oneOf").and_then(Value::as_array) {
        let fitting = ways.iter().filter(|way| fits(value, way, all).is_ok()).count();
        return if fitting == 1 { Ok(()) } else { no("exactly one") };
    }
    if schema.get("const").is_some_and(|one| one != value) {
        return no("the constant");
    }
    if let Some(texts) = schema.get("enum").and_then(Value::as_array) {
        return if texts.contains(value) { Ok(()) } else { no("one") };
    }
    let types = match schema.get("type") {
        Some(Value::Array(types)) => types.clone(),
        one => one.cloned().into_iter().collect(),
    };
    let is = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !types.is_empty() && !types.contains(&is.into()) {
        return no("the type");
    }
    match value {
        Value::Array(values) => {
            let each = |n: usize| schema.pointer(&format!("/prefixItems/{n}")).or(schema.get("items"));
            values.iter().enumerate().try_for_each(|(n, value)| fits(value, each(n).ok_or("no items")?, all))
        }
        Value::Object(fields) => {
            let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
            for name in required.filter_map(Value::as_str) {
                fields.get(name).ok_or_else(|| format!("{value} has no {name}"))?;
            }
            let of = |name: &String| {
                schema.pointer(&format!("/properties/{name}")).or(schema.get("additionalProperties"))
            };
            let known = |name: &String| of(name).filter(|schema| schema.is_object());
            fields.iter().try_for_each(|(name, value)| {
                fits(value, known(name).ok_or_else(|| format!("{name} is unheard of in {schema}"))?, all)
            })
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Ok(()),
    }
}

thread_local! {
    static DOCUMENT: Value = document();
}

/// Every message that any test of the hub sees comes by here.
pub fn check(event: &str, payload: &str) {
    let payload: Value = serde_json::from_str(payload).unwrap();
    DOCUMENT.with(|document| {
        let schema = &document["components"]["messages"][event]["payload"];
        assert!(schema.is_object(), "{event} is not in the document");
        fits(&payload, schema, document).unwrap_or_else(|why| panic!("{event}: {why}"));
    });
}

#[test]
fn what_the_document_has_clients_say_is_what_is_read() {
    let fields = [("symbol", json!("ACME")), ("interval", json!("1m")), ("seq", json!(7))];
    let channels = "prices depth trades phase heartbeat candles statistics private orders";
    for channel in channels.split(' ') {
        for choice in 0..1 << fields.len() {
            let mut said = json!({ "channel": channel });
            for (n, (name, value)) in fields.iter().enumerate() {
                if choice & (1 << n) != 0 {
                    said[*name] = value.clone();
                }
            }
            DOCUMENT.with(|document| {
                let fits = |name| fits(&said, &document["components"]["schemas"][name], document).is_ok();
                assert_eq!(fits("Subscription"), Subscription::read(said.clone()).is_ok(), "{said}");
                assert_eq!(fits("Resumption"), Resumption::read(said.clone()).is_ok(), "{said}");
            });
        }
    }
}

#[test]
fn answers_are_what_the_document_has() {
    let refused = Subscription::read(json!({})).expect_err("no channel");
    for answer in [
        Ok(()).into(),
        Acknowledgement::resumed(true, Some(7)),
        Acknowledgement::from(Ok(())).afresh(),
        Err(refused).into(),
    ] {
        check("acknowledgement", &serde_json::to_string(&answer).unwrap());
    }
}
