//! Orders, changes and cancels drawn at random: most of them well formed, all of them close around
//! one price, so that they meet, trigger one another, and run out of time.

use contracts::stock_data::{PriceBand, TradingHours, TradingRules, Weekday};
use contracts::{OrderType, SelfTradePrevention, Side, Symbol, Timestamp};
use rand::{RngExt, rngs::StdRng};
use serde_json::{Value, json};

const PRICE_MIDDLE_CENTS: i64 = 1_000;
const QUANTITY_MAX: i64 = 6;

/// Most are plain. Symbol, user and ids are the caller's to say.
pub fn order(now: Timestamp, rng: &mut StdRng) -> Value {
    let order_type = match rng.random_range(0..100) {
        0..55 => OrderType::Limit,
        55..67 => OrderType::Market,
        67..76 => OrderType::Stop,
        76..84 => OrderType::StopLimit,
        84..91 => OrderType::TrailingStop,
        _ => OrderType::Oco,
    };
    let mut body = json!({
        "side": side(rng), "order_type": order_type, "quantity": quantity(rng),
    });
    prices(order_type, rng, &mut body);
    match order_type {
        OrderType::Limit => limited(now, rng, &mut body),
        OrderType::Market => {
            if rng.random_bool(0.25) {
                body["time_in_force"] = "fok".into();
            }
        }
        OrderType::Stop | OrderType::StopLimit | OrderType::TrailingStop | OrderType::Oco => {
            expires(now, rng, &mut body, 0.3);
        }
    }
    if rng.random_bool(0.3) {
        let modes = SelfTradePrevention::ALL;
        body["self_trade_prevention"] = json!(modes[rng.random_range(0..modes.len())]);
    }
    if matches!(order_type, OrderType::Limit | OrderType::Market) && rng.random_bool(0.2) {
        bracket(rng, &mut body);
    }
    if rng.random_bool(0.04) {
        spoil(now, rng, &mut body);
    }
    body
}

