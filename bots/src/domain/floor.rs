//! The floor: all market makers, their stocks and their orders. It is told what happened, and asked
//! in steps what it wishes to be done.
//!
//! Promises   both sides of every stock that trades and that they have shares of, as long as they
//!            can pay for it; at most so many messages a step; at most [`ORDERS_MAX`] orders at a time.

use super::accounts::{Accounts, Bot, quantity_for};
use super::dice::Dice;
use super::stock::{Slot, Stock};
use contracts::matching::Phase;
use contracts::stock_data::{Feed, Instrument};
use contracts::{Price, Quantity, Side, Symbol};
use std::collections::BTreeMap;

/// Ten levels of both sides of a hundred stocks: more is not a market that anybody looks at.
const ORDERS_MAX: usize = 2_000;
/// So many steps after it was sent an order is in its book, or it was lost on the way.
const PATIENCE: u64 = 50;
/// One turn in so many takes what another market maker offers.
const TAKES_ONE_IN: usize = 3;
/// A taker takes at most this part of what he finds.
const TAKES_AT_MOST: i64 = 3;

/// How they behave.
#[derive(Clone, Copy, Debug)]
pub struct Manner {
    pub spread_basis_points: u32,
    pub volatility_basis_points: u32,
    pub levels: u16,
    /// In whole units of the stock's currency.
    pub order_value: u32,
}

#[derive(Clone, Debug)]
pub enum Heard {
    /// What an account has free.
    Account {
        bot: Bot,
        cash: i64,
        shares: BTreeMap<Symbol, i64>,
    },
    /// A stock as it is at the beginning, or one that is new.
    Listed {
        instrument: Instrument,
        last_price: Price,
        phase: Phase,
        owned: i64,
        feed: Option<Feed>,
    },
    Changed(Instrument),
    Phase {
        symbol: Symbol,
        phase: Phase,
    },
    /// What the market pays that a stock follows, if it does.
    Feed {
        symbol: Symbol,
        feed: Option<Feed>,
    },
    /// An order of ours is in its book.
    Rests {
        ticket: u64,
        bot: Bot,
        symbol: Symbol,
        side: Side,
        price: Price,
        left: Quantity,
    },
    /// Something happened to an order of ours.
    Fate {
        ticket: u64,
        fate: Fate,
    },
    /// Two traded, of whom we were neither, or one: he bought, or sold, so much from or to us.
    Traded {
        symbol: Symbol,
        price: Price,
        gained: i64,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Filled(Quantity),
    Gone,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    Place { ticket: u64, bot: Bot, symbol: Symbol, side: Side, price: Price, quantity: Quantity, rests: bool },
    Cancel { ticket: u64, bot: Bot },
}

struct Order {
    bot: Bot,
    symbol: Symbol,
    side: Side,
    price: i64,
    left: i64,
    /// Where it stands. A taker, and what is being canceled, stand nowhere.
    slot: Option<Slot>,
    rests: bool,
    /// Past this step, what was last sent about it was lost on the way.
    patience_until: u64,
}

pub struct Floor {
    manner: Manner,
    dice: Dice,
    now: u64,
    next_ticket: u64,
    accounts: Accounts,
    stocks: BTreeMap<Symbol, Stock>,
    orders: BTreeMap<u64, Order>,
}

impl Floor {
    pub fn new(manner: Manner, seed: u64, accounts: usize) -> Self {
        Floor {
            manner,
            dice: Dice::new(seed),
            now: 0,
            next_ticket: 1,
            accounts: Accounts::new(accounts),
            stocks: BTreeMap::new(),
            orders: BTreeMap::new(),
        }
    }

    /// How many orders may be live.
    pub fn orders(&self) -> usize {
        self.orders.len()
    }

    /// Something was missed: all orders are being canceled by others, and everything is told anew.
    pub fn forget(&mut self) {
        self.orders.clear();
        self.stocks.clear();
    }

