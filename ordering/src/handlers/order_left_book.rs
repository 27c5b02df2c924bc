//! `OrderLeftBook`: the rest of the order is gone without a fill, for a reason.

use super::tell;
use crate::domain::{
    desk::Desk,
    rows::Rows,
    told::{Happened, News},
};
use chassis::Poison;
use contracts::{Timestamp, matching::OrderLeftBook};

pub fn apply(desk: &mut Desk, rows: &mut Rows, event: &OrderLeftBook, at: Timestamp) -> Result<(), Poison> {
    let OrderLeftBook { party, symbol, sequence, side, quantity, reason, replaced_by, .. } = *event;
    let happened = Happened::Left { rest: quantity, reason, replaced_by };
    tell(desk, rows, &News { party, symbol, side: Some(side), sequence, at, happened })
}
