//! Draws one message after the other, or several that only together have a known fate.

use super::floor::Floor;
use super::{ALONE, CROSS_QUANTITY, Kind, Message, SWEPT};
use crate::mix::Mix;
use contracts::{SelfTradePrevention, Side};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use rustc_hash::FxHashMap;

const QUANTITY_MAX: u8 = 10;
/// So many ticks from the price a resting order lies at least, and at most.
const REST_TICKS: std::ops::Range<u16> = 101..1000;
/// So many ticks past the price a post-only order would trade, were it not repriced: farther than
/// what rests on the other side may be repriced to.
pub const REPRICE_TICKS: u16 = 60;
/// Of self-trades, so that the larger of two may shrink to the size of the others.
const OWN_QUANTITY: u8 = 10;

pub struct Drawing {
    floor: Floor,
    rng: StdRng,
    count: usize,
    messages: Vec<Message>,
    /// Orders that rest, and that no message is about yet.
    resting: Vec<u32>,
    /// The last message of whoever has a stock for himself, or a side.
    last: FxHashMap<(u32, u16), u32>,
    /// Which side took in the last trade of a stock where one user triggers.
    taken: FxHashMap<u16, Side>,
}

/// A kind's weight, how many messages are drawn together, and how.
type Group = (fn(&Mix) -> u16, u32, fn(&mut Drawing));

const GROUPS: [Group; 19] = [
    (|mix| mix.cross, 2, |drawing| drawing.cross(Kind::CrossFirst)),
    (|mix| mix.rest, 1, Drawing::rest),
    (|mix| mix.market, 1, Drawing::market),
    (|mix| mix.cancel, 1, Drawing::cancel),
    (|mix| mix.post, 1, |drawing| drawing.away(Kind::PostOnly)),
    (|mix| mix.ioc, 1, |drawing| drawing.away(Kind::Immediate)),
    (|mix| mix.fok, 1, |drawing| drawing.away(Kind::FillOrKill)),
    (|mix| mix.gtd, 1, |drawing| drawing.away(Kind::GoodTillDate)),
    (|mix| mix.reprice, 1, Drawing::reprice),
    (|mix| mix.amend, 1, Drawing::amend),
    (|mix| mix.replace, 1, Drawing::replace),
    (|mix| mix.iceberg, 2, |drawing| drawing.cross(Kind::Iceberg)),
    (|mix| mix.stop, 2, |drawing| drawing.trigger(Kind::Stop)),
    (|mix| mix.stop_limit, 2, |drawing| drawing.trigger(Kind::StopLimit)),
    (|mix| mix.oco, 2, |drawing| drawing.trigger(Kind::Oco)),
    (|mix| mix.bracket, 2, Drawing::bracket),
    (|mix| mix.trailing, 3, Drawing::trailing),
    (|mix| mix.stp, 5, Drawing::self_trades),
    (|mix| mix.cancel_all, SWEPT + 1, Drawing::sweep),
];

/// Divisible by the length of every group: what is drawn together is drawn so much less often.
const LOT: u32 = 60;

impl Drawing {
    pub fn new(floor: Floor, count: usize, seed: u64) -> Self {
        Drawing {
            floor,
            rng: StdRng::seed_from_u64(seed),
            count,
            messages: Vec::with_capacity(count),
            resting: Vec::new(),
            last: FxHashMap::default(),
            taken: FxHashMap::default(),
        }
    }

    pub fn draw(mut self, mix: &Mix) -> Vec<Message> {
        let weights = GROUPS.map(|(weight, length, _)| u32::from(weight(mix)) * LOT / length);
        let total = weights.iter().sum();
        while self.messages.len() < self.count {
            let mut drawn = self.rng.random_range(0..total);
            let hit = weights.iter().position(|weight| {
                let hit = drawn < *weight;
                drawn = drawn.wrapping_sub(*weight);
                hit
            });
            let (_, _, group) = GROUPS[hit.expect("less than the sum of all weights")];
            group(&mut self);
        }
        self.messages
    }

