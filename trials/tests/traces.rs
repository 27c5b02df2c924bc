//! Traces over the whole exchange, as a collector sees them.

use anyhow::{Context, Result};
use futures::StreamExt;
use lapin::options::{BasicConsumeOptions, BasicPublishOptions, QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use trials::{Collector, Exchange, Options, Person, Seen, order_id, user_id};

const PATIENCE: Duration = Duration::from_secs(60);
const SPAN: &str = "b7ad6b7169203331";
/// A request over REST, its asking, and three steps.
const SPANS_ON_THE_WAY: usize = 5;

fn trace(n: u8) -> String {
    format!("0af7651916cd43dd8448eb211c8031{n:02x}")
}

/// A client's header.
fn named(n: u8, flags: &str) -> String {
    format!("00-{}-{SPAN}-{flags}", trace(n))
}

async fn rest(exchange: &Exchange, person: &Person, header: &str, (side, price): (&str, &str)) -> String {
    let order_id = order_id();
    let order = json!({ "order_id": order_id, "symbol": "ACME", "side": side, "type": "limit", "quantity": "10", "limit_price": price });
    let begun = Instant::now();
    loop {
        let request = reqwest::Client::new().post(format!("{}/api/v1/orders", exchange.url()));
        let request = request.bearer_auth(&person.token).header("traceparent", header).json(&order);
        let status = request.send().await.unwrap().status();
        if status == 201 {
            return order_id;
        }
        // A busy machine may answer too late: it is asked again, for the same order.
        assert!(status == 503 && begun.elapsed() < PATIENCE, "{status}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

fn is_step(span: &Seen, partition: &str) -> bool {
    span.name == format!("{partition} step")
}

const AUDIENCE: [&str; 3] = ["portfolio.0", "ordering.0", "stock-data.0"];

/// The book's step of a trace, once each of its audience has taken what it said: as all that came, or
/// among others' messages.
fn heard_by_all<'a>(spans: &'a [Seen], of_trace: &str) -> Option<&'a Seen> {
    let said = spans.iter().find(|span| span.trace == of_trace && is_step(span, "matching.0"))?;
    let origin = (said.trace.clone(), said.id.clone());
    let takes = |span: &Seen| span.parent == said.id || span.links.contains(&origin);
    let heard = |partition| spans.iter().any(|span| is_step(span, partition) && takes(span));
    AUDIENCE.into_iter().all(heard).then_some(said)
}

/// From a span to the first of its trace, as `service: name`; and the last parent, which nobody knows.
fn ancestry(spans: &[Seen], from: &Seen) -> (Vec<String>, String) {
    let (mut names, mut at) = (Vec::new(), from);
    loop {
        names.push(format!("{}: {}", at.service, at.name));
        match spans.iter().find(|span| span.trace == at.trace && span.id == at.parent) {
            Some(parent) => {
                assert!(parent.begun_ns <= at.begun_ns, "{at:?} begins before {parent:?}");
                at = parent;
            }
            None => return (names, at.parent.clone()),
        }
    }
}

/// A load tester, as docs/amqp.md has it.
struct Tester {
    channel: Channel,
    replies: lapin::Consumer,
}

const REPLIES: &str = "loadtest.traces";

impl Tester {
    async fn connect(exchange: &Exchange) -> Result<Self> {
        let url = exchange.settings()?.broker_url("loadtest")?;
        let connection = Connection::connect(&url, ConnectionProperties::default()).await?;
        let channel = connection.create_channel().await?;
        let exclusive = QueueDeclareOptions { exclusive: true, auto_delete: true, ..Default::default() };
        channel.queue_declare(REPLIES.into(), exclusive, FieldTable::default()).await?;
        let (to, options) = ("orders.replies".into(), QueueBindOptions::default());
        channel.queue_bind(REPLIES.into(), to, REPLIES.into(), options, FieldTable::default()).await?;
        let consume = BasicConsumeOptions { no_ack: true, ..Default::default() };
        let replies =
            channel.basic_consume(REPLIES.into(), "".into(), consume, FieldTable::default()).await?;
        Ok(Tester { channel, replies })
    }

    async fn sends(&self, header: AMQPValue) -> Result<()> {
        let bot = user_id("b0");
        let order = json!({ "type": "place_order", "order_id": order_id(), "user_id": bot, "symbol": "BOLT",
            "side": "buy", "order_type": "limit", "quantity": "1", "limit_price": "90" });
        let mut headers = FieldTable::default();
        headers.insert("traceparent".into(), header);
        let properties = BasicProperties::default().with_reply_to(REPLIES.into()).with_headers(headers);
        let (body, options) = (serde_json::to_vec(&order)?, BasicPublishOptions::default());
        let key = bot.to_string();
        self.channel.basic_publish("orders".into(), key.as_str().into(), options, &body, properties).await?;
        Ok(())
    }

    /// The reply's status, and the trace that it says it belongs to.
    async fn hears(&mut self) -> Result<(String, String)> {
        let reply = self.replies.next().await.context("a reply")??;
        let body: Value = serde_json::from_slice(&reply.data)?;
        let headers = reply.properties.headers().clone().context("headers")?;
        let Some(AMQPValue::LongString(header)) = headers.inner().get("traceparent") else {
            anyhow::bail!("no traceparent in {headers:?}");
        };
        let trace = header.to_string().split('-').nth(1).context("a trace")?.to_owned();
        Ok((body["status"].as_str().unwrap_or_default().to_owned(), trace))
    }
}

async fn one_order_is_one_trace(
    exchange: &Exchange,
    collector: &Collector,
    ann: &Person,
    bob: &Person,
) -> Result<()> {
    // A step that also takes what came before would be of no trace, or of an earlier one.
    collector.quiet().await?;
    let sale = rest(exchange, ann, &named(7, "01"), ("sell", "101")).await;
    collector.until("sale that all know", |spans| heard_by_all(spans, &trace(7)).map(|_| ())).await?;
    rest(exchange, bob, &named(1, "01"), ("buy", "101")).await;
    ann.sees(&sale, "closed").await;
    let of_trace = trace(1);
    let settled = |spans: &[Seen]| {
        let traded = heard_by_all(spans, &of_trace)?.clone();
        let spans: Vec<_> = spans.iter().filter(|span| span.trace == of_trace).cloned().collect();
        // Each service sends its own when it likes.
        let whole = ancestry(&spans, &traded).0.len() == SPANS_ON_THE_WAY;
        whole.then_some((spans, traded))
    };
    let (spans, traded) = collector.until("settled order", settled).await?;
    let way = [
        "matching: matching.0 step",
        "portfolio: portfolio.0 step",
        "ordering: ordering.0 step",
        "web: ask orders place_order",
        "web: POST /api/v1/orders",
    ];
    assert_eq!(ancestry(&spans, &traded), (way.map(str::to_owned).to_vec(), SPAN.to_owned()));
    assert_eq!(traded.attributes["exchange.partition"], "matching.0");
    assert_eq!(traded.attributes["exchange.inputs"], "1");
    let mut requests = spans.iter().filter(|span| span.name == "POST /api/v1/orders");
    let is_created = |request: &&Seen| request.attributes["http.response.status_code"] == "201";
    let request = requests.find(is_created).context("the request")?;
    assert!(request.ended_ns > request.begun_ns);
    Ok(())
}

async fn a_question_is_asked_and_answered_in_one_trace(collector: &Collector, ann: &Person) -> Result<()> {
    ann.get("portfolio").await;
    let answered = |spans: &[Seen]| {
        let answer = spans.iter().find(|span| span.name == "portfolio portfolio")?;
        let (names, first) = ancestry(spans, answer);
        (names.len() == 3).then_some((names, first))
    };
    let (names, first) = collector.until("answered question", answered).await?;
    assert_eq!(names[1..], ["web: ask portfolio.questions portfolio", "web: GET /api/v1/portfolio"]);
    assert_eq!(first, "", "web begins the trace of who names none");
    Ok(())
}

async fn a_program_continues_its_own_trace(exchange: &Exchange, collector: &Collector) -> Result<()> {
    collector.quiet().await?;
    let mut tester = Tester::connect(exchange).await?;
    tester.sends(AMQPValue::LongString(named(2, "01").into())).await?;
    assert_eq!(tester.hears().await?, ("pending".to_owned(), trace(2)));
    let step =
        |spans: &[Seen]| spans.iter().find(|s| s.trace == trace(2) && is_step(s, "ordering.0")).cloned();
    assert_eq!(collector.until("program's order", step).await?.parent, SPAN);

    collector.quiet().await?;
    let bad = [
        AMQPValue::LongString(named(2, "01").to_uppercase().into()),
        AMQPValue::LongString("00-".into()),
        AMQPValue::LongString(vec![0xff; 55].into()),
        AMQPValue::LongString("x".repeat(9_000).into()),
        AMQPValue::LongLongInt(7),
        AMQPValue::Void,
    ];
    for header in bad {
        let said = format!("{header:?}");
        tester.sends(header).await?;
        let (status, other) = tester.hears().await?;
        assert_eq!(status, "pending", "{said}");
        assert_ne!(other, trace(2), "{said}");
    }

    // What waited is taken in one step.
    collector.quiet().await?;
    let still = exchange.pause("ordering")?;
    tester.sends(AMQPValue::LongString(named(3, "01").into())).await?;
    tester.sends(AMQPValue::LongString(named(4, "01").into())).await?;
    drop(still);
    let (_, first) = tester.hears().await?;
    let (_, second) = tester.hears().await?;
    let linked =
        |spans: &[Seen]| spans.iter().find(|span| span.trace == first && !span.links.is_empty()).cloned();
    if first == second {
        let step = collector.until("step over two orders", linked).await?;
        let both = [trace(3), trace(4)].map(|trace| step.links.contains(&(trace, SPAN.to_owned())));
        assert_eq!((both, step.parent.as_str()), ([true; 2], ""), "{step:?}");
    } else {
        assert_eq!(first, trace(3), "they came apart");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_can_be_followed_through_all_services_until_they_end() -> Result<()> {
    let collector = Collector::start().await?;
    let settings = vec![("EXCHANGE__TELEMETRY__OTLP_ENDPOINT", collector.url())];
    let mut exchange = Exchange::start(&Options { settings, ..Default::default() })?;
    let (ann, bob) = (exchange.enter("ann").await, exchange.enter("bob").await);
    one_order_is_one_trace(&exchange, &collector, &ann, &bob).await?;
    a_question_is_asked_and_answered_in_one_trace(&collector, &ann).await?;
    a_program_continues_its_own_trace(&exchange, &collector).await?;

    let unrecorded = rest(&exchange, &ann, &named(5, "00"), ("sell", "120")).await;
    ann.sees(&unrecorded, "open").await;
    collector.quiet().await?;
    assert_eq!(collector.trace(&trace(5)), [], "who does not want his trace recorded is heard");
    let idle = |span: &&Seen| {
        ["exchange.inputs", "exchange.messages", "exchange.replies", "exchange.parked"]
            .iter()
            .all(|key| span.attributes.get(*key).is_some_and(|count| count == "0"))
    };
    assert_eq!(collector.spans().iter().find(idle), None, "what did nothing is not told");

    // The last spans come though nobody waits for them.
    rest(&exchange, &ann, &named(6, "01"), ("sell", "121")).await;
    exchange.stop()?;
    let spans = collector.trace(&trace(6));
    for name in ["POST /api/v1/orders", "ordering.0 step", "portfolio.0 step", "matching.0 step"] {
        assert!(spans.iter().any(|span| span.name == name), "{name}: {spans:#?}");
    }
    for (person, span) in [&ann, &bob].iter().flat_map(|p| collector.spans().into_iter().map(move |s| (p, s)))
    {
        assert!(!format!("{span:?}").contains(&person.user_id.to_string()), "tells who: {span:?}");
    }
    Ok(())
}
