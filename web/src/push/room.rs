//! A public room: who is in it, and what they have been sent.
//!
//! Promises: whoever comes in gets a snapshot first, then every change after it, none twice. Both
//! happen only in `tick`, one after the other, so nothing can slip between.

use super::payloads::{CandlesMessage, DepthMessage, PhaseMessage, Prices, StatisticsMessage, Trades};
use super::subscription::RoomName;
use super::{Client, Lost, Message};
use crate::market::book::Levels;
use crate::market::phases::PhaseDetail;
use crate::market::tape::TAPE_TRADES_MAX;
use crate::market::{Market, NotYet};
use contracts::Symbol;
use contracts::matching::Phase;
use contracts::stock_data::Interval;
use serde::Serialize;

/// The levels of each side that are pushed: as many as REST shows at most, some ten kilobytes.
pub const PUSHED_LEVELS_MAX: usize = 200;

pub struct Room<C> {
    /// These have had their snapshot.
    members: Vec<C>,
    /// These have not.
    waiting: Vec<C>,
    sent: Sent,
}

/// What the members know.
enum Sent {
    Nothing,
    Prices { version: u64 },
    Depth { last: u64, levels: Levels },
    Trades { generation: u64, count: u64 },
    Phase { phase: Phase, detail: PhaseDetail },
    Report { version: u64 },
}

impl<C: Client> Room<C> {
    pub fn new() -> Self {
        Room { members: Vec::new(), waiting: Vec::new(), sent: Sent::Nothing }
    }

    pub fn is_empty(&self) -> bool {
        self.members.is_empty() && self.waiting.is_empty()
    }

    /// Comes in, or wants a new snapshot.
    pub fn enter(&mut self, client: C) {
        self.leave(client.id());
        self.waiting.push(client);
    }

    pub fn leave(&mut self, id: C::Id) {
        self.members.retain(|member| member.id() != id);
        self.waiting.retain(|member| member.id() != id);
    }

    /// Sends what has changed, then snapshots to those who came in. While the market's state is not
    /// known, everybody waits. Returns those who could not be reached.
    pub fn tick(&mut self, name: RoomName, market: &Market, prices_sequence: u64) -> Vec<(C, Lost)> {
        let told = match name {
            RoomName::Prices(symbol) => self.prices(symbol, market, prices_sequence),
            RoomName::Depth(symbol) => self.depth(symbol, market),
            RoomName::Trades(symbol) => self.trades(symbol, market),
            RoomName::Phase(symbol) => self.phase(symbol, market),
            RoomName::Candles(symbol, interval) => self.candles(symbol, interval, market),
            RoomName::Statistics => self.statistics(market),
        };
        told.unwrap_or_default()
    }

    fn prices(
        &mut self,
        of: Option<Symbol>,
        market: &Market,
        sequence: u64,
    ) -> Result<Vec<(C, Lost)>, NotYet> {
        let stocks = market.stocks()?;
        let mut lost = Vec::new();
        if let Sent::Prices { version } = self.sent
            && version < stocks.version()
            && !self.members.is_empty()
        {
            let items: Vec<_> = match of {
                None => stocks.changed_since(version).map(Into::into).collect(),
                Some(symbol) => stocks.changed_one(symbol, version).map(Into::into).into_iter().collect(),
            };
            if !items.is_empty() {
                lost = send(&self.members, "prices", &Prices { sequence, snapshot: false, items });
            }
        }
        self.sent = Sent::Prices { version: stocks.version() };
        if !self.waiting.is_empty() {
            let items = match of {
                None => stocks.all().map(Into::into).collect(),
                Some(symbol) => stocks.get(symbol).map(Into::into).into_iter().collect(),
            };
            let snapshot = Message::new("prices", &Prices { sequence, snapshot: true, items });
            lost.extend(self.admit(&snapshot));
        }
        Ok(lost)
    }

    fn depth(&mut self, symbol: Symbol, market: &Market) -> Result<Vec<(C, Lost)>, NotYet> {
        let book = market.book(symbol)?;
        let now = book.sequence();
        let mut lost = Vec::new();
        match &mut self.sent {
            Sent::Depth { last, levels } if *last <= now => {
                if *last < now {
                    let best = book.best(PUSHED_LEVELS_MAX);
                    let changes = levels.changes_to(&best);
                    // Without a change to see, the next message covers these sequences too.
                    if !changes.is_empty() {
                        lost = send(
                            &self.members,
                            "depth",
                            &DepthMessage::change(symbol, *last + 1, now, &changes),
                        );
                        (*last, *levels) = (now, best);
                    }
                }
            }
            Sent::Depth { .. }
            | Sent::Nothing
            | Sent::Prices { .. }
            | Sent::Trades { .. }
            | Sent::Phase { .. }
            | Sent::Report { .. } => {
                // Nothing sent yet, or another life of the book: everybody starts anew.
                self.waiting.append(&mut self.members);
                self.sent = Sent::Depth { last: now, levels: book.best(PUSHED_LEVELS_MAX) };
            }
        }
        if !self.waiting.is_empty()
            && let Sent::Depth { last, levels } = &self.sent
        {
            let snapshot = Message::new("depth", &DepthMessage::snapshot(symbol, *last, levels));
            lost.extend(self.admit(&snapshot));
        }
        Ok(lost)
    }

