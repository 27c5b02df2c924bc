//! A publication as bytes: method, header and body frame.

use super::{CHANNEL, FRAME_BYTES_MAX};

const FRAME_METHOD: u8 = 1;
const FRAME_HEADER: u8 = 2;
const FRAME_BODY: u8 = 3;
const FRAME_END: u8 = 0xce;

const BASIC: u16 = 60;
const PUBLISH: u16 = 40;
const ACK: u16 = 80;
const MANDATORY: u8 = 1;
const MULTIPLE: u8 = 1;

/// Which properties follow, by bit: the first property has the highest.
const WITH_DELIVERY_MODE: u16 = 1 << 12;
const WITH_CORRELATION_ID: u16 = 1 << 10;
const WITH_REPLY_TO: u16 = 1 << 9;
const WITH_USER_ID: u16 = 1 << 4;
const PERSISTENT: u8 = 2;

/// A frame's type, channel, size and end.
const FRAME_OVERHEAD: usize = 8;

#[derive(Clone, Copy)]
pub enum Property<'a> {
    None,
    /// What comes back with the reply that is asked for.
    CorrelationId(&'a [u8]),
    /// Who sends it, for the broker to vouch for.
    UserId(&'a [u8]),
}

/// What all publications to one exchange have in common: persistent, mandatory.
pub struct Encoder {
    exchange: Vec<u8>,
    reply_to: Vec<u8>,
}

impl Encoder {
    pub fn new(exchange: &str, reply_to: &str) -> Self {
        Encoder { exchange: short(exchange.as_bytes()), reply_to: short(reply_to.as_bytes()) }
    }

    pub fn publish(&self, out: &mut Vec<u8>, key: &[u8], property: Property, body: &[u8]) {
        frame(out, FRAME_METHOD, |out| {
            out.extend_from_slice(&BASIC.to_be_bytes());
            out.extend_from_slice(&PUBLISH.to_be_bytes());
            out.extend_from_slice(&[0, 0]);
            out.extend_from_slice(&self.exchange);
            put_short(out, key);
            out.push(MANDATORY);
        });
        frame(out, FRAME_HEADER, |out| {
            out.extend_from_slice(&BASIC.to_be_bytes());
            out.extend_from_slice(&[0, 0]);
            out.extend_from_slice(&(body.len() as u64).to_be_bytes());
            match property {
                Property::None => {
                    out.extend_from_slice(&WITH_DELIVERY_MODE.to_be_bytes());
                    out.push(PERSISTENT);
                }
                Property::CorrelationId(id) => {
                    let with = WITH_DELIVERY_MODE | WITH_CORRELATION_ID | WITH_REPLY_TO;
                    out.extend_from_slice(&with.to_be_bytes());
                    out.push(PERSISTENT);
                    put_short(out, id);
                    out.extend_from_slice(&self.reply_to);
                }
                Property::UserId(user) => {
                    out.extend_from_slice(&(WITH_DELIVERY_MODE | WITH_USER_ID).to_be_bytes());
                    out.push(PERSISTENT);
                    put_short(out, user);
                }
            }
        });
        for piece in body.chunks(FRAME_BYTES_MAX as usize - FRAME_OVERHEAD) {
            frame(out, FRAME_BODY, |out| out.extend_from_slice(piece));
        }
    }
}

pub fn acknowledge(out: &mut Vec<u8>, delivery_tag: u64) {
    frame(out, FRAME_METHOD, |out| {
        out.extend_from_slice(&BASIC.to_be_bytes());
        out.extend_from_slice(&ACK.to_be_bytes());
        out.extend_from_slice(&delivery_tag.to_be_bytes());
        out.push(MULTIPLE);
    });
}

fn frame(out: &mut Vec<u8>, kind: u8, payload: impl FnOnce(&mut Vec<u8>)) {
    out.push(kind);
    out.extend_from_slice(&CHANNEL.to_be_bytes());
    let length_at = out.len();
    out.extend_from_slice(&[0; 4]);
    payload(out);
    let length = (out.len() - length_at - 4) as u32;
    out[length_at..length_at + 4].copy_from_slice(&length.to_be_bytes());
    out.push(FRAME_END);
}

fn short(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 1);
    put_short(&mut out, text);
    out
}

fn put_short(out: &mut Vec<u8>, text: &[u8]) {
    out.push(u8::try_from(text.len()).expect("a short string has at most 255 bytes"));
    out.extend_from_slice(text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use amq_protocol::frame::{AMQPFrame, parse_frame};
    use amq_protocol::protocol::{AMQPClass, basic};

    fn frames(mut bytes: &[u8]) -> Vec<AMQPFrame> {
        let mut frames = Vec::new();
        while !bytes.is_empty() {
            let (rest, frame) = parse_frame(bytes).expect("a frame");
            frames.push(frame);
            bytes = rest;
        }
        frames
    }

    #[test]
    fn a_publication_is_what_another_implementation_reads() {
        let mut out = Vec::new();
        Encoder::new("orders", "loadtest.me").publish(
            &mut out,
            b"ann",
            Property::CorrelationId(b"17"),
            b"{}",
        );
        let frames = frames(&out);
        let [AMQPFrame::Method(1, method), AMQPFrame::Header(1, header), AMQPFrame::Body(1, body)] =
            &frames[..]
        else {
            panic!("not a publication: {frames:?}")
        };
        let AMQPClass::Basic(basic::AMQPMethod::Publish(publish)) = method else { panic!("{method:?}") };
        assert_eq!((publish.exchange.as_str(), publish.routing_key.as_str()), ("orders", "ann"));
        assert!(publish.mandatory && !publish.immediate);
        let properties = &header.properties;
        assert_eq!((header.body_size, *properties.delivery_mode()), (2, Some(2)));
        assert_eq!(properties.correlation_id().as_ref().unwrap().as_str(), "17");
        assert_eq!(properties.reply_to().as_ref().unwrap().as_str(), "loadtest.me");
        assert_eq!(body, b"{}");
    }

    #[test]
    fn a_large_body_comes_in_frames_that_the_broker_takes() {
        let (mut out, body) = (Vec::new(), vec![b'x'; 300_000]);
        Encoder::new("portfolio", "").publish(&mut out, b"ann", Property::UserId(b"portfolio"), &body);
        let frames = frames(&out);
        let AMQPFrame::Header(1, header) = &frames[1] else { panic!("{:?}", frames[1]) };
        assert_eq!(header.body_size, 300_000);
        assert_eq!(header.properties.user_id().as_ref().unwrap().as_str(), "portfolio");
        let pieces = frames[2..].iter().map(|frame| match frame {
            AMQPFrame::Body(1, piece) => piece.as_slice(),
            other => panic!("{other:?}"),
        });
        let pieces: Vec<_> = pieces.collect();
        assert!(pieces.iter().all(|piece| piece.len() + FRAME_OVERHEAD <= FRAME_BYTES_MAX as usize));
        assert_eq!(pieces.concat(), body);
    }

    #[test]
    fn an_acknowledgement_covers_all_before_it() {
        let mut out = Vec::new();
        acknowledge(&mut out, 300);
        let [AMQPFrame::Method(1, AMQPClass::Basic(basic::AMQPMethod::Ack(ack)))] = &frames(&out)[..] else {
            panic!("not an acknowledgement")
        };
        assert_eq!((ack.delivery_tag, ack.multiple), (300, true));
    }
}