/// Whether it may be changed, once it rests.
pub fn is_plain_limit(body: &[u8]) -> bool {
    let has = |part: &[u8]| body.windows(part.len()).any(|window| window == part);
    has(br#""order_type":"limit""#) && !has(br#""exit_order_id""#)
}

pub fn is_bracket(body: &Value) -> bool {
    ["take_profit_price", "stop_loss_price"].iter().any(|field| body.get(field).is_some())
}

fn side(rng: &mut StdRng) -> Side {
    if rng.random_bool(0.5) { Side::Buy } else { Side::Sell }
}

fn quantity(rng: &mut StdRng) -> String {
    rng.random_range(1..=QUANTITY_MAX).to_string()
}

fn cents(cents: i64) -> Value {
    format!("{}.{:02}", cents / 100, cents % 100).into()
}

fn price(rng: &mut StdRng) -> Value {
    cents(PRICE_MIDDLE_CENTS + rng.random_range(-4..=4))
}

/// A stop that is met soon: above the middle to buy, below it to sell; now and then on the wrong side.
fn stop(rng: &mut StdRng, body: &Value) -> Value {
    let distance = rng.random_range(-1..=4);
    let above = body["side"] == json!(Side::Buy);
    cents(PRICE_MIDDLE_CENTS + if above { distance } else { -distance })
}

fn prices(order_type: OrderType, rng: &mut StdRng, body: &mut Value) {
    match order_type {
        OrderType::Limit => body["limit_price"] = price(rng),
        OrderType::Market => {}
        OrderType::Stop => body["stop_price"] = stop(rng, body),
        OrderType::StopLimit => {
            body["stop_price"] = stop(rng, body);
            body["limit_price"] = price(rng);
        }
        OrderType::TrailingStop => body["trail_amount"] = cents(rng.random_range(1..=4)),
        OrderType::Oco => {
            body["stop_price"] = stop(rng, body);
            let profit = rng.random_range(0..=4);
            let below = body["side"] == json!(Side::Buy);
            body["limit_price"] = cents(PRICE_MIDDLE_CENTS + if below { -profit } else { profit });
            if rng.random_bool(0.3) {
                body["stop_limit_price"] = price(rng);
            }
        }
    }
}

fn limited(now: Timestamp, rng: &mut StdRng, body: &mut Value) {
    match rng.random_range(0..16) {
        0 => body["time_in_force"] = "ioc".into(),
        1 => body["time_in_force"] = "fok".into(),
        2 => body["post_only"] = true.into(),
        3 => {
            body["post_only"] = true.into();
            body["reprice"] = true.into();
        }
        4 | 5 => body["display_quantity"] = rng.random_range(1..=2).to_string().into(),
        _ => expires(now, rng, body, 0.25),
    }
}

fn expires(now: Timestamp, rng: &mut StdRng, body: &mut Value, share: f64) {
    if !rng.random_bool(share) {
        return;
    }
    if rng.random_bool(0.2) {
        body["time_in_force"] = "day".into();
        return;
    }
    // Those who are late on their way are over when they come.
    let until = now + chrono::Duration::milliseconds(rng.random_range(500..10_000));
    body["time_in_force"] = "gtd".into();
    body["expires_at"] = json!(until);
}

/// Who enters by buying leaves by selling.
fn bracket(rng: &mut StdRng, body: &mut Value) {
    let up = if body["side"] == json!(Side::Buy) { 1 } else { -1 };
    let (profit, loss) = (rng.random_range(0..=3), rng.random_range(1..=4));
    let which = rng.random_range(0..4);
    if which != 0 {
        body["take_profit_price"] = cents(PRICE_MIDDLE_CENTS + up * profit);
    }
    if which != 1 {
        body["stop_loss_price"] = cents(PRICE_MIDDLE_CENTS - up * loss);
    }
}

/// A field that does not go with the others, or has no such value.
fn spoil(now: Timestamp, rng: &mut StdRng, body: &mut Value) {
    let (field, value) = match rng.random_range(0..10) {
        0 => ("time_in_force", json!("ioc")),
        1 => ("expires_at", json!(now + chrono::Duration::seconds(5))),
        2 => ("expires_at", json!(now - chrono::Duration::seconds(5))),
        3 => ("post_only", json!(true)),
        4 => ("reprice", json!(true)),
        5 => ("display_quantity", json!("7")),
        6 => ("stop_price", price(rng)),
        7 => ("stop_limit_price", price(rng)),
        8 => ("quantity", json!("0.5")),
        _ => ("limit_price", json!("9.995")),
    };
    body[field] = value;
}

/// Of an order. Some change nothing, some say nothing.
pub fn change(rng: &mut StdRng) -> Value {
    let mut body = json!({});
    if rng.random_bool(0.7) {
        body["quantity"] = quantity(rng).into();
    }
    if rng.random_bool(0.5) {
        body["limit_price"] = price(rng);
    }
    body
}

/// Which of a user's orders.
pub fn filter(symbol: Symbol, rng: &mut StdRng) -> Value {
    let mut body = json!({});
    if rng.random_bool(0.6) {
        body["symbol"] = json!(symbol);
    }
    if rng.random_bool(0.6) {
        body["side"] = json!(side(rng));
    }
    body
}

/// When and how an instrument trades. Half of the time, always and at any price.
pub fn rules(rng: &mut StdRng) -> TradingRules {
    let mut rules = TradingRules::default();
    if rng.random_bool(0.5) {
        return rules;
    }
    if rng.random_bool(0.6) {
        rules.auction_seconds = Some(rng.random_range(1..4));
    }
    if rng.random_bool(0.6) {
        rules.price_band = Some(PriceBand {
            // A few cents.
            basis_points: rng.random_range(20..80),
            limit_state_seconds: rng.random_range(1..4),
            halt_seconds: rng.random_range(1..4),
        });
    }
    if rng.random_bool(0.2) {
        // Of a schedule's first minutes some; a clock that jumps may pass them.
        let minute = |minute| contracts::stock_data::TimeOfDay::from_minutes(minute).expect("of a day");
        let days = Weekday::ALL.to_vec();
        rules.hours =
            Some(TradingHours { days, opens: minute(0), closes: minute(rng.random_range(1..1_000)) });
    }
    rules
}
