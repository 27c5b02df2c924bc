//! `SimulateHistory`: an instrument gets a past that leads to where its trades began, or will begin.

use crate::{
    domain::{History, Market},
    rules::Rows,
};
use chassis::Step;
use contracts::{
    Code, Refusal,
    refusal::Answer,
    stock_data::{HISTORY_DAYS_MAX, SimulateHistory},
};

/// Answers what was asked for. Asking twice changes nothing.
pub fn apply(market: &Market, rows: &mut Rows, given: SimulateHistory, step: &mut Step) {
    let answer = history(market, rows, &given, step).map(|new| {
        if let Some(new) = new {
            rows.histories.insert(new.symbol, new);
            rows.new_histories.push(new);
        }
        given
    });
    step.reply(&Answer::from(answer));
}

/// None: it has this one already.
fn history(
    market: &Market,
    rows: &Rows,
    given: &SimulateHistory,
    step: &Step,
) -> Result<Option<History>, Refusal> {
    let SimulateHistory { symbol, seed, days } = *given;
    let Some(listing) = market.find(symbol) else {
        let rule = format!("expected a listed symbol, got {symbol}");
        return Err(Refusal::of_field(Code::NotFound, "symbol", rule));
    };
    if !(1..=HISTORY_DAYS_MAX).contains(&days) {
        let rule = format!("expected 1 to {HISTORY_DAYS_MAX}, got {days}");
        return Err(Refusal::of_field(Code::OutOfRange, "days", rule));
    }
    if let Some(is) = rows.histories.get(&symbol) {
        if (is.seed, is.days) == (seed, days) {
            return Ok(None);
        }
        let fixed = format!("expected seed {} and {} days, which are fixed once given", is.seed, is.days);
        let rule = format!("{fixed}, got seed {seed} and {days} days");
        return Err(Refusal::of_field(Code::InvalidValue, "seed", rule));
    }
    let first_traded = rows.first_days.get(&symbol).copied();
    // In this very step, perhaps.
    let first_traded = first_traded.or_else(|| listing.day.map(|day| (listing.date, day.open)));
    let today = step.now.date_naive().max(listing.date);
    let (ends, close) = first_traded.unwrap_or((today, listing.instrument.previous_close));
    let (tick_size, lot_size) = (listing.instrument.tick_size, listing.instrument.lot_size);
    Ok(Some(History { symbol, seed, days, ends, close, tick_size, lot_size }))
}
