//! What a service has set aside, as it is told to those who may have it taken up again.
//!
//! Promises: any instance answers, whether its partitions are at work or not; an answer is bounded.

use crate::answers::Reply;
use crate::incoming::Incoming;
use crate::store::{Db, Fault};
use contracts::control::{Inspection, PARKED_BODY_BYTES_MAX, PARKED_LISTED_MAX, Parked, ParkedList};
use contracts::{Code, Refusal, Timestamp, json, topology};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Cheap to tell apart: no other question begins like this.
pub(crate) fn is_asked(incoming: &Incoming) -> bool {
    incoming.body.starts_with(b"{\"parked\"")
}

pub(crate) async fn answer(db: &Db, service: &str, incoming: &Incoming) -> Result<Reply, Fault> {
    if ![topology::WEB, topology::ADMIN].contains(&&*incoming.sender) {
        let rule = "only web and operators may ask what is parked";
        return Ok(Reply::refused(Refusal::new(Code::NotAllowed, rule)));
    }
    match json::read(&incoming.body) {
        Ok(Inspection::Parked { ids }) => {
            let total: Option<Total> = db.one("select count(*) as total from parked", []).await?;
            let items = read(db, service, &ids, PARKED_LISTED_MAX, PARKED_BODY_BYTES_MAX).await?;
            Ok(Reply::ok(ParkedList { total: total.map_or(0, |row| row.total as u64), items }))
        }
        Err(refusal) => Ok(Reply::refused(refusal)),
    }
}

#[derive(FromQueryResult)]
struct Row {
    parked_id: Uuid,
    partition: i32,
    key: Option<String>,
    source: String,
    sender: String,
    stream: Option<String>,
    seq: Option<i64>,
    body: Vec<u8>,
    body_bytes: i32,
    reason: String,
    parked_at: Timestamp,
}

#[derive(FromQueryResult)]
struct Total {
    total: i64,
}

/// Those with these ids, or, without ids, all: the oldest first, and no more than that of them and of their
/// bodies.
pub async fn read(
    db: &Db,
    service: &str,
    ids: &[Uuid],
    messages_max: usize,
    body_bytes_max: usize,
) -> Result<Vec<Parked>, Fault> {
    let sql = "
        select parked_id, partition, key, source, sender, stream, seq, substring(body for $1) as body,
            length(body) as body_bytes, reason, parked_at
        from parked where cardinality($2::uuid[]) = 0 or parked_id = any($2) order by parked_id limit $3";
    let (bytes, messages) = (body_bytes_max as i32, messages_max as i64);
    let rows: Vec<Row> = db.all(sql, [bytes.into(), ids.to_vec().into(), messages.into()]).await?;
    let parked = rows.into_iter().map(|row| Parked {
        parked_id: row.parked_id,
        partition: topology::partition_name(service, row.partition as u16),
        key: row.key,
        source: row.source,
        sender: row.sender,
        stream: row.stream,
        seq: row.seq.map(|seq| seq as u64),
        parked_at: row.parked_at,
        reason: row.reason,
        body: String::from_utf8_lossy(&row.body).into_owned(),
        body_bytes: row.body_bytes as u64,
    });
    Ok(parked.collect())
}
