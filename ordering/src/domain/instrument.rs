//! What an order must be like to be traded in an instrument.

use contracts::stock_data::{InstrumentState, TradingHours};
use contracts::{Code, Money, OrderType, Price, Quantity, Refusal, Side, Symbol};

/// Far above the dearest share.
pub const PRICE_MAX: Price = Price::from_micros(1_000_000 * contracts::amount::SCALE);
/// Together with the greatest price it makes 10¹², which an amount of money can hold: no sum over
/// an order's fills ever overflows.
pub const QUANTITY_MAX: Quantity = Quantity::from_micros(1_000_000 * contracts::amount::SCALE);
/// A thousandth of what an amount can hold, so that a user's holds can be added up.
pub const NOTIONAL_MAX: Money = Money::from_micros(1_000_000_000 * contracts::amount::SCALE);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instrument {
    pub tick_size: Price,
    pub lot_size: Quantity,
    pub state: InstrumentState,
    pub previous_close: Price,
    /// Of the last trade, once there was one.
    pub last_price: Option<Price>,
    /// None: it trades at all times.
    pub hours: Option<TradingHours>,
    /// The market that it follows is silent.
    pub feed_stale: bool,
}

impl Instrument {
    pub fn check_state(&self, symbol: Symbol) -> Result<(), Refusal> {
        match self.state {
            InstrumentState::Open => Ok(()),
            InstrumentState::Halted => {
                let rule = format!("{symbol} is halted: no new orders are taken");
                Err(Refusal::of_field(Code::InstrumentHalted, "symbol", rule))
            }
        }
    }

    /// An order that trades at whatever price there is needs one that somebody stands for. A stop waits
    /// for this exchange's own trades and has its worst price already: it is taken, and does what its
    /// user wanted it to do when nobody looks.
    pub fn check_feed(&self, symbol: Symbol, order_type: OrderType) -> Result<(), Refusal> {
        match order_type {
            OrderType::Market if self.feed_stale => {
                let rule = format!(
                    "the market that {symbol} follows is silent: until it is heard again, name a limit price"
                );
                Err(Refusal::of_field(Code::FeedStale, "order_type", rule))
            }
            OrderType::Market
            | OrderType::Limit
            | OrderType::Stop
            | OrderType::StopLimit
            | OrderType::TrailingStop
            | OrderType::Oco => Ok(()),
        }
    }

    pub fn check_quantity(&self, field: &str, quantity: Quantity) -> Result<(), Refusal> {
        if !quantity.is_positive() || quantity > QUANTITY_MAX {
            let rule = format!("must be more than 0 and at most {QUANTITY_MAX}, got {quantity}");
            return Err(Refusal::of_field(Code::OutOfRange, field, rule));
        }
        if !quantity.is_multiple_of(self.lot_size) {
            let rule = format!("must be a multiple of the lot size {}, got {quantity}", self.lot_size);
            return Err(Refusal::of_field(Code::LotSize, field, rule));
        }
        Ok(())
    }

    pub fn check_price(&self, field: &str, price: Price) -> Result<(), Refusal> {
        if !price.is_positive() || price > PRICE_MAX {
            let rule = format!("must be more than 0 and at most {PRICE_MAX}, got {price}");
            return Err(Refusal::of_field(Code::OutOfRange, field, rule));
        }
        if !price.is_multiple_of(self.tick_size) {
            let rule = format!("must be a multiple of the tick size {}, got {price}", self.tick_size);
            return Err(Refusal::of_field(Code::TickSize, field, rule));
        }
        Ok(())
    }

    /// What market orders and trailing stops begin from. Before the first trade the previous close
    /// stands for the last price, as it does on every screen.
    pub fn reference_price(&self) -> Option<Price> {
        Some(self.last_price.unwrap_or(self.previous_close)).filter(|price| price.is_positive())
    }

    /// A price moved by the collar against the user and rounded outward to a tick: the worst at
    /// which he may trade. The collar is in hundredths of a percent.
    pub fn collared(&self, price: Price, side: Side, collar_basis_points: u32) -> Price {
        let (whole, collar) = (10_000, i128::from(collar_basis_points));
        let tick = i128::from(self.tick_size.micros());
        let scaled = i128::from(price.micros());
        let ticks = match side {
            // The smallest whole number of ticks that is not below.
            Side::Buy => (scaled * (whole + collar) + whole * tick - 1) / (whole * tick),
            Side::Sell => scaled * (whole - collar) / (whole * tick),
        };
        self.of_ticks(ticks)
    }

    /// As many ticks as a price can have.
    fn of_ticks(&self, ticks: i128) -> Price {
        let tick = i128::from(self.tick_size.micros());
        let dearest = i128::from(PRICE_MAX.micros()) / tick;
        let micros = ticks.min(dearest).max(1) * tick;
        Price::from_micros(i64::try_from(micros).expect("within the greatest price"))
    }
}

pub fn check_notional(price: Price, quantity: Quantity) -> Result<(), Refusal> {
    let refuse = |got: &dyn std::fmt::Display| {
        let rule = format!("price × quantity must be at most {NOTIONAL_MAX}, got {got}");
        Err(Refusal::of_field(Code::OutOfRange, "quantity", rule))
    };
    match price.times(quantity) {
        Ok(notional) if notional <= NOTIONAL_MAX => Ok(()),
        Ok(notional) => refuse(&notional),
        Err(error) => refuse(&error),
    }
}
