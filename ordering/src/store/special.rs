//! What a plain order does without, in one column: nothing for a plain order, so that it costs
//! nothing. Fields may be added if they have a default; what is stored must still be read.

use crate::domain::ticket::Ticket;
use chassis::Fault;
use contracts::{Amendment, OrderId, OrderType, Placed, Price, Terms, ordering::Trigger};
use serde::{Deserialize, Serialize};

#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Special {
    /// If they say more than the columns for them do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms: Option<Terms>,
    /// Of a type whose price is not always its limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit_price: Option<Price>,
    /// If it is not the price that the order has now. `audit.rs` reads it too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worst_price: Option<Price>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<Trigger>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub triggered: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry_order_id: Option<OrderId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaces: Option<OrderId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<OrderId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amendment: Option<Amendment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placed: Option<Placed>,
}

impl Special {
    fn of(ticket: &Ticket) -> Self {
        let plain = Terms { post_only: ticket.terms.post_only, ..Terms::of(ticket.terms.time_in_force) };
        let limit_price = match ticket.order_type {
            OrderType::Limit => None,
            OrderType::Market
            | OrderType::Stop
            | OrderType::StopLimit
            | OrderType::TrailingStop
            | OrderType::Oco => ticket.limit_price,
        };
        Special {
            terms: (ticket.terms != plain).then_some(ticket.terms),
            limit_price,
            worst_price: (ticket.worst_price != ticket.price).then_some(ticket.worst_price),
            trigger: ticket.trigger,
            triggered: ticket.triggered,
            entry_order_id: ticket.entry_order_id,
            replaces: ticket.replaces,
            replaced_by: ticket.replaced_by,
            amendment: ticket.amendment.clone(),
            placed: ticket.placed,
        }
    }

    pub fn read(json: Option<&str>) -> Result<Self, Fault> {
        let Some(json) = json else { return Ok(Special::default()) };
        serde_json::from_str(json).map_err(|e| Fault::new("read what is special of an order", e))
    }
}

/// Nothing of a plain order.
pub fn written(ticket: &Ticket) -> String {
    let special = Special::of(ticket);
    if special == Special::default() {
        return String::new();
    }
    serde_json::to_string(&special).expect("it is JSON")
}
