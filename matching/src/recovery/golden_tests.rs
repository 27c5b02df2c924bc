//! Journals and books that older programs wrote (`matching/golden/`): this one must make of them
//! what those did, to the byte of what was said.
//!
//! A file's lines: `step NUMBER COMMANDS DIGEST`, and now and then `book SYMBOL BYTES`, all in hex.
//! The first is from before the first order that was more than a price and a quantity; each later
//! one adds what the program has learned since. A file is never changed.

use super::replay::{Entry, Replay};
use crate::domain::Book;

const JOURNALS: [&str; 3] = [
    include_str!("../../golden/journal-1.txt"),
    include_str!("../../golden/journal-2.txt"),
    include_str!("../../golden/journal-3.txt"),
];

fn bytes(hex: &str) -> Vec<u8> {
    let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    (0..hex.len()).step_by(2).map(byte).collect()
}

fn entry(words: &[&str]) -> Entry {
    Entry { step_no: words[1].parse().unwrap(), commands: bytes(words[2]), digest: bytes(words[3]) }
}

#[test]
fn old_journals_are_replayed_as_they_were_told() {
    for journal in JOURNALS {
        let mut replay = Replay::genesis(0);
        for line in journal.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            match words[0] {
                "step" => replay.step(&entry(&words)).unwrap(),
                "book" => {
                    let (old, anew) = (bytes(words[2]), replay.book(words[1]));
                    let book = Book::from_bytes(&old).unwrap();
                    assert!(book.resting().eq(anew.resting()) && book.waiting().eq(anew.waiting()));
                    assert_eq!(book.depth(), anew.depth());
                    assert!(Book::is_incomplete(&old) || book.to_bytes() == anew.to_bytes(), "{}", words[1]);
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

/// From the books in the middle on: what a program does that takes over from an older one.
#[test]
fn old_books_go_on_as_they_would_have() {
    for journal in JOURNALS {
        let lines: Vec<Vec<&str>> = journal.lines().map(|line| line.split(' ').collect()).collect();
        let middle = lines.iter().position(|words| words[0] == "book").unwrap();
        let is_book = |words: &&Vec<&str>| words[0] == "book";
        let books =
            lines[middle..].iter().take_while(is_book).map(|words| Book::from_bytes(&bytes(words[2])));
        let before = entry(&lines[middle - 1]);
        let mut replay = Replay::going_on(&before, books.collect::<Result<_, _>>().unwrap());
        for words in lines[middle..].iter().filter(|words| words[0] == "step") {
            replay.step(&entry(words)).unwrap();
        }
    }
}
