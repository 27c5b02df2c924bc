//! Each way in which services can disagree, made from a world in which they agree.

use super::*;
use contracts::{Money, TradeId, matching::Party};
use futures::FutureExt;
use uuid::Uuid;

const ANN: UserId = UserId(Uuid::from_u128(1));
const BOB: UserId = UserId(Uuid::from_u128(2));
const ORDER: OrderId = OrderId(Uuid::from_u128(10));
const TRADE: TradeId = TradeId(Uuid::from_u128(20));

fn quantity(shares: i64) -> Quantity {
    Quantity::from_micros(shares * 1_000_000)
}

/// What everybody knows.
struct World {
    live: Vec<LiveOrder>,
    holds: Vec<PendingHold>,
    in_books: Vec<InBook>,
    ordering: Vec<SeenTrade>,
    portfolio: Vec<Posted>,
    stock_data: Vec<ToldTrade>,
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
            change: None,
        }],
        in_books: vec![InBook {
            party: Party { order_id: ORDER, user_id: ANN, ordering: 0 },
            symbol,
            side,
            price,
            remaining: quantity(7),
        }],
        ordering: vec![SeenTrade {
            trade_id: TRADE,
            sides: vec![Side::Buy, Side::Sell],
            price,
            quantity: quantity(3),
            symbol,
        }],
        portfolio: vec![Posted {
            trade_id: TRADE,
            symbol,
            bought: quantity(3),
            sold: quantity(3),
            price: Some(price),
            buyer: Some(ANN),
            seller: Some(BOB),
            fees: Money::from_micros(0),
        }],
        stock_data: vec![ToldTrade { trade_id: TRADE, symbol, price, quantity: quantity(3) }],
    }
}

/// The rules that are broken after a change to the world.
fn broken(change: impl FnOnce(&mut World)) -> Vec<&'static str> {
    let mut world = agreeing();
    change(&mut world);
    compare(world).into_iter().map(|finding| finding.rule).collect()
}

fn compare(world: World) -> Vec<Finding> {
    let World { live, holds, in_books, ordering: seen, portfolio: posted, stock_data: told } = world;
    let mut findings = Findings::default();
    let compared = async {
        orders(live.into_iter(), holds.into_iter(), in_books.into_iter(), &mut findings).await?;
        trades(seen.into_iter(), posted.into_iter(), told.into_iter(), &mut findings).await
    };
    let compared: Result<usize, Fault> = compared.now_or_never().expect("vectors wait for nobody");
    compared.expect("vectors do not fail");
    findings.into_vec()
}

/// A trade like the first, by another id.
fn more(trades: &mut Vec<ToldTrade>, ids: std::ops::Range<u128>) {
    let like = trades[0].clone();
    trades.extend(ids.map(|id| ToldTrade { trade_id: TradeId(Uuid::from_u128(id)), ..like.clone() }));
}

#[test]
fn a_world_that_agrees_has_no_findings() {
    assert_eq!(broken(|_| {}), [""; 0]);
}

#[test]
fn orders_holds_and_books_must_agree() {
    assert_eq!(broken(|world| world.holds.clear()), [HELD]);
    assert_eq!(broken(|world| world.live.clear()), [HELD, IN_BOOK]);
    assert_eq!(broken(|world| world.in_books.clear()), [IN_BOOK]);
    assert_eq!(broken(|world| world.in_books[0].remaining = quantity(6)), [IN_BOOK]);
    assert_eq!(broken(|world| world.holds[0].user_id = BOB), [HELD]);
    assert_eq!(broken(|world| world.live[0].side = Side::Sell), [HELD, IN_BOOK]);
    assert_eq!(broken(|world| world.live[0].status = OrderStatus::Pending), [IN_BOOK]);
    let change = Change { from: quantity(10), to: quantity(12), price: Price::from_micros(5_000_000) };
    assert_eq!(broken(|world| world.holds[0].change = Some(change)), [HELD]);
}

#[test]
fn a_hold_is_for_the_worst_price_that_its_order_may_get() {
    let at = Price::from_micros;
    let all_sell = |world: &mut World| {
        (world.live[0].side, world.holds[0].side) = (Side::Sell, Side::Sell);
        world.in_books[0].side = Side::Sell;
    };
    assert_eq!(broken(|world| world.holds[0].price = at(4_000_000)), [HELD]);
    assert_eq!(broken(|world| world.holds[0].price = at(6_000_000)), [""; 0], "a stop may trade there");
    let selling = |price| broken(|world| (all_sell(world), world.holds[0].price = price).1);
    assert_eq!(selling(at(4_000_000)), [""; 0]);
    assert_eq!(selling(at(6_000_000)), [HELD]);
}

#[test]
fn trades_must_agree_on_both_sides() {
    assert_eq!(broken(|world| world.stock_data.clear()), [TRADED]);
    assert_eq!(broken(|world| world.ordering.clear()), [TRADED]);
    assert_eq!(broken(|world| world.portfolio.clear()), [TRADED]);
    assert_eq!(broken(|world| world.portfolio[0].price = None), [TRADED]);
    assert_eq!(broken(|world| world.portfolio[0].sold = quantity(2)), [TRADED]);
    assert_eq!(broken(|world| world.ordering[0].sides.truncate(1)), [TRADED]);
    assert_eq!(broken(|world| world.ordering[0].quantity = quantity(1)), [TRADED]);
}

#[test]
fn what_only_one_knows_is_found_between_what_all_know() {
    let found = |ids| {
        let mut world = agreeing();
        more(&mut world.stock_data, ids);
        world.stock_data.sort_by_key(|trade| trade.trade_id);
        compare(world).into_iter().map(|finding| finding.detail).collect::<Vec<_>>()
    };
    let nobody_else = "stock-data says 3 ACME at 5, ordering nothing, portfolio nothing";
    for id in [19, 21] {
        assert_eq!(found(id..id + 1), [format!("trade {}: {nobody_else}", Uuid::from_u128(id))]);
    }
}

#[test]
fn a_lost_table_does_not_fill_the_memory() {
    let mut world = agreeing();
    more(&mut world.stock_data, 100..100 + 2 * FINDINGS_OF_A_RULE_MAX as u128);
    assert_eq!(compare(world).len(), FINDINGS_OF_A_RULE_MAX);
}
