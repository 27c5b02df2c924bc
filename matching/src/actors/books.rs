//! The books of one partition, seen from its steps.

use super::book_actor::{Run, TellBytes, TellDepth};
use super::floor::Floor;
use super::seat::Seat;
use crate::domain::{Book, Record};
use chassis::Fault;
use contracts::matching::{Depth, Words};
use contracts::{Symbol, Timestamp};
use futures::future::try_join_all;
use std::collections::BTreeMap;
use std::sync::Arc;

pub struct Books {
    floor: Arc<Floor>,
    /// By symbol, so that all that is told of them has an order.
    seats: BTreeMap<Symbol, Seat>,
    /// When each wants to be told the time, if it does.
    due: BTreeMap<Symbol, Timestamp>,
}

impl Books {
    pub fn seat(floor: Arc<Floor>, books: Vec<Book>) -> Self {
        let due = books.iter().filter_map(|book| Some((book.symbol(), book.due()?))).collect();
        let seats = books.into_iter().map(|book| (book.symbol(), floor.seat(book))).collect();
        Books { floor, seats, due }
    }

    /// Has the commands carried out, all books at once. Answers what each said, in the record's order.
    /// A symbol's first command opens its book.
    pub async fn run(&mut self, record: Record) -> Result<Vec<Words>, Fault> {
        let at = record.at;
        let symbols: Vec<_> = record.commands.iter().map(|(symbol, _)| *symbol).collect();
        let mut runs = Vec::with_capacity(record.commands.len());
        for (symbol, commands) in record.commands {
            let seat = self.seats.entry(symbol).or_insert_with(|| self.floor.seat(Book::new(symbol)));
            runs.push(seat.ask(symbol, Run { at, commands }));
        }
        let mut said = Vec::with_capacity(runs.len());
        for (symbol, ran) in symbols.into_iter().zip(try_join_all(runs).await?) {
            match ran.due {
                Some(due) => self.due.insert(symbol, due),
                None => self.due.remove(&symbol),
            };
            said.push(ran.words);
        }
        Ok(said)
    }

    /// The earliest time that a book wants to be told.
    pub fn due(&self) -> Option<Timestamp> {
        self.due.values().min().copied()
    }

    /// The books that want to be told the time by now, by symbol.
    pub fn due_by(&self, now: Timestamp) -> Vec<Symbol> {
        self.due.iter().filter(|(_, due)| **due <= now).map(|(symbol, _)| *symbol).collect()
    }

    /// Of every book, by symbol.
    pub async fn depths(&self) -> Result<Vec<Depth>, Fault> {
        try_join_all(self.seats.iter().map(|(symbol, seat)| seat.ask(*symbol, TellDepth))).await
    }

    /// Every book as bytes, by symbol.
    pub async fn bytes(&self) -> Result<Vec<Vec<u8>>, Fault> {
        try_join_all(self.seats.iter().map(|(symbol, seat)| seat.ask(*symbol, TellBytes))).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Command;
    use contracts::{OrderId, UserId};

    fn cancels(symbols: &[&str]) -> Record {
        let cancel =
            || Command::Cancel { order_id: OrderId(uuid::Uuid::nil()), user_id: UserId(uuid::Uuid::nil()) };
        let of = |symbol: &&str| (symbol.parse().unwrap(), vec![cancel()]);
        Record { at: Timestamp::UNIX_EPOCH, commands: symbols.iter().map(of).collect() }
    }

    #[tokio::test]
    async fn books_are_told_of_by_symbol_however_they_came() {
        let mut books = Books::seat(Arc::new(Floor::open().unwrap()), Vec::new());
        books.run(cancels(&["MSFT", "AAPL", "TSLA"])).await.unwrap();
        let symbols: Vec<_> =
            books.depths().await.unwrap().iter().map(|depth| depth.symbol.to_string()).collect();
        assert_eq!(symbols, ["AAPL", "MSFT", "TSLA"]);
    }

    #[tokio::test]
    async fn a_dead_actor_is_a_fault_for_books_old_and_new() {
        let floor = Arc::new(Floor::open().unwrap());
        let mut books = Books::seat(floor.clone(), Vec::new());
        books.run(cancels(&["AAPL"])).await.unwrap();
        floor.stop();
        for symbol in ["AAPL", "MSFT"] {
            // The arbiters take a moment to end.
            while books.run(cancels(&[symbol])).await.is_ok() {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        }
        let fault = books.run(cancels(&["AAPL"])).await.unwrap_err();
        assert_eq!(fault.to_string(), "ask the book of AAPL");
    }
}
