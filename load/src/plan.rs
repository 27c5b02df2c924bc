//! What is sent, drawn before the run from the seed alone: the same seed, the same orders.
//!
//! Every order's fate is known beforehand, so that a reply or a push that says something else is
//! found out. What rests lies away from the market and meets nobody. Those who cross do so at one
//! price and one quantity, each sells or each buys all the run long, so that nobody meets himself.
//! Market orders have stocks of their own, where nobody crosses and a quote stands on both sides.

use crate::{bots, mix::Mix};
use contracts::Side;
use rand::{RngExt, SeedableRng, rngs::StdRng};

/// Of every order that crosses.
pub const CROSS_QUANTITY: u8 = 10;
const QUANTITY_MAX: u8 = 10;
/// So many ticks from the price a resting order lies at least, and at most.
const REST_TICKS: std::ops::Range<u16> = 101..1000;
/// One stock in so many is for market orders, if there are any.
const MARKET_STOCKS: u16 = 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Its book shows it: `open`.
    Rest,
    /// The same, for it meets nobody.
    PostOnly,
    /// It meets nobody: `canceled`.
    Immediate,
    FillOrKill,
    /// The next message is its partner; nothing can come of it before that.
    CrossFirst,
    CrossSecond,
    Market,
    /// Of the message `target`.
    Cancel,
}

/// Sixteen bytes, as there may be millions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    pub user: u32,
    pub target: u32,
    pub symbol: u16,
    /// Away from the price: below it to buy, above it to sell.
    pub ticks: u16,
    pub quantity: u8,
    pub side: Side,
    pub kind: Kind,
}

#[derive(Debug)]
pub struct Plan {
    pub messages: Vec<Message>,
    pub users: u32,
    pub symbols: u16,
}

/// Bots by stock, half of them sellers.
struct Floor {
    members: Vec<Vec<u32>>,
    market: Vec<u16>,
    crossing: Vec<u16>,
}

impl Floor {
    fn new(users: u32, symbols: u16, mix: Mix) -> Result<Self, String> {
        if symbols == 0 || symbols > bots::SYMBOLS_MAX {
            return Err(format!("expected 1 to {} symbols, got {symbols}", bots::SYMBOLS_MAX));
        }
        if users < u32::from(symbols).max(2) || users > bots::USERS_MAX {
            let (least, most) = (symbols.max(2), bots::USERS_MAX);
            return Err(format!("{symbols} symbols need {least} to {most} users, got {users}"));
        }
        let mut members = vec![Vec::new(); usize::from(symbols)];
        for user in 0..users {
            bots::homes(user, symbols).iter().for_each(|home| members[usize::from(*home)].push(user));
        }
        let for_market = if mix.market == 0 { 0 } else { symbols.div_ceil(MARKET_STOCKS) };
        if mix.cross > 0 && for_market == symbols {
            return Err("market orders need a stock where nobody crosses: at least 2 symbols".to_owned());
        }
        Ok(Floor { members, market: (0..for_market).collect(), crossing: (for_market..symbols).collect() })
    }

    /// Somebody of a stock; of those who sell there, or of those who buy.
    fn somebody(&self, rng: &mut StdRng, symbol: u16, side: Side) -> u32 {
        let members = &self.members[usize::from(symbol)];
        let pairs = members.len() / 2;
        let place = 2 * rng.random_range(0..pairs) + usize::from(side == Side::Buy);
        members[place]
    }
}

