//! The table `api_keys`.

use crate::domain::{KeptKey, Keys};
use chassis::{Db, Fault, Writes};
use contracts::{
    Timestamp, UserId,
    accounts::{Key, Scope},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Row {
    key_id: Uuid,
    user_id: Uuid,
    name: String,
    digest: String,
    scopes: String,
    made_at: Timestamp,
}

impl TryFrom<Row> for KeptKey {
    type Error = Fault;

    fn try_from(row: Row) -> Result<KeptKey, Fault> {
        let scopes: Result<Vec<Scope>, String> = row.scopes.split(' ').map(str::parse).collect();
        let scopes = scopes.map_err(|e| Fault::new("read a key's scopes", e))?;
        let key = Key { key_id: row.key_id, name: row.name, scopes, made_at: row.made_at };
        Ok(KeptKey { user_id: row.user_id.into(), key, digest: row.digest })
    }
}

/// All keys of these users, oldest first.
pub async fn of_users(db: &Db, users: &[UserId]) -> Result<Vec<KeptKey>, Fault> {
    let users: Vec<Uuid> = users.iter().map(|id| id.0).collect();
    let sql = "
        select key_id, user_id, name, digest, scopes, made_at from api_keys
        where user_id = any($1::uuid[]) order by made_at, key_id";
    let rows: Vec<Row> = db.all(sql, [users.into()]).await?;
    rows.into_iter().map(KeptKey::try_from).collect()
}

pub async fn one(db: &Db, key_id: Uuid) -> Result<Option<KeptKey>, Fault> {
    let sql = "select key_id, user_id, name, digest, scopes, made_at from api_keys where key_id = $1";
    let row: Option<Row> = db.one(sql, [key_id.into()]).await?;
    row.map(KeptKey::try_from).transpose()
}

pub fn save(keys: &Keys, writes: &mut Writes) {
    let (mut ids, mut users, mut names) = (vec![], vec![], vec![]);
    let (mut digests, mut scopes, mut times) = (vec![], vec![], vec![]);
    for KeptKey { user_id, key, digest } in keys.added() {
        ids.push(key.key_id);
        users.push(user_id.0);
        names.push(key.name.clone());
        digests.push(digest.clone());
        scopes.push(key.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" "));
        times.push(key.made_at);
    }
    if !ids.is_empty() {
        let sql = "
            insert into api_keys (key_id, user_id, name, digest, scopes, made_at)
            select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])";
        let values = [ids.into(), users.into(), names.into(), digests.into(), scopes.into(), times.into()];
        writes.add(sql, values);
    }
    let dropped: Vec<Uuid> = keys.dropped().collect();
    if !dropped.is_empty() {
        writes.add("delete from api_keys where key_id = any($1::uuid[])", [dropped.into()]);
    }
}
