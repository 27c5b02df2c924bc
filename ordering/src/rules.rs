//! Which message goes to which handler. One instance per partition.

use crate::{
    domain::{desk::Desk, rows::Rows, sender::Sender, sweep::Sweep},
    handlers::{self, Outcome},
    store::{self, LiveTickets},
};
use async_trait::async_trait;
use chassis::settings::{Fees, Limits};
use chassis::{Db, Fault, Place, Poison, Rules, Source, Step, Writes};
use contracts::{
    Code, OrderId, Refusal, Symbol, Timestamp, UserId,
    accounts::{AccountsEvent, User},
    intake::{self, Amend, CancelOrders, ClientMessage, NewOrder},
    matching::{MatchingEvent, Party},
    portfolio::PortfolioToOrdering,
    stock_data::{Feed, Instrument, Quote, StockDataEvent},
    topology,
};
use serde::de::DeserializeOwned;

#[derive(Clone, Copy)]
pub struct Shared {
    pub limits: Limits,
    pub fees: Fees,
}

pub struct Ordering {
    desk: Desk,
    live: LiveTickets,
}

pub enum Input {
    PlaceOrder {
        sender: Sender,
        order: NewOrder,
    },
    CancelOrder {
        sender: Sender,
        order_id: OrderId,
        user_id: UserId,
    },
    AmendOrder {
        sender: Sender,
        amend: Amend,
    },
    CancelOrders {
        sender: Sender,
        asked: CancelOrders,
    },
    OrderRefused {
        order_id: OrderId,
        user_id: UserId,
        refusal: Refusal,
        at: Timestamp,
    },
    AmendmentRefused {
        order_id: OrderId,
        user_id: UserId,
        refusal: Refusal,
        at: Timestamp,
    },
    /// What a book says of an order of this partition, or of two.
    Book {
        event: Box<MatchingEvent>,
        at: Timestamp,
    },
    /// An event that is about none of them. It is kept so that inputs and events stay paired.
    Elsewhere {
        symbol: Symbol,
    },
    InstrumentChanged(Instrument),
    PriceChanged(Quote),
    FeedChanged {
        symbol: Symbol,
        feed: Option<Feed>,
    },
    UserChanged(User),
}

impl Input {
    /// The orders that it touches. Those that a cancel of many reaches are not among them.
    pub fn order_ids(&self, partition: u16) -> impl Iterator<Item = OrderId> {
        let ids = match self {
            // None has both: what comes in another's place is no bracket.
            Input::PlaceOrder { order, .. } => {
                [Some(order.order_id), order.terms.exit_order_id.or(order.replaces)]
            }
            Input::AmendOrder { amend, .. } => [Some(amend.order_id), None],
            Input::CancelOrder { order_id, .. }
            | Input::OrderRefused { order_id, .. }
            | Input::AmendmentRefused { order_id, .. } => [Some(*order_id), None],
            Input::Book { event, .. } => {
                let mut ours = handlers::book::parties(event).filter(|party| party.ordering == partition);
                [ours.next(), ours.next()].map(|party| party.map(|party| party.order_id))
            }
            Input::CancelOrders { .. }
            | Input::Elsewhere { .. }
            | Input::InstrumentChanged(_)
            | Input::PriceChanged(_)
            | Input::FeedChanged { .. }
            | Input::UserChanged(_) => [None, None],
        };
        ids.into_iter().flatten()
    }
}

impl Ordering {
    fn of_matching(&self, event: MatchingEvent, at: Timestamp) -> Input {
        let ours = |party: &Party| party.ordering == self.desk.partition;
        if handlers::book::parties(&event).any(ours) {
            return Input::Book { event: Box::new(event), at };
        }
        Input::Elsewhere { symbol: event.symbol() }
    }
}

