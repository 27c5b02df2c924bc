//! What is heard, in the words of the floor.

use crate::domain::{Fate, Heard};
use crate::tickets::Tickets;
use contracts::matching::{MatchingEvent, OrderFilled, Party};
use contracts::stock_data::StockDataEvent;
use contracts::{OrderId, Partitions, StreamName, UserId, topology};

/// What everybody may hear: instruments and books.
pub fn streams(partitions: Partitions) -> Vec<StreamName> {
    let streams = topology::streams(partitions).into_iter();
    let public = [topology::STOCK_DATA, topology::MATCHING];
    streams
        .filter(|stream| stream.for_web && public.contains(&topology::service_of(stream.name.writer())))
        .map(|stream| stream.name)
        .collect()
}

pub struct Ears {
    pub tickets: Tickets,
    pub accounts: Vec<UserId>,
}

/// What somebody hears.
pub enum News {
    Of(Heard),
    /// An order of ours rests. (One that another program has placed for the account is not ours.)
    Rests {
        ticket: u64,
        user_id: UserId,
        order_id: OrderId,
    },
}

impl Ears {
    pub fn hear(&self, stream: &StreamName, events: &[u8]) -> Result<Vec<News>, serde_json::Error> {
        match topology::service_of(stream.writer()) {
            topology::MATCHING => {
                let events: Vec<MatchingEvent> = serde_json::from_slice(events)?;
                Ok(events.iter().flat_map(|event| self.in_a_book(event)).collect())
            }
            topology::STOCK_DATA => {
                let events: Vec<StockDataEvent> = serde_json::from_slice(events)?;
                Ok(events.into_iter().filter_map(of_an_instrument).collect())
            }
            _ => Ok(Vec::new()),
        }
    }

    fn is_ours(&self, party: &Party) -> bool {
        self.accounts.contains(&party.user_id)
    }

    fn fate(&self, party: &Party, fate: Fate) -> Option<News> {
        let ticket = self.tickets.ticket(party.order_id)?;
        self.is_ours(party).then_some(News::Of(Heard::Fate { ticket, fate }))
    }

    fn rests(&self, party: &Party) -> Option<News> {
        let Party { user_id, order_id, .. } = *party;
        let ticket = self.tickets.ticket(order_id)?;
        self.is_ours(party).then_some(News::Rests { ticket, user_id, order_id })
    }

    fn in_a_book(&self, event: &MatchingEvent) -> Vec<News> {
        let news = match event {
            MatchingEvent::OrderOpened(event) => [self.rests(&event.party), None, None],
            MatchingEvent::OrderLeftBook(event) => [self.fate(&event.party, Fate::Gone), None, None],
            MatchingEvent::OrderFilled(event) => {
                let filled = Fate::Filled(event.quantity);
                [self.fate(&event.maker, filled), self.fate(&event.taker, filled), self.traded(event)]
            }
            MatchingEvent::PhaseChanged(event) => {
                let phase = Heard::Phase { symbol: event.symbol, phase: event.phase };
                [Some(News::Of(phase)), None, None]
            }
            // Ours are plain limit orders that nobody changes.
            MatchingEvent::OrderArmed(_)
            | MatchingEvent::OrderTriggered(_)
            | MatchingEvent::OrderReduced(_)
            | MatchingEvent::OrderAmended(_)
            | MatchingEvent::OrderRefreshed(_)
            | MatchingEvent::AmendmentRefused(_)
            | MatchingEvent::AuctionIndicated(_) => [None, None, None],
        };
        news.into_iter().flatten().collect()
    }

    /// What others do is news; what we do with each other is not.
    fn traded(&self, event: &OrderFilled) -> Option<News> {
        let bought = self.is_ours(event.buyer());
        let sold = self.is_ours(event.seller());
        let gained = match (bought, sold) {
            (true, true) => return None,
            (true, false) => event.quantity.micros(),
            (false, true) => -event.quantity.micros(),
            (false, false) => 0,
        };
        Some(News::Of(Heard::Traded { symbol: event.symbol, price: event.price, gained }))
    }
}

fn of_an_instrument(event: StockDataEvent) -> Option<News> {
    match event {
        StockDataEvent::InstrumentChanged(instrument) => Some(News::Of(Heard::Changed(instrument))),
        // Prices follow from trades, which are heard from the books.
        StockDataEvent::PriceChanged(_) => None,
        StockDataEvent::FeedChanged { symbol, feed } => Some(News::Of(Heard::Feed { symbol, feed })),
    }
}
