//! `OrderAmended`: it is as its user wants it now, and comes in anew.

use super::tell;
use crate::domain::{
    desk::Desk,
    rows::Rows,
    told::{Happened, News},
};
use chassis::Poison;
use contracts::{Timestamp, matching::OrderAmended};

pub fn apply(desk: &mut Desk, rows: &mut Rows, event: &OrderAmended, at: Timestamp) -> Result<(), Poison> {
    let OrderAmended { party, symbol, sequence, side, price, was_quantity, quantity, .. } = *event;
    let happened = Happened::Amended { price, was_rest: was_quantity, rest: quantity };
    tell(desk, rows, &News { party, symbol, side: Some(side), sequence, at, happened })
}
