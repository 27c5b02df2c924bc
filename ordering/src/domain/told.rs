//! The only ways in which an order may change.
//!
//! ```text
//!            OrderRefused
//!  pending ───────────────► rejected
//!     │ OrderOpened, OrderArmed, …     last fill, or all the rest taken off it
//!     ├──────────────────────► open ─────────────► closed
//!     │ OrderLeftBook           │ OrderLeftBook      ▲
//!     ├─────────────────────────┴──────► canceled,   │
//!     │                                  expired     │
//!     └──────────────────────────────────────────────┘
//! ```
//!
//! An armed order is open like one that rests. While it is open it may be triggered, reduced and
//! amended, and its limit moved.

use super::ticket::Ticket;
use chassis::Poison;
use contracts::{
    Amendment, Code, OrderId, OrderStatus, OrderType, Price, Quantity, Refusal, Side, Symbol, Timestamp,
    matching::Party,
};

/// What a book says of one order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    pub party: Party,
    pub symbol: Symbol,
    /// Where the book says which.
    pub side: Option<Side>,
    pub sequence: u64,
    pub at: Timestamp,
    pub happened: Happened,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happened {
    /// It is in the book, and in no queue.
    Armed {
        rest: Quantity,
    },
    Opened {
        price: Price,
        rest: Quantity,
    },
    Triggered {
        stop_price: Price,
        price: Price,
        rest: Quantity,
    },
    Filled {
        price: Price,
        quantity: Quantity,
    },
    Reduced {
        by: Quantity,
        rest: Quantity,
        reason: Code,
    },
    Amended {
        price: Price,
        was_rest: Quantity,
        rest: Quantity,
    },
    AmendmentRefused {
        reason: Code,
    },
    Left {
        rest: Quantity,
        reason: Code,
        replaced_by: Option<OrderId>,
    },
}

impl Happened {
    /// For the operator who looks at what was parked.
    fn as_str(self) -> &'static str {
        match self {
            Happened::Armed { .. } => "armed",
            Happened::Opened { .. } => "opened",
            Happened::Triggered { .. } => "triggered",
            Happened::Filled { .. } => "filled",
            Happened::Reduced { .. } => "reduced",
            Happened::Amended { .. } => "amended",
            Happened::AmendmentRefused { .. } => "refused an amendment",
            Happened::Left { .. } => "taken off the book",
        }
    }
}

impl Ticket {
    /// Clients keep the state with the latest time. News bear their writer's clock, which may be
    /// behind ours, or have been set back.
    fn later(&self, at: Timestamp) -> Timestamp {
        self.updated_at.max(at)
    }

    /// Portfolio would not fund it. Nothing when that is known already.
    pub fn refused(&self, refusal: Refusal, at: Timestamp) -> Result<Option<Ticket>, Poison> {
        match self.status {
            OrderStatus::Pending => Ok(Some(Ticket {
                status: OrderStatus::Rejected,
                reason: Some(refusal),
                amendment: None,
                updated_at: self.later(at),
                ..self.clone()
            })),
            OrderStatus::Rejected if self.reason.as_ref() == Some(&refusal) => Ok(None),
            OrderStatus::Open
            | OrderStatus::Closed
            | OrderStatus::Canceled
            | OrderStatus::Rejected
            | OrderStatus::Expired => Err(self.impossible("refused")),
        }
    }

    /// Its user wants it otherwise; until it is told, it stays as it is.
    pub fn amending(&self, amendment: Amendment, now: Timestamp) -> Ticket {
        Ticket { amendment: Some(amendment), updated_at: self.later(now), ..self.clone() }
    }

    /// Portfolio would not fund the change. Nothing when the order has ended meanwhile, or when that
    /// is known already.
    pub fn amendment_refused(&self, refusal: Refusal, at: Timestamp) -> Option<Ticket> {
        let amendment = self.amendment.as_ref().filter(|amendment| amendment.refused.is_none())?;
        let amendment = Amendment { refused: Some(refusal), ..amendment.clone() };
        Some(Ticket { amendment: Some(amendment), updated_at: self.later(at), ..self.clone() })
    }

