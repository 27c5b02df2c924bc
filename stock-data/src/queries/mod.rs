//! One file per question that stock-data answers.

mod candles;
mod statistics;
mod stocks;
mod trades;

use async_trait::async_trait;
use chassis::{Answers, Db, Fault, Reply};
use contracts::stock_data::Question;

/// What the answers need. Reading the clock is theirs; the rules are given the time.
pub struct Questions {
    db: Db,
}

impl Questions {
    pub fn new(db: Db) -> Self {
        Questions { db }
    }
}

#[async_trait]
impl Answers for Questions {
    type Question = Question;

    /// Anybody may know what is traded and at what price.
    async fn answer(&self, _sender: &str, question: Question) -> Result<Reply, Fault> {
        Ok(match question {
            Question::Stocks {} => Reply::ok(stocks::answer(&self.db, chrono::Utc::now()).await?),
            Question::Trades { symbol, limit } => Reply::of(trades::answer(&self.db, symbol, limit).await?),
            Question::Candles { symbol, interval, from, to, limit } => {
                let asked = candles::Asked { symbol, interval, from, to, limit };
                Reply::of(candles::answer(&self.db, asked).await?)
            }
            Question::Statistics { days } => {
                Reply::of(statistics::answer(&self.db, days, chrono::Utc::now()).await?)
            }
        })
    }
}
