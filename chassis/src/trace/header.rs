//! The context in a message's headers. What cannot be read is as good as none, whoever sent it.

use super::Context;
use super::context::HEADER;
use contracts::topology;
use lapin::BasicProperties;
use lapin::message::Delivery;
use lapin::types::{AMQPValue, FieldTable};

/// Of a step's contexts so many are kept. A viewer shows no more links, and past them no header is read.
pub const ORIGINS_MAX: usize = 32;

/// The different contexts that a step's messages came with.
#[derive(Debug, Default)]
pub struct Origins(Vec<Context>);

impl Origins {
    pub fn add(&mut self, delivery: &Delivery) {
        if self.0.len() < ORIGINS_MAX {
            self.add_context(carried(delivery));
        }
    }

    pub(super) fn add_context(&mut self, context: Option<Context>) {
        if let Some(context) = context
            && self.0.len() < ORIGINS_MAX
            && !self.0.contains(&context)
        {
            self.0.push(context);
        }
    }

    /// The one context to go on from, if all are of one trace; and those to be linked to.
    pub(super) fn split(mut self) -> (Option<Context>, Vec<Context>) {
        let Some(first) = self.0.first().copied() else { return (None, Vec::new()) };
        if !self.0.iter().all(|other| other.is_of_the_trace_of(first)) {
            return (None, self.0);
        }
        self.0.remove(0);
        (Some(first), self.0)
    }
}

/// What a delivery came with.
pub fn carried(delivery: &Delivery) -> Option<Context> {
    let properties = &delivery.properties;
    let sender = properties.user_id().as_ref().map_or("", |sender| sender.as_str());
    read(properties.headers().as_ref()?, is_foreign(delivery.exchange.as_str(), sender))
}

/// By these two exchanges come messages of people's own programs.
fn is_foreign(exchange: &str, sender: &str) -> bool {
    let is_ours = [topology::WEB, topology::ADMIN, topology::BOTS].contains(&sender);
    [topology::ORDERS_EXCHANGE, topology::PAYMENTS_EXCHANGE].contains(&exchange) && !is_ours
}

fn read(headers: &FieldTable, is_foreign: bool) -> Option<Context> {
    let text = match headers.inner().get(HEADER)? {
        AMQPValue::LongString(text) => std::str::from_utf8(text.as_bytes()).ok()?,
        AMQPValue::ShortString(text) => text.as_str(),
        // A library's enum: only text can be one.
        _ => return None,
    };
    if is_foreign { Context::parse_foreign(text) } else { Context::parse(text) }
}

/// A message's properties with the context that it is said in.
pub fn carrying(properties: BasicProperties, context: Option<Context>) -> BasicProperties {
    let Some(context) = context else { return properties };
    let mut headers = properties.headers().clone().unwrap_or_default();
    headers.insert(HEADER.into(), AMQPValue::LongString(context.to_string().into()));
    properties.with_headers(headers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn context(trace: u128, span: u64) -> Context {
        Context::parse(&format!("00-{trace:032x}-{span:016x}-01")).unwrap()
    }

    fn origins(contexts: impl IntoIterator<Item = Context>) -> (Option<Context>, Vec<Context>) {
        let mut origins = Origins::default();
        contexts.into_iter().for_each(|context| origins.add_context(Some(context)));
        origins.split()
    }

    fn headers(value: AMQPValue) -> FieldTable {
        let mut headers = FieldTable::default();
        headers.insert(HEADER.into(), value);
        headers
    }

    #[test]
    fn messages_of_one_trace_continue_it_and_those_of_several_are_linked_to() {
        let (a, b, c) = (context(1, 1), context(1, 2), context(2, 3));
        assert_eq!(origins([]), (None, vec![]));
        assert_eq!(origins([a]), (Some(a), vec![]));
        assert_eq!(origins([a, a, a]), (Some(a), vec![]), "the same is the same");
        assert_eq!(origins([a, b]), (Some(a), vec![b]));
        assert_eq!(origins([a, c, b]), (None, vec![a, c, b]));
    }

    #[test]
    fn no_more_origins_are_kept_than_are_shown() {
        let (parent, links) = origins((1..=1_000).map(|n| context(n, 1)));
        assert_eq!((parent, links.len()), (None, ORIGINS_MAX));
    }

    #[test]
    fn what_was_put_into_a_message_is_found_in_it_beside_its_other_headers() {
        let mut others = FieldTable::default();
        others.insert("deadline_ms".into(), AMQPValue::LongLongInt(7));
        let properties = BasicProperties::default().with_headers(others);
        let sent = carrying(properties, Some(context(1, 2)));
        let headers = sent.headers().clone().unwrap();
        assert_eq!(read(&headers, false), Some(context(1, 2)));
        assert_eq!(headers.inner().get("deadline_ms"), Some(&AMQPValue::LongLongInt(7)));
        assert!(carrying(BasicProperties::default(), None).headers().is_none());
    }

    #[test]
    fn a_header_of_another_type_is_none() {
        let good = context(1, 2).to_string();
        assert_eq!(read(&headers(AMQPValue::ShortString(good.as_str().into())), true), Some(context(1, 2)));
        let values = [
            AMQPValue::Void,
            AMQPValue::Boolean(true),
            AMQPValue::LongLongInt(1),
            AMQPValue::Double(0.5),
            AMQPValue::FieldTable(headers(AMQPValue::LongString(good.as_str().into()))),
            AMQPValue::FieldArray(vec![AMQPValue::LongString(good.as_str().into())].into()),
            AMQPValue::ByteArray(good.as_bytes().to_vec().into()),
            AMQPValue::LongString(vec![0xff; 55].into()),
            AMQPValue::LongString("".into()),
        ];
        for value in values {
            let said = format!("{value:?}");
            assert_eq!(read(&headers(value), true), None, "{said}");
        }
    }

    #[test]
    fn only_peoples_own_programs_are_strangers() {
        for (exchange, sender, foreign) in [
            ("orders", "loadtest", true),
            ("orders", "", true),
            ("orders", "web", false),
            ("payments", "gateway", true),
            ("requests", "web", false),
            ("ordering", "ordering", false),
        ] {
            assert_eq!(is_foreign(exchange, sender), foreign, "{sender} by {exchange}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_are_none(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            read(&headers(AMQPValue::LongString(bytes.into())), true);
        }
    }
}
