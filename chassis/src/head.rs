//! Where a partition stands, as its database has it; and the one statement that moves it on.

use crate::parking;
use crate::rules::Place;
use crate::stepper::Outgoing;
use crate::store::{Db, Fault, Tx};
use crate::writes::Writes;
use contracts::Timestamp;
use rustc_hash::{FxHashMap, FxHashSet};
use sea_orm::FromQueryResult;
use uuid::Uuid;

pub(crate) struct Head {
    place: Place,
    /// Tells our commits from another instance's when an answer was lost.
    writer: Uuid,
    /// How many steps the partition has made. The fence.
    step: u64,
    /// In the streams that it hears.
    pub positions: FxHashMap<String, u64>,
    /// Of the streams that it writes.
    pub counters: FxHashMap<String, u64>,
    pub parked_keys: FxHashSet<String>,
}

/// What a step adds to the head.
pub(crate) struct Advance {
    pub positions: FxHashMap<String, u64>,
    pub counters: Vec<(String, u64)>,
}

impl Head {
    pub async fn load(db: &Db, place: Place) -> Result<Self, Fault> {
        #[derive(FromQueryResult)]
        struct Row {
            step: i64,
        }
        let partition = i32::from(place.partition);
        let row = db.one::<Row>("select step from heads where partition = $1", [partition.into()]).await?;
        if row.is_none() {
            create(db, partition).await?;
        }
        Ok(Head {
            place,
            writer: Uuid::now_v7(),
            step: row.map_or(0, |row| row.step as u64),
            positions: sequences(db, "positions", partition).await?,
            counters: sequences(db, "counters", partition).await?,
            parked_keys: parking::keys(db, partition).await?,
        })
    }

    /// Whether the partition still stands where this instance knows it to stand.
    pub async fn is_current(&self, db: &Db) -> Result<bool, Fault> {
        #[derive(FromQueryResult)]
        #[expect(dead_code, reason = "that there is a row says it")]
        struct Row {
            step: i64,
        }
        let sql = "select step from heads where partition = $1 and step = $2";
        let values = [i32::from(self.place.partition).into(), (self.step as i64).into()];
        Ok(db.one::<Row>(sql, values).await?.is_some())
    }

    /// The fence: this succeeds for one instance only.
    pub fn claim(&self, writes: &mut Writes) {
        let sql = "update heads set step = $2 + 1, writer = $3 where partition = $1 and step = $2";
        let values = [i32::from(self.place.partition).into(), (self.step as i64).into(), self.writer.into()];
        writes.fence(sql, values);
    }

    /// Positions, counters, outbox.
    pub fn save(&self, writes: &mut Writes, advance: &Advance, messages: &[Outgoing], now: Timestamp) {
        let partition = i32::from(self.place.partition);
        if !advance.positions.is_empty() {
            let (streams, seqs) = columns(advance.positions.iter().map(|(s, seq)| (s.clone(), *seq)));
            let sql = "
                insert into positions (partition, stream, seq)
                select $1, stream, seq from unnest($2::text[], $3::bigint[]) as heard (stream, seq)
                on conflict (partition, stream) do update set seq = excluded.seq";
            writes.add(sql, [partition.into(), streams.into(), seqs.into()]);
        }
        if !advance.counters.is_empty() {
            let (streams, seqs) = columns(advance.counters.iter().cloned());
            let sql = "
                insert into counters (partition, stream, seq)
                select $1, stream, seq from unnest($2::text[], $3::bigint[]) as written (stream, seq)
                on conflict (partition, stream) do update set seq = excluded.seq";
            writes.add(sql, [partition.into(), streams.into(), seqs.into()]);
        }
        let kept = || messages.iter().filter(|message| message.kept);
        if kept().next().is_some() {
            let (streams, seqs) = columns(kept().map(|m| (m.stream.to_string(), m.seq)));
            let bodies: Vec<Vec<u8>> = kept().map(|m| m.body.clone()).collect();
            let sql = "
                insert into outbox (stream, seq, body, created_at)
                select stream, seq, body, $4
                from unnest($1::text[], $2::bigint[], $3::bytea[]) as sent (stream, seq, body)";
            writes.add(sql, [streams.into(), seqs.into(), bodies.into(), now.into()]);
        }
    }

    /// The commit's answer was lost: it happened if the head says that we made this step.
    pub async fn was_saved(&self, db: &Db) -> Result<bool, Fault> {
        #[derive(FromQueryResult)]
        struct Row {
            step: i64,
            writer: Uuid,
        }
        let sql = "select step, writer from heads where partition = $1";
        let row = db.one::<Row>(sql, [i32::from(self.place.partition).into()]).await?;
        Ok(row.is_some_and(|row| row.step as u64 == self.step + 1 && row.writer == self.writer))
    }

    /// After the commit: memory follows disk.
    pub fn advance(&mut self, advance: Advance) {
        self.step += 1;
        self.positions.extend(advance.positions);
        self.counters.extend(advance.counters);
    }
}

fn columns(rows: impl Iterator<Item = (String, u64)>) -> (Vec<String>, Vec<i64>) {
    rows.map(|(stream, seq)| (stream, seq as i64)).unzip()
}

async fn create(db: &Db, partition: i32) -> Result<(), Fault> {
    db.transaction(async move |tx: &Tx| {
        let insert = "insert into heads (partition, step, writer) values ($1, 0, $2) on conflict do nothing";
        tx.execute(insert, [partition.into(), Uuid::nil().into()]).await.map(|_| ())
    })
    .await
}

async fn sequences(db: &Db, table: &str, partition: i32) -> Result<FxHashMap<String, u64>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        stream: String,
        seq: i64,
    }
    let sql = format!("select stream, seq from {table} where partition = $1");
    let rows = db.all::<Row>(&sql, [partition.into()]).await?;
    Ok(rows.into_iter().map(|row| (row.stream, row.seq as u64)).collect())
}
