//! `OrderReduced`: it is smaller by what nobody will ever fill.

use super::tell;
use crate::domain::{
    desk::Desk,
    rows::Rows,
    told::{Happened, News},
};
use chassis::Poison;
use contracts::{Timestamp, matching::OrderReduced};

pub fn apply(desk: &mut Desk, rows: &mut Rows, event: &OrderReduced, at: Timestamp) -> Result<(), Poison> {
    let OrderReduced { party, symbol, sequence, side, by, quantity, reason, .. } = *event;
    let happened = Happened::Reduced { by, rest: quantity, reason };
    tell(desk, rows, &News { party, symbol, side: Some(side), sequence, at, happened })
}