    /// The order after what its book says. Nothing when that is known already.
    pub fn told(&self, news: &News) -> Result<Option<Ticket>, Poison> {
        self.check_identity(news)?;
        if news.sequence <= self.book_sequence {
            return Ok(None);
        }
        match self.status {
            OrderStatus::Pending | OrderStatus::Open => {}
            OrderStatus::Closed | OrderStatus::Canceled | OrderStatus::Rejected | OrderStatus::Expired => {
                return Err(self.impossible(news.happened.as_str()));
            }
        }
        let mut next =
            Ticket { book_sequence: news.sequence, updated_at: self.later(news.at), ..self.clone() };
        match news.happened {
            Happened::Armed { rest } => {
                self.check_rest(rest)?;
                next.status = OrderStatus::Open;
            }
            Happened::Opened { price, rest } => next.open(price, rest)?,
            Happened::Triggered { stop_price, price, rest } => next.trigger(stop_price, price, rest)?,
            Happened::Filled { price, quantity } => next.fill(price, quantity)?,
            Happened::Reduced { by, rest, reason } => next.reduce(by, rest, reason)?,
            Happened::Amended { price, was_rest, rest } => next.amend(price, was_rest, rest)?,
            Happened::AmendmentRefused { reason } => next.refuse_amendment(reason)?,
            Happened::Left { rest, reason, replaced_by } => {
                self.check_rest(rest)?;
                next.replaced_by = replaced_by;
                next.end_early(reason);
            }
        }
        if !next.is_live() {
            next.amendment = None;
        }
        Ok(Some(next))
    }

    fn open(&mut self, price: Price, rest: Quantity) -> Result<(), Poison> {
        self.check_rest(rest)?;
        if price != self.price {
            if !self.terms.reprice || !price.is_positive() || self.is_worse(price) {
                return Err(self.broken(format!("it rests at {price}, its price is {}", self.price)));
            }
            self.remember_placed();
            self.move_limit(price);
        }
        self.status = OrderStatus::Open;
        Ok(())
    }

    fn trigger(&mut self, stop_price: Price, price: Price, rest: Quantity) -> Result<(), Poison> {
        self.check_rest(rest)?;
        let Some(trigger) = self.trigger.as_mut().filter(|_| !self.triggered) else {
            return Err(self.broken("triggered, although it does not wait for that".into()));
        };
        if !price.is_positive() || worse(self.side, price, trigger.price) {
            let agreed = trigger.price;
            return Err(self.broken(format!("triggered at {price}, worse than its price {agreed}")));
        }
        (trigger.stop_price, trigger.price) = (stop_price, price);
        self.triggered = true;
        self.bind(price);
        self.status = OrderStatus::Open;
        Ok(())
    }

    fn fill(&mut self, price: Price, quantity: Quantity) -> Result<(), Poison> {
        if self.waits_for_its_stop() {
            return Err(self.broken(format!("a fill at {price} before its stop price was met")));
        }
        if !quantity.is_positive() || quantity > self.remaining() {
            return Err(self.broken(format!("a fill of {quantity} where {} is left", self.remaining())));
        }
        if self.is_worse(price) || !price.is_positive() {
            return Err(self.broken(format!("a fill at {price}, worse than its price {}", self.price)));
        }
        let notional = price.times(quantity).and_then(|value| self.notional.plus(value));
        self.notional = notional.map_err(|e| self.broken(format!("a fill of {quantity} at {price}: {e}")))?;
        self.filled_quantity = self.filled_quantity.plus(quantity).expect("it is at most the quantity");
        self.status = if self.remaining().is_zero() { OrderStatus::Closed } else { OrderStatus::Open };
        Ok(())
    }

    /// What is taken off it was never traded: of an order that got nothing, all of it is canceled,
    /// and it keeps the quantity that it had.
    fn reduce(&mut self, by: Quantity, rest: Quantity, reason: Code) -> Result<(), Poison> {
        // An amendment may ask for the limit to which the book has repriced the order meanwhile, and so for
        // nothing.
        let takes_something = by.is_positive() || reason == Code::AmendedByUser;
        if !takes_something || by > self.remaining() {
            return Err(self.broken(format!("reduced by {by} where {} is left", self.remaining())));
        }
        if rest.is_zero() && self.filled_quantity.is_zero() {
            self.check_rest(by)?;
            self.end_early(reason);
            return Ok(());
        }
        self.remember_placed();
        self.quantity = self.quantity.minus(by).expect("it is at most what is left");
        self.check_rest(rest)?;
        if reason == Code::AmendedByUser {
            self.amendment = None;
        }
        self.status = if rest.is_zero() { OrderStatus::Closed } else { OrderStatus::Open };
        Ok(())
    }

