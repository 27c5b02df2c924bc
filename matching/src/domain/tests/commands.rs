//! Commands at random: few users, prices and ids, so that orders meet, ids come twice, cancels hit
//! and stops are met.

use super::{at, order_id, user_id};
use crate::domain::{Amend, Command, Hours, Incoming, Replacement, Settings, Terms};
use contracts::matching::Party;
use contracts::ordering::{Exit, Special, Trigger};
use contracts::stock_data::PriceBand;
use contracts::{Price, Quantity, SelfTradePrevention, Side, Timestamp};
use proptest::prelude::*;

#[derive(Clone, Debug)]
pub struct Batch {
    pub ms: i64,
    pub commands: Vec<Command>,
}

/// Around which all prices lie.
const MIDDLE: i64 = 600_000;
/// How far from it, in ticks.
const AROUND: i64 = 6;

#[derive(Clone, Copy, Debug)]
struct Units {
    tick: i64,
    lot: i64,
}

impl Units {
    fn price(self, ticks: i64) -> Price {
        Price::from_micros((MIDDLE / self.tick - AROUND + ticks) * self.tick)
    }

    fn quantity(self, lots: i64) -> Quantity {
        Quantity::from_micros(lots * self.lot)
    }
}

/// Ticks and lots as an instrument may have had them at different times.
fn units() -> impl Strategy<Value = Units> {
    let (usual, odd, fine) = (
        Units { tick: 10_000, lot: 1_000_000 },
        Units { tick: 15_000, lot: 500_000 },
        Units { tick: 2_500, lot: 300_000 },
    );
    prop_oneof![12 => Just(usual), 1 => Just(odd), 1 => Just(fine)]
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Buy), Just(Side::Sell)]
}

/// How many users there are.
const USERS: u64 = 5;

/// An order's number and a user: mostly the one whose orders have such numbers.
fn whose(ids: std::ops::Range<u64>) -> impl Strategy<Value = (u64, u64)> {
    (ids, 0..2 * USERS).prop_map(|(id, user)| (id, if user < USERS { user } else { id % USERS }))
}

fn ticks() -> impl Strategy<Value = i64> {
    1..2 * AROUND
}

fn trigger(units: Units) -> impl Strategy<Value = Trigger> {
    (ticks(), ticks(), any::<bool>(), proptest::option::weighted(0.4, 1..4_i64)).prop_map(
        move |(stop, price, rests, trail)| Trigger {
            stop_price: units.price(stop),
            price: units.price(price),
            trail_amount: trail.map(|ticks| Price::from_micros(ticks * units.tick)),
            rests: rests && trail.is_none(),
        },
    )
}

fn exit(units: Units) -> impl Strategy<Value = Exit> {
    let loss = prop_oneof![Just(None), trigger(units).prop_map(Some)];
    (60..90_u64, ticks(), any::<bool>(), loss).prop_map(move |(id, profit, profits, stop_loss)| {
        let stop_loss = stop_loss.map(|loss| Trigger { trail_amount: None, ..loss });
        let takes = profits || stop_loss.is_none();
        Exit { order_id: order_id(id), take_profit_price: takes.then(|| units.price(profit)), stop_loss }
    })
}

fn prevention() -> impl Strategy<Value = SelfTradePrevention> {
    proptest::sample::select(SelfTradePrevention::ALL)
}

fn expiry() -> impl Strategy<Value = Option<Timestamp>> {
    proptest::option::weighted(0.3, (0..400_i64).prop_map(|seconds| at(seconds * 1000)))
}

/// What is not usual about an order, and whether it is an OCO order.
fn special(units: Units) -> impl Strategy<Value = (Option<Special>, bool)> {
    let trigger = proptest::option::weighted(0.4, trigger(units));
    let exit = proptest::option::weighted(0.3, exit(units));
    let display = proptest::option::weighted(0.4, 1..4_i64);
    let special = (prevention(), expiry(), trigger, exit, display, any::<bool>(), any::<bool>()).prop_map(
        move |(self_trade_prevention, expires_at, trigger, exit, display, reprice, is_oco)| {
            let display_quantity = display.map(|lots| units.quantity(lots)).filter(|_| trigger.is_none());
            let special = Special {
                reprice,
                self_trade_prevention,
                display_quantity,
                expires_at,
                trigger,
                exit,
                replaces: None,
            };
            (Some(special), is_oco && trigger.is_some())
        },
    );
    prop_oneof![2 => Just((None, false)), 1 => special]
}

