//! The one task that hears the streams, keeps the market's state and sends to clients. One task, so
//! that a snapshot and the changes after it cannot miss each other.

use super::audience::Audience;
use super::payloads::ServerShutdown;
use super::private;
use super::snapshots::Snapshots;
use super::subscription::{Acknowledgement, Resumption, RoomName, Subscription};
use super::{Client, Message, Why};
use crate::asking::Services;
use crate::ended::Ended;
use crate::journey::own::Own;
use crate::market::{Market, Snapshot};
use crate::session::Visitor;
use chassis::hear::Heard;
use contracts::accounts::SessionsEvent;
use contracts::{Code, Partitions, Refusal, StreamName, Timestamp, UserId, topology};
use rustc_hash::FxHashMap;
use std::sync::{Arc, RwLock};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior};

/// At most ten messages a second for each public room.
pub const TICK: Duration = Duration::from_millis(100);
/// How often somebody looks whose session has come to the end of its day.
const DAYS_END_LOOKED_AT_S: i64 = 60;
/// Until a client should come back: another instance is there by then, or this one's next life.
const RECONNECT_AFTER_MS: u64 = 1_000;
/// What orders do to the statistics, nobody announces: so often they are asked for while somebody watches.
const STATISTICS_EVERY: Duration = Duration::from_secs(1);
/// While the list of stocks is fetched nobody can tell whether a symbol exists: so long a
/// subscription may wait for it, and so many may.
const SUBSCRIPTION_PATIENCE: Duration = Duration::from_secs(4);
const SUBSCRIPTIONS_WAITING_MAX: usize = 10_000;

pub enum Command<C: Client> {
    Join {
        client: C,
        visitor: Option<Visitor>,
    },
    Leave {
        id: C::Id,
    },
    Subscribe {
        client: C,
        subscription: Subscription,
        acknowledge: Acknowledge,
    },
    Unsubscribe {
        id: C::Id,
        subscription: Subscription,
        acknowledge: Acknowledge,
    },
    Resume {
        client: C,
        resumption: Resumption,
        acknowledge: Acknowledge,
    },
    /// The last words to everybody, because the program ends.
    Farewell {
        said: oneshot::Sender<()>,
    },
}

pub type Acknowledge = Box<dyn FnOnce(Acknowledgement) + Send>;

/// Which stream it is, and which partition writes it.
#[derive(Clone, Copy)]
enum Source {
    Accounts,
    StockData,
    Matching(u16),
    Ordering,
    Portfolio,
}

impl Source {
    fn is_about_orders(self) -> bool {
        match self {
            Source::Matching(_) | Source::Ordering | Source::Portfolio => true,
            Source::Accounts | Source::StockData => false,
        }
    }
}

pub struct Hub<C: Client> {
    market: Arc<RwLock<Market>>,
    audience: Audience<C>,
    snapshots: Snapshots,
    sources: FxHashMap<String, Source>,
    waiting: Vec<(Instant, C, RoomName, Acknowledge)>,
    connected_before: bool,
    today: chrono::NaiveDate,
    ended: Ended,
    /// The version of `ended`, and the minute, for which the audience was looked through.
    looked_through: (u64, i64),
    statistics_asked: Instant,
    own: Own,
}

impl<C: Client> Hub<C> {
    pub fn new(
        market: Arc<RwLock<Market>>,
        partitions: Partitions,
        services: Arc<dyn Services>,
        ended: Ended,
        now: Timestamp,
    ) -> (Self, mpsc::Receiver<(u64, Snapshot)>) {
        let (snapshots, answers) = Snapshots::new(services);
        let hub = Hub {
            market,
            audience: Audience::new(now),
            snapshots,
            sources: sources(partitions),
            waiting: Vec::new(),
            connected_before: false,
            today: now.date_naive(),
            ended,
            looked_through: (0, 0),
            statistics_asked: Instant::now(),
            own: Own::new(0, now),
        };
        (hub, answers)
    }

    /// Keeps what it hears and pushes for those who follow an order.
    pub fn remembering(self, own: Own) -> Self {
        Hub { own, ..self }
    }

