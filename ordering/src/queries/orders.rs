//! `Orders`: a user's orders, newest first, a page at a time.

use super::{bad_cursor, check_limit, page};
use crate::store::orders::{self, Listing};
use chassis::{Db, Fault};
use contracts::{Order, OrderId, OrderStatus, Refusal, Symbol, UserId, ordering::Page};

pub async fn answer(
    db: &Db,
    user_id: UserId,
    (status, symbol): (Option<OrderStatus>, Option<Symbol>),
    cursor: Option<OrderId>,
    limit: u16,
) -> Result<Result<Page<Order>, Refusal>, Fault> {
    if let Err(refusal) = check_limit(limit) {
        return Ok(Err(refusal));
    }
    let after = match cursor {
        None => None,
        Some(order_id) => {
            let known = orders::with_ids(db, &[order_id]).await?;
            let Some(last) = known.into_iter().find(|ticket| ticket.user_id == user_id) else {
                return Ok(Err(bad_cursor()));
            };
            Some((last.created_at, order_id))
        }
    };
    let listing = Listing { user_id, status, symbol, after, limit: limit + 1 };
    let tickets = orders::list(db, &listing).await?;
    let items = tickets.iter().map(|ticket| ticket.as_order()).collect();
    Ok(Ok(page(items, limit, |order: &Order| order.order_id.to_string())))
}
