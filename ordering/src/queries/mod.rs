//! One file per question. They are asked on behalf of one user, and show nothing of others; the origin
//! of any order is told where an admin asks.

pub mod fills;
pub mod order_detail;
pub mod orders;

use async_trait::async_trait;
use chassis::{Answers, Db, Fault, Reply};
use contracts::{
    Code, Refusal,
    ordering::{PAGE_LENGTH_MAX, Page, Question},
    topology,
};

pub struct Questions {
    pub db: Db,
}

#[async_trait]
impl Answers for Questions {
    type Question = Question;

    async fn answer(&self, sender: &str, question: Question) -> Result<Reply, Fault> {
        // These two know on whose behalf they ask.
        if ![topology::WEB, topology::ADMIN].contains(&sender) {
            let rule = format!("{sender} may not ask ordering");
            return Ok(Reply::refused(Refusal::new(Code::NotAllowed, rule)));
        }
        match question {
            Question::Orders { user_id, status, symbol, cursor, limit } => {
                orders::answer(&self.db, user_id, (status, symbol), cursor, limit).await.map(Reply::of)
            }
            Question::OrderDetail { user_id, order_id } => {
                order_detail::answer(&self.db, user_id, order_id).await.map(Reply::of)
            }
            Question::OrderOrigin { order_id, user_id } => {
                order_detail::origin(&self.db, user_id, order_id).await.map(Reply::of)
            }
            Question::Fills { user_id, cursor, limit } => {
                fills::answer(&self.db, user_id, cursor, limit).await.map(Reply::of)
            }
        }
    }
}

fn check_limit(limit: u16) -> Result<(), Refusal> {
    if (1..=PAGE_LENGTH_MAX).contains(&limit) {
        return Ok(());
    }
    let rule = format!("must be 1 to {PAGE_LENGTH_MAX}, got {limit}");
    Err(Refusal::of_field(Code::OutOfRange, "limit", rule))
}

fn bad_cursor() -> Refusal {
    Refusal::of_field(Code::InvalidValue, "cursor", "no page ended there")
}

/// Of one item more than fits, which tells that there is another page.
fn page<T>(mut items: Vec<T>, limit: u16, cursor: impl Fn(&T) -> String) -> Page<T> {
    let more = items.len() > usize::from(limit);
    items.truncate(usize::from(limit));
    let next_cursor = items.last().filter(|_| more).map(cursor);
    Page { items, next_cursor }
}
