//! What a row wants beside what is there.

use contracts::{
    Order, OrderId, OrderStatus, Price, Terms,
    accounts::User,
    intake::NewOrder,
    stock_data::{Instrument, PriceBand, Stock, TradingHours, TradingRules},
};
use std::fmt::Display;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    Missing,
    Same,
    /// In what, from what, to what.
    Differs(String),
    /// Something is there that cannot become what the row wants.
    Conflicts(String),
}

pub fn of_person(wants: &User, is: Option<&User>) -> Standing {
    let Some(is) = is else { return Standing::Missing };
    let User { user_id: _, name, role, demo } = wants;
    standing([
        ("name", difference(format!("{:?}", is.name), format!("{name:?}"))),
        ("role", difference(is.role, *role)),
        ("demo", difference(is.demo, *demo)),
    ])
}

/// What to list: once a stock has traded, its previous close is the market's and no longer the
/// file's.
pub fn as_traded(wants: Instrument, is: Option<&Stock>) -> Instrument {
    match is.filter(|is| is.at.is_some()) {
        Some(is) => Instrument { previous_close: is.instrument.previous_close, ..wants },
        None => wants,
    }
}

pub fn of_stock(wants: &Instrument, is: Option<&Stock>) -> Standing {
    let Some(Stock { instrument: is, .. }) = is else { return Standing::Missing };
    let Instrument { symbol: _, name, currency, tick_size, lot_size, previous_close, state, rules } = wants;
    let TradingRules { hours, price_band, auction_seconds } = rules;
    let fixed = standing([
        ("currency", difference(&is.currency, currency)),
        ("tick_size", difference(is.tick_size, *tick_size)),
        ("lot_size", difference(is.lot_size, *lot_size)),
    ]);
    if let Standing::Differs(what) = fixed {
        return Standing::Conflicts(format!("is fixed once the stock is listed: {what}"));
    }
    standing([
        ("name", difference(format!("{:?}", is.name), format!("{name:?}"))),
        ("previous_close", difference(is.previous_close, *previous_close)),
        ("state", difference(is.state, *state)),
        ("hours", difference(shown(&is.rules.hours, hours_shown), shown(hours, hours_shown))),
        ("price_band", difference(shown(&is.rules.price_band, band_shown), shown(price_band, band_shown))),
        (
            "auction_seconds",
            difference(
                shown(&is.rules.auction_seconds, u32::to_string),
                shown(auction_seconds, u32::to_string),
            ),
        ),
    ])
}

fn hours_shown(TradingHours { days, opens, closes }: &TradingHours) -> String {
    let days: Vec<&str> = days.iter().map(|day| day.as_str()).collect();
    format!("{} {opens} to {closes}", days.join(" "))
}

fn band_shown(PriceBand { basis_points, limit_state_seconds, halt_seconds }: &PriceBand) -> String {
    format!("{basis_points} basis points, {limit_state_seconds} s, {halt_seconds} s")
}

fn shown<T>(value: &Option<T>, show: impl Fn(&T) -> String) -> String {
    value.as_ref().map_or("none".to_owned(), show)
}

pub fn of_order(wants: &NewOrder, is: Option<&Order>) -> Standing {
    let Some(is) = is else { return Standing::Missing };
    let NewOrder {
        order_id: _,
        user_id: _,
        symbol,
        side,
        order_type,
        quantity,
        limit_price,
        terms,
        replaces,
    } = wants;
    // Who amended it since has not used its id again.
    let placed = is.as_placed();
    let id = |order: &Option<OrderId>| shown(order, OrderId::to_string);
    let content = standing([
        ("symbol", difference(is.symbol, *symbol)),
        ("side", difference(is.side, *side)),
        ("type", difference(is.order_type, *order_type)),
        ("time_in_force", difference(is.terms.time_in_force, terms.time_in_force)),
        ("post_only", difference(is.terms.post_only, terms.post_only)),
        ("other terms", difference(others(&is.terms), others(terms))),
        ("quantity", difference(placed.quantity, *quantity)),
        (
            "limit_price",
            difference(shown(&placed.limit_price, Price::to_string), shown(limit_price, Price::to_string)),
        ),
        ("replaces", difference(id(&is.replaces), id(replaces))),
    ]);
    if let Standing::Differs(what) = content {
        return Standing::Conflicts(format!("this order_id was used before, with another content: {what}"));
    }
    match is.status {
        OrderStatus::Rejected => {
            let reason = is.reason.as_ref().map_or("no reason given".to_owned(), |r| r.to_string());
            Standing::Conflicts(format!("was rejected: {reason}; to try again, give it a new order_id"))
        }
        // What happened to it since is the market's.
        OrderStatus::Pending
        | OrderStatus::Open
        | OrderStatus::Closed
        | OrderStatus::Canceled
        | OrderStatus::Expired => Standing::Same,
    }
}

/// No file knows any.
fn others(terms: &Terms) -> &'static str {
    let plain = Terms { post_only: terms.post_only, ..Terms::of(terms.time_in_force) };
    if *terms == plain { "none" } else { "some" }
}

fn difference<T: PartialEq + Display>(is: T, wants: T) -> Option<String> {
    (is != wants).then(|| format!("{is} → {wants}"))
}

fn standing<const N: usize>(columns: [(&str, Option<String>); N]) -> Standing {
    let differences: Vec<_> =
        columns.into_iter().filter_map(|(name, what)| Some(format!("{name} {}", what?))).collect();
    match differences.is_empty() {
        true => Standing::Same,
        false => Standing::Differs(differences.join(", ")),
    }
}
