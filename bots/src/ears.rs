//! What is heard, in the words of the floor.

use crate::domain::{Bot, Fate, Heard};
use crate::tickets::Tickets;
use contracts::matching::{MatchingEvent, OrderFilled, OrderOpened, Party};
use contracts::stock_data::StockDataEvent;
use contracts::{Partitions, StreamName, UserId, topology};

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

impl Ears {
    pub fn hear(&self, stream: &StreamName, events: &[u8]) -> Result<Vec<Heard>, serde_json::Error> {
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

    /// Whose it is of us.
    fn bot(&self, party: &Party) -> Option<Bot> {
        self.accounts.iter().position(|account| *account == party.user_id)
    }

    fn fate(&self, party: &Party, fate: Fate) -> Option<Heard> {
        let ticket = self.tickets.ticket(party.order_id)?;
        self.bot(party).map(|_| Heard::Fate { ticket, fate })
    }

    /// An order of ours rests. (One that another program has placed for the account is not ours.)
    fn rests(&self, event: &OrderOpened) -> Option<Heard> {
        let ticket = self.tickets.ticket(event.party.order_id)?;
        let bot = self.bot(&event.party)?;
        let OrderOpened { symbol, side, price, quantity, .. } = *event;
        Some(Heard::Rests { ticket, bot, symbol, side, price, left: quantity })
    }

    fn in_a_book(&self, event: &MatchingEvent) -> Vec<Heard> {
        let news = match event {
            MatchingEvent::OrderOpened(event) => [self.rests(event), None, None],
            MatchingEvent::OrderLeftBook(event) => [self.fate(&event.party, Fate::Gone), None, None],
            MatchingEvent::OrderFilled(event) => {
                let filled = Fate::Filled(event.quantity);
                [self.fate(&event.maker, filled), self.fate(&event.taker, filled), self.traded(event)]
            }
            MatchingEvent::PhaseChanged(event) => {
                let phase = Heard::Phase { symbol: event.symbol, phase: event.phase };
                [Some(phase), None, None]
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
    fn traded(&self, event: &OrderFilled) -> Option<Heard> {
        let bought = self.bot(event.buyer()).is_some();
        let sold = self.bot(event.seller()).is_some();
        let gained = match (bought, sold) {
            (true, true) => return None,
            (true, false) => event.quantity.micros(),
            (false, true) => -event.quantity.micros(),
            (false, false) => 0,
        };
        Some(Heard::Traded { symbol: event.symbol, price: event.price, gained })
    }
}

fn of_an_instrument(event: StockDataEvent) -> Option<Heard> {
    match event {
        StockDataEvent::InstrumentChanged(instrument) => Some(Heard::Changed(instrument)),
        // Prices follow from trades, which are heard from the books.
        StockDataEvent::PriceChanged(_) => None,
        StockDataEvent::FeedChanged { symbol, feed } => Some(Heard::Feed { symbol, feed }),
    }
}
