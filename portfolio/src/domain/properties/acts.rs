//! What people ask for and books say, drawn at random.

use super::book::{Book, Decision};
use super::{LOT, TICK};
use crate::domain::sayings::About;
use crate::domain::world::{World, order, place_order, user};
use crate::domain::{Amendment, Hold};
use contracts::matching::MatchingEvent;
use contracts::ordering::{Exit, PlaceOrder, Replaces, Special, Trigger};
use contracts::{Code, Money, Price, Quantity, Side, Symbol};
use proptest::prelude::*;

pub const USERS: u128 = 4;
/// More than are ever placed.
pub const ORDERS: u128 = 400;

#[derive(Clone, Debug)]
pub enum Act {
    Deposit(u128, i64),
    Withdraw(u128, i64),
    DepositShares(u128, usize, i64, i64),
    Place {
        user: u128,
        side: Side,
        symbol: usize,
        lots: i64,
        ticks: i64,
        kind: Kind,
    },
    /// The last order once more.
    PlaceAgain,
    /// Of the nth live order, at its price or at another, and then the same once more.
    Amend {
        nth: usize,
        lots: i64,
        ticks: Option<i64>,
    },
    /// The nth live order, by one of its side; ordering may have heard more fills of it, or fewer.
    Replace {
        nth: usize,
        lots: i64,
        ticks: i64,
        trigger: Option<i64>,
        heard_less: i64,
    },
    Decide(usize, Decision),
    /// Between the nth live orders, if they would trade; at a price between their limits.
    Trade {
        taker: usize,
        maker: usize,
        lots: i64,
        percent: i64,
        auction: bool,
    },
    Shrink(usize, i64),
    Reprice(usize, i64),
    Leave(usize, bool),
    /// What no book would say.
    Wild(Wild),
}

#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Plain,
    Trigger(i64),
    Bracket(Option<i64>, Option<i64>),
}

#[derive(Clone, Debug)]
pub enum Wild {
    Trade { taker: u128, maker: u128, lots: i64, ticks: i64 },
    Shrink { n: u128, by: i64, left: i64, reason: Code },
    Become { n: u128, was: Option<i64>, left: Option<i64>, ticks: i64 },
    Stay(u128),
    Rest(u128, i64),
    Leave(u128, i64),
    Yield(u128, u128),
}

pub fn symbol(n: usize) -> Symbol {
    ["ACME", "NEW"][n].parse().unwrap()
}

fn price(ticks: i64) -> Price {
    Price::from_micros(ticks * TICK)
}

fn quantity(lots: i64) -> Quantity {
    Quantity::from_micros(lots * LOT)
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Buy), Just(Side::Sell)]
}

fn kind() -> impl Strategy<Value = Kind> {
    let ticks = 1..300_i64;
    prop_oneof![
        2 => Just(Kind::Plain),
        1 => ticks.clone().prop_map(Kind::Trigger),
        3 => (proptest::option::of(ticks.clone()), proptest::option::of(ticks))
            .prop_map(|(profit, loss)| Kind::Bracket(profit, loss)),
    ]
}

pub fn act() -> impl Strategy<Value = Act> {
    let (lots, ticks, nth) = (1..5_000_i64, 1..300_i64, 0..60_usize);
    let decision = prop_oneof![3 => Just(Decision::Amend), 1 => Just(Decision::Refuse)];
    prop_oneof![
        1 => (0..USERS, 1..20_000_000_i64).prop_map(|(u, a)| Act::Deposit(u, a)),
        1 => (0..USERS, 1..20_000_000_i64).prop_map(|(u, a)| Act::Withdraw(u, a)),
        1 => (0..USERS, 0..2_usize, 1..9_000_000_i64, 0..9_000_000_000_i64)
            .prop_map(|(u, s, q, c)| Act::DepositShares(u, s, q, c)),
        8 => (0..USERS, side(), 0..2_usize, lots.clone(), ticks.clone(), kind()).prop_map(
            |(user, side, symbol, lots, ticks, kind)| Act::Place { user, side, symbol, lots, ticks, kind }
        ),
        1 => Just(Act::PlaceAgain),
        4 => (nth.clone(), lots.clone(), proptest::option::of(ticks.clone()))
            .prop_map(|(nth, lots, ticks)| Act::Amend { nth, lots, ticks }),
        4 => (nth.clone(), lots.clone(), ticks.clone(), proptest::option::weighted(0.2, ticks.clone()), -3..4_i64)
            .prop_map(|(nth, lots, ticks, trigger, heard_less)| Act::Replace {
                nth, lots, ticks, trigger, heard_less,
            }),
        3 => (nth.clone(), decision).prop_map(|(nth, decision)| Act::Decide(nth, decision)),
        16 => (nth.clone(), nth.clone(), lots.clone(), 0..=100_i64, any::<bool>()).prop_map(
            |(taker, maker, lots, percent, auction)| Act::Trade { taker, maker, lots, percent, auction }
        ),
        1 => (nth.clone(), lots).prop_map(|(nth, lots)| Act::Shrink(nth, lots)),
        1 => (nth.clone(), 0..30_i64).prop_map(|(nth, ticks)| Act::Reprice(nth, ticks)),
        2 => (nth, any::<bool>()).prop_map(|(nth, before)| Act::Leave(nth, before)),
    ]
}

