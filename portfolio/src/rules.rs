//! Which message goes to which handler. One instance per partition; what it keeps in memory it can
//! read again.

use crate::{
    domain::FeeRates,
    handlers,
    store::{self, Known, Rows},
};
use async_trait::async_trait;
use chassis::{Db, Fault, Place, Poison, Rules, Source, Step, Writes};
use contracts::{
    Code, Refusal, StreamName, Symbol, Timestamp, UserId,
    accounts::{AccountsEvent, User},
    json,
    matching::{
        AmendmentRefused, MatchingEvent, OrderAmended, OrderFilled, OrderLeftBook, OrderOpened, OrderReduced,
        Party,
    },
    ordering::{AmendOrder, CancelOrder, OrderCommand, PlaceOrder},
    portfolio::{PortfolioCommand, PortfolioEvent},
    stock_data::{Instrument, Quote, StockDataEvent},
    topology,
};
use serde::de::DeserializeOwned;

#[derive(Clone, Copy)]
pub struct Shared {
    pub fees: chassis::settings::Fees,
}

pub struct Portfolio {
    pub(crate) place: Place,
    pub(crate) fees: FeeRates,
    pub(crate) to_matching: Vec<StreamName>,
    pub(crate) to_ordering: Vec<StreamName>,
    pub(crate) to_web: StreamName,
    known: Known,
}

/// Every event of a stream is one input, also those that are none of our business.
pub enum Input {
    PlaceOrder(PlaceOrder),
    CancelOrder(CancelOrder),
    AmendOrder(AmendOrder),
    OrderFilled(OrderFilled, Timestamp),
    OrderLeftBook(OrderLeftBook),
    OrderReduced(OrderReduced),
    OrderAmended(OrderAmended),
    AmendmentRefused(AmendmentRefused),
    OrderRepriced(OrderOpened),
    /// Something else in a book, or of others.
    BookMoved(Symbol, u64),
    UserChanged(User),
    /// Of another partition: nothing to do.
    OthersUser(UserId),
    InstrumentChanged(Instrument),
    PriceChanged(Quote),
    /// What others pay elsewhere is not what holdings are worth here.
    FeedChanged(Symbol),
    Command(PortfolioCommand),
}

impl Portfolio {
    /// Other partitions keep the other users.
    pub fn is_ours(&self, user: UserId) -> bool {
        self.place.partitions.of_user(user) == self.place.partition
    }

    pub fn stream_to_book(&self, symbol: Symbol) -> &StreamName {
        &self.to_matching[usize::from(self.place.partitions.of_symbol(symbol))]
    }

    fn must_be_ours(&self, user: UserId) -> Result<(), String> {
        let belongs = self.is_ours(user);
        belongs.then_some(()).ok_or_else(|| format!("user {user} belongs to another partition"))
    }

    fn must_be_there(&self, ordering: u16) -> Result<(), String> {
        let is_there = usize::from(ordering) < self.to_ordering.len();
        is_there.then_some(()).ok_or_else(|| format!("there is no ordering.{ordering}"))
    }

    fn of_ordering(&self, command: OrderCommand) -> Result<Input, String> {
        match command {
            OrderCommand::PlaceOrder(order) => {
                self.must_be_ours(order.user_id)?;
                self.must_be_there(order.ordering)?;
                Ok(Input::PlaceOrder(order))
            }
            OrderCommand::CancelOrder(cancel) => {
                self.must_be_ours(cancel.user_id)?;
                Ok(Input::CancelOrder(cancel))
            }
            OrderCommand::AmendOrder(order) => {
                self.must_be_ours(order.user_id)?;
                self.must_be_there(order.ordering)?;
                Ok(Input::AmendOrder(order))
            }
        }
    }

