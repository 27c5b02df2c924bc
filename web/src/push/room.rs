//! A public room: who is in it, and what they have been sent.
//!
//! Promises: whoever comes in gets a snapshot first, or what they have missed, then every change after
//! it, none twice. All that is one task's, one after the other, so nothing can slip between.

use super::kept::Kept;
use super::payloads::{
    CandlesMessage, DepthMessage, Heartbeat, PhaseMessage, Prices, StatisticsMessage, Trades,
};
use super::subscription::RoomName;
use super::{Client, Lost, Message};
use crate::market::book::Levels;
use crate::market::phases::PhaseDetail;
use crate::market::tape::TAPE_TRADES_MAX;
use crate::market::{Market, NotYet};
use contracts::matching::Phase;
use contracts::stock_data::Interval;
use contracts::{Symbol, Timestamp};
use serde::Serialize;

/// The levels of each side that are pushed: as many as REST shows at most, some ten kilobytes.
pub const PUSHED_LEVELS_MAX: usize = 200;
/// Ten ticks: a second, between heartbeats, and until an event that nobody sees is told as a change
/// of nothing.
const QUIET_TICKS: u16 = 10;
/// Half a minute without anybody: as long as what was said is kept for who comes back.
pub const IDLE_TICKS_MAX: u16 = 300;

/// When a tick is, and what it counts.
#[derive(Clone, Copy)]
pub struct Moment {
    pub now: Timestamp,
    pub prices_sequence: u64,
}

impl Moment {
    /// For numbers that are one web instance's own: where it begins to count they lie beyond all that
    /// it, or another instance, has counted before.
    pub fn beginning(now: Timestamp) -> u64 {
        u64::try_from(now.timestamp_micros()).unwrap_or(0)
    }
}

pub struct Room<C> {
    /// These have had their snapshot.
    members: Vec<C>,
    /// These have not.
    waiting: Vec<C>,
    sent: Sent,
    /// Of rooms that can be resumed.
    kept: Option<Kept>,
    idle_ticks: u16,
}

/// What the members know.
enum Sent {
    Nothing,
    Prices {
        version: u64,
    },
    /// Some ticks ago something happened that cannot be seen.
    Depth {
        last: u64,
        levels: Levels,
        unseen_ticks: u16,
    },
    Trades {
        generation: u64,
        count: u64,
    },
    Phase {
        phase: Phase,
        detail: PhaseDetail,
    },
    Heartbeat {
        ticks: u16,
    },
    Report {
        version: u64,
    },
}

impl<C: Client> Room<C> {
    pub fn new() -> Self {
        Room { members: Vec::new(), waiting: Vec::new(), sent: Sent::Nothing, kept: None, idle_ticks: 0 }
    }

    /// Nobody has been here for so long that nobody will come back to what is kept.
    pub fn is_abandoned(&self) -> bool {
        match &self.kept {
            Some(_) => self.idle_ticks > IDLE_TICKS_MAX,
            None => self.idle_ticks > 0,
        }
    }

    pub fn can_resume(&self, seq: u64) -> bool {
        self.kept.as_ref().is_some_and(|kept| kept.since(seq).is_some())
    }

