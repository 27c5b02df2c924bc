//! `UseKey`: whose API key this is.

use super::{Answered, Questions};
use crate::{domain::keys, store};
use contracts::{
    Code, Refusal,
    accounts::{Hidden, KeyOwner},
};

pub async fn answer(asked: &Questions, text: &Hidden) -> Answered<KeyOwner> {
    let refused = || Ok(Err(Refusal::new(Code::NotSignedIn, "the API key is not valid")));
    let Some((key_id, digest)) = keys::read(text.reveal()) else { return refused() };
    let Some(kept) = store::keys::one(&asked.db, key_id).await? else { return refused() };
    // How far two digests agree says nothing about the secret that has this one.
    if kept.digest != digest {
        return refused();
    }
    match store::user(&asked.db, kept.user_id).await? {
        Some(user) => Ok(Ok(KeyOwner { user, key: kept.key })),
        None => refused(),
    }
}
