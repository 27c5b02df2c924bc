//! Questions whose answers are shown to people as they are: from the service, or, while it does not answer,
//! what it answered last.
//!
//! Promises: what is old says so; nobody is shown an answer that was not his. Who decides something asks
//! the services themselves.

use super::kept::{Kept, Key};
use crate::asking::{ANSWER_DEADLINE, Services, raw};
use crate::freshness::Freshness;
use chassis::ask::AskError;
use contracts::{Code, UserId};
use serde::Serialize;
use serde_json::value::RawValue;
use std::sync::{Arc, Mutex};
use std::time::Instant;

pub struct Reads {
    services: Arc<dyn Services>,
    kept: Mutex<Kept>,
}

/// An answer to be passed on.
#[derive(Debug)]
pub struct Told {
    pub answer: Box<RawValue>,
    pub freshness: Freshness,
    pub service: &'static str,
}

impl Reads {
    pub fn new(services: Arc<dyn Services>) -> Self {
        Reads { services, kept: Mutex::default() }
    }

    /// `owner` is whose session it is; nobody for what everybody may read.
    pub async fn ask(
        &self,
        owner: Option<UserId>,
        service: &'static str,
        question: &impl Serialize,
    ) -> Result<Told, AskError> {
        let question = raw(question);
        let key = Key { owner, service, question: question.get().into() };
        let answer = self.services.question(service, &question, ANSWER_DEADLINE).await;
        let mut kept = self.kept.lock().expect("no panic while held");
        match answer {
            Ok(answer) => {
                kept.keep(key, &answer, Instant::now());
                Ok(Told { answer, freshness: Freshness::Fresh, service })
            }
            Err(error) if is_no_answer(&error) => {
                let (answer, age) = kept.find(&key, Instant::now()).ok_or(error)?;
                metrics::counter!("web_stale_answers_total", "service" => service).increment(1);
                Ok(Told { answer, freshness: Freshness::Stale(age), service })
            }
            Err(refused) => Err(refused),
        }
    }
}

fn is_no_answer(error: &AskError) -> bool {
    match error {
        AskError::Unavailable(_) => true,
        AskError::Refused(refusal) => refusal.code == Code::NotSent,
    }
}
