//! Between the end of the doors and the end of the services: what is under way arrives, so that an
//! exchange which stands still is one whose services agree.

use crate::databases::Databases;
use crate::streams;
use anyhow::Result;
use chassis::settings::Settings;
use std::time::Duration;

/// Programs that go on sending orders keep nothing from stopping; a backlog, or a busy machine, takes some time.
const REST_LIMIT: Duration = Duration::from_secs(30);
/// A step, its confirmation and the next one's delivery take less.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// Returns when everything that was said is heard and nothing more happens, or after a while.
/// Without databases nothing goes on, either.
pub async fn rest(settings: &Settings) {
    match tokio::time::timeout(REST_LIMIT, stands_still(settings)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(error = %format!("{error:#}"), "nobody knows what has arrived"),
        Err(_) => tracing::debug!("stopping while messages are under way"),
    }
}

async fn stands_still(settings: &Settings) -> Result<()> {
    let databases = Databases::open(settings).await?;
    let mut before = None;
    loop {
        let steps = streams::steps(&databases).await?;
        let arrivals = streams::arrivals(&databases, settings.partitions).await?;
        if arrivals.iter().all(|arrival| arrival.lag == 0) && before.as_ref() == Some(&steps) {
            return Ok(());
        }
        before = Some(steps);
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}
