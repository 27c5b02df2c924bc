//! The table `closed_users`: kept for ever, as ids are.

use crate::domain::{Closing, Closings};
use chassis::{Db, Fault, Writes};
use contracts::{Timestamp, UserId};
use sea_orm::FromQueryResult;
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Row {
    user_id: Uuid,
    removal_id: Option<Uuid>,
}

/// Of these users, and by these ids.
pub async fn read(db: &Db, users: &[UserId], ids: &[Uuid]) -> Result<Vec<Closing>, Fault> {
    let users: Vec<Uuid> = users.iter().map(|user| user.0).collect();
    let sql = "
        select user_id, removal_id from closed_users
        where user_id = any($1::uuid[]) or removal_id = any($2::uuid[])";
    let rows: Vec<Row> = db.all(sql, [users.into(), ids.to_vec().into()]).await?;
    let closing = |row: Row| Closing { user_id: row.user_id.into(), removal_id: row.removal_id };
    Ok(rows.into_iter().map(closing).collect())
}

pub fn save(closings: &Closings, writes: &mut Writes) {
    let (mut users, mut ids, mut times): (Vec<Uuid>, Vec<String>, Vec<Timestamp>) = Default::default();
    for (closing, at) in closings.added() {
        users.push(closing.user_id.0);
        // An array of theirs has no place for nothing.
        ids.push(closing.removal_id.map(|id| id.to_string()).unwrap_or_default());
        times.push(*at);
    }
    if users.is_empty() {
        return;
    }
    let sql = "
        insert into closed_users (user_id, removal_id, closed_at)
        select user_id, nullif(removal_id, '')::uuid, closed_at
        from unnest($1::uuid[], $2::text[], $3::timestamptz[]) as k (user_id, removal_id, closed_at)";
    writes.add(sql, [users.into(), ids.into(), times.into()]);
}
