//! Deliveries that nobody should have sent, on a real database: each step commits, nothing changes
//! but what is said, and whoever sends something good in between is served.

use super::*;
use chassis::incoming::{Incoming, envelope};
use chassis::rules::ReplyTo;
use contracts::{Quantity, StreamName, Symbol, hostile, json};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{TestCaseError, TestRunner};
use std::cell::RefCell;

/// Adds up quantities by symbol, read as the services read.
struct Volumes(Sums);

#[derive(serde::Deserialize)]
struct Traded {
    symbol: Symbol,
    quantity: Quantity,
}

impl From<Traded> for Add {
    fn from(Traded { symbol, quantity }: Traded) -> Self {
        // Small enough for no sum to overflow: that is the services' own business.
        let number = quantity.micros() % 1_000_000_007;
        Add { key: symbol.to_string(), number: if number == 7 { -1 } else { number } }
    }
}

#[async_trait]
impl Rules for Volumes {
    type Shared = ();
    type Input = Add;
    type Rows = BTreeMap<String, i64>;

    async fn open(shared: &(), place: Place, db: &Db) -> Result<Self, Fault> {
        Sums::open(shared, place, db).await.map(Volumes)
    }

    fn decode_events(&self, _: Source<'_>, events: &[u8]) -> Result<Vec<Add>, String> {
        let events: Vec<Traded> = serde_json::from_slice(events).map_err(|e| e.to_string())?;
        Ok(events.into_iter().map(Add::from).collect())
    }

    fn decode_request(&self, _: Source<'_>, body: &[u8]) -> Result<Add, Refusal> {
        json::read::<Traded>(body).map(Add::from)
    }

    fn key(&self, input: &Add) -> String {
        self.0.key(input)
    }

    async fn prefetch(&mut self, db: &Db, inputs: &[Add]) -> Result<Self::Rows, Fault> {
        self.0.prefetch(db, inputs).await
    }

    fn apply(&mut self, rows: &mut Self::Rows, input: Add, step: &mut Step) -> Result<(), Poison> {
        self.0.apply(rows, input, step)
    }

    fn write(&mut self, rows: Self::Rows, writes: &mut Writes) {
        self.0.write(rows, writes);
    }
}

#[derive(Clone, Debug)]
struct Sent {
    exchange: &'static str,
    sender: &'static str,
    body: Vec<u8>,
    redelivered: bool,
    deadline_ms: Option<i64>,
}

const TRADED: &str = r#"{"symbol":"ACME","quantity":"3"}"#;

/// Streams' messages whose numbers may be the next, requests, reports, and what is none of these.
fn good() -> Vec<Vec<u8>> {
    let at = chrono::DateTime::from_timestamp(1_767_225_600, 0).unwrap();
    let said =
        |stream: &str, seq, events: &str| envelope(&StreamName::from(stream), seq, at, events.as_bytes());
    let events = format!("[{TRADED},{{\"symbol\":\"BOLT\",\"quantity\":\"0.000007\"}},{TRADED}]");
    let mut good: Vec<Vec<u8>> = (1..9).map(|seq| said(IN, seq, &events)).collect();
    good.extend((1..4).map(|seq| said("matching.0>*", seq, &events)));
    good.push(said(IN, 9, "[]"));
    let others = [
        TRADED,
        r#"{"position":{"stream":"portfolio.0>*","listener":"ordering.0","seq":7}}"#,
        r#"{"replay":{"stream":"portfolio.0>*","listener":"ordering.0","from":1}}"#,
        r#"{"redrive":{"ids":["01890000-0000-7000-8000-0000000000ff"]}}"#,
        r#"{"redrive":{"ids":7}}"#,
    ];
    good.extend(others.map(|other| other.as_bytes().to_vec()));
    good
}

fn sent() -> impl Strategy<Value = Sent> {
    let exchange =
        select(&["ordering", "ordering", "matching", "requests", "orders", "control", "dead", ""][..]);
    let sender = select(&["ordering", "ordering", "matching", "admin", "web", "loadtest", ""][..]);
    let body = prop_oneof![8 => hostile::mutated(good()), 1 => hostile::bytes()];
    let long =
        body.prop_flat_map(|body| prop_oneof![30 => Just(body.clone()), 1 => Just(body.repeat(3_000))]);
    let deadline_ms = prop::option::weighted(0.1, any::<i64>());
    (exchange, sender, long, prop::bool::weighted(0.1), deadline_ms).prop_map(
        |(exchange, sender, body, redelivered, deadline_ms)| Sent {
            exchange,
            sender,
            body,
            redelivered,
            deadline_ms,
        },
    )
}

fn incoming(sent: &Sent) -> Incoming {
    let routing_key = "somebody".to_owned();
    Incoming {
        exchange: sent.exchange.to_owned(),
        sender: sent.sender.to_owned(),
        body: sent.body.clone(),
        reply_to: Some(ReplyTo { exchange: "replies".into(), routing_key, correlation_id: None }),
        deadline: sent.deadline_ms.and_then(chrono::DateTime::from_timestamp_millis),
        redelivered: sent.redelivered,
    }
}

/// What the database has, and what was said of it.
struct Watched {
    bench: Bench<Volumes>,
    said: BTreeMap<String, i64>,
    served: i64,
}