    fn of_matching(&self, event: MatchingEvent, at: Timestamp) -> Input {
        let elsewhere = Input::BookMoved(event.symbol(), event.sequence());
        let ours = |party: &Party| self.is_ours(party.user_id);
        match event {
            MatchingEvent::OrderFilled(e) if ours(&e.maker) || ours(&e.taker) => Input::OrderFilled(e, at),
            MatchingEvent::OrderLeftBook(e) if ours(&e.party) => Input::OrderLeftBook(e),
            MatchingEvent::OrderReduced(e) if ours(&e.party) => Input::OrderReduced(e),
            MatchingEvent::OrderAmended(e) if ours(&e.party) => Input::OrderAmended(e),
            MatchingEvent::AmendmentRefused(e) if ours(&e.party) => Input::AmendmentRefused(e),
            // At its own price an order rests without our looking.
            MatchingEvent::OrderOpened(e) if e.repriced && ours(&e.party) => Input::OrderRepriced(e),
            MatchingEvent::OrderOpened(_)
            | MatchingEvent::OrderFilled(_)
            | MatchingEvent::OrderLeftBook(_)
            | MatchingEvent::OrderReduced(_)
            | MatchingEvent::OrderAmended(_)
            | MatchingEvent::AmendmentRefused(_)
            | MatchingEvent::OrderArmed(_)
            | MatchingEvent::OrderTriggered(_)
            | MatchingEvent::OrderRefreshed(_)
            | MatchingEvent::PhaseChanged(_)
            | MatchingEvent::AuctionIndicated(_) => elsewhere,
        }
    }

    fn of_accounts(&self, event: AccountsEvent) -> Input {
        match event {
            AccountsEvent::UserChanged(user) if self.is_ours(user.user_id) => Input::UserChanged(user),
            AccountsEvent::UserChanged(user) => Input::OthersUser(user.user_id),
        }
    }
}

fn of_stock_data(event: StockDataEvent) -> Input {
    match event {
        StockDataEvent::InstrumentChanged(instrument) => Input::InstrumentChanged(instrument),
        StockDataEvent::PriceChanged(quote) => Input::PriceChanged(quote),
        StockDataEvent::FeedChanged { symbol, .. } => Input::FeedChanged(symbol),
    }
}

fn parse<T: DeserializeOwned>(events: &[u8]) -> Result<Vec<T>, String> {
    serde_json::from_slice(events).map_err(|e| e.to_string())
}

#[async_trait]
impl Rules for Portfolio {
    type Shared = Shared;
    type Input = Input;
    type Rows = Rows;

    async fn open(shared: &Shared, place: Place, _db: &Db) -> Result<Self, Fault> {
        Ok(Portfolio {
            place,
            fees: FeeRates {
                maker_basis_points: shared.fees.maker_basis_points,
                taker_basis_points: shared.fees.taker_basis_points,
            },
            to_matching: place.streams_to_each(topology::MATCHING),
            to_ordering: place.streams_to_each(topology::ORDERING),
            to_web: place.stream_to(topology::WEB),
            known: Known::default(),
        })
    }

    fn decode_events(&self, source: Source<'_>, events: &[u8]) -> Result<Vec<Input>, String> {
        let Source::Stream { service, at } = source else {
            return Err("events come from streams".into());
        };
        match service {
            topology::ORDERING => parse(events)?.into_iter().map(|c| self.of_ordering(c)).collect(),
            topology::MATCHING => Ok(parse(events)?.into_iter().map(|e| self.of_matching(e, at)).collect()),
            topology::ACCOUNTS => Ok(parse(events)?.into_iter().map(|e| self.of_accounts(e)).collect()),
            topology::STOCK_DATA => Ok(parse(events)?.into_iter().map(of_stock_data).collect()),
            other => Err(format!("portfolio does not hear {other}")),
        }
    }

    fn decode_request(&self, source: Source<'_>, body: &[u8]) -> Result<Input, Refusal> {
        let Source::Request { sender } = source else {
            return Err(Refusal::new(Code::NotAllowed, "portfolio takes commands on requests only"));
        };
        let command: PortfolioCommand = json::read(body)?;
        let (user_id, senders): (_, &[_]) = match command {
            PortfolioCommand::Deposit { user_id, .. } | PortfolioCommand::Withdraw { user_id, .. } => {
                (user_id, &[topology::WEB, topology::ADMIN])
            }
            PortfolioCommand::DepositShares { user_id, .. } => (user_id, &[topology::ADMIN]),
            PortfolioCommand::CloseBooks { user_id } => (user_id, &[topology::WEB]),
        };
        if !senders.contains(&sender) {
            return Err(Refusal::new(Code::NotAllowed, format!("{sender} may not do that")));
        }
        self.must_be_ours(user_id).map_err(|e| Refusal::of_field(Code::UnknownUser, "user_id", e))?;
        Ok(Input::Command(command))
    }

