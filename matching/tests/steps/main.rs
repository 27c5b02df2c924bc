//! Steps of matching on a real database: what is said, what is kept, and what comes back.

mod damage;
mod orders;
mod snapshots;
mod time;

use chassis::testing::{Bench, fresh_database, place};
use chassis::{Fault, Rules};
use contracts::ordering::{CancelOrder, OrderCommand, PlaceOrder};
use contracts::{OrderId, OrderType, Side, TimeInForce, UserId};
use matching::{Matching, Shared};
use uuid::Uuid;

const HEARD: &str = "portfolio.0>matching.0";
const SAID: &str = "matching.0>*";

struct Desk {
    url: String,
    bench: Bench<Matching>,
    seq: u64,
}

impl Desk {
    async fn open(snapshot_every: u64) -> Self {
        let url = fresh_database().await;
        migrations::migrate("matching", &url).await.unwrap();
        let shared = Shared::start(snapshot_every).unwrap();
        let bench = Bench::open(&url, place("matching"), shared).await;
        Desk { url, bench, seq: 0 }
    }

    /// One step; answers what was said about it.
    async fn step(&mut self, commands: &[OrderCommand]) -> Vec<serde_json::Value> {
        self.seq += 1;
        self.bench.stream(HEARD, self.seq, commands).await.on(SAID)
    }

    /// What opening the partition comes to.
    async fn recover(&self) -> Result<(), String> {
        let shared = Shared::start(1_000_000).unwrap();
        let opened = Matching::open(&shared, place("matching"), self.bench.db()).await;
        opened.map(|_| ()).map_err(text)
    }

    async fn state_hash(&self) -> [u8; 32] {
        matching::audit::replay(self.bench.db(), 0).await.unwrap().state_hash
    }

    async fn findings(&self) -> Vec<String> {
        matching::audit::verify(self.bench.db(), 0).await.unwrap().findings
    }
}

fn text(fault: Fault) -> String {
    format!("{:#}", anyhow::Error::from(fault))
}

fn user(n: u64) -> UserId {
    UserId(Uuid::from_u64_pair(9, n))
}

fn order_id(n: u64) -> OrderId {
    OrderId(Uuid::from_u64_pair(7, n))
}

/// `limit("AAPL", 1, 7, Side::Buy, "10.00", "5")`: order 1 of user 7.
fn limit(symbol: &str, id: u64, of: u64, side: Side, price: &str, quantity: &str) -> OrderCommand {
    OrderCommand::PlaceOrder(PlaceOrder {
        order_id: order_id(id),
        user_id: user(of),
        ordering: 0,
        symbol: symbol.parse().unwrap(),
        side,
        order_type: OrderType::Limit,
        time_in_force: TimeInForce::Gtc,
        post_only: false,
        quantity: quantity.parse().unwrap(),
        price: price.parse().unwrap(),
        tick_size: "0.01".parse().unwrap(),
        lot_size: "1".parse().unwrap(),
        special: None,
    })
}

fn cancel(symbol: &str, id: u64, of: u64) -> OrderCommand {
    let symbol = symbol.parse().unwrap();
    OrderCommand::CancelOrder(CancelOrder { order_id: order_id(id), user_id: user(of), symbol })
}

/// Many orders of a few users in a few books, some of which trade: the `n`th step of ten.
fn busy_step(n: u64) -> Vec<OrderCommand> {
    let command = |k: u64| {
        let id = n * 10 + k;
        let chance = id.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let symbol = ["AAPL", "MSFT", "TSLA"][(chance % 3) as usize];
        if chance.is_multiple_of(7) && id > 20 {
            return cancel(symbol, id - 20, (id - 20) % 5);
        }
        let side = if chance.is_multiple_of(2) { Side::Buy } else { Side::Sell };
        let price = format!("10.{:02}", chance / 16 % 20);
        limit(symbol, id, id % 5, side, &price, &(1 + chance % 9).to_string())
    };
    (0..10).map(command).collect()
}
