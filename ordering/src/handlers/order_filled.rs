//! `OrderFilled`: each side that is ours gets its fill, or neither does.

use crate::domain::{
    desk::Desk,
    rows::{Rows, SequencedFill},
    ticket::Ticket,
    told::{Happened, News},
};
use chassis::Poison;
use contracts::{
    Fill, Liquidity, Side, Timestamp,
    matching::{OrderFilled, Party},
};

pub fn apply(desk: &mut Desk, rows: &mut Rows, event: &OrderFilled, at: Timestamp) -> Result<(), Poison> {
    if event.maker.order_id == event.taker.order_id {
        return Err(Poison(format!("trade {}: an order trades with itself", event.trade_id)));
    }
    let (of_maker, of_taker) = match event.auction {
        None => (Liquidity::Maker, Liquidity::Taker),
        Some(_) => (Liquidity::Auction, Liquidity::Auction),
    };
    let maker = fill_side(desk, rows, event, (event.taker_side.opposite(), &event.maker), of_maker, at)?;
    let taker = fill_side(desk, rows, event, (event.taker_side, &event.taker), of_taker, at)?;
    for (ticket, fill) in [maker, taker].into_iter().flatten() {
        desk.keep(rows, ticket);
        rows.fills.push(fill);
    }
    Ok(())
}

/// Nothing when the side is another partition's, or known already.
fn fill_side(
    desk: &Desk,
    rows: &Rows,
    event: &OrderFilled,
    (side, party): (Side, &Party),
    liquidity: Liquidity,
    at: Timestamp,
) -> Result<Option<(Ticket, SequencedFill)>, Poison> {
    if party.ordering != desk.partition {
        return Ok(None);
    }
    let OrderFilled { trade_id, symbol, sequence, price, quantity, .. } = *event;
    let happened = Happened::Filled { price, quantity };
    let news = News { party: *party, symbol, side: Some(side), sequence, at, happened };
    let Some(ticket) = rows.own_order(party.order_id, desk.partition)?.told(&news)? else {
        return Ok(None);
    };
    let value = price.times(quantity).map_err(|e| Poison(format!("trade {trade_id}: {e}")))?;
    let fill = Fill {
        trade_id,
        order_id: party.order_id,
        user_id: party.user_id,
        symbol,
        side,
        price,
        quantity,
        fee: value.fee(desk.fee_basis_points(liquidity)),
        liquidity,
        at,
    };
    Ok(Some((ticket, SequencedFill { sequence, fill })))
}