fn of_portfolio(event: PortfolioToOrdering, at: Timestamp) -> Input {
    match event {
        PortfolioToOrdering::OrderRefused { order_id, user_id, refusal } => {
            Input::OrderRefused { order_id, user_id, refusal, at }
        }
        PortfolioToOrdering::AmendmentRefused { order_id, user_id, refusal } => {
            Input::AmendmentRefused { order_id, user_id, refusal, at }
        }
    }
}

fn of_stock_data(event: StockDataEvent) -> Input {
    match event {
        StockDataEvent::InstrumentChanged(instrument) => Input::InstrumentChanged(instrument),
        StockDataEvent::PriceChanged(quote) => Input::PriceChanged(quote),
        StockDataEvent::FeedChanged { symbol, feed } => Input::FeedChanged { symbol, feed },
    }
}

fn of_accounts(event: AccountsEvent) -> Input {
    match event {
        AccountsEvent::UserChanged(user) => Input::UserChanged(user),
    }
}

fn say(desk: &Desk, user_id: UserId, outcome: Outcome, step: &mut Step) {
    for command in &outcome.commands {
        step.say(desk.to_portfolio_of(user_id), command);
    }
    step.reply(&outcome.reply);
}

fn parse<T: DeserializeOwned>(events: &[u8], input: impl Fn(T) -> Input) -> Result<Vec<Input>, String> {
    let events: Vec<T> = serde_json::from_slice(events).map_err(|e| e.to_string())?;
    Ok(events.into_iter().map(input).collect())
}

#[async_trait]
impl Rules for Ordering {
    type Shared = Shared;
    type Input = Input;
    type Rows = Rows;

    async fn open(shared: &Shared, place: Place, db: &Db) -> Result<Self, Fault> {
        let mut desk = Desk::new(place, shared.limits, shared.fees);
        desk.instruments = store::instruments::load(db, place.partition).await?;
        desk.people = store::users::load(db, place.partition).await?;
        desk.live_orders = store::orders::count_live(db, place.partition).await?;
        Ok(Ordering { desk, live: LiveTickets::default() })
    }

    fn decode_events(&self, source: Source<'_>, events: &[u8]) -> Result<Vec<Input>, String> {
        let Source::Stream { service, at } = source else {
            return Err("events come from streams".into());
        };
        match service {
            topology::PORTFOLIO => parse(events, |event| of_portfolio(event, at)),
            topology::MATCHING => parse(events, |event| self.of_matching(event, at)),
            topology::STOCK_DATA => parse(events, of_stock_data),
            topology::ACCOUNTS => parse(events, of_accounts),
            other => Err(format!("ordering does not hear {other}")),
        }
    }

    fn decode_request(&self, source: Source<'_>, body: &[u8]) -> Result<Input, Refusal> {
        let Source::Orders { sender } = source else {
            return Err(Refusal::new(Code::NotAllowed, "orders are taken on the exchange `orders` only"));
        };
        let sender = Sender::named(sender);
        match intake::decode(body)? {
            ClientMessage::PlaceOrder(order) => Ok(Input::PlaceOrder { sender, order }),
            ClientMessage::CancelOrder { order_id, user_id } => {
                Ok(Input::CancelOrder { sender, order_id, user_id })
            }
            ClientMessage::AmendOrder(amend) => Ok(Input::AmendOrder { sender, amend }),
            ClientMessage::CancelOrders(asked) => Ok(Input::CancelOrders { sender, asked }),
        }
    }

    /// A book's events concern two orders each and must keep their order. All else is per order:
    /// what a client did wrong with one order must not stop his others.
    fn key(&self, input: &Input) -> String {
        match input {
            Input::PlaceOrder { order, .. } => order.order_id.to_string(),
            Input::AmendOrder { amend, .. } => amend.order_id.to_string(),
            Input::CancelOrder { order_id, .. }
            | Input::OrderRefused { order_id, .. }
            | Input::AmendmentRefused { order_id, .. } => order_id.to_string(),
            Input::CancelOrders { asked, .. } => asked.user_id.to_string(),
            Input::Book { event, .. } => event.symbol().to_string(),
            Input::Elsewhere { symbol } => symbol.to_string(),
            // Not behind a book's events: an instrument can always be halted.
            Input::InstrumentChanged(instrument) => format!("instrument {}", instrument.symbol),
            Input::PriceChanged(quote) => format!("instrument {}", quote.symbol),
            Input::FeedChanged { symbol, .. } => format!("instrument {symbol}"),
            Input::UserChanged(user) => user.user_id.to_string(),
        }
    }

