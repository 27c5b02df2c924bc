//! API keys: whose they are is accounts' to say, and is believed for a few seconds.

use crate::asking::{self, ANSWER_DEADLINE, Services};
use contracts::accounts::{Hidden, KeyOwner, Question};
use contracts::{Code, Refusal, topology};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Every key's text begins so; a token's never does.
const PREFIX: &str = "exk_";
/// A key that was deleted opens nothing that long after, whatever was missed.
const BELIEVED: Duration = Duration::from_secs(5);
/// Programs at work at the same time; past this each call is asked about.
const BELIEVED_MAX: usize = 10_000;

/// Cheap to clone.
#[derive(Clone)]
pub struct ApiKeys(Arc<Inner>);

struct Inner {
    services: Arc<dyn Services>,
    /// By text. Outsiders choose it, so the hash must not be one that they can work against.
    owners: Mutex<HashMap<String, (KeyOwner, Instant)>>,
}

pub fn is_key(text: &str) -> bool {
    text.starts_with(PREFIX)
}

impl ApiKeys {
    pub fn new(services: Arc<dyn Services>) -> Self {
        ApiKeys(Arc::new(Inner { services, owners: Mutex::default() }))
    }

    /// Without asking: whom the key was last said to be of.
    pub fn known(&self, text: &str) -> Option<KeyOwner> {
        let owners = self.0.owners.lock().expect("no panic while held");
        owners.get(text).filter(|(_, since)| since.elapsed() < BELIEVED).map(|(owner, _)| owner.clone())
    }

    pub async fn owner(&self, text: &str) -> Result<KeyOwner, Refusal> {
        if let Some(owner) = self.known(text) {
            return Ok(owner);
        }
        let question = Question::UseKey { key: Hidden::new(text) };
        let asked = asking::ask(&*self.0.services, topology::ACCOUNTS, &question, ANSWER_DEADLINE).await;
        let owner: KeyOwner = asked.map_err(|error| match error {
            chassis::ask::AskError::Refused(refusal) => refusal,
            chassis::ask::AskError::Unavailable(why) => Refusal::new(Code::Unavailable, why),
        })?;
        let mut owners = self.0.owners.lock().expect("no panic while held");
        if owners.len() >= BELIEVED_MAX {
            owners.retain(|_, (_, since)| since.elapsed() < BELIEVED);
        }
        if owners.len() < BELIEVED_MAX {
            owners.insert(text.to_owned(), (owner.clone(), Instant::now()));
        }
        Ok(owner)
    }
}
