//! `Ended`: the sessions that were ended while their tokens may still be good.

use super::{Answered, Questions};
use crate::store;
use chrono::Duration;
use contracts::Timestamp;
use contracts::accounts::{Ended, TOKEN_LIFETIME_S};

/// One message of a few megabytes. More log-outs in ten minutes than a hundred thousand people make.
const ENDED_MAX: i64 = 50_000;
/// For clocks that differ.
const MARGIN_S: i64 = 60;

pub async fn answer(asked: &Questions, now: Timestamp) -> Answered<Ended> {
    let since = now - Duration::seconds(TOKEN_LIFETIME_S + MARGIN_S);
    let (sessions, users) = store::sessions::ended_since(&asked.db, since, ENDED_MAX).await?;
    Ok(Ok(Ended { sessions, users }))
}
