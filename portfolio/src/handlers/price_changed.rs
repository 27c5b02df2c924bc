//! `PriceChanged`: what holdings are valued at.

use crate::store::Rows;
use contracts::stock_data::Quote;

pub fn apply(rows: &mut Rows, quote: &Quote) {
    rows.last_prices.put(quote.symbol, quote.last_price);
}
