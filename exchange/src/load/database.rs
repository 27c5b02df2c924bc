//! What PostgreSQL does alone: one step's rows in a commit, again and again, in a database of its own
//! that is dropped afterwards.

use anyhow::{Context, Result};
use chassis::{Db, Tx, settings::Settings};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// A step under load takes some hundreds of inputs, and writes a row or two of each.
pub const ROWS: u32 = 500;
const LASTS: Duration = Duration::from_secs(4);
/// As long as an order's row.
const FILLING: &str = "a row of the length of an order with its times and its prices, or nearly so";

/// Commits a second, one after the other.
pub async fn ceiling(settings: &Settings) -> Result<f64> {
    let name = format!("{}load_{}", settings.database.prefix, Uuid::now_v7().simple());
    let server = Db::connect_for_reports(&settings.database_admin_url("postgres")?).await?;
    server.execute_alone(&format!("create database {name}")).await?;
    let rate = commits(settings, &name).await;
    let dropped = server.execute_alone(&format!("drop database {name} with (force)")).await;
    let rate = rate?;
    dropped.with_context(|| format!("the database {name} is left behind"))?;
    Ok(rate)
}

async fn commits(settings: &Settings, name: &str) -> Result<f64> {
    let db = Db::connect_for_reports(&settings.database_admin_url(name)?).await?;
    db.execute_alone("create table rows (id uuid primary key, amount bigint not null, text text not null)")
        .await?;
    let begun = Instant::now();
    let mut count = 0;
    while begun.elapsed() < LASTS {
        let ids: Vec<Uuid> = (0..ROWS).map(|_| Uuid::now_v7()).collect();
        let amounts: Vec<i64> = (0..i64::from(ROWS)).collect();
        db.transaction(async move |tx: &Tx| {
            let sql = "insert into rows select *, $3 from unnest($1::uuid[], $2::bigint[])";
            tx.execute(sql, [ids.into(), amounts.into(), FILLING.into()]).await
        })
        .await?;
        count += 1;
    }
    Ok(f64::from(count) / begun.elapsed().as_secs_f64())
}
