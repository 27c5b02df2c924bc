//! Whatever people and books do, in any order: nothing is made, lost or spent twice.

use super::FeeRates;
use super::world::{World, order, place_order, user};
use contracts::{Money, Price, Quantity, Side, Symbol};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Act {
    Deposit(u128, i64),
    Withdraw(u128, i64),
    DepositShares(u128, usize, i64, i64),
    Place {
        user: u128,
        side: Side,
        symbol: usize,
        lots: i64,
        ticks: i64,
    },
    /// Between the n-th pending orders, if they would trade; at a price between their limits.
    Fill {
        taker: usize,
        maker: usize,
        lots: i64,
        place: i64,
    },
    /// A fill that nobody checked.
    WildFill {
        taker: u128,
        maker: u128,
        lots: i64,
        ticks: i64,
    },
    Leave(u128),
}

const USERS: u128 = 4;
const ORDERS: u128 = 30;
const LOT: i64 = 1_000;
const TICK: i64 = 10_000;

fn symbol(n: usize) -> Symbol {
    ["ACME", "NEW"][n].parse().unwrap()
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Buy), Just(Side::Sell)]
}

fn act() -> impl Strategy<Value = Act> {
    let lots = 1..5_000_i64;
    prop_oneof![
        1 => (0..USERS, 1..2_000_000_000_i64).prop_map(|(u, a)| Act::Deposit(u, a)),
        1 => (0..USERS, 1..2_000_000_000_i64).prop_map(|(u, a)| Act::Withdraw(u, a)),
        1 => (0..USERS, 0..2_usize, 1..9_000_000_i64, 0..9_000_000_000_i64)
            .prop_map(|(u, s, q, c)| Act::DepositShares(u, s, q, c)),
        6 => (0..USERS, side(), 0..2_usize, lots.clone(), 1..300_i64)
            .prop_map(|(user, side, symbol, lots, ticks)| Act::Place { user, side, symbol, lots, ticks }),
        8 => (0..8_usize, 0..8_usize, lots.clone(), 0..100_i64)
            .prop_map(|(taker, maker, lots, place)| Act::Fill { taker, maker, lots, place }),
        1 => (0..ORDERS, 0..ORDERS, lots, 1..300_i64)
            .prop_map(|(taker, maker, lots, ticks)| Act::WildFill { taker, maker, lots, ticks }),
        1 => (0..ORDERS).prop_map(Act::Leave),
    ]
}

/// Carries out an act. `true`: something traded.
fn carry_out(world: &mut World, act: &Act, placed: &mut u128) -> bool {
    match *act {
        Act::Deposit(u, amount) => world.deposit(user(u), Money::from_micros(amount)).unwrap(),
        Act::Withdraw(u, amount) => drop(world.withdraw(user(u), Money::from_micros(amount))),
        Act::DepositShares(u, s, quantity, cost) => world
            .deposit_shares(user(u), symbol(s), Quantity::from_micros(quantity), Money::from_micros(cost))
            .unwrap(),
        Act::Place { user: u, side, symbol: s, lots, ticks } => {
            let quantity = Quantity::from_micros(lots * LOT);
            let price = Price::from_micros(ticks * TICK);
            let _ = world.place(&place_order(*placed, user(u), side, symbol(s), quantity, price));
            *placed += 1;
        }
        Act::Fill { taker, maker, lots, place } => {
            let pending: Vec<_> = (0..*placed)
                .filter_map(|n| Some((order(n), world.hold(order(n)).filter(|hold| hold.is_pending())?)))
                .collect();
            let (Some((taker, t)), Some((maker, m))) = (pending.get(taker), pending.get(maker)) else {
                return false;
            };
            let (buy, sell) = if t.side == Side::Buy { (t, m) } else { (m, t) };
            let would_trade = buy.side != sell.side
                && buy.symbol == sell.symbol
                && buy.user_id != sell.user_id
                && buy.price >= sell.price;
            if !would_trade {
                return false;
            }
            let ticks = (buy.price.micros() - sell.price.micros()) / TICK;
            let price = Price::from_micros(sell.price.micros() + ticks * place / 100 * TICK);
            let quantity = Quantity::from_micros(lots * LOT).min(buy.remaining).min(sell.remaining);
            world.fill(*taker, *maker, quantity, price).expect("an honest fill settles");
            return true;
        }
        Act::WildFill { taker, maker, lots, ticks } => {
            // Between partitions one side may post while the other breaks: a fault of matching's
            // that no bookkeeping can mend. Within one, both or none.
            if taker % 2 == maker % 2
                && world
                    .hold(order(taker))
                    .zip(world.hold(order(maker)))
                    .is_some_and(|(t, m)| t.user_id.0.as_u128() % 2 == m.user_id.0.as_u128() % 2)
            {
                let (quantity, price) = (Quantity::from_micros(lots * LOT), Price::from_micros(ticks * TICK));
                return world.fill(order(taker), order(maker), quantity, price).is_ok();
            }
        }
        Act::Leave(n) => drop(world.leave(order(n))),
    }
    false
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_world_adds_up(
        acts in proptest::collection::vec(act(), 1..80),
        maker in 0_u32..300,
        taker in 0_u32..300,
    ) {
        let mut world = World::default();
        world.fees = FeeRates { maker_basis_points: maker, taker_basis_points: taker };
        for n in 0..USERS {
            world.enter(user(n));
            world.deposit(user(n), Money::from_micros(5_000_000_000)).unwrap();
            world.deposit_shares(user(n), symbol(0), Quantity::from_micros(9_000_000), Money::ZERO).unwrap();
        }
        let mut placed = 0;
        for act in &acts {
            carry_out(&mut world, act, &mut placed);
            world.check();
        }
        // When every order has ended, nothing is held any more.
        (0..placed).for_each(|n| drop(world.leave(order(n))));
        world.check();
        for books in &world.partitions {
            prop_assert!(books.accounts.all().all(|(_, account)| account.held.is_zero()));
            prop_assert!(books.holdings.all().all(|(_, holding)| holding.held.is_zero()));
        }
    }
}
