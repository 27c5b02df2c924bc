//! Which rows a batch may touch, as far as its inputs tell.

use crate::rules::Input;
use contracts::{OrderId, Symbol, UserId, matching::Party, portfolio::PortfolioCommand};
use rustc_hash::FxHashSet;
use uuid::Uuid;

/// The keys of the rows that a batch may touch.
#[derive(Default)]
pub struct Keys {
    pub users: FxHashSet<UserId>,
    pub holdings: FxHashSet<(UserId, Symbol)>,
    /// All that they own.
    pub leaving: FxHashSet<UserId>,
    pub orders: FxHashSet<OrderId>,
    pub books: FxHashSet<Symbol>,
    pub movements: FxHashSet<(Uuid, UserId)>,
    pub prices: FxHashSet<Symbol>,
}

impl Keys {
    pub fn of(inputs: &[Input], is_ours: impl Fn(UserId) -> bool) -> Self {
        let mut keys = Keys::default();
        inputs.iter().for_each(|input| keys.add(input, &is_ours));
        keys
    }

    fn add(&mut self, input: &Input, is_ours: impl Fn(UserId) -> bool) {
        match input {
            Input::PlaceOrder(order) => {
                self.order(order.order_id, order.user_id, order.symbol);
                let special = order.special.as_ref();
                let exit = special.and_then(|special| special.exit).map(|exit| exit.order_id);
                let replaced = special.and_then(|special| special.replaces).map(|was| was.order_id);
                self.orders.extend(exit.into_iter().chain(replaced));
            }
            Input::AmendOrder(order) => self.order(order.order_id, order.user_id, order.symbol),
            Input::CancelOrder(cancel) => {
                self.orders.insert(cancel.order_id);
            }
            // The other side may live in another partition.
            Input::OrderFilled(fill, _) => {
                let ours = [&fill.maker, &fill.taker].into_iter().filter(|party| is_ours(party.user_id));
                ours.for_each(|party| self.told(party, fill.symbol));
            }
            Input::OrderLeftBook(event) => {
                self.told(&event.party, event.symbol);
                self.orders.extend(event.replaced_by);
            }
            Input::OrderReduced(event) => self.told(&event.party, event.symbol),
            Input::OrderAmended(event) => self.told(&event.party, event.symbol),
            Input::AmendmentRefused(event) => self.told(&event.party, event.symbol),
            Input::OrderRepriced(event) => self.told(&event.party, event.symbol),
            Input::BookMoved(symbol, _) => {
                self.books.insert(*symbol);
            }
            Input::UserChanged(user) => {
                self.users.insert(user.user_id);
            }
            Input::InstrumentChanged(instrument) => {
                self.prices.insert(instrument.symbol);
            }
            // Overwritten, whatever it was.
            Input::PriceChanged(_) | Input::FeedChanged(_) | Input::OthersUser(_) => {}
            Input::Command(
                PortfolioCommand::Deposit { id, user_id, .. }
                | PortfolioCommand::Withdraw { id, user_id, .. },
            ) => {
                self.users.insert(*user_id);
                self.movements.insert((*id, *user_id));
            }
            Input::Command(PortfolioCommand::DepositShares { id, user_id, symbol, .. }) => {
                self.users.insert(*user_id);
                self.holdings.insert((*user_id, *symbol));
                self.movements.insert((*id, *user_id));
            }
            Input::Command(PortfolioCommand::CloseBooks { user_id }) => {
                self.users.insert(*user_id);
                self.leaving.insert(*user_id);
            }
        }
    }

    /// By a book.
    fn told(&mut self, party: &Party, symbol: Symbol) {
        self.order(party.order_id, party.user_id, symbol);
        self.books.insert(symbol);
    }

    fn order(&mut self, order: OrderId, user: UserId, symbol: Symbol) {
        self.orders.insert(order);
        self.users.insert(user);
        self.holdings.insert((user, symbol));
    }
}
