//! An admin's word on trading in a stock: stopped, and begun again. Said by the same message as
//! seeding lists stocks with, and all else about the stock stays as it is.

use crate::console::answer;
use anyhow::{Context, Result, bail};
use chassis::{
    ask::{AskError, Asker},
    settings::Settings,
};
use contracts::{
    Symbol,
    stock_data::{Instrument, InstrumentState},
    topology,
};
use seed::{Exchange, Running};
use std::path::Path;
use std::time::Duration;

const CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// `exchange halt` and `exchange resume`.
pub async fn run(folder: &Path, symbol: Symbol, state: InstrumentState) -> Result<()> {
    let settings = Settings::load(folder)?;
    let asker = Asker::connect(&settings, topology::ADMIN).await?;
    tokio::time::timeout(CONNECT_LIMIT, asker.connected())
        .await
        .context("The message broker does not answer: is the exchange running? See `exchange status`")?;
    answer(change(&Running::new(asker, settings.partitions), symbol, state).await?);
    Ok(())
}

/// Answers what was done, in words.
async fn change(exchange: &impl Exchange, symbol: Symbol, state: InstrumentState) -> Result<String> {
    let stocks = exchange.stocks().await.map_err(told).context("stock-data did not say what is listed")?;
    let Some(stock) = stocks.into_iter().find(|stock| stock.instrument.symbol == symbol) else {
        bail!("No stock is listed as {symbol}: `exchange seed` lists stocks, the exchange's pages show them");
    };
    let is = stock.instrument;
    if is.state == state {
        return Ok(format!("{symbol} is {}; nothing was changed.", already(state)));
    }
    let auction = is.rules.auction_seconds;
    let wanted = Instrument { state, ..is };
    if let Err(error) = exchange.list(&wanted).await {
        let outcome = match &error {
            AskError::Refused(_) => format!("{symbol} was not changed"),
            AskError::Unavailable(_) => {
                format!("{symbol} may be {state} or not; saying it again does no harm")
            }
        };
        return Err(told(error).context(outcome));
    }
    Ok(match (state, auction) {
        (InstrumentState::Halted, _) => format!(
            "{symbol} is halted: new orders are refused, those in the book wait and may be canceled. \
             `exchange resume {symbol}` ends it."
        ),
        (InstrumentState::Open, None) => format!("{symbol} is open: trading goes on."),
        (InstrumentState::Open, Some(seconds)) => {
            format!("{symbol} is open: trading goes on after an auction of {seconds} s, within its hours.")
        }
    })
}

fn already(state: InstrumentState) -> &'static str {
    match state {
        InstrumentState::Open => "open already",
        InstrumentState::Halted => "halted already",
    }
}

/// With what to do about it, where there is something.
fn told(error: AskError) -> anyhow::Error {
    match error {
        refused @ AskError::Refused(_) => refused.into(),
        AskError::Unavailable(reason) => anyhow::anyhow!("{reason} (see `exchange status`)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{
        Code, Money, Order, OrderId, Quantity, Refusal, UserId,
        accounts::User,
        intake::NewOrder,
        matching::Phase,
        portfolio::PortfolioCommand,
        stock_data::{SimulateHistory, Stock},
    };
    use std::sync::Mutex;

    /// One stock; and how telling about it fails.
    struct Listed(Mutex<Instrument>, Option<fn() -> AskError>);

    impl Exchange for Listed {
        async fn users(&self, _: Vec<UserId>) -> Result<Vec<User>, AskError> {
            unreachable!("nobody asks for people")
        }

        async fn stocks(&self) -> Result<Vec<Stock>, AskError> {
            let instrument = self.0.lock().unwrap().clone();
            Ok(vec![Stock {
                last_price: instrument.previous_close,
                instrument,
                open: None,
                high: None,
                low: None,
                volume: Quantity::ZERO,
                change: Money::ZERO,
                change_percent: "0.00".into(),
                at: None,
                phase: Phase::Continuous,
                feed: None,
            }])
        }

        async fn known_ids(&self, _: Vec<uuid::Uuid>) -> Result<Vec<uuid::Uuid>, AskError> {
            unreachable!("nobody asks for deposits")
        }

        async fn order(&self, _: UserId, _: OrderId) -> Result<Option<Order>, AskError> {
            unreachable!("nobody asks for orders")
        }

        async fn register(&self, _: &User) -> Result<(), AskError> {
            unreachable!("nobody is registered")
        }

        async fn list(&self, instrument: &Instrument) -> Result<(), AskError> {
            match self.1 {
                Some(fails) => Err(fails()),
                None => {
                    *self.0.lock().unwrap() = instrument.clone();
                    Ok(())
                }
            }
        }

        async fn make_up(&self, _: &SimulateHistory) -> Result<(), AskError> {
            unreachable!("nothing is made up")
        }

        async fn deposit(&self, _: UserId, _: &PortfolioCommand) -> Result<(), AskError> {
            unreachable!("nothing is deposited")
        }

        async fn place(&self, _: &NewOrder) -> Result<(), AskError> {
            unreachable!("nothing is ordered")
        }
    }

    fn acme(rules: &str) -> Instrument {
        let json = format!(
            r#"{{"symbol":"ACME","name":"Acme","currency":"USD","tick_size":"0.01","lot_size":"1",
                "previous_close":"100","state":"open","rules":{rules}}}"#
        );
        serde_json::from_str(&json).unwrap()
    }

    async fn said(exchange: &Listed, symbol: &str, state: InstrumentState) -> String {
        match change(exchange, symbol.parse().unwrap(), state).await {
            Ok(done) => done,
            Err(error) => format!("error: {error:#}"),
        }
    }

    #[tokio::test]
    async fn a_stock_is_halted_and_resumed_and_all_else_about_it_stays() {
        let listed = acme(r#"{"auction_seconds":60}"#);
        let exchange = Listed(Mutex::new(listed.clone()), None);
        for (state, expected) in [
            (InstrumentState::Open, "ACME is open already; nothing was changed."),
            (
                InstrumentState::Halted,
                "ACME is halted: new orders are refused, those in the book wait and may be canceled. \
                 `exchange resume ACME` ends it.",
            ),
            (InstrumentState::Halted, "ACME is halted already; nothing was changed."),
            (
                InstrumentState::Open,
                "ACME is open: trading goes on after an auction of 60 s, within its hours.",
            ),
        ] {
            assert_eq!(said(&exchange, "ACME", state).await, expected);
            assert_eq!(*exchange.0.lock().unwrap(), Instrument { state, ..listed.clone() });
        }
    }

    #[tokio::test]
    async fn what_went_wrong_is_said_with_a_way_out() {
        let refused = || AskError::Refused(Refusal::new(Code::NotAllowed, "only admin lists instruments"));
        let silent = || AskError::Unavailable("no answer from stock-data.0 within 5000 ms".into());
        for (symbol, fails, expected) in [
            (
                "NONE",
                None,
                "No stock is listed as NONE: `exchange seed` lists stocks, the exchange's pages show them",
            ),
            (
                "ACME",
                Some(refused as fn() -> AskError),
                "ACME was not changed: refused: only admin lists instruments (not_allowed)",
            ),
            (
                "ACME",
                Some(silent),
                "ACME may be halted or not; saying it again does no harm: \
                 no answer from stock-data.0 within 5000 ms (see `exchange status`)",
            ),
        ] {
            let exchange = Listed(Mutex::new(acme("{}")), fails);
            assert_eq!(said(&exchange, symbol, InstrumentState::Halted).await, format!("error: {expected}"));
        }
    }
}