impl Plan {
    pub fn draw(count: usize, users: u32, symbols: u16, mix: Mix, seed: u64) -> Result<Self, String> {
        let floor = Floor::new(users, symbols, mix)?;
        let mut rng = StdRng::seed_from_u64(seed);
        let mut messages: Vec<Message> = Vec::with_capacity(count);
        let mut resting: Vec<u32> = Vec::new();
        // A pair is two messages: it is drawn half as often.
        let (pair, twice) = (u32::from(mix.cross), |weight: u16| 2 * u32::from(weight));
        let singles = [mix.rest, mix.market, mix.cancel, mix.post, mix.ioc, mix.fok];
        let total = pair + singles.into_iter().map(twice).sum::<u32>();
        while messages.len() < count {
            let mut drawn = rng.random_range(0..total);
            let mut is = |weight: u32| {
                let hit = drawn < weight;
                drawn = drawn.wrapping_sub(weight);
                hit
            };
            if is(pair) {
                cross(&floor, &mut rng, &mut messages, count);
            } else if is(twice(mix.market)) {
                messages.push(market(&floor, &mut rng));
            } else if is(twice(mix.post)) {
                messages.push(away(&floor, &mut rng, symbols, Kind::PostOnly));
            } else if is(twice(mix.ioc)) {
                messages.push(away(&floor, &mut rng, symbols, Kind::Immediate));
            } else if is(twice(mix.fok)) {
                messages.push(away(&floor, &mut rng, symbols, Kind::FillOrKill));
            } else if is(twice(mix.cancel)) && !resting.is_empty() {
                let target = resting.swap_remove(rng.random_range(0..resting.len()));
                messages.push(Message { target, kind: Kind::Cancel, ..messages[target as usize] });
            } else {
                resting.push(messages.len() as u32);
                messages.push(away(&floor, &mut rng, symbols, Kind::Rest));
            }
        }
        Ok(Plan { messages, users, symbols })
    }

    /// The orders that are on the book at the end.
    pub fn left_resting(&self) -> Vec<u32> {
        let mut canceled = vec![false; self.messages.len()];
        for message in self.messages.iter().filter(|message| message.kind == Kind::Cancel) {
            canceled[message.target as usize] = true;
        }
        let stands = |n: &u32| matches!(self.messages[*n as usize].kind, Kind::Rest | Kind::PostOnly);
        let rests = |n: &u32| stands(n) && !canceled[*n as usize];
        (0..self.messages.len() as u32).filter(rests).collect()
    }

    /// The message from whose due time on the push of message `n` is waited for.
    pub fn counts_from(&self, n: u32) -> u32 {
        match self.messages[n as usize].kind {
            Kind::CrossFirst => n + 1,
            _ => n,
        }
    }
}

/// Away from the market.
fn away(floor: &Floor, rng: &mut StdRng, symbols: u16, kind: Kind) -> Message {
    let symbol = rng.random_range(0..symbols);
    let side = if rng.random() { Side::Buy } else { Side::Sell };
    Message {
        user: floor.somebody(rng, symbol, side),
        target: 0,
        symbol,
        ticks: rng.random_range(REST_TICKS),
        quantity: rng.random_range(1..=QUANTITY_MAX),
        side,
        kind,
    }
}

fn market(floor: &Floor, rng: &mut StdRng) -> Message {
    let symbol = floor.market[rng.random_range(0..floor.market.len())];
    let side = if rng.random() { Side::Buy } else { Side::Sell };
    Message {
        user: floor.somebody(rng, symbol, side),
        target: 0,
        symbol,
        ticks: 0,
        quantity: rng.random_range(1..=QUANTITY_MAX),
        side,
        kind: Kind::Market,
    }
}

