//! Books at work: one actor a symbol, on several arbiters.
//!
//! **Invariant** A book's actor handles a step's commands as one message and answers once, so
//! nothing is ever half done in it. A dead actor or a closed mailbox is a fault: all books are then
//! rebuilt from the database.

mod book_actor;
mod books;
mod floor;
mod seat;
mod waiting;

pub use books::Books;
pub use floor::Floor;
