//! Parked messages: what cannot be taken is set aside with its reason, what follows for the same
//! key waits behind it, and everything else goes on. Also the doubts about messages that may be
//! what ended the process before.

use crate::incoming::{Envelope, Incoming, Kind};
use crate::rules::Source;
use crate::store::{Db, Fault, Tx};
use crate::writes::Writes;
use contracts::{Timestamp, refusal::line};
use rustc_hash::{FxHashMap, FxHashSet};
use sea_orm::FromQueryResult;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A message that may have ended its process this often is parked. Kills from outside hit whatever
/// is in flight, so a few must be forgiven.
const ATTEMPTS_MAX: i32 = 5;
/// From this many on, messages are taken one by one, so that the guilty one is found.
const ATTEMPTS_TOGETHER_MAX: i32 = 2;

/// Reasons repeat what was sent, which may be a whole message.
const REASON_CHARACTERS_MAX: usize = 1_000;
/// Longer than any key of ours; an index takes no text of some kilobytes.
const KEY_CHARACTERS_MAX: usize = 100;

#[derive(Clone, Debug)]
pub(crate) struct Parked {
    pub key: Option<String>,
    source: &'static str,
    sender: String,
    stream: Option<String>,
    seq: Option<u64>,
    said_at: Option<Timestamp>,
    body: Vec<u8>,
    reason: String,
}

impl Parked {
    /// A message that is no stream's, or that no stream owns to.
    pub fn whole(incoming: &Incoming, reason: String) -> Self {
        let source = match incoming.kind() {
            Kind::Stream => "unreadable",
            Kind::Orders => "orders",
            Kind::Request | Kind::Control => "request",
        };
        let (sender, body) = (incoming.sender.clone(), incoming.body.clone());
        let reason = line(reason, REASON_CHARACTERS_MAX);
        Parked { key: None, source, sender, stream: None, seq: None, said_at: None, body, reason }
    }

    pub fn under(self, key: String) -> Self {
        Parked { key: Some(key), ..self }
    }

    pub fn event(
        envelope: &Envelope,
        incoming: &Incoming,
        event: &str,
        key: Option<String>,
        reason: String,
    ) -> Self {
        Parked {
            key,
            source: "stream",
            sender: incoming.sender.clone(),
            stream: Some(envelope.stream.to_string()),
            seq: Some(envelope.seq),
            said_at: Some(envelope.at),
            body: event.as_bytes().to_vec(),
            reason: line(reason, REASON_CHARACTERS_MAX),
        }
    }
}

#[derive(FromQueryResult)]
pub(crate) struct ParkedRow {
    pub parked_id: Uuid,
    pub key: Option<String>,
    source: String,
    sender: String,
    said_at: Option<Timestamp>,
    pub body: Vec<u8>,
    parked_at: Timestamp,
}

impl ParkedRow {
    pub fn source(&self) -> Source<'_> {
        match self.source.as_str() {
            "stream" => Source::Stream { service: &self.sender, at: self.said_at.unwrap_or(self.parked_at) },
            "orders" => Source::Orders { sender: &self.sender },
            _ => Source::Request { sender: &self.sender },
        }
    }
}

pub(crate) async fn keys(db: &Db, partition: i32) -> Result<FxHashSet<String>, Fault> {
    #[derive(FromQueryResult)]
    struct Key {
        key: String,
    }
    let sql = "select distinct key from parked where partition = $1 and key is not null";
    Ok(db.all::<Key>(sql, [partition.into()]).await?.into_iter().map(|row| row.key).collect())
}

/// The named messages and all that wait behind the same keys, oldest first.
pub(crate) async fn take_up(db: &Db, partition: u16, ids: &[Uuid]) -> Result<Vec<ParkedRow>, Fault> {
    let sql = "
        select parked_id, key, source, sender, said_at, body, parked_at from parked
        where partition = $1 and source <> 'unreadable'
          and (parked_id = any($2) or key in (select key from parked where partition = $1 and parked_id = any($2)))
        order by parked_id";
    db.all(sql, [i32::from(partition).into(), ids.to_vec().into()]).await
}

/// When the message cannot be read, its key is what its fields look like.
pub(crate) fn guess_key(event: &str) -> Option<String> {
    fn find(value: &serde_json::Value, depth: u8) -> Option<String> {
        let object = value.as_object()?;
        let named = ["symbol", "user_id"].iter().find_map(|name| object.get(*name)?.as_str());
        named
            .map(|name| line(name.to_owned(), KEY_CHARACTERS_MAX))
            .or_else(|| object.values().filter(|_| depth > 0).find_map(|inner| find(inner, depth - 1)))
    }
    find(&serde_json::from_str(event).ok()?, 2)
}

