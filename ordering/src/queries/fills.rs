//! `Fills`: what a user traded, newest first, a page at a time. The cursor is a trade's id.

use super::{bad_cursor, check_limit, page};
use crate::store::fills;
use chassis::{Db, Fault};
use contracts::{Fill, Refusal, TradeId, UserId, ordering::Page};

pub async fn answer(
    db: &Db,
    user_id: UserId,
    cursor: Option<String>,
    limit: u16,
) -> Result<Result<Page<Fill>, Refusal>, Fault> {
    if let Err(refusal) = check_limit(limit) {
        return Ok(Err(refusal));
    }
    let after = match cursor.map(|text| text.parse::<TradeId>()) {
        None => None,
        Some(Ok(trade_id)) if fills::has_traded(db, user_id, trade_id).await? => Some(trade_id),
        Some(Ok(_) | Err(_)) => return Ok(Err(bad_cursor())),
    };
    let items = fills::list(db, user_id, after, limit + 1).await?;
    Ok(Ok(page(items, limit, |fill: &Fill| fill.trade_id.to_string())))
}