    pub fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Account { bot, cash, shares } => self.accounts.told(bot, cash, shares),
            Heard::Listed { instrument, last_price, phase, owned, feed } => {
                // Without shares of it they could not sell: others make that market.
                if self.accounts.own_any(instrument.symbol) {
                    let mut stock = Stock::listed(&instrument, last_price, phase, owned);
                    stock.follows(feed.as_ref());
                    self.stocks.insert(instrument.symbol, stock);
                }
            }
            Heard::Changed(instrument) => {
                if let Some(stock) = self.stocks.get_mut(&instrument.symbol) {
                    stock.changed(&instrument);
                }
            }
            Heard::Phase { symbol, phase } => {
                if let Some(stock) = self.stocks.get_mut(&symbol) {
                    stock.enters(phase);
                }
            }
            Heard::Feed { symbol, feed } => {
                if let Some(stock) = self.stocks.get_mut(&symbol) {
                    stock.follows(feed.as_ref());
                }
            }
            Heard::Traded { symbol, price, gained } => {
                if let Some(stock) = self.stocks.get_mut(&symbol) {
                    stock.gained(gained);
                    stock.follow(price.micros());
                }
            }
            Heard::Rests { ticket, bot, symbol, side, price, left } => {
                // Given up, and there after all: it stands nowhere, and will be canceled.
                let stray = Order {
                    bot,
                    symbol,
                    side,
                    price: price.micros(),
                    left: left.micros(),
                    slot: None,
                    rests: true,
                    patience_until: self.now,
                };
                self.orders.entry(ticket).or_insert(stray).rests = true;
            }
            Heard::Fate { ticket, fate } => self.meets(ticket, fate),
        }
    }

    fn meets(&mut self, ticket: u64, fate: Fate) {
        let Some(order) = self.orders.get_mut(&ticket) else { return };
        match fate {
            Fate::Filled(quantity) => {
                let (bot, symbol, side, price) = (order.bot, order.symbol, order.side, order.price);
                order.left -= quantity.micros();
                let is_over = order.left <= 0;
                // What it gave is gone already; what it got is free now.
                self.accounts.change(bot, symbol, side.opposite(), quantity.micros(), price);
                if is_over {
                    self.vacate(ticket);
                    self.orders.remove(&ticket);
                }
            }
            Fate::Gone => self.drop_order(ticket),
        }
    }

    /// Its place is free for another.
    fn vacate(&mut self, ticket: u64) {
        let Some(order) = self.orders.get_mut(&ticket) else { return };
        let (symbol, slot) = (order.symbol, order.slot.take());
        if let (Some(slot), Some(stock)) = (slot, self.stocks.get_mut(&symbol)) {
            stock.quotes.remove(&slot);
        }
    }

    /// It ended with something left, which its account has again.
    fn drop_order(&mut self, ticket: u64) {
        self.vacate(ticket);
        if let Some(order) = self.orders.remove(&ticket) {
            self.accounts.change(order.bot, order.symbol, order.side, order.left, order.price);
        }
    }

    /// What is to be done now, in at most so many messages.
    pub fn step(&mut self, messages: usize) -> Vec<Wish> {
        self.now += 1;
        let mut wishes = Vec::with_capacity(messages);
        self.lose_patience(messages, &mut wishes);
        self.leave_halted(messages, &mut wishes);
        self.leave_behind(messages, &mut wishes);
        let symbols: Vec<Symbol> = self.trading();
        // The best of both sides of every stock first: that is what makes a market.
        let gaps = symbols.iter().flat_map(|s| [(*s, (Side::Buy, 0)), (*s, (Side::Sell, 0))]);
        for (symbol, slot) in gaps {
            if wishes.len() >= messages {
                return wishes;
            }
            if !self.stocks[&symbol].quotes.contains_key(&slot) {
                wishes.extend(self.quote(symbol, slot));
            }
        }
        // So many turns at most: some come to nothing.
        for _ in 0..messages.saturating_sub(wishes.len()) {
            if wishes.len() >= messages || symbols.is_empty() {
                break;
            }
            let symbol = symbols[self.dice.below(symbols.len())];
            match self.dice.below(TAKES_ONE_IN) {
                0 => wishes.extend(self.take(symbol)),
                _ => wishes.extend(self.move_quote(symbol)),
            }
        }
        wishes
    }

    fn trading(&self) -> Vec<Symbol> {
        self.stocks.iter().filter(|(_, stock)| stock.trades()).map(|(symbol, _)| *symbol).collect()
    }

    /// What was not heard of in time is canceled, in case it is there; then it is forgotten, unless it
    /// is known to be there: that is canceled until its end is heard, for a cancel may be lost, too.
    fn lose_patience(&mut self, messages: usize, wishes: &mut Vec<Wish>) {
        let is_late =
            |order: &Order| (!order.rests || order.slot.is_none()) && self.now > order.patience_until;
        let late: Vec<u64> = self.orders.iter().filter(|(_, o)| is_late(o)).map(|(t, _)| *t).collect();
        for ticket in late {
            let order = &self.orders[&ticket];
            if order.slot.is_none() && !order.rests {
                self.drop_order(ticket);
            } else if wishes.len() < messages {
                wishes.push(self.cancel(ticket));
            }
        }
    }

    /// Nothing stands where nobody trades: when trading goes on, it would be stale.
    fn leave_halted(&mut self, messages: usize, wishes: &mut Vec<Wish>) {
        let halted = self.stocks.values().filter(|stock| !stock.trades());
        let standing: Vec<u64> = halted.flat_map(|stock| stock.quotes.values().copied()).collect();
        let room = messages.saturating_sub(wishes.len());
        wishes.extend(standing.into_iter().take(room).map(|ticket| self.cancel(ticket)));
    }

    /// What a market elsewhere has left behind, whoever knows that market would take at once. Half of the
    /// messages at most: with the others new quotes come in their place.
    fn leave_behind(&mut self, messages: usize, wishes: &mut Vec<Wish>) {
        let manner = self.manner;
        let mut behind = Vec::new();
        for stock in self.stocks.values().filter(|stock| stock.trades()) {
            let is_behind = |(slot, ticket): &(&Slot, &u64)| {
                let order = &self.orders[*ticket];
                order.rests && stock.is_left_behind(**slot, order.price, &manner)
            };
            behind.extend(stock.quotes.iter().filter(is_behind).map(|(_, ticket)| *ticket));
        }
        let room = (messages / 2).max(1).min(messages.saturating_sub(wishes.len()));
        wishes.extend(behind.into_iter().take(room).map(|ticket| self.cancel(ticket)));
    }

    fn cancel(&mut self, ticket: u64) -> Wish {
        self.vacate(ticket);
        let order = self.orders.get_mut(&ticket).expect("one of ours");
        order.patience_until = self.now + PATIENCE;
        Wish::Cancel { ticket, bot: order.bot }
    }

    /// A new thought of what the stock is worth, and the quote that fits it least moves to its place.
    fn move_quote(&mut self, symbol: Symbol) -> Option<Wish> {
        let (dice, manner) = (&mut self.dice, self.manner);
        let stock = self.stocks.get_mut(&symbol)?;
        stock.wander(dice, &manner);
        let slots = (0..manner.levels).flat_map(|level| [(Side::Buy, level), (Side::Sell, level)]);
        let mut missing = Vec::new();
        let mut worst = (stock.distance(&manner), None);
        for slot in slots {
            let Some(ticket) = stock.quotes.get(&slot) else {
                missing.push(slot);
                continue;
            };
            let order = &self.orders[ticket];
            let off = (order.price - stock.price_at(slot, &manner)).abs();
            if order.rests && off > worst.0 {
                worst = (off, Some(*ticket));
            }
        }
        // A place that nobody can fill keeps no other from moving.
        if let Some(wish) = missing.into_iter().find_map(|slot| self.quote(symbol, slot)) {
            return Some(wish);
        }
        worst.1.map(|ticket| self.cancel(ticket))
    }

    /// Puts an order to a place, by whoever can best afford it.
    fn quote(&mut self, symbol: Symbol, slot: Slot) -> Option<Wish> {
        let (side, _) = slot;
        let stock = &self.stocks[&symbol];
        let (price, lot) = (stock.price_at(slot, &self.manner), stock.lot);
        let bot = self.who(symbol, side, price)?;
        let whole = quantity_for(i64::from(self.manner.order_value) * 1_000_000, price);
        // From a half to three halves of it.
        let drawn = whole / 2 + self.dice.between(0, whole.max(1));
        self.place(bot, symbol, side, price, lots(drawn, lot), Some(slot))
    }

    /// Takes a part of the best that another offers. Its price is the trade's.
    fn take(&mut self, symbol: Symbol) -> Option<Wish> {
        let side = [Side::Buy, Side::Sell][self.dice.below(2)];
        let stock = &self.stocks[&symbol];
        let lot = stock.lot;
        let offer = self.orders.get(stock.quotes.get(&(side.opposite(), 0))?).filter(|order| order.rests)?;
        let (price, most) = (offer.price, offer.left / TAKES_AT_MOST);
        let bot = self.who(symbol, side, price)?;
        let drawn = self.dice.between(0, most);
        self.place(bot, symbol, side, price, lots(drawn, lot), None)
    }

    /// Whoever can best afford it, of those who would not meet themselves.
    fn who(&self, symbol: Symbol, side: Side, price: i64) -> Option<Bot> {
        let meets = |order: &&Order| {
            order.symbol == symbol
                && order.side == side.opposite()
                && match side {
                    Side::Buy => order.price <= price,
                    Side::Sell => order.price >= price,
                }
        };
        let met: Vec<Bot> = self.orders.values().filter(meets).map(|order| order.bot).collect();
        self.accounts.richest(symbol, side, price, &met)
    }

    fn place(
        &mut self,
        bot: Bot,
        symbol: Symbol,
        side: Side,
        price: i64,
        quantity: i64,
        slot: Option<Slot>,
    ) -> Option<Wish> {
        let lot = self.stocks[&symbol].lot;
        // The last of it is offered too.
        let quantity = quantity.min(self.accounts.free(bot, symbol, side, price) / lot * lot);
        if quantity < lot || self.orders.len() >= ORDERS_MAX {
            return None;
        }
        self.accounts.change(bot, symbol, side, -quantity, price);
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        if let (Some(slot), Some(stock)) = (slot, self.stocks.get_mut(&symbol)) {
            stock.quotes.insert(slot, ticket);
        }
        let order = Order {
            bot,
            symbol,
            side,
            price,
            left: quantity,
            slot,
            rests: false,
            patience_until: self.now + PATIENCE,
        };
        self.orders.insert(ticket, order);
        let (price, quantity) = (Price::from_micros(price), Quantity::from_micros(quantity));
        Some(Wish::Place { ticket, bot, symbol, side, price, quantity, rests: slot.is_some() })
    }
}

/// Whole lots, one at least.
fn lots(quantity: i64, lot: i64) -> i64 {
    (quantity / lot).max(1) * lot
}
