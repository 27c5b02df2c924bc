//! `PriceChanged`: where market orders take their worst price from.

use crate::domain::{desk::Desk, rows::Rows};
use chassis::Poison;
use contracts::stock_data::Quote;

pub fn apply(desk: &mut Desk, rows: &mut Rows, quote: &Quote) -> Result<(), Poison> {
    let Some(instrument) = desk.instruments.get_mut(&quote.symbol) else {
        return Err(Poison(format!("{}: a price before it was listed", quote.symbol)));
    };
    instrument.last_price = Some(quote.last_price).filter(|price| price.is_positive());
    rows.instruments.insert(quote.symbol);
    Ok(())
}
