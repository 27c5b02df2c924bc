//! What an admin of the exchange may do.

use crate::Exchange;
use anyhow::Context;
use chassis::ask::Asker;
use contracts::stock_data::{Instrument, StockDataCommand};
use contracts::topology;
use std::time::Duration;

const ANSWER_LIMIT: Duration = Duration::from_secs(10);

impl Exchange {
    /// Lists an instrument, or changes one.
    pub async fn lists(&self, instrument: &Instrument) -> anyhow::Result<()> {
        let asker = Asker::connect(&self.settings()?, topology::ADMIN).await?;
        tokio::time::timeout(ANSWER_LIMIT, asker.connected()).await.context("RabbitMQ does not answer")?;
        let to = topology::partition_name(topology::STOCK_DATA, 0);
        let command = StockDataCommand::ListInstrument(instrument.clone());
        asker.command::<Instrument>(&to, &command, ANSWER_LIMIT).await?;
        Ok(())
    }
}
