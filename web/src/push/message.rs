//! A message on its way to many: written once.

use bytes::Bytes;
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use std::cell::OnceCell;

pub struct Message<'a> {
    pub event: &'a str,
    pub payload: Box<RawValue>,
    encoded: OnceCell<Bytes>,
}

impl<'a> Message<'a> {
    pub fn new(event: &'a str, payload: &(impl Serialize + ?Sized)) -> Self {
        let payload = to_raw_value(payload).expect("our own messages are JSON");
        Message { event, payload, encoded: OnceCell::new() }
    }

    /// As a transport sends it: encoded for the first client that needs it.
    pub fn encoded(&self, encode: fn(&str, &RawValue) -> Bytes) -> &Bytes {
        self.encoded.get_or_init(|| encode(self.event, &self.payload))
    }
}
