//! `OrderArmed`: the book has it, and it waits for its stop price, or for its entry's end.

use super::tell;
use crate::domain::{
    desk::Desk,
    rows::Rows,
    told::{Happened, News},
};
use chassis::Poison;
use contracts::{Timestamp, matching::OrderArmed};

pub fn apply(desk: &mut Desk, rows: &mut Rows, event: &OrderArmed, at: Timestamp) -> Result<(), Poison> {
    let OrderArmed { party, symbol, sequence, side, quantity, .. } = *event;
    let happened = Happened::Armed { rest: quantity };
    tell(desk, rows, &News { party, symbol, side: Some(side), sequence, at, happened })
}
