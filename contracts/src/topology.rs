//! The AMQP topology as data: who may say what to whom. Provisioning writes it to the broker;
//! the services only use it.
//!
//! One direct exchange per producer, so that the permission to write there is the producer's
//! identity. One quorum queue per partition, with a single active consumer; everything that
//! concerns the partition arrives there.

use crate::{Partitions, StreamName};
use serde_json::{Value, json};

pub const ACCOUNTS: &str = "accounts";
pub const PORTFOLIO: &str = "portfolio";
pub const STOCK_DATA: &str = "stock-data";
pub const ORDERING: &str = "ordering";
pub const MATCHING: &str = "matching";
pub const WEB: &str = "web";
/// The AMQP user of seed and of the operator's commands.
pub const ADMIN: &str = "admin";
/// The AMQP user of load testers: trades for bots only.
pub const LOADTEST: &str = "loadtest";
/// The AMQP user of the market makers: trades for bots only, hears what is public, and may ask what
/// its accounts have.
pub const BOTS: &str = "bots";
/// The AMQP user of the price feeds: tells stock-data what other markets pay.
pub const FEEDS: &str = "feeds";
/// The AMQP user of the payment service beside the exchange.
pub const GATEWAY: &str = "gateway";

/// The five services that own a database, downstream last.
pub const SERVICES: [&str; 5] = [ACCOUNTS, STOCK_DATA, ORDERING, PORTFOLIO, MATCHING];

/// Clients' orders, hashed by user over the partitions of ordering.
pub const ORDERS_EXCHANGE: &str = "orders";
/// Replies to clients of `orders` other than web. Readable by load testers.
pub const ORDER_REPLIES_EXCHANGE: &str = "orders.replies";
/// What payment services say; web serves it.
pub const PAYMENTS_EXCHANGE: &str = "payments";
pub const PAYMENTS_QUEUE: &str = "payments";
/// Replies to payment services.
pub const PAYMENT_REPLIES_EXCHANGE: &str = "payments.replies";
/// Commands to partitions and questions to services.
pub const REQUESTS_EXCHANGE: &str = "requests";
/// Answers to requests.
pub const REPLIES_EXCHANGE: &str = "replies";
/// Positions and replay requests of streams.
pub const CONTROL_EXCHANGE: &str = "control";
pub const DEAD_EXCHANGE: &str = "dead";
pub const DEAD_QUEUE: &str = "dead";

/// Some ten seconds of the busiest partition; past that publishers are told to wait.
const PARTITION_QUEUE_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// A crash returns every prefetched message once more, the innocent too: never a reason to drop them.
const DELIVERY_LIMIT: u64 = 1_000_000;
/// A question that nobody took up by then has an impatient asker who has gone.
const QUESTION_TTL_MS: u64 = 5_000;
const QUESTIONS_MAX: u64 = 5_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topology {
    pub exchanges: Vec<Exchange>,
    pub queues: Vec<Queue>,
    pub bindings: Vec<Binding>,
    pub users: Vec<User>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    pub name: String,
    /// `direct`, `fanout` or `x-consistent-hash`.
    pub kind: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueKind {
    /// Streams and commands of one partition: nothing may be lost.
    Partition,
    /// Requests of outsiders, done one after the other: nothing may be lost.
    Desk,
    /// Questions to a service: worth nothing after a few seconds.
    Questions,
    /// What the broker could not deliver. Stays empty.
    Dead,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    pub name: String,
    pub kind: QueueKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    pub exchange: String,
    pub queue: String,
    pub key: String,
}

/// Regular expressions over names of exchanges and queues, as RabbitMQ takes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub name: String,
    pub configure: String,
    pub write: String,
    pub read: String,
    /// RabbitMQ's tag for its management pages.
    pub tag: &'static str,
}

/// `matching.3`: a partition, its queue and its name as a stream's end.
pub fn partition_name(service: &str, partition: u16) -> String {
    format!("{service}.{partition}")
}

/// `matching.questions`.
pub fn questions_queue(service: &str) -> String {
    format!("{service}.questions")
}

/// How many partitions a service has.
pub fn partitions_of(service: &str, partitions: Partitions) -> u16 {
    match service {
        ORDERING | PORTFOLIO => partitions.users,
        MATCHING => partitions.symbols,
        _ => 1,
    }
}

