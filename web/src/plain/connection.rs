//! One connection, as the hub sees it.

use super::visitor::{Tell, Visitor};
use crate::push::{Client, Lost, Message, Why};
use actix::Addr;
use actix::prelude::SendError;
use bytestring::ByteString;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Of everything that a client has not read; a minute of the busiest hundred rooms.
pub const UNREAD_BYTES_MAX: usize = 4 * 1024 * 1024;

#[derive(Clone)]
pub struct Connection {
    pub number: u64,
    address: Addr<Visitor>,
    unread: Unread,
}

/// Bytes on their way to the visitor.
#[derive(Clone, Default)]
pub struct Unread(Arc<AtomicUsize>);

impl Unread {
    fn add(&self, bytes: usize) -> Result<(), Lost> {
        let before = self.0.fetch_add(bytes, Ordering::Relaxed);
        if before + bytes <= UNREAD_BYTES_MAX {
            return Ok(());
        }
        self.take(bytes);
        Err(Lost::Full)
    }

    pub fn take(&self, bytes: usize) {
        self.0.fetch_sub(bytes, Ordering::Relaxed);
    }
}

impl Connection {
    pub fn new(number: u64, address: Addr<Visitor>, unread: Unread) -> Self {
        Connection { number, address, unread }
    }

    /// In the order in which it is said.
    pub fn say(&self, text: ByteString) -> Result<(), Lost> {
        let bytes = text.len();
        self.unread.add(bytes)?;
        self.tell(Tell::Text(text)).inspect_err(|_| self.unread.take(bytes))
    }

    fn tell(&self, what: Tell) -> Result<(), Lost> {
        self.address.try_send(what).map_err(|error| match error {
            SendError::Full(_) => Lost::Full,
            SendError::Closed(_) => Lost::Gone,
        })
    }
}

impl Client for Connection {
    type Id = u64;

    fn id(&self) -> u64 {
        self.number
    }

    fn emit(&self, message: &Message) -> Result<(), Lost> {
        self.say(message.text().clone())
    }

    /// The visitor takes what is there whenever the network has room.
    fn flush(&self) {}

    fn disconnect(&self, why: Why) -> bool {
        self.tell(Tell::End(why)) != Err(Lost::Full)
    }
}
