//! API keys: what lets a program in. A key's text is `exk_`, its id and a secret; only the secret's
//! digest is kept. It is as long as the digest, so nobody finds it by trying, and it needs no slow hash.

use contracts::{Code, Refusal, UserId, accounts::Key, refusal::quoted};
use rustc_hash::{FxHashMap, FxHashSet};
use sha2::{Digest, Sha256};
use uuid::Uuid;

const PREFIX: &str = "exk_";
const SECRET_BYTES: usize = 32;
/// More programs than a person keeps an eye on.
pub const KEYS_MAX: usize = 20;
pub const NAME_CHARACTERS_MAX: usize = 64;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptKey {
    pub user_id: UserId,
    pub key: Key,
    pub digest: String,
}

/// The text of a key.
pub fn text(key_id: Uuid, secret: [u8; SECRET_BYTES]) -> String {
    format!("{PREFIX}{}_{}", key_id.simple(), hex(&secret))
}

/// Which key a text claims to be, and the digest that proves it.
pub fn read(text: &str) -> Option<(Uuid, String)> {
    let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
    let is_secret = secret.len() == 2 * SECRET_BYTES && secret.bytes().all(|b| b.is_ascii_hexdigit());
    let key_id = Uuid::try_parse(id).ok().filter(|_| is_secret && id.len() == 32)?;
    Some((key_id, hex(&Sha256::digest(secret.as_bytes()))))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The keys of the step's users.
#[derive(Default)]
pub struct Keys {
    of: FxHashMap<Uuid, KeptKey>,
    added: FxHashSet<Uuid>,
    dropped: FxHashSet<Uuid>,
}

impl Keys {
    pub fn known(keys: Vec<KeptKey>) -> Self {
        let of = keys.into_iter().map(|kept| (kept.key.key_id, kept)).collect();
        Keys { of, ..Default::default() }
    }

    pub fn keep(&mut self, kept: KeptKey) -> Result<(), Refusal> {
        if self.of.get(&kept.key.key_id) == Some(&kept) {
            return Ok(());
        }
        if self.of.values().filter(|known| known.user_id == kept.user_id).count() >= KEYS_MAX {
            let rule = format!("an account has at most {KEYS_MAX} keys; delete one first");
            return Err(Refusal::new(Code::OutOfRange, rule));
        }
        self.added.insert(kept.key.key_id);
        self.of.insert(kept.key.key_id, kept);
        Ok(())
    }

    pub fn drop(&mut self, user_id: UserId, key_id: Uuid) -> Result<(), Refusal> {
        if self.of.get(&key_id).is_none_or(|known| known.user_id != user_id) {
            let rule = format!("expected the id of a key of yours, got {}", quoted(&key_id.to_string()));
            return Err(Refusal::of_field(Code::NotFound, "key_id", rule));
        }
        self.of.remove(&key_id);
        if !self.added.remove(&key_id) {
            self.dropped.insert(key_id);
        }
        Ok(())
    }

    pub fn ids_of(&self, user_id: UserId) -> Vec<Uuid> {
        self.of.values().filter(|known| known.user_id == user_id).map(|known| known.key.key_id).collect()
    }

    pub fn added(&self) -> impl Iterator<Item = &KeptKey> {
        self.added.iter().map(|id| &self.of[id])
    }

    pub fn dropped(&self) -> impl Iterator<Item = Uuid> {
        self.dropped.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::accounts::Scope;

    fn kept(user: u128, key: u128) -> KeptKey {
        let made_at = chrono::DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let key =
            Key { key_id: Uuid::from_u128(key), name: "bot".into(), scopes: vec![Scope::Read], made_at };
        KeptKey { user_id: Uuid::from_u128(user).into(), key, digest: "d".into() }
    }

    #[test]
    fn a_text_is_read_back_and_anything_else_is_no_key() {
        let id = Uuid::from_u128(0xabc);
        let good = text(id, [7; 32]);
        let (read_id, digest) = read(&good).unwrap();
        assert_eq!((read_id, digest.len()), (id, 64));
        assert_ne!(read(&text(id, [8; 32])).unwrap().1, digest);
        for bad in [&good[..good.len() - 1], &good[4..], "exk_", "exk__", &good.replace('7', "g"), ""] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_key_is_its_users_alone_and_there_are_so_many() {
        let mut keys = Keys::known(vec![kept(1, 100)]);
        let (ann, bob) = (kept(1, 0).user_id, kept(2, 0).user_id);
        assert_eq!(keys.drop(bob, Uuid::from_u128(100)).unwrap_err().code, Code::NotFound);
        for n in 0..KEYS_MAX as u128 - 1 {
            keys.keep(kept(1, n)).unwrap();
        }
        assert!(keys.keep(kept(1, 0)).is_ok(), "delivered twice");
        assert_eq!(keys.keep(kept(1, 99)).unwrap_err().code, Code::OutOfRange);
        keys.drop(ann, Uuid::from_u128(0)).unwrap();
        keys.drop(ann, Uuid::from_u128(100)).unwrap();
        assert_eq!((keys.added().count(), keys.dropped().count()), (KEYS_MAX - 2, 1));
    }
}
