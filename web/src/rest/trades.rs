//! My fills. From ordering's database.

use super::{Answer, PAGE_LENGTH, Shared, told};
use crate::session::Reader;
use crate::strict::Query;
use contracts::{ordering::Question, topology};

/// `GET trades?cursor=&limit=`, newest first.
pub async fn mine(gateway: Shared, Reader(session): Reader, mut query: Query) -> Answer {
    let (cursor, limit) = (query.take("cursor")?, query.take_limit("limit", PAGE_LENGTH)?);
    query.end()?;
    let question = Question::Fills { user_id: session.user_id(), cursor, limit };
    Ok(told(gateway.reads.ask(Some(session.user_id()), topology::ORDERING, &question).await?))
}

pub mod said {
    use crate::openapi::{Said, Tag, Who};
    use crate::rest::PAGE_LENGTH;
    use contracts::Fill;
    use contracts::ordering::PAGE_LENGTH_MAX;

    pub fn mine() -> Said {
        Said::new("my_trades", Tag::Orders, "My fills, newest first")
            .of(Who::Reader)
            .query::<contracts::TradeId>("cursor", "As the page before gave it in `next_cursor`.")
            .query_number("limit", "How many.", PAGE_LENGTH, PAGE_LENGTH_MAX)
            .answers_page::<Fill>("A page.")
    }
}