/// The partitions of a service, by name.
pub fn partition_names(service: &str, partitions: Partitions) -> Vec<String> {
    (0..partitions_of(service, partitions)).map(|n| partition_name(service, n)).collect()
}

/// A stream and the partitions that must hear all of it. Without such a listener the stream is
/// only for web, which starts afresh from a snapshot: it is numbered but not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    pub name: StreamName,
    pub listeners: Vec<String>,
    /// Whether every web instance hears it too.
    pub for_web: bool,
}

pub fn streams(partitions: Partitions) -> Vec<Stream> {
    let all = |service| partition_names(service, partitions);
    let mut streams = Vec::new();
    let mut add = |name, listeners, for_web| streams.push(Stream { name, listeners, for_web });
    let of_users = [all(ORDERING), all(PORTFOLIO)].concat();
    add(StreamName::to_all("accounts.0"), of_users.clone(), false);
    add(StreamName::between("accounts.0", WEB), vec![], true);
    add(StreamName::to_all("stock-data.0"), of_users.clone(), true);
    for matching in all(MATCHING) {
        // Prices are no business of the books, nor are others' instruments.
        add(StreamName::between("stock-data.0", &matching), vec![matching], false);
    }
    for ordering in all(ORDERING) {
        for portfolio in all(PORTFOLIO) {
            add(StreamName::between(&ordering, &portfolio), vec![portfolio], false);
        }
        add(StreamName::between(&ordering, WEB), vec![], true);
    }
    for portfolio in all(PORTFOLIO) {
        for matching in all(MATCHING) {
            add(StreamName::between(&portfolio, &matching), vec![matching], false);
        }
        for ordering in all(ORDERING) {
            add(StreamName::between(&portfolio, &ordering), vec![ordering], false);
        }
        add(StreamName::between(&portfolio, WEB), vec![], true);
    }
    for matching in all(MATCHING) {
        add(StreamName::to_all(&matching), [of_users.clone(), all(STOCK_DATA)].concat(), true);
    }
    streams
}

/// The service that owns a partition name: `stock-data.0` → `stock-data`.
pub fn service_of(partition: &str) -> &str {
    partition.rsplit_once('.').map_or(partition, |(service, _)| service)
}

impl Topology {
    pub fn new(partitions: Partitions) -> Self {
        let direct = |name: &str| Exchange { name: name.to_owned(), kind: "direct" };
        let mut exchanges: Vec<_> = SERVICES.iter().map(|s| direct(s)).collect();
        exchanges.extend(
            [REQUESTS_EXCHANGE, REPLIES_EXCHANGE, ORDER_REPLIES_EXCHANGE, CONTROL_EXCHANGE].map(direct),
        );
        exchanges.extend([PAYMENTS_EXCHANGE, PAYMENT_REPLIES_EXCHANGE].map(direct));
        exchanges.push(Exchange { name: ORDERS_EXCHANGE.to_owned(), kind: "x-consistent-hash" });
        exchanges.push(Exchange { name: DEAD_EXCHANGE.to_owned(), kind: "fanout" });

        let mut queues = vec![Queue { name: DEAD_QUEUE.to_owned(), kind: QueueKind::Dead }];
        let mut bindings = Vec::new();
        let mut bind = |exchange: &str, queue: &str, key: &str| {
            bindings.push(Binding { exchange: exchange.into(), queue: queue.into(), key: key.into() });
        };
        bind(DEAD_EXCHANGE, DEAD_QUEUE, "");
        bind(PAYMENTS_EXCHANGE, PAYMENTS_QUEUE, PAYMENTS_QUEUE);
        queues.push(Queue { name: PAYMENTS_QUEUE.to_owned(), kind: QueueKind::Desk });
        for service in SERVICES {
            for name in partition_names(service, partitions) {
                bind(REQUESTS_EXCHANGE, &name, &name);
                bind(CONTROL_EXCHANGE, &name, &name);
                if service == ORDERING {
                    // The key is the binding's weight on the hash ring.
                    bind(ORDERS_EXCHANGE, &name, "1");
                }
                queues.push(Queue { name, kind: QueueKind::Partition });
            }
            let questions = questions_queue(service);
            bind(REQUESTS_EXCHANGE, &questions, &questions);
            queues.push(Queue { name: questions, kind: QueueKind::Questions });
        }
        for stream in streams(partitions) {
            for listener in &stream.listeners {
                bind(service_of(stream.name.writer()), listener, stream.name.as_str());
            }
        }
        Topology { exchanges, queues, bindings, users: users() }
    }

