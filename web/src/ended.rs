//! Sessions that were ended before their tokens: what accounts says about them, and since when this is
//! all of it.
//!
//! Promises: until accounts has told what it ended before, nobody is believed; what is ended is refused
//! as soon as it is heard of, and never believed again while its token would be good.

use crate::asking::{self, Services};
use crate::session::Visitor;
use contracts::accounts::{self, Cut, Question, SESSION_LIFETIME_S, SessionsEvent, TOKEN_LIFETIME_S};
use contracts::{Code, Refusal, UserId, topology};
use rustc_hash::FxHashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use uuid::Uuid;

/// As long as a token of before may be good, clocks that differ included.
const REMEMBERED: Duration = Duration::from_secs(TOKEN_LIFETIME_S as u64 + 60);
/// Some 60 MB, more than can be ended in that time; past it the list is asked for anew.
const REMEMBERED_MAX: usize = 1_000_000;
/// A list of megabytes, that nobody waits for.
const DEADLINE: Duration = Duration::from_secs(5);
const ASK_AGAIN_AFTER: Duration = Duration::from_millis(300);

/// Cheap to clone.
#[derive(Clone, Default)]
pub struct Ended(Arc<Inner>);

#[derive(Default)]
struct Inner {
    list: RwLock<List>,
    /// Rises with every change.
    version: AtomicU64,
    wanted: Notify,
}

#[derive(Default)]
struct List {
    is_whole: bool,
    sessions: FxHashMap<Uuid, Instant>,
    cuts: FxHashMap<UserId, (i64, Instant)>,
}

impl List {
    fn has(&self, visitor: &Visitor) -> bool {
        self.sessions.contains_key(&visitor.session_id)
            || self.cuts.get(&visitor.user_id).is_some_and(|(began_by, _)| visitor.began_at <= *began_by)
    }

    fn add(&mut self, sessions: Vec<Uuid>, cuts: Vec<Cut>, now: Instant) {
        let is_full = |list: &Self| {
            list.sessions.len() + list.cuts.len() + sessions.len() + cuts.len() > REMEMBERED_MAX
        };
        if is_full(self) {
            self.sessions.retain(|_, since| now.duration_since(*since) < REMEMBERED);
            self.cuts.retain(|_, (_, since)| now.duration_since(*since) < REMEMBERED);
        }
        if is_full(self) {
            *self = List::default();
        }
        self.sessions.extend(sessions.into_iter().map(|id| (id, now)));
        for Cut { user_id, began_by } in cuts {
            let known = self.cuts.entry(user_id).or_insert((began_by, now));
            *known = (known.0.max(began_by), now);
        }
    }
}

impl Ended {
    /// Asks accounts, at once and whenever something may have been missed, for as long as anybody is
    /// interested.
    pub fn follow(&self, services: Arc<dyn Services>) -> tokio::task::JoinHandle<()> {
        let ended = self.clone();
        tokio::spawn(async move {
            loop {
                let question = Question::Ended {};
                match asking::ask(&*services, topology::ACCOUNTS, &question, DEADLINE).await {
                    Ok(list) => {
                        ended.learn(list, Instant::now());
                        ended.0.wanted.notified().await;
                    }
                    Err(error) => tracing::debug!(%error, "which sessions were ended is not known yet"),
                }
                tokio::time::sleep(ASK_AGAIN_AFTER).await;
            }
        })
    }

    /// Something was missed.
    pub fn ask_again(&self) {
        self.0.wanted.notify_one();
    }

    pub fn hear(&self, event: SessionsEvent, now: Instant) {
        match event {
            SessionsEvent::SessionEnded { session_id } => self.add(vec![session_id], vec![], now),
            SessionsEvent::SessionsEnded(cut) => self.add(vec![], vec![cut], now),
        }
    }

    fn learn(&self, list: accounts::Ended, now: Instant) {
        self.add(list.sessions, list.users, now);
        self.0.list.write().expect("no panic while held").is_whole = true;
    }

    fn add(&self, sessions: Vec<Uuid>, cuts: Vec<Cut>, now: Instant) {
        let mut list = self.0.list.write().expect("no panic while held");
        let was_whole = list.is_whole;
        list.add(sessions, cuts, now);
        if was_whole && !list.is_whole {
            self.ask_again();
        }
        drop(list);
        self.0.version.fetch_add(1, Ordering::Release);
    }

