//! How sure an answer is: as its service knows it now, or only as web last knew it.

use std::time::Duration;

/// What is older than this is not shown, however it is marked: nobody should act on it, and a session that
/// was ended where web cannot hear of it reads no longer than that.
pub const STALE_MAX: Duration = Duration::from_secs(5 * 60);

/// In the order in which the worst of several counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Freshness {
    Fresh,
    /// It was so that long ago, and may be so still.
    Stale(Duration),
}