pub fn wild_act() -> impl Strategy<Value = Act> {
    // Small, so that they fit at times.
    let (n, lots, ticks) = (0..30_u128, -2..500_i64, 0..300_i64);
    let reason = prop_oneof![Just(Code::SelfTrade), Just(Code::AmendedByUser), Just(Code::EntryEnded)];
    prop_oneof![
        (n.clone(), n.clone(), lots.clone(), ticks.clone())
            .prop_map(|(taker, maker, lots, ticks)| Wild::Trade { taker, maker, lots, ticks }),
        (n.clone(), lots.clone(), lots.clone(), reason).prop_map(|(n, by, left, reason)| Wild::Shrink {
            n,
            by,
            left,
            reason
        }),
        (n.clone(), proptest::option::of(lots.clone()), proptest::option::of(lots.clone()), ticks.clone())
            .prop_map(|(n, was, left, ticks)| Wild::Become { n, was, left, ticks }),
        n.clone().prop_map(Wild::Stay),
        (n.clone(), ticks).prop_map(|(n, ticks)| Wild::Rest(n, ticks)),
        (n.clone(), lots).prop_map(|(n, left)| Wild::Leave(n, left)),
        (n.clone(), n).prop_map(|(n, to)| Wild::Yield(n, to)),
    ]
    .prop_map(Act::Wild)
}

/// People, portfolios and the book that they trade in.
pub struct Stage {
    pub world: World,
    pub book: Book,
    /// How many order ids are used.
    pub placed: u128,
    last: Option<PlaceOrder>,
}

impl Stage {
    pub fn of(world: World) -> Self {
        Stage { world, book: Book::default(), placed: 0, last: None }
    }

    /// All that the book says must be heard.
    pub fn carry_out(&mut self, act: &Act) {
        match *act {
            Act::Deposit(u, amount) => self.world.deposit(user(u), Money::from_micros(amount)).unwrap(),
            Act::Withdraw(u, amount) => drop(self.world.withdraw(user(u), Money::from_micros(amount))),
            Act::DepositShares(u, s, amount, cost) => self
                .world
                .deposit_shares(user(u), symbol(s), Quantity::from_micros(amount), Money::from_micros(cost))
                .unwrap(),
            Act::Place { user: u, side, symbol: s, lots, ticks, kind } => {
                let plain = place_order(self.placed, user(u), side, symbol(s), quantity(lots), price(ticks));
                self.place(plain, kind);
            }
            Act::PlaceAgain => {
                if let Some(order) = self.last.clone() {
                    let before = self.world.everything();
                    assert!(self.world.place(&order).is_none(), "it was decided");
                    assert_eq!(self.world.everything(), before);
                }
            }
            Act::Amend { nth, lots, ticks } => self.amend(nth, quantity(lots), ticks.map(price)),
            Act::Replace { nth, lots, ticks, trigger, heard_less } => {
                if let Some((was, live)) = self.book.nth(nth) {
                    let kind = trigger.map_or(Kind::Plain, Kind::Trigger);
                    let left = live.left.plus(quantity(heard_less)).unwrap().max(quantity(1));
                    self.replace((was, left), quantity(lots), price(ticks), kind);
                }
            }
            Act::Trade { taker, maker, lots, percent, auction } => {
                let Some(((taker, _), (maker, _))) = self.book.nth(taker).zip(self.book.nth(maker)) else {
                    return;
                };
                self.trade([taker, maker], quantity(lots), percent, auction);
            }
            Act::Decide(nth, decision) => self.about_nth(nth, |book, n| book.decide(n, decision)),
            Act::Shrink(nth, lots) => self.about_nth(nth, |book, n| book.shrink(n, quantity(lots))),
            Act::Reprice(nth, ticks) => self.about_nth(nth, |book, n| book.reprice(n, ticks)),
            Act::Leave(nth, before) => self.about_nth(nth, |book, n| book.leave(n, before)),
            Act::Wild(_) => {}
        }
    }

