//! What a new order binds its user to: the prices at which it may ever trade, and until when.
//! Which fields an order of its type has was checked at intake (`contracts/src/intake/shape.rs`);
//! whether they suit the instrument is checked here.

use super::hours::next_close;
use super::instrument::{Instrument, PRICE_MAX, check_notional};
use chrono::TimeDelta;
use contracts::intake::NewOrder;
use contracts::ordering::{Exit, Replaces, Special, Trigger};
use contracts::{Code, OrderType, Price, Quantity, Refusal, Side, Terms, TimeInForce, Timestamp};

/// Longer than any year.
const DAYS_AHEAD_MAX: i64 = 366;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// The limit; of an order without one the worst price at which it may trade.
    pub price: Price,
    pub trigger: Option<Trigger>,
    pub expires_at: Option<Timestamp>,
    pub exit: Option<Exit>,
}

impl Bound {
    /// What the book must know beyond a plain order.
    pub fn special(&self, terms: &Terms, replaces: Option<Replaces>) -> Option<Box<Special>> {
        let special = Special {
            reprice: terms.reprice,
            self_trade_prevention: terms.self_trade_prevention,
            display_quantity: terms.display_quantity,
            expires_at: self.expires_at,
            trigger: self.trigger,
            exit: self.exit,
            replaces,
        };
        (special != Special::default()).then(|| Box::new(special))
    }
}

impl Instrument {
    /// `collar` is how far an order without a limit may trade from its stop price, or from the last
    /// price, in hundredths of a percent.
    pub fn bind(&self, order: &NewOrder, collar: u32, now: Timestamp) -> Result<Bound, Refusal> {
        self.check_state(order.symbol)?;
        self.check_feed(order.symbol, order.order_type)?;
        self.check_quantity("quantity", order.quantity)?;
        if let Some(display) = order.terms.display_quantity {
            self.check_quantity("display_quantity", display)?;
        }
        let (price, trigger) = self.prices(order, collar)?;
        let exit = self.exit(order, collar)?;
        let of_exit = exit.map(|exit| [exit.take_profit_price, exit.stop_loss.map(|loss| loss.price)]);
        let prices = [Some(price), trigger.map(|trigger| trigger.price)];
        check_notionals(prices.into_iter().chain(of_exit.into_iter().flatten()), order.quantity)?;
        let expires_at = self.expiry(&order.terms, now)?;
        Ok(Bound { price, trigger, expires_at, exit })
    }

    fn prices(&self, order: &NewOrder, collar: u32) -> Result<(Price, Option<Trigger>), Refusal> {
        let limit = || self.named_price("limit_price", order.limit_price);
        let stop = || self.named_price("stop_price", order.terms.stop_price);
        match order.order_type {
            OrderType::Limit => Ok((limit()?, None)),
            OrderType::Market => {
                let rule = "there is no price yet from which a market order could take its worst price";
                let reference =
                    self.reference_price().ok_or_else(|| Refusal::new(Code::NoReferencePrice, rule))?;
                Ok((self.collared(reference, order.side, collar), None))
            }
            OrderType::Stop => {
                let trigger = self.market_trigger(stop()?, order.side, collar);
                Ok((trigger.price, Some(trigger)))
            }
            OrderType::StopLimit => {
                let (stop_price, price) = (stop()?, limit()?);
                Ok((price, Some(Trigger { stop_price, trail_amount: None, price, rests: true })))
            }
            OrderType::TrailingStop => {
                let trail = self.named_price("trail_amount", order.terms.trail_amount)?;
                let stop_price = self.first_stop(order.side, trail)?;
                let trigger = Trigger {
                    trail_amount: Some(trail),
                    ..self.market_trigger(stop_price, order.side, collar)
                };
                Ok((trigger.price, Some(trigger)))
            }
            OrderType::Oco => {
                let (stop_price, price) = (stop()?, limit()?);
                check_beyond("stop_price", stop_price, ("limit price", price), order.side)?;
                let trigger = match order.terms.stop_limit_price {
                    None => self.market_trigger(stop_price, order.side, collar),
                    Some(limit) => {
                        self.check_price("stop_limit_price", limit)?;
                        Trigger { stop_price, trail_amount: None, price: limit, rests: true }
                    }
                };
                Ok((price, Some(trigger)))
            }
        }
    }

