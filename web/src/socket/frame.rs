//! WebSocket frames as a server writes them (RFC 6455, 5.2), and Socket.IO's events in them.

use bytes::{BufMut, Bytes, BytesMut};
use serde_json::value::RawValue;

const FINAL_TEXT: u8 = 0x81;
/// The first byte of the length, if it is not the length itself.
const LENGTH_IN_TWO: u8 = 126;
const LENGTH_IN_EIGHT: u8 = 127;

/// An event of the default namespace, ready for the wire. A server's frames are not masked, so they
/// are the same for everybody.
pub fn of_event(event: &str, payload: &RawValue) -> Bytes {
    let event = serde_json::to_string(event).expect("text is JSON");
    // Engine.IO's message, Socket.IO's event: `42["name",payload]`.
    let parts = ["42[", &event, ",", payload.get(), "]"];
    let length = parts.iter().map(|part| part.len()).sum();
    let mut frame = BytesMut::with_capacity(length + 10);
    frame.put_u8(FINAL_TEXT);
    match length {
        0..126 => frame.put_u8(length as u8),
        126..=0xffff => {
            frame.put_u8(LENGTH_IN_TWO);
            frame.put_u16(length as u16);
        }
        _ => {
            frame.put_u8(LENGTH_IN_EIGHT);
            frame.put_u64(length as u64);
        }
    }
    parts.iter().for_each(|part| frame.put_slice(part.as_bytes()));
    frame.freeze()
}

/// How long head and payload of the first frame are, if the head is there.
fn first(bytes: &[u8]) -> Option<(usize, usize)> {
    match *bytes.get(1)? {
        LENGTH_IN_TWO => Some((4, u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?).into())),
        LENGTH_IN_EIGHT => {
            let length = u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?);
            Some((10, usize::try_from(length).expect("what our own library has written is in memory")))
        }
        short => Some((2, short.into())),
    }
}

pub fn has_first(bytes: &[u8]) -> bool {
    first(bytes).is_some_and(|(head, payload)| bytes.len() >= head + payload)
}

/// Takes the first frame, if the whole of it is there.
pub fn take_first(bytes: &mut BytesMut) -> Option<Frame> {
    let (head, payload) = first(bytes)?;
    (bytes.len() >= head + payload).then(|| Frame { bytes: bytes.split_to(head + payload), head })
}

pub struct Frame {
    pub bytes: BytesMut,
    head: usize,
}

impl Frame {
    pub fn payload(&self) -> &[u8] {
        &self.bytes[self.head..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::value::to_raw_value;
    use tungstenite::protocol::frame::coding::{Data, OpCode};
    use tungstenite::protocol::frame::{FrameHeader, FrameSocket};

    /// At every length of the length.
    const LENGTHS: [usize; 7] = [0, 1, 90, 110, 200, 65_500, 70_000];

    #[test]
    fn an_event_is_the_frame_that_a_library_reads() {
        for length in LENGTHS {
            let payload = to_raw_value(&"x".repeat(length)).unwrap();
            let wire = of_event("a \"name\"", &payload);
            let mut library = FrameSocket::new(std::io::Cursor::new(wire.to_vec()));
            let frame = library.read(None).unwrap().unwrap();
            assert!(frame.header().is_final);
            assert_eq!(frame.header().opcode, OpCode::Data(Data::Text));
            assert_eq!(frame.header().mask, None);
            let expected = format!(r#"42["a \"name\"",{payload}]"#);
            assert_eq!(frame.payload(), expected.as_bytes());
            assert!(library.read(None).unwrap().is_none(), "nothing after it");
        }
    }

    #[test]
    fn frames_of_a_library_are_taken_whole_wherever_they_are_cut() {
        for length in LENGTHS {
            let mut wire = Vec::new();
            let header = FrameHeader::default();
            header.format(length as u64, &mut wire).unwrap();
            wire.extend(vec![b'x'; length]);
            let cuts = [0, 1, 2, 5, wire.len() - 1].into_iter().filter(|cut| *cut < wire.len());
            for cut in cuts {
                let mut bytes = BytesMut::from(&wire[..cut]);
                assert!(take_first(&mut bytes).is_none(), "{length} cut at {cut}");
                bytes.extend_from_slice(&wire[cut..]);
                bytes.extend_from_slice(b"\x81\x01");
                let frame = take_first(&mut bytes).unwrap();
                assert_eq!((&frame.bytes[..], frame.payload().len()), (&wire[..], length));
                assert_eq!(&bytes[..], b"\x81\x01", "what follows stays");
            }
        }
    }
}
