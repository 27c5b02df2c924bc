//! Whoever is connected, by whichever door.

use crate::push::{Client, Command, Lost, Message, Why};
use crate::{plain, socket};
use socketioxide::socket::Sid;
use tokio::sync::mpsc;

/// What doors have the hub do.
pub type Commands = mpsc::Sender<Command<Anyone>>;

#[derive(Clone)]
pub enum Anyone {
    SocketIo(socket::Connection),
    WebSocket(plain::Connection),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Id {
    SocketIo(Sid),
    WebSocket(u64),
}

impl Client for Anyone {
    type Id = Id;

    fn id(&self) -> Id {
        match self {
            Anyone::SocketIo(connection) => Id::SocketIo(connection.id()),
            Anyone::WebSocket(connection) => Id::WebSocket(connection.id()),
        }
    }

    fn emit(&self, message: &Message) -> Result<(), Lost> {
        match self {
            Anyone::SocketIo(connection) => connection.emit(message),
            Anyone::WebSocket(connection) => connection.emit(message),
        }
    }

    fn flush(&self) {
        match self {
            Anyone::SocketIo(connection) => connection.flush(),
            Anyone::WebSocket(connection) => connection.flush(),
        }
    }

    fn disconnect(&self, why: Why) -> bool {
        match self {
            Anyone::SocketIo(connection) => connection.disconnect(why),
            Anyone::WebSocket(connection) => connection.disconnect(why),
        }
    }
}
