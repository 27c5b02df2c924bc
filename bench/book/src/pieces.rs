//! Small things that a book does all day, one kind at a time, over and over.
//!
//! **Invariant** A piece leaves the book as it found it, so that it can be done again.

use crate::tally::Tally;
use crate::workload::{Answers, Kind, Mix, Op, Workload};

/// How often a piece does its thing in a round. An id may come back only after the book has forgotten
/// the order that had it before, which takes it a thousand others.
const TURNS: u32 = 4096;
const MIDDLE: u32 = 100_000;

#[derive(Debug)]
pub struct Piece {
    pub name: &'static str,
    /// The prefill is done once, the rest over and over.
    pub workload: Workload,
}

type Write = fn(&mut Script);

/// Name, what is there before, what is done.
const PIECES: [(&str, Write, Write); 11] = [
    ("a level comes and goes", nothing, |script| {
        script.turns(|script| script.comes_and_goes(MIDDLE));
    }),
    (
        "an order comes and goes at a level that stays",
        |script| script.queue(MIDDLE, 100),
        |script| {
            script.turns(|script| script.comes_and_goes(MIDDLE));
        },
    ),
    (
        "a level comes and goes far from the best",
        |script| script.queue(MIDDLE, 1),
        |script| {
            script.turns(|script| script.comes_and_goes(MIDDLE + 1_000_000));
        },
    ),
    (
        "the best goes, the next is 200 ticks away",
        |script| script.queue(MIDDLE + 200, 1),
        |script| {
            script.turns(|script| script.comes_and_goes(MIDDLE));
        },
    ),
    ("a queue comes and goes in another order", nothing, |script| {
        // Twice, so that who left last is not who comes next.
        for _ in 0..2 {
            let queue = script.sellers(MIDDLE, TURNS);
            // An odd number of steps meets everybody once.
            (0..TURNS).for_each(|n| script.cancel(queue[(n * 1_531 % TURNS) as usize]));
        }
    }),
    ("an order is taken by another", nothing, |script| {
        script.turns(|script| {
            script.sells(MIDDLE, 1);
            script.takes(MIDDLE, 1);
        });
    }),
    ("a part of an order is taken", nothing, |script| {
        for _ in 0..2 {
            script.sells(MIDDLE, TURNS);
            script.turns(|script| script.takes(MIDDLE, 1));
        }
    }),
    ("ten orders at a price are taken by another", nothing, |script| {
        script.turns(|script| {
            script.sellers(MIDDLE, 10);
            script.takes(MIDDLE, 10);
        });
    }),
    ("ten orders at ten prices are taken by another", nothing, |script| {
        script.turns(|script| {
            (0..10).for_each(|n| script.sells(MIDDLE + n, 1));
            script.takes(MIDDLE + 9, 10);
        });
    }),
    (
        "nobody is there to be taken",
        |script| script.queue(MIDDLE, 1),
        |script| {
            script.turns(|script| script.takes(MIDDLE - 1, 1));
        },
    ),
    (
        "nobody is there to be canceled",
        |script| script.queue(MIDDLE, 100),
        |script| {
            script.turns(|script| {
                let nobody = script.next_id();
                script.cancel(nobody);
            });
        },
    ),
];

fn nothing(_: &mut Script) {}

pub fn pieces() -> impl Iterator<Item = Piece> {
    PIECES.into_iter().map(|(name, before, over_and_over)| {
        let mut script = Script { ops: Vec::new(), ids: 0 };
        before(&mut script);
        let prefill = script.ops.len();
        over_and_over(&mut script);
        let Script { ops, ids } = script;
        // Nobody asks a piece what it answers.
        let answers = Answers { tally: Tally::default(), state: 0, live: 0 };
        let mix = Mix::default();
        Piece { name, workload: Workload { name, symbols: 1, prefill, ids: ids as usize, ops, mix, answers } }
    })
}

struct Script {
    ops: Vec<Op>,
    ids: u32,
}

impl Script {
    fn turns(&mut self, mut turn: impl FnMut(&mut Self)) {
        (0..TURNS).for_each(|_| turn(self));
    }

    fn next_id(&mut self) -> u32 {
        self.ids += 1;
        self.ids - 1
    }

    fn add(&mut self, price: u32, quantity: u32, kind: Kind, buys: bool) -> u32 {
        let id = self.next_id();
        self.ops.push(Op { id, price, quantity, symbol: 0, kind, buys });
        id
    }

    fn sells(&mut self, price: u32, quantity: u32) {
        self.add(price, quantity, Kind::Limit, false);
    }

    fn sellers(&mut self, price: u32, orders: u32) -> Vec<u32> {
        (0..orders).map(|_| self.add(price, 1, Kind::Limit, false)).collect()
    }

    fn queue(&mut self, price: u32, orders: u32) {
        self.sellers(price, orders);
    }

    fn comes_and_goes(&mut self, price: u32) {
        let id = self.add(price, 1, Kind::Limit, false);
        self.cancel(id);
    }

    fn takes(&mut self, price: u32, quantity: u32) {
        self.add(price, quantity, Kind::ImmediateOrCancel, true);
    }

    fn cancel(&mut self, id: u32) {
        self.ops.push(Op { id, price: 0, quantity: 0, symbol: 0, kind: Kind::Cancel, buys: false });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contenders::{Made, entrants};

    /// How often a book is looked at: not where a piece's own steps would always hide the same.
    const LOOKED_AT_EVERY: usize = 509;

    #[test]
    fn a_piece_does_the_same_to_every_book_and_leaves_it_as_it_found_it() {
        let own = || entrants().into_iter().filter(|entrant| entrant.version.is_none());
        for Piece { name, workload } in pieces() {
            let (prefill, end) = (workload.prefill, workload.ops.len());
            let mut books: Vec<_> = own().map(|entrant| (entrant.name, (entrant.make)(&workload))).collect();
            books.iter_mut().for_each(|(_, book)| book.run(0..prefill, &mut Tally::default()));
            let found = crate::race::judged(books[0].1.as_ref(), Tally::default());
            for _ in 0..3 {
                let mut tallies = vec![Tally::default(); books.len()];
                for from in (prefill..end).step_by(LOOKED_AT_EVERY) {
                    let run = |((name, book), tally): (&mut (_, Made), &mut Tally)| {
                        book.run(from..end.min(from + LOOKED_AT_EVERY), tally);
                        (*name, crate::race::judged(book.as_ref(), *tally))
                    };
                    let seen: Vec<_> = books.iter_mut().zip(&mut tallies).map(run).collect();
                    assert!(
                        seen.iter().all(|(_, answers)| *answers == seen[0].1),
                        "{name} at {from}: {seen:?}"
                    );
                }
                assert_eq!(crate::race::judged(books[0].1.as_ref(), Tally::default()), found, "{name}");
            }
        }
    }

    #[test]
    fn what_is_said_to_be_taken_is_taken() {
        let takes = pieces().filter(|piece| piece.name.contains("taken") && !piece.name.contains("nobody"));
        for Piece { name, workload } in takes {
            let mut tally = Tally::default();
            (entrants()[0].make)(&workload).run(0..workload.ops.len(), &mut tally);
            assert!(tally.fills >= u64::from(TURNS), "{name}: {tally:?}");
        }
    }
}
