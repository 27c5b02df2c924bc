//! What an order must be like to be traded in an instrument.

use contracts::{
    Code, Money, OrderType, Price, Quantity, Refusal, Side, Symbol, intake::NewOrder,
    stock_data::InstrumentState,
};

/// Far above the dearest share.
pub const PRICE_MAX: Price = Price::from_micros(1_000_000 * contracts::amount::SCALE);
/// Together with the greatest price it makes 10¹², which an amount of money can hold: no sum over
/// an order's fills ever overflows.
pub const QUANTITY_MAX: Quantity = Quantity::from_micros(1_000_000 * contracts::amount::SCALE);
/// A thousandth of what an amount can hold, so that a user's holds can be added up.
pub const NOTIONAL_MAX: Money = Money::from_micros(1_000_000_000 * contracts::amount::SCALE);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instrument {
    pub tick_size: Price,
    pub lot_size: Quantity,
    pub state: InstrumentState,
    pub previous_close: Price,
    /// Of the last trade, once there was one.
    pub last_price: Option<Price>,
}

impl Instrument {
    /// The price up to which an order binds its user: its limit, or a market order's worst price.
    /// `collar` is how far that may lie from the last price, in hundredths of a percent.
    pub fn price_of(&self, order: &NewOrder, collar_basis_points: u32) -> Result<Price, Refusal> {
        self.check_state(order.symbol)?;
        self.check_quantity(order.quantity)?;
        let price = match (order.order_type, order.limit_price) {
            (OrderType::Limit, Some(limit)) => self.check_limit(limit).map(|()| limit),
            (OrderType::Limit, None) => {
                let rule = "a limit order needs a limit price";
                Err(Refusal::of_field(Code::MissingField, "limit_price", rule))
            }
            (OrderType::Market, None) => self.worst_price(order.side, collar_basis_points),
            (OrderType::Market, Some(_)) => {
                let rule = "a market order has no limit price";
                Err(Refusal::of_field(Code::UnexpectedField, "limit_price", rule))
            }
        }?;
        check_notional(price, order.quantity)?;
        Ok(price)
    }

    fn check_state(&self, symbol: Symbol) -> Result<(), Refusal> {
        match self.state {
            InstrumentState::Open => Ok(()),
            InstrumentState::Halted => {
                let rule = format!("{symbol} is halted: no new orders are taken");
                Err(Refusal::of_field(Code::InstrumentHalted, "symbol", rule))
            }
        }
    }

    fn check_quantity(&self, quantity: Quantity) -> Result<(), Refusal> {
        if !quantity.is_positive() || quantity > QUANTITY_MAX {
            let rule = format!("must be more than 0 and at most {QUANTITY_MAX}, got {quantity}");
            return Err(Refusal::of_field(Code::OutOfRange, "quantity", rule));
        }
        if !quantity.is_multiple_of(self.lot_size) {
            let rule = format!("must be a multiple of the lot size {}, got {quantity}", self.lot_size);
            return Err(Refusal::of_field(Code::LotSize, "quantity", rule));
        }
        Ok(())
    }

    fn check_limit(&self, limit: Price) -> Result<(), Refusal> {
        if !limit.is_positive() || limit > PRICE_MAX {
            let rule = format!("must be more than 0 and at most {PRICE_MAX}, got {limit}");
            return Err(Refusal::of_field(Code::OutOfRange, "limit_price", rule));
        }
        if !limit.is_multiple_of(self.tick_size) {
            let rule = format!("must be a multiple of the tick size {}, got {limit}", self.tick_size);
            return Err(Refusal::of_field(Code::TickSize, "limit_price", rule));
        }
        Ok(())
    }

    /// The last price, moved by the collar against the user and rounded outward to a tick. Before
    /// the first trade the previous close stands for the last price, as it does on every screen.
    fn worst_price(&self, side: Side, collar_basis_points: u32) -> Result<Price, Refusal> {
        let known = self.last_price.unwrap_or(self.previous_close);
        if !known.is_positive() {
            let rule = "there is no price yet from which a market order could take its worst price";
            return Err(Refusal::new(Code::NoReferencePrice, rule));
        }
        let (whole, collar) = (10_000, i128::from(collar_basis_points));
        let tick = i128::from(self.tick_size.micros());
        let scaled = i128::from(known.micros());
        let dearest = i128::from(PRICE_MAX.micros()) / tick;
        let ticks = match side {
            // The smallest whole number of ticks that is not below.
            Side::Buy => (scaled * (whole + collar) + whole * tick - 1) / (whole * tick),
            Side::Sell => scaled * (whole - collar) / (whole * tick),
        };
        let micros = ticks.min(dearest).max(1) * tick;
        Ok(Price::from_micros(i64::try_from(micros).expect("within the greatest price")))
    }
}

fn check_notional(price: Price, quantity: Quantity) -> Result<(), Refusal> {
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
