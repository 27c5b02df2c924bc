//! Bytes that were not written by us are errors.

use super::{at, cancel, order, symbol};
use crate::domain::{Book, Command, Record, Terms};
use contracts::Side;

fn record() -> Record {
    let place = Command::Place(order(1, 1, Side::Buy, Terms::Rest, (100, 5)));
    Record { at: at(0), commands: vec![(symbol(), vec![place, cancel(1, 1)])] }
}

fn book() -> Book {
    let mut book = Book::new(symbol());
    for (id, cents) in [(1, 100), (2, 101), (3, 99)] {
        let place = Command::Place(order(id, id, Side::Buy, Terms::Rest, (cents, 5)));
        book.run(&place, at(0), &mut Vec::new());
    }
    book.run(&cancel(2, 2), at(0), &mut Vec::new());
    book
}

#[test]
fn bytes_that_are_cut_short_or_followed_by_others_are_refused() {
    let (record, book) = (record().to_bytes(), book().to_bytes());
    for length in 0..record.len() {
        assert!(Record::from_bytes(&record[..length]).is_err(), "{length} bytes");
    }
    for length in 0..book.len() {
        assert!(Book::from_bytes(&book[..length]).is_err(), "{length} bytes");
    }
    assert!(Record::from_bytes(&[record, vec![0]].concat()).is_err());
    assert!(Book::from_bytes(&[book, vec![0]].concat()).is_err());
}

#[test]
fn no_flipped_bit_panics_and_what_still_reads_is_written_the_same() {
    let (record, book) = (record().to_bytes(), book().to_bytes());
    for bit in 0..record.len() * 8 {
        let mut flipped = record.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(read) = Record::from_bytes(&flipped) {
            assert_ne!(read, self::record(), "bit {bit}");
        }
    }
    for bit in 0..book.len() * 8 {
        let mut flipped = book.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        if let Ok(read) = Book::from_bytes(&flipped) {
            assert_ne!(read.to_bytes(), book, "bit {bit}");
        }
    }
}
