//! The outbox: messages stay until every listener has them, and a while longer.

use crate::rules::Place;
use crate::store::{Db, Fault, Tx};
use contracts::{StreamName, Timestamp, topology};
use rustc_hash::FxHashMap;
use sea_orm::FromQueryResult;
use std::time::Duration;

/// Rows deleted in one go, so that pruning never holds up a step.
const PRUNE_ROWS_MAX: i64 = 2_000;

pub struct Outbox {
    db: Db,
    place: Place,
    kept: Duration,
    /// Of each of our streams, how far each listener has come.
    heard: FxHashMap<String, FxHashMap<String, u64>>,
    pruned: FxHashMap<String, u64>,
}

/// Of each stream that is looked through for an order: some minutes of a quiet exchange, and a second
/// of a busy one.
const LOOKED_THROUGH_MAX: i64 = 500;

/// Reads what the outbox of one partition has, for those who look for something.
pub(crate) struct Keeper {
    db: Db,
    streams: Vec<String>,
}

#[derive(Debug)]
pub(crate) struct KeptMessage {
    pub stream: StreamName,
    pub seq: u64,
    pub body: Vec<u8>,
    pub created_at: Timestamp,
}

impl Keeper {
    /// The messages of that time in which a text stands; and whether there were too many to look at all.
    pub async fn naming(
        &self,
        text: &str,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<(Vec<KeptMessage>, bool), Fault> {
        #[derive(FromQueryResult)]
        struct Row {
            stream: String,
            seq: i64,
            body: Vec<u8>,
            created_at: Timestamp,
            n: i64,
        }
        let sql = "
            select asked.stream, found.* from unnest($1::text[]) as asked (stream)
            cross join lateral (
                select seq, body, created_at, row_number() over (order by seq) as n
                from outbox where stream = asked.stream and created_at between $2 and $3
                order by seq limit $4 + 1
            ) as found
            where n > $4 or position($5::bytea in body) > 0
            order by created_at, seq limit $4";
        let values = [
            self.streams.clone().into(),
            from.into(),
            until.into(),
            LOOKED_THROUGH_MAX.into(),
            text.as_bytes().to_vec().into(),
        ];
        let rows = self.db.all::<Row>(sql, values).await?;
        let is_cut = rows.iter().any(|row| row.n > LOOKED_THROUGH_MAX);
        let message = |row: Row| KeptMessage {
            stream: StreamName::from(row.stream.as_str()),
            seq: row.seq as u64,
            body: row.body,
            created_at: row.created_at,
        };
        let within = rows.into_iter().filter(|row| row.n <= LOOKED_THROUGH_MAX);
        Ok((within.map(message).collect(), is_cut))
    }
}

impl Outbox {
    pub(crate) fn keeper(&self) -> Keeper {
        Keeper { db: self.db.clone(), streams: self.heard.keys().cloned().collect() }
    }

    pub fn new(db: Db, place: Place, kept: Duration) -> Self {
        let ours =
            topology::streams(place.partitions).into_iter().filter(|s| s.name.writer() == place.name());
        let heard = ours
            .filter(|stream| !stream.listeners.is_empty())
            .map(|stream| (stream.name.to_string(), stream.listeners.into_iter().map(|l| (l, 0)).collect()))
            .collect();
        Outbox { db, place, kept, heard, pruned: FxHashMap::default() }
    }

    /// What listeners had reported before this process began.
    pub async fn load(&mut self) -> Result<(), Fault> {
        #[derive(FromQueryResult)]
        struct Row {
            stream: String,
            listener: String,
            seq: i64,
        }
        for Row { stream, listener, seq } in
            self.db.all("select stream, listener, seq from listeners", []).await?
        {
            self.heard(&StreamName::from(stream.as_str()), &listener, seq as u64);
        }
        Ok(())
    }

    pub async fn page(
        &self,
        stream: &StreamName,
        from: u64,
        length: u64,
    ) -> Result<Vec<(u64, Vec<u8>)>, Fault> {
        #[derive(FromQueryResult)]
        struct Row {
            seq: i64,
            body: Vec<u8>,
        }
        let sql = "select seq, body from outbox where stream = $1 and seq >= $2 order by seq limit $3";
        let values = [stream.as_str().into(), (from as i64).into(), (length as i64).into()];
        let rows = self.db.all::<Row>(sql, values).await?;
        Ok(rows.into_iter().map(|row| (row.seq as u64, row.body)).collect())
    }

