//! What was heard, told to stock-data: as often as it wants to know, and never two at a time.

use crate::board::Board;
use chassis::ask::Asker;
use contracts::{
    stock_data::{FEED_QUOTES_MAX, FeedSource, FeedTaken, StockDataCommand},
    topology,
};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::MissedTickBehavior;

/// Longer than any step. What was not taken by then is old.
const DEADLINE: Duration = Duration::from_secs(2);

/// Until it is dropped.
pub async fn tell(source: FeedSource, board: Arc<Board>, interval: Duration, asker: Asker) {
    let stock_data = topology::partition_name(topology::STOCK_DATA, 0);
    let mut ticks = tokio::time::interval(interval);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut is_told = true;
    loop {
        ticks.tick().await;
        // Until then the board keeps the last word.
        asker.connected().await;
        for quotes in board.take(FEED_QUOTES_MAX) {
            let command = StockDataCommand::TakeFeed { source, quotes };
            match asker.command::<FeedTaken>(&stock_data, &command, DEADLINE).await {
                Ok(_) => is_told = true,
                // The next word makes good for it.
                Err(error) if is_told => {
                    tracing::warn!(%source, %error, "stock-data was not told; going on");
                    is_told = false;
                }
                Err(_) => {}
            }
        }
    }
}
