//! What web itself saw of orders lately: what clients asked, what was answered, what was heard of it,
//! and what was pushed to its owner. In memory, as each partition keeps what it took and said.

use chassis::logbook::picking::{self, Needles, Opened, Witness};
use chassis::logbook::recalling::clock;
use chassis::logbook::ring::Ring;
use contracts::intake::{Body, IntakeReply};
use contracts::journey::{Direction, Hop, Recall};
use contracts::{StreamName, Timestamp, UserId, topology};
use rustc_hash::FxHashSet;
use serde_json::value::RawValue;
use std::sync::{Arc, Mutex};

/// Cheap to clone.
#[derive(Clone)]
pub struct Own(Arc<Inner>);

struct Inner {
    is_kept: bool,
    seen: Mutex<Ring<Arc<Seen>>>,
}

enum Seen {
    Order(Asked),
    Batch(Batch),
}

/// A client's message about orders, passed on and answered.
struct Asked {
    door: &'static str,
    body: Vec<u8>,
    /// And passed on.
    received_at: Timestamp,
    /// None in time: what became of it is unknown.
    answer: Option<(Timestamp, Vec<u8>)>,
}

/// A stream's message, and who was told of it.
struct Batch {
    stream: StreamName,
    seq: u64,
    /// A JSON array.
    events: Vec<u8>,
    received_at: Timestamp,
    told_at: Timestamp,
    told: Vec<UserId>,
}

/// A journey's hops at web, and since when web remembers all.
pub struct Recalled {
    pub since: Timestamp,
    pub hops: Vec<Hop>,
}

impl Own {
    /// With room for so many bytes; none, and nothing is kept.
    pub fn new(bytes_max: usize, now: Timestamp) -> Self {
        Own(Arc::new(Inner { is_kept: bytes_max > 0, seen: Mutex::new(Ring::new(bytes_max, now)) }))
    }

    fn push(&self, at: Timestamp, bytes: usize, seen: Seen) {
        self.0.seen.lock().expect("no panic while held").push(at, bytes, Arc::new(seen));
    }

    /// What a client asked by `door`, and what was answered to that now.
    pub fn asked(
        &self,
        door: &'static str,
        body: &Body<'_>,
        received_at: Timestamp,
        reply: Option<&IntakeReply>,
        now: Timestamp,
    ) {
        if self.0.is_kept {
            let json = |said: serde_json::Result<Vec<u8>>| said.expect("our own messages are JSON");
            let body = json(serde_json::to_vec(body));
            let answer = reply.map(|reply| (now, json(serde_json::to_vec(reply))));
            let bytes = body.capacity() + answer.as_ref().map_or(0, |(_, answer)| answer.capacity());
            self.push(now, bytes, Seen::Order(Asked { door, body, received_at, answer }));
        }
    }

    /// What was heard on a stream, and pushed to these at once.
    pub fn heard(
        &self,
        (stream, seq): (StreamName, u64),
        events: Vec<u8>,
        told: Vec<UserId>,
        received_at: Timestamp,
        told_at: Timestamp,
    ) {
        if self.0.is_kept {
            let bytes = events.capacity() + told.len() * size_of::<UserId>();
            let batch = Batch { stream, seq, events, received_at, told_at, told };
            self.push(told_at, bytes, Seen::Batch(batch));
        }
    }

    /// `of_owner`: the messages in which portfolio told of the owner's means because of this order.
    pub fn recall(&self, recall: &Recall, of_owner: &FxHashSet<(StreamName, u64)>) -> Recalled {
        let (since, seen): (_, Vec<_>) = {
            let seen = self.0.seen.lock().expect("no panic while held");
            (seen.since(), seen.iter().cloned().collect())
        };
        let (needles, clock) = (Needles::of(recall), clock(topology::WEB));
        let witness = Witness { service: topology::WEB, partition: topology::WEB, clock: &clock };
        let mut picking = Picking { witness, needles, recall, of_owner, hops: Vec::new() };
        for seen in &seen {
            match &**seen {
                Seen::Order(asked) => picking.order(asked),
                Seen::Batch(batch) => picking.batch(batch),
            }
        }
        Recalled { since, hops: picking.hops }
    }
}

struct Picking<'a> {
    witness: Witness<'a>,
    needles: Needles,
    recall: &'a Recall,
    of_owner: &'a FxHashSet<(StreamName, u64)>,
    hops: Vec<Hop>,
}

impl Picking<'_> {
    fn order(&mut self, asked: &Asked) {
        if !self.needles.are_in_a_clients(&asked.body) {
            return;
        }
        let owner = self.recall.user_id.to_string();
        let Some(message) = picking::kind_of_clients(&asked.body, &owner) else { return };
        let hop = |direction, door: &str, message: &str, body: &[u8]| Hop {
            message: message.to_owned(),
            door: Some(door.to_owned()),
            ..picking::empty(&self.witness, direction, picking::raw(body))
        };
        let came = hop(Direction::Received, asked.door, &message, &asked.body);
        let went = hop(Direction::Sent, topology::ORDERS_EXCHANGE, &message, &asked.body);
        let answered = asked.answer.as_ref().map(|(at, answer)| Hop {
            received_at: Some(*at),
            ..hop(Direction::Received, topology::REPLIES_EXCHANGE, "order_reply", answer)
        });
        self.hops.push(Hop { received_at: Some(asked.received_at), ..came });
        self.hops.push(Hop { published_at: Some(asked.received_at), ..went });
        self.hops.extend(answered);
    }

    fn batch(&mut self, batch: &Batch) {
        let is_of_owner = self.of_owner.contains(&(batch.stream.clone(), batch.seq));
        if !is_of_owner && !self.needles.are_in(&batch.events) {
            return;
        }
        let Ok(events) = serde_json::from_slice::<Vec<&RawValue>>(&batch.events) else { return };
        let opened = Opened { stream: batch.stream.as_str().into(), seq: batch.seq, events };
        let is_told = batch.told.contains(&self.recall.user_id);
        for event in &opened.events {
            let text = event.get();
            let is_picked = self.needles.pick(text) || (is_of_owner && self.needles.pick_of_owner(text));
            if !is_picked {
                continue;
            }
            let heard = picking::of_stream(&self.witness, Direction::Received, &opened, event);
            let push = pushed_as(&heard.message).filter(|_| is_told).map(|name| Hop {
                message: name.to_owned(),
                door: Some("sockets".to_owned()),
                published_at: Some(batch.told_at),
                ..picking::empty(&self.witness, Direction::Sent, heard.body.clone())
            });
            self.hops.push(Hop { received_at: Some(batch.received_at), ..heard });
            self.hops.extend(push);
        }
    }
}