fn cross(floor: &Floor, rng: &mut StdRng, messages: &mut Vec<Message>, count: usize) {
    let symbol = floor.crossing[rng.random_range(0..floor.crossing.len())];
    let side = if rng.random() { Side::Buy } else { Side::Sell };
    let of = |rng: &mut StdRng, side, kind, ticks| Message {
        user: floor.somebody(rng, symbol, side),
        target: 0,
        symbol,
        ticks,
        quantity: CROSS_QUANTITY,
        side,
        kind,
    };
    if messages.len() + 1 == count {
        // No room for a partner.
        messages.push(of(rng, side, Kind::Rest, REST_TICKS.start));
        return;
    }
    messages.push(of(rng, side, Kind::CrossFirst, 0));
    messages.push(of(rng, side.opposite(), Kind::CrossSecond, 0));
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn draw(mix: &str, count: usize, seed: u64) -> Plan {
        Plan::draw(count, 100, 20, mix.parse().unwrap(), seed).unwrap()
    }

    fn share(plan: &Plan, of: impl Fn(Kind) -> bool) -> f64 {
        plan.messages.iter().filter(|m| of(m.kind)).count() as f64 / plan.messages.len() as f64
    }

    #[test]
    fn the_same_seed_draws_the_same_orders_and_another_seed_others() {
        assert_eq!(draw("mixed", 5000, 1).messages, draw("mixed", 5000, 1).messages);
        assert_ne!(draw("mixed", 5000, 1).messages, draw("mixed", 5000, 2).messages);
    }

    #[test]
    fn a_longer_run_begins_as_a_shorter_one() {
        assert_eq!(draw("mixed", 5000, 1).messages[..998], draw("mixed", 1000, 1).messages[..998]);
    }

    #[test]
    fn each_kind_has_its_share() {
        let plan = draw("rest=30,cross=30,market=10,cancel=10,post=5,ioc=5,fok=10", 50_000, 3);
        let crosses = |kind| matches!(kind, Kind::CrossFirst | Kind::CrossSecond);
        for (expected, got) in [
            (0.3, share(&plan, |kind| kind == Kind::Rest)),
            (0.3, share(&plan, crosses)),
            (0.05, share(&plan, |kind| kind == Kind::PostOnly)),
            (0.05, share(&plan, |kind| kind == Kind::Immediate)),
            (0.1, share(&plan, |kind| kind == Kind::FillOrKill)),
            (0.1, share(&plan, |kind| kind == Kind::Market)),
            (0.1, share(&plan, |kind| kind == Kind::Cancel)),
        ] {
            assert!((expected - got).abs() < 0.01, "{expected} {got}");
        }
    }

    #[test]
    fn partners_follow_each_other_and_nobody_both_sells_and_buys_a_stock() {
        let plan = draw("mixed", 20_001, 4);
        let mut roles = BTreeSet::new();
        for (n, message) in plan.messages.iter().enumerate() {
            match message.kind {
                Kind::CrossFirst => {
                    let partner = plan.messages[n + 1];
                    assert_eq!((partner.kind, partner.symbol), (Kind::CrossSecond, message.symbol));
                    assert_eq!(partner.side, message.side.opposite());
                    assert_eq!(plan.counts_from(n as u32), n as u32 + 1);
                }
                Kind::Market => assert!(message.symbol < 2, "a stock where nobody crosses"),
                _ => {}
            }
            assert!(bots::homes(message.user, 20).contains(&message.symbol));
            roles.insert((message.user, message.symbol, message.side));
        }
        assert!(!roles.iter().any(|(user, symbol, side)| roles.contains(&(*user, *symbol, side.opposite()))));
    }

    #[test]
    fn a_cancel_names_an_order_that_rests_and_no_order_is_canceled_twice() {
        let plan = draw("quotes", 10_000, 5);
        let mut targets = BTreeSet::new();
        for (n, message) in plan.messages.iter().enumerate().filter(|(_, m)| m.kind == Kind::Cancel) {
            let target = plan.messages[message.target as usize];
            assert!((message.target as usize) < n && target.kind == Kind::Rest);
            assert_eq!(target.user, message.user);
            assert!(targets.insert(message.target));
        }
        let left = plan.left_resting();
        assert!(left.iter().all(|n| !targets.contains(n)));
        let rests = plan.messages.iter().filter(|m| m.kind == Kind::Rest).count();
        assert_eq!(left.len() + targets.len(), rests);
    }

    #[test]
    fn what_cannot_be_played_is_refused_with_the_rule() {
        let refused =
            |users, symbols, mix: &str| Plan::draw(10, users, symbols, mix.parse().unwrap(), 0).unwrap_err();
        assert_eq!(refused(1, 1, "trade"), "1 symbols need 2 to 1000000 users, got 1");
        assert_eq!(refused(9, 10, "trade"), "10 symbols need 10 to 1000000 users, got 9");
        assert!(refused(10, 0, "trade").contains("1 to 9999 symbols"));
        assert!(refused(10, 1, "mixed").contains("at least 2 symbols"));
    }
}
