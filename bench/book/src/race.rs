//! One run of one book through one workload: for its answers, its memory, or its time.

use crate::allocations::{Asked, counted};
use crate::contenders::{Contender, Entrant};
use crate::tally::Tally;
use crate::timer::{Took, timed};
use crate::workload::{Answers, Workload};
use serde::Serialize;

/// It answered this instead of what is right.
#[derive(Debug)]
pub struct Wrong(pub Answers);

#[derive(Clone, Copy, Debug, Serialize)]
pub struct Memory {
    /// Calls of the allocator for each command in the second half of the timed ones.
    pub allocations_per_command: f64,
    /// What the books hold for each order that rests before anything is timed; if none does, at the end.
    pub bytes_per_resting_order: f64,
}

/// Answers to the whole workload.
pub fn answers(workload: &Workload, book: &mut dyn Contender) -> Answers {
    let mut tally = Tally::default();
    book.run(0..workload.ops.len(), &mut tally);
    judged(book, tally)
}

/// The run that is not timed: it warms up, and nobody who answers wrongly goes further.
pub fn weigh(workload: &Workload, entrant: &Entrant) -> Result<Memory, Wrong> {
    let (prefill, end) = (workload.prefill, workload.ops.len());
    let half = prefill + workload.timed() / 2;
    let mut tally = Tally::default();
    let (mut book, made) = counted(|| {
        let mut book = (entrant.make)(workload);
        book.run(0..prefill, &mut tally);
        book
    });
    let resting = book.live();
    let ((), grown) = counted(|| book.run(prefill..half, &mut tally));
    let ((), steady) = counted(|| book.run(half..end, &mut tally));
    let answers = check(workload, book.as_ref(), tally)?;
    let (held, resting) = match resting {
        0 => (made.bytes + grown.bytes + steady.bytes, answers.live as usize),
        resting => (made.bytes, resting),
    };
    let Asked { calls, .. } = steady;
    Ok(Memory {
        allocations_per_command: calls as f64 / (end - half) as f64,
        bytes_per_resting_order: held as f64 / resting as f64,
    })
}

/// Nanoseconds a command.
pub fn time(workload: &Workload, entrant: &Entrant) -> Result<Took, Wrong> {
    let mut book = (entrant.make)(workload);
    let mut tally = Tally::default();
    book.run(0..workload.prefill, &mut tally);
    let took = timed(|| book.run(workload.prefill..workload.ops.len(), &mut tally));
    check(workload, book.as_ref(), tally)?;
    Ok(Took { ns: took.ns / workload.timed() as f64, ..took })
}

pub fn check(workload: &Workload, book: &dyn Contender, tally: Tally) -> Result<Answers, Wrong> {
    let answers = judged(book, tally);
    if answers == workload.answers { Ok(answers) } else { Err(Wrong(answers)) }
}

/// What a book has answered so far.
pub fn judged(book: &dyn Contender, tally: Tally) -> Answers {
    Answers::new(tally, book.best().into_iter(), book.live())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contenders::{Made, entrants};
    use crate::workload::generate;
    use std::ops::Range;

    /// Tells every fill, but one of another quantity.
    struct Liar<'a>(Made<'a>);

    impl Contender for Liar<'_> {
        fn run(&mut self, ops: Range<usize>, tally: &mut Tally) {
            self.0.run(ops, tally);
            tally.volume += 1;
        }
        fn best(&self) -> Vec<(u64, u64)> {
            self.0.best()
        }
        fn live(&self) -> usize {
            self.0.live()
        }
    }

    #[test]
    fn a_wrong_answer_is_found_by_every_run() {
        let workload = generate("g1", 1_000);
        let liar = Entrant {
            name: "liar",
            version: None,
            make: |workload| Box::new(Liar((entrants()[0].make)(workload))),
        };
        assert!(time(&workload, &liar).is_err());
        assert!(weigh(&workload, &liar).is_err());
        assert!(crate::latency::measure(&workload, &liar).is_err());
    }

    #[test]
    fn memory_is_that_of_the_books() {
        let workload = generate("s1", 20_000);
        for entrant in entrants().iter().filter(|entrant| entrant.version.is_none()) {
            let memory = weigh(&workload, entrant).expect("right answers");
            let bytes = memory.bytes_per_resting_order;
            assert!((16.0..1_000.0).contains(&bytes), "{} holds {bytes} for an order", entrant.name);
        }
    }
}