impl Watched {
    async fn deliver(&mut self, sent: &[Sent]) -> Result<(), TestCaseError> {
        let batch: Vec<Incoming> = sent.iter().map(incoming).collect();
        let committed = self.bench.try_deliver(&batch).await.map_err(|error| {
            TestCaseError::fail(format!("the partition stands still: {:#}", anyhow::Error::from(error)))
        })?;
        for message in &committed.messages {
            let body: Value = serde_json::from_slice(&message.body).unwrap();
            for event in body["events"].as_array().unwrap() {
                self.said.insert(event[0].as_str().unwrap().to_owned(), event[1].as_i64().unwrap());
            }
        }
        for (_, reply) in &committed.replies {
            prop_assert!(reply.len() < 4_000, "{}", String::from_utf8_lossy(reply));
        }
        let rows = self.bench.db().all::<Total>("select key, total from totals", []).await.unwrap();
        let kept: BTreeMap<String, i64> = rows.into_iter().map(|row| (row.key, row.total)).collect();
        prop_assert_eq!(&kept, &self.said);
        Ok(())
    }

    /// A command about something that nobody else speaks of.
    async fn serve(&mut self) -> Result<(), TestCaseError> {
        let body = br#"{"symbol":"CALM","quantity":"0.000001"}"#.to_vec();
        let calm = Sent { exchange: "requests", sender: "web", body, redelivered: false, deadline_ms: None };
        self.deliver(&[calm]).await?;
        self.served += 1;
        prop_assert_eq!(self.said.get("CALM"), Some(&self.served));
        Ok(())
    }
}

#[test]
fn hostile_deliveries_change_nothing_and_stop_nobody() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let bench = runtime.block_on(async { Bench::open(&database().await, place("portfolio"), ()).await });
    let watched = RefCell::new(Watched { bench, said: BTreeMap::new(), served: 0 });
    let strategy = proptest::collection::vec(sent(), 1..6);
    TestRunner::new(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })
        .run(&strategy, |sent| {
            let mut watched = watched.borrow_mut();
            runtime.block_on(async {
                // What was parked before would park all that follows for the same symbol.
                watched.bench.sql("delete from parked").await;
                watched.bench.reopen().await;
                watched.deliver(&sent).await?;
                watched.serve().await
            })
        })
        .unwrap_or_else(|error| panic!("{error}"));
}

async fn stands(bench: &Bench<Sums>) -> Vec<String> {
    #[derive(FromQueryResult)]
    struct Row {
        stream: String,
    }
    let rows = bench.db().all::<Row>("select stream from positions order by stream", []).await.unwrap();
    rows.into_iter().map(|row| row.stream).collect()
}

/// PostgreSQL takes no text with a NUL, no index entry of kilobytes, and no year of the stone age:
/// what would never commit is parked, not tried for ever.
#[tokio::test]
async fn what_the_database_cannot_keep_does_not_stop_the_partition() {
    let mut bench = bench().await;
    let said = |stream: &str, at: &str, events: &str| {
        let body = format!(r#"{{"stream":"{stream}","seq":1,"at":"{at}","events":{events}}}"#);
        Incoming { body: body.into_bytes(), reply_to: None, ..bench.asking("ordering", "ordering", "") }
    };
    let (at, good) = ("2026-01-01T00:00:00Z", r#"[["a",1]]"#);
    let long_key = format!(r#"[{{"symbol":"{}"}}]"#, (0..20_000).map(|n| n.to_string()).collect::<String>());
    let batch = vec![
        said("ordering.0\\u0000>portfolio.0", at, good),
        said("ordering.0>portfolio.0\\u0000", at, good),
        said("ordering.1000>portfolio.0", at, good),
        said(IN, "-262143-01-01T00:00:00Z", good),
        said("ordering.1>portfolio.0", at, r#"[{"symbol":"NUL\u0000"}, {"\u0000":7}]"#),
        said("ordering.2>portfolio.0", at, &long_key),
    ];
    assert_eq!(bench.deliver(batch).await.committed.parked, 7);
    assert_eq!(stands(&bench).await, ["ordering.1>portfolio.0", "ordering.2>portfolio.0"]);
    bench.stream(IN, 1, &[("a", 1)]).await;
    assert_eq!(totals(&bench).await, "a=1");
}

/// A request of megabytes is not worth its memory.
#[tokio::test]
async fn a_request_of_megabytes_is_refused_unread() {
    let mut bench = bench().await;
    let long = format!("[\"a\",1{}", " ".repeat(1 << 20));
    let refused = |replies: &[Value]| replies[0].to_string();
    let request = bench.deliver(vec![bench.asking("requests", "web", &long)]).await;
    assert!(refused(&request.replies).contains("a request may have 65536 bytes"), "{request:?}");
    let id = "01890000-0000-7000-8000-00000000000a";
    let order = format!("{{\"order_id\":\"{id}\",\"more\":\"{}\"}}", "x".repeat(1 << 20));
    let order = bench.order("loadtest", &order).await;
    assert!(refused(&order.replies).contains(id), "who sent it is told which one: {order:?}");
    assert_eq!(totals(&bench).await, "");
}