    /// Comes back, gets what there was after `seq`, and every change from now on.
    pub fn resume(&mut self, client: C, seq: u64) -> Result<(), Lost> {
        self.leave(client.id());
        let missed = self.kept.as_ref().and_then(|kept| kept.since(seq));
        missed.into_iter().flatten().try_for_each(|message| client.emit(message))?;
        self.members.push(client);
        Ok(())
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
    pub fn tick(&mut self, name: RoomName, market: &Market, moment: Moment) -> Vec<(C, Lost)> {
        let is_empty = self.members.is_empty() && self.waiting.is_empty();
        self.idle_ticks = if is_empty { self.idle_ticks + 1 } else { 0 };
        let told = match name {
            RoomName::Prices(symbol) => self.prices(symbol, market, moment.prices_sequence),
            RoomName::Depth(symbol) => self.depth(symbol, market),
            RoomName::Trades(symbol) => self.trades(symbol, market, moment.now),
            RoomName::Phase(symbol) => self.phase(symbol, market),
            RoomName::Heartbeat(symbol) => self.heartbeat(symbol, market, moment.now),
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
            Sent::Depth { last, levels, unseen_ticks } if *last <= now => {
                if *last < now {
                    let best = book.best(PUSHED_LEVELS_MAX);
                    let changes = levels.changes_to(&best);
                    // Without a change to see, the next message covers these sequences too; it comes
                    // before the heartbeat after the next, so that a client can tell silence from loss.
                    if !changes.is_empty() || *unseen_ticks >= QUIET_TICKS {
                        let change = DepthMessage::change(symbol, *last + 1, now, &changes);
                        let message = Message::new("depth", &change);
                        let kept = self.kept.get_or_insert_with(|| Kept::new(*last));
                        lost = deliver(&self.members, kept.add(now, message));
                        (*last, *levels, *unseen_ticks) = (now, best, 0);
                    } else {
                        *unseen_ticks += 1;
                    }
                }
            }
            Sent::Depth { .. }
            | Sent::Nothing
            | Sent::Prices { .. }
            | Sent::Trades { .. }
            | Sent::Phase { .. }
            | Sent::Heartbeat { .. }
            | Sent::Report { .. } => {
                // Nothing sent yet, or another life of the book: everybody starts anew.
                self.waiting.append(&mut self.members);
                self.kept = Some(Kept::new(now));
                let levels = book.best(PUSHED_LEVELS_MAX);
                self.sent = Sent::Depth { last: now, levels, unseen_ticks: 0 };
            }
        }
        if !self.waiting.is_empty()
            && let Sent::Depth { last, levels, .. } = &self.sent
        {
            let snapshot = Message::new("depth", &DepthMessage::snapshot(symbol, *last, levels));
            lost.extend(self.admit(&snapshot));
        }
        Ok(lost)
    }

    fn trades(&mut self, symbol: Symbol, market: &Market, now: Timestamp) -> Result<Vec<(C, Lost)>, NotYet> {
        let tape = market.tape(symbol)?;
        let mut lost = Vec::new();
        let beginning = Moment::beginning(now);
        match self.sent {
            Sent::Trades { generation, count } if generation == tape.generation() => {
                let items: Vec<_> = tape.added_since(count).map(Into::into).collect();
                if !items.is_empty() {
                    let kept = self.kept.get_or_insert_with(|| Kept::new(beginning));
                    let sequence = kept.head() + (tape.count() - count);
                    let message = Message::new("trade", &Trades { symbol, sequence, snapshot: false, items });
                    lost = deliver(&self.members, kept.add(sequence, message));
                }
            }
            // Nothing sent yet, or the tape began anew.
            Sent::Trades { .. }
            | Sent::Nothing
            | Sent::Prices { .. }
            | Sent::Depth { .. }
            | Sent::Phase { .. }
            | Sent::Heartbeat { .. }
            | Sent::Report { .. } => {
                self.waiting.append(&mut self.members);
                let beyond = self.kept.as_ref().map_or(0, |kept| kept.head() + 1);
                self.kept = Some(Kept::new(beginning.max(beyond)));
            }
        }
        let sequence = self.kept.as_ref().map_or(beginning, Kept::head);
        self.sent = Sent::Trades { generation: tape.generation(), count: tape.count() };
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

    fn heartbeat(
        &mut self,
        symbol: Symbol,
        market: &Market,
        at: Timestamp,
    ) -> Result<Vec<(C, Lost)>, NotYet> {
        let (sequence, last) = (market.book(symbol)?.sequence(), market.tape(symbol)?.last(1).next());
        let trade_id = last.map(|trade| trade.trade_id);
        let message = Message::new("heartbeat", &Heartbeat { symbol, sequence, trade_id, at });
        let ticks = match self.sent {
            Sent::Heartbeat { ticks } => ticks,
            Sent::Nothing
            | Sent::Prices { .. }
            | Sent::Depth { .. }
            | Sent::Trades { .. }
            | Sent::Phase { .. }
            | Sent::Report { .. } => 0,
        };
        self.sent = Sent::Heartbeat { ticks: (ticks + 1) % QUIET_TICKS };
        let mut lost = if ticks == 0 { deliver(&self.members, &message) } else { Vec::new() };
        lost.extend(self.admit(&message));
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
pub fn deliver<C: Client>(to: &[C], message: &Message) -> Vec<(C, Lost)> {
    if to.is_empty() {
        return Vec::new();
    }
    let event = message.event.to_owned();
    metrics::counter!("web_pushed_messages_total", "event" => event).increment(to.len() as u64);
    to.iter().filter_map(|client| client.emit(message).err().map(|lost| (client.clone(), lost))).collect()
}
