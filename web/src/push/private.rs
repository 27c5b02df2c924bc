//! Private news, read no further than whose it is and passed on as it was said.

use super::Message;
use contracts::UserId;
use serde::Deserialize;
use serde_json::value::RawValue;

pub struct News<'a> {
    pub user_id: UserId,
    pub event: &'static str,
    pub payload: &'a RawValue,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum OrderingSaid<'a> {
    #[serde(borrow)]
    OrderChanged(&'a RawValue),
    #[serde(borrow)]
    OrderFilled(&'a RawValue),
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum PortfolioSaid<'a> {
    #[serde(borrow)]
    PortfolioChanged(&'a RawValue),
}

#[derive(Deserialize)]
struct Owned {
    user_id: UserId,
}

impl<'a> News<'a> {
    /// As it goes out: with its place among the user's news.
    pub fn numbered(&self, seq: u64) -> Message<'static> {
        let fields = self.payload.get().trim_start_matches('{').trim_start();
        let comma = if fields.starts_with('}') { "" } else { "," };
        let payload = RawValue::from_string(format!("{{\"seq\":{seq}{comma}{fields}"));
        Message::of(self.event, payload.expect("an object with one field more is JSON"))
    }

    fn of(event: &'static str, payload: &'a RawValue) -> serde_json::Result<Self> {
        let Owned { user_id } = serde_json::from_str(payload.get())?;
        Ok(News { user_id, event, payload })
    }
}

pub fn of_ordering(events: &[u8]) -> serde_json::Result<Vec<News<'_>>> {
    let said: Vec<OrderingSaid> = serde_json::from_slice(events)?;
    said.into_iter()
        .map(|event| match event {
            OrderingSaid::OrderChanged(order) => News::of("order", order),
            OrderingSaid::OrderFilled(fill) => News::of("fill", fill),
        })
        .collect()
}

pub fn of_portfolio(events: &[u8]) -> serde_json::Result<Vec<News<'_>>> {
    let said: Vec<PortfolioSaid> = serde_json::from_slice(events)?;
    said.into_iter().map(|PortfolioSaid::PortfolioChanged(change)| News::of("portfolio", change)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::portfolio::{Cash, PortfolioChange, PortfolioEvent};
    use contracts::{Money, ordering::OrderingEvent};

    #[test]
    fn news_reach_their_owner_word_for_word() {
        let user_id = UserId(uuid::Uuid::from_u128(9));
        let zero = Money::ZERO;
        let cash = Cash { total: zero, held: zero, available: zero };
        let change = PortfolioChange { user_id, cash, holdings: vec![] };
        let said = serde_json::to_vec(&[PortfolioEvent::PortfolioChanged(change.clone())]).unwrap();
        let news = of_portfolio(&said).unwrap();
        assert_eq!((news[0].user_id, news[0].event), (user_id, "portfolio"));
        assert_eq!(serde_json::from_str::<PortfolioChange>(news[0].payload.get()).unwrap(), change);
        let told: serde_json::Value = serde_json::from_str(news[0].numbered(7).payload.get()).unwrap();
        let mut expected = serde_json::to_value(&change).unwrap();
        expected["seq"] = 7.into();
        assert_eq!(told, expected);
    }

    #[test]
    fn orders_and_fills_are_told_apart() {
        let fill = contracts::Fill {
            trade_id: uuid::Uuid::from_u128(1).into(),
            order_id: uuid::Uuid::from_u128(2).into(),
            user_id: uuid::Uuid::from_u128(3).into(),
            symbol: "ACME".parse().unwrap(),
            side: contracts::Side::Buy,
            price: "1".parse().unwrap(),
            quantity: "1".parse().unwrap(),
            fee: Money::ZERO,
            liquidity: contracts::Liquidity::Taker,
            at: chrono::DateTime::UNIX_EPOCH,
        };
        let said = serde_json::to_vec(&[OrderingEvent::OrderFilled(fill.clone())]).unwrap();
        let news = of_ordering(&said).unwrap();
        assert_eq!((news[0].user_id, news[0].event), (fill.user_id, "fill"));
        assert!(of_ordering(b"[{\"unheard_of\":{}}]").is_err());
    }
}
