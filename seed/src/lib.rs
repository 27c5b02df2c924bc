//! Fills an exchange from files: people, stocks, opening cash, holdings and orders.
//!
//! Reads      people.csv, stocks.csv, cash.csv, holdings.csv, orders.csv
//! Says       RegisterUser, ListInstrument, SimulateHistory, Deposit, DepositShares, place_order
//! Asks       Users, Stocks, KnownIds, OrderDetail
//! Promises   every row is checked before the first message goes out, and every error is named;
//!            applied twice, the second time changes nothing; a row that was refused is named
//!            with its file and line, and then the whole is no success.

mod files;

mod domain;

mod exchange;
mod patience;
mod report;

mod apply;
mod history;
mod survey;

pub use domain::{Deposit, Kind, Plan, Problem, Row, ShareDeposit};
pub use exchange::{Exchange, Running};
pub use files::{Data, Files};
pub use patience::Patience;
pub use report::{Invalid, Report};

use chassis::{ask::Asker, settings::Settings};
use contracts::topology;

#[derive(Default)]
pub struct Options {
    pub data: Data,
    /// Only say what would change.
    pub dry_run: bool,
    /// Give the stocks a made-up past out of this seed.
    pub history: Option<u32>,
    /// Told about every row that is done.
    pub progress: Option<Progress>,
}

/// The kind of rows, how many of them are done, and how many there are.
pub type Progress = Box<dyn Fn(Kind, usize, usize) + Send + Sync>;

/// Checks the files, then brings the running exchange to what they say. Whatever ends short of
/// that is an error whose text names each row: the files' errors, or the rows that were refused.
pub async fn run(settings: &Settings, options: Options) -> anyhow::Result<Report> {
    let plan = check(&Files::read(&options.data))?;
    let asker = Asker::connect(settings, topology::ADMIN).await?;
    let exchange = Running::new(asker, settings.partitions);
    fill(&exchange, plan, &options, Patience::default()).await
}

/// What the files want, or all that is wrong with them.
pub fn check(files: &Files) -> Result<Plan, Invalid> {
    domain::check(files.contents()).map_err(Invalid)
}

/// Brings an exchange to what a plan says, or says what that would change.
pub async fn fill(
    exchange: &impl Exchange,
    plan: Plan,
    options: &Options,
    patience: Patience,
) -> anyhow::Result<Report> {
    let symbols: Vec<_> = plan.stocks.iter().map(|row| row.wants.symbol).collect();
    let surveyed = survey::survey(exchange, plan, &patience).await?;
    if options.dry_run {
        return Ok(Report::of_survey(&surveyed));
    }
    let mut report = apply::apply(exchange, surveyed, &patience, options.progress.as_ref()).await;
    if let Some(seed) = options.history
        && report.failures.is_empty()
    {
        report.failures = history::make_up(exchange, symbols, seed, &patience).await;
    }
    if report.failures.is_empty() { Ok(report) } else { Err(report.into()) }
}
