//! What the broker says, read without copying where there is much of it.

use anyhow::{Context, Result, bail};
use std::io::Read;
use std::net::TcpStream;

const HEADER_BYTES: usize = 7;
const FRAME_END: u8 = 0xce;
/// Many deliveries at once: the fewer the calls, the cheaper.
const READ_BYTES: usize = 256 * 1024;

/// What matters of what was said.
#[derive(Debug, PartialEq, Eq)]
pub enum Event<'a> {
    /// The broker has a publication, or it and all before it.
    Confirmed {
        tag: u64,
        multiple: bool,
    },
    /// A queue was full; the broker has forgotten the publication.
    Refused {
        tag: u64,
        multiple: bool,
    },
    /// No queue takes it.
    Returned,
    Delivered {
        tag: u64,
        correlation_id: &'a [u8],
        body: &'a [u8],
    },
    /// The broker is short of memory or disk and reads no more, or does again.
    Blocked,
    Unblocked,
}

/// The reading end.
pub struct Reader {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// From where to where it is not yet understood.
    begin: usize,
    end: usize,
    delivery: Delivery,
}

/// A delivery comes in three frames or more.
#[derive(Default)]
struct Delivery {
    tag: u64,
    correlation_id: Vec<u8>,
    body: Vec<u8>,
    missing: u64,
    is_return: bool,
}

/// The length of the first frame, once it is there.
pub fn frame_length(bytes: &[u8]) -> Option<usize> {
    let size: [u8; 4] = bytes.get(3..HEADER_BYTES)?.try_into().ok()?;
    let length = HEADER_BYTES + u32::from_be_bytes(size) as usize + 1;
    (bytes.len() >= length).then_some(length)
}

impl Reader {
    pub(super) fn new(stream: TcpStream, rest: Vec<u8>) -> Self {
        let (mut buffer, end) = (vec![0; READ_BYTES], rest.len());
        buffer[..end].copy_from_slice(&rest);
        Reader { stream, buffer, begin: 0, end, delivery: Delivery::default() }
    }