/// What private news are called at a client's.
fn pushed_as(message: &str) -> Option<&'static str> {
    match message {
        "order_changed" => Some("order"),
        "order_filled" => Some("fill"),
        "portfolio_changed" => Some("portfolio"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::journey::Kept;
    use serde_json::{Value, json};

    const ORDER: &str = "01890000-0000-7000-8000-00000000000a";
    const OTHER: &str = "01890000-0000-7000-8000-00000000000b";
    const ANN: &str = "01890000-0000-7000-8000-000000000001";
    const BOB: &str = "01890000-0000-7000-8000-000000000002";

    fn at(ms: i64) -> Timestamp {
        chrono::DateTime::from_timestamp_millis(ms).expect("a time")
    }

    fn recall() -> Recall {
        let (order_id, user_id) = (ORDER.parse().unwrap(), ANN.parse().unwrap());
        Recall { order_id, user_id, symbol: "ACME".parse().unwrap(), from: at(0), until: at(9) }
    }

    fn own() -> Own {
        Own::new(1 << 20, at(0))
    }

    fn told(own: &Own, of_owner: &[(&str, u64)]) -> Vec<String> {
        let of_owner = of_owner.iter().map(|(stream, seq)| (StreamName::from(*stream), *seq)).collect();
        let Recalled { hops, .. } = own.recall(&recall(), &of_owner);
        let ms = |at: Option<Timestamp>| at.map_or("-".to_owned(), |at| at.timestamp_millis().to_string());
        hops.iter()
            .map(|hop| {
                assert_eq!(hop.source, Kept::Memory);
                let by = hop.stream.as_ref().map_or(hop.door.clone().unwrap_or_default(), |s| s.to_string());
                let times = format!("{} {}", ms(hop.received_at), ms(hop.published_at));
                format!("{} {} by {by}: {times}", hop.direction, hop.message)
            })
            .collect()
    }

    fn heard(own: &Own, stream: &str, seq: u64, events: &Value, told: &[&str], ms: i64) {
        let told = told.iter().map(|user| user.parse().unwrap()).collect();
        let events = serde_json::to_vec(events).unwrap();
        own.heard((StreamName::from(stream), seq), events, told, at(ms), at(ms + 1));
    }

    #[test]
    fn a_click_and_its_answer_are_three_hops_whatever_the_spelling() {
        let own = own();
        for (order, user) in
            [(ORDER.replace('-', "").to_uppercase(), ANN), (ORDER.to_owned(), BOB), (OTHER.to_owned(), ANN)]
        {
            let body = Body {
                kind: "place_order".into(),
                user_id: user.into(),
                order_id: Some(order.into()),
                ..Body::default()
            };
            own.asked("POST /api/v1/orders", &body, at(1), Some(&IntakeReply::canceling(1)), at(5));
        }
        assert_eq!(
            told(&own, &[]),
            [
                "received place_order by POST /api/v1/orders: 1 -",
                "sent place_order by orders: - 1",
                "received order_reply by replies: 5 -",
            ]
        );
    }

    #[test]
    fn what_was_pushed_is_told_apart_from_what_was_only_heard() {
        let own = own();
        let changed =
            |user: &str, order: &str| json!({ "order_changed": { "order_id": order, "user_id": user } });
        let both = json!([changed(BOB, OTHER), changed(ANN, ORDER), changed(ANN, OTHER)]);
        heard(&own, "ordering.0>web", 1, &both, &[BOB], 1);
        heard(&own, "ordering.0>web", 2, &both, &[BOB, ANN], 3);
        assert_eq!(
            told(&own, &[]),
            [
                "received order_changed by ordering.0>web: 1 -",
                "received order_changed by ordering.0>web: 3 -",
                "sent order by sockets: - 4",
            ]
        );
    }

    #[test]
    fn means_are_told_only_of_the_messages_that_portfolio_names() {
        let own = own();
        let means =
            json!([{ "portfolio_changed": { "user_id": BOB } }, { "portfolio_changed": { "user_id": ANN } }]);
        heard(&own, "portfolio.0>web", 1, &means, &[ANN], 1);
        heard(&own, "portfolio.0>web", 2, &means, &[], 3);
        assert_eq!(told(&own, &[]), Vec::<String>::new());
        assert_eq!(
            told(&own, &[("portfolio.0>web", 1)]),
            ["received portfolio_changed by portfolio.0>web: 1 -", "sent portfolio by sockets: - 2"]
        );
    }
}
