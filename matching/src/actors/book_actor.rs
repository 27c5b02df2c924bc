//! One symbol's book, and what it may be asked.

use super::waiting::Posted;
use crate::domain::{Book, Command};
use actix::{Actor, Context, Handler, Message, MessageResult};
use contracts::Timestamp;
use contracts::matching::{Depth, MatchingEvent, Words};

/// A step waits for the answer to its batch before it sends anything else: a batch, a question for
/// the depth, one for the bytes, and one to spare.
pub const MAILBOX_MESSAGES_MAX: usize = 4;

pub struct BookActor {
    book: Book,
    /// Empty between messages; kept for its room.
    events: Vec<MatchingEvent>,
}

impl BookActor {
    pub fn new(book: Book) -> Self {
        BookActor { book, events: Vec::new() }
    }
}

impl Actor for BookActor {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        context.set_mailbox_capacity(MAILBOX_MESSAGES_MAX);
    }
}

/// What a book does with a message, wherever it sits.
pub trait Work: Message {
    fn work(self, actor: &mut BookActor) -> Self::Result;
}

impl<M: Work> Handler<Posted<M>> for BookActor
where
    M::Result: 'static,
{
    type Result = MessageResult<Posted<M>>;

    fn handle(&mut self, posted: Posted<M>, _: &mut Self::Context) -> Self::Result {
        MessageResult(posted.take().work(self))
    }
}

/// What a step's commands for a book have led to.
pub struct Ran {
    pub words: Words,
    /// When the book wants to be told the time.
    pub due: Option<Timestamp>,
}

/// A step's commands for this book; none tell it only the time.
#[derive(Message)]
#[rtype(result = "Ran")]
pub struct Run {
    pub at: Timestamp,
    pub commands: Vec<Command>,
}

impl Work for Run {
    fn work(self, BookActor { book, events }: &mut BookActor) -> Self::Result {
        book.run_batch(&self.commands, self.at, events);
        // Written here, where several books write at once, and nowhere again.
        let words = Words::of(events);
        events.clear();
        Ran { words, due: book.due() }
    }
}

#[derive(Message)]
#[rtype(result = "Depth")]
pub struct TellDepth;

impl Work for TellDepth {
    fn work(self, actor: &mut BookActor) -> Self::Result {
        actor.book.depth()
    }
}

/// The whole book, for a snapshot.
#[derive(Message)]
#[rtype(result = "Vec<u8>")]
pub struct TellBytes;

impl Work for TellBytes {
    fn work(self, actor: &mut BookActor) -> Self::Result {
        actor.book.to_bytes()
    }
}