    /// Whether so many messages more fit. If not, something alone is drawn instead.
    fn has_room(&mut self, length: usize) -> bool {
        let fits = self.messages.len() + length <= self.count;
        if !fits {
            self.rest();
        }
        fits
    }

    fn side(&mut self) -> Side {
        if self.rng.random() { Side::Buy } else { Side::Sell }
    }

    fn quantity(&mut self) -> u8 {
        self.rng.random_range(1..=QUANTITY_MAX)
    }

    /// Sent only after whoever has the stock for himself has had an answer to his last message.
    fn push_in_turn(&mut self, message: Message) {
        let number = self.messages.len() as u32;
        let target = self.last.insert((message.user, message.symbol), number).unwrap_or(ALONE);
        self.messages.push(Message { target, ..message });
    }

    /// Away from the market.
    fn away(&mut self, kind: Kind) {
        let symbol = self.floor.for_resting(&mut self.rng);
        let side = self.side();
        let user = self.floor.somebody(&mut self.rng, symbol, side);
        let (ticks, quantity) = (self.rng.random_range(REST_TICKS), self.quantity());
        self.messages.push(Message { user, target: ALONE, symbol, ticks, quantity, side, kind });
    }

    fn rest(&mut self) {
        self.resting.push(self.messages.len() as u32);
        self.away(Kind::Rest);
    }

    fn market(&mut self) {
        let symbol = Floor::one_of(&mut self.rng, &self.floor.market);
        let side = self.side();
        let user = self.floor.somebody(&mut self.rng, symbol, side);
        let quantity = self.quantity();
        let kind = Kind::Market;
        self.messages.push(Message { user, target: ALONE, symbol, ticks: 0, quantity, side, kind });
    }

    fn reprice(&mut self) {
        let symbol = Floor::one_of(&mut self.rng, &self.floor.repriced);
        let side = self.side();
        let user = self.floor.somebody(&mut self.rng, symbol, side);
        let (ticks, quantity, kind) = (REPRICE_TICKS, self.quantity(), Kind::Reprice);
        self.messages.push(Message { user, target: ALONE, symbol, ticks, quantity, side, kind });
    }

    /// An order that rests, for one message to be about.
    fn take_resting(&mut self) -> Option<u32> {
        let count = self.resting.len();
        (count > 0).then(|| self.resting.swap_remove(self.rng.random_range(0..count)))
    }

    fn cancel(&mut self) {
        let Some(target) = self.take_resting() else { return self.rest() };
        self.messages.push(Message { target, kind: Kind::Cancel, ..self.messages[target as usize] });
    }

    /// Less of it, by which it keeps its place; or another price, and more.
    fn amend(&mut self) {
        let Some(target) = self.take_resting() else { return self.rest() };
        let was = self.messages[target as usize];
        let (quantity, ticks) = match was.quantity {
            1 => (was.quantity + 1, was.ticks + 1),
            _ if self.rng.random() => (was.quantity - 1, was.ticks),
            _ => (was.quantity + 1, was.ticks + 1),
        };
        self.messages.push(Message { target, kind: Kind::Amend, quantity, ticks, ..was });
    }

    /// Another price, and another quantity.
    fn replace(&mut self) {
        let Some(target) = self.take_resting() else { return self.rest() };
        let was = self.messages[target as usize];
        let (quantity, ticks) = (self.quantity(), was.ticks + 1);
        self.messages.push(Message { target, kind: Kind::Replace, quantity, ticks, ..was });
    }

    fn cross(&mut self, first: Kind) {
        if !self.has_room(2) {
            return;
        }
        let symbol = Floor::one_of(&mut self.rng, &self.floor.crossing);
        let side = self.side();
        for (side, kind) in [(side, first), (side.opposite(), Kind::CrossSecond)] {
            let user = self.floor.somebody(&mut self.rng, symbol, side);
            let (target, ticks, quantity) = (ALONE, 0, CROSS_QUANTITY);
            self.messages.push(Message { user, target, symbol, ticks, quantity, side, kind });
        }
    }

