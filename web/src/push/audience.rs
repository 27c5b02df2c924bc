//! Everybody who is connected: whose connection it is, and which rooms it is in.

use super::kept::Kept;
use super::payloads::Resync;
use super::private::News;
use super::room::{IDLE_TICKS_MAX, Moment, Room, deliver};
use super::subscription::RoomName;
use super::{Client, Lost, Message, Why};
use crate::market::Market;
use crate::market::reports::ReportName;
use crate::session::Visitor;
use contracts::{Timestamp, UserId};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// People who may come back: one for each connection that there can be.
const PEOPLE_KEPT_MAX: usize = 10_000;

pub struct Audience<C: Client> {
    rooms: FxHashMap<RoomName, Room<C>>,
    people: FxHashMap<UserId, Person<C>>,
    present: FxHashMap<C::Id, Presence<C>>,
    /// Out of every room, but their buffers are too full to tell them. Bounded by the connections.
    leaving: Vec<C>,
    /// Counts the ticks in which prices changed.
    prices_sequence: u64,
    prices_version: u64,
    now: Timestamp,
}

struct Presence<C> {
    client: C,
    visitor: Option<Visitor>,
    rooms: Vec<RoomName>,
}

/// Somebody with a session, and what was said to all their connections.
struct Person<C> {
    clients: Vec<C>,
    kept: Kept,
    idle_ticks: u16,
}

impl<C: Client> Audience<C> {
    pub fn new(now: Timestamp) -> Self {
        Audience {
            rooms: FxHashMap::default(),
            people: FxHashMap::default(),
            present: FxHashMap::default(),
            leaving: Vec::new(),
            prices_sequence: 0,
            prices_version: 0,
            now,
        }
    }

    /// Comes in; a user's connection into that user's private room.
    pub fn join(&mut self, client: C, visitor: Option<Visitor>) {
        if let Some(Visitor { user_id, .. }) = visitor {
            let beginning = Moment::beginning(self.now);
            let begin = || Person { clients: Vec::new(), kept: Kept::new(beginning), idle_ticks: 0 };
            let person = self.people.entry(user_id).or_insert_with(begin);
            person.idle_ticks = 0;
            person.clients.push(client.clone());
        }
        self.present.insert(client.id(), Presence { client, visitor, rooms: Vec::new() });
        self.count();
    }

    pub fn leave(&mut self, id: C::Id) {
        self.leaving.retain(|client| client.id() != id);
        let Some(Presence { visitor, rooms, .. }) = self.present.remove(&id) else { return };
        rooms.into_iter().for_each(|room| self.exit(id, room));
        if let Some(Visitor { user_id, .. }) = visitor
            && let Some(person) = self.people.get_mut(&user_id)
        {
            person.clients.retain(|client| client.id() != id);
            if person.clients.is_empty() && self.people.len() > PEOPLE_KEPT_MAX {
                self.people.remove(&user_id);
            }
        }
        self.count();
    }

    fn count(&self) {
        metrics::gauge!("web_sockets").set(self.present.len() as f64);
    }

    pub fn subscribe(&mut self, client: C, room: RoomName) {
        // One that left meanwhile stays out.
        let Some(presence) = self.present.get_mut(&client.id()) else { return };
        if !presence.rooms.contains(&room) {
            presence.rooms.push(room);
        }
        self.rooms.entry(room).or_insert_with(Room::new).enter(client);
    }

    pub fn unsubscribe(&mut self, id: C::Id, room: RoomName) {
        if let Some(presence) = self.present.get_mut(&id) {
            presence.rooms.retain(|entered| *entered != room);
            self.exit(id, room);
        }
    }

    fn exit(&mut self, id: C::Id, name: RoomName) {
        if let Some(room) = self.rooms.get_mut(&name) {
            room.leave(id);
        }
    }

    pub fn can_resume(&self, room: RoomName, seq: u64) -> bool {
        self.rooms.get(&room).is_some_and(|room| room.can_resume(seq))
    }

    /// Where `can_resume`.
    pub fn resume(&mut self, client: C, name: RoomName, seq: u64) {
        let Some(presence) = self.present.get_mut(&client.id()) else { return };
        if !presence.rooms.contains(&name) {
            presence.rooms.push(name);
        }
        let Some(room) = self.rooms.get_mut(&name) else { return };
        if let Err(lost) = room.resume(client.clone(), seq) {
            return self.drop_all(vec![(client, lost)]);
        }
        client.flush();
    }

    /// Whose connection it is, and the number of the last news that they were told. Whether everything
    /// after `seq` can be told again.
    pub fn private(&self, id: C::Id, seq: Option<u64>) -> Option<(bool, u64)> {
        let person = self.people.get(&self.present.get(&id)?.visitor?.user_id)?;
        let can_resume = seq.is_some_and(|seq| person.kept.since(seq).is_some());
        Some((can_resume, person.kept.head()))
    }

