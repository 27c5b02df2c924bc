//! How often passwords are guessed at: counted for the account, for the address, and for both
//! together, before it is known whether the guess is right.
//!
//! Promises: from one address five wrong passwords for an account in five minutes, and no sixth; who
//! guesses from many addresses finds the account's own limit; what is counted is bounded.

use contracts::{Code, Refusal, Timestamp};
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};

/// Counts begin anew after so long.
const WINDOW_S: i64 = 5 * 60;
/// A person who has forgotten which it was.
const OF_BOTH_MAX: u32 = 5;
/// A botnet; far more than a person, because it locks the person out too.
const OF_ACCOUNT_MAX: u32 = 100;
/// An office behind one address, where some forget.
const OF_ADDRESS_MAX: u32 = 50;
/// A class that begins.
const SIGN_UPS_MAX: u32 = 50;
/// Some 20 MB. To fill it takes two thousand addresses, and gains a new count.
const COUNTED_MAX: usize = 200_000;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Counted {
    Account(String),
    Address(IpAddr),
    Both(String, IpAddr),
    SignUps(IpAddr),
}

impl Counted {
    fn max(&self) -> u32 {
        match self {
            Counted::Account(_) => OF_ACCOUNT_MAX,
            Counted::Address(_) => OF_ADDRESS_MAX,
            Counted::Both(..) => OF_BOTH_MAX,
            Counted::SignUps(_) => SIGN_UPS_MAX,
        }
    }
}

/// Keys are others' to choose, so the hash must not be one that they can work against.
#[derive(Debug, Default)]
pub struct Attempts {
    window: i64,
    counts: HashMap<Counted, u32>,
}

impl Attempts {
    /// One more try at a login's password. Counts as wrong until `succeeded`.
    pub fn begin(&mut self, login: &str, address: IpAddr, now: Timestamp) -> Result<(), Refusal> {
        self.count(&of_login(login, address), now)
    }

    pub fn sign_up(&mut self, address: IpAddr, now: Timestamp) -> Result<(), Refusal> {
        self.count(&[Counted::SignUps(network(address))], now)
    }

    /// It was right, or never tried: only wrong ones stay counted.
    pub fn succeeded(&mut self, login: &str, address: IpAddr) {
        for key in of_login(login, address) {
            if let Some(count) = self.counts.get_mut(&key) {
                *count = count.saturating_sub(1);
            }
        }
    }

    fn count(&mut self, keys: &[Counted], now: Timestamp) -> Result<(), Refusal> {
        let window = now.timestamp().div_euclid(WINDOW_S);
        if window != self.window || self.counts.len() + keys.len() > COUNTED_MAX {
            self.window = window;
            self.counts.clear();
        }
        if keys.iter().any(|key| self.counts.get(key).is_some_and(|count| *count >= key.max())) {
            let rule = "too many attempts; try again in five minutes";
            return Err(Refusal::new(Code::TooManyAttempts, rule));
        }
        for key in keys {
            *self.counts.entry(key.clone()).or_default() += 1;
        }
        Ok(())
    }
}

fn of_login(login: &str, address: IpAddr) -> [Counted; 3] {
    let (login, address) = (login.to_owned(), network(address));
    [Counted::Both(login.clone(), address), Counted::Account(login), Counted::Address(address)]
}

/// Whoever has an IPv6 address has the 2^64 beside it.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn at(seconds: i64) -> Timestamp {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    /// How many of so many wrong attempts are let through.
    fn let_through(attempts: &mut Attempts, tries: impl Iterator<Item = (String, String, i64)>) -> usize {
        tries
            .filter(|(login, address, second)| {
                attempts.begin(login, address.parse().unwrap(), at(*second)).is_ok()
            })
            .count()
    }

    #[test]
    fn an_address_guesses_five_times_at_an_account_and_then_waits() {
        let mut attempts = Attempts::default();
        let from = |login: &'static str, second| {
            (0..20).map(move |_| (login.to_owned(), "10.0.0.1".to_owned(), second))
        };
        assert_eq!(let_through(&mut attempts, from("ann", 0)), 5);
        // Neither the next account nor the right owner elsewhere is kept out.
        assert_eq!(let_through(&mut attempts, from("bob", 1)), 5);
        assert!(attempts.begin("ann", "10.0.0.2".parse().unwrap(), at(2)).is_ok());
        assert_eq!(let_through(&mut attempts, from("ann", WINDOW_S)), 5);
    }

    #[test]
    fn who_stuffs_names_or_comes_from_many_addresses_is_stopped_too() {
        let mut attempts = Attempts::default();
        let names = (0..500).map(|n| (format!("user{n}"), "10.0.0.1".to_owned(), 0));
        assert_eq!(let_through(&mut attempts, names), 50);
        let addresses = (0..500).map(|n| ("cat".to_owned(), format!("10.1.{}.{}", n / 250, n % 250), 0));
        assert_eq!(let_through(&mut attempts, addresses), 100);
        let neighbours = (0..500).map(|n| ("dan".to_owned(), format!("2001:db8::{n:x}"), 0));
        assert_eq!(let_through(&mut attempts, neighbours), 5);
    }

    #[test]
    fn right_passwords_count_against_nobody() {
        let mut attempts = Attempts::default();
        let address = "10.0.0.1".parse().unwrap();
        for _ in 0..1_000 {
            attempts.begin("ann", address, at(0)).unwrap();
            attempts.succeeded("ann", address);
        }
    }

    #[test]
    fn what_is_counted_is_bounded() {
        let mut attempts = Attempts::default();
        for n in 0..COUNTED_MAX as u32 {
            let address = IpAddr::from((u128::from(n) << 64).to_be_bytes());
            let _ = attempts.begin(&format!("user{n}"), address, at(0));
        }
        assert!(attempts.counts.len() <= COUNTED_MAX, "{}", attempts.counts.len());
    }
}