    /// The book adds the difference that was asked for to what it has left of the order.
    fn amend(&mut self, price: Price, was_rest: Quantity, rest: Quantity) -> Result<(), Poison> {
        self.check_rest(was_rest)?;
        let under_way = self.amendment.take().filter(|amendment| amendment.refused.is_none());
        let Some(amendment) = under_way else {
            return Err(self.broken("amended, although nobody asks for it".into()));
        };
        if price != amendment.limit_price || !rest.is_positive() {
            let asked = amendment.limit_price;
            return Err(self.broken(format!("amended to {rest} at {price}, asked was for {asked}")));
        }
        self.remember_placed();
        let quantity = self.quantity.minus(was_rest).and_then(|filled| filled.plus(rest));
        self.quantity = quantity.map_err(|e| self.broken(format!("amended to {rest}: {e}")))?;
        self.move_limit(price);
        self.status = OrderStatus::Open;
        Ok(())
    }

    fn refuse_amendment(&mut self, reason: Code) -> Result<(), Poison> {
        match self.amendment.as_mut().filter(|amendment| amendment.refused.is_none()) {
            Some(amendment) => {
                amendment.refused = Some(Refusal::new(reason, in_words(reason)));
                Ok(())
            }
            None => Err(self.broken("an amendment was refused that nobody asks for".into())),
        }
    }

    /// What is left of it will not be filled any more.
    fn end_early(&mut self, reason: Code) {
        self.status = if reason == Code::Expired { OrderStatus::Expired } else { OrderStatus::Canceled };
        self.reason = Some(Refusal::new(reason, in_words(reason)));
    }

    fn move_limit(&mut self, price: Price) {
        self.limit_price = Some(price);
        self.bind(price);
    }

    /// From now on it may trade at no worse price than this.
    fn bind(&mut self, price: Price) {
        self.price = price;
        if worse(self.side, price, self.worst_price) {
            self.worst_price = price;
        }
    }

    fn remember_placed(&mut self) {
        self.placed = Some(self.as_placed());
    }

    fn is_worse(&self, price: Price) -> bool {
        worse(self.side, price, self.price)
    }

    /// An oco order rests at its limit meanwhile.
    fn waits_for_its_stop(&self) -> bool {
        match self.order_type {
            OrderType::Stop | OrderType::StopLimit | OrderType::TrailingStop => !self.triggered,
            OrderType::Limit | OrderType::Market | OrderType::Oco => false,
        }
    }

    fn check_identity(&self, news: &News) -> Result<(), Poison> {
        let same = (self.order_id, self.user_id, self.symbol)
            == (news.party.order_id, news.party.user_id, news.symbol)
            && news.side.is_none_or(|side| side == self.side);
        if same { Ok(()) } else { Err(self.broken("its book means another user, symbol or side".into())) }
    }

    /// Books count what is left as we do, or a fill was lost on the way.
    fn check_rest(&self, rest: Quantity) -> Result<(), Poison> {
        if rest == self.remaining() {
            return Ok(());
        }
        Err(self.broken(format!("its book has {rest} left of it where we have {}", self.remaining())))
    }

    fn impossible(&self, what: &str) -> Poison {
        self.broken(format!("{what}, although it is {}", self.status))
    }

    fn broken(&self, what: String) -> Poison {
        Poison(format!("order {}: {what}", self.order_id))
    }
}

fn worse(side: Side, price: Price, than: Price) -> bool {
    match side {
        Side::Buy => price > than,
        Side::Sell => price < than,
    }
}

/// For the order's owner.
fn in_words(reason: Code) -> String {
    match reason {
        Code::CanceledByUser => "canceled at the user's request".into(),
        Code::AmendedByUser => "at the user's request, nothing is left of it".into(),
        Code::Replaced => "another order came in its place at the user's request".into(),
        Code::ReplacedOrderGone => "the order that it was to replace had ended before".into(),
        Code::FilledBeforeReplaced => {
            "the order that it replaced was filled by as much or more on the way".into()
        }
        Code::SelfTrade => "the rest would have traded with an order of the same user".into(),
        Code::NoLiquidity => "the rest does not wait, and found nobody within its price".into(),
        Code::NotFillable => "fill or kill: it could not have traded wholly".into(),
        Code::WouldTrade => "post-only: it would have traded at once".into(),
        Code::WouldTrigger => "its stop price was met already as it came in".into(),
        Code::Expired => "its time was over".into(),
        Code::EntryEnded => "its entry ended without a fill".into(),
        Code::NotTrading => "the rest does not wait, and nobody traded as it came in".into(),
        Code::OutsidePriceBand => "its price is outside the band within which the stock trades".into(),
        Code::NotAmendable => "an order of this type, or in this state, cannot be changed".into(),
        Code::TooManyOpenOrders => "too many orders follow the market of this stock already".into(),
        other => other.as_str().replace('_', " "),
    }
}
