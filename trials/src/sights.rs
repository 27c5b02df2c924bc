//! What somebody who trades comes to see. The exchange settles after it has answered, so all of this waits.

use crate::Person;
use crate::person::{LOOK_AGAIN, PATIENCE};
use anyhow::bail;
use serde_json::{Value, json};
use std::time::Instant;

impl Person {
    /// Looks again and again, until there is what was expected.
    async fn waits<T>(&self, expected: &str, look: impl AsyncFn() -> Result<T, String>) -> T {
        let begun = Instant::now();
        loop {
            match look().await {
                Ok(seen) => return seen,
                Err(now) => {
                    assert!(begun.elapsed() < PATIENCE, "{} waited for {expected}: {now}", self.name)
                }
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// The same for what can be said in words.
    async fn waits_for(&self, what: &str, expected: &str, look: impl AsyncFn() -> String) {
        let look = async || {
            let now = look().await;
            if now == expected { Ok(()) } else { Err(now) }
        };
        self.waits(&format!("{what} {expected}"), look).await
    }

    async fn try_order(&self, order_id: &str) -> anyhow::Result<Value> {
        let (status, body) = self.call("GET", &format!("orders/{order_id}"), None).await?;
        if status != 200 {
            bail!("{status}: {body}");
        }
        Ok(body)
    }

    /// Until the order is as described.
    async fn waits_for_order(&self, order_id: &str, expected: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let look = async || match self.try_order(order_id).await {
            Ok(order) if is_so(&order) => Ok(order),
            Ok(order) => Err(order.to_string()),
            Err(error) => Err(format!("{error:#}")),
        };
        self.waits(&format!("{order_id} to be {expected}"), look).await
    }

    /// Waits until the order is as described: `closed`, or `open 3` for three filled.
    pub async fn sees(&self, order_id: &str, expected: &str) -> Value {
        let is_so = |order: &Value| {
            let status = text(&order["status"]);
            match expected.split_once(' ') {
                None => status == expected,
                Some(both) => both == (&status, &text(&order["filled_quantity"])),
            }
        };
        self.waits_for_order(order_id, expected, is_so).await
    }

    /// Waits until a change is done: `6 @ 101`.
    pub async fn sees_amended(&self, order_id: &str, expected: &str) -> Value {
        let is_so = |order: &Value| {
            let now = format!("{} @ {}", text(&order["quantity"]), text(&order["limit_price"]));
            now == expected && order.get("amendment").is_none()
        };
        self.waits_for_order(order_id, expected, is_so).await
    }

    /// Waits until a change is refused. Answers why.
    pub async fn sees_refused_change(&self, order_id: &str) -> Value {
        let is_so = |order: &Value| order["amendment"]["refused"].is_object();
        let order = self.waits_for_order(order_id, "refused a change", is_so).await;
        order["amendment"]["refused"].clone()
    }

    /// Waits for a stock's last price: prices are said a little after their trades.
    pub async fn sees_price(&self, symbol: &str, expected: &str) {
        let price = async || text(&self.get(&format!("stocks/{symbol}")).await["last_price"]);
        self.waits_for(&format!("the price of {symbol}"), expected, price).await;
    }

    /// Waits until a stock's book does that with the orders that come.
    pub async fn sees_phase(&self, symbol: &str, expected: &str) {
        let phase = async || text(&self.get(&format!("stocks/{symbol}")).await["phase"]);
        self.waits_for(&format!("the phase of {symbol}"), expected, phase).await;
    }

    /// Waits for a book's depth, best first: `98 × 20, 97 × 5 | 101 × 10`.
    pub async fn sees_depth(&self, symbol: &str, expected: &str) {
        let depth = async || {
            let depth = self.get(&format!("stocks/{symbol}/depth")).await;
            format!("{} | {}", levels(&depth["bids"]), levels(&depth["asks"])).trim().to_owned()
        };
        self.waits_for(&format!("the depth of {symbol}"), expected, depth).await;
    }

    /// `cash total/held, quantity/held of the symbol`.
    pub async fn owns(&self, symbol: &str) -> String {
        let portfolio = self.get("portfolio").await;
        let (cash, holding) = (&portfolio["cash"], holding(&portfolio, symbol));
        let [total, held] = [&cash["total"], &cash["held"]].map(text);
        let [quantity, spoken_for] = [&holding["quantity"], &holding["held"]].map(text);
        format!("cash {total}/{held}, {symbol} {quantity}/{spoken_for}")
    }

    /// Waits until `owns` says this: settlement follows the trade.
    pub async fn comes_to_own(&self, symbol: &str, expected: &str) {
        self.waits_for("to own", expected, async || self.owns(symbol).await).await;
    }

    /// Waits until he has so many shares.
    pub async fn comes_to_have(&self, symbol: &str, expected: &str) {
        let quantity = async || text(&holding(&self.get("portfolio").await, symbol)["quantity"]);
        self.waits_for(&format!("to have of {symbol}"), expected, quantity).await;
    }

    /// Waits until so many of his shares are spoken for.
    pub async fn comes_to_hold(&self, symbol: &str, expected: &str) {
        let held = async || text(&holding(&self.get("portfolio").await, symbol)["held"]);
        self.waits_for(&format!("to hold of {symbol}"), expected, held).await;
    }

    /// Waits until none of what he owns is spoken for.
    pub async fn comes_to_hold_nothing(&self) {
        let held = async || {
            let portfolio = self.get("portfolio").await;
            let holdings = portfolio["holdings"].as_array().into_iter().flatten();
            let held = holdings.map(|one| (text(&one["symbol"]), text(&one["held"])));
            let held = held.chain([("cash".to_owned(), text(&portfolio["cash"]["held"]))]);
            held.filter(|(_, held)| held != "0").map(|(of, held)| format!("{of} {held} ")).collect()
        };
        self.waits_for("to hold nothing", "", held).await;
    }
}

fn holding(portfolio: &Value, symbol: &str) -> Value {
    let mut holdings = portfolio["holdings"].as_array().into_iter().flatten();
    let nothing = || json!({ "quantity": "0", "held": "0" });
    holdings.find(|holding| holding["symbol"] == symbol).cloned().unwrap_or_else(nothing)
}

fn levels(side: &Value) -> String {
    let levels = side.as_array().into_iter().flatten();
    let levels = levels.map(|level| format!("{} × {}", text(&level[0]), text(&level[1])));
    levels.collect::<Vec<_>>().join(", ")
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or("?").to_owned()
}