    /// RabbitMQ's definitions file. `password_hash` gives each user's hash.
    pub fn definitions(&self, vhost: &str, password_hash: impl Fn(&str) -> String) -> Value {
        let user = |u: &User| json!({ "name": u.name, "password_hash": password_hash(&u.name), "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": u.tag, "limits": {} });
        let permission = |u: &User| json!({ "user": u.name, "vhost": vhost, "configure": u.configure, "write": u.write, "read": u.read });
        let exchange = |e: &Exchange| json!({ "name": e.name, "vhost": vhost, "type": e.kind, "durable": true, "auto_delete": false, "internal": false, "arguments": {} });
        let queue = |q: &Queue| json!({ "name": q.name, "vhost": vhost, "durable": true, "auto_delete": false, "arguments": q.arguments() });
        let binding = |b: &Binding| json!({ "source": b.exchange, "vhost": vhost, "destination": b.queue, "destination_type": "queue", "routing_key": b.key, "arguments": {} });
        json!({
            "vhosts": [{ "name": vhost }],
            "users": self.users.iter().map(user).collect::<Vec<_>>(),
            "permissions": self.users.iter().map(permission).collect::<Vec<_>>(),
            "exchanges": self.exchanges.iter().map(exchange).collect::<Vec<_>>(),
            "queues": self.queues.iter().map(queue).collect::<Vec<_>>(),
            "bindings": self.bindings.iter().map(binding).collect::<Vec<_>>(),
        })
    }
}

impl Queue {
    pub fn arguments(&self) -> Value {
        match self.kind {
            QueueKind::Partition | QueueKind::Desk => json!({
                "x-queue-type": "quorum",
                "x-single-active-consumer": true,
                "x-delivery-limit": DELIVERY_LIMIT,
                "x-dead-letter-exchange": DEAD_EXCHANGE,
                "x-dead-letter-strategy": "at-least-once",
                "x-overflow": "reject-publish",
                "x-max-length-bytes": PARTITION_QUEUE_BYTES_MAX,
            }),
            QueueKind::Questions => json!({
                "x-queue-type": "classic",
                "x-message-ttl": QUESTION_TTL_MS,
                "x-max-length": QUESTIONS_MAX,
                "x-overflow": "reject-publish",
            }),
            QueueKind::Dead => json!({ "x-queue-type": "quorum" }),
        }
    }
}

fn users() -> Vec<User> {
    let mut users: Vec<_> = SERVICES.iter().map(|service| service_user(service)).collect();
    let writers = SERVICES.join("|").replace('-', "\\-");
    users.push(User {
        name: WEB.into(),
        // Its exclusive queues, one per instance and purpose, are its own to make.
        configure: "^web\\..*$".into(),
        write: format!(
            "^(web\\..*|{ORDERS_EXCHANGE}|{REQUESTS_EXCHANGE}|{CONTROL_EXCHANGE}|payments\\.replies)$"
        ),
        read: format!("^(web\\..*|{REPLIES_EXCHANGE}|{writers}|{PAYMENTS_QUEUE})$"),
        tag: "",
    });
    users.push(User {
        name: ADMIN.into(),
        configure: "^admin\\..*$".into(),
        write: format!("^(admin\\..*|{ORDERS_EXCHANGE}|{REQUESTS_EXCHANGE}|{PAYMENTS_EXCHANGE})$"),
        read: format!("^(admin\\..*|{REPLIES_EXCHANGE}|payments\\.replies)$"),
        tag: "monitoring",
    });
    users.push(User {
        name: LOADTEST.into(),
        configure: "^(loadtest\\..*|amq\\.gen.*)$".into(),
        write: format!("^(loadtest\\..*|amq\\.gen.*|{ORDERS_EXCHANGE})$"),
        read: format!("^(loadtest\\..*|amq\\.gen.*|{})$", ORDER_REPLIES_EXCHANGE.replace('.', "\\.")),
        tag: "",
    });
    users.push(User {
        name: GATEWAY.into(),
        configure: "^gateway\\..*$".into(),
        write: format!("^(gateway\\..*|{PAYMENTS_EXCHANGE})$"),
        read: "^(gateway\\..*|payments\\.replies)$".into(),
        tag: "",
    });
    users.push(User {
        name: BOTS.into(),
        configure: "^bots\\..*$".into(),
        write: format!("^(bots\\..*|{ORDERS_EXCHANGE}|{REQUESTS_EXCHANGE})$"),
        read: format!("^(bots\\..*|{REPLIES_EXCHANGE}|{MATCHING}|stock\\-data)$"),
        tag: "",
    });
    users.push(User {
        name: FEEDS.into(),
        configure: "^feeds\\..*$".into(),
        write: format!("^(feeds\\..*|{REQUESTS_EXCHANGE})$"),
        read: format!("^(feeds\\..*|{REPLIES_EXCHANGE})$"),
        tag: "",
    });
    users
}