    /// Changes when somebody's session may be over.
    pub fn version(&self) -> u64 {
        self.0.version.load(Ordering::Acquire)
    }

    pub fn is_known(&self) -> bool {
        self.0.list.read().expect("no panic while held").is_whole
    }

    /// Whether a good token is to be believed.
    pub fn check(&self, visitor: &Visitor) -> Result<(), Refusal> {
        let list = self.0.list.read().expect("no panic while held");
        if !list.is_whole {
            let rule = "which sessions were ended is being asked for; try again in a moment";
            return Err(Refusal::new(Code::Unavailable, rule));
        }
        if list.has(visitor) {
            return Err(Refusal::new(Code::NotSignedIn, "the session was ended; sign in again"));
        }
        Ok(())
    }

    /// Whether a session was ended, as far as that is known.
    pub fn has(&self, visitor: &Visitor) -> bool {
        self.0.list.read().expect("no panic while held").has(visitor)
    }

    /// Whether a connection has outlived its session.
    pub fn is_over(&self, visitor: &Visitor, now_s: i64) -> bool {
        now_s >= visitor.began_at.saturating_add(SESSION_LIFETIME_S) || self.has(visitor)
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// Nothing was ended yet.
    pub fn nothing_ended() -> Ended {
        let ended = Ended::default();
        ended.learn(accounts::Ended::default(), Instant::now());
        ended
    }

    fn visitor(user: u128, session: u128, began_at: i64) -> Visitor {
        let user_id = Uuid::from_u128(user).into();
        Visitor { user_id, session_id: Uuid::from_u128(session), began_at }
    }

    #[test]
    fn nobody_is_believed_before_the_list_is_there() {
        let ended = Ended::default();
        let ann = visitor(1, 10, 100);
        ended.hear(SessionsEvent::SessionEnded { session_id: Uuid::from_u128(10) }, Instant::now());
        assert_eq!(ended.check(&ann).unwrap_err().code, Code::Unavailable);
        ended.learn(accounts::Ended::default(), Instant::now());
        assert_eq!(ended.check(&ann).unwrap_err().code, Code::NotSignedIn, "what was heard stays");
        assert_eq!(ended.check(&visitor(1, 11, 100)), Ok(()));
    }

    #[test]
    fn another_password_ends_what_began_before_it() {
        let ended = nothing_ended();
        let before = ended.version();
        let cut = Cut { user_id: Uuid::from_u128(1).into(), began_by: 100 };
        ended.hear(SessionsEvent::SessionsEnded(cut), Instant::now());
        assert_ne!(ended.version(), before);
        assert!(ended.is_over(&visitor(1, 10, 99), 101) && ended.is_over(&visitor(1, 11, 100), 101));
        assert!(!ended.is_over(&visitor(1, 12, 101), 101) && !ended.is_over(&visitor(2, 13, 99), 101));
        // An earlier one that is heard later brings nobody back.
        ended.hear(SessionsEvent::SessionsEnded(Cut { began_by: 50, ..cut }), Instant::now());
        assert!(ended.is_over(&visitor(1, 11, 100), 101));
    }

    #[test]
    fn no_connection_outlives_its_sessions_day() {
        let ended = nothing_ended();
        let ann = visitor(1, 10, 1_000);
        assert!(!ended.is_over(&ann, 1_000 + SESSION_LIFETIME_S - 1));
        assert!(ended.is_over(&ann, 1_000 + SESSION_LIFETIME_S));
        assert!(!ended.is_over(&visitor(1, 11, i64::MAX), i64::MAX - 1), "a key has no day");
    }

    #[test]
    fn what_was_ended_long_ago_is_forgotten_when_room_is_needed() {
        let (mut list, now) = (List::default(), Instant::now());
        list.add((0..REMEMBERED_MAX as u128).map(Uuid::from_u128).collect(), vec![], now);
        list.add(vec![Uuid::from_u128(u128::MAX)], vec![], now + REMEMBERED);
        assert_eq!(list.sessions.len(), 1);
        // More than can be kept is asked for anew, and nobody is believed before it is there.
        list.is_whole = true;
        list.add((0..REMEMBERED_MAX as u128).map(Uuid::from_u128).collect(), vec![], now + REMEMBERED);
        assert!(!list.is_whole);
    }
}
