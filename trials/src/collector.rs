//! A collector of spans, as OTLP over HTTP has it.

use anyhow::{Context, ensure};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;

const PATIENCE: Duration = Duration::from_secs(90);
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// Longer than spans take to come.
const NOTHING_COMES: Duration = Duration::from_secs(6);

/// A span as it came. Ids are hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    pub service: String,
    pub name: String,
    pub trace: String,
    pub id: String,
    /// Empty for the first of a trace.
    pub parent: String,
    /// Traces and spans.
    pub links: Vec<(String, String)>,
    pub attributes: BTreeMap<String, String>,
    pub begun_ns: u64,
    pub ended_ns: u64,
}

type Spans = Arc<Mutex<Vec<Seen>>>;

/// Takes spans for as long as the runtime runs.
pub struct Collector {
    port: u16,
    spans: Spans,
}

impl Collector {
    pub async fn start() -> anyhow::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let spans = Spans::default();
        let taking = spans.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let spans = taking.clone();
                let take = service_fn(move |request| take(request, spans.clone()));
                tokio::spawn(
                    hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), take),
                );
            }
        });
        Ok(Collector { port, spans })
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn spans(&self) -> Vec<Seen> {
        self.spans.lock().expect("no panic while held").clone()
    }

    /// The spans of a trace.
    pub fn trace(&self, trace: &str) -> Vec<Seen> {
        self.spans().into_iter().filter(|span| span.trace == trace).collect()
    }

    /// Once something is among the spans. Otherwise an error with the names of those that are.
    pub async fn until<T>(&self, what: &str, find: impl Fn(&[Seen]) -> Option<T>) -> anyhow::Result<T> {
        let begun = Instant::now();
        loop {
            let spans = self.spans();
            if let Some(found) = find(&spans) {
                return Ok(found);
            }
            let last: Vec<_> =
                spans.iter().rev().take(40).map(|s| (&s.trace, &s.name, &s.id, &s.parent)).collect();
            ensure!(begun.elapsed() < PATIENCE, "no {what} among {} spans, such as {last:#?}", spans.len());
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Once nothing has come for longer than spans take.
    pub async fn quiet(&self) -> anyhow::Result<()> {
        let begun = Instant::now();
        let mut known = self.spans().len();
        loop {
            tokio::time::sleep(NOTHING_COMES).await;
            let now = self.spans().len();
            if now == known {
                return Ok(());
            }
            ensure!(begun.elapsed() < PATIENCE, "spans come and come: {now}");
            known = now;
        }
    }
}

async fn take(request: Request<Incoming>, spans: Spans) -> anyhow::Result<Response<Full<Bytes>>> {
    let is_right = request.method() == "POST"
        && request.uri().path() == "/v1/traces"
        && request.headers().get("content-type").is_some_and(|kind| kind == "application/x-protobuf");
    if !is_right {
        let answer = Response::builder().status(StatusCode::NOT_FOUND);
        return answer.body(Full::default()).context("an answer");
    }
    let body = request.into_body().collect().await?.to_bytes();
    let came = ExportTraceServiceRequest::decode(body)?;
    let mut seen = Vec::new();
    for of_resource in came.resource_spans {
        let resource =
            attributes(of_resource.resource.map(|resource| resource.attributes).unwrap_or_default());
        let service = resource.get("service.name").cloned().unwrap_or_default();
        let of_scopes = of_resource.scope_spans.into_iter().flat_map(|scope| scope.spans);
        seen.extend(of_scopes.map(|span| read(&service, span)));
    }
    spans.lock().expect("no panic while held").extend(seen);
    Ok(Response::new(Full::default()))
}

fn read(service: &str, span: Span) -> Seen {
    let links = span.links.iter().map(|link| (digits(&link.trace_id), digits(&link.span_id)));
    Seen {
        service: service.to_owned(),
        trace: digits(&span.trace_id),
        id: digits(&span.span_id),
        parent: digits(&span.parent_span_id),
        links: links.collect(),
        attributes: attributes(span.attributes),
        begun_ns: span.start_time_unix_nano,
        ended_ns: span.end_time_unix_nano,
        name: span.name,
    }
}

fn digits(id: &[u8]) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn attributes(pairs: Vec<KeyValue>) -> BTreeMap<String, String> {
    let text = |pair: KeyValue| {
        let value = match pair.value?.value? {
            Value::StringValue(text) => text,
            Value::IntValue(number) => number.to_string(),
            other => format!("{other:?}"),
        };
        Some((pair.key, value))
    };
    pairs.into_iter().filter_map(text).collect()
}
