//! Where a partition stands, as its database has it; and the one statement that moves it on.

use crate::parking;
use crate::rules::Place;
use crate::stepper::Outgoing;
use crate::store::{Db, Fault, Tx};
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

    /// First in the transaction: the fence. False when another instance has made this step; until
    /// the commit nobody else can make it.
    pub async fn claim(&self, tx: &Tx) -> Result<bool, Fault> {
        let sql = "update heads set step = $2 + 1, writer = $3 where partition = $1 and step = $2";
        let values = [i32::from(self.place.partition).into(), (self.step as i64).into(), self.writer.into()];
        Ok(tx.execute(sql, values).await? == 1)
    }

    /// Last before the commit: positions, counters, outbox.
    pub async fn save(
        &self,
        tx: &Tx,
        advance: &Advance,
        messages: &[Outgoing],
        now: Timestamp,
    ) -> Result<(), Fault> {
        let (heard, heard_seqs): (Vec<_>, Vec<_>) =
            advance.positions.iter().map(|(s, seq)| (s.clone(), *seq as i64)).unzip();
        let (written, written_seqs): (Vec<_>, Vec<_>) =
            advance.counters.iter().map(|(s, seq)| (s.clone(), *seq as i64)).unzip();
        let kept: Vec<_> = messages.iter().filter(|message| message.kept).collect();
        let outbox_streams: Vec<String> = kept.iter().map(|m| m.stream.to_string()).collect();
        let outbox_seqs: Vec<i64> = kept.iter().map(|m| m.seq as i64).collect();
        let outbox_bodies: Vec<Vec<u8>> = kept.iter().map(|m| m.body.clone()).collect();
        let sql = "
            with heard as (
                insert into positions (partition, stream, seq)
                select $1, stream, seq from unnest($2::text[], $3::bigint[]) as heard (stream, seq)
                on conflict (partition, stream) do update set seq = excluded.seq
            ), written as (
                insert into counters (partition, stream, seq)
                select $1, stream, seq from unnest($4::text[], $5::bigint[]) as written (stream, seq)
                on conflict (partition, stream) do update set seq = excluded.seq
            )
            insert into outbox (stream, seq, body, created_at)
            select stream, seq, body, $9 from unnest($6::text[], $7::bigint[], $8::bytea[]) as sent (stream, seq, body)";
        let values = [
            i32::from(self.place.partition).into(),
            heard.into(),
            heard_seqs.into(),
            written.into(),
            written_seqs.into(),
            outbox_streams.into(),
            outbox_seqs.into(),
            outbox_bodies.into(),
            now.into(),
        ];
        tx.execute(sql, values).await.map(|_| ())
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
