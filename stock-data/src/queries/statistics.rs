//! `Statistics`: what the market did by day and in total, and which stocks stand out today.

use crate::{
    domain::{Activity, Listing},
    store::{self, OfCurrency},
};
use chassis::{Db, Fault};
use chrono::NaiveDate;
use contracts::{
    Code, Refusal, Symbol, Timestamp,
    stock_data::{self, DayActivity, Ranked, STATISTICS_DAYS_MAX, Statistics},
};
use std::cmp::Reverse;

/// Of each list of stocks that stand out.
const RANKED_MAX: usize = 10;

pub async fn answer(db: &Db, days: u16, now: Timestamp) -> Result<Result<Statistics, Refusal>, Fault> {
    if !(1..=STATISTICS_DAYS_MAX).contains(&days) {
        let rule = format!("expected 1 to {STATISTICS_DAYS_MAX}, got {days}");
        return Ok(Err(Refusal::of_field(Code::OutOfRange, "days", rule)));
    }
    let today = now.date_naive();
    let days = by_day(store::days(db, days).await?);
    let mut total = stock_data::Activity::default();
    store::totals(db).await?.into_iter().for_each(|of| add(&mut total, of));
    let listings = store::listings(db).await?;
    let traded = traded(listings, store::day(db, today).await?, today);
    let none = || DayActivity { date: today, activity: stock_data::Activity::default() };
    Ok(Ok(Statistics {
        today: days.iter().find(|day| day.date == today).cloned().unwrap_or_else(none),
        total,
        days,
        most_traded: ranked(&traded, |_| true, |(stock, _)| Reverse(stock.trades)),
        gainers: ranked(&traded, |change| change > 0, |(_, change)| Reverse(*change)),
        losers: ranked(&traded, |change| change < 0, |(_, change)| *change),
    }))
}

fn by_day(rows: Vec<OfCurrency>) -> Vec<DayActivity> {
    let mut days: Vec<DayActivity> = Vec::new();
    for of in rows {
        let Some(date) = of.date else { continue };
        if days.last().is_none_or(|day| day.date != date) {
            days.push(DayActivity { date, activity: stock_data::Activity::default() });
        }
        add(&mut days.last_mut().expect("one at least").activity, of);
    }
    days
}

fn add(sum: &mut stock_data::Activity, OfCurrency { currency, activity, .. }: OfCurrency) {
    let Activity { orders, trades, volume: _, turnover } = activity;
    sum.orders += orders;
    sum.trades += trades;
    if let Some(currency) = currency.filter(|_| trades > 0) {
        *sum.turnover.entry(currency).or_default() += turnover;
    }
}

/// With the change of the price: in ten-thousandths of the previous close, so that stocks compare.
fn traded(listings: Vec<Listing>, did: Vec<(Symbol, Activity)>, today: NaiveDate) -> Vec<(Ranked, i128)> {
    let mut traded = Vec::new();
    for (symbol, Activity { trades, volume, turnover, orders: _ }) in did {
        let listing = listings.iter().find(|listing| listing.instrument.symbol == symbol);
        let Some(listing) = listing.filter(|_| trades > 0) else { continue };
        let stock = listing.clone().stock_on(today);
        let close = i128::from(stock.instrument.previous_close.micros());
        // Exactly, and not as it is shown: two that are shown alike still have an order.
        let change = i128::from(stock.change.micros()) * 1_000_000_000_000 / close;
        let ranked = Ranked {
            symbol,
            last_price: stock.last_price,
            change_percent: stock.change_percent,
            trades,
            volume,
            turnover,
            currency: stock.instrument.currency,
        };
        traded.push((ranked, change));
    }
    traded.sort_by_key(|(stock, _)| stock.symbol);
    traded
}

fn ranked<K: Ord>(
    traded: &[(Ranked, i128)],
    belongs: impl Fn(i128) -> bool,
    by: impl Fn(&(Ranked, i128)) -> K,
) -> Vec<Ranked> {
    let mut ranked: Vec<_> = traded.iter().filter(|(_, change)| belongs(*change)).collect();
    ranked.sort_by_key(|stock| by(stock));
    ranked.into_iter().take(RANKED_MAX).map(|(stock, _)| stock.clone()).collect()
}
