//! Logins and the hashes of their passwords, as a step sees them.

use contracts::{Code, Refusal, UserId};
use rustc_hash::{FxHashMap, FxHashSet};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    pub user_id: UserId,
    pub login: String,
    pub password_hash: String,
}

/// Those that the step may touch: its users', and whoever else has one of its logins.
#[derive(Default)]
pub struct Credentials {
    of: FxHashMap<UserId, Credential>,
    changed: FxHashSet<UserId>,
    removed: FxHashSet<UserId>,
}

impl Credentials {
    pub fn known(credentials: Vec<Credential>) -> Self {
        let of = credentials.into_iter().map(|credential| (credential.user_id, credential)).collect();
        Credentials { of, ..Default::default() }
    }

    pub fn of(&self, user_id: UserId) -> Option<&Credential> {
        self.of.get(&user_id).filter(|_| !self.removed.contains(&user_id))
    }

    /// A login that was given up in this very step is free in the next one only: the database could
    /// not tell which comes first.
    pub fn may_open(&self, login: &str, user_id: UserId) -> Result<(), Refusal> {
        let taken = self.of.values().any(|known| known.login == login && known.user_id != user_id);
        if taken || self.removed.contains(&user_id) {
            return Err(taken_already(login));
        }
        Ok(())
    }

    pub fn open(&mut self, credential: Credential) {
        let user_id = credential.user_id;
        if self.of(user_id) != Some(&credential) {
            self.changed.insert(user_id);
            self.of.insert(user_id, credential);
        }
    }

    /// Whether this is another hash than before.
    pub fn change(&mut self, user_id: UserId, password_hash: String) -> Result<bool, Refusal> {
        let Some(known) = self.of(user_id) else {
            return Err(Refusal::new(Code::NotAllowed, "this account has no password"));
        };
        if known.password_hash == password_hash {
            return Ok(false);
        }
        let changed = Credential { password_hash, ..known.clone() };
        self.open(changed);
        Ok(true)
    }

    pub fn remove(&mut self, user_id: UserId) -> bool {
        let was_there = self.of(user_id).is_some();
        self.changed.remove(&user_id);
        self.removed.insert(user_id);
        was_there
    }

    pub fn changed(&self) -> impl Iterator<Item = &Credential> {
        self.changed.iter().map(|id| &self.of[id])
    }

    pub fn removed(&self) -> impl Iterator<Item = UserId> {
        self.removed.iter().copied()
    }
}

pub fn taken_already(login: &str) -> Refusal {
    Refusal::of_field(Code::LoginTaken, "login", format!("somebody is called {login:?} already"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn user(n: u128) -> UserId {
        Uuid::from_u128(n).into()
    }

    fn credential(n: u128, login: &str, hash: &str) -> Credential {
        Credential { user_id: user(n), login: login.into(), password_hash: hash.into() }
    }

    #[test]
    fn a_login_has_one_user_until_the_step_after_he_is_gone() {
        let mut step = Credentials::known(vec![credential(1, "ann", "a")]);
        assert!(step.may_open("ann", user(2)).is_err());
        assert!(step.may_open("ann", user(1)).is_ok(), "delivered twice");
        step.open(credential(1, "ann", "a"));
        assert_eq!(step.changed().count(), 0);
        assert!(step.remove(user(1)) && !step.remove(user(1)));
        assert!(step.may_open("ann", user(2)).is_err() && step.may_open("ann", user(1)).is_err());
        assert_eq!((step.of(user(1)), step.removed().count()), (None, 1));
    }

    #[test]
    fn a_password_is_changed_once() {
        let mut step = Credentials::known(vec![credential(1, "ann", "a")]);
        assert_eq!(step.change(user(1), "b".into()), Ok(true));
        assert_eq!(step.change(user(1), "b".into()), Ok(false));
        assert!(step.change(user(2), "b".into()).is_err());
        assert_eq!(step.changed().collect::<Vec<_>>(), [&credential(1, "ann", "b")]);
    }
}