    /// Tells a connection once more what its user was told after `seq`.
    pub fn tell_again(&mut self, client: C, seq: u64) {
        let user_id =
            self.present.get(&client.id()).and_then(|presence| presence.visitor).map(|who| who.user_id);
        let Some(person) = user_id.and_then(|user_id| self.people.get(&user_id)) else { return };
        let told = person.kept.since(seq).into_iter().flatten().try_for_each(|message| client.emit(message));
        if let Err(lost) = told {
            return self.drop_all(vec![(client, lost)]);
        }
        client.flush();
    }

    /// What must be asked for, because somebody is in its room.
    pub fn watched(&self) -> BTreeSet<ReportName> {
        let report = |name: &RoomName| match *name {
            RoomName::Candles(symbol, interval) => Some(ReportName::Candles(symbol, interval)),
            RoomName::Statistics => Some(ReportName::Statistics),
            RoomName::Prices(_)
            | RoomName::Depth(_)
            | RoomName::Trades(_)
            | RoomName::Phase(_)
            | RoomName::Heartbeat(_) => None,
        };
        self.rooms.keys().filter_map(report).collect()
    }

    pub fn has_users(&self) -> bool {
        !self.people.is_empty()
    }

    /// Private news, in their order, each to all of its user's connections.
    /// Answers who has some.
    pub fn tell(&mut self, news: &[News]) -> Vec<UserId> {
        let has_some =
            |news: &&News| self.people.get(&news.user_id).is_some_and(|who| !who.clients.is_empty());
        let mut told: Vec<UserId> = news.iter().filter(has_some).map(|news| news.user_id).collect();
        told.dedup();
        for news in news {
            if let Some(person) = self.people.get_mut(&news.user_id) {
                let seq = person.kept.head() + 1;
                let lost = deliver(&person.clients, person.kept.add(seq, news.numbered(seq)));
                self.drop_all(lost);
            }
        }
        let people = news.iter().filter_map(|news| self.people.get(&news.user_id));
        people.flat_map(|person| &person.clients).for_each(Client::flush);
        told
    }

    /// Private news were missed: everybody who hears them must ask anew, and nobody can resume.
    pub fn resync(&mut self) {
        let (mut lost, beginning) = (Vec::new(), Moment::beginning(self.now));
        for person in self.people.values_mut() {
            let seq = beginning.max(person.kept.head() + 1);
            person.kept = Kept::new(seq);
            lost.extend(deliver(&person.clients, &Message::new("resync", &Resync { seq })));
            person.clients.iter().for_each(Client::flush);
        }
        self.drop_all(lost);
    }

    /// The last words to everybody.
    pub fn farewell(&mut self, message: &Message) {
        let clients: Vec<C> = self.present.values().map(|presence| presence.client.clone()).collect();
        deliver(&clients, message);
        for client in &clients {
            client.flush();
            client.disconnect(Why::Shutdown);
        }
    }

    /// Brings every room up to date with the market.
    pub fn tick(&mut self, market: &Market, now: Timestamp) {
        self.now = now;
        if let Ok(stocks) = market.stocks()
            && stocks.version() != self.prices_version
        {
            self.prices_version = stocks.version();
            self.prices_sequence += 1;
        }
        let moment = Moment { now, prices_sequence: self.prices_sequence };
        let lost = self.rooms.iter_mut().flat_map(|(name, room)| room.tick(*name, market, moment)).collect();
        self.present.values().for_each(|presence| presence.client.flush());
        self.drop_all(lost);
        self.leaving.retain(|client| !client.disconnect(Why::DoesNotRead));
        self.rooms.retain(|_, room| !room.is_abandoned());
        for person in self.people.values_mut() {
            person.idle_ticks = if person.clients.is_empty() { person.idle_ticks + 1 } else { 0 };
        }
        self.people.retain(|_, person| person.idle_ticks <= IDLE_TICKS_MAX);
    }

    /// Ends the connections that have outlived their sessions.
    pub fn end_those(&mut self, is_over: impl Fn(&Visitor) -> bool) {
        let over = self.present.values().filter(|presence| presence.visitor.as_ref().is_some_and(&is_over));
        let over: Vec<C> = over.map(|presence| presence.client.clone()).collect();
        for client in over {
            self.leave(client.id());
            if !client.disconnect(Why::SessionEnded) {
                self.leaving.push(client);
            }
        }
    }

    fn drop_all(&mut self, lost: Vec<(C, Lost)>) {
        for (client, why) in lost {
            let was_here = self.present.contains_key(&client.id());
            self.leave(client.id());
            if was_here && why == Lost::Full {
                tracing::info!(client = ?client.id(), "a client does not read; its connection is ended");
                metrics::counter!("web_sockets_dropped_total").increment(1);
                self.leaving.push(client);
            }
        }
    }
}
