//! What ordering asks for and matching says.

use super::{id, symbol};
use contracts::{
    Code, OrderId, OrderType, Side, TimeInForce, TradeId, UserId,
    matching::{
        AmendmentRefused, Auction, MatchingEvent, OrderAmended, OrderArmed, OrderFilled, OrderLeftBook,
        OrderOpened, OrderReduced, Party, Phase, PhaseChanged, Was,
    },
    ordering::{AmendOrder, CancelOrder, Exit, OrderCommand, PlaceOrder, Replaces, Special, Trigger},
};

pub fn buy(n: u128, user_id: UserId, quantity: &str, price: &str) -> OrderCommand {
    place(n, user_id, Side::Buy, quantity, price)
}

pub fn sell(n: u128, user_id: UserId, quantity: &str, price: &str) -> OrderCommand {
    place(n, user_id, Side::Sell, quantity, price)
}

/// The order, and what is special about it.
pub fn specially(order: OrderCommand, special: Special) -> OrderCommand {
    let OrderCommand::PlaceOrder(order) = order else { panic!("only a new order is special") };
    OrderCommand::PlaceOrder(PlaceOrder { special: Some(Box::new(special)), ..order })
}

/// Leaves again what an entry gets, at a profit.
pub fn exit(n: u128, take_profit_price: &str) -> Special {
    let take_profit_price = Some(take_profit_price.parse().unwrap());
    let exit = Exit { order_id: OrderId(id(n)), take_profit_price, stop_loss: None };
    Special { exit: Some(exit), ..Special::default() }
}

/// Once its stop price is met, it trades at this price at worst.
pub fn stop(price: &str) -> Special {
    let price = price.parse().unwrap();
    let trigger = Trigger { stop_price: price, trail_amount: None, price, rests: false };
    Special { trigger: Some(trigger), ..Special::default() }
}

/// It is to come in another's place, of which so much was left.
pub fn instead_of(n: u128, left: &str) -> Special {
    let replaces = Replaces { order_id: OrderId(id(n)), left: left.parse().unwrap() };
    Special { replaces: Some(replaces), ..Special::default() }
}

/// An order has left for another.
pub fn yields(
    sequence: u64,
    order: u128,
    user: UserId,
    side: Side,
    quantity: &str,
    to: u128,
) -> MatchingEvent {
    let MatchingEvent::OrderLeftBook(left) = left(sequence, order, user, side, quantity) else {
        unreachable!("that is what it says")
    };
    let (reason, replaced_by) = (Code::Replaced, Some(OrderId(id(to))));
    MatchingEvent::OrderLeftBook(OrderLeftBook { reason, replaced_by, ..left })
}

fn place(n: u128, user_id: UserId, side: Side, quantity: &str, price: &str) -> OrderCommand {
    OrderCommand::PlaceOrder(PlaceOrder {
        order_id: OrderId(id(n)),
        user_id,
        ordering: 0,
        symbol: symbol(),
        side,
        order_type: OrderType::Limit,
        time_in_force: TimeInForce::Gtc,
        post_only: false,
        quantity: quantity.parse().unwrap(),
        price: price.parse().unwrap(),
        tick_size: "0.01".parse().unwrap(),
        lot_size: "1".parse().unwrap(),
        special: None,
    })
}

pub fn amend(n: u128, user_id: UserId, (was, quantity): (&str, &str), price: &str) -> OrderCommand {
    OrderCommand::AmendOrder(AmendOrder {
        order_id: OrderId(id(n)),
        user_id,
        ordering: 0,
        symbol: symbol(),
        was_quantity: was.parse().unwrap(),
        quantity: quantity.parse().unwrap(),
        price: price.parse().unwrap(),
        tick_size: "0.01".parse().unwrap(),
        lot_size: "1".parse().unwrap(),
    })
}

pub fn cancel(n: u128, user_id: UserId) -> OrderCommand {
    OrderCommand::CancelOrder(CancelOrder { order_id: OrderId(id(n)), user_id, symbol: symbol() })
}

fn party((order, user_id): (u128, UserId)) -> Party {
    Party { order_id: OrderId(id(order)), user_id, ordering: 0 }
}

