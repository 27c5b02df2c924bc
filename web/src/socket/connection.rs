//! One connection, as the hub sees it. A polling client is reached through the library, message by
//! message. A WebSocket's frames go to it directly, as soon as it is one.

use super::frame;
use super::outlet::Outlet;
use crate::push::{Acknowledgement, Client, Lost, Message, Why};
use serde_json::value::RawValue;
use socketioxide::extract::{AckSender, SocketRef};
use socketioxide::socket::Sid;
use socketioxide::{SendError, SocketError, TransportType};
use std::ops::Deref;
use std::sync::Arc;

/// The event of a ferry. It goes no further than our own end of the pipe.
const FERRY: &str = "ferry";

#[derive(Clone)]
pub struct Connection {
    pub socket: SocketRef,
    pub outlet: Arc<Outlet>,
}

/// The number of the connection to whose outlet a packet is a ferry.
pub fn ferry_of(packet: &[u8]) -> Option<u64> {
    let number = packet.strip_prefix(b"42[\"ferry\",")?.strip_suffix(b"]")?;
    std::str::from_utf8(number).ok()?.parse().ok()
}

impl Connection {
    fn through_library(&self, event: &str, payload: &RawValue) -> Result<(), Lost> {
        match self.socket.deref().emit(event, payload) {
            Ok(()) => Ok(()),
            Err(SendError::Socket(SocketError::InternalChannelFull)) => Err(Lost::Full),
            Err(SendError::Socket(SocketError::Closed)) => Err(Lost::Gone),
            Err(SendError::Serialize(error)) => unreachable!("{error}: JSON text can be sent"),
        }
    }

    fn ferry(&self) -> Result<(), Lost> {
        let number = RawValue::from_string(self.outlet.number.to_string()).expect("a number is JSON");
        self.outlet.ferry(|| self.through_library(FERRY, &number))
    }

    /// Answers what the client asked; what is said to it afterwards arrives afterwards.
    pub fn acknowledge(&self, ack: AckSender, answer: &Acknowledgement) {
        // A client too slow for an acknowledgement is found out by the next message.
        let _ = ack.send(answer);
        if self.outlet.is_open() {
            let _ = self.ferry();
        }
    }
}

impl Client for Connection {
    type Id = Sid;

    fn id(&self) -> Sid {
        self.socket.id
    }

    fn emit(&self, message: &Message) -> Result<(), Lost> {
        if !self.socket.connected() {
            return Err(Lost::Gone);
        }
        if !self.outlet.is_open() {
            if self.socket.transport_type() == TransportType::Polling {
                return self.through_library(message.event, &message.payload);
            }
            self.ferry()?;
        }
        self.outlet.push(message.frame(frame::of_event))
    }

    fn flush(&self) {
        self.outlet.flush();
    }

    fn disconnect(&self, why: Why) -> bool {
        match why {
            // To be told to go means not to come back: instead the transport is closed, once for all.
            Why::Shutdown => return true,
            Why::DoesNotRead | Why::SessionEnded => {}
        }
        match self.socket.clone().disconnect() {
            Err(SocketError::InternalChannelFull) => false,
            Ok(()) | Err(SocketError::Closed) => true,
        }
    }
}
