//! `AmendmentRefused`: the book's: with those terms it would not do what it promises. It stays as it is.

use super::tell;
use crate::domain::{
    desk::Desk,
    rows::Rows,
    told::{Happened, News},
};
use chassis::Poison;
use contracts::{Timestamp, matching::AmendmentRefused};

pub fn apply(
    desk: &mut Desk,
    rows: &mut Rows,
    event: &AmendmentRefused,
    at: Timestamp,
) -> Result<(), Poison> {
    let AmendmentRefused { party, symbol, sequence, reason, .. } = *event;
    let happened = Happened::AmendmentRefused { reason };
    tell(desk, rows, &News { party, symbol, side: None, sequence, at, happened })
}