/// A service writes to its own exchange and answers; it reads its own queues; it declares nothing.
/// Only accounts asks: its workers hash, and command the partition with what came of it.
fn service_user(service: &str) -> User {
    if service == ACCOUNTS {
        return User {
            name: ACCOUNTS.into(),
            configure: "^accounts\\.replies\\..*$".into(),
            write: format!(
                "^(accounts|accounts\\.replies\\..*|{REPLIES_EXCHANGE}|{REQUESTS_EXCHANGE}|{CONTROL_EXCHANGE})$"
            ),
            read: format!("^(accounts\\.([0-9]+|questions|replies\\..*)|{REPLIES_EXCHANGE})$"),
            tag: "",
        };
    }
    let name = service.replace('-', "\\-");
    let replies = match service {
        ORDERING => format!("{REPLIES_EXCHANGE}|{}", ORDER_REPLIES_EXCHANGE.replace('.', "\\.")),
        _ => REPLIES_EXCHANGE.to_owned(),
    };
    User {
        name: service.to_owned(),
        configure: "^$".into(),
        write: format!("^({name}|{replies}|{CONTROL_EXCHANGE})$"),
        read: format!("^{name}\\.([0-9]+|questions)$"),
        tag: "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stream_has_a_binding_for_each_listener() {
        let partitions = Partitions { users: 2, symbols: 3 };
        let topology = Topology::new(partitions);
        for stream in streams(partitions) {
            for listener in stream.listeners {
                let found = topology.bindings.iter().any(|b| {
                    b.key == stream.name.as_str()
                        && b.queue == listener
                        && b.exchange == service_of(stream.name.writer())
                });
                assert!(found, "{} to {listener}", stream.name);
            }
        }
    }

    #[test]
    fn each_book_hears_of_its_instruments_by_a_stream_of_its_own() {
        let partitions = Partitions { users: 2, symbols: 3 };
        let streams = streams(partitions);
        for matching in partition_names(MATCHING, partitions) {
            let name = StreamName::between("stock-data.0", &matching);
            let stream = streams.iter().find(|stream| stream.name == name).expect("there is one");
            assert_eq!((&stream.listeners[..], stream.for_web), (&[matching][..], false));
        }
        let mut names: Vec<_> = streams.iter().map(|stream| stream.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), streams.len(), "no stream is there twice");
    }

    #[test]
    fn nobody_may_write_to_the_default_exchange_or_to_anothers() {
        for user in users() {
            assert!(!user.write.contains("amq\\.default"), "{user:?}");
            for service in SERVICES.iter().filter(|s| **s != user.name) {
                let name = service.replace('-', "\\-");
                assert!(!user.write.contains(&format!("({name}|")), "{} may write to {service}", user.name);
            }
        }
    }

    #[test]
    fn queues_never_drop_quietly() {
        for queue in Topology::new(Partitions { users: 1, symbols: 1 }).queues {
            let arguments = queue.arguments();
            if [QueueKind::Partition, QueueKind::Desk].contains(&queue.kind) {
                assert_eq!(arguments["x-overflow"], "reject-publish");
                assert_eq!(arguments["x-dead-letter-strategy"], "at-least-once");
                assert_eq!(arguments["x-delivery-limit"], 1_000_000);
            }
        }
    }
}
