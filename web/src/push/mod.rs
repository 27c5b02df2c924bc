//! What clients are sent without asking: public rooms, conflated; private news, at once.

mod audience;
mod hub;
mod kept;
mod message;
mod payloads;
mod private;
mod room;
mod snapshots;
mod subscription;

pub use hub::{Command, Hub, streams};
pub use message::Message;
pub use subscription::{Acknowledgement, Resumption, Subscription};

/// One connection of somebody. Cheap to clone.
pub trait Client: Clone + Send + Sync + 'static {
    type Id: Copy + Eq + std::hash::Hash + Send + std::fmt::Debug;

    fn id(&self) -> Self::Id;

    /// Puts a message into the client's buffer. It may stay there until the next `flush`.
    fn emit(&self, message: &Message) -> Result<(), Lost>;

    /// Lets go what is in the buffer: once for all that is said at one moment.
    fn flush(&self);

    /// Ends the connection. False while its buffer is too full even to say goodbye.
    fn disconnect(&self, why: Why) -> bool;
}

/// Why the hub ends a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    DoesNotRead,
    /// Its user logged out, or has another password, or a key was deleted, or the day is over.
    SessionEnded,
    /// The program ends; another one, or its next life, will answer.
    Shutdown,
}

/// Why a message did not reach a client's buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// The client does not read.
    Full,
    Gone,
}

#[cfg(test)]
mod document;
#[cfg(test)]
mod hub_tests;
