//! `Trades`: the last trades of an instrument, newest first.

use crate::store;
use chassis::{Db, Fault};
use contracts::{Code, Refusal, Symbol, stock_data::Trade};

/// One page of a list.
const TRADES_MAX: u16 = 200;

pub async fn answer(db: &Db, symbol: Symbol, limit: u16) -> Result<Result<Vec<Trade>, Refusal>, Fault> {
    if !(1..=TRADES_MAX).contains(&limit) {
        let rule = format!("expected 1 to {TRADES_MAX}, got {limit}");
        return Ok(Err(Refusal::of_field(Code::OutOfRange, "limit", rule)));
    }
    let trades = store::last_trades(db, symbol, limit).await?;
    if trades.is_empty() && !store::is_listed(db, symbol).await? {
        let rule = format!("expected a listed symbol, got {symbol}");
        return Ok(Err(Refusal::of_field(Code::NotFound, "symbol", rule)));
    }
    Ok(Ok(trades))
}
