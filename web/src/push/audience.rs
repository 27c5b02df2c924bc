//! Everybody who is connected: whose connection it is, and which rooms it is in.

use super::private::News;
use super::room::{Room, send};
use super::subscription::RoomName;
use super::{Client, Lost};
use crate::market::Market;
use crate::market::reports::ReportName;
use contracts::UserId;
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::collections::BTreeSet;

pub struct Audience<C: Client> {
    rooms: FxHashMap<RoomName, Room<C>>,
    users: FxHashMap<UserId, Vec<C>>,
    present: FxHashMap<C::Id, Presence<C>>,
    /// Out of every room, but their buffers are too full to tell them. Bounded by the connections.
    leaving: Vec<C>,
    /// Counts the ticks in which prices changed.
    prices_sequence: u64,
    prices_version: u64,
}

struct Presence<C> {
    client: C,
    user_id: Option<UserId>,
    rooms: Vec<RoomName>,
}

impl<C: Client> Audience<C> {
    pub fn new() -> Self {
        Audience {
            rooms: FxHashMap::default(),
            users: FxHashMap::default(),
            present: FxHashMap::default(),
            leaving: Vec::new(),
            prices_sequence: 0,
            prices_version: 0,
        }
    }

    /// Comes in; a user's connection into that user's private room.
    pub fn join(&mut self, client: C, user_id: Option<UserId>) {
        if let Some(user_id) = user_id {
            self.users.entry(user_id).or_default().push(client.clone());
        }
        self.present.insert(client.id(), Presence { client, user_id, rooms: Vec::new() });
        self.count();
    }

    pub fn leave(&mut self, id: C::Id) {
        self.leaving.retain(|client| client.id() != id);
        let Some(Presence { user_id, rooms, .. }) = self.present.remove(&id) else { return };
        rooms.into_iter().for_each(|room| self.exit(id, room));
        if let Some(user_id) = user_id
            && let Some(clients) = self.users.get_mut(&user_id)
        {
            clients.retain(|client| client.id() != id);
            if clients.is_empty() {
                self.users.remove(&user_id);
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
            if room.is_empty() {
                self.rooms.remove(&name);
            }
        }
    }

    /// What must be asked for, because somebody is in its room.
    pub fn watched(&self) -> BTreeSet<ReportName> {
        let report = |name: &RoomName| match *name {
            RoomName::Candles(symbol, interval) => Some(ReportName::Candles(symbol, interval)),
            RoomName::Statistics => Some(ReportName::Statistics),
            RoomName::Prices(_) | RoomName::Depth(_) | RoomName::Trades(_) | RoomName::Phase(_) => None,
        };
        self.rooms.keys().filter_map(report).collect()
    }

    pub fn has_users(&self) -> bool {
        !self.users.is_empty()
    }

    /// Private news, in their order, each to all of its user's connections.
    pub fn tell(&mut self, news: &[News]) {
        for News { user_id, event, payload } in news {
            if let Some(clients) = self.users.get(user_id) {
                let lost = send(clients, event, payload);
                self.drop_all(lost);
            }
        }
        let told = news.iter().filter_map(|news| self.users.get(&news.user_id));
        told.flatten().for_each(Client::flush);
    }

    /// To everybody who hears private news.
    pub fn tell_users(&mut self, event: &str, payload: &(impl Serialize + ?Sized)) {
        let clients: Vec<C> = self.users.values().flatten().cloned().collect();
        let lost = send(&clients, event, payload);
        clients.iter().for_each(Client::flush);
        self.drop_all(lost);
    }

    /// Brings every room up to date with the market.
    pub fn tick(&mut self, market: &Market) {
        if let Ok(stocks) = market.stocks()
            && stocks.version() != self.prices_version
        {
            self.prices_version = stocks.version();
            self.prices_sequence += 1;
        }
        let sequence = self.prices_sequence;
        let lost =
            self.rooms.iter_mut().flat_map(|(name, room)| room.tick(*name, market, sequence)).collect();
        self.present.values().for_each(|presence| presence.client.flush());
        self.drop_all(lost);
        self.leaving.retain(|client| !client.disconnect());
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
