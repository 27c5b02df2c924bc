//! Sessions that were ended before their time, as a step sees them.

use contracts::{
    Timestamp, UserId,
    accounts::{Cut, SESSION_LIFETIME_S},
};
use rustc_hash::{FxHashMap, FxHashSet};
use uuid::Uuid;

#[derive(Default)]
pub struct Endings {
    known: FxHashSet<Uuid>,
    ended: Vec<(Uuid, Timestamp)>,
    cuts: FxHashMap<UserId, i64>,
    now: Option<Timestamp>,
}

impl Endings {
    pub fn known(sessions: Vec<Uuid>) -> Self {
        Endings { known: sessions.into_iter().collect(), ..Default::default() }
    }

    /// Whether it was not ended before.
    pub fn end(&mut self, session_id: Uuid, now: Timestamp) -> bool {
        let is_new = self.known.insert(session_id);
        if is_new {
            self.now = Some(now);
            self.ended.push((session_id, now));
        }
        is_new
    }

    /// Ends all sessions of a user that have begun.
    pub fn cut(&mut self, user_id: UserId, now: Timestamp) -> Cut {
        self.now = Some(now);
        self.cuts.insert(user_id, now.timestamp());
        Cut { user_id, began_by: now.timestamp() }
    }

    pub fn ended(&self) -> &[(Uuid, Timestamp)] {
        &self.ended
    }

    pub fn cuts(&self) -> impl Iterator<Item = Cut> {
        self.cuts.iter().map(|(user_id, began_by)| Cut { user_id: *user_id, began_by: *began_by })
    }

    /// What was ended before this has come to its end by itself. Nothing when nothing ended.
    pub fn forget_before(&self) -> Option<Timestamp> {
        let day = chrono::Duration::seconds(SESSION_LIFETIME_S + MARGIN_S);
        self.now.map(|now| now - day)
    }
}

/// For clocks that differ.
const MARGIN_S: i64 = 60;
