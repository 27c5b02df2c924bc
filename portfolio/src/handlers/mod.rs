//! One file per message: what it changes, and what follows.

pub mod amend_order;
pub mod cancel_order;
pub mod place_order;

pub mod amendment_refused;
pub mod book_moved;
pub mod order_amended;
pub mod order_filled;
pub mod order_left_book;
pub mod order_reduced;
pub mod order_repriced;

pub mod close_books;
pub mod deposit;
pub mod deposit_shares;
pub mod withdraw;

pub mod instrument_changed;
pub mod price_changed;
pub mod user_changed;
