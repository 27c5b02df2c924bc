//! What must hold: at any moment of any database, and of all of them together once everything that
//! was said has been heard.

mod books;
mod clients;
mod depth;
mod feeds;
mod money;
mod orders;
mod streams;
mod trades;

pub use orders::Lives;

use crate::exchange::{Exchange, Violation};
use contracts::topology;

/// Postings are added up after every so many commits of portfolio, because there are many.
const COMMITS_BETWEEN_SUMS: u64 = 16;

impl Exchange {
    /// After each move: whatever was committed since the last one keeps what every moment promises.
    pub fn check_now(&mut self) -> Result<(), Violation> {
        if let Some(broken) = self.broken.take() {
            return Err(Violation(broken));
        }
        for (service, database) in &self.databases {
            let mut state = database.lock();
            if let Some(broken) = state.broken.pop() {
                return Err(Violation(format!("{service}: {broken}")));
            }
            // While somebody writes, the rows are neither all his nor all as they were.
            if !state.is_free() || self.checked.get(service) == Some(&state.commits) {
                continue;
            }
            self.checked.insert(service, state.commits);
            let said = match *service {
                topology::ORDERING => self.lives.go_on(&state.tables),
                topology::PORTFOLIO => {
                    money::check(&state.tables, state.commits.is_multiple_of(COMMITS_BETWEEN_SUMS))
                }
                _ => Ok(()),
            };
            said.map_err(|what| Violation(format!("{service}: {what}")))?;
        }
        Ok(())
    }

    /// When nothing is on its way any more: everybody agrees with everybody.
    pub fn check_all(&mut self) -> Result<(), Violation> {
        type Check = fn(&mut Exchange) -> Result<(), String>;
        let checks: [Check; 7] = [
            streams::check,
            money::check_all,
            orders::check,
            books::check,
            trades::check,
            clients::check,
            feeds::check,
        ];
        checks.iter().try_for_each(|check| check(self)).map_err(Violation)
    }
}
