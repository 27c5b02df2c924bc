//! People who trade over REST while faults happen, and note of each call what they were told.

use crate::load::Shared;
use crate::orders::order;
use crate::record::{Call, Door, Outcome};
use crate::{Person, order_id};
use rand::{SeedableRng, rngs::StdRng};
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Between the calls of one person.
const PAUSE: Duration = Duration::from_millis(400);

pub(crate) async fn trade(
    url: String,
    name: &'static str,
    seed: u64,
    record: Shared,
    stopped: watch::Receiver<bool>,
) {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut person = None;
    while !*stopped.borrow() {
        let Some(caller) = &person else {
            person = Person::try_to_enter(&url, name).await.ok();
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let mut body = order(&mut rng);
        let id = order_id();
        body["order_id"] = json!(id);
        body["type"] = json!("limit");
        let call = Call { user: name, door: Door::Rest, outcome: Outcome::Unknown, body };
        record.lock().expect("no panic while held").orders.insert(id.clone(), call.clone());
        if place(caller, &id, call, &record).await == SESSION_OVER {
            person = None;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Asks again, with the same ids, for what was not answered.
pub(crate) async fn ask_again(url: &str, record: &Shared) {
    let open = record.lock().expect("no panic while held").open(Door::Rest);
    for call in open {
        if let Ok(person) = Person::enter(url, call.user).await {
            let id = call.body["order_id"].as_str().expect("an id").to_owned();
            place(&person, &id, call, record).await;
        }
    }
}

const SESSION_OVER: u16 = 401;
const NO_ANSWER: u16 = 0;

async fn place(caller: &Person, id: &str, call: Call, record: &Shared) -> u16 {
    let begun = Instant::now();
    let answer = caller.call_once("POST", "orders", Some(call.body)).await;
    let took = begun.elapsed();
    let status = answer.map_or(NO_ANSWER, |(status, _)| status);
    let mut record = record.lock().expect("no panic while held");
    match status {
        200..=299 => record.note(id, Outcome::Ok),
        400 | 402..=499 => record.note(id, Outcome::Refused),
        503 => record.unavailable += 1,
        // Nothing happened that one could know of.
        _ => {}
    }
    // Who cannot reach the gateway knows at once; the others wait for an answer.
    if status != NO_ANSWER {
        record.slowest = record.slowest.max(took);
    }
    status
}
