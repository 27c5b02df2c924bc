//! `OrderFilled`: each side that is ours gets its fill, or neither does.

use crate::domain::{
    desk::Desk,
    rows::{Rows, SequencedFill},
    ticket::{Happened, News, Ticket},
};
use chassis::Poison;
use contracts::{
    Fill, Liquidity, Timestamp,
    matching::{OrderFilled, Party},
};

pub fn apply(desk: &mut Desk, rows: &mut Rows, event: &OrderFilled, at: Timestamp) -> Result<(), Poison> {
    if event.maker.order_id == event.taker.order_id {
        return Err(Poison(format!("trade {}: an order trades with itself", event.trade_id)));
    }
    let maker = fill_side(desk, rows, event, &event.maker, Liquidity::Maker, at)?;
    let taker = fill_side(desk, rows, event, &event.taker, Liquidity::Taker, at)?;
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
    party: &Party,
    liquidity: Liquidity,
    at: Timestamp,
) -> Result<Option<(Ticket, SequencedFill)>, Poison> {
    if party.ordering != desk.partition {
        return Ok(None);
    }
    let side = match liquidity {
        Liquidity::Maker => event.taker_side.opposite(),
        Liquidity::Taker => event.taker_side,
    };
    let OrderFilled { trade_id, symbol, sequence, price, quantity, .. } = *event;
    let happened = Happened::Filled { price, quantity };
    let news = News { party: *party, symbol, side, sequence, at, happened };
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
