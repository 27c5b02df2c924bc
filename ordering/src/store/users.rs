//! The table `users`: a partition's copy, read whole when it opens.

use super::codes::Coded;
use crate::domain::desk::Desk;
use chassis::{Db, Fault, Writes};
use contracts::{UserId, accounts::Role};
use rustc_hash::{FxHashMap, FxHashSet};
use sea_orm::FromQueryResult;
use uuid::Uuid;

pub async fn load(db: &Db, partition: u16) -> Result<FxHashMap<UserId, Role>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        user_id: Uuid,
        role: i16,
    }
    let sql = "select user_id, role from users where partition = $1";
    let rows = db.all::<Row>(sql, [i32::from(partition).into()]).await?;
    rows.into_iter().map(|row| Ok((UserId(row.user_id), Role::from_code(row.role)?))).collect()
}

pub fn save(desk: &Desk, changed: &FxHashSet<UserId>, writes: &mut Writes) {
    if changed.is_empty() {
        return;
    }
    let sql = "
        insert into users (partition, user_id, role)
        select $1, * from unnest($2::uuid[], $3::smallint[])
        on conflict (partition, user_id) do update set role = excluded.role";
    let (ids, roles): (Vec<Uuid>, Vec<i16>) =
        changed.iter().map(|user_id| (user_id.0, desk.people[user_id].code())).unzip();
    writes.add(sql, [i32::from(desk.partition).into(), ids.into(), roles.into()]);
}