pub(crate) fn save(
    writes: &mut Writes,
    partition: u16,
    parked: Vec<Parked>,
    redriven: Vec<Uuid>,
    now: Timestamp,
) {
    if !redriven.is_empty() {
        writes.add("delete from parked where parked_id = any($1)", [redriven.into()]);
    }
    if parked.is_empty() {
        return;
    }
    // Arrays are bound without nulls: what is absent is empty, 0, or the epoch on the way.
    let sql = "
        insert into parked (parked_id, partition, key, source, sender, stream, seq, said_at, body, reason, parked_at)
        select parked_id, $1, case when has_key then key end, source, sender, nullif(stream, ''), nullif(seq, 0),
            nullif(said_at, 'epoch'), body, reason, $2
        from unnest($3::uuid[], $4::boolean[], $5::text[], $6::text[], $7::text[], $8::text[], $9::bigint[],
                    $10::timestamptz[], $11::bytea[], $12::text[])
            as new (parked_id, has_key, key, source, sender, stream, seq, said_at, body, reason)";
    let rows = &parked;
    let text = |of: fn(&Parked) -> String| rows.iter().map(of).collect::<Vec<_>>().into();
    let values = [
        i32::from(partition).into(),
        now.into(),
        rows.iter().map(|_| Uuid::now_v7()).collect::<Vec<_>>().into(),
        rows.iter().map(|row| row.key.is_some()).collect::<Vec<_>>().into(),
        text(|row| row.key.clone().unwrap_or_default()),
        text(|row| row.source.to_owned()),
        text(|row| row.sender.clone()),
        text(|row| row.stream.clone().unwrap_or_default()),
        rows.iter().map(|row| row.seq.unwrap_or(0) as i64).collect::<Vec<_>>().into(),
        rows.iter().map(|row| row.said_at.unwrap_or(Timestamp::UNIX_EPOCH)).collect::<Vec<_>>().into(),
        rows.iter().map(|row| row.body.clone()).collect::<Vec<_>>().into(),
        text(|row| row.reason.clone()),
    ];
    writes.add(sql, values);
}

/// Messages of a batch that were in flight before, when this process or another ended.
pub(crate) struct Doubts {
    attempts: FxHashMap<Vec<u8>, i32>,
}

fn digest(incoming: &Incoming) -> Vec<u8> {
    Sha256::digest(&incoming.body).to_vec()
}

impl Doubts {
    pub async fn about(db: &Db, partition: u16, batch: &[Incoming]) -> Result<Self, Fault> {
        #[derive(FromQueryResult)]
        struct Row {
            digest: Vec<u8>,
            attempts: i32,
        }
        let digests: Vec<Vec<u8>> =
            batch.iter().filter(|i| i.redelivered && i.kind() != Kind::Control).map(digest).collect();
        if digests.is_empty() {
            return Ok(Doubts { attempts: FxHashMap::default() });
        }
        let sql = "select digest, attempts from attempts where partition = $1 and digest = any($2)";
        let known = db.all::<Row>(sql, [i32::from(partition).into(), digests.clone().into()]).await?;
        let mut attempts: FxHashMap<Vec<u8>, i32> = digests.into_iter().map(|digest| (digest, 0)).collect();
        attempts.extend(known.into_iter().map(|row| (row.digest, row.attempts)));
        let doubts = Doubts { attempts };
        if !doubts.one_by_one() {
            count(db, partition, doubts.attempts.keys().cloned().collect()).await?;
        }
        Ok(doubts)
    }

    pub fn one_by_one(&self) -> bool {
        self.attempts.values().any(|attempts| *attempts >= ATTEMPTS_TOGETHER_MAX)
    }

    /// Asked before a message is taken alone: counts the attempt, or says why there is none.
    pub async fn verdict(
        &self,
        db: &Db,
        partition: u16,
        incoming: &Incoming,
    ) -> Result<Option<String>, Fault> {
        let digest = digest(incoming);
        match self.attempts.get(&digest) {
            Some(attempts) if *attempts >= ATTEMPTS_MAX => {
                Ok(Some(format!("ended its process {attempts} times")))
            }
            Some(_) if incoming.redelivered => count(db, partition, vec![digest]).await.map(|()| None),
            Some(_) | None => Ok(None),
        }
    }

    /// With the step: they did no harm.
    pub fn settle(&self, writes: &mut Writes, partition: u16, batch: &[Incoming]) {
        if self.attempts.is_empty() {
            return;
        }
        let digests: Vec<Vec<u8>> = batch.iter().map(digest).collect();
        let sql = "delete from attempts where partition = $1 and digest = any($2)";
        writes.add(sql, [i32::from(partition).into(), digests.into()]);
    }
}

async fn count(db: &Db, partition: u16, digests: Vec<Vec<u8>>) -> Result<(), Fault> {
    db.transaction(async move |tx: &Tx| {
        let sql = "
            insert into attempts (partition, digest, attempts)
            select $1, digest, 1 from unnest($2::bytea[]) as d (digest)
            on conflict (partition, digest) do update set attempts = attempts.attempts + 1";
        tx.execute(sql, [i32::from(partition).into(), digests.into()]).await.map(|_| ())
    })
    .await
}
