//! `OrderOpened`: what is left of the order rests in the book. Of a repriced one, at a better price.

use super::tell;
use crate::domain::{
    desk::Desk,
    rows::Rows,
    told::{Happened, News},
};
use chassis::Poison;
use contracts::{Timestamp, matching::OrderOpened};

pub fn apply(desk: &mut Desk, rows: &mut Rows, event: &OrderOpened, at: Timestamp) -> Result<(), Poison> {
    let OrderOpened { party, symbol, sequence, side, price, quantity, .. } = *event;
    let happened = Happened::Opened { price, rest: quantity };
    tell(desk, rows, &News { party, symbol, side: Some(side), sequence, at, happened })
}
