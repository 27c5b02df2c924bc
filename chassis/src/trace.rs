//! Traces: what led to what, across processes. The context (W3C Trace Context) travels in a header of
//! every command, question, order, reply and stream's message; spans tell how long each part took,
//! and go to a collector where one is configured (`export`).
//!
//! Promises: the rules, the journal and the bodies of messages know nothing of it; a header that
//! cannot be read is as good as none; without a collector a message costs its header, and a step one
//! id. What is sent again out of the outbox, which keeps no headers, begins a trace where it is heard.

mod context;
mod export;
mod header;
mod http;
mod span;

pub use context::{Context, HEADER};
pub use export::{Exporting, start};
pub(crate) use header::{Origins, carried, carrying};
pub use span::{Kind, Span};

use crate::rules::Place;
use crate::stepper::Committed;

tokio::task_local! {
    static CURRENT: Context;
}

/// What is asked meanwhile, by this task, belongs to `context`.
pub async fn within<T>(context: Context, work: impl Future<Output = T>) -> T {
    CURRENT.scope(context, work).await
}

/// What the task's present work belongs to, if it has been said.
pub fn current() -> Option<Context> {
    CURRENT.try_with(|context| *context).ok()
}

/// The span of a step: in the trace of the messages that it takes, if they are all of one; else it
/// begins one that is linked to theirs.
pub(crate) fn step(place: Place, origins: Origins) -> Span {
    let (parent, links) = origins.split();
    let mut span = Span::begin_linked(parent, links, Kind::Consumer, || format!("{} step", place.name()));
    span.set("exchange.partition", || place.name().into());
    span
}

/// The step is committed. One in which nothing happened has no span.
pub(crate) fn stepped(mut span: Span, committed: &Committed) -> Context {
    let context = span.context();
    let Committed { messages, replies, gaps: _, inputs, parked } = committed;
    if *inputs == 0 && *parked == 0 && messages.is_empty() && replies.is_empty() {
        span.discard();
        return context;
    }
    for (key, count) in [
        ("exchange.inputs", *inputs),
        ("exchange.parked", *parked),
        ("exchange.messages", messages.len()),
        ("exchange.replies", replies.len()),
    ] {
        span.set(key, || (count as i64).into());
    }
    context
}

/// What a request is called: `portfolio` of `{"portfolio":{…}}`, `place_order` of
/// `{"type":"place_order",…}`. Nothing where it is not ours.
pub(crate) fn request_name(body: &[u8]) -> Option<&str> {
    const NAME_BYTES_MAX: usize = 40;
    let typed = body.strip_prefix(b"{\"type\":\"");
    let rest = typed.or_else(|| body.strip_prefix(b"{\""))?;
    let end = rest.iter().take(NAME_BYTES_MAX).position(|byte| *byte == b'"')?;
    let name = &rest[..end];
    let is_name = !name.is_empty() && name.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'_');
    std::str::from_utf8(name).ok().filter(|_| is_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_asked_within_a_context_finds_it() {
        assert_eq!(current(), None);
        let context = Context::begin();
        assert_eq!(within(context, async { current() }).await, Some(context));
        assert_eq!(current(), None);
    }

    #[test]
    fn a_request_has_the_name_of_its_variant() {
        let long = format!("{{\"{}\":{{}}}}", "a".repeat(60));
        for (body, name) in [
            (r#"{"portfolio":{"user_id":"7"}}"#, Some("portfolio")),
            (r#"{"type":"place_order","order_id":"7"}"#, Some("place_order")),
            (r#"{"type":{}}"#, Some("type")),
            (r#"{"":{}}"#, None),
            (r#"{"Ann's password":{}}"#, None),
            (r#"{"unended"#, None),
            (&long, None),
            ("", None),
        ] {
            assert_eq!(request_name(body.as_bytes()), name, "{body}");
        }
    }
}