    /// Matching's events keep their order per book, all else per user or price: what a book says
    /// about an order can only come after the order itself went through here.
    fn key(&self, input: &Input) -> String {
        match input {
            Input::PlaceOrder(order) => order.user_id.to_string(),
            Input::CancelOrder(cancel) => cancel.user_id.to_string(),
            Input::AmendOrder(order) => order.user_id.to_string(),
            Input::OrderFilled(event, _) => event.symbol.to_string(),
            Input::OrderLeftBook(event) => event.symbol.to_string(),
            Input::OrderReduced(event) => event.symbol.to_string(),
            Input::OrderAmended(event) => event.symbol.to_string(),
            Input::AmendmentRefused(event) => event.symbol.to_string(),
            Input::OrderRepriced(event) => event.symbol.to_string(),
            Input::BookMoved(symbol, _) => symbol.to_string(),
            Input::UserChanged(user) => user.user_id.to_string(),
            Input::OthersUser(user_id) => user_id.to_string(),
            Input::InstrumentChanged(instrument) => format!("price {}", instrument.symbol),
            Input::PriceChanged(quote) => format!("price {}", quote.symbol),
            Input::FeedChanged(symbol) => format!("price {symbol}"),
            Input::Command(
                PortfolioCommand::Deposit { user_id, .. }
                | PortfolioCommand::Withdraw { user_id, .. }
                | PortfolioCommand::DepositShares { user_id, .. }
                | PortfolioCommand::CloseBooks { user_id },
            ) => user_id.to_string(),
        }
    }

    async fn prefetch(&mut self, db: &Db, inputs: &[Input]) -> Result<Rows, Fault> {
        let Place { partition, partitions, .. } = self.place;
        let is_ours = |user| partitions.of_user(user) == partition;
        store::prefetch(db, partition, &mut self.known, inputs, is_ours).await
    }

    fn apply(&mut self, rows: &mut Rows, input: Input, step: &mut Step) -> Result<(), Poison> {
        match input {
            Input::PlaceOrder(order) => handlers::place_order::apply(self, rows, &order, step),
            Input::CancelOrder(cancel) => handlers::cancel_order::apply(self, rows, cancel, step),
            Input::AmendOrder(order) => handlers::amend_order::apply(self, rows, order, step),
            Input::OrderFilled(fill, at) => handlers::order_filled::apply(self, rows, &fill, at)?,
            Input::OrderLeftBook(event) => handlers::order_left_book::apply(rows, &event)?,
            Input::OrderReduced(event) => handlers::order_reduced::apply(rows, &event)?,
            Input::OrderAmended(event) => handlers::order_amended::apply(rows, &event)?,
            Input::AmendmentRefused(event) => handlers::amendment_refused::apply(rows, &event)?,
            Input::OrderRepriced(event) => handlers::order_repriced::apply(rows, &event)?,
            Input::BookMoved(symbol, sequence) => handlers::book_moved::apply(rows, symbol, sequence)?,
            Input::UserChanged(user) => handlers::user_changed::apply(rows, &user),
            Input::OthersUser(_) | Input::FeedChanged(_) => {}
            Input::InstrumentChanged(instrument) => handlers::instrument_changed::apply(rows, &instrument),
            Input::PriceChanged(quote) => handlers::price_changed::apply(rows, &quote),
            Input::Command(PortfolioCommand::Deposit { id, user_id, amount }) => {
                handlers::deposit::apply(rows, id, user_id, amount, step);
            }
            Input::Command(PortfolioCommand::Withdraw { id, user_id, amount }) => {
                handlers::withdraw::apply(rows, id, user_id, amount, step);
            }
            Input::Command(PortfolioCommand::DepositShares { id, user_id, symbol, quantity, cost }) => {
                handlers::deposit_shares::apply(rows, id, user_id, (symbol, quantity, cost), step);
            }
            Input::Command(PortfolioCommand::CloseBooks { user_id }) => {
                handlers::close_books::apply(rows, user_id, step);
            }
        }
        Ok(())
    }

    /// However often a user's portfolio changed in the step, it is told once.
    async fn decide(&mut self, rows: &mut Rows, step: &mut Step) -> Result<(), Fault> {
        for change in rows.books.changes() {
            step.say(&self.to_web, &PortfolioEvent::PortfolioChanged(change));
        }
        Ok(())
    }

    fn write(&mut self, rows: Rows, writes: &mut Writes) {
        store::write(self.place.partition, &rows, writes);
        self.known.take_over(&rows);
    }
}
