//! The obvious book: a sorted map of queues.

use crate::tally::Tally;
use crate::workload::{Kind, Op};
use std::collections::{BTreeMap, HashMap, VecDeque};

type Queue = VecDeque<(u32, u32)>;

#[derive(Default)]
pub struct Naive {
    bids: BTreeMap<u32, Queue>,
    asks: BTreeMap<u32, Queue>,
    live: HashMap<u32, (bool, u32)>,
}

impl Naive {
    /// The best bid and the best ask; 0 for none.
    pub fn best(&self) -> (u32, u32) {
        let bid = self.bids.last_key_value().map_or(0, |(price, _)| *price);
        (bid, self.asks.first_key_value().map_or(0, |(price, _)| *price))
    }

    pub fn live(&self) -> usize {
        self.live.len()
    }

    /// Answers whether the order rests now; `gone` hears which others do no more.
    pub fn run(&mut self, op: &Op, tally: &mut Tally, mut gone: impl FnMut(u32)) -> bool {
        if op.kind == Kind::Cancel {
            if let Some((buys, price)) = self.live.remove(&op.id) {
                let side = if buys { &mut self.bids } else { &mut self.asks };
                let queue = side.get_mut(&price).expect("a live order has a queue");
                queue.retain(|(id, _)| *id != op.id);
                if queue.is_empty() {
                    side.remove(&price);
                }
                gone(op.id);
            }
            return false;
        }
        let mut left = op.quantity;
        while left > 0 {
            let best = if op.buys { self.asks.first_entry() } else { self.bids.last_entry() };
            let Some(mut level) = best else { break };
            let price = *level.key();
            if if op.buys { price > op.price } else { price < op.price } {
                break;
            }
            let queue = level.get_mut();
            let maker = queue.front_mut().expect("a level has orders");
            let traded = left.min(maker.1);
            tally.fill(u64::from(op.id), u64::from(maker.0), u64::from(price), u64::from(traded));
            left -= traded;
            maker.1 -= traded;
            if maker.1 == 0 {
                self.live.remove(&maker.0);
                gone(maker.0);
                queue.pop_front();
            }
            if queue.is_empty() {
                level.remove();
            }
        }
        if left == 0 || op.kind == Kind::ImmediateOrCancel {
            return false;
        }
        let side = if op.buys { &mut self.bids } else { &mut self.asks };
        side.entry(op.price).or_default().push_back((op.id, left));
        self.live.insert(op.id, (op.buys, op.price));
        true
    }
}
