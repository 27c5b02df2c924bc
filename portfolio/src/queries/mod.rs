//! Questions about what people own. Web and the operator may ask; whose portfolio web may show is
//! web's to know from the session.

mod balances;
mod known_ids;
mod ledger;
mod portfolio;

use async_trait::async_trait;
use chassis::{Answers, Db, Fault, Reply};
use contracts::{Code, Refusal, portfolio::Question, topology};

pub struct Questions {
    pub db: Db,
}

#[async_trait]
impl Answers for Questions {
    type Question = Question;

    async fn answer(&self, sender: &str, question: Question) -> Result<Reply, Fault> {
        // Market makers must know what they have.
        let is_bot = sender == topology::BOTS && matches!(question, Question::Portfolio { .. });
        if ![topology::WEB, topology::ADMIN].contains(&sender) && !is_bot {
            return Ok(Reply::refused(Refusal::new(Code::NotAllowed, format!("{sender} may not ask that"))));
        }
        Ok(match question {
            Question::Portfolio { user_id } => Reply::of(portfolio::answer(&self.db, user_id).await?),
            Question::Balances { user_ids } => Reply::of(balances::answer(&self.db, &user_ids).await?),
            Question::Ledger { user_id, only, cursor, limit } => {
                Reply::of(ledger::answer(&self.db, user_id, only, cursor.as_deref(), limit).await?)
            }
            Question::KnownIds { ids } => Reply::of(known_ids::answer(&self.db, ids).await?),
        })
    }
}

/// One message's worth: a longer list is asked for in parts.
const IDS_MAX: usize = 10_000;

fn bounded(field: &str, length: usize) -> Result<(), Refusal> {
    if length <= IDS_MAX {
        return Ok(());
    }
    Err(Refusal::of_field(Code::OutOfRange, field, format!("at most {IDS_MAX}, got {length}")))
}
