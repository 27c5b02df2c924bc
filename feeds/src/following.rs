//! The loop that every source is followed by: connect, hear, and connect again.

use crate::adapter::{Adapter, Trouble};
use crate::board::Board;
use crate::socket::Patience;
use chassis::Backoff;
use std::sync::Arc;

/// Until it is dropped.
pub async fn follow(mut adapter: Box<dyn Adapter>, board: Arc<Board>, patience: Patience) {
    let source = adapter.source();
    let (least, most) = patience.again;
    let mut backoff = Backoff::between(least, most);
    loop {
        let trouble = match adapter.connect().await {
            Ok(()) => {
                tracing::info!(%source, "connected");
                metrics::counter!("feeds_connections_total", "source" => source.as_str()).increment(1);
                hear(&mut *adapter, &board, &mut backoff).await
            }
            Err(trouble) => trouble,
        };
        tracing::warn!(%source, %trouble, "not heard; connecting again");
        match trouble {
            Trouble::Lost(_) => backoff.wait().await,
            Trouble::Refused(_) => tokio::time::sleep(patience.refused).await,
        }
    }
}

/// As long as there is something to hear.
async fn hear(adapter: &mut dyn Adapter, board: &Board, backoff: &mut Backoff) -> Trouble {
    let source = adapter.source().as_str();
    loop {
        match adapter.next().await {
            Ok(quotes) => {
                // Not when it connects: who is let in and thrown out again should wait longer each time.
                backoff.reset();
                metrics::counter!("feeds_quotes_total", "source" => source).increment(quotes.len() as u64);
                board.put(&quotes, chrono::Utc::now());
            }
            Err(trouble) => return trouble,
        }
    }
}
