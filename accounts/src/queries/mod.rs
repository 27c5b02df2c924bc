//! One file per question that accounts answers.

mod demo_users;
mod enter_demo;
mod renew;
mod users;

use async_trait::async_trait;
use chassis::{Answers, Db, Fault, Reply, settings::Secret};
use contracts::{Code, Refusal, accounts::Question, topology};

/// What the answers need. Reading the clock is theirs; the rules are given the time.
pub struct Questions {
    db: Db,
    demo_mode: bool,
    key: Secret,
}

impl Questions {
    pub fn new(db: Db, demo_mode: bool, key: Secret) -> Self {
        Questions { db, demo_mode, key }
    }
}

#[async_trait]
impl Answers for Questions {
    type Question = Question;

    async fn answer(&self, sender: &str, question: Question) -> Result<Reply, Fault> {
        if ![topology::WEB, topology::ADMIN].contains(&sender) {
            let rule = format!("only web and admin ask about people, not {sender:?}");
            return Ok(Reply::refused(Refusal::new(Code::NotAllowed, rule)));
        }
        let now = chrono::Utc::now();
        Ok(match question {
            Question::DemoUsers {} => Reply::of(demo_users::answer(self).await?),
            Question::Users { user_ids } => Reply::of(users::answer(self, user_ids).await?),
            Question::EnterDemo { user_id } => Reply::of(enter_demo::answer(self, user_id, now).await?),
            Question::Renew { token } => Reply::of(renew::answer(self, &token, now).await?),
        })
    }
}