    pub async fn counters(&self) -> Result<Vec<(String, u64)>, Fault> {
        #[derive(FromQueryResult)]
        struct Row {
            stream: String,
            seq: i64,
        }
        let sql = "select stream, seq from counters where partition = $1";
        let rows = self.db.all::<Row>(sql, [i32::from(self.place.partition).into()]).await?;
        Ok(rows.into_iter().map(|row| (row.stream, row.seq as u64)).collect())
    }

    /// Whether it is a stream of this partition's that somebody must hear all of.
    pub fn keeps(&self, stream: &StreamName) -> bool {
        self.heard.contains_key(stream.as_str())
    }

    pub fn heard(&mut self, stream: &StreamName, listener: &str, seq: u64) {
        if let Some(at) =
            self.heard.get_mut(stream.as_str()).and_then(|listeners| listeners.get_mut(listener))
        {
            *at = seq.max(*at);
        }
    }

    /// Each of our streams with one that must hear all of it, and how far he has.
    pub fn listeners(&self) -> impl Iterator<Item = (&str, &str, u64)> {
        self.heard.iter().flat_map(|(stream, listeners)| {
            listeners.iter().map(|(listener, seq)| (stream.as_str(), listener.as_str(), *seq))
        })
    }

    /// When the oldest message was written that somebody has not heard, as far as we were told.
    pub async fn oldest_unheard(&self) -> Result<Option<Timestamp>, Fault> {
        #[derive(FromQueryResult)]
        struct Row {
            oldest: Option<Timestamp>,
        }
        let through = |listeners: &FxHashMap<String, u64>| listeners.values().copied().min().unwrap_or(0);
        let (streams, seqs): (Vec<String>, Vec<i64>) =
            self.heard.iter().map(|(stream, heard)| (stream.clone(), through(heard) as i64)).unzip();
        // One row of each, by the key.
        let sql = "
            select min(next.created_at) as oldest
            from unnest($1::text[], $2::bigint[]) as heard (stream, seq)
            cross join lateral (
                select created_at from outbox
                where outbox.stream = heard.stream and outbox.seq > heard.seq
                order by outbox.seq limit 1) as next";
        let row = self.db.one::<Row>(sql, [streams.into(), seqs.into()]).await?;
        Ok(row.and_then(|row| row.oldest))
    }

    /// Whether nobody can be missing the end. Never so for streams that only web hears.
    pub fn all_heard(&self, stream: &StreamName, seq: u64) -> bool {
        self.heard.get(stream.as_str()).is_some_and(|listeners| listeners.values().all(|at| *at >= seq))
    }

    pub async fn prune(&mut self, now: Timestamp) -> Result<(), Fault> {
        let before = now - self.kept;
        for (stream, listeners) in &self.heard {
            let through = listeners.values().copied().min().unwrap_or(0);
            if self.pruned.get(stream).copied().unwrap_or(0) >= through {
                continue;
            }
            let positions: Vec<(String, i64)> =
                listeners.iter().map(|(l, seq)| (l.clone(), *seq as i64)).collect();
            let (names, seqs): (Vec<String>, Vec<i64>) = positions.into_iter().unzip();
            let stream_name = stream.clone();
            let deleted = self
                .db
                .transaction(async move |tx: &Tx| {
                    let sql = "
                        insert into listeners (stream, listener, seq)
                        select $1, listener, seq from unnest($2::text[], $3::bigint[]) as l (listener, seq)
                        on conflict (stream, listener) do update set seq = greatest(listeners.seq, excluded.seq)";
                    tx.execute(sql, [stream_name.clone().into(), names.into(), seqs.into()]).await?;
                    let sql = "
                        delete from outbox where stream = $1 and seq in (
                            select seq from outbox where stream = $1 and seq <= $2 and created_at < $3 order by seq limit $4)";
                    let values = [stream_name.into(), (through as i64).into(), before.into(), PRUNE_ROWS_MAX.into()];
                    tx.execute(sql, values).await
                })
                .await?;
            let left = self.db.one::<Left>(
                "select 1 as one from outbox where stream = $1 and seq <= $2 limit 1",
                [stream.clone().into(), (through as i64).into()],
            );
            if deleted < PRUNE_ROWS_MAX as u64 && left.await?.is_none() {
                self.pruned.insert(stream.clone(), through);
            }
        }
        Ok(())
    }
}

#[derive(FromQueryResult)]
struct Left {
    #[expect(dead_code, reason = "only whether there is a row matters")]
    one: i32,
}
