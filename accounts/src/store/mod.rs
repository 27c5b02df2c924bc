//! The tables: people here, what else is theirs beside it.

pub mod closings;
pub mod credentials;
pub mod keys;
mod rows;
pub mod sessions;

pub use rows::Rows;

use chassis::{Db, Fault, Writes, audit::Audited};
use contracts::{UserId, accounts::User};
use sea_orm::FromQueryResult;
use uuid::Uuid;

#[derive(FromQueryResult)]
pub struct Row {
    user_id: Uuid,
    name: String,
    role: String,
    demo: bool,
}

impl TryFrom<Row> for User {
    type Error = Fault;

    fn try_from(row: Row) -> Result<User, Fault> {
        let role = row.role.parse().map_err(|e: String| Fault::new("read a user's role", e))?;
        Ok(User { user_id: row.user_id.into(), name: row.name, role, demo: row.demo })
    }
}

fn read(rows: Vec<Row>) -> Result<Vec<User>, Fault> {
    rows.into_iter().map(User::try_from).collect()
}

/// Those of the ids that are somebody's, by name.
pub async fn users(db: &Db, ids: impl Iterator<Item = UserId>) -> Result<Vec<User>, Fault> {
    let ids: Vec<Uuid> = ids.map(|id| id.0).collect();
    let sql = r#"
        select user_id, name, role, demo from users
        where user_id = any($1::uuid[]) order by name collate "C", user_id"#;
    read(db.all(sql, [ids.into()]).await?)
}

pub async fn user(db: &Db, id: UserId) -> Result<Option<User>, Fault> {
    Ok(users(db, [id].into_iter()).await?.pop())
}

pub async fn demo_users(db: &Db, limit: i64) -> Result<Vec<User>, Fault> {
    let sql = r#"
        select user_id, name, role, demo from users
        where demo order by name collate "C", user_id limit $1"#;
    read(db.all(sql, [limit.into()]).await?)
}

/// A user as the audit reads all of them.
pub struct Person(pub User);

impl Audited for Person {
    type Id = UserId;
    type Row = Row;
    const NAME: &'static str = "audited_users";
    const SQL: &'static str = "select user_id, name, role, demo from users order by user_id";

    fn id(&self) -> UserId {
        self.0.user_id
    }

    fn read(row: Row) -> Result<Self, Fault> {
        User::try_from(row).map(Person)
    }
}

pub fn save<'a>(users: impl Iterator<Item = &'a User>, writes: &mut Writes) {
    let (mut ids, mut names, mut roles, mut demos) = (vec![], vec![], vec![], vec![]);
    for user in users {
        ids.push(user.user_id.0);
        names.push(user.name.clone());
        roles.push(user.role.to_string());
        demos.push(user.demo);
    }
    if ids.is_empty() {
        return;
    }
    let sql = "
        insert into users (user_id, name, role, demo)
        select * from unnest($1::uuid[], $2::text[], $3::text[], $4::bool[])
        on conflict (user_id) do update
        set name = excluded.name, role = excluded.role, demo = excluded.demo";
    writes.add(sql, [ids.into(), names.into(), roles.into(), demos.into()]);
}
