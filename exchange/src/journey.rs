//! Following one order through the running exchange: which hops it took, and when.

use crate::console::answer;
use anyhow::{Context, Result, bail};
use chassis::ask::{AskError, Asker};
use chassis::settings::Settings;
use contracts::journey::{Direction, Hop, Kept};
use contracts::{Code, OrderId, topology};
use std::path::Path;
use std::time::Duration;
use web::journey::{Eyes, Journey, Told, follow};

const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// `exchange journey`: as an admin, whose own hops at web only web knows.
pub async fn run(folder: &Path, order_id: OrderId, json: bool) -> Result<()> {
    let settings = Settings::load(folder)?;
    let asker = Asker::connect(&settings, topology::ADMIN).await?;
    tokio::time::timeout(CONNECT_LIMIT, asker.connected())
        .await
        .context("The message broker does not answer: is the exchange running? See `exchange status`")?;
    match follow(&asker, None, settings.partitions, order_id, Eyes::Admin).await {
        Ok(journey) if json => answer(serde_json::to_string_pretty(&journey)?),
        Ok(journey) => answer(table(&journey)),
        Err(AskError::Refused(refusal)) if refusal.code == Code::NotFound => {
            bail!("There is no order {order_id}")
        }
        Err(error) => return Err(error).context("ordering did not say where the order is"),
    }
    Ok(())
}

fn table(journey: &Journey) -> String {
    let Journey { order_id, symbol, status, .. } = journey;
    let mut lines = vec![format!("Order {order_id} in {symbol}, {status}")];
    lines.push(format!("{:>12}  {:<14}{:<10}{:<20}by", "ms", "partition", "", "message"));
    lines.extend(journey.hops.iter().map(line));
    lines.extend(journey.missing.iter().map(|missing| format!("not shown: {missing}")));
    lines.join("\n")
}

fn line(Told { after_us, hop }: &Told) -> String {
    let ms = format!("+{}.{:03}", after_us / 1_000, after_us % 1_000);
    let source = match hop.source {
        Kept::Memory => "",
        Kept::Outbox => "  (from the outbox)",
        Kept::Database => "  (from the database)",
    };
    format!(
        "{ms:>12}  {:<14}{:<10}{:<20}{}{source}",
        hop.partition,
        match hop.direction {
            Direction::Received => "received",
            Direction::Sent => "sent",
        },
        hop.message,
        way(hop)
    )
}

fn way(hop: &Hop) -> String {
    match (&hop.stream, &hop.door, &hop.sender) {
        (Some(stream), _, _) => format!("{stream} {}", hop.seq.unwrap_or(0)),
        (None, Some(door), Some(sender)) => format!("{door}, from {sender}"),
        (None, Some(door), None) => door.clone(),
        (None, None, _) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn a_journey_is_a_table_of_hops() {
        let hop =
            |partition: &str, direction, message: &str, stream: Option<&str>, door: Option<&str>, source| {
                Hop {
                    service: topology::service_of(partition).to_owned(),
                    partition: partition.to_owned(),
                    direction,
                    message: message.to_owned(),
                    stream: stream.map(Into::into),
                    seq: stream.map(|_| 7),
                    door: door.map(str::to_owned),
                    sender: door.map(|_| "web".to_owned()),
                    received_at: None,
                    committed_at: None,
                    published_at: None,
                    confirmed_at: None,
                    clock: String::new(),
                    source,
                    body: serde_json::value::to_raw_value(&()).unwrap(),
                }
            };
        let hops = vec![
            Told {
                after_us: 0,
                hop: hop(
                    "ordering.0",
                    Direction::Received,
                    "place_order",
                    None,
                    Some("orders"),
                    Kept::Memory,
                ),
            },
            Told {
                after_us: 1_070,
                hop: hop(
                    "ordering.0",
                    Direction::Sent,
                    "place_order",
                    Some("ordering.0>portfolio.0"),
                    None,
                    Kept::Outbox,
                ),
            },
        ];
        let journey = Journey {
            order_id: "01890000-0000-7000-8000-00000000000a".parse().unwrap(),
            user_id: "01890000-0000-7000-8000-000000000001".parse().unwrap(),
            symbol: "ACME".parse().unwrap(),
            status: contracts::OrderStatus::Open,
            is_complete: false,
            missing: vec!["matching.0: gave no answer in time".to_owned()],
            took_us: 1_070,
            hops,
        };
        expect![[r#"
            Order 01890000-0000-7000-8000-00000000000a in ACME, open
                      ms  partition               message             by
                  +0.000  ordering.0    received  place_order         orders, from web
                  +1.070  ordering.0    sent      place_order         ordering.0>portfolio.0 7  (from the outbox)
            not shown: matching.0: gave no answer in time"#]].assert_eq(&table(&journey));
    }
}
