//! What was answered, said and told, as text.

use super::World;
use crate::handlers::Outcome;
use contracts::ordering::{Exit, OrderCommand, OrderingEvent, PlaceOrder, Replaces, Special, Trigger};
use contracts::{Liquidity, Order};
use std::fmt::Write;

impl World {
    pub(super) fn show(&self, Outcome { reply, commands }: Outcome, out: &mut String) {
        let order = reply.order_id.map_or("?", |id| self.name(id.0));
        write!(out, "  {order} answered {}", reply.status).unwrap();
        if let Some(count) = reply.count {
            write!(out, ", {count} orders").unwrap();
        }
        if let Some(code) = reply.code {
            let field = reply.field.map(|field| format!("{field}: ")).unwrap_or_default();
            write!(out, " {code}, {field}{}", reply.message.unwrap()).unwrap();
        }
        writeln!(out, "{}", if reply.order.is_some() { ", with the order" } else { "" }).unwrap();
        for command in commands {
            writeln!(out, "  portfolio: {}", self.command(command)).unwrap();
        }
    }

    fn command(&self, command: OrderCommand) -> String {
        match command {
            OrderCommand::PlaceOrder(order) => self.place(&order),
            OrderCommand::CancelOrder(o) => format!("cancel {} {}", self.name(o.order_id.0), o.symbol),
            OrderCommand::AmendOrder(o) => {
                let (order, user) = (self.name(o.order_id.0), self.name(o.user_id.0));
                format!("amend {order} of {user}: from {} to {} @ {}", o.was_quantity, o.quantity, o.price)
            }
        }
    }

    fn place(&self, o: &PlaceOrder) -> String {
        let (order, user) = (self.name(o.order_id.0), self.name(o.user_id.0));
        let mut text = format!(
            "place {order} of {user}: {} {} {} {} @ {}",
            o.order_type, o.side, o.quantity, o.symbol, o.price
        );
        if o.post_only {
            text += ", post-only";
        }
        let Some(special) = o.special.as_deref() else { return text };
        let Special { reprice, self_trade_prevention, display_quantity, expires_at, trigger, exit, replaces } =
            special;
        if let Some(Replaces { order_id, left }) = replaces {
            write!(text, ", instead of {} with {left} left", self.name(order_id.0)).unwrap();
        }
        if *reprice {
            text += ", reprice";
        }
        if !self_trade_prevention.is_usual() {
            write!(text, ", {self_trade_prevention}").unwrap();
        }
        if let Some(display) = display_quantity {
            write!(text, ", shows {display}").unwrap();
        }
        if let Some(at) = expires_at {
            write!(text, ", until {}", at.format("%d.%m. %H:%M:%S")).unwrap();
        }
        if let Some(trigger) = trigger {
            write!(text, ", {}", shown(trigger)).unwrap();
        }
        if let Some(Exit { order_id, take_profit_price, stop_loss }) = exit {
            write!(text, ", exit {}", self.name(order_id.0)).unwrap();
            if let Some(price) = take_profit_price {
                write!(text, " @ {price}").unwrap();
            }
            if let Some(trigger) = stop_loss {
                write!(text, " {}", shown(trigger)).unwrap();
            }
        }
        text
    }

    pub(super) fn event(&self, event: OrderingEvent) -> String {
        match event {
            OrderingEvent::OrderFilled(fill) => {
                let how = match fill.liquidity {
                    Liquidity::Maker => "made",
                    Liquidity::Taker => "took",
                    Liquidity::Auction => "traded",
                };
                let (user, order) = (self.name(fill.user_id.0), self.name(fill.order_id.0));
                format!("{user}'s {order} {how} {} @ {}, fee {}", fill.quantity, fill.price, fill.fee)
            }
            OrderingEvent::OrderChanged(order) => self.order(&order),
        }
    }

    fn order(&self, order: &Order) -> String {
        let name = self.name(order.order_id.0);
        let mut text = format!("{name} {} {}/{}", order.status, order.filled_quantity, order.quantity);
        if let Some(average) = order.average_price {
            write!(text, " @ {average}").unwrap();
        }
        if let Some(entry) = order.entry_order_id {
            let limit = order.limit_price.map(|limit| format!(" @ {limit}")).unwrap_or_default();
            write!(text, ", {} exit of {}{limit}", order.order_type, self.name(entry.0)).unwrap();
        }
        let placed = self.tickets[&order.order_id].as_placed();
        if placed.limit_price != order.limit_price {
            write!(text, ", limit {}", order.limit_price.unwrap()).unwrap();
        }
        if order.triggered {
            write!(text, ", triggered at {}", order.terms.stop_price.unwrap()).unwrap();
        }
        if let Some(by) = order.replaced_by {
            write!(text, ", replaced by {}", self.name(by.0)).unwrap();
        }
        if let Some(amendment) = &order.amendment {
            let refused = amendment.refused.as_ref().map(|r| format!(" refused: {r}")).unwrap_or_default();
            write!(text, ", to be {} @ {}{refused}", amendment.quantity, amendment.limit_price).unwrap();
        }
        if let Some(reason) = &order.reason {
            write!(text, ": {reason}").unwrap();
        }
        text
    }
}

fn shown(trigger: &Trigger) -> String {
    let Trigger { stop_price, trail_amount, price, rests } = trigger;
    let trail = trail_amount.map(|trail| format!(" trailing by {trail}")).unwrap_or_default();
    let then = if *rests { "rests" } else { "market" };
    format!("stop {stop_price}{trail} then {then} @ {price}")
}
