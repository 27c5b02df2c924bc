//! `Portfolio`: what a user owns, and what it is worth at the last prices.

use crate::{domain::Holding as Owned, store::questions};
use chassis::{Db, Fault};
use contracts::{
    AmountError, Code, Money, Price, Quantity, Refusal, Symbol, UserId,
    amount::SCALE,
    portfolio::{Holding, Portfolio},
};

pub async fn answer(db: &Db, user_id: UserId) -> Result<Result<Portfolio, Refusal>, Fault> {
    let Some(owned) = questions::owned(db, user_id).await? else {
        let message = format!("nobody is {user_id}");
        return Ok(Err(Refusal::of_field(Code::UnknownUser, "user_id", message)));
    };
    let too_much = |e: AmountError| Fault::new("value a portfolio", e);
    let mut portfolio = Portfolio {
        user_id,
        cash: owned.cash,
        holdings: Vec::new(),
        market_value: Money::ZERO,
        unrealised_profit: Money::ZERO,
        realised_profit: Money::ZERO,
        total_value: owned.cash.total,
    };
    for (symbol, holding, last_price) in owned.holdings {
        let Portfolio { market_value, unrealised_profit, realised_profit, total_value, .. } = &mut portfolio;
        *realised_profit = realised_profit.plus(holding.realised).map_err(too_much)?;
        if holding.quantity.is_zero() {
            continue;
        }
        let shown = shown(symbol, &holding, last_price);
        let (value, profit) = (shown.market_value, shown.unrealised_profit);
        *market_value = market_value.plus(value.unwrap_or_default()).map_err(too_much)?;
        *total_value = total_value.plus(value.unwrap_or_default()).map_err(too_much)?;
        *unrealised_profit = unrealised_profit.plus(profit.unwrap_or_default()).map_err(too_much)?;
        portfolio.holdings.push(shown);
    }
    Ok(Ok(portfolio))
}

fn shown(symbol: Symbol, holding: &Owned, last_price: Option<Price>) -> Holding {
    let market_value = last_price.and_then(|price| value(price, holding.quantity));
    Holding {
        symbol,
        quantity: holding.quantity,
        held: holding.held,
        available: holding.available(),
        average_cost: holding.average_cost(),
        last_price,
        market_value,
        unrealised_profit: market_value.and_then(|value| value.minus(holding.cost).ok()),
        realised_profit: holding.realised,
    }
}

/// Rounded down: shares from outside need not come in lots. `None` if it is beyond all amounts.
fn value(price: Price, quantity: Quantity) -> Option<Money> {
    let product = i128::from(price.micros()) * i128::from(quantity.micros());
    i64::try_from(product / i128::from(SCALE)).ok().map(Money::from_micros)
}