    fn named_price(&self, field: &str, price: Option<Price>) -> Result<Price, Refusal> {
        let price = price.ok_or_else(|| {
            Refusal::of_field(Code::MissingField, field, "an order of this type needs this field")
        })?;
        self.check_price(field, price).map(|()| price)
    }

    /// From the stop price on it is a market order.
    fn market_trigger(&self, stop_price: Price, side: Side, collar: u32) -> Trigger {
        let price = self.collared(stop_price, side, collar);
        Trigger { stop_price, trail_amount: None, price, rests: false }
    }

    /// Where a trailing stop begins: a whole tick, no nearer to the market than it asked for.
    fn first_stop(&self, side: Side, trail: Price) -> Result<Price, Refusal> {
        let rule = "there is no price yet that a trailing stop could follow";
        let last = self.reference_price().ok_or_else(|| Refusal::new(Code::NoReferencePrice, rule))?;
        // At no distance, the collar only rounds outward.
        let begin = self.collared(last, side, 0);
        let stop = match side {
            Side::Buy => begin.plus(trail),
            Side::Sell => begin.minus(trail),
        };
        stop.ok().filter(|stop| stop.is_positive() && *stop <= PRICE_MAX).ok_or_else(|| {
            let rule = format!("there is no stop price at a distance of {trail} from the last price {last}");
            Refusal::of_field(Code::OutOfRange, "trail_amount", rule)
        })
    }

    fn exit(&self, order: &NewOrder, collar: u32) -> Result<Option<Exit>, Refusal> {
        let Some(order_id) = order.terms.exit_order_id else { return Ok(None) };
        let (side, take_profit_price) = (order.side.opposite(), order.terms.take_profit_price);
        if let Some(price) = take_profit_price {
            self.check_price("take_profit_price", price)?;
        }
        let stop_loss = match order.terms.stop_loss_price {
            None => None,
            Some(stop) => {
                self.check_price("stop_loss_price", stop)?;
                if let Some(price) = take_profit_price {
                    check_beyond("stop_loss_price", stop, ("take profit price", price), side)?;
                }
                Some(self.market_trigger(stop, side, collar))
            }
        };
        Ok(Some(Exit { order_id, take_profit_price, stop_loss }))
    }

    /// When the book is to take it off by itself.
    fn expiry(&self, terms: &Terms, now: Timestamp) -> Result<Option<Timestamp>, Refusal> {
        match terms.time_in_force {
            TimeInForce::Gtc | TimeInForce::Ioc | TimeInForce::Fok => Ok(None),
            TimeInForce::Day => Ok(Some(next_close(self.hours.as_ref(), now))),
            TimeInForce::Gtd => {
                let last = now + TimeDelta::days(DAYS_AHEAD_MAX);
                match terms.expires_at {
                    Some(at) if at > now && at <= last => Ok(Some(at)),
                    Some(at) => {
                        let rule = format!(
                            "must be in the future and at most {DAYS_AHEAD_MAX} days ahead, got {}",
                            at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
                        );
                        Err(Refusal::of_field(Code::OutOfRange, "expires_at", rule))
                    }
                    None => {
                        let rule = "an order that is good till a date says until when";
                        Err(Refusal::of_field(Code::MissingField, "expires_at", rule))
                    }
                }
            }
        }
    }
}

/// A stop price lies on the far side of the price at which the same order takes its profit, or no
/// market could ever reach the one without having met the other.
fn check_beyond(field: &str, stop: Price, (other, price): (&str, Price), side: Side) -> Result<(), Refusal> {
    let (beyond, word) = match side {
        Side::Buy => (stop > price, "more"),
        Side::Sell => (stop < price, "less"),
    };
    if beyond {
        return Ok(());
    }
    let rule = format!("must be {word} than the {other} {price}, got {stop}");
    Err(Refusal::of_field(Code::InvalidCombination, field, rule))
}

fn check_notionals(
    prices: impl IntoIterator<Item = Option<Price>>,
    quantity: Quantity,
) -> Result<(), Refusal> {
    prices.into_iter().flatten().try_for_each(|price| check_notional(price, quantity))
}