    pub fn said_by(&mut self, say: impl FnOnce(&mut Book) -> Vec<MatchingEvent>) {
        for event in say(&mut self.book) {
            self.world.hear(&event).expect("what an honest book says is heard");
        }
    }

    fn about_nth(&mut self, nth: usize, say: impl FnOnce(&mut Book, u128) -> Vec<MatchingEvent>) {
        if let Some((n, _)) = self.book.nth(nth) {
            self.said_by(|book| say(book, n));
        }
    }

    fn place(&mut self, plain: PlaceOrder, kind: Kind) {
        let n = self.placed;
        let order = PlaceOrder { special: special(kind, n + 1), ..plain };
        self.placed += 2;
        if self.world.place(&order).expect("its ids are new").is_ok() {
            self.book.place(n, &order);
        }
        self.last = Some(order);
    }

    fn replace(&mut self, (was, left): (u128, Quantity), quantity: Quantity, price: Price, kind: Kind) {
        let (n, live) = (self.placed, self.book.live[&was]);
        if live.in_bracket {
            // Ordering never asks for that.
            return;
        }
        let about = live.about;
        let plain = place_order(n, about.party.user_id, about.side, about.symbol, quantity, price);
        let replaces = Some(Replaces { order_id: order(was), left });
        let special = special(kind, n + 1).unwrap_or_default();
        let special = Some(Box::new(Special { replaces, ..*special }));
        let order = PlaceOrder { special, ..plain };
        self.placed += 2;
        if self.world.place(&order).expect("its id is new").is_ok() {
            assert!(live.asked.is_none() && !live.is_to_replace, "one change at a time");
            let asked = Amendment { price: order.worst_price(), was_quantity: left, quantity };
            self.book.is_to_come_for(n, &order, was, asked);
        }
        self.last = Some(order);
    }

    fn amend(&mut self, nth: usize, quantity: Quantity, price: Option<Price>) {
        let Some((n, live)) = self.book.nth(nth) else { return };
        let price = price.unwrap_or(live.about.price);
        let asked = Amendment { price, was_quantity: live.quantity, quantity };
        let buys_for_another = live.about.side == Side::Buy && live.exit.is_some();
        let waits_for_shares = live.about.side == Side::Sell && live.waits;
        if live.in_bracket && !buys_for_another && !waits_for_shares {
            // Ordering never asks for that, and nobody's money depends on it.
            return;
        }
        let covered = matches!(self.world.amend(order(n), asked), Some(Ok(())));
        assert!(!covered || live.asked.is_none(), "one change at a time");
        assert!(!covered || !live.in_bracket, "what one buys is the other's");
        if !covered {
            return;
        }
        self.book.live.get_mut(&n).unwrap().asked = Some(asked);
        let before = self.world.everything();
        assert!(self.world.amend(order(n), asked).is_none(), "it is under way");
        assert_eq!(self.world.everything(), before);
    }

    fn trade(&mut self, between: [u128; 2], upto: Quantity, percent: i64, auction: bool) {
        let trade = self.world.next_trade();
        // What a live exit gets is never available.
        let kept = between.map(|n| self.book.live[&n]).into_iter().find(|live| {
            live.about.side == Side::Buy && live.exit.is_some_and(|exit| self.book.live.contains_key(&exit))
        });
        let available = |world: &mut World| {
            let about = kept?.about;
            let holding = world.of(about.party.user_id).holding(about.party.user_id, about.symbol);
            Some(holding.available())
        };
        let before = available(&mut self.world);
        self.said_by(|book| book.trade(between, trade, upto, percent, auction));
        assert_eq!(available(&mut self.world), before);
    }

