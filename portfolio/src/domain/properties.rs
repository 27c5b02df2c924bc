//! Whatever people and books do, in any order: nothing is made, lost or spent twice.

mod acts;
mod book;

use super::world::{World, order, user};
use super::{FeeRates, Hold};
use acts::{ORDERS, Stage, USERS, act, symbol, wild_act};
use contracts::{Money, Quantity, Side};
use proptest::prelude::*;

const LOT: i64 = 1_000;
const TICK: i64 = 10_000;

fn stage(maker_basis_points: u32, taker_basis_points: u32) -> Stage {
    let mut world = World::default();
    world.fees = FeeRates { maker_basis_points, taker_basis_points };
    // So little that it is often spent to the last.
    for n in 0..USERS {
        world.enter(user(n));
        world.deposit(user(n), Money::from_micros(30_000_000)).unwrap();
        world.deposit_shares(user(n), symbol(0), Quantity::from_micros(9_000_000), Money::ZERO).unwrap();
    }
    Stage::of(world)
}

/// Every order that lives has a hold for what is left of it, and nothing else has one.
fn holds_are_for_what_lives(stage: &Stage) {
    for n in 0..stage.placed {
        let hold = stage.world.hold(order(n)).filter(Hold::is_pending);
        let live = stage.book.live.get(&n);
        assert_eq!(hold.map(|hold| hold.left()), live.map(|live| live.left), "#{n}: {hold:?} {live:?}");
        let Some((hold, live)) = hold.zip(live) else { continue };
        assert_eq!(hold.price, live.about.price, "#{n}");
        assert_eq!(hold.amendment, live.asked, "#{n}");
        let awaits = live.is_to_replace || (live.waits && live.about.side == Side::Sell);
        if !awaits {
            assert!(hold.awaited.is_zero(), "#{n} waits for nobody: {hold:?}");
        }
    }
}

fn nothing_is_held(world: &World) {
    for books in &world.partitions {
        assert!(books.accounts.all().all(|(_, account)| account.held.is_zero()));
        assert!(books.holdings.all().all(|(_, holding)| holding.held.is_zero()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn holds_follow_what_a_book_says(
        acts in proptest::collection::vec(act(), 1..120),
        maker in 0_u32..300,
        taker in 0_u32..300,
    ) {
        let mut stage = stage(maker, taker);
        for act in &acts {
            stage.carry_out(act);
            stage.world.check();
            holds_are_for_what_lives(&stage);
        }
        while let Some((n, _)) = stage.book.nth(0) {
            stage.said_by(|book| book.leave(n, true));
        }
        stage.world.check();
        nothing_is_held(&stage.world);
    }

    #[test]
    fn a_book_that_says_anything_breaks_nothing(
        acts in proptest::collection::vec(prop_oneof![act(), wild_act()], 1..80),
        maker in 0_u32..300,
        taker in 0_u32..300,
    ) {
        let mut stage = stage(maker, taker);
        for act in &acts {
            stage.carry_out_unchecked(act);
            stage.world.check();
        }
        (0..ORDERS).for_each(|n| stage.leaves_as_held(n));
        stage.world.check();
        nothing_is_held(&stage.world);
    }

    /// An amendment may come at any time between the fills. Enough is held for the worst of that,
    /// and no more than a lot's difference above it.
    #[test]
    fn a_changing_order_holds_for_the_worst_that_may_come(
        lots in 1_i64..40, was in 1_i64..60, shall_be in 1_i64..60, prices in (1_i64..50, 1_i64..50),
    ) {
        let (price, new_price) = prices;
        let worst = (0..=lots).map(|filled| {
            let (left, amended) = (lots - filled, lots - filled + shall_be - was);
            let kept = left * price;
            let changed = if left > 0 { amended.max(0) * new_price } else { 0 };
            filled * price + kept.max(changed)
        });
        let worst = worst.max().unwrap();
        let held = acts::changing(lots, price, (was, shall_be), new_price).held_cash().micros();
        let held = held * 1_000_000 / (LOT * TICK);
        prop_assert!(held >= worst, "{held} is held, {worst} may be needed");
        prop_assert!(held - worst < price.max(new_price), "{held} is held, {worst} is enough");
    }
}
