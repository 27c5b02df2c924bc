//! Who trades where: bots by stock, half of them sellers, and stocks by what happens there.

use crate::{bots, mix::Mix};
use contracts::Side;
use rand::{RngExt, rngs::StdRng};
use std::ops::Range;

/// One stock in so many is for each kind of order that needs stocks of its own, if there are any.
const OWN_STOCKS: u16 = 10;

pub struct Floor {
    members: Vec<Vec<u32>>,
    /// Where a quote stands on both sides, and nobody else trades.
    pub market: Range<u16>,
    /// The same, and all that trades is one user's.
    pub trigger: Range<u16>,
    /// Where one user meets himself.
    pub own: Range<u16>,
    /// Where nothing rests that some cancel of many does not take.
    pub swept: Range<u16>,
    /// Where nobody trades, though he would.
    pub repriced: Range<u16>,
    pub crossing: Range<u16>,
    symbols: u16,
}

impl Floor {
    pub fn new(users: u32, symbols: u16, mix: Mix) -> Result<Self, String> {
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
        let mut begins = 0;
        let mut stocks_for = |weights: &[u16]| {
            let some = weights.iter().any(|weight| *weight > 0);
            let first = begins;
            begins += if some { symbols.div_ceil(OWN_STOCKS) } else { 0 };
            first..begins
        };
        let market = stocks_for(&[mix.market]);
        let trigger = stocks_for(&[mix.stop, mix.stop_limit, mix.trailing, mix.oco, mix.bracket]);
        let own = stocks_for(&[mix.stp]);
        let swept = stocks_for(&[mix.cancel_all]);
        let repriced = stocks_for(&[mix.reprice]);
        let others = mix.cross > 0 || mix.iceberg > 0 || !swept.is_empty();
        let needed = begins + u16::from(others);
        if symbols < needed {
            return Err(format!(
                "some orders need stocks where nobody crosses: at least {needed} symbols, got {symbols}"
            ));
        }
        Ok(Floor { members, market, trigger, own, swept, repriced, crossing: begins..symbols, symbols })
    }

    /// One of these stocks.
    pub fn one_of(rng: &mut StdRng, stocks: &Range<u16>) -> u16 {
        rng.random_range(stocks.clone())
    }

    /// A stock where what rests stays.
    pub fn for_resting(&self, rng: &mut StdRng) -> u16 {
        let drawn = rng.random_range(0..self.symbols - self.swept.len() as u16);
        if drawn < self.swept.start { drawn } else { drawn + self.swept.len() as u16 }
    }

    /// Somebody of a stock; of those who sell there, or of those who buy.
    pub fn somebody(&self, rng: &mut StdRng, symbol: u16, side: Side) -> u32 {
        let members = &self.members[usize::from(symbol)];
        let pairs = members.len() / 2;
        let place = 2 * rng.random_range(0..pairs) + usize::from(side == Side::Buy);
        members[place]
    }

    /// The one who has a stock for himself.
    pub fn owner(&self, symbol: u16) -> u32 {
        self.members[usize::from(symbol)][0]
    }
}
