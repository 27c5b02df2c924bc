//! `OrderTriggered`: its stop price was met; what becomes of it now is said after this.

use super::tell;
use crate::domain::{
    desk::Desk,
    rows::Rows,
    told::{Happened, News},
};
use chassis::Poison;
use contracts::{Timestamp, matching::OrderTriggered};

pub fn apply(desk: &mut Desk, rows: &mut Rows, event: &OrderTriggered, at: Timestamp) -> Result<(), Poison> {
    let OrderTriggered { party, symbol, sequence, side, stop_price, price, quantity, .. } = *event;
    let happened = Happened::Triggered { stop_price, price, rest: quantity };
    tell(desk, rows, &News { party, symbol, side: Some(side), sequence, at, happened })
}