pub fn opened(sequence: u64, order: u128, user: UserId) -> MatchingEvent {
    MatchingEvent::OrderOpened(OrderOpened {
        party: party((order, user)),
        symbol: symbol(),
        sequence,
        side: Side::Buy,
        price: "10".parse().unwrap(),
        quantity: "1".parse().unwrap(),
        visible: None,
        repriced: false,
    })
}

pub fn repriced(sequence: u64, order: u128, user: UserId, price: &str) -> MatchingEvent {
    let MatchingEvent::OrderOpened(event) = opened(sequence, order, user) else { unreachable!() };
    let price = price.parse().unwrap();
    MatchingEvent::OrderOpened(OrderOpened { price, repriced: true, ..event })
}

pub fn reduced(
    sequence: u64,
    order: (u128, UserId),
    side: Side,
    (by, quantity): (&str, &str),
    reason: Code,
) -> MatchingEvent {
    MatchingEvent::OrderReduced(OrderReduced {
        party: party(order),
        symbol: symbol(),
        sequence,
        side,
        price: "10".parse().unwrap(),
        by: by.parse().unwrap(),
        quantity: quantity.parse().unwrap(),
        visible_by: by.parse().unwrap(),
        reason,
    })
}

pub fn amended(
    sequence: u64,
    order: (u128, UserId),
    side: Side,
    (was_quantity, quantity): (&str, &str),
    price: &str,
) -> MatchingEvent {
    MatchingEvent::OrderAmended(OrderAmended {
        party: party(order),
        symbol: symbol(),
        sequence,
        side,
        price: price.parse().unwrap(),
        was_quantity: was_quantity.parse().unwrap(),
        quantity: quantity.parse().unwrap(),
        was: Was::default(),
    })
}

pub fn amendment_refused(sequence: u64, order: (u128, UserId)) -> MatchingEvent {
    let (party, symbol, reason) = (party(order), symbol(), Code::WouldTrade);
    MatchingEvent::AmendmentRefused(AmendmentRefused { party, symbol, sequence, reason })
}

/// Of no concern to any hold, though it is about an order.
pub fn armed(sequence: u64, order: (u128, UserId)) -> MatchingEvent {
    let (party, symbol, quantity) = (party(order), symbol(), "1".parse().unwrap());
    MatchingEvent::OrderArmed(OrderArmed { party, symbol, sequence, side: Side::Sell, quantity })
}

pub fn phase_changed(sequence: u64) -> MatchingEvent {
    let (symbol, phase) = (symbol(), Phase::Halted);
    let (until, reference_price) = (None, None);
    MatchingEvent::PhaseChanged(PhaseChanged { symbol, sequence, phase, until, reference_price })
}

pub fn fill(
    sequence: u64,
    taker: (u128, UserId),
    taker_side: Side,
    maker: (u128, UserId),
    quantity: &str,
    price: &str,
) -> MatchingEvent {
    MatchingEvent::OrderFilled(OrderFilled {
        trade_id: TradeId(id(900_000 + u128::from(sequence))),
        symbol: symbol(),
        sequence,
        price: price.parse().unwrap(),
        quantity: quantity.parse().unwrap(),
        taker_side,
        maker: party(maker),
        taker: party(taker),
        auction: None,
    })
}

pub fn in_an_auction(fill: MatchingEvent) -> MatchingEvent {
    let MatchingEvent::OrderFilled(fill) = fill else { panic!("only trades are made in auctions") };
    let auction = Some(Auction { bid: fill.price, ask: fill.price });
    MatchingEvent::OrderFilled(OrderFilled { auction, ..fill })
}

pub fn left(sequence: u64, order: u128, user: UserId, side: Side, quantity: &str) -> MatchingEvent {
    MatchingEvent::OrderLeftBook(OrderLeftBook {
        party: party((order, user)),
        symbol: symbol(),
        sequence,
        side,
        price: "10".parse().unwrap(),
        quantity: quantity.parse().unwrap(),
        rested: true,
        visible: None,
        reason: Code::CanceledByUser,
        replaced_by: None,
    })
}
