//! What somebody at the sockets has heard: no sequence jumped, and what he shows is what REST says.

use crate::watcher::{Levels, Seen};
use crate::{Exchange, Person, Watcher};
use anyhow::ensure;
use serde_json::Value;
use std::time::{Duration, Instant};

/// Ten messages a second for each channel; and a connection that a fault has cut opens again.
const CATCH_UP_LIMIT: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(500);

pub async fn show_what_is(exchange: &Exchange, watcher: &Watcher) -> anyhow::Result<()> {
    let begun = Instant::now();
    loop {
        let seen = watcher.seen();
        ensure!(seen.broken.is_empty(), "{} heard {:?}", watcher.name, seen.broken);
        let differs = difference(exchange, watcher.name, &seen).await;
        match differs {
            Ok(None) => return Ok(()),
            Ok(Some(what)) if begun.elapsed() > CATCH_UP_LIMIT => {
                anyhow::bail!("{} (connection {}): {what}", watcher.name, seen.connections)
            }
            Err(error) if begun.elapsed() > CATCH_UP_LIMIT => return Err(error),
            Ok(Some(_)) | Err(_) => tokio::time::sleep(LOOK_AGAIN).await,
        }
    }
}

/// The first thing that is shown and is not so.
async fn difference(exchange: &Exchange, name: &str, seen: &Seen) -> anyhow::Result<Option<String>> {
    let person = Person::try_to_enter(&exchange.url(), name).await?;
    if seen.depth.len() != 4 {
        return Ok(Some(format!("the depth of {} stocks is shown, not of four", seen.depth.len())));
    }
    for (symbol, shown) in &seen.depth {
        let depth = ask(&person, &format!("stocks/{symbol}/depth?levels=200")).await?;
        for (side, levels) in [("bids", &shown.bids), ("asks", &shown.asks)] {
            let real = levels_of(&depth[side]);
            if *levels != real {
                return Ok(Some(format!("{symbol} {side}: shown are {levels:?}, there are {real:?}")));
            }
        }
        let price = ask(&person, &format!("stocks/{symbol}")).await?["last_price"].clone();
        if seen.prices.get(symbol).map(String::as_str) != price.as_str() {
            return Ok(Some(format!(
                "{symbol}: shown is {:?}, the price is {price}",
                seen.prices.get(symbol)
            )));
        }
    }
    let newest = ask(&person, "orders?limit=200").await?;
    for order in newest["items"].as_array().into_iter().flatten() {
        let id = order["order_id"].as_str().unwrap_or_default();
        let shown = seen.orders.get(id).map(|shown| [&shown["status"], &shown["filled_quantity"]]);
        if shown != Some([&order["status"], &order["filled_quantity"]]) {
            return Ok(Some(format!("order {id}: shown is {shown:?}, it is {order}")));
        }
    }
    Ok(None)
}

/// Who cannot answer now is asked again.
async fn ask(person: &Person, path: &str) -> anyhow::Result<Value> {
    let (status, answer) = person.call("GET", path, None).await?;
    ensure!(status == 200, "GET {path}: {status}: {answer}");
    Ok(answer)
}

fn levels_of(side: &Value) -> Levels {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    side.as_array().into_iter().flatten().map(|level| (text(&level[0]), text(&level[1]))).collect()
}