    fn trades(&mut self, symbol: Symbol, market: &Market) -> Result<Vec<(C, Lost)>, NotYet> {
        let tape = market.tape(symbol)?;
        let (sequence, mut lost) = (tape.count(), Vec::new());
        match self.sent {
            Sent::Trades { generation, count } if generation == tape.generation() => {
                let items: Vec<_> = tape.added_since(count).map(Into::into).collect();
                if !items.is_empty() {
                    let message = Trades { symbol, sequence, snapshot: false, items };
                    lost = send(&self.members, "trade", &message);
                }
            }
            // Nothing sent yet, or the tape began anew.
            Sent::Trades { .. }
            | Sent::Nothing
            | Sent::Prices { .. }
            | Sent::Depth { .. }
            | Sent::Phase { .. }
            | Sent::Report { .. } => {
                self.waiting.append(&mut self.members);
            }
        }
        self.sent = Sent::Trades { generation: tape.generation(), count: sequence };
        if !self.waiting.is_empty() {
            let mut items: Vec<_> = tape.last(TAPE_TRADES_MAX).map(Into::into).collect();
            items.reverse();
            let snapshot = Message::new("trade", &Trades { symbol, sequence, snapshot: true, items });
            lost.extend(self.admit(&snapshot));
        }
        Ok(lost)
    }

    fn phase(&mut self, symbol: Symbol, market: &Market) -> Result<Vec<(C, Lost)>, NotYet> {
        let now = market.phase(symbol)?;
        let mut lost = Vec::new();
        if let Sent::Phase { phase, detail } = self.sent
            && (phase, detail) != (now.phase, now.detail)
        {
            lost = send(&self.members, "phase", &PhaseMessage::new(symbol, false, &now));
        }
        self.sent = Sent::Phase { phase: now.phase, detail: now.detail };
        if !self.waiting.is_empty() {
            let snapshot = Message::new("phase", &PhaseMessage::new(symbol, true, &now));
            lost.extend(self.admit(&snapshot));
        }
        Ok(lost)
    }

    fn candles(
        &mut self,
        symbol: Symbol,
        interval: Interval,
        market: &Market,
    ) -> Result<Vec<(C, Lost)>, NotYet> {
        let chart = market.chart(symbol, interval)?;
        let sequence = chart.version();
        let mut lost = Vec::new();
        if let Sent::Report { version } = self.sent
            && version < sequence
        {
            let items: Vec<_> = chart.changed_since(version).collect();
            let message = CandlesMessage { symbol, interval, sequence, snapshot: false, items };
            lost = send(&self.members, "candles", &message);
        }
        self.sent = Sent::Report { version: sequence };
        if !self.waiting.is_empty() {
            let items = chart.all().collect();
            let message = CandlesMessage { symbol, interval, sequence, snapshot: true, items };
            lost.extend(self.admit(&Message::new("candles", &message)));
        }
        Ok(lost)
    }

    fn statistics(&mut self, market: &Market) -> Result<Vec<(C, Lost)>, NotYet> {
        let (sequence, statistics) = market.statistics()?;
        let mut lost = Vec::new();
        if let Sent::Report { version } = self.sent
            && version < sequence
        {
            let message = StatisticsMessage { sequence, snapshot: false, statistics };
            lost = send(&self.members, "statistics", &message);
        }
        self.sent = Sent::Report { version: sequence };
        if !self.waiting.is_empty() {
            let message = StatisticsMessage { sequence, snapshot: true, statistics };
            lost.extend(self.admit(&Message::new("statistics", &message)));
        }
        Ok(lost)
    }

    /// Gives those who wait their snapshot; from now on they get the changes.
    fn admit(&mut self, snapshot: &Message) -> Vec<(C, Lost)> {
        let lost = deliver(&self.waiting, snapshot);
        self.members.append(&mut self.waiting);
        lost
    }
}

/// Writes the message once, if anybody is there.
pub fn send<C: Client>(to: &[C], event: &str, payload: &(impl Serialize + ?Sized)) -> Vec<(C, Lost)> {
    if to.is_empty() { Vec::new() } else { deliver(to, &Message::new(event, payload)) }
}

/// Puts it into everybody's buffer.
fn deliver<C: Client>(to: &[C], message: &Message) -> Vec<(C, Lost)> {
    let event = message.event.to_owned();
    metrics::counter!("web_pushed_messages_total", "event" => event).increment(to.len() as u64);
    to.iter().filter_map(|client| client.emit(message).err().map(|lost| (client.clone(), lost))).collect()
}
