//! What the load sends: orders of every type, changes and cancels, around one price.

use crate::load::Placed;
use crate::{order_id, world};
use chrono::{Duration, SecondsFormat, Utc};
use contracts::SelfTradePrevention;
use rand::{RngExt, rngs::StdRng};
use serde_json::{Value, json};

/// A change or a cancel is of one of so many orders before it.
const RECENT: usize = 200;
/// Of a hundred messages.
const CANCELS: u32 = 17;
const AMENDS: u32 = 5;
const CANCELS_OF_MANY: u32 = 1;
const MARKET_ORDERS: u32 = 5;

pub(crate) fn draw(rng: &mut StdRng, placed: &mut Placed) -> Value {
    let mut drawn = rng.random_range(0..100);
    let mut is = |share: u32| {
        let hit = drawn < share;
        drawn = drawn.wrapping_sub(share);
        hit
    };
    if placed.is_empty() {
        return place(rng, placed, false);
    }
    if is(CANCELS) {
        return about_recent(rng, placed, "cancel_order");
    }
    if is(AMENDS) {
        let mut amend = about_recent(rng, placed, "amend_order");
        amend["quantity"] = json!(rng.random_range(1..25).to_string());
        if rng.random() {
            amend["limit_price"] = price(rng);
        }
        return amend;
    }
    if is(CANCELS_OF_MANY) {
        let mut cancel = about_recent(rng, placed, "cancel_orders");
        cancel.as_object_mut().expect("an object").remove("order_id");
        cancel["side"] = json!(side(rng));
        return cancel;
    }
    let is_market = is(MARKET_ORDERS);
    place(rng, placed, is_market)
}

fn about_recent(rng: &mut StdRng, placed: &Placed, kind: &str) -> Value {
    let recent = placed.len().saturating_sub(RECENT)..placed.len();
    let (order_id, bot) = &placed[rng.random_range(recent)];
    json!({ "type": kind, "order_id": order_id, "user_id": world::user_id(bot) })
}

fn place(rng: &mut StdRng, placed: &mut Placed, is_market: bool) -> Value {
    let bot = world::BOTS[rng.random_range(0..world::BOTS.len())];
    let order_id = order_id();
    placed.push((order_id.clone(), bot));
    let mut body = order(rng);
    body["type"] = json!("place_order");
    body["order_id"] = json!(order_id);
    body["user_id"] = json!(world::user_id(bot));
    body["order_type"] = json!("limit");
    if is_market {
        body["order_type"] = json!("market");
        body.as_object_mut().expect("an object").remove("limit_price");
    } else {
        vary(rng, &mut body);
    }
    body
}

/// Most are plain limit orders. Of the others some are refused, by whatever rule their prices break.
fn vary(rng: &mut StdRng, body: &mut Value) {
    match rng.random_range(0..36) {
        0 => body["time_in_force"] = json!("ioc"),
        1 => body["time_in_force"] = json!("fok"),
        2 => body["post_only"] = json!(true),
        3 => {
            body["post_only"] = json!(true);
            body["reprice"] = json!(true);
        }
        4 => body["display_quantity"] = json!("1"),
        5 => {
            let until = Utc::now() + Duration::milliseconds(rng.random_range(1_000..6_000));
            body["time_in_force"] = json!("gtd");
            body["expires_at"] = json!(until.to_rfc3339_opts(SecondsFormat::Millis, true));
        }
        6..=8 => {
            let modes = SelfTradePrevention::ALL;
            body["self_trade_prevention"] = json!(modes[rng.random_range(0..modes.len())]);
        }
        9 => waits(body, "stop", Some(price(rng)), None),
        10 => {
            let limit = body["limit_price"].clone();
            waits(body, "stop_limit", Some(price(rng)), Some(limit));
        }
        11 => {
            waits(body, "trailing_stop", None, None);
            body["trail_amount"] = json!(format!("0.{:02}", rng.random_range(1..90)));
        }
        12 | 13 => {
            let limit = body["limit_price"].clone();
            waits(body, "oco", Some(price(rng)), Some(limit));
        }
        14 | 15 => {
            let (above, below) = (json!("100.80"), json!("99.20"));
            let (profit, loss) = if body["side"] == "buy" { (above, below) } else { (below, above) };
            body["exit_order_id"] = json!(order_id());
            body["take_profit_price"] = profit;
            body["stop_loss_price"] = loss;
        }
        _ => {}
    }
}

fn waits(body: &mut Value, order_type: &str, stop: Option<Value>, limit: Option<Value>) {
    body["order_type"] = json!(order_type);
    for (field, price) in [("stop_price", stop), ("limit_price", limit)] {
        match price {
            Some(price) => body[field] = price,
            None => drop(body.as_object_mut().expect("an object").remove(field)),
        }
    }
}

/// What is traded, how much of it, and around which price.
pub(crate) fn order(rng: &mut StdRng) -> Value {
    json!({
        "symbol": world::STOCKS[world::STOCKS.len() - 4 + rng.random_range(0..4)],
        "side": side(rng),
        "quantity": rng.random_range(1..20).to_string(),
        "limit_price": price(rng),
    })
}

fn side(rng: &mut StdRng) -> &'static str {
    if rng.random() { "buy" } else { "sell" }
}

fn price(rng: &mut StdRng) -> Value {
    json!(format!("{}.{:02}", 99 + rng.random_range(0..2), rng.random_range(0..100)))
}
