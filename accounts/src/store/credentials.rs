//! The table `credentials`.

use crate::domain::{Credential, Credentials};
use chassis::{Db, Fault, Writes};
use contracts::UserId;
use sea_orm::FromQueryResult;
use uuid::Uuid;

#[derive(FromQueryResult)]
struct Row {
    user_id: Uuid,
    login: String,
    password_hash: String,
}

impl From<Row> for Credential {
    fn from(row: Row) -> Self {
        Credential { user_id: row.user_id.into(), login: row.login, password_hash: row.password_hash }
    }
}

/// Those of the users, and those with the logins.
pub async fn read(db: &Db, users: &[UserId], logins: Vec<String>) -> Result<Vec<Credential>, Fault> {
    let users: Vec<Uuid> = users.iter().map(|id| id.0).collect();
    let sql = "
        select user_id, login, password_hash from credentials where user_id = any($1::uuid[])
        union
        select user_id, login, password_hash from credentials where login = any($2::text[])";
    let rows: Vec<Row> = db.all(sql, [users.into(), logins.into()]).await?;
    Ok(rows.into_iter().map(Credential::from).collect())
}

pub async fn of_login(db: &Db, login: &str) -> Result<Option<Credential>, Fault> {
    Ok(read(db, &[], vec![login.to_owned()]).await?.pop())
}

pub async fn of_user(db: &Db, user_id: UserId) -> Result<Option<Credential>, Fault> {
    Ok(read(db, &[user_id], vec![]).await?.pop())
}

pub fn save(credentials: &Credentials, writes: &mut Writes) {
    let (mut ids, mut logins, mut hashes) = (vec![], vec![], vec![]);
    for credential in credentials.changed() {
        ids.push(credential.user_id.0);
        logins.push(credential.login.clone());
        hashes.push(credential.password_hash.clone());
    }
    if !ids.is_empty() {
        let sql = "
            insert into credentials (user_id, login, password_hash)
            select * from unnest($1::uuid[], $2::text[], $3::text[])
            on conflict (user_id) do update
            set login = excluded.login, password_hash = excluded.password_hash";
        writes.add(sql, [ids.into(), logins.into(), hashes.into()]);
    }
    let removed: Vec<Uuid> = credentials.removed().map(|id| id.0).collect();
    if !removed.is_empty() {
        writes.add("delete from credentials where user_id = any($1::uuid[])", [removed.into()]);
    }
}