    /// A stock where one user triggers, with room for so many messages, and the side that took in
    /// the last trade there.
    fn triggering(&mut self, length: usize) -> Option<(u16, Side)> {
        // And one for the stock's first trade.
        if !self.has_room(length + 1) {
            return None;
        }
        let symbol = Floor::one_of(&mut self.rng, &self.floor.trigger);
        if !self.taken.contains_key(&symbol) {
            // Whatever the last run has left there.
            self.of_owner(symbol, Side::Buy, Kind::Market);
            self.taken.insert(symbol, Side::Buy);
        }
        Some((symbol, self.taken[&symbol]))
    }

    fn of_owner(&mut self, symbol: u16, side: Side, kind: Kind) {
        let user = self.floor.owner(symbol);
        let (ticks, quantity) = (self.rng.random_range(REST_TICKS), self.quantity());
        self.push_in_turn(Message { user, target: ALONE, symbol, ticks, quantity, side, kind });
    }

    /// The last trade was at the other side's quote, so its stop price is not met yet.
    fn trigger(&mut self, kind: Kind) {
        let Some((symbol, taken)) = self.triggering(2) else { return };
        let side = taken.opposite();
        self.of_owner(symbol, side, kind);
        self.of_owner(symbol, side, Kind::Market);
        self.taken.insert(symbol, side);
    }

    /// Its entry moves the price to where its exit is not met yet.
    fn bracket(&mut self) {
        let Some((symbol, _)) = self.triggering(2) else { return };
        let side = self.side();
        self.of_owner(symbol, side, Kind::Bracket);
        self.of_owner(symbol, side.opposite(), Kind::Market);
        self.taken.insert(symbol, side.opposite());
    }

    /// One trade that it follows, wherever it began, and one that it does not.
    fn trailing(&mut self) {
        let Some((symbol, taken)) = self.triggering(3) else { return };
        let side = taken.opposite();
        self.of_owner(symbol, side, Kind::Trailing);
        self.of_owner(symbol, taken, Kind::Market);
        self.of_owner(symbol, side, Kind::Market);
        self.taken.insert(symbol, side);
    }

    /// The first rests. The second leaves, the third takes the first's place, the fourth takes the
    /// third's and shrinks, and the fifth leaves with it.
    fn self_trades(&mut self) {
        if !self.has_room(5) {
            return;
        }
        let symbol = Floor::one_of(&mut self.rng, &self.floor.own);
        let (user, side) = (self.floor.owner(symbol), self.side());
        let other = side.opposite();
        for (side, mode, times) in [
            (side, SelfTradePrevention::CancelNewest, 1),
            (other, SelfTradePrevention::CancelNewest, 1),
            (other, SelfTradePrevention::CancelOldest, 1),
            (side, SelfTradePrevention::Decrement, 2),
            (other, SelfTradePrevention::CancelBoth, 1),
        ] {
            let (ticks, quantity, kind) = (0, OWN_QUANTITY * times, Kind::SelfTrade(mode));
            self.push_in_turn(Message { user, target: ALONE, symbol, ticks, quantity, side, kind });
        }
    }

    fn sweep(&mut self) {
        if !self.has_room(SWEPT as usize + 1) {
            return;
        }
        let symbol = Floor::one_of(&mut self.rng, &self.floor.swept);
        let side = self.side();
        let user = self.floor.somebody(&mut self.rng, symbol, side);
        for _ in 0..SWEPT {
            let (ticks, quantity, kind) = (self.rng.random_range(REST_TICKS), self.quantity(), Kind::Swept);
            self.push_in_turn(Message { user, target: ALONE, symbol, ticks, quantity, side, kind });
        }
        let (ticks, quantity, kind) = (0, 0, Kind::CancelAll);
        self.push_in_turn(Message { user, target: ALONE, symbol, ticks, quantity, side, kind });
    }
}
