//! The kit's own people and stocks. The same number is always the same bot.

use contracts::{
    Symbol, UserId,
    accounts::{Role, User},
    stock_data::{Instrument, InstrumentState, TradingRules},
};
use uuid::Uuid;

pub const USERS_MAX: u32 = 1_000_000;
pub const SYMBOLS_MAX: u16 = 9_999;
/// Every stock trades around this, in whole units of its currency.
pub const PRICE: i64 = 100;
/// Of a price, and of a tick.
pub const TICKS_PER_UNIT: i64 = 100;

/// Each bot trades in so many stocks, so that its shares can be counted.
const HOMES: usize = 2;

const FIRST_USER: u128 = 0x0189_10ad_0000_7000_8000_0000_0000_0000;
const FIRST_ENDOWMENT: u128 = 0x0189_10ad_0001_7000_8000_0000_0000_0000;
/// Its quotes stand on both sides of the stocks that have market orders.
pub const QUOTER: u32 = USERS_MAX;

pub fn user_id(user: u32) -> UserId {
    UserId(Uuid::from_u128(FIRST_USER + u128::from(user)))
}

pub fn user(user: u32) -> User {
    User { user_id: user_id(user), name: format!("load-{user:06}"), role: Role::Bot, demo: false }
}

pub fn symbol(symbol: u16) -> Symbol {
    format!("LOAD{symbol:04}").parse().expect("letters and digits")
}

pub fn instrument(number: u16) -> Instrument {
    let symbol = symbol(number);
    Instrument {
        symbol,
        name: format!("Load {number}"),
        currency: "USD".to_owned(),
        tick_size: "0.01".parse().expect("a price"),
        lot_size: "1".parse().expect("a quantity"),
        previous_close: PRICE.to_string().parse().expect("a price"),
        state: InstrumentState::Open,
        rules: TradingRules::default(),
    }
}

/// The id of what a bot is given once: cash, or shares of a stock.
pub fn endowment_id(user: u32, symbol: Option<u16>) -> Uuid {
    let what = symbol.map_or(0, |symbol| u128::from(symbol) + 1);
    Uuid::from_u128(FIRST_ENDOWMENT + (u128::from(user) << 16) + what)
}

/// The stocks that a bot trades in.
pub fn homes(user: u32, symbols: u16) -> Vec<u16> {
    let (user, symbols) = (user as usize, usize::from(symbols));
    let first = user % symbols;
    let mut homes = vec![first as u16];
    if symbols >= HOMES {
        // Every distance but none, so that all stocks have as many.
        let distance = 1 + user / symbols % (symbols - 1);
        homes.push(((first + distance) % symbols) as u16);
    }
    homes
}

/// Whether a bot's pushes are listened to: as many as there are ears, spread over all bots.
pub fn listens(user: u32, users: u32, listeners: u32) -> bool {
    u64::from(user) * u64::from(listeners) % u64::from(users) < u64::from(listeners)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stock_has_as_many_bots() {
        for (users, symbols) in [(1000_u32, 10_u16), (10, 10), (5000, 50), (2, 1), (100, 3)] {
            let mut members = vec![0_u32; usize::from(symbols)];
            (0..users)
                .for_each(|user| homes(user, symbols).iter().for_each(|s| members[usize::from(*s)] += 1));
            let (least, most) = (members.iter().min().unwrap(), members.iter().max().unwrap());
            assert!(*least >= 2 && most - least <= 2, "{users} bots, {symbols} stocks: {least} to {most}");
        }
    }

    #[test]
    fn as_many_bots_are_heard_as_there_are_ears() {
        for (users, listeners) in [(1000, 100), (1000, 1000), (7, 3), (10, 0), (100_000, 333)] {
            let heard = (0..users).filter(|user| listens(*user, users, listeners)).count();
            assert_eq!(heard, listeners as usize, "of {users}");
        }
    }
}
