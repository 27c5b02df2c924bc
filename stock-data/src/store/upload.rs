//! `last_upload`: what it takes to take the last upload back.

use crate::domain::Changed;
use chassis::{Db, Fault, Writes};
use contracts::Timestamp;
use sea_orm::FromQueryResult;

pub async fn last_upload(db: &Db) -> Result<Option<Vec<Changed>>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        rows: String,
    }
    let row = db.one::<Row>("select rows::text as rows from last_upload", []).await?;
    row.map(|row| serde_json::from_str(&row.rows).map_err(|e| Fault::new("read the last upload", e)))
        .transpose()
}

/// None: it was taken back.
pub fn save_last_upload(upload: Option<&[Changed]>, now: Timestamp, writes: &mut Writes) {
    match upload {
        None => writes.add("delete from last_upload", []),
        Some(upload) => {
            let rows = serde_json::to_string(upload).expect("our own instruments are JSON");
            let sql = "
                insert into last_upload (one, at, rows) values (true, $1, $2::jsonb)
                on conflict (one) do update set at = excluded.at, rows = excluded.rows";
            writes.add(sql, [now.into(), rows.into()]);
        }
    }
}