fn place() -> impl Strategy<Value = Incoming> {
    let terms = prop_oneof![
        6 => Just(Terms::Rest),
        1 => Just(Terms::PostOnly),
        1 => Just(Terms::Immediate),
        1 => Just(Terms::AllOrNothing),
    ];
    let order = units().prop_flat_map(move |units| {
        (whose(0..60), side(), terms.clone(), ticks(), 1..20_i64, special(units), Just(units))
    });
    order.prop_map(|((id, user), side, terms, price, lots, (special, is_oco), units)| {
        let party = Party { order_id: order_id(id), user_id: user_id(user), ordering: user as u16 };
        let stop = special.as_ref().and_then(|special| special.trigger).filter(|_| !is_oco);
        let terms = if stop.is_some() { Terms::Rest } else { terms };
        let price = stop.map_or(units.price(price), |stop| stop.price);
        let shown = special.as_ref().and_then(|special| special.display_quantity);
        let quantity = units.quantity(lots);
        let quantity =
            if shown.is_some_and(|shown| shown >= quantity) { units.quantity(lots + 4) } else { quantity };
        let sizes = (Price::from_micros(units.tick), Quantity::from_micros(units.lot));
        let order = Incoming::new(party, (side, terms), (price, quantity), sizes).unwrap();
        order.with(is_oco, special.map(Box::new)).unwrap()
    })
}

/// One of the same user, where it lives. A bracket can only be placed.
fn replace() -> impl Strategy<Value = Command> {
    (place(), 0..90_u64, 1..20_i64).prop_map(|(by, id, lots)| {
        let (_, user) = by.party().user_id.0.as_u64_pair();
        let id = id / USERS * USERS + user;
        let left = Quantity::from_micros(lots * by.lot_size().micros());
        match Replacement::new(order_id(id), left, by.clone()) {
            Ok(replacement) => Command::Replace(replacement),
            Err(_) => Command::Place(by),
        }
    })
}

fn amend() -> impl Strategy<Value = Command> {
    (units(), whose(0..90), ticks(), 1..20_i64, 1..20_i64).prop_map(|(units, (id, user), price, was, now)| {
        let amend = Amend {
            order_id: order_id(id),
            user_id: user_id(user),
            was_quantity: units.quantity(was),
            quantity: units.quantity(now),
            price: units.price(price),
            tick_size: Price::from_micros(units.tick),
            lot_size: Quantity::from_micros(units.lot),
        };
        Command::Amend(amend.checked().unwrap())
    })
}

fn settings() -> impl Strategy<Value = Command> {
    let band = (100..2000_u32, 1..60_u32, 1..60_u32).prop_map(
        |(basis_points, limit_state_seconds, halt_seconds)| PriceBand {
            basis_points,
            limit_state_seconds,
            halt_seconds,
        },
    );
    // The tests' clock begins at 08:53 on a Thursday.
    let hours = (1..128_u8, 530..540_u16, 1..9_u16).prop_map(|(days, opens, long)| Hours {
        days,
        opens,
        closes: opens + long,
    });
    let (band, hours) = (proptest::option::of(band), proptest::option::weighted(0.3, hours));
    (any::<bool>(), band, hours, 0..60_u32).prop_map(|(halted, band, hours, auction_seconds)| {
        Command::Configure(Settings {
            halted: halted && hours.is_none(),
            previous_close: Price::from_micros(MIDDLE),
            hours,
            band,
            auction_seconds,
        })
    })
}

fn command() -> impl Strategy<Value = Command> {
    let cancel = whose(0..90).prop_map(|(id, user)| super::cancel(id, user));
    prop_oneof![12 => place().prop_map(Command::Place), 3 => cancel, 3 => amend(), 3 => replace(), 1 => settings()]
}

/// Some seconds pass between two batches.
pub fn batches() -> impl Strategy<Value = Vec<Batch>> {
    let batch = (0..20_i64, proptest::collection::vec(command(), 0..6));
    proptest::collection::vec(batch, 1..30).prop_map(|batches| {
        let mut ms = 0;
        let mut later = |(seconds, commands)| {
            ms += seconds * 1000;
            Batch { ms, commands }
        };
        batches.into_iter().map(&mut later).collect()
    })
}
