//! Gives stocks a made-up past, which ends where their trades begin.

use crate::{Exchange, Kind, Patience, Problem, survey::IN_FLIGHT_MAX};
use contracts::{Symbol, stock_data::SimulateHistory};
use futures::{StreamExt, stream};

/// Two years: enough for a chart of weeks.
const DAYS: u16 = 730;

/// Answers what did not go through. Stocks that have this very past already keep it.
pub async fn make_up(
    exchange: &impl Exchange,
    symbols: Vec<Symbol>,
    seed: u32,
    patience: &Patience,
) -> Vec<Problem> {
    let work = symbols.into_iter().map(|symbol| async move {
        let history = SimulateHistory { symbol, seed, days: DAYS };
        let made_up = patience.ask(|| exchange.make_up(&history)).await;
        made_up.err().map(|error| Problem::of_file(Kind::Stocks, format!("the past of {symbol}: {error}")))
    });
    let work: Vec<_> = work.collect();
    let mut problems: Vec<_> =
        stream::iter(work).buffer_unordered(IN_FLIGHT_MAX).filter_map(async |p| p).collect().await;
    problems.sort();
    problems
}