    /// Until the connection was closed from our side. Tells everything that comes.
    pub fn run(mut self, mut tell: impl FnMut(Event<'_>) -> Result<()>) -> Result<()> {
        loop {
            while let Some(length) = frame_length(&self.buffer[self.begin..self.end]) {
                let frame = &self.buffer[self.begin..self.begin + length];
                if frame[length - 1] != FRAME_END {
                    bail!("a frame of RabbitMQ's does not end where it says");
                }
                let payload = &frame[HEADER_BYTES..length - 1];
                if take(frame[0], payload, &mut self.delivery, &mut tell)? == Goes::Ends {
                    return Ok(());
                }
                self.begin += length;
            }
            self.read_more()?;
        }
    }

    fn read_more(&mut self) -> Result<()> {
        self.buffer.copy_within(self.begin..self.end, 0);
        self.end -= self.begin;
        self.begin = 0;
        if self.end == self.buffer.len() {
            self.buffer.resize(2 * self.buffer.len(), 0);
        }
        match self.stream.read(&mut self.buffer[self.end..]).context("the connection to RabbitMQ is lost")? {
            0 => bail!("RabbitMQ has closed the connection"),
            count => self.end += count,
        }
        Ok(())
    }
}

#[derive(PartialEq, Eq)]
enum Goes {
    On,
    Ends,
}

fn take(
    kind: u8,
    payload: &[u8],
    delivery: &mut Delivery,
    tell: &mut impl FnMut(Event<'_>) -> Result<()>,
) -> Result<Goes> {
    match kind {
        1 => return method(payload, delivery, tell),
        2 => delivery.header(payload).context("a header of RabbitMQ's is too short")?,
        3 => {
            delivery.body.extend_from_slice(payload);
            delivery.missing = delivery.missing.saturating_sub(payload.len() as u64);
        }
        // A heartbeat.
        _ => return Ok(Goes::On),
    }
    if delivery.missing == 0 && !delivery.is_return {
        let Delivery { tag, correlation_id, body, .. } = delivery;
        tell(Event::Delivered { tag: *tag, correlation_id, body })?;
    }
    Ok(Goes::On)
}

fn method(
    payload: &[u8],
    delivery: &mut Delivery,
    tell: &mut impl FnMut(Event<'_>) -> Result<()>,
) -> Result<Goes> {
    let number = |at: usize| payload.get(at..at + 2).map_or(0, |b| u16::from_be_bytes([b[0], b[1]]));
    let tag =
        |at: usize| payload.get(at..at + 8).map_or(0, |b| u64::from_be_bytes(b.try_into().expect("eight")));
    let multiple = payload.get(12).is_some_and(|bits| bits & 1 == 1);
    match (number(0), number(2)) {
        (60, 60) => {
            let after_consumer = 5 + usize::from(payload.get(4).copied().unwrap_or(0));
            *delivery = Delivery { tag: tag(after_consumer), is_return: false, ..std::mem::take(delivery) };
        }
        (60, 80) => tell(Event::Confirmed { tag: tag(4), multiple })?,
        (60, 120) => tell(Event::Refused { tag: tag(4), multiple })?,
        (60, 50) => {
            delivery.is_return = true;
            tell(Event::Returned)?;
        }
        (10, 60) => tell(Event::Blocked)?,
        (10, 61) => tell(Event::Unblocked)?,
        // We have closed it ourselves.
        (10, 51) => return Ok(Goes::Ends),
        (10, 50) | (20, 40) => {
            let text =
                payload.get(7..7 + usize::from(payload.get(6).copied().unwrap_or(0))).unwrap_or_default();
            bail!("RabbitMQ ends it: {} {}", number(4), String::from_utf8_lossy(text));
        }
        (60, 30) => bail!("RabbitMQ has deleted the queue of replies"),
        _ => {}
    }
    Ok(Goes::On)
}

impl Delivery {
    /// Class, weight, the body's length, which properties follow, and these.
    fn header(&mut self, payload: &[u8]) -> Option<()> {
        self.missing = u64::from_be_bytes(payload.get(4..12)?.try_into().ok()?);
        self.body.clear();
        self.correlation_id.clear();
        let flags = u16::from_be_bytes(payload.get(12..14)?.try_into().ok()?);
        let mut rest = payload.get(14..)?;
        let has = |bit: u16| flags & (1 << bit) != 0;
        let mut skip = |count: usize| {
            let (skipped, after) = rest.split_at_checked(count)?;
            rest = after;
            Some(skipped)
        };
        // Content type and encoding, headers, delivery mode, priority: they come before it.
        for bit in [15, 14] {
            if has(bit) {
                let length = skip(1)?[0];
                skip(usize::from(length))?;
            }
        }
        if has(13) {
            let length = skip(4)?;
            skip(u32::from_be_bytes(length.try_into().ok()?) as usize)?;
        }
        for bit in [12, 11] {
            if has(bit) {
                skip(1)?;
            }
        }
        if has(10) {
            let length = skip(1)?[0];
            let id = skip(usize::from(length))?;
            self.correlation_id.extend_from_slice(id);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Encoder, Property, encoded};
    use amq_protocol::frame::AMQPFrame;
    use amq_protocol::protocol::{AMQPClass, basic};

    fn heard(bytes: &[u8]) -> Vec<String> {
        let (mut rest, mut delivery, mut events) = (bytes, Delivery::default(), Vec::new());
        while let Some(length) = frame_length(rest) {
            let payload = &rest[HEADER_BYTES..length - 1];
            let mut tell = |event: Event<'_>| {
                events.push(format!("{event:?}"));
                Ok(())
            };
            take(rest[0], payload, &mut delivery, &mut tell).unwrap();
            rest = &rest[length..];
        }
        assert!(rest.is_empty());
        events
    }

    fn basic(method: basic::AMQPMethod) -> Vec<u8> {
        encoded(&AMQPFrame::Method(1, AMQPClass::Basic(method)))
    }

    #[test]
    fn a_delivery_is_told_with_its_correlation_id_and_its_body() {
        let deliver = basic::Deliver {
            consumer_tag: "load".into(),
            delivery_tag: 9,
            redelivered: false,
            exchange: "orders.replies".into(),
            routing_key: "me".into(),
        };
        let mut bytes = basic(basic::AMQPMethod::Deliver(deliver));
        // A publication's header and body are a delivery's.
        let mut published = Vec::new();
        Encoder::new("", "").publish(&mut published, b"", Property::CorrelationId(b"44"), b"yes");
        let method = frame_length(&published).unwrap();
        bytes.extend_from_slice(&published[method..]);
        let said = "Delivered { tag: 9, correlation_id: [52, 52], body: [121, 101, 115] }";
        assert_eq!(heard(&bytes), [said]);
    }

    #[test]
    fn confirmations_and_refusals_say_how_far_they_reach() {
        let ack = basic::Ack { delivery_tag: 5, multiple: true };
        let nack = basic::Nack { delivery_tag: 6, multiple: false, requeue: false };
        let bytes = [basic(basic::AMQPMethod::Ack(ack)), basic(basic::AMQPMethod::Nack(nack))].concat();
        assert_eq!(
            heard(&bytes),
            ["Confirmed { tag: 5, multiple: true }", "Refused { tag: 6, multiple: false }"]
        );
    }

    #[test]
    fn half_a_frame_is_no_frame() {
        let ack = basic(basic::AMQPMethod::Ack(basic::Ack { delivery_tag: 5, multiple: true }));
        assert_eq!(frame_length(&ack), Some(ack.len()));
        assert_eq!(frame_length(&ack[..ack.len() - 1]), None);
        assert_eq!(frame_length(&ack[..3]), None);
    }
}
