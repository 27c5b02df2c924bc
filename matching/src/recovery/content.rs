//! What a snapshot holds: all books of a partition as they were after one step.

use super::chain::Chain;
use crate::domain::{Book, Damaged, Reader, Writer};
use std::thread;

const VERSION: u8 = 1;
/// Books are read on so many threads at once.
const THREADS_MAX: usize = 4;
/// So few books are not worth a thread.
const BOOKS_READ_AT_ONCE_MAX: usize = 2;

/// The canonical bytes of a partition's state. `books` are each book's, by symbol.
pub fn to_bytes(partition: u16, step_no: u64, chain: Chain, books: &[Vec<u8>]) -> Vec<u8> {
    let mut writer = Writer::with_capacity(64 + books.iter().map(|book| book.len() + 8).sum::<usize>());
    writer.byte(VERSION);
    writer.number(u64::from(partition));
    writer.number(step_no);
    writer.fixed(&chain.0);
    writer.number(books.len() as u64);
    books.iter().for_each(|book| writer.sized(book));
    writer.into_bytes()
}

/// What a snapshot says.
pub struct Content {
    pub step_no: u64,
    pub chain: Chain,
    pub books: Vec<Book>,
    /// It is from a program that kept less of a book.
    pub is_incomplete: bool,
}

pub fn from_bytes(partition: u16, bytes: &[u8]) -> Result<Content, Damaged> {
    let mut reader = Reader::new(bytes);
    if reader.byte()? != VERSION {
        return Err(Damaged::because("it has an unknown version"));
    }
    if reader.number()? != u64::from(partition) {
        return Err(Damaged::because("it is another partition's"));
    }
    let (step_no, chain) = (reader.number()?, Chain(reader.array()?));
    let count = reader.count()?;
    let books = (0..count).map(|_| reader.sized()).collect::<Result<Vec<_>, _>>()?;
    reader.end()?;
    let is_incomplete = books.iter().any(|book| Book::is_incomplete(book));
    Ok(Content { step_no, chain, books: read_books(&books)?, is_incomplete })
}

fn read_books(books: &[&[u8]]) -> Result<Vec<Book>, Damaged> {
    let cores = thread::available_parallelism().map_or(1, usize::from).min(THREADS_MAX);
    let share = books.len().div_ceil(cores).max(1);
    if books.len() <= BOOKS_READ_AT_ONCE_MAX {
        return books.iter().map(|bytes| Book::from_bytes(bytes)).collect();
    }
    thread::scope(|scope| {
        let read = |share: &[&[u8]]| {
            share.iter().map(|bytes| Book::from_bytes(bytes)).collect::<Result<Vec<_>, _>>()
        };
        let threads: Vec<_> = books.chunks(share).map(|share| scope.spawn(move || read(share))).collect();
        let mut all = Vec::with_capacity(books.len());
        for thread in threads {
            all.extend(thread.join().expect("reading a book does not panic")?);
        }
        Ok(all)
    })
}