    /// What cannot be is not heard; all else may be.
    pub fn carry_out_unchecked(&mut self, act: &Act) {
        match act {
            Act::Wild(wild) => {
                if let Some(event) = self.wild(wild) {
                    let _ = self.world.hear(&event);
                }
            }
            Act::Place { user: u, side, symbol: s, lots, ticks, kind } => {
                let plain =
                    place_order(self.placed, user(*u), *side, symbol(*s), quantity(*lots), price(*ticks));
                let order = PlaceOrder { special: special(*kind, self.placed + 1), ..plain };
                self.placed += 2;
                let _ = self.world.place(&order);
            }
            Act::Amend { nth, lots, ticks } => {
                let n = (*nth % 30) as u128;
                let Some(hold) = self.world.hold(order(n)) else { return };
                let (was_quantity, price) = (hold.quantity, ticks.map_or(hold.price, price));
                let asked = Amendment { price, was_quantity, quantity: quantity(*lots) };
                let _ = self.world.amend(order(n), asked);
            }
            Act::Replace { nth, lots, ticks, heard_less, .. } => {
                let was = (*nth % 30) as u128;
                let Some(hold) = self.world.hold(order(was)) else { return };
                let left = hold.remaining.plus(quantity(*heard_less)).unwrap().max(quantity(1));
                let plain = place_order(
                    self.placed,
                    hold.user_id,
                    hold.side,
                    hold.symbol,
                    quantity(*lots),
                    price(*ticks),
                );
                let replaces = Some(Replaces { order_id: order(was), left });
                let special = Some(Box::new(Special { replaces, ..Special::default() }));
                self.placed += 2;
                let _ = self.world.place(&PlaceOrder { special, ..plain });
            }
            honest => self.carry_out(honest),
        }
    }

    fn wild(&mut self, wild: &Wild) -> Option<MatchingEvent> {
        let about = |world: &World, n| Some(About::of(n, &world.hold(order(n))?));
        let world = &mut self.world;
        Some(match *wild {
            Wild::Trade { taker, maker, lots, ticks } => {
                let (taker, maker) = (about(world, taker)?, about(world, maker)?);
                let partition = |about: &About| about.party.user_id.0.as_u128() % 2;
                // Between partitions one side may post while the other breaks: a fault of matching's
                // that no bookkeeping can mend. Within one, both or none.
                (partition(&taker) == partition(&maker)).then_some(())?;
                let trade = world.next_trade();
                MatchingEvent::OrderFilled(taker.meets(&maker, trade, quantity(lots), price(ticks)))
            }
            Wild::Shrink { n, by, left, reason } => {
                about(world, n)?.shrinks(quantity(by), quantity(left), reason)
            }
            Wild::Become { n, was, left, ticks } => {
                let Hold { remaining, amendment, .. } = world.hold(order(n))?;
                let right = amendment.and_then(|asked| asked.applied(remaining).ok()).unwrap_or(remaining);
                let (was, left) = (was.map_or(remaining, quantity), left.map_or(right, quantity));
                about(world, n)?.becomes(was, left, price(ticks))
            }
            Wild::Stay(n) => about(world, n)?.stays(),
            Wild::Rest(n, ticks) => about(world, n)?.rests_at(price(ticks), quantity(1)),
            Wild::Leave(n, left) => about(world, n)?.leaves(quantity(left)),
            Wild::Yield(n, to) => {
                let left = world.hold(order(n))?.left();
                about(world, n)?.yields(left, to)
            }
        })
    }

    pub fn leaves_as_held(&mut self, n: u128) {
        if let Some(hold) = self.world.hold(order(n)) {
            let _ = self.world.hear(&About::of(n, &hold).leaves(hold.left()));
        }
    }
}

fn special(kind: Kind, exit: u128) -> Option<Box<Special>> {
    let trigger =
        |ticks| Trigger { stop_price: price(ticks), trail_amount: None, price: price(ticks), rests: true };
    let special = match kind {
        Kind::Plain | Kind::Bracket(None, None) => return None,
        Kind::Trigger(ticks) => Special { trigger: Some(trigger(ticks)), ..Special::default() },
        Kind::Bracket(profit, loss) => {
            let (take_profit_price, stop_loss) = (profit.map(price), loss.map(trigger));
            let exit = Exit { order_id: order(exit), take_profit_price, stop_loss };
            Special { exit: Some(exit), ..Special::default() }
        }
    };
    Some(Box::new(special))
}

/// A buy of which so many lots are left, to be changed.
pub fn changing(lots: i64, ticks: i64, (was, shall_be): (i64, i64), new_ticks: i64) -> Hold {
    let plain = place_order(0, user(0), Side::Buy, symbol(0), quantity(lots), price(ticks));
    let (was_quantity, quantity) = (quantity(was), quantity(shall_be));
    Hold {
        amendment: Some(Amendment { price: price(new_ticks), was_quantity, quantity }),
        ..Hold::of(&plain, 0)
    }
}
