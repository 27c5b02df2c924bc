//! What stands on the books because of us: placed before a run, taken off after it, both unmeasured.

use crate::amqp;
use crate::bodies::{Bodies, Ids};
use crate::bots::{self, QUOTER};
use crate::funds::Quote;
use crate::prices::{self, Ticks};
use crate::tally::Tally;
use anyhow::{Context, Result, ensure};
use chassis::settings::Settings;
use contracts::topology;
use serde_json::json;
use std::collections::BTreeMap;

/// Quotes are numbered from here down, out of the plan's way.
fn quote_id(ids: Ids, at: usize) -> uuid::Uuid {
    ids.order_id(u32::MAX - at as u32, 0)
}

/// The quotes that the plan's market orders will meet.
pub fn quote(settings: &Settings, ids: Ids, quotes: &[Quote]) -> Result<()> {
    let user_id = bots::user_id(QUOTER).to_string();
    let bodies = quotes.iter().enumerate().map(|(at, quote)| {
        let Quote { symbol, side, ticks, quantity } = *quote;
        let body = json!({
            "type": "place_order", "order_id": quote_id(ids, at), "user_id": user_id,
            "symbol": bots::symbol(symbol), "side": side, "order_type": "limit",
            "quantity": quantity.to_string(),
            "limit_price": Ticks(prices::away(side, ticks)).to_string(),
        });
        (user_id.clone(), body.to_string().into_bytes())
    });
    let refusals = send(settings, bodies)?;
    ensure!(refusals.is_empty(), "the standing quotes were refused: {refusals:?}");
    Ok(())
}

/// Cancels all that the run has left on the books, the quotes too. Answers how many.
pub fn sweep(settings: &Settings, tally: &Tally, quotes: &[Quote]) -> Result<usize> {
    let left = tally.plan.left_resting();
    let count = left.len() + quotes.len();
    let orders = left.into_iter().map(|number| {
        let user = tally.plan.messages[number as usize].user;
        (user, tally.ids.order_id(number, tally.due[number as usize]))
    });
    let quotes = (0..quotes.len()).map(|at| (QUOTER, quote_id(tally.ids, at)));
    let bodies = orders.chain(quotes).map(|(user, order_id)| {
        let user_id = bots::user_id(user).to_string();
        let body = format!(r#"{{"type":"cancel_order","order_id":"{order_id}","user_id":"{user_id}"}}"#);
        (user_id, body.into_bytes())
    });
    // A quote that was used up is over, and so is an order that was never taken.
    let mut refusals = send(settings, bodies)?;
    refusals.retain(|code, _| code != "order_not_live" && code != "not_found");
    ensure!(refusals.is_empty(), "taking orders off the books was refused: {refusals:?}");
    Ok(count)
}

/// Places a plan's orders as fast as they are answered.
pub fn place(settings: &Settings, tally: &Tally) -> Result<()> {
    let bodies = Bodies::beginning_now(tally.ids);
    let messages = (0..tally.plan.messages.len() as u32).map(|number| {
        let mut body = Vec::new();
        bodies.amqp(&mut body, &tally.plan.messages, &tally.due, number);
        (bots::user_id(tally.plan.messages[number as usize].user).to_string(), body)
    });
    let refusals = send(settings, messages)?;
    ensure!(refusals.is_empty(), "orders were refused: {refusals:?}");
    Ok(())
}

fn send(
    settings: &Settings,
    messages: impl Iterator<Item = (String, Vec<u8>)>,
) -> Result<BTreeMap<String, u64>> {
    let url = settings.broker_url(topology::LOADTEST)?;
    let mut messages = messages.peekable();
    if messages.peek().is_none() {
        return Ok(BTreeMap::new());
    }
    amqp::send_beside(&url, messages).context("sending what is not measured")
}
