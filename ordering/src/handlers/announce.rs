//! Each fill, then each changed order once, as it is at the step's end.

use crate::domain::rows::Rows;
use contracts::ordering::OrderingEvent;

pub fn events(rows: &Rows) -> impl Iterator<Item = OrderingEvent> {
    let fills = rows.fills.iter().map(|filled| OrderingEvent::OrderFilled(filled.fill.clone()));
    let orders = rows.changed().map(|ticket| OrderingEvent::OrderChanged(ticket.as_order()));
    fills.chain(orders)
}
