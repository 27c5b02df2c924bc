//! A span: one piece of work, from its beginning until it is dropped. Where its trace is not recorded
//! it is a context and nothing more.

use super::Context;
use super::export;
use opentelemetry::trace::{Link, SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId, TraceState};
use opentelemetry::{KeyValue, Value};
use opentelemetry_sdk::trace::{SpanData, SpanEvents, SpanLinks};
use std::time::SystemTime;

/// Which side of a message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Asks, and waits for the answer.
    Client,
    /// Answers.
    Server,
    /// Takes messages that nobody waits at.
    Consumer,
}

pub struct Span {
    context: Context,
    recorded: Option<Box<Recorded>>,
}

struct Recorded {
    parent: Option<Context>,
    kind: Kind,
    name: String,
    begun: SystemTime,
    attributes: Vec<KeyValue>,
    links: Vec<Context>,
    error: Option<String>,
}

impl Span {
    /// Within the parent's trace; without a parent it begins one. Its name is made where it is recorded.
    pub fn begin(parent: Option<Context>, kind: Kind, name: impl FnOnce() -> String) -> Self {
        Self::begin_linked(parent, Vec::new(), kind, name)
    }

    /// The same with links to others; recorded if one of them is.
    pub(super) fn begin_linked(
        parent: Option<Context>,
        links: Vec<Context>,
        kind: Kind,
        name: impl FnOnce() -> String,
    ) -> Self {
        let context = parent.map_or_else(Context::begin, Context::child).sampled_with(&links);
        let is_recorded = context.is_sampled() && export::exporter().is_some();
        let record = || {
            let (begun, attributes) = (SystemTime::now(), Vec::new());
            Box::new(Recorded { parent, kind, name: name(), begun, attributes, links, error: None })
        };
        Span { context, recorded: is_recorded.then(record) }
    }

    /// For what is said in it.
    pub fn context(&self) -> Context {
        self.context
    }

    /// Once it is known what it was.
    pub fn rename(&mut self, name: impl FnOnce() -> String) {
        if let Some(recorded) = &mut self.recorded {
            recorded.name = name();
        }
    }

    /// Each key once. Its value is made where the span is recorded.
    pub fn set(&mut self, key: &'static str, value: impl FnOnce() -> Value) {
        if let Some(recorded) = &mut self.recorded {
            recorded.attributes.push(KeyValue::new(key, value()));
        }
    }

    /// It did not do what it was to do.
    pub fn fail(&mut self, error: impl FnOnce() -> String) {
        if let Some(recorded) = &mut self.recorded {
            recorded.error = Some(error());
        }
    }

    /// It was not worth telling.
    pub fn discard(mut self) {
        self.recorded = None;
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        if let (Some(recorded), Some(exporter)) = (self.recorded.take(), export::exporter()) {
            exporter.take(recorded.ended(self.context));
        }
    }
}

impl Recorded {
    fn ended(self, context: Context) -> SpanData {
        let mut links = SpanLinks::default();
        links.links =
            self.links.into_iter().map(|context| Link::with_context(theirs(context, true))).collect();
        SpanData {
            span_context: theirs(context, false),
            parent_span_id: self.parent.map_or(SpanId::INVALID, |parent| SpanId::from(parent.span_id())),
            parent_span_is_remote: self.parent.is_some() && self.kind != Kind::Client,
            span_kind: match self.kind {
                Kind::Client => SpanKind::Client,
                Kind::Server => SpanKind::Server,
                Kind::Consumer => SpanKind::Consumer,
            },
            name: self.name.into(),
            start_time: self.begun,
            end_time: SystemTime::now().max(self.begun),
            attributes: self.attributes,
            dropped_attributes_count: 0,
            events: SpanEvents::default(),
            links,
            status: self.error.map_or(Status::Unset, Status::error),
            instrumentation_scope: export::scope(),
        }
    }
}

/// As the library has it.
fn theirs(context: Context, is_remote: bool) -> SpanContext {
    let flags = if context.is_sampled() { TraceFlags::SAMPLED } else { TraceFlags::default() };
    let (trace_id, span_id) = (TraceId::from(context.trace_id()), SpanId::from(context.span_id()));
    SpanContext::new(trace_id, span_id, flags, is_remote, TraceState::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_recorded_is_not_even_named() {
        let mut span = Span::begin(None, Kind::Server, || panic!("nobody asks for its name"));
        span.set("key", || panic!("nobody asks for its attributes"));
        span.fail(|| panic!("nobody asks how it ended"));
        assert!(span.recorded.is_none());
    }

    #[test]
    fn a_span_ends_as_what_the_library_exports() {
        let parent = Context::parse("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").unwrap();
        let (own, other) = (parent.child(), Context::begin());
        let recorded = Recorded {
            parent: Some(parent),
            kind: Kind::Consumer,
            name: "step matching.0".into(),
            begun: SystemTime::now(),
            attributes: vec![KeyValue::new("exchange.inputs", 3)],
            links: vec![other],
            error: Some("no answer".into()),
        };
        let data = recorded.ended(own);
        assert_eq!(data.span_context.trace_id().to_string(), "0af7651916cd43dd8448eb211c80319c");
        assert_eq!(data.span_context.span_id().to_string(), own.to_string()[36..52]);
        assert_eq!(data.parent_span_id.to_string(), "b7ad6b7169203331");
        assert!(data.span_context.is_sampled() && data.parent_span_is_remote);
        assert_eq!(data.links.links[0].span_context.trace_id().to_string(), other.to_string()[3..35]);
        assert_eq!((data.span_kind, data.status), (SpanKind::Consumer, Status::error("no answer")));
        assert_eq!(data.attributes, [KeyValue::new("exchange.inputs", 3)]);
    }
}
