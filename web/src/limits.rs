//! How many requests a second: for each user, and for each address without one.
//!
//! Promises: who asks too much is told when to come back, and nobody else notices; what is remembered
//! is bounded, and forgotten as soon as it makes no difference.

use crate::problem::Problem;
use crate::session::Sessions;
use crate::{address, rest};
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, ResponseError, web};
use chassis::settings;
use contracts::UserId;
use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Of each kind: some 5 MB. They are forgotten within two seconds of silence.
const REMEMBERED_MAX: usize = 50_000;
/// To look through all of them takes a millisecond; a flood of new addresses must not make every request
/// do it.
const LOOKED_THROUGH_AFTER: Duration = Duration::from_millis(500);
/// What comes at once may be so many seconds' worth: a page with all its files.
const BURST_S: u32 = 2;

pub struct Limits {
    began: Instant,
    users: Mutex<Buckets<UserId>>,
    addresses: Mutex<Buckets<IpAddr>>,
}

/// When each would be at rest again: further ahead than the burst, and it is too much. Keys are others'
/// to choose, so the hash must not be one that they can work against.
struct Buckets<K> {
    per_s: u32,
    rest_at: HashMap<K, Duration>,
    looked_through: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Verdict {
    limit: u32,
    remaining: u32,
    /// Until everything is allowed again; of a refusal until something is.
    seconds: u64,
    is_allowed: bool,
}

impl<K: Eq + Hash> Buckets<K> {
    fn new(per_s: u32) -> Self {
        Buckets { per_s, rest_at: HashMap::new(), looked_through: Duration::ZERO }
    }

    fn take(&mut self, key: K, now: Duration) -> Verdict {
        let (one, limit) = (Duration::from_secs(1) / self.per_s, self.per_s.saturating_mul(BURST_S));
        let burst = Duration::from_secs(BURST_S.into());
        let is_new = !self.rest_at.contains_key(&key);
        if is_new && self.rest_at.len() >= REMEMBERED_MAX && now >= self.looked_through + LOOKED_THROUGH_AFTER
        {
            self.looked_through = now;
            self.rest_at.retain(|_, rest_at| *rest_at > now);
        }
        let is_full = is_new && self.rest_at.len() >= REMEMBERED_MAX;
        let rest_at = self.rest_at.get(&key).copied().unwrap_or_default().max(now) + one;
        let ahead = rest_at - now;
        if is_full || ahead > burst {
            let until_one = ahead.saturating_sub(burst).as_secs() + 1;
            return Verdict { limit, remaining: 0, seconds: until_one, is_allowed: false };
        }
        self.rest_at.insert(key, rest_at);
        let left = (burst - ahead).as_nanos() / one.as_nanos();
        let remaining = u32::try_from(left).unwrap_or(u32::MAX);
        Verdict { limit, remaining, seconds: ahead.as_secs() + 1, is_allowed: true }
    }
}

impl Limits {
    pub fn new(limits: &settings::Limits) -> Self {
        Limits {
            began: Instant::now(),
            users: Mutex::new(Buckets::new(limits.requests_per_user)),
            addresses: Mutex::new(Buckets::new(limits.requests_per_address)),
        }
    }

    fn take(&self, user_id: Option<UserId>, address: IpAddr) -> Verdict {
        let now = self.began.elapsed();
        match user_id {
            Some(user_id) => self.users.lock().expect("no panic while held").take(user_id, now),
            None => self.addresses.lock().expect("no panic while held").take(network(address), now),
        }
    }
}

/// Whoever has an IPv6 address has the 2^64 beside it.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

/// Refuses what is too much, and tells everybody how much is left.
pub async fn limit(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    // Those who watch over us must hear us under any load.
    if rest::is_of_operators(request.path()) {
        return next.call(request).await;
    }
    let limits = request.app_data::<web::Data<Limits>>().expect("limits are registered");
    let sessions = request.app_data::<web::Data<Sessions>>().expect("sessions are registered");
    let user_id = sessions.user_of(request.headers());
    let verdict = limits.take(user_id, address::of(request.request()));
    let mut response = if verdict.is_allowed {
        next.call(request).await?
    } else {
        request.into_response(Problem::too_many(verdict.seconds).error_response())
    };
    tell(verdict, response.headers_mut());
    Ok(response)
}

fn tell(verdict: Verdict, headers: &mut HeaderMap) {
    for (name, value) in [
        ("ratelimit-limit", u64::from(verdict.limit)),
        ("ratelimit-remaining", u64::from(verdict.remaining)),
        ("ratelimit-reset", verdict.seconds),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Duration {
        Duration::from_millis(1_000_000 + ms)
    }

    #[test]
    fn so_many_at_once_and_then_so_many_a_second() {
        let mut buckets = Buckets::new(10);
        let mut allowed = |ms, times| (0..times).filter(|_| buckets.take("ann", at(ms)).is_allowed).count();
        assert_eq!(allowed(0, 100), 20);
        assert_eq!(allowed(100, 100), 1);
        assert_eq!(allowed(1_100, 100), 10);
        assert_eq!(allowed(60_000, 100), 20);
        assert!(buckets.take("bob", at(60_000)).is_allowed);
    }

    #[test]
    fn everybody_is_told_how_much_is_left_and_when_to_come_back() {
        let mut buckets = Buckets::new(1);
        let verdict = |remaining, seconds, is_allowed| Verdict { limit: 2, remaining, seconds, is_allowed };
        assert_eq!(buckets.take("ann", at(0)), verdict(1, 2, true));
        assert_eq!(buckets.take("ann", at(0)), verdict(0, 3, true));
        assert_eq!(buckets.take("ann", at(0)), verdict(0, 2, false));
    }

    #[test]
    fn what_is_remembered_is_bounded_and_who_is_known_is_served() {
        let mut buckets = Buckets::new(1);
        for n in 0..2 * REMEMBERED_MAX {
            buckets.take(n, at(0));
        }
        assert_eq!(buckets.rest_at.len(), REMEMBERED_MAX);
        assert!(buckets.take(0, at(0)).is_allowed && !buckets.take(usize::MAX, at(0)).is_allowed);
        assert!(buckets.take(usize::MAX, at(5_000)).is_allowed);
        assert!(buckets.rest_at.len() < 10);
    }
}