    async fn prefetch(&mut self, db: &Db, inputs: &[Input]) -> Result<Rows, Fault> {
        let mut ids: Vec<OrderId> =
            inputs.iter().flat_map(|input| input.order_ids(self.desk.partition)).collect();
        ids.sort_unstable();
        ids.dedup();
        let asked: Vec<&CancelOrders> = inputs
            .iter()
            .filter_map(
                |input| if let Input::CancelOrders { asked, .. } = input { Some(asked) } else { None },
            )
            .collect();
        let users: Vec<UserId> = asked.iter().map(|asked| asked.user_id).collect();
        let sweep = Sweep::of(asked, &store::orders::count_live_of(db, &users).await?);
        self.live.prefetch(db, self.desk.partition, ids, &sweep).await
    }

    fn apply(&mut self, rows: &mut Rows, input: Input, step: &mut Step) -> Result<(), Poison> {
        let desk = &mut self.desk;
        match input {
            Input::PlaceOrder { sender, order } => {
                let outcome = handlers::place_order::apply(desk, rows, sender, &order, step.now);
                say(desk, order.user_id, outcome, step);
            }
            Input::CancelOrder { sender, order_id, user_id } => {
                let outcome = handlers::cancel_order::apply(desk, rows, sender, order_id, user_id);
                say(desk, user_id, outcome, step);
            }
            Input::AmendOrder { sender, amend } => {
                let outcome = handlers::amend_order::apply(desk, rows, sender, &amend, step.now);
                say(desk, amend.user_id, outcome, step);
            }
            Input::CancelOrders { sender, asked } => {
                let outcome = handlers::cancel_orders::apply(desk, rows, sender, &asked);
                say(desk, asked.user_id, outcome, step);
            }
            Input::OrderRefused { order_id, user_id, refusal, at } => {
                handlers::order_refused::apply(desk, rows, order_id, user_id, refusal, at)?;
            }
            Input::AmendmentRefused { order_id, user_id, refusal, at } => {
                handlers::amendment_refused::apply(desk, rows, order_id, user_id, refusal, at)?;
            }
            Input::Book { event, at } => handlers::book::apply(desk, rows, &event, at)?,
            Input::Elsewhere { .. } => {}
            Input::InstrumentChanged(instrument) => {
                handlers::instrument_changed::apply(desk, rows, &instrument)?;
            }
            Input::PriceChanged(quote) => handlers::price_changed::apply(desk, rows, &quote)?,
            Input::FeedChanged { symbol, feed } => {
                handlers::feed_changed::apply(desk, rows, symbol, feed.as_ref())?;
            }
            Input::UserChanged(user) => handlers::user_changed::apply(desk, rows, &user),
        }
        Ok(())
    }

    /// However often an order changed in the step, it is told once.
    async fn decide(&mut self, rows: &mut Rows, step: &mut Step) -> Result<(), Fault> {
        for event in handlers::announce::events(rows) {
            step.say(&self.desk.to_web, &event);
        }
        Ok(())
    }

    fn write(&mut self, rows: Rows, writes: &mut Writes) {
        self.live.take_over(&rows);
        store::orders::insert(&rows.inserts(), writes);
        store::orders::update(self.desk.partition, &rows.updates(), writes);
        store::fills::insert(&rows.fills, writes);
        store::instruments::save(&self.desk, &rows.instruments, writes);
        store::users::save(&self.desk, &rows.people, writes);
    }
}