    /// Until the streams or the commands end.
    pub async fn run(
        mut self,
        mut answers: mpsc::Receiver<(u64, Snapshot)>,
        mut heard: mpsc::Receiver<Heard>,
        mut commands: mpsc::Receiver<Command<C>>,
    ) {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                news = heard.recv() => match news {
                    Some(news) => self.hear(news),
                    None => return,
                },
                command = commands.recv() => match command {
                    Some(command) => self.obey(command),
                    None => return,
                },
                Some((ticket, snapshot)) = answers.recv() => self.change(|market| market.answered(ticket, snapshot)),
                _ = ticks.tick() => self.tick(chrono::Utc::now()),
            }
        }
    }

    fn change(&mut self, change: impl FnOnce(&mut Market)) {
        let mut market = self.market.write().expect("no panic while held");
        change(&mut market);
        let asking = market.take_asking();
        drop(market);
        self.snapshots.ask(asking);
    }

    pub(super) fn hear(&mut self, heard: Heard) {
        match heard {
            Heard::Connected => {
                self.change(Market::connected);
                self.ended.ask_again();
                if std::mem::replace(&mut self.connected_before, true) {
                    self.resync();
                }
            }
            // What is held grows old by itself.
            Heard::Lost => {}
            Heard::Gap { stream } => match self.source(&stream) {
                Some(Source::Accounts) => self.ended.ask_again(),
                Some(Source::StockData) => self.change(Market::stocks_missed),
                Some(Source::Matching(partition)) => self.change(|market| market.matching_missed(partition)),
                Some(Source::Ordering | Source::Portfolio) => self.resync(),
                None => {}
            },
            Heard::Alive { stream } => {
                if let Some(source) = self.source(&stream) {
                    self.is_heard(source);
                }
            }
            Heard::Batch { stream, seq, at, events } => {
                let Some(source) = self.source(&stream) else { return };
                let received_at = chrono::Utc::now();
                match self.batch(source, seq, at, &events) {
                    Ok(told) => {
                        self.is_heard(source);
                        if source.is_about_orders() {
                            self.own.heard((stream, seq), events, told, received_at, chrono::Utc::now());
                        }
                    }
                    Err(error) => {
                        tracing::error!(%stream, seq, %error, "cannot read a batch; taking it as missed");
                        self.hear(Heard::Gap { stream });
                    }
                }
            }
        }
    }

    /// What is held of it is as it is now, if it is complete.
    fn is_heard(&mut self, source: Source) {
        let now = std::time::Instant::now();
        let mut market = self.market.write().expect("no panic while held");
        match source {
            Source::StockData => market.stock_data_heard(now),
            Source::Matching(partition) => market.matching_heard(partition, now),
            Source::Accounts | Source::Ordering | Source::Portfolio => {}
        }
    }

    fn source(&self, stream: &StreamName) -> Option<Source> {
        self.sources.get(stream.as_str()).copied()
    }

    /// Answers who was told.
    fn batch(
        &mut self,
        source: Source,
        seq: u64,
        at: Timestamp,
        events: &[u8],
    ) -> serde_json::Result<Vec<UserId>> {
        match source {
            Source::Accounts => {
                let events: Vec<SessionsEvent> = serde_json::from_slice(events)?;
                let now = std::time::Instant::now();
                events.into_iter().for_each(|event| self.ended.hear(event, now));
            }
            Source::StockData => {
                let events = serde_json::from_slice(events)?;
                self.change(|market| market.stock_data_said(events));
            }
            Source::Matching(partition) => {
                let events = serde_json::from_slice(events)?;
                self.change(|market| market.matching_said(partition, seq, at, events));
            }
            // Nobody to tell: not even read.
            Source::Ordering | Source::Portfolio if !self.audience.has_users() => {}
            Source::Ordering => return Ok(self.audience.tell(&private::of_ordering(events)?)),
            Source::Portfolio => return Ok(self.audience.tell(&private::of_portfolio(events)?)),
        }
        Ok(Vec::new())
    }

    /// Private news were missed: whoever hears them must ask anew.
    fn resync(&mut self) {
        self.audience.resync();
    }

    pub(super) fn obey(&mut self, command: Command<C>) {
        match command {
            // Its session may have ended on the way here.
            Command::Join { client, visitor: Some(visitor) } if self.ended.has(&visitor) => {
                client.disconnect(Why::SessionEnded);
            }
            Command::Join { client, visitor } => self.audience.join(client, visitor),
            Command::Leave { id } => {
                self.waiting.retain(|(_, client, ..)| client.id() != id);
                self.audience.leave(id);
            }
            Command::Subscribe { client, subscription: Subscription(room), acknowledge } => {
                self.subscribe(Instant::now(), client, room, acknowledge);
            }
            Command::Unsubscribe { id, subscription: Subscription(room), acknowledge } => {
                self.waiting.retain(|(_, client, waited_for, _)| (client.id(), *waited_for) != (id, room));
                self.audience.unsubscribe(id, room);
                acknowledge(Ok(()).into());
            }
            Command::Resume { client, resumption: Resumption::Room(room, seq), acknowledge } => {
                self.resume(client, room, seq, acknowledge);
            }
            Command::Resume { client, resumption: Resumption::Private(seq), acknowledge } => {
                self.resume_private(client, seq, acknowledge);
            }
            Command::Farewell { said } => {
                let words = ServerShutdown { reconnect_after_ms: RECONNECT_AFTER_MS };
                self.audience.farewell(&Message::new("serverShutdown", &words));
                let _ = said.send(());
            }
        }
    }

    /// The answer first, then what was missed; or a subscription as any.
    fn resume(&mut self, client: C, room: RoomName, seq: u64, acknowledge: Acknowledge) {
        if !self.audience.can_resume(room, seq) {
            let acknowledge = Box::new(|answer: Acknowledgement| acknowledge(answer.afresh()));
            return self.subscribe(Instant::now(), client, room, acknowledge);
        }
        acknowledge(Acknowledgement::resumed(true, None));
        self.audience.resume(client, room, seq);
    }

    fn resume_private(&mut self, client: C, seq: Option<u64>, acknowledge: Acknowledge) {
        let Some((can_resume, last)) = self.audience.private(client.id(), seq) else {
            return acknowledge(Err(Refusal::new(Code::NotSignedIn, "sign in first")).into());
        };
        acknowledge(Acknowledgement::resumed(can_resume, Some(last)));
        if let (true, Some(seq)) = (can_resume, seq) {
            self.audience.tell_again(client, seq);
        }
    }

    fn subscribe(&mut self, since: Instant, client: C, room: RoomName, acknowledge: Acknowledge) {
        match self.exists(room) {
            Some(true) => {
                self.audience.subscribe(client, room);
                acknowledge(Ok(()).into());
            }
            Some(false) => {
                let rule = "no such instrument is listed";
                acknowledge(Err(Refusal::of_field(Code::UnknownSymbol, "symbol", rule)).into());
            }
            None if since.elapsed() < SUBSCRIPTION_PATIENCE
                && self.waiting.len() < SUBSCRIPTIONS_WAITING_MAX =>
            {
                self.waiting.push((since, client, room, acknowledge));
            }
            None => {
                let rule = "the market's state is being fetched; subscribe again in a moment";
                acknowledge(Err(Refusal::new(Code::Unavailable, rule)).into());
            }
        }
    }

    /// Whether there is such a room; unknown before the list of stocks is there.
    fn exists(&self, room: RoomName) -> Option<bool> {
        let Some(symbol) = room.symbol() else { return Some(true) };
        let market = self.market.read().expect("no panic while held");
        market.stocks().ok().map(|stocks| stocks.get(symbol).is_some())
    }

    /// Ends the connections of sessions that are over, if there may be some.
    fn end_sessions(&mut self, now: Timestamp) {
        let now = now.timestamp();
        let look = (self.ended.version(), now / DAYS_END_LOOKED_AT_S);
        if std::mem::replace(&mut self.looked_through, look) != look {
            let ended = self.ended.clone();
            self.audience.end_those(|visitor| ended.is_over(visitor, now));
        }
    }

    pub(super) fn tick(&mut self, now: Timestamp) {
        self.end_sessions(now);
        let today = now.date_naive();
        if std::mem::replace(&mut self.today, today) != today {
            self.change(Market::stocks_are_old);
        }
        for (since, client, room, acknowledge) in std::mem::take(&mut self.waiting) {
            self.subscribe(since, client, room, acknowledge);
        }
        let market = self.market.clone();
        self.audience.tick(&market.read().expect("no panic while held"), now);
        self.watch();
    }

    /// Asks for the reports that somebody waits for, and for those that are old.
    fn watch(&mut self) {
        let watched = self.audience.watched();
        let others = self.market.read().expect("no panic while held").watched() != watched;
        let due = !watched.is_empty() && self.statistics_asked.elapsed() >= STATISTICS_EVERY;
        if others || due {
            self.statistics_asked = Instant::now();
            self.change(|market| {
                market.watch(&watched);
                market.statistics_are_old();
            });
        }
    }
}

/// The streams that web hears, by name.
fn sources(partitions: Partitions) -> FxHashMap<String, Source> {
    let mut sources = FxHashMap::default();
    for stream in topology::streams(partitions).into_iter().filter(|stream| stream.for_web) {
        let writer = stream.name.writer();
        let partition =
            || writer.rsplit_once('.').and_then(|(_, n)| n.parse().ok()).expect("a partition's name");
        let source = match topology::service_of(writer) {
            topology::ACCOUNTS => Source::Accounts,
            topology::STOCK_DATA => Source::StockData,
            topology::MATCHING => Source::Matching(partition()),
            topology::ORDERING => Source::Ordering,
            topology::PORTFOLIO => Source::Portfolio,
            other => unreachable!("{other} says nothing to web"),
        };
        sources.insert(stream.name.as_str().to_owned(), source);
    }
    sources
}

/// Their names, for whoever hears them.
pub fn streams(partitions: Partitions) -> Vec<StreamName> {
    topology::streams(partitions)
        .into_iter()
        .filter(|stream| stream.for_web)
        .map(|stream| stream.name)
        .collect()
}
