//! What comes in, watched frame by frame: the library would gather a frame of any length in memory
//! before it finds that it is too long.

use actix_web::error::PayloadError;
use bytes::Bytes;
use futures::Stream;
use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// RFC 6455, 5.2: first byte, length, and the longest form of the length.
const HEAD_BYTES_MAX: usize = 10;
const MASK_BYTES: u64 = 4;

pub struct Frames<S> {
    payload: S,
    watch: Watch,
    is_too_long: Rc<Cell<bool>>,
}

impl<S> Frames<S> {
    pub fn new(payload: S, bytes_max: u64) -> Self {
        Frames { payload, watch: Watch::new(bytes_max), is_too_long: Rc::default() }
    }

    /// Whether it ended with a frame that was too long.
    pub fn broke(&self) -> Rc<Cell<bool>> {
        self.is_too_long.clone()
    }
}

impl<S: Stream<Item = Result<Bytes, PayloadError>> + Unpin> Stream for Frames<S> {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.is_too_long.get() {
            return Poll::Ready(None);
        }
        let next = Pin::new(&mut self.payload).poll_next(cx);
        if let Poll::Ready(Some(Ok(chunk))) = &next
            && !self.watch.admits(chunk)
        {
            self.is_too_long.set(true);
            return Poll::Ready(Some(Err(PayloadError::Overflow)));
        }
        next
    }
}

/// Follows the heads of frames through chunks that are cut anywhere.
struct Watch {
    bytes_max: u64,
    head: [u8; HEAD_BYTES_MAX],
    known: usize,
    /// Of the frame's mask and body.
    to_come: u64,
}

impl Watch {
    fn new(bytes_max: u64) -> Self {
        Watch { bytes_max, head: [0; HEAD_BYTES_MAX], known: 0, to_come: 0 }
    }

    /// False at the head of a frame that is too long.
    fn admits(&mut self, mut chunk: &[u8]) -> bool {
        while !chunk.is_empty() {
            let of_this = chunk.len().min(usize::try_from(self.to_come).unwrap_or(usize::MAX));
            self.to_come -= of_this as u64;
            chunk = &chunk[of_this..];
            let Some((byte, rest)) = chunk.split_first() else { return true };
            self.head[self.known] = *byte;
            self.known += 1;
            chunk = rest;
            if let Some(length) = self.length() {
                if length > self.bytes_max {
                    return false;
                }
                let is_masked = self.head[1] & 0x80 != 0;
                self.to_come = length + if is_masked { MASK_BYTES } else { 0 };
                self.known = 0;
            }
        }
        true
    }

    /// Of the body, once its whole head is known.
    fn length(&self) -> Option<u64> {
        let (short, head) = (self.head[1] & 0x7f, &self.head);
        match (self.known, short) {
            (0..2, _) => None,
            (4, 126) => Some(u16::from_be_bytes([head[2], head[3]]).into()),
            (10, 127) => Some(u64::from_be_bytes(head[2..].try_into().expect("eight bytes"))),
            (_, 126 | 127) => None,
            (_, short) => Some(short.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tungstenite::protocol::frame::FrameHeader;

    fn frame(length: u64, mask: Option<[u8; 4]>) -> Vec<u8> {
        let mut bytes = Vec::new();
        FrameHeader { mask, ..FrameHeader::default() }.format(length, &mut bytes).unwrap();
        bytes.extend(vec![0xff; length as usize]);
        bytes
    }

    #[test]
    fn frames_up_to_the_limit_pass_wherever_they_are_cut() {
        let mut bytes = Vec::new();
        for length in [0, 1, 125, 126, 1_000, 16_384] {
            bytes.extend(frame(length, Some([1, 2, 3, 4])));
            bytes.extend(frame(length, None));
        }
        for cut in [1, 2, 3, 7, 1_000, bytes.len()] {
            let mut watch = Watch::new(16_384);
            assert!(bytes.chunks(cut).all(|chunk| watch.admits(chunk)), "cut at {cut}");
            assert_eq!((watch.known, watch.to_come), (0, 0));
        }
    }

    #[test]
    fn a_longer_one_is_found_by_its_head_alone() {
        for length in [16_385, 65_536] {
            let bytes = frame(length, Some([0; 4]));
            let mut watch = Watch::new(16_384);
            let admitted = bytes.iter().take_while(|byte| watch.admits(&[**byte])).count();
            assert!(admitted < HEAD_BYTES_MAX, "{admitted} of {length}");
        }
        assert!(!Watch::new(16_384).admits(&[0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]));
    }
}
