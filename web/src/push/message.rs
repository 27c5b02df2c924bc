//! A message on its way to many: written once.

use bytes::Bytes;
use bytestring::ByteString;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use std::cell::OnceCell;

pub struct Message<'a> {
    pub event: &'a str,
    pub payload: Box<RawValue>,
    frame: OnceCell<Bytes>,
    text: OnceCell<ByteString>,
}

#[derive(Serialize)]
struct Plain<'a> {
    event: &'a str,
    data: &'a RawValue,
}

impl<'a> Message<'a> {
    pub fn new(event: &'a str, payload: &(impl Serialize + ?Sized)) -> Self {
        Message::of(event, to_raw_value(payload).expect("our own messages are JSON"))
    }

    /// What is written already.
    pub fn of(event: &'a str, payload: Box<RawValue>) -> Self {
        Message { event, payload, frame: OnceCell::new(), text: OnceCell::new() }
    }

    /// Ready for the wire: encoded for the first client that needs it.
    pub fn frame(&self, encode: fn(&str, &RawValue) -> Bytes) -> &Bytes {
        self.frame.get_or_init(|| encode(self.event, &self.payload))
    }

    /// As `/ws` has it, likewise.
    pub fn text(&self) -> &ByteString {
        let plain = || Plain { event: self.event, data: &self.payload };
        self.text.get_or_init(|| serde_json::to_string(&plain()).expect("our own messages are JSON").into())
    }
}
