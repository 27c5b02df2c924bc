//! Asks for snapshots until they are answered: one question at a time for each thing.

use crate::asking::{self, Services};
use crate::market::{Asking, Need, Snapshot};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::AbortHandle;
use tokio::time::Instant;

/// Between two questions about the same thing: a service that is away, or a state that does not add
/// up, must not be asked in a busy loop.
const ASK_AGAIN_AFTER: Duration = Duration::from_millis(500);
/// Of all questions together: the services have orders to see to.
const QUESTIONS_AT_ONCE: usize = 8;

pub struct Snapshots {
    services: Arc<dyn Services>,
    answers: mpsc::Sender<(u64, Snapshot)>,
    under_way: FxHashMap<Need, (Instant, AbortHandle)>,
    at_once: Arc<Semaphore>,
}

impl Snapshots {
    pub fn new(services: Arc<dyn Services>) -> (Self, mpsc::Receiver<(u64, Snapshot)>) {
        let (answers, receiver) = mpsc::channel(QUESTIONS_AT_ONCE);
        let at_once = Arc::new(Semaphore::new(QUESTIONS_AT_ONCE));
        (Snapshots { services, answers, under_way: FxHashMap::default(), at_once }, receiver)
    }

    pub fn ask(&mut self, asking: Vec<Asking>) {
        for Asking { need, ticket } in asking {
            let now = Instant::now();
            let mut begin = now;
            if let Some((before, older)) = self.under_way.remove(&need) {
                older.abort();
                begin = begin.max(before + ASK_AGAIN_AFTER);
            }
            let (services, at_once) = (self.services.clone(), self.at_once.clone());
            let answers = self.answers.clone();
            let task = tokio::spawn(async move {
                tokio::time::sleep_until(begin).await;
                let snapshot = until_answered(&*services, need, &at_once).await;
                // The hub is gone: so are we.
                let _ = answers.send((ticket, snapshot)).await;
            });
            self.under_way.insert(need, (begin, task.abort_handle()));
        }
    }
}

impl Drop for Snapshots {
    fn drop(&mut self) {
        self.under_way.values().for_each(|(_, task)| task.abort());
    }
}

async fn until_answered(services: &dyn Services, need: Need, at_once: &Semaphore) -> Snapshot {
    let mut told = false;
    loop {
        let answer = {
            let _permit = at_once.acquire().await.expect("never closed");
            asking::fetch(services, need).await
        };
        match answer {
            Ok(snapshot) => return snapshot,
            Err(error) if !told => {
                told = true;
                tracing::warn!(?need, %error, "no snapshot; asking again until there is one");
            }
            Err(_) => {}
        }
        tokio::time::sleep(ASK_AGAIN_AFTER).await;
    }
}
