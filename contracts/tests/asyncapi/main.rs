//! docs/asyncapi.yaml is what the code says: every exchange, queue, binding and user of the topology,
//! and every message by its name. `UPDATE_EXPECT=1 cargo test -p contracts --test asyncapi` writes it.

mod headers;
mod payloads;
mod yaml;

use contracts::topology::{QueueKind, Topology};
use contracts::{
    Partitions, accounts, control, journey, matching, ordering, payments, portfolio, stock_data,
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The names of an enum's messages, as serde lists them when it is given none of them.
fn names<T: DeserializeOwned>() -> Vec<String> {
    let Err(error) = serde_json::from_str::<T>(r#"{"": {}}"#) else { panic!("a message without a name") };
    let said = error.to_string();
    let listed = said.split_once("expected").unwrap_or_else(|| panic!("no list of names: {said}")).1;
    listed.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

/// What an exchange carries: messages by name, and what they are in words.
struct Family {
    exchange: &'static str,
    key: &'static str,
    what: &'static str,
    /// Put before each name, where two families have the same.
    prefix: &'static str,
    names: Vec<String>,
}

fn families() -> Vec<Family> {
    let of = |exchange, key, what, prefix, names| Family { exchange, key, what, prefix, names };
    let texts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    vec![
        of(
            "orders",
            "the user's id",
            "A client's message about orders; docs/amqp.md has its fields.",
            "",
            payloads::kinds_of_orders(),
        ),
        of(
            "orders.replies",
            "the reply queue's name",
            "Answers a client's message, after ordering's commit.",
            "",
            texts(&["order_reply"]),
        ),
        of(
            "payments",
            "payments",
            "A payment service's message; docs/payments.md has its fields.",
            "payments.",
            texts(&payments::TYPES),
        ),
        of(
            "payments.replies",
            "the reply queue's name",
            "Answers a payment service's message, after the commit.",
            "payments.",
            texts(&["reply"]),
        ),
        of(
            "accounts",
            "accounts.0>*",
            "An event of accounts, to all.",
            "",
            names::<accounts::AccountsEvent>(),
        ),
        of(
            "accounts",
            "accounts.0>web",
            "A session was ended before its time, for web.",
            "",
            names::<accounts::SessionsEvent>(),
        ),
        of(
            "stock-data",
            "stock-data.0>*, stock-data.0>matching.J",
            "An event of stock-data.",
            "",
            names::<stock_data::StockDataEvent>(),
        ),
        of(
            "ordering",
            "ordering.K>portfolio.I",
            "A command about an order, on its way to its book; portfolio passes it on.",
            "stream.",
            names::<ordering::OrderCommand>(),
        ),
        of(
            "ordering",
            "ordering.K>web",
            "What became of an order, for its owner.",
            "",
            names::<ordering::OrderingEvent>(),
        ),
        of(
            "portfolio",
            "portfolio.I>ordering.K",
            "An answer of portfolio to ordering.",
            "portfolio.",
            names::<portfolio::PortfolioToOrdering>(),
        ),
        of(
            "portfolio",
            "portfolio.I>web",
            "What changed for a user.",
            "",
            names::<portfolio::PortfolioEvent>(),
        ),
        of(
            "matching",
            "matching.J>*",
            "What happened in a book, to all.",
            "matching.",
            names::<matching::MatchingEvent>(),
        ),
        of(
            "requests",
            "accounts.0",
            "A command, answered after the commit.",
            "",
            names::<accounts::AccountsCommand>(),
        ),
        of(
            "requests",
            "stock-data.0",
            "A command, answered after the commit.",
            "",
            names::<stock_data::StockDataCommand>(),
        ),
        of(
            "requests",
            "portfolio.I",
            "A command, answered after the commit.",
            "requests.",
            names::<portfolio::PortfolioCommand>(),
        ),
        of(
            "requests",
            "matching.J",
            "A command, answered between two steps.",
            "",
            names::<matching::MatchingCommand>(),
        ),
        of("requests", "any partition", "A command of operators.", "", names::<control::Operate>()),
        of(
            "requests",
            "the questions of any service",
            "What the service has set aside.",
            "",
            names::<control::Inspection>(),
        ),
        of(
            "requests",
            "any partition",
            "What the partition remembers; answered beside the steps.",
            "",
            names::<journey::MemoryCommand>(),
        ),
        of(
            "requests",
            "accounts.questions",
            "A question.",
            "accounts.questions.",
            names::<accounts::Question>(),
        ),
        of(
            "requests",
            "stock-data.questions",
            "A question.",
            "stock-data.questions.",
            names::<stock_data::Question>(),
        ),
        of(
            "requests",
            "ordering.questions",
            "A question.",
            "ordering.questions.",
            names::<ordering::Question>(),
        ),
        of(
            "requests",
            "portfolio.questions",
            "A question.",
            "portfolio.questions.",
            names::<portfolio::Question>(),
        ),
        of(
            "replies",
            "the asker's reply queue",
            "Answers a request: `ok` or `refused`.",
            "",
            texts(&["answer"]),
        ),
        of(
            "control",
            "a partition",
            "Between the two ends of a stream.",
            "control.",
            names::<control::Control>(),
        ),
        of(
            "dead",
            "",
            "What the broker could not deliver, as it was. Stays empty.",
            "",
            texts(&["dead_letter"]),
        ),
    ]
}

/// `ordering.3` is one of `ordering.K`: the document is of any number of partitions.
fn generic(text: &str) -> String {
    let end = |end: &str| {
        for (service, letter) in [("ordering", "K"), ("portfolio", "I"), ("matching", "J")] {
            if end.strip_prefix(service).is_some_and(|rest| rest == ".0") {
                return format!("{service}.{letter}");
            }
        }
        end.to_owned()
    };
    text.split('>').map(end).collect::<Vec<_>>().join(">")
}

fn document() -> Value {
    let topology = Topology::new(Partitions { users: 1, symbols: 1 });
    let mut channels = Map::new();
    let mut messages = Map::new();
    let mut operations = Map::new();
    let families = families();
    for exchange in &topology.exchanges {
        let ours: Vec<_> = families.iter().filter(|family| family.exchange == exchange.name).collect();
        assert!(
            !ours.is_empty(),
            "no messages are known of the exchange {}: add them to families()",
            exchange.name
        );
        let mut carried = Map::new();
        for family in ours {
            for name in &family.names {
                let id = format!("{}{name}", family.prefix);
                carried.insert(id.clone(), json!({ "$ref": format!("#/components/messages/{id}") }));
                let mut message = json!({ "name": name, "title": name.replace('_', " "), "contentType": "application/json",
                    "summary": family.what, "description": format!("Exchange {}, key: {}", family.exchange, family.key),
                    "payload": payloads::payload(family.exchange, name) });
                if let Some(with) = headers::of(family.exchange) {
                    message["traits"] = json!([{ "$ref": format!("#/components/messageTraits/{with}") }]);
                }
                assert!(messages.insert(id.clone(), message).is_none(), "two messages are called {id}");
            }
        }
        let bindings: Vec<_> = topology
            .bindings
            .iter()
            .filter(|binding| binding.exchange == exchange.name)
            .map(|b| json!({ "queue": generic(&b.queue), "key": generic(&b.key) }))
            .collect();
        channels.insert(
            exchange.name.clone(),
            json!({ "address": exchange.name, "messages": carried, "x-queues": bindings,
                "bindings": { "amqp": { "is": "routingKey", "exchange": { "name": exchange.name,
                    "type": if exchange.kind.starts_with("x-") { "direct" } else { exchange.kind }, "durable": true, "autoDelete": false, "vhost": "/" } } },
                "x-exchange-type": exchange.kind }),
        );
    }
    for queue in &topology.queues {
        let name = generic(&queue.name);
        let what = match queue.kind {
            QueueKind::Partition => {
                "Everything that concerns the partition; a single active consumer, nothing is lost."
            }
            QueueKind::Desk => {
                "Requests of outsiders, done one after the other; a single active consumer, nothing is lost."
            }
            QueueKind::Questions => "Questions: worth nothing after a few seconds.",
            QueueKind::Dead => "What the broker could not deliver. Stays empty.",
        };
        let carried: BTreeMap<_, _> = topology
            .bindings
            .iter()
            .filter(|binding| binding.queue == queue.name)
            .map(|b| (b.exchange.clone(), generic(&b.key)))
            .collect();
        channels.insert(
            format!("queue.{name}"),
            json!({ "address": name, "description": what, "x-bound-to": carried, "x-arguments": queue.arguments(),
                "bindings": { "amqp": { "is": "queue", "queue": { "name": name, "durable": true, "exclusive": false, "autoDelete": false, "vhost": "/" } } } }),
        );
    }
    for user in &topology.users {
        for (action, pattern) in [("send", &user.write), ("receive", &user.read)] {
            for exchange in topology.exchanges.iter().filter(|exchange| allows(pattern, &exchange.name)) {
                let channel = json!({ "$ref": format!("#/channels/{}", exchange.name) });
                operations.insert(
                    format!("{}.{action}.{}", user.name, exchange.name),
                    json!({ "action": action, "channel": channel, "x-user": user.name }),
                );
            }
        }
    }
    json!({
        "asyncapi": "3.0.0",
        "info": { "title": "Exchange", "version": env!("CARGO_PKG_VERSION"),
            "description": "Everything that goes over RabbitMQ. K and I are partitions of users, J of symbols. Made from the code by a test (contracts/tests/asyncapi.rs)." },
        "defaultContentType": "application/json",
        "servers": { "broker": { "host": "127.0.0.1:5672", "pathname": "/exchange", "protocol": "amqp", "protocolVersion": "0.9.1" } },
        "channels": channels,
        "operations": operations,
        "components": { "messages": messages, "messageTraits": headers::traits() },
    })
}

/// Whether a permission's pattern, a list of names in `^(…|…)$`, has this name.
fn allows(pattern: &str, name: &str) -> bool {
    let inside =
        pattern.trim_start_matches('^').trim_end_matches('$').trim_start_matches('(').trim_end_matches(')');
    inside.split('|').any(|one| one.replace('\\', "") == name)
}

#[test]
fn the_document_says_what_the_code_says() {
    let document = document();
    expect_test::expect_file!["../../../docs/asyncapi.yaml"].assert_eq(&yaml::write(&document));
}

#[test]
fn every_reference_leads_somewhere() {
    let document = document();
    let mut left = vec![&document];
    let mut followed = 0;
    while let Some(value) = left.pop() {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
            followed += 1;
        }
        match value {
            Value::Object(fields) => left.extend(fields.values()),
            Value::Array(values) => left.extend(values),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    assert!(followed > 50);
}
