//! What is said about orders.

use super::{Canceling, Change, NewOrder};
use crate::openapi::{REPLACEMENT, Said, Tag, Who};
use crate::rest::PAGE_LENGTH;
use contracts::ordering::{OrderDetail, PAGE_LENGTH_MAX};
use contracts::{Code, Order, OrderId, OrderStatus, Side, Symbol};
use serde_json::{Value, json};

const LOCATION: &str = "Where the order is.";
const CURSOR: &str = "As the page before gave it in `next_cursor`.";

/// One of each type, and of what else there is.
fn examples() -> [(&'static str, Value); 8] {
    let buy = |rest: Value| with(json!({ "symbol": "AAPL", "side": "buy", "quantity": "10" }), rest);
    let sell = |rest: Value| with(json!({ "symbol": "AAPL", "side": "sell", "quantity": "10" }), rest);
    let exit = "01980a5e-6f3b-7c1d-9a52-3f1f0f6f7a11";
    [
        ("limit", buy(json!({ "type": "limit", "limit_price": "187.25" }))),
        ("market", buy(json!({ "type": "market" }))),
        ("stop", sell(json!({ "type": "stop", "stop_price": "180" }))),
        ("stop_limit", sell(json!({ "type": "stop_limit", "stop_price": "180", "limit_price": "179.5" }))),
        ("trailing_stop", sell(json!({ "type": "trailing_stop", "trail_amount": "5" }))),
        ("oco", sell(json!({ "type": "oco", "limit_price": "200", "stop_price": "180" }))),
        (
            "iceberg",
            buy(
                json!({ "type": "limit", "limit_price": "187.25", "display_quantity": "2", "time_in_force": "day" }),
            ),
        ),
        (
            "bracket",
            buy(json!({ "type": "limit", "limit_price": "187.25", "exit_order_id": exit,
                        "take_profit_price": "200", "stop_loss_price": "180" })),
        ),
    ]
}

fn with(mut order: Value, rest: Value) -> Value {
    let (Value::Object(fields), Value::Object(rest)) = (&mut order, rest) else { unreachable!("objects") };
    fields.extend(rest);
    order
}

/// What may be wrong with an order's fields, and with the order.
const WRONG: [Code; 12] = [
    Code::UnexpectedField,
    Code::InvalidCombination,
    Code::IdReused,
    Code::UnknownUser,
    Code::UnknownSymbol,
    Code::InstrumentHalted,
    Code::TickSize,
    Code::LotSize,
    Code::OutOfRange,
    Code::NoReferencePrice,
    Code::TooManyOpenOrders,
    Code::DeadlinePassed,
];

pub fn place() -> Said {
    Said::new("place_order", Tag::Orders, "Place an order")
        .more(
            "Answered after the commit: from then on it cannot be lost. The same `order_id` with the same content is \
             answered with the same order as it is by then. Acknowledged does not mean funded.",
        )
        .of(Who::Trader)
        .takes::<NewOrder>(&examples())
        .answers::<Order>(201, "The order as it is.")
        .header("Location", LOCATION)
        .refuses(&WRONG)
}

pub fn replace() -> Said {
    Said::new("replace_order", Tag::Orders, "Put another order in the place of one")
        .more("In the same stock and on the same side. It comes in as that one leaves, or not at all.")
        .of(Who::Person)
        .path::<OrderId>("id", "Of the order that leaves.")
        .reads_query()
        .takes_as::<NewOrder>(REPLACEMENT, &examples()[..1])
        .answers::<Order>(201, "The new order.")
        .header("Location", LOCATION)
        .refuses(&WRONG)
        .refuses(&[Code::OrderNotLive, Code::NotAmendable, Code::AmendmentPending])
}

fn of_order(id: &str, summary: &str) -> Said {
    Said::new(id, Tag::Orders, summary)
        .of(Who::Trader)
        .path::<OrderId>("id", "Of one of my orders. Somebody else's does not exist.")
}

pub fn amend() -> Said {
    of_order("amend_order", "Change an order's quantity or limit price")
        .more("With the same price and less quantity it keeps its place. The order tells what came of it.")
        .reads_query()
        .takes::<Change>(&[("a price", json!({ "limit_price": "188" }))])
        .answers::<Order>(202, "The order as it is; the change is on its way.")
        .header("Location", LOCATION)
        .refuses(&[Code::OrderNotLive, Code::NotAmendable, Code::AmendmentPending])
        .refuses(&[
            Code::TickSize,
            Code::LotSize,
            Code::OutOfRange,
            Code::UnknownSymbol,
            Code::DeadlinePassed,
        ])
}

pub fn cancel() -> Said {
    of_order("cancel_order", "Cancel an order")
        .more("It may come too late: the order tells what came of it.")
        .answers::<Order>(202, "The order as it is; the cancel is on its way.")
        .header("Location", LOCATION)
        .refuses(&[Code::OrderNotLive, Code::DeadlinePassed])
}

pub fn cancel_many() -> Said {
    Said::new("cancel_orders", Tag::Orders, "Cancel all of my live orders")
        .of(Who::Trader)
        .query::<Symbol>("symbol", "Only those in this stock.")
        .query::<Side>("side", "Only those of this side.")
        .takes_nothing()
        .answers::<Canceling>(202, "So many cancels are on their way.")
        .refuses(&[Code::DeadlinePassed])
}

pub fn list() -> Said {
    Said::new("orders", Tag::Orders, "My orders, newest first")
        .of(Who::Reader)
        .query::<OrderStatus>("status", "Only those with it.")
        .query::<Symbol>("symbol", "Only those in this stock.")
        .query::<OrderId>("cursor", CURSOR)
        .query_number("limit", "How many.", PAGE_LENGTH, PAGE_LENGTH_MAX)
        .answers_page::<Order>("A page.")
}

pub fn one() -> Said {
    Said::new("order", Tag::Orders, "An order of mine, with its fills")
        .of(Who::Reader)
        .path::<OrderId>("id", "Of one of my orders. Somebody else's does not exist.")
        .reads_query()
        .answers::<OrderDetail>(200, "The order as it is.")
}
