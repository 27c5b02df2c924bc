//! Passwords, hashed and compared: argon2id by OWASP's minimum, on threads of their own.
//!
//! Promises: so many at once and so many waiting, whatever comes; who has no password costs as much
//! time as who has one; a hash says how it was made.

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use contracts::{Code, Refusal, accounts::Hidden};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Each takes a core for some 20 ms, and 19 MiB.
const AT_ONCE_MAX: usize = 2;
/// More would wait longer than those who ask.
const WAITING_MAX: usize = 40;
/// Of the 1.8 s that web waits; the rest is for the hash, and for what follows from it.
const PATIENCE: Duration = Duration::from_millis(900);
/// What `Argon2::default` makes: 19 MiB, two passes, one lane.
const TODAY: &str = "$argon2id$v=19$m=19456,t=2,p=1$";

#[derive(Clone)]
pub struct Hashing {
    at_once: Arc<Semaphore>,
    present: Arc<Semaphore>,
    /// Nobody's: compared where there is no account.
    nobodys: Arc<str>,
}

impl Hashing {
    /// Takes as long as one hash.
    pub fn new() -> Self {
        let nobodys = hash(&rand::random::<[u8; 32]>()).into();
        // A machine with two cores has one to spare.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Hashing {
            at_once: Arc::new(Semaphore::new((cores / 2).clamp(1, AT_ONCE_MAX))),
            present: Arc::new(Semaphore::new(AT_ONCE_MAX + WAITING_MAX)),
            nobodys,
        }
    }

    pub async fn hash(&self, password: Hidden) -> Result<Hidden, Refusal> {
        self.within_bounds(move || Hidden::new(hash(password.reveal().as_bytes()))).await
    }

    /// Whether the password is the one of this hash. Without a hash it is not, after the same time.
    pub async fn fits(&self, password: Hidden, hash: Option<&str>) -> Result<bool, Refusal> {
        let (is_somebodys, hash) = (hash.is_some(), hash.unwrap_or(&self.nobodys).to_owned());
        let fits =
            move || Argon2::default().verify_password(password.reveal().as_bytes(), hash.as_str()).is_ok();
        self.within_bounds(fits).await.map(|fits| fits && is_somebodys)
    }

    /// The place belongs to the work: whoever stops waiting for it does not make room for more.
    async fn within_bounds<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let Ok(present) = self.present.clone().try_acquire_owned() else { return Err(busy()) };
        let waiting = tokio::time::timeout(PATIENCE, self.at_once.clone().acquire_owned());
        let Ok(place) = waiting.await else { return Err(busy()) };
        let work = move || {
            let _places = (present, place);
            work()
        };
        Ok(tokio::task::spawn_blocking(work).await.expect("hashing does not panic"))
    }
}

fn busy() -> Refusal {
    Refusal::new(Code::TooManyRequests, "too many are signing in at this moment; try again in a second")
}

/// Whether a hash was made by other rules than today's.
pub fn is_old(hash: &str) -> bool {
    !hash.starts_with(TODAY)
}

fn hash(password: &[u8]) -> String {
    Argon2::default().hash_password(password).expect("these parameters are valid").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(text: &str) -> Hidden {
        Hidden::new(text)
    }

    #[tokio::test]
    async fn a_hash_has_its_own_salt_and_fits_its_own_password() {
        let hashing = Hashing::new();
        let one = hashing.hash(hidden("correct horse")).await.unwrap();
        let two = hashing.hash(hidden("correct horse")).await.unwrap();
        assert_ne!(one, two);
        assert!(!is_old(one.reveal()), "{}", one.reveal());
        assert!(hashing.fits(hidden("correct horse"), Some(one.reveal())).await.unwrap());
        assert!(!hashing.fits(hidden("correct house"), Some(one.reveal())).await.unwrap());
        assert!(!hashing.fits(hidden("correct horse"), None).await.unwrap());
        assert!(!hashing.fits(hidden("correct horse"), Some("no hash")).await.unwrap());
        assert!(is_old("$argon2id$v=19$m=4096,t=3,p=1$c2FsdHNhbHQ$aGFzaA"));
    }

    #[tokio::test]
    async fn a_flood_is_refused_and_leaves_nothing_behind() {
        let hashing = Hashing::new();
        let flood = (0..500).map(|_| hashing.fits(hidden("correct horse"), None));
        let answers = futures::future::join_all(flood).await;
        let refused = answers.iter().filter_map(|answer| answer.as_ref().err());
        assert!(refused.clone().all(|refusal| refusal.code == Code::TooManyRequests));
        let refused = refused.count();
        assert!((1..500).contains(&refused), "{refused} refused");
        assert_eq!(hashing.present.available_permits(), AT_ONCE_MAX + WAITING_MAX);
    }
}
