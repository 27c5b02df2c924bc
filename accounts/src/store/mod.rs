//! The tables: people here, what else is theirs beside it.

pub mod closings;
pub mod credentials;
pub mod keys;
mod rows;
pub mod sessions;

pub use rows::Rows;

use chassis::{Db, Fault, Writes, audit::Audited};
use contracts::accounts::{Member, User};
use contracts::{Timestamp, UserId};
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

#[derive(FromQueryResult)]
struct MemberRow {
    user_id: Uuid,
    name: String,
    role: String,
    demo: bool,
    login: Option<String>,
    closed_at: Option<Timestamp>,
}

impl TryFrom<MemberRow> for Member {
    type Error = Fault;

    fn try_from(row: MemberRow) -> Result<Member, Fault> {
        let MemberRow { user_id, name, role, demo, login, closed_at } = row;
        let User { user_id, name, role, demo } = Row { user_id, name, role, demo }.try_into()?;
        Ok(Member { user_id, name, role, demo, login, closed_at })
    }
}

/// Those whose name or login has the words in it, or whose id they are: the last id before the cursor first.
pub async fn members(
    db: &Db,
    search: &str,
    cursor: Option<UserId>,
    limit: u16,
) -> Result<Vec<Member>, Fault> {
    // The index is gone through from there, so that a page of many people costs what one of few does.
    let from = cursor.map_or(Uuid::max(), |last| Uuid::from_u128(last.0.as_u128().saturating_sub(1)));
    let sql = "
        select user_id, name, role, demo, login, closed_at
        from users left join credentials using (user_id) left join closed_users using (user_id)
        where user_id <= $1
          and ($2 = '' or position(lower($2) in lower(name)) > 0 or position(lower($2) in login) > 0
               or user_id::text = lower($2))
        order by user_id desc limit $3";
    let rows: Vec<MemberRow> = db.all(sql, [from.into(), search.into(), i64::from(limit).into()]).await?;
    rows.into_iter().map(Member::try_from).collect()
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
