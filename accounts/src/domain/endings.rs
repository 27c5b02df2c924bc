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
    cuts_before: FxHashMap<UserId, i64>,
    cuts: FxHashMap<UserId, i64>,
    now: Option<Timestamp>,
}

impl Endings {
    pub fn known(sessions: Vec<Uuid>, cuts: Vec<Cut>) -> Self {
        let cuts_before = cuts.into_iter().map(|cut| (cut.user_id, cut.began_by)).collect();
        Endings { known: sessions.into_iter().collect(), cuts_before, ..Default::default() }
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

    /// Ends all sessions of a user that have begun. Those that began right after the last cut have it
    /// one second later, which may not have come yet.
    pub fn cut(&mut self, user_id: UserId, now: Timestamp) -> Cut {
        self.now = Some(now);
        let after = |before: &i64| before.saturating_add(1);
        let before = self.cuts.get(&user_id).or_else(|| self.cuts_before.get(&user_id));
        let began_by = now.timestamp().max(before.map_or(i64::MIN, after));
        self.cuts.insert(user_id, began_by);
        Cut { user_id, began_by }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain;
    use chrono::DateTime;
    use contracts::accounts::{Role, User};

    #[test]
    fn a_session_that_began_right_after_a_cut_is_ended_by_the_next_in_the_same_second() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let user_id = Uuid::from_u128(7).into();
        let ann = User { user_id, name: "Ann".into(), role: Role::Trader, demo: false };
        let first = Endings::default().cut(user_id, now);
        let mut endings = Endings::known(vec![], vec![first]);
        for before in [first.began_by, first.began_by + 1] {
            let session = domain::begin(&ann, Uuid::from_u128(8), Some(before), now);
            assert!(session.auth_time > before);
            assert!(endings.cut(user_id, now).began_by >= session.auth_time);
        }
    }
}
