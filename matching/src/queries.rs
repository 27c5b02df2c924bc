//! Questions to matching: none.

use async_trait::async_trait;
use chassis::{Answers, Fault, Reply};
use serde::Deserialize;

pub struct Questions;

#[derive(Debug, Deserialize)]
pub enum Question {}

#[async_trait]
impl Answers for Questions {
    type Question = Question;

    async fn answer(&self, _sender: &str, question: Question) -> Result<Reply, Fault> {
        match question {}
    }
}
