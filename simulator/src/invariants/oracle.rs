//! The obvious book: a list, searched from its beginning. Slow, and plainly right.

use contracts::matching::{MatchingEvent, Party};
use contracts::{Code, OrderType, Price, Quantity, Side, Symbol};
use matching::domain::{Command, Incoming};

#[derive(Clone, Debug)]
struct Order {
    party: Party,
    side: Side,
    price: Price,
    left: Quantity,
}

/// What happened, without what follows from its place: sequences and trade ids.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Happened {
    Opened { party: Party, price: Price, left: Quantity },
    Filled { maker: Party, taker: Party, price: Price, quantity: Quantity, taker_side: Side },
    Left { party: Party, left: Quantity, reason: Code },
}

pub struct ObviousBook {
    symbol: Symbol,
    /// In the order in which they came.
    rests: Vec<Order>,
    known: Vec<contracts::OrderId>,
    happened: Vec<Happened>,
}

impl ObviousBook {
    pub fn of(symbol: Symbol) -> Self {
        ObviousBook { symbol, rests: Vec::new(), known: Vec::new(), happened: Vec::new() }
    }

    pub fn run(&mut self, command: &Command) {
        match command {
            Command::Place(order) => self.place(order),
            Command::Cancel { order_id, user_id } => {
                let mine =
                    |order: &Order| order.party.order_id == *order_id && order.party.user_id == *user_id;
                if let Some(at) = self.rests.iter().position(mine) {
                    let Order { party, left, .. } = self.rests.remove(at);
                    self.happened.push(Happened::Left { party, left, reason: Code::CanceledByUser });
                }
            }
        }
    }

    fn place(&mut self, order: &Incoming) {
        let (party, side) = (order.party(), order.side());
        if self.known.contains(&party.order_id) {
            return;
        }
        self.known.push(party.order_id);
        let mut left = order.quantity();
        while left.is_positive() {
            let Some(at) = self.best_for(side, order.price()) else { break };
            let maker = self.rests[at].clone();
            if maker.party.user_id == party.user_id {
                self.happened.push(Happened::Left { party, left, reason: Code::SelfTrade });
                return;
            }
            let quantity = left.min(maker.left);
            left = left.minus(quantity).expect("no more than there is");
            self.rests[at].left = maker.left.minus(quantity).expect("no more than there is");
            if self.rests[at].left.is_zero() {
                self.rests.remove(at);
            }
            let (taker, price) = (party, maker.price);
            self.happened.push(Happened::Filled {
                maker: maker.party,
                taker,
                price,
                quantity,
                taker_side: side,
            });
        }
        match (left.is_zero(), order.order_type()) {
            (true, _) => {}
            (false, OrderType::Market) => {
                self.happened.push(Happened::Left { party, left, reason: Code::NoLiquidity });
            }
            (false, OrderType::Limit) => {
                let price = order.price();
                self.happened.push(Happened::Opened { party, price, left });
                self.rests.push(Order { party, side, price, left });
            }
        }
    }

    /// The best price of the other side within the limit; of equals, the first that came.
    fn best_for(&self, side: Side, limit: Price) -> Option<usize> {
        let others = self.rests.iter().enumerate().filter(|(_, other)| other.side != side);
        match side {
            Side::Buy => others.filter(|(_, o)| o.price <= limit).min_by_key(|(at, o)| (o.price, *at)),
            Side::Sell => others
                .filter(|(_, o)| o.price >= limit)
                .min_by_key(|(at, o)| (std::cmp::Reverse(o.price), *at)),
        }
        .map(|(at, _)| at)
    }

    /// Holds what the exchange said of this book against it.
    pub fn compare(&self, said: &[MatchingEvent]) -> Result<(), String> {
        let said: Vec<Happened> = said.iter().map(happened).collect();
        let symbol = self.symbol;
        for (n, (ours, theirs)) in self.happened.iter().zip(&said).enumerate() {
            if ours != theirs {
                return Err(format!("event {} of {symbol} should be {ours:?}, it is {theirs:?}", n + 1));
            }
        }
        if self.happened.len() == said.len() {
            return Ok(());
        }
        Err(format!("{symbol} has {} events, it should have {}", said.len(), self.happened.len()))
    }
}

fn happened(event: &MatchingEvent) -> Happened {
    match event {
        MatchingEvent::OrderOpened(e) => {
            Happened::Opened { party: e.party, price: e.price, left: e.quantity }
        }
        MatchingEvent::OrderFilled(e) => Happened::Filled {
            maker: e.maker,
            taker: e.taker,
            price: e.price,
            quantity: e.quantity,
            taker_side: e.taker_side,
        },
        MatchingEvent::OrderLeftBook(e) => {
            Happened::Left { party: e.party, left: e.quantity, reason: e.reason }
        }
    }
}
