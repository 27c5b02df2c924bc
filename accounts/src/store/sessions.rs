//! The tables `ended_sessions` and `session_cuts`. A session itself is its token, and no row.

use crate::domain::Endings;
use chassis::{Db, Fault, Writes};
use contracts::{
    Timestamp, UserId,
    accounts::{Claims, Cut},
};
use sea_orm::FromQueryResult;
use uuid::Uuid;

#[derive(FromQueryResult)]
struct EndedRow {
    session_id: Uuid,
}

#[derive(FromQueryResult)]
struct CutRow {
    user_id: Uuid,
    began_by: i64,
}

impl From<CutRow> for Cut {
    fn from(row: CutRow) -> Self {
        Cut { user_id: row.user_id.into(), began_by: row.began_by }
    }
}

/// Those of the sessions that were ended before their time.
pub async fn ended(db: &Db, sessions: Vec<Uuid>) -> Result<Vec<Uuid>, Fault> {
    let sql = "select session_id from ended_sessions where session_id = any($1::uuid[])";
    let rows: Vec<EndedRow> = db.all(sql, [sessions.into()]).await?;
    Ok(rows.into_iter().map(|row| row.session_id).collect())
}

/// The second by which all sessions of a user were ended last.
pub async fn cut(db: &Db, user_id: UserId) -> Result<Option<i64>, Fault> {
    Ok(cuts(db, vec![user_id.0]).await?.pop().map(|cut| cut.began_by))
}

/// The last one of each of the users, if there was one.
pub async fn cuts(db: &Db, users: Vec<Uuid>) -> Result<Vec<Cut>, Fault> {
    let sql = "select user_id, began_by from session_cuts where user_id = any($1::uuid[])";
    let rows: Vec<CutRow> = db.all(sql, [users.into()]).await?;
    Ok(rows.into_iter().map(Cut::from).collect())
}

pub async fn is_ended(db: &Db, claims: &Claims) -> Result<bool, Fault> {
    let by_itself = !ended(db, vec![claims.sid]).await?.is_empty();
    Ok(by_itself || cut(db, claims.sub).await?.is_some_and(|began_by| claims.auth_time <= began_by))
}

/// What was ended since, newest first.
pub async fn ended_since(db: &Db, since: Timestamp, limit: i64) -> Result<(Vec<Uuid>, Vec<Cut>), Fault> {
    let sql = "select session_id from ended_sessions where ended_at >= $1 order by ended_at desc limit $2";
    let sessions: Vec<EndedRow> = db.all(sql, [since.into(), limit.into()]).await?;
    let sql = "
        select user_id, began_by from session_cuts where began_by >= $1 order by began_by desc limit $2";
    let cuts: Vec<CutRow> = db.all(sql, [since.timestamp().into(), limit.into()]).await?;
    Ok((sessions.into_iter().map(|row| row.session_id).collect(), cuts.into_iter().map(Cut::from).collect()))
}

pub fn save(endings: &Endings, writes: &mut Writes) {
    let Some(forget_before) = endings.forget_before() else { return };
    let (ids, times): (Vec<Uuid>, Vec<Timestamp>) = endings.ended().iter().copied().unzip();
    if !ids.is_empty() {
        let sql = "
            insert into ended_sessions (session_id, ended_at)
            select * from unnest($1::uuid[], $2::timestamptz[])";
        writes.add(sql, [ids.into(), times.into()]);
    }
    let (users, began_by): (Vec<Uuid>, Vec<i64>) =
        endings.cuts().map(|cut| (cut.user_id.0, cut.began_by)).unzip();
    // A row is written or forgotten, never both at once: what is written is new.
    let old = "delete from session_cuts where began_by < $1 and user_id <> all($2::uuid[])";
    writes.add(old, [forget_before.timestamp().into(), users.clone().into()]);
    writes.add("delete from ended_sessions where ended_at < $1", [forget_before.into()]);
    if !users.is_empty() {
        let sql = "
            insert into session_cuts (user_id, began_by)
            select * from unnest($1::uuid[], $2::bigint[])
            on conflict (user_id) do update set began_by = excluded.began_by";
        writes.add(sql, [users.into(), began_by.into()]);
    }
}
