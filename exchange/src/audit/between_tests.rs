//! Each way in which services can disagree, made from a world in which they agree.

use super::*;
use contracts::{Money, matching::Party};
use uuid::Uuid;

const ANN: UserId = UserId(Uuid::from_u128(1));
const BOB: UserId = UserId(Uuid::from_u128(2));
const ORDER: OrderId = OrderId(Uuid::from_u128(10));
const TRADE: TradeId = TradeId(Uuid::from_u128(20));

fn quantity(shares: i64) -> Quantity {
    Quantity::from_micros(shares * 1_000_000)
}

/// Ann buys 7 more at 5; 3 were traded with Bob.
fn agreeing() -> World {
    let symbol: Symbol = "ACME".parse().unwrap();
    let price = Price::from_micros(5_000_000);
    let side = Side::Buy;
    World {
        live: vec![LiveOrder {
            order_id: ORDER,
            user_id: ANN,
            symbol,
            side,
            remaining: quantity(7),
            status: OrderStatus::Open,
        }],
        holds: vec![PendingHold {
            order_id: ORDER,
            user_id: ANN,
            symbol,
            side,
            price,
            quantity: quantity(10),
            remaining: quantity(7),
        }],
        resting: vec![Resting {
            party: Party { order_id: ORDER, user_id: ANN, ordering: 0 },
            symbol,
            side,
            price,
            remaining: quantity(7),
        }],
        ordering: BTreeMap::from([(
            TRADE,
            SeenTrade { sides: vec![Side::Buy, Side::Sell], price, quantity: quantity(3), symbol },
        )]),
        portfolio: BTreeMap::from([(
            TRADE,
            Posted {
                symbol,
                bought: quantity(3),
                sold: quantity(3),
                price: Some(price),
                buyer: Some(ANN),
                seller: Some(BOB),
                fees: Money::from_micros(0),
            },
        )]),
        stock_data: FxHashMap::from_iter([(TRADE, (symbol, price, quantity(3)))]),
    }
}

/// The rules that are broken after a change to the world.
fn broken(change: impl FnOnce(&mut World)) -> Vec<String> {
    let mut world = agreeing();
    change(&mut world);
    compare(&world).into_iter().map(|finding| finding.rule).collect()
}

#[test]
fn a_world_that_agrees_has_no_findings() {
    assert_eq!(broken(|_| {}), [""; 0]);
}

#[test]
fn orders_holds_and_books_must_agree() {
    assert_eq!(broken(|world| world.holds.clear()), [HELD]);
    assert_eq!(broken(|world| world.live.clear()), [HELD, RESTS]);
    assert_eq!(broken(|world| world.resting.clear()), [RESTS]);
    assert_eq!(broken(|world| world.resting[0].remaining = quantity(6)), [RESTS]);
    assert_eq!(broken(|world| world.holds[0].user_id = BOB), [HELD]);
    assert_eq!(broken(|world| world.live[0].side = Side::Sell), [HELD, RESTS]);
    assert_eq!(broken(|world| world.live[0].status = OrderStatus::Pending), [RESTS]);
    assert_eq!(broken(|world| world.holds[0].price = Price::from_micros(6_000_000)), [HELD]);
}

#[test]
fn trades_must_agree_on_both_sides() {
    assert_eq!(broken(|world| world.stock_data.clear()), [TRADED]);
    assert_eq!(broken(|world| world.ordering.clear()), [TRADED]);
    assert_eq!(broken(|world| world.portfolio.clear()), [TRADED]);
    assert_eq!(broken(|world| world.portfolio.get_mut(&TRADE).unwrap().price = None), [TRADED]);
    assert_eq!(broken(|world| world.portfolio.get_mut(&TRADE).unwrap().sold = quantity(2)), [TRADED]);
    assert_eq!(broken(|world| world.ordering.get_mut(&TRADE).unwrap().sides.truncate(1)), [TRADED]);
    assert_eq!(broken(|world| world.ordering.get_mut(&TRADE).unwrap().quantity = quantity(1)), [TRADED]);
}
