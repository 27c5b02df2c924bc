//! What people do, from outside: REST in, portfolios moved, the audit clean after each.
//!
//! Each journey has its own stocks. Those beyond plain trading share three people, and leave them
//! without an order.

mod trading;

mod admins;
mod attacks;
mod books;
mod brackets;
mod cancels;
mod following;
mod lab;
mod market;
mod metrics;
mod people;
mod phases;
mod replacements;
mod self_trades;
mod stops;

use std::sync::OnceLock;
use tokio::sync::{Mutex, MutexGuard};
use trials::{Exchange, Options, Person};

/// One exchange for all; one journey at a time, so that each can be audited.
async fn exchange() -> MutexGuard<'static, Exchange> {
    static EXCHANGE: OnceLock<Mutex<Exchange>> = OnceLock::new();
    // Longer than a journey that asks for what was said takes on a slow machine.
    let settings = vec![("EXCHANGE__LIMITS__OUTBOX_KEPT_S", "600".to_owned())];
    let options = Options { settings, ..Options::default() };
    let start = || Mutex::new(Exchange::start(&options).expect("the exchange starts"));
    EXCHANGE.get_or_init(start).lock().await
}

/// Three who trade with each other in one stock.
struct Floor {
    exchange: MutexGuard<'static, Exchange>,
    symbol: &'static str,
    fay: Person,
    gus: Person,
    hal: Person,
}

impl Floor {
    async fn open(symbol: &'static str) -> Self {
        let exchange = exchange().await;
        let (fay, gus) = (exchange.enter("fay").await, exchange.enter("gus").await);
        let hal = exchange.enter("hal").await;
        Floor { exchange, symbol, fay, gus, hal }
    }

    /// The price is this from now on: gus and hal trade one there. Nobody else may be in their way.
    async fn trades_at(&self, price: &str) {
        let bid = self.gus.buys(1, self.symbol, price).await;
        self.gus.sees(&bid, "open").await;
        let ask = self.hal.sells(1, self.symbol, price).await;
        self.hal.sees(&ask, "closed").await;
        self.gus.sees(&bid, "closed").await;
    }

    /// What all can see of the book: `98 × 20, 97 × 5 | 101 × 10`.
    async fn shows(&self, expected: &str) {
        self.fay.sees_depth(self.symbol, expected).await;
    }

    /// Nobody has anything in the book, or held for it, and every account agrees.
    async fn close(self) {
        self.shows("|").await;
        for person in [&self.fay, &self.gus, &self.hal] {
            person.comes_to_hold_nothing().await;
        }
        self.exchange.audit().unwrap();
    }
}
