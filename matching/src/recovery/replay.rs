//! A partition's books, rebuilt from what was kept. Pure: rows in, books out, or what is wrong.

use super::chain::Chain;
use super::content::{self, Content};
use crate::domain::{Book, Damaged, Record};
use contracts::Symbol;
use contracts::matching::Words;
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

/// A step as the journal keeps it.
#[derive(Clone, Debug)]
pub struct Entry {
    pub step_no: u64,
    pub commands: Vec<u8>,
    pub digest: Vec<u8>,
}

#[derive(Debug)]
pub struct Replay {
    partition: u16,
    step_no: u64,
    chain: Chain,
    books: FxHashMap<Symbol, Book>,
    /// Carried out here, in so many steps.
    commands: u64,
    steps: u64,
    /// It began with less than would be kept now, so another beginning may lead to more.
    is_incomplete: bool,
}

impl Replay {
    /// Before anything happened.
    pub fn genesis(partition: u16) -> Self {
        Replay {
            partition,
            step_no: 0,
            chain: Chain::GENESIS,
            books: FxHashMap::default(),
            commands: 0,
            steps: 0,
            is_incomplete: false,
        }
    }

    pub fn from_content(partition: u16, bytes: &[u8]) -> Result<Self, Damaged> {
        let Content { step_no, chain, books, is_incomplete } = content::from_bytes(partition, bytes)?;
        let books = books.into_iter().map(|book| (book.symbol(), book)).collect();
        Ok(Replay { partition, step_no, chain, books, commands: 0, steps: 0, is_incomplete })
    }

    /// Carries out the next step again, and makes sure that it said what it said the first time.
    pub fn step(&mut self, entry: &Entry) -> Result<(), Damaged> {
        let place = |what: &str| format!("matching.{}, step {}: {what}", self.partition, entry.step_no);
        if entry.step_no != self.step_no + 1 {
            let missing = self.step_no + 1;
            return Err(Damaged(place(&format!("the journal lacks step {missing}"))));
        }
        let record = Record::from_bytes(&entry.commands).map_err(|e| Damaged(place(&e.0)))?;
        let mut events = Vec::new();
        for (symbol, commands) in &record.commands {
            let book = self.books.entry(*symbol).or_insert_with(|| Book::new(*symbol));
            book.run_batch(commands, record.at, &mut events);
        }
        let chain = self.chain.next(&entry.commands, Words::of(&events).each());
        if Some(chain) != Chain::of_row(&entry.digest) {
            let symbols: Vec<_> = record.commands.iter().map(|(symbol, _)| symbol.as_str()).collect();
            let what = format!("the journal does not give what was announced of {}", symbols.join(", "));
            return Err(Damaged(place(&what)));
        }
        (self.step_no, self.chain) = (entry.step_no, chain);
        self.commands += record.count();
        self.steps += 1;
        Ok(())
    }

    /// After a step, with the books as they were then.
    #[cfg(test)]
    pub fn going_on(after: &Entry, books: Vec<Book>) -> Self {
        let books = books.into_iter().map(|book| (book.symbol(), book)).collect();
        let chain = Chain::of_row(&after.digest).expect("a digest");
        Replay {
            partition: 0,
            step_no: after.step_no,
            chain,
            books,
            commands: 0,
            steps: 0,
            is_incomplete: false,
        }
    }

    #[cfg(test)]
    pub fn book(&self, symbol: &str) -> &Book {
        &self.books[&symbol.parse().expect("a symbol")]
    }

    pub fn step_no(&self) -> u64 {
        self.step_no
    }

    pub fn chain(&self) -> Chain {
        self.chain
    }

    /// How many commands were carried out again, in how many steps.
    pub fn carried_out(&self) -> (u64, u64) {
        (self.commands, self.steps)
    }

    pub fn is_incomplete(&self) -> bool {
        self.is_incomplete
    }

    /// By symbol.
    pub fn into_books(self) -> Vec<Book> {
        let mut books: Vec<_> = self.books.into_values().collect();
        books.sort_unstable_by_key(Book::symbol);
        books
    }

    /// SHA-256 of the partition's canonical bytes.
    pub fn state_hash(&self) -> [u8; 32] {
        let mut books: Vec<_> = self.books.values().collect();
        books.sort_unstable_by_key(|book| book.symbol());
        let books: Vec<_> = books.into_iter().map(Book::to_bytes).collect();
        Sha256::digest(content::to_bytes(self.partition, self.step_no, self.chain, &books)).into()
    }
}
