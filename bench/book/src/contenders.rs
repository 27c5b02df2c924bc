//! The books that take part, each behind the same three questions.

mod naive;
mod project;
mod reference;

#[cfg(feature = "peers")]
mod lobster;
#[cfg(feature = "peers")]
mod orderbook_rs;
#[cfg(feature = "peers")]
mod rust_ob;

pub use project::{Speciality, specialities};

use crate::tally::Tally;
use crate::workload::Workload;
use std::ops::Range;

pub trait Contender {
    /// Carries out these of the workload's commands, and tells every fill.
    fn run(&mut self, ops: Range<usize>, tally: &mut Tally);
    /// The best bid and ask of each symbol, 0 for none.
    fn best(&self) -> Vec<(u64, u64)>;
    /// How many orders rest.
    fn live(&self) -> usize;
}

pub type Made<'a> = Box<dyn Contender + 'a>;

#[derive(Clone, Copy)]
pub struct Entrant {
    pub name: &'static str,
    /// As it is locked; of our own none.
    pub version: Option<&'static str>,
    pub make: for<'a> fn(&'a Workload) -> Made<'a>,
}

/// What the others are held against.
pub const BOOK: &str = "book";
/// What a machine is held against another by.
pub const REFERENCE: &str = "reference";

pub fn entrants() -> Vec<Entrant> {
    let own = |name, make| Entrant { name, version: None, make };
    let mut entrants = vec![
        own(BOOK, |workload| Box::new(project::Books::new(workload))),
        own("actor", |workload| Box::new(project::Actors::new(workload))),
        own("engine", |workload| Box::new(project::Engines::new(workload))),
        own(REFERENCE, |workload| Box::new(reference::Reference::new(workload))),
        own("naive", |workload| Box::new(naive::Naives::new(workload))),
    ];
    entrants.extend(peers());
    entrants
}

#[cfg(feature = "peers")]
fn peers() -> Vec<Entrant> {
    let peer = |name, make| Entrant { name, version: locked(name), make };
    vec![
        peer("rust_ob", |workload| Box::new(rust_ob::RustOb::new(workload))),
        peer("lobster", |workload| Box::new(lobster::Lobsters::new(workload))),
        peer("orderbook-rs", |workload| Box::new(orderbook_rs::OrderbookRs::new(workload))),
    ]
}

#[cfg(not(feature = "peers"))]
fn peers() -> Vec<Entrant> {
    Vec::new()
}

/// The version of a package in the lock file.
#[cfg(feature = "peers")]
fn locked(package: &str) -> Option<&'static str> {
    let mut lines = include_str!("../Cargo.lock").lines();
    lines.find(|line| *line == format!("name = \"{package}\""))?;
    lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::{self, generate};

    /// A cut of each workload, so that what was optimised away in none of them is still caught.
    #[test]
    fn our_own_books_answer_rightly() {
        for name in workload::names().filter(|name| *name != "d1m") {
            let workload = generate(name, 50_000);
            for entrant in entrants().into_iter().filter(|entrant| entrant.version.is_none()) {
                let mut book = (entrant.make)(&workload);
                let answers = crate::race::answers(&workload, book.as_mut());
                assert_eq!(answers, workload.answers, "{} on {name}", entrant.name);
            }
        }
    }

    #[cfg(feature = "peers")]
    #[test]
    fn every_peer_is_known_by_the_version_that_is_locked() {
        for entrant in peers() {
            let version = entrant.version.expect(entrant.name);
            assert!(version.split('.').count() == 3, "{} {version}", entrant.name);
        }
    }
}
