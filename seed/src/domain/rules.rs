//! The columns of stocks.csv that say when and within which prices a stock trades. Who says nothing
//! there has no hours, no band and no auctions.

use super::cells::Cells;
use contracts::stock_data::{PriceBand, TradingHours, TradingRules, Weekday};

const HOURS: [&str; 3] = ["hours.days", "hours.opens", "hours.closes"];
const BAND: [&str; 3] =
    ["price_band.basis_points", "price_band.limit_state_seconds", "price_band.halt_seconds"];
const AUCTION: &str = "auction_seconds";

/// None: they are wrong, and the problems are noted.
pub fn rules(cells: &mut Cells) -> Option<TradingRules> {
    let hours = group(cells, HOURS, hours);
    let price_band = group(cells, BAND, price_band);
    let auction_seconds = if cells.has(AUCTION) { number(cells, AUCTION).map(Some) } else { Some(None) };
    let rules = TradingRules { hours: hours?, price_band: price_band?, auction_seconds: auction_seconds? };
    let problems = rules.problems();
    for problem in &problems {
        let field = problem.field.as_deref().and_then(|field| field.strip_prefix("rules."));
        let column =
            [&HOURS[..], &BAND, &[AUCTION]].concat().into_iter().find(|column| Some(*column) == field);
        cells.refuse(column.expect("a rule is about a field of theirs"), problem.message.clone());
    }
    problems.is_empty().then_some(rules)
}

/// All of its cells say something, or none does: then there is nothing.
fn group<T>(
    cells: &mut Cells,
    columns: [&str; 3],
    read: impl FnOnce(&mut Cells) -> Option<T>,
) -> Option<Option<T>> {
    match columns.iter().any(|column| cells.has(column)) {
        true => read(cells).map(Some),
        false => Some(None),
    }
}

fn hours(cells: &mut Cells) -> Option<TradingHours> {
    let days = days(cells);
    let (opens, closes) = (cells.parse(HOURS[1]), cells.parse(HOURS[2]));
    Some(TradingHours { days: days?, opens: opens?, closes: closes? })
}

/// `monday tuesday`: what needs no quotes in a spreadsheet.
fn days(cells: &mut Cells) -> Option<Vec<Weekday>> {
    let text = cells.text(HOURS[0])?;
    match text.split_whitespace().map(str::parse).collect() {
        Ok(days) => Some(days),
        Err(rule) => {
            let rule: String = rule;
            cells.refuse(HOURS[0], rule);
            None
        }
    }
}

fn price_band(cells: &mut Cells) -> Option<PriceBand> {
    let [basis_points, limit_state_seconds, halt_seconds] = BAND.map(|column| number(cells, column));
    Some(PriceBand {
        basis_points: basis_points?,
        limit_state_seconds: limit_state_seconds?,
        halt_seconds: halt_seconds?,
    })
}

fn number(cells: &mut Cells, column: &'static str) -> Option<u32> {
    cells.parse_as(column, "a whole number")
}
